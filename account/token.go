// Random secrets, what is kept of them, and the CSRF token of a session.

package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// newToken is a secret of 256 random bits.
func newToken() string { return tokenFrom(rand.Read) }

// tokenFrom passes over what begins like the secret of a key: one session in
// some 260,000 would be taken for a key that nobody knows.
func tokenFrom(random func([]byte) (int, error)) string {
	b := make([]byte, 32)
	for {
		_, _ = random(b) // crypto/rand never fails
		if token := base64.RawURLEncoding.EncodeToString(b); !strings.HasPrefix(token, KeyPrefix) {
			return token
		}
	}
}

// Digest is the only thing kept of a token or a key's secret: its SHA-256. A
// plain hash is enough because nobody can guess 256 random bits.
func Digest(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// CSRF is the token that a browser sends beside its session cookie. It is
// derived from the session's secret, so it ends with the session, and
// whoever reads it learns nothing of the cookie.
func CSRF(token string) string {
	m := hmac.New(sha256.New, []byte(token))
	m.Write([]byte("gongkai csrf"))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// CheckCSRF compares a CSRF token with its session's in constant time.
func CheckCSRF(token, csrf string) bool {
	return token != "" && hmac.Equal([]byte(CSRF(token)), []byte(csrf))
}
