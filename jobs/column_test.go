// Columns, as subscribers are told of them.

package jobs_test

import (
	"testing"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/store"
)

func (w *town) putBudget(name string) content.Column {
	w.t.Helper()
	col, err := w.content.PutColumn(w.t.Context(), content.Column{Meta: store.Meta{ID: "budget"}, Site: "www", Slug: "budget", Name: name, Pipeline: "merged"})
	w.check(err)
	return col
}

func TestSubscribersAreToldOfColumns(t *testing.T) {
	t.Parallel() // it mostly waits
	w := newTown(t)
	ctx := t.Context()
	site := w.subscribeTo("one", nil)
	items := w.subscribe("items")
	w.start()
	w.quiet()
	if c := site.Columns(); len(c) != 2 || c["www-notices"].Title != "通知公告" || c["www-notices"].Path != "/notices" || c["www-notices"].URL != "http://content.example/content/v1/columns/www-notices" {
		t.Fatalf("it is filled with %+v", c)
	}
	site.Misbehave(1, receiver.LoseAnswer())
	first := w.putBudget("预算")
	w.quiet()
	if c := site.Columns()["budget"]; c.Title != "预算" || c.Seq != first.Updated || c.Epoch == 0 && c.Digest == "" || site.Repeats() != 1 {
		t.Errorf("%+v, %d repeats", c, site.Repeats())
	}
	before := site.Calls()
	w.putBudget("预算") // as it was
	w.quiet()
	if site.Calls() != before {
		t.Error("it is told of what it knows")
	}
	second := w.putBudget("预算和决算")
	w.quiet()
	if c := site.Columns()["budget"]; c.Title != "预算和决算" || c.Seq != second.Updated || c.Seq <= first.Updated {
		t.Errorf("%+v", c)
	}
	d, err := w.ledger.Get(ctx, "sub-one.column:budget")
	w.check(err)
	if d.State != channel.Confirmed || d.Want.Event != channel.EventColumn || d.Want.Column != "budget" || d.Item != "" {
		t.Errorf("%+v", d)
	}
	b := w.ended(w.resend(channel.Asked{Column: "budget"}, false).ID)
	if b.Sent != 1 {
		t.Errorf("%+v", b)
	}
	if len(items.Columns()) != 0 {
		t.Errorf("it asked for items alone: %+v", items.Columns())
	}
	if _, err := w.ledger.Get(ctx, "sub-items.column:budget"); !gongkai.Is(err, gongkai.Missing) {
		t.Error(err)
	}
}

func TestASubscriberThatTakesAnotherSiteLosesItsColumns(t *testing.T) {
	t.Parallel() // it mostly waits
	w := newTown(t)
	ctx := t.Context()
	site := w.subscribeTo("one", nil, "www")
	w.start()
	w.quiet()
	if c := site.Columns(); len(c) != 1 || c["www-notices"].State != "column" {
		t.Fatalf("%+v", c)
	}
	sub, err := w.channels.Subscribers.Get(ctx, "one")
	w.check(err)
	put := func() {
		t.Helper()
		_, _, err = w.channels.Subscribers.Put(ctx, sub)
		w.check(err)
		w.quiet()
	}
	sub.Sites = []string{"mirror"}
	put()
	if c := site.Columns(); c["www-notices"].State != "withdrawn" || c["mirror-notices"].State != "column" {
		t.Fatalf("%+v", c)
	}
	sub.Events = itemEvents
	put()
	w.putBudget("预算")
	sub.Sites, sub.Events = nil, nil // what it left out meanwhile it is told now
	put()
	for id, c := range site.Columns() {
		if c.State != "column" {
			t.Errorf("%s: %+v", id, c)
		}
	}
	if len(site.Columns()) != 3 {
		t.Errorf("%+v", site.Columns())
	}
}
