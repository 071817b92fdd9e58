// What is stuck (无人可办): items under way that wait for somebody whom there is
// not, and what whoever grants roles has to do about it.

package workflow

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// Why nobody can do what an item waits for.
const (
	noHolder = "no_holder" // nobody who works here holds all of the roles
	barred   = "barred"    // those who hold them wrote it, or signed what stands against it
	tooFew   = "too_few"   // each seat has somebody, but nobody signs two
	noPlace  = "no_unit"   // the unit whose people it asks for is not there
)

var gapWords = map[string][2]string{
	noHolder: {"没有在岗人员持有所需的全部角色：请授予角色", "nobody who works here holds all of these roles: grant them"},
	barred:   {"持有角色的人员都起草过本稿，或者已签署不得由同一人签署的环节：请向另一人授予角色", "everybody who holds the roles wrote it, or has signed what the same person may not sign: grant the roles to somebody else"},
	tooFew:   {"各席位可签的是同一批人，人数不足：请向另一人授予角色", "the same people could sign each seat, and they are too few: grant the roles to somebody else"},
	noPlace:  {"所要求的签署单位不存在：请退回或撤回后改投其他栏目，或者调整流程后重新送审", "there is no such unit: have it returned or recalled, choose another home column or change the pipeline, and submit again"},
}

// Gap (空缺) is what nobody can do of an item, and what is missing for it.
type Gap struct {
	What    string   `json:"what" enum:"sign,later,release,decide,validity" doc:"As in work lists"`
	Stage   string   `json:"stage,omitempty"`
	Seat    string   `json:"seat,omitempty" doc:"Of a stage that several sign side by side (会签)"`
	Zh      string   `json:"zh"`
	En      string   `json:"en"`
	Roles   []string `json:"roles,omitempty" doc:"Roles that one person needs for it"`
	Missing []string `json:"missing,omitempty" doc:"Of these, roles that nobody who works here holds there"`
	Right   string   `json:"right,omitempty" doc:"What is no signature: the act that a role must allow"`
	Unit    string   `json:"unit,omitempty" doc:"Whose people are asked: grant the roles in this unit, or one above it; absent: there is no such unit"`
	Holders int      `json:"holders" doc:"How many hold all of these roles there and work here"`
	May     int      `json:"may" doc:"How many of these may do it"`
	Why     string   `json:"why" enum:"no_holder,barred,too_few,no_unit"`
	WhyZh   string   `json:"why_zh"`
	WhyEn   string   `json:"why_en"`
}

// StuckItem is an item that waits for nobody.
type StuckItem struct {
	Item content.Item
	Gaps []Gap
}

// Stuck lists what is stuck for want of people of a unit and those below it (""
// all units), the oldest change first, to who reads it. A page may hold less than
// was asked for although there is a next one: no page looks at more than some
// hundred items.
func (e *Engine) Stuck(ctx context.Context, actor gongkai.Actor, unit, after string, limit int) (out store.Page[StuckItem], err error) {
	if err := e.Can(ctx, actor, policy.ItemRead, unit); err != nil {
		return out, err
	}
	q, err := e.waitingIn(ctx, unit)
	if err != nil {
		return out, err
	}
	r := e.looksOn(actor)
	q.After, q.Limit = after, limit
	for looked := 0; ; {
		batch, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return out, err
		}
		for _, it := range batch.Docs {
			one, is, err := r.stuck(ctx, it, unit)
			if err != nil {
				return out, err
			}
			if is {
				out.Docs = append(out.Docs, one)
			}
		}
		looked += len(batch.Docs)
		if out.Next, q.After = batch.Next, batch.Next; batch.Next == "" || len(out.Docs) >= limit || looked >= mostLooked {
			return out, nil
		}
		q.Limit = limit - len(out.Docs)
	}
}

// waitingIn finds what lies on desks of rights in a unit or below it: all that
// waits for a signature, a release or a decision of people there.
func (e *Engine) waitingIn(ctx context.Context, unit string) (store.Query, error) {
	kinds, err := e.deskKinds(ctx)
	desks := make([]string, len(kinds))
	for i, k := range kinds {
		desks[i] = deskAt(k.desk, unit)
	}
	return store.Query{Where: []store.Cond{store.In("desks", desks...)}, Sort: []string{"updated"}}, err
}

// looksOn reads for somebody who takes no part: no desks are theirs.
func (e *Engine) looksOn(actor gongkai.Actor) *deskReader {
	return &deskReader{e, &clerk{actor: actor}, map[string]laid{}, map[string][]string{}, map[string]string{}}
}

// stuck tells what nobody can do of an item. One whose own unit is gone is shown
// to who looks at all units.
func (r *deskReader) stuck(ctx context.Context, it content.Item, unit string) (StuckItem, bool, error) {
	if err := r.mayRead(ctx, r.actor, it); gongkai.Is(err, gongkai.Denied) || unit != "" && gongkai.Is(err, gongkai.Missing) {
		return StuckItem{}, false, nil
	} else if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return StuckItem{}, false, err
	}
	gaps, err := r.gapsOf(ctx, it)
	return StuckItem{it, gaps}, len(gaps) > 0, err
}

// gapsOf are the gaps of an item, in what is worked on and in what is public.
func (r *deskReader) gapsOf(ctx context.Context, it content.Item) (out []Gap, err error) {
	on, err := r.on(ctx, it)
	if gongkai.Is(err, gongkai.Missing) {
		return []Gap{Gap{What: doSign, Stage: it.Work.Stage, Zh: "单位已不存在", En: "Its unit is not there"}.because(noPlace)}, nil
	}
	if err != nil {
		return nil, err
	}
	it.Work.Claims = nil // a claim ends by itself
	all := slices.Concat(workWaits(it, on), publicWaits(it, on))
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].What == all[0].What && all[n].Edition == all[0].Edition {
			n++
		}
		gaps, err := r.gapsAmong(ctx, it, all[:n], on)
		if err != nil {
			return nil, err
		}
		out, all = append(out, gaps...), all[n:]
	}
	return out, nil
}

// gapsAmong are those of what waits together: the seats of one stage that are
// not signed, or one thing that is no seat. As many of them as are still needed
// have to find somebody, each another person.
func (r *deskReader) gapsAmong(ctx context.Context, it content.Item, these []Waiting, on laid) (out []Gap, err error) {
	if !slices.Contains([]string{doSign, doLater, doRelease, doDecide, doValidity}, these[0].What) {
		return nil, nil
	}
	can, seats, found := map[int][]string{}, []int{}, make([]Gap, len(these))
	for i, w := range these {
		if can[i], found[i], err = r.gapAt(ctx, it, w, on, len(these)); err != nil {
			return nil, err
		}
		seats = append(seats, i)
	}
	for n := range len(these) - stillNeeded(it, these, on) { // seats that a quorum leaves empty
		for i := range these {
			can[i] = append(can[i], nobody+string(rune('0'+n)))
		}
	}
	if _, filled := assign(seats, can); filled {
		return nil, nil
	}
	for _, g := range found {
		if g.May == 0 {
			out = append(out, g)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	for _, g := range found {
		out = append(out, g.because(tooFew))
	}
	return out, nil
}

// stillNeeded is how many of the seats that are not signed have to be.
func stillNeeded(it content.Item, these []Waiting, on laid) int {
	w, p := it.Work, on.Pipeline
	switch these[0].What {
	case doLater:
		w = workOf(these[0].later)
		p, _ = orderAmong(on.Owed, w.Pipeline)
	case doSign:
	default:
		return len(these)
	}
	stage, _ := p.Stage(w.Stage)
	return max(0, min(len(these), stage.needed()-(len(stage.Seated())-len(these))))
}

// gapAt are some who may do what is waited for, as many as are of use, and the
// gap that there is if nobody may. Who stands in for somebody adds nobody: whoever
// delegates must be able to do it, and counts.
func (r *deskReader) gapAt(ctx context.Context, it content.Item, w Waiting, on laid, enough int) (may []string, g Gap, err error) {
	users, err := r.candidates(it, w, on)
	if err != nil {
		return nil, g, err
	}
	held := map[string]bool{}
	g = Gap{What: w.What, Stage: w.Stage, Seat: w.Seat, Zh: w.Zh, En: w.En, Roles: w.Roles, Right: rightTo[w.What]}
	for _, user := range users {
		name, here, err := r.named(ctx, user)
		if err != nil {
			return nil, g, err
		}
		t := on.turn(it, gongkai.Actor{ID: user, Name: name}, gongkai.Actor{}, gongkai.Millis(r.now()), nil)
		if !here || t.holds(w.seat) != nil {
			continue
		}
		if held[user] = true; t.able(w) {
			if may = append(may, user); len(may) == enough {
				break
			}
		}
	}
	path := on.where(w.seat.UnitRule)
	if len(path) == 0 {
		return nil, g.because(noPlace), nil
	}
	g.Unit, g.Holders, g.May = path[len(path)-1], len(held), len(may)
	if g.May > 0 {
		return may, g, nil
	}
	if g.Holders > 0 {
		return nil, g.because(barred), nil
	}
	g.Missing, err = r.unheld(ctx, w.Roles, path)
	return nil, g.because(noHolder), err
}

func (g Gap) because(why string) Gap {
	g.Why, g.WhyZh, g.WhyEn = why, gapWords[why][0], gapWords[why][1]
	return g
}

// unheld are the roles with which nobody who works here signs for a unit.
func (r *deskReader) unheld(ctx context.Context, roles, path []string) (out []string, err error) {
	for _, role := range roles {
		users, err := r.policy.Able(path, policy.Sign(role))
		if err != nil {
			return nil, err
		}
		here := 0
		for _, user := range users {
			if _, is, err := r.named(ctx, user); err != nil {
				return nil, err
			} else if is {
				here++
			}
		}
		if here == 0 {
			out = append(out, role)
		}
	}
	return out, nil
}

// stuckPass is the id of the count of what is stuck, beside the deadlines.
const stuckPass = "stuck"

// CountStuck counts what is stuck in all units. It goes on until that is done or
// the time is up; the next call goes on from there.
func (e *Engine) CountStuck(ctx context.Context, until time.Time) error {
	q, err := e.waitingIn(ctx, "")
	if err != nil {
		return err
	}
	q.Limit = recountPage
	for r := e.looksOn(gongkai.System); ; {
		pass, err := e.passes.Get(ctx, stuckPass)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return err
		}
		q.After = pass.After
		next, n, err := r.countPage(ctx, q)
		if err != nil {
			return err
		}
		_, err = e.passes.Upsert(ctx, stuckPass, func(doc *deadlinePass, _ bool) error { return doc.counted(pass.After, next, n) })
		if err != nil || next == "" || !time.Now().Before(until) {
			return err
		}
	}
}

func (r *deskReader) countPage(ctx context.Context, q store.Query) (next string, n int, err error) {
	page, err := r.content.Items.Find(ctx, q)
	for _, it := range page.Docs {
		gaps, err := r.gapsOf(ctx, it)
		if err != nil {
			return "", 0, err
		}
		if len(gaps) > 0 {
			n++
		}
	}
	return page.Next, n, err
}

// counted notes a page that was looked at, and behind the last one the sum.
func (p *deadlinePass) counted(after, next string, n int) error {
	if p.After != after {
		return store.ErrUnchanged // another process has come further
	}
	p.After, p.Sum = next, p.Sum+n
	if next == "" {
		p.Whole, p.Sum, p.Done = p.Sum, 0, "counted"
	}
	return nil
}

// StuckCount is how many items were stuck at the last count; known is false
// before the first.
func (e *Engine) StuckCount(ctx context.Context) (n int, known bool, err error) {
	pass, err := e.passes.Get(ctx, stuckPass)
	if gongkai.Is(err, gongkai.Missing) {
		return 0, false, nil
	}
	return pass.Whole, pass.Done != "", err
}
