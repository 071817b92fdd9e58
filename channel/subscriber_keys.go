// What a subscriber's calls are made with: secrets that are rotated, and a
// message that only tests the way.

package channel

import (
	"context"
	"errors"
	"time"

	"gongkai"
	"gongkai/store"
)

// signing are the secrets that sign at a time: the newest, and those before it
// until their end.
func (s Subscriber) signing(now int64) []string {
	if len(s.Secrets) > 1 && s.Retire != 0 && now >= s.Retire {
		return s.Secrets[:1]
	}
	return s.Secrets
}

// Rotate (更换签名密钥) makes a new secret, which is returned this once. The one
// before signs beside it for so long; zero: not at all.
func (s *Subscribers) Rotate(ctx context.Context, id string, keep time.Duration) (sub Subscriber, secret string, err error) {
	sub, err = s.docs.Update(ctx, id, 0, func(doc *Subscriber) error {
		now := s.now()
		secret = NewSecret()
		before := doc.Secrets[:min(1, len(doc.Secrets))]
		doc.Secrets, doc.Retire = []string{secret}, 0
		if keep > 0 && len(before) > 0 {
			doc.Secrets, doc.Retire = append(doc.Secrets, before...), gongkai.Millis(now.Add(keep))
		}
		return nil
	})
	return sub, secret, err
}

// ForgetSecrets deletes secrets whose time is over.
func (s *Subscribers) ForgetSecrets(ctx context.Context) error {
	all, err := s.All(ctx)
	if err != nil {
		return err
	}
	now := gongkai.Millis(s.now())
	for _, sub := range all {
		if len(sub.signing(now)) == len(sub.Secrets) {
			continue
		}
		if _, err := s.docs.Update(ctx, sub.ID, 0, func(doc *Subscriber) error {
			if len(doc.signing(now)) == len(doc.Secrets) {
				return store.ErrUnchanged
			}
			doc.Secrets, doc.Retire = doc.signing(now), 0
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// Tested (接收地址测试) is how a test of an endpoint went. It holds nothing that
// the other side said.
type Tested struct {
	OK     bool   `json:"ok"`
	Status int    `json:"status,omitempty" doc:"HTTP status; absent: no answer came"`
	Code   string `json:"code,omitempty" doc:"Why it failed: timeout, connection, tls, refused_address, redirect, status_500 …"`
	Zh     string `json:"zh,omitempty"`
	En     string `json:"en,omitempty"`
	Millis int64  `json:"ms" doc:"How long it took"`
}

// EventTest is the message of a test; receivers answer 2xx and do nothing.
const EventTest = "endpoint.test"

// Test sends a subscriber a message that means nothing, disabled or paused as it
// may be.
func (c *Channels) Test(ctx context.Context, id string) (Tested, error) {
	sub, err := c.Subscribers.Get(ctx, id)
	if err != nil {
		return Tested{}, err
	}
	sink, err := c.webhook(sub)
	if err != nil {
		return Tested{}, err
	}
	began := time.Now()
	data := map[string]string{"subscriber": sub.ID}
	receipt, failed := sink.Send(ctx, Message{ID: "msg_" + gongkai.NewID(), Type: EventTest, At: c.Now(), Data: data})
	out := Tested{OK: failed == nil, Status: receipt.Status, Millis: time.Since(began).Milliseconds()}
	var said *gongkai.Error
	if errors.As(failed, &said) {
		out.Code, out.Zh, out.En = said.Code, said.Zh, said.En
	}
	return out, nil
}
