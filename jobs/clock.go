// What time the queue has.

package jobs

import (
	"context"
	"time"
)

// Time is the time of Redis, which can differ from ours.
func (q *Queue) Time(ctx context.Context) (time.Time, error) {
	if q.mini != nil {
		return time.Now(), nil // it lives in this process
	}
	return q.prober.Time(ctx).Result()
}
