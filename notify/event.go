// The table of events: what people are told of, who, and how urgently.

package notify

import (
	"slices"

	"gongkai/content"
)

// Weights (轻重) of events. What is urgent waits for no quiet hours and no digest.
const (
	Urgent   = "urgent"
	Ordinary = "ordinary"
	Low      = "low"
)

// Who is told (告知对象). Those that begin with "may:" are they who may do the
// act of the workflow on the item, things being as they are.
const (
	Writers     = "writers"  // whoever wrote a word of the text in work, and who began the item
	Authors     = "authors"  // the same of the text that is live
	Signers     = "signers"  // who signed what is live
	Asker       = "asker"    // who asked for what the step decides
	Setter      = "setter"   // who set the schedule that lapsed with the step
	Planner     = "planner"  // who set what is scheduled
	MaySign     = "may:pass" // who may sign the stage that waits
	MayIssue    = "may:release"
	MayCallIn   = "may:withdraw"
	MaySetValid = "may:set_validity"
	MayReview   = "may:later_pass"
	MayMark     = "may:expire" // the same right for commence and end_publicity
	Awaited     = "awaited"    // whom the item waits for in its present state
	Assignee    = "assignee"   // who was given what waits
	Concerned   = "concerned"
	Talkers     = "talkers" // who said something in the thread of comments
)

// Event (事件) is a row of the table.
type Event struct {
	Name, Zh, En string
	Act          string // the act that it comes from
	Into         string // or the state of work that a step leads into
	Notes        string // or what the record of a step notes: a key of its detail
	About        string // or what it is about instead of an item: a row of outside
	To           []string
	Asks         bool // it asks for something, and is over when that is done
	Weight       string
	Mail         bool // by mail too, unless the person wants it otherwise

	lasts func(content.Item) string // see until; absent: as long as the work is where it is
}

// Events is the table. An act that people should hear of gets a row here.
var Events = []Event{
	{Name: "to_sign", Zh: "待您签署", En: "Waits for your signature", Into: "stage", To: []string{MaySign}, Asks: true, Weight: Ordinary, Mail: true},
	{Name: "ready", Zh: "审校完成，待发布", En: "Signed, ready for release", Into: "ready", To: []string{MayIssue}, Asks: true, Weight: Ordinary, Mail: true},
	{Name: "submitted", Zh: "已送审", En: "Submitted for review", Act: "submit", To: []string{Writers}, Weight: Low},
	{Name: "recalled", Zh: "已撤回送审", En: "Recalled from review", Act: "recall", To: []string{Writers}, Weight: Low},
	{Name: "returned", Zh: "被退回修改", En: "Returned for changes", Act: "return", To: []string{Writers}, Weight: Ordinary, Mail: true},
	{Name: "unbuilt", Zh: "清样未成，已退回", En: "The sheet could not be made: returned", Act: "unbuilt", To: []string{Writers}, Weight: Ordinary, Mail: true},
	{Name: "rejected", Zh: "审核未通过", En: "Rejected", Act: "reject", To: []string{Writers}, Weight: Ordinary, Mail: true},
	{Name: "handed_back", Zh: "成套的成员已交还", En: "A member of a bundle was handed back", Act: "hand_back", To: []string{Writers}, Weight: Ordinary, Mail: true},
	{Name: "corrected", Zh: "审校中改了字", En: "Words corrected in review", Act: "correct", To: []string{Writers}, Weight: Low},
	{Name: "assigned", Zh: "改派给您", En: "Assigned to you", Act: "reassign", To: []string{Assignee}, Weight: Ordinary, Mail: true},
	{Name: "released", Zh: "已发布", En: "Released", Act: "release", To: []string{Authors, Signers, Asker}, Weight: Low},
	{Name: "schedule_lapsed", Zh: "定时到期未能办理", En: "A schedule was due and could not be done", Act: "lapse", To: []string{Setter, MayIssue}, Weight: Urgent, Mail: true},
	{Name: "schedule_void", Zh: "定时已失效", En: "A schedule is void", Notes: "unscheduled", To: []string{Setter}, Weight: Ordinary, Mail: true},
	{Name: "suspended", Zh: "已临时下线", En: "Suspended", Act: "suspend", To: []string{Authors, Signers, MayCallIn}, Weight: Urgent, Mail: true},
	{Name: "resumed", Zh: "已恢复上线", En: "Resumed", Act: "resume", To: []string{Authors, Signers}, Weight: Ordinary},
	{Name: "withdrawal_asked", Zh: "申请撤稿，待批准", En: "Withdrawal asked for", Act: "ask_withdraw", To: []string{MayCallIn}, Asks: true, Weight: Urgent, Mail: true, lasts: withdrawalAsked},
	{Name: "withdrawn", Zh: "已撤稿", En: "Withdrawn", Act: "withdraw", To: []string{Authors, Signers, Asker}, Weight: Ordinary, Mail: true},
	{Name: "withdrawal_declined", Zh: "撤稿申请被驳回", En: "Withdrawal declined", Act: "decline", To: []string{Asker}, Weight: Ordinary, Mail: true},
	{Name: "validity_asked", Zh: "申请变更效力，待批准", En: "Change of validity asked for", Act: "ask_validity", To: []string{MaySetValid}, Asks: true, Weight: Ordinary, Mail: true, lasts: changeAsked},
	{Name: "validity_set", Zh: "效力已变更", En: "Validity changed", Act: "set_validity", To: []string{Asker, Authors}, Weight: Ordinary},
	{Name: "validity_declined", Zh: "变更效力的申请被驳回", En: "Change of validity declined", Act: "decline_validity", To: []string{Asker}, Weight: Ordinary, Mail: true},
	{Name: "later_review", Zh: "应急发布的信息待您补审", En: "An emergency release waits for your later review", Notes: "later_review", To: []string{MayReview}, Asks: true, Weight: Ordinary, Mail: true, lasts: reviewOwed},
	{Name: "later_objected", Zh: "补审提出异议", En: "Objected to in the later review", Act: "later_object", To: []string{Authors, Signers, MayCallIn}, Weight: Urgent, Mail: true},
	{Name: CommentMade, Zh: "有新批注", En: "A new comment", To: []string{Writers, Talkers}, Weight: Low},
	{Name: DueSoon, Zh: "公开期限临近", En: "Due soon", To: []string{Awaited}, Asks: true, Weight: Ordinary, Mail: true, lasts: releaseDue},
	{Name: Overdue, Zh: "已超过公开期限", En: "Overdue", To: []string{Awaited}, Asks: true, Weight: Ordinary, Mail: true, lasts: releaseDue},
	{Name: "later_due_soon", Zh: "补审期限临近", En: "Later review due soon", To: []string{MayReview}, Asks: true, Weight: Ordinary, Mail: true, lasts: reviewDue},
	{Name: "later_overdue", Zh: "已超过补审期限", En: "Later review overdue", To: []string{MayReview}, Asks: true, Weight: Ordinary, Mail: true, lasts: reviewDue},
	{Name: "interpretation_due_soon", Zh: "解读期限临近", En: "Interpretation due soon", To: []string{Authors}, Asks: true, Weight: Ordinary, Mail: true, lasts: interpretationDue},
	{Name: "interpretation_overdue", Zh: "已超过解读期限", En: "Interpretation overdue", To: []string{Authors}, Asks: true, Weight: Ordinary, Mail: true, lasts: interpretationDue},
	{Name: "schedule_in_doubt", Zh: "定时将无法办理：设定人已无权办理", En: "A schedule will lapse: who set it may do it no more", To: []string{Planner, MayIssue}, Asks: true, Weight: Ordinary, Mail: true, lasts: planned},
	{Name: "date_soon", Zh: "签批文本所载日期临近，尚未定时", En: "A day of the signed text is near, and nothing is scheduled", To: []string{MayMark}, Asks: true, Weight: Low, lasts: dateOpen},
	{Name: "date_come", Zh: "签批文本所载日期已到，尚未办理", En: "A day of the signed text has come, and nothing is done", To: []string{MayMark}, Asks: true, Weight: Ordinary, Mail: true, lasts: dateOpen},
	{Name: Delegated, Zh: "有人委托您代理", En: "You stand in for somebody", About: "delegation", To: []string{Concerned}, Weight: Ordinary, Mail: true},
	{Name: DelegationEnded, Zh: "代理已终止", En: "A delegation was ended", About: "delegation", To: []string{Concerned}, Weight: Ordinary, Mail: true},
	{Name: GrantAsked, Zh: "授权待您确认", En: "A grant waits for your confirmation", About: "grant", To: []string{Concerned}, Asks: true, Weight: Ordinary, Mail: true},
	{Name: GrantConfirmed, Zh: "授权已经确认", En: "A grant was confirmed", About: "grant", To: []string{Concerned}, Weight: Ordinary},
	{Name: MergeAsked, Zh: "单位并入待您确认", En: "A merger of units waits for your confirmation", About: "unit", To: []string{Concerned}, Asks: true, Weight: Ordinary, Mail: true},
	{Name: GrantDeclined, Zh: "授权未获确认", En: "A grant was declined", About: "grant", To: []string{Concerned}, Weight: Ordinary, Mail: true},
	{Name: DeliveriesStalled, Zh: "有投送须人工处理", En: "Deliveries wait for a person", About: "channel", To: []string{Concerned}, Weight: Ordinary, Mail: true},
	{Name: SubscriberGone, Zh: "订阅方已自行停止接收（410）", En: "A subscriber has stopped taking messages (410)", About: "channel", To: []string{Concerned}, Weight: Ordinary, Mail: true},
}

// The events of reminders (催办) of the deadline.
const (
	DueSoon = "due_soon"
	Overdue = "overdue"
)

// CommentMade is the event of a comment (批注), which is no step.
const CommentMade = "commented"

// reminders are the events that come from a date and not from a step, by the
// field of the item that has the date: before it and after it.
var reminders = map[string][2]string{
	"deadline":     {DueSoon, Overdue},
	"later_by":     {"later_due_soon", "later_overdue"},
	"interpret_by": {"interpretation_due_soon", "interpretation_overdue"},
	"scheduled_at": {"schedule_in_doubt", "schedule_in_doubt"},
	"dated_at":     {"date_soon", "date_come"},
}

// The events of what is outside all items; see TellOf.
const (
	Delegated       = "delegated"
	DelegationEnded = "delegation_ended"
	GrantAsked      = "grant_asked"
	GrantConfirmed  = "grant_confirmed"
	GrantDeclined   = "grant_declined"
	MergeAsked      = "merge_asked"

	DeliveriesStalled = "deliveries_stalled"
	SubscriberGone    = "subscriber_gone"
)

// outside is what events may be about instead of an item: its name, and where
// the console shows it.
var outside = map[string]struct{ zh, path string }{
	"delegation": {"代理", "/delegations"},
	"grant":      {"授权", "/grants/pending"},
	"unit":       {"单位", "/units"},
	"channel":    {"渠道", "/channels"},
}

// EventOf finds a row.
func EventOf(name string) (Event, bool) {
	i := slices.IndexFunc(Events, func(e Event) bool { return e.Name == name })
	if i < 0 {
		return Event{}, false
	}
	return Events[i], true
}
