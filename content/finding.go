// Findings: what the checks say about a revision.

package content

import (
	"slices"
	"strconv"
	"strings"

	"gongkai/store"
)

// Finding (问题) is something a check found in a revision. It never holds the
// value itself; Key stands for it: a keyed hash of item, kind, place and value, so a
// decision about it survives edits elsewhere in the text.
type Finding struct {
	Key      string   `json:"key"`
	Place    string   `json:"place"`
	Start    int      `json:"start"` // bytes into the text at Place
	End      int      `json:"end"`
	Line     int      `json:"line"`
	Kind     string   `json:"kind"`
	Level    string   `json:"level" enum:"certain,likely,ask,warn"`
	Evidence []string `json:"evidence,omitempty"`
	Mask     string   `json:"mask,omitempty"`    // proposed replacement of the span
	Preview  string   `json:"preview,omitempty"` // safe to show
	File     string   `json:"file,omitempty"`    // keyed digest of the file that it is in
	Of       string   `json:"of,omitempty" doc:"aggregation: key of the finding that is new of the person"`
	Fixed    bool     `json:"fixed,omitempty" doc:"In a file that cannot be masked here: replace the file"`
	AdviceZh string   `json:"advice_zh,omitempty"` // what to do, where that is not plain
	AdviceEn string   `json:"advice_en,omitempty"`
}

// Where names the place for people and programs: "body:3" is its third line.
func (f Finding) Where() string {
	if f.Line > 1 {
		return f.Place + ":" + strconv.Itoa(f.Line)
	}
	return f.Place
}

// Hidden says why a reader does not see it; "" if it is in sight.
func (f Finding) Hidden() string {
	for _, why := range f.Evidence {
		if hidden, is := strings.CutPrefix(why, "hidden:"); is {
			return hidden
		}
	}
	return ""
}

// Guarded tells whether only the secrecy officer lets it stand: what is certain,
// a list of minors, what tells too much of a person together with other items, and
// a secrecy mark of which more is said than a warning.
func (f Finding) Guarded() bool {
	return f.Level == Certain || f.Kind == Minor || f.Kind == Aggregation || f.Kind == SecrecyMark && f.Level != Warn
}

// markRemoved is the evidence of a mark that stands in the text no more.
const markRemoved = "removed"

// RemovedMark is the finding that a mark was edited away: where it stood, and
// what it was.
func RemovedMark(key string, was Finding) Finding {
	return Finding{Key: key, Place: was.Place, Line: 1, Kind: SecrecyMark, Level: "ask", Evidence: []string{markRemoved}, Preview: was.Preview,
		AdviceZh: "此前的修订稿中有密级标志，后被删改。涉密文件不因去掉标志而可以公开：涉密的请停止处理并报告保密部门；确属误识别或已解密的，由保密审查员写明依据（keep或not_personal）",
		AdviceEn: "a secrecy mark stood in an earlier revision and was edited away. A document does not become public by losing its mark: if it is secret, stop and report it; if it is a mistake or declassified, the secrecy officer says so with the basis (keep or not_personal)"}
}

// Removed tells whether the finding is of a mark that was edited away.
func (f Finding) Removed() bool {
	return f.Kind == SecrecyMark && slices.Contains(f.Evidence, markRemoved)
}

// Marked tells whether the finding is a secrecy mark that is remembered: one
// that is certain, there or edited away.
func (f Finding) Marked() bool {
	return f.Kind == SecrecyMark && (f.Level == Certain || f.Removed())
}

// toSplit is the evidence that a file is too large for its kind.
const toSplit = "split"

// TooLarge tells findings of a file that has to be split: no eye reads to the
// end what a program did not.
func (f Finding) TooLarge() bool { return f.Kind == FileUnread && slices.Contains(f.Evidence, toSplit) }

// Split marks the finding as one of a file that is too large for its kind.
func (f Finding) Split() Finding {
	f.Evidence = append(slices.Clone(f.Evidence), toSplit)
	return f
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
	People   []Person  `json:"people,omitempty"` // pages of people hold no findings
}

// FileUnread is the kind of finding that a file, or a part of one, makes which
// cannot be read here.
const FileUnread = "file_unread"

// FileTraces is the kind of warning that the public copy of a file does without
// something that its writer may miss: comments, tracked changes, hidden text.
const FileTraces = "file_traces"

// Certain is the level of what is proven: a check digit, a value known from
// elsewhere.
const Certain = "certain"

// Warn is the level of what is only said: nobody has to settle it, and it
// stays as it is.
const Warn = "warn"

// SecrecyMark is the kind of finding that a secrecy mark (密级标志) makes: a
// document does not become public by losing it.
const SecrecyMark = "secrecy_mark"

// Minor is the kind of finding that a list of minors (未成年人) makes: it takes
// a stricter review.
const Minor = "minor"

// Aggregation is the kind of finding that new data of somebody make whom the
// unit has published something else about (数据汇聚).
const Aggregation = "aggregation"
