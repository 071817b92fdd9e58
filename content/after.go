// After the release: what becomes of the validity of what is public, and of a
// publicity period that is over. The text stays as it was signed.

package content

import "slices"

// Values of the field validity (效力状态).
const (
	InForce       = "in_force"        // 有效
	NotYet        = "not_yet"         // 尚未生效
	Amended       = "amended"         // 已修改
	Lapsed        = "lapsed"          // 失效
	Abolished     = "abolished"       // 废止
	DeclaredLapse = "declared_lapsed" // 宣布失效
)

// ValidityChange (效力变更) is what somebody asks to be said of the validity of
// what is public.
type ValidityChange struct {
	State    string `json:"state" enum:"in_force,not_yet,amended,lapsed,abolished,declared_lapsed" doc:"效力状态"`
	Since    string `json:"since,omitempty" maxLength:"10" doc:"Day from which it holds; absent: today"`
	By       string `json:"by,omitempty" maxLength:"64" doc:"Id of the released item that amends, repeals or replaces this one"`
	Replaces bool   `json:"replaces,omitempty" doc:"That item takes its place (替代)"`
}

// ValidityAsked (效力变更申请) is a change that waits for a second person.
type ValidityAsked struct {
	ValidityChange
	Asker  string `json:"asker"`
	At     int64  `json:"at"`
	Reason string `json:"reason"`
}

// Validity (效力标注) is what acts after the release made of the validity. It
// counts before what the sheet says itself.
type Validity struct {
	State    string `json:"state"` // "": none, but those in Was are to be told
	Since    string `json:"since"`
	By       string `json:"by,omitempty"`
	Relation string `json:"relation,omitempty"` // to By: a row of Relations
	Over     string `json:"over,omitempty"`     // what the sheet says: an edition that says something else ends the mark
	Was      string `json:"was,omitempty"`      // items that were named before and are not told of it yet, parted by blanks
	Seq      int64  `json:"seq"`                // public change that made it
}

// Marked is the mark, if there is one.
func (l Live) Marked() *Validity {
	if l.Validity == nil || l.Validity.State == "" {
		return nil
	}
	return l.Validity
}

// datedFields are those in which a text says a day when something becomes of it.
var datedFields = []string{"effective_from", "expires_at", "publicity_to"}

// SignedDates (签批日期) are the days that a text says, by field, with the
// validity that it says beside them; nil: it says none.
func SignedDates(v Fields) map[string]string {
	out := map[string]string{}
	for _, name := range datedFields {
		if day := text(v, name); day != "" {
			out[name] = day
		}
	}
	if len(out) == 0 {
		return nil
	}
	if state := text(v, "validity"); state != "" {
		out["validity"] = state
	}
	return out
}

// Ended (公示结束) says that a publicity period is over.
type Ended struct {
	To    string `json:"to"`              // its last day
	At    int64  `json:"at"`              // when that was marked
	Files bool   `json:"files,omitempty"` // the attachments are no longer public
}

// Relation (关联关系) is how one item stands to another: as the first one says
// it, and as the other one does.
type Relation struct {
	Name, Zh, En         string
	Back, BackZh, BackEn string
	states               []string // of the item that says it
	replaces             bool
}

// Relations is the table of relations that a change of validity makes.
var Relations = []Relation{
	{"replaced_by", "被替代", "replaced by", "replaces", "替代", "replaces", []string{Lapsed, Abolished, DeclaredLapse}, true},
	{"amended_by", "被修改", "amended by", "amends", "修改", "amends", []string{Amended}, false},
	{"abolished_by", "被废止", "repealed by", "abolishes", "废止", "repeals", []string{Abolished}, false},
	{"declared_lapsed_by", "被宣布失效", "declared lapsed by", "declares_lapsed", "宣布失效", "declares lapsed", []string{DeclaredLapse}, false},
}

// Relation is that of the change to the item that it names; false: such a change
// names none.
func (c ValidityChange) Relation() (Relation, bool) {
	for _, r := range Relations {
		if r.replaces == c.Replaces && slices.Contains(r.states, c.State) {
			return r, true
		}
	}
	return Relation{}, false
}

// What a kind does when a publicity period is over.
const (
	EndMark  = "mark"         // 标注结束: the page says so
	EndFiles = "remove_files" // 撤除附件: and its attachments are no longer public
)

// KnownValidity tells whether it is a value of the field validity.
func KnownValidity(state string) bool {
	i := slices.IndexFunc(Common, func(f Field) bool { return f.Name == "validity" })
	return slices.ContainsFunc(Common[i].Choices, func(c Choice) bool { return c.Value == state })
}
