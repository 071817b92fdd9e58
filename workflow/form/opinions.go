// Opinions: who signed what, or room to do it by hand.

package form

import (
	"fmt"
	"slices"
)

// room is how many lines an opinion written by hand has.
const room = 4

func reviews(f Facts, blank bool) []Row {
	return f.opinions(blank, "审核意见", func(s Stage) bool { return s.Review || s.Secrecy || !s.Proof })
}

func everyStage(f Facts, blank bool) []Row {
	return f.opinions(blank, "三审三校（流程："+f.Pipeline+"）", func(Stage) bool { return true })
}

// secrecyReviews are those of the secrecy officer; where the pipeline has none,
// the reviews answer for it (保密性).
func secrecyReviews(f Facts, blank bool) []Row {
	if slices.ContainsFunc(f.Stages, func(s Stage) bool { return s.Secrecy }) {
		return f.opinions(blank, "保密审查意见", func(s Stage) bool { return s.Secrecy })
	}
	return f.opinions(blank, "保密审查意见（流程未设保密审查环节，由审核人员逐级判断保密性）", func(s Stage) bool { return s.Review })
}

func (f Facts) opinions(blank bool, name string, wanted func(Stage) bool) []Row {
	rows := []Row{section(name)}
	for _, s := range f.Stages {
		if wanted(s) {
			rows = append(rows, s.rows(blank)...)
		}
	}
	return rows
}

func (s Stage) rows(blank bool) (rows []Row) {
	name := Cell{Text: s.Name, Width: 4, Label: true}
	if blank {
		text := byHand("签名")
		if s.Review {
			text = fourAspects(nil) + "\n" + text
		}
		return []Row{{Cells: []Cell{name, {Text: text, Width: grid - 4}}, Room: room}}
	}
	for _, signed := range s.Signed {
		rows = append(rows, Row{Cells: []Cell{name, {Text: signed.text(), Width: grid - 4}}})
	}
	if len(rows) == 0 {
		rows = append(rows, Row{Cells: []Cell{name, {Text: "（尚未签署）", Width: grid - 4}}})
	}
	return rows
}

func (s Signature) text() string {
	aspects, by := "", s.By.Name
	if s.Judgements != nil {
		aspects = fourAspects(s.Judgements)
	}
	if s.For != "" {
		by += "（代" + s.For + "签署）"
	}
	return lines(orElse(s.Opinion, "通过。"), aspects, "签署："+Batched(by, s.Batch)+"　　"+Moment(s.At)+"　　所签清样："+short(s.Digest))
}

// For (代) is somebody's name with that of whom they stood in for, if anybody.
func For(name, principal string) string {
	if principal == "" || name == "" { // it is looked up later
		return name
	}
	return name + "（代" + principal + "）"
}

// Batched (批量签署) is the name of somebody who signed, with that it was together
// with others, if so.
func Batched(name string, batch bool) string {
	if !batch || name == "" {
		return name
	}
	return name + "（批量签署）"
}

// fourAspects (四性) are the judgements, or boxes for them.
func fourAspects(j *Judgements) string {
	box := func(yes bool) string {
		if j == nil {
			return "□"
		}
		return mark(yes)
	}
	v := Judgements{}
	if j != nil {
		v = *j
	}
	return fmt.Sprintf("合法性 %s　准确性 %s　可公开性 %s　保密性 %s", box(v.Legality), box(v.Accuracy), box(v.Disclosability), box(v.Secrecy))
}

func byHand(who string) string {
	return "\n　　　　　　　　　　　　" + who + "：　　　　　　　　　　年　　月　　日"
}

var correctionWidths = []int{4, 4, 5, 2, 9}

func corrected(f Facts, blank bool) []Row {
	if blank || len(f.Corrections) == 0 {
		return nil
	}
	rows := []Row{section("改字（只改文字，此前签署沿用）"), heads(correctionWidths, "环节", "改字人", "时间", "字数", "原清样 → 新清样")}
	for _, c := range f.Corrections {
		rows = append(rows, line(correctionWidths, c.Stage, c.By.Name, Moment(c.At), count(c.Changed), short(c.From)+" → "+short(c.To)))
	}
	return rows
}
