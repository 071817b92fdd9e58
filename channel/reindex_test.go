// Rebuilding the index from the public store, while the world goes on.

package channel_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/channel"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/search/meilitest"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

// town is a public store with an index, and the channel between them.
type town struct {
	*testing.T
	public   *publication.Public
	index    search.Index
	channels *channel.Channels
}

func newTown(t *testing.T, index search.Index) *town {
	t.Helper()
	w := &town{T: t, index: index}
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "public.db"))
	w.check(err)
	t.Cleanup(func() { _ = db.Close() })
	w.public, err = publication.Open(t.Context(), db, buckettest.Folders(t, "public"), time.Now)
	w.check(err)
	w.channels = &channel.Channels{Public: w.public, Index: index}
	return w
}

func (w *town) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// shows brings an item's page to a state; the index is not told yet.
func (w *town) shows(item, state, title string, seq int64) {
	w.Helper()
	bytes, digest, err := content.Canonical(content.Public{Item: item})
	w.check(err)
	w.check(w.public.PutEdition(w.Context(), publication.Edition{Item: item, Number: seq, Bytes: bytes, Digest: digest}))
	_, err = w.public.Show(w.Context(), publication.Page{Item: item, Site: "s", Seq: seq, State: state, Edition: publication.EditionID(item, seq), Title: title})
	w.check(err)
}

func (w *town) pay(items ...string) {
	w.Helper()
	for _, item := range items {
		w.check(w.channels.Pay(w.Context(), channel.Place{}, channel.Delivery{Channel: channel.SearchID, Item: item}))
	}
}

func (w *town) rebuild(index search.Index) channel.Reindexed {
	w.Helper()
	done, err := channel.Reindex(w.Context(), w.public, index, func(channel.Reindexed) {})
	w.check(err)
	return done
}

func (w *town) finds(text string, want ...string) {
	w.Helper()
	r, err := w.index.Search(w.Context(), search.Query{Text: text})
	w.check(err)
	var got []string
	for _, h := range r.Hits {
		got = append(got, h.Item)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		w.Errorf("%s finds %v, want %v", text, got, want)
	}
}

// meddled is an index whose rebuild is overtaken by others, after pages were
// read and before they are put.
type meddled struct {
	search.Index
	meanwhile func()
}

func (m meddled) Rebuild(ctx context.Context, fill func(func(...search.Doc) error) error) error {
	return m.Index.Rebuild(ctx, func(put func(...search.Doc) error) error {
		return fill(func(docs ...search.Doc) error {
			m.meanwhile()
			return put(docs...)
		})
	})
}

func everyIndex(t *testing.T, test func(*town)) {
	t.Run("embedded", func(t *testing.T) {
		l, err := search.OpenLocal(t.Context(), filepath.Join(t.TempDir(), "search.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		test(newTown(t, l))
	})
	t.Run("Meilisearch", func(t *testing.T) {
		s, err := meilitest.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		m, err := search.OpenMeili(t.Context(), search.MeiliOptions{URL: s.URL, Index: "pages"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = m.Close() })
		test(newTown(t, m))
	})
}

func TestALostIndexIsFilledWithWhatThePublicStoreShows(t *testing.T) {
	everyIndex(t, func(w *town) {
		for i := range 250 { // more than are put at once
			w.shows(fmt.Sprintf("item-%d", i), publication.Shows, "河道清淤", 1)
		}
		w.shows("suspended", publication.Suspended, "河道清淤", 1)
		w.shows("found", publication.Shows, "水库巡查", 1)
		done := w.rebuild(w.index)
		if done.Pages != 252 || done.Written != 251 || len(done.Broken) > 0 {
			w.Errorf("%+v", done)
		}
		w.finds("水库", "found")
		if r, err := w.index.Search(w.Context(), search.Query{Text: "河道"}); err != nil || r.Total != 250 {
			w.Errorf("%d of 250, %v", r.Total, err)
		}
	})
}

func TestWhatIsReleasedOrWithdrawnDuringARebuildIsNeitherLostNorResurrected(t *testing.T) {
	everyIndex(t, func(w *town) {
		for _, item := range []string{"kept", "corrected", "suspended", "late"} {
			w.shows(item, publication.Shows, "河道清淤", 1)
		}
		w.pay("kept", "corrected", "suspended")
		w.rebuild(meddled{w.index, func() {
			w.shows("corrected", publication.Shows, "水库巡查", 2)
			w.shows("suspended", publication.Suspended, "", 2)
			w.shows("late", publication.GoneState, "", 2)
			w.shows("new", publication.Shows, "水库巡查", 1)
			w.pay("corrected", "suspended", "late", "new")
		}})
		w.finds("河道", "kept")
		w.finds("水库", "corrected", "new")
	})
}

func TestAPageWhoseEditionIsNotThereIsNamed(t *testing.T) {
	everyIndex(t, func(w *town) {
		w.shows("whole", publication.Shows, "河道清淤", 1)
		w.shows("broken", publication.Shows, "河道清淤", 1)
		w.check(w.public.Strike(w.Context(), "broken", []int64{1}))
		if done := w.rebuild(w.index); !slices.Equal(done.Broken, []string{"broken.s"}) || done.Written != 1 {
			w.Errorf("%+v", done)
		}
		w.finds("河道", "whole")
	})
}

// A leak is called back between the reading of the list and that of the
// edition: the long texts before it are put at once.
func TestAPageThatGoesOnWhileItIsReadIsNotBroken(t *testing.T) {
	w := newTown(t, nil)
	w.shows("b-leaked", publication.Shows, "河道清淤", 1)
	w.shows("c-corrected", publication.Shows, "河道清淤", 1)
	for _, item := range []string{"a-long", "a-longer"} {
		bytes, digest, err := content.Canonical(content.Public{Item: item, Fields: content.Fields{"body": strings.Repeat("长文", 1<<19)}})
		w.check(err)
		w.check(w.public.PutEdition(t.Context(), publication.Edition{Item: item, Number: 1, Bytes: bytes, Digest: digest}))
		w.shows(item, publication.Shows, "长文", 1)
	}
	index := &counting{meanwhile: func() {
		w.shows("b-leaked", publication.GoneState, "", 2)
		w.shows("c-corrected", publication.Shows, "水库巡查", 2)
		w.check(w.public.Strike(t.Context(), "b-leaked", []int64{1}))
		w.check(w.public.Strike(t.Context(), "c-corrected", []int64{1}))
	}}
	done := w.rebuild(index)
	if len(done.Broken) > 0 || !slices.Equal(index.put, []string{"长文", "长文", "水库巡查"}) {
		t.Errorf("%+v, put %v", done, index.put)
	}
}

// counting is an index that remembers titles, and lets others act at the
// first put.
type counting struct {
	search.Index
	meanwhile func()
	put       []string
}

func (c *counting) Rebuild(_ context.Context, fill func(func(...search.Doc) error) error) error {
	return fill(func(docs ...search.Doc) error {
		if len(c.put) == 0 {
			c.meanwhile()
		}
		for _, d := range docs {
			c.put = append(c.put, d.Title)
		}
		return nil
	})
}
