// Bundles in the engine: members are loaded, taken in hand, built, handed back,
// or let out behind their lead.

package workflow

import (
	"context"
	"errors"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// looksAtMembers are the acts that have to know the members of the bundle.
var looksAtMembers = []string{"", "bundle", "submit", "pass", "correct", "fill", "release", "schedule"}

// settlesFirst are the acts before which all that is owed between a lead and its
// members is paid: afterwards it would be forgotten whose they are, or that the
// lead or the member was called back before it could follow.
var settlesFirst = []string{"bundle", "submit", "abandon", "resume", "decline"}

// companionsFor loads the members that an act looks at.
func (e *Engine) companionsFor(ctx context.Context, it content.Item, s Step) (out []Companion, err error) {
	members := it.Bundle
	if slices.Contains(settlesFirst, s.Act) {
		if err := e.Settle(ctx, it); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(looksAtMembers, s.Act) {
		return nil, nil
	}
	if s.Act == "bundle" {
		if members = nil; len(s.Members) > maxMembers {
			return nil, nil // Apply says so
		}
		for _, id := range s.Members {
			if _, twice := content.MemberOf(members, id); twice {
				return nil, need(false, "members", "twice", "成员重复", "a member is named twice")
			}
			members = append(members, content.Member{Item: id})
		}
	}
	for _, m := range members {
		c, err := e.companion(ctx, it, m)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// companion loads one member. Of another unit nothing is told, not even that
// there is such an item.
func (e *Engine) companion(ctx context.Context, lead content.Item, m content.Member) (c Companion, err error) {
	c.Item, err = e.content.Items.Get(ctx, m.Item)
	same := true
	if err == nil {
		same, err = e.oneUnit(ctx, c.Item.Unit, lead.Unit)
	}
	if gongkai.Is(err, gongkai.Missing) || err == nil && !same {
		return c, need(false, "members", "member_unknown", "本单位没有这件信息；成套的各件须属于同一单位", "the unit has no such item: all items of a bundle belong to one unit")
	}
	if err != nil {
		return c, err
	}
	if c.Kind, err = e.kind(ctx, c.Item.Kind); err != nil {
		return c, err
	}
	if m.Revision != "" && c.held(lead) {
		c.Item.Work.Revision, c.Item.Title = m.Revision, m.Title
	}
	if c.Item.Column != "" {
		if c.Column, err = e.content.Column(ctx, c.Item.Column); err != nil {
			return c, err
		}
	}
	if c.Item.Work.Revision == "" {
		return c, nil // nothing is being worked on: the state refuses
	}
	return c, e.judge(ctx, &c)
}

// judge finds out what speaks against the text of a member.
func (e *Engine) judge(ctx context.Context, c *Companion) (err error) {
	if c.Revision, err = e.content.Revisions.Get(ctx, c.Item.Work.Revision); err != nil {
		return err
	}
	rules, err := e.ruleset(ctx, standingOf(c.Item))
	if err != nil {
		return err
	}
	if c.Findings, err = e.findings(ctx, rules, c.Revision); err != nil {
		return err
	}
	together, err := e.togetherIn(ctx, c.Item, rules.version, c.Revision, c.Findings)
	if err != nil {
		return err
	}
	c.Complete = c.Kind.Complete(c.Revision.Fields)
	c.Open = content.Unsettled(slices.Concat(c.Findings, together), c.Item.Work.Resolutions)
	return nil
}

// coveredBy is why the pipeline of a lead does not do for a member, if so.
func (e *Engine) coveredBy(ctx context.Context, c Companion, p Pipeline) (not, err error) {
	err = e.covered(ctx, c.Item, World{Pipeline: p, Revision: c.Revision, Findings: c.Findings})
	if gongkai.Is(err, gongkai.Blocked) {
		return err, nil
	}
	return nil, err
}

// inWay parts what the writers have to put right from what failed.
func inWay(err error) (code string, places []string, failed error) {
	var e *gongkai.Error
	if !errors.As(err, &e) || e.Kind != gongkai.Blocked && e.Kind != gongkai.Invalid {
		return "", nil, err
	}
	for _, d := range e.Details[:min(len(e.Details), maxPlaces)] {
		places = append(places, d.Where)
	}
	return e.Code, places, nil
}

// buildMembers takes the members in hand and builds their sheets. It may run any
// number of times. What holds for a member is looked at once it is held, for
// until then its writers could change it.
func (e *Engine) buildMembers(ctx context.Context, lead content.Item) (out []content.Member, err error) {
	if len(lead.Bundle) == 0 {
		return nil, nil
	}
	p, err := e.pipelines.Get(ctx, lead.Work.Pipeline)
	if err != nil {
		return nil, err
	}
	for _, m := range lead.Bundle {
		if m.Revision == "" { // later in a round, whoever was taken out stays out
			if err := e.takeInHand(ctx, lead, m.Item); err != nil {
				return nil, ofMember(Companion{Item: content.Item{Meta: store.Meta{ID: m.Item}, Title: m.Title}}, err)
			}
		}
		built, err := e.buildMember(ctx, lead, p, m)
		if err != nil {
			return nil, err
		}
		out = append(out, built)
	}
	return out, nil
}

// takeInHand reads the lead once more, after the member: who slept through a
// recall takes nothing out of the hands of the next submission.
func (e *Engine) takeInHand(ctx context.Context, lead content.Item, id string) error {
	s := Step{ID: gongkai.DerivedID("hold", lead.ID, lead.Work.Round, id), Act: "hold"}
	return e.onMember(ctx, id, func(it content.Item) (Step, World, error) {
		now, err := e.content.Items.Get(ctx, lead.ID)
		if _, done := it.Done(s.ID); err != nil || done || now.Work.Round != lead.Work.Round {
			return Step{}, World{}, err
		}
		act, _ := ActOf("hold")
		return s, World{Lead: now}, act.starts(it)
	})
}

// onMember does an act of the program on an item, looking anew when somebody
// was faster. No act: nothing is to be done.
func (e *Engine) onMember(ctx context.Context, id string, what func(content.Item) (Step, World, error)) error {
	for range 5 {
		it, err := e.content.Items.Get(ctx, id)
		if gongkai.Is(err, gongkai.Missing) {
			return nil
		}
		if err != nil {
			return err
		}
		s, w, err := what(it)
		if err != nil || s.Act == "" {
			return err
		}
		_, err = e.write(ctx, gongkai.System, it, &s, func(content.Item) (World, error) { return w, nil })
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return gongkai.E(gongkai.Conflict, "busy", "多人正在同时操作该信息，请稍后重试", "several people act on this item at once; try again")
}

func (e *Engine) buildMember(ctx context.Context, lead content.Item, p Pipeline, m content.Member) (out content.Member, err error) {
	c, err := e.companion(ctx, lead, m)
	if err != nil {
		return out, err
	}
	if c.Covered, err = e.coveredBy(ctx, c, p); err != nil {
		return out, err
	}
	ds, err := e.Demands(ctx)
	if err != nil {
		return out, err
	}
	if err := first(
		ofMember(c, blocked(c.held(lead), "member_gone", "已不在主件的成套之中", "it is no more in the hands of the lead")),
		c.fits(lead, p, demandsOn(ds, c.Item, c.Findings)),
		ofMember(c, e.claimPaths(ctx, c.Item)),
	); err != nil {
		return out, err
	}
	c.Item.Work.Pipeline = lead.Work.Pipeline
	sheet, left, err := e.buildSheet(ctx, c.Item, c.Revision, c.Kind)
	if err != nil {
		return out, err
	}
	if len(left) > 0 {
		return out, ofMember(c, leftIn(left))
	}
	sheet.ID = gongkai.DerivedID("sheet", c.Item.ID, c.Revision.ID, sheet.Digest, lead.StepHead)
	if _, err := e.content.Sheets.Insert(ctx, sheet); err != nil && !gongkai.Is(err, gongkai.Conflict) {
		return out, err
	}
	return content.Member{Item: c.Item.ID, Kind: c.Item.Kind, Title: c.Item.Title, Round: lead.Work.Round, Revision: c.Revision.ID,
		Sheet: sheet.ID, Digest: sheet.Digest, Contributors: c.Item.Work.Contributors}, nil
}

func leftIn(places []string) error {
	e := gongkai.E(gongkai.Blocked, "leftovers", "公开文本中仍有问题", "something is still found in the public form")
	for _, place := range places {
		e.Details = append(e.Details, gongkai.Detail{Where: place, Code: "leftovers", Zh: "仍有未遮掩内容", En: "not masked"})
	}
	return e
}

// sameMembers tells whether two lists name the same members in the same order.
func sameMembers(a, b []content.Member) bool {
	return slices.EqualFunc(a, b, func(a, b content.Member) bool { return a.Item == b.Item })
}

// prepareMemberCorrection makes the corrected revision of a member's text, as
// that of the item's own is made.
func (e *Engine) prepareMemberCorrection(ctx context.Context, actor gongkai.Actor, lead content.Item, s *Step, w *World) error {
	i := slices.IndexFunc(w.Companions, func(c Companion) bool { return c.Item.ID == s.Member })
	if err := first(
		need(i >= 0, "member", "member", "成套中没有这个成员", "the bundle has no such member"),
		need(len(s.Patch) > 0, "patch", "required", "请给出改动", "say what is to be changed"),
	); err != nil || s.Sheet != lead.Work.SheetDigest {
		return err // another sheet: Apply says so
	}
	c := &w.Companions[i]
	rules, err := e.ruleset(ctx, standingOf(c.Item))
	if err != nil {
		return err
	}
	c.Item.Work.Corrections = slices.DeleteFunc(slices.Clone(lead.Work.Corrections), func(one content.Correction) bool { return one.Member != s.Member })
	for j := range c.Item.Work.Corrections {
		c.Item.Work.Corrections[j].Member = "" // they count as its own
	}
	after := World{Revision: c.Revision, Findings: c.Findings}
	if err := e.correction(ctx, actor, c.Item, c.Kind, s, rules, &after); err != nil {
		return err
	}
	w.Revision, w.Title, w.Changed, c.Open = after.Revision, after.Title, after.Changed, after.Open
	return nil
}

// rereadMembers reads the members' sheets again with the rules of the day.
func (e *Engine) rereadMembers(ctx context.Context, lead content.Item, w *World) error {
	for _, c := range w.Companions {
		m, _ := content.MemberOf(lead.Bundle, c.Item.ID)
		left, _, err := e.reread(ctx, m.Sheet, c.Item.Work.Resolutions)
		if err != nil {
			return err
		}
		for _, place := range places(left) {
			w.Leftovers = append(w.Leftovers, "bundle["+c.Item.ID+"]."+place)
		}
	}
	return nil
}

// rememberMembers keeps whom the members' sheets are about before they are out.
func (e *Engine) rememberMembers(ctx context.Context, lead content.Item, w World) error {
	for _, c := range w.Companions {
		rules, err := e.ruleset(ctx, standingOf(c.Item))
		if err != nil {
			return err
		}
		m, _ := content.MemberOf(lead.Bundle, c.Item.ID)
		c.Item.Work.Sheet = m.Sheet
		if err := e.rememberRelease(ctx, c.Item, rules.version, World{Revision: c.Revision, Findings: c.Findings, Open: c.Open, Leftovers: w.Leftovers}); err != nil {
			return err
		}
	}
	return nil
}

// Settle pays what an item owes to the members of its bundle, or, of a member,
// what is owed to it. It may run any number of times.
func (e *Engine) Settle(ctx context.Context, it content.Item) (err error) {
	if it.Work.State == content.Bundled {
		return e.settle(ctx, it.Lead.Item, it.ID)
	}
	for _, m := range slices.Concat(it.Bundle, it.Live.Bundle) {
		err = errors.Join(err, e.settle(ctx, it.ID, m.Item))
	}
	return err
}

// settle hands a member back that its lead has left, or lets it follow. The
// lead is read after the member: a round that it has left by then, it has left
// for good.
func (e *Engine) settle(ctx context.Context, leadID, id string) error {
	return e.onMember(ctx, id, func(it content.Item) (s Step, w World, err error) {
		if it.Work.State != content.Bundled || it.Lead.Item != leadID {
			return s, w, nil
		}
		if w.Lead, err = e.content.Items.Get(ctx, leadID); err != nil {
			return s, w, err
		}
		s.Act = memberOwed(w.Lead, it)
		s.ID = gongkai.DerivedID(s.Act, leadID, it.Lead.Round, id)
		if s.Act == "follow" {
			m, _ := content.MemberOf(w.Lead.Live.Bundle, id)
			if w.Revision, err = e.content.Revisions.Get(ctx, m.Revision); err == nil && it.IndexNo == "" {
				w.IndexNo, err = e.numberFor(ctx, it, m, w.Revision)
			}
		}
		return s, w, err
	})
}

// numberFor is the index number of a member: the one that it came with, unless
// another item has it by now; nobody is there to be asked.
func (e *Engine) numberFor(ctx context.Context, it content.Item, m content.Member, rev content.Revision) (string, error) {
	n, err := e.imported(ctx, m.Sheet, rev)
	if err != nil {
		return "", err
	}
	if n != "" {
		taken, err := e.content.Items.Find(ctx, store.Query{Where: []store.Cond{store.Eq("index_no", n)}, Limit: 1})
		if err != nil || len(taken.Docs) == 0 {
			return n, err
		}
	}
	return e.allot(ctx, it)
}
