// What changed: two versions of an item beside each other, in the form in which
// the reader may see them.

package workflow

import (
	"context"
	"strconv"

	"gongkai"
	"gongkai/content"
	"gongkai/workflow/difference"
)

// Between says which versions are compared: a revision or a sheet by its id, or
// one of the words below.
type Between struct {
	From, To string
	Whole    bool // keep what did not change
}

// Words for versions.
const (
	VersionSeen    = "seen"    // the last one that the actor read or signed before
	VersionLive    = "live"    // what the public sees, or saw last
	VersionCurrent = "current" // the newest
)

// version is one side of a comparison.
type version struct {
	rev    content.Revision
	sheet  content.Sheet // where a sheet was named
	placed []content.Placement
	known  bool // where it stands is known
}

// Differences compares two versions of an item. It is made of what the actor
// may read of both and of nothing else: of masked texts the masks are compared,
// never what is below. That another value stands below an equal mask is not
// said: who may write a little would try numbers until nothing is said any more.
func (e *Engine) Differences(ctx context.Context, actor gongkai.Actor, item string, q Between) (difference.Document, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return difference.Document{}, err
	}
	to, err := e.version(ctx, it, orElse(q.To, VersionCurrent))
	if err != nil {
		return difference.Document{}, err
	}
	from, err := e.before(ctx, actor, it, q.From, to)
	if err != nil {
		return difference.Document{}, err
	}
	k, err := e.kind(ctx, to.rev.Kind)
	if err != nil {
		return difference.Document{}, err
	}
	out := difference.Document{Item: it.ID, To: to.side(), Placements: []difference.Entry{}}
	if from != nil {
		side := from.side()
		out.From = &side
	} else {
		from = &version{}
	}
	var was, now content.Fields
	if out.Form, was, now, err = e.forms(ctx, actor, it, k, *from, to); err != nil {
		return out, err
	}
	c := difference.New()
	c.Whole = q.Whole
	out.Fields = fieldsDiffer(c, k, was, now)
	if from.known && to.known {
		out.Placements = difference.Entries(placed(from.placed), placed(to.placed))
	}
	out.Coarse = c.Coarse
	e.looked(ctx, actor, it, to.rev.ID)
	return out, nil
}

// before is the version to compare with: nil, if the actor has seen none yet.
func (e *Engine) before(ctx context.Context, actor gongkai.Actor, it content.Item, from string, to version) (*version, error) {
	if from != "" && from != VersionSeen {
		v, err := e.version(ctx, it, from)
		return &v, err
	}
	seen, err := e.seenBefore(ctx, actor, it, to.rev.ID)
	if err != nil || seen.Revision == "" {
		return nil, err
	}
	v, err := e.version(ctx, it, seen.Revision)
	v.placed, v.known = seen.Placed, true
	return &v, err
}

func errNoVersion(zh, en string) error {
	return gongkai.E(gongkai.Missing, "version", zh, en)
}

// version finds what a reference names.
func (e *Engine) version(ctx context.Context, it content.Item, ref string) (version, error) {
	switch ref {
	case VersionCurrent:
		v, err := e.revisionOf(ctx, it, head(it))
		v.placed, v.known = it.Placements, true
		return v, err
	case VersionLive:
		if it.Live.Revision == "" {
			return version{}, errNoVersion("该信息尚未发布过", "this item was never released")
		}
		v, err := e.revisionOf(ctx, it, it.Live.Revision)
		v.placed, v.known = it.Live.Placed, true
		return v, err
	}
	sheet, err := e.content.Sheets.Get(ctx, ref)
	if gongkai.Is(err, gongkai.Missing) {
		v, err := e.revisionOf(ctx, it, ref)
		if ref == head(it) {
			v.placed, v.known = it.Placements, true
		}
		return v, err
	}
	if err == nil && sheet.Item != it.ID {
		err = errNoVersion("该信息没有这个版本", "this item has no such version")
	}
	if err != nil {
		return version{}, err
	}
	pub, err := sheet.Public()
	if err != nil {
		return version{}, err
	}
	v, err := e.revisionOf(ctx, it, sheet.Revision)
	v.sheet, v.placed, v.known = sheet, pub.Placements, true
	return v, err
}

func (e *Engine) revisionOf(ctx context.Context, it content.Item, id string) (version, error) {
	rev, err := e.content.Revisions.Get(ctx, id)
	if gongkai.Is(err, gongkai.Missing) || err == nil && rev.Item != it.ID {
		err = errNoVersion("该信息没有这个版本", "this item has no such version")
	}
	return version{rev: rev}, first(err, rev.Left())
}

func (v version) side() difference.Version {
	return difference.Version{Revision: v.rev.ID, Sheet: v.sheet.ID, Author: v.rev.Author, Created: v.rev.Created}
}

// forms are the values that are compared. Two sheets are compared as the public
// sees them. Otherwise both are unmasked, or both masked: beside a masked text
// an unmasked one would differ at every mask.
func (e *Engine) forms(ctx context.Context, actor gongkai.Actor, it content.Item, k content.Kind, from, to version) (form string, was, now content.Fields, err error) {
	if from.sheet.ID != "" && to.sheet.ID != "" {
		a, errA := from.sheet.Public()
		b, errB := to.sheet.Public()
		return "public", a.Fields, b.Fields, first(errA, errB)
	}
	if from.rev.Purged == nil && to.rev.Purged == nil && e.mayUnmasked(ctx, actor, it, to.rev) && (from.rev.ID == "" || e.mayUnmasked(ctx, actor, it, from.rev)) {
		return "unmasked", from.rev.Fields, to.rev.Fields, nil
	}
	if was, err = e.maskedFields(ctx, it, k, from.rev); err != nil {
		return "", nil, nil, err
	}
	now, err = e.maskedFields(ctx, it, k, to.rev)
	return "masked", was, now, err
}

func (e *Engine) maskedFields(ctx context.Context, it content.Item, k content.Kind, rev content.Revision) (content.Fields, error) {
	if rev.ID == "" {
		return nil, nil
	}
	fs, err := e.Findings(ctx, rev)
	if err != nil {
		return nil, err
	}
	return masksOf(fs, decisions(it)).fields(k, rev.Fields), nil
}

// fieldsDiffer compares field by field.
func fieldsDiffer(c *difference.Comparer, k content.Kind, was, now content.Fields) []difference.Field {
	out := []difference.Field{}
	for _, f := range k.Fields() {
		a, b := was[f.Name], now[f.Name]
		if same(a, b) {
			continue
		}
		d := difference.Field{Name: f.Name, Zh: f.Zh, En: f.En, Type: f.Type, Op: difference.Change}
		switch {
		case a == nil:
			d.Op = difference.Insert
		case b == nil:
			d.Op = difference.Delete
		}
		comparison(f.Type)(c, f, side{k, was}, side{k, now}, &d)
		out = append(out, d)
	}
	return out
}

func same(a, b any) bool {
	if x, is := a.(string); is {
		y, both := b.(string)
		return both && x == y
	}
	x, _, errX := content.Canonical(a)
	y, _, errY := content.Canonical(b)
	return errX == nil && errY == nil && x == y
}

// side is the values of one version.
type side struct {
	kind   content.Kind
	values content.Fields
}

func (s side) text(f content.Field) string {
	text, _ := s.values[f.Name].(string)
	return text
}

func (s side) table(f content.Field) content.Table {
	for _, t := range s.kind.Tables(s.values) {
		if t.Place == f.Name {
			return t.Table
		}
	}
	return content.Table{}
}

// comparisons is the table of how the values of a field type are compared.
var comparisons = map[string]func(c *difference.Comparer, f content.Field, was, now side, d *difference.Field){
	"text": func(c *difference.Comparer, f content.Field, was, now side, d *difference.Field) {
		d.Hunks = c.Text(was.text(f), now.text(f))
	},
	"rich_text": func(c *difference.Comparer, f content.Field, was, now side, d *difference.Field) {
		d.Blocks = c.RichText(was.text(f), now.text(f))
		if difference.Unchanged(d.Blocks) {
			d.Op = difference.Markup
		}
	},
	"table": func(c *difference.Comparer, f content.Field, was, now side, d *difference.Field) {
		a, b := was.table(f), now.table(f)
		t := c.Grid(a.Head, a.Rows, b.Head, b.Rows)
		d.Table = &t
	},
	"files": func(_ *difference.Comparer, f content.Field, was, now side, d *difference.Field) {
		d.Entries = difference.Entries(attached(was.values[f.Name]), attached(now.values[f.Name]))
	},
	"multi_choice": listed,
	"reference":    listed,
}

// comparison is that of a field type; a value without parts is replaced whole.
func comparison(fieldType string) func(*difference.Comparer, content.Field, side, side, *difference.Field) {
	if compare, known := comparisons[fieldType]; known {
		return compare
	}
	return func(_ *difference.Comparer, f content.Field, was, now side, d *difference.Field) {
		d.Hunks = difference.Replaced(label(f, was.text(f)), label(f, now.text(f)))
	}
}

func listed(_ *difference.Comparer, f content.Field, was, now side, d *difference.Field) {
	d.Entries = difference.Entries(chosen(f, was.values[f.Name]), chosen(f, now.values[f.Name]))
}

// label is what a choice is called; other values are their own.
func label(f content.Field, value string) string {
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Zh
		}
	}
	return value
}

func chosen(f content.Field, v any) []difference.Thing {
	var out []difference.Thing
	for _, s := range content.ListOf(v) {
		out = append(out, difference.Thing{What: label(f, s), Keys: []string{s}})
	}
	return out
}

func attached(v any) []difference.Thing {
	var out []difference.Thing
	for _, f := range content.FilesOf(v) {
		out = append(out, difference.Thing{What: f.Name, Keys: []string{f.Digest + f.Name, f.Name, f.Digest}, Attributes: []difference.Attribute{
			{Name: "name", Now: f.Name}, {Name: "digest", Now: f.Digest}, {Name: "size", Now: strconv.FormatInt(f.Size, 10)}, {Name: "alt", Now: f.Alt}}})
	}
	return out
}

func placed(list []content.Placement) []difference.Thing {
	var out []difference.Thing
	for _, p := range list {
		out = append(out, difference.Thing{What: p.Site + ":" + p.Column, Keys: []string{p.Site + ":" + p.Column}, Attributes: []difference.Attribute{
			{Name: "path", Now: p.Path}, {Name: "home", Now: strconv.FormatBool(p.Home)}}})
	}
	return out
}
