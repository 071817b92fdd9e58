package workflow

import (
	"strings"
	"testing"
)

func TestWhatWasUsedLeastIsForgottenFirst(t *testing.T) {
	r := newRecent(10, func(s string) int { return len(s) })
	for _, s := range []string{"aaaa", "bbbb", "cc"} {
		r.put(s, s)
	}
	if s, ok := r.get("aaaa"); !ok || s != "aaaa" {
		t.Error("it is remembered")
	}
	r.put("dddd", "dddd")
	r.put("far too long", "far too long")
	r.put("dddd", "dddd")
	var left []string
	for _, s := range []string{"aaaa", "bbbb", "cc", "dddd", "far too long"} {
		if _, ok := r.get(s); ok {
			left = append(left, s)
		}
	}
	if got := strings.Join(left, " "); got != "aaaa cc dddd" || r.weight != 10 {
		t.Errorf("left: %s, weight %d", got, r.weight)
	}
}
