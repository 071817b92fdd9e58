// An office with inboxes, over the embedded store.

package notify

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/content"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
	"gongkai/workflow"
)

func TestMain(m *testing.M) {
	account.Demo = account.HashCost{Memory: 8, Time: 1, Threads: 1} // account tests its hashes itself
	os.Exit(m.Run())
}

// office is a county whose people are told of things.
type office struct {
	*Notifier
	t    *testing.T
	now  time.Time
	may  map[string][]string // who may do an act
	lost []string            // who may not read the item any more
	it   content.Item
	sent []string // outcomes
}

// morning is a working day at ten, where the offices are.
var morning = time.Date(2026, 3, 2, 10, 0, 0, 0, content.Shanghai)

func newOffice(t *testing.T, change ...func(*Options)) *office {
	t.Helper()
	o := &office{t: t, now: morning, may: map[string][]string{}}
	ctx, clock := t.Context(), gongkai.Clock(func() time.Time { return o.now })
	db, err := store.OpenScratch(ctx, filepath.Join(t.TempDir(), "gongkai.db"))
	o.must(err)
	t.Cleanup(func() { _ = db.Close() })
	c, err := content.Open(ctx, db, buckettest.Folders(t, "originals"), content.Secret("a secret of the restricted side!"), clock)
	o.must(err)
	people, err := account.Open(ctx, db, account.Options{Clock: clock, Cost: account.Demo})
	o.must(err)
	opt := Options{Content: c, Accounts: people, Clock: clock,
		May: func(_ context.Context, _ content.Item, act string) ([]string, error) { return o.may[act], nil },
		Reads: func(_ context.Context, _ content.Item, who []string) ([]string, error) {
			return slices.DeleteFunc(slices.Clone(who), func(p string) bool { return slices.Contains(o.lost, p) }), nil
		},
		Sent: func(_, outcome string) { o.sent = append(o.sent, outcome) }}
	for _, f := range change {
		f(&opt)
	}
	o.Notifier, err = Open(ctx, opt)
	o.must(err)
	o.county()
	return o
}

func (o *office) county() {
	ctx, c := o.t.Context(), o.opt.Content
	unit, site := content.Unit{Name: "青山县人民政府"}, content.Site{Name: "青山县人民政府网", Domain: "www.qingshan.example", Unit: "county"}
	unit.ID, site.ID = "county", "portal"
	_, err := c.PutUnit(ctx, unit)
	o.must(err)
	_, err = c.PutSite(ctx, site)
	o.must(err)
	column := content.Column{Site: "portal", Slug: "notices", Name: "通知公告"}
	column.ID = "notices"
	_, err = c.PutColumn(ctx, column)
	o.must(err)
	for _, login := range []string{"wen", "li", "zhao"} {
		o.hire(login)
	}
	o.it = content.Item{Meta: store.Meta{ID: "item-1"}, Unit: "county", Kind: "notice", Column: "notices", Title: "关于王**低保的公示", CreatedBy: "wen"}
	o.it.Work.Contributors = []string{"wen", "key:import"}
	o.it, err = c.Items.Insert(ctx, o.it)
	o.must(err)
}

func (o *office) hire(login string) {
	o.t.Helper()
	_, err := o.opt.Accounts.AddUser(o.t.Context(), account.NewUser{ID: login, Login: login, Name: "干部" + login, Unit: "county", Password: "mountains-and-rivers-7"})
	o.must(err)
	_, err = o.opt.Accounts.SetEmail(o.t.Context(), login, login+"@qingshan.gov.cn")
	o.must(err)
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// step is an act of somebody that leads the work into a state.
func (o *office) step(act, by, to string) {
	o.t.Helper()
	o.later(time.Second)
	n := int64(len(o.it.Steps) + 1)
	o.it.Steps = append(o.it.Steps, content.StepRecord{N: n, Act: act, By: by, At: gongkai.Millis(o.now), From: now(o.it) + "/none", To: to + "/none"})
	o.it.Work.State, o.it.Work.Stage, _ = strings.Cut(to, ":")
	o.it.StepN = n
}

// noted adds to the record of the last step.
func (o *office) noted(key, value string) {
	last := &o.it.Steps[len(o.it.Steps)-1]
	if last.Detail == nil {
		last.Detail = map[string]string{}
	}
	last.Detail[key] = value
}

// tell is what the worker does: it tells, and then notes that it did.
func (o *office) tell() {
	o.t.Helper()
	o.must(o.Tell(o.t.Context(), o.it))
	o.it.Copied = o.it.StepN
}

// inbox is what somebody has, oldest first; what is unread has a star.
func (o *office) inbox(person string) (out []string) {
	o.t.Helper()
	page, err := o.Inbox(o.t.Context(), person, false, "", 100)
	o.must(err)
	for _, n := range slices.Backward(page.Docs) {
		if n.Unread {
			n.Event += "*"
		}
		out = append(out, n.Event)
	}
	return out
}

func (o *office) has(person string, want ...string) {
	o.t.Helper()
	if got := o.inbox(person); !slices.Equal(got, want) {
		o.t.Errorf("%s has %v, not %v", person, got, want)
	}
}

func (o *office) later(d time.Duration) { o.now = o.now.Add(d) }

func TestAnItemOnItsWayTellsWhoeverItConcernsOnce(t *testing.T) {
	o := newOffice(t)
	o.may["pass"] = []string{"li", "zhao"}
	o.step("submit", "wen", "checking")
	o.step("built", "system", "stage:merged_1")
	o.must(o.Tell(t.Context(), o.it)) // and the process dies before it is noted
	o.tell()
	o.has("li", "to_sign*")
	o.has("zhao", "to_sign*")
	o.has("wen") // nobody is told of what they did themselves
	h, err := o.Head(t.Context(), "li")
	if err != nil || h.N != 1 {
		t.Errorf("li's inbox changed %d times: %v", h.N, err)
	}

	o.may["pass"] = []string{"zhao"}
	o.step("pass", "li", "stage:merged_2")
	o.tell()
	o.has("li", "to_sign")
	o.has("zhao", "to_sign", "to_sign*") // the next stage asks anew, the one before asks no more

	o.step("return", "zhao", "returned")
	o.tell()
	o.has("zhao", "to_sign", "to_sign")
	o.has("wen", "returned*")
}

func TestWhatIsOverWhenItIsToldAsksNobody(t *testing.T) {
	o := newOffice(t)
	o.may["pass"], o.may["release"] = []string{"li"}, []string{"zhao"}
	o.step("built", "system", "stage:merged_1")
	o.step("pass", "li", "ready")
	o.step("recall", "wen", "draft")
	o.tell()
	o.has("li")
	o.has("zhao")
}

func TestACorrectionAsksTheSameStageAgain(t *testing.T) {
	o := newOffice(t)
	o.may["pass"] = []string{"li", "zhao"}
	o.step("built", "system", "stage:merged_1")
	o.tell()
	o.step("correct", "li", "checking")
	o.step("built", "system", "stage:merged_1")
	o.tell()
	o.has("zhao", "to_sign", "to_sign*")
	o.has("wen", "corrected*")
}

func TestTheBoundsOfWhoIsTold(t *testing.T) {
	o := newOffice(t)
	o.may["pass"], o.lost = []string{"li", "zhao", "nobody-any-more"}, []string{"zhao"}
	o.step("built", "system", "stage:merged_1")
	o.must(o.opt.Accounts.Disable(t.Context(), "wen", true))
	o.step("unbuilt", "system", "returned")
	o.it.Steps, o.it.Work.State, o.it.Work.Stage = o.it.Steps[:1], "stage", "merged_1"
	o.tell()
	o.has("li", "to_sign*")
	o.has("zhao") // may not read it
	o.has("nobody-any-more")
	o.step("return", "li", "returned")
	o.tell()
	o.has("wen") // is locked out
}

func TestAWithdrawalThatIsAskedForAsksUntilItIsDecided(t *testing.T) {
	o := newOffice(t)
	o.may["withdraw"] = []string{"li", "zhao"}
	o.it.Live = content.Live{State: content.Published, Contributors: []string{"wen"}, Asked: &content.Asked{By: "zhao", At: gongkai.Millis(o.now)}}
	o.step("ask_withdraw", "zhao", "none")
	o.tell()
	o.has("li", "withdrawal_asked*")
	o.step("save", "wen", "draft") // work beside it changes nothing
	o.tell()
	o.has("li", "withdrawal_asked*")
	o.it.Live.Asked = nil
	o.step("decline", "li", "draft")
	o.noted("asker", "zhao")
	o.tell()
	o.has("li", "withdrawal_asked")
	o.has("zhao", "withdrawal_declined*")
}

func TestWhoIsStoodInForAndWhoIsGivenWorkAreTold(t *testing.T) {
	o := newOffice(t)
	o.it.Live.Signoffs = []content.Signoff{{By: "li", For: "zhao"}}
	o.step("release", "wen", content.NoWork)
	o.tell()
	o.has("li", "released*")
	o.has("zhao", "released*")
	o.it.Work.Claims = []content.Claim{{Stage: content.Draft, By: "li", Given: "zhao"}, {Stage: content.Draft, By: "wen"}}
	o.step("reassign", "zhao", content.Draft)
	o.tell()
	o.has("li", "released*", "assigned*")
	o.has("wen")
}

func TestReadingIsOnesOwn(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.step("return", "li", "returned")
	o.tell()
	o.later(time.Minute)
	seen := gongkai.Millis(o.now)
	o.later(time.Minute)
	o.step("reject", "li", "rejected")
	o.tell()
	page, err := o.Inbox(ctx, "wen", true, "", 10)
	o.must(err)
	if _, err := o.Read(ctx, "li", page.Docs[0].ID); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("li reads what wen was told: %v", err)
	}
	o.must(o.ReadAll(ctx, "wen", seen))
	o.has("wen", "returned", "rejected*")
	if n, err := o.Unread(ctx, "wen"); n != 1 || err != nil {
		t.Errorf("%d unread, %v", n, err)
	}
	for range 2 {
		_, err = o.Read(ctx, "wen", page.Docs[0].ID)
		o.must(err)
	}
	o.has("wen", "returned", "rejected")
	o.later(100 * 24 * time.Hour)
	o.must(o.Prune(ctx, 90))
	o.has("wen")
}

func TestAHeadTellsWhatCameSince(t *testing.T) {
	h := Head{N: 4, Recent: []Mark{{2, "b"}, {3, ""}, {4, "d"}}}
	for since, want := range map[int64]struct {
		marks int
		whole bool
	}{4: {0, true}, 3: {1, true}, 1: {3, true}, 0: {0, false}, 9: {0, false}} {
		marks, whole := h.since(since)
		if whole != want.whole || whole && len(marks) != want.marks {
			t.Errorf("since %d: %v %v", since, marks, whole)
		}
	}
	if _, whole := (Head{}).since(0); !whole {
		t.Error("an inbox that nothing came into has nothing to tell")
	}
}

func TestRemindersComeOnceADayAndNotWithoutEnd(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.it.Deadline, o.it.Work.State = gongkai.Millis(o.now.AddDate(0, 0, -1)), content.Draft
	remind := func(day string) {
		t.Helper()
		o.must(o.Reminder(day).Remind(ctx, o.it, "deadline", true))
	}
	remind("2026-03-02")
	remind("2026-03-02")
	o.has("wen", "overdue*")
	o.later(24 * time.Hour)
	remind("2026-03-03")
	o.has("wen", "overdue*") // that of yesterday has gone
	o.step("submit", "wen", "checking")
	o.tell()
	o.has("wen", "overdue") // it waits for somebody else

	many := o.Reminder("2026-03-04")
	o.it.Work.State = content.Draft
	for i := range mostReminded + 5 {
		o.it.ID = "late-" + strings.Repeat("x", i)
		o.must(many.Remind(ctx, o.it, "deadline", false))
	}
	if got := slices.DeleteFunc(o.inbox("wen"), func(e string) bool { return e != "due_soon*" }); len(got) != mostReminded {
		t.Errorf("%d reminders on one day", len(got))
	}
}

func TestWhatIsSwitchedOffIsNotTold(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	for name, p := range map[string]Preferences{
		"an unknown event":        {Ways: map[string]string{"party": Off}},
		"an unknown way":          {Ways: map[string]string{"released": "pigeon"}},
		"what asks for something": {Ways: map[string]string{"to_sign": Off}},
		"no time":                 {Digest: "25:00"},
		"half of quiet hours":     {QuietFrom: "22:00"},
		"quiet hours of no time":  {QuietFrom: "22:00", QuietTo: "22:00"},
		"a time in short":         {Digest: "8:30"},
	} {
		if _, err := o.SetPreferences(ctx, "wen", p); !gongkai.Is(err, gongkai.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := o.SetPreferences(ctx, "wen", Preferences{Ways: map[string]string{"returned": Off, "rejected": InInbox}})
	o.must(err)
	o.step("return", "li", "returned")
	o.step("reject", "li", "rejected")
	o.tell()
	o.has("wen", "rejected*")
}

func TestWhenALetterIsDue(t *testing.T) {
	at := func(clock string) time.Time {
		d, err := time.ParseInLocation("2006-01-02 15:04", "2026-03-"+clock, content.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	night, digest := Preferences{QuietFrom: "22:00", QuietTo: "07:30"}, Preferences{Digest: "08:30", QuietFrom: "08:00", QuietTo: "09:00"}
	for _, c := range []struct {
		name, now, weight, want string
		p                       Preferences
	}{
		{"at once, with what else comes in the minute", "02 10:00", Ordinary, "02 10:01", Preferences{}},
		{"urgent: now", "02 10:00", Urgent, "02 10:00", digest},
		{"in the evening: in the morning", "02 23:00", Ordinary, "03 07:30", night},
		{"after midnight: the same morning", "03 00:10", Ordinary, "03 07:30", night},
		{"urgent at night: now", "03 00:10", Urgent, "03 00:10", night},
		{"by day", "03 07:30", Ordinary, "03 07:31", night},
		{"the last minute before quiet", "02 21:59", Ordinary, "03 07:30", night},
		{"the digest of today", "02 08:29", Ordinary, "02 08:30", digest},
		{"the digest of tomorrow", "02 08:30", Ordinary, "03 08:30", digest},
	} {
		if got := c.p.sendAt(at(c.now), c.weight); !got.Equal(at(c.want)) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

var update = flag.Bool("update", false, "write the table of the documentation anew")

func TestThePageListsTheEvents(t *testing.T) {
	const file, begin, end = "../docs/notifications.md", "<!-- events -->\n", "<!-- /events -->"
	var b strings.Builder
	b.WriteString("| Event | Chinese | English | Comes from | Who is told | Asks | Weight | By mail |\n|---|---|---|---|---|---|---|---|\n")
	mark := map[bool]string{true: "●"}
	told := map[string]string{Writers: "its writers", Authors: "its writers", Signers: "who signed it", Asker: "who asked for it", Setter: "who set it", Planner: "who set it", MaySetValid: "who may approve a change of validity", MayReview: "who may sign the later review", MayMark: "who may mark what a signed day brings about", Concerned: "whom it is about", MaySign: "who may sign the stage that waits",
		MayIssue: "who may release it", MayCallIn: "who may approve a withdrawal", Awaited: "whom it waits for", Assignee: "who was given it", Talkers: "who took part in the thread"}
	for _, e := range Events {
		from := "the date"
		switch {
		case e.Act != "":
			from = "act `" + e.Act + "`"
		case e.Name == CommentMade:
			from = "a comment"
		case e.Into != "":
			from = "state `" + e.Into + "`"
		case e.Notes != "":
			from = "a record that notes `" + e.Notes + "`"
		case e.About != "":
			from = "a " + e.About
		}
		var who []string
		for _, w := range e.To {
			if told[w] == "" {
				t.Errorf("the page has no words for %q", w)
			}
			who = append(who, told[w])
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s | %s |\n", e.Name, e.Zh, e.En, from, strings.Join(who, ", "), mark[e.Asks], e.Weight, mark[e.Mail])
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(page), begin)
	table, tail, found := strings.Cut(rest, end)
	if !found {
		t.Fatal("the page has no table of events")
	}
	if *update {
		if err := os.WriteFile(file, []byte(head+begin+b.String()+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if table != b.String() {
		t.Error("the page lists other events: run go test ./notify -run PageLists -update")
	}
}

func TestEveryEventComesFromSomething(t *testing.T) {
	for _, e := range Events {
		if _, known := workflow.ActOf(e.Act); e.Act != "" && !known {
			t.Errorf("%s: there is no act %s", e.Name, e.Act)
		}
		for _, who := range e.To {
			if act, may := strings.CutPrefix(who, "may:"); may {
				if _, known := workflow.ActOf(act); !known {
					t.Errorf("%s: there is no act %s", e.Name, act)
				}
			}
		}
		if e.About != "" && (outside[e.About].zh == "" || outside[e.About].path == "") {
			t.Errorf("%s: is about %q", e.Name, e.About)
		}
		if e.Zh == "" || e.En == "" || len(e.To) == 0 || !slices.Contains([]string{Urgent, Ordinary, Low}, e.Weight) {
			t.Errorf("%s lacks something", e.Name)
		}
	}
}
