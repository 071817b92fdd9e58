// What items are judged by, in serve as in every command beside it.

package main

import "gongkai/workflow"

// judging has to be the same in all that work on one store: what one process
// finds or dates, another would take back.
type judging struct {
	Aggregation     int `help:"Least weight of what can be read of one person in all live items of a unit together that somebody has to decide about; 0: nobody has to." zh:"同一人在本单位全部公开信息中可读到的内容，合计权重达到多少须作处理决定（数据汇聚）；0 表示不核对。" env:"GONGKAI_AGGREGATION" default:"6"`
	DeadlineDays    int `help:"Working days within which an item has to be public, counted from the day it was written, where its column says nothing; 0: no term." zh:"栏目未设公开时限时，自成文之日起多少个工作日内应当公开；0 表示不设时限。" env:"GONGKAI_DEADLINE_DAYS" default:"20"`
	LaterReviewDays int `help:"Working days within which an emergency release is reviewed in full afterwards." zh:"应急发布之后，多少个工作日内应当完成补审。" env:"GONGKAI_LATER_REVIEW_DAYS" default:"5"`
}

// usual is what holds where nothing is set.
var usual = judging{workflow.DefaultAggregation, workflow.DefaultWorkingDays, workflow.DefaultLaterReviewDays}

// Validate names the variable whose value is wrong.
func (j judging) Validate() error {
	switch {
	case j.Aggregation < 0 || j.Aggregation > 100:
		return wrongSetting("GONGKAI_AGGREGATION", "应在 0 到 100 之间", "must be between 0 and 100")
	case j.DeadlineDays < 0 || j.DeadlineDays > 1000:
		return wrongSetting("GONGKAI_DEADLINE_DAYS", "应在 0 到 1000 之间", "must be between 0 and 1000")
	case j.LaterReviewDays < 1 || j.LaterReviewDays > 60:
		return wrongSetting("GONGKAI_LATER_REVIEW_DAYS", "应在 1 到 60 之间", "must be between 1 and 60")
	}
	return nil
}

// judge has the engine judge by it.
func (j judging) judge(e *workflow.Engine) {
	e.Aggregation, e.WorkingDays, e.LaterReviewDays = j.Aggregation, j.DeadlineDays, j.LaterReviewDays
}
