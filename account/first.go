// The one-time link (首次设置链接) with which the first administrator comes in.

package account

import (
	"context"
	"time"

	"gongkai"
	"gongkai/store"
)

// firstDoc is a link; its id is the digest of its token. Several processes that
// start on one store print a link each, and each of them must work.
type firstDoc struct {
	store.Meta
	Expires int64 `json:"expires"`
}

var firstSpec = store.Spec[firstDoc]{Name: "first_links", Schema: 1}

const firstLife = 24 * time.Hour

// firstUserID is the id of whoever claims the link. It is always the same, so
// the store lets one claim through, whatever races with it.
var firstUserID = gongkai.DerivedID("account", "first user")

var errFirst = gongkai.E(gongkai.Unauthenticated, "first_link", "链接无效、已过期或已使用", "the link is unknown, expired or used up")

// FirstLink gives the token of a link that makes the first user; Conflict when
// there are users. The caller grants the rights.
func (a *Accounts) FirstLink(ctx context.Context) (string, error) {
	if any, err := a.anyUser(ctx); err != nil {
		return "", err
	} else if any {
		return "", gongkai.E(gongkai.Conflict, "has_users", "系统中已有用户", "there are users already")
	}
	token := newToken()
	_, err := a.first.Insert(ctx, firstDoc{Meta: store.Meta{ID: Digest(token)}, Expires: a.now() + firstLife.Milliseconds()})
	return token, err
}

// ClaimFirst adds the first user, lets grant give them their rights, and uses
// all links up. Of several claims at once exactly one succeeds. A process that
// dies half-way leaves the links, by which FinishFirst knows.
func (a *Accounts) ClaimFirst(ctx context.Context, token string, n NewUser, grant func(context.Context, User) error) (User, error) {
	if err := a.FinishFirst(ctx, grant); err != nil {
		return User{}, err
	}
	if err := a.checkFirst(ctx, token); err != nil {
		return User{}, err
	}
	u, err := a.addAs(ctx, firstUserID, n)
	if gongkai.Is(err, gongkai.Conflict) {
		return User{}, errFirst
	}
	if err != nil {
		return User{}, err
	}
	return u, a.completeFirst(ctx, u, grant)
}

// FinishFirst completes a claim that was cut short. grant may be called again
// for a user who has the rights.
func (a *Accounts) FinishFirst(ctx context.Context, grant func(context.Context, User) error) error {
	links, err := a.first.Find(ctx, store.Query{Limit: 1})
	if err != nil || len(links.Docs) == 0 {
		return err
	}
	u, err := a.User(ctx, firstUserID)
	if gongkai.Is(err, gongkai.Missing) {
		return nil // nobody has claimed it
	}
	if err != nil {
		return err
	}
	return a.completeFirst(ctx, u, grant)
}

func (a *Accounts) completeFirst(ctx context.Context, u User, grant func(context.Context, User) error) error {
	if err := grant(ctx, u); err != nil {
		return err
	}
	return sweep(ctx, a.first, func(d firstDoc) string { return d.ID })
}

func (a *Accounts) checkFirst(ctx context.Context, token string) error {
	d, err := a.first.Get(ctx, Digest(token))
	if gongkai.Is(err, gongkai.Missing) {
		return errFirst
	}
	if err != nil {
		return err
	}
	if a.now() >= d.Expires {
		return errFirst
	}
	if any, err := a.anyUser(ctx); err != nil {
		return err
	} else if any {
		return errFirst
	}
	return nil
}

func (a *Accounts) anyUser(ctx context.Context) (bool, error) {
	p, err := a.users.Find(ctx, store.Query{Limit: 1})
	return len(p.Docs) > 0, err
}

// FirstOpen tells whether a link's token can still be used.
func (a *Accounts) FirstOpen(ctx context.Context, token string) error {
	return a.checkFirst(ctx, token)
}
