// health: asks a running process whether it is ready, where there is no curl.

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gongkai"
)

type healthCmd struct {
	URL string `arg:"" optional:"" help:"Address to ask; without a path: /readyz." default:"http://127.0.0.1:8080/readyz"`
}

// Run prints the answer. A container's health check knows 0 and 1 only: 2, the
// code of errors elsewhere, is Docker's own.
func (c healthCmd) Run(ctx context.Context, s streams) error {
	if !httpURL.MatchString(c.URL) {
		return gongkai.E(gongkai.Invalid, "url", "应为 http 地址，如 http://127.0.0.1:8080/readyz", "must be an http address such as http://127.0.0.1:8080/readyz")
	}
	if at, err := url.Parse(c.URL); err == nil && strings.Trim(at.Path, "/") == "" {
		c.URL = at.JoinPath("readyz").String()
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		_, _ = fmt.Fprintln(s.errs, "gongkai: 没有应答 / no answer")
		return exit{1}
	}
	defer func() { _ = res.Body.Close() }()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	_, _ = fmt.Fprintf(s.out, "%d %s\n", res.StatusCode, answer)
	if res.StatusCode != http.StatusOK {
		return exit{1}
	}
	return nil
}
