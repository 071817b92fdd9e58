// Sections: a header and the rows it governs, and forms of labels and values.

package privacy

import "slices"

// column is what a section knows of a column.
type column struct {
	label
	group  bool // the header reaches over several columns: another one may follow
	filled int
	ids    int    // cells that prove an ID
	odd    []cell // cells that do not, of a column without a header
}

// section is the state of a table between two headers.
type section struct {
	columns []column
	headed  bool
	people  bool // the rows are about persons
	private bool // and about nothing that these do in an office
	minors  bool
	form    struct {
		person, body bool
		duty         bool   // it also speaks of a body: where somebody works
		owner        string // the organisation that it names
	}
	above   line // the row in front of the header: a title
	mark    line // the header of the names
	flagged bool // the list of minors has been reported
}

// rowKind is what a row is.
type rowKind uint8

const (
	data rowKind = iota
	header
	subheader
	form
)

// judge says what a row is and what it makes of its cells.
func (g *grid) judge(i int) {
	row, next := g.take(i)
	switch g.kindOf(row, next) {
	case header:
		g.closeSection()
		g.head(row)
		g.nameColumns(i)
		g.describe()
		g.plainRow(row)
	case subheader:
		g.subhead(row)
		g.plainRow(row)
	case form:
		g.formRow(row)
	case data:
		g.dataRow(row)
	}
	if len(row) == 1 { // a title, or a line between parts
		g.section.above = slices.Clone(row[0].line)
	}
}

// tally counts what speaks for a header.
type tally struct {
	labels   int
	marked   int  // headers by their markup
	long     bool // a cell is too long for a header
	numbers  bool // or holds a long number
	formlike bool // each label stands in front of something that is none
}

func count(row []field) tally {
	t := tally{formlike: len(row) > 1 && row[0].label.role != unknown}
	digits := 0
	for i, f := range row {
		if f.head {
			t.marked++
		}
		if f.label.role != unknown {
			t.labels++
			if i+1 < len(row) && row[i+1].label.role != unknown {
				t.formlike = false
			}
		}
		t.long = t.long || len(f.line) > 2*headingLimit
		digits = 0
		for _, a := range f.line {
			if a.class == digit && a.script == ascii {
				digits++
			}
		}
		t.numbers = t.numbers || digits > 4
	}
	return t
}

// kindOf tells headers, forms and data apart.
func (g *grid) kindOf(row, next []field) rowKind {
	t := count(row)
	s := &g.section
	switch {
	case t.labels == 0 && (t.marked < len(row) || len(row) < 2):
		return data
	case g.follows(row, t):
		return subheader
	case s.headed && t.labels < 2 && !g.intrudes(row, t):
		return data
	case !t.numbers && !t.long && !t.formlike && 2*t.labels >= len(row) && (t.labels > 1 || len(row) <= 2 && !s.headed):
		return header
	case !t.formlike && t.marked == len(row) && len(row) > 1 && !t.numbers:
		return header
	case t.formlike && !t.numbers && t.labels > 1 && !formGoesOn(next):
		if len(next) > 0 && 2*t.labels >= len(row) {
			return header
		}
		return form
	case t.formlike:
		return form
	}
	return data
}

// intrudes reports a line of a form in the middle of a table: 家庭住址｜某村
// below a table of the family's members, or 姓名｜张三 below 项目｜内容.
func (g *grid) intrudes(row []field, t tally) bool {
	s := &g.section
	return t.formlike && len(row) == 2 && (len(s.columns) > 2 || !s.people) && row[0].label.role > body
}

// formGoesOn reports that the row behind begins with a label too.
func formGoesOn(next []field) bool { return len(next) > 0 && next[0].label.role != unknown }

// follows reports the second row of a header: its cells stand below cells
// that reach over several columns, and nowhere else.
func (g *grid) follows(row []field, t tally) bool {
	s := &g.section
	if !s.headed || len(row) == 0 || t.numbers || t.long || t.labels == 0 {
		return false
	}
	for _, f := range row {
		if f.col >= len(s.columns) || !s.columns[f.col].group || s.columns[f.col].filled > 0 {
			return false
		}
	}
	return true
}

// head takes a row as the header of those below.
func (g *grid) head(row []field) {
	s := &g.section
	above := s.above
	*s = section{headed: true, columns: make([]column, 0, len(row)), above: above}
	for i, f := range row {
		if f.label.role == name || f.label.role == number && len(s.mark) == 0 {
			s.mark = slices.Clone(f.line)
		}
		c := column{label: f.label, group: f.cols > 1}
		last := f.col + f.cols
		if i+1 < len(row) && row[i+1].col > last { // empty cells behind: merged ones, in a sheet
			last, c.group = row[i+1].col, true
		}
		for len(s.columns) < min(last, mostColumns) {
			if len(s.columns) < f.col {
				s.columns = append(s.columns, column{})
				continue
			}
			s.columns = append(s.columns, c)
		}
	}
}

// nameColumns looks at what stands below headers that say nothing: a column
// of names makes the rows persons'.
func (g *grid) nameColumns(i int) {
	if !slices.ContainsFunc(g.section.columns, func(c column) bool { return c.role == unknown }) {
		return
	}
	var names, cells [32]int
	var b buffer
	for j := i + 1; j <= i+6 && j < len(g.rows); j++ {
		for _, f := range filled(g.fields(j, &b)) {
			if f.col < len(names) {
				cells[f.col]++
				if likeName(f.line) {
					names[f.col]++
				}
			}
		}
	}
	for col := range g.section.columns {
		c := &g.section.columns[col]
		if col < len(names) && c.role == unknown && names[col] > 1 && 10*names[col] >= 6*cells[col] {
			c.role = name
		}
	}
}

// subhead takes a second row into the header.
func (g *grid) subhead(row []field) {
	s := &g.section
	for _, f := range row {
		for col := f.col; col < min(f.col+f.cols, len(s.columns)); col++ {
			c := &s.columns[col]
			c.label, c.group = under(c.label, f.label), f.cols > 1
		}
	}
	g.describe()
}

// partsOfHome are headers below 家庭住址 that a mask does not reach down to.
var partsOfHome = setOf("省 市 县 区 乡 镇 乡镇 街道 乡(镇) 乡镇街道 县区 省市 州")

// under is a header below another one.
func under(above, below label) label {
	out := below
	out.text, out.bare = above.text+below.text, ""
	out.minor = above.minor || below.minor
	switch {
	case above.role == dwelling && (below.role == unknown || below.role == plain || below.role == somewhere):
		out.role = dwelling
		if partsOfHome[below.text] {
			out.role = plain
		}
	case below.role == unknown:
		out.role = above.role
	case below.role >= phoneRole && containsAny(above.text, bodyWords):
		out.role = body
	}
	return out
}

// describe says what the rows of the section are about.
func (g *grid) describe() {
	s := &g.section
	var has [hardship + 1]bool
	s.minors = false
	for _, c := range s.columns {
		has[c.role] = true
		s.minors = s.minors || c.minor
	}
	strong := has[trait] || has[number] || has[account] || has[born] || has[dwelling] || has[wealth] || has[illness] || has[hardship]
	s.private = (has[name] || has[number]) && strong && !has[body]
	weak := !has[body] && (has[phoneRole] || has[somewhere] || has[paper])
	s.people = (has[name] || has[number]) && (strong || weak || s.minors)
	title := s.above.String()
	s.minors = s.people && (s.minors || has[name] && containsAny(title, minorWords) && !containsAny(title, adultWords))
}

// closeSection asks about the odd cells of columns that turn out to be IDs.
func (g *grid) closeSection() {
	s := &g.section
	for i := range s.columns {
		c := &s.columns[i]
		if c.filled >= 4 && 10*c.ids >= 6*c.filled {
			for _, odd := range c.odd {
				g.oddID(g.read(piece{odd.start, odd.end, g.mode, ""}, nil), "column:id_card")
			}
		}
		c.filled, c.ids, c.odd = 0, 0, nil
	}
	s.headed = false
	s.columns = s.columns[:0]
}
