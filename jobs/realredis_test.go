// Real servers of Redis, started by the test itself where
// GONGKAI_TEST_REDIS_SERVER names the program: alone, with Sentinel, as Cluster.

package jobs_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// realRedis is one process of redis-server.
type realRedis struct {
	t    testing.TB
	bin  string
	dir  string
	port int
	args []string
	cmd  *exec.Cmd
}

// needRedis skips the test where there is no redis-server.
func needRedis(t testing.TB) string {
	t.Helper()
	bin := os.Getenv("GONGKAI_TEST_REDIS_SERVER")
	if bin == "" {
		t.Skip("GONGKAI_TEST_REDIS_SERVER names no redis-server")
	}
	return bin
}

// freePort is below the ports that the machine gives to callers: one of them
// would take it while a server is away.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 10_000 + mathrand.IntN(20_000)
		if ln, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port)); err == nil {
			_ = ln.Close()
			return port
		}
	}
	t.Fatal("a hundred ports are all taken")
	return 0
}

// startRedis starts a server that keeps nothing; args come last.
func startRedis(t testing.TB, args ...string) *realRedis {
	t.Helper()
	r := &realRedis{t: t, bin: needRedis(t), dir: t.TempDir(), port: freePort(t), args: args}
	r.start()
	t.Cleanup(r.kill)
	return r
}

func (r *realRedis) start() {
	r.t.Helper()
	port := strconv.Itoa(r.port)
	args := append([]string{"--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", r.dir}, r.args...)
	r.run(args...)
}

func (r *realRedis) run(args ...string) {
	r.t.Helper()
	out, err := os.OpenFile(filepath.Join(r.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	r.cmd = exec.CommandContext(context.WithoutCancel(r.t.Context()), r.bin, args...)
	r.cmd.Stdout, r.cmd.Stderr = out, out
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	eventually(r.t, "a server of Redis", func() bool {
		conn, err := net.Dial("tcp", r.addr())
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

func (r *realRedis) kill() {
	if r.cmd != nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
		r.cmd = nil
	}
}

func (r *realRedis) signal(s syscall.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
}

func (r *realRedis) addr() string { return "127.0.0.1:" + strconv.Itoa(r.port) }

// do runs a command as the operator would.
func (r *realRedis) do(password string, args ...any) (any, error) {
	r.t.Helper()
	c := redis.NewClient(&redis.Options{Addr: r.addr(), Password: password, MaxRetries: -1})
	defer func() { _ = c.Close() }()
	return c.Do(context.WithoutCancel(r.t.Context()), args...).Result()
}

func (r *realRedis) must(password string, args ...any) any {
	r.t.Helper()
	out, err := r.do(password, args...)
	if err != nil {
		r.t.Fatal(args[0], err)
	}
	return out
}

// authority signs certificates of this test.
type authority struct {
	t    testing.TB
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t testing.TB, name string) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.cert, a.key = tmpl, a.newKey()
	a.file = a.sign("ca", tmpl, a.key)
	return a
}

func (a *authority) newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	return key
}

func (a *authority) sign(name string, tmpl *x509.Certificate, key *ecdsa.PrivateKey) string {
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, &key.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.write(name+".pem", "CERTIFICATE", der)
}

func (a *authority) write(name, kind string, der []byte) string {
	path := filepath.Join(a.dir, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return path
}

// args are what redis-server takes to speak TLS as 127.0.0.1, or as another
// host, until a time.
func (a *authority) args(port int, host string, until time.Time) []string {
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	if ip := net.ParseIP(host); ip != nil {
		tmpl.IPAddresses = []net.IP{ip}
	} else {
		tmpl.DNSNames = []string{host}
	}
	key := a.newKey()
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	name := fmt.Sprint(port)
	return []string{"--port", "0", "--tls-port", name, "--tls-cert-file", a.sign(name, tmpl, key), "--tls-key-file", a.write(name+".key", "EC PRIVATE KEY", der),
		"--tls-ca-cert-file", a.file, "--tls-auth-clients", "no"}
}

// startTLS starts a server that speaks TLS alone.
func startTLS(t testing.TB, a *authority, host string, until time.Time, args ...string) *realRedis {
	t.Helper()
	r := &realRedis{t: t, bin: needRedis(t), dir: t.TempDir(), port: freePort(t)}
	r.args = append(a.args(r.port, host, until), args...)
	r.start()
	t.Cleanup(r.kill)
	return r
}
