package workflow

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// released is an item that is live, its numbers masked.
func (o *office) released() content.Item {
	o.t.Helper()
	it := o.create(personal())
	o.must("editor", it.ID, maskAll())
	return o.release(o.sign(o.submit(it.ID)))
}

// leaks puts a text into what is live, as rules that knew less would have let
// it through.
func (o *office) leaks(it content.Item, body string) {
	o.t.Helper()
	_, err := o.c.Sheets.Update(o.t.Context(), it.Live.Sheet, 0, func(doc *content.Sheet) error {
		pub, err := doc.Public()
		if err != nil {
			return err
		}
		pub.Fields["body"] = body
		doc.Bytes, _, err = content.Canonical(pub)
		return err
	})
	o.check(err)
}

func (o *office) pass() {
	o.t.Helper()
	done, err := o.Rescan(o.t.Context(), o.clock.Now().Add(time.Hour))
	o.check(err)
	if !done {
		o.t.Fatal("the pass did not end")
	}
}

func (o *office) hits(state string) []content.Hit {
	o.t.Helper()
	page, err := o.Hits(o.t.Context(), person("secret"), "county", state, "", 0)
	o.check(err)
	for _, h := range page.Docs {
		raw, err := json.Marshal(h)
		o.check(err)
		if strings.Contains(string(raw), idNumber) || strings.Contains(string(raw), mobile) {
			o.t.Errorf("the work list holds a number: %s", raw)
		}
	}
	return page.Docs
}

const leak = "<p>补充名单：李四，身份证号" + idNumber + "。</p>"

func TestWhatTodaysRulesFindInTheStockWaitsInAList(t *testing.T) {
	o := newOffice(t)
	clean, bad := o.released(), o.released()
	o.leaks(bad, leak)
	o.pass()
	hits := o.hits("")
	if len(hits) != 1 || hits[0].ID != bad.ID || hits[0].Kinds["id_card"] != 1 || hits[0].Findings[0].Place != "body" || hits[0].Edition != 1 {
		t.Fatalf("hits %+v", hits)
	}
	if hits[0].ID == clean.ID || hits[0].Title == "" || hits[0].Rules == "" {
		t.Errorf("hit %+v", hits[0])
	}
	o.pass()
	if again := o.hits(""); len(again) != 1 || again[0].Found != hits[0].Found || again[0].Seen <= hits[0].Seen {
		t.Errorf("a second pass: %+v", again)
	}
	p, err := o.Stock(t.Context())
	o.check(err)
	if p.Items != 2 || p.Hits != 1 || p.Failed != 0 || p.Ended == 0 || p.Cursor != "" {
		t.Errorf("pass %+v", p)
	}
}

func TestWhatWasKeptByLawIsNoHit(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{
		{Kind: "id_card", Act: content.ActKeep, Basis: "依法公告"}, {Kind: "mobile", Act: content.ActNotPersonal, Basis: "单位公开电话"}}})
	o.release(o.sign(o.submit(it.ID)))
	o.pass()
	if hits := o.hits(""); len(hits) != 0 {
		t.Errorf("hits %+v", hits)
	}
}

func TestADismissedHitStaysAwayUntilSomethingElseIsFound(t *testing.T) {
	o := newOffice(t)
	it := o.released()
	o.leaks(it, leak)
	o.pass()
	_, err := o.DismissHit(t.Context(), person("editor"), it.ID, 0, "看过")
	o.refused(err, gongkai.Denied, "missing_grant")
	_, err = o.DismissHit(t.Context(), person("secret"), it.ID, 99, "看过")
	o.refused(err, gongkai.Conflict, "stale")
	h, err := o.DismissHit(t.Context(), person("secret"), it.ID, 0, "是示例号码"+idNumber)
	o.check(err)
	if h.State != content.HitDismissed || h.Name == "" || strings.Contains(h.Reason, idNumber) || !strings.HasPrefix(h.Reason, "是示例号码") {
		t.Errorf("hit %+v", h)
	}
	o.pass()
	if hits := o.hits(""); len(hits) != 0 {
		t.Fatalf("it came back: %+v", hits)
	}
	_, err = o.SuspendHit(t.Context(), person("publisher"), it.ID, 0)
	o.refused(err, gongkai.Blocked, "not_open")
	if o.get(it.ID).Live.State != content.Published {
		t.Fatal("it was suspended nevertheless")
	}
	o.leaks(it, leak+"<p>联系电话"+mobile+"。</p>")
	o.pass()
	if hits := o.hits(""); len(hits) != 1 || hits[0].Total != 1 || hits[0].Kinds["mobile"] != 1 || hits[0].Reason != "" {
		t.Errorf("of two findings one is new: %+v", hits)
	}
}

func TestOneClickSuspendsAndWhatWasDismissedMayBeResumed(t *testing.T) {
	o := newOffice(t)
	it := o.released()
	o.leaks(it, leak)
	o.pass()
	_, err := o.SuspendHit(t.Context(), person("editor"), it.ID, 0)
	o.refused(err, gongkai.Denied, "missing_grant")
	h, err := o.SuspendHit(t.Context(), person("publisher"), it.ID, 0)
	o.check(err)
	live := o.get(it.ID).Live
	if h.State != content.HitSuspended || live.State != content.Suspended || !live.Privacy || !strings.Contains(live.Reason, "公民身份号码") {
		t.Fatalf("hit %+v, live %+v", h, live)
	}
	if n := len(o.woken); n == 0 || o.woken[n-1] != "!"+it.ID {
		t.Errorf("it is not urgent: %v", o.woken)
	}
	resume := Step{Act: "resume", Edition: 1, Reason: "经核查无误"}
	_, err = o.step("review3", it.ID, resume)
	o.refused(err, gongkai.Blocked, "rescan")

	_, err = o.c.Hits.Update(t.Context(), it.ID, 0, func(doc *content.Hit) error { // as dismissed before it was suspended
		found, _, err := o.reread(t.Context(), it.Live.Sheet, it.Live.Settled)
		doc.Dismisses(found)
		return err
	})
	o.check(err)
	o.must("review3", it.ID, resume)
}

func TestAHitClosesWhenNothingIsLeftToSee(t *testing.T) {
	o := newOffice(t)
	mended, gone := o.released(), o.released()
	o.leaks(mended, leak)
	o.leaks(gone, leak)
	o.pass()
	if n, err := o.OpenHits(t.Context()); n != 2 || err != nil {
		t.Fatalf("%d hits: %v", n, err)
	}
	o.leaks(mended, "<p>已更正。</p>")
	o.must("publisher", gone.ID, suspend(o.get(gone.ID), true))
	o.pass()
	if n, err := o.OpenHits(t.Context()); n != 0 || err != nil {
		t.Errorf("%d hits are still open: %v", n, err)
	}
	if closed := o.hits(content.HitClosed); len(closed) != 2 {
		t.Errorf("closed: %+v", closed)
	}
}

func TestAPassThatIsCutOffGoesOnWhereItWas(t *testing.T) {
	o := newOffice(t)
	var last content.Item
	for range stockPage + 3 {
		last = o.released()
	}
	o.leaks(last, leak)
	done, err := o.Rescan(t.Context(), o.clock.Now()) // no time at all: one page
	if done || err != nil {
		t.Fatal(done, err)
	}
	p, err := o.Stock(t.Context())
	o.check(err)
	if p.Items != stockPage || p.Cursor == "" || p.Ended != 0 || len(o.hits("")) != 0 {
		t.Fatalf("pass %+v", p)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.Rescan(cancelled, o.clock.Now().Add(time.Hour)); err == nil {
		t.Fatal("a process that ends reads on")
	}
	o.pass()
	if p, err = o.Stock(t.Context()); err != nil || p.Items != stockPage+3 || len(o.hits("")) != 1 {
		t.Errorf("pass %+v, %v", p, err)
	}
}

func TestAnItemThatCannotBeReadStopsNoOther(t *testing.T) {
	o := newOffice(t)
	broken, bad := o.released(), o.released()
	_, err := o.c.Sheets.Update(t.Context(), broken.Live.Sheet, 0, func(doc *content.Sheet) error { doc.Bytes = "{"; return nil })
	o.check(err)
	o.leaks(bad, leak)
	o.pass()
	if p, err := o.Stock(t.Context()); err != nil || p.Failed != 1 || p.Hits != 1 {
		t.Errorf("pass %+v, %v", p, err)
	}
}

func TestWhoSeesTheWorkListOfTheStock(t *testing.T) {
	o := newOffice(t)
	for who, may := range map[string]bool{"secret": true, "publisher": true, "review3": true, "editor": false, "review1": false, "admin": false} {
		if err := o.Can(t.Context(), person(who), policy.HitRead, "county"); (err == nil) != may {
			t.Errorf("%s: %v", who, err)
		}
	}
}
