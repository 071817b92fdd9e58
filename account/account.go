// Opening the accounts: their collections, options and clock.

package account

import (
	"context"
	"time"

	"gongkai"
	"gongkai/store"
)

// Options of the accounts; the zero value is a sound installation.
type Options struct {
	Clock      gongkai.Clock
	Cost       HashCost      // of new password hashes; Default
	HashMemory int           // MiB that all hashes in progress may take together; 256
	SessionTTL time.Duration // absolute life of a session; 12 h
	IdleTTL    time.Duration // a session not used for this long ends; 2 h
	LoginTries int           // failures that a login may have before it must wait; 5
	IPTries    int           // the same for an address, which many people may share; 50
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Cost == (HashCost{}) {
		o.Cost = Default
	}
	o.HashMemory = or(o.HashMemory, 256)
	o.SessionTTL = or(o.SessionTTL, 12*time.Hour)
	o.IdleTTL = or(o.IdleTTL, 2*time.Hour)
	o.LoginTries = or(o.LoginTries, 5)
	o.IPTries = or(o.IPTries, 50)
	return o
}

func or[N int | time.Duration](v, fallback N) N {
	if v <= 0 {
		return fallback
	}
	return v
}

// Accounts is the door: users, sessions, keys. Safe for many goroutines and
// for many processes on one store.
type Accounts struct {
	opt      Options
	hasher   *hasher
	users    *store.Collection[userDoc]
	sessions *store.Collection[sessionDoc]
	tries    *store.Collection[tryDoc]
	keys     *store.Collection[keyDoc]
	first    *store.Collection[firstDoc]
}

// Open declares the collections of the accounts in db.
func Open(ctx context.Context, db store.DB, opt Options) (*Accounts, error) {
	opt = opt.withDefaults()
	h, err := newHasher(opt.Cost, opt.HashMemory)
	if err != nil {
		return nil, err
	}
	a := &Accounts{opt: opt, hasher: h}
	if a.users, err = store.Use(ctx, db, userSpec); err != nil {
		return nil, err
	}
	if a.sessions, err = store.Use(ctx, db, sessionSpec); err != nil {
		return nil, err
	}
	if a.tries, err = store.Use(ctx, db, trySpec); err != nil {
		return nil, err
	}
	if a.keys, err = store.Use(ctx, db, keySpec); err != nil {
		return nil, err
	}
	if a.first, err = store.Use(ctx, db, firstSpec); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *Accounts) now() int64 { return gongkai.Millis(a.opt.Clock()) }
