// Signing in and out; sessions (会话) that end when idle.

package account

import (
	"context"
	"errors"
	"time"

	"gongkai"
	"gongkai/store"
)

// Session is one sign-in of a user. Its id is the digest of its token, so the
// store holds nothing that opens it.
type Session struct {
	store.Meta
	User    string `json:"user"`
	Created int64  `json:"created"`
	Seen    int64  `json:"seen"`    // last use, to the minute
	Expires int64  `json:"expires"` // ends even when used
}

type sessionDoc struct {
	Session
	Epoch int64 `json:"epoch"` // the user's at sign-in
}

var sessionSpec = store.Spec[sessionDoc]{Name: "sessions", Schema: 1, Indexes: []store.Index{
	{Name: "sessions_user", Fields: []string{"user"}},
	{Name: "sessions_expires", Fields: []string{"expires"}},
}}

// seenStep bounds how often use of a session is written down.
const seenStep = time.Minute

// One message for an unknown login, a wrong password and a disabled user:
// a stranger learns nothing about who works here.
var errSignIn = gongkai.E(gongkai.Unauthenticated, "sign_in", "登录名或密码不正确", "the login or the password is wrong")

var errSession = gongkai.E(gongkai.Unauthenticated, "session", "请先登录", "sign in first")

// SignIn opens a session and gives its token, which is shown this once. ip
// may be empty when there is none. TooMany carries the seconds to wait in the
// detail "retry-after".
func (a *Accounts) SignIn(ctx context.Context, login, password, ip string) (Session, string, error) {
	login = fold(login)
	byLogin, byIP := a.loginTry(login), a.ipTry(ip)
	// The address first: one that must wait cannot lock colleagues out.
	if err := a.take(ctx, byIP); err != nil {
		return Session{}, "", err
	}
	if err := a.take(ctx, byLogin); err != nil {
		return Session{}, "", err
	}
	u, err := a.checkPassword(ctx, login, password)
	if err != nil {
		return Session{}, "", err
	}
	if err := errors.Join(a.forget(ctx, byLogin), a.giveBack(ctx, byIP)); err != nil {
		return Session{}, "", err
	}
	return a.openSession(ctx, u)
}

// checkPassword takes as long for a login that does not exist as for one that does.
func (a *Accounts) checkPassword(ctx context.Context, login, password string) (u userDoc, err error) {
	if u, err = a.byLogin(ctx, login); err != nil {
		return u, err
	}
	ok, err := a.hasher.verify(ctx, u.Hash, password)
	if err != nil {
		return u, err
	}
	if !ok || u.Disabled {
		return u, errSignIn
	}
	return u, a.refreshHash(ctx, u, password)
}

// refreshHash brings a hash of another cost to today's, the only moment at
// which the password is known.
func (a *Accounts) refreshHash(ctx context.Context, u userDoc, password string) error {
	if !a.hasher.stale(u.Hash) {
		return nil
	}
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = a.users.Update(ctx, u.ID, 0, func(d *userDoc) error {
		if d.Hash != u.Hash {
			return store.ErrUnchanged
		}
		d.Hash = hash
		return nil
	})
	return err
}

func (a *Accounts) openSession(ctx context.Context, u userDoc) (Session, string, error) {
	token, now := newToken(), a.now()
	d := sessionDoc{Epoch: u.Epoch, Session: Session{Meta: store.Meta{ID: Digest(token)}, User: u.ID,
		Created: now, Seen: now, Expires: now + a.opt.SessionTTL.Milliseconds()}}
	d, err := a.sessions.Insert(ctx, d)
	if err != nil {
		return Session{}, "", err
	}
	return d.Session, token, nil
}

// Session finds the session of a token and its user; Unauthenticated when it
// has ended. Use keeps it from becoming idle.
func (a *Accounts) Session(ctx context.Context, token string) (User, Session, error) {
	u, s, err := a.peek(ctx, token)
	if err != nil {
		return User{}, Session{}, err
	}
	if s, err = a.touch(ctx, s, a.now()); err != nil {
		return User{}, Session{}, ended(err)
	}
	return u.User, s.Session, nil
}

// Peek is Session for what goes on by itself, such as a page that waits for
// news: it keeps no session from becoming idle.
func (a *Accounts) Peek(ctx context.Context, token string) (User, Session, error) {
	u, s, err := a.peek(ctx, token)
	return u.User, s.Session, err
}

func (a *Accounts) peek(ctx context.Context, token string) (u userDoc, s sessionDoc, err error) {
	if s, err = a.sessions.Get(ctx, Digest(token)); err != nil {
		return userDoc{}, sessionDoc{}, ended(err)
	}
	if now := a.now(); now >= s.Expires || now >= s.Seen+a.opt.IdleTTL.Milliseconds() {
		return userDoc{}, sessionDoc{}, errSession
	}
	if u, err = a.users.Get(ctx, s.User); err != nil {
		return userDoc{}, sessionDoc{}, ended(err)
	}
	if u.Epoch != s.Epoch { // another password since, or disabled
		return userDoc{}, sessionDoc{}, errSession
	}
	return u, s, nil
}

// touch writes the use of a session down, at most once a minute.
func (a *Accounts) touch(ctx context.Context, s sessionDoc, now int64) (sessionDoc, error) {
	if now < s.Seen+seenStep.Milliseconds() {
		return s, nil
	}
	return a.sessions.Update(ctx, s.ID, 0, func(d *sessionDoc) error {
		if now < d.Seen+seenStep.Milliseconds() {
			return store.ErrUnchanged
		}
		d.Seen = now
		return nil
	})
}

// ended turns "no such document" into "sign in first".
func ended(err error) error {
	if gongkai.Is(err, gongkai.Missing) {
		return errSession
	}
	return err
}

// SignOut ends a session; one that has ended already is no error.
func (a *Accounts) SignOut(ctx context.Context, token string) error {
	return gone(a.sessions.Delete(ctx, Digest(token), 0))
}

func gone(err error) error {
	if gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	return err
}

// dropSessions removes all sessions of a user.
func (a *Accounts) dropSessions(ctx context.Context, user string) error {
	return sweep(ctx, a.sessions, sessionID, store.Eq("user", user))
}

// SignOutAll ends every session: after a restore from a backup they are those of
// another time, and some had been ended since.
func (a *Accounts) SignOutAll(ctx context.Context) error {
	return sweep(ctx, a.sessions, sessionID)
}

// Prune removes sessions and counters that have ended; call it now and then.
func (a *Accounts) Prune(ctx context.Context) error {
	old := store.Lt("expires", a.now())
	if err := sweep(ctx, a.sessions, sessionID, old); err != nil {
		return err
	}
	return sweep(ctx, a.tries, func(d tryDoc) string { return d.ID }, old)
}

// Sessions counts the sessions that have not reached their end; some may have
// been idle for too long.
func (a *Accounts) Sessions(ctx context.Context) (int, error) {
	return a.sessions.Count(ctx, []store.Cond{store.Gt("expires", a.now())}, 0)
}

func sessionID(d sessionDoc) string { return d.ID }

// sweep deletes all documents that meet the conditions, a page at a time.
func sweep[T any](ctx context.Context, c *store.Collection[T], id func(T) string, which ...store.Cond) error {
	for {
		p, err := c.Find(ctx, store.Query{Where: which, Limit: 200})
		if err != nil || len(p.Docs) == 0 {
			return err
		}
		for _, d := range p.Docs {
			if err := gone(c.Delete(ctx, id(d), 0)); err != nil {
				return err
			}
		}
	}
}
