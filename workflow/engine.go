// The engine: loads what Apply needs, inserts immutable documents first, and
// makes the outcome true in one guarded write.

package workflow

import (
	"context"
	"errors"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// Engine runs items through their pipelines.
type Engine struct {
	content   *content.Content
	policy    *policy.Policy
	pipelines *store.Collection[Pipeline]
	demands   *store.Collection[demandDoc]
	secret    content.Secret
	now       func() time.Time
	limits    CorrectionLimits
	reports   *recent[report]            // what was found in files
	found     *recent[[]content.Finding] // and in revisions
	words     *words
	workdays  *workdays
	looks     *store.Collection[look]
	presence  *store.Collection[Presence]
	comments  *store.Collection[Comment]
	passes    *store.Collection[deadlinePass] // how far counting deadlines anew has come
	// wake tells the queue that an item is due, urgently or not: a hint, never
	// the truth.
	wake func(urgent bool, id string)
	// Watch is told what happens; Aggregation is the least weight of what can be
	// read of somebody in all items that has to be decided about (0: none has);
	// WorkingDays are those of a column that says nothing (0: no term). Set them
	// before the engine is used.
	Watch       Watch
	Aggregation int
	WorkingDays int
	// LaterReviewDays are the working days for the later review (补审) of an
	// emergency release.
	LaterReviewDays int
	// Terms are the retentions of originals.
	Terms Terms
	// Staff tells who still works here; nil: everybody. A schedule of who has
	// left lapses.
	Staff Staff
}

// Open puts the engine on its collections and seeds the preset pipelines.
func Open(ctx context.Context, c *content.Content, p *policy.Policy, wake func(urgent bool, id string)) (*Engine, error) {
	pipelines, err := store.Use[Pipeline](ctx, c.DB, store.Spec[Pipeline]{Name: "pipelines", Schema: 3, // stages have units, seats, limits and fields; and say whether they are signed in batches
		Indexes: []store.Index{{Name: "name", Fields: []string{"name", "version"}}}})
	if err != nil {
		return nil, err
	}
	demands, err := openDemands(ctx, c)
	if err != nil {
		return nil, err
	}
	words, err := openWords(ctx, c)
	if err != nil {
		return nil, err
	}
	workdays, err := openWorkdays(ctx, c)
	if err != nil {
		return nil, err
	}
	looks, err := openLooks(ctx, c)
	if err != nil {
		return nil, err
	}
	presence, err := openPresence(ctx, c)
	if err != nil {
		return nil, err
	}
	comments, err := openComments(ctx, c)
	if err != nil {
		return nil, err
	}
	passes, err := store.Use(ctx, c.DB, store.Spec[deadlinePass]{Name: "deadline_passes", Schema: 1})
	if err != nil {
		return nil, err
	}
	e := &Engine{content: c, policy: p, pipelines: pipelines, demands: demands, words: words, workdays: workdays, looks: looks, presence: presence, comments: comments, passes: passes, secret: c.Secret, now: c.Now, limits: DefaultCorrectionLimits, wake: wake, Aggregation: DefaultAggregation, WorkingDays: DefaultWorkingDays, LaterReviewDays: DefaultLaterReviewDays,
		reports: newRecent(maxReports, report.weight), found: newRecent(maxFound, func(fs []content.Finding) int { return 20 + len(fs) })}
	for _, preset := range Presets {
		preset.Updated = gongkai.Millis(c.Now())
		if _, err := pipelines.Insert(ctx, preset); err != nil && !gongkai.Is(err, gongkai.Conflict) {
			return nil, err
		}
	}
	return e, nil
}

// Pipelines lists all versions of all pipelines.
func (e *Engine) Pipelines(ctx context.Context) ([]Pipeline, error) {
	return content.All(ctx, e.pipelines)
}

// newest is the version of a pipeline that new work goes through.
func (e *Engine) newest(ctx context.Context, name string) (Pipeline, error) {
	if name == "" {
		name = DefaultPipeline
	}
	p, err := e.last(ctx, name)
	if err == nil && p.Version == 0 {
		err = gongkai.E(gongkai.Blocked, "pipeline", "栏目所设审校流程不存在", "the column's pipeline does not exist")
	}
	return p, err
}

// Can asks the policy about a unit.
func (e *Engine) Can(ctx context.Context, actor gongkai.Actor, act, unit string, facts ...string) error {
	return e.canIn(ctx, actor, "", act, unit, facts...)
}

// canIn asks it for who stands in for somebody.
func (e *Engine) canIn(ctx context.Context, actor gongkai.Actor, principal, act, unit string, facts ...string) error {
	var path []string
	if unit != "" {
		var err error
		if path, err = e.content.UnitPath(ctx, unit); err != nil {
			return err
		}
	}
	return e.policy.Can(policy.Request{Actor: actor, For: principal, Act: act, Unit: unit, UnitPath: path, Facts: facts})
}

// notNow turns a prohibition that is about the item's state, not about the
// person, into Blocked: another day the same person may.
func notNow(err error) error {
	var e *gongkai.Error
	if errors.As(err, &e) && slices.Contains([]string{policy.OpenFindings, policy.Incomplete, policy.NotProactive, policy.Claimed}, e.Code) {
		blocked := *e
		blocked.Kind = gongkai.Blocked
		return &blocked
	}
	return err
}

// writing (所写) is what a revision is to be made of.
type writing struct {
	rules  ruleset
	kind   content.Kind
	fields content.Fields
	how    manner
	typed  int                 // long numbers and the like that were written blindly
	check  func([]found) error // looks at what is found in it; nil: nothing more to look at
	told   []gongkai.Detail    // what its author has to know
}

// manner is how a revision came about.
type manner int

const (
	whole      manner = iota // with the whole text before its author
	patchedIn                // by patches over a masked text
	correction               // by a stage, words only
)

// revise inserts a revision and the findings in it, before anything points to
// them, and returns what Apply must know about it.
func (e *Engine) revise(ctx context.Context, actor gongkai.Actor, it content.Item, t writing) (World, error) {
	v, err := t.kind.Normalise(t.fields)
	if err != nil {
		return World{}, err
	}
	if err := e.ownFiles(ctx, actor, it, t.kind, v); err != nil {
		return World{}, err
	}
	scanned, err := e.scanAll(ctx, t.rules, t.kind, v)
	if err != nil {
		return World{}, err
	}
	if t.check != nil {
		if err := t.check(scanned.found); err != nil {
			return World{}, err
		}
	}
	fs := plain(scanned.found)
	removed, err := e.removed(ctx, it, t, fs)
	if err != nil {
		return World{}, err
	}
	_, sum, err := content.Canonical(v)
	if err != nil {
		return World{}, err
	}
	now := gongkai.Millis(e.now())
	rev := content.Revision{Meta: store.Meta{ID: gongkai.NewID()}, Item: it.ID, Parent: head(it), Kind: t.kind.ID, Fields: v, Author: actor.ID,
		Created: now, Whole: t.how == whole, Correction: t.how == correction, Removed: removed, Digest: e.secret.Sum("revision", sum), Files: t.kind.Names(v), Listed: true}
	if rev, err = e.content.Revisions.Insert(ctx, rev); err != nil {
		return World{}, err
	}
	if err := e.stillThere(ctx, rev.Files); err != nil {
		return World{}, err
	}
	e.Watch.found(fs)
	fs = append(fs, removed...)
	people, err := e.putFound(ctx, t.rules.units, rev, t.rules.version, t.kind, scanned.found, fs)
	if err != nil {
		return World{}, err
	}
	title, _ := v["title"].(string)
	w := World{Actor: actor, Now: now, Revision: rev, Title: lay(title, masksOf(fs, nil).edits("title")), Findings: fs, Typed: t.typed}
	if w.Together, err = e.together(ctx, it, fs, people, decisions(it)); err != nil {
		return w, err
	}
	w.Open = content.Unsettled(w.all(), it.Work.Resolutions)
	w.Rewritten, err = e.rewritten(ctx, it, v, fs)
	return w, err
}

// ownFiles refuses a file that the actor neither uploaded nor found in the
// head: a digest is a name, and no key to what somebody else uploaded.
func (e *Engine) ownFiles(ctx context.Context, actor gongkai.Actor, it content.Item, k content.Kind, v content.Fields) error {
	files := k.Files(v)
	if len(files) == 0 {
		return nil
	}
	known := map[string]bool{}
	if id := head(it); id != "" {
		rev, err := e.content.Revisions.Get(ctx, id)
		if err != nil {
			return err
		}
		for _, f := range k.Files(rev.Fields) {
			known[f.Digest] = true
		}
	}
	for _, f := range files {
		if known[f.Digest] {
			continue
		}
		stat, err := e.content.Files.Stat(ctx, f.Digest)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return err
		}
		if !stat.UploadedBy(actor.ID) {
			return gongkai.E(gongkai.Invalid, "file", "附件须由本人先上传", "upload the file yourself first", gongkai.Detail{Where: f.Place, Code: "file", Zh: "没有本人上传的这个文件", En: "no file of that digest was uploaded by you"})
		}
	}
	return nil
}

// errMoved: the item changed between preparing and writing in a way that what
// was prepared no longer fits.
var errMoved = errors.New("prepared for another state")

var errBusy = gongkai.E(gongkai.Conflict, "busy", "多人正在同时操作该信息，请稍后重试", "several people act on this item at once; try again")

// Step does one act on an item. A repeat with the same step id changes nothing
// and returns the item.
func (e *Engine) Step(ctx context.Context, actor gongkai.Actor, id string, s Step) (content.Item, error) {
	if s.ID == "" {
		return content.Item{}, need(false, "id", "required", "请给出步骤编号", "give the step an id")
	}
	if s.Act == "create" || s.Act == "save" {
		return content.Item{}, need(false, "act", "act", "新建和保存另有入口", "creating and saving have entries of their own")
	}
	if err := e.tidy(s); err != nil {
		return content.Item{}, err
	}
	e.maskStep(&s)
	for range 5 {
		it, err := e.content.Items.Get(ctx, id)
		if err != nil {
			return it, err
		}
		if done, err := repeated(it, s, actor); done || err != nil {
			return it, err
		}
		if err := first(stale(it, s.Rev), e.right(ctx, actor, it, s.about())); err != nil {
			return it, err
		}
		out, err := e.write(ctx, actor, it, &s, func(it content.Item) (World, error) { return e.prepare(ctx, actor, it, &s) })
		if err == nil {
			_ = e.Settle(ctx, out) // what fails is owed, and tried again by the next tell
		}
		if !errors.Is(err, errMoved) {
			return out, err
		}
	}
	return content.Item{}, errBusy
}

// maskStep masks what people write about an item. The caller's own slices stay
// as they are.
func (e *Engine) maskStep(s *Step) {
	s.Opinion, s.Reason, s.Note = e.maskFree(s.Opinion), e.maskFree(s.Reason), e.maskFree(s.Note)
	s.Resolutions, s.Places = slices.Clone(s.Resolutions), slices.Clone(s.Places)
	for i := range s.Places {
		s.Places[i].Note, s.Places[i].Text = e.maskFree(s.Places[i].Note), ""
	}
	for i := range s.Resolutions {
		s.Resolutions[i].Basis = e.maskFree(s.Resolutions[i].Basis)
	}
}

// repeated tells whether the item holds this very step already.
func repeated(it content.Item, s Step, actor gongkai.Actor) (bool, error) {
	done, ok := it.Done(s.ID)
	if ok && (done.Act != s.Act || done.By != actor.ID) {
		return false, gongkai.E(gongkai.Conflict, "step_id", "步骤编号已用于其他动作", "the step id was used for another act")
	}
	return ok, nil
}

// right asks for the right to an act before anything is made ready for it: who
// may not do it learns nothing about the item and leaves nothing behind.
func (e *Engine) right(ctx context.Context, actor gongkai.Actor, it content.Item, s Step) error {
	if err := e.mayRead(ctx, actor, it); err != nil {
		return err
	}
	a, _ := ActOf(s.Act)
	switch {
	case s.Act == "fill" && a.starts(it) == nil:
		return e.maySeat(ctx, actor, s.For, it)
	case a.Right == "" || s.Act == "resolve": // which right a decision needs is told by the decision
		return nil
	case slices.Contains(atStage, s.Act):
		return e.canAs(ctx, actor, s.For, a.Right, it)
	}
	return e.canIn(ctx, actor, s.For, a.Right, it.Unit)
}

// write prepares the world, which may complete the step, and makes it true in
// one guarded write.
func (e *Engine) write(ctx context.Context, actor gongkai.Actor, it content.Item, s *Step, prepare func(content.Item) (World, error)) (content.Item, error) {
	world, err := prepare(it)
	if err != nil {
		return it, err
	}
	if world.Pipeline.ID == "" && it.Work.Pipeline != "" {
		if world.Pipeline, err = e.pipelines.Get(ctx, it.Work.Pipeline); err != nil {
			return it, err
		}
	}
	if world.Owed, err = e.owed(ctx, it); err != nil {
		return it, err
	}
	ask, err := e.asking(ctx, actor, it, append(world.Owed, world.Pipeline)...)
	if err != nil {
		return it, err
	}
	if world.Clock, err = e.clock(ctx, it, *s); err != nil {
		return it, err
	}
	world.LaterDays = e.LaterReviewDays
	if world.Calendar, err = e.Calendar(ctx); err != nil {
		return it, err
	}
	world.Actor, world.Now = actor, gongkai.Millis(e.now())
	if err := e.whoElse(ctx, it, *s, &world, ask); err != nil {
		return it, err
	}
	ask.from = s.For
	world.At, world.Can, world.Where = ask.now, ask.now(UnitRule{}), ask.where
	basis, again := basisOf(it), false
	out, err := e.content.Items.Update(ctx, it.ID, s.Rev, func(doc *content.Item) error {
		if done, err := repeated(*doc, *s, actor); err != nil {
			return err
		} else if done {
			again = true
			return store.ErrUnchanged
		}
		if basisOf(*doc) != basis {
			return errMoved
		}
		next, err := Apply(*doc, *s, world)
		if err != nil {
			return err
		}
		*doc = next
		return nil
	})
	if err == nil {
		e.wake(s.Act == "suspend" || s.Act == "withdraw" || s.Act == "later_object", it.ID)
	}
	if err == nil && !again {
		e.Watch.acted(ctx, out, s.Act)
		if (s.Sheet != "" || s.Act == "save") && world.Schedule == nil { // who signs or writes has seen it
			e.looked(ctx, actor, out, head(out))
		}
	}
	return out, err
}

// basisOf names what a prepared world depends on.
func basisOf(it content.Item) [6]string {
	return [6]string{it.Work.State + it.Work.Stage, it.Work.Revision, it.Work.SheetDigest, it.Column, it.Live.State + it.Live.Digest, it.StepHead}
}
