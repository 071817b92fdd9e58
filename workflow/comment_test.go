package workflow

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// marking is a remark on the first place where words stand in a text.
func marking(place, text, words string) Remark {
	before, _, _ := strings.Cut(text, words)
	start := utf8.RuneCountInString(before)
	return Remark{ID: gongkai.NewID(), Place: place, Start: start, End: start + utf8.RuneCountInString(words), Quote: words, Text: "请核对。"}
}

func (o *office) comments(who, item string) []Thread {
	o.t.Helper()
	page, err := o.Comments(o.t.Context(), person(who), item, "", "", 100)
	o.check(err)
	return page.Docs
}

// remarks begins a thread on the newest revision.
func (o *office) remarks(who string, it content.Item, r Remark) Thread {
	o.t.Helper()
	r.Revision = head(it)
	t, err := o.Comment(o.t.Context(), person(who), it.ID, r)
	o.check(err)
	return t
}

func TestAThreadFromItsFirstWordToItsEnd(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	it := o.submit(o.create(plainFields()).ID)
	r := marking("title", "关于开展检查的通知", "检查")
	r.Sheet = it.Work.SheetDigest
	thread, err := o.Comment(ctx, person("both1"), it.ID, r)
	o.check(err)
	if thread.Anchor.Quote != "检查" || thread.Anchor.Start != 4 || thread.Anchor.Revision != it.Work.Revision || !thread.Open || thread.Now.State != anchorStands || thread.Now.Start != 4 || thread.Now.End != 6 {
		t.Fatalf("%+v %+v", thread, thread.Now)
	}
	// A repeat answers the first thread; the id is that person's.
	again, err := o.Comment(ctx, person("both1"), it.ID, r)
	if o.check(err); again.Rev != thread.Rev || len(o.comments("editor", it.ID)) != 1 {
		t.Errorf("%+v", again)
	}
	o.refused(put(o.Comment(ctx, person("editor"), it.ID, r)), gongkai.Conflict, "comment_id")

	say := func(who, id, text string) (Thread, error) {
		return o.Answer(ctx, person(who), it.ID, thread.ID, id, text)
	}
	o.check(put(say("editor", "reply-one", "已核对，无误。")))
	thread, err = say("editor", "reply-one", "已核对，无误。")
	if o.check(err); len(thread.Replies) != 2 || thread.Replies[1].Name != "姓名editor" || thread.Replies[1].At <= thread.Replies[0].At {
		t.Errorf("%+v", thread.Replies)
	}
	o.refused(put(say("both1", "reply-one", "好。")), gongkai.Conflict, "comment_id")
	o.refused(put(say("both1", "reply-two", " \n ")), gongkai.Invalid, "text")
	o.refused(put(say("both1", "short", "好。")), gongkai.Invalid, "comment_id")
	o.refused(put(o.Answer(ctx, person("both1"), it.ID, "nothing", "reply-two", "好。")), gongkai.Missing, "comment")
	o.refused(put(o.Answer(ctx, person("both1"), o.create(plainFields()).ID, thread.ID, "reply-two", "好。")), gongkai.Missing, "comment")

	// Nobody touches another's words; one's own are taken back and leave a stub.
	o.refused(put(o.TakeBack(ctx, person("both1"), it.ID, thread.ID, "reply-one")), gongkai.Denied, "not_own")
	o.refused(put(o.TakeBack(ctx, person("editor"), it.ID, thread.ID, "reply-two")), gongkai.Missing, "reply")
	thread, err = o.TakeBack(ctx, person("editor"), it.ID, thread.ID, "reply-one")
	if o.check(err); len(thread.Replies) != 2 || thread.Replies[1].Text != "" || thread.Replies[1].Withdrawn == 0 || thread.Replies[1].By != "editor" {
		t.Errorf("%+v", thread.Replies[1])
	}

	// Resolved by either side, once, seen as it is; opened again.
	o.refused(put(o.Resolve(ctx, person("editor"), it.ID, thread.ID, false, thread.Rev-1)), gongkai.Conflict, "stale")
	done, err := o.Resolve(ctx, person("editor"), it.ID, thread.ID, false, thread.Rev)
	o.check(err)
	twice, err := o.Resolve(ctx, person("both1"), it.ID, thread.ID, false, 0)
	if o.check(err); done.Open || done.Settled.By != "editor" || twice.Rev != done.Rev || *twice.Settled != *done.Settled {
		t.Errorf("%+v %+v", done.Settled, twice.Settled)
	}
	if n, err := o.OpenComments(ctx, it.ID); err != nil || n != 0 {
		t.Errorf("%d open, %v", n, err)
	}
	o.refused(put(say("both1", "reply-two", "好。")), gongkai.Blocked, "comment_resolved")
	thread, err = o.Resolve(ctx, person("both1"), it.ID, thread.ID, true, 0)
	if o.check(err); !thread.Open || thread.Settled.By != "both1" {
		t.Errorf("%+v", thread.Settled)
	}
	o.check(put(say("both1", "reply-two", "好。")))
	if n, err := o.OpenComments(ctx, it.ID); err != nil || n != 1 {
		t.Errorf("%d open, %v", n, err)
	}
	// An open thread keeps nobody from signing, and a comment is no change of the item.
	if now := o.get(it.ID); now.Rev != it.Rev {
		t.Errorf("rev %d, was %d", now.Rev, it.Rev)
	}
	o.must("both1", it.ID, pass(it))
}

func TestThreadsAreListedOpenOnesFirstByPages(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	it := o.create(plainFields())
	var ids []string
	for range 5 {
		ids = append(ids, o.remarks("review1", it, marking("body", "<p>正文</p>", "正文")).ID)
	}
	for _, i := range []int{1, 4} {
		o.check(put(o.Resolve(ctx, person("editor"), it.ID, ids[i], false, 0)))
	}
	var got []string
	for after := ""; ; {
		page, err := o.Comments(ctx, person("review1"), it.ID, "", after, 2)
		o.check(err)
		for _, c := range page.Docs {
			got = append(got, c.ID)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if want := []string{ids[3], ids[2], ids[0], ids[4], ids[1]}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	page, err := o.Comments(ctx, person("review1"), it.ID, "resolved", "", 10)
	if o.check(err); len(page.Docs) != 2 || page.Docs[0].ID != ids[4] {
		t.Errorf("%+v", page.Docs)
	}
	if len(o.comments("review1", o.create(plainFields()).ID)) != 0 {
		t.Error("comments of another item are shown")
	}
}

func TestCommentsAreBounded(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	it := o.create(plainFields())
	c := o.remarks("review1", it, marking("title", "关于开展检查的通知", "检查"))
	full := c.Comment
	for i := range mostReplies - 1 {
		full.Replies = append(full.Replies, Reply{ID: fmt.Sprintf("filled-%02d", i), By: "review1"})
	}
	o.check(put(o.Engine.comments.Update(ctx, c.ID, 0, func(doc *Comment) error { doc.Replies = full.Replies; return nil })))
	o.refused(put(o.Answer(ctx, person("editor"), it.ID, c.ID, "one-more-reply", "好。")), gongkai.Blocked, "comments_full")
	many := make([]Comment, MostThreads-1)
	for i := range many {
		many[i] = Comment{Item: it.ID, Replies: full.Replies[:1], At: int64(i)}
	}
	_, err := o.Engine.comments.InsertMany(ctx, many)
	o.check(err)
	r := marking("title", "关于开展检查的通知", "检查")
	r.Revision = head(it)
	o.refused(put(o.Comment(ctx, person("editor"), it.ID, r)), gongkai.Blocked, "comments_full")
	r.Text = strings.Repeat("长", mostWords+1)
	o.refused(put(o.Comment(ctx, person("editor"), it.ID, r)), gongkai.Invalid, "text")
}

func TestACommentHoldsNothingPersonal(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	it := o.create(personal())
	body := personal()["body"].(string)
	// Its writer sees the numbers, marks a part of one, and writes another.
	r := marking("body", body, "身份证号:<b>"+idNumber[:8])
	r.Text = "这里的" + idNumber + "和" + mobile + "要遮掩吗？"
	own := o.remarks("editor", it, r)
	if !strings.HasPrefix(own.Anchor.Quote, "身份证号:<b>11*") || own.Now.State != anchorStands {
		t.Errorf("%+v %+v", own.Anchor, own.Now)
	}
	if from := []rune(body)[own.Now.Start:own.Now.End]; !strings.HasPrefix(string(from), "身份证号:<b>"+idNumber) {
		t.Error("the writer is not shown the place in the text as it is seen")
	}
	o.check(put(o.Answer(ctx, person("editor"), it.ID, own.ID, "reply-own", "打"+mobile+"问过了")))
	// Another sees masks, and counts in the masked text.
	masked := masksOf(o.findings(it), nil)
	shown := lay(body, masked.edits("body"))
	other := marking("body", shown, "。</p>\n<p>张三,")
	seen := o.remarks("review1", it, other)
	for _, c := range o.comments("review1", it.ID) {
		if at := []rune(shown)[c.Now.Start:c.Now.End]; string(at) != c.Anchor.Quote {
			t.Errorf("%q is shown at %q", c.Anchor.Quote, string(at))
		}
	}
	if seen.Anchor.Quote != "。</p>\n<p>张三," {
		t.Errorf("%+v", seen.Anchor)
	}
	// Who sees masks learns nothing by guessing what is below.
	guess := marking("body", body, idNumber)
	guess.Revision = head(it)
	o.refused(put(o.Comment(ctx, person("review1"), it.ID, guess)), gongkai.Conflict, codeMoved)
	guess.Start, guess.End, guess.Quote, guess.Place, guess.Text = 0, 0, "", "body", "整段请重写，联系"+mobile
	whole, err := o.Comment(ctx, person("review1"), it.ID, guess)
	o.check(err)
	page, err := o.Engine.comments.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", it.ID)}, Sort: []string{"-open", "-at"}, Limit: 100})
	o.check(err)
	for _, doc := range append(page.Docs, whole.Comment) {
		raw, err := json.Marshal(doc)
		if o.check(err); strings.Contains(string(raw), idNumber[4:14]) || strings.Contains(string(raw), mobile) {
			t.Errorf("it holds a number: %s", raw)
		}
	}
	if whole.Anchor.Whole != "" {
		t.Error("a digest of a text is shown")
	}
}

func TestAnAnchorOutlivesRevisionsAndDecisions(t *testing.T) {
	o := newOffice(t)
	fields := func(title, body string, rows ...[]string) content.Fields {
		v := content.Fields{"title": title, "openness": content.Proactive, "body": body, "publicity_from": "2026-03-01", "publicity_to": "2026-03-10"}
		if rows != nil {
			v["roster"] = content.Table{Head: []string{"序号", "项目"}, Rows: rows}
		}
		return v
	}
	body := "<p>请于月底以前报送。电话" + mobile + "。</p>"
	it, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "publicity", Unit: "county", Placements: []content.Placement{{Column: "www-merged"}},
		Fields: fields("关于检查的公示", body, []string{"1", "修桥"}, []string{"2", "铺路"})})
	o.check(err)
	shown := lay(body, masksOf(o.findings(it), nil).edits("body"))
	remark := func(r Remark) string { return o.remarks("review1", it, r).ID }
	whole := func(place string) Remark { return Remark{ID: gongkai.NewID(), Place: place, Text: "请核对"} }
	ids := map[string]string{
		"words": remark(marking("body", shown, "月底以前")), "number": remark(marking("body", shown, "电话138")), "cell": remark(marking("roster[1][1]", "铺路", "铺路")),
		"title": remark(whole("title")), "date": remark(whole("publicity_to")), "table": remark(whole("roster")),
	}
	stands := func(want map[string]string) {
		t.Helper()
		it = o.get(it.ID)
		for _, c := range o.comments("review1", it.ID) {
			for name, id := range ids {
				if id != c.ID {
					continue
				}
				if got := strings.TrimSpace(c.Now.State + " " + c.Now.Place); got != want[name] {
					t.Errorf("%s: %s, want %s", name, got, want[name])
				}
			}
		}
	}
	save := func(v content.Fields) {
		t.Helper()
		o.check(put(o.Save(t.Context(), person("editor"), it.ID, Draft{StepID: gongkai.NewID(), Fields: v})))
	}
	asBefore := map[string]string{"words": "stands body", "number": "stands body", "cell": "stands roster[1][1]", "title": "stands title", "date": "stands publicity_to", "table": "stands roster"}
	stands(asBefore)
	// A decision over the number below the mask moves nothing.
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "mobile", Act: "mask", As: "（略）"}}})
	stands(asBefore)

	save(fields("关于联合检查的公示", "<p>各村：</p>"+body, []string{"1", "清淤"}, []string{"2", "修桥"}, []string{"3", "铺路"}))
	stands(map[string]string{"words": "moved body", "number": "moved body", "cell": "moved roster[2][1]", "title": "changed title", "date": "stands publicity_to", "table": "changed roster"})
	v := fields("关于检查的公示", "<p>月底以前、月底以前。</p>")
	v["publicity_to"] = "2026-03-11"
	save(v)
	stands(map[string]string{"words": "several", "number": "gone", "cell": "gone", "title": "stands title", "date": "changed publicity_to", "table": "gone"})
	save(fields("关于检查的公示", body, []string{"1", "铺路"}, []string{"2", "铺路"}))
	stands(map[string]string{"words": "stands body", "number": "stands body", "cell": "stands roster[1][1]", "title": "stands title", "date": "stands publicity_to", "table": "changed roster"})
}

func TestACommentNamesAPlaceOfTheNewestVersion(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	it := o.create(plainFields())
	good := marking("title", "关于开展检查的通知", "检查")
	good.Revision = head(it)
	for name, c := range map[string]struct {
		change func(*Remark)
		kind   gongkai.Kind
		code   string
	}{
		"no version":          {func(r *Remark) { r.Revision = "" }, gongkai.Invalid, "version"},
		"an older version":    {func(r *Remark) { r.Revision = "older" }, gongkai.Conflict, codeMoved},
		"a sheet that is not": {func(r *Remark) { r.Sheet = strings.Repeat("0", 64) }, gongkai.Conflict, codeMoved},
		"other words":         {func(r *Remark) { r.Quote = "检测" }, gongkai.Conflict, codeMoved},
		"past the end":        {func(r *Remark) { r.End = 100 }, gongkai.Conflict, codeMoved},
		"backwards":           {func(r *Remark) { r.Start, r.End = 6, 4 }, gongkai.Invalid, "stretch"},
		"below nought":        {func(r *Remark) { r.Start = -1 }, gongkai.Invalid, "stretch"},
		"too much":            {func(r *Remark) { r.End = r.Start + mostAnchored + 1 }, gongkai.Invalid, "stretch"},
		"no place":            {func(r *Remark) { r.Place = "roster[2][1]" }, gongkai.Invalid, "place"},
		"a part of a choice":  {func(r *Remark) { r.Place = "openness" }, gongkai.Invalid, "place"},
		"an id with a number": {func(r *Remark) { r.ID = "tel-" + mobile }, gongkai.Invalid, "comment_id"},
	} {
		t.Run(name, func(t *testing.T) {
			r := good
			c.change(&r)
			o.refused(put(o.Comment(ctx, person("review1"), it.ID, r)), c.kind, c.code)
		})
	}
	if len(o.comments("review1", it.ID)) != 0 {
		t.Error("a refused comment is there")
	}
}

func TestWhoReadsTheDraftAndTakesPartMayComment(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	grant(t, o.pol, "auditor", policy.Auditor, "county")
	grant(t, o.pol, "elsewhere", policy.Reviewer1, "town")
	it := o.submit(o.create(plainFields()).ID)
	comment := func(actor gongkai.Actor) error {
		r := marking("title", "关于开展检查的通知", "检查")
		r.Sheet = it.Work.SheetDigest
		return put(o.Comment(ctx, actor, it.ID, r))
	}
	for _, who := range []string{"editor", "editor2", "review3", "proof1", "secret", "publisher"} {
		o.check(comment(person(who)))
	}
	for _, who := range []string{"admin", "auditor", "elsewhere", "nobody"} {
		o.refused(comment(person(who)), gongkai.Denied, "missing_grant")
	}
	o.refused(comment(program("write")), gongkai.Denied, "program")
	if len(o.comments("auditor", it.ID)) != 6 {
		t.Error("an auditor reads what was said")
	}
	if _, err := o.Comments(ctx, person("elsewhere"), it.ID, "", "", 10); !gongkai.Is(err, gongkai.Denied) {
		t.Errorf("who may not read the item reads its comments: %v", err)
	}
	id := o.comments("editor", it.ID)[0].ID
	o.refused(put(o.Answer(ctx, person("auditor"), it.ID, id, "reply-auditor", "看过")), gongkai.Denied, "missing_grant")
	o.refused(put(o.Resolve(ctx, person("auditor"), it.ID, id, false, 0)), gongkai.Denied, "missing_grant")
	o.refused(put(o.TakeBack(ctx, person("auditor"), it.ID, id, "any")), gongkai.Denied, "missing_grant")
	// Who stands in for a reviewer asks about what is to be signed, in their own name.
	o.lend("both1", "elsewhere", "1")
	o.check(comment(person("elsewhere")))
}

// A stretch carried to the other text and back holds at least what it held, but
// for what was taken out at its ends.
func TestStretchesAreCarriedOverMasks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		text, edits, removed := "", []edit{}, false
		for range rnd.IntN(6) {
			text += strings.Repeat("字a", rnd.IntN(3))
			was := strings.Repeat("1", 1+rnd.IntN(4))
			edits = append(edits, edit{start: len(text), end: len(text) + len(was), new: strings.Repeat("*", rnd.IntN(4))})
			text += was
			removed = removed || edits[len(edits)-1].new == ""
		}
		text += "末"
		shown, ts := lay(text, edits), twins(edits)
		marks := []int{len(text)}
		for i := range text {
			marks = append(marks, i)
		}
		from, to := marks[rnd.IntN(len(marks))], marks[rnd.IntN(len(marks))]
		if from >= to {
			continue
		}
		a, b := ts.across(from, to)
		back, end := ts.flipped().across(a, b)
		if !removed && (back > from || end < to) || a < b && back == end || !utf8.ValidString(shown[a:b]) {
			t.Fatalf("%q %+v: %d-%d is %d-%d of %q, and back %d-%d", text, edits, from, to, a, b, shown, back, end)
		}
		// What no mask touches is the same on both sides.
		if !strings.Contains(text[from:to], "1") && shown[a:b] != text[from:to] {
			t.Fatalf("%q is %q", text[from:to], shown[a:b])
		}
	}
}

func TestManyThreadsOnALongTableAreReadQuickly(t *testing.T) {
	p := pages{masked: map[string]string{}, texts: map[string]string{}, within: map[string][]string{}}
	for i := range 20_000 {
		place := fmt.Sprintf("roster[%d][0]", i)
		p.masked[place], p.within["roster"] = "同一格", append(p.within["roster"], place)
	}
	began := time.Now()
	for range MostThreads {
		if s := p.standing(Anchor{Place: "roster[0][0]", Start: 0, End: 2, Quote: "不在"}); s.State != anchorGone {
			t.Fatal(s)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
