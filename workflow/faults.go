// Faults: the places at which a pipeline is not well defined.

package workflow

import (
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
)

// faults gathers them.
type faults struct{ found []gongkai.Detail }

func (f *faults) add(bad bool, where, code, zh, en string) {
	if bad {
		f.found = append(f.found, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
	}
}

// faults are the places at which a pipeline is not well defined. Three reviews
// and three proofreadings are the law of the house: no pipeline has fewer, one
// for reposts (转载) neither.
func (p Pipeline) faults() []gongkai.Detail {
	f := &faults{}
	seen := map[string]bool{FinalConfirm.ID: true, CorrectionCheck: true}
	for i, s := range p.Stages {
		f.add(s.ID == "" || seen[s.ID] || len(s.Tracks)+len(s.Seats) == 0, stageAt(i), "stage", "环节须有不重复的编号和至少一项签署", "a stage needs an id of its own and at least one track")
		seen[s.ID] = true
		f.stage(stageAt(i), s)
	}
	n := p.signatures()
	if p.Emergency { // two people beside the writer, and the full order afterwards
		f.add(n[signature{kind: Review}] < 2 || !p.Distinct, "stages", "two", "应急流程须有两名不同人员审核", "the short order has two reviews by different people")
		return f.found
	}
	f.add(n[signature{kind: Review}] < 3 || n[signature{kind: Proof}] < 3, "stages", "three", "须有三次审核和三次校对", "three reviews and three proofreadings are needed")
	return f.found
}

func (f *faults) stage(where string, s Stage) {
	f.add(s.Days < 0 || s.Days > 100, where+".days", "days", "环节时限应为0至100个工作日", "the time limit of a stage is 0 to 100 working days")
	for i, name := range s.Fields {
		f.add(!content.Fillable(name) || slices.Contains(s.Fields[:i], name), fmt.Sprintf("%s.fields[%d]", where, i), "field",
			"该字段不能由环节填写，可选："+strings.Join(content.FillableFields(), "、"), "a stage may not fill in this field; it may: "+strings.Join(content.FillableFields(), ", "))
	}
	f.tracks(where, s.Tracks)
	f.unit(where, s.UnitRule)
	if len(s.Seats) > 0 {
		f.seats(where, s)
	} else {
		f.add(s.Quorum != 0, where+".quorum", "quorum", "没有席位的环节不设人数", "a stage without seats has no quorum")
	}
}

// seats looks at a stage that several sign side by side. If not all of them
// have to, each must sign what the others do: else a review could be left out.
func (f *faults) seats(where string, s Stage) {
	f.add(len(s.Seats) < 2 || len(s.Tracks) > 0 || !s.own(), where+".seats", "seats", "会签须有两个以上席位，签署内容和单位写在各席位", "a stage with seats has two or more, and tracks and unit stand in the seats")
	f.add(s.Quorum < 0 || s.Quorum > len(s.Seats), where+".quorum", "quorum", "应签席位数不得超过席位数", "the quorum is no more than the seats")
	seen := map[string]bool{}
	for i, seat := range s.Seats {
		at := fmt.Sprintf("%s.seats[%d]", where, i)
		f.add(!stageID.MatchString(seat.ID) || seen[seat.ID], at+".id", "id", "席位编号应为小写字母、数字和下划线，以字母开头，且不得重复", "a seat's id is made of lower-case letters, digits and underscores, a letter first, each used once")
		f.add(strings.TrimSpace(seat.Zh) == "" || strings.TrimSpace(seat.En) == "", at+".zh", "required", "席位须有中文和英文名称", "a seat has a Chinese and an English name")
		f.add(len(seat.Tracks) == 0 || s.needed() < len(s.Seats) && !sameKinds(seat, s.Seats[0]), at+".tracks", "seats", "各席位须有签署内容；不要求全部签署的，各席位签署的种类须相同", "a seat signs something; where not all seats have to be signed, all sign the same kinds")
		f.tracks(at, seat.Tracks)
		f.unit(at, seat.UnitRule)
		seen[seat.ID] = true
	}
}

func sameKinds(a, b Seat) bool {
	return len(a.Tracks) == len(b.Tracks) && !slices.ContainsFunc(a.Tracks, func(t Track) bool { return !b.Has(t.Kind) })
}

func (f *faults) tracks(where string, tracks []Track) {
	kinds := map[string]bool{}
	for j, t := range tracks {
		f.add(kinds[t.Kind] || t.Role == "" || !slices.Contains([]string{Review, Proof, Secrecy}, t.Kind), fmt.Sprintf("%s.tracks[%d]", where, j),
			"track", "同一环节的签署种类不得重复，且须指明角色", "the tracks of a stage are of different kinds and name a role each")
		kinds[t.Kind] = true
	}
}

func (f *faults) unit(where string, r UnitRule) {
	f.add(r.Up < 0 || r.Up > 9 || r.Up > 0 && r.Office != "", where+".up", "unit", "签署单位为本单位、上级单位（up，1至9级）或者指定单位（office）之一", "the unit is the item's own, one above it (up, 1 to 9 levels), or an office: one of these")
}
