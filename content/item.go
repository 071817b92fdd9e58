// Item: one piece of information over its whole life.

package content

import (
	"cmp"
	"slices"

	"gongkai/store"
)

// Item (信息条目) is the one mutable document of a piece of information. Work
// and Live are independent: a correction of a live item is new work beside an
// unchanged live part. It holds no unmasked text.
type Item struct {
	store.Meta
	Kind       string      `json:"kind"`
	Unit       string      `json:"unit"`
	Lang       string      `json:"lang"`
	Group      string      `json:"group"` // translation group: the id of its first item
	Title      string      `json:"title"` // masked, for lists
	Column     string      `json:"column"`
	Placements []Placement `json:"placements"`
	Source     string      `json:"source,omitempty"` // key of the import it came from
	Created    int64       `json:"created"`
	CreatedBy  string      `json:"created_by"`
	Updated    int64       `json:"updated"`

	Work Work `json:"work"`
	Live Live `json:"live"`

	// Bundle (成套) are the items that are signed and released with the work on
	// this one; Lead is the item with which the work on this one is.
	Bundle []Member `json:"bundle,omitempty"`
	Lead   *Lead    `json:"lead,omitempty"`

	// Deadline (公开期限) is the end of the last day on which it is in time;
	// absent: nothing is to be met, or it was met by a release.
	Deadline int64 `json:"deadline,omitempty"`
	Term     Term  `json:"term"`

	// InterpretBy (解读期限) is until when the interpretation of what went out
	// alone is to follow; absent: none is owed.
	InterpretBy int64 `json:"interpret_by,omitempty"`

	// Interpreted (先行解读) is an interpretation that went out before the item
	// itself; absent: none did.
	Interpreted string `json:"interpreted,omitempty"`

	IndexNo  string `json:"index_no,omitempty"` // 索引号, allotted at the first release, kept for ever
	Editions int64  `json:"editions"`

	// Tier (风险等级) is what the drafter declared at submit; absent: A.
	Tier string `json:"tier,omitempty"`

	// Later (补审) are the reviews that emergency releases owe, LaterBy the
	// earliest deadline of those that are open; absent: none is.
	Later   []LaterReview `json:"later,omitempty"`
	LaterBy int64         `json:"later_by,omitempty"`

	// Schedules (定时) are acts put off to a time, ScheduledAt the earliest of
	// these times (absent: none), Lapsed what became of those that were not done.
	Schedules   []Schedule `json:"schedules,omitempty"`
	ScheduledAt int64      `json:"scheduled_at,omitempty"`
	Lapsed      []Lapse    `json:"lapsed,omitempty"`

	// DatedAt (签批日期) is when the earliest day begins that the public edition
	// says and that nobody has seen to: neither done what it brings about, nor
	// scheduled it; absent: there is none.
	DatedAt int64 `json:"dated_at,omitempty"`

	// Desks (案头) are whose desks it lies on, and Hands (经手人) who had a part
	// in it and waits for others: what the work lists are found by.
	Desks []string `json:"desks,omitempty"`
	Hands []string `json:"hands,omitempty"`

	// Seq counts every public change, Told the last one that the outside owes
	// nothing for, Due when the next debt is to be paid (absent: none).
	Seq   int64 `json:"seq"`
	Told  int64 `json:"told"`
	Due   int64 `json:"due,omitempty"`
	Tries int64 `json:"tries,omitempty"` // failed attempts to settle the debt

	// Scans are signed paper forms of any of its sheets.
	Scans []Scan `json:"scans,omitempty"`

	// Preserved (保留) keeps its originals beyond their retention; absent: nobody
	// asked for it. Purge is the last purge of them; Cleared: nothing was left to
	// be purged when somebody last looked.
	Preserved *Preserved `json:"preserved,omitempty"`
	Purge     *Purge     `json:"purge,omitempty"`
	Cleared   bool       `json:"cleared,omitempty"`

	// Steps is the recent end of the chain of acts; Copied says how many of all
	// acts the trail holds already.
	Steps    []StepRecord `json:"steps"`
	StepN    int64        `json:"step_n"`
	StepHead string       `json:"step_head"`
	Copied   int64        `json:"copied"`
}

// Placement (发布位置) is where an item stands on a site. The home column
// decides kind, pipeline and numbering.
type Placement struct {
	Site   string `json:"site"`
	Column string `json:"column"`
	Path   string `json:"path"`
	Home   bool   `json:"home"`
}

// Work states.
const (
	NoWork   = "none"
	Draft    = "draft"
	Checking = "checking"
	AtStage  = "stage"
	Returned = "returned"
	Rejected = "rejected"
	Ready    = "ready"
	Bundled  = "bundled" // 随主件: held by the lead that it goes with
)

// Work (在办) is the part of an item that people are working on.
type Work struct {
	State        string       `json:"state"`
	Stage        string       `json:"stage,omitempty"`        // the stage that waits for a signature
	Back         string       `json:"back,omitempty"`         // checking: the stage to open when the sheet is built
	Pipeline     string       `json:"pipeline,omitempty"`     // "alternating/1": fixed at submit
	Revision     string       `json:"revision,omitempty"`     // head revision
	Sheet        string       `json:"sheet,omitempty"`        // the sheet that signatures name
	SheetDigest  string       `json:"sheet_digest,omitempty"` // its digest
	Emergency    *Emergency   `json:"emergency,omitempty"`    // 应急发布: it goes through the short order
	Contributors []string     `json:"contributors,omitempty"` // whoever wrote a word of it: they never sign it
	Resolutions  []Resolution `json:"resolutions,omitempty"`  // decisions over findings
	Signoffs     []Signoff    `json:"signoffs,omitempty"`     // signatures on this sheet or joined to it
	Corrections  []Correction `json:"corrections,omitempty"`  // since the last rewrite
	Submitted    int64        `json:"submitted,omitempty"`    // when it went into the pipeline
	Claims       []Claim      `json:"claims,omitempty"`       // who has taken on what it waits for
	Opened       int64        `json:"opened,omitempty"`       // when the stage that waits was opened
	SignBy       int64        `json:"sign_by,omitempty"`      // the end of the last day on which that is to be signed; absent: no limit
	Unit         string       `json:"unit,omitempty"`         // that its sheet names, where the item was moved to another since
	Offices      []string     `json:"offices,omitempty"`      // units that the pipeline names beside the item's own and those above: their people read it
	Round        string       `json:"round,omitempty"`        // names this submission: no other ever has the same
	Failed       string       `json:"failed,omitempty"`       // why the last build of the sheet was refused (code)
	FailedAt     []string     `json:"failed_at,omitempty"`    // the places
	// Note (更正说明) is what the public is told of a correction: a part of its sheet.
	Note string `json:"note,omitempty"`
	// Short (简易更正): words only were changed; the signatures of the live edition
	// are carried forward, and two people sign what is new.
	Short bool `json:"short,omitempty"`
	// Marks are secrecy marks of work that was abandoned, which nobody who may
	// has settled: whoever begins anew is asked about them.
	Marks []Finding `json:"marks,omitempty"`
}

// Live states.
const (
	NotLive    = "none"
	Published  = "edition"
	Suspended  = "suspended"
	Tombstoned = "tombstone"
)

// Live (公开) is what the public sees of an item.
type Live struct {
	State       string       `json:"state"`
	Edition     int64        `json:"edition,omitempty"`
	Sheet       string       `json:"sheet,omitempty"`
	Digest      string       `json:"digest,omitempty"`
	First       int64        `json:"first,omitempty"`    // 发布日期: first release, never back-dated
	Released    int64        `json:"released,omitempty"` // release of this edition
	By          string       `json:"by,omitempty"`
	For         string       `json:"for,omitempty"`         // who was stood in for
	Title       string       `json:"title,omitempty"`       // of the edition, masked
	Pipeline    string       `json:"pipeline,omitempty"`    // it went through
	Submitted   int64        `json:"submitted,omitempty"`   // when it went into that
	Signoffs    []Signoff    `json:"signoffs,omitempty"`    // the signatures it went out with
	Corrections []Correction `json:"corrections,omitempty"` // that join the signed sheets
	Privacy     bool         `json:"privacy,omitempty"`     // suspended or withdrawn because personal data leaked
	Tombstone   *Tombstone   `json:"tombstone,omitempty"`
	Asked       *Asked       `json:"asked,omitempty"`      // a withdrawal that waits for approval
	Unit        string       `json:"unit,omitempty"`       // that it went out under, where the item was moved to another since
	Restricted  bool         `json:"restricted,omitempty"` // 特定范围: our own pages only, no subscriber is told
	Reason      string       `json:"reason,omitempty"`     // of the suspension or withdrawal, masked
	Struck      []int64      `json:"struck,omitempty"`     // editions that are no more to be shown, nor their differences and files
	Placed      []Placement  `json:"placed,omitempty"`     // placements of the edition
	Settled     []Resolution `json:"settled,omitempty"`    // decisions over findings it went out with
	Revision    string       `json:"revision,omitempty"`
	// What acts after the release made of it.
	Validity      *Validity      `json:"validity,omitempty"`
	AskedValidity *ValidityAsked `json:"asked_validity,omitempty"` // a change that waits for approval
	Ended         *Ended         `json:"ended,omitempty"`          // the publicity period is over
	// Dates are what its text says of days: see SignedDates.
	Dates   map[string]string `json:"dates,omitempty"`
	Related int64             `json:"related,omitempty"` // counts changes of how others relate to it
	// Contributors to the text that is live: whoever writes on takes their words
	// along, and they do not sign those either.
	Contributors []string `json:"contributors,omitempty"`
	// Bundle is what the edition went out with, as it was signed; Lead is the
	// item whose signatures it went out with.
	Bundle []Member `json:"bundle,omitempty"`
	Round  string   `json:"round,omitempty"`
	Lead   *Lead    `json:"lead,omitempty"`
}

// Tombstone (撤下标记) is what stands where an edition stood.
type Tombstone struct {
	Type string `json:"type" enum:"notice,gone,redirect,vanish" doc:"notice: 410 with the reason shown; gone: 410; redirect: 308; vanish: 404"`
	To   string `json:"to,omitempty" doc:"redirect: path or address it moved to"`
}

// Asked (撤稿申请) is a withdrawal that somebody asked for.
type Asked struct {
	By        string    `json:"by"`
	At        int64     `json:"at"`
	Reason    string    `json:"reason"`
	Tombstone Tombstone `json:"tombstone"`
	Privacy   bool      `json:"privacy,omitempty"`
}

// Judgements (四性) are what a review answers for.
type Judgements struct {
	Legality       bool `json:"legality" doc:"合法性"`
	Accuracy       bool `json:"accuracy" doc:"准确性"`
	Disclosability bool `json:"disclosability" doc:"可公开性"`
	Secrecy        bool `json:"secrecy" doc:"保密性: nothing secret in it"`
}

// All tells whether all four are affirmed.
func (j Judgements) All() bool {
	return j.Legality && j.Accuracy && j.Disclosability && j.Secrecy
}

// Signoff (签署) says who passed which stage, when, on which sheet.
type Signoff struct {
	Stage      string      `json:"stage"`
	Tracks     []string    `json:"tracks"`
	By         string      `json:"by"`
	Name       string      `json:"name"`
	For        string      `json:"for,omitempty"` // who was stood in for (代理): both count as having signed
	ForName    string      `json:"for_name,omitempty"`
	At         int64       `json:"at"`
	Seat       string      `json:"seat,omitempty"` // of a stage that several sign side by side (会签)
	Sheet      string      `json:"sheet"`          // digest of the sheet that was signed
	Opinion    string      `json:"opinion,omitempty"`
	Judgements *Judgements `json:"judgements,omitempty"`
	Batch      bool        `json:"batch,omitempty"` // with others, in one request (批量签署)
}

// Correction (改字) is a stage's change of words only, or the fields that it
// filled in: it joins two sheets.
type Correction struct {
	Stage    string `json:"stage"`
	By       string `json:"by"`
	For      string `json:"for,omitempty"` // who was stood in for
	At       int64  `json:"at"`
	From     string `json:"from"`     // digest of the sheet corrected
	To       string `json:"to"`       // digest of the sheet made of it; "" until built
	Revision string `json:"revision"` // the revision it made
	Changed  int    `json:"changed"`  // characters touched
	// Fields were filled in (填写), no words touched.
	Fields []string `json:"fields,omitempty"`
	// Member is the member of the bundle whose text it changes; "": the item's own.
	Member string `json:"member,omitempty"`
}

// Claim (认领) keeps what an item waits for, for one person and a limited time.
// It gives no right: it only keeps others from doing the same at once.
type Claim struct {
	Stage string `json:"stage"`          // the stage; ready: the release; draft: the writing, which is kept from nobody
	Seat  string `json:"seat,omitempty"` // of a stage that several sign side by side
	By    string `json:"by"`
	Name  string `json:"name"`
	At    int64  `json:"at"`
	Until int64  `json:"until,omitempty"` // absent: as long as it lies there
	Given string `json:"given,omitempty"` // who assigned it (改派); absent: they took it on themselves
}

// StepRecord (流程记录) is one act on an item, chained to the one before.
type StepRecord struct {
	N      int64             `json:"n"`
	ID     string            `json:"id"` // client id: a repeat gets the first answer
	Act    string            `json:"act"`
	By     string            `json:"by"`
	Name   string            `json:"name"`
	At     int64             `json:"at"`
	From   string            `json:"from"`
	To     string            `json:"to"`
	Detail map[string]string `json:"detail,omitempty"` // digests, stage, opinion (masked), reason (masked)
	Prev   string            `json:"prev"`
	Hash   string            `json:"hash"`
}

// Done finds the record of a step that the item already holds.
func (it *Item) Done(id string) (StepRecord, bool) {
	i := slices.IndexFunc(it.Steps, func(s StepRecord) bool { return s.ID == id })
	if id == "" || i < 0 {
		return StepRecord{}, false
	}
	return it.Steps[i], true
}

// Home is the item's home placement.
func (it *Item) Home() Placement {
	for _, p := range it.Placements {
		if p.Home {
			return p
		}
	}
	return Placement{}
}

// Publisher (发布单位) is the unit that its edition went out under.
func (it *Item) Publisher() string { return cmp.Or(it.Live.Unit, it.Unit) }

// SignedBy are the units beside its own and those above whose people sign it:
// the work, or the review that an edition owes.
func (it *Item) SignedBy() []string {
	out := slices.Clone(it.Work.Offices)
	for _, r := range it.Later {
		if r.Closed == 0 {
			out = append(out, r.Emergency.Offices...)
		}
	}
	return out
}

// Owes makes the item due no later than at. Every guarded write that changes
// what the outside is owed calls it.
func (it *Item) Owes(at int64) {
	if it.Due == 0 || at < it.Due {
		it.Due = at
	}
}
