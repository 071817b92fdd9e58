// Files in folders and in S3, whatever the server does.

package bucket_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"gocloud.dev/blob"

	"gongkai"
	"gongkai/store/bucket"
	"gongkai/store/bucket/buckettest"
)

// large is cut into parts on its way to S3.
var large = bytes.Repeat([]byte("公开"), 1<<20+1)

func read(t *testing.T, b *blob.Bucket, key string) string {
	t.Helper()
	got, err := b.ReadAll(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func absent(t *testing.T, b *blob.Bucket, key string) {
	t.Helper()
	if there, err := b.Exists(t.Context(), key); err != nil || there {
		t.Errorf("a file is there that was never whole: %v %v", there, err)
	}
	left := b.List(nil)
	if obj, err := left.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("something was left behind: %+v %v", obj, err)
	}
}

func TestAFileIsThereWholeOrNotAtAll(t *testing.T) {
	buckettest.Each(t, func(t *testing.T, open buckettest.Open) {
		b := open(t, "originals")
		for name, bytes := range map[string][]byte{"empty": nil, "small": []byte("你好"), "large": large} {
			if err := bucket.Put(t.Context(), b, "sheet/"+name, strings.NewReader(string(bytes))); err != nil {
				t.Fatal(err)
			}
			if read(t, b, "sheet/"+name) != string(bytes) {
				t.Errorf("%s reads differently", name)
			}
			if err := b.Delete(t.Context(), "sheet/"+name); err != nil {
				t.Fatal(err)
			}
		}
		broken := errors.New("the line is cut")
		for _, sent := range []string{"half of it", string(large)} {
			r := io.MultiReader(strings.NewReader(sent), iotest.ErrReader(broken))
			if err := bucket.Put(t.Context(), b, "a", r); !errors.Is(err, broken) {
				t.Errorf("half a file: %v", err)
			}
			absent(t, b, "a")
		}
	})
}

func TestAFileOfAnotherDigestIsNotKept(t *testing.T) {
	sum := sha256.Sum256([]byte("公开"))
	digest := hex.EncodeToString(sum[:])
	buckettest.Each(t, func(t *testing.T, open buckettest.Open) {
		b := open(t, "public")
		if err := bucket.Put(t.Context(), b, "a", bucket.Whole(strings.NewReader("公"), digest)); err == nil {
			t.Error("it was taken")
		}
		absent(t, b, "a")
		if err := bucket.Put(t.Context(), b, "a", bucket.Whole(strings.NewReader("公开"), digest)); err != nil || read(t, b, "a") != "公开" {
			t.Errorf("the right one: %v", err)
		}
	})
}

func TestAServerThatFailsForAMomentIsAskedAgain(t *testing.T) {
	t.Parallel()
	s := buckettest.Start(t, "originals")
	b := s.Open(t, "originals")
	for name, fault := range map[string]buckettest.Fault{
		"busy": buckettest.Busy, "hangs up": buckettest.Gone, "loses its answer": buckettest.LostAnswer, "is cut off": buckettest.CutUpload(1 << 20), "slow": buckettest.Slow(50 * time.Millisecond),
	} {
		s.Misbehave(buckettest.Times(2, fault))
		if err := bucket.Put(t.Context(), b.Bucket, name, bytes.NewReader(large)); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if read(t, b.Bucket, name) != string(large) {
			t.Errorf("%s: it reads differently", name)
		}
	}
}

func TestAServerThatGoesOnFailingIsGivenUpSoonAndComesBack(t *testing.T) {
	t.Parallel()
	s := buckettest.Start(t, "originals")
	b := s.Open(t, "originals")
	for name, fault := range map[string]buckettest.Fault{"busy": buckettest.Busy, "hangs up": buckettest.Gone, "is cut off": buckettest.CutUpload(1 << 20)} {
		s.Misbehave(fault)
		s.Seen()
		start := time.Now()
		if err := bucket.Put(t.Context(), b.Bucket, "a", bytes.NewReader(large)); err == nil {
			t.Errorf("%s: it says that it is done", name)
		}
		requests, _ := s.Seen()
		if took := time.Since(start); took > time.Minute || len(requests) > 12 {
			t.Errorf("%s: given up after %v and %d requests", name, took, len(requests))
		}
		if name == "is cut off" && requests[len(requests)-1] != "DELETE /originals/a" {
			t.Errorf("the parts that were sent are not taken back: %v", requests)
		}
		s.Misbehave(nil)
		absent(t, b.Bucket, "a")
	}
	if err := bucket.Put(t.Context(), b.Bucket, "a", bytes.NewReader(large)); err != nil || read(t, b.Bucket, "a") != string(large) {
		t.Errorf("when it is back: %v", err)
	}
	s.Misbehave(buckettest.CutAnswer(1 << 20))
	if got, err := b.ReadAll(t.Context(), "a"); err == nil {
		t.Errorf("%d bytes of %d are called the whole", len(got), len(large))
	}
}

func TestWhatIsWrongWithABucketIsSaidByTheNameOfItsVariable(t *testing.T) {
	t.Parallel()
	s := buckettest.Start(t, "originals")
	right := s.Options("GONGKAI_ORIGINALS", "originals")
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<h1>welcome</h1>") }))
	defer web.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://elsewhere.example/")
		buckettest.Refuse(w, http.StatusMovedPermanently, "PermanentRedirect")
	}))
	defer elsewhere.Close()
	at := func(endpoint string) bucket.Options {
		o := right
		o.URL = "s3://originals?endpoint=" + endpoint
		return o
	}
	with := func(change func(*bucket.Options)) bucket.Options {
		o := right
		change(&o)
		return o
	}
	for name, c := range map[string]struct {
		o     bucket.Options
		fault buckettest.Fault
		code  string
		name  string
	}{
		"all is well":      {right, nil, "", ""},
		"no such bucket":   {s.Options("GONGKAI_ORIGINALS", "nowhere"), nil, "files_bucket", "GONGKAI_ORIGINALS_URL"},
		"a wrong key":      {with(func(o *bucket.Options) { o.Key = "geheim" }), nil, "files_key", "GONGKAI_ORIGINALS_KEY"},
		"a wrong secret":   {with(func(o *bucket.Options) { o.Secret = "geheim" }), nil, "files_key", "GONGKAI_ORIGINALS_KEY"},
		"no right":         {right, refusing(http.StatusForbidden, "AccessDenied"), "files_rights", "GONGKAI_ORIGINALS_KEY"},
		"a wrong clock":    {right, refusing(http.StatusForbidden, "RequestTimeTooSkewed"), "files_clock", "GONGKAI_ORIGINALS_URL"},
		"busy":             {right, buckettest.Busy, "files_busy", "GONGKAI_ORIGINALS_URL"},
		"another region":   {at(elsewhere.URL), nil, "files_region", "GONGKAI_ORIGINALS_URL"},
		"a web site":       {at(web.URL + "/s3"), nil, "", ""}, // it answers 200: a file of that name might be there
		"nobody listens":   {at("http://127.0.0.1:1"), nil, "files_unreachable", "GONGKAI_ORIGINALS_URL"},
		"no such host":     {at("http://minio.invalid:9000"), nil, "files_unreachable", "GONGKAI_ORIGINALS_URL"},
		"unknown CA":       {at(secure.URL), nil, "files_tls", "GONGKAI_ORIGINALS_URL"},
		"TLS, not http":    {at(strings.Replace(s.URL, "http:", "https:", 1)), nil, "files_tls", "GONGKAI_ORIGINALS_URL"},
		"it says nothing":  {at("http://" + silent(t)), nil, "files_unreachable", "GONGKAI_ORIGINALS_URL"},
		"it hangs up":      {right, buckettest.Gone, "files_unreachable", "GONGKAI_ORIGINALS_URL"},
		"not found, plain": {right, func(http.Handler) http.Handler { return http.NotFoundHandler() }, "files_protocol", "GONGKAI_ORIGINALS_URL"},
	} {
		s.Misbehave(c.fault)
		b, err := bucket.S3(c.o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s.Seen()
		err = b.Ping(t.Context())
		if c.code == "" && err != nil || c.code != "" && (gongkai.CodeOf(err) != c.code || !gongkai.Is(err, gongkai.Unavailable) || !strings.Contains(err.Error(), c.name)) {
			t.Errorf("%s: %v", name, err)
		}
		if requests, _ := s.Seen(); err != nil && (len(requests) > 1 || strings.Contains(err.Error(), "geheim")) {
			t.Errorf("%s: asked %d times: %v", name, len(requests), err)
		}
		_ = b.Close()
	}
}

func refusing(status int, code string) buckettest.Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { buckettest.Refuse(w, status, code) })
	}
}

// silent takes connections and never says anything.
func silent(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return ln.Addr().String()
}

func TestAURLThatCannotBeIsRefused(t *testing.T) {
	for _, url := range []string{"", "minio:9000/originals", "http://minio:9000/originals", "s3://", "s3://A", "s3://key:geheim@originals", "s3://originals/sub", "s3://originals?endpoint=minio:9000",
		"s3://originals?endpoint=ftp://minio", "s3://originals?endpoint=http://key:geheim@minio", "s3://originals?region=", "s3://originals?secret=geheim", "s3://originals?use_path_style=yes", "s3://originals?region=a&region=b",
		"s3://originals?ssetype=geheim", "s3://originals?%zz"} {
		o := bucket.Options{Setting: "GONGKAI_ORIGINALS", URL: url, Key: "k", Secret: "s"}
		if err := o.Validate(); gongkai.CodeOf(err) != "files_url" || !strings.Contains(err.Error(), "GONGKAI_ORIGINALS_URL") || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, url := range []string{"s3://originals", "s3://originals?region=cn-north-1&endpoint=https://minio:9000&use_path_style=false&request_checksum_calculation=when_supported&ssetype=aws:kms&kmskeyid=k"} {
		if err := (bucket.Options{Setting: "X", URL: url, Key: "k", Secret: "s"}).Validate(); err != nil {
			t.Errorf("%s: %v", url, err)
		}
		if err := (bucket.Options{Setting: "GONGKAI_ORIGINALS", URL: url, Key: "k"}).Validate(); !strings.Contains(err.Error(), "GONGKAI_ORIGINALS_SECRET") {
			t.Errorf("a key without its secret: %v", err)
		}
	}
}

func TestOneBucketUnderTwoURLsIsFound(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"s3://files", "s3://files?region=cn-north-1", true},
		{"s3://files?endpoint=http://minio:9000", "s3://files?endpoint=http://MINIO:9000/&use_path_style=true", true},
		{"s3://files?endpoint=https://minio", "s3://files?endpoint=https://minio:443", true},
		{"s3://files?endpoint=http://minio:9000", "s3://files?endpoint=http://other:9000", false},
		{"s3://files?region=cn-north-1", "s3://files?endpoint=https://s3.cn-north-1.amazonaws.com.cn", true},
		{"s3://files", "s3://files?endpoint=https://s3.office.example", false},
		{"s3://files", "s3://public", false},
	} {
		if bucket.Same(c.a, c.b) != c.same {
			t.Errorf("%s and %s: not %v", c.a, c.b, c.same)
		}
	}
}

func TestAFolderThatIsGoneIsSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "files", "originals")
	b, err := bucket.Folder(path)
	if err != nil || b.Ping(t.Context()) != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if err := b.Ping(t.Context()); gongkai.CodeOf(err) != "files_folder" || !strings.Contains(err.Error(), "files/originals") {
		t.Errorf("gone: %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Folder(path); gongkai.CodeOf(err) != "files_folder" {
		t.Errorf("a file in its place: %v", err)
	}
}
