// The acts (行为) that are decided on, with their names in one table.

package policy

import "strings"

// Acts on items (信息条目). ItemCorrect and the sign acts belong to a stage.
const (
	ItemRead         = "item.read"
	ItemReadUnmasked = "item.read_unmasked"
	ItemCreate       = "item.create"
	ItemSave         = "item.save"
	ItemPlace        = "item.place"
	ItemResolve      = "item.resolve"
	ItemResolveKeep  = "item.resolve_keep" // keep a certain finding, with its legal basis
	ItemSubmit       = "item.submit"
	ItemEmergency    = "item.emergency" // submits by the short order of emergency releases
	ItemRecall       = "item.recall"
	ItemAbandon      = "item.abandon"
	ItemReopen       = "item.reopen"
	ItemNote         = "item.note"
	ItemReturn       = "item.return"
	ItemReject       = "item.reject"
	ItemCorrect      = "item.correct"
	ItemRelease      = "item.release"
	ItemSuspend      = "item.suspend"
	ItemAskWithdraw  = "item.ask_withdraw"
	ItemWithdraw     = "item.withdraw" // approves a withdrawal
	ItemDecline      = "item.decline"
	ItemResume       = "item.resume"
	ItemAskValidity  = "item.ask_validity" // asks for another mark of validity
	ItemSetValidity  = "item.set_validity" // approves or declines it
	ItemOnDate       = "item.on_date"      // does what the signed text says of a day
	ItemAssign       = "item.assign"       // gives what waits to somebody else
)

// OriginalPreserve keeps the originals of an item beyond their retention.
const OriginalPreserve = "original.preserve"

// Acts on signed paper forms (纸面签批).
const (
	FormAttach = "form.attach"
	FormRead   = "form.read" // the scans; a form itself is read by who may read the item
	FormVoid   = "form.void"
)

// Acts of signing (签署): "sign/" and the role of the stage.
const (
	SignReviewer1      = signPrefix + Reviewer1
	SignReviewer2      = signPrefix + Reviewer2
	SignReviewer3      = signPrefix + Reviewer3
	SignProofreader1   = signPrefix + Proofreader1
	SignProofreader2   = signPrefix + Proofreader2
	SignProofreader3   = signPrefix + Proofreader3
	SignSecrecyOfficer = signPrefix + SecrecyOfficer

	signPrefix = "sign/"
)

// Acts on everything else.
const (
	FileRead         = "file.read"
	FileAdd          = "file.add"
	DeliveryRead     = "delivery.read"
	DeliveryRetry    = "delivery.retry"
	DeliveryDecide   = "delivery.decide" // says what was published or taken down by hand, and what a person found out
	ColumnManage     = "column.manage"
	UnitManage       = "unit.manage"
	SiteManage       = "site.manage"
	KindManage       = "kind.manage"
	PipelineManage   = "pipeline.manage"
	SubscriberManage = "subscriber.manage"
	OutletManage     = "outlet.manage"
	ReachManage      = "reach.manage"  // says how far outlets reach
	NoticeManage     = "notice.manage" // robots of office chats, and what could not be sent
	UserRead         = "user.read"
	UserManage       = "user.manage"
	GrantManage      = "grant.manage"
	GrantConfirm     = "grant.confirm"     // makes hold what another administrator asked for
	DelegationManage = "delegation.manage" // ends those of others
	KeyManage        = "key.manage"
	ReportRead       = "report.read" // the register of exemptions, and the figures of the gate
	AllowRead        = "allow.read"  // numbers that belong to an organisation
	AllowManage      = "allow.manage"
	HitRead          = "hit.read"    // what the re-scan found in the public stock
	HitDismiss       = "hit.dismiss" // says that it may stand
	LexiconManage    = "lexicon.manage"
	CalendarManage   = "calendar.manage" // loads the working days of a year
	PolicyRead       = "policy.read"
	PolicyChange     = "policy.change"
	AuditRead        = "audit.read"
	AuditVerify      = "audit.verify"
)

// Act (行为) is an act with its names for people.
type Act struct{ ID, Zh, En string }

// Acts are all acts in the order they are shown.
var Acts = []Act{
	{ItemRead, "查看信息条目", "read the item"},
	{ItemReadUnmasked, "查看未遮掩的内容", "read the unmasked text"},
	{ItemCreate, "新建信息条目", "create an item"},
	{ItemSave, "保存修订稿", "save a revision"},
	{ItemPlace, "设置发布位置", "set the placements"},
	{ItemResolve, "处理问题", "resolve a finding"},
	{ItemResolveKeep, "依法保留个人信息或认定为非个人信息", "keep personal data on a legal basis, or declare it none"},
	{ItemSubmit, "送审", "submit for review"},
	{ItemEmergency, "申请应急发布", "submit as an emergency release"},
	{ItemRecall, "撤回送审", "recall from review"},
	{ItemAbandon, "放弃工作稿", "abandon the draft"},
	{ItemReopen, "重新开启", "reopen the item"},
	{ItemNote, "批注", "comment"},
	{SignReviewer1, "一审签署", "sign the first review"},
	{SignReviewer2, "二审签署", "sign the second review"},
	{SignReviewer3, "三审签署", "sign the final review"},
	{SignProofreader1, "一校签署", "sign the first proofreading"},
	{SignProofreader2, "二校签署", "sign the second proofreading"},
	{SignProofreader3, "三校签署", "sign the third proofreading"},
	{SignSecrecyOfficer, "保密审查签署", "sign the secrecy review"},
	{ItemReturn, "退回修改", "return for changes"},
	{ItemReject, "否决", "reject"},
	{ItemCorrect, "校改文字", "correct words"},
	{ItemRelease, "发布", "release"},
	{ItemSuspend, "临时下线", "suspend"},
	{ItemAskWithdraw, "申请撤稿", "ask for a withdrawal"},
	{ItemWithdraw, "批准撤稿", "approve a withdrawal"},
	{ItemDecline, "驳回撤稿申请", "decline a withdrawal"},
	{ItemResume, "恢复上线", "resume"},
	{FormAttach, "附签批扫描件", "attach the scan of a signed paper form"},
	{FormRead, "查看签批扫描件", "see the scans of signed paper forms"},
	{FormVoid, "作废签批扫描件", "void the scan of a paper form"},
	{ItemAskValidity, "申请变更效力", "ask for a change of validity"},
	{ItemSetValidity, "批准、驳回效力变更", "approve or decline a change of validity"},
	{ItemOnDate, "办理到期事项", "do what a signed date has brought about"},
	{ItemAssign, "改派", "reassign"},
	{OriginalPreserve, "要求保留原件、解除保留", "keep the originals of an item beyond their retention"},
	{FileRead, "查看文件", "read files"},
	{FileAdd, "添加文件", "add files"},
	{DeliveryRead, "查看投送", "read deliveries"},
	{DeliveryRetry, "重新投送", "retry a delivery"},
	{DeliveryDecide, "登记人工投送", "say what was published or taken down by hand"},
	{ColumnManage, "管理栏目", "manage columns"},
	{UnitManage, "管理单位", "manage units"},
	{SiteManage, "管理站点", "manage sites"},
	{KindManage, "管理信息类型", "manage kinds"},
	{PipelineManage, "管理审校流程", "manage pipelines"},
	{SubscriberManage, "管理订阅方", "manage subscribers"},
	{OutletManage, "管理发布渠道", "manage outlets"},
	{ReachManage, "填报传播数据", "enter reach figures"},
	{NoticeManage, "管理群机器人和发信", "manage robots of chats, and letters"},
	{UserRead, "查看用户", "read users"},
	{UserManage, "管理用户", "manage users"},
	{GrantManage, "管理授权", "manage grants"},
	{GrantConfirm, "确认授权", "confirm a grant"},
	{DelegationManage, "终止他人代理", "end delegations of others"},
	{KeyManage, "管理接口密钥", "manage API keys"},
	{ReportRead, "查看免于遮掩登记和门控统计", "read the register of exemptions and the figures of the gate"},
	{AllowRead, "查看本单位公开号码", "read the allow-list of an organisation"},
	{AllowManage, "管理本单位公开号码", "manage the allow-list of an organisation"},
	{HitRead, "查看存量复检问题", "read what the re-scan of the public stock found"},
	{HitDismiss, "认定复检问题无须处置", "dismiss what the re-scan found"},
	{LexiconManage, "管理词表", "manage the word lists"},
	{CalendarManage, "管理工作日历", "manage the working-day calendar"},
	{PolicyRead, "查看权限规则", "read the policy"},
	{PolicyChange, "更改权限规则", "change the policy"},
	{AuditRead, "查看审计记录", "read the trail"},
	{AuditVerify, "核验审计记录", "verify the trail"},
}

// Sign is the act of signing a stage (环节) that a role signs, roles of the
// user's own making included.
func Sign(role string) string { return signPrefix + role }

// actName names an act for people; a stage of somebody's own making goes by
// its role.
func actName(id string) Act {
	for _, a := range Acts {
		if a.ID == id {
			return a
		}
	}
	if role, ok := strings.CutPrefix(id, signPrefix); ok {
		r := roleName(role)
		return Act{id, r.Zh + "签署", "sign as " + r.En}
	}
	return Act{id, id, id}
}
