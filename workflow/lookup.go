// Whom the public reads of: kept when an edition goes out, looked up for the
// next item, forgotten when it is called back.

package workflow

import (
	"cmp"
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// The bounds of a page of people, and of how many keys are asked for at once.
const (
	pagePeople = 200
	lookupKeys = 200 // what the embedded store takes in one query
)

// lookup asks what other live items say of people.
type lookup struct {
	engine *Engine
	it     content.Item
	wanted map[string][]int         // whose keys they are
	items  map[string]*content.Item // nil: not live, or not to be counted
}

// batch asks for the keys that are wanted.
func (l *lookup) batch(ctx context.Context, people []portrait, out []told) error {
	keys := make([]string, 0, len(l.wanted))
	for key := range l.wanted {
		keys = append(keys, key)
	}
	for part := range slices.Chunk(keys, lookupKeys) {
		q := store.Query{Where: []store.Cond{store.In("keys", part...)}, Limit: 50}
		for {
			page, err := l.engine.content.Persons.Find(ctx, q)
			if err != nil {
				return err
			}
			for _, p := range page.Docs {
				if err := l.page(ctx, p, people, out); err != nil {
					return err
				}
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	return nil
}

// page takes what a page says of those who are asked for.
func (l *lookup) page(ctx context.Context, p content.PersonPage, people []portrait, out []told) error {
	it, err := l.live(ctx, p)
	if err != nil || it == nil {
		return err
	}
	keys := make([][]string, len(p.Has))
	for k, key := range p.Keys {
		keys[p.Who[k]] = append(keys[p.Who[k]], key)
	}
	known := make([]facts, len(p.Facts))
	for i, names := range p.Facts {
		known[i] = factsNamed(names)
	}
	for k, key := range p.Keys {
		for _, i := range l.wanted[key] {
			if samePerson(people[i].keys, keys[p.Who[k]]) {
				out[i].add(*it, known[p.Has[p.Who[k]]])
			}
		}
	}
	return nil
}

func (t *told) add(it content.Item, f facts) {
	t.facts = t.with(f)
	if !slices.ContainsFunc(t.items, func(other content.Item) bool { return other.ID == it.ID }) {
		t.items = append(t.items, it)
	}
}

// live is the item that a page is of, if that is what the public reads of it
// now. For an item that is live itself only those released before it count: of
// two, the later one had to be looked at.
func (l *lookup) live(ctx context.Context, p content.PersonPage) (*content.Item, error) {
	if p.Item == l.it.ID {
		return nil, nil
	}
	it, asked := l.items[p.Item]
	if !asked {
		doc, err := l.engine.content.Items.Get(ctx, p.Item)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return nil, err
		}
		if err == nil && doc.Live.State == content.Published && (l.it.Live.State != content.Published || l.it.Work.State != content.NoWork || before(doc, l.it)) {
			doc.Live.Settled, doc.Work, doc.Steps = nil, content.Work{}, nil // they may be long
			it = &doc
		}
		l.items[p.Item] = it
	}
	if it == nil || it.Live.Sheet != p.Sheet {
		return nil, nil
	}
	return it, nil
}

// before tells which of two live items went out first.
func before(a, b content.Item) bool {
	return cmp.Or(cmp.Compare(a.Live.Released, b.Live.Released), cmp.Compare(a.ID, b.ID)) < 0
}

// remember keeps whom a sheet is about and what can be read of them.
func (e *Engine) remember(ctx context.Context, item, sheet string, all []portrait) error {
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b portrait) int { return cmp.Compare(a.keys[0], b.keys[0]) }) // as they are looked up
	var pages []content.PersonPage
	for part := range slices.Chunk(all, pagePeople) {
		pages = append(pages, pageOf(item, sheet, part))
	}
	return e.content.PutPersons(ctx, sheet, pages)
}

func pageOf(item, sheet string, people []portrait) content.PersonPage {
	page, at := content.PersonPage{Item: item, Sheet: sheet}, map[facts]int{}
	for who, p := range people {
		n, there := at[p.facts]
		if !there {
			n = len(page.Facts)
			at[p.facts], page.Facts = n, append(page.Facts, p.names())
		}
		page.Has = append(page.Has, n)
		for _, key := range p.keys {
			page.Keys, page.Who = append(page.Keys, key), append(page.Who, who)
		}
	}
	return page
}

// forget removes whom the public does not read of any more. What waits for its
// release stays: that may be under way.
func (e *Engine) forget(ctx context.Context, it content.Item) error {
	return e.content.ForgetPersons(ctx, it.ID, func(sheet string) bool {
		return sheet == it.Work.Sheet || sheet == it.Live.Sheet && it.Live.State == content.Published
	})
}

// forgetGone removes what was kept for releases that came to nothing.
func (e *Engine) forgetGone(ctx context.Context) error {
	return e.content.EachPersonsItem(ctx, func(id string) error {
		it, err := e.content.Items.Get(ctx, id)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return err
		}
		it.ID = id
		return e.forget(ctx, it)
	})
}
