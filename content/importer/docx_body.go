// The text of a Word file: paragraphs, runs and tables.

package importer

import (
	"strconv"
	"strings"
)

func (d *docx) page() page {
	d.walk(d.body.kids)
	return page{
		given:  map[string]string{},
		hints:  map[string]string{"title": usefulTitle(d.title), "created": d.created},
		blocks: settle(d.blocks), flags: d.flags,
	}
}

// usefulTitle drops what Word itself puts into the title property.
func usefulTitle(title string) string {
	if strings.Contains(title, "Microsoft") || strings.HasPrefix(title, "文档") || length(title) < shortestTitle {
		return ""
	}
	return title
}

func (d *docx) flag(code string) {
	for _, f := range d.flags {
		if f.Code == code {
			return
		}
	}
	d.flags = append(d.flags, newFlag(code, "body"))
}

// walk goes through the block elements; wrappers are looked into.
func (d *docx) walk(kids []*node) {
	for _, k := range kids {
		switch k.name {
		case "p":
			d.paragraph(k)
		case "tbl":
			if b, ok := d.table(k); ok {
				d.blocks = append(d.blocks, b)
			}
		case "del", "moveFrom":
			d.flag("tracked_deletions")
		case "ins", "moveTo":
			d.flag("tracked_insertions")
			d.walk(k.kids)
		case "AlternateContent":
			d.walk(choiceOf(k))
		case "sdt", "sdtContent", "customXml", "smartTag":
			d.walk(k.kids)
		}
	}
}

// choiceOf is one of the alternatives, never both.
func choiceOf(n *node) []*node {
	for _, name := range []string{"Choice", "Fallback"} {
		if k := n.kid(name); k != nil {
			return k.kids
		}
	}
	return nil
}

func (d *docx) paragraph(p *node) {
	props := p.kid("pPr")
	tag := d.tagOf(props)
	label, list, bullet := d.lists.next(props)
	if label == lostLabel {
		d.flag("lost_numbering")
		label = ""
	}
	if bullet && tag == "p" {
		tag = "ul"
	}
	var runs []run
	d.runs(p.kids, run{}, &runs)
	for _, line := range splitRuns(runs) {
		if b, ok := blockOf(tag, unbold(tag, line)); ok {
			b.label, b.list = label, list
			d.blocks = append(d.blocks, b)
			label, list = "", 0
		}
	}
	d.blocks = append(d.blocks, d.afterward...)
	d.afterward = nil
}

// tagOf is the tag by outline level or style.
func (d *docx) tagOf(props *node) string {
	if l := props.kid("outlineLvl"); l != nil {
		return outlineTag(l.attr("val"))
	}
	if tag := d.styles[props.kid("pStyle").attr("val")]; tag != "" {
		return tag
	}
	return "p"
}

func outlineTag(level string) string {
	switch n, err := strconv.Atoi(level); {
	case err != nil || n < 0 || n > 8:
		return "p"
	default:
		return []string{"h2", "h3", "h4"}[min(n, 2)]
	}
}

// unbold drops the bold of a heading, which is one already.
func unbold(tag string, runs []run) []run {
	for i := range runs {
		runs[i].strong = runs[i].strong && tag[0] != 'h'
	}
	return runs
}

// splitRuns parts at line breaks.
func splitRuns(runs []run) [][]run {
	lines := [][]run{nil}
	for _, r := range runs {
		for i, text := range strings.Split(r.text, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			r.text = text
			lines[len(lines)-1] = append(lines[len(lines)-1], r)
		}
	}
	return lines
}

// runs collects the text of a paragraph; look carries link and emphasis inward.
func (d *docx) runs(kids []*node, look run, out *[]run) {
	for _, k := range kids {
		switch k.name {
		case "r":
			d.run(k, look, out)
		case "hyperlink":
			inner := look
			inner.href = d.links[k.attr("id")]
			d.runs(k.kids, inner, out)
		case "del", "moveFrom":
			d.flag("tracked_deletions")
		case "ins", "moveTo":
			d.flag("tracked_insertions")
			d.runs(k.kids, look, out)
		case "commentRangeStart", "commentReference":
			d.flag("comments_left_out")
		case "AlternateContent":
			d.runs(choiceOf(k), look, out)
		case "sdt", "sdtContent", "smartTag", "customXml", "fldSimple", "dir", "bdo", "oMath", "oMathPara":
			d.runs(k.kids, look, out)
		}
	}
}

func (d *docx) run(r *node, look run, out *[]run) {
	props := r.kid("rPr")
	if props.kid("vanish").on() || props.kid("webHidden").on() {
		d.flag("hidden_text")
		return
	}
	look.strong, look.em = props.kid("b").on(), props.kid("i").on()
	d.prints(r.kids, look, out)
}

// prints adds what the elements of a run print.
func (d *docx) prints(kids []*node, look run, out *[]run) {
	for _, k := range kids {
		if k.name == "AlternateContent" {
			d.prints(choiceOf(k), look, out)
		} else if look.text = d.glyphs(k); look.text != "" {
			*out = append(*out, look)
		}
	}
}

// glyphs is what one element of a run prints.
func (d *docx) glyphs(k *node) string {
	switch k.name {
	case "t":
		return clean(strings.ReplaceAll(k.text, "\n", " "))
	case "tab", "ptab":
		return " "
	case "br", "cr":
		return "\n"
	case "noBreakHyphen":
		return "-"
	case "sym":
		d.flag("lost_symbols")
	case "footnoteReference", "endnoteReference":
		d.flag("notes_left_out")
	case "commentReference":
		d.flag("comments_left_out")
	case "drawing", "pict", "object":
		d.picture(k)
	}
	return ""
}

// picture keeps the text of text boxes, behind the paragraph that anchors them.
func (d *docx) picture(k *node) {
	box := deep(k, "txbxContent")
	if box == nil {
		d.flag("images_left_out")
		return
	}
	outer := d.blocks
	d.blocks = nil
	waiting := d.afterward
	d.afterward = nil
	d.walk(box.kids)
	d.blocks, d.afterward = outer, append(waiting, d.blocks...)
}

func deep(n *node, name string) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
		if found := deep(k, name); found != nil {
			return found
		}
	}
	return nil
}
