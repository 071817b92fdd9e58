// Terms and lists: the data.

package lexicon

import (
	"strings"
	"time"

	"gongkai/policy/privacy"
)

// The kinds of terms.
const (
	SecrecyMark   = "secrecy_mark"
	ControlPhrase = "control_phrase"
	WorkSecret    = "work_secret"
	Wording       = "wording"
	LeaderTitle   = "leader_title"
)

// The severities of terms.
const (
	Block = "block" // 阻断: not published with it
	Ask   = "ask"   // 须处理: somebody has to decide
	Warn  = "warn"  // 提示: said, and no more
)

// kinds are the kinds of terms with the widest gap, in blanks, that may stand
// between two characters of such a word: 机    密 is a letterhead, while two
// blanks between words of a sentence part them.
var kinds = []struct {
	privacy.KindInfo
	gap int
}{
	{privacy.KindInfo{Name: SecrecyMark, Zh: "密级标志", En: "secrecy mark"}, 8},
	{privacy.KindInfo{Name: ControlPhrase, Zh: "控制用语", En: "control phrase"}, 8},
	{privacy.KindInfo{Name: WorkSecret, Zh: "工作秘密", En: "work secret"}, 8},
	{privacy.KindInfo{Name: Wording, Zh: "表述错误", En: "wording error"}, 1},
	{privacy.KindInfo{Name: LeaderTitle, Zh: "领导称谓", En: "title or order of leaders"}, 1},
}

// severities from the gravest down.
var severities = []privacy.KindInfo{
	{Name: Block, Zh: "阻断", En: "block"},
	{Name: Ask, Zh: "须处理", En: "ask"},
	{Name: Warn, Zh: "提示", En: "warn"},
}

// levels say what a severity is among findings.
var levels = map[string]privacy.Level{Block: privacy.Certain, Ask: privacy.Ask, Warn: privacy.Warn}

// Kinds lists the kinds of terms, with their names.
func Kinds() []privacy.KindInfo {
	out := make([]privacy.KindInfo, len(kinds))
	for i, k := range kinds {
		out[i] = k.KindInfo
	}
	return out
}

// Term (词条) is a row of a list.
type Term struct {
	Kind       string
	Term       string
	Correction string // what is right; of a leader: the titles, joined by |
	Severity   string
	// Except (例外) says where the term is right: a longer word that contains
	// it; "近:" and a word that stands nearby; "栏目:" and (part of) the name of
	// a column in which, and below which, it is normal.
	Except []string
	Order  int    // of a leader (领导): the place in the order, from 1; then Term is the name
	From   string // 2026-01-31: the first day on which the term counts; empty: always
	To     string // the last day
	Source string // where it comes from
	Note   string
	Found  []string // samples in which it must be found
	Fine   []string // samples in which it must not
}

// List (词表) is a named set of terms in one version.
type List struct {
	Name    string
	Version string
	Terms   []Term
}

const (
	nearby = "近:"
	column = "栏目:"
)

// counts tells whether the term counts on a day.
func (t Term) counts(day string) bool {
	return (t.From == "" || t.From <= day) && (t.To == "" || day <= t.To)
}

// leader tells whether the row names a person rather than a wrong word.
func (t Term) leader() bool { return t.Kind == LeaderTitle && t.Order > 0 }

// titles are those that a leader holds.
func (t Term) titles() []string { return split(t.Correction) }

// split parts the entries of a field.
func split(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, "|") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// dayOf is the day in China.
func dayOf(now time.Time) string {
	return now.In(time.FixedZone("UTC+8", 8*3600)).Format(time.DateOnly)
}
