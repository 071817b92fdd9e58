package channel

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/content"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

// reached is an office with a counting platform, a newspaper, and a clock.
type reached struct {
	*testing.T
	c     *Channels
	in    *content.Content
	clock time.Time
	asked []string // days
	fail  map[string]error
	quota int // calls until it is used up; 0: none
	per   int64
	ours  int                  // posts it was asked about
	fails func(id string) bool // whether the store fails to write that one
}

// fragile is a store that fails to write some documents.
type fragile struct {
	store.DB
	*reached
}

func (f *fragile) Change(ctx context.Context, t *store.Table, id string, decide func(store.Raw) (store.Raw, error)) error {
	if f.fails != nil && f.fails(id) {
		return gongkai.E(gongkai.Unavailable, "disk_full", "磁盘已满", "the disk is full")
	}
	return f.DB.Change(ctx, t, id, decide)
}

// counter is the platform.
type counter struct {
	platform.Platform
	*reached
}

func (c counter) Reach(_ context.Context, day string, posts []platform.Post) (map[string]int64, error) {
	c.asked = append(c.asked, day)
	c.ours += len(posts)
	if c.quota > 0 && len(c.asked) > c.quota {
		return nil, &platform.Error{Class: platform.ClassRate, Code: "wechat_45009"}
	}
	return map[string]int64{platform.Reads: c.per, platform.Shares: 1}, c.fail[day]
}

func newReached(t *testing.T) *reached {
	t.Helper()
	r := &reached{T: t, clock: time.Date(2026, 11, 4, 9, 0, 0, 0, content.Shanghai), per: 10, fail: map[string]error{}}
	now := gongkai.Clock(func() time.Time { return r.clock })
	file, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "x.db"))
	r.check(err)
	t.Cleanup(func() { _ = file.Close() })
	db := &fragile{DB: file, reached: r}
	r.in, err = content.Open(t.Context(), db, buckettest.Folders(t, "originals"), content.Secret("a secret of the restricted side!"), now)
	r.check(err)
	ledger, err := OpenLedger(t.Context(), db, now)
	r.check(err)
	kind := platform.Kind{Name: "counting", Zh: "平台", En: "platform", ID: "article_id", Open: func(platform.Account) (platform.Platform, error) { return counter{nil, r}, nil }}
	outlets, err := OpenOutlets(t.Context(), db, []platform.Kind{byHand, kind}, now)
	r.check(err)
	reaches, err := OpenReaches(t.Context(), db, now)
	r.check(err)
	r.c = &Channels{Outlets: outlets, Ledger: ledger, Reaches: reaches, Now: now, Guard: &NetGuard{}}
	for id, kind := range map[string]string{"wechat": "counting", "paper": KindHand} {
		_, err := outlets.Put(t.Context(), Outlet{Meta: store.Meta{ID: id}, Name: "青禾" + id, Kind: kind})
		r.check(err)
	}
	return r
}

func (r *reached) check(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *reached) reckon() {
	r.Helper()
	r.asked = nil
	r.check(r.c.Reckon(r.Context(), r.in, ""))
}

// showed puts attempts to show an item into the ledger.
func (r *reached) showed(outlet, item string, posts ...platform.Post) {
	r.Helper()
	_, err := r.c.Ledger.docs.Upsert(r.Context(), "out-"+outlet+"."+item, func(d *Delivery, _ bool) error {
		d.Channel, d.Item, d.Posts, d.Updated = "out-"+outlet, item, posts, r.clock.UnixMilli()
		return nil
	})
	r.check(err)
}

// there are the outlets of whoever loads a file.
func (r *reached) there(id string) bool { return id == "wechat" || id == "paper" }

func (r *reached) month(outlet, month string) Reach {
	r.Helper()
	doc, err := r.c.Reaches.get(r.Context(), outlet, month)
	r.check(err)
	return doc
}

func on(day string) int64 {
	at, _ := time.ParseInLocation(time.DateOnly, day, content.Shanghai)
	return at.UnixMilli()
}

func TestWhatWasShownIsCountedByMonth(t *testing.T) {
	r := newReached(t)
	named := map[string]string{"article_id": "a"}
	r.showed("wechat", "one", platform.Post{State: platform.Gone, Begun: on("2026-10-31"), Handles: named}, platform.Post{State: platform.Live, Begun: on("2026-11-01"), Handles: named})
	r.showed("wechat", "two", platform.Post{State: platform.Live, Begun: on("2026-11-01") - 1}, platform.Post{State: platform.Live, Begun: on("2026-11-02")}, platform.Post{State: platform.Live, Begun: on("2026-11-03")})
	r.showed("wechat", "never", platform.Post{State: platform.Failed, Begun: on("2026-11-01")}, platform.Post{State: platform.Unknown, Begun: on("2026-11-01")},
		platform.Post{State: platform.Gone, Begun: on("2026-11-01")}, platform.Post{State: platform.Submitted, Begun: on("2026-11-01")})
	r.showed("paper", "one", platform.Post{State: platform.Live, By: "li", On: "2026-10-30", Begun: on("2026-11-02")}, platform.Post{State: platform.Live, By: "li", On: "2026-12-30", Begun: on("2026-11-02")})
	r.reckon()
	for at, want := range map[string][2]int64{"wechat.2026-10": {2, 2}, "wechat.2026-11": {2, 3}, "paper.2026-10": {1, 1}, "paper.2026-11": {0, 0}} {
		outlet, month, _ := strings.Cut(at, ".")
		if n := r.month(outlet, month).Counted; n.Items != want[0] || n.Posts != want[1] {
			t.Errorf("%s: %+v", at, n)
		}
	}
	if r.ours != 5 {
		t.Errorf("the platform is asked about %d posts", r.ours)
	}
	before := r.month("wechat", "2026-11")
	r.reckon()
	if after := r.month("wechat", "2026-11"); after.Rev != before.Rev {
		t.Error("counted again, it is written again")
	}
	r.showed("wechat", "two")
	r.reckon()
	if n := r.month("wechat", "2026-11").Counted; n.Items != 1 || n.Posts != 1 {
		t.Errorf("the newer count: %+v", n)
	}
}

func TestAPlatformIsAskedForEachDayOnceADayUntilItsFiguresRest(t *testing.T) {
	r := newReached(t)
	notReady := &platform.Error{Class: platform.ClassTemporary, Code: platform.NotReady}
	r.fail["2026-11-03"] = notReady
	r.reckon()
	if len(r.asked) != 34 || r.asked[0] != "2026-10-01" || r.asked[33] != "2026-11-03" {
		t.Error(r.asked)
	}
	if nov := r.month("wechat", "2026-11"); len(nov.Days) != 2 || nov.Error != platform.NotReady {
		t.Errorf("%+v", nov)
	}
	delete(r.fail, "2026-11-03")
	r.reckon() // the same day: only what was not ready
	if nov := r.month("wechat", "2026-11"); !slices.Equal(r.asked, []string{"2026-11-03"}) || len(nov.Days) != 3 || nov.Error != "" {
		t.Errorf("%v %+v", r.asked, nov)
	}
	r.clock = r.clock.AddDate(0, 0, 1)
	r.per = 11
	r.reckon() // newer figures in the place of older ones
	if f, _ := r.month("wechat", "2026-11").Figure(platform.Reads); f.N != 44 || f.Source != SourcePlatform || f.At != r.clock.UnixMilli() {
		t.Errorf("%v %+v", r.asked, f)
	}
	if r.asked[0] != "2026-11-04" || slices.Contains(r.asked, "2026-10-01") {
		t.Error("first what was never asked for, and no more what is old:", r.asked)
	}
	r.clock = r.clock.AddDate(0, 0, 1)
	r.quota, r.per = 5, 12
	r.reckon()
	done := slices.Clone(r.asked[:5])
	if nov := r.month("wechat", "2026-11"); len(r.asked) != 6 || done[0] != "2026-11-05" || nov.Error != "" && nov.Error != "wechat_45009" {
		t.Error("the quota ends it:", r.asked)
	}
	r.reckon() // goes on behind them
	for _, day := range r.asked {
		if slices.Contains(done, day) {
			t.Errorf("%s was asked for twice on a day", day)
		}
	}
	r.quota = 0
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.c.Reckon(ctx, r.in, ""); !errors.Is(err, context.Canceled) {
		t.Error("cut short:", err)
	}
	_, err := r.c.Outlets.Put(t.Context(), Outlet{Meta: store.Meta{ID: "wechat"}, Name: "青禾", Kind: "counting", Retired: true})
	r.check(err)
	r.clock = r.clock.AddDate(0, 0, 1)
	if r.reckon(); len(r.asked) > 0 {
		t.Error("a retired account is asked:", r.asked)
	}
}

func TestWhatAPersonSaysIsNotOverwrittenByThePlatform(t *testing.T) {
	r := newReached(t)
	put := func(whole bool, source string, figures map[string]int64) Reach {
		t.Helper()
		doc, err := r.c.Reaches.Put(t.Context(), ReachEntry{Outlet: "wechat", Month: "2026-11", Figures: figures, Source: source, By: "li"}, whole)
		r.check(err)
		return doc
	}
	given := put(true, SourceHand, map[string]int64{platform.Reads: 99, platform.Issues: 4})
	r.clock = r.clock.Add(time.Minute)
	r.reckon()
	doc := r.month("wechat", "2026-11")
	if f, _ := doc.Figure(platform.Reads); f.N != 99 || f.Source != SourceHand || f.By != "li" || f.At != given.Hand[platform.Reads].At || f.Says == nil || *f.Says != 30 {
		t.Errorf("%+v", f)
	}
	if f, _ := doc.Figure(platform.Issues); f.N != 4 || f.Says != nil {
		t.Errorf("the platform does not say: %+v", f)
	}
	if f, ok := doc.Figure(platform.Shares); !ok || f.N != 3 || f.Source != SourcePlatform {
		t.Errorf("%+v", f)
	}
	if again := put(true, SourceHand, map[string]int64{platform.Reads: 99, platform.Issues: 4}); again.Rev != doc.Rev {
		t.Error("the same is written again")
	}
	put(false, SourceImport, map[string]int64{platform.Shares: 8})
	if f, _ := r.month("wechat", "2026-11").Figure(platform.Reads); f.N != 99 {
		t.Error("a cell that is empty says nothing:", f)
	}
	put(true, SourceHand, nil)
	if f, _ := r.month("wechat", "2026-11").Figure(platform.Reads); f.N != 30 || f.Source != SourcePlatform {
		t.Error("the platform's again:", f)
	}
	if _, ok := r.month("paper", "2026-11").Figure(platform.Reads); ok {
		t.Error("nobody said anything")
	}
	for where, e := range map[string]ReachEntry{"month": {Outlet: "wechat", Month: "2026-12"}, platform.Reads: {Outlet: "wechat", Month: "2026-11", Figures: map[string]int64{platform.Reads: -1}}, platform.Shares: {Month: "2026-11", Figures: map[string]int64{platform.Shares: maxFigure + 1}}} {
		var refused *gongkai.Error
		if _, err := r.c.Reaches.Put(t.Context(), e, true); !errors.As(err, &refused) || refused.Details[0].Where != where {
			t.Errorf("%s: %v", where, err)
		}
	}
}

func TestAFileOfFiguresIsTakenWholeOrNotAtAll(t *testing.T) {
	r := newReached(t)
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("渠道,名称,月份,期数,阅读量\npaper,县报,2026-10,\"1,024\",\nwechat,公众号,2026-10,,77\n")
	r.check(err)
	if n, err := r.c.Import(t.Context(), []byte(gb), "li", r.there); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if f, _ := r.month("paper", "2026-10").Figure(platform.Issues); f.N != 1024 || f.Source != SourceImport {
		t.Errorf("%+v", f)
	}
	if _, ok := r.month("paper", "2026-10").Figure(platform.Reads); ok {
		t.Error("an empty cell says something")
	}
	_, err = r.c.Import(t.Context(), []byte("outlet,month,reads\npaper,2026-09,5\nnone,2026-09,5\npaper,2027-01,5\npaper,2026-08,-5\npaper,2026-07,many\npaper,2026-09,6\n"), "li", r.there)
	var refused *gongkai.Error
	if !errors.As(err, &refused) || gongkai.CodeOf(err) != "reach_rows" {
		t.Fatal(err)
	}
	var lines []string
	for _, d := range refused.Details {
		lines = append(lines, d.Where)
		if !strings.Contains(d.Zh, "行：") || strings.Contains(d.Zh+d.En, "many") {
			t.Error(d)
		}
	}
	slices.Sort(lines)
	if want := []string{"line 3: outlet", "line 4: month", "line 5: reads", "line 6: reads", "line 7: month"}; !slices.Equal(lines, want) {
		t.Error(lines)
	}
	if doc := r.month("paper", "2026-09"); doc.Rev != 0 {
		t.Error("half of it was written")
	}
	for code, text := range map[string]string{"reach_columns": "outlet,month\npaper,2026-09\n", "reach_file": "outlet,month,reads\n\x00", "reach_rows": "outlet,month,reads\n\"paper,2026-09,5\n"} {
		if _, err := r.c.Import(t.Context(), []byte(text), "li", r.there); gongkai.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	for _, empty := range []string{"", "outlet,month,reads,reads\n"} {
		if _, err := r.c.Import(t.Context(), []byte(empty), "li", r.there); gongkai.CodeOf(err) != "reach_columns" {
			t.Error(err)
		}
	}
}

func TestMonthsOfAPeriod(t *testing.T) {
	r := newReached(t)
	if m, err := r.c.Reaches.Months("", ""); err != nil || len(m) != 11 || m[0] != "2026-01" {
		t.Error(m, err)
	}
	if m, err := r.c.Reaches.Months("2025-12", "2026-01"); err != nil || !slices.Equal(m, []string{"2025-12", "2026-01"}) {
		t.Error(m, err)
	}
	for _, bad := range [][2]string{{"2026-11", "2026-01"}, {"2026-13", ""}, {"x", ""}, {"2020-01", "2026-01"}, {"", "now"}} {
		if m, err := r.c.Reaches.Months(bad[0], bad[1]); gongkai.CodeOf(err) != "months" {
			t.Error(bad, m, err)
		}
	}
}

func TestLinesOfAFileAreCountedAsAnEditorShowsThem(t *testing.T) {
	r := newReached(t)
	_, err := r.c.Import(t.Context(), []byte("outlet,名称,month,reads\n\npaper,\"县\n报\",2026-09,5\n\nnone,,2026-09,5\npaper,,2026-08,many\n\"paper,,2026-07,1\n"), "li", r.there)
	var refused *gongkai.Error
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	var lines []string
	for _, d := range refused.Details {
		lines = append(lines, d.Where)
	}
	slices.Sort(lines)
	if want := []string{"line 6: outlet", "line 7: reads", "line 8: row"}; !slices.Equal(lines, want) {
		t.Error(lines)
	}
}

func TestATableThatIsLoadedAgainMakesNobodyElsesFiguresAPersons(t *testing.T) {
	r := newReached(t)
	r.reckon() // the platform says 30 reads and 3 shares
	_, err := r.c.Reaches.Put(t.Context(), ReachEntry{Outlet: "wechat", Month: "2026-11", Figures: map[string]int64{platform.Issues: 4}, Source: SourceHand, By: "li"}, true)
	r.check(err)
	before := r.month("wechat", "2026-11")
	heads := "渠道,月份,期数（篇数）,期数（篇数）来源,期数（篇数）平台所报,阅读量,阅读量来源,阅读量时间,阅读量平台所报,转发量,转发量来源,转发量时间,转发量平台所报\n"
	load := func(row string) Reach {
		t.Helper()
		_, err := r.c.Import(t.Context(), []byte(heads+row+"\n"), "wang", r.there)
		r.check(err)
		return r.month("wechat", "2026-11")
	}
	if now := load("wechat,2026-11,4,填报,,30,平台,2026-11-04 09:00,30,3,平台,2026-11-04 09:00,3"); now.Rev != before.Rev {
		t.Errorf("as it was exported: %+v", now.Hand)
	}
	now := load("wechat,2026-11,4,填报,,29,平台,2026-11-04 09:00,30,3,平台,2026-11-04 09:00,3")
	if g := now.Hand[platform.Reads]; g.N != 29 || g.By != "wang" || now.Hand[platform.Issues].By != "li" || len(now.Hand) != 2 {
		t.Errorf("with one cell changed: %+v", now.Hand)
	}
}

func TestAFileIsTakenBackWhereTheStoreFails(t *testing.T) {
	r := newReached(t)
	load := func(text string) (int, error) {
		return r.c.Import(t.Context(), []byte("outlet,month,reads\n"+text), "li", r.there)
	}
	if _, err := load("wechat,2026-10,5\n"); err != nil {
		t.Fatal(err)
	}
	const rows = "paper,2026-09,1\nwechat,2026-10,6\npaper,2026-10,1\n"
	r.fails = func(id string) bool { return id == "paper.2026-10" }
	if n, err := load(rows); n != 0 || gongkai.CodeOf(err) != "disk_full" {
		t.Errorf("%d %v", n, err)
	}
	if f, _ := r.month("wechat", "2026-10").Figure(platform.Reads); f.N != 5 || r.month("paper", "2026-09").Rev != 0 {
		t.Errorf("a part of it stands: %+v", f)
	}
	down := false
	r.fails = func(id string) bool { down = down || id == "paper.2026-10"; return down }
	if n, err := load(rows); n != 2 || gongkai.CodeOf(err) != "reach_half" || !gongkai.Is(err, gongkai.Unavailable) {
		t.Errorf("%d %v", n, err)
	}
	r.fails = nil
	if n, err := load(rows); n != 3 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}
