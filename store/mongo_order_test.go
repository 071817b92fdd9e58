// The order of index values: that of the texts, on servers that compare bytes
// and on those that compare UTF-16 units.

package store

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestIndexValuesHaveOneOrderOnEveryServer(t *testing.T) {
	letters := []string{"", "a", "~", "é", "公", "\uD7FB", "\uD7FD", "\uD7FE", "\uD7FF", "\uE000", "\uFF01", "（", "\uFFFF", "\U00010000", "𠮷", "\U00020FFF", "\U00021000", "\U0010FFFF"}
	var texts []string
	for _, a := range letters {
		for _, b := range letters {
			texts = append(texts, a+b, "公"+a+b)
		}
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	for i := range texts[1:] {
		low, high := keyText(Value{Kind: Text, Text: texts[i]}), keyText(Value{Kind: Text, Text: texts[i+1]})
		if cmp.Compare(low, high) >= 0 {
			t.Errorf("by bytes %q does not stand before %q", texts[i], texts[i+1])
		}
		if slices.Compare(utf16.Encode([]rune(low)), utf16.Encode([]rune(high))) >= 0 {
			t.Errorf("by units %q does not stand before %q", texts[i], texts[i+1])
		}
	}
	for _, a := range texts {
		for _, b := range texts {
			begins := strings.HasPrefix(keyText(Value{Kind: Text, Text: a}), keyText(Value{Kind: Text, Text: b}))
			if begins != strings.HasPrefix(a, b) {
				t.Fatalf("%q begins with %q: %v", a, b, begins)
			}
		}
	}
}

func TestACursorDoesNotLeadOutOfTheRange(t *testing.T) {
	s := &mongoScan{Scan: Scan{From: &Bound{Value: Value{Kind: Number, Int: 3}}, To: &Bound{Value: Value{Kind: Number, Int: 7}, With: true}}, encode: keyText}
	for n, want := range map[int64]bool{2: false, 3: false, 4: true, 7: true, 8: false} {
		if got := s.reaches(keyText(Value{Kind: Number, Int: n})); got != want {
			t.Errorf("%d: %v", n, got)
		}
	}
	s.From.With, s.To.With = true, false
	if !s.reaches(keyText(Value{Kind: Number, Int: 3})) || s.reaches(keyText(Value{Kind: Number, Int: 7})) {
		t.Error("the ends are the other way round")
	}
}
