package publication_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob"

	"gongkai"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

func open(t *testing.T) *publication.Public {
	t.Helper()
	return openOn(t, buckettest.Folders(t, "public"))
}

func openOn(t *testing.T, copies *blob.Bucket) *publication.Public {
	t.Helper()
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "public.db"))
	check(t, err)
	t.Cleanup(func() { _ = db.Close() })
	p, err := publication.Open(t.Context(), db, copies, time.Now)
	check(t, err)
	return p
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func show(t *testing.T, p *publication.Public, page publication.Page) {
	t.Helper()
	_, err := p.Show(t.Context(), page)
	check(t, err)
}

func items(pages []publication.Page) (out []string) {
	for _, p := range pages {
		out = append(out, p.Item+"@"+p.Site)
	}
	return out
}

func TestEveryDeclaredCombinationIsServed(t *testing.T) {
	p := open(t)
	show(t, p, publication.Page{Item: "a", Site: "s", Seq: 1, State: publication.Shows, Column: "c", Columns: []string{"r", "c"}, Unit: "u", Units: []string{"v", "u"}, Kind: "k", Year: 2026, Lang: "zh", Terms: []string{"genre=g", "topic=t"}, Published: 1})
	for _, names := range publication.Combinations {
		for _, exact := range []bool{false, true} {
			f := publication.Filter{Site: "s", Exact: exact}
			if slices.Contains(names, "column") {
				f.Column = "c"
			}
			if slices.Contains(names, "unit") {
				f.Unit = "v"
			}
			if slices.Contains(names, "kind") {
				f.Kind = "k"
			}
			if slices.Contains(names, "year") {
				f.Year = 2026
			}
			if slices.Contains(names, "terms") {
				f.Terms = []string{"topic=t"}
			}
			if slices.Contains(names, "lang") {
				f.Lang = "zh"
			}
			if list, err := p.List(t.Context(), f); err != nil || len(list.Pages) != 1 {
				t.Errorf("%v, exact %v: %d pages, %v", names, exact, len(list.Pages), err)
			}
		}
	}
}

func TestOfSeveralItemsThoseThatShowAreReadInOrder(t *testing.T) {
	p := open(t)
	for _, x := range []struct{ item, site, state string }{
		{"a", "s", publication.Shows}, {"a", "t", publication.Shows}, {"b", "t", publication.Shows}, {"c", "s", publication.Suspended},
	} {
		show(t, p, publication.Page{Item: x.item, Site: x.site, Seq: 1, State: x.state})
	}
	found, err := p.Showing(t.Context(), "t", []string{"b", "none", "c", "a", "b"})
	if got := fmt.Sprint(items(found)); err != nil || got != "[b@t a@t]" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestAPathKnowsWhoStoodThereBefore(t *testing.T) {
	p := open(t)
	show(t, p, publication.Page{Item: "a", Site: "s", Seq: 1, State: publication.Shows, Path: "/old"})
	show(t, p, publication.Page{Item: "a", Site: "s", Seq: 2, State: publication.Shows, Path: "/new"})
	here, moved, err := p.ByPath(t.Context(), "s", "/old")
	if err != nil || len(here) != 0 || fmt.Sprint(items(moved)) != "[a@s]" {
		t.Errorf("%v %v %v", items(here), items(moved), err)
	}
	if here, moved, err = p.ByPath(t.Context(), "s", "/new"); err != nil || len(here) != 1 || len(moved) != 0 {
		t.Errorf("%v %v %v", items(here), items(moved), err)
	}
}

func TestAFileIsReadOfLiveEditionsOnly(t *testing.T) { buckettest.Each(t, liveFiles) }

func liveFiles(t *testing.T, place buckettest.Open) {
	p := openOn(t, place(t, "public"))
	const text = "姓名\n李四\n"
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
	bytes, sum, err := content.Canonical(content.Public{Item: "a", Files: []content.PublicFile{{Digest: digest, Name: "表.csv"}}})
	check(t, err)
	check(t, p.PutEdition(t.Context(), publication.Edition{Item: "a", Number: 1, Bytes: bytes, Digest: sum}))
	if err := p.PutFile(t.Context(), "a", digest, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text[:7])), nil }); !gongkai.Is(err, gongkai.Unavailable) {
		t.Errorf("other bytes than the sheet's: %v", err)
	}
	for range 2 { // a tell may be repeated
		check(t, p.PutFile(t.Context(), "a", digest, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }))
	}
	if _, err := p.File(t.Context(), "a", digest, 0, 1); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("before the page: %v", err)
	}
	page := publication.Page{Item: "a", Site: "s", Seq: 1, State: publication.Shows, Edition: "a.1", Files: []string{digest}}
	show(t, p, page)
	f, err := p.FileOf(t.Context(), "a", digest)
	if err != nil || f.Name != "表.csv" {
		t.Errorf("%+v, %v", f, err)
	}
	for _, part := range []struct{ from, size int64 }{{0, int64(len(text))}, {7, 3}} {
		r, err := p.File(t.Context(), "a", digest, part.from, part.size)
		check(t, err)
		got, err := io.ReadAll(r)
		if err != nil || string(got) != text[part.from:part.from+part.size] {
			t.Errorf("%+v: %q %v", part, got, err)
		}
		check(t, r.Close())
	}
	if _, err := p.File(t.Context(), "b", digest, 0, 1); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("as another item's: %v", err)
	}
	page.Seq, page.State = 2, publication.Suspended
	show(t, p, page)
	if _, err := p.File(t.Context(), "a", digest, 0, 1); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("while suspended: %v", err)
	}
	latest := func(context.Context) (bool, error) { return true, nil }
	check(t, p.RemoveFiles(t.Context(), "a", nil, latest))
	page.Seq, page.State = 3, publication.Shows
	show(t, p, page)
	if _, err := p.File(t.Context(), "a", digest, 0, 1); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("after it was removed: %v", err)
	}
}

func TestTheRunningTextIsWhatReadersSee(t *testing.T) {
	bytes, _, err := content.Canonical(content.Public{
		Fields: content.Fields{"title": "标题", "body": "<p>正文<b>一</b></p><table><tr><td>甲</td><td>乙</td></tr></table>", "audience": "农户",
			"openness": "proactive", "openness_basis": "内部理由", "related": []string{"draft-id"},
			"list": content.Table{Head: []string{"姓名"}, Rows: [][]string{{"王某"}}}, "attachments": []content.FileRef{{Digest: "dddd", Name: "旧名.csv"}}},
		Files: []content.PublicFile{{Place: "attachments[0]", Digest: "aaaa", Name: "名单.csv", Alt: "补贴名单"}, {Place: "attachments[1]", Digest: "bbbb", Name: "已撤.csv"}}})
	check(t, err)
	pub, err := content.Sheet{Bytes: bytes}.Public()
	check(t, err)
	text := strings.Join(strings.Fields(publication.Page{Files: []string{"aaaa"}}.PlainText(pub)), " ")
	if text != "正文一 甲 乙 农户 姓名 王某 名单.csv 补贴名单" {
		t.Error(text)
	}
	if related := publication.Related(pub); len(related) != 1 || related[0] != "draft-id" {
		t.Errorf("related %v", related)
	}
}

func TestTheTreeStandsInOrderEvenWithoutAParent(t *testing.T) {
	p := open(t)
	for _, c := range []content.Column{{Meta: store.Meta{ID: "b"}, Order: 2}, {Meta: store.Meta{ID: "a"}, Order: 3}, {Meta: store.Meta{ID: "b1"}, Parent: "b"}, {Meta: store.Meta{ID: "lost"}, Parent: "late", Order: 1}} {
		c.Site, c.Path, c.Updated = "s", "/"+c.ID+"/", 1
		check(t, p.CopyColumn(t.Context(), c))
	}
	tree, err := p.Tree(t.Context(), "s")
	check(t, err)
	var got []string
	for _, c := range tree {
		got = append(got, c.ID)
	}
	if fmt.Sprint(got) != "[lost b b1 a]" {
		t.Error(got)
	}
}

func TestTranslationsAreTheOtherLanguagesThatShow(t *testing.T) {
	p := open(t)
	for _, page := range []publication.Page{
		{Item: "zh", Site: "s", Seq: 1, State: publication.Shows, Lang: "zh", Group: "g"},
		{Item: "en", Site: "s", Seq: 1, State: publication.Shows, Lang: "en", Group: "g"},
		{Item: "bo", Site: "s", Seq: 1, State: publication.Suspended, Lang: "bo", Group: "g"},
		{Item: "else", Site: "s", Seq: 1, State: publication.Shows, Lang: "en", Group: "h"},
	} {
		show(t, p, page)
	}
	pages, err := p.Translations(t.Context(), publication.Page{Item: "zh", Site: "s", Lang: "zh", Group: "g"})
	check(t, err)
	if got := items(pages); !slices.Equal(got, []string{"en@s"}) {
		t.Errorf("want the English page alone, got %v", got)
	}
}
