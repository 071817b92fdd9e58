// What a person asks for: the one door to an item.

package workflow

import (
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/workflow/calendar"
)

// Step (一步) is one act asked for. Which parameters an act takes stands in the
// table of acts.
type Step struct {
	ID          string               `json:"id" minLength:"8" maxLength:"64" doc:"Chosen by the client; a repeat with the same id gets the first answer"`
	Act         string               `json:"act" doc:"What to do: a row of the table of acts"`
	Rev         int64                `json:"rev,omitempty" doc:"Revision of the item that the person saw; differs: 409"`
	Sheet       string               `json:"sheet,omitempty" doc:"Digest of the sheet that is signed, returned, rejected, corrected or released"`
	Edition     int64                `json:"edition,omitempty" doc:"Number of the edition that is suspended, withdrawn or resumed"`
	Opinion     string               `json:"opinion,omitempty" maxLength:"2000" doc:"Opinion of the reviewer; reason of a return or rejection"`
	Judgements  *content.Judgements  `json:"judgements,omitempty" doc:"The four judgements of a review"`
	Patch       []Patch              `json:"patch,omitempty" maxItems:"200" doc:"correct: words to change, in the public form"`
	Resolutions []content.Resolution `json:"resolutions,omitempty" maxItems:"1000" doc:"resolve: decisions over findings"`
	Placements  []content.Placement  `json:"placements,omitempty" maxItems:"50" doc:"place: where the item is to stand"`
	Tombstone   *content.Tombstone   `json:"tombstone,omitempty" doc:"ask_withdraw: what stays in its place"`
	Reason      string               `json:"reason,omitempty" maxLength:"2000" doc:"suspend, ask_withdraw, decline, resume: written reason"`
	Privacy     bool                 `json:"privacy,omitempty" doc:"suspend, ask_withdraw: personal data leaked; earlier editions are struck too"`
	Settles     bool                 `json:"settles,omitempty" doc:"release: settles the suspension or the asked withdrawal"`
	Tier        string               `json:"tier,omitempty" doc:"submit: risk tier A, B or C; absent: as declared before, at first A"`
	Seat        string               `json:"seat,omitempty" doc:"pass: the seat that is signed, where a stage has several and more than one is left for who signs"`
	To          string               `json:"to,omitempty" doc:"return: a stage that was passed, to be signed again with all later ones; absent: back to the writers. reassign: who is to do it; absent: whoever may"`
	For         string               `json:"for,omitempty" doc:"Whom you stand in for (代理): the right is theirs, and the act counts as done by both"`
	Hours       int                  `json:"hours,omitempty" doc:"claim, reassign: how long it is kept for that person; absent: 24"`
	Places      []Marked             `json:"places,omitempty" doc:"return: the places it is about"`
	Fields      content.Fields       `json:"fields,omitempty" doc:"fill: values by field name; null takes one out"`
	File        string               `json:"file,omitempty" doc:"attach_form, void_form: digest of the scan"`
	Emergency   bool                 `json:"emergency,omitempty" doc:"submit: an emergency release (应急发布), with its reason"`
	Do          string               `json:"do,omitempty" doc:"schedule, unschedule: the act that is put off"`
	At          string               `json:"at,omitempty" doc:"schedule: when, 2026-12-01T09:00 in the time of Beijing or with its zone; absent: the first moment of the day that the signed text says"`
	Members     []string             `json:"members,omitempty" maxItems:"9" doc:"bundle: ids of the items that are to be signed and released with this one; none: it goes alone"`
	Member      string               `json:"member,omitempty" doc:"correct: the member of the bundle whose words are changed; absent: the item's own"`
	By          string               `json:"by,omitempty" doc:"ask_by: the day until whose end it is to be public; absent takes it back"`
	Batch       bool                 `json:"batch,omitempty" doc:"pass: together with others (批量签署)"`

	Note     string                  `json:"note,omitempty" maxLength:"1000" doc:"submit, of a correction of what is live: 更正说明, what readers are told; absent: as given before"`
	Short    bool                    `json:"short,omitempty" doc:"submit, of a correction of what is live: the short way, where words only were changed"`
	Validity *content.ValidityChange `json:"validity,omitempty" doc:"ask_validity: the change; set_validity: the same, as it was asked for"`
}

// Patch (改动) replaces a stretch of text at a place. Offsets are code points
// into the text as the person saw it: the public form.
type Patch struct {
	Place string `json:"place" doc:"Where: title, body, roster[2][1]"`
	Start int    `json:"start" minimum:"0"`
	End   int    `json:"end" minimum:"0"`
	Old   string `json:"old" doc:"What stands there; differs: 409"`
	New   string `json:"new"`
}

// World is what Apply must know beside the item and the step: immutable
// documents already loaded, decisions of the policy, and the time.
type World struct {
	Actor gongkai.Actor
	For   gongkai.Actor // who is stood in for; Can is then asked about what they delegated
	Now   int64
	Gone  []string // holders of claims who work here no more
	Shown bool     // pass, in a batch: the actor has had this very sheet before them
	Other *Other   // reassign: who is to do it
	// Where is the path of the unit that a rule of the pipeline means; nil: there
	// are none to lay the item on the desks of.
	Where    func(UnitRule) []string
	Pipeline Pipeline
	Owed     []Pipeline        // the orders that later reviews go through, now or after this act
	Clock    *Clock            // what its deadline is counted by; nil: it is not counted anew
	Calendar calendar.Calendar // what the time limits of stages are counted by
	Unit     string            // transfer: the unit that takes over
	Offices  []string          // submit: units beside the item's own and those above that the pipeline names
	Demands  []Demand          // submit: what tiers and findings ask for; nil: what the program says
	Chosen   string            // submit: the pipeline that the home column chooses
	Choice   content.PipelineChoice
	// Can asks the policy about this item's unit: nil, or why not.
	Can func(act string, facts ...string) error
	// At asks about the unit that a rule of the pipeline means, seen from the
	// item's; nil: there are no others to ask about.
	At func(r UnitRule) func(act string, facts ...string) error

	Revision  content.Revision  // save, correct: the new head; else the head
	Blind     bool              // resolve: the actor sees masks where the findings are
	Title     string            // save, correct: the masked title
	Open      []content.Finding // findings of the head that nobody settled
	Findings  []content.Finding // all findings of the head
	Together  []content.Finding // those that it makes with what else of its unit is live
	Complete  error             // submit: what the metadata lacks
	Sheet     content.Sheet     // built: the new sheet; else the one signed
	Changed   int               // correct: characters touched
	Typed     int               // save: long numbers and the like that were written blindly
	IndexNo   string            // release: allotted for an item without one
	Rewritten map[string]bool   // save: keys of lists of minors in fields that are others now
	Leftovers []string          // unbuilt, release, resume: places where a re-scan found something
	Failed    string            // unbuilt: why
	Column    content.Column    // place, submit: the home column
	Short     Short             // submit, the short way: how the text differs from the live one
	After     After             // acts on what is public
	Ahead     Ahead             // reconcile: what the public shows
	Scan      content.Scan      // attach_form: the scan
	LaterDays int               // release: working days for the later review of an emergency
	Purge     content.Purge     // purge: what goes, and why
	Epoch     int64             // schedule: of the store

	Schedule *content.Schedule // what is being done, or lapses, because it is due
	Why      *gongkai.Error    // lapse: why it could not be done

	Kind       content.Kind     // bundle, submit, release: of the item
	Companions []Companion      // the members of its bundle; bundle: those asked for
	Members    []content.Member // built: the members with their sheets
	Lead       content.Item     // hold, hand_back, follow: the lead; interpreted: the interpretation
	Explained  bool             // release: an interpretation went out before it, and is public
}

// order finds a pipeline that the item has to do with.
func (w World) order(id string) (Pipeline, bool) {
	if w.Pipeline.ID == id {
		return w.Pipeline, true
	}
	return orderAmong(w.Owed, id)
}

func orderAmong(all []Pipeline, id string) (Pipeline, bool) {
	i := slices.IndexFunc(all, func(p Pipeline) bool { return p.ID == id })
	if i < 0 {
		return Pipeline{}, false
	}
	return all[i], true
}

// Other is somebody else whom an act is about.
type Other struct {
	gongkai.Actor
	Here bool // they still work here
	Can  func(act string, facts ...string) error
	At   func(r UnitRule) func(act string, facts ...string) error
}

// all are the findings to be settled.
func (w World) all() []content.Finding { return slices.Concat(w.Findings, w.Together) }
