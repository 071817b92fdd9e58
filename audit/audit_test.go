package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/store"
	"gongkai/store/storetest"
)

// desk is one database and a trail on it; entries and head reach round the
// trail, as somebody with the database password would.
type desk struct {
	*Trail
	db  store.DB
	now time.Time
}

func open(t testing.TB) *desk {
	t.Helper()
	db, err := storetest.SQLite(t, filepath.Join(t.TempDir(), "test.db"))
	ok(t, err)
	t.Cleanup(func() { _ = db.Close() })
	d := &desk{db: db, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	d.Trail = d.replica(t)
	return d
}

func (d *desk) replica(t testing.TB) *Trail {
	t.Helper()
	r, err := Open(t.Context(), d.db, func() time.Time { return d.now })
	ok(t, err)
	return r
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, err error, kind gongkai.Kind, code string) {
	t.Helper()
	if !gongkai.Is(err, kind) || gongkai.CodeOf(err) != code {
		t.Fatalf("got %v, want %v %s", err, kind, code)
	}
}

func passed(i int) Entry {
	return Entry{Actor: "u1", ActorName: "王审核", Act: "pass", Object: fmt.Sprintf("item%d", i%3), Unit: "county/office",
		Detail: map[string]string{"stage": "一审", "opinion": "同意"}}
}

// write appends n entries, each by itself.
func (d *desk) write(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		ok(t, d.Append(t.Context(), passed(i)))
	}
}

// all is the whole trail in order.
func (d *desk) all(t testing.TB) (out []Entry) {
	t.Helper()
	ok(t, d.each(t.Context(), func(e *Entry) { out = append(out, *e) }))
	return out
}

// codes is what a report says, as "number code".
func codes(r Report) string {
	var out []string
	for _, p := range r.Problems {
		out = append(out, fmt.Sprintf("%d %s", p.N, p.Code))
	}
	return strings.Join(out, ", ")
}

func (d *desk) verified(t *testing.T) Report {
	t.Helper()
	r, err := d.Verify(t.Context())
	ok(t, err)
	return r
}

func TestTheTrailIsAChain(t *testing.T) {
	d := open(t)
	if r := d.verified(t); !r.OK() || r.Count != 0 || r.Head != (Head{}) {
		t.Fatal(r)
	}
	d.write(t, 3)
	ok(t, d.Append(t.Context(), passed(3), Entry{Actor: "u2", Act: "release", At: 77}))
	all := d.all(t)
	prev := ""
	for i, e := range all {
		if e.N != int64(i+1) || e.ID != fmt.Sprintf("%016d", i+1) || e.Prev != prev || len(e.Hash) != 64 {
			t.Fatal(e)
		}
		prev = e.Hash
	}
	if all[0].At != gongkai.Millis(d.now) || all[4].At != 77 || all[1].Detail["stage"] != "一审" {
		t.Fatal(all)
	}
	head, err := d.Head(t.Context())
	if r := d.verified(t); err != nil || !r.OK() || r.Count != 5 || r.Head != head || head != (Head{5, prev}) {
		t.Fatal(r, head, err)
	}
}

// The form of the hash is a promise: trails of years must stay verifiable.
func TestTheFormOfTheHashNeverChanges(t *testing.T) {
	e := Entry{N: 2, At: 1772442000000, Actor: "u1", ActorName: "王<审核>", Act: "pass", Object: "i1", Unit: "u",
		Detail: map[string]string{"b": "2", "a": "é"}, Key: "i1/3", Prev: "ab"}
	got, err := e.link()
	ok(t, err)
	// printf '%s' '{"prev":"ab","record":{"act":"pass","actor":"u1","actor_name":"王<审核>","at":1772442000000,"detail":{"a":"é","b":"2"},"key":"i1/3","n":2,"object":"i1","unit":"u"}}' | sha256sum
	if got != "187309a034399d6e18b7dee68cbac1a56a58f5ec6a7b8e0cd9043a96af0410f7" {
		t.Fatal(got)
	}
}

func TestALinkDependsOnAllItCovers(t *testing.T) {
	base, err := Link("a", map[string]any{"x": 1, "y": "z"})
	ok(t, err)
	same, err := Link("a", struct {
		Y string `json:"y"`
		X int    `json:"x"`
	}{"z", 1})
	if err != nil || same != base {
		t.Fatal("the order of fields matters")
	}
	for _, c := range []struct {
		prev string
		of   any
	}{{"b", map[string]any{"x": 1, "y": "z"}}, {"a", map[string]any{"x": 2, "y": "z"}}, {"a", map[string]any{"x": 1}}} {
		if other, err := Link(c.prev, c.of); err != nil || other == base {
			t.Fatal(c, err)
		}
	}
	_, err = Link("a", func() {})
	want(t, err, gongkai.Invalid, "audit_form")
}

func TestTextsAreHashedAsTheStoreKeepsThem(t *testing.T) {
	d := open(t)
	ok(t, d.Append(t.Context(), Entry{Actor: "u1", ActorName: "Re\u0301ne\u0301", Act: "sign_in", Unit: "a\x00b", Object: "bad\xffbytes",
		Detail: map[string]string{"empty": "", "text": "e\u0301<&>\u2028\n"}},
		Entry{Actor: "u1", Act: "sign_out", Detail: map[string]string{}}))
	if r := d.verified(t); !r.OK() || r.Count != 2 {
		t.Fatal(r)
	}
	if e := d.all(t)[0]; e.ActorName != "Réné" || e.Unit != "ab" {
		t.Fatal(e)
	}
}

func TestEntriesThatSayNothingOrTooMuchAreRefused(t *testing.T) {
	d := open(t)
	for code, e := range map[string]Entry{
		"audit_who":    {Actor: "u1"},
		"audit_detail": {Actor: "u1", Act: "pass", Detail: map[string]string{"a.b": "x"}},
		"audit_size":   {Actor: "u1", Act: "pass", Detail: map[string]string{"a": strings.Repeat("x", maxEntry)}},
	} {
		want(t, d.Append(t.Context(), passed(1), e), gongkai.Invalid, code)
	}
	if n := len(d.all(t)); n != 0 {
		t.Fatalf("%d entries of a refused append", n)
	}
}

func TestTheSameKeyIsTheSameEntry(t *testing.T) {
	d := open(t)
	step := func(n int) Entry { e := passed(0); e.Key = fmt.Sprintf("item0/%d", n); return e }
	ok(t, d.Append(t.Context(), step(1), step(2), step(1)))
	before, _ := d.Head(t.Context())
	ok(t, d.Append(t.Context(), step(2), step(1)))
	if after, _ := d.Head(t.Context()); after != before || before.N != 2 {
		t.Fatal(before, after)
	}
	ok(t, d.Append(t.Context(), step(2), step(3), passed(0), passed(0)))
	if r := d.verified(t); r.Count != 5 || !r.OK() {
		t.Fatal(r)
	}
}

func TestReplicasThatAppendAtOnceMakeOneChain(t *testing.T) {
	d := open(t)
	var wg sync.WaitGroup
	for r := range 4 {
		trail := d.replica(t)
		wg.Go(func() {
			for i := range 25 {
				mine := Entry{Actor: fmt.Sprint("r", r), Act: "pass", Key: fmt.Sprintf("mine/%d/%d", r, i)}
				shared := Entry{Actor: "any", Act: "pass", Key: fmt.Sprintf("shared/%d", i)}
				if err := trail.Append(context.Background(), mine, shared); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if r := d.verified(t); r.Count != 125 || r.Head.N != 125 || !r.OK() {
		t.Fatal(r)
	}
}

func TestAThousandEntriesShareTheWritesOfTheHead(t *testing.T) {
	d := open(t)
	many := make([]Entry, 2500)
	for i := range many {
		many[i] = passed(i)
		many[i].Key = fmt.Sprint("k", i)
	}
	ok(t, d.Append(t.Context(), many...))
	if h, err := d.loadHead(t.Context()); err != nil || h.Rev != 6 || len(h.Pending) != 0 {
		t.Fatalf("head at rev %d, want 2 writes for each of 3 chunks; %v", h.Rev, err)
	}
	if r := d.verified(t); r.Count != 2500 || !r.OK() {
		t.Fatal(r)
	}
}

func TestACrashBetweenHeadAndEntriesLosesNothing(t *testing.T) {
	d := open(t)
	d.write(t, 2)
	pending := []Entry{passed(0), passed(1)}
	h, err := d.loadHead(t.Context())
	ok(t, err)
	next := h.Head
	for i := range pending {
		_, err := pending[i].clean(1)
		ok(t, err)
		ok(t, pending[i].after(next))
		next = Head{pending[i].N, pending[i].Hash}
	}
	_, err = d.moveHead(t.Context(), h.Rev, func(h *headDoc) { h.Head, h.Pending = next, pending })
	ok(t, err)
	_, err = d.entries.Insert(t.Context(), pending[0]) // the crash came between the two
	ok(t, err)
	ok(t, d.replica(t).Append(t.Context(), passed(2)))
	if all := d.all(t); len(all) != 5 || all[3].Hash != pending[1].Hash || !d.verified(t).OK() {
		t.Fatal(all)
	}
}

func TestTheFirstAppendsOfAllMayRace(t *testing.T) {
	for range 10 {
		d := open(t)
		var wg sync.WaitGroup
		for range 4 {
			trail := d.replica(t)
			wg.Go(func() {
				if err := trail.Append(context.Background(), passed(0)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if r := d.verified(t); r.Count != 4 || !r.OK() {
			t.Fatal(r)
		}
	}
}

func TestNoHeadMeansTamperingUnlessItHasJustCome(t *testing.T) {
	d := open(t)
	ok(t, d.untouched(t.Context()))
	d.write(t, 1)
	want(t, d.untouched(t.Context()), gongkai.Conflict, "audit_moved")
	ok(t, d.head.Delete(t.Context(), headID, 0))
	want(t, d.untouched(t.Context()), gongkai.Blocked, "audit_broken")
}

func TestAHeadThatMovedDuringTheWalkIsComparedToo(t *testing.T) {
	d := open(t)
	d.write(t, 3)
	for code, hash := range map[string]string{"": d.all(t)[2].Hash, "3 head": "other"} {
		w := walk{} // the walk began when the trail was empty
		ok(t, d.each(t.Context(), w.see))
		if w.end(headDoc{Meta: store.Meta{Rev: 6}, Head: Head{3, hash}}); codes(w.report) != code {
			t.Fatal(codes(w.report))
		}
	}
}

func TestVerifyPutsPendingEntriesInTheirPlaces(t *testing.T) {
	d := open(t)
	e := passed(0)
	_, err := e.clean(1)
	ok(t, err)
	ok(t, e.after(Head{}))
	_, err = d.moveHead(t.Context(), 0, func(h *headDoc) { h.Head, h.Pending = Head{1, e.Hash}, []Entry{e} })
	ok(t, err)
	if r := d.verified(t); r.Count != 1 || !r.OK() {
		t.Fatal(r)
	}
}

// TestTampering edits the stored documents behind the trail's back.
func TestTampering(t *testing.T) {
	edit := func(t *testing.T, d *desk, n int64, change func(*Entry)) {
		_, err := d.entries.Update(t.Context(), entryID(n), 0, func(e *Entry) error { change(e); return nil })
		ok(t, err)
	}
	drop := func(t *testing.T, d *desk, n int64) { ok(t, d.entries.Delete(t.Context(), entryID(n), 0)) }
	setHead := func(t *testing.T, d *desk, h Head) {
		_, err := d.head.Update(t.Context(), headID, 0, func(doc *headDoc) error { doc.Head = h; return nil })
		ok(t, err)
	}
	relink := func(e *Entry) { e.Hash, _ = e.link() }
	for name, c := range map[string]struct {
		do   func(*testing.T, *desk)
		want string
	}{
		"nothing": {func(*testing.T, *desk) {}, ""},
		"another actor": {func(t *testing.T, d *desk) {
			edit(t, d, 3, func(e *Entry) { e.Actor = "u9" })
		}, "3 changed"},
		"another opinion": {func(t *testing.T, d *desk) {
			edit(t, d, 3, func(e *Entry) { e.Detail["opinion"] = "不同意" })
		}, "3 changed"},
		"a detail left out": {func(t *testing.T, d *desk) {
			edit(t, d, 3, func(e *Entry) { e.Detail = nil })
		}, "3 changed"},
		"an earlier time": {func(t *testing.T, d *desk) {
			edit(t, d, 1, func(e *Entry) { e.At-- })
		}, "1 changed"},
		"changed with its hash made anew": {func(t *testing.T, d *desk) {
			edit(t, d, 3, func(e *Entry) { e.Actor = "u9"; relink(e) })
		}, "4 unlinked"},
		"the last changed with its hash made anew": {func(t *testing.T, d *desk) {
			edit(t, d, 8, func(e *Entry) { e.Actor = "u9"; relink(e) })
		}, "8 head"},
		"one removed":       {func(t *testing.T, d *desk) { drop(t, d, 4) }, "4 removed"},
		"the first removed": {func(t *testing.T, d *desk) { drop(t, d, 1) }, "1 removed"},
		"several removed": {func(t *testing.T, d *desk) {
			drop(t, d, 4)
			drop(t, d, 5)
			drop(t, d, 7)
		}, "4 removed, 7 removed"},
		"the tail cut off": {func(t *testing.T, d *desk) {
			drop(t, d, 7)
			drop(t, d, 8)
		}, "7 removed"},
		"everything removed": {func(t *testing.T, d *desk) {
			for n := range int64(8) {
				drop(t, d, n+1)
			}
		}, "1 removed"},
		"two swapped": {func(t *testing.T, d *desk) {
			all := d.all(t)
			edit(t, d, 3, func(e *Entry) { *e = all[3] })
			edit(t, d, 4, func(e *Entry) { *e = all[2] })
		}, "3 moved, 3 unlinked, 4 moved, 4 unlinked, 5 unlinked"},
		"two swapped with their numbers put right": {func(t *testing.T, d *desk) {
			all := d.all(t)
			edit(t, d, 3, func(e *Entry) { *e = all[3]; e.N = 3 })
			edit(t, d, 4, func(e *Entry) { *e = all[2]; e.N = 4 })
		}, "3 changed, 4 changed, 5 unlinked"},
		"one put in place of a removed one": {func(t *testing.T, d *desk) {
			edit(t, d, 3, func(e *Entry) { e.Actor = "u9"; relink(e) })
			hash := d.all(t)[2].Hash
			edit(t, d, 4, func(e *Entry) { e.Prev = hash })
		}, "4 changed"},
		"one added at the end": {func(t *testing.T, d *desk) {
			h, _ := d.Head(t.Context())
			e := passed(0)
			ok(t, e.after(h))
			_, err := d.entries.Insert(t.Context(), e)
			ok(t, err)
		}, "9 added"},
		"one added beside the numbers": {func(t *testing.T, d *desk) {
			e := passed(0)
			e.ID, e.N = "x", 5
			_, err := d.entries.Insert(t.Context(), e)
			ok(t, err)
		}, "5 foreign"},
		"the head removed": {func(t *testing.T, d *desk) {
			ok(t, d.head.Delete(t.Context(), headID, 0))
		}, "8 no_head"},
		"the head set back": {func(t *testing.T, d *desk) {
			setHead(t, d, Head{6, d.all(t)[5].Hash})
		}, "7 added"},
		"another hash in the head": {func(t *testing.T, d *desk) {
			setHead(t, d, Head{8, strings.Repeat("0", 64)})
		}, "8 head"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			d.write(t, 8)
			c.do(t, d)
			r := d.verified(t)
			if codes(r) != c.want || r.OK() != (c.want == "") {
				t.Fatalf("found %q, want %q", codes(r), c.want)
			}
			for _, p := range r.Problems {
				if !strings.HasPrefix(p.Zh, fmt.Sprintf("第 %d 条", p.N)) || !strings.HasPrefix(p.En, fmt.Sprintf("entry %d ", p.N)) {
					t.Fatal(p)
				}
			}
		})
	}
}

func TestATrailRewrittenAsAWholeIsFoundByAnExportedHead(t *testing.T) {
	d := open(t)
	d.write(t, 6)
	exported, err := d.Head(t.Context())
	ok(t, err)
	d.write(t, 2)
	if r, err := d.VerifyAgainst(t.Context(), Evidence{Head: exported}); err != nil || !r.OK() {
		t.Fatal(r, err)
	}

	forged := open(t) // the same acts but one, chained anew
	for i := range 8 {
		e := passed(i)
		if i == 2 {
			e.Actor = "u9"
		}
		ok(t, forged.Append(t.Context(), e))
	}
	if !forged.verified(t).OK() {
		t.Fatal("the forgery is not consistent in itself")
	}
	r, err := forged.VerifyAgainst(t.Context(), Evidence{Head: exported})
	if err != nil || codes(r) != "6 head" {
		t.Fatal(codes(r), err)
	}

	short := open(t)
	short.write(t, 4)
	if r, err = short.VerifyAgainst(t.Context(), Evidence{Head: exported}); err != nil || codes(r) != "5 removed" {
		t.Fatal(codes(r), err)
	}
}

func TestAppendingToABrokenTrailIsRefused(t *testing.T) {
	d := open(t)
	d.write(t, 3)
	ok(t, d.head.Delete(t.Context(), headID, 0))
	want(t, d.Append(t.Context(), passed(0)), gongkai.Blocked, "audit_broken")
	if n := len(d.all(t)); n != 3 {
		t.Fatalf("%d entries", n)
	}
}

func TestVerifyWhileOthersAppendFindsNothingWrong(t *testing.T) {
	d := open(t)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		trail := d.replica(t)
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					if err := trail.Append(context.Background(), passed(i)); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for range 40 {
		if r := d.verified(t); !r.OK() {
			t.Error(codes(r))
			break
		}
	}
	close(stop)
	wg.Wait()
}

func TestFindingEntries(t *testing.T) {
	d := open(t)
	for i := range 30 {
		d.now = d.now.Add(time.Second)
		ok(t, d.Append(t.Context(), Entry{Actor: fmt.Sprint("u", i%2), Act: []string{"save", "pass", "release"}[i%3], Object: fmt.Sprint("item", i%5)}))
	}
	at := func(n int) int64 { return d.all(t)[n-1].At }
	for name, c := range map[string]struct {
		filter Filter
		want   []int64
	}{
		"an object":                {Filter{Object: "item4"}, []int64{30, 25, 20, 15, 10, 5}},
		"a person and an object":   {Filter{Object: "item4", Actor: "u1"}, []int64{30, 20, 10}},
		"a person, act and object": {Filter{Object: "item4", Actor: "u1", Act: "release"}, []int64{30}},
		"an act of a person":       {Filter{Actor: "u0", Act: "pass"}, []int64{29, 23, 17, 11, 5}},
		"a time":                   {Filter{From: at(12), To: at(14)}, []int64{14, 13, 12}},
		"since":                    {Filter{From: at(29)}, []int64{30, 29}},
		"an act until":             {Filter{Act: "save", To: at(7)}, []int64{7, 4, 1}},
		"nothing":                  {Filter{Object: "item9"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []int64
			for c.filter.Limit = 2; ; {
				p, err := d.Find(t.Context(), c.filter)
				ok(t, err)
				for _, e := range p.Entries {
					got = append(got, e.N)
				}
				if c.filter.After = p.Next; p.Next == "" {
					break
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
		})
	}
	p, err := d.Find(t.Context(), Filter{})
	if err != nil || len(p.Entries) != 30 || p.Entries[0].N != 30 {
		t.Fatal(p, err)
	}
}

func TestAReportSpeaksJSON(t *testing.T) {
	text, err := json.Marshal(Report{Count: 2, Head: Head{2, "ab"}, Problems: []Problem{{1, "removed", "第 1 条缺失", "entry 1 is missing"}}})
	if err != nil || string(text) != `{"count":2,"head":{"n":2,"hash":"ab"},"checkpoints":0,"problems":[{"n":1,"code":"removed","zh":"第 1 条缺失","en":"entry 1 is missing"}],"more":false}` {
		t.Fatal(string(text), err)
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			d := open(b)
			n := 0
			for b.Loop() {
				batch := make([]Entry, size)
				for i := range batch {
					n++
					batch[i] = passed(n)
					batch[i].Key = fmt.Sprint(n)
				}
				ok(b, d.Append(b.Context(), batch...))
			}
		})
	}
}
