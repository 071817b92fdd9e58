// Between the program and FerretDB v1: one command at a time, because that
// server reads, then writes without a lock, and would lose concurrent writes.
// The proxy can lose replies, and be away.

package ferrettest

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy speaks for one server.
type proxy struct {
	uri    string
	target string
	lost   atomic.Int64
	turn   sync.Mutex // held by the command that is at the server
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

func (p *proxy) leave(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
	c.Close()
}

// serve hands message after message on; some replies to writes break the line.
func (p *proxy) serve(client net.Conn) {
	defer p.leave(client)
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
		replies, err := p.ask(server, request)
		if err != nil || p.loses(request) {
			return
		}
		if _, err := client.Write(replies); err != nil {
			return
		}
	}
}

// ask hands the request over and waits for its answer. Who only asks whether
// the server is there waits for nobody, and holds nobody up.
func (p *proxy) ask(server net.Conn, request []byte) (replies []byte, err error) {
	if !slices.Contains([]string{"", "hello", "ismaster", "isMaster", "ping", "buildInfo", "endSessions"}, command(request)) {
		p.turn.Lock()
		defer p.turn.Unlock()
	}
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	for more := !moreToCome(request); more; {
		reply, err := message(server)
		if err != nil {
			return nil, err
		}
		replies, more = append(replies, reply...), moreToCome(reply)
	}
	return replies, nil
}

// Numbers of the wire protocol.
const (
	opMessage = 2013
	headSize  = 16
	bodyAt    = headSize + 4 + 1 // behind the flags and the kind of the first section
)

// command is the name of a message's command; "" in the older form, in which
// drivers only say hello.
func command(m []byte) string {
	if len(m) < bodyAt+5 || binary.LittleEndian.Uint32(m[12:]) != opMessage || m[bodyAt-1] != 0 {
		return ""
	}
	name, _, _ := bytes.Cut(m[bodyAt+5:], []byte{0}) // behind the size of the document and the type of its first value
	return string(name)
}

// moreToCome tells of a request that wants no answer, or an answer that another
// one follows.
func moreToCome(m []byte) bool {
	return len(m) >= bodyAt && binary.LittleEndian.Uint32(m[12:]) == opMessage && m[headSize]&2 != 0
}

func (p *proxy) loses(request []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains([]string{"insert", "update", "delete"}, command(request)) || rand.Float64() >= p.share {
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
	size := int(binary.LittleEndian.Uint32(head))
	if size < headSize || size > 48<<20 {
		return nil, io.ErrUnexpectedEOF
	}
	whole := append(head, make([]byte, size-4)...)
	_, err := io.ReadFull(c, whole[4:])
	return whole, err
}
