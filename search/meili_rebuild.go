// Rebuilding: a new index is filled beside the old one and takes its place.

package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gongkai"

	"github.com/meilisearch/meilisearch-go"
)

const (
	rebuildSuffix = "-rebuild"
	abandoned     = time.Hour        // a rebuild index without a change for so long is nobody's
	clockMargin   = 10 * time.Minute // by which the clocks of writers may differ
	adoptDocs     = 100
	goodbye       = 30 * time.Second
)

// Rebuild fills a new index with what fill puts, swaps it for the present one
// in one step and deletes the old. Searches are answered from the old until
// then; writes may go on: what was written or deleted since the beginning is
// carried over, each page by its latest state. One rebuild runs at a time.
func (m *Meili) Rebuild(ctx context.Context, fill func(put func(...Doc) error) error) error {
	next, begun := m.at(m.name+rebuildSuffix), m.now()
	if err := next.begin(ctx); err != nil {
		return err
	}
	err := fill(func(docs ...Doc) error { return next.Put(ctx, docs...) })
	if err == nil {
		err = m.swap(ctx, next.name)
	}
	if err == nil {
		err = m.adopt(ctx, next, begun.Add(-clockMargin)) // the old index is under the new one's name now
	}
	leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	return errors.Join(err, next.drop(leaving))
}

// begin makes the new index. One that is there belongs to a rebuild under way,
// unless nothing has happened in it for long.
func (m *Meili) begin(ctx context.Context) error {
	var there *meilisearch.IndexResult
	err := m.call(ctx, func(ctx context.Context) (err error) {
		there, err = m.client.GetIndexWithContext(ctx, m.name)
		return err
	})
	switch {
	case err == nil && m.now().Sub(there.UpdatedAt) < abandoned:
		return rebuilding
	case err == nil:
		err = m.drop(ctx)
	case coded(err, "index_not_found"):
		err = nil
	}
	if err != nil {
		return err
	}
	if err := m.create(ctx); coded(err, "index_already_exists") {
		return rebuilding.Because(err)
	} else if err != nil {
		return err
	}
	return m.adjust(ctx)
}

var rebuilding = gongkai.E(gongkai.Conflict, "search_rebuilding", "检索库正在重建，或上次重建在一小时内中断",
	"the search index is being rebuilt, or a rebuild was broken off within the last hour")

func (m *Meili) drop(ctx context.Context) error {
	err := m.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return m.client.DeleteIndexWithContext(ctx, m.name)
	})
	if coded(err, "index_not_found") {
		return nil
	}
	return err
}

// swap exchanges the two indexes. Asking twice would undo it, so after an
// answer that was lost the task is looked for instead.
func (m *Meili) swap(ctx context.Context, other string) error {
	before, _, err := m.swapTask(ctx, other)
	if err != nil {
		return err
	}
	err = m.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return m.client.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{m.name, other}}})
	})
	var cause *meiliCause
	if err == nil || ctx.Err() != nil || errors.As(err, &cause) {
		return err // done, or an answer that says why not
	}
	uid, found, lookErr := m.swapTask(ctx, other)
	if lookErr != nil || !found || uid == before {
		return errors.Join(err, lookErr)
	}
	return m.await(ctx, uid)
}

// swapTask is the last swap of the two indexes that the server knows of; -1 if
// there was none.
func (m *Meili) swapTask(ctx context.Context, other string) (uid int64, found bool, err error) {
	var r *meilisearch.TaskResult
	err = m.call(ctx, func(ctx context.Context) (err error) {
		r, err = m.client.GetTasksWithContext(ctx, &meilisearch.TasksQuery{Types: []meilisearch.TaskType{meilisearch.TaskTypeIndexSwap}, Limit: 20})
		return err
	})
	if err != nil {
		return 0, false, err
	}
	for _, t := range r.Results {
		for _, s := range t.Details.Swaps {
			if len(s.Indexes) == 2 && s.Indexes[0] == m.name && s.Indexes[1] == other {
				return t.UID, true, nil
			}
		}
	}
	return -1, false, nil
}

// adopt carries over what others have written to the old index since, and
// every deletion: a late arrival must not bring a page back.
func (m *Meili) adopt(ctx context.Context, old *Meili, since time.Time) error {
	filter := fmt.Sprintf("tags = %s OR written >= %d", tagGone, since.UnixMilli())
	return old.scan(ctx, filter, nil, adoptDocs, func(docs []meilisearch.Hit) error {
		var entries []entryDoc
		for _, d := range docs {
			var s stored
			if err := decode(d, &s); err != nil {
				return err
			}
			entries = append(entries, entryDoc{state: s, fields: map[string]json.RawMessage(d)})
		}
		return m.settle(ctx, latestStates(entries))
	})
}

// latestStates keeps one entry for each page: old states can lie side by side.
func latestStates(entries []entryDoc) []entryDoc {
	at := map[string]int{}
	var out []entryDoc
	for _, e := range entries {
		i, seen := at[e.state.Page]
		switch {
		case !seen:
			at[e.state.Page] = len(out)
			out = append(out, e)
		case e.state.replaces(&out[i].state):
			out[i] = e
		}
	}
	return out
}
