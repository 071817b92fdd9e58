// Which index serves a query, and what part of it. A query that no index
// serves is refused, so that a slow one cannot be written by accident.

package store

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"gongkai"
)

// The limits of one page.
const (
	defaultLimit = 20
	maxLimit     = 1000
)

// plan is a query turned into a scan.
type plan struct {
	table *Table
	scan  Scan
	rest  []int  // fields behind Equal: they order the answer
	mark  uint32 // what a cursor of this query carries
}

// wish is a query sorted by what it says about each field.
type wish struct {
	equal    []string // fields with Eq or In, as asked
	values   [][]Value
	ranged   string // the one field with other conditions
	from, to *Bound
	prefix   *string
	present  bool // Exists
	sort     []string
	byID     bool // the id was named in the sort
	down     bool
}

func (t *Table) plan(q Query) (*plan, error) {
	w, err := wishOf(q)
	if err != nil {
		return nil, err
	}
	p, ok := t.serve(w, len(q.Sort) > 0)
	if !ok {
		return nil, t.refuse(w)
	}
	p.scan.From, p.scan.To, p.scan.Prefix, p.scan.Down = w.from, w.to, w.prefix, w.down
	p.scan.Limit = min(q.Limit, maxLimit)
	if q.Limit <= 0 {
		p.scan.Limit = defaultLimit
	}
	p.mark = p.fingerprint(q)
	if q.After != "" {
		p.scan.After, err = p.position(q.After)
	} else if len(q.Behind) > 0 {
		p.scan.After, err = p.behind(q.Behind)
	}
	return p, err
}

// behind is the position that a query names itself.
func (p *plan) behind(at []any) (values []Value, err error) {
	if len(at) != len(p.rest)+1 {
		return nil, badCursor()
	}
	for _, v := range at {
		value, err := valueOf("behind", v)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	if last := values[len(values)-1]; last.Kind != Text || checkID(last.Text) != nil {
		return nil, badCursor()
	}
	return values, nil
}

// wishOf sorts the conditions by field.
func wishOf(q Query) (*wish, error) {
	w := &wish{}
	for _, c := range q.Where {
		if err := w.add(c); err != nil {
			return nil, err
		}
	}
	if w.present && w.from == nil && w.to == nil && w.prefix == nil {
		w.from = &Bound{}
	}
	return w, w.order(q.Sort)
}

func (w *wish) add(c Cond) error {
	if c.Op == OpEq || c.Op == OpIn {
		return w.addEqual(c)
	}
	if w.ranged != "" && w.ranged != c.Field || slices.Contains(w.equal, c.Field) {
		return unservable(c.Field, "每次查询只能对一个字段作范围条件", "a query has a range on one field only")
	}
	if w.ranged = c.Field; w.prefix != nil {
		return unservable(c.Field, "前缀条件不能与其他范围条件并用", "a prefix does not go with other ranges")
	}
	if c.Op == OpPrefix {
		return w.addPrefix(c)
	}
	return w.addRange(c)
}

func (w *wish) addRange(c Cond) error {
	if c.Op == OpExists {
		w.present = true
		return nil
	}
	v, err := valueOf(c.Field, c.Value)
	if err != nil {
		return err
	}
	for _, other := range []*Bound{w.from, w.to} {
		if v.Kind == Absent || c.Field == "id" && v.Kind != Text || other != nil && other.Value.Kind != v.Kind {
			return badValue(c.Field)
		}
	}
	b := &Bound{v, c.Op == OpGte || c.Op == OpLte}
	if c.Op == OpGt || c.Op == OpGte {
		w.from = tighter(w.from, b, 1)
	} else {
		w.to = tighter(w.to, b, -1)
	}
	return nil
}

// tighter is the narrower of two bounds; side is 1 for lower ones, -1 for upper.
func tighter(a, b *Bound, side int) *Bound {
	if a == nil {
		return b
	}
	if c := a.Value.Compare(b.Value) * side; c > 0 || c == 0 && !a.With {
		return a
	}
	return b
}

func (w *wish) addPrefix(c Cond) error {
	s, _ := c.Value.(string)
	v, err := queryText(c.Field, s)
	if err != nil {
		return err
	}
	if w.prefix != nil || w.from != nil || w.to != nil {
		return unservable(c.Field, "前缀条件不能与其他范围条件并用", "a prefix does not go with other ranges")
	}
	w.prefix = &v.Text
	return nil
}

func (w *wish) addEqual(c Cond) error {
	if slices.Contains(w.equal, c.Field) || w.ranged == c.Field {
		return unservable(c.Field, "同一字段只能有一个等值条件", "one field takes one equality")
	}
	list := []any{c.Value}
	if c.Op == OpIn {
		list = c.Value.([]any)
	}
	var values []Value
	for _, x := range list {
		v, err := valueOf(c.Field, x)
		if err != nil {
			return err
		}
		if !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	w.equal, w.values = append(w.equal, c.Field), append(w.values, values)
	return nil
}

// order reads the sort: all fields in one direction, the id understood. A field
// that is held equal orders nothing.
func (w *wish) order(sort []string) error {
	for i, s := range sort {
		name, down := strings.CutPrefix(s, "-")
		if i > 0 && down != w.down {
			return unservable(name, "排序字段须同向", "sort fields go in one direction")
		}
		w.down = down
		held := slices.Index(w.equal, name)
		if held < 0 || len(w.values[held]) != 1 {
			w.sort = append(w.sort, name)
		}
	}
	if n := len(w.sort); n > 0 && w.sort[n-1] == "id" {
		w.sort = w.sort[:n-1]
		w.byID = true
	}
	return nil
}

// rest is what the index must hold behind the equal fields. exact: and no more.
func (w *wish) rest(sorted bool) (fields []string, exact bool) {
	if w.ranged != "" && len(w.sort) == 0 {
		return []string{w.ranged}, w.byID
	}
	return w.sort, sorted
}

// serve finds the index for a wish, the shortest one that fits.
func (t *Table) serve(w *wish, sorted bool) (*plan, bool) {
	if p, ok := t.serveByID(w); ok {
		return p, true
	}
	best := -1
	for i := range t.Indexes {
		if t.fits(&t.Indexes[i], w, sorted) && (best < 0 || len(t.Indexes[i].Fields) < len(t.Indexes[best].Fields)) {
			best = i
		}
	}
	if best < 0 {
		return nil, false
	}
	ix := &t.Indexes[best]
	p := &plan{table: t, scan: Scan{Index: best}, rest: ix.Fields[len(w.equal):]}
	for _, f := range ix.Fields[:len(w.equal)] {
		p.scan.Equal = append(p.scan.Equal, w.values[slices.Index(w.equal, t.Fields[f])])
	}
	return p, true
}

func (t *Table) serveByID(w *wish) (*plan, bool) {
	if len(w.sort) > 0 || w.ranged != "" && w.ranged != "id" || len(w.equal) > 1 || len(w.equal) == 1 && (w.equal[0] != "id" || w.ranged != "") {
		return nil, false
	}
	return &plan{table: t, scan: Scan{Index: ByID, Equal: w.values}}, true
}

// fits reports whether an index holds the equal fields first, in any order, and
// then exactly what orders and limits the answer.
func (t *Table) fits(ix *TableIndex, w *wish, sorted bool) bool {
	rest, exact := w.rest(sorted)
	n := len(w.equal)
	if len(ix.Fields) < n+len(rest) || exact && len(ix.Fields) != n+len(rest) || ix.Array >= n {
		return false
	}
	if w.ranged != "" && (len(rest) == 0 || rest[0] != w.ranged) {
		return false
	}
	for i, f := range ix.Fields {
		name := t.Fields[f]
		held := slices.Index(w.equal, name)
		switch {
		case i < n && held < 0, i >= n && i < n+len(rest) && rest[i-n] != name:
			return false
		case ix.Unique && i < n && slices.Contains(w.values[held], Value{}), ix.Unique && i >= n && name != w.ranged:
			return false // a unique index lacks the documents that lack a field
		}
	}
	return true
}

// refuse names the index that the query would need.
func (t *Table) refuse(w *wish) error {
	rest, _ := w.rest(true)
	need := t.Name + "(" + strings.Join(append(slices.Clone(w.equal), rest...), ", ") + ")"
	if w.ranged != "" && (len(rest) == 0 || rest[0] != w.ranged) {
		return unservable(w.ranged, "有范围条件时须先按该字段排序", "a query with a range sorts by that field first")
	}
	return wrong("no_index", need, "没有可用于该查询的索引", "no declared index serves this query; it needs the one named")
}

func unservable(field, zh, en string) error { return wrong("unservable", field, zh, en) }

// checkID refuses ids that could not be found again.
func checkID(id string) error {
	if id == "" || len(id) > 512 || !utf8.ValidString(id) || strings.IndexByte(id, 0) >= 0 || !norm.NFC.IsNormalString(id) {
		return gongkai.E(gongkai.Invalid, "bad_id", "编号不合规", "the id is not allowed", gongkai.Detail{Where: "id", Code: "bad_id",
			Zh: "须为 1 至 512 字节的规范文本", En: "1 to 512 bytes of normalised text"})
	}
	return nil
}
