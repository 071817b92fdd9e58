// worker: workers of their own, beside the processes that answer requests.

package main

import (
	"context"
	"fmt"

	"gongkai"
	"gongkai/account"
)

type workerCmd struct {
	config `embed:""`
}

var errNoRedis = gongkai.E(gongkai.Invalid, "no_redis", "worker 须设 GONGKAI_REDIS_URL（--redis-url）：不设时队列在 serve 进程之内，并由 serve 自行处理",
	"a worker needs GONGKAI_REDIS_URL (--redis-url): without it the queue is inside serve, which does the work itself")

// Run works until the process is told to stop.
func (c workerCmd) Run(ctx context.Context, s streams) error {
	if c.RedisURL == "" {
		return errNoRedis
	}
	ln, err := listen(c.WorkerAddr, "--worker-addr", "GONGKAI_WORKER_ADDR")
	if err != nil {
		return err
	}
	defer func() { _ = ln.Close() }()
	a, err := openAs(ctx, paying, c.config, s.errs, account.Default)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	if err := a.lock(); err != nil {
		return err
	}
	if err := a.start(); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "公开 worker is ready: http://%s/readyz\n", reachable(c.WorkerAddr, ln))
	return a.serve(ctx, ln)
}
