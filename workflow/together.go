// Aggregation in the flow: where it is asked for, what is kept for it, how it is
// settled and refused.

package workflow

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// putFound keeps what was found in a revision, and first whom it is about.
func (e *Engine) putFound(ctx context.Context, units []string, rev content.Revision, rules string, k content.Kind, scanned []found, fs []content.Finding) ([]content.Person, error) {
	people := e.people(units, k, rev.Fields, scanned)
	if err := e.content.PutPeople(ctx, rev, rules, people); err != nil {
		return nil, err
	}
	return people, e.content.PutFindings(ctx, rev, rules, fs)
}

// peopleIn are those whom the findings of a revision are about, under the rules
// that found them. Most texts are about nobody, and nothing is read.
func (e *Engine) peopleIn(ctx context.Context, rules, revision string, fs []content.Finding) ([]content.Person, error) {
	if !identified(fs) {
		return nil, nil
	}
	return e.content.PeopleOf(ctx, revision, rules)
}

// identified tells whether findings could be about somebody who is known by them.
func identified(fs []content.Finding) bool {
	return slices.ContainsFunc(fs, func(f content.Finding) bool { return identifies[f.Kind] || f.Kind == "birth_date" })
}

// togetherIn are the findings that the head of an item makes with what else is
// live.
func (e *Engine) togetherIn(ctx context.Context, it content.Item, rules string, rev content.Revision, fs []content.Finding) ([]content.Finding, error) {
	people, err := e.peopleIn(ctx, rules, rev.TextID(), fs)
	if err != nil {
		return nil, err
	}
	return e.together(ctx, it, fs, people, decisions(it))
}

// looksTogether are the acts that look at what else is live: those that settle
// findings, and those that may not be done while one is open.
var looksTogether = []string{"", "resolve", "submit", "pass", "correct", "release"}

func (e *Engine) togetherFor(ctx context.Context, it content.Item, rules, act string, w World) ([]content.Finding, error) {
	if !slices.Contains(looksTogether, act) {
		return nil, nil
	}
	return e.togetherIn(ctx, it, rules, w.Revision, w.Findings)
}

// liveTogether are the findings that nobody settled of those that a live item
// makes with others: a live one with those before it, a suspended one with all.
func (e *Engine) liveTogether(ctx context.Context, it content.Item) ([]content.Finding, error) {
	fs, people, err := e.livePeople(ctx, it)
	if err != nil {
		return nil, err
	}
	it.Work = content.Work{State: content.NoWork}
	all, err := e.together(ctx, it, fs, people, it.Live.Settled)
	return content.Unsettled(all, it.Live.Settled), err
}

// gathered is liveTogether for an item whose people are kept: most have none.
func (e *Engine) gathered(ctx context.Context, it content.Item) ([]content.Finding, error) {
	if there, err := e.content.HasPersons(ctx, it.Live.Sheet); err != nil || !there {
		return nil, err
	}
	return e.liveTogether(ctx, it)
}

// livePeople are whom an edition is about, with the findings that say so.
// Findings of a program that did not know of people are made anew.
func (e *Engine) livePeople(ctx context.Context, it content.Item) ([]content.Finding, []content.Person, error) {
	if it.Live.Revision == "" || it.Live.Sheet == "" { // after a restore: nothing but the public form is there, or not even that
		return nil, nil, nil
	}
	fs, rules, err := e.decidedIn(ctx, it.Live)
	if err != nil || !identified(fs) {
		return nil, nil, err
	}
	people, err := e.content.PeopleOf(ctx, it.Live.Revision, rules)
	if err != nil || len(people) > 0 {
		return fs, people, err
	}
	rev, err := e.content.Revisions.Get(ctx, it.Live.Revision)
	if err != nil {
		return nil, nil, err
	}
	today, err := e.ruleset(ctx, standingOf(it))
	if err != nil {
		return nil, nil, err
	}
	if fs, err = e.findings(ctx, today, rev); err != nil {
		return nil, nil, err
	}
	people, err = e.peopleIn(ctx, today.version, rev.TextID(), fs)
	return fs, people, err
}

// rememberRelease keeps whom an item is about before it goes out: the next one
// that is released sees them, though nobody has told of this one yet.
func (e *Engine) rememberRelease(ctx context.Context, it content.Item, rules string, w World) error {
	if len(w.Open) > 0 || len(w.Leftovers) > 0 {
		return nil // it is refused
	}
	people, err := e.peopleIn(ctx, rules, w.Revision.TextID(), w.Findings)
	if err != nil {
		return err
	}
	return e.remember(ctx, it.ID, it.Work.Sheet, portraits(people, w.Findings, content.Decided(it.Work.Resolutions)))
}

// rememberLive keeps whom an edition is about, unless they are there; some is
// false where it is about nobody.
func (e *Engine) rememberLive(ctx context.Context, it content.Item) (some bool, err error) {
	if there, err := e.content.HasPersons(ctx, it.Live.Sheet); err != nil || there {
		return true, err
	}
	fs, people, err := e.livePeople(ctx, it)
	if err != nil {
		return false, err
	}
	all := portraits(people, fs, content.Decided(it.Live.Settled))
	return len(all) > 0, e.remember(ctx, it.ID, it.Live.Sheet, all)
}

// onto are the decisions that a step asks for. A mask of aggregation is one of
// what is new of the person: that is what goes.
func (t *turn) onto() []content.Resolution {
	kinds, byKey, single := map[string]string{}, map[string]content.Finding{}, map[string]bool{}
	if len(t.w.Together) > 0 {
		for _, f := range t.w.Findings {
			kinds[f.Key] = f.Kind
		}
	}
	for _, f := range t.w.Together {
		byKey[f.Key] = f
	}
	for _, r := range t.it.Work.Resolutions {
		single[r.Key] = true
	}
	var out []content.Resolution
	for _, r := range t.s.Resolutions {
		f, ofOne := byKey[r.Key]
		switch {
		case masking(r.Act) && ofOne:
			r.Key, r.Kind = f.Of, ""
			out = append(out, r)
		case masking(r.Act) && r.Key == "" && r.Kind == content.Aggregation:
			out = append(out, t.ontoEach(r, kinds, single)...)
		default:
			out = append(out, r)
		}
	}
	return out
}

// ontoEach names what a decision over many is about: by kind, and one by one
// where it was decided one by one before.
func (t *turn) ontoEach(r content.Resolution, kinds map[string]string, single map[string]bool) []content.Resolution {
	var out []content.Resolution
	at := map[string]int{}
	for _, f := range t.w.Together {
		if !r.Names(f) {
			continue
		}
		one := r
		if one.Kind = kinds[f.Of]; single[f.Of] {
			one.Key, one.Kind = f.Of, ""
			out = append(out, one)
			continue
		}
		i, there := at[one.Kind]
		if !there {
			i = len(out)
			at[one.Kind], out = i, append(out, one)
		}
		out[i].Keys = append(out[i].Keys, f.Of)
	}
	if len(out) == 0 {
		r.Key = "-" // there is no such finding, and it is refused
		out = append(out, r)
	}
	return out
}

// apart says which findings with other live items are in the way, where the
// policy refuses for what is open; or refuses by itself.
func (t *turn) apart(refused error) error {
	if refused != nil && gongkai.CodeOf(refused) != policy.OpenFindings {
		return refused
	}
	rs := t.it.Work.Resolutions
	if t.s.Act == "resume" {
		rs = t.it.Live.Settled
	}
	open := content.Unsettled(t.w.Together, rs)
	if len(open) == 0 {
		return refused
	}
	e := gongkai.E(gongkai.Blocked, content.Aggregation,
		"与本单位已公开的其他信息合在一起，会使同一人的更多情况为人所知（数据汇聚）。请退回或撤回，处理所列各处后重新送审；恢复公开的，请先拟更正稿",
		"together with what the unit has published it would tell more of the same people. Return or recall it, settle the places named and submit again; what is to be resumed needs a correction first")
	e.Details = openDetails(open)
	return e
}
