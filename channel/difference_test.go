// Differences: mended once, then work, then forgotten.

package channel

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"gongkai/store/storetest"
)

func TestADifferenceIsMendedOnceThenOpenThenForgotten(t *testing.T) {
	db, err := storetest.SQLite(t, filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	now := time.Now()
	s, err := OpenDifferences(t.Context(), db, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	all := func(string) bool { return true }
	note := func(item string, reached func(string) bool, fresh int, found ...Difference) {
		t.Helper()
		got, err := s.Note(t.Context(), item, found, reached)
		if err != nil || len(got) != fresh {
			t.Fatalf("%d to mend: %v %v", fresh, got, err)
		}
		if err := s.Mended(t.Context(), got); err != nil {
			t.Fatal(err)
		}
	}
	list := func(want ...string) {
		t.Helper()
		page, err := s.List(t.Context(), "", 10)
		var got []string
		for _, d := range page.Docs {
			got = append(got, d.ID+" "+d.State)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || err != nil {
			t.Fatalf("%v, want %v: %v", got, want, err)
		}
	}
	open := func(place, wrong string, want int) {
		t.Helper()
		if n, err := s.Open(t.Context(), place, wrong, 10); n != want || err != nil {
			t.Fatalf("%d open: %v", n, err)
		}
	}
	missing := Difference{Place: AtPortal, At: "www", Wrong: WrongMissing, Outside: true}
	shown := Difference{Place: AtPages, At: "www", Wrong: WrongShown}
	hand := Difference{Place: AtOutlet, At: "out-paper", Wrong: WrongShown, Hand: true}
	note("a", all, 1, missing)
	now = now.Add(time.Second)
	note("a", all, 0, missing) // what it was told again is on its way
	list("portal.www.a mending")
	now = now.Add(time.Minute)
	note("b", all, 1, shown)
	note("a", all, 0, missing)
	list("portal.www.a open", "pages.www.b mending")
	open(AtPortal, WrongMissing, 1)
	open(AtPages, WrongShown, 0)
	now = now.Add(time.Minute)
	note("b", all, 0, shown, hand)
	list("pages.www.b open", "outlet.out-paper.b open", "portal.www.a open")
	if still, err := s.StillShown(t.Context(), 10); len(still) != 2 || err != nil {
		t.Errorf("%v %v", still, err)
	}
	note("a", func(place string) bool { return place != AtPortal }, 0)
	note("b", all, 0, hand)
	list("outlet.out-paper.b open", "portal.www.a open")
	note("a", all, 0)
	note("b", all, 0)
	list()
}
