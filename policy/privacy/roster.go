// Rosters: what a row makes of its cells.

package privacy

import (
	"slices"
	"strings"
)

const mostOdd = 4096 // odd cells of a column that are remembered

// rowFacts are what is known of a row while its cells are judged.
type rowFacts struct {
	people bool   // the row is about a person
	proof  string // an ID in it, which holds the birth date
}

// plainRow scans cells that nothing governs: headers.
func (g *grid) plainRow(row []field) {
	for _, f := range row {
		g.under(f.cell, "")
	}
}

// under scans a cell with what governs it as its context.
func (g *grid) under(c cell, context string) {
	old := g.opt.Context
	g.opt.Context = context
	p := piece{c.start, c.end, g.mode, ""}
	g.piece(p)
	g.headed(p)
	g.opt.Context = old
}

// dataRow judges the cells of a row by the headers of their columns.
func (g *grid) dataRow(row []field) {
	s := &g.section
	facts := rowFacts{people: s.headed && s.people || !s.headed && aboutPerson(row)}
	if !s.headed && len(row) > 2 && mostlyNames(row[1:]) {
		s.form.person = true // names side by side, what is theirs below
	}
	first := len(g.hits)
	for i, f := range row {
		c := g.column(f.col)
		context := ""
		if s.headed {
			context = c.context()
		} else if i > 0 && !row[i-1].line.numeric() {
			context = row[i-1].label.text
		}
		if c.role == account && !facts.people {
			context = bodyIn(row) + context
		}
		before := len(g.hits)
		g.under(f.cell, context)
		g.homePhone(f.cell, c.role, before, s.private)
		if id := provenID(g.hits[before:]); id != "" {
			facts.proof = id
		}
		g.vote(c, f, g.hits[before:])
		if facts.people && c.role != body {
			raise(g.hits[before:])
		}
	}
	facts.people = facts.people || facts.proof != ""
	for i, f := range row {
		g.cellOf(row, i, g.column(f.col).label, facts, "header:")
	}
	if young := g.young(g.hits[first:]); s.minors || facts.people && young {
		g.flag(row)
	}
}

// homePhone: the fixed phone of somebody who is listed as a private person is
// one at home.
func (g *grid) homePhone(c cell, r role, before int, private bool) {
	if private && r == phoneRole && len(g.hits) == before {
		g.under(c, "家庭电话")
	}
}

// bodyIn is the name of an organisation in the row: it owns the account there.
func bodyIn(row []field) string {
	for _, f := range row {
		if text := f.label.text; len(text) > 0 && namesOffice(text) {
			return text + ","
		}
	}
	return ""
}

// column is what the section knows of a column; nothing when it has none.
func (g *grid) column(col int) *column {
	for !g.section.headed && col < mostColumns && len(g.section.columns) <= col {
		g.section.columns = append(g.section.columns, column{})
	}
	if col < len(g.section.columns) {
		return &g.section.columns[col]
	}
	return &column{}
}

// aboutPerson: a row without a header holds a name and a sex.
func aboutPerson(row []field) bool {
	named, sexed := false, false
	for _, f := range row {
		named = named || likeName(f.line)
		sexed = sexed || len(f.line) == 1 && f.line.among(0, "男女")
	}
	return named && sexed
}

func mostlyNames(row []field) bool {
	n := 0
	for _, f := range row {
		if likeName(f.line) {
			n++
		}
	}
	return n > 1 && 10*n >= 6*len(row)
}

func (l line) numeric() bool {
	return slices.ContainsFunc(l, func(a atom) bool { return a.class == digit && a.script == ascii })
}

func provenID(hits []hit) string {
	for _, h := range hits {
		if h.kind.Name == "id_card" && len(h.folded) == 18 && slices.Contains(h.evidence, "checksum") {
			return h.folded
		}
	}
	return ""
}

// vote counts what the column holds.
func (g *grid) vote(c *column, f field, hits []hit) {
	c.filled++
	switch {
	case provenID(hits) != "":
		c.ids++
	case c.role == number && len(hits) == 0:
		g.oddID(f.line, "header:"+c.text)
	case c.role <= plain && len(hits) == 0 && len(c.odd) < mostOdd && f.line.numeric():
		c.odd = append(c.odd, f.cell)
	}
}

// oddID asks about a number in a column of IDs that does not prove to be one:
// a slip of the pen, or 1.10101E+17.
func (g *grid) oddID(l line, evidence string) {
	from, to, digits := -1, 0, 0
	for i := range l {
		if l.digit(i) || from >= 0 && l.among(i, "x.e+") {
			if from < 0 {
				from = i
			}
			if l.digit(i) {
				digits++
			}
			to = i + 1
		}
	}
	float := digits >= 8 && slices.ContainsFunc(l[max(0, from):to], func(a atom) bool { return a.r == 'e' })
	if digits < 12 && !float || digits > 20 || l.starred() {
		return
	}
	hides := func(i int) bool { return i >= from+2 && i < to-3 && l.digit(i) }
	value := l[from:to].String()
	g.note(kindNamed("id_card"), span{l, from, to, hides, value, value[:2] + "***" + value[len(value)-3:]}, Ask, evidence, "checksum:wrong")
}

// kindNamed is a row of the table of kinds.
func kindNamed(name string) *kind {
	return &kinds[slices.IndexFunc(kinds, func(k kind) bool { return k.Name == name })]
}

// raise: in a row about a person nothing is an office's.
func raise(hits []hit) {
	for i := range hits {
		h := &hits[i]
		if h.level == Ask && h.kind.Name != "id_card" && !slices.ContainsFunc(h.evidence, spokenOfOffice) {
			h.level = Likely
			h.evidence = append(slices.Clip(h.evidence), "row:person")
		}
	}
}

func spokenOfOffice(evidence string) bool {
	word, ok := strings.CutPrefix(evidence, "context:")
	if !ok {
		return false
	}
	found, ok := endWord(foldWord(word), "")
	return ok && found.meaning == office
}

// cellOf judges what a label makes of a cell beyond numbers.
func (g *grid) cellOf(row []field, i int, lb label, facts rowFacts, why string) {
	l, evidence := row[i].line, why+lb.text
	level := Likely
	if facts.people {
		level = Certain
	}
	switch role := lb.role; {
	case l.empty():
	case role == born:
		g.bornCell(l, level, evidence)
	case role == dwelling, role == somewhere && facts.people:
		g.homeCell(kindNamed("address"), l, level, evidence)
	case role == origin && l.addressAt(0).fine():
		g.homeCell(kindNamed("address"), l, Likely, evidence)
	case role == wealth && facts.people:
		g.fact("property", l, Ask, evidence)
	case role == illness && facts.people:
		g.fact("health", l, Likely, evidence)
	case role == hardship && facts.people:
		g.fact("health", l, Ask, evidence)
	case facts.people && (role == unknown || role == plain):
		g.looseCell(row, i, facts)
	}
}

// bornCell reads the dates in a cell whose label calls them births.
func (g *grid) bornCell(l line, level Level, evidence string) {
	for d, ok := l.firstDate(g.opt.Now); ok; d, ok = l.firstDate(g.opt.Now) {
		sure := level
		if d.day == 0 && level == Certain {
			sure = Likely
		}
		g.born(kindNamed("birth_date"), l, d, sure, evidence)
		l = l[d.end:]
	}
}

// fact hides a whole cell.
func (g *grid) fact(kind string, l line, level Level, evidence string) {
	if l.starred() {
		return
	}
	hides := func(i int) bool { return !l[i].gap() }
	g.note(kindNamed(kind), span{l, 0, len(l), hides, l.String(), "***"}, level, evidence)
}

// looseCell looks at a cell that no label explains, in a row about a person:
// a birth date if an ID in the row says so or a sex stands beside it, an
// address if it leads to a door.
func (g *grid) looseCell(row []field, i int, facts rowFacts) {
	l := row[i].line
	if d, ok := l.firstDate(g.opt.Now); ok && d.start == 0 && d.end == len(l) {
		switch {
		case facts.proof != "" && d.folded() == facts.proof[6:14]:
			g.born(kindNamed("birth_date"), l, d, Certain, "row:id_card")
		case !g.section.headed && i > 0 && row[i-1].label.role == unknown && besides(row[:i]):
			g.born(kindNamed("birth_date"), l, d, Likely, "row:person")
		}
		return
	}
	if a := l.addressAt(0); a.home() && a.end == len(l) {
		g.lodge(kindNamed("address"), l, a, Likely, "row:person")
	}
}

// besides reports a sex in one of the two cells in front.
func besides(row []field) bool {
	for _, f := range row[max(0, len(row)-2):] {
		if len(f.line) == 1 && f.line.among(0, "男女") {
			return true
		}
	}
	return false
}

// formRow judges labels and the values behind them: 姓名｜张三｜性别｜女.
func (g *grid) formRow(row []field) {
	s := &g.section
	s.headed, s.columns = false, s.columns[:0]
	if owner := bodyIn(row); owner != "" {
		s.form.owner = owner
	}
	for _, f := range row {
		switch role := f.label.role; { // what comes first names the form: 姓名, or 企业名称
		case role == name || role == number:
			s.form.person = true
		case role == body && !s.form.person:
			s.form.body = true
		case role == body:
			s.form.duty = true
		}
	}
	facts := rowFacts{people: s.form.person && !s.form.body}
	var lb label
	for i, f := range row {
		if f.label.role != unknown {
			lb = f.label
			g.under(f.cell, "")
			s.minors = s.minors || f.label.minor
			continue
		}
		before := len(g.hits)
		context := lb.context()
		if lb.role == account && !facts.people {
			context = s.form.owner + context
		}
		g.under(f.cell, context)
		g.homePhone(f.cell, lb.role, before, facts.people && !s.form.duty)
		if facts.people && lb.role != body {
			raise(g.hits[before:])
		}
		if lb.role == number && len(g.hits) == before {
			g.oddID(f.line, "label:"+lb.text)
		}
		g.cellOf(row, i, lb, facts, "label:")
	}
	if s.minors && facts.people {
		g.flag(row)
	}
}

// labelled judges a text of which the caller knows the label: a field of a form.
func (s *scanner) labelled(p piece) {
	lb := headingOf(s.opt.Context)
	if lb.role == unknown {
		return
	}
	g := &grid{scanner: s, mode: p.mode}
	l := line(g.read(p, nil)).trim()
	if len(l) < cellLimit {
		g.cellOf([]field{{line: l}}, 0, lb, rowFacts{}, "header:")
	}
}
