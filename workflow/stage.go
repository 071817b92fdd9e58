// Stages as data: what a row of a pipeline asks for, and of whom.

package workflow

import (
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// Track kinds.
const (
	Review  = "review"  // 审
	Proof   = "proof"   // 校
	Secrecy = "secrecy" // 保密审查
	Confirm = "confirm" // 终审确认
)

// Track (环节所签) is one signature that a stage asks for.
type Track struct {
	Kind string `json:"kind" enum:"review,proof,secrecy,confirm"`
	Role string `json:"role" doc:"Role that may sign"`
}

// UnitRule (签署单位) says whose people sign: of the item's own unit where it
// says nothing, of a unit above that one, or of an office by name.
type UnitRule struct {
	Up     int    `json:"up,omitempty" minimum:"0" maximum:"9" doc:"The unit so many levels above that of the item signs (上级单位): 1 is its parent"`
	Office string `json:"office,omitempty" maxLength:"40" doc:"This unit signs, whatever that of the item is (指定单位)"`
}

// own tells whether the item's own unit signs.
func (r UnitRule) own() bool { return r == UnitRule{} }

// Seat (席位) is a place in a stage that several sign side by side (会签).
type Seat struct {
	ID     string  `json:"id" doc:"What the signature names"`
	Zh     string  `json:"zh"`
	En     string  `json:"en"`
	Tracks []Track `json:"tracks" doc:"Signed together by one person"`
	UnitRule
}

// Stage (环节) is a row of a pipeline. With several tracks one person signs
// them together (审校合一); with several seats, several people side by side.
type Stage struct {
	ID     string  `json:"id"`
	Zh     string  `json:"zh"`
	En     string  `json:"en"`
	Tracks []Track `json:"tracks,omitempty" doc:"Signed together by one person; absent where there are seats"`
	UnitRule
	Seats  []Seat   `json:"seats,omitempty" maxItems:"20" doc:"会签: signed side by side in any order, each seat by another person"`
	Quorum int      `json:"quorum,omitempty" minimum:"0" maximum:"20" doc:"How many seats have to be signed; absent: all"`
	Days   int      `json:"days,omitempty" minimum:"0" maximum:"100" doc:"Working days within which it is to be signed (环节时限); absent: no limit"`
	Fields []string `json:"fields,omitempty" maxItems:"20" doc:"Metadata fields that who signs it may fill in (fill)"`
	Batch  bool     `json:"batch,omitempty" doc:"It may be signed for several items in one request (批量签署), of tier A only"`
}

// Seated are the seats of the stage; one without a name where it has none.
func (s Stage) Seated() []Seat {
	if len(s.Seats) == 0 {
		return []Seat{{Zh: s.Zh, En: s.En, Tracks: s.Tracks, UnitRule: s.UnitRule}}
	}
	return s.Seats
}

// needed is how many seats have to be signed.
func (s Stage) needed() int {
	if all := len(s.Seated()); s.Quorum == 0 || s.Quorum > all {
		return all
	}
	return s.Quorum
}

// Has tells whether the seat carries a track of the kind.
func (s Seat) Has(kind string) bool {
	return slices.ContainsFunc(s.Tracks, func(t Track) bool { return t.Kind == kind })
}

// Kinds lists the kinds of the seat's tracks.
func (s Seat) Kinds() []string {
	out := make([]string, len(s.Tracks))
	for i, t := range s.Tracks {
		out[i] = t.Kind
	}
	return out
}

// Has tells whether the stage carries a track of the kind.
func (s Stage) Has(kind string) bool {
	return slices.ContainsFunc(s.Seated(), func(seat Seat) bool { return seat.Has(kind) })
}

// Kinds lists the kinds of the stage's tracks, each once.
func (s Stage) Kinds() (out []string) {
	for _, seat := range s.Seated() {
		for _, kind := range seat.Kinds() {
			if !slices.Contains(out, kind) {
				out = append(out, kind)
			}
		}
	}
	return out
}

// seatsOf counts the seats that sign the kind.
func (s Stage) seatsOf(kind string) (n int) {
	for _, seat := range s.Seated() {
		if seat.Has(kind) {
			n++
		}
	}
	return n
}

// seat finds a seat by its id.
func (s Stage) seat(id string) (Seat, bool) {
	seats := s.Seated()
	i := slices.IndexFunc(seats, func(seat Seat) bool { return seat.ID == id })
	if i < 0 {
		return Seat{}, false
	}
	return seats[i], true
}

// asksAs tells whether the stage asks for what the other does, and of the same
// people.
func (s Stage) asksAs(o Stage) bool {
	return s.ID == o.ID && s.needed() == o.needed() && slices.EqualFunc(s.Seated(), o.Seated(), func(a, b Seat) bool {
		return a.ID == b.ID && a.UnitRule == b.UnitRule && slices.Equal(a.Tracks, b.Tracks)
	})
}

// signed tells whether enough seats are signed on one of the sheets, each by
// another person.
func (s Stage) signed(by []content.Signoff, sheets []string) bool {
	seats, people := map[string]bool{}, map[string]bool{}
	for _, so := range by {
		_, there := s.seat(so.Seat)
		if so.Stage != s.ID || !there || seats[so.Seat] || people[so.By] || people[so.For] && so.For != "" || !slices.Contains(sheets, so.Sheet) {
			continue
		}
		seats[so.Seat], people[so.By], people[so.For] = true, true, true
	}
	return len(seats) >= s.needed()
}

// confirmation (终审确认) stands before ready when words were corrected, or
// fields filled in, after the final review: one of those who may sign that
// review confirms what became of it.
func (p Pipeline) confirmation() Stage {
	out := FinalConfirm
	for _, seat := range p.finalReview().Seated() {
		for _, t := range seat.Tracks {
			if t.Kind == Review {
				seat.Tracks = []Track{{Confirm, t.Role}}
				out.Seats = append(out.Seats, seat)
				break
			}
		}
	}
	if len(out.Seats) == 1 {
		out.Tracks, out.UnitRule, out.Seats = out.Seats[0].Tracks, out.Seats[0].UnitRule, nil
		return out
	}
	out.Quorum = 1
	return out
}

// ask asks the policy about the unit that a rule means.
func (t *turn) ask(r UnitRule) func(act string, facts ...string) error {
	if r.own() {
		return t.w.Can
	}
	if t.w.At == nil {
		return func(string, ...string) error { return errNoUnit }
	}
	return t.w.At(r)
}

var errNoUnit = gongkai.E(gongkai.Denied, "no_such_unit", "该环节应由上级单位或者指定单位签署，而没有这个单位", "another unit is to sign this stage, and there is no such unit")

// may asks for every role that a seat demands.
func (t *turn) may(stage Stage, seat Seat) error {
	for _, track := range seat.Tracks {
		if err := t.ask(seat.UnitRule)(policy.Sign(track.Role), t.signer(stage, seat)...); err != nil {
			return err
		}
	}
	return nil
}

// taken tells whether the seat is signed on the sheet that waits.
func (t *turn) taken(stage Stage, seat Seat) bool {
	return seatTaken(t.it.Work, stage, seat)
}

// free are the seats that the actor may sign now; or why there are none.
func (t *turn) free(stage Stage) (out []Seat, why error) {
	for _, seat := range stage.Seated() {
		err := first(t.may(stage, seat), t.vacant(stage, seat))
		if err == nil {
			out = append(out, seat)
		} else if why == nil || gongkai.CodeOf(err) == errTaken.Code {
			why = err
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	return nil, why
}

var errTaken = gongkai.E(gongkai.Conflict, "seat_taken", "该席位已有人签署", "somebody has signed this seat")

// vacant wants a seat that nobody has signed.
func (t *turn) vacant(stage Stage, seat Seat) error {
	if t.taken(stage, seat) {
		return errTaken
	}
	return nil
}

// sits finds the seat that the actor signs: the one that the step names, or the
// only one there is for this person.
func (t *turn) sits(stage Stage) (Seat, error) {
	if seat, there := stage.seat(t.s.Seat); there {
		return seat, first(t.may(stage, seat), t.vacant(stage, seat))
	}
	free, err := t.free(stage)
	if err != nil {
		return Seat{}, err
	}
	if t.s.Seat == "" && len(free) == 1 {
		return free[0], nil
	}
	e := gongkai.E(gongkai.Invalid, "seat", "请指明所签席位（seat）", "name the seat that you sign (seat)")
	for _, s := range free {
		e.Details = append(e.Details, gongkai.Detail{Where: "seat", Code: orElse(s.ID, stage.ID), Zh: "可签：" + s.Zh, En: "you may sign: " + s.En})
	}
	return Seat{}, e
}

// bySeat is nil where one of the seats of the stage allows it.
func bySeat(stage Stage, allowed func(Seat) error) (refused error) {
	for _, seat := range stage.Seated() {
		err := allowed(seat)
		if err == nil {
			return nil
		}
		if refused == nil {
			refused = err
		}
	}
	return refused
}
