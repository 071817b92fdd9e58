// What the editorial API shows beside the text itself: which acts are possible
// now, findings with their decisions, sheets and files.

package workflow

import (
	"context"
	"slices"
	"strconv"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Possible (可办动作) is an act that the actor may do now. Blocked says what is
// still in its way, if anything: an open finding, metadata that is missing.
type Possible struct {
	Act     string `json:"act"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
	Params  string `json:"params,omitempty"`
	Blocked string `json:"blocked,omitempty" doc:"Code of what is still in its way"`
	// What the waiting stage leaves to choose.
	Seats  []string `json:"seats,omitempty" doc:"pass: seats of the stage that are left for who asks (会签)"`
	To     []string `json:"to,omitempty" doc:"return: stages that were passed and can be returned to"`
	Fields []string `json:"fields,omitempty" doc:"fill: fields that the stage may fill in"`
	// Pipeline is not always that of the home column.
	Pipeline string   `json:"pipeline,omitempty" doc:"submit: the pipeline that the item would go through"`
	Do       []string `json:"do,omitempty" doc:"schedule, unschedule: which acts"`
	// For are people who delegated it.
	For     []PersonRef `json:"for,omitempty" doc:"Whom you may do it for (代理): say so in for"`
	OnlyFor bool        `json:"only_for,omitempty" doc:"Not by yourself, only for one of those"`
}

// PersonRef is somebody, by id and name.
type PersonRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Possible lists the acts that the states, the rights and the prohibitions
// leave to the actor, by themselves or for somebody who delegated it. It tries
// each act on a copy and writes nothing.
func (e *Engine) Possible(ctx context.Context, actor gongkai.Actor, it content.Item) ([]Possible, error) {
	world, err := e.prepare(ctx, actor, it, &Step{})
	if err != nil {
		return nil, err
	}
	if world.Owed, err = e.owed(ctx, it); err != nil {
		return nil, err
	}
	ask, err := e.asking(ctx, actor, it, append(world.Owed, world.Pipeline)...)
	if err != nil {
		return nil, err
	}
	if err := e.whoElse(ctx, it, Step{}, &world, ask); err != nil {
		return nil, err
	}
	world.Actor, world.Now, world.Title = actor, gongkai.Millis(e.now()), it.Title
	world.Can, world.At = ask.about(UnitRule{}), ask.about
	anything := func(string, ...string) error { return nil }
	world.Other = &Other{Actor: gongkai.Actor{ID: trialID}, Here: true, Can: anything, At: func(UnitRule) func(string, ...string) error { return anything }}
	principals, err := e.standsInFor(ctx, actor)
	if err != nil {
		return nil, err
	}
	out := []Possible{}
	for _, act := range Acts {
		if act.System || act.Name == "create" || act.starts(it) != nil || act.later() && it.LaterBy == 0 {
			continue
		}
		if act.Name == "schedule" || act.Name == "unschedule" {
			if p := possiblePlans(act, it, world); len(p.Do) > 0 {
				out = append(out, p)
			}
			continue
		}
		p := Possible{Act: act.Name, Zh: act.Zh, En: act.En, Params: act.Params}
		may, err := e.try(ctx, &p, it, world, ask, gongkai.Actor{})
		if err != nil {
			return nil, err
		}
		if act.lent() {
			if err := e.tryFor(ctx, &p, it, world, ask, principals); err != nil {
				return nil, err
			}
		}
		if p.OnlyFor = !may; may || len(p.For) > 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

// tryFor finds those for whom the actor may do the act.
func (e *Engine) tryFor(ctx context.Context, p *Possible, it content.Item, w World, ask asking, principals []gongkai.Actor) error {
	for _, from := range principals {
		other := Possible{Act: p.Act}
		may, err := e.try(ctx, &other, it, w, ask, from)
		if err != nil {
			return err
		}
		if may {
			p.For = append(p.For, PersonRef{from.ID, from.Name})
			p.Seats, p.To, p.Fields = union(p.Seats, other.Seats), union(p.To, other.To), union(p.Fields, other.Fields)
		}
	}
	return nil
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// try tells whether the actor may do the act, for whom they stand in if anybody,
// and what is still in its way.
func (e *Engine) try(ctx context.Context, p *Possible, it content.Item, w World, ask asking, from gongkai.Actor) (may bool, err error) {
	ask.from, w.For = from.ID, from
	w.Can, w.At = ask.about(UnitRule{}), ask.about
	var inWay error
	if p.Act == "submit" {
		if inWay = e.submittable(ctx, it, &w); inWay != nil && !gongkai.Is(inWay, gongkai.Blocked) {
			return false, inWay
		}
	}
	p.choices(it, w)
	s := p.trial(it, w)
	s.For, w.Scan = from.ID, content.Scan{File: s.File, Sheet: s.Sheet}
	tried, err := Apply(it, s, w)
	switch gongkai.KindOf(err) {
	case gongkai.Denied, gongkai.Unauthenticated, gongkai.Missing: // no scan to be voided
		return false, nil
	case gongkai.Unavailable:
		return false, err
	}
	if gongkai.CodeOf(err) == "no_date" {
		return false, nil // the text says no such day
	}
	if err = first(err, inWay); err != nil {
		p.Blocked = gongkai.CodeOf(err)
	} else if p.Act == "submit" {
		p.Pipeline = tried.Work.Pipeline
	}
	return true, nil
}

// standsInFor are those for whom the actor may act now, and who still work here.
func (e *Engine) standsInFor(ctx context.Context, actor gongkai.Actor) (out []gongkai.Actor, err error) {
	if actor.Key {
		return nil, nil
	}
	for _, id := range e.policy.Principals(actor.ID) {
		name, here, err := e.here(ctx, id)
		if err != nil {
			return nil, err
		}
		if here {
			out = append(out, gongkai.Actor{ID: id, Name: name})
		}
	}
	return out, nil
}

// trialID stands for whoever an act is about while it is only tried.
const trialID = "trial"

// choices are what the waiting stage leaves to whoever acts.
func (p *Possible) choices(it content.Item, w World) {
	t := &turn{it: &it, w: w}
	if later, owed := dueLater(it); owed && p.Act == "later_pass" {
		t = t.asWork(later)
	}
	stage := t.stage()
	switch p.Act {
	case "pass", "claim", "later_pass":
		free, _ := t.free(stage)
		for _, seat := range free {
			if seat.ID != "" {
				p.Seats = append(p.Seats, seat.ID)
			}
		}
	case "return":
		if !it.Work.Short {
			p.To = w.Pipeline.before(stage.ID)
		}
	case "fill":
		p.Fields = stage.Fields
	}
}

// trial is a step filled in as its author would: only the states, rights and
// prohibitions can refuse it.
func (p *Possible) trial(it content.Item, w World) Step {
	s := Step{ID: trialID, Act: p.Act, Sheet: it.Work.SheetDigest, Edition: it.Live.Edition, Opinion: "-", Reason: "-",
		Judgements:  &content.Judgements{Legality: true, Accuracy: true, Disclosability: true, Secrecy: true},
		Resolutions: []content.Resolution{{Act: content.ActMask, Kind: "-"}}, Placements: it.Placements, Settles: true, File: "-", Note: trialNote(it, w), Validity: trialChange(it)}
	if len(p.Seats) > 0 {
		s.Seat = p.Seats[0]
	}
	if p.Act == "reassign" {
		s.To = trialID
	}
	if len(p.Fields) > 0 {
		s.Fields = content.Fields{p.Fields[0]: nil}
	}
	switch p.Act {
	case "later_pass", "later_object":
		later, _ := dueLater(it)
		s.Edition, s.Sheet = later.Edition, later.Digest
	case "attach_form":
		s.Sheet = orElse(s.Sheet, it.Live.Digest)
	case "void_form":
		for _, scan := range it.Scans {
			if scan.Void == "" {
				s.File = scan.File
			}
		}
	}
	return s
}

// Judged is a finding and what became of it.
type Judged struct {
	content.Finding
	Zh         string `json:"zh" doc:"What the kind is called"`
	En         string `json:"en"`
	Open       bool   `json:"open" doc:"Nobody has settled it"`
	Resolution string `json:"resolution,omitempty" doc:"Id of the decision that settles it"`
	Act        string `json:"act,omitempty" doc:"What was decided"`
}

// Which findings are asked for.
type Which struct {
	Revision string // "": the head
	Place    string // at or below it
	Kind     string
	Open     bool // nobody has settled them
	After    string
	Limit    int
}

// Judged lists findings in a revision of an item, each with the decision over
// it, a page at a time.
func (e *Engine) Judged(ctx context.Context, actor gongkai.Actor, item string, q Which) (page store.Page[Judged], err error) {
	it, fs, err := e.foundIn(ctx, actor, item, q.Revision)
	if err != nil {
		return page, err
	}
	from, err := position(q.After, len(fs))
	decided := content.Decided(decisions(it))
	for i := from; i < len(fs) && err == nil; i++ {
		f := fs[i]
		r, settled := decided.Settle(f)
		if q.Place != "" && !content.Below(q.Place, f.Place) || q.Kind != "" && q.Kind != f.Kind || q.Open && settled {
			continue
		}
		if len(page.Docs) == q.Limit {
			page.Next = strconv.Itoa(i)
			break
		}
		zh, en := KindName(f.Kind)
		page.Docs = append(page.Docs, Judged{f, zh, en, !settled && f.Level != content.Warn, r.ID, r.Act})
	}
	return page, err
}

// position is where a page begins: findings of a revision never change.
func position(after string, count int) (int, error) {
	if after == "" {
		return 0, nil
	}
	at, err := strconv.Atoi(after)
	return at, need(err == nil && at > 0 && at <= count, "after", "cursor", "翻页标记无效，请从第一页重新开始", "the cursor is not valid: begin at the first page")
}

// foundIn are the findings in a revision of an item ("": its head).
func (e *Engine) foundIn(ctx context.Context, actor gongkai.Actor, item, revision string) (content.Item, []content.Finding, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return it, nil, err
	}
	rev, err := e.content.Revisions.Get(ctx, orElse(revision, head(it)))
	if err != nil {
		return it, nil, err
	}
	if rev.Item != it.ID {
		return it, nil, gongkai.E(gongkai.Missing, "revision", "该信息没有这个修订稿", "this item has no such revision")
	}
	if err := rev.Left(); err != nil {
		return it, nil, err
	}
	rules, err := e.ruleset(ctx, standingOf(it))
	if err != nil {
		return it, nil, err
	}
	fs, err := e.findings(ctx, rules, rev)
	if err != nil || rev.ID != head(it) {
		return it, fs, err
	}
	more, err := e.togetherIn(ctx, it, rules.version, rev, fs)
	return it, append(fs, more...), err
}

func head(it content.Item) string { return orElse(it.Work.Revision, it.Live.Revision) }

// Sheets lists an item's proof sheets, newest first, without their bytes.
func (e *Engine) Sheets(ctx context.Context, actor gongkai.Actor, item, after string, limit int) (store.Page[content.Sheet], error) {
	if _, err := e.Item(ctx, actor, item); err != nil {
		return store.Page[content.Sheet]{}, err
	}
	page, err := e.content.Sheets.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", item)}, Sort: []string{"-built"}, After: after, Limit: limit})
	for i := range page.Docs {
		page.Docs[i].Bytes = ""
	}
	return page, err
}

// SheetFile finds the public copy of a file that a sheet of the item names.
func (e *Engine) SheetFile(ctx context.Context, actor gongkai.Actor, item, sheet, digest string) (content.PublicFile, error) {
	it, s, err := e.sheetIn(ctx, actor, item, sheet)
	if err != nil {
		return content.PublicFile{}, err
	}
	e.looked(ctx, actor, it, s.Revision)
	pub, err := s.Public()
	if err != nil {
		return content.PublicFile{}, err
	}
	i := slices.IndexFunc(pub.Files, func(f content.PublicFile) bool { return f.Digest == digest })
	if i < 0 {
		return content.PublicFile{}, noFile()
	}
	return pub.Files[i], nil
}
