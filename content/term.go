// Term: what the deadline of an item is made of.

package content

import "cmp"

// Term (公开期限) says from when and until when an item has to become public.
type Term struct {
	From        string `json:"from,omitempty" doc:"Day that its term counts from: that of the decision, 成文日期, or the day of the first draft; absent: not for proactive disclosure"`
	By          string `json:"by,omitempty" doc:"Day until whose end it is asked for"`
	Provisional bool   `json:"provisional,omitempty" doc:"The deadline rests on an arrangement of days off that is not known yet (暂定)"`
}

// FormedOn is the day from which the term of what is for proactive disclosure
// counts: the day of a decision (处罚决定日期) where the kind has one, 成文日期, or
// the day it was created; "" for anything else.
func FormedOn(v Fields, created string) string {
	if text(v, "openness") != Proactive {
		return ""
	}
	return cmp.Or(text(v, "decided_on"), text(v, "date_written"), created)
}
