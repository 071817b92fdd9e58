// Traces: what a file tells of its making. A clean copy has none; where none can be made, they are said.

package files

import (
	"context"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// The traces (痕迹) that a report names.
const (
	TraceAuthor     = "author"     // 作者: who wrote, changed or commented it
	TraceProperties = "properties" // 文件属性: company, template, program, sessions, camera
	TraceComments   = "comments"   // 批注
	TraceChanges    = "changes"    // 修订: what was deleted, and who inserted what
	TraceHiddenText = hiddenText   // 隐藏文字
	TraceVersions   = "versions"   // 以前的版本
	TraceSignature  = "signature"  // 数字签名
)

// traceNames are the traces that a person has to know of, in the order in which
// they are said. Properties go without a word, and stay without harm.
var traceNames = []struct{ trace, zh, en string }{
	{TraceAuthor, "作者或修改者的姓名", "names of authors"},
	{TraceComments, "批注", "comments"},
	{TraceChanges, "修订记录", "tracked changes"},
	{TraceHiddenText, "隐藏文字", "hidden text"},
	{TraceVersions, "修改前的旧版本", "earlier versions"},
}

// TraceWords names traces for people; empty if none of them matters to one.
func TraceWords(traces []string) (zh, en string) {
	var zhs, ens []string
	for _, t := range traceNames {
		if slices.Contains(traces, t.trace) {
			zhs, ens = append(zhs, t.zh), append(ens, t.en)
		}
	}
	return strings.Join(zhs, "、"), strings.Join(ens, ", ")
}

// Clean writes a copy of the file without its traces and with all else as it
// was. It fails with ErrNoMask for kinds of which no copy can be made.
func Clean(ctx context.Context, f File, opt Options, w io.Writer) error {
	s := newPass(ctx, opt)
	s.decide = func(Finding) (string, bool) { return "", false }
	return s.file(f, func(row *format) error {
		if copier := row.copier(); copier != nil {
			return copier(s, f, w)
		}
		return ErrNoMask
	})
}

// copier writes a copy without traces: the masked one, or of what cannot be
// masked a clean one. nil where there is none.
func (row *format) copier() func(*pass, File, io.Writer) error {
	if row.mask != nil {
		return row.mask
	}
	return row.clean
}

// traced notes traces of the file.
func (s *pass) traced(trace string) {
	if !slices.Contains(*s.traces, trace) {
		*s.traces = append(*s.traces, trace)
	}
}

// tellTraces reports them: those that the clean copy does without, and those
// that stay where no copy is made.
func (s *pass) tellTraces() {
	if !s.opt.Clean || s.cleans {
		for _, t := range *s.traces {
			if !slices.Contains(s.report.Traces, t) {
				s.report.Traces = append(s.report.Traces, t)
			}
		}
		return
	}
	if zh, en := TraceWords(*s.traces); zh != "" {
		s.unread("", staying(zh, en))
	}
}

func staying(zh, en string) Unread {
	return Unread{Code: "traces",
		Zh: "文件里留有" + zh + "，这种文件无法在此去除，会随文件公开。请用办公软件去除（文件→信息→检查文档；PDF 由去除后的原文件重新导出）后重新上传；确认可以公开的，由人工核查并登记核查人。",
		En: "The file holds " + en + ", which cannot be taken out of this kind of file here and would be published with it. Take it out in your office program (Inspect Document; export a PDF anew) and upload the file again, or have a named person say that it may be published."}
}

func signed() Unread {
	return Unread{Code: "signature",
		Zh: "文件带有数字签名。公开的副本去除了作者等痕迹，与签名不再相符，因此不带签名。确认可以不带签名公开的，由人工核查并登记核查人；须带签名公开的，请改传签章后的 PDF。",
		En: "The file is signed. The public copy has no traces of its authors and so no longer fits the signature: it goes out without. A named person may confirm that; if it has to be signed, upload a signed PDF instead."}
}

// personal tells whether the name of an author may be somebody's: not that of an
// office, of a program or of a machine as it came from the shop.
func personal(author string) bool {
	author = strings.ToLower(strings.TrimSpace(author))
	switch {
	case author == "" || impersonal[author]:
		return false
	case utf8.RuneCountInString(author) < 4:
		return true
	}
	return !slices.ContainsFunc(offices, func(end string) bool { return strings.HasSuffix(author, end) })
}

// impersonal are authors that are nobody.
var impersonal = setOf("admin administrator users owner author unknown anonymous guest test pc home office lenovo dell hp asus acer huawei thinkpad " +
	"microsoft windows word excel wps kingsoft openpyxl xlsxwriter python-docx libreoffice apache " +
	"作者 管理员 经办人 审核人 校对 打字员 匿名 未知 佚名 未定义 " +
	"办公室 县政府 市政府 区政府 镇政府 财政局 教育局 公安局 民政局 司法局 水利局 林业局 统计局 审计局 人社局 住建局 信访局 档案局 交通局 医保局 税务局 应急局 卫健委 发改委") // too short to be told by their ends

// offices are the ends of the names of offices and companies.
var offices = strings.Fields("局 委 办 厅 部 处 科 院 所 站 队 署 社 府 政府 中心 委员会 办公室 公司 集团 学校 中学 小学 大学 银行 街道 乡 镇 村 用户 user")
