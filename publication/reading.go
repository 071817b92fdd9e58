// Readings (读取记录): what an answer was made of, so that it can be kept for as
// long as nothing of that changes.

package publication

import (
	"context"
	"hash/maphash"
	"slices"
	"sync/atomic"
	"time"

	"gongkai"
	"gongkai/store"
)

// marks (变更标记) say when what has a name last changed, by a clock that counts
// changes. Names share places by their hashes: at worst an answer is made anew
// for nothing.
type marks struct {
	seed  maphash.Seed
	clock atomic.Int64
	at    [1 << 16]atomic.Int64
	until atomic.Int64 // everything is known up to here, in ns since begun
	begun time.Time
	now   gongkai.Clock
}

// trees names all sites, columns, units and kinds together: they change rarely,
// and nearly every answer holds a name of theirs.
const trees = "trees"

func newMarks(now gongkai.Clock) *marks {
	return &marks{seed: maphash.MakeSeed(), begun: now(), now: now}
}

// since is how long the process has run; it does not jump with the clock.
func (m *marks) since() time.Duration { return m.now().Sub(m.begun) }

// trusts tells whether the process hears of changes.
func (m *marks) trusts() bool { return m.since() < time.Duration(m.until.Load()) }

func (m *marks) place(name string) uint16 { return uint16(maphash.String(m.seed, name)) }

// changed marks names, once what they name has changed. A place never goes back,
// whoever comes last to mark it.
func (m *marks) changed(names ...string) {
	now := m.clock.Add(1)
	for _, name := range names {
		at := &m.at[m.place(name)]
		for was := at.Load(); was < now && !at.CompareAndSwap(was, now); was = at.Load() {
		}
	}
}

// Reading (读取记录) collects what is read for one answer.
type Reading struct {
	marks   *marks
	since   int64
	places  []uint16
	useless bool
}

type readingKey struct{}

// Read begins a reading: what is read with the context is noted in it.
func (p *Public) Read(ctx context.Context) (context.Context, *Reading) {
	r := &Reading{marks: p.marks, since: p.marks.clock.Load()}
	r.places = append(r.places, p.marks.place(trees))
	return context.WithValue(ctx, readingKey{}, r), r
}

// Holds tells whether what was read is still so. It is false, too, while this
// process does not hear of changes, and of what cannot be known to have changed.
func (r *Reading) Holds() bool {
	if r.useless || !r.marks.trusts() {
		return false
	}
	for _, place := range r.places {
		if r.marks.at[place].Load() > r.since {
			return false
		}
	}
	return true
}

// noted notes what is read, by its names.
func noted(ctx context.Context, names ...string) {
	r, _ := ctx.Value(readingKey{}).(*Reading)
	if r == nil {
		return
	}
	for _, name := range names {
		if place := r.marks.place(name); !slices.Contains(r.places, place) {
			r.places = append(r.places, place)
		}
	}
}

// unkept says that an answer is made of more than what bears numbers.
func unkept(ctx context.Context) {
	if r, _ := ctx.Value(readingKey{}).(*Reading); r != nil {
		r.useless = true
	}
}

// names of a page: what it stands for, in lists and for itself. A page that comes
// to bear a name changes what was read under it; one that bears it no more
// changes what was read of the page, which is noted as well.
func (p *Page) names() []string {
	out := []string{"item:" + p.Item, "site:" + p.Site, "index_no:" + p.IndexNo, "group:" + p.Group, "path:" + p.Path, "doc_key:" + p.DocKey}
	for _, path := range p.Former {
		out = append(out, "path:"+path)
	}
	for _, item := range p.Interprets {
		out = append(out, "interprets:"+item)
	}
	if p.Mark != nil {
		out = append(out, "mark.by:"+p.Mark.By)
	}
	return out
}

// names of a change.
func (c Change) names() []string {
	if c.Page == nil {
		return []string{trees}
	}
	return c.Page.names()
}

// nameOf is how a condition of a look-up is noted: by the field.
var nameOf = map[string]string{"item": "item:", "index_no": "index_no:", "group": "group:", "path": "path:", "former": "path:", "mark.by": "mark.by:", "doc_key": "doc_key:", "interprets": "interprets:"}

// lookedUp notes a look-up, and the pages that it found.
func lookedUp(ctx context.Context, where []store.Cond, found []Page) {
	for _, c := range where {
		prefix, values := nameOf[c.Field], []any{c.Value}
		if list, ok := c.Value.([]any); ok {
			values = list
		}
		for _, v := range values {
			if s, ok := v.(string); ok && prefix != "" {
				noted(ctx, prefix+s)
			}
		}
	}
	for _, page := range found {
		noted(ctx, "item:"+page.Item)
	}
}
