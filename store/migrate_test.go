// Migrations on real databases: once, in order, whoever starts and whatever is
// killed.

package store

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
)

// ledgerOf runs migrations that write down their names.
type ledgerOf struct {
	mu   sync.Mutex
	done []string
}

func (l *ledgerOf) step(number int, name string) Migration {
	return Migration{Number: number, Name: name, Run: func(context.Context, DB) error {
		time.Sleep(20 * time.Millisecond)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.done = append(l.done, name)
		return nil
	}}
}

// reopened opens one database again and again, as processes would.
func reopened(t *testing.T) (open func() DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.db")
	return func() DB {
		db, err := OpenSQLite(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
}

func TestMigrationsRunOnceAndInOrderHoweverManyStartTogether(t *testing.T) {
	t.Parallel()
	open := reopened(t)
	var l ledgerOf
	m := Migrator{Program: "2.0", List: []Migration{l.step(1, "one"), l.step(2, "two"), l.step(3, "three")}}
	var all sync.WaitGroup
	for range 6 {
		db := open()
		all.Go(func() {
			if err := Migrate(t.Context(), db, m); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := Migrate(t.Context(), open(), m); err != nil {
		t.Error(err)
	}
	if !slices.Equal(l.done, []string{"one", "two", "three"}) {
		t.Errorf("ran %v", l.done)
	}
	m.List = append(m.List, l.step(4, "four"))
	if err := Migrate(t.Context(), open(), m); err != nil || len(l.done) != 4 {
		t.Errorf("the next version: %v, %v", l.done, err)
	}
}

func TestAProgramThatKnowsTooLittleIsRefused(t *testing.T) {
	t.Parallel()
	open := reopened(t)
	var l ledgerOf
	compatible := l.step(3, "compatible")
	compatible.Compatible = true
	full := []Migration{l.step(1, "one"), l.step(2, "two"), compatible}
	if err := Migrate(t.Context(), open(), Migrator{Program: "2.1", List: full}); err != nil {
		t.Fatal(err)
	}
	if err := Migrate(t.Context(), open(), Migrator{Program: "2.0", List: full[:2]}); err != nil {
		t.Errorf("a compatible migration keeps the version before out: %v", err)
	}
	for _, known := range [][]Migration{full[:1], nil} {
		err := Migrate(t.Context(), open(), Migrator{Program: "1.0", List: known})
		if gongkai.CodeOf(err) != "newer_installation" || !strings.Contains(err.Error(), "use 2.1 or a newer one") || !strings.Contains(err.Error(), "请用 2.1 或更新的程序") {
			t.Errorf("an incompatible one lets it in, or says it badly: %v", err)
		}
	}
	if len(l.done) != 3 {
		t.Errorf("ran %v", l.done)
	}
}

func TestWhoMayOnlyLookWaitsForNobody(t *testing.T) {
	t.Parallel()
	open := reopened(t)
	var l ledgerOf
	m := Migrator{Program: "2.0", List: []Migration{l.step(1, "one")}}
	looking := m
	looking.Look = true
	if err := Migrate(t.Context(), open(), looking); gongkai.CodeOf(err) != "not_migrated" || len(l.done) != 0 {
		t.Errorf("before: %v, ran %v", err, l.done)
	}
	if err := errors.Join(Migrate(t.Context(), open(), m), Migrate(t.Context(), open(), looking)); err != nil {
		t.Errorf("after: %v", err)
	}
}

func TestAMigrationThatFailsIsGoneOnWithAtTheNextStart(t *testing.T) {
	t.Parallel()
	open := reopened(t)
	var l ledgerOf
	broken, told := l.step(2, "two"), 0
	broken.Run = func(context.Context, DB) error { return errors.New("张三 is in the way") }
	m := Migrator{Program: "2.0", List: []Migration{l.step(1, "one"), broken}, Started: func(Migration) { told++ }}
	for range 2 {
		err := Migrate(t.Context(), open(), m)
		if gongkai.CodeOf(err) != "migration" || !strings.Contains(err.Error(), "migration 2 (two)") || strings.Contains(err.Error(), "张三") {
			t.Errorf("%v", err)
		}
	}
	m.List[1].Run = func(context.Context, DB) error { panic("张三") }
	if err := Migrate(t.Context(), open(), m); gongkai.CodeOf(err) != "migration" {
		t.Errorf("a panic: %v", err)
	}
	m.List[1] = l.step(2, "two")
	if err := Migrate(t.Context(), open(), m); err != nil || !slices.Equal(l.done, []string{"one", "two"}) || told != 5 {
		t.Errorf("ran %v, told %d times, %v", l.done, told, err)
	}
}

// TestARunnerThatDiedIsFollowed plays a process that was killed in the middle:
// it took its turn and shows no life.
func TestARunnerThatDiedIsFollowed(t *testing.T) {
	t.Parallel()
	open := reopened(t)
	var l ledgerOf
	db := open()
	docs, err := Use(t.Context(), db, installations)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := docs.Upsert(t.Context(), installationID, func(doc *installation, _ bool) error { doc.Runner = "dead"; return nil }); err != nil {
		t.Fatal(err)
	}
	m := Migrator{Program: "2.0", List: []Migration{l.step(1, "one")}, lease: 300 * time.Millisecond}
	start := time.Now()
	if err := Migrate(t.Context(), db, m); err != nil || len(l.done) != 1 {
		t.Errorf("ran %v, %v", l.done, err)
	}
	if took := time.Since(start); took < m.lease || took > time.Minute {
		t.Errorf("followed after %v", took)
	}
}

func TestARunnerThatLivesIsNotDisturbedHoweverLongItTakes(t *testing.T) {
	t.Parallel()
	open := reopened(t)
	var running, ran atomic.Int32
	m := Migrator{Program: "2.0", lease: 2 * time.Second, List: []Migration{{Number: 1, Name: "long", Run: func(ctx context.Context, _ DB) error {
		if running.Add(1) > 1 {
			t.Error("two run at once")
		}
		defer running.Add(-1)
		ran.Add(1)
		return rest(ctx, 4*time.Second)
	}}}}
	var all sync.WaitGroup
	for range 3 {
		db := open()
		all.Go(func() {
			if err := Migrate(t.Context(), db, m); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if ran.Load() != 1 {
		t.Errorf("it ran %d times", ran.Load())
	}
}

func TestARunnerWhoseTurnWasTakenStopsAndLeavesItToTheOther(t *testing.T) {
	t.Parallel()
	open := reopened(t)
	db, first := open(), true
	m := Migrator{Program: "2.0", lease: 200 * time.Millisecond}
	m.List = []Migration{{Number: 1, Name: "one", Run: func(ctx context.Context, db DB) error {
		if !first {
			return nil
		}
		first = false
		docs, err := Use(ctx, db, installations)
		if err != nil {
			return err
		}
		if _, err := docs.Update(ctx, installationID, 0, func(doc *installation) error { doc.Runner = "other"; return nil }); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	}}}
	if err := Migrate(t.Context(), db, m); err != nil {
		t.Errorf("the other died, so it should have gone on: %v", err)
	}
}
