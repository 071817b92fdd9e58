// Whoever watches is told of every act once, and of findings by kind alone.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"gongkai/content"
)

func TestEveryActIsToldOnceAndFindingsByTheirKind(t *testing.T) {
	o := newOffice(t)
	var mu sync.Mutex
	var acts []string
	gate := map[string]int{}
	o.Watch = Watch{
		Acted: func(_ context.Context, it content.Item, act string) {
			mu.Lock()
			defer mu.Unlock()
			acts = append(acts, fmt.Sprintf("%s %d", act, it.StepN))
		},
		Gate: func(kind, act string) { mu.Lock(); defer mu.Unlock(); gate[kind+" "+act]++ },
	}
	it := o.create(personal())
	_, err := o.step("editor", it.ID, Step{Act: "submit"}) // refused: not an act
	if err == nil {
		t.Fatal("open findings were let through")
	}
	o.must("editor", it.ID, maskAll())
	s := Step{ID: "client-step-1", Act: "submit"}
	o.must("editor", it.ID, s)
	o.must("editor", it.ID, s) // a repeat
	o.check(o.Build(t.Context(), it.ID))
	o.check(o.Build(t.Context(), it.ID)) // nothing left to build
	if want := []string{"create 1", "resolve 2", "submit 3", "built 4"}; !slices.Equal(acts, want) {
		t.Errorf("told %q, want %q", acts, want)
	}
	for what, n := range map[string]int{"id_card found": 1, "mobile found": 2, "id_card mask": 1, "mobile mask": 2} {
		if gate[what] != n {
			t.Errorf("%s: %d, want %d", what, gate[what], n)
		}
	}
	if len(gate) != 4 {
		t.Error(gate)
	}
}
