package api

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gongkai/publication"
	"gongkai/store/bucket/buckettest"
)

const bytesOfFile = "姓名,数额\n某甲,100\n"

// digestOfFile is what the public copy is found by.
var digestOfFile = fmt.Sprintf("%x", sha256.Sum256([]byte(bytesOfFile)))

func withFile(c *county) (publication.Page, string) {
	digest := digestOfFile
	page, pub := notice("withfile", "公示", "<p>见附件。</p>")
	c.attach(&page, &pub, digest, `补贴 名单"1".html`, "text/html", bytesOfFile)
	return c.release(page, pub), "/items/withfile/files/" + digest
}

func TestAFileComesAsADownloadThatNoBrowserRuns(t *testing.T) { buckettest.Each(t, download) }

func download(t *testing.T, place buckettest.Open) {
	c := newCountyOn(t, place(t, "public"))
	_, path := withFile(c)
	g := c.get(path)
	if g.status != http.StatusOK || g.body != bytesOfFile {
		t.Fatalf("%d %q", g.status, g.body)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"ETag": `"` + digestOfFile + `"`, "Cache-Control": publicCache, "Access-Control-Allow-Origin": "*", "Content-Length": "25",
		"Content-Disposition": "attachment; filename*=UTF-8''%E8%A1%A5%E8%B4%B4%20%E5%90%8D%E5%8D%95%221%22.html",
	} {
		if got := g.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if again := c.get(path, "If-None-Match", g.header.Get("ETag")); again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("known already: %d %q", again.status, again.body)
	}
	if head := c.ask(http.MethodHead, "/content/v1"+path); head.status != http.StatusOK || head.body != "" || head.header.Get("Content-Length") != "25" {
		t.Errorf("HEAD: %d %q %v", head.status, head.body, head.header)
	}
}

func TestAPartOfAFileCanBeAskedFor(t *testing.T) { buckettest.Each(t, parts) }

func parts(t *testing.T, place buckettest.Open) {
	c := newCountyOn(t, place(t, "public"))
	_, path := withFile(c)
	for _, x := range []struct {
		asked  string
		status int
		body   string
		told   string
	}{
		{"bytes=0-5", 206, "姓名", "bytes 0-5/25"},
		{"bytes=14-", 206, bytesOfFile[14:], "bytes 14-24/25"},
		{"bytes=-4", 206, "100\n", "bytes 21-24/25"},
		{"bytes=-999", 206, bytesOfFile, "bytes 0-24/25"},
		{"bytes=20-9999", 206, bytesOfFile[20:], "bytes 20-24/25"},
		{"bytes=25-", 416, "", "bytes */25"},
		{"bytes=-0", 416, "", "bytes */25"},
		{"bytes=5-3", 200, bytesOfFile, ""},
		{"bytes=0-1,4-5", 200, bytesOfFile, ""},
		{"bytes=a-b", 200, bytesOfFile, ""},
		{"bytes=99999999999999999999-", 200, bytesOfFile, ""},
		{"lines=1-2", 200, bytesOfFile, ""},
	} {
		g := c.get(path, "Range", x.asked)
		if g.status != x.status || g.body != x.body || g.header.Get("Content-Range") != x.told {
			t.Errorf("%s: %d %q %q", x.asked, g.status, g.body, g.header.Get("Content-Range"))
		}
	}
	if g := c.get(path, "Range", "bytes=0-5", "If-Range", `"other"`); g.status != http.StatusOK {
		t.Errorf("a part of another file is not asked for: %d", g.status)
	}
}

func TestAGuessedDigestAnswersNothing(t *testing.T) {
	c := newCounty(t)
	page, path := withFile(c)
	draft := strings.Repeat("d", 64)
	c.must(c.bucket.WriteAll(t.Context(), "withfile/"+draft, []byte("draft"), nil))
	c.must(c.bucket.WriteAll(t.Context(), draft, []byte("draft"), nil))
	for _, guess := range []string{"/items/withfile/files/" + draft, "/items/neverwas/files/" + digestOfFile, "/items/withfile/files/..%2f" + draft, "/items/withfile/files/"} {
		if g := c.get(guess); g.status != http.StatusNotFound && g.status != http.StatusBadRequest || strings.Contains(g.body, "draft") {
			t.Errorf("%s: %d %s", guess, g.status, g.body)
		}
	}
	c.withdraw(page, publication.Suspended, "", "")
	c.get(path).refused(http.StatusNotFound, "file", "")
}
