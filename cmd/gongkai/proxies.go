// Which proxies are ours: what they say of the client counts.

package main

import (
	"net/netip"
	"strings"
)

// proxies reads addresses and ranges, separated by commas. A range of all
// addresses is refused: then everybody could say who they are.
func proxies(list string) (all []netip.Prefix, err error) {
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, ok := proxy(part)
		if !ok {
			return nil, wrongSetting("GONGKAI_TRUSTED_PROXIES", "应为以逗号分隔的地址或地址段，如 127.0.0.1,10.0.0.0/24，不能是全部地址", "must be addresses or ranges such as 127.0.0.1,10.0.0.0/24, separated by commas, and never all addresses")
		}
		all = append(all, p)
	}
	return all, nil
}

func proxy(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil && p.Bits() > 0 && !p.Addr().Is4In6()
}
