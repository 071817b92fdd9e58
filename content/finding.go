// Findings and what people decided about them.

package content

import (
	"strconv"
	"strings"

	"gongkai/store"
)

// Finding (问题) is something a check found in a revision. It never holds the
// value itself; Key stands for it: a keyed hash of kind, place and value, so a
// decision about it survives edits elsewhere in the text.
type Finding struct {
	Key      string   `json:"key"`
	Place    string   `json:"place"`
	Start    int      `json:"start"` // bytes into the text at Place
	End      int      `json:"end"`
	Line     int      `json:"line"`
	Kind     string   `json:"kind"`
	Level    string   `json:"level" enum:"certain,likely,ask"`
	Evidence []string `json:"evidence,omitempty"`
	Mask     string   `json:"mask,omitempty"`    // proposed replacement of the span
	Preview  string   `json:"preview,omitempty"` // safe to show
}

// Where names the place for people and programs: "body:3" is its third line.
func (f Finding) Where() string {
	if f.Line > 1 {
		return f.Place + ":" + strconv.Itoa(f.Line)
	}
	return f.Place
}

// FindingPage (问题页) is an immutable page of at most 1 MB of the findings in
// one revision under one rule version.
type FindingPage struct {
	store.Meta
	Item     string    `json:"item"`
	Revision string    `json:"revision"`
	Rules    string    `json:"rules"`
	Page     int       `json:"page"`
	Last     bool      `json:"last"`
	Findings []Finding `json:"findings"`
}

// Ways to settle a finding.
const (
	ActMask        = "mask"         // 遮掩 as proposed or as As says
	ActRemove      = "remove"       // 删除
	ActKeep        = "keep"         // 保留: with a legal basis, by the secrecy officer
	ActNotPersonal = "not_personal" // 非个人信息
	ActByEye       = "by_eye"       // 人工核查: a file that cannot be read here
)

// FileUnread is the kind of finding that a file which cannot be read makes.
const FileUnread = "file_unread"

// Resolution (处理决定) settles findings: one by its key, or all of a kind
// and/or below a place ("attachments[0]", "roster[*][2]").
type Resolution struct {
	ID    string `json:"id"`
	Key   string `json:"key,omitempty" doc:"One finding"`
	Kind  string `json:"kind,omitempty" doc:"All findings of this kind"`
	Place string `json:"place,omitempty" doc:"All findings at or below this place; [*] stands for any index"`
	Act   string `json:"act" enum:"mask,remove,keep,not_personal,by_eye"`
	As    string `json:"as,omitempty" doc:"mask: another replacement than the one proposed"`
	Basis string `json:"basis,omitempty" doc:"Legal basis or reason"`
	// Officer: decided by who may keep what is certain. Without it a decision
	// for all of a kind says nothing about certain findings that come later.
	Officer bool   `json:"officer,omitempty" doc:"Set by the server: the decision also covers certain findings"`
	By      string `json:"by"`
	Name    string `json:"name"`
	At      int64  `json:"at"`
}

// Settles tells whether the decision covers the finding. A file that cannot be
// read is settled by nothing but a look at it, and a look settles nothing else;
// what is certain is declared not personal by the secrecy officer only.
func (r Resolution) Settles(f Finding) bool {
	if (f.Kind == FileUnread) != (r.Act == ActByEye) {
		return false
	}
	if r.Act == ActNotPersonal && f.Level == "certain" && !r.Officer {
		return false
	}
	if r.Key != "" {
		return r.Key == f.Key
	}
	return (r.Kind != "" || r.Place != "") && (r.Kind == "" || r.Kind == f.Kind) && (r.Place == "" || below(r.Place, f.Place))
}

// below reports whether place is pattern or inside it.
func below(pattern, place string) bool {
	for {
		before, after, star := strings.Cut(pattern, "[*]")
		if !strings.HasPrefix(place, before) {
			return false
		}
		place = place[len(before):]
		if !star {
			return place == "" || place[0] == '.' || place[0] == '['
		}
		end := strings.IndexByte(place, ']')
		if end < 0 || place[0] != '[' {
			return false
		}
		pattern, place = after, place[end+1:]
	}
}

// Settle finds the decision over a finding: the one named for it alone before
// a general one, the newest first.
func Settle(rs []Resolution, f Finding) (Resolution, bool) {
	var best Resolution
	for _, r := range rs {
		if r.Settles(f) && (r.Key != "" || best.Key == "") {
			best = r
		}
	}
	return best, best.Act != ""
}

// Unsettled lists the findings that nobody has settled.
func Unsettled(fs []Finding, rs []Resolution) []Finding {
	var out []Finding
	for _, f := range fs {
		if _, ok := Settle(rs, f); !ok {
			out = append(out, f)
		}
	}
	return out
}
