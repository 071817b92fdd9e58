// Outlets: places that compare no numbers, played by a wall that misbehaves in
// every way that a platform can.

package jobs_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/platform"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/workflow"
)

const settling = 30 * time.Minute

// note is a notice on the wall.
type note struct {
	item, title, html string
	edition           int64
	visible           time.Time // from when it is seen
	gone              bool
}

// wall is a platform in memory. Each trick is used up by one call.
type wall struct {
	mu     sync.Mutex
	now    func() time.Time
	notes  map[string]*note // by id
	marks  map[string]string
	tricks []string
	blind  bool // look-ups never find out anything
	calls  map[string]int
	during func() // runs in the middle of the next call
	before func() // runs before the next post is announced
	review bool   // what was accepted is refused after all
}

func newWall(now func() time.Time) *wall {
	return &wall{now: now, notes: map[string]*note{}, marks: map[string]string{}, calls: map[string]int{}}
}

func (w *wall) kind() platform.Kind {
	return platform.Kind{Name: "wall", Zh: "公告墙", En: "wall", ID: "id", Settings: []platform.Setting{{Name: "secret", Zh: "密钥", En: "secret", Secret: true, Required: true}},
		Open: func(platform.Account) (platform.Platform, error) { return w, nil }}
}

// trick is what befalls this call.
func (w *wall) trick(call string) string {
	w.calls[call]++
	if during := w.during; during != nil {
		w.during = nil
		w.mu.Unlock()
		during()
		w.mu.Lock()
	}
	if len(w.tricks) == 0 {
		return ""
	}
	t := w.tricks[0]
	w.tricks = w.tricks[1:]
	return t
}

func (w *wall) misbehave(tricks ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tricks = tricks
}

var (
	lostAnswer = &platform.Error{Class: platform.ClassUnknown, Code: "timeout"}
	busy       = &platform.Error{Class: platform.ClassTemporary, Code: "wall_busy"}
	usedUp     = &platform.Error{Class: platform.ClassRate, Code: "wall_quota"}
)

func (w *wall) Settling() time.Duration { return settling }

func (w *wall) Check(a platform.Article) error {
	if len([]rune(a.Title)) > 30 {
		return gongkai.E(gongkai.Invalid, "title_too_long", "标题过长", "the title is too long")
	}
	return nil
}

func (w *wall) Post(_ context.Context, p platform.Post, a platform.Article, keep platform.Note) (platform.Post, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p.Step = "put"
	before := w.before
	w.before = nil
	w.mu.Unlock()
	if before != nil {
		before()
	}
	err := keep(p)
	w.mu.Lock()
	if err != nil {
		p.Step = ""
		return p, err
	}
	t := w.trick("post")
	switch t {
	case "busy":
		p.Step = ""
		return p, busy
	case "refuse":
		p.State = platform.Failed
		return p, &platform.Error{Class: platform.ClassContent, Code: "wall_refuses"}
	case "lost before":
		p.State = platform.Unknown
		return p, lostAnswer
	}
	id := fmt.Sprint(len(w.notes) + 1)
	n := &note{item: a.Item, title: a.Title, html: a.HTML, edition: a.Edition, visible: w.now()}
	if w.marks[p.Mark] != "" {
		panic("one post was shown twice")
	}
	w.notes[id], w.marks[p.Mark] = n, id
	switch t {
	case "slow":
		n.visible = n.visible.Add(10 * time.Minute)
	case "lost after":
		p.State = platform.Unknown
		return p, lostAnswer
	case "lost and slow":
		n.visible = n.visible.Add(10 * time.Minute)
		p.State = platform.Unknown
		return p, lostAnswer
	case "killed": // whoever called is not there any more
		panic(killed)
	}
	return w.seen(p, id), nil
}

const killed = "killed"

func (w *wall) seen(p platform.Post, id string) platform.Post {
	n := w.notes[id]
	p.Handles, p.Address = map[string]string{"id": id}, "https://wall.example/"+id
	switch {
	case n.gone:
		p.State = platform.Gone
	case n.visible.After(w.now()):
		p.State = platform.Submitted
	default:
		p.State = platform.Live
	}
	return p
}

func (w *wall) Look(_ context.Context, p platform.Post) (platform.Post, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch w.trick("look") {
	case "busy":
		return p, busy
	case "quota":
		return p, usedUp
	}
	id, there := w.marks[p.Mark]
	switch {
	case w.blind:
	case w.review && p.State == platform.Submitted:
		w.notes[id].gone = true
		p.State, p.Error = platform.Failed, "wall_refuses"
	case there && (p.Handles != nil || !w.notes[id].visible.After(w.now())):
		return w.seen(p, id), nil
	case w.now().Sub(time.UnixMilli(p.Begun)) > settling:
		p.State = platform.Failed
	}
	return p, nil
}

func (w *wall) Remove(_ context.Context, p platform.Post, keep platform.Note) (platform.Post, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p.State == platform.Begun { // never sent
		p.State = platform.Gone
		return p, nil
	}
	p.Step = "tear"
	w.mu.Unlock()
	err := keep(p)
	w.mu.Lock()
	if err != nil {
		return p, err
	}
	switch t := w.trick("remove"); t {
	case "busy", "slow":
		return p, busy
	case "torn", "torn and killed": // it may be asked again, so that nobody waits for the answer
		w.notes[p.Handles["id"]].gone = true
		if t != "torn" {
			panic(killed)
		}
		return p, busy
	case "lost before":
		p.State = platform.Unknown
		return p, lostAnswer
	default:
		if n := w.notes[p.Handles["id"]]; n != nil { // else it only began
			n.gone = true
		}
		if strings.HasPrefix(t, "lost") {
			p.State = platform.Unknown
			return p, lostAnswer
		}
	}
	p.State = platform.Gone
	return p, nil
}

// shows are the notes of an item that hang on the wall, now or in a while.
func (w *wall) shows(item string) (out []note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(w.notes)) {
		if n := w.notes[id]; n.item == item && !n.gone {
			out = append(out, *n)
		}
	}
	return out
}

// square is a town with a wall, whose time the test moves. No worker runs: the
// test does what is due.
type square struct {
	*town
	ns   atomic.Int64 // the time there, which slow platforms read while the test goes on
	wall *wall
}

func newSquare(t *testing.T) *square {
	t.Helper()
	w := &square{town: newTown(t)}
	w.set(time.Now())
	clock := w.now
	w.wall = newWall(clock)
	var err error
	w.ledger, err = channel.OpenLedger(t.Context(), w.content.DB, clock)
	w.check(err)
	w.posts(clock, w.wall.kind())
	w.worker.Ledger, w.worker.Now, w.worker.Backoff = w.ledger, clock, jobs.Backoff
	w.hint.Store(false)
	w.outlet(channel.Outlet{Meta: store.Meta{ID: "wall"}, Name: "墙", Kind: "wall", Secrets: map[string]string{"secret": "s"}})
	w.told()
	return w
}

func (w *square) now() time.Time   { return time.Unix(0, w.ns.Load()) }
func (w *square) set(at time.Time) { w.ns.Store(at.UnixNano()) }

// told does what items and places owe, and leaves deliveries alone.
func (w *square) told() {
	w.t.Helper()
	ctx := w.t.Context()
	sites, err := content.All(ctx, w.content.Sites)
	w.check(err)
	for _, s := range sites {
		w.check(jobs.Tell(w.worker, ctx, "site:"+s.ID))
	}
	w.check(jobs.Tell(w.worker, ctx, "unit:town"))
	items, err := content.All(ctx, w.content.Items)
	w.check(err)
	for _, it := range items {
		w.check(jobs.Tell(w.worker, ctx, "item:"+it.ID))
	}
	fills, err := w.channels.Outlets.DueBefore(ctx, w.now(), 10)
	w.check(err)
	for _, id := range fills {
		w.check(jobs.Tell(w.worker, ctx, "outlet:"+id))
	}
}

// paid pays what is due now; a panic of the wall is a worker that is killed.
func (w *square) paid() {
	w.t.Helper()
	due, err := w.ledger.DueBefore(w.t.Context(), w.now(), 1000)
	w.check(err)
	for _, d := range due {
		w.payOne(d.ID)
	}
}

func (w *square) payOne(id string) {
	w.t.Helper()
	defer func() {
		if r := recover(); r != nil && r != killed {
			panic(r)
		}
	}()
	w.check(jobs.Pay(w.worker, w.t.Context(), id))
}

// until moves time from debt to debt until nothing is owed but by people.
func (w *square) until(end time.Duration) {
	w.t.Helper()
	for stop := w.now().Add(end); ; {
		w.told()
		w.paid()
		next, err := w.ledger.DueBefore(w.t.Context(), stop, 1)
		w.check(err)
		if len(next) == 0 {
			return
		}
		if at := time.UnixMilli(next[0].Due); at.After(w.now()) {
			w.set(at)
		}
	}
}

func (w *square) on(outlet, item string) channel.Delivery {
	d, _ := w.ledger.Get(w.t.Context(), "out-"+outlet+"."+item)
	return d
}

func (w *square) released(title string) content.Item {
	w.t.Helper()
	it := w.release(w.ready(fields(title)))
	w.set(w.now().Add(time.Second))
	w.told()
	return it
}

// corrected releases the item with another text.
func (w *square) corrected(it content.Item, title string) content.Item {
	w.t.Helper()
	_, err := w.engine.Save(w.t.Context(), person("editor"), it.ID, workflow.Draft{Fields: fields(title)})
	w.check(err)
	out := w.release(w.signed(it.ID))
	w.told()
	return out
}

func TestWhatIsPostedIsCorrectedAndTakenDown(t *testing.T) {
	w := newSquare(t)
	it := w.released("关于张贴的通知")
	w.until(time.Hour)
	d := w.on("wall", it.ID)
	if got := w.wall.shows(it.ID); len(got) != 1 || got[0].title != "关于张贴的通知" || !strings.Contains(got[0].html, "<p>") || d.State != channel.Confirmed || d.Address != "https://wall.example/1" || d.External != "1" || d.Receipt == 0 {
		t.Fatalf("%+v %+v", got, d)
	}
	w.wall.during = func() { // the new text is put up: the old one still hangs
		if len(w.wall.shows(it.ID)) != 1 {
			t.Error("the old text went before the new one came")
		}
	}
	it = w.corrected(it, "关于张贴的通知（更正）")
	w.until(time.Hour)
	if got := w.wall.shows(it.ID); len(got) != 1 || got[0].edition != 2 || w.on("wall", it.ID).Address != "https://wall.example/2" {
		t.Fatalf("%+v", got)
	}
	w.suspend(it)
	w.until(time.Hour)
	d = w.on("wall", it.ID)
	if len(w.wall.shows(it.ID)) != 0 || d.State != channel.Withdrawn || d.Address != "" || len(d.Posts) != 2 {
		t.Errorf("%+v", d)
	}
	w.must("both3", it.ID, workflow.Step{Act: "resume", Edition: it.Live.Edition, Reason: "已核实"})
	w.until(time.Hour)
	if got := w.wall.shows(it.ID); len(got) != 1 || got[0].edition != 2 {
		t.Errorf("resumed: %+v", got)
	}
}

func TestAPlatformThatMisbehavesShowsEachThingOnce(t *testing.T) {
	beside(t)
	w := newSquare(t)
	for tricks, c := range map[string]struct {
		state string
		calls int
	}{
		"slow":             {channel.Submitted, 1},
		"lost after":       {channel.Unknown, 1},
		"lost and slow":    {channel.Unknown, 1},
		"lost before":      {channel.Unknown, 2}, // only after the settling time
		"killed":           {channel.Claimed, 1},
		"busy,busy":        {channel.Due, 3},
		"lost after,busy":  {channel.Unknown, 1},
		"lost before,busy": {channel.Unknown, 2},
	} {
		it := w.released("关于只贴一次的通知")
		began := w.now()
		w.wall.misbehave(strings.Split(tricks, ",")...)
		w.wall.calls["post"] = 0
		w.paid()
		if d := w.on("wall", it.ID); d.State != c.state {
			t.Errorf("%s: first it is %s (%s)", tricks, d.State, d.Error)
		}
		w.until(2 * time.Hour)
		d := w.on("wall", it.ID)
		if got := w.wall.shows(it.ID); len(got) != 1 || d.State != channel.Confirmed || w.wall.calls["post"] != c.calls {
			t.Errorf("%s: it shows %d times after %d calls: %+v", tricks, len(got), w.wall.calls["post"], d)
		}
		if strings.HasPrefix(tricks, "lost before") && w.now().Sub(began) < settling {
			t.Errorf("%s: nothing proved that it was not there", tricks)
		}
	}
}

// A machine that slept through a call knows nothing of what came of it, however long
// that is ago.
func TestNobodyIsAskedAboutAPostThatWasNotLookedUp(t *testing.T) {
	w := newSquare(t)
	it := w.released("关于休眠的通知")
	w.wall.misbehave("lost after")
	w.wall.during = func() { w.set(w.now().Add(2 * settling)) }
	w.paid()
	if d := w.on("wall", it.ID); d.State != channel.Unknown {
		t.Errorf("it is %s (%s)", d.State, d.Error)
	}
	w.until(time.Hour)
	if d := w.on("wall", it.ID); d.State != channel.Confirmed || len(w.wall.shows(it.ID)) != 1 || w.wall.calls["post"] != 1 {
		t.Errorf("%s (%s) after %d calls", d.State, d.Error, w.wall.calls["post"])
	}
}

func TestAWithdrawalTakesDownWhatNobodyKnewOf(t *testing.T) {
	w := newSquare(t)
	it := w.released("关于撤下的通知")
	w.wall.misbehave("lost and slow", "", "", "lost before", "busy")
	w.paid()
	w.suspend(it)
	w.told()
	w.paid()
	if d := w.on("wall", it.ID); d.State != channel.Unknown {
		t.Errorf("what may be there is not confirmed gone: %+v", d)
	}
	w.until(3 * time.Hour)
	if d := w.on("wall", it.ID); d.State != channel.Withdrawn || len(w.wall.shows(it.ID)) != 0 {
		t.Errorf("%+v", d)
	}
}

func TestAWithdrawalWaitsForTheCallUnderWay(t *testing.T) {
	w := newSquare(t)
	it := w.released("关于先后的通知")
	w.wall.during = func() {
		w.suspend(it)
		w.told()
		if d := w.on("wall", it.ID); d.State != channel.Claimed || d.Want.State != publication.Suspended {
			t.Errorf("the call is under way: %+v", d)
		}
		if _, err := w.ledger.Claim(t.Context(), "out-wall."+it.ID); gongkai.CodeOf(err) != "claimed" {
			t.Errorf("two at once: %v", err)
		}
		if _, err := w.ledger.Retry(t.Context(), "out-wall."+it.ID, false); gongkai.CodeOf(err) != "claimed" {
			t.Errorf("a person breaks the claim: %v", err)
		}
	}
	w.until(time.Hour)
	if d := w.on("wall", it.ID); d.State != channel.Withdrawn || len(w.wall.shows(it.ID)) != 0 || w.wall.calls["post"] != 1 {
		t.Errorf("%+v", d)
	}
}

func TestWhatIsCalledBackBeforeItIsSentIsNotSent(t *testing.T) {
	w := newSquare(t)
	it := w.released("关于未发先撤的通知")
	w.wall.before = func() {
		w.suspend(it)
		w.told()
	}
	w.until(time.Minute)
	if d := w.on("wall", it.ID); d.State != channel.Withdrawn || w.wall.calls["post"] != 0 || len(d.Posts) != 1 {
		t.Errorf("%d posts, %+v", w.wall.calls["post"], d)
	}
	next := w.released("关于审核未过的通知")
	w.wall.misbehave("slow")
	w.paid()
	w.wall.review = true
	w.suspend(next)
	w.until(time.Hour)
	if d := w.on("wall", next.ID); d.State != channel.Withdrawn {
		t.Errorf("the platform never showed what is called back: nobody has to decide: %+v", d)
	}
	last := w.released("关于审核不过的通知")
	w.wall.misbehave("slow")
	w.until(time.Hour)
	if d := w.on("wall", last.ID); d.State != channel.Stalled || d.Error != "wall_refuses" || w.wall.calls["post"] != 2 {
		t.Errorf("what the platform refused is posted again unasked: %+v", d)
	}
}

func TestWhatThePlatformRefusesWaitsForAPerson(t *testing.T) {
	w := newSquare(t)
	long := w.released("关于" + strings.Repeat("很", 30) + "长的通知")
	w.paid()
	if d := w.on("wall", long.ID); d.State != channel.Stalled || d.Error != "title_too_long" || w.wall.calls["post"] != 0 {
		t.Errorf("%+v", d)
	}
	it := w.released("关于不合规的通知")
	w.wall.misbehave("refuse")
	w.paid()
	d := w.on("wall", it.ID)
	if d.State != channel.Stalled || d.Error != "wall_refuses" || d.Posts[0].State != platform.Failed {
		t.Fatalf("%+v", d)
	}
	if n, err := w.ledger.Stalled(t.Context()); err != nil || n[channel.KindOutlet] != 2 || n[channel.KindWebhook] != 0 {
		t.Errorf("%v %v", n, err)
	}
	_, err := w.ledger.Retry(t.Context(), d.ID, false)
	w.check(err)
	w.until(time.Hour)
	if len(w.wall.shows(it.ID)) != 1 {
		t.Error("asked for again, it is posted again")
	}
	_, err = w.ledger.Decide(t.Context(), "out-wall."+long.ID, channel.Decision{Act: channel.SayDone, Edition: 1, On: "2026-03-02", Where: "墙", By: "publisher"})
	w.check(err)
	w.until(time.Hour)
	if d := w.on("wall", long.ID); d.State != channel.Confirmed || d.Posts[0].By != "publisher" {
		t.Errorf("a person did it instead: %+v", d)
	}
}

func TestWhatIsResentIsLookedUpAndPostedOnlyIfItIsGone(t *testing.T) {
	w := newSquare(t)
	it := w.released("关于重发的通知")
	w.until(time.Hour)
	again := func() channel.Delivery {
		_, err := w.ledger.Retry(t.Context(), "out-wall."+it.ID, true)
		w.check(err)
		w.until(time.Hour)
		return w.on("wall", it.ID)
	}
	if d := again(); len(w.wall.shows(it.ID)) != 1 || w.wall.calls["post"] != 1 || d.State != channel.Confirmed {
		t.Errorf("it is there: %+v", d)
	}
	w.wall.notes["1"].gone = true // torn down by a stranger
	if d := again(); len(w.wall.shows(it.ID)) != 1 || w.wall.calls["post"] != 2 || d.State != channel.Confirmed {
		t.Errorf("it was gone: %+v", d)
	}
}

func TestAnOutletTakesWhatItWasSetTo(t *testing.T) {
	w := newSquare(t)
	old := w.released("关于早先的通知")
	w.set(time.Now().Add(2 * time.Millisecond)) // releases have the real time
	for id, o := range map[string]channel.Outlet{
		"site": {Sites: []string{"mirror"}}, "column": {Columns: []string{"www-notices"}}, "other": {Columns: []string{"mirror-notices"}}, "kind": {Kinds: []string{"policy"}}, "late": {}, "retired": {Retired: true},
	} {
		o.ID, o.Name, o.Kind = id, id, channel.KindHand
		w.outlet(o)
	}
	it := w.release(w.ready(fields("关于渠道的通知"), "www-notices", "mirror-notices"))
	restricted := fields("关于特定范围的通知")
	restricted["scope"] = "restricted"
	narrow := w.release(w.ready(restricted))
	w.told()
	for outlet, want := range map[string]string{"wall": "www", "site": "mirror", "column": "www", "other": "mirror", "kind": "", "late": "www", "retired": ""} {
		if d := w.on(outlet, it.ID); d.Want.Site != want {
			t.Errorf("%s gets it from %q, want %q", outlet, d.Want.Site, want)
		}
		if d := w.on(outlet, narrow.ID); d.ID != "" {
			t.Errorf("%s gets what is for a particular scope", outlet)
		}
	}
	if w.on("late", old.ID).ID != "" {
		t.Fatal("nobody asked for the past")
	}
	_, err := w.channels.Outlets.Fill(t.Context(), "late", 0)
	w.check(err)
	w.set(time.Now().Add(time.Minute))
	w.told()
	if w.on("late", old.ID).Want.Site != "www" || w.on("late", narrow.ID).ID != "" {
		t.Error("somebody asked for the past")
	}
	if _, err := w.channels.Outlets.Fill(t.Context(), "retired", 0); gongkai.CodeOf(err) != "retired" {
		t.Error(err)
	}
}

func TestARetiredOutletIsStillCorrectedAndTakenDown(t *testing.T) {
	w := newSquare(t)
	it := w.released("关于停用渠道的通知")
	w.until(time.Hour)
	w.outlet(channel.Outlet{Meta: store.Meta{ID: "wall"}, Name: "墙", Kind: "wall", Retired: true})
	next := w.released("关于停用之后的通知")
	it = w.corrected(it, "关于停用渠道的更正")
	w.until(time.Hour)
	if got := w.wall.shows(it.ID); len(got) != 1 || got[0].edition != 2 || w.on("wall", next.ID).ID != "" {
		t.Errorf("%+v", got)
	}
	w.suspend(it)
	w.until(time.Hour)
	if len(w.wall.shows(it.ID)) != 0 {
		t.Error("it still hangs")
	}
}

func TestByHandAPersonPublishesAndTakesDown(t *testing.T) {
	w := newSquare(t)
	w.outlet(channel.Outlet{Meta: store.Meta{ID: "paper"}, Name: "柳溪报", Kind: channel.KindHand})
	v := fields("关于见报的通知")
	v["body"] = "<p>联系人李四,电话" + mobile + "。</p>"
	it := w.release(w.ready(v))
	w.set(w.now().Add(time.Minute))
	w.until(time.Hour)
	d := w.on("paper", it.ID)
	if d.State != channel.Person || d.Error != "by_hand" || d.Due != 0 {
		t.Fatalf("%+v", d)
	}
	sheet, err := w.content.Sheets.Get(t.Context(), w.get(it.ID).Live.Sheet)
	w.check(err)
	pub, err := sheet.Public()
	w.check(err)
	text, err := channel.Prepare(d, w.get(it.ID), pub, content.Unit{Name: "柳溪镇人民政府"}, content.Site{})
	w.check(err)
	if text.Title != "关于见报的通知" || text.Author != "柳溪镇人民政府" || !strings.HasPrefix(text.Text, "联系人") || text.Edition != 1 {
		t.Errorf("%+v", text)
	}
	w.holds(text.Text+text.HTML, "prepared text")
	say := func(by channel.Decision) (channel.Delivery, error) {
		by.By = "publisher"
		if _, err := w.ledger.Decide(t.Context(), d.ID, by); err != nil {
			return d, err
		}
		w.until(time.Hour)
		return w.on("paper", it.ID), nil
	}
	if _, err := say(channel.Decision{Act: channel.SayDone, Edition: 7}); gongkai.CodeOf(err) != "edition" {
		t.Errorf("another edition: %v", err)
	}
	done, err := say(channel.Decision{Act: channel.SayDone, Edition: 1, On: "2026-03-02", Where: "第3版"})
	if p := done.Posts[0]; err != nil || done.State != channel.Confirmed || done.Receipt == 0 || p.By != "publisher" || p.On != "2026-03-02" || p.Where != "第3版" {
		t.Errorf("%+v %v", done, err)
	}
	if _, err := say(channel.Decision{Act: channel.SayDone, Edition: 1}); gongkai.CodeOf(err) != "nothing_to_decide" {
		t.Errorf("twice: %v", err)
	}
	w.suspend(it)
	w.until(time.Hour)
	if d := w.on("paper", it.ID); d.State != channel.Person || d.Error != "by_hand_remove" {
		t.Errorf("nobody has taken it down: %+v", d)
	}
	if down, err := say(channel.Decision{Act: channel.SayTakenDown}); err != nil || down.State != channel.Withdrawn {
		t.Errorf("%+v %v", down, err)
	}
}

func TestWhatCannotBeFoundOutIsDecidedByAPerson(t *testing.T) {
	for say, want := range map[string]int{channel.SayAbsent: 2, channel.SayFound: 1} {
		w := newSquare(t)
		it := w.released("关于不明的通知")
		w.wall.misbehave("lost after")
		w.paid()
		w.wall.blind = true // its search finds nothing, and never will
		w.until(2 * time.Hour)
		d := w.on("wall", it.ID)
		if d.State != channel.Person || d.Error != "post_unknown" || w.wall.calls["post"] != 1 {
			t.Fatalf("%+v", d)
		}
		_, err := w.ledger.Decide(t.Context(), d.ID, channel.Decision{Act: say, By: "publisher", Address: "https://wall.example/here"})
		w.check(err)
		w.until(time.Hour)
		if d := w.on("wall", it.ID); d.State != channel.Confirmed || w.wall.calls["post"] != want {
			t.Errorf("%s: %d posts, %+v", say, w.wall.calls["post"], d)
		}
	}
}

// portal is the site's own web server.
type portal struct {
	mu       sync.Mutex
	pages    map[string]string
	modified time.Time // zero: it does not say
	asked    int
}

func (p *portal) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	page, ok := p.pages[r.URL.Path]
	if !ok {
		rw.WriteHeader(http.StatusNotFound)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	if !p.modified.IsZero() {
		rw.Header().Set("Last-Modified", p.modified.UTC().Format(http.TimeFormat))
	}
	_, _ = rw.Write([]byte(page))
}

func TestThePortalShowsItFirst(t *testing.T) {
	w := newSquare(t)
	web := &portal{pages: map[string]string{}}
	srv := httptest.NewServer(web)
	defer srv.Close()
	_, err := w.content.PutSite(t.Context(), content.Site{Meta: store.Meta{ID: "www"}, Name: "门户", Unit: "town", PageURL: srv.URL + "{path}.html"})
	w.check(err)
	it := w.released("关于首发的 通知")
	at := it.Live.Placed[0].Path + ".html"
	w.paid()
	if d := w.on("wall", it.ID); d.State != channel.Due || d.Error != "portal_awaited" || w.wall.calls["post"] != 0 {
		t.Fatalf("before the portal: %+v", d)
	}
	web.pages[at] = `<html><head><meta name="ArticleTitle" content="别的信息"></head></html>`
	w.set(w.now().Add(time.Minute))
	w.paid()
	if w.wall.calls["post"] != 0 {
		t.Error("the page is another one")
	}
	web.pages[at] = `<html><head><META NAME="articletitle" CONTENT=" 关于首发的&#12288;通知
"></head></html>`
	w.until(10 * time.Minute)
	d := w.on("wall", it.ID)
	if d.State != channel.Confirmed || d.Portal == nil || d.Portal.Address != srv.URL+at {
		t.Errorf("after the portal: %+v", d)
	}
	w.wall.during = nil
	late := w.released("关于门户迟到的通知")
	w.until(time.Hour)
	if d := w.on("wall", late.ID); d.State != channel.Person || d.Error != "portal_not_seen" {
		t.Errorf("the portal never shows it: %+v", d)
	}
	_, err = w.ledger.Decide(t.Context(), "out-wall."+late.ID, channel.Decision{Act: channel.SayGoOn, By: "publisher"})
	w.check(err)
	w.until(time.Minute)
	if d := w.on("wall", late.ID); d.State != channel.Confirmed || d.Without != "publisher" {
		t.Errorf("a person let it go on: %+v", d)
	}
	w.suspend(late)
	web.pages = nil
	w.until(time.Minute)
	if d := w.on("wall", late.ID); d.State != channel.Withdrawn {
		t.Errorf("a withdrawal waits for no portal: %+v", d)
	}
}

// A correction has the title of the text that it corrects: the page of that is not
// taken for its own, where the portal says which it is.
func TestAPortalThatStillShowsTheOldTextIsNotTakenForTheNew(t *testing.T) {
	w := newSquare(t)
	web := &portal{pages: map[string]string{}}
	srv := httptest.NewServer(web)
	defer srv.Close()
	_, err := w.content.PutSite(t.Context(), content.Site{Meta: store.Meta{ID: "www"}, Name: "门户", Unit: "town", PageURL: srv.URL + "{path}.html"})
	w.check(err)
	const title = "关于同题更正的通知"
	page := func(digest string) string {
		out := `<html><head><meta name="ArticleTitle" content="` + title + `">`
		if digest != "" {
			out += `<meta name="gongkai:digest" content="` + digest + `">`
		}
		return out
	}
	it := w.released(title)
	first := it.Live.Digest
	at := it.Live.Placed[0].Path + ".html"
	web.pages[at] = page("")
	w.until(time.Hour)
	if d := w.on("wall", it.ID); d.State != channel.Confirmed || d.Portal.By != channel.SeenByTitle {
		t.Fatalf("%s %+v", d.State, d.Portal)
	}
	for n, c := range []struct {
		by       string
		old, now func() string // the page before and after the portal has the correction
		modified bool
	}{
		{channel.SeenByDigest, func() string { return page(first) }, func() string { return page(w.get(it.ID).Live.Digest) }, false},
		{channel.SeenByModified, func() string { return page("") }, func() string { return page("") }, true},
		{channel.SeenByTitle, nil, func() string { return page("") }, false},
	} {
		first = w.get(it.ID).Live.Digest
		v := fields(title)
		v["body"] = fmt.Sprintf("<p>第%d次更正。</p>", n)
		_, err := w.engine.Save(t.Context(), person("editor"), it.ID, workflow.Draft{Fields: v})
		w.check(err)
		w.release(w.signed(it.ID))
		w.told()
		web.modified = time.Time{}
		if c.old != nil {
			web.pages[at] = c.old()
			if c.modified {
				web.modified = time.Now().Add(-time.Hour)
			}
			w.set(w.now().Add(time.Minute))
			w.paid()
			if d := w.on("wall", it.ID); d.State != channel.Due || d.Error != "portal_awaited" {
				t.Errorf("%s: the page is the old one, and it is %s (%s)", c.by, d.State, d.Error)
			}
		}
		if web.pages[at] = c.now(); c.modified {
			web.modified = time.Now()
		}
		w.until(20 * time.Minute)
		if d := w.on("wall", it.ID); d.State != channel.Confirmed || d.Portal == nil || d.Portal.By != c.by {
			t.Errorf("%s: %s (%s) %+v", c.by, d.State, d.Error, d.Portal)
		}
	}
}

// Whatever the wall does and whenever workers die: once it is quiet, it shows
// f(item, channel), once.
func TestAWallShowsWhatItShouldWhateverHappens(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 4
	}
	w := newSquare(t)
	r := rand.New(rand.NewPCG(6, 12))
	tricks := []string{"", "", "slow", "lost after", "lost before", "lost and slow", "killed", "busy"}
	var items []content.Item
	for i := range 3 {
		items = append(items, w.released(fmt.Sprintf("关于第%d张告示的通知", i)))
	}
	for range rounds {
		for i, it := range items {
			var some []string
			for range r.IntN(6) {
				some = append(some, tricks[r.IntN(len(tricks))])
			}
			w.wall.misbehave(some...)
			switch it = w.get(it.ID); {
			case it.Live.State == content.Suspended:
				w.must("both3", it.ID, workflow.Step{Act: "resume", Edition: it.Live.Edition, Reason: "已核实"})
			case r.IntN(3) == 0:
				w.corrected(it, fmt.Sprintf("关于第%d张告示的通知（%d）", i, r.IntN(1000)))
			case r.IntN(2) == 0:
				w.suspend(it)
			}
			w.told()
			w.paid()
			w.set(w.now().Add(time.Duration(r.IntN(200)) * time.Second))
			w.paid()
		}
	}
	w.wall.misbehave()
	w.until(6 * time.Hour)
	for _, it := range items {
		it, shown := w.get(it.ID), w.wall.shows(it.ID)
		d := w.on("wall", it.ID)
		if it.Live.State == content.Published {
			if len(shown) != 1 || shown[0].edition != it.Live.Edition || d.State != channel.Confirmed {
				t.Errorf("live: it shows %+v, %+v", shown, d)
			}
		} else if len(shown) != 0 || d.State != channel.Withdrawn {
			t.Errorf("suspended: it shows %+v, %+v", shown, d)
		}
	}
	t.Logf("calls %v", w.wall.calls)
}

// The ledger is restored from a backup; the public side, and what was posted
// since, are not.
func TestWhatWasPostedSinceABackupIsKnownAfterTheRestore(t *testing.T) {
	w := newSquare(t)
	w.outlet(channel.Outlet{Meta: store.Meta{ID: "paper"}, Name: "柳溪报", Kind: channel.KindHand})
	before, lost := w.released("关于备份之前的通知"), w.ready(fields("关于备份之后的通知"))
	w.until(time.Hour)
	backup := filepath.Join(w.dir, "backup.db")
	w.check(w.content.DB.(*store.SQLite).Snapshot(t.Context(), backup, nil))

	before = w.corrected(before, "关于备份之前的更正")
	lost = w.release(lost)
	w.set(w.now().Add(time.Second))
	w.until(time.Hour)
	w.wall.misbehave("lost after")
	unsure := w.released("关于备份之后答复丢失的通知")
	w.paid()
	_, err := w.ledger.Decide(t.Context(), "out-paper."+lost.ID, channel.Decision{Act: channel.SayDone, Edition: 1, On: "2026-03-02", Where: "第3版", By: "publisher"})
	w.check(err)
	w.until(time.Minute)
	if len(w.wall.shows(before.ID)) != 1 || len(w.wall.shows(lost.ID)) != 1 || len(w.wall.shows(unsure.ID)) != 1 {
		t.Fatal("this test shows nothing")
	}
	w.check(w.public.EachReceipt(t.Context(), func(r publication.Receipt) error {
		if strings.Contains(r.Posts, "publisher") {
			t.Error("a receipt on the public side names somebody")
		}
		return nil
	}))

	w.channels.Subscribers = w.openRestricted("backup.db")
	w.ledger, err = channel.OpenLedger(t.Context(), w.content.DB, w.now)
	w.check(err)
	w.posts(w.now, w.wall.kind())
	w.worker = w.newWorker()
	w.worker.Now, w.worker.Backoff = w.now, jobs.Backoff
	r := &jobs.Reconciler{Content: w.content, Engine: w.engine, Public: w.public, Ledger: w.ledger, Trail: w.trail, Now: w.now, By: person("operator")}
	_, err = r.Run(t.Context(), w.now(), false)
	w.check(err)
	w.until(2 * time.Hour)
	for _, it := range []content.Item{before, lost, unsure} {
		if got := w.wall.shows(it.ID); len(got) != 0 || w.on("wall", it.ID).State != channel.Withdrawn {
			t.Errorf("nobody knows whether it may be shown, and the wall shows %+v: %+v", got, w.on("wall", it.ID))
		}
	}
	if d := w.on("paper", lost.ID); d.State != channel.Person || d.Error != "by_hand_remove" {
		t.Errorf("what was printed is to be taken down: %+v", d)
	}
	w.must("both3", before.ID, workflow.Step{Act: "resume", Edition: w.get(before.ID).Live.Edition, Reason: "已核实"})
	w.until(time.Hour)
	if got := w.wall.shows(before.ID); len(got) != 1 || got[0].title != "关于备份之前的更正" {
		t.Errorf("it shows %+v", got)
	}
}

// A removal whose answer was lost may have been done: what is wanted again is
// looked up first.
func TestWhatIsWantedAgainAfterALostRemovalIsLookedUp(t *testing.T) {
	for _, trick := range []string{"torn", "torn and killed"} {
		w := newSquare(t)
		it := w.released("关于撤下又恢复的通知")
		w.until(time.Hour)
		w.suspend(it)
		w.told()
		w.wall.misbehave(trick)
		w.paid()
		w.must("both3", it.ID, workflow.Step{Act: "resume", Edition: it.Live.Edition, Reason: "已核实"})
		w.told()
		w.until(time.Hour)
		if got, d := w.wall.shows(it.ID), w.on("wall", it.ID); len(got) != 1 || d.State != channel.Confirmed {
			t.Errorf("%s: it shows %+v: %+v", trick, got, d)
		}
	}
}
