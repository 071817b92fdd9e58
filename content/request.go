// Requests that may be repeated: which body an idempotency key was used for.

package content

import (
	"context"
	"time"

	"gongkai"
	"gongkai/store"
)

// Request (请求登记) remembers a request under the id that is derived from who
// asked and the key they chose. Digest is keyed: bodies hold personal data.
type Request struct {
	store.Meta
	Digest string `json:"digest"`
	At     int64  `json:"at"`
}

// Requests keeps them.
type Requests struct {
	docs   *store.Collection[Request]
	secret Secret
	now    gongkai.Clock
}

// OpenRequests declares the requests in the database of c.
func OpenRequests(ctx context.Context, c *Content) (*Requests, error) {
	r := &Requests{secret: c.Secret, now: c.Now}
	return r, use(ctx, c.DB, &r.docs, "requests", store.Index{Name: "at", Fields: []string{"at"}})
}

// Claim registers a request. The same request again is fine; another body
// under the same id is a Conflict.
func (r *Requests) Claim(ctx context.Context, id string, body []byte) error {
	sum := r.secret.Sum("request", string(body))
	_, err := r.docs.Insert(ctx, Request{Meta: store.Meta{ID: id}, Digest: sum, At: gongkai.Millis(r.now())})
	if !gongkai.Is(err, gongkai.Conflict) {
		return err
	}
	there, err := r.docs.Get(ctx, id)
	if err == nil && there.Digest != sum {
		err = gongkai.E(gongkai.Conflict, "idempotency_key", "同一Idempotency-Key已用于另一请求", "the Idempotency-Key was used for another request",
			gongkai.Detail{Where: "header.Idempotency-Key", Code: "used", Zh: "请换一个", En: "choose another"})
	}
	return err
}

// Forget drops a request that made nothing, so that it can be put right and
// sent again under its key.
func (r *Requests) Forget(ctx context.Context, id string) error {
	err := r.docs.Delete(ctx, id, 0)
	if gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	return err
}

// keepRequests is how long a key is remembered at least.
const keepRequests = 7 * 24 * time.Hour

// Prune forgets old requests; call it now and then.
func (r *Requests) Prune(ctx context.Context) error {
	old := store.Lt("at", gongkai.Millis(r.now().Add(-keepRequests)))
	for {
		page, err := r.docs.Find(ctx, store.Query{Where: []store.Cond{old}, Sort: []string{"at"}, Limit: 500})
		if err != nil || len(page.Docs) == 0 {
			return err
		}
		for _, doc := range page.Docs {
			if err := r.Forget(ctx, doc.ID); err != nil {
				return err
			}
		}
	}
}
