// Bundles (成套): what goes with a lead is signed on the lead's sheet and goes
// out by the lead's release. This is the pure part.

package workflow

import (
	"errors"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// maxMembers is how many items go with one.
const maxMembers = 9

// Companion (成套成员) is a member of a bundle with what has to be known of it.
type Companion struct {
	Item     content.Item // with the revision that goes out as the head of its work
	Kind     content.Kind
	Revision content.Revision
	Findings []content.Finding
	Open     []content.Finding // that nobody settled
	Column   content.Column    // its home column
	Complete error             // what its metadata lacks
	Covered  error             // why the pipeline of the lead does not do for its columns
}

// held tells whether the lead has the member in its hands, since this submission.
func (c Companion) held(lead content.Item) bool { return heldBy(c.Item, lead.ID, lead.Work.Round) }

func heldBy(it content.Item, lead, round string) bool {
	return it.Work.State == content.Bundled && it.Lead != nil && it.Lead.Item == lead && it.Lead.Round == round && round != ""
}

// ofMember says of which member a refusal speaks.
func ofMember(c Companion, err error) error {
	var e *gongkai.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	named := *e
	named.Zh, named.En = "成员“"+c.Item.Title+"”："+e.Zh, "member \""+c.Item.Title+"\": "+e.En
	named.Details = slices.Clone(e.Details)
	for i := range named.Details {
		named.Details[i].Where = strings.TrimSuffix("bundle["+c.Item.ID+"]."+named.Details[i].Where, ".")
	}
	if len(named.Details) == 0 {
		named.Details = []gongkai.Detail{{Where: "bundle[" + c.Item.ID + "]", Code: e.Code, Zh: e.Zh, En: e.En}}
	}
	return &named
}

func blocked(ok bool, code, zh, en string) error {
	if ok {
		return nil
	}
	return gongkai.E(gongkai.Blocked, code, zh, en)
}

// suits says why an item cannot be a member of the lead's bundle at all.
func (c Companion) suits(lead content.Item) error {
	it := c.Item
	return ofMember(c, first(
		blocked(it.ID != lead.ID, "member_self", "信息不能是自己的成员", "an item is no member of its own bundle"),
		blocked(c.Kind.Accompanies(), "member_kind", "这种信息类型不能随主件发布，可以随主件的是政策解读、起草说明以及设为可随主件（member）的类型", "items of this kind go with no other: interpretations do, drafting explanations, and kinds that are marked so (member)"),
		blocked(len(it.Bundle) == 0, "member_leads", "它自己带有成员，请先解除", "it has members of its own: dissolve that bundle first"),
	))
}

// fits says why a member cannot go with the lead as it stands now.
func (c Companion) fits(lead content.Item, p Pipeline, demands []Demand) error {
	it, home := c.Item, c.Item.Home()
	openness, _ := c.Revision.Fields["openness"].(string)
	about := content.Interpreted(c.Revision.Fields)
	_, refers := c.Kind.Field("interprets")
	return ofMember(c, first(
		c.suits(lead),
		blocked(openness == content.Proactive, policy.NotProactive, "公开属性不是主动公开", "it is not for proactive disclosure"),
		c.Complete,
		blocked(!refers || slices.Contains(about, lead.ID), "member_about", "“解读（说明）的文件”中须有主件", "the document that it interprets or explains has to be the lead"),
		openIn(c.Open),
		blocked(home.Path != "" && c.Column.Takes(it.Kind), "home", "请先选择接受这种信息类型的主栏目", "choose a home column that takes its kind first"),
		c.Covered,
		blocked(p.meetsAll(demands), "tier", "主件的审校流程达不到它的要求，请为主件提高风险等级或另选主栏目", "the lead's pipeline asks for less than it demands: give the lead a higher risk tier or another home column"),
		c.shown(),
	))
}

func openIn(open []content.Finding) error {
	if len(open) == 0 {
		return nil
	}
	return OpenFindings(open)
}

// shown refuses what is called back, or asked to be: that has to be settled on
// the member itself.
func (c Companion) shown() error {
	return blocked(c.Item.Live.State != content.Suspended && c.Item.Live.Asked == nil, "member_suspended",
		"已临时下线或有待批准的撤稿申请，请先办理", "it is suspended or a withdrawal is asked: settle that first")
}

// bundle says what goes with the work on an item; nothing: it goes alone.
func (t *turn) bundle() error {
	k := t.w.Kind
	err := first(
		t.w.Can(policy.ItemSubmit),
		need(len(t.s.Members) <= maxMembers, "members", "too_many", "成套的成员最多9件", "a bundle has at most 9 members"),
		blocked(!k.Accompanies() || len(t.s.Members) == 0, "lead_kind", "解读、起草说明等随主件的信息不能作主件", "what goes with a document leads no bundle"),
	)
	if err != nil {
		return err
	}
	t.it.Bundle = nil
	for _, c := range t.w.Companions {
		if err := c.suits(*t.it); err != nil {
			return err
		}
		t.it.Bundle = append(t.it.Bundle, content.Member{Item: c.Item.ID, Kind: c.Item.Kind, Title: c.Item.Title})
	}
	t.detail["members"] = strings.Join(t.s.Members, " ")
	return nil
}

// gathered looks at all members before the lead is submitted.
func (t *turn) gathered() error {
	for _, c := range t.w.Companions {
		st := c.Item.Work.State
		if st == content.Bundled {
			return ofMember(c, alreadyHeld(c.Item))
		}
		if err := first(
			ofMember(c, blocked(st == content.Draft || st == content.Returned, "member_state", "只有草稿或者退回的稿件可以随主件送审，当前："+stateZh[st], "only a draft or what was returned can go with a lead; it is: "+st)),
			c.fits(*t.it, t.w.Pipeline, demandsOn(t.w.demanding(), c.Item, c.Findings)),
		); err != nil {
			return err
		}
	}
	return t.accompanied()
}

// whole refuses to sign, correct or release what is not all there: a member
// that was called back for what it holds is in its writers' hands again.
func (t *turn) whole() error {
	if len(t.w.Companions) != len(t.it.Bundle) {
		return gongkai.E(gongkai.Conflict, "busy", "成套的成员正在变动，请重试", "the members of the bundle are changing: try again")
	}
	for _, c := range t.w.Companions {
		if !c.held(*t.it) {
			return ofMember(c, blocked(false, "member_gone", "已不在主件的成套之中（例如因涉及个人信息被临时下线），请退回主件", "it is no more in the hands of the lead, because it was suspended for what it holds, say: return the lead"))
		}
	}
	return nil
}

// memberFacts are the facts of all members that the prohibitions look at.
func (t *turn) memberFacts() (facts []string) {
	if slices.ContainsFunc(t.it.Bundle, func(m content.Member) bool { return t.either(m.Contributors...) }) {
		facts = append(facts, policy.Contributor)
	}
	if slices.ContainsFunc(t.w.Companions, func(c Companion) bool { return len(c.Open) > 0 }) {
		facts = append(facts, policy.OpenFindings)
	}
	return facts
}

// letOut says which members cannot go out with the lead.
func (t *turn) letOut() error {
	for _, c := range t.w.Companions {
		openness, _ := c.Revision.Fields["openness"].(string)
		if err := ofMember(c, first(
			blocked(openness == content.Proactive, policy.NotProactive, "公开属性不是主动公开", "it is not for proactive disclosure"),
			openIn(c.Open), c.shown())); err != nil {
			return err
		}
	}
	return nil
}

// corrected notes a correction of a member's text: its sheet and the lead's
// are built anew, and the lead's next write names both.
func (t *turn) corrected() error {
	i := slices.IndexFunc(t.it.Bundle, func(m content.Member) bool { return m.Item == t.s.Member })
	if i < 0 {
		return need(false, "member", "member", "成套中没有这个成员", "the bundle has no such member")
	}
	m := &t.it.Bundle[i]
	m.Revision, m.Title, t.detail["member"] = t.w.Revision.ID, t.w.Title, m.Item
	return nil
}

// memberDigests are the members as a record of the chain says them.
func memberDigests(ms []content.Member) string {
	var out []string
	for _, m := range ms {
		out = append(out, m.Item+"="+m.Digest)
	}
	return strings.Join(out, " ")
}

// dissolved forgets what signatures were given on; which texts went with it
// stays, for the members to take over.
func (t *turn) dissolved() {
	for i := range t.it.Bundle {
		t.it.Bundle[i].Sheet, t.it.Bundle[i].Digest = "", ""
	}
}

// hold puts the work on an item into the hands of its lead: from now on nothing
// changes it but the lead's own course.
func (t *turn) hold() error {
	lead, it := t.w.Lead, t.it
	_, named := content.MemberOf(lead.Bundle, it.ID)
	if !named || !slices.Contains(underWay, lead.Work.State) || lead.Work.Round == "" {
		return blocked(false, "lead_state", "主件未在审校之中，或者没有这个成员", "the lead is not under way, or has no such member")
	}
	if it.Work.State == content.Bundled && it.Lead.Item != lead.ID {
		return alreadyHeld(*it)
	}
	t.toDraft(content.Bundled)
	it.Lead = &content.Lead{Item: lead.ID, Title: lead.Title, Round: lead.Work.Round}
	it.Work.Offices, it.Work.Note = lead.Work.Offices, lead.Work.Note // who signs from elsewhere reads it
	t.detail["lead"], t.detail["round"] = lead.ID, lead.Work.Round
	return nil
}

// alreadyHeld names the lead that an item goes with.
func alreadyHeld(it content.Item) error {
	return gongkai.E(gongkai.Blocked, "bundled", "已随主件“"+it.Lead.Title+"”送审，主件发布、退回或者撤回以前不能单独办理",
		"it goes with the lead \""+it.Lead.Title+"\": until that is released, returned or recalled, it cannot be dealt with by itself",
		gongkai.Detail{Where: "lead", Code: it.Lead.Item, Zh: "主件 " + it.Lead.Item, En: "lead " + it.Lead.Item})
}

// handBack (交还) gives a member back to its writers, with the words that a
// stage corrected meanwhile.
func (t *turn) handBack() error {
	lead, it := t.w.Lead, t.it
	if memberOwed(lead, *it) != "hand_back" {
		return blocked(false, "lead_state", "主件仍在审校之中", "the lead is still under way")
	}
	state := content.Returned
	if lead.Work.State == content.Draft {
		state = content.Draft
	}
	for _, m := range slices.Concat(lead.Bundle, lead.Live.Bundle) {
		if m.Item == it.ID && m.Round == it.Lead.Round && m.Revision != "" {
			it.Work.Revision, it.Title, t.detail["revision"] = m.Revision, m.Title, m.Revision
		}
	}
	t.detail["lead"] = lead.ID
	if lead.Live.Round == it.Lead.Round {
		t.detail["reason"] = "void" // the lead or this one was called back before it could follow
	}
	it.Lead = nil
	t.toDraft(state)
	return nil
}

// memberOwed is what a member that a lead holds is owed: "" while the lead is
// under way, "follow" once it is released, else "hand_back". A round that the
// lead has left never comes again.
func memberOwed(lead, it content.Item) string {
	if it.Work.State != content.Bundled || it.Lead == nil || it.Lead.Item != lead.ID {
		return ""
	}
	round := it.Lead.Round
	_, out := content.MemberOf(lead.Live.Bundle, it.ID)
	switch {
	case slices.Contains(underWay, lead.Work.State) && lead.Work.Round == round:
		return ""
	case out && lead.Live.Round == round && lead.Live.State == content.Published && it.Live.State != content.Suspended && it.Live.Asked == nil:
		return "follow"
	}
	return "hand_back"
}

// follow makes a member public as it was signed with its lead: the lead's
// release is its own, at the same time.
func (t *turn) follow() error {
	lead, it := t.w.Lead, t.it
	if memberOwed(lead, *it) != "follow" {
		return blocked(false, "lead_state", "主件没有发布", "the lead is not released")
	}
	m, _ := content.MemberOf(lead.Live.Bundle, it.ID)
	it.Title = m.Title
	t.goLive(content.Live{Sheet: m.Sheet, Digest: m.Digest, Released: lead.Live.Released, By: lead.Live.By, For: lead.Live.For, Signoffs: lead.Live.Signoffs, Corrections: lead.Live.Corrections,
		Pipeline: lead.Live.Pipeline, Submitted: lead.Live.Submitted, Revision: m.Revision, Lead: &content.Lead{Item: lead.ID, Title: lead.Live.Title, Edition: lead.Live.Edition, Digest: lead.Live.Digest}})
	it.Lead = nil
	t.detail["lead"], t.detail["lead_sheet"], t.detail["released_by"] = lead.ID, lead.Live.Digest, lead.Live.By
	return nil
}
