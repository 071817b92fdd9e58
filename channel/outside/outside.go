// Package outside reads a content API as the public does: over HTTP, at its
// public address, through whatever caches and proxies stand before it. It asks
// slowly, follows no redirect, and keeps little of what it read.
package outside

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"gongkai"
	"gongkai/channel"
)

const (
	timeout  = 15 * time.Second // of one request
	mostRead = 16 << 20         // of an answer
)

// Reader (外部读者) asks a content API.
type Reader struct {
	base  string
	http  http.RoundTripper
	pace  *rate.Limiter
	asked atomic.Int64

	mu    sync.Mutex
	lists map[string]list
}

// New gives a reader of the content API at base (http://host, without
// /content/v1) that makes so many requests a second at most; 0: as many as it
// can.
func New(base string, perSecond int, through http.RoundTripper) *Reader {
	limit := rate.Inf
	if perSecond > 0 {
		limit = rate.Limit(perSecond)
	}
	if through == nil {
		through = &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: 10 * time.Second,
			MaxIdleConnsPerHost: 2, IdleConnTimeout: 4 * time.Second, MaxResponseHeaderBytes: 64 << 10}
	}
	return &Reader{base: base + "/content/v1", http: through, pace: rate.NewLimiter(limit, 1), lists: map[string]list{}}
}

// Address is a path of the content API as readers write it.
func (r *Reader) Address(path string) string { return r.base + path }

// Asked is how many requests were made.
func (r *Reader) Asked() int64 { return r.asked.Load() }

// Pace waits until one more request may be made, of whomever it is asked.
func (r *Reader) Pace(ctx context.Context) error {
	if err := r.pace.Wait(ctx); err != nil {
		return unreached(err)
	}
	return nil
}

// unreached says that nobody knows what is shown, and hides why: errors of
// connections hold addresses.
func unreached(because error) error {
	if errors.Is(because, context.Canceled) {
		return because
	}
	return gongkai.E(gongkai.Unavailable, channel.Unreached, "无法访问公开地址，未能核对", "the public address could not be reached: nothing is known of what it shows")
}

// answers are the statuses of a content API that works; any other one is of
// something that stands before it, or of one that is in trouble.
var answers = map[int]bool{http.StatusOK: true, http.StatusPartialContent: true, http.StatusPermanentRedirect: true, http.StatusNotFound: true, http.StatusGone: true, http.StatusRequestedRangeNotSatisfiable: true}

// get makes one request and hands the body over where the status is 200.
func (r *Reader) get(ctx context.Context, path string, part string, read func(io.Reader) error) (status int, err error) {
	if err := r.Pace(ctx); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+path, nil)
	if err != nil {
		return 0, unreached(err)
	}
	req.Header.Set("User-Agent", "Gongkai-Probe/1")
	if part != "" {
		req.Header.Set("Range", part)
	}
	r.asked.Add(1)
	resp, err := r.http.RoundTrip(req)
	if err != nil {
		return 0, unreached(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if !answers[resp.StatusCode] {
		return resp.StatusCode, unreached(nil)
	}
	if resp.StatusCode == http.StatusOK && read != nil {
		if err := read(io.LimitReader(resp.Body, mostRead)); err != nil {
			return resp.StatusCode, unreached(err)
		}
	}
	return resp.StatusCode, nil
}

func into(v any) func(io.Reader) error {
	return func(body io.Reader) error { return json.NewDecoder(body).Decode(v) }
}

// Ready tells whether a content API of this installation answers there: one that
// knows the site, if there is any.
func (r *Reader) Ready(ctx context.Context, site string) error {
	path := "/sites"
	if site != "" {
		path += "/" + url.PathEscape(site)
	}
	status, err := r.get(ctx, path, "", nil)
	if err == nil && status != http.StatusOK {
		err = unreached(nil)
	}
	return err
}

// Page is what the content API answers of an item.
type Page struct {
	Status int    `json:"-"` // 200, 308, 404, 410
	Digest string `json:"digest"`
	Epoch  int64  `json:"epoch"`
	Seq    int64  `json:"seq"`
}

// Item asks for an item on a site.
func (r *Reader) Item(ctx context.Context, item, site string) (p Page, err error) {
	p.Status, err = r.get(ctx, "/items/"+url.PathEscape(item)+"?site="+url.QueryEscape(site), "", into(&p))
	return p, err
}

// File tells whether a file of an item can be fetched.
func (r *Reader) File(ctx context.Context, item, digest string) (bool, error) {
	status, err := r.get(ctx, "/items/"+url.PathEscape(item)+"/files/"+url.PathEscape(digest), "bytes=0-0", nil)
	return status == http.StatusOK || status == http.StatusPartialContent || status == http.StatusRequestedRangeNotSatisfiable, err
}

// mostHits is how many hits are asked for.
const mostHits = 50

// Finds tells whether a search for the words finds the item. One that finds more
// than it shows proves nothing: sure is false.
func (r *Reader) Finds(ctx context.Context, item, site, words string) (found, sure bool, err error) {
	var hits struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
		Next string `json:"next"`
	}
	q := url.Values{"q": {words}, "site": {site}, "limit": {strconv.Itoa(mostHits)}}
	status, err := r.get(ctx, "/search?"+q.Encode(), "", into(&hits))
	if err != nil || status != http.StatusOK {
		return false, false, err
	}
	for _, hit := range hits.Items {
		if hit.ID == item {
			return true, true, nil
		}
	}
	return false, hits.Next == "", nil
}
