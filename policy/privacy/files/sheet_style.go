// Styles of cells: which hide what they style, and which show numbers as dates.

package files

import "strings"

// look is what a style does to a cell.
type look struct {
	hidden string // why a reader does not see the cell
	date   bool
}

// styles is what matters of a workbook's styles, in the order of the file.
type styles struct {
	codes map[int]string
	fonts []ink
	fills []string // colours; empty for none
	looks []look
}

// ink is a font's colour and whether it is too small to read.
type ink struct {
	colour string
	tiny   bool
}

// readStyles reads the part with the styles.
func readStyles(text string) []look {
	x := xmlScan{text: text}
	s := styles{codes: map[int]string{}}
	section := ""
	for t := x.next(); t.kind != over; t = x.next() {
		switch {
		case x.depth == 2 && t.kind == opening:
			section = t.name
		case t.kind == opening || t.kind == empty:
			s.element(&x, t, section)
		}
	}
	return s.looks
}

func (s *styles) element(x *xmlScan, t xmlTag, section string) {
	switch section + "/" + t.name {
	case "numFmts/numFmt":
		s.codes[number(x.attr(t, "numFmtId"))] = unescaped(x.attr(t, "formatCode"))
	case "fonts/font":
		s.fonts = append(s.fonts, ink{})
	case "fonts/color":
		s.font().colour = colour(x, t)
	case "fonts/sz":
		s.font().tiny = isTiny(x.attr(t, "val"))
	case "fills/fill":
		s.fills = append(s.fills, "")
	case "fills/fgColor":
		if len(s.fills) > 0 {
			s.fills[len(s.fills)-1] = colour(x, t)
		}
	case "cellXfs/xf":
		s.looks = append(s.looks, s.look(number(x.attr(t, "numFmtId")), number(x.attr(t, "fontId")), number(x.attr(t, "fillId"))))
	}
}

func (s *styles) font() *ink {
	if len(s.fonts) == 0 {
		s.fonts = append(s.fonts, ink{})
	}
	return &s.fonts[len(s.fonts)-1]
}

func (s *styles) look(format, font, fill int) look {
	code := s.codes[format]
	l := look{date: isDateFormat(format, code)}
	ground := ""
	if fill < len(s.fills) {
		ground = s.fills[fill]
	}
	if ground == "" {
		ground = white
	}
	switch {
	case code != "" && strings.Trim(code, "; ") == "":
		l.hidden = hiddenByFormat
	case font >= len(s.fonts):
	case s.fonts[font].tiny:
		l.hidden = tinyText
	case s.fonts[font].colour == ground:
		l.hidden = whiteText
	}
	return l
}

const white = "FFFFFF"

// colour names a colour; white has many names.
func colour(x *xmlScan, t xmlTag) string {
	rgb, theme, indexed := strings.ToUpper(x.attr(t, "rgb")), x.attr(t, "theme"), x.attr(t, "indexed")
	switch {
	case rgb != "":
		return rgb[max(0, len(rgb)-len(white)):]
	case theme == "0" && x.attr(t, "tint") == "", indexed == "1", indexed == "9":
		return white
	case theme != "":
		return "theme " + theme + x.attr(t, "tint")
	case indexed != "":
		return "indexed " + indexed
	}
	return ""
}

// isTiny: below four points nobody reads it.
func isTiny(size string) bool {
	return len(size) > 0 && number(size[:1]) < 4 && (len(size) == 1 || size[1] == '.')
}
