// Subscribers: their secrets, the test of their address, TLS of their own.

package channel

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"gongkai"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/store/storetest"
)

// subscribed is a subscriber at a receiver's address, with a clock of its own.
func subscribed(t *testing.T, url string) (c *Channels, now *time.Time, secret string) {
	t.Helper()
	db, err := storetest.SQLite(t, filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	at := time.Now()
	clock := func() time.Time { return at }
	subs, err := OpenSubscribers(t.Context(), db, clock)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err = subs.Put(t.Context(), Subscriber{Meta: store.Meta{ID: "x"}, Name: "x", URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return &Channels{Subscribers: subs, Guard: local(), Now: clock}, &at, secret
}

// signedBy tells which of the secrets the reference library takes for a message.
func signedBy(t *testing.T, got caught, secrets ...string) (out []bool) {
	t.Helper()
	for _, s := range secrets {
		key, err := standardwebhooks.NewWebhook(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, key.VerifyIgnoringTimestamp(got.body, got.Header) == nil)
	}
	return out
}

func TestARotatedSecretSignsBesideTheNewOneUntilItsEnd(t *testing.T) {
	c := &catcher{}
	channels, now, old := subscribed(t, serve(t, c).URL)
	_, fresh, err := channels.Subscribers.Rotate(t.Context(), "x", time.Hour)
	if err != nil || fresh == old {
		t.Fatal(err)
	}
	for i, want := range [][]bool{{true, true}, {false, true}} {
		if got, err := channels.Test(t.Context(), "x"); err != nil || !got.OK {
			t.Fatalf("%+v %v", got, err)
		}
		if got := signedBy(t, c.got[i], old, fresh); got[0] != want[0] || got[1] != want[1] {
			t.Errorf("call %d: the old and the new secret signed: %v, want %v", i, got, want)
		}
		*now = now.Add(time.Hour)
	}
	if err := channels.Subscribers.ForgetSecrets(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sub, err := channels.Subscribers.Get(t.Context(), "x"); err != nil || len(sub.Secrets) != 1 || sub.Secrets[0] != fresh || sub.Retire != 0 {
		t.Errorf("%v, %d secrets are kept", err, len(sub.Secrets))
	}
}

func TestAnEndpointIsTestedWithoutAWordOfTheOtherSide(t *testing.T) {
	status := http.StatusOK
	channels, _, _ := subscribed(t, serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })).URL)
	for _, c := range []struct {
		status int
		want   Tested
	}{{204, Tested{OK: true, Status: 204}}, {500, Tested{Status: 500, Code: "status_500"}}, {410, Tested{Status: 410, Code: "gone"}}} {
		status = c.status
		got, err := channels.Test(t.Context(), "x")
		if err != nil || got.OK != c.want.OK || got.Status != c.want.Status || got.Code != c.want.Code || !got.OK && (got.Zh == "" || got.En == "") {
			t.Errorf("%+v %v", got, err)
		}
	}
	if sub, err := channels.Subscribers.Get(t.Context(), "x"); err != nil || sub.Disabled {
		t.Errorf("a test disables nothing: %v", err)
	}
	channels.Guard = &NetGuard{}
	channels.senders = nil
	if got, err := channels.Test(t.Context(), "x"); err != nil || got.Code != "refused_address" {
		t.Errorf("%+v %v", got, err)
	}
}

// ownPair is a certificate of our own with its key, in PEM.
func ownPair(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	like := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, like, like, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	return text("CERTIFICATE", der), text("PRIVATE KEY", raw)
}

func TestASubscriberWithItsOwnAuthorityAndOurCertificate(t *testing.T) {
	shown := make(chan int, 4)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { shown <- len(r.TLS.PeerCertificates) }))
	srv.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	channels, _, _ := subscribed(t, srv.URL)
	if got, err := channels.Test(t.Context(), "x"); err != nil || got.Code != "tls" {
		t.Errorf("nobody signed its certificate: %+v %v", got, err)
	}
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}))
	cert, key := ownPair(t)
	_, other := ownPair(t)
	put := func(with *TLS) error {
		_, _, err := channels.Subscribers.PutWith(t.Context(), Subscriber{Meta: store.Meta{ID: "x"}, Name: "x", URL: srv.URL}, with)
		return err
	}
	for name, bad := range map[string]TLS{"no PEM": {CA: "hello"}, "another key": {Certificate: cert, Key: other}, "no key": {Certificate: cert}} {
		if err := put(&bad); gongkai.CodeOf(err) != "bad_pem" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, with := range []*TLS{{CA: ca, Certificate: cert, Key: key}, nil, {CA: ca, Certificate: cert}} { // the key stays with its certificate
		if err := put(with); err != nil {
			t.Fatal(err)
		}
		if got, err := channels.Test(t.Context(), "x"); err != nil || !got.OK {
			t.Fatalf("%+v %v", got, err)
		}
		if n := <-shown; n != 1 {
			t.Errorf("%d certificates were shown", n)
		}
	}
}

func TestALate410IsOfWhoAnsweredAndNotOfWhoIsThereByNow(t *testing.T) {
	var channels *Channels
	var moved atomic.Bool
	gone := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if moved.Load() { // while it answers
			_, _, err := channels.Subscribers.Put(r.Context(), Subscriber{Meta: store.Meta{ID: "x"}, Name: "x", URL: "https://new.example/hooks"})
			if err != nil {
				t.Error(err)
			}
		}
		w.WriteHeader(http.StatusGone)
	}))
	channels, _, _ = subscribed(t, gone.URL)
	call := func() (code string, sub Subscriber) {
		t.Helper()
		sub, err := channels.Subscribers.Get(t.Context(), "x")
		if err != nil {
			t.Fatal(err)
		}
		code = gongkai.CodeOf(channels.payWebhook(t.Context(), sub, Delivery{Channel: "sub-x", Item: "one", Epoch: 1, Seq: 1, Want: Show{Event: "item.released", State: publication.Shows}}))
		if sub, err = channels.Subscribers.Get(t.Context(), "x"); err != nil {
			t.Fatal(err)
		}
		return code, sub
	}
	moved.Store(true)
	if code, sub := call(); sub.Disabled || sub.URL != "https://new.example/hooks" || code != "subscriber_changed" {
		t.Errorf("%s: %+v", code, sub)
	}
	moved.Store(false)
	if _, _, err := channels.Subscribers.Put(t.Context(), Subscriber{Meta: store.Meta{ID: "x"}, Name: "x", URL: gone.URL}); err != nil {
		t.Fatal(err)
	}
	if code, sub := call(); !sub.Disabled || code != "gone" {
		t.Errorf("%s: %+v", code, sub)
	}
}
