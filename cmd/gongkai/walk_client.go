// Clients of the walk: one per person, over HTTP like anybody else.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// reply is an answer: its status, and its JSON where it is some.
type reply struct {
	status int
	body   []byte
	json   map[string]any
}

// str reads a text by its path: "work.state".
func (r reply) str(path string) string {
	var v any = r.json
	for _, key := range strings.Split(path, ".") {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return fmt.Sprint(int64(v))
	}
	return ""
}

// code is the reason of a refusal.
func (r reply) code() string { return r.str("code") }

// client is one person's program.
type client struct {
	base  string
	token string
	http  *http.Client
}

func newClient(base string) *client {
	return &client{base: base, http: &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signIn gets a bearer token.
func (c *client) signIn(ctx context.Context, login, password string) error {
	r, err := c.call(ctx, http.MethodPost, "/api/v1/session", map[string]any{"login": login, "password": password, "token": true})
	if err != nil {
		return err
	}
	if c.token = r.str("token"); c.token == "" {
		return fmt.Errorf("%s cannot sign in: %d %s", login, r.status, r.code())
	}
	return nil
}

// call sends JSON and reads the answer.
func (c *client) call(ctx context.Context, method, path string, body any, header ...string) (reply, error) {
	var send io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return reply{}, err
		}
		send = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, send) //nolint:gosec // the walk asks the server that it started itself
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.http.Do(req) //nolint:gosec // the same
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = res.Body.Close() }()
	r := reply{status: res.StatusCode}
	if r.body, err = io.ReadAll(res.Body); err == nil {
		_ = json.Unmarshal(r.body, &r.json) // an answer without JSON has none
	}
	return r, err
}

func query(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return "?" + v.Encode()
}
