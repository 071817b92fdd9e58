// The table of acts and states: for every act, where it may start, what it
// takes, and what it does.

package workflow

import (
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// Act (动作) is a row of the table.
type Act struct {
	Name   string
	Zh, En string
	Work   []string // work states in which it may happen; empty: any
	Live   []string // live states in which it may happen; empty: any
	Next   string   // what it leads to, for the documentation
	Params string
	Right  string // what the policy is asked; "" for a stage's signature, which depends on the stage
	System bool   // done by jobs, never asked for by a person
	Public bool   // what the public is shown changes: seq rises
	Quiet  bool   // nothing that anybody looks for: it stays where it stood among what changed
	do     func(*turn) error
}

var (
	unlocked = []string{content.NoWork, content.Draft, content.Returned}
	underWay = []string{content.Checking, content.AtStage, content.Ready}

	shownOrNot = []string{content.Published, content.Suspended}
)

var wasLive = []string{content.Published, content.Suspended, content.Tombstoned}

// Acts is the table of acts.
var Acts = []Act{
	{Name: "create", Zh: "新建", En: "Create", Work: []string{""}, Next: "draft", Params: "fields, placements", Right: policy.ItemCreate, do: (*turn).create},
	{Name: "save", Zh: "保存修订", En: "Save a revision", Work: unlocked, Next: "draft", Params: "fields or patch", Right: policy.ItemSave, do: (*turn).save},
	{Name: "place", Zh: "调整发布位置", En: "Change placements", Work: unlocked, Next: "draft", Params: "placements", Right: policy.ItemPlace, do: (*turn).place},
	{Name: "ask_by", Zh: "设定公开日期要求", En: "Ask for a date", Work: []string{content.Draft, content.Returned}, Live: []string{content.NotLive}, Next: "unchanged", Params: "by", Right: policy.ItemSave, do: (*turn).askBy},
	{Name: "bundle", Zh: "成套", En: "Bundle", Work: []string{content.Draft, content.Returned}, Next: "unchanged", Params: "members (none: it goes alone)", Right: policy.ItemSubmit, do: (*turn).bundle},
	{Name: "resolve", Zh: "处理问题", En: "Settle findings", Work: []string{content.Draft, content.Returned}, Next: "unchanged", Params: "resolutions", Right: policy.ItemResolve, do: (*turn).resolve},
	{Name: "submit", Zh: "送审", En: "Submit", Work: []string{content.Draft, content.Returned}, Next: "checking", Params: "tier; emergency, reason; of what is live: note, short", Right: policy.ItemSubmit, do: (*turn).submit},
	{Name: "hold", Zh: "随主件", En: "Go with the lead", Work: []string{content.Draft, content.Returned, content.Bundled}, Next: "bundled", System: true, do: (*turn).hold},
	{Name: "hand_back", Zh: "交还", En: "Hand back", Work: []string{content.Bundled}, Next: "returned, or draft as the lead", System: true, do: (*turn).handBack},
	{Name: "interpreted", Zh: "解读已发布", En: "Interpreted", Next: "the interpretation is owed no more, or will not be", System: true, do: (*turn).interpreted},
	{Name: "follow", Zh: "随主件发布", En: "Follow the lead", Work: []string{content.Bundled}, Next: "none; live: edition", System: true, Public: true, do: (*turn).follow},
	{Name: "recall", Zh: "撤回送审", En: "Recall", Work: underWay, Next: "draft; signatures void", Right: policy.ItemRecall, do: (*turn).recall},
	{Name: "built", Zh: "清样已成", En: "Sheet built", Work: []string{content.Checking}, Next: "the stage that waits", System: true, do: (*turn).built},
	{Name: "unbuilt", Zh: "清样未成", En: "Sheet refused", Work: []string{content.Checking}, Next: "returned; signatures void", System: true, do: (*turn).unbuilt},
	{Name: "pass", Zh: "通过", En: "Pass", Work: []string{content.AtStage}, Next: "next stage, final_confirm, or ready; the same stage while seats are left", Params: "sheet, opinion, judgements, seat", do: (*turn).pass},
	{Name: "return", Zh: "退回修改", En: "Return", Work: []string{content.AtStage, content.Ready}, Next: "returned; signatures void. Or the stage named, signed again with all later ones; earlier signatures stay", Params: "sheet, opinion, to, places", Right: policy.ItemReturn, do: (*turn).sendBack},
	{Name: "reject", Zh: "不予通过", En: "Reject", Work: []string{content.AtStage}, Next: "rejected; signatures void", Params: "sheet, opinion", Right: policy.ItemReject, do: (*turn).reject},
	{Name: "correct", Zh: "改字", En: "Correct words", Work: []string{content.AtStage}, Next: "checking, then the same stage; earlier signatures carried forward, those of the stage itself void", Params: "sheet, patch, member", Right: policy.ItemCorrect, do: (*turn).correct},
	{Name: "fill", Zh: "填写字段", En: "Fill in fields", Work: []string{content.AtStage}, Next: "checking, then the same stage; earlier signatures carried forward, those of the stage itself void", Params: "sheet, fields", do: (*turn).fill},
	{Name: "claim", Zh: "认领", En: "Claim", Work: []string{content.AtStage, content.Ready}, Next: "unchanged; others wait until it is over", Params: "hours, seat", do: (*turn).claim},
	{Name: "unclaim", Zh: "放回", En: "Give up a claim", Work: []string{content.Draft, content.Returned, content.Rejected, content.Checking, content.AtStage, content.Ready}, Next: "unchanged", do: (*turn).unclaim},
	{Name: "reassign", Zh: "改派", En: "Reassign", Work: []string{content.Draft, content.Returned, content.Rejected, content.AtStage, content.Ready}, Next: "unchanged; claimed by another, or by nobody", Params: "to, seat, hours, reason", Right: policy.ItemAssign, do: (*turn).reassign},
	{Name: "reopen", Zh: "重新起草", En: "Reopen", Work: []string{content.Rejected}, Next: "draft", Right: policy.ItemReopen, do: (*turn).reopen},
	{Name: "abandon", Zh: "放弃", En: "Abandon", Work: []string{content.Draft, content.Returned, content.Rejected}, Next: "none", Right: policy.ItemAbandon, do: (*turn).abandon},
	{Name: "release", Zh: "发布", En: "Release", Work: []string{content.Ready}, Next: "none; live: edition", Params: "sheet, settles", Right: policy.ItemRelease, Public: true, do: (*turn).release},
	{Name: "schedule", Zh: "定时", En: "Schedule", Next: "unchanged; the act is done when due, if nothing has changed", Params: "do, and what the act takes; at (absent: from the signed day on, where the text says one)", Right: "", do: (*turn).schedule},
	{Name: "unschedule", Zh: "取消定时", En: "Unschedule", Next: "unchanged", Params: "do", Right: "", do: (*turn).unschedule},
	{Name: "lapse", Zh: "定时失效", En: "Schedule lapsed", Next: "unchanged; the item says why", System: true, do: (*turn).lapse},
	{Name: "suspend", Zh: "临时下线", En: "Suspend", Live: []string{content.Published}, Next: "live: suspended; work returned if privacy", Params: "edition, reason, privacy", Right: policy.ItemSuspend, Public: true, do: (*turn).suspend},
	{Name: "ask_withdraw", Zh: "申请撤稿", En: "Ask for withdrawal", Live: []string{content.Published, content.Suspended}, Next: "live.asked", Params: "edition, reason, tombstone, privacy", Right: policy.ItemAskWithdraw, do: (*turn).askWithdraw},
	{Name: "withdraw", Zh: "批准撤稿", En: "Withdraw", Live: []string{content.Published, content.Suspended}, Next: "live: tombstone", Params: "edition, opinion", Right: policy.ItemWithdraw, Public: true, do: (*turn).withdraw},
	{Name: "decline", Zh: "驳回撤稿申请", En: "Decline the withdrawal", Live: []string{content.Published, content.Suspended}, Next: "live.asked cleared", Params: "edition, reason", Right: policy.ItemDecline, do: (*turn).decline},
	{Name: "attach_form", Zh: "附签批扫描件", En: "Attach a signed paper form", Next: "unchanged", Params: "sheet, file", Right: policy.FormAttach, do: (*turn).attachForm},
	{Name: "void_form", Zh: "作废签批扫描件", En: "Void a scan", Next: "unchanged", Params: "file, reason", Right: policy.FormVoid, do: (*turn).voidForm},
	{Name: "preserve", Zh: "保留原件", En: "Keep the originals", Next: "unchanged; the originals stay beyond their retention", Params: "reason", Right: policy.OriginalPreserve, do: (*turn).preserve},
	{Name: "unpreserve", Zh: "解除保留", En: "Keep the originals no longer", Next: "unchanged; the retention counts from now", Params: "reason", Right: policy.OriginalPreserve, do: (*turn).unpreserve},
	{Name: "purge", Zh: "清除原件", En: "Purge the originals", Work: []string{content.NoWork, content.Rejected}, Next: "unchanged; unmasked texts and files leave stubs", System: true, Quiet: true, do: (*turn).purge},
	{Name: "resume", Zh: "恢复上线", En: "Resume", Live: []string{content.Suspended}, Next: "live: edition", Params: "edition, reason", Right: policy.ItemResume, Public: true, do: (*turn).resume},
	{Name: "ask_validity", Zh: "申请变更效力", En: "Ask for a change of validity", Live: shownOrNot, Next: "live.asked_validity", Params: "edition, validity, reason", Right: policy.ItemAskValidity, do: (*turn).askValidity},
	{Name: "set_validity", Zh: "批准变更效力", En: "Change the validity", Live: shownOrNot, Next: "live.validity; the page stays", Params: "edition, validity, opinion", Right: policy.ItemSetValidity, Public: true, do: (*turn).setValidity},
	{Name: "decline_validity", Zh: "驳回变更效力", En: "Decline the change of validity", Live: shownOrNot, Next: "live.asked_validity cleared", Params: "edition, reason", Right: policy.ItemSetValidity, do: (*turn).declineValidity},
	{Name: "commence", Zh: "标注生效", En: "Mark as in force", Live: shownOrNot, Next: "live.validity: in_force, from the signed day on", Params: "edition", Right: policy.ItemOnDate, Public: true, do: (*turn).onDate},
	{Name: "expire", Zh: "标注失效", En: "Mark as lapsed", Live: shownOrNot, Next: "live.validity: lapsed, from the signed day on", Params: "edition", Right: policy.ItemOnDate, Public: true, do: (*turn).onDate},
	{Name: "end_publicity", Zh: "标注公示结束", En: "Mark the publicity period as over", Live: shownOrNot, Next: "live.ended; attachments removed where the kind demands it", Params: "edition", Right: policy.ItemOnDate, Public: true, do: (*turn).endPublicity},
	{Name: "relate", Zh: "登记关联", En: "Note a relation", Live: []string{content.Published}, Next: "live.related counts", System: true, Public: true, do: (*turn).relate},
	{Name: "later_pass", Zh: "补审通过", En: "Pass the later review", Live: wasLive, Next: "its next stage, or closed", Params: "edition, sheet, opinion, judgements, seat", do: (*turn).laterPass},
	{Name: "later_object", Zh: "补审异议", En: "Object in the later review", Live: wasLive, Next: "live: suspended, if the edition is public", Params: "edition, sheet, reason, privacy", Public: true, do: (*turn).laterObject},
	{Name: "transfer", Zh: "随单位并入", En: "Go with the unit that is merged", Next: "unchanged; of the unit that takes over", System: true, do: (*turn).transfer},
	{Name: "reconcile", Zh: "恢复后对账", En: "Reconcile after a restore", Next: "live: what the public shows; an edition the backup does not know: suspended", System: true, do: (*turn).reconcile},
}

// ActOf finds the row of an act.
func ActOf(name string) (Act, bool) {
	i := slices.IndexFunc(Acts, func(a Act) bool { return a.Name == name })
	if i < 0 {
		return Act{}, false
	}
	return Acts[i], true
}

// later tells whether the act is one of the later review (补审).
func (a Act) later() bool { return a.Name == "later_pass" || a.Name == "later_object" }

// starts says why the act may not start from the item's states.
func (a Act) starts(it content.Item) error {
	if len(a.Work) > 0 && !slices.Contains(a.Work, it.Work.State) {
		if it.Work.State == content.Bundled && it.Lead != nil {
			return alreadyHeld(it)
		}
		return gongkai.E(gongkai.Blocked, "wrong_state", "“"+a.Zh+"”在当前状态下不可进行", "\""+a.En+"\" is not possible in the present state",
			gongkai.Detail{Where: "work.state", Code: it.Work.State, Zh: "在办状态：" + stateZh[it.Work.State], En: "work is: " + it.Work.State})
	}
	if len(a.Live) > 0 && !slices.Contains(a.Live, it.Live.State) {
		return gongkai.E(gongkai.Blocked, "wrong_state", "“"+a.Zh+"”在当前状态下不可进行", "\""+a.En+"\" is not possible in the present state",
			gongkai.Detail{Where: "live.state", Code: it.Live.State, Zh: "公开状态：" + stateZh[it.Live.State], En: "live is: " + it.Live.State})
	}
	return nil
}

var stateZh = map[string]string{
	content.NoWork: "无", content.Draft: "草稿", content.Checking: "清样制作中", content.AtStage: "审校中", content.Returned: "已退回",
	content.Rejected: "未通过", content.Ready: "待发布", content.Bundled: "随主件审签", content.Published: "已公开", content.Suspended: "临时下线", content.Tombstoned: "已撤下",
}
