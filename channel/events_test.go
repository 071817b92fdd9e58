// What a subscriber's filter leaves out, and what no filter can.

package channel

import (
	"slices"
	"testing"

	"gongkai"
	"gongkai/publication"
	"gongkai/store"
)

// told is what a subscriber with a filter got: the events of its messages.
type told struct {
	*office
	t      Target
	events []string
	seq    int64
}

// owe owes the next change and pays it if it is due.
func (s *told) owe(want Show) Delivery {
	s.Helper()
	s.seq++
	d, err := s.Ledger.OweTo(s.Context(), s.t, "one", 1, s.seq, want)
	s.check(err)
	if d.Due == 0 {
		return d
	}
	d, err = s.Ledger.Claim(s.Context(), d.ID)
	s.check(err)
	d, err = s.Ledger.Settle(s.Context(), d, nil, 0)
	s.check(err)
	s.events = append(s.events, d.Want.Event)
	return d
}

func shown(event, digest string) Show {
	return Show{Event: event, State: publication.Shows, Site: "www", Digest: digest}
}

func with(s Show, change func(*Show)) Show {
	change(&s)
	return s
}

func TestAFilterLeavesOutWhatASubscriberDoesNotWant(t *testing.T) {
	void, down := func(s *Show) { s.Event, s.Validity = "item.validity_changed", "void" }, Show{Event: "item.suspended", State: publication.Suspended, Site: "www"}
	related := func(s *Show) { s.Event, s.Related = "item.related", 1 }
	for _, c := range []struct {
		name   string
		events []string
		owed   []Show
		told   []string
		state  string // at the end
	}{
		{"nothing", nil, []Show{shown("item.released", "a"), with(shown("", "a"), void)}, []string{"item.released", "item.validity_changed"}, Confirmed},
		{"marks", []string{"item.released"}, []Show{shown("item.released", "a"), with(shown("", "a"), void)}, []string{"item.released"}, Filtered},
		{"marks that went again", []string{"item.released"}, []Show{shown("item.released", "a"), with(shown("", "a"), void), shown("item.validity_changed", "a")}, []string{"item.released"}, Confirmed},
		{"a mark that a correction follows", []string{"item.corrected"}, []Show{with(shown("", "a"), void), shown("item.corrected", "b")}, []string{"item.corrected"}, Confirmed},
		{"a mark, and the correction before it was told", []string{"item.released", "item.corrected"}, []Show{shown("item.released", "a"), with(shown("", "b"), related)}, []string{"item.released", "item.corrected"}, Confirmed},
		{"a mark, of what it never heard of", []string{"item.released"}, []Show{with(shown("", "a"), related)}, []string{"item.released"}, Confirmed},
		{"withdrawals, not of what it shows", []string{"item.released"}, []Show{shown("item.released", "a"), down}, []string{"item.released", "item.suspended"}, Confirmed},
		{"what comes back, not of what it heard gone", []string{"item.released"}, []Show{shown("item.released", "a"), down, shown("item.resumed", "a")}, []string{"item.released", "item.suspended", "item.resumed"}, Confirmed},
		{"withdrawals, not after something that was left out", []string{"item.released"}, []Show{shown("item.released", "a"), with(shown("", "a"), void), down}, []string{"item.released", "item.suspended"}, Confirmed},
		{"all but withdrawals", []string{"item.withdrawn"}, []Show{shown("item.released", "a"), down}, nil, Filtered},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &told{office: newOffice(t), t: Target{ID: "sub-x", Events: c.events}}
			var last Delivery
			for _, want := range c.owed {
				last = s.owe(want)
			}
			if !slices.Equal(s.events, c.told) || last.State != c.state || last.Seq != s.seq || last.Back != 0 {
				t.Errorf("told %q, want %q; %+v", s.events, c.told, last)
			}
		})
	}
}

func TestWhatIsUnderWayIsToldThoughTheNextChangeIsLeftOut(t *testing.T) {
	o := newOffice(t)
	only := Target{ID: "sub-x", Events: []string{"item.released"}}
	_, err := o.Ledger.OweTo(t.Context(), only, "one", 1, 1, shown("item.released", "a"))
	o.check(err)
	d, err := o.Ledger.OweTo(t.Context(), only, "one", 1, 2, with(shown("", "a"), func(s *Show) { s.Event, s.Related = "item.related", 1 }))
	o.check(err)
	if !o.Ledger.IsDue(d) || d.Want.Event != "item.released" || d.Want.Related != 1 || d.Seq != 2 {
		t.Errorf("%+v", d)
	}
	o.check(o.Ledger.Forget(t.Context())) // a restore: nobody knows what it shows
	d, err = o.Ledger.OweTo(t.Context(), only, "one", 2, 2, with(shown("", "a"), func(s *Show) { s.Event = "item.related" }))
	o.check(err)
	if !o.Ledger.IsDue(d) {
		t.Errorf("%+v", d)
	}
}

func TestEventsOfAFilterAreThoseOfTheTable(t *testing.T) {
	o := newOffice(t)
	sub := Subscriber{Meta: store.Meta{ID: "x"}, Name: "x", URL: "http://x.example/hooks", Events: []string{"item.released", "item.printed"}}
	if _, _, err := o.Subscribers.Put(t.Context(), sub); gongkai.CodeOf(err) != "event" {
		t.Error(err)
	}
	sub.Events = sub.Events[:1]
	before, err := o.Subscribers.Get(t.Context(), "x")
	o.check(err)
	o.check(o.Subscribers.Filled(t.Context(), before, "", 0))
	after, _, err := o.Subscribers.Put(t.Context(), sub)
	o.check(err)
	if after.Due == 0 || !slices.Equal(after.Events, sub.Events) {
		t.Errorf("what it wants by now is not looked for: %+v", after)
	}
}
