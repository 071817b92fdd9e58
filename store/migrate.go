// Migrations: what changes a database beyond single documents, once and in order.

package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gongkai"
)

// Migration (迁移) is one step of a database from an older form to a newer one.
type Migration struct {
	Number     int // from 1 on, without gaps
	Name       string
	Compatible bool                                   // programs of before may go on beside its outcome
	Run        func(ctx context.Context, db DB) error // may run again, after it was killed
}

// Migrator says which migrations a program knows.
type Migrator struct {
	Program string // the version of the program
	List    []Migration
	Look    bool            // only look: this process may not write
	Started func(Migration) // told before each one, if set

	lease time.Duration // a runner that shows no life for so long is dead
}

// installation (安装记录) says what was done to a database. A program that knows
// no migration of the number in Needs must not touch it.
type installation struct {
	Meta
	Number  int    `json:"number"`
	Needs   int    `json:"needs"`
	Program string `json:"program,omitempty"` // the version that did the migration in Needs
	Runner  string `json:"runner,omitempty"`  // who is at work; every beat is a new rev
	Done    []step `json:"done"`
}

type step struct {
	Number  int    `json:"number"`
	Name    string `json:"name"`
	Program string `json:"program"`
	At      int64  `json:"at"`
}

var installations = Spec[installation]{Name: "installation", Schema: 1}

const (
	installationID = "this"
	migrationLease = 15 * time.Second
)

// Migrate brings db to the form that the program knows: it runs what is
// missing, in order, in one of the processes that start together; the others
// wait. A database of a newer program is refused. Call it before Use.
func Migrate(ctx context.Context, db DB, m Migrator) error {
	docs, err := Use(ctx, db, installations)
	if err != nil {
		return err
	}
	if m.lease == 0 {
		m.lease = migrationLease
	}
	for wait := (vigil{lease: m.lease}); ; {
		now, err := docs.Upsert(ctx, installationID, func(*installation, bool) error { return ErrUnchanged })
		if err != nil {
			return err
		}
		switch done, err := m.look(now); {
		case done || err != nil:
			return err
		case !wait.over(now):
			if err := rest(ctx, m.lease/30); err != nil {
				return err
			}
			continue
		}
		if err := m.next(ctx, db, docs, now); err != nil {
			return err
		}
	}
}

// Migrated is the number of the last migration that was done to db; 0 if none
// was, or db is of a program before migrations.
func Migrated(ctx context.Context, db DB) (int, error) {
	docs, err := Use(ctx, db, installations)
	if gongkai.CodeOf(err) == "not_made" {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	now, err := docs.Get(ctx, installationID)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return 0, err
	}
	return now.Number, nil
}

// look tells whether everything is done, or can never be.
func (m Migrator) look(now installation) (done bool, err error) {
	switch {
	case now.Needs > len(m.List):
		return false, gongkai.E(gongkai.Blocked, "newer_installation",
			fmt.Sprintf("这些数据已由程序 %s 升级（第 %d 号迁移），本程序 %s 不能再打开：请用 %s 或更新的程序，或恢复升级前的备份", now.Program, now.Needs, m.Program, now.Program),
			fmt.Sprintf("these data were upgraded by program %s (migration %d), and this program %s cannot open them any more: use %s or a newer one, or restore the backup from before", now.Program, now.Needs, m.Program, now.Program))
	case now.Number >= len(m.List):
		return true, nil
	case m.Look:
		return false, gongkai.E(gongkai.Unavailable, "not_migrated", "数据尚未升级到本程序的版本：请先启动新版本的 serve 或 worker",
			"the data are not yet of this program's version: start serve or worker of the new version first")
	}
	return false, nil
}

// next takes its turn and runs the first missing migration. Whoever is faster
// takes the turn instead.
func (m Migrator) next(ctx context.Context, db DB, docs *Collection[installation], seen installation) error {
	mine := gongkai.NewID()
	_, err := docs.Upsert(ctx, installationID, func(doc *installation, _ bool) error {
		if doc.Rev != seen.Rev {
			return stale()
		}
		doc.Runner = mine
		return nil
	})
	if gongkai.Is(err, gongkai.Conflict) {
		return nil
	}
	if err != nil {
		return err
	}
	todo := m.List[seen.Number]
	if m.Started != nil {
		m.Started(todo)
	}
	failed := m.run(ctx, db, docs, todo, mine)
	_, err = docs.Update(context.WithoutCancel(ctx), installationID, 0, func(doc *installation) error { return m.finish(doc, todo, mine, failed) })
	switch {
	case errors.Is(failed, errTurnLost):
		return nil
	case failed != nil:
		return gongkai.E(gongkai.Unavailable, "migration", fmt.Sprintf("第 %d 号迁移（%s）没有完成，重新启动后会继续", todo.Number, todo.Name),
			fmt.Sprintf("migration %d (%s) did not finish; the next start goes on with it", todo.Number, todo.Name)).Because(failed)
	}
	return err
}

// finish writes down what a runner did, if it still is the runner.
func (m Migrator) finish(doc *installation, todo Migration, mine string, failed error) error {
	if doc.Runner != mine {
		return ErrUnchanged
	}
	doc.Runner = ""
	if failed != nil {
		return nil
	}
	doc.Number = todo.Number
	doc.Done = append(doc.Done, step{todo.Number, todo.Name, m.Program, gongkai.Millis(time.Now())})
	if !todo.Compatible {
		doc.Needs, doc.Program = todo.Number, m.Program
	}
	return nil
}

// run runs one migration, and shows that it lives. It ends when another process
// took the turn.
func (m Migrator) run(ctx context.Context, db DB, docs *Collection[installation], todo Migration, mine string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for rest(ctx, m.lease/5) == nil {
			if err := beat(ctx, docs, mine); err != nil {
				cancel(err)
			}
		}
	}()
	err := guarded(func() error { return todo.Run(ctx, db) })
	if lost := context.Cause(ctx); err != nil && lost != nil {
		err = errors.Join(lost, err)
	}
	cancel(nil)
	<-done
	return err
}

var errTurnLost = errors.New("store: another process took the turn")

func beat(ctx context.Context, docs *Collection[installation], mine string) error {
	_, err := docs.Update(ctx, installationID, 0, func(doc *installation) error {
		if doc.Runner != mine {
			return errTurnLost
		}
		return nil
	})
	if ctx.Err() != nil || gongkai.Is(err, gongkai.Unavailable) {
		return nil // the store is away for a moment: the next beat will tell
	}
	return err
}

// vigil tells when a runner that shows no life may be followed. It compares
// revs by its own watch: the clocks of machines differ.
type vigil struct {
	lease time.Duration
	rev   int64
	since time.Time
}

func (v *vigil) over(now installation) bool {
	if now.Runner == "" {
		return true
	}
	if v.rev != now.Rev {
		v.rev, v.since = now.Rev, time.Now()
	}
	return time.Since(v.since) > v.lease
}

func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return cancelled(ctx.Err())
	case <-t.C:
		return nil
	}
}
