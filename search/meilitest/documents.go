// Documents: adding, replacing, reading and deleting them.

package meilitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

type index struct {
	primaryKey       *string
	created, updated time.Time
	settings         settings
	docs             map[string]*doc
	words            map[string]map[*doc]bool
	next             int // the place of the next new document
}

// doc is a document with what is known of it.
type doc struct {
	id      string
	place   int
	raw     map[string]json.RawMessage
	words   map[string][]spot
	strings map[string]map[string]bool // of filterable attributes, normalised
	numbers map[string][]float64
	present map[string]bool
}

// Documents are the stored documents of an index, as they were sent.
func (s *Server) Documents(name string) []map[string]json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []map[string]json.RawMessage
	if ix := s.indexes[name]; ix != nil {
		for _, d := range ix.inOrder() {
			out = append(out, d.raw)
		}
	}
	return out
}

func (c *call) addDocuments() (any, error) {
	var docs []map[string]json.RawMessage
	if bytes.HasPrefix(bytes.TrimSpace(c.body), []byte("{")) {
		c.body = slices.Concat([]byte("["), c.body, []byte("]"))
	}
	if err := json.Unmarshal(c.body, &docs); err != nil {
		return nil, refuse(http.StatusBadRequest, "malformed_payload", "The json payload provided is malformed.")
	}
	name, mayCreate, update := c.PathValue("index"), c.key.may("indexes.create"), c.Method == http.MethodPut
	wanted := c.URL.Query().Get("primaryKey")
	return c.s.enqueue(&name, "documentAdditionOrUpdate", map[string]any{"receivedDocuments": len(docs)}, func() error {
		ix, err := c.s.obtain(name, mayCreate)
		if err != nil {
			return err
		}
		return ix.add(docs, wanted, update)
	})
}

// add takes all documents or, if one is wrong, none.
func (ix *index) add(docs []map[string]json.RawMessage, wanted string, update bool) error {
	if err := ix.choosePrimaryKey(docs, wanted); err != nil {
		return err
	}
	ids := make([]string, len(docs))
	for i, d := range docs {
		var err error
		if ids[i], err = documentID(d, *ix.primaryKey); err != nil {
			return err
		}
	}
	for i, d := range docs {
		ix.put(ids[i], d, update)
	}
	ix.updated = time.Now()
	return nil
}

func (ix *index) choosePrimaryKey(docs []map[string]json.RawMessage, wanted string) error {
	switch {
	case ix.primaryKey != nil && wanted != "" && wanted != *ix.primaryKey:
		return refuse(http.StatusBadRequest, "index_primary_key_already_exists", "Index already has a primary key")
	case ix.primaryKey != nil || len(docs) == 0:
		return nil
	case wanted != "":
		ix.primaryKey = &wanted
		return nil
	}
	var candidates []string
	for name := range docs[0] {
		if strings.HasSuffix(strings.ToLower(name), "id") {
			candidates = append(candidates, name)
		}
	}
	switch len(candidates) {
	case 0:
		return refuse(http.StatusBadRequest, "index_primary_key_no_candidate_found", "no field ends with `id`")
	case 1:
		ix.primaryKey = &candidates[0]
		return nil
	}
	return refuse(http.StatusBadRequest, "index_primary_key_multiple_candidates_found", "several fields end with `id`")
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,511}$`)

func documentID(d map[string]json.RawMessage, primaryKey string) (string, error) {
	raw, ok := d[primaryKey]
	if !ok {
		return "", refuse(http.StatusBadRequest, "missing_document_id", "Document doesn't have a `"+primaryKey+"` attribute")
	}
	var text string
	var number int64
	if json.Unmarshal(raw, &text) == nil && idForm.MatchString(text) {
		return text, nil
	}
	if json.Unmarshal(raw, &number) == nil {
		return fmt.Sprint(number), nil
	}
	return "", refuse(http.StatusBadRequest, "invalid_document_id", "Document identifier `"+text+"` is invalid.")
}

func (ix *index) put(id string, raw map[string]json.RawMessage, update bool) {
	place := ix.next
	if had := ix.docs[id]; had != nil {
		place = had.place
		if update {
			for name, value := range had.raw {
				if _, given := raw[name]; !given {
					raw[name] = value
				}
			}
		}
		ix.remove(id)
	} else {
		ix.next++
	}
	d := &doc{id: id, place: place, raw: raw}
	ix.docs[id] = d
	ix.learn(d)
}

func (ix *index) remove(id string) {
	d := ix.docs[id]
	if d == nil {
		return
	}
	for w := range d.words {
		if delete(ix.words[w], d); len(ix.words[w]) == 0 {
			delete(ix.words, w)
		}
	}
	delete(ix.docs, id)
}

// again indexes every document anew.
func (ix *index) again() {
	ix.words = map[string]map[*doc]bool{}
	for _, d := range ix.docs {
		ix.learn(d)
	}
	ix.updated = time.Now()
}

func (ix *index) inOrder() []*doc {
	out := make([]*doc, 0, len(ix.docs))
	for _, d := range ix.docs {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *doc) int { return a.place - b.place })
	return out
}

func (c *call) deleteAll() (any, error) {
	return c.removal(func(ix *index) []string {
		var all []string
		for id := range ix.docs {
			all = append(all, id)
		}
		return all
	})
}

func (c *call) deleteBatch() (any, error) {
	var given []json.RawMessage
	if err := json.Unmarshal(c.body, &given); err != nil {
		return nil, refuse(http.StatusBadRequest, "malformed_payload", "The json payload provided is malformed.")
	}
	var ids []string
	for _, raw := range given {
		id, err := documentID(map[string]json.RawMessage{"id": raw}, "id")
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return c.removal(func(*index) []string { return ids })
}

func (c *call) removal(which func(*index) []string) (any, error) {
	name := c.PathValue("index")
	return c.s.enqueue(&name, "documentDeletion", nil, func() error {
		ix := c.s.indexes[name]
		if ix == nil {
			return noIndex(name)
		}
		for _, id := range which(ix) {
			ix.remove(id)
		}
		ix.updated = time.Now()
		return nil
	})
}

func (c *call) fetchDocuments() (any, error) {
	fields, err := c.fields("offset", "limit", "fields", "filter", "retrieveVectors", "ids", "sort")
	if err != nil {
		return nil, err
	}
	ix, err := c.index()
	if err != nil {
		return nil, err
	}
	offset, limit := 0, 20
	var wanted []string
	for name, into := range map[string]any{"offset": &offset, "limit": &limit, "fields": &wanted} {
		if err := field(fields, name, "invalid_document_"+name, into); err != nil {
			return nil, err
		}
	}
	keep, err := ix.filter(fields["filter"], "invalid_document_filter")
	if err != nil {
		return nil, err
	}
	results, total := []any{}, 0
	for _, d := range ix.inOrder() {
		if !keep(d) {
			continue
		}
		if total >= offset && len(results) < limit {
			results = append(results, d.view(wanted, []string{"*"}))
		}
		total++
	}
	return map[string]any{"results": results, "offset": offset, "limit": limit, "total": total}, nil
}

// view shows the wanted fields that may be displayed.
func (d *doc) view(wanted, displayed []string) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for name, value := range d.raw {
		if (len(wanted) == 0 || listed(wanted, name)) && listed(displayed, name) {
			out[name] = value
		}
	}
	return out
}

func listed(names []string, name string) bool {
	return slices.Contains(names, name) || slices.Contains(names, "*")
}
