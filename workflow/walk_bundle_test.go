// Bundles in the random walk: the part of the engine and of the jobs that takes
// members in hand, hands them back and lets them follow, at any time and late;
// and what must hold of what goes together, in the test's own words.

package workflow

import (
	"maps"
	"reflect"
	"slices"

	"gongkai"
	"gongkai/content"
)

// inHand (在主件手中) is what the test knows of a member since its lead took it.
type inHand struct {
	lead  int
	round string
	wrote map[string]bool // who had a part in its text
	text  content.Work
	place []content.Placement
}

// outing (同步发布) is a release of a lead with members, as the test saw it.
type outing struct {
	lead  int
	live  content.Live
	no    string
	void  bool            // the lead was called back since
	alone map[string]bool // members that were called back since, or asked to be
}

// kindNamed finds a built-in kind.
func kindNamed(id string) content.Kind {
	return content.BuiltIn[slices.IndexFunc(content.BuiltIn, func(k content.Kind) bool { return k.ID == id })]
}

func (w *walk) index(id string) int {
	return slices.IndexFunc(w.items, func(it content.Item) bool { return it.ID == id })
}

// later puts off what a process was about to do: it was slow, or its machine
// was. What it has read by then stays as it was.
func (w *walk) later(what func()) {
	if len(w.asleep) < 20 {
		w.asleep = append(w.asleep, what)
	}
}

func (w *walk) wake() {
	i := w.r.IntN(len(w.asleep))
	what := w.asleep[i]
	w.asleep = slices.Delete(w.asleep, i, i+1)
	what()
}

// write is the guarded write of what was made ready for an item: now, or when
// others have acted meanwhile. It tells whether it was done or refused by now.
func (w *walk) write(i int, s Step, actor gongkai.Actor, world World) bool {
	if !w.chance(4) {
		w.do(i, s, actor, world, false)
		return true
	}
	head := w.items[i].StepHead
	w.later(func() {
		if w.items[i].StepHead == head {
			w.do(i, s, actor, world, true)
		}
	})
	return false
}

// companions are the members of the bundle as the engine loads them for a step.
func (w *walk) companions(it content.Item, s Step) (out []Companion) {
	if !slices.Contains(looksAtMembers, s.Act) || s.Act == "bundle" && len(s.Members) > maxMembers {
		return nil
	}
	members := it.Bundle
	if s.Act == "bundle" {
		members = nil
		for _, id := range s.Members {
			members = append(members, content.Member{Item: id})
		}
	}
	for _, m := range members {
		c := w.companion(it, m)
		switch {
		case w.chance(1):
			c.Open = []content.Finding{{Key: "k", Kind: "id_card", Place: "body", Level: "certain"}}
		case w.chance(1):
			c.Complete = gongkai.E(gongkai.Invalid, "incomplete_fields", "", "")
		case w.chance(1):
			c.Covered = gongkai.E(gongkai.Blocked, "stricter", "", "")
		case w.chance(2), len(c.Item.Bundle) > 0 && w.chance(40):
			c.Kind.Member = true // an office has made its kind one that goes with documents
		case w.chance(1) && s.Act == "release":
			c.Revision.Fields = content.Fields{"openness": content.Withheld}
		}
		out = append(out, c)
	}
	return out
}

func (w *walk) companion(lead content.Item, m content.Member) Companion {
	c := Companion{Item: w.items[w.index(m.Item)], Column: w.column}
	c.Kind = kindNamed(c.Item.Kind)
	if m.Revision != "" && c.held(lead) {
		c.Item.Work.Revision, c.Item.Title = m.Revision, m.Title
	}
	c.Revision = w.revisions[c.Item.Work.Revision]
	return c
}

// build does what a job does for the sheet of an item: its members are taken in
// hand one by one, and it may be stopped after each of them.
func (w *walk) build(i int) {
	lead := w.items[i]
	for _, m := range lead.Bundle {
		if m.Revision != "" {
			continue
		}
		if w.chance(4) {
			w.later(func() { w.takeInHand(lead, w.index(m.Item)) })
		} else {
			w.takeInHand(lead, w.index(m.Item))
		}
		if w.chance(10) {
			return // killed: the next tell begins anew
		}
	}
	members, whole := w.members(lead)
	s := Step{ID: w.id("step"), Act: "built"}
	if !whole || w.chance(2) {
		s.Act, members = "unbuilt", nil
	}
	world := w.world(gongkai.System, lead, s)
	world.Members = members
	w.write(i, s, gongkai.System, world)
}

// takeInHand: the lead is as the process read it, long ago perhaps; the member
// is read now, and the lead once more.
func (w *walk) takeInHand(lead content.Item, j int) {
	it, now := w.items[j], w.items[w.index(lead.ID)]
	once := lead.Work.Round + " " + it.ID
	act, _ := ActOf("hold")
	if w.once[once] || act.starts(it) != nil || now.Work.Round != lead.Work.Round || !w.oneUnit(it.Unit, now.Unit) {
		return
	}
	s := Step{ID: w.id("step"), Act: "hold"}
	world := w.world(gongkai.System, it, s)
	world.Lead = now
	w.write(j, s, gongkai.System, world)
}

// members are those of a lead with their sheets, if nothing is in the way.
func (w *walk) members(lead content.Item) (out []content.Member, whole bool) {
	p, _ := orderOf(lead.Work.Pipeline)
	for _, m := range lead.Bundle {
		c := w.companion(lead, m)
		c.Kind.Member = true
		if !c.held(lead) || c.fits(lead, p, demandsOn(Demands, c.Item, nil)) != nil {
			return nil, false
		}
		digest := "of " + c.Item.ID + " " + c.Revision.ID
		out = append(out, content.Member{Item: c.Item.ID, Kind: c.Item.Kind, Title: c.Item.Title, Round: lead.Work.Round, Revision: c.Revision.ID,
			Sheet: "sheet " + digest, Digest: digest, Contributors: c.Item.Work.Contributors})
	}
	return out, true
}

// settle pays what an item owes to its members, or what is owed to it, and
// tells whether nothing is left.
func (w *walk) settle(i int) bool {
	it, paid := w.items[i], true
	if it.Work.State == content.Bundled {
		return w.pay(w.index(it.Lead.Item), i)
	}
	for _, m := range slices.Concat(it.Bundle, it.Live.Bundle) {
		if j := w.index(m.Item); j >= 0 {
			paid = w.pay(i, j) && paid
		}
	}
	return paid
}

func (w *walk) pay(lead, j int) bool {
	it, from := w.items[j], w.items[lead]
	if it.Work.State != content.Bundled || it.Lead.Item != from.ID {
		return true
	}
	s := Step{ID: w.id("step"), Act: memberOwed(from, it)}
	if s.Act == "" {
		return true
	}
	out, round := w.out[it.Lead.Round], it.Lead.Round
	void := out != nil && (out.void || out.alone[it.ID])
	switch {
	case s.Act == "follow" && (out == nil || void):
		w.fail(it, s, "it is to follow a lead that is not released, or was called back")
	case s.Act == "hand_back" && out != nil && !void:
		w.fail(it, s, "what was released with its lead is withheld")
	case s.Act == "hand_back" && from.Work.Round == round && slices.Contains([]string{content.Checking, content.AtStage, content.Ready}, from.Work.State):
		w.fail(it, s, "it is taken from a lead that is under way")
	}
	world := w.world(gongkai.System, it, s)
	m, _ := content.MemberOf(from.Live.Bundle, it.ID)
	if world.Lead = from; s.Act == "follow" {
		world.Revision = w.revisions[m.Revision]
	}
	return w.write(j, s, gongkai.System, world)
}

// tell pays what one item owes, as a job does.
func (w *walk) tell() {
	i := w.r.IntN(len(w.items))
	if !w.owes[i] {
		return
	}
	if w.items[i].Work.State == content.Checking {
		w.build(i)
	}
	w.owes[i] = !w.settle(i) || w.items[i].Work.State == content.Checking || w.items[i].Work.State == content.NoWork && !w.interprets(i)
}

// interprets tells the documents that an interpretation is about that it is out.
func (w *walk) interprets(i int) bool {
	it, told := w.items[i], true
	if it.Kind != content.Interpretation || it.Live.State != content.Published {
		return true
	}
	for _, id := range content.Interpreted(w.revisions[it.Live.Revision].Fields) {
		j := w.index(id)
		if j < 0 {
			continue
		}
		if doc := w.items[j]; w.oneUnit(doc.Unit, it.Unit) && doc.Kind != content.Interpretation && doc.Created != 0 && (doc.InterpretBy != 0 || doc.Live.First == 0 && doc.Interpreted == "") {
			s := Step{ID: w.id("step"), Act: "interpreted"}
			world := w.world(gongkai.System, doc, s)
			world.Lead = it
			told = w.write(j, s, gongkai.System, world) && told
		}
	}
	return told
}

// quiet lets all who slept wake up and pays all debts: then nothing is stuck.
func (w *walk) quiet() {
	for n := 0; len(w.asleep) > 0 || slices.Contains(w.owes, true); n++ {
		if len(w.asleep) > 0 {
			w.wake()
		} else {
			w.tell()
		}
		if n > 100_000 {
			w.t.Fatal("debts are never paid")
		}
	}
	for _, it := range w.items {
		if it.Work.State == content.Checking {
			w.fail(it, Step{}, "a sheet is built by nobody")
		}
		if it.Work.State != content.Bundled {
			continue
		}
		lead := w.items[w.index(it.Lead.Item)]
		if _, named := content.MemberOf(lead.Bundle, it.ID); !named || lead.Work.Round != it.Lead.Round {
			w.fail(it, Step{}, "it is in the hands of a lead that has left it, and nobody is to let it go")
		}
	}
}

// together keeps the test's own record of what goes together, and checks it.
// Late: what was done was made ready before others acted.
func (w *walk) together(i int, was, is content.Item, s Step, actor gongkai.Actor, world World, late bool) {
	switch s.Act {
	case "hold":
		w.held(i, was, is, s, world.Lead)
	case "hand_back":
		w.handedBack(i, was, is, s, world.Lead)
	case "follow":
		w.followed(i, was, is, s)
	case "built":
		w.named[is.Work.SheetDigest] = is.Bundle
	case "pass", "correct", "fill", "release":
		w.signedTogether(i, was, is, s, actor, late)
	}
	if was.Work.State == content.Bundled && s.Act != "hold" && s.Act != "hand_back" && s.Act != "follow" {
		w.locked(was, is, s)
	}
	if is.Work.State == content.Bundled && (len(is.Work.Signoffs) > 0 || is.Work.SheetDigest != "" || is.Work.Pipeline != "" || is.Lead == nil || slices.ContainsFunc(is.Schedules, func(p content.Schedule) bool { return p.Sheet != "" })) {
		w.fail(was, s, "a member goes a way of its own")
	}
	if is.Work.State != content.Bundled && is.Lead != nil {
		w.fail(was, s, "it names a lead that does not hold it")
	}
	w.calledBack(was, is)
}

// calledBack: what a lead owes to its members is void once it is called back;
// and to one of them, once that one is, or is asked to be.
func (w *walk) calledBack(was, is content.Item) {
	if out := w.out[is.Live.Round]; out != nil && is.Live.State != content.Published {
		out.void = true
	}
	if was.Work.State == content.Bundled {
		if out := w.out[was.Lead.Round]; out != nil && (is.Live.State == content.Suspended || is.Live.Asked != nil) {
			out.alone[is.ID] = true
		}
	}
}

func (w *walk) held(i int, was, is content.Item, s Step, lead content.Item) {
	j := w.index(lead.ID)
	if _, named := content.MemberOf(lead.Bundle, is.ID); !named || !w.oneUnit(lead.Unit, is.Unit) || is.Lead == nil || is.Lead.Item != lead.ID || is.Lead.Round != lead.Work.Round {
		w.fail(was, s, "a lead took what it does not name")
	}
	if was.Work.State == content.Bundled {
		if old := w.items[w.index(was.Lead.Item)]; old.Work.Round == was.Lead.Round && is.Lead.Round != was.Lead.Round {
			w.fail(was, s, "it was taken from a lead that is under way")
		}
	}
	w.once[is.Lead.Round+" "+is.ID] = true
	w.hands[is.Lead.Round+" "+is.ID] = inHand{lead: j, round: is.Lead.Round, wrote: maps.Clone(w.shadow[i].wrote), text: was.Work, place: was.Placements}
	if is.Work.Revision != was.Work.Revision || !sameText(was, is) {
		w.fail(was, s, "to be taken in hand changed it")
	}
}

// sameText: decisions, writers and places are as they were.
func sameText(was, is content.Item) bool {
	return reflect.DeepEqual(was.Placements, is.Placements) && sameList(was.Work.Resolutions, is.Work.Resolutions) && sameList(was.Work.Contributors, is.Work.Contributors)
}

func sameList[T any](a, b []T) bool { return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b) }

// locked: nobody changes what a lead holds; what leaked, is withdrawn, or was
// released before a restore, leaves it.
func (w *walk) locked(was, is content.Item, s Step) {
	leaves := s.Act == "withdraw" || s.Act == "reconcile" || s.Privacy && (s.Act == "suspend" || s.Act == "later_object")
	if is.Work.State == content.Bundled {
		leaves = false
	} else if !leaves || is.Work.State != content.Returned {
		w.fail(was, s, "a member left its lead by itself")
	}
	if is.Work.Revision != was.Work.Revision || is.Title != was.Title || !sameText(was, is) || !leaves && !reflect.DeepEqual(was.Lead, is.Lead) {
		w.fail(was, s, "a member was changed while its lead was under way")
	}
}

func (w *walk) handedBack(i int, was, is content.Item, s Step, lead content.Item) {
	hand, there := w.hands[was.Lead.Round+" "+was.ID]
	if !there || hand.lead != w.index(lead.ID) {
		w.fail(was, s, "it was handed back by a lead that did not hold it")
	}
	if is.Work.State != content.Returned && is.Work.State != content.Draft || is.Lead != nil {
		w.fail(was, s, "it was not handed back to its writers")
	}
	if is.Work.Revision != was.Work.Revision && w.revisions[is.Work.Revision].Item != is.ID {
		w.fail(was, s, "it was handed back with the words of another")
	}
	if m, there := content.MemberOf(lead.Bundle, is.ID); there && m.Round == was.Lead.Round && m.Revision != is.Work.Revision {
		w.fail(was, s, "the words that a stage corrected are lost")
	}
	if !sameText(was, is) || !maps.Equal(hand.wrote, w.shadow[i].wrote) {
		w.fail(was, s, "to be handed back changed it")
	}
}

// signedTogether: whoever signs, corrects or releases a lead wrote no word of any
// member, and none of them is missing.
func (w *walk) signedTogether(i int, was, is content.Item, s Step, actor gongkai.Actor, late bool) {
	sheet := w.named[was.Work.SheetDigest]
	if len(sheet) != len(was.Bundle) {
		w.fail(was, s, "the sheet names others than go with it")
	}
	for n, m := range was.Bundle {
		hand, there := w.hands[was.Work.Round+" "+m.Item]
		if !there || hand.lead != i || m.Round != was.Work.Round || sheet[n].Item != m.Item || sheet[n].Digest != m.Digest {
			w.fail(was, s, "a member that was not taken in hand goes along, or another sheet of it")
		}
		for _, who := range inPerson(actor.ID, s.For) {
			if hand.wrote[who] {
				w.fail(was, s, who+" had a part in the text of a member")
			}
		}
		member := w.items[w.index(m.Item)]
		if !late && (member.Work.State != content.Bundled || member.Lead.Round != was.Work.Round) {
			w.fail(was, s, "signed or released without a member")
		}
		if !late && s.Act == "release" && (member.Live.State == content.Suspended || member.Live.Asked != nil) {
			w.fail(was, s, "released with a member that is called back")
		}
	}
	if s.Act != "release" {
		return
	}
	if len(was.Bundle) > 0 && was.Work.Emergency != nil || was.Work.Short && len(was.Bundle) > 0 {
		w.fail(was, s, "what goes together takes the whole way")
	}
	if !sameList(was.Bundle, is.Live.Bundle) || is.Bundle != nil {
		w.fail(was, s, "other members went out than were signed")
	}
	if len(was.Bundle) > 0 {
		w.acts[togetherRelease]++
		out := &outing{lead: i, live: is.Live, no: is.IndexNo, alone: map[string]bool{}}
		for _, m := range was.Bundle { // called back while the release was slow
			live := w.items[w.index(m.Item)].Live
			out.alone[m.Item] = live.State == content.Suspended || live.Asked != nil
		}
		w.out[was.Work.Round] = out
	}
}

// followed: what is live beside a lead is what was signed with it, by the same
// people, out at the same time.
func (w *walk) followed(i int, was, is content.Item, s Step) {
	sh, out, hand := &w.shadow[i], w.out[was.Lead.Round], w.hands[was.Lead.Round+" "+was.ID]
	if out == nil || out.lead != w.index(was.Lead.Item) || is.Lead != nil {
		w.fail(was, s, "it went out though its lead was not released")
	}
	m, there := content.MemberOf(w.named[out.live.Digest], is.ID)
	live, first := is.Live, orFirst(was.Live.First, out.live.Released)
	switch {
	case !there || live.Digest != m.Digest || live.Revision != m.Revision || live.Sheet != m.Sheet || live.Title != m.Title || is.Title != m.Title:
		w.fail(was, s, "what went out is not what the lead's sheet names")
	case live.Released != out.live.Released || live.First != first || live.By != out.live.By || live.For != out.live.For || live.Submitted != out.live.Submitted || live.Pipeline != out.live.Pipeline:
		w.fail(was, s, "it is not out by the release of its lead")
	case !reflect.DeepEqual(live.Signoffs, out.live.Signoffs) || !reflect.DeepEqual(live.Corrections, out.live.Corrections):
		w.fail(was, s, "it has other signatures than its lead")
	case live.Lead == nil || live.Lead.Item != w.items[out.lead].ID || live.Lead.Digest != out.live.Digest || live.Lead.Edition != out.live.Edition:
		w.fail(was, s, "it does not say with what it went out")
	case !reflect.DeepEqual(live.Placed, hand.place) || !sameList(live.Settled, hand.text.Resolutions) || !sameList(live.Contributors, hand.text.Contributors):
		w.fail(was, s, "it is not as it was when its lead took it in hand")
	case is.IndexNo == "" || is.IndexNo == out.no || live.Edition != was.Editions+1 || is.Editions != live.Edition || live.State != content.Published || len(live.Bundle) > 0:
		w.fail(was, s, "it is no edition of its own")
	case was.Live.State == content.Suspended || was.Live.Asked != nil:
		w.fail(was, s, "what was called back is shown again by following")
	}
	for _, so := range live.Signoffs {
		for _, who := range inPerson(so.By, so.For) {
			if hand.wrote[who] {
				w.fail(was, s, who+" signed the lead, and had a part in the text of the member")
			}
		}
	}
	if was.Live.Privacy {
		for n := range was.Editions {
			sh.struck[n+1] = true
		}
	}
	sh.liveWrote, sh.wrote = sh.wrote, nil
}

func orFirst(first, otherwise int64) int64 {
	if first == 0 {
		return otherwise
	}
	return first
}

// forget keeps the records of what is under way or live, so that long walks
// stay small.
func (w *walk) forget() {
	w.asleep = nil
	rounds, sheets := map[string]bool{}, map[string]bool{}
	for _, it := range w.items {
		rounds[it.Work.Round], rounds[it.Live.Round] = true, true
		sheets[it.Work.SheetDigest], sheets[it.Live.Digest] = true, true
		if it.Lead != nil {
			rounds[it.Lead.Round] = true
		}
	}
	maps.DeleteFunc(w.hands, func(_ string, h inHand) bool { return !rounds[h.round] })
	maps.DeleteFunc(w.out, func(round string, _ *outing) bool { return !rounds[round] })
	maps.DeleteFunc(w.named, func(digest string, _ []content.Member) bool { return !sheets[digest] })
	w.once = map[string]bool{}
	for key := range w.hands {
		w.once[key] = true
	}
}
