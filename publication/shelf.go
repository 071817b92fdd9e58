// The shelf: sites, columns and units in memory. Nearly every answer names some
// of them, and they change rarely.

package publication

import (
	"context"
	"sync"

	"gongkai/store"
)

// maxShelved bounds the documents of one collection that are in memory.
const maxShelved = 20_000

// shelf (书架) keeps what was read of one collection of the trees for as long as
// no tree has changed.
type shelf[T any] struct {
	mu sync.RWMutex
	at int64 // when the trees last changed, by the marks
	by map[string]T
}

// get reads a document, of the store unless it is here. While this process does
// not hear of changes nothing on the shelf counts.
func (s *shelf[T]) get(ctx context.Context, m *marks, c *store.Collection[T], id string) (T, error) {
	changed := m.at[m.place(trees)].Load() // before the document is read
	if !m.trusts() {
		return c.Get(ctx, id)
	}
	s.mu.RLock()
	doc, ok := s.by[id]
	ok = ok && s.at == changed
	s.mu.RUnlock()
	if ok {
		return doc, nil
	}
	doc, err := c.Get(ctx, id)
	if err == nil {
		s.put(changed, id, doc)
	}
	return doc, err
}

func (s *shelf[T]) put(changed int64, id string, doc T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at > changed {
		return
	}
	if s.at < changed || s.by == nil || len(s.by) >= maxShelved {
		s.at, s.by = changed, map[string]T{}
	}
	s.by[id] = doc
}

// Site reads a site.
func (p *Public) Site(ctx context.Context, id string) (Site, error) {
	return p.sites.get(ctx, p.marks, p.Sites, id)
}

// Column reads a column.
func (p *Public) Column(ctx context.Context, id string) (Column, error) {
	return p.columns.get(ctx, p.marks, p.Columns, id)
}

// Unit reads a unit.
func (p *Public) Unit(ctx context.Context, id string) (Unit, error) {
	return p.units.get(ctx, p.marks, p.Units, id)
}
