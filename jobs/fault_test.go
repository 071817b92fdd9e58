// What a Redis can suffer from, on real servers: each fault is named, and
// nothing is lost by any of them.

package jobs_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/publication"
	"gongkai/workflow"
)

const pass = "s3cret/of:the@office"

const passURL = "s3cret%2Fof:the%40office"

// lines is a log that a test reads while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// count is how often a state of the queue was said.
func (l *lines) count(state string) int {
	return strings.Count(l.String(), "msg=queue state="+state+" code=queue_"+state+"\n")
}

// rushed is a town whose items are released around a fault.
type rushed struct {
	*town
	site  *receiver.Receiver
	log   *lines
	items []content.Item
	next  int
}

// rush starts a town on a Redis and lets it publish something.
func rush(t *testing.T, opt jobs.Options) *rushed {
	t.Helper()
	w := &rushed{town: newTownWithout(t), log: &lines{}}
	opt.Log = slog.New(slog.NewTextHandler(w.log, nil))
	w.queue = openQueueOn(t, opt)
	w.worker = w.newWorker()
	w.worker.Log = opt.Log
	w.site = w.subscribe("down")
	for i := range 18 {
		w.items = append(w.items, w.ready(fields(fmt.Sprintf("关于第%d批的通知", i))))
	}
	w.start()
	w.some()
	return w
}

// some releases a few more items.
func (w *rushed) some() {
	w.t.Helper()
	for range 6 {
		w.release(w.items[w.next])
		w.next++
	}
}

// arrived holds every released item against pages, index and downstream site.
func (w *rushed) arrived() {
	w.t.Helper()
	w.quiet()
	shown := w.site.Shown()
	for _, it := range w.items[:w.next] {
		_, err := w.index.Get(w.t.Context(), publication.PageID(it.ID, "www"))
		if w.page(it.ID, "www").State != publication.Shows || err != nil || shown[it.ID].State != "edition" {
			w.t.Errorf("%s: page %q, index %v, downstream %q", it.ID, w.page(it.ID, "www").State, err, shown[it.ID].State)
		}
	}
}

// becomes waits until the lookout sees a state.
func (w *rushed) becomes(state string) {
	w.t.Helper()
	code := "queue_" + state
	eventually(w.t, state, func() bool {
		err := w.queue.Ping(w.t.Context())
		return state == jobs.Fine && err == nil || err != nil && gongkai.CodeOf(err) == code
	})
}

// survives plays a fault with releases before, during and after it.
func (w *rushed) survives(state string, fault, mend func()) {
	w.t.Helper()
	w.arrived()
	fault()
	w.some()
	w.becomes(state)
	began := time.Now()
	w.suspend(w.get(w.items[0].ID))
	eventually(w.t, "a withdrawal without Redis", func() bool { return w.page(w.items[0].ID, "www").State == publication.Suspended })
	w.t.Logf("%s: suspended on the page after %s", state, time.Since(began).Round(time.Millisecond))
	if said := w.log.count(state); said != 1 {
		w.t.Errorf("%s was said %d times: %s", state, said, w.log)
	}
	if strings.Contains(w.log.String(), "complains") {
		w.t.Errorf("asynq is passed on besides: %s", w.log)
	}
	mend()
	w.becomes(jobs.Fine)
	w.some()
	eventually(w.t, "suspended downstream", func() bool { return w.site.Shown()[w.items[0].ID].State == "suspended" })
	w.must("both3", w.items[0].ID, workflow.Step{Act: "resume", Edition: w.get(w.items[0].ID).Live.Edition, Reason: "已核实"})
	w.arrived()
	eventually(w.t, "recovery is said", func() bool { return w.log.count(jobs.Fine) == 1 })
	if strings.Contains(w.log.String(), "127.0.0.1") || strings.Contains(w.log.String(), "s3cret") {
		w.t.Errorf("the log names an address: %s", w.log)
	}
}

func TestARedisThatDiesAndComesBackEmptyLosesNothing(t *testing.T) {
	t.Parallel()
	r := startRedis(t, "--requirepass", pass)
	w := rush(t, jobs.Options{URL: "redis://:" + passURL + "@" + r.addr()})
	w.survives(jobs.Absent, r.kill, r.start)
}

func TestAFullRedisLosesNothingAndIsNotAskedWithoutEnd(t *testing.T) {
	t.Parallel()
	r := startRedis(t)
	w := rush(t, jobs.Options{URL: "redis://" + r.addr()})
	w.survives(jobs.Full, func() { r.must("", "CONFIG", "SET", "maxmemory", "1") }, func() {
		began := commands(r)
		time.Sleep(2 * time.Second)
		if asked := commands(r) - began; asked > 200 {
			t.Errorf("a full Redis was asked %d times in two seconds", asked)
		}
		r.must("", "CONFIG", "SET", "maxmemory", "0")
	})
}

// commands is how many commands a server has done.
func commands(r *realRedis) int {
	r.t.Helper()
	info := fmt.Sprint(r.must("", "INFO", "stats"))
	_, rest, _ := strings.Cut(info, "total_commands_processed:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func TestAStoppedRedisLosesNothingAndNobodyHangs(t *testing.T) {
	t.Parallel()
	r := startRedis(t)
	w := rush(t, jobs.Options{URL: "redis://" + r.addr()})
	w.survives(jobs.Paused, func() {
		r.signal(syscall.SIGSTOP)
		began := time.Now()
		w.worker.Wake("item", "nobody", true)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("a hint took %s", took)
		}
		eventually(t, "known to /readyz", func() bool { return w.queue.Ping(t.Context()) != nil })
	}, func() { r.signal(syscall.SIGCONT) })
}

func TestAPausedRedisLosesNothing(t *testing.T) {
	t.Parallel()
	r := startRedis(t)
	w := rush(t, jobs.Options{URL: "redis://" + r.addr()})
	w.survives(jobs.Paused, func() { r.must("", "CLIENT", "PAUSE", "100000", "WRITE") }, func() { r.must("", "CLIENT", "UNPAUSE") })
}

func TestARedisThatBecomesAReplicaLosesNothing(t *testing.T) {
	t.Parallel()
	other, r := startRedis(t), startRedis(t)
	w := rush(t, jobs.Options{URL: "redis://" + r.addr()})
	w.survives(jobs.Replica, func() { r.must("", "REPLICAOF", "127.0.0.1", other.port) }, func() { r.must("", "REPLICAOF", "NO", "ONE") })
}

func TestAPasswordChangedUnderARunningProcessIsSaid(t *testing.T) {
	t.Parallel()
	r := startRedis(t, "--requirepass", pass)
	w := rush(t, jobs.Options{URL: "redis://:" + passURL + "@" + r.addr()})
	w.survives(jobs.Password, func() {
		r.must(pass, "CONFIG", "SET", "requirepass", "another")
		r.must("another", "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
	}, func() { r.must("another", "CONFIG", "SET", "requirepass", pass) })
}

func TestAWorkerStartsWithoutItsRedis(t *testing.T) {
	t.Parallel() // it mostly waits
	port := freePort(t)
	w := rush(t, jobs.Options{URL: fmt.Sprintf("redis://127.0.0.1:%d", port)})
	w.arrived()
	if err := w.queue.Ping(t.Context()); gongkai.CodeOf(err) != "queue_absent" || !strings.Contains(err.Error(), "GONGKAI_REDIS_URL") {
		t.Error(err)
	}
	if _, err := w.queue.Lengths(t.Context()); gongkai.CodeOf(err) != "queue_absent" {
		t.Error(err)
	}
	if got := w.log.count(jobs.Absent); got != 1 {
		t.Errorf("said %d times: %s", got, w.log)
	}
}

func TestAProcessWithoutItsRedisIsAtRest(t *testing.T) {
	needRedis(t) // it needs none, but time
	w := rush(t, jobs.Options{URL: fmt.Sprintf("redis://127.0.0.1:%d", freePort(t))})
	w.arrived()
	began := cpu(t)
	time.Sleep(3 * time.Second)
	used := cpu(t) - began
	t.Logf("%s of a processor in 3 s", used)
	if used > time.Second {
		t.Errorf("it used %s in 3 s", used)
	}
}

func cpu(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestAWrongSettingIsNamedAtTheStart(t *testing.T) {
	t.Parallel()
	office, other := newAuthority(t, "office"), newAuthority(t, "other")
	day := time.Now().Add(time.Hour)
	plain, secure := startRedis(t, "--requirepass", pass), startTLS(t, office, "127.0.0.1", day, "--requirepass", pass)
	elsewhere, expired := startTLS(t, office, "redis.example", day), startTLS(t, office, "127.0.0.1", time.Now().Add(-time.Hour))
	demanding := startTLS(t, office, "127.0.0.1", day, "--tls-auth-clients", "yes")
	plain.must(pass, "ACL", "SETUSER", "reader", "on", ">"+pass, "~*", "+@read", "+@connection", "-@scripting")
	user := ":" + passURL + "@"
	for name, c := range map[string]struct{ url, ca, code string }{
		"all is right":         {"redis://" + user + plain.addr(), "", "internal"},
		"all is right, TLS":    {"rediss://" + user + secure.addr(), office.file, "internal"},
		"no password":          {"redis://" + plain.addr(), "", "queue_password"},
		"wrong password":       {"redis://:wrong@" + plain.addr(), "", "queue_password"},
		"wrong user":           {"redis://nobody" + user + plain.addr(), "", "queue_password"},
		"wrong password, TLS":  {"rediss://:wrong@" + secure.addr(), office.file, "queue_password"},
		"too few rights":       {"redis://reader" + user + plain.addr(), "", "queue_rights"},
		"plain to TLS":         {"redis://" + user + secure.addr(), "", "queue_needs_tls"},
		"TLS to plain":         {"rediss://" + user + plain.addr(), office.file, "queue_no_tls"},
		"unknown authority":    {"rediss://" + user + secure.addr(), "", "queue_unknown_ca"},
		"another authority":    {"rediss://" + user + secure.addr(), other.file, "queue_unknown_ca"},
		"another host's":       {"rediss://" + elsewhere.addr(), office.file, "queue_wrong_name"},
		"expired":              {"rediss://" + expired.addr(), office.file, "queue_bad_tls"},
		"a certificate of us":  {"rediss://" + demanding.addr(), office.file, "queue_client_cert"},
		"plain to a demanding": {"redis://" + demanding.addr(), "", "queue_needs_tls"},
		"single as a cluster":  {"redis-cluster://" + user + plain.addr(), "", "queue_no_cluster"},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			q, err := jobs.OpenQueue(jobs.Options{URL: c.url, CA: c.ca})
			if err == nil {
				defer func() { _ = q.Close() }()
			}
			if err == nil {
				err = q.Ping(t.Context())
			}
			t.Logf("%s: %v", time.Since(began).Round(time.Millisecond), err)
			if gongkai.CodeOf(err) != c.code || time.Since(began) > 20*time.Second {
				t.Errorf("%v after %s, want %s", err, time.Since(began), c.code)
			}
			if err != nil && (strings.Contains(err.Error(), "127.0.0.1") || strings.Contains(err.Error(), "s3cret")) {
				t.Error("it names an address or a password")
			}
		})
	}
}

func TestTLSAndAPasswordCarryTheWholeWay(t *testing.T) {
	t.Parallel()
	office := newAuthority(t, "office")
	r := startTLS(t, office, "127.0.0.1", time.Now().Add(time.Hour), "--requirepass", pass)
	w := rush(t, jobs.Options{URL: "rediss://:" + passURL + "@" + r.addr() + "/3", CA: office.file})
	w.survives(jobs.Absent, r.kill, r.start)
}

func TestASocketCarriesTheWholeWay(t *testing.T) {
	t.Parallel()
	r := startRedis(t, "--unixsocket", t.TempDir()+"/s", "--requirepass", pass)
	w := rush(t, jobs.Options{URL: "redis-socket://:" + passURL + "@" + r.args[1] + "?db=1"})
	w.survives(jobs.Absent, r.kill, r.start)
}

// rights are what docs/redis.md tells an operator to grant, behind some words.
func rights(t *testing.T, behind string) (all []any) {
	t.Helper()
	page, err := os.ReadFile("../docs/redis.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), behind)
	if !found {
		t.Fatal("docs/redis.md does not say: " + behind)
	}
	line, _, _ := strings.Cut(rest, "\n")
	line, _, _ = strings.Cut(line, "`")
	for _, right := range strings.Fields(line) {
		all = append(all, right)
	}
	return all
}

func TestTheRightsInTheDocsAreEnough(t *testing.T) {
	t.Parallel()
	r := startRedis(t)
	r.must("", append([]any{"ACL", "SETUSER", "gongkai", "on", ">" + pass}, rights(t, "ACL SETUSER gongkai on >PASSWORD ")...)...)
	w := rush(t, jobs.Options{URL: "redis://gongkai:" + passURL + "@" + r.addr()})
	w.some()
	w.arrived()
	lengths, err := w.queue.Lengths(t.Context())
	w.check(err)
	if len(lengths) != 10 { // five queues, what waits and what is under way
		t.Error(lengths)
	}
	time.Sleep(6 * time.Second) // heartbeats and the like of asynq
	w.worker.Stop()
	if denied := fmt.Sprint(r.must("", "ACL", "LOG")); strings.Contains(denied, "username:gongkai") {
		t.Errorf("something was denied: %s", denied)
	}
}

func TestLengthsCountWhatWaits(t *testing.T) {
	w := newTown(t)
	for i := range 5 {
		w.worker.Wake("item", fmt.Sprint("i", i), i == 0)
	}
	got, err := w.queue.Lengths(t.Context())
	w.check(err)
	if got["default.pending"] != 4 || got["urgent.pending"] != 1 || got["calls.pending"] != 0 || got["default.active"] != 0 || got["low.pending"] != 0 || len(got) != 10 {
		t.Error(got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.queue.Lengths(ctx); err == nil {
		t.Error("nobody waits for it")
	}
}
