package jobs_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/publication"
)

// prober looks at our own stores; outside may be added.
func (w *town) prober() *jobs.Prober {
	return &jobs.Prober{Worker: w.worker, Indexed: func(ctx context.Context, page string) (int64, int64, bool, error) {
		h, err := w.index.Get(ctx, page)
		if gongkai.Is(err, gongkai.Missing) {
			return 0, 0, false, nil
		}
		return h.Epoch, h.Seq, err == nil, err
	}}
}

// probed is what the probe finds, a page of two items at a time.
func (w *town) probed() (found []string) {
	w.t.Helper()
	looked := 0
	for after := ""; ; {
		n, next, err := w.prober().Probe(w.t.Context(), after, 2, func(_ content.Item, l jobs.Look) error {
			for _, d := range l.Found {
				found = append(found, d.Place+" "+d.Item)
			}
			return nil
		})
		w.check(err)
		looked += n
		if after = next; after == "" {
			break
		}
	}
	if looked != 3 {
		w.t.Errorf("looked at %d items", looked)
	}
	slices.Sort(found)
	return found
}

func TestTheProbeFindsWhatIsShownOtherwiseThanItShouldAndRetellingMendsIt(t *testing.T) {
	w := newTown(t)
	stop := w.start()
	live, down, lost := w.release(w.ready(fields("关于照旧"))), w.release(w.ready(fields("关于召回"))), w.release(w.ready(fields("关于漏检")))
	w.quiet()
	w.suspend(down)
	w.quiet()
	if found := w.probed(); len(found) != 0 {
		t.Fatalf("nothing differs, and it found %v", found)
	}
	stop()
	// Somebody writes into the public store, the index loses a page, and a
	// subscriber comes that was told of nothing.
	id := publication.PageID(down.ID, "www")
	_, err := w.public.Pages.Update(t.Context(), id, 0, func(p *publication.Page) error {
		p.State, p.Listed = publication.Shows, true
		return nil
	})
	w.check(err)
	gone := w.page(lost.ID, "www")
	w.check(w.index.Delete(t.Context(), gone.ID, gone.Epoch, gone.Seq))
	w.subscribe("late")
	want := []string{"feeds " + down.ID, "pages " + down.ID, "search " + down.ID, "search " + lost.ID, "webhook " + live.ID, "webhook " + lost.ID}
	slices.Sort(want)
	if found := w.probed(); fmt.Sprint(found) != fmt.Sprint(want) {
		t.Fatalf("found %v, want %v", found, want)
	}
	for _, item := range []string{live.ID, down.ID, lost.ID} {
		w.check(w.worker.Retell(t.Context(), item))
	}
	if found := w.probed(); len(found) != 0 {
		t.Errorf("what is on its way is no difference: %v", found)
	}
	w.start()
	w.quiet()
	if found := w.probed(); len(found) != 0 || w.page(down.ID, "www").State != publication.Suspended {
		t.Errorf("after it was told again: %v", found)
	}
}
