// The text of an office part as a reader has it: runs joined to paragraphs, cells to tables, and what stands hidden beside them.

package files

import (
	"fmt"
	"strconv"
	"strings"
)

// story walks a part of WordprocessingML or DrawingML, or any other XML: what
// stands in no paragraph is read line by line.
type story struct {
	part   *xmlPart
	label  string          // in front of every place: "header[0]"
	hidden string          // why all of the part is hidden, if it is
	styles map[string]bool // styles that hide their text
	cells  int             // how many more the limit allows

	flow     strand    // the paragraphs outside tables
	loose    strand    // what stands outside paragraphs
	beside   []*strand // hidden stretches, attributes, comments: each judged alone
	grids    []*grid
	open     []level
	counts   map[string]int
	overflow bool
	vanished bool // some of it is hidden text
}

// level is what an open element makes of the text inside.
type level struct {
	name   string
	scope  string // the place so far: "header[0].textbox[1]"
	para   *paragraph
	grid   *grid
	cell   *cell
	run    *string // why the run is hidden
	hide   string  // why what stands here is hidden
	insert bool    // a tracked insertion
}

// paragraph gathers its pieces until it ends.
type paragraph struct {
	where  string
	base   string // why it is hidden as a whole: in a comment, on a hidden slide
	style  string // the same, by its style
	pieces []inked
}

// inked is a piece of a paragraph: of a node, or a blank between nodes.
type inked struct {
	node   *node
	text   string
	hide   string
	insert bool
}

// grid is a table; a cell is a strand of its paragraphs.
type grid struct {
	where, hidden string
	rows          [][]*cell
}

type cell struct {
	strand
	span int
}

func newStory(p *xmlPart, label, hidden string, styles map[string]bool, cells int) *story {
	return &story{part: p, label: label, hidden: hidden, styles: styles, cells: cells, counts: map[string]int{}, open: []level{{scope: label}}}
}

func (s *story) top() *level { return &s.open[len(s.open)-1] }

// above is the n-th element around the innermost one.
func (s *story) above(n int) *level { return &s.open[max(len(s.open)-1-n, 0)] }

func (s *story) start(name string, attrs []xmlAttr, from, to int) {
	l := *s.top()
	l.name = name
	s.open = append(s.open, l)
	if enter := entering[name]; enter != nil {
		enter(s, s.top(), attrs)
	}
	s.ink(name, attrs, from, to)
	s.attributes(attrs)
}

func (s *story) end(name string) {
	l := *s.top()
	s.open = s.open[:len(s.open)-1]
	switch {
	case name == "p" && l.para != nil:
		s.finish(l)
	case name == "tc" && l.cell != nil && l.grid != nil:
		for range l.cell.span - 1 {
			s.addCell(l.grid)
		}
	}
}

// entering says what an element does to the text inside it.
var entering = map[string]func(*story, *level, []xmlAttr){
	"p":           func(s *story, l *level, _ []xmlAttr) { s.paragraph(l) },
	"r":           func(_ *story, l *level, _ []xmlAttr) { l.run = new(string) },
	"fld":         func(_ *story, l *level, _ []xmlAttr) { l.run = new(string) },
	"tbl":         func(s *story, l *level, _ []xmlAttr) { s.table(l) },
	"tr":          func(s *story, l *level, _ []xmlAttr) { s.row(l) },
	"tc":          func(s *story, l *level, _ []xmlAttr) { s.cell(l) },
	"gridBefore":  func(s *story, l *level, a []xmlAttr) { s.skipCells(l, a) },
	"gridSpan":    func(_ *story, l *level, a []xmlAttr) { l.spanCell(a) },
	"comment":     func(s *story, l *level, _ []xmlAttr) { s.enter(l, "comment", "comment") },
	"cm":          func(s *story, l *level, _ []xmlAttr) { s.enter(l, "comment", "comment") },
	"footnote":    func(s *story, l *level, _ []xmlAttr) { s.enter(l, "footnote", "") },
	"endnote":     func(s *story, l *level, _ []xmlAttr) { s.enter(l, "endnote", "") },
	"txbxContent": func(s *story, l *level, _ []xmlAttr) { s.box(l, "textbox") },
	"txBody":      func(s *story, l *level, _ []xmlAttr) { s.shape(l) },
	"Fallback":    func(_ *story, l *level, _ []xmlAttr) { l.hide = "second copy for old programs" },
	"del":         func(_ *story, l *level, _ []xmlAttr) { l.hide = "deleted text" },
	"moveFrom":    func(_ *story, l *level, _ []xmlAttr) { l.hide = "deleted text" },
	"ins":         func(_ *story, l *level, _ []xmlAttr) { l.insert = true },
	"moveTo":      func(_ *story, l *level, _ []xmlAttr) { l.insert = true },
	"rt":          func(_ *story, l *level, _ []xmlAttr) { l.hide = "ruby text" },
	"delText":     func(_ *story, l *level, _ []xmlAttr) { l.hide = "deleted text" },
	"instrText":   func(_ *story, l *level, _ []xmlAttr) { l.hide = "field code" },
	"delInstrText": func(_ *story, l *level, _ []xmlAttr) {
		l.hide = "field code"
	},
	"sld":     func(_ *story, l *level, a []xmlAttr) { l.hideSlide(a) },
	"cNvPr":   func(s *story, _ *level, a []xmlAttr) { s.hideShape(a) },
	"vanish":  func(s *story, _ *level, a []xmlAttr) { s.vanishRun(isOn(a)) },
	"color":   func(s *story, _ *level, a []xmlAttr) { s.hideRun("white text", isWhite(a)) },
	"srgbClr": func(s *story, _ *level, a []xmlAttr) { s.hideRun("white text", isWhite(a)) },
	"sz":      func(s *story, _ *level, a []xmlAttr) { s.hideRun("tiny text", isBelow(value(a, "val"), 5)) },
	"rPr":     func(s *story, _ *level, a []xmlAttr) { s.hideRun("tiny text", isBelow(value(a, "sz"), 300)) },
	"rStyle":  func(s *story, _ *level, a []xmlAttr) { s.hideRun(hiddenText, s.styles[value(a, "val")]) },
	"pStyle":  func(s *story, l *level, a []xmlAttr) { s.hideParagraph(l, a) },
}

func value(attrs []xmlAttr, name string) string {
	for _, a := range attrs {
		if a.name == name {
			return a.value
		}
	}
	return ""
}

// isOn reads an on/off property: on unless it says otherwise.
func isOn(attrs []xmlAttr) bool {
	switch strings.ToLower(value(attrs, "val")) {
	case "0", "false", "off":
		return false
	}
	return true
}

func isWhite(attrs []xmlAttr) bool { return strings.EqualFold(value(attrs, "val"), "FFFFFF") }

func isBelow(size string, limit int) bool {
	n, err := strconv.Atoi(size)
	return err == nil && n < limit
}

// run is the run whose properties are being read, and nil where they are those
// of a paragraph's end mark, which hide nothing.
func (s *story) run() *string {
	for n := 1; n < 4 && n < len(s.open); n++ {
		if l := s.above(n); l.name == "r" || l.name == "fld" {
			return l.run
		}
	}
	return nil
}

// hideRun marks the run. Hidden text is that, whatever its colour.
func (s *story) hideRun(why string, really bool) {
	if run := s.run(); really && run != nil && *run != hiddenText {
		*run = why
	}
}

// vanishRun hides the run, or shows what its style hides.
func (s *story) vanishRun(on bool) {
	run := s.run()
	if s.hideRun(hiddenText, on); !on && run != nil && *run == hiddenText {
		*run = ""
	}
}

func (s *story) hideParagraph(l *level, attrs []xmlAttr) {
	if l.para != nil && s.styles[value(attrs, "val")] {
		l.para.style = hiddenText
	}
}

func (l *level) hideSlide(attrs []xmlAttr) {
	if show := value(attrs, "show"); show == "0" || show == "false" {
		l.hide = "hidden slide"
	}
}

// hideShape marks the shape whose properties are being read.
func (s *story) hideShape(attrs []xmlAttr) {
	if h := value(attrs, "hidden"); h != "1" && h != "true" {
		return
	}
	s.above(2).hide = "hidden shape"
}

// next counts things of a kind under a place: "para[3]".
func (s *story) next(scope, kind string) string {
	where := scope
	if where != "" {
		where += "."
	}
	where += kind
	n := s.counts[where]
	s.counts[where]++
	return fmt.Sprintf("%s[%d]", where, n)
}

// enter opens a place of its own. Comments and notes count within their part,
// which has no name of its own.
func (s *story) enter(l *level, kind, hide string) {
	l.scope = s.next(l.scope, kind)
	if l.hide == "" {
		l.hide = hide
	}
	l.para, l.grid, l.cell, l.run = nil, nil, nil, nil
}

func (s *story) box(l *level, kind string) { s.enter(l, kind, "") }

// shape opens a shape of a slide; the text of a cell stays in its cell.
func (s *story) shape(l *level) {
	if l.cell == nil {
		s.box(l, "shape")
	}
}

func (s *story) paragraph(l *level) {
	where := ""
	if l.cell == nil {
		where = s.next(l.scope, "para")
	} else {
		row := l.grid.rows[len(l.grid.rows)-1]
		where = l.grid.where + "!" + cellName(len(l.grid.rows)-1, len(row)-1)
	}
	l.run = nil
	l.para = &paragraph{where: where, base: s.why(l)}
}

func (s *story) table(l *level) {
	l.grid = &grid{where: s.next(l.scope, "table"), hidden: s.why(l)}
	l.cell, l.para = nil, nil
	s.grids = append(s.grids, l.grid)
}

func (s *story) row(l *level) {
	if l.grid != nil {
		l.grid.rows = append(l.grid.rows, nil)
	}
}

func (s *story) cell(l *level) {
	if l.grid == nil || len(l.grid.rows) == 0 {
		l.grid = nil
		return
	}
	l.cell = s.addCell(l.grid)
	l.para = nil
}

// addCell appends a cell to the last row. Beyond the limit all cells are one.
func (s *story) addCell(g *grid) *cell {
	row := &g.rows[len(g.rows)-1]
	if s.cells--; s.cells < 0 && len(*row) > 0 {
		s.overflow = true
		return (*row)[len(*row)-1]
	}
	c := &cell{span: 1}
	*row = append(*row, c)
	return c
}

const widest = 64 // columns that one cell may span

func (s *story) skipCells(l *level, attrs []xmlAttr) {
	n, err := strconv.Atoi(value(attrs, "val"))
	if err != nil || l.grid == nil || len(l.grid.rows) == 0 {
		return
	}
	for range min(n, widest) {
		s.addCell(l.grid)
	}
}

func (l *level) spanCell(attrs []xmlAttr) {
	if n, err := strconv.Atoi(value(attrs, "val")); err == nil && l.cell != nil {
		l.cell.span = min(max(n, 1), widest)
	}
}

// why is the reason for which a reader does not see what stands here.
func (s *story) why(l *level) string {
	if l.hide != "" {
		return l.hide
	}
	if l.run != nil && *l.run != "" {
		return *l.run
	}
	return s.hidden
}
