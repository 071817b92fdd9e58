// Indexes: making, naming, swapping and deleting them.

package meilitest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"time"
)

var uidForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,512}$`)

func noIndex(name string) error {
	return refuse(http.StatusNotFound, "index_not_found", "Index `"+name+"` not found.")
}

// index is the one that the path names.
func (c *call) index() (*index, error) {
	name := c.PathValue("index")
	if !uidForm.MatchString(name) {
		return nil, refuse(http.StatusBadRequest, "invalid_index_uid", "`"+name+"` is not a valid index uid.")
	}
	ix := c.s.indexes[name]
	if ix == nil {
		return nil, noIndex(name)
	}
	return ix, nil
}

func (s *Server) obtain(name string, mayCreate bool) (*index, error) {
	ix := s.indexes[name]
	switch {
	case ix != nil:
	case !mayCreate:
		return nil, noIndex(name)
	default:
		now := time.Now()
		ix = &index{created: now, updated: now, settings: defaultSettings(), docs: map[string]*doc{}, words: map[string]map[*doc]bool{}}
		s.indexes[name] = ix
	}
	return ix, nil
}

// Age sets the last change of an index back.
func (s *Server) Age(name string, by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.indexes[name].updated = s.indexes[name].updated.Add(-by)
}

// Indexes are the names of all indexes.
func (s *Server) Indexes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for name := range s.indexes {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func (c *call) createIndex() (any, error) {
	fields, err := c.fields("uid", "primaryKey")
	if err != nil {
		return nil, err
	}
	var name string
	var primaryKey *string
	if err := field(fields, "uid", "invalid_index_uid", &name); err != nil {
		return nil, err
	}
	if err := field(fields, "primaryKey", "invalid_index_primary_key", &primaryKey); err != nil {
		return nil, err
	}
	switch {
	case fields["uid"] == nil:
		return nil, refuse(http.StatusBadRequest, "missing_index_uid", "Missing field `uid`")
	case !uidForm.MatchString(name):
		return nil, refuse(http.StatusBadRequest, "invalid_index_uid", "`"+name+"` is not a valid index uid.")
	case !c.key.reaches(name):
		return nil, forbidden()
	}
	return c.s.enqueue(&name, "indexCreation", map[string]any{"primaryKey": primaryKey}, func() error {
		if c.s.indexes[name] != nil {
			return refuse(http.StatusConflict, "index_already_exists", "Index `"+name+"` already exists.")
		}
		ix, err := c.s.obtain(name, true)
		if err == nil {
			ix.primaryKey = primaryKey
		}
		return err
	})
}

func (c *call) getIndex() (any, error) {
	ix, err := c.index()
	if err != nil {
		return nil, err
	}
	return map[string]any{"uid": c.PathValue("index"), "createdAt": ix.created, "updatedAt": ix.updated, "primaryKey": ix.primaryKey}, nil
}

func (c *call) deleteIndex() (any, error) {
	name := c.PathValue("index")
	return c.s.enqueue(&name, "indexDeletion", nil, func() error {
		if c.s.indexes[name] == nil {
			return noIndex(name)
		}
		delete(c.s.indexes, name)
		return nil
	})
}

func (c *call) swap() (any, error) {
	var pairs []struct {
		Indexes []string
		Rename  bool
	}
	if err := json.Unmarshal(c.body, &pairs); err != nil {
		return nil, refuse(http.StatusBadRequest, "bad_request", "Invalid value type: expected an array")
	}
	var all []string
	for _, p := range pairs {
		if len(p.Indexes) != 2 || p.Rename {
			return nil, refuse(http.StatusBadRequest, "invalid_swap_indexes", "Two indexes must be given for each swap.")
		}
		for _, name := range p.Indexes {
			if slices.Contains(all, name) {
				return nil, refuse(http.StatusBadRequest, "invalid_swap_duplicate_index_found", "Indexes must be declared only once during a swap.")
			}
			if !c.key.reaches(name) {
				return nil, forbidden()
			}
			all = append(all, name)
		}
	}
	answer, err := c.s.enqueue(nil, "indexSwap", map[string]any{"swaps": json.RawMessage(c.body)}, func() error { return c.s.exchange(all) })
	c.s.queue.tasks[len(c.s.queue.tasks)-1].swaps = all
	return answer, err
}

// exchange swaps all or none. The history of tasks changes names with it.
func (s *Server) exchange(names []string) error {
	for _, name := range names {
		if s.indexes[name] == nil {
			return noIndex(name)
		}
	}
	for pair := range slices.Chunk(names, 2) {
		a, b := pair[0], pair[1]
		s.indexes[a], s.indexes[b] = s.indexes[b], s.indexes[a]
		for _, t := range s.queue.tasks {
			switch {
			case t.index == nil || t.status == "enqueued":
			case *t.index == a:
				t.index = &b
			case *t.index == b:
				t.index = &a
			}
		}
	}
	return nil
}
