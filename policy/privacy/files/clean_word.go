// Word documents without traces: changes are accepted, comments and hidden text go, and nobody is named.

package files

import (
	"regexp"
	"strings"
)

// wordTraces are the elements that go with all that is in them.
var wordTraces = map[string]string{
	"del": TraceChanges, "moveFrom": TraceChanges, "cellIns": TraceChanges, "cellDel": TraceChanges, "cellMerge": TraceChanges,
	"rPrChange": TraceChanges, "pPrChange": TraceChanges, "sectPrChange": TraceChanges, "tblPrChange": TraceChanges, "tblPrExChange": TraceChanges,
	"trPrChange": TraceChanges, "tcPrChange": TraceChanges, "tblGridChange": TraceChanges, "numberingChange": TraceChanges,
	"customXmlInsRangeStart": TraceChanges, "customXmlInsRangeEnd": TraceChanges, "customXmlDelRangeStart": TraceChanges, "customXmlDelRangeEnd": TraceChanges,
	"customXmlMoveFromRangeStart": TraceChanges, "customXmlMoveFromRangeEnd": TraceChanges, "customXmlMoveToRangeStart": TraceChanges, "customXmlMoveToRangeEnd": TraceChanges,
	"moveFromRangeStart": TraceChanges, "moveFromRangeEnd": TraceChanges, "moveToRangeStart": TraceChanges, "moveToRangeEnd": TraceChanges,
	"commentRangeStart": TraceComments, "commentRangeEnd": TraceComments, "commentReference": TraceComments,
	"permStart": TraceProperties, "permEnd": TraceProperties, "rsids": TraceProperties,
	"attachedTemplate": TraceProperties, "mailMerge": TraceProperties, "printerSettings": TraceProperties,
}

// wordInsertions are the elements that go and leave what is in them.
var wordInsertions = setOf("ins moveTo")

var (
	outBinding = regexp.MustCompile(`<w(?:15)?:dataBinding\s[^>]*/>`)
	outRSID    = regexp.MustCompile(`\sw:rsid\w*="[^"]*"`)
)

// word tidies one part of a document.
type word struct {
	*office
	part   *xmlPart
	x      xmlScan
	prefix string // of WordprocessingML: that of the outermost element
	blocks []block
}

// block is an open paragraph, row or table.
type block struct {
	from int
	gone bool // it, or the mark at its end, was deleted
	full bool // something is left in it
}

func (o *office) tidyWord(p *xmlPart) {
	for _, c := range []*regexp.Regexp{outRSID, outBinding} {
		for _, at := range c.FindAllIndex(p.raw, -1) {
			p.cut(at[0], at[1])
		}
	}
	d := &word{office: o, part: p, x: xmlScan{text: string(p.raw)}}
	for t := d.x.next(); t.kind != over; t = d.x.next() {
		if t.name == "" {
			continue
		}
		name := tagName(d.x.text[t.from:t.to])
		if d.prefix == "" && len(d.x.open) == 1 {
			d.prefix = strings.TrimSuffix(name, t.name)
		}
		if (t.name == "r" || t.name == "sectPr") && len(d.blocks) > 0 { // also of a formula
			d.blocks[len(d.blocks)-1].full = true
		}
		if name == d.prefix+t.name {
			d.tag(t)
		}
	}
}

func (d *word) tag(t xmlTag) {
	trace, gone := wordTraces[t.name]
	switch {
	case wordInsertions[t.name]:
		d.mark(t, TraceChanges)
		d.part.cut(t.from, t.to)
	case gone && t.kind != ending:
		d.mark(t, trace)
		if t.name == "del" {
			d.deleted(t)
		}
		d.x.inner(t, nil)
		d.part.cut(t.from, d.x.at)
	case t.name == "p" || t.name == "tr" || t.name == "tbl":
		d.block(t)
	}
}

// mark reports a trace, and whose it is.
func (d *word) mark(t xmlTag, trace string) {
	d.traced(trace)
	if personal(unescaped(d.x.attr(t, d.prefix+"author"))) {
		d.traced(TraceAuthor)
	}
}

// deleted notes that a row, or the mark at the end of a paragraph, is deleted.
func (d *word) deleted(t xmlTag) {
	parents := d.x.open
	if t.kind == opening {
		parents = parents[:len(parents)-1]
	}
	n := len(parents)
	row := n > 0 && parents[n-1] == "trPr"
	if paragraph := n > 1 && parents[n-1] == "rPr" && parents[n-2] == "pPr"; (row || paragraph) && len(d.blocks) > 0 {
		d.blocks[len(d.blocks)-1].gone = true
	}
}

// block cuts rows that were deleted, tables without any left, and paragraphs of
// the text of which nothing is left; in a cell one has to stay.
func (d *word) block(t xmlTag) {
	switch {
	case t.kind == opening:
		d.blocks = append(d.blocks, block{from: t.from})
		return
	case t.kind != ending || len(d.blocks) == 0:
		return
	}
	last := len(d.blocks) - 1
	b := d.blocks[last]
	d.blocks = d.blocks[:last]
	parent := ""
	if n := len(d.x.open); n > 0 {
		parent = d.x.open[n-1]
	}
	gone := b.gone && (t.name == "tr" || t.name == "p" && !b.full && parent == "body")
	if gone = gone || t.name == "tbl" && !b.full; gone {
		d.part.cut(b.from, t.to)
	} else if last > 0 && t.name == "tr" {
		d.blocks[last-1].full = true
	}
}
