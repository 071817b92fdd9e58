// The judge is judged: it sees through those who find nothing, everything, or
// only say that they masked.

package corpustest

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

// made is the corpus, once for all tests.
var made = sync.OnceValue(func() []Case { return Make(4) })

// perfect finds what is there and masks all of it.
func perfect(c Case) (found []Found, masked string) {
	spans := slices.SortedFunc(slices.Values(c.Spans), func(a, b Span) int { return a.Start - b.Start })
	for _, kind := range c.Expect {
		found = append(found, Found{Kind: kind})
	}
	var b strings.Builder
	at := 0
	for _, s := range spans {
		found = append(found, Found{s.Kind, s.Start, s.End})
		b.WriteString(c.Text[at:s.Start])
		b.WriteString(s.Shown)
		at = s.End
	}
	return found, b.String() + c.Text[at:]
}

func TestThePerfectRecogniserIsRight(t *testing.T) {
	r := Judge(made(), perfect)
	for kind, s := range r.Kinds {
		if s.Precision() < 1 || s.Recall() < 1 || s.SureLeaks > 0 || s.Shown > 0 {
			t.Errorf("%s: %+v", kind, *s)
		}
	}
	if r.Damaged > 0 {
		t.Errorf("%d look-alikes damaged", r.Damaged)
	}
	for _, f := range r.Failures {
		t.Log(f)
	}
}

func TestWhoFindsNothingLeaksEverything(t *testing.T) {
	r := Judge(made(), func(c Case) ([]Found, string) { return nil, c.Text })
	for kind, s := range r.Kinds {
		if s.Recall() > 0 || s.Leaks < s.There && !slices.Contains(facts, kind) {
			t.Errorf("%s: %+v", kind, *s)
		}
	}
}

func TestWhoFindsEverythingDamages(t *testing.T) {
	cases := slices.DeleteFunc(slices.Clone(made()), func(c Case) bool { return !strings.HasPrefix(c.ID, "look-alikes") })
	r := Judge(cases, func(c Case) ([]Found, string) { return []Found{{idCard, 0, len(c.Text)}}, "" })
	if r.Kind(idCard).Hits > 0 || r.Damaged < len(cases)/2 {
		t.Errorf("%d hits, %d damaged", r.Kind(idCard).Hits, r.Damaged)
	}
}

func TestASeedMakesTheSameCases(t *testing.T) {
	a, b, other := made(), Make(4), Make(5)
	same := func(a, b Case) bool { return a.Text == b.Text }
	if !slices.EqualFunc(a, b, same) || slices.EqualFunc(a, other, same) {
		t.Error("the seed does not decide")
	}
}

func TestSpansLieOnTheirValues(t *testing.T) {
	for _, c := range made() {
		for _, s := range c.Spans {
			if got := bare(c.Text[s.Start:s.End]); !strings.Contains(got, bare(s.Hide)) && !strings.Contains(bare(withoutTags(c.Text[s.Start:s.End])), bare(s.Hide)) {
				t.Fatalf("%s: %s is not where it should be: %s", c.ID, s.Hide, c.Text[s.Start:s.End])
			}
		}
	}
}
