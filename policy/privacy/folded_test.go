package privacy

import "testing"

func TestFoldedTextTakesDisguisesOffAndKnowsItsPlaces(t *testing.T) {
	for _, c := range []struct {
		f            Format
		text, folded string
	}{
		{Plain, "绝密★10年", "绝密★10年"},
		{Plain, "Ａ１\u200b三\u00a0—x", "a13 -x"},
		{HTML, "<p>机<b>密</b>&#9733;</p><td>甲</td><!--内部--><img alt='秘密'>", "\t机密★\t\t甲\t\t\n内部\n秘密"},
		{Markdown, "机**密**|甲", "机密\t甲"},
		{Plain, "", ""},
	} {
		runes, at := Folded(c.text, c.f)
		if len(runes) != len(at) {
			t.Fatal(len(runes), len(at))
		}
		for i := range runes {
			if at[i].Start < 0 || at[i].Start > at[i].End || at[i].End > len(c.text) {
				t.Errorf("%q: rune %d stands at %v", c.text, i, at[i])
			}
		}
		if string(runes) != c.folded {
			t.Errorf("%q: %q, want %q", c.text, string(runes), c.folded)
		}
	}
}
