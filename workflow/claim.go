// Claims (认领): who has taken on what waits, for how long, and who decides
// otherwise (改派).

package workflow

import (
	"context"
	"errors"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// How long a claim lasts if nothing is said, and at the most.
const (
	claimHours     = 24
	mostClaimHours = 7 * 24
)

// waitsAt is what a claim is for: the stage that waits (or will, once its sheet
// is built), the release, the writing.
func waitsAt(w content.Work) string {
	switch w.State {
	case content.AtStage:
		return w.Stage
	case content.Checking:
		return w.Back
	case content.Ready:
		return content.Ready
	case content.Draft, content.Returned, content.Rejected:
		return content.Draft
	}
	return ""
}

func over(c content.Claim, now int64) bool { return c.Until != 0 && c.Until <= now }

// heldBy tells whether the claim of somebody else on a seat keeps the actor from
// it now. A claim of who has left keeps nobody.
func (t *turn) heldBy(seat string) bool {
	return slices.ContainsFunc(t.it.Work.Claims, func(c content.Claim) bool {
		return c.Seat == seat && c.Stage == waitsAt(t.it.Work) && c.Stage != content.Draft && !over(c, t.w.Now) && !t.either(c.By) && !slices.Contains(t.w.Gone, c.By)
	})
}

// holder says in a refusal who has it, and until when.
func (t *turn) holder(err error) error {
	var e *gongkai.Error
	if !errors.As(err, &e) || e.Code != policy.Claimed {
		return err
	}
	var c content.Claim
	for _, other := range t.it.Work.Claims {
		if t.heldBy(other.Seat) {
			c = other
		}
	}
	until := time.UnixMilli(c.Until).In(content.Shanghai).Format("2006-01-02 15:04")
	told := *e
	told.Details = append(slices.Clone(e.Details), gongkai.Detail{Where: "work.claims", Code: policy.Claimed, Zh: "由" + c.Name + "认领至" + until, En: "claimed by " + c.Name + " until " + until + " (Beijing time)"})
	return &told
}

// claim keeps what waits for the actor. Only who could do it now may keep it.
func (t *turn) claim() error {
	until, err := t.until()
	seat, able := t.wanted()
	if err := first(err, able); err != nil {
		return err
	}
	t.give(content.Claim{Seat: seat, By: t.w.Actor.ID, Name: t.w.Actor.Name, Until: until})
	return nil
}

// wanted finds what the actor is to claim, and asks for the right to do it now.
func (t *turn) wanted() (seat string, err error) {
	if t.it.Work.State == content.AtStage {
		s, err := t.sits(t.stage())
		return s.ID, err
	}
	return "", t.ableNow()
}

// ableNow asks for the right to do what waits.
func (t *turn) ableNow() error {
	switch t.it.Work.State {
	case content.AtStage:
		_, err := t.free(t.stage())
		return err
	case content.Ready:
		return t.w.Can(policy.ItemRelease, t.releaser()...)
	}
	return t.w.Can(policy.ItemSave, t.who()...)
}

func (t *turn) until() (int64, error) {
	hours := t.s.Hours
	if hours == 0 {
		hours = claimHours
	}
	return t.w.Now + int64(hours)*time.Hour.Milliseconds(),
		need(hours > 0 && hours <= mostClaimHours, "hours", "hours", "认领时长应为1至168小时", "a claim is for 1 to 168 hours")
}

// give replaces whoever had it.
func (t *turn) give(c content.Claim) {
	c.Stage, c.At = waitsAt(t.it.Work), t.w.Now
	if c.Stage == content.Draft {
		c.Until = 0 // a draft lies on a desk until it goes on
	}
	t.it.Work.Claims = append(slices.DeleteFunc(t.it.Work.Claims, func(o content.Claim) bool { return o.Seat == c.Seat }), c)
	t.detail["stage"], t.detail["seat"] = c.Stage, c.Seat
	if c.Until != 0 {
		t.detail["until"] = time.UnixMilli(c.Until).UTC().Format(time.RFC3339)
	}
}

// unclaim gives up one's own.
func (t *turn) unclaim() error {
	mine := func(c content.Claim) bool { return t.either(c.By) }
	if !slices.ContainsFunc(t.it.Work.Claims, mine) {
		return gongkai.E(gongkai.Denied, "not_claimed", "该信息不由您认领；改由他人办理请用改派", "you have no claim here; to take it from somebody else, reassign it")
	}
	t.it.Work.Claims = slices.DeleteFunc(t.it.Work.Claims, mine)
	t.detail["stage"] = waitsAt(t.it.Work)
	return nil
}

// reassign gives what waits to somebody else, or frees it. It gives no right:
// only who could do it now can be given it.
func (t *turn) reassign() error {
	until, err := t.until()
	if err := first(err, t.w.Can(policy.ItemAssign, t.program()...)); err != nil {
		return err
	}
	if t.detail["reason"] = t.s.Reason; t.s.To == "" {
		return t.letGo()
	}
	to := t.w.Other
	if err := need(to != nil && to.ID == t.s.To && to.Here, "to", "gone", "没有这个在职人员", "nobody of that id works here"); err != nil {
		return err
	}
	t.it.Work.Claims = slices.DeleteFunc(t.it.Work.Claims, func(c content.Claim) bool { return c.Seat == t.s.Seat })
	other := turn{before: t.before, it: t.it, s: t.s, w: t.w, detail: t.detail}
	other.w.Actor, other.w.For, other.w.Can = to.Actor, gongkai.Actor{}, to.Can
	other.w.At = to.At
	seat, err := other.wanted()
	if err != nil {
		return unfit(err)
	}
	t.give(content.Claim{Seat: seat, By: to.ID, Name: to.Name, Until: until, Given: t.w.Actor.ID})
	t.detail["to"], t.detail["to_name"] = to.ID, to.Name
	return nil
}

// letGo frees the seat that is named, or all.
func (t *turn) letGo() error {
	these := func(c content.Claim) bool { return t.s.Seat == "" || c.Seat == t.s.Seat }
	i := slices.IndexFunc(t.it.Work.Claims, these)
	if i < 0 {
		return gongkai.E(gongkai.Blocked, "not_claimed", "该信息无人认领，请指明改派给谁", "nobody has claimed it: say who is to do it")
	}
	t.detail["stage"], t.detail["freed"] = waitsAt(t.it.Work), t.it.Work.Claims[i].By
	t.it.Work.Claims = slices.DeleteFunc(t.it.Work.Claims, these)
	return nil
}

// unfit says why somebody cannot be given the work: in the words of the refusal
// that they would get.
func unfit(err error) error {
	var e *gongkai.Error
	if !errors.As(err, &e) || e.Kind == gongkai.Unavailable || e.Kind == gongkai.Internal {
		return err
	}
	return gongkai.E(gongkai.Blocked, "unfit", "不能改派给该人员："+e.Zh, "it cannot be given to that person: "+e.En, append([]gongkai.Detail{{Where: "to", Code: e.Code, Zh: e.Zh, En: e.En}}, e.Details...)...)
}

// whoElse looks up whoever else an act is about: who is stood in for, who is
// given the work, who has claimed it and has left.
func (e *Engine) whoElse(ctx context.Context, it content.Item, s Step, w *World, ask asking) error {
	if s.For != "" {
		name, here, err := e.here(ctx, s.For)
		if err != nil {
			return err
		}
		if !here {
			return gongkai.E(gongkai.Denied, "principal_gone", "被代理人已停用或不存在，代理随之终止", "whom you stand in for works here no more: the delegation has ended with that")
		}
		w.For = gongkai.Actor{ID: s.For, Name: name}
	}
	if s.Act == "reassign" && s.To != "" {
		name, here, err := e.here(ctx, s.To)
		if err != nil {
			return err
		}
		to := gongkai.Actor{ID: s.To, Name: name}
		other := ask
		other.actor = to
		w.Other = &Other{Actor: to, Here: here, Can: other.now(UnitRule{}), At: other.now}
	}
	for _, c := range it.Work.Claims {
		_, here, err := e.here(ctx, c.By)
		if err != nil {
			return err
		}
		if !here {
			w.Gone = append(w.Gone, c.By)
		}
	}
	return nil
}

// about is the step, as the act that it is about.
func (s Step) about() Step {
	s.Act = s.subject()
	return s
}

// here tells whether somebody works here, and their name.
func (e *Engine) here(ctx context.Context, user string) (name string, here bool, err error) {
	if e.Staff == nil {
		return user, true, nil
	}
	return e.Staff(ctx, user)
}

// either tells whether one of these is the actor, or whom the actor stands in
// for: both count in every rule about who did what.
func (t *turn) either(people ...string) bool {
	return slices.ContainsFunc(people, func(id string) bool { return id != "" && (id == t.w.Actor.ID || id == t.w.For.ID) })
}

// lent are the acts that may be done for somebody who delegated them (代理).
var lent = []string{"pass", "return", "reject", "correct", "fill", "claim", "release", "withdraw", "decline", "resume", "set_validity", "decline_validity", "later_pass", "later_object"}

func (a Act) lent() bool { return slices.Contains(lent, a.Name) }

// stands refuses to do for somebody else what is not to be done for others, or
// for whom nobody looked up.
func (a Act) stands(s Step, w World) error {
	return first(
		need(s.For == "" || a.lent(), "for", "for", "该动作须由本人办理，不能代理", "this is not to be done for somebody else"),
		need(s.For == w.For.ID && (s.For == "" || s.For != w.Actor.ID), "for", "for", "请指明代理何人，不能代理本人", "name whom you stand in for: somebody else"),
	)
}
