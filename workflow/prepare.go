// What each act must know before it can be decided.

package workflow

import (
	"context"
	"errors"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// prepare loads what Apply must know. It inserts the immutable documents that
// the act makes and fills in what the step leaves to us.
func (e *Engine) prepare(ctx context.Context, actor gongkai.Actor, it content.Item, s *Step) (w World, err error) {
	if act, known := ActOf(s.Act); known {
		if err := act.starts(it); err != nil {
			return w, err
		}
	}
	if it.Work.Pipeline != "" {
		if w.Pipeline, err = e.pipelines.Get(ctx, it.Work.Pipeline); err != nil {
			return w, err
		}
	}
	var rules ruleset
	if head := it.Work.Revision; head != "" {
		if w.Revision, err = e.content.Revisions.Get(ctx, head); err != nil {
			return w, err
		}
		if rules, err = e.ruleset(ctx, standingOf(it)); err != nil {
			return w, err
		}
		if w.Findings, err = e.findings(ctx, rules, w.Revision); err != nil {
			return w, err
		}
		if w.Together, err = e.togetherFor(ctx, it, rules.version, s.subject(), w); err != nil {
			return w, err
		}
		w.Open = content.Unsettled(w.all(), it.Work.Resolutions)
	}
	if w.Companions, err = e.companionsFor(ctx, it, *s); err != nil {
		return w, err
	}
	switch s.Act {
	case "bundle":
		w.Kind, err = e.kind(ctx, it.Kind)
	case "resolve":
		w.Blind = !e.mayUnmasked(ctx, actor, it, w.Revision)
	case "place":
		s.Placements, _, err = e.placements(ctx, it.ID, it.Kind, s.Placements)
	case "submit":
		it.Tier = orElse(s.Tier, it.Tier)
		err = e.prepareSubmit(ctx, it, &w, s.Short)
	case "pass":
		w.Shown, err = e.wasShown(ctx, actor, it, *s)
	case "fill":
		err = e.prepareFill(ctx, actor, it, s, rules, &w)
	case "return":
		err = e.quote(ctx, it, s)
	case "correct":
		err = e.prepareCorrection(ctx, actor, it, s, rules, &w)
	case "release":
		err = e.prepareRelease(ctx, it, rules.version, &w)
	case "attach_form":
		err = e.prepareScan(ctx, actor, it, s, &w)
	case "ask_withdraw", "withdraw":
		err = e.leadsAway(ctx, it, *s)
	case "schedule":
		err = e.prepareSchedule(ctx, it, *s, &w)
	case "resume":
		w.Leftovers, w.Together, err = e.leftLive(ctx, it)
	case "", "ask_validity", "set_validity", "commence", "expire", "end_publicity":
		w.After, err = e.after(ctx, it, s)
	}
	return w, err
}

// prepareCorrection makes the corrected revision. If a mask or finding then
// differs, or more than words changed, it is a rewrite.
func (e *Engine) prepareCorrection(ctx context.Context, actor gongkai.Actor, it content.Item, s *Step, rules ruleset, w *World) error {
	if s.Member != "" {
		return e.prepareMemberCorrection(ctx, actor, it, s, w)
	}
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return err
	}
	if len(s.Patch) == 0 || s.Sheet != it.Work.SheetDigest {
		return need(s.Sheet != it.Work.SheetDigest, "patch", "required", "请给出改动", "say what is to be changed")
	}
	before := *w
	if err := e.correction(ctx, actor, it, k, s, rules, w); err != nil {
		return err
	}
	w.Pipeline, w.Companions = before.Pipeline, before.Companions
	return nil
}

// correction makes the corrected revision of one text.
func (e *Engine) correction(ctx context.Context, actor gongkai.Actor, it content.Item, k content.Kind, s *Step, rules ruleset, w *World) error {
	before := *w
	fields, err := applyPatches(k, before.Revision.Fields, masksOf(before.Findings, it.Work.Resolutions), s.Patch)
	if err != nil {
		return err
	}
	if fields, err = k.Normalise(fields); err != nil {
		return err
	}
	touched, err := e.fewWords(ctx, k, it, before.Revision.Fields, fields)
	if err != nil {
		return err
	}
	same := func(now []found) error {
		if !sameFindings(before.Findings, plain(now)) {
			return rewrite("patch", "改动影响了个人信息的识别或遮掩", "it changes what is found or masked")
		}
		return nil
	}
	if *w, err = e.revise(ctx, actor, it, writing{rules: rules, kind: k, fields: fields, how: correction, check: same}); err != nil {
		return err
	}
	w.Changed = touched
	return nil
}

// fewWords refuses a change of more than words, or of too many, those of earlier
// corrections included.
func (e *Engine) fewWords(ctx context.Context, k content.Kind, it content.Item, old, new content.Fields) (touched int, err error) {
	names, err := e.names(ctx)
	if err != nil {
		return 0, err
	}
	touched, total, err := wordsOnly(k, old, new, names)
	if err != nil {
		return 0, err
	}
	sum := touched
	for _, c := range it.Work.Corrections {
		if c.Member == "" {
			sum += c.Changed
		}
	}
	if sum > max(e.limits.Least, int(float64(total)*e.limits.Share)) {
		return 0, rewrite("patch", "改动字数过多", "it touches too much of the text")
	}
	return touched, nil
}

// sameFindings compares what was found, wherever it has moved to. Wrong words
// are what corrections are for: those that nobody had to settle may go.
func sameFindings(a, b []content.Finding) bool {
	a, b = worded(a), worded(b)
	name := func(f content.Finding) string { return f.Key + f.Level + f.Mask }
	return slices.EqualFunc(a, b, func(a, b content.Finding) bool { return name(a) == name(b) })
}

// names are those that a correction may not touch.
func (e *Engine) names(ctx context.Context) ([]string, error) {
	units, err := content.All(ctx, e.content.Units)
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name
	}
	return names, err
}

// releasable loads what a release looks at, without using anything up: what
// today's rules find in the sheets, and what the home column demands.
func (e *Engine) releasable(ctx context.Context, it content.Item, w *World) error {
	left, _, err := e.reread(ctx, it.Work.Sheet, it.Work.Resolutions)
	if err != nil {
		return err
	}
	w.Leftovers = places(left)
	if w.Column, err = e.content.Column(ctx, it.Column); err != nil {
		return err
	}
	if w.Kind, err = e.kind(ctx, it.Kind); err != nil {
		return err
	}
	if w.Explained, err = e.isExplained(ctx, it); err != nil {
		return err
	}
	return e.rereadMembers(ctx, it, w)
}

func (e *Engine) prepareRelease(ctx context.Context, it content.Item, rules string, w *World) (err error) {
	if err := e.releasable(ctx, it, w); err != nil {
		return err
	}
	if err := first(e.keepForm(ctx, it), e.rememberMembers(ctx, it, *w), e.rememberRelease(ctx, it, rules, *w)); err != nil || it.IndexNo != "" {
		return err
	}
	if w.IndexNo, err = e.imported(ctx, it.Work.Sheet, w.Revision); err != nil || w.IndexNo != "" {
		return err
	}
	w.IndexNo, err = e.allot(ctx, it)
	return err
}

// imported is the index number that an item came with: it is kept to the
// letter, if the letter was signed.
func (e *Engine) imported(ctx context.Context, id string, rev content.Revision) (string, error) {
	n, _ := rev.Fields["index_no"].(string)
	if n == "" {
		return "", nil
	}
	sheet, err := e.content.Sheets.Get(ctx, id)
	if err != nil {
		return "", err
	}
	pub, err := sheet.Public()
	if shown, _ := pub.Fields["index_no"].(string); shown != n {
		n = ""
	}
	return n, err
}

// allot takes the next index number of the home site. Gaps are legal; a number
// is never used twice.
func (e *Engine) allot(ctx context.Context, it content.Item) (string, error) {
	site, err := e.content.Sites.Get(ctx, it.Home().Site)
	if err != nil {
		return "", err
	}
	unit, err := e.content.Units.Get(ctx, it.Unit)
	if err != nil {
		return "", err
	}
	for {
		number, err := e.content.NextIndexNo(ctx, site, unit)
		if err != nil {
			return "", err
		}
		taken, err := e.content.Items.Find(ctx, store.Query{Where: []store.Cond{store.Eq("index_no", number)}, Limit: 1})
		if err != nil || len(taken.Docs) == 0 {
			return number, err
		}
	}
}

// Build makes the proof sheet that an item waits for. It may run any number of
// times: the item is looked at again before anything is written.
func (e *Engine) Build(ctx context.Context, id string) error {
	it, err := e.content.Items.Get(ctx, id)
	if err != nil || it.Work.State != content.Checking {
		return err
	}
	rev, err := e.content.Revisions.Get(ctx, it.Work.Revision)
	if err != nil {
		return err
	}
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return err
	}
	members, err := e.buildMembers(ctx, it)
	why, left, err := inWay(err)
	if err != nil {
		return err
	}
	var sheet content.Sheet
	if why == "" {
		why = "leftovers"
		if sheet, left, err = e.buildSheet(ctx, it, rev, k, members...); err != nil {
			return err
		}
	}
	s := Step{ID: gongkai.DerivedID("build", it.ID, rev.ID, it.StepHead), Act: "built"}
	w := World{Sheet: sheet, Members: members}
	if w.Pipeline, err = e.pipelines.Get(ctx, it.Work.Pipeline); err != nil {
		return err
	}
	if len(left) > 0 {
		s.Act, w.Failed, w.Leftovers = "unbuilt", why, left
	} else {
		sheet.ID = gongkai.DerivedID("sheet", it.ID, rev.ID, sheet.Digest, it.StepHead)
		if _, err := e.content.Sheets.Insert(ctx, sheet); err != nil && !gongkai.Is(err, gongkai.Conflict) {
			return err
		}
		w.Sheet = sheet
	}
	_, err = e.write(ctx, gongkai.System, it, &s, func(content.Item) (World, error) { return w, nil })
	if errors.Is(err, errMoved) {
		return nil // recalled meanwhile, or built by another: whatever it owes now is due by that
	}
	return err
}

// Findings are those in a revision under today's rules; made anew when the
// rules have changed since.
func (e *Engine) Findings(ctx context.Context, rev content.Revision) ([]content.Finding, error) {
	it, err := e.content.Items.Get(ctx, rev.Item)
	if err != nil {
		return nil, err
	}
	r, err := e.ruleset(ctx, standingOf(it))
	if err != nil {
		return nil, err
	}
	return e.findings(ctx, r, rev)
}

func (e *Engine) findings(ctx context.Context, r ruleset, rev content.Revision) ([]content.Finding, error) {
	rev.ID = rev.TextID() // that is what they are filed under
	key := rev.ID + " " + r.version
	if fs, ok := e.found.get(key); ok {
		return fs, nil
	}
	fs, there, err := e.content.FindingsOf(ctx, rev.ID, r.version)
	if err == nil && !there {
		fs, err = e.findAnew(ctx, r, rev)
	}
	if err == nil {
		fs = slices.Clip(fs)
		e.found.put(key, fs)
	}
	return fs, err
}

func (e *Engine) findAnew(ctx context.Context, r ruleset, rev content.Revision) ([]content.Finding, error) {
	k, err := e.kind(ctx, rev.Kind)
	if err != nil {
		return nil, err
	}
	scanned, err := e.scanAll(ctx, r, k, rev.Fields)
	if err != nil {
		return nil, err
	}
	fs := append(plain(scanned.found), rev.Removed...)
	_, err = e.putFound(ctx, r.units, rev, r.version, k, scanned.found, fs)
	return fs, err
}
