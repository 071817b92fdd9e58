// What a story makes of its text: strands of visible text, and beside them what is hidden, each with its place.

package files

import (
	"strings"
	"unicode/utf8"
)

// texts are the elements that hold the text of a run; looks are those that
// hold numbers of the layout.
var (
	texts = setOf("t delText instrText delInstrText")
	looks = setOf("posOffset pctWidth pctHeight pctPosHOffset pctPosVOffset align TotalTime Pages Words Characters " +
		"CharactersWithSpaces Lines Paragraphs AppVersion created modified lastPrinted formatCode fldData")
)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

func (s *story) text(text string, from, to int) {
	l := s.top()
	switch {
	case l.para != nil && texts[l.name]:
		l.para.pieces = append(l.para.pieces, s.inked(l, s.part.add(text, from, to), text))
	case strings.TrimSpace(text) == "" || looks[l.name]:
	default:
		s.looseText(l, text, from, to)
	}
}

// inked is a piece as the elements around it make it.
func (s *story) inked(l *level, n *node, text string) inked {
	hide := s.why(l)
	if hide == l.para.base {
		hide = ""
	}
	return inked{n, text, hide, l.insert}
}

// ink adds what elements without text of their own stand for.
func (s *story) ink(name string, attrs []xmlAttr, from, to int) {
	l := s.top()
	if l.para == nil || s.above(1).name != "r" && name != "br" {
		return
	}
	switch name {
	case "tab", "ptab":
		l.para.pieces = append(l.para.pieces, s.inked(l, nil, "\t"))
	case "br", "cr":
		l.para.pieces = append(l.para.pieces, s.inked(l, nil, "\n"))
	case "noBreakHyphen":
		l.para.pieces = append(l.para.pieces, s.inked(l, nil, "-"))
	case "sym":
		if text := symbol(value(attrs, "char")); text != "" && s.part.raw[to-2] == '/' {
			l.para.pieces = append(l.para.pieces, s.inked(l, s.part.add(text, from, to), text))
		}
	}
}

// symbol reads the number of a character of a symbol font, which stands in the
// private area 256 characters above its own.
func symbol(hex string) string {
	var r rune
	for _, c := range strings.ToLower(hex) {
		d := strings.IndexRune("0123456789abcdef", c)
		if d < 0 || r > 0xffff {
			return ""
		}
		r = r<<4 | rune(d)
	}
	if r >= 0xf000 && r <= 0xf0ff {
		r -= 0xf000
	}
	if r < ' ' || !utf8.ValidRune(r) {
		return ""
	}
	return string(r)
}

// looseText is a line of its own; of a property its name is the place.
func (s *story) looseText(l *level, text string, from, to int) {
	where := l.scope
	if s.label == "property" {
		where += "." + strings.ToLower(l.name)
	}
	line := strand{marks: []mark{{0, where, s.why(l)}}}
	if l.name[0] >= utf8.RuneSelf { // in data of an office its name is the label
		line.fixed(l.name + "：")
	}
	line.add(s.part.add(text, from, to))
	s.loose.join(&line)
}

// finish reads a paragraph as it is shown, and beside that each hidden stretch
// alone and the whole as it was before changes: a number may be whole in one of
// them only.
func (s *story) finish(l level) {
	p := l.para
	s.vanish(p)
	shown := p.strand(p.whole(), func(i inked) bool { return i.hide == "" })
	switch {
	case l.cell != nil:
		l.cell.join(shown)
	default:
		s.flow.join(shown)
	}
	if !p.covert() {
		return
	}
	for i := 0; i < len(p.pieces); {
		hide, from := p.pieces[i].hide, i
		for i < len(p.pieces) && p.pieces[i].hide == hide {
			i++
		}
		if hide != "" {
			stretch := paragraph{where: p.where, pieces: p.pieces[from:i]}
			s.beside = append(s.beside, stretch.strand(hide, func(inked) bool { return true }))
		}
	}
	before := p.strand(p.reason(), func(i inked) bool {
		return i.hide != "field code" && i.hide != "ruby text" && (!i.insert || i.hide != "")
	})
	s.beside = append(s.beside, before)
}

// vanish leaves hidden text out of a copy: its writer does not see it either.
func (s *story) vanish(p *paragraph) {
	for _, i := range p.pieces {
		if i.node != nil && (i.hide == hiddenText || i.hide == "" && p.style == hiddenText) {
			s.part.cut(i.node.from, i.node.to)
			s.vanished = true
		}
	}
}

// whole is why all of the paragraph is hidden, if it is.
func (p *paragraph) whole() string {
	if p.style != "" {
		return p.style
	}
	return p.base
}

// covert tells whether some of the paragraph is hidden.
func (p *paragraph) covert() bool { return p.reason() != "" }

func (p *paragraph) reason() string {
	for _, i := range p.pieces {
		if i.hide != "" {
			return i.hide
		}
	}
	return ""
}

// strand joins the pieces that belong to it.
func (p *paragraph) strand(hidden string, in func(inked) bool) *strand {
	s := &strand{marks: []mark{{0, p.where, hidden}}}
	for _, i := range p.pieces {
		switch {
		case !in(i):
		case i.node == nil:
			s.fixed(i.text)
		default:
			s.add(i.node)
		}
	}
	return s
}

// technical are attributes that no person writes: fonts, measures, numbers of
// the program's own.
var technical = setOf("ascii hAnsi eastAsia cs typeface panose ang x y z cx cy w h l t r b wd ht pos path coordsize coordorigin style " +
	"id idx paraId textId anchorId editId durableId uri gfxdata spid nsid tmpl embed link date initials space fill algorithmName hashValue saltValue hash salt spinCount " +
	"requires Ignorable Type Id ContentType PartName Extension lang bidi charset usb0 usb1 usb2 usb3 csb0 csb1 fmtid pid edGrp guid storeItemID sig")

// beholders name the hiding places that attributes are.
var beholders = map[string][2]string{
	"descr": {"alt", "alternative text"}, "title": {"alt", "alternative text"}, "alt": {"alt", "alternative text"},
	"Target": {"link", "link target"}, "instr": {"field", "field code"}, "tooltip": {"link", "link target"},
}

// attributes reads the values that a person may have written, each alone.
func (s *story) attributes(attrs []xmlAttr) {
	for _, a := range attrs {
		if technical[a.name] || strings.HasPrefix(a.name, "rsid") || !telling(a.value) {
			continue
		}
		l := s.top()
		role, known := beholders[a.name]
		if !known {
			role = [2]string{"attribute", "attribute"}
		}
		where := l.scope
		if l.para != nil {
			where = l.para.where
		}
		line := &strand{marks: []mark{{0, strings.TrimPrefix(where+"."+role[0], "."), role[1]}}}
		line.add(s.part.add(a.value, a.from, a.to))
		s.beside = append(s.beside, line)
	}
}

// telling: a value short of digits and of letters beyond ASCII tells nothing
// about a person.
func telling(value string) bool {
	digits := 0
	for _, c := range []byte(value) {
		switch {
		case c == '@', c >= 0x80:
			return true
		case c >= '0' && c <= '9':
			digits++
		}
	}
	return digits >= 5
}

// comment is text for nobody: a masked copy does without.
func (s *story) comment(text string, from, to int) {
	line := &strand{marks: []mark{{0, strings.TrimPrefix(s.top().scope+".xml", "."), "XML comment"}}}
	line.add(s.part.add(text, from, to))
	s.beside = append(s.beside, line)
	s.part.cut(from-len("<!--"), to+len("-->"))
}
