// Whether two MongoDB URIs name one database.

package store

import (
	"slices"
	"strings"
)

// SameMongo tells whether two URIs name one database, whoever signs in and by
// whichever member. It asks nobody: a host under two names is not found out.
func SameMongo(a, b string) bool {
	one, oneName := mongoPlace(a)
	two, twoName := mongoPlace(b)
	return oneName == twoName && slices.ContainsFunc(one, func(host string) bool { return slices.Contains(two, host) })
}

// mongoPlace are the hosts of a URI and the name of its database, which MongoDB
// does not let differ from another in case alone.
func mongoPlace(uri string) (hosts []string, name string) {
	scheme, rest, _ := strings.Cut(strings.ToLower(uri), "://")
	rest, _, _ = strings.Cut(rest, "?")
	rest = rest[strings.LastIndex(rest, "@")+1:]
	list, name, _ := strings.Cut(rest, "/")
	for host := range strings.SplitSeq(list, ",") {
		if scheme == "mongodb" {
			host = strings.TrimSuffix(host, ":27017")
		}
		hosts = append(hosts, host)
	}
	return hosts, name
}
