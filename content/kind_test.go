package content

import (
	"math/rand/v2"
	"strings"
	"testing"

	"gongkai"
	"gongkai/store"
)

func TestTheSanitiserKeepsItsAllowListAndNothingElse(t *testing.T) {
	for in, want := range map[string]string{
		`<h2 align="center">标题</h2><p>甲<br/>乙</p>`: `<h2 align="center">标题</h2><p>甲<br/>乙</p>`,
		`<table><thead><tr><th scope="col" colspan="2">头</th></tr></thead><tbody><tr><td rowspan="2">格</td></tr></tbody></table>`: `<table><thead><tr><th scope="col" colspan="2">头</th></tr></thead><tbody><tr><td rowspan="2">格</td></tr></tbody></table>`,
		`<a href="https://a.example/x" onclick="x()" target="_blank">链</a>`:                                                       `<a href="https://a.example/x">链</a>`,
		`<a href="/files/1">链</a>`:                                        `<a href="/files/1">链</a>`,
		`<a href="javascript:alert(1)">链</a>`:                             `链`,
		`<img src="data:text/html;base64,AAAA" alt="图">`:                  `<img alt="图">`,
		`<img src="/a.png" alt="图" width="10" style="x" onerror="y()">`:   `<img src="/a.png" alt="图" width="10">`,
		`<img src="https://foreign.example/a.png" alt="图">`:               `<img alt="图">`,
		`<img src="//foreign.example/a.png">`:                             ``,
		`<img src="files/a.png?w=2">`:                                     `<img src="files/a.png?w=2">`,
		`<p style="color:red" class="a" id="b" data-x="y">甲</p>`:          `<p>甲</p>`,
		`<script>alert(1)</script><style>p{}</style><p>甲</p>`:             `<p>甲</p>`,
		`<iframe src="https://a.example"></iframe><form><input></form>甲`:  `甲`,
		`<!-- 批注:张三 --><p>甲</p>`:                                          `<p>甲</p>`,
		`<svg onload=alert(1)><p>甲</p></svg>`:                             `<p>甲</p>`,
		`<td colspan="9999">x</td>`:                                       `<td>x</td>`,
		`<a href="mailto:a@b.example">信</a><a href="tel:12345">电话</a>`:    `<a href="mailto:a@b.example">信</a><a href="tel:12345">电话</a>`,
		`<object data="x"></object><embed src="x"><base href="//evil/">乙`: `乙`,
	} {
		if got := Sanitise(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

// What is signed is sanitised once; a correction sanitises again, and that must
// change nothing.
func TestSanitisingTwiceChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	pieces := []string{"<p>", "</p>", "<b>", "</b>", "<table><tr><td>", "</td></tr></table>", "<a href=\"/x?a=1&b=2\">", "</a>", "<br>", "<script>x</script>", "&amp;", "&lt;", "<", ">", "\"", "'", "甲", "&#20013;", " ", "<img src=x>", "<!--", "-->", "&", "\u00a0"}
	for range 5000 {
		var b strings.Builder
		for range r.IntN(12) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		once := Sanitise(b.String())
		if twice := Sanitise(once); twice != once {
			t.Fatalf("%q became %q and then %q", b.String(), once, twice)
		}
		if strings.Contains(strings.ToLower(once), "<script") || strings.Contains(once, "<!--") {
			t.Fatalf("%q let through %q", b.String(), once)
		}
	}
}

func TestKindsSayWhatIsWrongWithThem(t *testing.T) {
	for _, k := range BuiltIn {
		if err := k.Valid(); err != nil {
			t.Errorf("%s: %v", k.ID, err)
		}
	}
	for name, own := range map[string][]Field{
		"a common field again": {{Name: "title", Type: "text"}}, "a capital letter": {{Name: "Bad", Type: "text"}}, "no such type": {{Name: "x", Type: "colour"}},
		"a choice of nothing": {{Name: "x", Type: "choice"}}, "twice": {{Name: "x", Type: "text"}, {Name: "x", Type: "text"}},
	} {
		k := Kind{Zh: "类型", Own: own}
		k.ID = "custom"
		if gongkai.CodeOf(k.Valid()) != "kind" {
			t.Errorf("%s is taken", name)
		}
	}
	if gongkai.CodeOf(Kind{Zh: "无编号"}.Valid()) != "kind" {
		t.Error("a kind without id is taken")
	}
}

func TestTextsAndFilesHavePlaces(t *testing.T) {
	v := Fields{"title": "题", "f": []FileRef{{Digest: digest, Name: "甲.pdf", Alt: "说明"}}, "tab": Table{Head: []string{"姓名", "电话"}, Rows: [][]string{{"张", "1"}, {"李", "2"}}}}
	got := map[string]Text{}
	for _, x := range all.Texts(v) {
		got[x.Place] = x
	}
	for place, want := range map[string]string{"title": "题", "f[0].name": "甲.pdf", "f[0].alt": "说明", "tab.head[1]": "电话", "tab[1][0]": "李", "tab[0][1]": "1"} {
		if got[place].Text != want {
			t.Errorf("%s: %q", place, got[place].Text)
		}
	}
	if got["tab[0][1]"].Context != "电话" || got["title"].Context != "标题" {
		t.Error("a cell is read under its header, a text under its label")
	}
	out := all.Edit(v, func(x Text) string { return x.Text + "!" })
	if out["tab"].(Table).Rows[1][0] != "李!" || v["tab"].(Table).Rows[1][0] != "李" || FilesOf(out["f"])[0].Name != "甲.pdf!" || FilesOf(v["f"])[0].Name != "甲.pdf" {
		t.Error("an edit answers with new values and leaves the old ones")
	}
	if files := all.Files(v); len(files) != 1 || files[0].Place != "f[0]" {
		t.Errorf("%+v", files)
	}
}

func TestPlacesOfDecisions(t *testing.T) {
	for _, c := range []struct {
		pattern, place string
		want           bool
	}{
		{"body", "body", true}, {"body", "bodyguard", false}, {"attachments[0]", "attachments[0].content", true}, {"attachments[0]", "attachments[0].name", true},
		{"attachments[1]", "attachments[10]", false}, {"attachments", "attachments[3].alt", true}, {"roster[*][2]", "roster[17][2]", true}, {"roster[*][2]", "roster[17][3]", false},
		{"roster[*][2]", "roster[1][20]", false}, {"roster[*]", "roster.head[0]", false}, {"roster[*][*]", "roster[1][2]", true}, {"roster[*][2]", "roster", false}, {"roster[*]", "roster[", false},
	} {
		r := Resolution{Place: c.pattern, Act: ActMask}
		if got := r.Settles(Finding{Place: c.place, Kind: "mobile"}); got != c.want {
			t.Errorf("%s over %s: %v", c.pattern, c.place, got)
		}
	}
	certain, ask := Finding{Kind: "mobile", Level: "certain", Key: "k"}, Finding{Kind: FileUnread, Level: "ask", Key: "f"}
	for name, c := range map[string]struct {
		r    Resolution
		f    Finding
		want bool
	}{
		"a look settles a file":                 {Resolution{Act: ActByEye, Key: "f"}, ask, true},
		"a mask settles no file":                {Resolution{Act: ActMask, Kind: FileUnread}, ask, false},
		"a look settles no number":              {Resolution{Act: ActByEye, Kind: "mobile"}, certain, false},
		"nothing named settles nothing":         {Resolution{Act: ActMask}, certain, false},
		"what is certain is not waved through":  {Resolution{Act: ActNotPersonal, Key: "k"}, certain, false},
		"but by the officer":                    {Resolution{Act: ActNotPersonal, Key: "k", Officer: true}, certain, true},
		"what is likely may be":                 {Resolution{Act: ActNotPersonal, Kind: "mobile"}, Finding{Kind: "mobile", Level: "likely"}, true},
		"another key":                           {Resolution{Act: ActMask, Key: "x"}, certain, false},
		"a key outweighs the kind that differs": {Resolution{Act: ActMask, Key: "k", Kind: "id_card"}, certain, true},
	} {
		if got := c.r.Settles(c.f); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPathsAndSlugs(t *testing.T) {
	for path, ok := range map[string]bool{"/a": true, "/zwgk/2026/a-b_c.html": true, "": false, "/": false, "a": false, "/a/": false, "/..": false, "/a/../b": false, "/甲": false, "/a b": false, "//a": false, "/" + strings.Repeat("a", 81): false} {
		if PagePath(path) != ok {
			t.Errorf("%q: %v", path, !ok)
		}
	}
	for s, ok := range map[string]bool{"zwgk": true, "a-1": true, "": false, "-a": false, "A": false, "a/b": false, strings.Repeat("a", 41): false} {
		if Slug(s) != ok {
			t.Errorf("%q: %v", s, !ok)
		}
	}
}

func TestAFacetIsAFieldThatListsCanFilterBy(t *testing.T) {
	kind := func(f Field) error {
		f.Name, f.Facet = "own", true
		return Kind{Meta: store.Meta{ID: "k"}, Zh: "类型", Own: []Field{f}}.Valid()
	}
	for _, f := range []Field{{Type: "text", Max: 100}, {Type: "date"}, {Type: "number"}, {Type: "reference"}, {Type: "multi_choice", Choices: []Choice{{Value: "a"}}}} {
		if err := kind(f); err != nil {
			t.Errorf("%s: %v", f.Type, err)
		}
	}
	for _, f := range []Field{{Type: "text"}, {Type: "text", Max: 101}, {Type: "rich_text"}, {Type: "files"}, {Type: "table"}} {
		if err := kind(f); gongkai.CodeOf(err) != "kind" {
			t.Errorf("%s of %d: %v", f.Type, f.Max, err)
		}
	}
	for _, k := range BuiltIn {
		if err := k.Valid(); err != nil {
			t.Error(err)
		}
	}
}

func TestADocumentNumberIsTheSameWithAnyBrackets(t *testing.T) {
	for _, s := range []string{"国办发〔2017〕47号", "国办发[2017]47号", " 国办发（２０１７）47 号", "国办发【2017】47号", "国办发﹝2017﹞47号", "国办发〈2017〉47号", "国办发〖2017〗４７号"} {
		if DocNoKey(s) != DocNoKey("国办发〔2017〕47号") {
			t.Errorf("%s: %s", s, DocNoKey(s))
		}
	}
	if DocNoKey("hfgs-2022-7") != "HFGS-2022-7" || DocNoKey(" ") != "" {
		t.Error("letters and nothing")
	}
}
