// Files on a server that speaks S3: it may be away, and files may be large.

package api

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"gocloud.dev/blob"

	"gongkai/content"
	"gongkai/store/bucket"
	"gongkai/store/bucket/buckettest"
)

func TestAnUploadWhileTheFileServerIsAwayIsRefusedAndWorksWhenItIsBack(t *testing.T) {
	s := buckettest.Start(t, "originals", "public")
	o := newOfficeOn(t, func(t testing.TB, name string) *blob.Bucket { return s.Open(t, name).Bucket })
	text := strings.Repeat("名单内容。\n", 100_000)
	for name, fault := range map[string]buckettest.Fault{"busy": buckettest.Busy, "cut off": buckettest.CutUpload(1 << 16)} {
		s.Misbehave(fault)
		o.upload("editor", "file", "名单.txt", text).hides(s.URL).refused(503, "files")
		s.Misbehave(nil)
		if obj, err := s.Open(t, "originals").List(nil).Next(t.Context()); !errors.Is(err, io.EOF) {
			t.Fatalf("%s: half an upload is left: %+v %v", name, obj, err)
		}
	}
	digest := o.upload("editor", "file", "名单.txt", text).is(201).str("digest")
	body := draft("附件")
	body["fields"].(map[string]any)["attachments"] = []any{map[string]any{"digest": digest, "name": "名单.txt"}}
	path := "/api/v1/items/" + o.as("editor").post("/api/v1/items", body).is(201).str("id") + "/files/" + digest
	s.Misbehave(buckettest.Gone)
	o.as("editor").get(path).hides(s.URL).refused(503, "files")
	s.Misbehave(nil)
	if o.as("editor").get(path).is(200).body != text {
		t.Error("the original reads differently")
	}
}

func TestAPartOfALargeFileFetchesNoMore(t *testing.T) {
	s := buckettest.Start(t, "public")
	c := newCountyOn(t, s.Open(t, "public").Bucket)
	bytes := strings.Repeat("0123456789", 1<<20)
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(bytes)))
	page, pub := notice("large", "公示", "<p>见附件。</p>")
	c.attach(&page, &pub, digest, "图.txt", "text/plain", bytes)
	c.release(page, pub)
	for _, asked := range []string{"bytes=5000000-5000099", "bytes=-100"} {
		s.Seen()
		g := c.get("/items/large/files/"+digest, "Range", asked)
		if _, sent := s.Seen(); g.status != http.StatusPartialContent || g.body != bytes[:100] || sent > 200 {
			t.Errorf("%s: %d, %d bytes, of the server %d", asked, g.status, len(g.body), sent)
		}
	}
}

// TestALargeFileNeverStandsInMemory measures a process of its own: the file
// server of this one keeps what it gets in memory.
func TestALargeFileNeverStandsInMemory(t *testing.T) {
	if url := os.Getenv("GONGKAI_TEST_LARGE_AT"); url != "" {
		carry(t, url)
		return
	}
	if _, err := os.Stat("/proc/self/status"); err != nil || testing.Short() {
		t.Skip("memory is measured by /proc, and not under the race detector, which takes more")
	}
	size := 48 << 20
	if os.Getenv("GONGKAI_LONG") != "" {
		size = 99 << 20
	}
	s := buckettest.Start(t, "originals", "public")
	child := exec.Command(os.Args[0], "-test.run=^TestALargeFileNeverStandsInMemory$", "-test.v")
	child.Env = append(os.Environ(), "GONGKAI_TEST_LARGE_AT="+s.URL, "GONGKAI_TEST_LARGE="+strconv.Itoa(size), "GOGC=25")
	out, err := child.CombinedOutput()
	grew := regexp.MustCompile(`grew by (\d+) kB`).FindSubmatch(out)
	if err != nil || grew == nil {
		t.Fatalf("%v\n%s", err, out)
	}
	kB, _ := strconv.Atoi(string(grew[1]))
	t.Logf("a file of %d MB: memory grew by %d MB", size>>20, kB>>10)
	if kB > 36<<10 {
		t.Errorf("memory grew by %d MB for a file of %d MB", kB>>10, size>>20)
	}
}

// carry takes a large file all the way: upload, original, public copy, reader.
func carry(t *testing.T, url string) {
	at := func(t testing.TB, name string) *blob.Bucket {
		b, err := bucket.S3(bucket.Options{Setting: "GONGKAI", URL: "s3://" + name + "?region=cn-north-1&endpoint=" + url, Key: buckettest.Key, Secret: buckettest.Secret})
		if err != nil {
			t.Fatal(err)
		}
		return b.Bucket
	}
	size, _ := strconv.ParseInt(os.Getenv("GONGKAI_TEST_LARGE"), 10, 64)
	o, c := newOfficeOn(t, at), newCountyOn(t, at(t, "public"))
	o.upload("editor", "file", "小.txt", "小").is(201)
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600); err != nil { // the peak begins anew
		t.Fatal(err)
	}
	before := peak(t)
	ref := o.uploadStream("大.txt", size)
	body := draft("附件")
	body["fields"].(map[string]any)["attachments"] = []any{map[string]any{"digest": ref, "name": "大.txt"}}
	id := o.as("editor").post("/api/v1/items", body).is(201).str("id")
	drain(t, o.url+"/api/v1/items/"+id+"/files/"+ref, o.as("editor").token, size)

	digest, kept, err := o.content.Files.Keep(t.Context(), large(size))
	if err != nil || kept != size {
		t.Fatal(kept, err)
	}
	page, pub := notice("large", "公示", "<p>见附件。</p>")
	c.attachFrom(&page, &pub, content.PublicFile{Digest: digest, Name: "大.txt", Size: size, Type: "text/plain"}, func() (io.ReadCloser, error) { return o.content.Files.OpenKept(t.Context(), digest) })
	c.release(page, pub)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	c.must(err)
	go func() { _ = c.server.Serve(ln) }()
	drain(t, "http://"+ln.Addr().String()+"/content/v1/items/large/files/"+digest, "", size)
	fmt.Printf("grew by %d kB\n", peak(t)-before)
}

// drain reads an answer without holding it.
func drain(t *testing.T, url, token string, size int64) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || n != size {
		t.Fatalf("%d, %d bytes of %d, %v", resp.StatusCode, n, size, err)
	}
}

// large is a text of so many bytes that nobody holds.
func large(size int64) io.Reader { return io.LimitReader(lines{}, size) }

type lines struct{}

func (lines) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "名单内容。\n"[i%16]
	}
	return len(p), nil
}

// peak is the most memory that this process had, in kB.
func peak(t *testing.T) int {
	t.Helper()
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	kB, err := strconv.Atoi(string(regexp.MustCompile(`VmHWM:\s+(\d+)`).FindSubmatch(raw)[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kB
}

// uploadStream uploads without holding the file.
func (o *office) uploadStream(name string, size int64) (digest string) {
	o.t.Helper()
	r, w := io.Pipe()
	body := multipart.NewWriter(w)
	go func() {
		part, err := body.CreateFormFile("file", name)
		if err == nil {
			_, err = io.Copy(part, large(size))
		}
		_ = w.CloseWithError(firstOf(err, body.Close()))
	}()
	return o.as("editor").with("Content-Type", body.FormDataContentType()).do("POST", "/api/v1/files?unit=county", r).is(201).str("digest")
}
