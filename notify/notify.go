// Opening: the collections and what the package is handed from outside.

package notify

import (
	"context"
	"log/slog"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/content"
	"gongkai/store"
)

// Options are what notifications stand on.
type Options struct {
	Content  *content.Content
	Accounts *account.Accounts
	Clock    gongkai.Clock
	Log      *slog.Logger

	// May are those who may do an act of the workflow on the item as it stands.
	May func(ctx context.Context, it content.Item, act string) ([]string, error)
	// Reads are those of the people who may read the item.
	Reads func(ctx context.Context, it content.Item, people []string) ([]string, error)

	Mail    *Mail  // nil: no mail
	Caller  Caller // calls robots; nil: none are called
	Console string // address of the console, for links; "": no links
	Titles  bool   // what leaves the house names the masked title
	Sent    func(way, outcome string)
}

// Notifier (通知) keeps inboxes, and what is to go out.
type Notifier struct {
	opt         Options
	notices     *store.Collection[Notice]
	heads       *store.Collection[Head]
	letters     *store.Collection[Letter]
	preferences *store.Collection[Preferences]
	robots      *store.Collection[Robot]
}

// Open declares the collections in the restricted store.
func Open(ctx context.Context, opt Options) (n *Notifier, err error) {
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Sent == nil {
		opt.Sent = func(string, string) {}
	}
	n, db := &Notifier{opt: opt}, opt.Content.DB
	if n.notices, err = store.Use(ctx, db, noticeSpec); err != nil {
		return nil, err
	}
	if n.heads, err = store.Use(ctx, db, headSpec); err != nil {
		return nil, err
	}
	if n.letters, err = store.Use(ctx, db, letterSpec); err != nil {
		return nil, err
	}
	if n.preferences, err = store.Use(ctx, db, preferencesSpec); err != nil {
		return nil, err
	}
	n.robots, err = store.Use(ctx, db, robotSpec)
	return n, err
}

func (n *Notifier) now() int64 { return gongkai.Millis(n.opt.Clock()) }

// all reads everything that meets the conditions, page by page.
func all[T any](ctx context.Context, c *store.Collection[T], q store.Query, each func(T) error) error {
	for q.Limit = 200; ; {
		page, err := c.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, doc := range page.Docs {
			if err := each(doc); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// absent turns "no such document" into nothing.
func absent[T any](doc T, err error) (T, error) {
	if gongkai.Is(err, gongkai.Missing) {
		return doc, nil
	}
	return doc, err
}
