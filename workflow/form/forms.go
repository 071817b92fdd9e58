// The forms: what each one says of an item, in one table.

package form

import (
	"fmt"
	"slices"
	"strings"
)

// Kind (表种) is one of the forms. Each part turns facts into rows.
type Kind struct {
	ID, Zh, En string
	parts      []func(Facts, bool) []Row
}

// Kinds is the table of forms.
var Kinds = []Kind{
	{"approval", "信息发布审批表", "Approval of publication", []func(Facts, bool) []Row{about, placing, disclosing, examined, reviews, attached, publishing, scanned}},
	{"register", "三审三校登记表", "Register of three reviews and three proofreadings", []func(Facts, bool) []Row{about, placing, everyStage, corrected, attached, publishing, scanned}},
	{"secrecy", "保密审查单", "Secrecy review", []func(Facts, bool) []Row{about, disclosing, examined, found, exempted, attached, secrecyReviews, publishing, scanned}},
}

// KindOf finds a form by its id.
func KindOf(id string) (Kind, bool) {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{}, false
	}
	return Kinds[i], true
}

// Fill lays a form out. A blank one (空白表) says what the item is and leaves
// opinions, names and dates to be written by hand.
func (k Kind) Fill(f Facts, blank bool) Paper {
	p := Paper{Title: k.Zh, Code: f.Verify, Made: f.Made, Foot: k.Zh + "　" + f.Item,
		Under: []string{"信息编号：" + f.Item + "　" + f.Edition, "清样摘要：" + orElse(f.Digest, "尚无清样")}}
	if blank {
		p.Under = append(p.Under, "本表为空白表，供纸面签批；签批后扫描归入该信息。")
	} else {
		p.Under = append(p.Under, "办理状态："+f.State)
	}
	for _, part := range k.parts {
		p.Rows = append(p.Rows, part(f, blank)...)
	}
	p.Notes = []string{"1. 时间均为北京时间（Asia/Shanghai）。制表时间：" + Moment(f.Made) + "。"}
	if f.Record != "" {
		p.Notes = append(p.Notes, "2. 流程记录："+f.Record+"。签署以系统记录为准，本表为其摘录。")
	}
	if f.Verify != "" {
		p.Notes = append(p.Notes, "3. 扫描二维码核验清样摘要："+f.Verify)
	}
	return p
}

func about(f Facts, _ bool) []Row {
	return []Row{
		Pair("标　　题", f.Title),
		Pair("内容摘要", f.Summary),
		pairs("拟稿单位", lines(f.Unit, f.Department), "拟稿人", names(f.Drafters)),
		pairs("交稿时间", Moment(f.Submitted), "信息来源", tick(f.Source == "", "本机关制发")+"　"+tick(f.Source != "", "转载")+from(f.Source)),
		pairs("公文种类", tick(f.DocNo != "", "公文类")+"　"+tick(f.DocNo == "", "非公文类"), "信息类型", f.Kind),
		pairs("文　　号", f.DocNo, "索引号", f.IndexNo),
	}
}

func from(source string) string {
	if source == "" {
		return ""
	}
	return "（" + source + "）"
}

func placing(f Facts, _ bool) []Row {
	return []Row{
		pairs("拟发布栏目", f.Column, "风险等级", f.Tier),
		Pair("拟公开方式", lines(f.Places...)),
		pairs("拟公开时间", f.Planned, "公开范围", f.Scope),
	}
}

func disclosing(f Facts, _ bool) []Row {
	return []Row{
		pairs("公开属性", f.Openness, "公开依据", f.Basis),
		Pair("不予公开的理由和依据", orElse(f.Withheld, "（不适用）")),
	}
}

// examined are the questions that reviews answer. Nobody has answered before
// somebody who reviews has signed.
func examined(f Facts, blank bool) []Row {
	private := slices.ContainsFunc(f.Findings, func(g Finding) bool { return g.Found > 0 })
	ask := tick(false, "是") + "　" + tick(false, "否")
	if blank {
		return []Row{pairs("是否涉密", ask, "是否涉及个人隐私、商业秘密", ask), Pair("是否已脱敏", ask)}
	}
	secret, commercial := ask+"　（待审查）", tick(private, "检出个人信息等")+"　"+tick(!private, "未检出")
	if j, by := f.judged(); j != nil {
		secret = tick(!j.Secrecy, "是") + "　" + tick(j.Secrecy, "否") + "　（" + by + "）"
		commercial += "\n可公开性：" + mark(j.Disclosability) + "（" + by + "）"
	}
	return []Row{
		pairs("是否涉密", secret, "是否涉及个人隐私、商业秘密", commercial),
		Pair("是否已脱敏", fmt.Sprintf("遮掩或删除%d处，依法保留%d处", f.Masked, f.Kept)),
	}
}

// judged are the last judgements of a review, and who gave them: a proofreader
// answers for words alone.
func (f Facts) judged() (j *Judgements, by string) {
	for _, s := range f.Stages {
		for _, signed := range s.Signed {
			if signed.Judgements != nil && (s.Review || s.Secrecy) {
				j, by = signed.Judgements, s.Name+" "+signed.By.Name
			}
		}
	}
	return j, by
}

var (
	foundWidths  = []int{7, 3, 4, 4, 3, 3}
	exemptWidths = []int{5, 2, 9, 3, 5}
)

func found(f Facts, blank bool) []Row {
	if blank {
		return nil
	}
	rows := []Row{section("检查所见及处理（只列种类和处数，不列内容）"), heads(foundWidths, "种类", "处数", "遮掩或删除", "依法保留", "认定无关", "未处理")}
	for _, g := range f.Findings {
		rows = append(rows, line(foundWidths, g.Kind, count(g.Found), count(g.Masked+g.ByEye), count(g.Kept), count(g.Not), count(g.Open)))
	}
	if len(f.Findings) == 0 {
		rows = append(rows, line(foundWidths, "（未检出）", "0", "0", "0", "0", "0"))
	}
	return rows
}

func exempted(f Facts, blank bool) []Row {
	if blank || len(f.Exemptions) == 0 {
		return nil
	}
	rows := []Row{section("依法保留（免于遮掩）"), heads(exemptWidths, "种类", "处数", "法律依据", "批准人", "时间")}
	for _, x := range f.Exemptions {
		rows = append(rows, line(exemptWidths, x.Kind, count(x.N), x.Basis, x.By.Name, Moment(x.At)))
	}
	return rows
}

func attached(f Facts, _ bool) []Row {
	var out []string
	for i, file := range f.Files {
		text := fmt.Sprintf("%d. %s（%s）", i+1, file.Name, size(file.Size))
		if file.ByEye {
			text += "，已人工核查"
		}
		out = append(out, text)
	}
	return []Row{Pair("附件和图片", orElse(lines(out...), "无"))}
}

func publishing(f Facts, blank bool) []Row {
	if blank {
		return []Row{{Cells: []Cell{label("发　　布"), {Text: byHand("发布人"), Width: grid - 4}}, Room: 3}}
	}
	return []Row{
		pairs("发布人", f.Publisher.Name, "发布时间", Moment(f.Released)),
		Pair("公开地址", lines(f.Addresses...)),
	}
}

func scanned(f Facts, blank bool) []Row {
	if blank || len(f.Scans) == 0 {
		return nil
	}
	var out []string
	for i, s := range f.Scans {
		out = append(out, fmt.Sprintf("%d. %s　%s附", i+1, Moment(s.At), s.By.Name))
	}
	return []Row{Pair("纸面签批扫描件", lines(out...))}
}

func names(ps []Person) string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Name)
	}
	return strings.Join(out, "、")
}

func count(n int) string { return fmt.Sprint(n) }

// Count writes a number.
func Count(n int64) string { return fmt.Sprint(n) }

// size is a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}

// short is as much of a digest as tells documents apart.
func short(digest string) string {
	if len(digest) > 16 {
		return digest[:16]
	}
	return digest
}

func tick(yes bool, text string) string {
	if yes {
		return "√ " + text
	}
	return "□ " + text
}

func mark(yes bool) string {
	if yes {
		return "√"
	}
	return "×"
}
