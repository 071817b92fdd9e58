// Returning: to the writers, or to a stage that was passed already, with an
// opinion and the places it is about.

package workflow

import (
	"context"
	"slices"
	"strconv"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// Marked (指出之处) is a place of the sheet that a return is about. Offsets are
// code points into the public form.
type Marked struct {
	Place string `json:"place" maxLength:"100" doc:"Where: title, body, roster[2][1]"`
	Start int    `json:"start,omitempty" minimum:"0"`
	End   int    `json:"end,omitempty" minimum:"0" doc:"Absent: the whole place"`
	Text  string `json:"text,omitempty" maxLength:"200" doc:"What stands there; filled in from the sheet"`
	Note  string `json:"note,omitempty" maxLength:"200" doc:"What is wrong with it"`
}

// The bounds of what the record of a return holds.
const (
	mostMarked = 20
	mostQuoted = 60
)

// sendBack voids what was signed: the text goes back to its writers; or, where
// the step names a stage that was passed, that stage and the later ones are
// signed again on the same sheet.
func (t *turn) sendBack() error {
	stage := t.stage()
	if err := first(t.mayRefuse(policy.ItemReturn, stage), t.marks(), t.passed(stage)); err != nil {
		return err
	}
	t.signed(stage.ID)
	if t.s.To == "" {
		t.toDraft(content.Returned)
		return nil
	}
	from := t.w.Pipeline.index(t.s.To)
	t.detail["to"], t.detail["void"] = t.s.To, t.void(func(s content.Signoff) bool {
		return s.Stage == FinalConfirm.ID || t.w.Pipeline.index(s.Stage) >= from
	})
	t.it.Work.State, t.it.Work.Stage = content.AtStage, t.s.To
	return nil
}

// passed wants a stage before the one that waits.
func (t *turn) passed(stage Stage) error {
	if t.s.To == "" || !t.it.Work.Short && slices.Contains(t.w.Pipeline.before(stage.ID), t.s.To) {
		return nil
	}
	return need(false, "to", "not_passed", "只能退回到已经通过的环节；不写环节则退回起草人", "only a stage that was passed can be returned to; without one it goes back to the writers")
}

// marks puts the places into the record.
func (t *turn) marks() error {
	if len(t.s.Places) == 0 {
		return nil
	}
	text, _, err := content.Canonical(t.s.Places)
	t.detail["places"] = text
	return first(err, need(len(t.s.Places) <= mostMarked, "places", "places", "一次最多指出20处", "a return names at most 20 places"))
}

// before are the stages that were passed when the item waits at one; all of
// them where it waits behind the last.
func (p Pipeline) before(id string) (out []string) {
	for _, s := range p.Stages {
		if s.ID == id {
			break
		}
		out = append(out, s.ID)
	}
	return out
}

// index is the place of a stage in the pipeline; behind the last if it has none.
func (p Pipeline) index(id string) int {
	if i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == id }); i >= 0 {
		return i
	}
	return len(p.Stages)
}

// quote fills in what stands at the places of the sheet that somebody returns.
func (e *Engine) quote(ctx context.Context, it content.Item, s *Step) error {
	if len(s.Places) == 0 || len(s.Places) > mostMarked || s.Sheet != it.Work.SheetDigest {
		return nil
	}
	sheet, err := e.content.Sheets.Get(ctx, it.Work.Sheet)
	if err != nil {
		return err
	}
	pub, err := sheet.Public()
	if err != nil {
		return err
	}
	k, err := e.kind(ctx, pub.Kind)
	if err != nil {
		return err
	}
	shown := map[string]string{}
	for _, t := range k.Texts(pub.Fields) {
		shown[t.Place] = t.Text
	}
	for i := range s.Places {
		if err := s.Places[i].quote(i, k, pub.Fields, shown); err != nil {
			return err
		}
	}
	return nil
}

func (m *Marked) quote(i int, k content.Kind, v content.Fields, shown map[string]string) error {
	text, there := shown[m.Place]
	if _, field := k.Field(m.Place); field && !there { // a date, a choice, a table as a whole
		text, _ = v[m.Place].(string)
		there = true
	}
	runes := []rune(text)
	whole := m.Start == 0 && m.End == 0
	if whole {
		m.End = len(runes)
	}
	if !there || m.Start < 0 || m.Start > m.End || m.End > len(runes) {
		at := "places[" + strconv.Itoa(i) + "]"
		return gongkai.E(gongkai.Invalid, "places", "清样中没有所指的位置", "there is no such place in the sheet",
			gongkai.Detail{Where: at, Code: "place", Zh: "请按清样中的字段和位置（以字符计）填写", En: "name a field of the sheet and offsets within it, in characters"})
	}
	m.Text = string(runes[m.Start:min(m.End, m.Start+mostQuoted)])
	if whole {
		m.End = 0
	}
	return nil
}
