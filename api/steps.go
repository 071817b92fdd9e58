// Steps: the one door through which an item moves.

package api

import (
	"context"
	"net/http"

	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerSteps() {
	register(s.routes, op(http.MethodGet, "/items/{id}/steps", "list-steps", "steps", "流程记录 Records of the recent acts"), onUnit(policy.ItemRead), s.listSteps)
	step := op(http.MethodPost, "/items/{id}/steps", "step", "steps", "办理 Do an act: the only door")
	step.Description = "谁可以办理哪个动作由权限规则决定，见 /policy；动作及其参数见 /acts。Who may do which act the policy says, inside the write itself: see /policy; the acts and what each one takes: see /acts."
	register(s.routes, step, onUnit(policy.ItemRead), s.step)
}

func (s *Server) listSteps(ctx context.Context, in *ByItem) (*of[List[content.StepRecord]], error) {
	it, err := s.Engine.Item(ctx, actorOf(ctx), in.ID)
	return listed(it.Steps, "", err)
}

// Decision settles findings: one by its key, or all of a kind or below a place.
type Decision struct {
	Key   string `json:"key,omitempty" maxLength:"128" doc:"One finding"`
	Kind  string `json:"kind,omitempty" maxLength:"64" doc:"All findings of this kind"`
	Place string `json:"place,omitempty" maxLength:"300" doc:"All findings at or below this place: a field, a file, a sheet, a column (…#sheet[0]!C); [*] stands for any index"`
	Act   string `json:"act" enum:"mask,remove,keep,not_personal,by_eye"`
	As    string `json:"as,omitempty" maxLength:"200" doc:"mask: another replacement than the one proposed"`
	Basis string `json:"basis,omitempty" maxLength:"1000" doc:"Legal basis or reason"`
}

// StepBody is one act asked for; the table of acts says what each one takes.
type StepBody struct {
	ID          string              `json:"id" minLength:"8" maxLength:"64" doc:"Chosen by the client; a repeat with the same id gets the first answer"`
	Act         string              `json:"act" minLength:"1" maxLength:"40" doc:"A row of the table of acts"`
	Rev         int64               `json:"rev,omitempty" minimum:"0" doc:"Rev of the item that the person saw; differs: 409"`
	Sheet       string              `json:"sheet,omitempty" maxLength:"64" doc:"Digest of the sheet that was seen"`
	Edition     int64               `json:"edition,omitempty" minimum:"0" doc:"Number of the edition that was seen, for an act on what is public, scheduled or not"`
	Opinion     string              `json:"opinion,omitempty" maxLength:"2000" gate:"engine"`
	Judgements  *content.Judgements `json:"judgements,omitempty" doc:"The four judgements of a review"`
	Patch       []workflow.Patch    `json:"patch,omitempty" maxItems:"200" gate:"engine" doc:"correct: words to change, in the public form"`
	Resolutions []Decision          `json:"resolutions,omitempty" maxItems:"1000" gate:"engine" doc:"resolve: decisions over findings"`
	Placements  []Placed            `json:"placements,omitempty" maxItems:"50" doc:"place: where the item is to stand"`
	Tombstone   *content.Tombstone  `json:"tombstone,omitempty" doc:"ask_withdraw: what stays in its place"`
	Reason      string              `json:"reason,omitempty" maxLength:"2000" gate:"engine" doc:"suspend, ask_withdraw, decline, resume, later_object, and submit in an emergency: written reason"`
	Privacy     bool                `json:"privacy,omitempty" doc:"suspend, ask_withdraw: personal data leaked"`
	Settles     bool                `json:"settles,omitempty" doc:"release: settles the suspension or the asked withdrawal"`
	Members     []string            `json:"members,omitempty" maxItems:"9" doc:"bundle: ids of the items that are to be signed and released with this one; none: it goes alone"`
	Member      string              `json:"member,omitempty" maxLength:"64" doc:"correct: the member of the bundle whose words are changed; absent: the item's own"`
	Tier        string              `json:"tier,omitempty" enum:"A,B,C" doc:"submit: risk tier; absent: as declared before, at first A"`
	Seat        string              `json:"seat,omitempty" maxLength:"40" doc:"pass: the seat that is signed (会签), where a stage has several and more than one is left for who signs"`
	For         string              `json:"for,omitempty" maxLength:"64" doc:"Whom you stand in for (代理): the right is theirs, and the act counts as done by both"`
	Hours       int                 `json:"hours,omitempty" minimum:"0" maximum:"168" doc:"claim, reassign: how long it is kept for that person; absent: 24"`
	To          string              `json:"to,omitempty" maxLength:"64" doc:"return: a stage that was passed, to be signed again with all later ones on the same sheet; absent: back to the writers. reassign: who is to do it; absent: whoever may"`
	Places      []workflow.Marked   `json:"places,omitempty" maxItems:"20" gate:"engine" doc:"return: the places of the sheet that it is about"`
	Fields      content.Fields      `json:"fields,omitempty" gate:"engine" doc:"fill: values by field name, of those that the stage may fill in; null takes one out"`
	Emergency   bool                `json:"emergency,omitempty" doc:"submit: an emergency release (应急发布), with its reason; takes a right of its own"`
	Do          string              `json:"do,omitempty" maxLength:"40" doc:"schedule, unschedule: the act that is put off to a time, or not any more"`
	At          string              `json:"at,omitempty" maxLength:"40" doc:"schedule: when. 2026-12-01T09:00 is the time in Beijing; a zone may be given: 2026-12-01T01:00:00Z. Absent, of commence, expire and end_publicity: 00:00 in Beijing of the first day that the signed text allows"`
	File        string              `json:"file,omitempty" maxLength:"64" doc:"attach_form, void_form: digest of the scan"`
	By          string              `json:"by,omitempty" format:"date" maxLength:"10" doc:"ask_by: the day until whose end it is to be public; absent takes it back"`

	Note     string                  `json:"note,omitempty" maxLength:"1000" gate:"engine" doc:"submit, of a correction of what is live: 更正说明, at most 300 characters, signed with it and shown to readers; absent: as given before"`
	Short    bool                    `json:"short,omitempty" doc:"submit, of a correction of what is live: the short way (简易流程), where words only were changed"`
	Validity *content.ValidityChange `json:"validity,omitempty" doc:"ask_validity: the change; set_validity: the same, as it was asked for"`
}

func (b StepBody) step() workflow.Step {
	out := workflow.Step{ID: b.ID, Act: b.Act, Rev: b.Rev, Sheet: b.Sheet, Edition: b.Edition, Opinion: b.Opinion, Judgements: b.Judgements, Patch: b.Patch,
		Placements: placements(b.Placements), Tombstone: b.Tombstone, Reason: b.Reason, Privacy: b.Privacy, Settles: b.Settles, Members: b.Members, Member: b.Member, Tier: b.Tier, Seat: b.Seat, To: b.To, Places: b.Places, Fields: b.Fields, Emergency: b.Emergency, Do: b.Do, At: b.At, Note: b.Note, Short: b.Short, Validity: b.Validity, By: b.By, File: b.File, For: b.For, Hours: b.Hours}
	for _, d := range b.Resolutions {
		out.Resolutions = append(out.Resolutions, content.Resolution{Key: d.Key, Kind: d.Kind, Place: d.Place, Act: d.Act, As: d.As, Basis: d.Basis})
	}
	return out
}

type stepIn struct {
	ByItem
	Body StepBody
}

// step does the act. Who may is decided by the engine, inside the guarded write.
func (s *Server) step(ctx context.Context, in *stepIn) (*of[ItemView], error) {
	it, err := s.Engine.Step(ctx, actorOf(ctx), in.ID, in.Body.step())
	if err != nil {
		return nil, err
	}
	return s.view(ctx, it)
}
