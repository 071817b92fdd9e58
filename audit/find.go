// Reading the trail.

package audit

import (
	"context"
	"slices"
	"strings"

	"gongkai/store"
)

// Filter narrows the trail; its zero value is the newest page of all. From and
// To are inclusive milliseconds.
type Filter struct {
	Object, Actor, Act, Unit string
	From, To                 int64
	After                    string // the Next of the page before
	Limit                    int    // 50, at most 1000
	UpTo                     int64  // Export: all up to this number, whatever their times
}

// Page is one page of entries, the newest first. It can be shorter than the
// limit before the end; only an empty Next is the end.
type Page struct {
	Entries []Entry
	Next    string
}

// maxPages bounds how far one Find looks for the first entry that fits.
const maxPages = 20

// Find lists entries. The first of object, person, unit and act that is given
// is looked up; the others are compared on the way. What happened to one object,
// and the trail as a whole, come in the order of the chain, whatever the clocks
// of the machines said; the rest in the order of time.
func (t *Trail) Find(ctx context.Context, f Filter) (Page, error) {
	q := f.query()
	for range maxPages {
		p, err := t.entries.Find(ctx, q)
		if err != nil {
			return Page{}, err
		}
		page := Page{Next: p.Next}
		for _, e := range p.Docs {
			if f.fits(&e) {
				page.Entries = append(page.Entries, e)
			}
		}
		if q.After = p.Next; len(page.Entries) > 0 || p.Next == "" {
			return page, nil
		}
	}
	return Page{Next: q.After}, nil
}

func (f Filter) query() store.Query {
	q := store.Query{Sort: []string{"-at"}, After: f.After, Limit: f.Limit}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	switch {
	case f.Object != "":
		q.Where, q.Sort = []store.Cond{store.In("object", f.objects()...)}, []string{"-n"}
		return q // few: times are compared on the way
	case f.Actor != "":
		q.Where = []store.Cond{store.Eq("actor", f.Actor)}
	case f.Unit != "":
		q.Where = []store.Cond{store.Eq("unit", f.Unit)}
	case f.Act != "":
		q.Where = []store.Cond{store.Eq("act", f.Act)}
	case f.From == 0 && f.To == 0:
		q.Sort = []string{"-id"}
	}
	if f.From != 0 {
		q.Where = append(q.Where, store.Gte("at", f.From))
	}
	if f.To != 0 {
		q.Where = append(q.Where, store.Lte("at", f.To))
	}
	return q
}

// objects are the forms of an object's name: "item/…", and "item:…" as early
// entries have it.
func (f Filter) objects() []string {
	kind, id, named := strings.Cut(strings.Replace(f.Object, ":", "/", 1), "/")
	if !named {
		return []string{f.Object}
	}
	return []string{kind + "/" + id, kind + ":" + id}
}

func (f Filter) fits(e *Entry) bool {
	return (f.Object == "" || slices.Contains(f.objects(), e.Object)) && (f.Actor == "" || f.Actor == e.Actor) && (f.Act == "" || f.Act == e.Act) &&
		(f.Unit == "" || f.Unit == e.Unit) && (f.From == 0 || e.At >= f.From) && (f.To == 0 || e.At <= f.To)
}

// knownKeys are those keys of a chunk that the trail has.
func (t *Trail) knownKeys(ctx context.Context, chunk []Entry) (map[string]bool, error) {
	known := map[string]bool{}
	var keys []string
	for _, e := range chunk {
		if e.Key != "" {
			keys = append(keys, e.Key)
		}
	}
	return known, t.byKey(ctx, keys, func(e *Entry) { known[e.Key] = true })
}

// Copies are the hashes of the steps whose copies the trail holds under these keys.
func (t *Trail) Copies(ctx context.Context, keys []string) (map[string]string, error) {
	hashes := map[string]string{}
	return hashes, t.byKey(ctx, keys, func(e *Entry) { hashes[e.Key] = e.Detail["hash"] })
}

// byKey shows the entries that have these keys.
func (t *Trail) byKey(ctx context.Context, keys []string, see func(*Entry)) error {
	for len(keys) > 0 {
		some := keys[:min(len(keys), 100)]
		keys = keys[len(some):]
		p, err := t.entries.Find(ctx, store.Query{Where: []store.Cond{store.In("key", some...)}, Limit: len(some)})
		if err != nil {
			return err
		}
		for i := range p.Docs {
			see(&p.Docs[i])
		}
	}
	return nil
}
