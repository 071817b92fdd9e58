// Passwords as argon2id in the PHC string form, with a bound on memory.

package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"gongkai"
)

// HashCost is what one guess of a password costs: memory in KiB, passes, lanes.
type HashCost struct {
	Memory, Time uint32
	Threads      uint8
}

// Default is the cost of a real installation; Demo is the lowest that OWASP
// calls safe, for seeding many accounts quickly.
var (
	Default = HashCost{Memory: 64 * 1024, Time: 3, Threads: 2}
	Demo    = HashCost{Memory: 19 * 1024, Time: 2, Threads: 1}
)

const saltSize, keySize = 16, 32

// hasher computes a bounded number of hashes at once: each takes Memory KiB
// while it runs, and a burst of sign-ins must not exhaust the machine.
type hasher struct {
	cost  HashCost
	slots chan struct{}
	dummy string // what the password of an unknown login is compared with
}

func newHasher(cost HashCost, memoryMiB int) (*hasher, error) {
	if cost.Memory < Demo.Memory || cost.Time < Demo.Time || cost.Threads < 1 {
		return nil, gongkai.E(gongkai.Invalid, "hash_cost", "密码散列的代价低于安全下限", "the cost of password hashes is below the safe minimum")
	}
	n := max(1, min(runtime.GOMAXPROCS(0), memoryMiB*1024/int(cost.Memory)))
	h := &hasher{cost: cost, slots: make(chan struct{}, n)}
	h.dummy = h.encode(make([]byte, saltSize), make([]byte, keySize))
	return h, nil
}

// hash makes the stored form of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	key, err := h.derive(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	return h.encode(salt, key), nil
}

// verify compares a password with its stored form. An empty form is that of
// an unknown login: it costs the same and never matches.
func (h *hasher) verify(ctx context.Context, stored, password string) (bool, error) {
	known := stored != ""
	if !known {
		stored = h.dummy
	}
	cost, salt, want, err := parseHash(stored)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, password, salt, cost)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// stale tells that a stored form was made at another cost than today's.
func (h *hasher) stale(stored string) bool {
	cost, _, _, err := parseHash(stored)
	return err == nil && cost != h.cost
}

func (h *hasher) derive(ctx context.Context, password string, salt []byte, c HashCost) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// One password typed with a full-width or a half-width keyboard is one password.
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.Time, c.Memory, c.Threads, keySize), nil
}

func (h *hasher) encode(salt, key []byte) string {
	b := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Time, h.cost.Threads, b(salt), b(key))
}

var errHash = gongkai.E(gongkai.Internal, "hash_form", "保存的密码散列无法识别", "the stored password hash cannot be read")

func parseHash(s string) (c HashCost, salt, key []byte, err error) {
	part := strings.Split(s, "$")
	if len(part) != 6 || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if _, err = fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil || c.Time < 1 || c.Threads < 1 {
		return c, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(part[4]); err != nil {
		return c, nil, nil, errHash
	}
	if key, err = base64.RawStdEncoding.DecodeString(part[5]); err != nil || len(key) != keySize {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}
