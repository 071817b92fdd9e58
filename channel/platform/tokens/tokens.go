// Package tokens keeps the short-lived tokens of platform accounts (访问凭证) in
// the store, so that all workers share one: on most platforms a second fetch
// makes the first token invalid.
package tokens

import (
	"context"
	"slices"
	"sync"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/store"
)

// Limits of fetching anew because the platform refused the token: what the
// strictest platform allows for fetches that kill the token before.
const (
	perDay = 20
	apart  = 30 * time.Second
)

const (
	early = 4 * time.Minute // a token is renewed so long before its end, while the old one still works
	lease = time.Minute     // after which whoever renews is taken for dead
)

// Token is the token of one account. Its id is that of the account.
type Token struct {
	store.Meta
	Value   string  `json:"value"`
	Ends    int64   `json:"ends"`
	Renewal int64   `json:"renewal,omitempty"` // until when somebody is at it
	Turn    string  `json:"turn,omitempty"`    // of whom
	Refused []int64 `json:"refused,omitempty"` // when it was fetched anew because the platform refused it, of the last day
}

// Kept (凭证保管) is a platform.Tokens for any number of processes.
type Kept struct {
	docs *store.Collection[Token]
	now  gongkai.Clock
	turn sync.Map // *sync.Mutex by account: in one process the others wait, instead of coming back later
}

// Open declares the tokens in db.
func Open(ctx context.Context, db store.DB, now gongkai.Clock) (*Kept, error) {
	docs, err := store.Use[Token](ctx, db, store.Spec[Token]{Name: "platform_tokens", Schema: 1})
	return &Kept{docs: docs, now: now}, err
}

// Token gives the account's token; see platform.Tokens. Refusals that come too
// often are an error of ClassRate: another program takes the token away.
func (k *Kept) Token(ctx context.Context, account, refused string, fetch func(context.Context) (string, time.Duration, error)) (string, error) {
	mu, _ := k.turn.LoadOrStore(account, &sync.Mutex{})
	if mu, ok := mu.(*sync.Mutex); ok {
		mu.Lock()
		defer mu.Unlock()
	}
	kept, err := k.docs.Get(ctx, account)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return "", err
	}
	if kept.fresh(refused, k.now().Add(early)) {
		return kept.Value, nil
	}
	mine, err := k.claim(ctx, account, refused)
	if err != nil || mine.fresh(refused, k.now().Add(early)) {
		return mine.Value, err
	}
	if mine.Turn == "" { // somebody else is at it
		if mine.fresh(refused, k.now()) {
			return mine.Value, nil
		}
		return "", &platform.Error{Class: platform.ClassTemporary, Code: "token_renewal", RetryAfter: time.Second}
	}
	return k.renew(ctx, mine, fetch)
}

// fresh tells whether the token can be used until then.
func (t Token) fresh(refused string, then time.Time) bool {
	return t.Value != "" && t.Value != refused && gongkai.Millis(then) < t.Ends
}

// claim takes the renewal. The token that it gives has no turn where somebody
// else is at it.
func (k *Kept) claim(ctx context.Context, account, refused string) (Token, error) {
	turn, others := gongkai.NewID(), false
	got, err := k.docs.Upsert(ctx, account, func(t *Token, _ bool) error {
		now := k.now()
		others = t.Renewal > gongkai.Millis(now)
		if t.fresh(refused, now.Add(early)) || others {
			return store.ErrUnchanged
		}
		if refused != "" && t.Value == refused {
			if wait := t.often(now); wait > 0 {
				return &platform.Error{Class: platform.ClassRate, Code: "token_stolen", RetryAfter: wait}
			}
			t.Refused = append(t.Refused, gongkai.Millis(now))
		}
		t.Renewal, t.Turn = gongkai.Millis(now.Add(lease)), turn
		return nil
	})
	if others {
		got.Turn = ""
	}
	return got, err
}

// often forgets refusals of days before, and says how long to wait for the next
// renewal after one.
func (t *Token) often(now time.Time) time.Duration {
	yesterday := gongkai.Millis(now.Add(-24 * time.Hour))
	t.Refused = slices.DeleteFunc(t.Refused, func(at int64) bool { return at <= yesterday })
	if len(t.Refused) == 0 {
		return 0
	}
	until := time.UnixMilli(t.Refused[len(t.Refused)-1]).Add(apart)
	if len(t.Refused) >= perDay {
		until = time.UnixMilli(t.Refused[0]).Add(24 * time.Hour)
	}
	return until.Sub(now)
}

func (k *Kept) renew(ctx context.Context, mine Token, fetch func(context.Context) (string, time.Duration, error)) (string, error) {
	value, lives, failed := fetch(ctx)
	ends := gongkai.Millis(k.now().Add(lives))
	_, err := k.docs.Update(ctx, mine.ID, 0, func(t *Token) error {
		if t.Turn != mine.Turn {
			return store.ErrUnchanged // too slow: somebody else has fetched one
		}
		t.Renewal, t.Turn = 0, ""
		if failed == nil {
			t.Value, t.Ends = value, ends
		}
		return nil
	})
	if failed != nil {
		return "", failed
	}
	return value, err
}
