// Watching: its settings, and how a process begins to be watched.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"gongkai/api"
	"gongkai/content"
	"gongkai/store"
)

// watching are the settings of logs and traces.
type watching struct {
	Instance string `help:"Name of this process in logs and traces; none: host:pid." zh:"本进程在日志和链路追踪中的名称；不设则为“主机名:进程号”。" env:"GONGKAI_INSTANCE"`
	tracing  `embed:""`
}

var goodInstance = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

// Validate names the variable whose value is wrong, and never the value.
func (w watching) Validate() error {
	var err error
	if w.Instance != "" && !goodInstance.MatchString(w.Instance) {
		err = wrongSetting("GONGKAI_INSTANCE", "应为 1 到 64 个字母、数字、点、冒号、横线或下划线", "must be 1 to 64 letters, digits, dots, colons, hyphens or underscores")
	}
	return errors.Join(err, w.tracing.Validate())
}

// thisProcess is the name by which its log lines are told from those of others.
func (w watching) thisProcess() string {
	if w.Instance != "" {
		return w.Instance
	}
	host, err := os.Hostname()
	if err != nil {
		host = "host"
	}
	return fmt.Sprintf("%s:%d", host, os.Getpid())
}

// openWatch begins to log, count and trace; everything else is opened after.
func (a *app) openWatch(ctx context.Context, errs io.Writer) (err error) {
	name := a.cfg.thisProcess()
	a.log, a.watch = logger(a.cfg.Log, errs).With("instance", name), newWatch()
	a.watch.traces, err = openTraces(ctx, a.cfg.tracing, name, a.unsent())
	a.closers = append(a.closers, a.watch.traces.close)
	return err
}

// watched lets a store be watched; name is content or public.
func (a *app) watched(db store.DB, name string) store.DB {
	return store.Watched(db, a.watch.stored(name))
}

// acted writes an act down, with what leads from the request that asked for it
// to the processes that tell and pay it.
func (a *app) acted(ctx context.Context, it content.Item, act string) {
	a.watch.acts.WithLabelValues(act).Inc()
	a.watch.recalled(it, act)
	about := []any{"item", it.ID, "act", act, "step", it.StepN, "seq", it.Seq}
	if request := api.RequestID(ctx); request != "" {
		about = append(about, "request", request)
	}
	a.log.InfoContext(ctx, "act", about...)
}
