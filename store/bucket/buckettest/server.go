// Package buckettest is a file server that speaks S3, checks signatures, and
// misbehaves when it is told to; and a table of the places where files may lie.
package buckettest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"gongkai/store/bucket"
)

// The one key that the server knows.
const (
	Key    = "AKIDOFFICE"
	Secret = "a-secret-of-the-file-server"
)

// Fault stands between a client and the server.
type Fault func(next http.Handler) http.Handler

// Server keeps files in memory.
type Server struct {
	URL string

	mu    sync.Mutex
	s3    http.Handler
	fault Fault
	seen  []string
	sent  int64
}

// Start starts a server with these buckets, which ends with the test.
func Start(t testing.TB, buckets ...string) *Server {
	t.Helper()
	mem := s3mem.New()
	for _, name := range buckets {
		if err := mem.CreateBucket(name); err != nil {
			t.Fatal(err)
		}
	}
	s := &Server{s3: gofakes3.New(mem, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()}
	web := httptest.NewServer(s)
	t.Cleanup(func() { web.CloseClientConnections(); web.Close() })
	s.URL = web.URL
	return s
}

// Options say how to reach a bucket of the server.
func (s *Server) Options(setting, name string) bucket.Options {
	return bucket.Options{Setting: setting, URL: "s3://" + name + "?region=cn-north-1&endpoint=" + s.URL, Key: Key, Secret: Secret}
}

// Open opens a bucket of the server.
func (s *Server) Open(t testing.TB, name string) *bucket.Bucket {
	t.Helper()
	b, err := bucket.S3(s.Options("GONGKAI_"+strings.ToUpper(name), name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// Misbehave puts a fault in front of the server; nil takes it away.
func (s *Server) Misbehave(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Seen are the requests until now ("PUT /bucket/key"), and Sent the bytes of
// its answers; both begin anew.
func (s *Server) Seen() (requests []string, sent int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests, sent = s.seen, s.sent
	s.seen, s.sent = nil, 0
	return requests, sent
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.seen = append(s.seen, r.Method+" "+r.URL.Path)
	next := s.s3
	if s.fault != nil {
		next = s.fault(next)
	}
	s.mu.Unlock()
	if code := refusal(r); code != "" {
		Refuse(w, http.StatusForbidden, code)
		return
	}
	next.ServeHTTP(&counted{w, s}, r)
}

type counted struct {
	http.ResponseWriter
	s *Server
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.s.mu.Lock()
	c.s.sent += int64(n)
	c.s.mu.Unlock()
	return n, err
}

// refusal is the code by which S3 refuses the request, if it does: as an
// older server would, it takes no checksum that comes behind the body.
func refusal(r *http.Request) string {
	if r.Header.Get("X-Amz-Trailer") != "" || strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") || r.Header.Get("X-Amz-Sdk-Checksum-Algorithm") != "" {
		return "NotImplemented"
	}
	given := r.Header.Get("Authorization")
	if !strings.Contains(given, "Credential="+Key+"/") {
		return "InvalidAccessKeyId"
	}
	if given != signed(r, given) {
		return "SignatureDoesNotMatch"
	}
	return ""
}

// signed is what the request's signature should be.
func signed(r *http.Request, given string) string {
	copied := r.Clone(context.Background())
	copied.Header = http.Header{}
	_, names, _ := strings.Cut(given, "SignedHeaders=")
	names, _, _ = strings.Cut(names, ",")
	for _, name := range strings.Split(names, ";") {
		copied.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
	}
	copied.URL.Host, copied.URL.Scheme = r.Host, "http"
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		return ""
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	key := aws.Credentials{AccessKeyID: Key, SecretAccessKey: Secret}
	if err := signer.SignHTTP(context.Background(), key, copied, r.Header.Get("X-Amz-Content-Sha256"), "s3", "cn-north-1", at); err != nil {
		return ""
	}
	return copied.Header.Get("Authorization")
}

// Refuse answers as S3 refuses.
func Refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>no</Message></Error>`, code)
}
