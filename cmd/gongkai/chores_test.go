package main

import (
	"io"
	"slices"
	"testing"
	"time"

	"gongkai/account"
	"gongkai/jobs"
)

func TestWorkersKnowEveryChoreAndCanDoIt(t *testing.T) {
	a, err := openAs(t.Context(), paying, config{Data: t.TempDir(), Session: time.Hour, SessionIdle: time.Hour}, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	a.worker = &jobs.Worker{Content: a.content, Public: a.public, Ledger: a.ledger, Channels: a.channels, Log: a.log, Now: time.Now}
	chores, err := a.chores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range chores {
		names = append(names, c.Name)
		if err := c.Run(t.Context()); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if c.CallBacks != (c.Name == "index") {
			t.Errorf("%s: after call-backs %v", c.Name, c.CallBacks)
		}
	}
	if want := []string{"sessions", "deadlines", "mergers", "stuck", "requests", "looks", "presence", "pending grants", "interrupted acts", "old secrets", "bulk acts", "stalled deliveries", "public files", "kinds", "sitemaps", "changes", "terms", "reminders", "notices", "probe", "originals", "reach", "stock", "checkpoint", "index"}; !slices.Equal(names, want) {
		t.Errorf("%v", names)
	}
}

func TestTheTimeOfAChore(t *testing.T) {
	for set, want := range map[string]time.Duration{"08:30": 8*time.Hour + 30*time.Minute, "00:00": jobs.Midnight, "00:01": time.Minute, "": 0} {
		if got := sinceMidnight(set); got != want {
			t.Errorf("%q: %v", set, got)
		}
	}
}
