// Addresses (邮箱) that people are written to.

package account

import (
	"context"
	"net/mail"
	"strings"

	"gongkai/store"
)

// Email is a user's address; "" if there is none. It stands apart from User: who
// may see that somebody works here need not see it.
func (a *Accounts) Email(ctx context.Context, id string) (string, error) {
	d, err := a.users.Get(ctx, id)
	return d.Email, err
}

// SetEmail gives a user an address, or with "" takes it away, and tells whether
// that changed anything.
func (a *Accounts) SetEmail(ctx context.Context, id, email string) (changed bool, err error) {
	address, err := CleanEmail(email)
	if err != nil {
		return false, err
	}
	_, err = a.users.Update(ctx, id, 0, func(d *userDoc) error {
		if changed = d.Email != address; !changed {
			return store.ErrUnchanged
		}
		d.Email = address
		return nil
	})
	return changed && err == nil, err
}

// CleanEmail checks an address: a plain one, without a name, that every mail
// server takes. "" stays "".
func CleanEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	bad := invalid("email", "邮箱地址应写作 name@example.gov.cn，不含姓名、空格和中文", "an address is written name@example.gov.cn, without a name, blanks or Chinese letters")
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s || len(s) > 254 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"<>()[]\,;:`, r) }) {
		return "", bad
	}
	local, domain, _ := strings.Cut(s, "@")
	if len(local) > 64 || !strings.Contains(domain, ".") {
		return "", bad
	}
	return local + "@" + strings.ToLower(domain), nil
}
