// Writing to Meilisearch, where no write can be made to depend on what is
// there: states of a page are kept side by side until the latest has won.

package search

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"gongkai"

	"github.com/meilisearch/meilisearch-go"
)

const (
	batchDocs  = 2000
	batchBytes = 16 << 20
	askPages   = 200
	askStates  = 1000
	maxRounds  = 4
)

// Put implements Index. What is too much for one request goes in several: each
// is all or none, and a repeated call finishes what was broken off.
func (m *Meili) Put(ctx context.Context, docs ...Doc) error {
	newest, err := newestOf(docs)
	if err != nil {
		return err
	}
	for _, d := range newest {
		if _, err := pageKey(d.ID); err != nil {
			return err
		}
	}
	var batch []entryDoc
	size, written := 0, m.now().UnixMilli()
	for _, d := range newest {
		e, err := meiliEntry(d, written)
		if err != nil {
			return err
		}
		if len(batch) == batchDocs || len(batch) > 0 && size+e.size > batchBytes {
			if err := m.settle(ctx, batch); err != nil {
				return err
			}
			batch, size = nil, 0
		}
		batch, size = append(batch, e), size+e.size
	}
	return m.settle(ctx, batch)
}

// Delete implements Index. On a tie with a document the deletion wins.
func (m *Meili) Delete(ctx context.Context, id string, epoch, seq int64) error {
	s, err := newState(id, epoch, seq, true)
	if err != nil {
		return err
	}
	return m.settle(ctx, []entryDoc{marker(s, m.now().UnixMilli())})
}

// settle brings the index to a point where it holds, of every page, a state at
// least as late as the given one and no other:
//
//	look ─▶ all there, or later? ──yes─▶ remove the earlier states
//	  ▲                 │ no
//	  └── add, wait ◀───┘
//
// States have ids of their own, so a late writer never overwrites a later
// state; it sees it when it looks again, and removes its own. The last of any
// number of writers to look sees all that the others have added. Looking again
// also notices an index that was emptied or swapped in between.
func (m *Meili) settle(ctx context.Context, entries []entryDoc) error {
	if len(entries) == 0 {
		return nil
	}
	pages := make([]string, len(entries))
	for i, e := range entries {
		pages[i] = e.state.Page
	}
	for range maxRounds {
		held, err := m.held(ctx, pages)
		if err != nil {
			return err
		}
		missing := unsettled(entries, held)
		if len(missing) == 0 {
			return m.removeEarlier(ctx, held)
		}
		if err := m.add(ctx, missing); err != nil {
			return err
		}
	}
	return gongkai.E(gongkai.Unavailable, "search_unsettled", "写入后检索库中仍没有该文档，请稍后重试",
		"the search index does not hold what was written to it; try again later")
}

// unsettled are the entries that are later than all the index holds.
func unsettled(entries []entryDoc, held map[string][]stored) []any {
	var out []any
	for _, e := range entries {
		if has, ok := latest(held[e.state.Page]); !ok || e.state.replaces(&has) {
			out = append(out, e.fields)
		}
	}
	return out
}

func (m *Meili) add(ctx context.Context, docs []any) error {
	return m.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return m.index.AddDocumentsWithContext(ctx, docs, nil)
	})
}

func (m *Meili) removeEarlier(ctx context.Context, held map[string][]stored) error {
	var ids []string
	for _, states := range held {
		last, _ := latest(states)
		for _, s := range states {
			if s.ID != last.ID {
				ids = append(ids, s.ID)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return m.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return m.index.DeleteDocumentsWithContext(ctx, ids, nil)
	})
}

var stateFields = []string{"id", "page", "item", "site", "epoch", "seq", "gone"}

// held are the states that the index holds of pages.
func (m *Meili) held(ctx context.Context, pages []string) (map[string][]stored, error) {
	out := make(map[string][]stored, len(pages))
	for some := range slices.Chunk(pages, askPages) {
		err := m.scan(ctx, `page IN ["`+strings.Join(some, `","`)+`"]`, stateFields, askStates, func(found []meilisearch.Hit) error {
			for _, h := range found {
				var s stored
				if err := decode(h, &s); err != nil {
					return err
				}
				out[s.Page] = append(out[s.Page], s)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// scan reads the documents that a filter names, some at a time.
func (m *Meili) scan(ctx context.Context, filter string, fields []string, size int64, each func([]meilisearch.Hit) error) error {
	for offset := int64(0); ; offset += size {
		var r meilisearch.DocumentsResult
		err := m.call(ctx, func(ctx context.Context) error {
			return m.index.GetDocumentsWithContext(ctx, &meilisearch.DocumentsQuery{Filter: filter, Fields: fields, Limit: size, Offset: offset}, &r)
		})
		if err != nil {
			return err
		}
		if err := each(r.Results); err != nil {
			return err
		}
		if offset+size >= r.Total {
			return nil
		}
	}
}

// decode reads a hit. One that is not ours is the fault of the index.
func decode(h meilisearch.Hit, into *stored) error {
	raw, err := json.Marshal(h)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return gongkai.E(gongkai.Unavailable, "search_foreign", "Meilisearch 索引中有非本系统写入的文档",
			"the Meilisearch index holds documents that this program did not write").Because(&meiliCause{code: "foreign_document"})
	}
	return nil
}
