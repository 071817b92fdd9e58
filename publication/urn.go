// Names of things in feeds, for ever the same.

package publication

import "github.com/google/uuid"

// ItemURN names an item for ever, on whatever site it stands.
func ItemURN(item string) string {
	if id, err := uuid.Parse(item); err == nil && len(item) == 36 {
		return id.URN()
	}
	return StableURN("item/" + item)
}

// StableURN is a URI made of a name alone.
func StableURN(name string) string { return uuid.NewSHA1(uuid.Nil, []byte("gongkai/"+name)).URN() }
