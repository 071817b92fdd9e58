// Resolutions: what people decided about findings, as rules over places.

package content

import "slices"

// Ways to settle a finding.
const (
	ActMask        = "mask"         // 遮掩 as proposed or as As says
	ActRemove      = "remove"       // 删除
	ActKeep        = "keep"         // 保留: with a legal basis, by the secrecy officer
	ActNotPersonal = "not_personal" // 非个人信息
	ActByEye       = "by_eye"       // 人工核查: what cannot be read or masked here
)

// Resolution (处理决定) settles findings: one by its key, or all of a kind
// and/or below a place ("attachments[0]", "roster[*][2]", a column of a sheet).
type Resolution struct {
	ID    string `json:"id"`
	Key   string `json:"key,omitempty" doc:"One finding"`
	Kind  string `json:"kind,omitempty" doc:"All findings of this kind"`
	Place string `json:"place,omitempty" doc:"All findings at or below this place; [*] stands for any index"`
	Act   string `json:"act" enum:"mask,remove,keep,not_personal,by_eye"`
	As    string `json:"as,omitempty" doc:"mask: another replacement than the one proposed"`
	Basis string `json:"basis,omitempty" doc:"Legal basis or reason"`
	// Keys and File bind a decision that lets something stand to what was seen:
	// these findings of the text, or this very file, by Key too.
	Keys []string `json:"keys,omitempty" doc:"Set by the server: only these findings"`
	File string   `json:"file,omitempty" doc:"Set by the server: only findings in this file"`
	// Officer: decided by who may keep what is certain. Without it a decision
	// for all of a kind says nothing about certain findings that come later.
	Officer bool   `json:"officer,omitempty" doc:"Set by the server: the decision also covers certain findings"`
	By      string `json:"by"`
	Name    string `json:"name"`
	At      int64  `json:"at"`
}

// Settles tells whether the decision covers the finding.
func (r Resolution) Settles(f Finding) bool { return r.suits(f) && r.Names(f) }

// suits tells whether such a decision can settle such a finding at all. What
// cannot be read is settled by nothing but a look at it, and what is too large
// by nothing at all. In a file that cannot be masked a look settles what is doubtful; what is certain there is kept one
// by one, with a legal basis, or the file is replaced. No mask settles a secrecy
// mark, and no look. Aggregation goes when what is new of the person is masked.
func (r Resolution) suits(f Finding) bool {
	certain := f.Level == Certain
	if r.Act == ActByEye || f.Kind == FileUnread {
		return r.Act == ActByEye && (f.Kind == FileUnread && !f.TooLarge() || f.Kind != FileUnread && f.Fixed && !certain && !f.Guarded())
	}
	if (f.Kind == SecrecyMark || f.Kind == Aggregation) && (r.Act == ActMask || r.Act == ActRemove) {
		return false
	}
	switch r.Act {
	case ActNotPersonal:
		return r.Officer || !f.Guarded()
	case ActKeep:
		return r.Key != "" || !f.Fixed || !certain
	}
	return !f.Fixed
}

// Names tells whether the finding is one of those that the decision is about.
func (r Resolution) Names(f Finding) bool {
	if r.File != "" && r.File != f.File {
		return false
	}
	if r.Key != "" {
		return r.Key == f.Key
	}
	return (r.Kind != "" || r.Place != "") && (r.Kind == "" || r.Kind == f.Kind) && (r.Place == "" || Below(r.Place, f.Place)) &&
		(len(r.Keys) == 0 || slices.Contains(r.Keys, f.Key))
}

// Decisions are resolutions made ready to be asked about many findings: a step
// for each finding and rule, however many findings were settled one by one.
type Decisions struct {
	single map[string][]Resolution // by key
	rules  []rule
}

type rule struct {
	Resolution
	keys map[string]bool // nil: any
}

// Decided makes resolutions ready.
func Decided(rs []Resolution) Decisions {
	d := Decisions{single: map[string][]Resolution{}}
	for _, r := range rs {
		if r.Key != "" {
			d.single[r.Key] = append(d.single[r.Key], r)
			continue
		}
		one := rule{Resolution: r}
		if len(r.Keys) > 0 {
			one.Keys, one.keys = nil, make(map[string]bool, len(r.Keys))
			for _, key := range r.Keys {
				one.keys[key] = true
			}
		}
		d.rules = append(d.rules, one)
	}
	return d
}

// Settle finds the decision over a finding: the one named for it alone before
// a general one, the newest first.
func (d Decisions) Settle(f Finding) (Resolution, bool) {
	for _, r := range slices.Backward(d.single[f.Key]) {
		if r.Settles(f) {
			return r, true
		}
	}
	for _, r := range slices.Backward(d.rules) {
		if (r.keys == nil || r.keys[f.Key]) && r.Settles(f) {
			return r.Resolution, true
		}
	}
	return Resolution{}, false
}

// Settle finds the decision over one finding.
func Settle(rs []Resolution, f Finding) (Resolution, bool) { return Decided(rs).Settle(f) }

// Unsettled lists the findings that nobody has settled.
func Unsettled(fs []Finding, rs []Resolution) []Finding {
	d := Decided(rs)
	var out []Finding
	for _, f := range fs {
		if _, ok := d.Settle(f); !ok && f.Level != Warn {
			out = append(out, f)
		}
	}
	return out
}
