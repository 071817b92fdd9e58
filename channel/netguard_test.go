package channel

import (
	"errors"
	"net/netip"
	"testing"

	"gongkai"
)

func TestGuardLetsOnlyPublicAddressesThrough(t *testing.T) {
	refused := map[string]string{
		"loopback":                    "127.0.0.1",
		"all of loopback":             "127.255.3.4",
		"loopback, version 6":         "::1",
		"unspecified":                 "0.0.0.0",
		"unspecified, version 6":      "::",
		"this network":                "0.1.2.3",
		"private ten":                 "10.1.2.3",
		"private 172":                 "172.31.255.255",
		"private 192":                 "192.168.0.1",
		"private, version 6":          "fd00:ec2::254",
		"cloud metadata":              "169.254.169.254",
		"cloud metadata behind NAT":   "100.100.100.200",
		"cloud host service":          "168.63.129.16",
		"link-local, version 6":       "fe80::1%eth0",
		"site-local":                  "fec0::1",
		"multicast":                   "224.0.0.1",
		"multicast, version 6":        "ff02::1",
		"broadcast":                   "255.255.255.255",
		"future use":                  "240.0.0.1",
		"benchmarks":                  "198.18.0.1",
		"documentation":               "203.0.113.9",
		"documentation, version 6":    "2001:db8::1",
		"mapped loopback":             "::ffff:127.0.0.1",
		"mapped private":              "::ffff:10.0.0.1",
		"compatible loopback":         "::127.0.0.1",
		"translated loopback":         "::ffff:0:127.0.0.1",
		"NAT64 of loopback":           "64:ff9b::127.0.0.1",
		"NAT64 of metadata":           "64:ff9b::169.254.169.254",
		"NAT64 with a local prefix":   "64:ff9b:1::8.8.8.8",
		"6to4 of a private address":   "2002:a00:1::1",
		"Teredo":                      "2001:0:4136:e378:8000:63bf:3fff:fdd2",
		"discard":                     "100::1",
		"outside of global addresses": "4000::1",
	}
	var g NetGuard
	for name, text := range refused {
		if g.Permits(netip.MustParseAddr(text)) {
			t.Errorf("%s: %s was let through", name, text)
		}
	}
	for _, text := range []string{"8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "172.32.0.1", "100.128.0.1"} {
		if !g.Permits(netip.MustParseAddr(text)) {
			t.Errorf("public %s was refused", text)
		}
	}
	if g.Permits(netip.Addr{}) {
		t.Error("no address at all was let through")
	}
}

func TestGuardExceptionsOpenJustWhatTheyName(t *testing.T) {
	g, err := ParseGuard(" 10.20.0.0/16, 192.168.7.9\nfd12::/16 ")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"10.20.255.1": true, "10.21.0.1": false,
		"192.168.7.9": true, "192.168.7.10": false,
		"::ffff:10.20.0.1": true, "fd12::5": true, "fd13::5": false,
		"127.0.0.1": false, "64:ff9b::10.20.0.1": false,
	} {
		if g.Permits(netip.MustParseAddr(text)) != want {
			t.Errorf("%s: want %v", text, want)
		}
	}
	if g, err := ParseGuard(""); err != nil || len(g.Allow) != 0 {
		t.Errorf("an empty list must mean no exceptions: %v %v", g, err)
	}
}

func TestGuardRefusesAListItCannotReadWithoutRepeatingIt(t *testing.T) {
	for _, text := range []string{"10.0.0.0/8,geheim", "10.0.0.0/33", "intranet.example", "::ffff:10.0.0.0/104", "fe80::1%eth0"} {
		_, err := ParseGuard(text)
		if gongkai.KindOf(err) != gongkai.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err := ParseGuard("10.0.0.0/8,geheim")
	var e *gongkai.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if d := e.Details; len(d) != 1 || d[0].Where != "entry 2" {
		t.Errorf("want the number of the entry, got %v", d)
	}
}
