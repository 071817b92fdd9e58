// Replies that are really lost: the server has done the work, the connection
// breaks, and nobody there remembers. What is counted is what became of it.

package ferrettest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"gongkai"
	"gongkai/store"
)

type tally struct {
	store.Meta
	N int64 `json:"n"`
}

// One writer at a time, for FerretDB loses concurrent writes by itself.
func TestNoLostReplyIsASuccessLostOrAFailureApplied(t *testing.T) {
	proxy := newProxy(t, ferret(t))
	db := openAt(t, proxy.uri+"lost")
	c, err := store.Use(t.Context(), db, store.Spec[tally]{Name: "tallies", Schema: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Insert(t.Context(), tally{Meta: store.Meta{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	proxy.lose(0.3)
	const times = 25
	for i := range times {
		if _, err := c.Update(t.Context(), "a", 0, func(d *tally) error { d.N++; return nil }); err != nil {
			t.Fatal(err)
		}
		other := fmt.Sprint("b", i)
		if _, err := c.Insert(t.Context(), tally{Meta: store.Meta{ID: other}}); err != nil {
			t.Fatal(err)
		}
		if err := c.Delete(t.Context(), other, 0); err != nil && !gongkai.Is(err, gongkai.Missing) {
			t.Fatal(err)
		}
	}
	proxy.lose(0)
	got, err := c.Get(t.Context(), "a")
	if err != nil || got.N != times || got.Rev != times+1 {
		t.Errorf("%d updates made it %d at rev %d (%v)", times, got.N, got.Rev, err)
	}
	if n, err := c.Count(t.Context(), nil, 0); n != 1 || err != nil {
		t.Errorf("%d documents are there, want 1 (%v)", n, err)
	}
	if proxy.lost.Load() < 8 {
		t.Errorf("only %d replies were lost", proxy.lost.Load())
	}
}

// proxy stands between the program and the server.
type proxy struct {
	uri    string
	target string
	lost   atomic.Int64
	mu     sync.Mutex
	share  float64 // of replies to writes that are lost
	away   bool
	open   map[net.Conn]bool
}

func newProxy(t *testing.T, uri string) *proxy {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{uri: "mongodb://" + l.Addr().String() + "/", target: u.Host, open: map[net.Conn]bool{}}
	t.Cleanup(func() { l.Close(); p.down(true) })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p
}

func (p *proxy) lose(share float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.share = share
}

func (p *proxy) down(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
	for c := range p.open {
		c.Close()
	}
}

// enter notes a connection; it is closed at once while the server is away.
func (p *proxy) enter(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[c] = true
	return !p.away
}

// serve hands message after message on; some replies to writes break the line.
func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.target)
	if err != nil || !p.enter(client) {
		return
	}
	defer server.Close()
	for {
		request, err := message(client)
		if err != nil {
			return
		}
		if _, err := server.Write(request); err != nil {
			return
		}
		reply, err := message(server)
		if err != nil || p.loses(request) {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

func (p *proxy) loses(request []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	write := bytes.Contains(request, []byte("\x02update\x00")) || bytes.Contains(request, []byte("\x02insert\x00")) || bytes.Contains(request, []byte("\x02delete\x00"))
	if !write || rand.Float64() >= p.share {
		return false
	}
	p.lost.Add(1)
	return true
}

// message reads one of the protocol's messages: its length stands first.
func message(c net.Conn) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(c, head); err != nil {
		return nil, err
	}
	size := int(head[0]) | int(head[1])<<8 | int(head[2])<<16 | int(head[3])<<24
	if size < 16 || size > 48<<20 {
		return nil, io.ErrUnexpectedEOF
	}
	whole := append(head, make([]byte, size-4)...)
	_, err := io.ReadFull(c, whole[4:])
	return whole, err
}
