// Which events the trail has: one table, printed in docs/audit.md.

package audit

import (
	"fmt"
	"slices"
	"strings"
)

// Event (审计事件) is a row of the table: an act as entries name it.
type Event struct {
	Act     string `json:"act"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
	Objects string `json:"objects" doc:"What its entries are about, as search takes it"`
	Detail  string `json:"detail" doc:"What they say beside person, time and unit"`
}

// Acts that several packages write.
const (
	ActRefused      = "refused"
	ActSignInFailed = "session.refused"
)

// ItemActs begins the acts on items; the table of acts in workflow has the rest.
const ItemActs = "item."

// Events is the table. What is not in it is not written: a test compares it with
// the program.
var Events = []Event{
	{"session.open", "登录", "signed in", "user/ID", ""},
	{ActSignInFailed, "登录未成功", "a sign-in failed", "user/ID, session", "reason; login only if somebody has it; count of repeats"},
	{"session.close", "退出", "signed out", "user/ID", ""},
	{"user.password", "修改密码", "a password was set: one's own, or on the command line", "user/ID", "own"},
	{"user.first", "设立首位系统管理员", "the first administrator came in by the link", "user/ID", ""},
	{ActRefused, "拒绝", "something was refused", "act/ACT", "rule, operation; count, from, to of repeats within the hour"},
	{ActInterrupted, "中断的操作", "an act was begun, and no word of its end: a process died, or the store went away; look whether it was done", "act/OPERATION", "path, request"},
	{ItemActs + "*", "信息的动作", "an act on an item, copied from the item's own chain: create, save, submit, pass, release …", "item/ID", "from, to, step, hash, and what the act says of itself"},
	{"item.import", "批量导入", "drafts were imported", "unit/ID", "file, numbers"},
	{"item.read_unmasked", "查看未遮掩的内容", "somebody else's text was read unmasked; written before the text is returned", "item/ID", "revision"},
	{"item.comment", "批注", "somebody commented on a place of the text, replied, or took their own words back; never the words", "item/ID", "what, thread, reply, place"},
	{"item.comment_resolved", "了结批注", "a thread of comments was resolved, or opened again", "item/ID", "what, thread"},
	{"file.read_original", "下载原件", "an original was downloaded; written before its first byte", "item/ID", "file, revision"},
	{"original.purge", "清除未使用的附件", "files that were uploaded and that no text named were purged; written before they go", "originals", "class, by, days, files, bytes"},
	{"hit.dismiss", "认定复检问题无须处置", "a hit of the re-scan was dismissed", "item/ID", "digest, reason"},
	{"delivery.resend", "批量重发", "deliveries were sent again in bulk", "bulk/ID", "why; channel, kind, site, column, item, state as far as they were asked for"},
	{"delivery.resend_stop", "停止批量重发", "a bulk resend was stopped", "bulk/ID", ""},
	{"channel.pause", "暂停渠道", "a channel was paused", "channel/ID", "why, withdrawals"},
	{"channel.resume", "恢复渠道", "a channel was resumed: what was held is due again", "channel/ID", ""},
	{"delivery.retry", "重新投送", "a delivery was put on its way again", "delivery/ID", "resend"},
	{"delivery.decide", "登记人工投送", "somebody said what was published or taken down by hand, or found out, at an outlet", "delivery/ID", "what, edition, on, where, address"},
	{"reach.manage", "填报传播数据", "reach figures of an outlet were entered, or loaded from a file", "outlet/ID, reach", "month; issues, reads, shares: as far as they were given; source; rows of a file"},
	{"report.export", "导出统计", "a report was taken as a spreadsheet", "report/NAME", "unit, from, to"},
	{"grant.manage", "管理授权", "a role was granted, asked for, declined, revoked, or not confirmed in time", "user/ID", "what, role, asked_by, alone"},
	{"grant.confirm", "确认授权", "a second administrator confirmed a grant", "user/ID", "role, asked_by"},
	{"grant.add", "授权（命令行）", "a role was granted on the command line", "user/ID", "role, unit"},
	{"grant.remove", "撤销授权（命令行）", "a role was taken away on the command line", "user/ID", "role, unit"},
	{"delegation.add", "委托代理", "somebody let another stand in for them", "user/ID", "delegation, from, role, start, end, reason"},
	{"delegation.end", "终止代理", "a delegation was ended", "user/ID", "delegation, from, role"},
	{"user.manage", "管理用户", "a user was added, disabled, enabled, or given another password", "user/ID", "what, login, disabled"},
	{"user.add", "新增用户（命令行）", "a user was added on the command line", "user/ID", ""},
	{"user.disable", "停用用户（命令行）", "a user was disabled on the command line", "user/ID", ""},
	{"user.enable", "恢复用户（命令行）", "a user was enabled on the command line", "user/ID", ""},
	{"key.manage", "管理接口密钥", "an API key was made or ended", "key/ID", "what, scopes, expires"},
	{"user.email", "设定本人邮箱", "somebody set or removed the mailbox for their own notices", "user/ID", "own, set"},
	{"notice.manage", "管理通知渠道", "a chat robot was added, changed or tried, or a letter sent again", "robot/ID, letter/ID", "what, template, disabled"},
	{"form.read", "查看签批扫描件", "the scan of a signed paper form was read; written before its first byte", "item/ID", "scan, file"},
	{"policy.change", "更改权限规则", "an ordinary rule was added, replaced or removed", "rule/ID", "what, role, acts, fact, effect"},
	{"pipeline.manage", "管理审校流程", "a pipeline or a version of one was added", "pipeline/ID", "what it says"},
	{"lexicon.manage", "管理词表", "a word list was loaded", "lexicon/ID", "version, terms"},
	{"calendar.manage", "管理工作日历", "the working days of a year were loaded", "calendar/YEAR", "what it says"},
	{"allow.manage", "管理本单位公开号码", "a number was put on a unit's list or taken off", "allowed/ID", "what, kind, preview, reason"},
	{"unit.manage", "管理单位", "a unit was added, changed, or merged into another", "unit/ID", "digest; what, into, asked_by"},
	{"site.manage", "管理站点", "a site was added or changed", "site/ID", "digest"},
	{"column.manage", "管理栏目", "a column was added or changed", "column/ID", "digest"},
	{"kind.manage", "管理信息类型", "a kind was added or changed", "kind/ID", "digest"},
	{"outlet.manage", "管理发布渠道", "an outlet was added, changed, retired, or its past asked for; never its secrets", "outlet/ID", "digest; retired, secrets: names of those set, from"},
	{"subscriber.secret", "更换订阅方签名密钥", "a subscriber got a new signing secret; never the secret", "subscriber/ID", "hours for which the one before signs too"},
	{"subscriber.test", "测试订阅方地址", "a subscriber was sent a message that only tests the way", "subscriber/ID", "ok, code"},
	{"subscriber.manage", "管理订阅方", "a subscriber was added or changed", "subscriber/ID", "disabled"},
	{"restore", "从备份恢复", "the store was restored from a backup", "content", "head and numbers"},
	{"restore.confirm", "确认恢复", "a person decided what is lost after a restore", "content", "numbers"},
	{ActExport, "导出审计日志", "the trail or a part of it was taken away; written before its first byte", "audit", "format, and what was asked for"},
	{ActCheckpoint, "签署检查点", "the head was signed", "audit", "seq, n, digest, key, broken"},
	{ActPrune, "剪除审计日志", "old entries were taken out, behind a signed checkpoint", "audit", "seq, n, digest, key, begin, until"},
}

// Known tells whether the table has an act.
func Known(act string) bool {
	return slices.ContainsFunc(Events, func(e Event) bool {
		return e.Act == act || strings.HasSuffix(e.Act, "*") && strings.HasPrefix(act, strings.TrimSuffix(e.Act, "*"))
	})
}

// EventsTable is the table of the documentation.
func EventsTable() string {
	var b strings.Builder
	b.WriteString("| Act | | Means | About | Says |\n|---|---|---|---|---|\n")
	for _, e := range Events {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", e.Act, e.Zh, e.En, e.Objects, e.Detail)
	}
	return b.String()
}
