// The parts of a process: which of them each shape of process opens.

package main

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/channel/platform/tokens"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/workflow"
)

// role (角色) is what a process is there for; it may be there for several things.
type role uint8

const (
	editing role = 1 << iota // answers the editorial API
	showing                  // answers the content API
	paying                   // runs workers and the sweep
	tooling                  // a command beside a serve, or without one
)

// Who needs the restricted side, and who the public one.
const (
	restricted = editing | paying | tooling
	public     = showing | paying | tooling
)

// parts is the table of what is opened, in this order. A content process
// (showing alone) touches nothing of the restricted side.
var parts = []struct {
	of   role
	open func(*app, context.Context) error
}{
	{restricted, (*app).openContent},
	{restricted, (*app).openPolicy},
	{restricted, (*app).openAccounts},
	{restricted, (*app).openTrail},
	{restricted, (*app).openDeliveries},
	{restricted, (*app).openNotices},
	{public, (*app).openPublic},
	{public, (*app).openSearch},
	{restricted, (*app).openChannels},
}

func (a *app) is(r role) bool { return a.role&r != 0 }

// onlyShows tells that this process answers readers and does nothing else.
func (a *app) onlyShows() bool { return a.role == showing }

func (a *app) openContent(ctx context.Context) error {
	secret, err := a.secret()
	if err != nil {
		return err
	}
	if a.db, err = a.openDB(ctx, a.cfg.MongodbURI, "content.db"); err != nil {
		return err
	}
	if err := a.migrate(ctx, a.db, "restricted", restrictedMigrations); err != nil {
		return err
	}
	originals, err := a.openBucket(ctx, "originals", a.cfg.originals())
	if err != nil {
		return err
	}
	a.content, err = content.Open(ctx, a.db, originals, secret, time.Now)
	return err
}

// openPolicy opens who may, and the engine that asks it.
func (a *app) openPolicy(ctx context.Context) (err error) {
	if a.policy, err = policy.Open(ctx, a.db, time.Now); err != nil {
		return err
	}
	a.closers = append(a.closers, func() error { a.policy.Close(); return nil })
	if a.engine, err = workflow.Open(ctx, a.content, a.policy, a.wakeItem); err != nil {
		return err
	}
	a.engine.Watch = a.ofItems()
	a.cfg.judge(a.engine)
	a.cfg.terms(a.engine)
	return nil
}

func (a *app) openAccounts(ctx context.Context) (err error) {
	a.accounts, err = account.Open(ctx, a.db, account.Options{Clock: time.Now, Cost: a.cost, SessionTTL: a.cfg.Session, IdleTTL: a.cfg.SessionIdle})
	a.engine.Staff = a.staff
	return err
}

// staff tells the engine who still works here.
func (a *app) staff(ctx context.Context, user string) (name string, here bool, err error) {
	u, err := a.accounts.User(ctx, user)
	if gongkai.Is(err, gongkai.Missing) {
		return "", false, nil
	}
	return u.Name, !u.Disabled, err
}

func (a *app) openTrail(ctx context.Context) (err error) {
	a.trail, err = audit.Open(ctx, a.db, time.Now)
	return err
}

// What tests that kill cannot wait for: how long a claim holds at least, and the
// schedule of subscribers that failed (nil: the one of the worker).
var (
	leastLease = 20 * time.Second
	callAgain  func(channel.Delivery, time.Time) time.Duration
)

func (a *app) openDeliveries(ctx context.Context) (err error) {
	if a.ledger, err = channel.OpenLedger(ctx, a.db, time.Now); err != nil {
		return err
	}
	a.ledger.Lease = max(4*a.cfg.WebhookTimeout, leastLease)
	if a.subscribers, err = channel.OpenSubscribers(ctx, a.db, time.Now); err != nil {
		return err
	}
	if a.outlets, err = channel.OpenOutlets(ctx, a.db, channel.Platforms, time.Now); err != nil {
		return err
	}
	if a.differences, err = channel.OpenDifferences(ctx, a.db, time.Now); err != nil {
		return err
	}
	if a.reaches, err = channel.OpenReaches(ctx, a.db, time.Now); err != nil {
		return err
	}
	a.tokens, err = tokens.Open(ctx, a.db, time.Now)
	return err
}

func (a *app) openPublic(ctx context.Context) error {
	db, err := a.openDB(ctx, a.cfg.PublicMongodbURI, "public.db")
	if err != nil {
		return err
	}
	a.publicDB = db
	copies, err := a.openBucket(ctx, "public", a.cfg.copies())
	if err != nil {
		return err
	}
	return a.whenMade(ctx, func() error {
		if err := a.migrate(ctx, db, "public", publicMigrations); err != nil {
			return err
		}
		a.public, err = publication.Open(ctx, db, copies, time.Now)
		return err
	})
}

// madeWithin is how long a process that only reads waits for one that starts
// beside it to make the store; then its supervisor starts it again.
var madeWithin = 15 * time.Second

func (a *app) whenMade(ctx context.Context, open func() error) error {
	err := open()
	if inTheMaking(err) {
		a.log.Warn("the public store is not made yet: waiting for serve or a worker of this version")
	}
	for end := time.Now().Add(madeWithin); inTheMaking(err) && time.Now().Before(end) && ctx.Err() == nil; err = open() {
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// inTheMaking tells whether a store lacks something that may stand in a moment:
// its tables come one after the other.
func inTheMaking(err error) bool {
	return slices.Contains([]string{"not_made", "indexes_changed"}, gongkai.CodeOf(err))
}

// openSearch opens the index; who only answers readers cannot write to it.
func (a *app) openSearch(ctx context.Context) (err error) {
	if a.index, err = a.openIndex(ctx, !a.is(paying|tooling)); err != nil {
		return err
	}
	a.closers = append(a.closers, a.index.Close)
	if keeps, ours := a.index.(interface{ Purge(context.Context) error }); ours {
		a.purge = keeps.Purge
	}
	a.index = search.Watched(a.index, a.watch.searched)
	return nil
}

func (a *app) openChannels(context.Context) error {
	guard, err := channel.ParseGuard(a.cfg.WebhookNets)
	if err != nil {
		return err
	}
	a.channels = &channel.Channels{Subscribers: a.subscribers, Public: a.public, Index: a.index, Guard: guard, BaseURL: a.baseURL(), Timeout: a.cfg.WebhookTimeout, Now: time.Now, Span: a.watch.traces.span(),
		Outlets: a.outlets, Tokens: a.tokens, Reaches: a.reaches, Ledger: a.ledger, PortalWait: a.cfg.PortalWait, Columns: a.content.Above}
	return nil
}
