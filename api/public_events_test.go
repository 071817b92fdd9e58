package api

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gongkai/publication"
)

// listening has the county's server answer on a port of its own.
func (c *county) listening() (base string, end func()) {
	c.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	c.must(err)
	served := make(chan error, 1)
	go func() { served <- c.server.Serve(ln) }()
	return "http://" + ln.Addr().String() + contentPrefix, func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		c.must(c.server.Shutdown(ctx))
		c.must(<-served)
	}
}

// events opens a stream; its lines end with it.
func (c *county) events(address, last string) <-chan string {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, address, nil)
	c.must(err)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req) //nolint:bodyclose // whoever reads the lines closes it
	c.must(err)
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		c.t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		defer func() { _ = res.Body.Close() }()
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			select {
			case lines <- scan.Text():
			case <-c.t.Context().Done():
				return
			}
		}
	}()
	return lines
}

func TestChangesAreSentAsTheyComeAndNoneIsMissed(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	before, pub := notice("before01", "早先", "<p>文</p>")
	c.show(before, pub)
	c.must(c.pages.Hear(t.Context()))
	base, end := c.listening()
	feed, town := c.events(base+"/events", ""), c.events(base+"/events?site=town", "")
	line(t, feed, "retry: ")
	line(t, town, "retry: ")
	page, pub := notice("item0001", "通知", "<p>文</p>")
	page = c.show(page, pub)
	c.must(c.pages.Hear(t.Context()))
	id := strings.TrimPrefix(line(t, feed, "id: "), "id: ")
	if got := line(t, feed, "data: "); !strings.Contains(got, `"id":"item0001"`) || !strings.Contains(got, `"state":"shown"`) {
		t.Error(got)
	}
	c.withdraw(page, publication.Suspended, "", "")
	there, pub := notice("town0001", "镇里", "<p>文</p>")
	there.Site = "town"
	c.show(there, pub)
	c.must(c.pages.Hear(t.Context()))
	again := c.events(base+"/events", id) // who was away meanwhile
	for name, lines := range map[string]<-chan string{"stays": feed, "came again": again} {
		if got := line(t, lines, "data: "); !strings.Contains(got, `"state":"suspended"`) || strings.Contains(got, "通知") {
			t.Errorf("%s: %s", name, got)
		}
		if got := line(t, lines, "data: "); !strings.Contains(got, "town0001") {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := line(t, town, "data: "); !strings.Contains(got, "town0001") {
		t.Error("of the other site:", got)
	}
	reset := c.events(base+"/events", "900-900-900") // of before a restore
	line(t, reset, "event: reset")
	c.get("/events?after=then").refused(http.StatusBadRequest, "bad_cursor", "after")
	end()
	for _, lines := range []<-chan string{feed, town, again, reset} {
		for range lines { // they end with the server
		}
	}
}

func TestStreamsOfChangesAreBounded(t *testing.T) {
	var s seats
	var done []func()
	for _, who := range []string{"a", "a", "b"} {
		free, err := s.open(who, 2, 3)
		if err != nil {
			t.Fatal(err)
		}
		done = append(done, free)
	}
	for _, who := range []string{"a", "c"} {
		if _, err := s.open(who, 2, 3); err == nil {
			t.Errorf("%s has a place too many", who)
		}
	}
	done[0]()
	done[0]()
	if _, err := s.open("c", 2, 3); err != nil || s.total != 3 {
		t.Errorf("%d, %v", s.total, err)
	}
}

func TestThePageOfChangesOfASiteIsFull(t *testing.T) {
	c := newCounty(t)
	for i := range 12 {
		page, pub := notice("item00"+string(rune('a'+i)), "通知", "<p>文</p>")
		if i%4 == 0 {
			page.Site = "town"
		}
		c.show(page, pub)
	}
	c.must(c.pages.Hear(t.Context()))
	var got int
	for after, more := "", true; more; {
		var out PublicChanges
		c.find("/changes", "site", "town", "limit", "2", "after", after).into(&out)
		if more = out.More; more && len(out.Changes) != 2 {
			t.Errorf("%d, and there are more", len(out.Changes))
		}
		for _, change := range out.Changes {
			if change.Kind == "item" {
				got++
			}
		}
		after = out.Next
	}
	if got != 3 {
		t.Errorf("%d items", got)
	}
}
