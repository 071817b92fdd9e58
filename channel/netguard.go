// netguard.go keeps outgoing calls away from addresses that only this machine or its network can reach.

package channel

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"

	"gongkai"
)

// NetGuard (出网守卫) judges the address of every outgoing connection at the
// moment of connecting, after names are resolved, so that a name which changes
// its answer between check and call gains nothing. It owns the connections
// made under it: webhooks that share a guard share one bounded pool. The zero
// value lets only public addresses through. Do not copy it after first use.
type NetGuard struct {
	Allow []netip.Prefix // exceptions, for sites on an intranet

	resolver *net.Resolver // nil is the machine's; tests put a lying one
	once     sync.Once
	pool     *http.Transport
}

var errRefusedAddress = errors.New("refused address")

// nat64 carries an IPv4 address in its last four bytes (RFC 6052).
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// globalUnicast is the only part of IPv6 that is handed out as public.
var globalUnicast = netip.MustParsePrefix("2000::/3")

// reserved are the ranges that net/netip does not tell apart from public ones.
var reserved = prefixes(
	"0.0.0.0/8",        // this network
	"100.64.0.0/10",    // carrier-grade NAT, and a cloud's metadata service
	"168.63.129.16/32", // a cloud's host service behind a public address
	"192.0.0.0/24",     // protocol assignments
	"192.0.2.0/24",     // documentation
	"192.88.99.0/24",   // 6to4 relays
	"198.18.0.0/15",    // benchmarks
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"240.0.0.0/4",      // future use and broadcast
	"2001::/23",        // protocol assignments, Teredo with an IPv4 address inside
	"2001:db8::/32",    // documentation
	"2002::/16",        // 6to4 with an IPv4 address inside
	"3fff::/20",        // documentation
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

// ParseGuard reads the exceptions: addresses or prefixes separated by commas
// or spaces. An empty text means no exceptions. Invalid names the entry by its
// number.
func ParseGuard(text string) (*NetGuard, error) {
	g := &NetGuard{}
	split := func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }
	for i, entry := range strings.FieldsFunc(text, split) {
		p, err := parsePrefix(entry)
		if err != nil {
			return nil, gongkai.E(gongkai.Invalid, "bad_prefix", "内网地址例外的格式不对", "the list of allowed addresses cannot be read",
				gongkai.Detail{Where: fmt.Sprintf("entry %d", i+1), Code: "bad_prefix", Zh: "应为 10.1.0.0/16 这样的网段或单个地址", En: "must be a prefix such as 10.1.0.0/16, or one address"})
		}
		g.Allow = append(g.Allow, p)
	}
	return g, nil
}

func parsePrefix(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, errRefusedAddress
		}
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4In6() { // mapped prefixes would match nothing: addresses are unmapped first
		return netip.Prefix{}, errRefusedAddress
	}
	return p.Masked(), nil
}

// Permits reports whether a connection to the address may be opened.
func (g *NetGuard) Permits(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range g.Allow {
		if p.Contains(a) {
			return true
		}
	}
	return public(a)
}

func public(a netip.Addr) bool {
	if nat64.Contains(a) {
		b := a.As16()
		return public(netip.AddrFrom4([4]byte(b[12:])))
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.Is6() && !globalUnicast.Contains(a) {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// control is called with the numeric address, just before connect(2).
func (g *NetGuard) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !g.Permits(to.Addr()) {
		return errRefusedAddress
	}
	return nil
}

// transport opens connections under the guard: no proxy from the environment
// (it would connect where the guard cannot look), no cookies, no redirects.
func (g *NetGuard) transport() *http.Transport {
	g.once.Do(func() {
		dialer := &net.Dialer{Timeout: 10 * time.Second, Control: g.control, Resolver: g.resolver}
		g.pool = &http.Transport{
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    10 * time.Second,
			MaxIdleConns:           64,
			MaxIdleConnsPerHost:    8,
			IdleConnTimeout:        4 * time.Second, // shorter than common servers keep theirs: a stale connection costs an attempt
			MaxResponseHeaderBytes: 16 << 10,
			DisableCompression:     true,
		}
	})
	return g.pool
}
