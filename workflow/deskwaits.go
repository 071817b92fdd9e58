// What an item of a work list waits for, and who could do it.

package workflow

import (
	"context"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// What nobody has to do anything for.
const (
	waitBuild = "build"
	waitLead  = "lead"
	waitTime  = "time"
)

// Waiting is what an item waits for, and who could do it.
type Waiting struct {
	What    string         `json:"what" enum:"write,sign,release,decide,later,validity,build,lead,time" doc:"As in do; or, which nobody has to do anything for, build: the sheet; lead: it goes with its lead (成套); time: it is scheduled (定时)"`
	Stage   string         `json:"stage,omitempty"`
	Seat    string         `json:"seat,omitempty" doc:"Of a stage that several sign side by side (会签)"`
	Zh      string         `json:"zh"`
	En      string         `json:"en"`
	Roles   []string       `json:"roles,omitempty" doc:"Roles that may"`
	People  []PersonRef    `json:"people,omitempty" doc:"Some of those who could do it now, at most five"`
	Claimed *content.Claim `json:"claimed,omitempty" doc:"Who has it (认领)"`
	Batch   bool           `json:"batch,omitempty" doc:"sign: it may be signed with others in one request (批量签署), once its sheet was opened"`
	Edition int64          `json:"edition,omitempty" doc:"later: the edition that is reviewed"`
	Due     int64          `json:"due,omitempty" doc:"later: the end of the last day on which it is in time; time: when it is done"`
	seat    Seat
	later   content.LaterReview
}

// mostPeople is how many people a line names.
const mostPeople = 5

// waits are what the item waits for, and who could do it.
func (r *deskReader) waits(ctx context.Context, it content.Item, on laid) (out []Waiting, err error) {
	out = slices.Concat(workWaits(it, on), publicWaits(it, on))
	for i := range out {
		if slices.Contains([]string{doWrite, doSign, doRelease}, out[i].What) {
			out[i].Claimed = claimNow(it.Work, out[i].Seat, gongkai.Millis(r.now()))
		}
		if out[i].People, err = r.who(ctx, it, out[i], on); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// workWaits are what the work waits for.
func workWaits(it content.Item, on laid) []Waiting {
	switch w := it.Work; w.State {
	case content.Checking:
		return []Waiting{{What: waitBuild, Stage: w.Back, Zh: "清样制作", En: "The sheet is being built"}}
	case content.AtStage:
		stage, _ := on.Stage(w.Stage)
		return seatWaits(w, on.Pipeline, Waiting{What: doSign, Batch: stage.inBatches(it)})
	case content.Ready:
		if p, planned := planOf(it, "release"); planned {
			return []Waiting{{What: waitTime, Zh: "定时发布", En: "Its release is scheduled", Due: p.At}}
		}
		return []Waiting{{What: doRelease, Zh: "发布", En: "Release"}}
	case content.Draft, content.Returned, content.Rejected:
		return []Waiting{{What: doWrite, Zh: "起草修改", En: "Writing"}}
	case content.Bundled:
		return []Waiting{{What: waitLead, Zh: "随主件审签", En: "It goes with its lead"}}
	}
	return nil
}

// publicWaits are what waits that is about what is public, or was.
func publicWaits(it content.Item, on laid) (out []Waiting) {
	for _, r := range openLater(it) {
		p, _ := orderAmong(on.Owed, r.Emergency.Pipeline)
		out = append(out, seatWaits(workOf(r), p, Waiting{What: doLater, Edition: r.Edition, Due: r.Deadline, later: r})...)
	}
	if it.Live.Asked != nil {
		out = append(out, Waiting{What: doDecide, Zh: "审批撤稿", En: "Decision on the withdrawal"})
	}
	if it.Live.AskedValidity != nil {
		out = append(out, Waiting{What: doValidity, Zh: "审批效力变更", En: "Decision on the change of validity"})
	}
	return out
}

// seatWaits are the seats of the stage that nobody has signed.
func seatWaits(w content.Work, p Pipeline, like Waiting) (out []Waiting) {
	stage, _ := p.Stage(w.Stage)
	for _, seat := range stage.Seated() {
		if seatTaken(w, stage, seat) {
			continue
		}
		one := like
		one.Stage, one.Seat, one.Zh, one.En, one.seat = stage.ID, seat.ID, seat.Zh, seat.En, seat
		for _, t := range seat.Tracks {
			one.Roles = append(one.Roles, t.Role)
		}
		out = append(out, one)
	}
	return out
}

// claimNow is who has taken on what waits.
func claimNow(w content.Work, seat string, now int64) *content.Claim {
	for _, c := range w.Claims {
		if c.Stage == waitsAt(w) && c.Seat == seat && !over(c, now) {
			return &c
		}
	}
	return nil
}

// who are some of those who could do it now.
func (r *deskReader) who(ctx context.Context, it content.Item, w Waiting, on laid) (out []PersonRef, err error) {
	users, err := r.candidates(it, w, on)
	if err != nil {
		return nil, err
	}
	it.Work.Claims = nil
	for _, user := range users {
		name, here, err := r.named(ctx, user)
		if err != nil || len(out) == mostPeople {
			return out, err
		}
		t := on.turn(it, gongkai.Actor{ID: user, Name: name}, gongkai.Actor{}, gongkai.Millis(r.now()), nil)
		if here && t.able(w) {
			out = append(out, PersonRef{user, name})
		}
	}
	return out, nil
}

// able tells whether the actor of the turn could do what is waited for.
func (t *turn) able(w Waiting) bool {
	if w.What == doLater {
		t = t.asWork(w.later)
	}
	if w.What == doLater || w.What == doSign {
		return t.may(t.stage(), w.seat) == nil
	}
	return slices.Contains(t.doable(), w.What)
}

// rightTo is what is asked of who is to do what is no signature.
var rightTo = map[string]string{doRelease: policy.ItemRelease, doDecide: policy.ItemWithdraw, doValidity: policy.ItemSetValidity}

// candidates are those who hold all rights that are waited for.
func (r *deskReader) candidates(it content.Item, w Waiting, on laid) ([]string, error) {
	if w.What == doWrite {
		return writers(it.Work), nil
	}
	var acts []string
	if right := rightTo[w.What]; right != "" {
		acts = []string{right}
	}
	for _, t := range w.seat.Tracks {
		acts = append(acts, policy.Sign(t.Role))
	}
	path := on.where(w.seat.UnitRule)
	key := strings.Join(acts, "+") + "@" + strings.Join(path, "/")
	if users, known := r.able[key]; known {
		return users, nil
	}
	users, err := r.policy.Able(path, acts...)
	r.able[key] = users
	return users, err
}

// named is a name, remembered.
func (r *deskReader) named(ctx context.Context, user string) (name string, here bool, err error) {
	if name, known := r.names[user]; known {
		return name, name != "", nil
	}
	if name, here, err = r.here(ctx, user); err != nil {
		return "", false, err
	}
	if r.names[user] = ""; here {
		r.names[user] = orElse(name, user)
	}
	return name, here, nil
}

// gone are the holders of claims who work here no more.
func (r *deskReader) gone(ctx context.Context, it content.Item) (out []string, err error) {
	for _, c := range it.Work.Claims {
		if _, here, err := r.named(ctx, c.By); err != nil {
			return nil, err
		} else if !here {
			out = append(out, c.By)
		}
	}
	return out, nil
}
