// demo --walk: one item from draft to withdrawal, played over HTTP by the
// people of the county, every forbidden shortcut tried on the way.

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"gongkai"
)

// What must never be seen outside: test numbers that belong to nobody.
const (
	walkID     = "110101199003071233"
	walkMobile = "13912345678"
	walkOffice = "0999-6120345" // an office phone: it stays
)

// walker plays the walk. The first broken promise ends it.
type walker struct {
	ctx    context.Context
	d      *demo
	out    io.Writer
	log    *safeBuffer
	people map[string]*client
	public *client
	item   string
	last   reply // the item after the last act that was done
	n      int
	err    error
	seen   []byte   // every public answer
	raw    []string // the numbers that must never be seen outside
}

// safeBuffer keeps what the program logs.
type safeBuffer struct {
	mu sync.Mutex
	b  []byte
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b = append(s.b, p...)
	return len(p), nil
}

func (s *safeBuffer) bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]byte(nil), s.b...)
}

// walk starts a demo of its own and walks through it. Tests look on, or break
// something, before each scene.
func (c demoCmd) walk(ctx context.Context, out io.Writer, before func(scene string, w *walker)) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	c.Addr = "127.0.0.1:0"
	log := &safeBuffer{}
	d, ln, err := c.start(ctx, log)
	if err != nil {
		return err
	}
	defer func() { _ = d.close() }()
	serving, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- d.serve(serving, ln) }()
	w := newWalker(ctx, d, out, log)
	w.play(before)
	http.DefaultClient.CloseIdleConnections() // the server would wait for them
	stop()
	if err := <-ended; err != nil {
		w.fail("the server: %w", err)
	}
	if w.err != nil {
		_, _ = fmt.Fprintln(out, "✗ 未通过 / it did not hold:", w.err)
		return exit{1}
	}
	_, _ = fmt.Fprintf(out, "\n✓ 全程%d步均符合预期 / all %d steps held\n", w.n, w.n)
	return nil
}

func newWalker(ctx context.Context, d *demo, out io.Writer, log *safeBuffer) *walker {
	return &walker{ctx: ctx, d: d, out: out, log: log, people: map[string]*client{}, public: newClient("http://" + d.addr), raw: []string{walkID, walkMobile}}
}

// scene is a part of the walk.
type scene struct {
	name string
	play func()
}

func (w *walker) scenes() []scene {
	return []scene{{"sign in", w.signInAll}, {"draft", w.draft}, {"settle", w.settle}, {"forbidden", w.forbidden}, {"signatures", w.signatures}, {"release", w.release},
		{"shown", w.shown}, {"suspend", w.suspend}, {"withdraw", w.withdraw}, {"nowhere", w.nowhere}, {"trail", w.trail}}
}

func (w *walker) play(before func(scene string, w *walker)) {
	began := time.Now()
	for _, s := range w.scenes() {
		if w.err == nil && before != nil {
			before(s.name, w)
		}
		if w.err == nil {
			s.play()
		}
	}
	_, _ = fmt.Fprintf(w.out, "\n(%.1f s)\n", time.Since(began).Seconds())
}

func (w *walker) title(zh, en string) { _, _ = fmt.Fprintf(w.out, "\n── %s / %s\n", zh, en) }

// say prints what held; nothing more holds once something did not.
func (w *walker) say(format string, a ...any) {
	if w.err == nil {
		_, _ = fmt.Fprintf(w.out, "   "+format+"\n", a...)
	}
}

// fail ends the walk.
func (w *walker) fail(format string, a ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, a...)
	}
}

func (w *walker) name(login string) string {
	for _, p := range people {
		if p.login == login {
			return p.name
		}
	}
	return login
}

// as sends a request as somebody; who is refused a connection ends the walk.
func (w *walker) as(login, method, path string, body any, header ...string) reply {
	if w.err != nil {
		return reply{}
	}
	w.n++
	r, err := w.people[login].call(w.ctx, method, path, body, header...)
	if err != nil {
		w.fail("%s %s: %w", method, path, err)
	}
	return r
}

// does is an act that must succeed.
func (w *walker) does(login, what, path string, body any, header ...string) reply {
	r := w.as(login, http.MethodPost, path, body, header...)
	if w.err == nil && r.status >= 300 {
		w.fail("%s %s: %d %s", w.name(login), what, r.status, r.body)
	}
	w.say("✓ %s %s", w.name(login), what)
	return r
}

// refused is an act that must be refused with the code.
func (w *walker) refused(login, what, path string, body any, status int, code string) reply {
	r := w.as(login, http.MethodPost, path, body)
	if w.err == nil && (r.status != status || r.code() != code) {
		w.fail("%s %s: want %d %s, got %d %s", w.name(login), what, status, code, r.status, r.body)
		return r
	}
	w.seen = append(w.seen, r.body...)
	w.say("⊘ %s %s → %d %s: %s", w.name(login), what, r.status, r.code(), r.str("detail"))
	return r
}

func (w *walker) signInAll() {
	w.title("十五个账号登录", "fifteen people sign in")
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, p := range people {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c := newClient("http://" + w.d.addr)
			err := c.signIn(w.ctx, p.login, demoPassword)
			mu.Lock()
			defer mu.Unlock()
			if w.people[p.login] = c; err != nil {
				w.fail("%w", err)
			}
		}()
	}
	wg.Wait()
	w.n += len(people)
}

const walkTitle = "青禾县2026年公租房选房公告"

func (w *walker) draft() {
	w.title("起草与拦截", "drafted, and blocked")
	body := "<p>请下列人员于三月十日前到县住建局办理选房手续。</p>\n<table>\n<tr><th>姓名</th><th>身份证号</th><th>手机</th></tr>\n" +
		"<tr><td>张某</td><td>" + walkID + "</td>\n<td>139-1234-5678</td></tr></table>\n<p>咨询电话：" + walkOffice + "。</p>\n<p>请相互转告，以免耽误选房。</p>"
	r := w.does("bianji", "起草公告（正文含身份证号和手机号）", "/api/v1/items", map[string]any{"kind": "notice", "unit": "qinghe",
		"fields":     map[string]any{"title": walkTitle, "body": body, "openness": "proactive", "publisher": "青禾县人民政府", "date_written": "2026-03-02"},
		"placements": []map[string]any{{"column": "tzgg", "home": true}}}, "Idempotency-Key", "walk-item-0001")
	w.take(r)
	again := w.as("bianji", http.MethodGet, "/api/v1/items/"+w.item, nil)
	if w.err == nil && again.str("work.state") != "draft" {
		w.fail("the item is not a draft: %s", again.body)
	}
	r = w.refused("bianji", "送审", w.steps(), w.step("submit"), 422, "open_findings")
	if places := w.places(r); w.err == nil && !slices.Equal(places, []string{"body:4", "body:5"}) {
		w.fail("the refusal should name two places, not %v: %s", places, r.body)
	}
}

// places prints the details of a refusal and gives where each one is.
func (w *walker) places(r reply) (where []string) {
	details, _ := r.json["errors"].([]any)
	for _, d := range details {
		m, _ := d.(map[string]any)
		w.say("    %v: %v", m["where"], m["zh"])
		where = append(where, fmt.Sprint(m["where"]))
	}
	return where
}

// take remembers the item as the last answer had it.
func (w *walker) take(r reply) {
	if w.err == nil {
		w.last, w.item = r, r.str("id")
	}
}

func (w *walker) steps() string { return "/api/v1/items/" + w.item + "/steps" }

// step is the body of an act on the sheet and edition that were last seen.
func (w *walker) step(act string, more ...any) map[string]any {
	s := map[string]any{"id": gongkai.NewID(), "act": act}
	if sheet := w.last.str("work.sheet_digest"); sheet != "" {
		s["sheet"] = sheet
	}
	live, _ := w.last.json["live"].(map[string]any)
	if edition, ok := live["edition"]; ok {
		s["edition"] = edition
		if act == "submit" {
			s["note"] = "更正文字错误，内容不变。"
		}
	}
	for i := 0; i+1 < len(more); i += 2 {
		s[more[i].(string)] = more[i+1]
	}
	return s
}

// act is a step that must succeed; a sheet that is being built is waited for.
func (w *walker) act(login, what string, step map[string]any) {
	if w.err != nil {
		return
	}
	w.take(w.does(login, what, w.steps(), step))
	for end := time.Now().Add(30 * time.Second); w.err == nil && w.last.str("work.state") == "checking"; time.Sleep(10 * time.Millisecond) {
		if w.take(w.as(login, http.MethodGet, "/api/v1/items/"+w.item, nil)); time.Now().After(end) {
			w.fail("the sheet is not built")
		}
	}
}

func (w *walker) settle() {
	w.title("逐项处理、送审", "settled, and submitted")
	w.refused("bianji", "想不遮掩身份证号就放行（无权）", w.steps(), w.step("resolve", "resolutions", []map[string]any{{"kind": "id_card", "act": "keep", "basis": "想保留"}}), 403, "missing_grant")
	w.act("bianji", "决定遮掩全部身份证号、手机号", w.step("resolve", "resolutions", []map[string]any{{"kind": "id_card", "act": "mask"}, {"kind": "mobile", "act": "mask"}}))
	w.act("bianji", "送审，系统制作清样", w.step("submit"))
	r := w.as("yishen", http.MethodGet, "/api/v1/items/"+w.item+"/sheets/"+w.last.str("work.sheet"), nil)
	if text := string(r.body); w.err == nil && (strings.Contains(text, walkID) || !strings.Contains(text, "11*************233") || !strings.Contains(text, walkOffice)) {
		w.fail("the sheet is not masked as it should be: %s", text)
	}
	w.say("  清样 / sheet %.12s…: 身份证 11*************233 · 手机 139-****-5678 · 办公电话 %s 保留", w.last.str("work.sheet_digest"), walkOffice)
}

func pass(w *walker) map[string]any {
	return w.step("pass", "opinion", "已审阅，同意。", "judgements", map[string]bool{"legality": true, "accuracy": true, "disclosability": true, "secrecy": true})
}

func (w *walker) forbidden() {
	w.title("走不通的捷径", "shortcuts that do not work")
	w.grant("bianji", "reviewer-1")
	w.refused("bianji", "审自己的稿", w.steps(), pass(w), 403, "own_text")
	w.refused("guanli", "以管理员身份直接通过", w.steps(), pass(w), 403, "administrator_business")
	w.refused("fabu", "跳过审校直接发布", w.steps(), w.step("release"), 422, "wrong_state")
	w.refused("yishen", "不作四性判断就通过", w.steps(), w.step("pass", "opinion", "同意"), 400, "judgements")
	w.act("yishen", "一审通过", pass(w))
	w.refused("bianji", "签署之后再改遮掩决定", w.steps(), w.step("resolve", "resolutions", []map[string]any{{"kind": "mobile", "act": "remove"}}), 422, "wrong_state")
	w.grant("yishen", "proofreader-1")
	w.refused("yishen", "一人再签一校", w.steps(), pass(w), 403, "same_person")
}

func (w *walker) grant(login, role string) {
	id := w.d.county.actors[login].ID
	w.does("guanli", "授予"+w.name(login)+" "+role, "/api/v1/grants", map[string]any{"user": id, "role": role, "unit": "qinghe"})
}

// patchOf is a patch of the sheet's body, counted in characters.
func (w *walker) patchOf(old, replacement string) []map[string]any {
	r := w.as("yijiao", http.MethodGet, "/api/v1/items/"+w.item+"/sheets/"+w.last.str("work.sheet"), nil)
	body := r.str("public.fields.body")
	at := strings.Index(body, old)
	if w.err == nil && at < 0 {
		w.fail("the sheet has no %q: %s", old, r.body)
		return nil
	}
	start := len([]rune(body[:max(at, 0)]))
	return []map[string]any{{"place": "body", "start": start, "end": start + len([]rune(old)), "old": old, "new": replacement}}
}

func (w *walker) signatures() {
	w.title("改字与签署", "corrections and signatures")
	w.refused("yijiao", "改动遮掩处", w.steps(), w.step("correct", "patch", w.patchOf("11*************233", "11*************234")), 422, "patch_masked")
	w.refused("yijiao", "改日期（不是改字）", w.steps(), w.step("correct", "patch", w.patchOf("三月十日", "三月二十日")), 422, "rewrite")
	signed, stale := w.last.str("work.sheet_digest"), pass(w)
	w.act("yijiao", "改字：以免→避免", w.step("correct", "patch", w.patchOf("以免", "避免")))
	if w.err == nil && (w.last.str("work.sheet_digest") == signed || w.last.str("work.stage") != "proof_1") {
		w.fail("a correction should make a new sheet and stay at its stage: %s", w.last.body)
	}
	w.refused("yijiao", "签署改字之前的旧清样", w.steps(), stale, 409, "stale_sheet")
	w.say("  新清样 / new sheet %.12s… 由改字记录与 %.12s… 相连，一审签署继续有效", w.last.str("work.sheet_digest"), signed)
	for _, s := range []struct{ login, what string }{{"yijiao", "一校通过"}, {"ershen", "二审通过"}, {"erjiao", "二校通过"}, {"sanshen", "三审通过"}, {"sanjiao", "三校通过"}} {
		if s.login == "sanjiao" {
			w.refused("fabu", "三校未签就发布", w.steps(), w.step("release"), 422, "wrong_state")
		}
		w.act(s.login, s.what, pass(w))
	}
}

func (w *walker) release() {
	w.title("发布", "released")
	w.act("fabu", "发布", w.step("release"))
	w.say("  索引号 / index number %s", w.last.str("index_no"))
}
