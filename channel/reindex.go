// Rebuilding the search index from the public store.

package channel

import (
	"context"

	"gongkai"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
)

// Bounds of what is put at once: other writers wait for it.
const (
	putDocs  = 100
	putBytes = 512 << 10
)

// Reindexed counts a rebuild.
type Reindexed struct {
	Pages   int      // that were read
	Written int      // that show something
	Broken  []string // pages whose edition is not there: not in the index
}

// Reindex (重建索引) fills the index anew with every page that shows something.
// It may run beside everything else: a page that changes meanwhile is owed to
// the index as always, and the later state wins. seen hears of the progress.
func Reindex(ctx context.Context, public *publication.Public, index search.Index, seen func(Reindexed)) (Reindexed, error) {
	r := &reindex{ctx: ctx, public: public, seen: seen}
	err := index.Rebuild(ctx, func(put func(...search.Doc) error) error {
		r.write = put
		return r.fill()
	})
	return r.done, err
}

type reindex struct {
	ctx    context.Context
	public *publication.Public
	write  func(...search.Doc) error
	seen   func(Reindexed)
	done   Reindexed
	docs   []search.Doc // to be put
	bytes  int
}

func (r *reindex) fill() error {
	for q := (store.Query{Limit: putDocs}); ; {
		found, err := r.public.Pages.Find(r.ctx, q)
		if err != nil {
			return err
		}
		for _, page := range found.Docs {
			if err := r.page(page); err != nil {
				return err
			}
		}
		if err := r.flush(); err != nil {
			return err
		}
		if q.After = found.Next; q.After == "" {
			return nil
		}
	}
}

// page adds what a page shows. Where its edition is not to be had, the page may
// have gone on since it was read.
func (r *reindex) page(page publication.Page) error {
	r.done.Pages++
	for page.State == publication.Shows {
		doc, err := pageDoc(r.ctx, r.public, page)
		if err == nil {
			return r.add(doc)
		}
		if !gongkai.Is(err, gongkai.Missing) && !gongkai.Is(err, gongkai.Gone) {
			return err
		}
		now, err := r.public.Pages.Get(r.ctx, page.ID)
		if err != nil {
			return err
		}
		if now.Rev == page.Rev {
			r.done.Broken = append(r.done.Broken, page.ID)
			return nil
		}
		page = now
	}
	return nil
}

func (r *reindex) add(doc search.Doc) error {
	r.docs, r.bytes = append(r.docs, doc), r.bytes+len(doc.Text)
	if r.bytes < putBytes {
		return nil
	}
	return r.flush()
}

func (r *reindex) flush() error {
	if err := r.write(r.docs...); err != nil {
		return err
	}
	r.done.Written += len(r.docs)
	r.docs, r.bytes = nil, 0
	r.seen(r.done)
	return nil
}
