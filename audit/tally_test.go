package audit

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func refusal(who, rule string) Entry {
	return Entry{Actor: who, Act: ActRefused, Object: "act/item.release", Unit: "county", Detail: map[string]string{"rule": rule}}
}

func TestRepeatedRefusalsAreCounted(t *testing.T) {
	d := open(t)
	y := NewTally(d.Trail)
	for range 500 {
		ok(t, y.Note(t.Context(), refusal("u1", "own_text")))
	}
	ok(t, y.Note(t.Context(), refusal("u2", "own_text")))
	ok(t, y.Note(t.Context(), refusal("u1", "missing_grant")))
	if n := len(d.all(t)); n != 3 {
		t.Fatalf("%d entries", n)
	}
	ok(t, y.Flush(t.Context(), false)) // its hour is not over
	d.now = d.now.Add(time.Hour)
	ok(t, y.Note(t.Context(), refusal("u1", "own_text")))
	all := d.all(t)
	if len(all) != 5 || all[3].Detail["count"] != "499" || all[4].Detail["count"] != "" {
		t.Fatal(all)
	}
	ok(t, y.Note(t.Context(), refusal("u1", "own_text")))
	ok(t, y.Flush(t.Context(), true))
	ok(t, y.Flush(t.Context(), true))
	if all = d.all(t); len(all) != 6 || all[5].Detail["count"] != "1" || !d.verified(t).OK() {
		t.Fatal(all)
	}
}

func TestATallyIsBounded(t *testing.T) {
	d := open(t)
	y := NewTally(d.Trail)
	for i := range maxTallies {
		y.seen[fmt.Sprint(i)] = &repeats{}
	}
	for i := range 50 {
		ok(t, y.Note(t.Context(), refusal(fmt.Sprint("u", i), "own_text")))
	}
	if n := len(d.all(t)); n != 1 || len(y.seen) != maxTallies+1 {
		t.Fatal(n, len(y.seen))
	}
}

func TestTheDocumentationHasTheTableOfEvents(t *testing.T) {
	text, err := os.ReadFile("../docs/audit.md")
	ok(t, err)
	_, rest, _ := strings.Cut(string(text), "<!-- events -->\n")
	if table, _, _ := strings.Cut(rest, "<!-- /events -->"); table != EventsTable() {
		t.Errorf("docs/audit.md: replace the table of events by:\n%s", EventsTable())
	}
}
