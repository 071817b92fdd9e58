// Keys of programs (接口密钥): limited by scopes, expiring, revocable.

package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"gongkai"
	"gongkai/store"
)

// KeyPrefix begins every secret, so that leak scanners can find one.
const KeyPrefix = "gk_"

// Key lets a program in. It never carries the secret or its digest.
type Key struct {
	store.Meta
	Name    string   `json:"name"`
	Unit    string   `json:"unit"`
	Scopes  []string `json:"scopes"`
	Prefix  string   `json:"prefix"` // beginning of the secret, to recognise it by
	Created int64    `json:"created"`
	Expires int64    `json:"expires"`
	Revoked int64    `json:"revoked"` // 0: not
}

// Actor is the key as the domain sees who acts.
func (k Key) Actor() gongkai.Actor {
	return gongkai.Actor{ID: "key:" + k.ID, Name: k.Name, Unit: k.Unit, Scopes: slices.Clone(k.Scopes), Key: true}
}

type keyDoc struct {
	Key
	Digest string `json:"digest"`
}

var keySpec = store.Spec[keyDoc]{Name: "api_keys", Schema: 1, Indexes: []store.Index{
	{Name: "api_keys_digest", Fields: []string{"digest"}, Unique: true},
	{Name: "api_keys_created", Fields: []string{"created"}},
}}

// Lives of a key: one that names no end lives for a year; none outlives three.
const (
	KeyLife    = 365 * 24 * time.Hour
	MaxKeyLife = 3 * KeyLife
)

// NewKey is a key to be. ID "" means a fresh one; Expires 0 means KeyLife.
type NewKey struct {
	ID         string
	Name, Unit string
	Scopes     []string
	Expires    int64
}

// NewKey makes a key and gives its secret, which is shown this once. A key
// without a scope could do nothing, so it is refused.
func (a *Accounts) NewKey(ctx context.Context, n NewKey) (Key, string, error) {
	name, err := cleanName(n.Name)
	if err != nil {
		return Key{}, "", err
	}
	now := a.now()
	if n.Expires == 0 {
		n.Expires = now + KeyLife.Milliseconds()
	}
	if n.Expires <= now || n.Expires > now+MaxKeyLife.Milliseconds() {
		return Key{}, "", invalid("expires", "失效时间须在此后三年之内", "the expiry must lie within the next three years")
	}
	if n.ID == "" {
		n.ID = gongkai.NewID()
	}
	if len(n.Scopes) == 0 || slices.Contains(n.Scopes, "") {
		return Key{}, "", invalid("scopes", "密钥至少要有一个权限范围", "a key needs at least one scope")
	}
	secret := KeyPrefix + newToken()
	d := keyDoc{Digest: Digest(secret), Key: Key{Meta: store.Meta{ID: n.ID}, Name: name, Unit: norm.NFC.String(n.Unit),
		Scopes: slices.Clone(n.Scopes), Prefix: secret[:len(KeyPrefix)+5], Created: now, Expires: n.Expires}}
	if d, err = a.keys.Insert(ctx, d); err != nil {
		return Key{}, "", err
	}
	return d.Key, secret, nil
}

var errKey = gongkai.E(gongkai.Unauthenticated, "key", "接口密钥无效、已过期或已撤销", "the API key is unknown, expired or revoked")

// KeyBySecret finds the key of a secret; Unauthenticated when it is unknown,
// expired or revoked.
func (a *Accounts) KeyBySecret(ctx context.Context, secret string) (Key, error) {
	if !strings.HasPrefix(secret, KeyPrefix) {
		return Key{}, errKey
	}
	p, err := a.keys.Find(ctx, store.Query{Where: []store.Cond{store.Eq("digest", Digest(secret))}, Limit: 1})
	if err != nil {
		return Key{}, err
	}
	if len(p.Docs) == 0 || !p.Docs[0].good(a.now()) {
		return Key{}, errKey
	}
	return p.Docs[0].Key, nil
}

func (k Key) good(now int64) bool {
	return k.Revoked == 0 && (k.Expires == 0 || now < k.Expires)
}

// RevokeKey ends a key for good.
func (a *Accounts) RevokeKey(ctx context.Context, id string) error {
	now := a.now()
	_, err := a.keys.Update(ctx, id, 0, func(d *keyDoc) error {
		if d.Revoked != 0 {
			return store.ErrUnchanged
		}
		d.Revoked = now
		return nil
	})
	return err
}

// KeyPage is one page of keys, the newest first.
type KeyPage struct {
	Keys []Key
	Next string
}

// Keys lists keys, ended ones too.
func (a *Accounts) Keys(ctx context.Context, after string, limit int) (KeyPage, error) {
	p, err := a.keys.Find(ctx, store.Query{Sort: []string{"-created"}, After: after, Limit: or(limit, 50)})
	if err != nil {
		return KeyPage{}, err
	}
	page := KeyPage{Next: p.Next}
	for _, d := range p.Docs {
		page.Keys = append(page.Keys, d.Key)
	}
	return page, nil
}

// Key reads a key.
func (a *Accounts) Key(ctx context.Context, id string) (Key, error) {
	d, err := a.keys.Get(ctx, id)
	return d.Key, err
}

// KeyDigest is what a reader of the public side needs to recognise a key by.
func (a *Accounts) KeyDigest(ctx context.Context, id string) (string, error) {
	d, err := a.keys.Get(ctx, id)
	return d.Digest, err
}
