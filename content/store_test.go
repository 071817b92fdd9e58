package content

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob"

	"gongkai"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

func open(t *testing.T) *Content {
	t.Helper()
	return openOn(t, buckettest.Folders(t, "originals"))
}

func openOn(t *testing.T, originals *blob.Bucket) *Content {
	t.Helper()
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "restricted.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, Shanghai)
	c, err := Open(t.Context(), db, originals, Secret("a key of the tests"), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if code == "" && err != nil || code != "" && gongkai.CodeOf(err) != code {
		t.Errorf("%s: got %v, want %q", what, err, code)
	}
}

func TestTreesOfUnitsSitesAndColumns(t *testing.T) {
	c, ctx := open(t), t.Context()
	unit := func(id, parent, name, uscc string) error {
		_, err := c.PutUnit(ctx, Unit{Meta: store.Meta{ID: id}, Parent: parent, Name: name, USCC: uscc})
		return err
	}
	wantCode(t, "root", unit("county", "", "县", "11640112010148754W"), "")
	wantCode(t, "child", unit("town", "county", "镇", ""), "")
	wantCode(t, "no parent", unit("x", "nowhere", "某", ""), "missing")
	wantCode(t, "bad id", unit("X y", "", "某", ""), "id")
	wantCode(t, "no name", unit("x", "", " ", ""), "required")
	wantCode(t, "wrong check digit", unit("x", "", "某", "11640112010148754A"), "uscc")
	wantCode(t, "moved", unit("town", "", "镇", ""), "moved")
	if path, err := c.UnitPath(ctx, "town"); err != nil || strings.Join(path, "/") != "county/town" {
		t.Errorf("path %v %v", path, err)
	}
	site := func(id, unit, template string) error {
		_, err := c.PutSite(ctx, Site{Meta: store.Meta{ID: id}, Name: "门户", Unit: unit, IndexNo: template})
		return err
	}
	wantCode(t, "site", site("www", "county", ""), "")
	wantCode(t, "site of a unit without code", site("town", "town", ""), "")
	wantCode(t, "site of nobody", site("x", "nowhere", ""), "missing")
	wantCode(t, "bad template", site("x", "county", "{uscc}"), "index_template")
	column := func(col Column) error { _, err := c.PutColumn(ctx, col); return err }
	col := Column{Meta: store.Meta{ID: "open"}, Site: "www", Slug: "zwgk", Name: "政务公开"}
	wantCode(t, "column", column(col), "")
	below := Column{Meta: store.Meta{ID: "docs"}, Site: "www", Parent: "open", Slug: "wj", Name: "文件", Kinds: []string{"policy"}}
	wantCode(t, "below", column(below), "")
	if got, _ := c.Columns.Get(ctx, "docs"); got.SlugPath != "/zwgk/wj" || got.Path != "/open/docs/" || !got.Takes("policy") || got.Takes("news") || got.Due == 0 {
		t.Errorf("%+v", got)
	}
	twin := below
	twin.ID = "docs2"
	wantCode(t, "a path twice", column(twin), "duplicate")
	often := below
	often.UpdateCycle = "hourly"
	wantCode(t, "a cycle that nobody knows", column(often), "update_cycle")
	moved := below
	moved.Slug = "other"
	wantCode(t, "another slug", column(moved), "moved")
	for what, bad := range map[string]Column{"site": {Meta: store.Meta{ID: "a"}, Site: "x", Slug: "a", Name: "a"}, "parent": {Meta: store.Meta{ID: "a"}, Site: "www", Parent: "x", Slug: "a", Name: "a"},
		"parent elsewhere": {Meta: store.Meta{ID: "a"}, Site: "town", Parent: "open", Slug: "a", Name: "a"}, "kind": {Meta: store.Meta{ID: "a"}, Site: "www", Slug: "a", Name: "a", Kinds: []string{"x"}}} {
		wantCode(t, what, column(bad), "missing")
	}
	one, _ := c.Columns.Get(ctx, "docs")
	wantCode(t, "renamed", column(below), "")
	if two, _ := c.Columns.Get(ctx, "docs"); two.Updated <= one.Updated {
		t.Error("a later change has a later time, even within one millisecond")
	}
}

func TestBuiltInKindsStayAsTheyAre(t *testing.T) {
	c, ctx := open(t), t.Context()
	k := Kind{Zh: "我的", Own: []Field{{Name: "x", Type: "text"}}}
	k.ID = "mine"
	_, err := c.PutKind(ctx, k)
	wantCode(t, "a kind of one's own", err, "")
	k.ID = "notice"
	_, err = c.PutKind(ctx, k)
	wantCode(t, "a built-in one", err, "built_in")
	kinds, err := All(ctx, c.Kinds)
	if err != nil || len(kinds) != len(BuiltIn)+1 {
		t.Errorf("%d kinds, %v", len(kinds), err)
	}
	if n, err := c.Epoch(ctx); n != 1 || err != nil {
		t.Errorf("epoch %d %v", n, err)
	}
}

func zipped(names ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, _ := z.Create(n)
		_, _ = io.WriteString(w, "<x/>")
	}
	_ = z.Close()
	return b.Bytes()
}

func TestFilesAreWhatTheirNameSays(t *testing.T) {
	c, ctx := open(t), t.Context()
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
	docx, xlsx := string(zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")), string(zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"))
	for _, f := range []struct{ name, bytes, media, code string }{
		{"a.txt", "你好", "text/plain", ""}, {"a.csv", "a,b\n1,2\n", "text/csv", ""}, {"a.html", "<!doctype html><p>甲</p>", "text/html", ""}, {"a.txt", "<!doctype html><script>x</script>", "text/plain", ""},
		{"a.pdf", "%PDF-1.7\n", "application/pdf", ""}, {"a.PNG", png, "image/png", ""}, {"a.docx", docx, docxMedia, ""}, {"a.zip", string(zipped("x")), zipLook, ""},
		{"a.pdf", "你好", "", "file_kind"}, {"a.png", "%PDF-1.7\n", "", "file_kind"}, {"a.docx", xlsx, "", "file_kind"}, {"a.docx", "%PDF-1.7\n", "", "file_kind"}, {"a.txt", png, "", "file_kind"},
		{"a.exe", "MZ", "", "file_kind"}, {"a", "你好", "", "file_kind"}, {"a.svg", "<svg/>", "", "file_kind"}, {"a.jpg", png, "", "file_kind"}, {"a.txt", "", "", "empty"}, {"", "x", "", "file_name"},
	} {
		ref, err := c.Files.Add(ctx, gongkai.Actor{ID: "u"}, f.name, strings.NewReader(f.bytes))
		wantCode(t, f.name, err, f.code)
		if f.code == "" && (ref.Type != f.media || ref.Size != int64(len(f.bytes)) || len(ref.Digest) != 64) {
			t.Errorf("%s: %+v", f.name, ref)
		}
	}
}

func TestFilesAreKeptOnceAndUnderAKey(t *testing.T) { buckettest.Each(t, keptOnce) }

func keptOnce(t *testing.T, place buckettest.Open) {
	c, ctx := openOn(t, place(t, "originals")), t.Context()
	add := func() FileRef {
		ref, err := c.Files.Add(ctx, gongkai.Actor{ID: "u"}, "a.txt", strings.NewReader("你好"))
		if err != nil {
			t.Fatal(err)
		}
		return ref
	}
	one, two := add(), add()
	public, size, err := c.Files.Keep(ctx, strings.NewReader("你好"))
	if err != nil || size != 6 || one.Digest != two.Digest || one.Digest == public {
		t.Errorf("original %s, public %s, %v: who knows the text must not know the name of the original", one.Digest, public, err)
	}
	for digest, open := range map[string]func(context.Context, string) (io.ReadCloser, error){one.Digest: c.Files.Open, public: c.Files.OpenKept} {
		r, err := open(ctx, digest)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != "你好" || r.Close() != nil {
			t.Errorf("%s: %q %v", digest, got, err)
		}
	}
	if _, err := c.Files.Open(ctx, public); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("the public digest opens an original: %v", err)
	}
	if _, err := c.Files.Add(ctx, gongkai.Actor{ID: "u"}, "a.txt", io.LimitReader(endless{}, MaxFile+1)); gongkai.CodeOf(err) != "too_large" {
		t.Errorf("a file that is too large: %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
