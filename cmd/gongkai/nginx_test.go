// The whole installation behind nginx with the configuration of deploy/nginx:
// what the public sees, what it never sees, and for how long.

package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"gongkai/content"
)

// promise is how long a withdrawn page may still be shown: what the content API
// says in max-age, and a while for the job that withdraws on a busy machine.
const promise = 10*time.Second + 5*time.Second

// nginx is a running nginx.
type nginx struct {
	t                           *testing.T
	folder                      string
	public, editorial, redirect string // its addresses
	roots                       *x509.CertPool
}

// startNginx puts nginx with our configuration before a topology. Ports, paths
// and upstreams are put in the place of those of the files; nothing else is.
func startNginx(t *testing.T, program string, top *topology) *nginx {
	t.Helper()
	n := &nginx{t: t, folder: t.TempDir(), public: freeAddr(t), editorial: freeAddr(t), redirect: freeAddr(t)}
	n.certificates()
	for _, name := range []string{"cache", "log"} {
		if err := os.Mkdir(filepath.Join(n.folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n" // the test's folders are its own user's alone
	}
	n.write("nginx.conf", user+"daemon off;\nmaster_process on;\nworker_processes 2;\npid "+n.folder+"/pid;\nerror_log "+n.folder+"/log/error.log;\nevents {}\nhttp {\n"+
		"client_body_temp_path "+n.folder+"/body;\nproxy_temp_path "+n.folder+"/proxy;\nfastcgi_temp_path "+n.folder+"/f;\nuwsgi_temp_path "+n.folder+"/u;\nscgi_temp_path "+n.folder+"/s;\n"+
		n.upstreams(top)+n.configuration()+"}\n")
	out, err := exec.CommandContext(t.Context(), program, "-t", "-c", n.folder+"/nginx.conf", "-e", n.folder+"/log/error.log").CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("[warn]")) {
		t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	n.run(program)
	return n
}

func (n *nginx) write(name, text string) {
	n.t.Helper()
	if err := os.WriteFile(filepath.Join(n.folder, name), []byte(text), 0o600); err != nil {
		n.t.Fatal(err)
	}
}

// put replaces every occurrence, and fails where there is none: then the file
// is not the one that this test knows.
func put(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("no %q in the configuration of nginx", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

func (n *nginx) upstreams(top *topology) string {
	raw := deployed(n.t, "nginx/upstreams.conf")
	return put(n.t, raw, "server 127.0.0.1:8080;", "server "+top.apis[0]+";", "server 127.0.0.1:8082;", "server "+top.apis[1]+";", "server 127.0.0.1:8090;", "server "+top.content+";")
}

var ipv6Listen = regexp.MustCompile(`(?m)^ *listen \[::\].*\n`)

func (n *nginx) configuration() string {
	raw := ipv6Listen.ReplaceAllString(deployed(n.t, "nginx/gongkai.conf"), "") // the machine may have none
	return put(n.t, raw, "listen 443 ", "listen "+n.public+" ", "listen 8443 ", "listen "+n.editorial+" ", "listen 80 ", "listen "+n.redirect+" ",
		"/etc/nginx/tls", n.folder, "/var/cache/nginx", n.folder+"/cache", "/var/log/nginx", n.folder+"/log")
}

// certificates are self-signed, for the names of the configuration.
func (n *nginx) certificates() {
	n.t.Helper()
	n.roots = x509.NewCertPool()
	for file, name := range map[string]string{"public": publicName, "editorial": editorialName} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			n.t.Fatal(err)
		}
		about := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
		der, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
		if err != nil {
			n.t.Fatal(err)
		}
		secret, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			n.t.Fatal(err)
		}
		n.write(file+".crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
		n.write(file+".key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
		made, err := x509.ParseCertificate(der)
		if err != nil {
			n.t.Fatal(err)
		}
		n.roots.AddCert(made)
	}
}

// The names in deploy/nginx/gongkai.conf.
const (
	publicName    = "www.example.gov.cn"
	editorialName = "gongkai.intranet.example"
)

func (n *nginx) run(program string) {
	n.t.Helper()
	cmd := exec.CommandContext(context.Background(), program, "-c", n.folder+"/nginx.conf", "-e", n.folder+"/log/error.log")
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // to the master: it ends its workers
		_ = cmd.Wait()
	})
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", n.redirect)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(end) {
			said, _ := os.ReadFile(filepath.Join(n.folder, "log", "error.log"))
			n.t.Fatalf("nginx does not listen: %s", said)
		}
	}
}

// visitor is a client at an address of this machine: 127.0.0.2 is another one
// than 127.0.0.1.
func (n *nginx) visitor(from, name string) *client {
	at := map[string]string{publicName: n.public, editorialName: n.editorial}[name]
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c := newClient("https://" + name)
	c.http.Timeout = 60 * time.Second
	c.http.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: n.roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dialer.DialContext(ctx, "tcp", at) }}
	return c
}

// heard is an answer with its headers.
type heard struct {
	status int
	proto  string
	header http.Header
	body   []byte
}

// asks sends one request.
func (n *nginx) asks(c *client, method, path string, body io.Reader, header ...string) heard {
	n.t.Helper()
	req, err := http.NewRequestWithContext(n.t.Context(), method, c.base+path, body)
	if err != nil {
		n.t.Fatal(err)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.http.Do(req)
	if err != nil {
		n.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		n.t.Fatalf("%s %s: %v", method, path, err)
	}
	return heard{res.StatusCode, res.Proto, res.Header, answer}
}

// wants asks without a body and compares the status.
func (n *nginx) wants(c *client, method, path string, status int, header ...string) heard {
	n.t.Helper()
	got := n.asks(c, method, path, nil, header...)
	if got.status != status {
		n.t.Errorf("%s %s%s: %d, want %d: %.300s", method, c.base, path, got.status, status, got.body)
	}
	return got
}

func TestBehindNginx(t *testing.T) {
	program := os.Getenv("GONGKAI_TEST_NGINX")
	redisURL := redis(t, "0")
	if program == "" || redisURL == "" {
		t.Skip("GONGKAI_TEST_NGINX names no nginx, or GONGKAI_TEST_REDIS_URL no Redis")
	}
	top := newTopology(t, redisURL)
	top.settings = append(top.settings, "GONGKAI_TRUSTED_PROXIES=127.0.0.1", "GONGKAI_SECURE_COOKIES=true")
	top.start()
	n := startNginx(t, program, top)
	t.Run("at once", func(t *testing.T) { // they mostly wait
		for name, story := range map[string]func(*nginx, *topology){
			"the public side shows the content API and nothing else": (*nginx).publicSide,
			"the editorial side hides what is the operator's":        (*nginx).editorialSide,
			"an upload of 100 MB passes, a greater one does not":     (*nginx).uploads,
			"a withdrawal counts within the promised time":           (*nginx).withdrawal,
			"the brake on guessing sees the client":                  (*nginx).guessing,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				there := *n
				there.t = t
				story(&there, top)
			})
		}
	})
	n.logs()
}

func (n *nginx) publicSide(*topology) {
	reader := n.visitor("127.0.0.1", publicName)
	first := n.wants(reader, http.MethodGet, "/content/v1/sites", 200)
	if first.header.Get("Cache-Control") != "no-cache" || first.header.Get("Strict-Transport-Security") == "" || first.proto != "HTTP/2.0" {
		n.t.Errorf("%s %v", first.proto, first.header)
	}
	n.wants(reader, http.MethodHead, "/content/v1/sites", 200)
	n.wants(reader, http.MethodGet, "/content/v1/sites", 304, "If-None-Match", first.header.Get("ETag"))
	n.wants(reader, http.MethodOptions, "/content/v1/sites", 204, "Origin", "https://portal.example", "Access-Control-Request-Method", "GET")
	n.wants(reader, http.MethodPost, "/content/v1/sites", 403)
	// What platforms tell us comes through to the editorial side, which judges it.
	if got := n.wants(reader, http.MethodGet, "/hooks/wechat/none?signature=x", 403); !strings.Contains(string(got.body), `"signature"`) {
		n.t.Errorf("%s", got.body)
	}
	n.wants(reader, http.MethodDelete, "/hooks/wechat/none", 403)
	n.wants(reader, http.MethodGet, "/hooks/wechat/../../api/v1/session", 404)
	for _, path := range []string{"/", "/metrics", "/readyz", "/healthz", "/api/v1/session", "/api/v1/items", "/api/v1/first", "/docs", "/openapi.json",
		"/content/v1/../../metrics", "/content/v1/%2e%2e/%2e%2e/readyz", "/content/v1/..%2f..%2fapi/v1/session", "//metrics", "/content/v2/sites"} {
		n.wants(reader, http.MethodGet, path, 404)
	}
	stranger := n.visitor("127.0.0.1", editorialName) // by the name of the other side
	stranger.http.Transport.(*http.Transport).DialContext = reader.http.Transport.(*http.Transport).DialContext
	if _, err := stranger.call(n.t.Context(), http.MethodGet, "/api/v1/session", nil); err == nil {
		n.t.Error("an unknown name gets an answer on the public side")
	}
	plain := newClient("http://" + n.redirect)
	if got := n.asks(plain, http.MethodGet, "/content/v1/sites?x=1", nil); got.status != 308 || got.header.Get("Location") != "https://"+publicName+"/content/v1/sites?x=1" {
		n.t.Errorf("plain HTTP: %+v", got)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (n *nginx) editorialSide(top *topology) {
	editor := n.visitor("127.0.0.1", editorialName)
	for _, path := range []string{"/metrics", "/readyz", "/healthz", "/content/v1/sites"} {
		n.wants(editor, http.MethodGet, path, 404)
	}
	n.wants(editor, http.MethodGet, "/docs", 200)
	n.wants(editor, http.MethodGet, "/api/v1/session", 401)
	if err := editor.signIn(n.t.Context(), "bianji", demoPassword); err != nil {
		n.t.Fatal(err)
	}
	for range 4 { // whichever replica answers
		n.wants(editor, http.MethodGet, "/api/v1/session", 200)
	}
	got := n.asks(n.visitor("127.0.0.1", editorialName), http.MethodPost, "/api/v1/session", strings.NewReader(`{"login":"yishen","password":"`+demoPassword+`"}`), "Content-Type", "application/json")
	if cookie := got.header.Get("Set-Cookie"); !strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "HttpOnly") {
		n.t.Errorf("the cookie: %s", cookie)
	}
	answers(n.t, "http://"+top.apis[0], "/metrics", 200, "gongkai_http_requests_total") // the operator, on the machine
}

// uploads sends files of the greatest size that the API takes, and of more.
func (n *nginx) uploads(top *topology) {
	editor := n.visitor("127.0.0.1", editorialName)
	editor.token = top.tokens["bianji"]
	for size, status := range map[int64]int{content.MaxFile: 201, content.MaxFile + 3<<20: 413} {
		body := form("大文件.txt", size)
		req := must(http.NewRequestWithContext(n.t.Context(), http.MethodPost, editor.base+"/api/v1/files?unit=qinghe", body.text))
		req.Header.Set("Content-Type", body.kind)
		req.Header.Set("Authorization", "Bearer "+editor.token)
		req.ContentLength = body.size
		res, err := editor.http.Do(req)
		if err != nil {
			n.t.Fatal(err)
		}
		said, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != status {
			n.t.Errorf("%d bytes: %d, want %d: %.200s", size, res.StatusCode, status, said)
		}
	}
	spooled, _ := filepath.Glob(filepath.Join(n.folder, "body", "*"))
	if len(spooled) > 0 {
		n.t.Errorf("nginx keeps copies of uploads: %v", spooled)
	}
}

// sent is a file as a form sends it.
type sent struct {
	text io.Reader
	size int64
	kind string
}

// form makes the bytes of the file while they are sent.
func form(name string, size int64) sent {
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	must(w.CreateFormFile("file", name))
	tail := "\r\n--" + w.Boundary() + "--\r\n"
	whole := int64(head.Len()) + size + int64(len(tail))
	return sent{io.MultiReader(&head, io.LimitReader(endless{}, size), strings.NewReader(tail)), whole, w.FormDataContentType()}
}

// endless is a text without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "text of a long file\n"[i%20]
	}
	return len(p), nil
}

// withdrawal looks at a page through the cache of nginx, all the time, from its
// release to long after its withdrawal.
func (n *nginx) withdrawal(top *topology) {
	if err := top.walk(n.t.Context(), 1); err != nil {
		n.t.Fatal(err)
	}
	id := ""
	for id = range top.items {
	}
	reader, path := n.visitor("127.0.0.1", publicName), "/content/v1/items/"+id+"?site=qinghe"
	n.until(reader, path, 200, promise)
	n.cached(path)
	etag := n.wants(reader, http.MethodGet, path, 200).header.Get("ETag")
	n.wants(reader, http.MethodGet, path, 304, "If-None-Match", etag)
	r, err := top.as(n.t.Context(), "baomi", http.MethodGet, "/api/v1/items/"+id, nil)
	if err == nil {
		_, err = top.act(n.t.Context(), "baomi", r, "suspend", "reason", "核实")
	}
	if err != nil {
		n.t.Fatal(err)
	}
	took := n.until(reader, path, 410, promise)
	n.t.Logf("withdrawn: nginx answers 410 after %v", took.Round(10*time.Millisecond))
	for range 20 { // and for good
		n.wants(reader, http.MethodGet, path, 410)
		n.wants(reader, http.MethodGet, path, 410, "If-None-Match", etag)
	}
}

// until asks all the time until the status comes.
func (n *nginx) until(c *client, path string, status int, limit time.Duration) time.Duration {
	n.t.Helper()
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		got := n.asks(c, http.MethodGet, path, nil)
		switch took := time.Since(began); {
		case got.status == status:
			return took
		case took > limit:
			n.t.Fatalf("after %v still %d: %.200s", took, got.status, got.body)
		}
	}
}

// cached makes sure that nginx does answer from its cache: else the time that a
// withdrawal takes says nothing.
func (n *nginx) cached(path string) {
	n.t.Helper()
	uri, _, _ := strings.Cut(path, "?")
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		n.wants(n.visitor("127.0.0.1", publicName), http.MethodGet, path, 200)
		log, err := os.ReadFile(filepath.Join(n.folder, "log", "gongkai-public.log"))
		if err == nil && regexp.MustCompile(regexp.QuoteMeta(`"`+uri+`"`)+` 200 \d+ [0-9.]+ HIT`).Match(log) {
			return
		}
		if time.Now().After(end) {
			n.t.Fatalf("nothing comes from the cache (%v):\n%s", err, log)
		}
	}
}

// guessing: who guesses passwords is stopped by address, whatever they claim
// about where they come from, and nobody else is stopped with them.
func (n *nginx) guessing(*topology) {
	thief, colleague := n.visitor("127.0.0.3", editorialName), n.visitor("127.0.0.4", editorialName)
	stopped := false
	for i := 0; i < 60 && !stopped; i++ {
		claimed := "10.1.2." + must(rand.Int(rand.Reader, big.NewInt(250))).String()
		got := n.asks(thief, http.MethodPost, "/api/v1/session", strings.NewReader(`{"login":"nobody`+string(rune('a'+i%26))+string(rune('a'+i/26))+`","password":"wrong-password"}`),
			"Content-Type", "application/json", "X-Forwarded-For", claimed)
		stopped = got.status == http.StatusTooManyRequests
	}
	if !stopped {
		n.t.Error("sixty guesses from one address are not stopped")
	}
	if err := colleague.signIn(n.t.Context(), "yijiao", demoPassword); err != nil {
		n.t.Error("somebody at another address is stopped too:", err)
	}
}

func (n *nginx) logs() {
	reader := n.visitor("127.0.0.1", publicName)
	n.wants(reader, http.MethodGet, "/content/v1/search"+query("site", "qinghe", "q", walkMobile), 200)
	for _, name := range []string{"gongkai-public.log", "gongkai-editorial.log"} {
		log, err := os.ReadFile(filepath.Join(n.folder, "log", name))
		if err != nil || len(log) == 0 || bytes.Contains(log, []byte(walkMobile)) || bytes.ContainsAny(log, "?") {
			n.t.Errorf("%s (%v): %s", name, err, log)
		}
	}
}
