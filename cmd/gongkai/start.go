// What a process runs once its parts are open: queue, workers, server.

package main

import (
	"context"
	"time"

	"gongkai/api"
	"gongkai/jobs"
)

// start runs what the role asks for.
func (a *app) start() error {
	if a.is(editing | paying) {
		if err := a.startQueue(); err != nil {
			return err
		}
	}
	if len(a.clocks) > 0 {
		a.repeat(clockEvery, a.compareClock)
	}
	return a.startServer()
}

// startQueue opens the queue and, where this process pays, runs its workers.
// Elsewhere it only gives hints.
func (a *app) startQueue() (err error) {
	if a.queue, err = jobs.OpenQueue(jobs.Options{URL: a.cfg.RedisURL, CA: a.cfg.RedisCA, Log: a.log}); err != nil {
		return err
	}
	a.closers = append(a.closers, a.queue.Close)
	if a.cfg.RedisURL != "" {
		a.clocks = append(a.clocks, sharedClock{"Redis", a.queue.Time})
	}
	a.worker = &jobs.Worker{Queue: a.queue, Engine: a.engine, Content: a.content, Public: a.public, Trail: a.trail, Ledger: a.ledger, Channels: a.channels, Log: a.log, Now: time.Now, Watch: a.watch.ofJobs(), Notices: a.notices.Tell, Calls: callAgain}
	if !a.is(paying) {
		return nil
	}
	if a.worker.Chores, err = a.chores(context.Background()); err != nil {
		return err
	}
	if err := a.worker.Start(); err != nil {
		return err
	}
	a.closers = append(a.closers, func() error { a.worker.Stop(); return nil })
	a.startPost()
	return nil
}

func (a *app) startServer() error {
	ours, err := proxies(a.cfg.TrustedProxies)
	if err != nil {
		return err
	}
	a.server, err = api.New(api.Deps{Engine: a.engine, Content: a.content, Policy: a.policy, Accounts: a.accounts, Trail: a.trail, Public: a.public, Index: a.index,
		Ledger: a.ledger, Subscribers: a.subscribers, Channels: a.channels, Differences: a.differences, Notices: a.notices, Parts: a.health(), Wake: a.wake, Log: a.log, Now: time.Now, Metrics: a.watch.registry, Trace: a.watch.traces.requests(),
		Config: api.Config{Secure: a.cfg.SecureCookies, OpenMetrics: a.cfg.MetricsAll, Only: a.serves(), PublicURL: a.baseURL(), TrustedProxies: ours, Version: version, Cache: int64(a.cfg.Cache) << 20}})
	if err != nil {
		return err
	}
	a.repeat(lookEvery, func(ctx context.Context) { a.server.Look(ctx) }) // the log says what is away from the start on
	return a.watch.registry.Register(newStanding(a.readings()))
}

// lookEvery is how often the parts are asked where nobody asks /readyz.
var lookEvery = 15 * time.Second

// repeat does something from now on, at once and again after each pause, until
// the process ends.
func (a *app) repeat(pause time.Duration, do func(context.Context)) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	a.closers = append(a.closers, func() error { stop(); <-ended; return nil })
	go func() {
		defer close(ended)
		for tick := time.Tick(pause); ; {
			do(ctx)
			select {
			case <-ctx.Done():
				return
			case <-tick:
			}
		}
	}()
}

// serves is what the server of this process answers.
func (a *app) serves() string {
	switch {
	case a.is(editing) && a.is(showing):
		return ""
	case a.is(editing):
		return api.OnlyEditorial
	case a.is(showing):
		return api.OnlyContent
	}
	return api.OnlyHealth
}

// health are the parts that /readyz looks at beyond stores and index. None of
// them keeps a process from doing its work: queue messages are hints.
func (a *app) health() []api.Part {
	all := a.stands
	if a.queue != nil {
		all = append(all, api.Part{Name: "queue", Ping: a.queue.Ping})
	}
	if len(a.clocks) > 0 {
		all = append(all, api.Part{Name: "clock", Ping: a.rightTime})
	}
	if a.content != nil {
		all = append(all, api.Part{Name: "restore", Ping: a.settled})
	}
	return all
}

// settled tells whether a restore from a backup holds the workers.
func (a *app) settled(ctx context.Context) error {
	last, err := a.content.LastRestore(ctx)
	if err != nil {
		return err
	}
	return jobs.Held(last)
}

// wake hints to the workers that something is due; without them the sweep
// finds it.
func (a *app) wake(kind, id string) {
	if a.worker != nil {
		a.worker.Wake(kind, id, false)
	}
}

func (a *app) wakeItem(urgent bool, id string) {
	if a.worker != nil {
		a.worker.Wake("item", id, urgent)
	}
}
