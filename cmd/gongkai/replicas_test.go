// Several processes on one store: what one of them does counts in the others.

package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"gongkai/account"
)

// replica is one more API process's worth of program on a folder.
func replica(t *testing.T, data string) string {
	t.Helper()
	a, err := openAs(t.Context(), editing|showing, config{Data: data, Session: time.Hour, SessionIdle: time.Hour}, &safeBuffer{}, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	return answering(t, a)
}

// answering lets an open app answer until the test ends.
func answering(t *testing.T, a *app) string {
	t.Helper()
	if err := a.startServer(); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.serve(t.Context(), ln) }()
	t.Cleanup(func() {
		if err := errors.Join(<-ended, a.close()); err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

// office is a seeded folder behind two replicas; the first is a whole demo.
func office(t *testing.T) (one, two *client) {
	t.Helper()
	data := t.TempDir()
	output, _ := background(t, "demo", "--data", data, "--addr", "127.0.0.1:0")
	return newClient(base(t, output())), newClient(replica(t, data))
}

// does asks for something and wants a status.
func (c *client) does(t *testing.T, status int, method, path string, body any, header ...string) reply {
	t.Helper()
	r, err := c.call(t.Context(), method, path, body, header...)
	if err != nil || r.status != status {
		t.Fatalf("%s %s at %s: %d, want %d: %s %v", method, path, c.base, r.status, status, r.body, err)
	}
	return r
}

// soon waits for a status that comes by itself.
func (c *client) soon(t *testing.T, status int, path string) {
	t.Helper()
	waitFor(t, fmt.Sprintf("%s at %s answers %d", path, c.base, status), func() bool {
		r, err := c.call(t.Context(), http.MethodGet, path, nil)
		return err == nil && r.status == status
	})
}

func TestWhatOneReplicaDoesCountsInTheOther(t *testing.T) {
	one, two := office(t)
	signedIn := func(at *client, who string) *client {
		t.Helper()
		c := newClient(at.base)
		if err := c.signIn(t.Context(), who, demoPassword); err != nil {
			t.Fatal(err)
		}
		return c
	}
	admin := signedIn(one, "guanli")
	t.Run("a session, until it is ended at either", func(t *testing.T) {
		here := signedIn(one, "bianji")
		there := &client{base: two.base, token: here.token, http: here.http}
		there.does(t, 200, http.MethodGet, "/api/v1/session", nil)
		there.does(t, 200, http.MethodDelete, "/api/v1/session", nil)
		here.does(t, 401, http.MethodGet, "/api/v1/session", nil)
	})
	t.Run("an idempotency key", func(t *testing.T) {
		here, there := signedIn(one, "bianji"), signedIn(two, "bianji")
		draft := map[string]any{"unit": "qinghe", "kind": "notice", "fields": map[string]any{"title": "关于春季植树的通知", "body": "请各村组织村民植树。"}}
		first := here.does(t, 201, http.MethodPost, "/api/v1/items", draft, "Idempotency-Key", "planting-1")
		again := there.does(t, 201, http.MethodPost, "/api/v1/items", draft, "Idempotency-Key", "planting-1")
		if first.str("id") == "" || first.str("id") != again.str("id") {
			t.Errorf("the repeat made another item: %s, %s", first.body, again.body)
		}
	})
	t.Run("a grant and its end", func(t *testing.T) {
		there := signedIn(two, "bianji")
		there.does(t, 403, http.MethodGet, "/api/v1/users", nil)
		id := whoIs(t, admin, "bianji")
		admin.does(t, 200, http.MethodPost, "/api/v1/grants", map[string]any{"user": id, "role": "auditor"})
		there.soon(t, 200, "/api/v1/users")
		admin.does(t, 200, http.MethodDelete, "/api/v1/grants"+query("user", id, "role", "auditor"), nil)
		there.soon(t, 403, "/api/v1/users")
	})
	t.Run("a disabled account, at once", func(t *testing.T) {
		there := signedIn(two, "yijiao")
		admin.does(t, 200, http.MethodPost, "/api/v1/users/"+whoIs(t, admin, "yijiao")+"/disabled", map[string]any{"disabled": true})
		there.does(t, 401, http.MethodGet, "/api/v1/session", nil)
	})
	t.Run("guesses at a password", func(t *testing.T) {
		guess := map[string]any{"login": "yishen", "password": "a guess of somebody"}
		for i := range 5 {
			[]*client{one, two}[i%2].does(t, 401, http.MethodPost, "/api/v1/session", guess)
		}
		one.does(t, 429, http.MethodPost, "/api/v1/session", guess)
		two.does(t, 429, http.MethodPost, "/api/v1/session", guess)
	})
}

// whoIs is the id of a login.
func whoIs(t *testing.T, admin *client, login string) string {
	t.Helper()
	r := admin.does(t, 200, http.MethodGet, "/api/v1/users?limit=200", nil)
	users, _ := r.json["items"].([]any)
	for _, u := range users {
		if m, _ := u.(map[string]any); m["login"] == login {
			id, _ := m["id"].(string)
			return id
		}
	}
	t.Fatal("no user", login)
	return ""
}

func TestAnotherKeyIsRefusedBeforeItDoesHarm(t *testing.T) {
	data := t.TempDir()
	a, err := open(t.Context(), config{Data: data}, &safeBuffer{}, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GONGKAI_SECRET", "another-key-another-key-another-key")
	gongkaiRun(t, "", "serve", "--data", data, "--addr", "127.0.0.1:0").wants(t, 2, "GONGKAI_SECRET", "secret.key", "受限密钥与此存储原先所用的不同")
}

func TestProcessesThatStartTogetherMakeOneKey(t *testing.T) {
	data := t.TempDir()
	keys := make(chan string, 16)
	for range cap(keys) {
		go func() {
			key, err := (&app{cfg: config{Data: data}}).secret()
			if err != nil {
				t.Error(err)
			}
			keys <- string(key)
		}()
	}
	first := <-keys
	for range cap(keys) - 1 {
		if next := <-keys; next != first || len(next) < 32 {
			t.Fatal("they do not agree on the key")
		}
	}
}

func TestSeveralServesShareAFolderWithARedis(t *testing.T) {
	url := redis(t, "9")
	if url == "" {
		t.Skip("GONGKAI_TEST_REDIS_URL names no Redis")
	}
	data := t.TempDir()
	args := []string{"serve", "--data", data, "--addr", "127.0.0.1:0", "--redis-url", url}
	_, _ = background(t, args...)
	output, _ := background(t, append(args, "--workers=false")...)
	answers(t, base(t, output()), "/readyz", 200, `"degraded":false`)
	gongkaiRun(t, "", "serve", "--data", data, "--addr", "127.0.0.1:0").wants(t, 2, "GONGKAI_REDIS_URL")
}
