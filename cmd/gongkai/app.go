// The wiring: opens every part and ties them together.

package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"

	"gongkai"
	"gongkai/account"
	"gongkai/api"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/policy"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/workflow"
)

// app is one process with its parts open.
type app struct {
	cfg         config
	log         *slog.Logger
	content     *content.Content
	policy      *policy.Policy
	engine      *workflow.Engine
	accounts    *account.Accounts
	trail       *audit.Trail
	public      *publication.Public
	index       search.Index
	ledger      *channel.Ledger
	channels    *channel.Channels
	queue       *jobs.Queue
	worker      *jobs.Worker
	server      *api.Server
	closers     []func() error
	subscribers *channel.Subscribers
}

// open opens the stores of the data folder. Several processes may have the
// same folder open; workers and the queue belong to serve alone.
func open(ctx context.Context, cfg config, errs io.Writer, cost account.HashCost) (a *app, err error) {
	a = &app{cfg: cfg, log: logger(cfg.Log, errs)}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return a, dataFolder(err)
	}
	secret, err := a.secret()
	if err != nil {
		return a, err
	}
	db, err := a.openDB(ctx, cfg.MongodbURI, "content.db")
	if err != nil {
		return a, err
	}
	publicDB, err := a.openDB(ctx, cfg.PublicMongodbURI, "public.db")
	if err != nil {
		return a, err
	}
	originals, err := a.bucket("originals")
	if err != nil {
		return a, err
	}
	copies, err := a.bucket("public")
	if err != nil {
		return a, err
	}
	guard, err := channel.ParseGuard(cfg.WebhookNets)
	if err != nil {
		return a, err
	}
	now := time.Now
	steps := []func() error{
		func() (err error) { a.content, err = content.Open(ctx, db, originals, secret, now); return err },
		func() (err error) { a.policy, err = policy.Open(ctx, db, now); return err },
		func() (err error) { a.engine, err = workflow.Open(ctx, a.content, a.policy, a.wakeItem); return err },
		func() (err error) {
			a.accounts, err = account.Open(ctx, db, account.Options{Clock: now, Cost: cost, SessionTTL: cfg.Session, IdleTTL: cfg.SessionIdle})
			return err
		},
		func() (err error) { a.trail, err = audit.Open(ctx, db, now); return err },
		func() (err error) { a.public, err = publication.Open(ctx, publicDB, copies, now); return err },
		func() (err error) { a.index, err = a.openIndex(ctx); return err },
		func() (err error) { a.ledger, err = channel.OpenLedger(ctx, db, now); return err },
		func() (err error) { a.subscribers, err = channel.OpenSubscribers(ctx, db, now); return err },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return a, err
		}
	}
	a.closers = append(a.closers, a.index.Close, func() error { a.policy.Close(); return nil })
	a.channels = &channel.Channels{Subscribers: a.subscribers, Public: a.public, Index: a.index, Guard: guard, BaseURL: a.baseURL(), Timeout: cfg.WebhookTimeout, Now: now}
	return a, nil
}

func (a *app) baseURL() string {
	if a.cfg.BaseURL != "" {
		return strings.TrimSuffix(a.cfg.BaseURL, "/")
	}
	return "http://" + a.cfg.Addr
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

// bucket is a folder of files. Originals and public copies have roots of their
// own.
func (a *app) bucket(name string) (*blob.Bucket, error) {
	b, err := fileblob.OpenBucket(filepath.Join(a.cfg.Data, "files", name), &fileblob.Options{CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, dataFolder(err)
	}
	a.closers = append(a.closers, b.Close)
	return b, nil
}

// secret is the restricted key: given, or made once and kept beside the data.
// Without it findings and originals are found no more: it belongs in the backup.
func (a *app) secret() (content.Secret, error) {
	if a.cfg.Secret != "" {
		return content.Secret(a.cfg.Secret), nil
	}
	path := filepath.Join(a.cfg.Data, "secret.key")
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return nil, dataFolder(err)
	}
	made := base64.RawStdEncoding.EncodeToString(raw)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.WriteString(made)
		return content.Secret(made), errors.Join(err, f.Sync(), f.Close())
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, dataFolder(err)
	}
	kept, err := os.ReadFile(path)
	if err != nil || len(kept) < 32 {
		return nil, gongkai.E(gongkai.Unavailable, "secret", "数据文件夹中的密钥文件 secret.key 不可用", "the key file secret.key in the data folder cannot be used").Because(err)
	}
	return content.Secret(kept), nil
}

// start runs queue, workers and the server's parts in this process.
func (a *app) start() (err error) {
	if a.queue, err = jobs.OpenQueue(a.cfg.RedisURL); err != nil {
		return err
	}
	a.closers = append(a.closers, a.queue.Close)
	a.worker = &jobs.Worker{Queue: a.queue, Engine: a.engine, Content: a.content, Public: a.public, Trail: a.trail, Ledger: a.ledger, Channels: a.channels, Log: a.log, Now: time.Now}
	if err := a.worker.Start(); err != nil {
		return err
	}
	a.closers = append(a.closers, func() error { a.worker.Stop(); return nil })
	a.server, err = api.New(api.Deps{Engine: a.engine, Content: a.content, Policy: a.policy, Accounts: a.accounts, Trail: a.trail, Public: a.public, Index: a.index,
		Ledger: a.ledger, Subscribers: a.subscribers, Wake: a.wake, Log: a.log, Now: time.Now,
		Config: api.Config{Secure: a.cfg.SecureCookies, OpenMetrics: a.cfg.MetricsAll}})
	return err
}

// wake hints to the workers of this process; elsewhere the sweep finds it.
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

// close closes the parts, the last opened first.
func (a *app) close() error {
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i]())
	}
	a.closers = nil
	return errors.Join(errs...)
}

func logger(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
