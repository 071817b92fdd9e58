// Signing several items in one request (批量签署), where the pipeline lets a stage
// be signed so: each by an ordinary step of its own.

package workflow

import (
	"context"
	"fmt"

	"gongkai"
	"gongkai/content"
)

// MostInBatch is how many items one request signs.
const MostInBatch = 50

// Batch is one opinion on several sheets.
type Batch struct {
	Opinion    string
	Judgements *content.Judgements
	For        string // whom the signer stands in for
	Items      []BatchItem
}

// BatchItem is one of them: what a step to pass its stage says.
type BatchItem struct {
	ID    string `json:"id" minLength:"8" maxLength:"64" doc:"Of the step, chosen by the client; a repeat with the same id gets the first answer"`
	Item  string `json:"item" minLength:"1" maxLength:"64"`
	Rev   int64  `json:"rev" minimum:"1" doc:"Rev of the item that the person saw; differs: stale"`
	Sheet string `json:"sheet" minLength:"1" maxLength:"64" doc:"Digest of the sheet that was seen"`
	Seat  string `json:"seat,omitempty" maxLength:"40" doc:"The seat that is signed (会签), where more than one is left for who signs"`
}

// Passed is what became of one of them.
type Passed struct {
	Item content.Item
	Err  error
}

// PassBatch signs one item after the other. What is refused of one keeps no
// other from being signed.
func (e *Engine) PassBatch(ctx context.Context, actor gongkai.Actor, b Batch) ([]Passed, error) {
	if err := b.proper(); err != nil {
		return nil, err
	}
	out := make([]Passed, len(b.Items))
	for i, one := range b.Items {
		out[i].Item, out[i].Err = e.Step(ctx, actor, one.Item, Step{ID: one.ID, Act: "pass", Rev: one.Rev, Sheet: one.Sheet, Seat: one.Seat, Opinion: b.Opinion, Judgements: b.Judgements, For: b.For, Batch: true})
	}
	return out, nil
}

// proper wants as many items as one request signs, each once.
func (b Batch) proper() error {
	if err := need(len(b.Items) > 0 && len(b.Items) <= MostInBatch, "items", "items", fmt.Sprintf("一次可签1至%d条", MostInBatch), fmt.Sprintf("one request signs 1 to %d items", MostInBatch)); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, one := range b.Items {
		where := fmt.Sprintf("items[%d]", i)
		if err := first(
			need(!seen["item "+one.Item], where+".item", "twice", "同一条信息不能在一次批量签署中出现两次", "an item stands in a batch once"),
			need(one.ID == "" || !seen["step "+one.ID], where+".id", "twice", "各条的步骤编号不得相同", "each has a step id of its own"),
			need(one.Rev > 0, where+".rev", "required", "请给出所看信息的rev", "give the rev of the item that was seen"),
		); err != nil {
			return err
		}
		seen["item "+one.Item], seen["step "+one.ID] = true, true
	}
	return nil
}

// inBatches tells whether a stage of an item may be signed together with others,
// as far as lists know: not of what weighs more than the ordinary.
func (s Stage) inBatches(it content.Item) bool {
	return s.Batch && orElse(it.Tier, TierA) == TierA && len(it.Bundle) == 0
}

// inBatch refuses to sign together with others what has to be signed by itself,
// and what the signer has not had before them.
func (t *turn) inBatch(stage Stage) error {
	if !t.s.Batch {
		return nil
	}
	weighty := above(t.w.demands(*t.it))
	switch {
	case !stage.Batch:
		return gongkai.E(gongkai.Blocked, "no_batch", "流程不允许批量签署环节“"+stage.Zh+"”，请逐条签署", "the pipeline does not let the stage "+stage.ID+" be signed in a batch: sign the item by itself")
	case weighty != "":
		return gongkai.E(gongkai.Blocked, "batch_tier", "重要、敏感以及涉及未成年人的信息不得批量签署，请逐条签署", "what is important or sensitive, or names minors, is not signed in a batch: sign the item by itself",
			gongkai.Detail{Where: "tier", Code: weighty, Zh: "要求：" + weighty, En: "it is: " + weighty})
	case len(t.it.Bundle) > 0:
		return gongkai.E(gongkai.Blocked, "batch_bundle", "成套信息的各件须一并审阅，不得批量签署", "the members of a bundle are looked at together: it is not signed in a batch")
	case !t.w.Shown:
		return gongkai.E(gongkai.Blocked, "not_looked", "您还没有打开过这份清样：请先查看，再批量签署", "you have not opened this sheet: look at it before you sign it in a batch",
			gongkai.Detail{Where: "sheet", Code: "not_looked", Zh: "未查看的清样", En: "not the sheet that you opened last"})
	}
	return nil
}

// wasShown tells whether somebody who signs in a batch has opened the sheet that
// waits.
func (e *Engine) wasShown(ctx context.Context, actor gongkai.Actor, it content.Item, s Step) (bool, error) {
	if !s.Batch {
		return false, nil
	}
	doc, err := e.looks.Get(ctx, it.ID+"."+actor.ID)
	if gongkai.Is(err, gongkai.Missing) {
		return false, nil
	}
	return err == nil && doc.Last.Revision == head(it) && doc.Last.Sheet == it.Work.SheetDigest, err
}
