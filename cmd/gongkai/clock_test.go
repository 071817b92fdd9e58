package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"gongkai/account"
)

func TestAClockFiveMinutesOffIsSaidOnceAndShown(t *testing.T) {
	log := &safeBuffer{}
	a, err := openAs(t.Context(), editing|showing, config{Data: t.TempDir(), Session: time.Hour, SessionIdle: time.Hour}, log, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	ahead, away := 5*time.Minute, false
	a.clocks = []sharedClock{
		{"MongoDB", func(context.Context) (time.Time, error) { return time.Time{}, errors.New("away") }},
		{"Redis", func(context.Context) (time.Time, error) {
			if away {
				return time.Time{}, errors.New("away")
			}
			return time.Now().Add(-ahead), nil
		}},
	}
	a.compareClock(t.Context())
	at := answering(t, a)

	answers(t, at, "/readyz", 200, `"clock":false`, `"degraded":true`, `"ready":true`)
	away = true
	a.compareClock(t.Context())
	answers(t, at, "/readyz", 200, `"clock":false`) // nobody to compare with: the last comparison counts
	away = false
	a.compareClock(t.Context())
	if said := string(log.bytes()); strings.Count(said, "look at NTP") != 1 || !strings.Contains(said, "of=Redis") {
		t.Errorf("it should be said once:\n%s", said)
	}
	ahead = -4 * time.Second
	a.compareClock(t.Context())
	answers(t, at, "/readyz", 200, `"clock":true`)
	if !strings.Contains(string(log.bytes()), "right again") {
		t.Error("that it is right again is not said")
	}
	ahead = -6 * time.Second
	a.compareClock(t.Context())
	answers(t, at, "/readyz", 200, `"clock":false`)
}

func TestAClockIsComparedWithThatOfRedis(t *testing.T) {
	url := redis(t, "14")
	if url == "" {
		t.Skip("GONGKAI_TEST_REDIS_URL names no Redis")
	}
	output, _ := background(t, "serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--redis-url", url)
	answers(t, base(t, output()), "/readyz", 200, `"clock":true`)
}
