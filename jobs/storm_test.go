// The storm: many items are released, corrected, suspended and withdrawn while
// everything that can fail does, over and over. Once it is over each outside
// world shows what it should.

package jobs_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/search"
	"gongkai/workflow"
)

// storm (风暴) is a town in which faults are injected.
type storm struct {
	*wander
	skew   atomic.Int64 // of the clock, in milliseconds
	away   *moody
	locks  sync.WaitGroup
	faults map[string]int
	stop   func()
}

// moody is an index that fails now and then, or answers late, though it did
// what it was asked.
type moody struct {
	search.Index
	bad, lost atomic.Int64
}

func (m *moody) spoilt(err error) error {
	if m.lost.Add(-1) >= 0 {
		return gongkai.E(gongkai.Unavailable, "search", "检索答复丢失", "the answer of the search engine was lost")
	}
	return err
}

func (m *moody) Put(ctx context.Context, docs ...search.Doc) error {
	if m.bad.Add(-1) >= 0 {
		return gongkai.E(gongkai.Unavailable, "search", "检索暂不可用", "the search engine is away")
	}
	return m.spoilt(m.Index.Put(ctx, docs...))
}

func (m *moody) Delete(ctx context.Context, id string, epoch, seq int64) error {
	if m.bad.Add(-1) >= 0 {
		return gongkai.E(gongkai.Unavailable, "search", "检索暂不可用", "the search engine is away")
	}
	return m.spoilt(m.Index.Delete(ctx, id, epoch, seq))
}

func newStorm(t *testing.T, seed uint64) *storm {
	s := &storm{wander: &wander{town: newTown(t), r: rand.New(rand.NewPCG(seed, 6)), done: map[string]int{}, codes: map[string]int{}}, faults: map[string]int{}}
	s.away = &moody{Index: s.index}
	s.channels.Index = s.away
	var err error
	s.ledger, err = channel.OpenLedger(t.Context(), s.content.DB, s.clock)
	s.check(err)
	s.site = s.subscribe("down")
	s.site.Tap = func(body []byte) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.bodies.Write(body)
	}
	s.restart()
	t.Cleanup(func() { s.stop(); s.locks.Wait() })
	return s
}

func (s *storm) clock() time.Time {
	return time.Now().Add(time.Duration(s.skew.Load()) * time.Millisecond)
}

// restart is another worker process in the place of the one before it.
func (s *storm) restart() {
	if s.stop != nil {
		s.stop()
	}
	s.worker = s.newWorker()
	s.worker.Now = s.clock
	s.stop = s.start()
}

// lock keeps everybody else from writing into a store for a while.
func (s *storm) lock(name string, length time.Duration) {
	db, err := sql.Open("sqlite", filepath.Join(s.dir, name))
	s.check(err)
	conn, err := db.Conn(s.t.Context())
	s.check(err)
	if _, err = conn.ExecContext(s.t.Context(), "PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE"); err != nil {
		_ = db.Close() // it is busy enough
		return
	}
	s.locks.Go(func() {
		time.Sleep(length)
		_, _ = conn.ExecContext(context.WithoutCancel(s.t.Context()), "ROLLBACK")
		_ = conn.Close()
		_ = db.Close()
	})
}

// twist are the faults, each by its name.
var twists = map[string]func(*storm){
	"the queue is wiped":               func(s *storm) { s.check(s.queue.Wipe(s.t.Context())) },
	"a worker is replaced":             (*storm).restart,
	"the clock jumps ahead":            func(s *storm) { s.skew.Add(s.r.Int64N(300_000)) },
	"the clock jumps back":             func(s *storm) { s.skew.Add(-s.r.Int64N(300_000)) },
	"the restricted store is locked":   func(s *storm) { s.lock("restricted.db", 30*time.Millisecond) },
	"the public store is locked":       func(s *storm) { s.lock("public.db", 30*time.Millisecond) },
	"the index is away":                func(s *storm) { s.away.bad.Store(5) },
	"the index loses answers":          func(s *storm) { s.away.lost.Store(5) },
	"the site answers 500":             func(s *storm) { s.site.Misbehave(3, receiver.Status(500)) },
	"the site answers 503, come later": func(s *storm) { s.site.Misbehave(2, receiver.Throttle(0)) },
	"the site points elsewhere":        func(s *storm) { s.site.Misbehave(2, receiver.Redirect("http://127.0.0.1:1/")) },
	"the site loses answers":           func(s *storm) { s.site.Misbehave(3, receiver.LoseAnswer()) },
	"the site resets":                  func(s *storm) { s.site.Misbehave(3, receiver.Reset()) },
	"the site hangs":                   func(s *storm) { s.site.Misbehave(2, receiver.Hang(100*time.Millisecond)) },
	"the site is slow":                 func(s *storm) { s.site.Misbehave(3, receiver.Slow(50*time.Millisecond)) },
	"tasks are doubled": func(s *storm) {
		for range 5 {
			id := s.items[s.r.IntN(len(s.items))]
			s.worker.Wake("item", id, s.r.IntN(2) == 0)
			s.worker.Wake("delivery", "sub-down."+id, false)
			s.worker.Wake("delivery", channel.SearchID+"."+id, true)
		}
	},
}

// twist injects a fault.
func (s *storm) twist() {
	names := slices.Sorted(maps.Keys(twists))
	name := names[s.r.IntN(len(names))]
	twists[name](s)
	s.faults[name]++
}

// insist does something again that a store could not do just then, as a person
// would.
func (s *storm) insist(what string, do func() error) {
	s.t.Helper()
	var err error
	for range 200 {
		if err = do(); !gongkai.Is(err, gongkai.Unavailable) {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
	s.done[what]++
}

func (s *storm) act(who, id string, step workflow.Step) {
	s.t.Helper()
	step.ID = gongkai.NewID() // the same for each try: it is done once
	s.insist(step.Act, func() error {
		_, err := s.engine.Step(context.WithoutCancel(s.t.Context()), person(who), id, step)
		return err
	})
}

// public brings an item that is not public to the public, or changes what is.
func (s *storm) public(id string) {
	s.t.Helper()
	switch it := s.get(id); {
	case it.Live.State == content.NotLive || it.Live.State == content.Tombstoned:
		s.edition(it)
	case it.Live.State == content.Suspended:
		s.decide(it)
	case s.r.IntN(3) == 0:
		s.edition(it)
	case s.r.IntN(4) == 0:
		s.askWithdraw(it)
	default:
		s.act("secret", id, workflow.Step{Act: "suspend", Edition: it.Live.Edition, Reason: "核实", Privacy: s.r.IntN(4) == 0})
	}
}

// edition is the first, a correction, or one after a withdrawal.
func (s *storm) edition(it content.Item) {
	s.t.Helper()
	if it.Work.State == content.NoWork {
		s.insist("save", func() error {
			_, err := s.engine.Save(s.t.Context(), person("editor"), it.ID, workflow.Draft{Fields: fields(fmt.Sprintf("关于第%d次更正的通知", it.Editions))})
			return err
		})
	}
	if state := s.get(it.ID).Work.State; state == content.Draft || state == content.Returned {
		s.act("editor", it.ID, workflow.Step{Act: "submit", Note: noteFor(it)})
		eventually(s.t, "a sheet", func() bool {
			s.skew.Add(s.r.Int64N(200)) // time passes: what a jump back has put off comes
			return s.get(it.ID).Work.State == content.AtStage
		})
		for _, who := range []string{"both1", "both2", "both3"} {
			s.act(who, it.ID, workflow.Step{Act: "pass", Sheet: s.get(it.ID).Work.SheetDigest, Opinion: "同意", Judgements: affirmed})
		}
	}
	s.act("chief", it.ID, workflow.Step{Act: "release", Sheet: s.get(it.ID).Work.SheetDigest, Settles: true})
}

// decide resumes what is suspended, or withdraws it.
func (s *storm) decide(it content.Item) {
	s.t.Helper()
	if s.r.IntN(2) == 0 && !it.Live.Privacy {
		s.act("both3", it.ID, workflow.Step{Act: "resume", Edition: it.Live.Edition, Reason: "已核实"})
		return
	}
	s.askWithdraw(it)
}

func (s *storm) askWithdraw(it content.Item) {
	s.t.Helper()
	s.act("secret", it.ID, workflow.Step{Act: "ask_withdraw", Edition: it.Live.Edition, Reason: "内容有误",
		Tombstone: &content.Tombstone{Type: []string{"notice", "gone", "vanish"}[s.r.IntN(3)]}, Privacy: s.r.IntN(3) == 0})
	s.act("both3", it.ID, workflow.Step{Act: "withdraw", Edition: it.Live.Edition})
}

// calm lets what is under way come to an end: nobody helps, and nothing is
// mended by hand.
func (s *storm) calm() {
	s.t.Helper()
	s.site.Behave()
	s.away.bad.Store(0)
	s.away.lost.Store(0)
	s.locks.Wait()
	s.skew.Store(s.skew.Load() + 3_600_000) // what waits for its next try has waited
	s.quiet()
	s.compare()
}

func TestAStormOfFaultsLosesNothing(t *testing.T) {
	beside(t)
	items, acts := 10, 40
	if n, err := strconv.Atoi(os.Getenv("GONGKAI_TEST_ITEMS")); err == nil {
		items, acts = n/10, n
	}
	if os.Getenv("GONGKAI_LONG") != "" {
		items, acts = 2_000, 20_000
	}
	seed, _ := strconv.ParseUint(os.Getenv("GONGKAI_TEST_SEED"), 10, 63) // "": 0
	s := newStorm(t, seed)
	for n := range items {
		s.items = append(s.items, s.ready(fields(fmt.Sprintf("关于公布第%d批名单的通知", n))).ID)
	}
	for n := 1; n <= acts; n++ {
		for s.r.IntN(2) == 0 {
			s.twist()
		}
		s.public(s.items[s.r.IntN(len(s.items))])
		if n%max(acts/4, 1) == 0 {
			s.calm()
		}
	}
	s.count()
}

// count says what the storm was like, and what was lost (漏投) or rose again
// (死灰复燃): nothing.
func (s *storm) count() {
	s.t.Helper()
	lost, risen, shown := 0, 0, s.site.Shown()
	for _, id := range s.items {
		it, there := s.get(id), shown[id]
		switch public := it.Live.State == content.Published; {
		case public && there.Digest != it.Live.Digest:
			lost++
		case !public && there.State == "edition":
			risen++
		}
	}
	faults := 0
	for _, name := range slices.Sorted(maps.Keys(s.faults)) {
		faults += s.faults[name]
		s.t.Logf("%4d × %s", s.faults[name], name)
	}
	c := s.site.Counts()
	s.t.Logf("items %d, acts %v", len(s.items), s.done)
	s.t.Logf("faults %d, calls to the site %d, repeats absorbed %d, late ones refused %d, lost %d, resurrected %d", faults, c.Calls, c.Repeats, c.Late, lost, risen)
	if lost+risen > 0 || faults == 0 || c.Calls == 0 {
		s.t.Error("that is not what was promised")
	}
	if raw := s.bodies.Bytes(); bytes.Contains(raw, []byte(idNumber)) || strings.Contains(string(raw), mobile) {
		s.t.Error("a raw number went out")
	}
}
