// What the doctor says of an index that lags behind, and of one that stays so.

package main

import (
	"context"
	"strings"
	"testing"

	"gongkai"
	"gongkai/channel"
	"gongkai/jobs"
	"gongkai/search"
)

// lagging knows nothing of a document until it was asked a number of times.
type lagging struct {
	search.Index
	asks int
}

func (l *lagging) Get(ctx context.Context, id string) (search.Hit, error) {
	if l.asks--; l.asks >= 0 {
		return search.Hit{}, gongkai.E(gongkai.Missing, "missing", "", "")
	}
	return l.Index.Get(ctx, id)
}

// onlyWhatStays: a difference of the index counts when it is there at every look.
func onlyWhatStays(t *testing.T, a *app) {
	t.Helper()
	for asks, state := range map[int]string{1: "ok", 1 << 20: "warn"} {
		d := &doctor{app: &app{public: a.public, index: &lagging{a.index, asks}}}
		d.index(t.Context(), false)
		if len(d.all) != 1 || d.all[0].State != state {
			t.Errorf("an index that knows nothing for %d questions: %+v, want %s", asks, d.all, state)
		}
	}
}

func TestTheDoctorSaysWhatIsStillShownFirst(t *testing.T) {
	all := &tally{looked: 9, kinds: map[[2]string]*examples{}, unreached: map[string]*examples{}}
	for _, place := range channel.Looked {
		l := jobs.Look{Unreached: map[string]bool{place: true}}
		for _, wrong := range channel.Wrongs {
			l.Found = append(l.Found, channel.Difference{Place: place, Wrong: wrong})
		}
		for range probeNamed + 1 {
			all.add("01a2", l)
		}
	}
	d := &doctor{}
	d.tallied(all)
	if want := len(channel.Looked)*(1+len(channel.Wrongs)) + 1; len(d.all) != want || d.code != bad {
		t.Fatalf("%d lines, want %d: code %d", len(d.all), want, d.code)
	}
	for i, s := range d.all[len(channel.Looked):] {
		if (s.State == "bad") != (i < len(channel.Looked)) || strings.Contains(s.Zh, "%!") || strings.HasPrefix(s.Zh, "：") || strings.Count(s.En, "01a2") > probeNamed {
			t.Errorf("line %d: %+v", i, s)
		}
	}
}
