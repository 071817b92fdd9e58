// kill -9 at any moment: people work on while the program dies again and again,
// and in the end everything that was answered is there once, everything owed is
// paid, and every place shows the same.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"gongkai"
	"gongkai/account"
	"gongkai/channel"
	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/store"
)

// How often the program is killed: three times, or GONGKAI_TEST_KILLS.
func killsWanted(t *testing.T) int {
	t.Helper()
	kills, err := strconv.Atoi(orElse(os.Getenv("GONGKAI_TEST_KILLS"), "3"))
	if err != nil {
		t.Fatal("GONGKAI_TEST_KILLS is no number")
	}
	return kills
}

// Moments at which the killer strikes.
const (
	anyTime    = "any time"
	stepSent   = "a step is sent"
	sheetBuilt = "a sheet is built"
	calling    = "a webhook is called"
	uploading  = "a file is uploaded"
	starting   = "it starts"
	importing  = "files are imported"
)

var moments = []string{stepSent, calling, starting, anyTime, uploading, importing, sheetBuilt}

// killing is an office at work on a program that is killed again and again.
type killing struct {
	t        *testing.T
	ctx      context.Context
	addr     string
	cfg      config
	settings []string
	redis    *goredis.Client // nil: the queue dies with the program
	site     *receiver.Receiver
	people   map[string]*client
	papers   int    // files to import,
	folder   string // and where they lie

	mu       sync.Mutex
	random   *rand.Rand
	program  *process
	aim      string        // the moment the killer waits for
	hit      chan struct{} // closed when it has come
	over     bool          // no more kills: the walkers finish what they do
	lost     int           // requests that had to be sent again
	copies   []string      // of the data folder, taken while it was written
	items    map[string]*killed
	messages map[string]string // webhooks: id to what it was about
	ids      map[string]string // and the other way round
}

// killed is one item and what its people were told.
type killed struct {
	title string
	last  reply
	acts  []string // ids of the steps that were answered
}

func TestKilledAgainAndAgainNothingIsLostOrDoneTwice(t *testing.T) {
	t.Parallel() // it mostly waits, and the program is another process
	kills := killsWanted(t)
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv("GONGKAI_TEST_SEED"); given != "" {
		seed, _ = strconv.ParseUint(given, 10, 64)
	}
	t.Logf("GONGKAI_TEST_SEED=%d", seed)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute+time.Duration(kills)*10*time.Second)
	defer cancel()
	k := newKilling(ctx, t, seed, 3*kills)
	began := time.Now()
	var office sync.WaitGroup
	for n := range 3 {
		office.Go(func() { k.walks(n) })
	}
	struck := k.killMany(kills)
	office.Wait()
	worked := time.Since(began)
	k.site.Behave()
	k.imported()
	if t.Failed() {
		return
	}
	k.quiet()
	t.Logf("%d items, %d requests sent again, %d webhook calls, %d of them repeats; killed when: %v; at work for %v, all paid after %v", len(k.items), k.lost, k.site.Calls(), k.site.Repeats(), struck, worked.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
	k.everyActOnce()
	k.everyPlaceAgrees()
	k.numbersGivenOnce()
	k.program.stop(t).wants(t, 0)
	k.whole(k.cfg.Data)
	for _, dir := range k.copies {
		k.whole(dir)
	}
}

func newKilling(ctx context.Context, t *testing.T, seed uint64, papers int) *killing {
	t.Helper()
	k := &killing{t: t, ctx: ctx, addr: freeAddr(t), random: rand.New(rand.NewPCG(seed, 0)), people: map[string]*client{}, papers: papers, folder: t.TempDir(),
		items: map[string]*killed{}, messages: map[string]string{}, ids: map[string]string{}}
	k.cfg = config{Data: t.TempDir(), Session: time.Hour, SessionIdle: time.Hour, engines: mongoOf(t)}
	k.settings = []string{shortLease + "=1", "GONGKAI_DATA=" + k.cfg.Data, "GONGKAI_ADDR=" + k.addr, "GONGKAI_WEBHOOK_NETS=127.0.0.0/8", "GONGKAI_WEBHOOK_TIMEOUT=1s",
		"GONGKAI_MONGODB_URI=" + k.cfg.MongodbURI, "GONGKAI_PUBLIC_MONGODB_URI=" + k.cfg.PublicMongodbURI}
	if url := redis(t, "15"); url != "" {
		options, err := goredis.ParseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		k.redis = goredis.NewClient(options)
		t.Cleanup(func() { _ = k.redis.Close() })
		k.settings = append(k.settings, "GONGKAI_REDIS_URL="+url)
	}
	for n := range papers {
		if err := os.WriteFile(filepath.Join(k.folder, fmt.Sprintf("%02d.txt", n)), fmt.Appendf(nil, "关于第%d次村民会议的通知\n\n各村民委员会：\n请按时参加第%d次会议。\n", n, n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k.seed()
	k.run()
	for _, login := range append([]string{"bianji", "fabu", "baomi"}, signers...) {
		c := newClient("http://" + k.addr)
		if err := c.signIn(ctx, login, demoPassword); err != nil {
			t.Fatal(err)
		}
		k.people[login] = c
	}
	return k
}

var signers = []string{"yishen", "yijiao", "ershen", "erjiao", "sanshen", "sanjiao"}

// seed makes the county and subscribes the downstream site, which outlives the
// program and behaves badly.
func (k *killing) seed() {
	k.t.Helper()
	a := k.look()
	defer func() { _ = a.close() }()
	if err := errors.Join(seedPlaces(k.ctx, a), seedPeople(k.ctx, a)); err != nil {
		k.t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(nil)
	sub, _, err := a.subscribers.Put(k.ctx, channel.Subscriber{Meta: store.Meta{ID: "downstream"}, Name: "下游网站", URL: "http://" + web.Listener.Addr().String() + "/hooks"})
	if err != nil {
		k.t.Fatal(err)
	}
	k.site = receiver.New(sub.Secrets, fetcher("http://"+k.addr))
	web.Config.Handler = http.HandlerFunc(k.hook)
	web.Start()
	k.t.Cleanup(web.Close)
	for _, trick := range []receiver.Trick{receiver.LoseAnswer(), receiver.Slow(300 * time.Millisecond), receiver.Status(500), receiver.LoseAnswer(), receiver.Reset()} {
		k.site.Misbehave(2, trick)
	}
}

// hook stands before the downstream site: it notes which message was about what.
func (k *killing) hook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender was killed
	}
	var m struct{ Data receiver.Data }
	id := r.Header.Get("webhook-id")
	if r.URL.Path == "/hooks" && json.Unmarshal(body, &m) == nil && m.Data.Item != "" {
		about := fmt.Sprintf("%s epoch %d seq %d %s %s", m.Data.Item, m.Data.Epoch, m.Data.Seq, m.Data.State, m.Data.Digest)
		k.mu.Lock()
		if was, known := k.messages[id]; known && was != about {
			k.t.Errorf("the message %s was about %s, and now about %s", id, was, about)
		}
		if was, known := k.ids[about]; known && was != id {
			k.t.Errorf("%s was told as %s, and again as %s", about, was, id)
		}
		k.messages[id], k.ids[about] = about, id
		k.mu.Unlock()
		k.reached(calling)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	k.site.ServeHTTP(w, r)
}

// look opens the stores beside the program.
func (k *killing) look() *app {
	k.t.Helper()
	a, err := open(k.ctx, k.cfg, &safeBuffer{}, account.Demo)
	if err != nil {
		k.t.Fatal(err)
	}
	return a
}

func (k *killing) run() {
	p := spawn(k.t, k.settings, "serve")
	if k.program = p; !p.ready(k.t) {
		k.t.Fatal("it was killed by somebody else")
	}
}

// chance is a random duration below most.
func (k *killing) chance(most time.Duration) time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Duration(k.random.Int64N(int64(most)))
}

// reached tells the killer that something is under way.
func (k *killing) reached(moment string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.aim == moment {
		k.aim = ""
		close(k.hit)
	}
}

// await waits until a moment comes, at most some seconds.
func (k *killing) await(moment string) {
	hit := make(chan struct{})
	k.mu.Lock()
	k.aim, k.hit = moment, hit
	k.mu.Unlock()
	select {
	case <-hit:
	case <-time.After(3 * time.Second):
	}
	k.mu.Lock()
	k.aim = ""
	k.mu.Unlock()
}

// killMany kills and starts the program so many times, and counts the moments.
func (k *killing) killMany(kills int) map[string]int {
	struck := map[string]int{}
	for n := range kills {
		if k.t.Failed() || k.ctx.Err() != nil {
			break
		}
		moment := moments[n%len(moments)]
		struck[moment]++
		if n%16 == 3 {
			k.copyWhileItWrites()
		}
		k.strike(moment)
		if k.redis != nil && n%2 == 0 {
			if err := k.redis.FlushDB(k.ctx).Err(); err != nil {
				k.t.Error(err)
			}
		}
		k.run()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.over = true
	return struck
}

func (k *killing) strike(moment string) {
	switch moment {
	case anyTime:
		time.Sleep(k.chance(500 * time.Millisecond))
	case starting:
		k.program.kill()
		k.program = spawn(k.t, k.settings, "serve")
		time.Sleep(k.chance(400 * time.Millisecond))
	case importing:
		p := k.startImport()
		time.Sleep(50*time.Millisecond + k.chance(400*time.Millisecond))
		p.kill()
	default:
		k.await(moment)
		time.Sleep(k.chance(15 * time.Millisecond))
	}
	k.program.kill()
}

func (k *killing) startImport() *process {
	return spawn(k.t, k.settings, "import", "--as", "bianji", "--column", "tzgg", k.folder)
}

// imported ends the import that was begun again and again.
func (k *killing) imported() {
	p := k.startImport()
	select {
	case <-p.ended:
	case <-k.ctx.Done():
		p.kill()
	}
	if out := string(p.out.bytes()); p.cmd.ProcessState.ExitCode() != 0 || !strings.Contains(out, "skipped") {
		k.t.Errorf("the import ends with %d: %s%s", p.cmd.ProcessState.ExitCode(), out, p.errs.bytes())
	}
}

// copyWhileItWrites takes what a power cut would leave: the files as they are
// at one moment, half a write at their end.
func (k *killing) copyWhileItWrites() {
	if k.cfg.MongodbURI != "" {
		return
	}
	dir := k.t.TempDir()
	k.await(stepSent)
	k.program.signal(syscall.SIGSTOP)
	time.Sleep(20 * time.Millisecond) // what was in the kernel comes to its end
	err := os.CopyFS(dir, os.DirFS(k.cfg.Data))
	k.program.signal(syscall.SIGCONT)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, db := range []string{"content.db", "public.db"} {
		_ = os.Remove(filepath.Join(dir, db+"-shm"))
		log, err := os.OpenFile(filepath.Join(dir, db+"-wal"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			continue // all of it had gone into the file
		}
		_, err = log.Write(bytes.Repeat([]byte{0x5A}, int(k.chance(4000))))
		if err != nil || log.Close() != nil {
			k.t.Fatal(err)
		}
	}
	k.copies = append(k.copies, dir)
}

// walks takes one item after the other through its life until the kills end.
func (k *killing) walks(walker int) {
	for n := walker; ; n += 3 {
		k.mu.Lock()
		over := k.over
		k.mu.Unlock()
		if over || k.t.Failed() || k.ctx.Err() != nil {
			return
		}
		if err := k.life(n); err != nil {
			k.t.Errorf("item %d: %v", n, err)
			return
		}
	}
}

// life is that of one item: released, and then whatever may become of it.
func (k *killing) life(n int) error {
	it := &killed{title: fmt.Sprintf("第%d号公租房选房公告", n)}
	fields := map[string]any{"title": it.title, "body": "<p>请张某（电话" + walkMobile + "）办理手续，以免耽误。</p>", "openness": "proactive", "publisher": "青禾县人民政府", "date_written": "2026-03-02"}
	if n%2 == 0 {
		file, err := k.upload(n)
		if err != nil {
			return err
		}
		fields["attachments"] = []map[string]any{{"digest": file.str("digest"), "name": "名单.txt"}}
	}
	r, err := k.ask("bianji", http.MethodPost, "/api/v1/items", map[string]any{"kind": "notice", "unit": "qinghe", "fields": fields,
		"placements": []map[string]any{{"column": "tzgg", "home": true}}}, "Idempotency-Key", fmt.Sprint("killed-item-", n))
	if err != nil {
		return err
	}
	it.last = r
	k.mu.Lock()
	k.items[r.str("id")] = it
	k.mu.Unlock()
	if err := k.release(it); err != nil {
		return err
	}
	switch n % 4 {
	case 1:
		return k.inTurn(it, act{"baomi", "suspend", []any{"reason", "核实"}}, act{"baomi", "resume", []any{"reason", "无误"}})
	case 2:
		return k.inTurn(it, act{"baomi", "suspend", []any{"reason", "核实"}})
	case 3:
		return k.inTurn(it, act{"sanshen", "ask_withdraw", []any{"reason", "安排调整。", "tombstone", map[string]any{"type": "notice"}}}, act{"baomi", "withdraw", []any{"opinion", "同意。"}})
	}
	fields["body"] = "<p>请张某（电话" + walkMobile + "）于下月办理手续。</p>"
	return k.again(it, fields)
}

// again brings out a second edition.
func (k *killing) again(it *killed, fields map[string]any) error {
	step := gongkai.NewID()
	if _, err := k.ask("bianji", http.MethodPost, "/api/v1/items/"+it.last.str("id")+"/revisions", map[string]any{"step_id": step, "fields": fields}); err != nil {
		return err
	}
	it.acts = append(it.acts, step)
	r, err := k.ask("bianji", http.MethodGet, "/api/v1/items/"+it.last.str("id"), nil)
	if err != nil {
		return err
	}
	it.last = r
	return k.release(it)
}

// act is something that somebody does to an item.
type act struct {
	login, name string
	more        []any
}

var fourJudgements = map[string]bool{"legality": true, "accuracy": true, "disclosability": true, "secrecy": true}

// release is the way from the draft to the public.
func (k *killing) release(it *killed) error {
	acts := []act{{"bianji", "resolve", []any{"resolutions", []map[string]any{{"kind": "mobile", "act": "mask"}}}}, {"bianji", "submit", nil}}
	for _, login := range signers {
		acts = append(acts, act{login, "pass", []any{"opinion", "同意。", "judgements", fourJudgements}})
	}
	return k.inTurn(it, append(acts, act{"fabu", "release", nil})...)
}

func (k *killing) inTurn(it *killed, acts ...act) error {
	for _, a := range acts {
		w := walker{last: it.last}
		step, path := w.step(a.name, a.more...), "/api/v1/items/"+it.last.str("id")
		r, err := k.ask(a.login, http.MethodPost, path+"/steps", step)
		if err != nil {
			return err
		}
		it.acts = append(it.acts, step["id"].(string))
		for r.str("work.state") == content.Checking {
			k.reached(sheetBuilt)
			time.Sleep(10 * time.Millisecond)
			if r, err = k.ask(a.login, http.MethodGet, path, nil); err != nil {
				return err
			}
		}
		it.last = r
	}
	return nil
}

// ask sends the very same request until somebody answers it.
func (k *killing) ask(login, method, path string, body any, header ...string) (reply, error) {
	return k.insist(method+" "+path+" as "+login, func() (reply, error) {
		if strings.HasSuffix(path, "/steps") {
			k.reached(stepSent)
		}
		return k.people[login].call(k.ctx, method, path, body, header...)
	})
}

func (k *killing) insist(what string, try func() (reply, error)) (reply, error) {
	for {
		r, err := try()
		switch {
		case k.ctx.Err() != nil:
			return r, fmt.Errorf("%s: no answer: %d %s %w", what, r.status, r.body, err)
		case err == nil && r.status < 300:
			return r, nil
		case err == nil && r.status < 500:
			return r, fmt.Errorf("%s: %d %s", what, r.status, r.body)
		}
		k.mu.Lock()
		k.lost++
		k.mu.Unlock()
		time.Sleep(20 * time.Millisecond)
	}
}

// upload sends a file in two halves, with a pause for the killer.
func (k *killing) upload(n int) (reply, error) {
	return k.insist("upload", func() (r reply, err error) {
		pipe, into := io.Pipe()
		form := multipart.NewWriter(into)
		go func() {
			part, err := form.CreateFormFile("file", "名单.txt")
			half := strings.Repeat(fmt.Sprintf("第%d号名单：一组、二组、三组。\n", n), 4000)
			if err == nil {
				_, err = io.WriteString(part, half)
			}
			k.reached(uploading)
			time.Sleep(5 * time.Millisecond)
			if err == nil {
				_, err = io.WriteString(part, half)
			}
			if err == nil {
				err = form.Close()
			}
			_ = into.CloseWithError(err)
		}()
		defer func() { _ = pipe.Close() }()
		c := k.people["bianji"]
		req, err := http.NewRequestWithContext(k.ctx, http.MethodPost, c.base+"/api/v1/files?unit=qinghe", pipe)
		if err != nil {
			return r, err
		}
		req.Header.Set("Content-Type", form.FormDataContentType())
		req.Header.Set("Authorization", "Bearer "+c.token)
		res, err := c.http.Do(req)
		if err != nil {
			return r, err
		}
		defer func() { _ = res.Body.Close() }()
		r.status = res.StatusCode
		if r.body, err = io.ReadAll(res.Body); err == nil {
			_ = json.Unmarshal(r.body, &r.json)
		}
		return r, err
	})
}
