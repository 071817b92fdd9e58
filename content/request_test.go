package content

import (
	"testing"
	"time"
)

func TestARequestIsRememberedForAWeek(t *testing.T) {
	c, ctx := open(t), t.Context()
	now := c.Now()
	requests, err := OpenRequests(ctx, c)
	wantCode(t, "open", err, "")
	requests.now = func() time.Time { return now }
	for i := range 600 { // more than a page of them
		wantCode(t, "claim", requests.Claim(ctx, string(rune('一'+i)), []byte("first")), "")
	}
	now = now.Add(7 * 24 * time.Hour)
	wantCode(t, "claim", requests.Claim(ctx, "young", []byte("first")), "")
	wantCode(t, "prune", requests.Prune(ctx), "")
	wantCode(t, "a week later another body is still told from the first", requests.Claim(ctx, "一", []byte("other")), "idempotency_key")
	now = now.Add(time.Millisecond)
	wantCode(t, "prune", requests.Prune(ctx), "")
	wantCode(t, "then it is forgotten", requests.Claim(ctx, "一", []byte("other")), "")
	wantCode(t, "the young one is not", requests.Claim(ctx, "young", []byte("other")), "idempotency_key")
	if n, err := requests.docs.Count(ctx, nil, 1000); err != nil || n != 2 {
		t.Errorf("%d are left, %v", n, err)
	}
}
