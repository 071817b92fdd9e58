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
	if head := it.Work.Revision; head != "" {
		if w.Revision, err = e.content.Revisions.Get(ctx, head); err != nil {
			return w, err
		}
		if w.Findings, err = e.Findings(ctx, w.Revision); err != nil {
			return w, err
		}
		w.Open = content.Unsettled(w.Findings, it.Work.Resolutions)
	}
	switch s.Act {
	case "resolve":
		w.Blind = !e.mayUnmasked(ctx, actor, it, w.Revision)
	case "place":
		s.Placements, _, err = e.placements(ctx, it.ID, it.Kind, s.Placements)
	case "submit":
		err = e.prepareSubmit(ctx, it, &w)
	case "correct":
		err = e.prepareCorrection(ctx, actor, it, s, &w)
	case "release":
		err = e.prepareRelease(ctx, it, &w)
	case "resume":
		w.Leftovers, err = e.leftLive(ctx, it)
	}
	return w, err
}

func (e *Engine) prepareSubmit(ctx context.Context, it content.Item, w *World) (err error) {
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return err
	}
	w.Complete = k.Complete(w.Revision.Fields)
	if it.Column == "" {
		return nil // submit says so
	}
	if w.Column, err = e.content.Columns.Get(ctx, it.Column); err != nil {
		return err
	}
	if w.Pipeline, err = e.newest(ctx, w.Column.Pipeline); err != nil {
		return err
	}
	if err := e.covered(ctx, it, w.Pipeline); err != nil {
		return err
	}
	return e.claimPaths(ctx, it)
}

// covered refuses a home column whose pipeline asks for less than that of
// another column the item is to stand in: nobody gets onto a page by the side
// door of an easier one.
func (e *Engine) covered(ctx context.Context, it content.Item, home Pipeline) error {
	for _, p := range it.Placements {
		col, err := e.content.Columns.Get(ctx, p.Column)
		if err != nil {
			return err
		}
		other, err := e.newest(ctx, col.Pipeline)
		if err != nil {
			return err
		}
		if !home.covers(other) {
			return gongkai.E(gongkai.Blocked, "stricter", "另有栏目的审校流程更严，请以该栏目为主栏目", "another column has a stricter pipeline: make that one the home column",
				gongkai.Detail{Where: "placements", Code: "stricter", Zh: "栏目 " + col.Name, En: "column " + col.ID})
		}
	}
	return nil
}

// claimPaths reserves the item's paths: the reservation is there before the
// item goes on, and a crash leaves a reserved path, never two pages on one.
func (e *Engine) claimPaths(ctx context.Context, it content.Item) error {
	for _, p := range it.Placements {
		_, err := e.content.Paths.Upsert(ctx, p.Site+":"+p.Path, func(doc *content.PathClaim, exists bool) error {
			if exists && doc.Item != it.ID {
				return gongkai.E(gongkai.Blocked, "path_taken", "发布路径已被其他信息占用", "the path is taken by another item", gongkai.Detail{Where: "placements", Code: "path_taken", Zh: "请换一个路径", En: "choose another path"})
			}
			if exists {
				return store.ErrUnchanged
			}
			doc.Item = it.ID
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// prepareCorrection makes the corrected revision. If a mask or finding then
// differs, or more than words changed, it is a rewrite.
func (e *Engine) prepareCorrection(ctx context.Context, actor gongkai.Actor, it content.Item, s *Step, w *World) error {
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return err
	}
	if len(s.Patch) == 0 || s.Sheet != it.Work.SheetDigest {
		return need(s.Sheet != it.Work.SheetDigest, "patch", "required", "请给出改动", "say what is to be changed")
	}
	old := w.Revision
	fields, err := applyPatches(k, old.Fields, masksOf(w.Findings, it.Work.Resolutions), s.Patch)
	if err != nil {
		return err
	}
	if fields, err = k.Normalise(fields); err != nil {
		return err
	}
	names, err := e.names(ctx)
	if err != nil {
		return err
	}
	touched, total, err := wordsOnly(k, old.Fields, fields, names)
	if err != nil {
		return err
	}
	sum := touched
	for _, c := range it.Work.Corrections {
		sum += c.Changed
	}
	if sum > max(e.limits.Least, int(float64(total)*e.limits.Share)) {
		return rewrite("patch", "改动字数过多", "it touches too much of the text")
	}
	scanned, err := e.scanAll(ctx, it.ID, it.Unit, k, fields)
	if err != nil {
		return err
	}
	if !sameFindings(w.Findings, plain(scanned.found)) {
		return rewrite("patch", "改动影响了个人信息的识别或遮掩", "it changes what is found or masked")
	}
	before := *w
	if *w, err = e.revise(ctx, actor, it, k, fields, correction); err != nil {
		return err
	}
	w.Pipeline, w.Changed = before.Pipeline, touched
	return nil
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

func (e *Engine) prepareRelease(ctx context.Context, it content.Item, w *World) (err error) {
	left, err := e.reread(ctx, it.Work.Sheet, it.Work.Resolutions)
	if w.Leftovers = places(left); err != nil || it.IndexNo != "" {
		return err
	}
	sheet, err := e.content.Sheets.Get(ctx, it.Work.Sheet)
	if err != nil {
		return err
	}
	pub, err := sheet.Public()
	if err != nil {
		return err
	}
	n, _ := w.Revision.Fields["index_no"].(string)
	if shown, _ := pub.Fields["index_no"].(string); n != "" && n == shown {
		w.IndexNo = n // imported numbers are kept to the letter, if the letter was signed
		return nil
	}
	w.IndexNo, err = e.allot(ctx, it)
	return err
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
	sheet, left, err := e.buildSheet(ctx, it, rev, k)
	if err != nil {
		return err
	}
	s := Step{ID: gongkai.DerivedID("build", it.ID, rev.ID, it.StepHead), Act: "built"}
	w := World{Sheet: sheet}
	if len(left) > 0 {
		s.Act, w.Failed, w.Leftovers = "unbuilt", "leftovers", left
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
	rules, err := e.rules(ctx, it.Unit)
	if err != nil {
		return nil, err
	}
	fs, there, err := e.content.FindingsOf(ctx, rev.ID, rules)
	if err != nil || there {
		return fs, err
	}
	k, err := e.kind(ctx, rev.Kind)
	if err != nil {
		return nil, err
	}
	scanned, err := e.scanAll(ctx, it.ID, it.Unit, k, rev.Fields)
	if err != nil {
		return nil, err
	}
	fs = append(plain(scanned.found), rev.Removed...)
	return fs, e.content.PutFindings(ctx, rev, rules, fs)
}
