// The wiring: opens every part and ties them together.

package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"gongkai"
	"gongkai/account"
	"gongkai/api"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/channel/platform/tokens"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/notify"
	"gongkai/policy"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
	"gongkai/workflow"
)

// app is one process with its parts open; which, its role says.
type app struct {
	cfg         config
	role        role
	cost        account.HashCost
	log         *slog.Logger
	watch       *watch
	db          store.DB // the restricted store
	publicDB    store.DB
	content     *content.Content
	policy      *policy.Policy
	engine      *workflow.Engine
	accounts    *account.Accounts
	trail       *audit.Trail
	public      *publication.Public
	index       search.Index
	purge       func(context.Context) error // of an index that keeps what was deleted; nil of others
	ledger      *channel.Ledger
	channels    *channel.Channels
	differences *channel.Differences
	queue       *jobs.Queue
	worker      *jobs.Worker
	server      *api.Server
	clocks      []sharedClock
	clock       clockWatch
	closers     []func() error
	stands      []api.Part // what it stands on beside stores and index
	subscribers *channel.Subscribers
	outlets     *channel.Outlets
	reaches     *channel.Reaches
	tokens      *tokens.Kept
	notices     *notify.Notifier
}

// open opens every part, for a command beside a serve or without one.
func open(ctx context.Context, cfg config, errs io.Writer, cost account.HashCost) (*app, error) {
	return openAs(ctx, tooling, cfg, errs, cost)
}

// openAs opens the parts of a role. Several processes may have the same data
// folder open.
func openAs(ctx context.Context, r role, cfg config, errs io.Writer, cost account.HashCost) (a *app, err error) {
	a = &app{cfg: cfg, role: r, cost: cost}
	if err := a.openWatch(ctx, errs); err != nil {
		return a, err
	}
	for _, part := range parts {
		if !a.is(part.of) {
			continue
		}
		if err := part.open(a, ctx); err != nil {
			return a, errors.Join(err, a.close())
		}
	}
	return a, nil
}

func (a *app) baseURL() string {
	if a.cfg.BaseURL != "" {
		return strings.TrimSuffix(a.cfg.BaseURL, "/")
	}
	return "http://" + a.cfg.Addr
}

// folder is a place in the data folder, which is made when first needed: a
// process whose parts all lie elsewhere needs none.
func (a *app) folder(name ...string) (string, error) {
	if err := unfinished(a.cfg.Data); err != nil {
		return "", err
	}
	if err := os.MkdirAll(a.cfg.Data, 0o700); err != nil {
		return "", dataFolder(err)
	}
	return filepath.Join(append([]string{a.cfg.Data}, name...)...), nil
}

func dataFolder(err error) error {
	return gongkai.E(gongkai.Unavailable, "data", "数据文件夹（--data，GONGKAI_DATA）无法读写", "the data folder (--data, GONGKAI_DATA) cannot be read or written").Because(err)
}

// existing refuses a folder that no serve or demo has filled: a command that
// works on what is there must not make an empty installation by a wrong name.
func existing(data string) error {
	_, err := os.Stat(filepath.Join(data, "content.db"))
	if errors.Is(err, fs.ErrNotExist) {
		return gongkai.E(gongkai.Missing, "no_data", "此处没有数据，请检查 --data（GONGKAI_DATA），或先运行 gongkai serve："+data,
			"there is no data here: look at --data (GONGKAI_DATA), or run gongkai serve first: "+data)
	}
	if err != nil {
		return dataFolder(err)
	}
	return nil
}

// close closes the parts, the last opened first.
func (a *app) close() error {
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i]())
	}
	a.closers = nil
	return errors.Join(errs...)
}

// logger writes in one of the forms of --log, or warnings alone.
func logger(format string, w io.Writer) *slog.Logger {
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil))
	case warnings:
		return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// warnings is the log of the demo: each act of the county would push what the
// demo has to say off the screen.
const warnings = "warnings"
