// Verification: how the sheet that a printed form names stands today.

package workflow

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
)

// Standings of a sheet.
const (
	SheetSigning   = "signing"
	SheetReady     = "ready"
	SheetCorrected = "corrected"
	SheetLive      = "live"
	SheetSuspended = "suspended"
	SheetWithdrawn = "withdrawn"
	SheetReplaced  = "replaced"
	SheetVoid      = "void"
)

// standings are what a standing is called.
var standings = map[string][2]string{
	SheetSigning:   {"正在审校", "being signed"},
	SheetReady:     {"审校完成，待发布", "signed by all, not released"},
	SheetCorrected: {"已改字，由后一清样继续审校", "words were corrected: a later sheet goes on"},
	SheetLive:      {"已公开，为当前版本", "public: the present edition"},
	SheetSuspended: {"已公开，现临时下线", "released, suspended now"},
	SheetWithdrawn: {"已公开，现已撤下", "released, withdrawn since"},
	SheetReplaced:  {"曾经公开，已由后一版替代", "released, replaced by a later edition"},
	SheetVoid:      {"已作废：退回、撤回或者改写，签署无效", "void: returned, recalled or rewritten; its signatures do not count"},
}

// Verification (核验) is what the program knows of a sheet by its digest.
type Verification struct {
	Item       string      `json:"item"`
	Digest     string      `json:"digest" doc:"Of the sheet that was asked about"`
	Title      string      `json:"title"`
	Unit       string      `json:"unit"`
	Standing   string      `json:"standing" enum:"signing,ready,corrected,live,suspended,withdrawn,replaced,void"`
	Zh         string      `json:"zh"`
	En         string      `json:"en"`
	Edition    int64       `json:"edition,omitempty" doc:"Edition that it was, or is"`
	Released   int64       `json:"released,omitempty"`
	Signatures []Signature `json:"signatures" doc:"On this very sheet, or on one that recorded corrections join to it"`
	Missing    []string    `json:"missing,omitempty" doc:"Stages that nobody has signed"`
	Papers     int         `json:"papers,omitempty" doc:"Scans of signed paper forms that are kept of it"`
}

// Signature is a signature as a verification shows it.
type Signature struct {
	Stage   string `json:"stage"`
	Zh      string `json:"zh"`
	By      string `json:"by"`
	Name    string `json:"name"`
	For     string `json:"for,omitempty" doc:"Whom they stood in for (代理): both signed"`
	ForName string `json:"for_name,omitempty"`
	At      int64  `json:"at"`
	Sheet   string `json:"sheet" doc:"Digest of the sheet that was signed"`
	Batch   bool   `json:"batch,omitempty" doc:"With others, in one request (批量签署)"`
	Same    bool   `json:"same" doc:"It is the sheet asked about, or that of its lead, which names it; else one that corrections join to it"`
}

// Verify says how the sheet with the digest stands, for who may read the item.
func (e *Engine) Verify(ctx context.Context, actor gongkai.Actor, item, digest string) (Verification, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return Verification{}, err
	}
	sheet, there, err := e.sheetOf(ctx, it.ID, digest)
	if err != nil {
		return Verification{}, err
	}
	if !there {
		return Verification{}, gongkai.E(gongkai.Missing, "sheet", "该信息没有这份清样：摘要有误，或者表格不是本系统所出", "this item has no such sheet: the digest is wrong, or the form is not ours")
	}
	pub, err := sheet.Public()
	if err != nil {
		return Verification{}, err
	}
	unit, err := e.content.Units.Get(ctx, orElse(pub.Unit, it.Unit))
	if err != nil {
		return Verification{}, err
	}
	v := Verification{Item: it.ID, Digest: digest, Unit: unit.Name}
	v.Title, _ = pub.Fields["title"].(string)
	course, err := e.course(ctx, it)
	if err != nil {
		return v, err
	}
	f, err := e.standing(ctx, it, course, &v)
	if err != nil {
		return v, err
	}
	if struck(it, v.Edition) {
		v.Title = struckTitle
	}
	v.Zh, v.En = standings[v.Standing][0], standings[v.Standing][1]
	return v, e.signatures(ctx, it, f, &v)
}

// standing finds where the sheet stands, and the record that its signatures
// are in, with the work that is under way on it: what is live says more than
// that.
func (e *Engine) standing(ctx context.Context, it, course content.Item, v *Verification) (f whereabouts, err error) {
	if f, err = e.edition(ctx, it, v.Digest); err != nil {
		return f, err
	}
	if rec := f.rec; rec.Edition != 0 && rec.Digest == v.Digest && rec.Edition == it.Live.Edition {
		v.Standing = map[string]string{content.Published: SheetLive, content.Suspended: SheetSuspended, content.Tombstoned: SheetWithdrawn}[it.Live.State]
	} else {
		under, err := e.inWork(ctx, it, course, v)
		if err != nil || under.on != "" {
			return under, err
		}
		switch {
		case rec.Edition == 0:
			v.Standing = SheetVoid
		case rec.Digest != v.Digest:
			v.Standing = SheetCorrected
		default:
			v.Standing = SheetReplaced
		}
	}
	v.Edition, v.Released = f.rec.Edition, f.rec.Released
	return f, nil
}

// whereabouts (所在) is where a sheet was found.
type whereabouts struct {
	rec  content.FormRecord
	on   string       // digest of the sheet that its signatures are on: its own, or that of the lead that names it; "": nowhere
	work content.Work // that is under way on it
}

// inWork finds a sheet in the work that is under way.
func (e *Engine) inWork(ctx context.Context, it, course content.Item, v *Verification) (f whereabouts, err error) {
	f.rec, f.work = underForm(it, course), course.Work
	if f.rec.Digest == "" {
		return f, nil
	}
	if f.on, err = e.signedOn(ctx, it.ID, f.rec, v.Digest); err != nil || f.on == "" {
		return f, err
	}
	switch own := f.rec.Digest == v.Digest; {
	case own && f.work.State == content.Ready:
		v.Standing = SheetReady
	case own && f.work.State == content.AtStage:
		v.Standing = SheetSigning
	default: // it is there already, or being built
		v.Standing = SheetCorrected
	}
	return f, nil
}

// edition is the newest edition that was this sheet, or that corrections made
// of it; none is no error.
func (e *Engine) edition(ctx context.Context, it content.Item, digest string) (f whereabouts, err error) {
	for n := it.Live.Edition; n > 0; n-- {
		rec, err := e.formRecord(ctx, it, n)
		if gongkai.Is(err, gongkai.Missing) {
			continue
		}
		if err != nil {
			return f, err
		}
		on, err := e.signedOn(ctx, it.ID, rec, digest)
		if err != nil || on != "" {
			return whereabouts{rec: rec, on: on}, err
		}
	}
	return f, nil
}

// signedOn is the sheet that the signatures for a sheet are on, if it is that of
// the record or recorded corrections join it to that: itself, or, of a member of
// a bundle, the newest sheet of the lead that names it.
func (e *Engine) signedOn(ctx context.Context, item string, rec content.FormRecord, digest string) (string, error) {
	if rec.Lead == nil {
		if slices.Contains(Joined(content.Work{SheetDigest: rec.Digest, Corrections: rec.Corrections}), digest) {
			return digest, nil
		}
		return "", nil
	}
	if digest == rec.Digest {
		return rec.Lead.Digest, nil
	}
	for _, lead := range Joined(content.Work{SheetDigest: rec.Lead.Digest, Corrections: rec.Corrections}) {
		names, err := e.namesMember(ctx, rec.Lead.Item, lead, content.PublicMember{Item: item, Digest: digest})
		if err != nil || names {
			return lead, err
		}
	}
	return "", nil
}

// namesMember tells whether a sheet of a lead names a member's sheet.
func (e *Engine) namesMember(ctx context.Context, lead, digest string, m content.PublicMember) (bool, error) {
	sheet, there, err := e.sheetOf(ctx, lead, digest)
	if err != nil || !there {
		return false, err
	}
	pub, err := sheet.Public()
	return slices.Contains(pub.Members, m), err
}

// signatures are those that count for the sheet, and the stages without one.
func (e *Engine) signatures(ctx context.Context, it content.Item, f whereabouts, v *Verification) error {
	rec, w, on := f.rec, f.work, f.on
	v.Signatures = []Signature{}
	for _, s := range it.Scans {
		if s.Void == "" && s.Sheet == v.Digest {
			v.Papers++
		}
	}
	if v.Standing == SheetVoid || rec.Pipeline == "" {
		return nil
	}
	p, err := e.pipelines.Get(ctx, rec.Pipeline)
	if err != nil {
		return err
	}
	joined := Joined(content.Work{SheetDigest: on, Corrections: rec.Corrections})
	has := map[string]bool{}
	for _, s := range rec.Signoffs {
		if !slices.Contains(joined, s.Sheet) {
			continue // on a sheet that was made of this one
		}
		stage, _ := p.Stage(s.Stage)
		has[s.Stage] = has[s.Stage] || s.Sheet == on || !w.Short || p.index(s.Stage) < len(p.Stages) // each correction is checked anew
		v.Signatures = append(v.Signatures, Signature{Stage: s.Stage, Zh: stage.Zh, By: s.By, Name: s.Name, For: s.For, ForName: s.ForName, At: s.At, Sheet: s.Sheet, Batch: s.Batch, Same: s.Sheet == on})
	}
	for _, s := range stagesOf(p, rec, w) {
		if !has[s.ID] {
			v.Missing = append(v.Missing, s.Zh)
		}
	}
	return nil
}

// stagesOf are the stages that a record has signatures of, or waits for: those
// of its pipeline, and those that a correction adds.
func stagesOf(p Pipeline, rec content.FormRecord, w content.Work) []Stage {
	out := slices.Clone(p.Stages)
	for _, id := range []string{CorrectionCheck, FinalConfirm.ID} {
		if s, _ := p.Stage(id); w.Short || w.Stage == id || len(signoffsOf(rec, id)) > 0 {
			out = append(out, s)
		}
	}
	return out
}
