// Acts on what is public: suspend, withdraw, resume.

package workflow

import (
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// sawEdition demands that the act names the edition it saw.
func (t *turn) sawEdition() error {
	if t.s.Edition != t.it.Live.Edition {
		return gongkai.E(gongkai.Conflict, "stale_edition", "公开版本已经变动，请查看后重试", "the public edition has changed: look at it and try again",
			gongkai.Detail{Where: "edition", Code: "stale_edition", Zh: "所指版本不是当前公开版本", En: "not the edition that is live"})
	}
	return nil
}

func (t *turn) reason() error {
	t.detail["reason"] = t.s.Reason
	return need(strings.TrimSpace(t.s.Reason) != "", "reason", "required", "须写明理由", "a written reason is needed")
}

func (t *turn) program() []string {
	if t.w.Actor.Key {
		return []string{policy.Program}
	}
	return nil
}

func (t *turn) suspend() error {
	if err := first(t.sawEdition(), t.w.Can(policy.ItemSuspend, t.program()...), t.reason()); err != nil {
		return err
	}
	live := &t.it.Live
	live.State, live.Reason, live.Privacy = content.Suspended, t.s.Reason, t.s.Privacy
	t.it.Seq++
	if t.s.Privacy {
		t.takeBack()
	}
	return nil
}

// takeBack returns work under way to its writers: it may hold what leaked, or
// what was withdrawn; its signatures were given before that was known.
func (t *turn) takeBack() {
	switch t.it.Work.State {
	case content.Checking, content.AtStage, content.Ready:
		t.toDraft(content.Returned)
	case content.Bundled: // its lead cannot go on without it, and says so
		t.it.Lead = nil
		t.toDraft(content.Returned)
	}
}

func (t *turn) askWithdraw() error {
	ts := content.Tombstone{Type: "gone"}
	if t.s.Tombstone != nil {
		ts = *t.s.Tombstone
	}
	err := first(t.sawEdition(), t.w.Can(policy.ItemAskWithdraw, t.program()...), t.reason(),
		need(t.it.Live.Asked == nil, "act", "asked", "已有待批准的撤稿申请", "a withdrawal is asked already"),
		need(tombstones[ts.Type], "tombstone.type", "tombstone", "撤下方式应为notice、gone、redirect或vanish", "the tombstone is notice, gone, redirect or vanish"),
		need((ts.Type == "redirect") == (ts.To != "") && (ts.To == "" || content.PagePath(ts.To)), "tombstone.to", "tombstone", "redirect须给出本站路径，其他方式不得给出", "redirect, and only that, needs a path of this site"))
	if err != nil {
		return err
	}
	t.it.Live.Asked = &content.Asked{By: t.w.Actor.ID, At: t.w.Now, Reason: t.s.Reason, Tombstone: ts, Privacy: t.s.Privacy}
	t.detail["tombstone"] = ts.Type
	return nil
}

var tombstones = map[string]bool{"notice": true, "gone": true, "redirect": true, "vanish": true}

// withdraw approves what somebody else asked for.
func (t *turn) withdraw() error {
	asked := t.it.Live.Asked
	if asked == nil {
		return gongkai.E(gongkai.Blocked, "not_asked", "没有待批准的撤稿申请", "no withdrawal was asked for")
	}
	if err := first(t.sawEdition(), t.mayWithdraw()); err != nil {
		return err
	}
	live := &t.it.Live
	t.detail["asker"] = asked.By
	live.State, live.Tombstone, live.Reason, live.Asked = content.Tombstoned, &asked.Tombstone, asked.Reason, nil
	if asked.Privacy || live.Privacy {
		live.Struck, live.Privacy = upTo(t.it.Editions), true
	}
	t.it.InterpretBy = 0
	t.takeBack() // what was signed before must not bring it back
	t.it.Seq++
	t.detail["tombstone"], t.detail["opinion"] = asked.Tombstone.Type, t.s.Opinion
	return nil
}

// mayWithdraw: who asked does not approve, nor who stands in for them.
func (t *turn) mayWithdraw() error {
	facts := t.program()
	if t.either(t.it.Live.Asked.By) {
		facts = append(facts, policy.OwnRequest)
	}
	return t.w.Can(policy.ItemWithdraw, facts...)
}

func (t *turn) decline() error {
	if t.it.Live.Asked == nil {
		return gongkai.E(gongkai.Blocked, "not_asked", "没有待批准的撤稿申请", "no withdrawal was asked for")
	}
	if err := first(t.sawEdition(), t.w.Can(policy.ItemDecline, t.program()...), t.reason()); err != nil {
		return err
	}
	t.detail["asker"] = t.it.Live.Asked.By
	t.it.Live.Asked = nil
	return nil
}

// resume shows the edition again, if today's rules find nothing in it.
func (t *turn) resume() error {
	if err := first(t.sawEdition(), t.w.Can(policy.ItemResume, t.program()...), t.reason(), t.kept(), t.apart(nil), t.clean()); err != nil {
		return err
	}
	live := &t.it.Live
	if live.Asked != nil {
		return gongkai.E(gongkai.Blocked, "asked", "有待批准的撤稿申请，请先批准或驳回", "a withdrawal is asked: approve or decline it first")
	}
	live.State, live.Reason, live.Privacy = content.Published, "", false
	t.it.Seq++
	return nil
}
