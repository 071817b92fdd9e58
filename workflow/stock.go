// The stock scan (存量复检): what is public is read again with the rules of today.
// Rules and word lists grow; a page of last year was read with those of then.

package workflow

import (
	"context"
	"strconv"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// The bounds of a hit's document: how many findings it shows, and how many may
// be dismissed by name.
const (
	shownFindings  = 50
	mostDismissals = 20_000
)

// inLive reads the public form of what is live, and lists what the rules of
// today find in it beyond what people have decided to keep; hit, if there is
// one, knows what of it was dismissed.
func (e *Engine) inLive(ctx context.Context, it content.Item) (found []content.Finding, hit content.Hit, rules string, err error) {
	if found, rules, err = e.reread(ctx, it.Live.Sheet, it.Live.Settled); err != nil {
		return nil, hit, "", err
	}
	gathered, err := e.gathered(ctx, it)
	if err != nil {
		return nil, hit, "", err
	}
	found = append(found, gathered...)
	hit, err = e.content.Hits.Get(ctx, it.ID)
	if gongkai.Is(err, gongkai.Missing) {
		return found, content.Hit{}, rules, nil
	}
	return found, hit, rules, err
}

// ScanReleased reads one item that is live and keeps the work list true to what
// was found. It may run at any time and any number of times.
func (e *Engine) ScanReleased(ctx context.Context, it content.Item) (content.Hit, error) {
	if it.Live.State != content.Published {
		return content.Hit{}, nil
	}
	found, before, rules, err := e.inLive(ctx, it)
	if err != nil || len(found) == 0 && before.ID == "" {
		return content.Hit{}, err
	}
	return e.content.Hits.Upsert(ctx, it.ID, func(doc *content.Hit, exists bool) error {
		fresh := doc.Fresh(found)
		if len(fresh) == 0 {
			return closeHit(doc)
		}
		now := gongkai.Millis(e.now())
		if !exists || doc.State != content.HitOpen {
			doc.State, doc.Found, doc.By, doc.Name, doc.Reason, doc.At = content.HitOpen, now, "", "", "", 0
		}
		doc.Unit, doc.Title, doc.Edition, doc.Digest, doc.Rules, doc.Seen = it.Unit, it.Live.Title, it.Live.Edition, it.Live.Digest, rules, now
		doc.Total, doc.Findings, doc.Kinds = len(fresh), fresh[:min(len(fresh), shownFindings)], map[string]int64{}
		for _, f := range fresh {
			doc.Kinds[f.Kind]++
		}
		return nil
	})
}

func closeHit(doc *content.Hit) error {
	if doc.State != content.HitOpen {
		return store.ErrUnchanged
	}
	doc.State = content.HitClosed
	return nil
}

const thePass = "pass"

// Stock is how the re-scan stands.
func (e *Engine) Stock(ctx context.Context) (content.StockPass, error) {
	p, err := e.content.Passes.Get(ctx, thePass)
	if gongkai.Is(err, gongkai.Missing) {
		return content.StockPass{}, nil
	}
	return p, err
}

// stockPage is how many items are read before the place is written down.
const stockPage = 20

// Rescan goes on with the pass over everything that is live until it is done or
// the time is up; then done is false, and the next call goes on from there, in
// whatever process. After each page it rests as long as that page took: readers
// and editors come first.
func (e *Engine) Rescan(ctx context.Context, until time.Time) (done bool, err error) {
	began := time.Now()
	length := until.Sub(e.now()) // elapsed time is the machine's own
	pass, err := e.beginPass(ctx)
	if err != nil {
		return false, err
	}
	for {
		page, err := e.content.Items.Find(ctx, store.Query{Where: []store.Cond{store.Eq("live.state", content.Published)}, Sort: []string{"updated"}, After: pass.Cursor, Limit: stockPage})
		if err != nil {
			return false, err
		}
		started := time.Now()
		if err := e.scanPage(ctx, page.Docs, &pass); err != nil {
			return false, err
		}
		if page.Next == "" {
			return true, e.endPass(ctx, pass)
		}
		pass.Cursor = page.Next
		if err := e.keepPass(ctx, pass); err != nil {
			return false, err
		}
		if time.Since(began) >= length {
			return false, nil
		}
		if err := rest(ctx, time.Since(started)); err != nil {
			return false, err
		}
	}
}

// ScanStock reads everything that is live, at once and without a rest, and says
// what it found in each item.
func (e *Engine) ScanStock(ctx context.Context, each func(content.Item, content.Hit, error) error) error {
	q := store.Query{Where: []store.Cond{store.Eq("live.state", content.Published)}, Sort: []string{"updated"}, Limit: stockPage}
	for {
		page, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range page.Docs {
			hit, err := e.ScanReleased(ctx, it)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := each(it, hit, err); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// rest waits, but not for ever after one slow page.
func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(min(d, 5*time.Second)):
		return nil
	}
}

// scanPage reads some items. One that cannot be read does not stop the others;
// a part that is away stops them all.
func (e *Engine) scanPage(ctx context.Context, items []content.Item, pass *content.StockPass) error {
	for _, it := range items {
		hit, err := e.ScanReleased(ctx, it)
		switch {
		case err != nil && (ctx.Err() != nil || gongkai.Is(err, gongkai.Unavailable)):
			return err
		case err != nil:
			pass.Failed++
		case hit.State == content.HitOpen:
			pass.Hits++
		}
		if err := e.Register(ctx, it); gongkai.Is(err, gongkai.Unavailable) {
			return err // editions of before there was a register get their record here
		}
		if err := e.noteDates(ctx, it); gongkai.Is(err, gongkai.Unavailable) {
			return err
		}
		pass.Items++
	}
	return nil
}

// beginPass goes on with a pass that did not end, unless the rules are others
// by now.
func (e *Engine) beginPass(ctx context.Context) (content.StockPass, error) {
	rules, err := e.rules(ctx, standing{})
	if err != nil {
		return content.StockPass{}, err
	}
	return e.content.Passes.Upsert(ctx, thePass, func(doc *content.StockPass, _ bool) error {
		if doc.Cursor != "" && doc.Rules == rules {
			return store.ErrUnchanged
		}
		*doc = content.StockPass{Meta: doc.Meta, Began: gongkai.Millis(e.now()), Rules: rules, Ended: doc.Ended}
		return nil
	})
}

func (e *Engine) keepPass(ctx context.Context, pass content.StockPass) error {
	_, err := e.content.Passes.Upsert(ctx, thePass, func(doc *content.StockPass, _ bool) error {
		meta := doc.Meta
		*doc = pass
		doc.Meta = meta
		return nil
	})
	return err
}

// endPass closes the hits of what is no more public, or no more in that edition
// (which was read then, if it is live), and writes down the end.
func (e *Engine) endPass(ctx context.Context, pass content.StockPass) error {
	q := store.Query{Where: []store.Cond{store.Eq("state", content.HitOpen)}, Sort: []string{"-found"}, Limit: 200}
	for {
		page, err := e.content.Hits.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, h := range page.Docs {
			if err := e.closeGone(ctx, h); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if err := e.forgetGone(ctx); err != nil {
		return err
	}
	pass.Cursor, pass.Ended = "", gongkai.Millis(e.now())
	return e.keepPass(ctx, pass)
}

func (e *Engine) closeGone(ctx context.Context, h content.Hit) error {
	it, err := e.content.Items.Get(ctx, h.ID)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	if err == nil && it.Live.State == content.Published && it.Live.Digest == h.Digest {
		return nil
	}
	_, err = e.content.Hits.Update(ctx, h.ID, h.Rev, closeHit)
	if gongkai.Is(err, gongkai.Conflict) {
		return nil // somebody acted meanwhile
	}
	return err
}

// Hits lists the work list, the newest first: of a unit, or of all.
func (e *Engine) Hits(ctx context.Context, actor gongkai.Actor, unit, state, after string, limit int) (store.Page[content.Hit], error) {
	if err := e.Can(ctx, actor, policy.HitRead, unit); err != nil {
		return store.Page[content.Hit]{}, err
	}
	where := []store.Cond{store.Eq("state", orElse(state, content.HitOpen))}
	if unit != "" {
		where = append(where, store.Eq("unit", unit))
	}
	return e.content.Hits.Find(ctx, store.Query{Where: where, Sort: []string{"-found"}, After: after, Limit: limit})
}

// OpenHits counts those that wait for somebody.
func (e *Engine) OpenHits(ctx context.Context) (int, error) {
	return e.content.Hits.Count(ctx, []store.Cond{store.Eq("state", content.HitOpen)}, 10_000)
}

// DismissHit says that what was found may stand as it is. The same findings
// are no hit again; others in the same item are.
func (e *Engine) DismissHit(ctx context.Context, actor gongkai.Actor, id string, seen int64, reason string) (content.Hit, error) {
	it, hit, err := e.hit(ctx, actor, id, seen, policy.HitDismiss)
	if err != nil {
		return hit, err
	}
	found, hit, _, err := e.inLive(ctx, it)
	if err != nil {
		return hit, err
	}
	if found = hit.Fresh(found); len(found)+len(hit.Dismissed) > mostDismissals {
		return hit, gongkai.E(gongkai.Blocked, "too_many", "问题过多，不能逐一认定，请临时下线后更正", "there are too many findings to be dismissed: suspend the item and correct it")
	}
	return e.settleHit(ctx, actor, id, seen, content.HitDismissed, e.maskFree(reason), func(doc *content.Hit) { doc.Dismisses(found) })
}

// SuspendHit takes the item off the net at once, for the finding's sake, by the
// ordinary act: who may suspend may do this.
func (e *Engine) SuspendHit(ctx context.Context, actor gongkai.Actor, id string, seen int64) (content.Hit, error) {
	it, hit, err := e.hit(ctx, actor, id, seen, policy.ItemSuspend)
	if err != nil {
		return hit, err
	}
	reason := hitReason(hit)
	step := Step{ID: gongkai.DerivedID("stock", it.ID, strconv.FormatInt(hit.Found, 10), actor.ID), Act: "suspend", Edition: hit.Edition, Reason: reason, Privacy: true}
	if it.Live.State == content.Published || it.Live.Edition != hit.Edition {
		if _, err := e.Step(ctx, actor, id, step); err != nil {
			return hit, err
		}
	}
	return e.settleHit(ctx, actor, id, seen, content.HitSuspended, reason, func(*content.Hit) {})
}

// hitReason names what was found and where, and nothing of it.
func hitReason(h content.Hit) string {
	names, seen := "", map[string]bool{}
	for _, f := range h.Findings {
		if zh, _ := KindName(f.Kind); !seen[f.Kind] {
			seen[f.Kind] = true
			names += "、" + zh
		}
	}
	if names == "" {
		return "存量复检发现问题，临时下线核查"
	}
	return "存量复检发现疑似" + names[len("、"):] + "，临时下线核查"
}

// hit reads a hit that waits, and its item, for somebody who may do the act and
// has seen the hit as it is.
func (e *Engine) hit(ctx context.Context, actor gongkai.Actor, id string, seen int64, act string) (content.Item, content.Hit, error) {
	it, err := e.content.Items.Get(ctx, id)
	if err != nil {
		if refused := e.Can(ctx, actor, act, ""); refused != nil {
			err = refused // who may not act does not learn which items there are
		}
		return it, content.Hit{}, err
	}
	if err := e.Can(ctx, actor, act, it.Unit); err != nil {
		return it, content.Hit{}, err
	}
	hit, err := e.content.Hits.Get(ctx, id)
	switch {
	case err == nil && hit.State != content.HitOpen:
		err = errNotOpen
	case err == nil && seen != 0 && seen != hit.Rev:
		err = errHitMoved
	}
	return it, hit, err
}

var (
	errHitMoved = gongkai.E(gongkai.Conflict, "stale", "复检问题已有变化，请刷新后重试", "the hit has changed meanwhile: reload and try again")
	errNotOpen  = gongkai.E(gongkai.Blocked, "not_open", "该复检问题已处置", "this hit is settled already")
)

func (e *Engine) settleHit(ctx context.Context, actor gongkai.Actor, id string, seen int64, state, reason string, more func(*content.Hit)) (content.Hit, error) {
	return e.content.Hits.Update(ctx, id, seen, func(doc *content.Hit) error {
		if doc.State != content.HitOpen {
			return errNotOpen
		}
		doc.State, doc.By, doc.Name, doc.Reason, doc.At = state, actor.ID, actor.Name, reason, gongkai.Millis(e.now())
		more(doc)
		return nil
	})
}
