package publication_test

import (
	"slices"
	"testing"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

func TestTheCopyOfAKindHasWhatReadersSeeAndNeverGrowsOlder(t *testing.T) {
	p := open(t)
	kind := content.Kind{Meta: store.Meta{ID: "k"}, Zh: "一", Updated: 5, Own: []content.Field{{Name: "own", Type: "choice", Zh: "自有", Choices: []content.Choice{{Value: "a", Zh: "甲", En: "A"}}}}}
	copied := func(zh string, updated int64) publication.Kind {
		kind.Zh, kind.Updated = zh, updated
		check(t, p.CopyKind(t.Context(), kind))
		out, err := p.Kinds.Get(t.Context(), "k")
		check(t, err)
		return out
	}
	k := copied("一", 5)
	has := func(name string) bool {
		return slices.ContainsFunc(k.Fields, func(f publication.Field) bool { return f.Name == name })
	}
	if !has("title") || !has("own") || has("openness_basis") || has("related") || k.Fields[len(k.Fields)-1].Choices[0].Zh != "甲" {
		t.Errorf("%+v", k.Fields)
	}
	if again := copied("一", 5); again.Rev != k.Rev {
		t.Error("what is the same was written again")
	}
	if k := copied("旧", 4); k.Zh != "一" {
		t.Error("an older kind came back")
	}
	if k := copied("新版程序", 5); k.Zh != "新版程序" { // a built-in kind of another version of the program
		t.Error(k.Zh)
	}
}
