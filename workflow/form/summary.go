// The monthly summary (汇总表).

package form

import (
	"fmt"
	"strings"
)

// Line is an edition in a summary.
type Line struct {
	Item                             string
	Edition                          int
	Title, DocNo, IndexNo            string
	Unit, Column, Tier               string
	Drafters                         []Person
	Reviewers, Proofreaders, Secrecy []Person
	Publisher                        Person
	Submitted, Released              int64
	State                            string
	Corrections, Papers              int
	Digest                           string
}

// Heads are the columns of a summary as a spreadsheet; Cells those of a line.
var Heads = []string{"序号", "标题", "文号", "索引号", "拟稿单位", "拟稿人", "栏目", "风险等级", "审核", "校对", "保密审查", "改字次数", "交稿时间", "发布人", "发布时间", "版本", "现状", "纸面签批件数", "信息编号", "清样摘要"}

// Cells are the cells of a line, whose number in the summary is n.
func (l Line) Cells(n int) []any {
	return []any{n, l.Title, l.DocNo, l.IndexNo, l.Unit, names(l.Drafters), l.Column, l.Tier, names(l.Reviewers), names(l.Proofreaders), names(l.Secrecy), l.Corrections,
		Moment(l.Submitted), l.Publisher.Name, Moment(l.Released), l.Edition, l.State, l.Papers, l.Item, l.Digest}
}

var summaryWidths = []int{1, 6, 3, 2, 3, 3, 2, 2, 2}

// Summary lays out a month of a unit: what was released, and who answers for it.
func Summary(unit, month string, below bool, ls []Line, made int64) Paper {
	p := Paper{Title: "信息公开审校发布汇总表", Wide: true, Made: made, Foot: unit + "　" + month,
		Under: []string{"单位：" + unit + within(below) + "　　月份：" + month + "　　共发布" + count(len(ls)) + "条" + tally(ls)}}
	p.Rows = []Row{heads(summaryWidths, "序号", "标题、文号、索引号", "单位、栏目", "拟稿人", "审核", "校对", "保密审查", "发布人、时间", "现状")}
	for i, l := range ls {
		p.Rows = append(p.Rows, line(summaryWidths, count(i+1), lines(l.Title, l.DocNo, l.IndexNo), lines(l.Unit, l.Column), names(l.Drafters), names(l.Reviewers), names(l.Proofreaders),
			orElse(names(l.Secrecy), "—"), lines(l.Publisher.Name, Moment(l.Released)), lines(fmt.Sprintf("第%d版", l.Edition), l.State)))
	}
	p.Notes = []string{"时间均为北京时间（Asia/Shanghai）。制表时间：" + Moment(made) + "。现状以制表时为准。", "填报人：　　　　　　　　　　审核人：　　　　　　　　　　（盖章）"}
	return p
}

func within(below bool) string {
	if below {
		return "及所属单位"
	}
	return ""
}

// tally counts what the secrecy office asks first.
func tally(ls []Line) string {
	secrecy, again, down := 0, 0, 0
	for _, l := range ls {
		if len(l.Secrecy) > 0 {
			secrecy++
		}
		if l.Edition > 1 {
			again++
		}
		if strings.Contains(l.State, "下") || strings.Contains(l.State, "停止") {
			down++
		}
	}
	return fmt.Sprintf("，其中专设保密审查%d条，更正再发%d条，现已下线或者撤下%d条", secrecy, again, down)
}
