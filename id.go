package gongkai

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/google/uuid"
)

// NewID is a fresh identifier whose order is the order of creation (UUIDv7).
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// DerivedID is the identifier that a repeated request gets again: it is made
// from its parts alone.
func DerivedID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// Millis is the one form of time in documents: milliseconds since 1970, UTC.
func Millis(t time.Time) int64 { return t.UnixMilli() }

// Clock tells the time; tests hand in their own.
type Clock func() time.Time
