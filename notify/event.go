// The table of events: what people are told of, who, and how urgently.

package notify

import "slices"

// Weights (轻重) of events. What is urgent waits for no quiet hours and no digest.
const (
	Urgent   = "urgent"
	Ordinary = "ordinary"
	Low      = "low"
)

// Who is told (告知对象). Those that begin with "may:" are they who may do the
// act of the workflow on the item, things being as they are.
const (
	Writers   = "writers"  // whoever wrote a word of the text in work, and who began the item
	Authors   = "authors"  // the same of the text that is live
	Signers   = "signers"  // who signed what is live
	Asker     = "asker"    // who asked for the withdrawal
	MaySign   = "may:pass" // who may sign the stage that waits
	MayIssue  = "may:release"
	MayCallIn = "may:withdraw"
	Awaited   = "awaited"  // whom the item waits for in its present state
	Assignee  = "assignee" // who was given what waits
	Talkers   = "talkers"  // who said something in the thread of comments
)

// Event (事件) is a row of the table.
type Event struct {
	Name, Zh, En string
	Act          string // the act that it comes from
	Into         string // or the state of work that a step leads into
	To           []string
	Asks         bool // it asks for something, and is over when that is done
	Weight       string
	Mail         bool // by mail too, unless the person wants it otherwise
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
	{Name: "corrected", Zh: "审校中改了字", En: "Words corrected in review", Act: "correct", To: []string{Writers}, Weight: Low},
	{Name: "assigned", Zh: "改派给您", En: "Assigned to you", Act: "reassign", To: []string{Assignee}, Weight: Ordinary, Mail: true},
	{Name: "released", Zh: "已发布", En: "Released", Act: "release", To: []string{Authors, Signers}, Weight: Low},
	{Name: "suspended", Zh: "已临时下线", En: "Suspended", Act: "suspend", To: []string{Authors, Signers, MayCallIn}, Weight: Urgent, Mail: true},
	{Name: "resumed", Zh: "已恢复上线", En: "Resumed", Act: "resume", To: []string{Authors, Signers, Asker}, Weight: Ordinary},
	{Name: "withdrawal_asked", Zh: "申请撤稿，待批准", En: "Withdrawal asked for", Act: "ask_withdraw", To: []string{MayCallIn}, Asks: true, Weight: Urgent, Mail: true},
	{Name: "withdrawn", Zh: "已撤稿", En: "Withdrawn", Act: "withdraw", To: []string{Authors, Signers, Asker}, Weight: Ordinary, Mail: true},
	{Name: "withdrawal_declined", Zh: "撤稿申请被驳回", En: "Withdrawal declined", Act: "decline", To: []string{Asker}, Weight: Ordinary, Mail: true},
	{Name: CommentMade, Zh: "有新批注", En: "A new comment", To: []string{Writers, Talkers}, Weight: Low},
	{Name: DueSoon, Zh: "公开期限临近", En: "Due soon", To: []string{Awaited}, Asks: true, Weight: Ordinary, Mail: true},
	{Name: Overdue, Zh: "已超过公开期限", En: "Overdue", To: []string{Awaited}, Asks: true, Weight: Ordinary, Mail: true},
}

// The events of reminders (催办), which come from the date and not from a step.
const (
	DueSoon = "due_soon"
	Overdue = "overdue"
)

// CommentMade is the event of a comment (批注), which is no step.
const CommentMade = "commented"

// EventOf finds a row.
func EventOf(name string) (Event, bool) {
	i := slices.IndexFunc(Events, func(e Event) bool { return e.Name == name })
	if i < 0 {
		return Event{}, false
	}
	return Events[i], true
}
