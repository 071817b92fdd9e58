package audit

import (
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"regexp"
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

// The store is away for a moment, and nobody tries the same again.
func TestARefusalThatCouldNotBeWrittenIsWrittenLater(t *testing.T) {
	d := open(t)
	y := NewTally(d.Trail)
	away, stop := context.WithCancel(t.Context())
	stop()
	if y.Note(away, refusal("u1", "own_text")) == nil {
		t.Fatal("the store is not away")
	}
	if y.Flush(away, true) == nil {
		t.Fatal("the store is not away")
	}
	ok(t, y.Flush(t.Context(), false))
	if all := d.all(t); len(all) != 1 || all[0].Detail["count"] != "1" {
		t.Fatal(all)
	}
	for _, ctx := range []context.Context{t.Context(), t.Context(), away} { // one, its repeat, and both as the hour is over
		_ = y.Note(ctx, refusal("u1", "own_text"))
		d.now = d.now.Add(40 * time.Minute)
	}
	ok(t, y.Note(t.Context(), refusal("u1", "own_text")))
	if all := d.all(t); len(all) != 4 || all[2].Detail["count"] != "2" || all[3].Detail["count"] != "" {
		t.Fatal(all)
	}
}

func TestATallyIsBounded(t *testing.T) {
	d := open(t)
	y := NewTally(d.Trail)
	for i := range maxTallies {
		y.seen[fmt.Sprint(i)] = &repeats{until: math.MaxInt64}
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

// Where the program names an act: by its own name, or by one of policy or of this
// package.
var (
	naming1   = regexp.MustCompile(`(?:\.record|\.recordGrant|\.mayExport|\.with)\(ctx, (?:s, )?("[a-z_.]+"|policy\.\w+|audit\.\w+)`)
	naming2   = regexp.MustCompile(`\.recordAs\(ctx, \w+, ("[a-z_.]+"|policy\.\w+|audit\.\w+)`)
	naming3   = regexp.MustCompile(`Entry\{[^\n]*?\bAct: ("[a-z_.]+"|policy\.\w+|audit\.\w+)`)
	naming4   = regexp.MustCompile(`changed\(ctx, s, [^\n]*, (policy\.\w+),`)
	constants = regexp.MustCompile(`(?m)^\s*(?:const )?(\w+)\s*=\s*("[a-z_.]+")`)
)

func TestTheTableHasEveryEventThatTheProgramWrites(t *testing.T) {
	names, looked := map[string]string{}, 0
	read := func(path string) string { text, err := os.ReadFile(path); ok(t, err); return string(text) }
	for prefix, path := range map[string]string{"policy.": "../policy/acts.go", "audit.": "checkpoint.go"} {
		for _, m := range constants.FindAllStringSubmatch(read(path), -1) {
			names[prefix+m[1]] = m[2]
		}
	}
	for _, path := range []string{"events.go", "export.go"} {
		for _, m := range constants.FindAllStringSubmatch(read(path), -1) {
			names["audit."+m[1]] = m[2]
		}
	}
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text := read("../" + path)
		for _, form := range []*regexp.Regexp{naming1, naming2, naming3, naming4} {
			for _, m := range form.FindAllStringSubmatch(text, -1) {
				act := m[1]
				if named, is := names[act]; is {
					act = named
				}
				looked++
				if act = strings.Trim(act, `"`); !Known(act) {
					t.Errorf("%s writes %s, which is not in the table of events", path, act)
				}
			}
		}
		return nil
	})
	ok(t, err)
	if looked < 30 {
		t.Errorf("only %d places were found", looked)
	}
}
