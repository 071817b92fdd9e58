// When who failed is called again.

package jobs_test

import (
	"testing"
	"time"

	"gongkai/channel"
	"gongkai/jobs"
	"gongkai/publication"
)

// called plays a message that fails each time, and gives the pauses between its
// calls.
func called(state string) (waits []time.Duration, took time.Duration) {
	now := time.UnixMilli(1_770_000_000_000)
	d := channel.Delivery{Channel: "sub-x", Since: now.UnixMilli(), Want: channel.Show{State: state}}
	for d.Attempt = 1; ; d.Attempt++ {
		wait := jobs.CallAgain(d, now.Add(took))
		if wait < 0 {
			return waits, took
		}
		waits, took = append(waits, wait), took+wait
	}
}

func TestAMessageIsTriedAsStandardWebhooksSaysAndAWithdrawalMoreOften(t *testing.T) {
	h := time.Hour
	ordinary, took := called(publication.Shows)
	for i, want := range []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * h, 5 * h, 10 * h, 14 * h, 20 * h, 24 * h} {
		if i >= len(ordinary) || ordinary[i] < want || ordinary[i] > want+want/10+1 {
			t.Fatalf("pause %d of %v, want %v with jitter", i+1, ordinary, want)
		}
	}
	if len(ordinary) != 9 {
		t.Errorf("%d calls in %v", len(ordinary)+1, took)
	}
	urgent, lasted := called(publication.GoneState)
	for i, wait := range urgent {
		if wait > 11*time.Minute {
			t.Fatalf("pause %d is %v", i+1, wait)
		}
	}
	if lasted < 72*h || len(urgent) < 300 {
		t.Errorf("%d calls in %v", len(urgent), lasted)
	}
}
