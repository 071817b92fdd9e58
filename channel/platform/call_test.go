// What a failed call says about what was done.

package platform_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel/platform"
)

func TestACallThatMayHaveBeenDoneIsToldFromOneThatWasNot(t *testing.T) {
	hold := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		case "/lost":
			panic(http.ErrAbortHandler)
		case "/cut":
			w.Header().Set("Content-Length", "9")
			w.Write([]byte("1"))
		case "/large":
			w.Write(make([]byte, 101))
		case "/away":
			http.Redirect(w, r, "/ok", http.StatusFound)
		}
	}))
	defer server.Close()
	defer close(hold)
	c := platform.Caller{HTTP: http.DefaultTransport, Timeout: 50 * time.Millisecond, Limit: 100}
	for path, want := range map[string]struct {
		class  platform.Class
		code   string
		status int
	}{
		"/ok": {status: 200}, "/away": {status: 302}, "/slow": {platform.ClassUnknown, "timeout", 0}, "/lost": {platform.ClassUnknown, "connection", 0},
		"/cut": {platform.ClassUnknown, "connection", 200}, "/large": {platform.ClassUnknown, "answer_too_large", 200},
	} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		status, _, err := c.Do(t.Context(), req)
		if platform.ClassOf(err) != want.class || err != nil && gongkai.CodeOf(err) != want.code || status != want.status {
			t.Errorf("%s: %d %v", path, status, err)
		}
		if err != nil && platform.ClassOf(platform.Repeatable(err)) != platform.ClassTemporary {
			t.Errorf("%s changes nothing and is still unknown", path)
		}
	}
	nobody := httptest.NewServer(nil)
	nobody.Close()
	_, _, err := c.Do(context.Background(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, nobody.URL, nil))
	if platform.ClassOf(err) != platform.ClassTemporary || platform.Lost(err) || !platform.Lost(platform.Status(502)) {
		t.Error("nobody was there:", err)
	}
}
