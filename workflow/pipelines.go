// Pipelines in use: their versions, where they are used, and adding one.

package workflow

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// PipelineRow (流程版本) is a version of a pipeline with its use.
type PipelineRow struct {
	Pipeline
	Newest   bool      `json:"newest" doc:"New work goes through this version"`
	Columns  []string  `json:"columns" doc:"Columns whose items go through it from now on"`
	UnderWay *UnderWay `json:"under_way,omitempty" doc:"Items that are going through it; only for those who manage pipelines"`
}

// UnderWay (在办数) is how many items go through a version, counted so far.
type UnderWay struct {
	Items int  `json:"items"`
	More  bool `json:"more" doc:"There are more than were counted"`
}

// mostCounted is how far items under way are counted.
const mostCounted = 1000

// PipelineRows are all versions, those of one name together, the newest first.
func (e *Engine) PipelineRows(ctx context.Context, actor gongkai.Actor) ([]PipelineRow, error) {
	all, err := e.Pipelines(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Pipeline) int {
		if a.Name != b.Name {
			return strings.Compare(a.Name, b.Name)
		}
		return b.Version - a.Version
	})
	columns, err := content.All(ctx, e.content.Columns)
	if err != nil {
		return nil, err
	}
	counted := e.Can(ctx, actor, policy.PipelineManage, "") == nil
	rows := make([]PipelineRow, len(all))
	for i, p := range all {
		rows[i] = PipelineRow{Pipeline: p, Newest: i == 0 || all[i-1].Name != p.Name, Columns: []string{}}
		if rows[i].Newest {
			rows[i].Columns = named(columns, p.Name)
		}
		if counted {
			if rows[i].UnderWay, err = e.underWay(ctx, p.ID); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// named are the columns whose items go through the pipeline of that name.
func named(columns []content.Column, name string) []string {
	out := []string{}
	for _, c := range columns {
		if orElse(c.Pipeline, DefaultPipeline) == name || slices.ContainsFunc(c.Pipelines, func(row content.PipelineChoice) bool { return row.Pipeline == name }) {
			out = append(out, c.ID)
		}
	}
	return out
}

func (e *Engine) underWay(ctx context.Context, id string) (*UnderWay, error) {
	n, err := e.content.Items.Count(ctx, []store.Cond{store.Eq("work.pipeline", id)}, mostCounted+1)
	return &UnderWay{min(n, mostCounted), n > mostCounted}, err
}

// Pipeline is one version of a pipeline.
func (e *Engine) Pipeline(ctx context.Context, id string) (Pipeline, error) {
	p, err := e.pipelines.Get(ctx, id)
	if gongkai.Is(err, gongkai.Missing) {
		err = errNoPipeline
	}
	return p, err
}

var errNoPipeline = gongkai.E(gongkai.Missing, "pipeline", "没有这个审校流程或版本", "there is no such pipeline or version")

// NewPipeline is a pipeline, or another version of one, as somebody writes it.
type NewPipeline struct {
	Name     string  `json:"name" maxLength:"40" doc:"Lower-case letters, digits, hyphens; columns name it"`
	Seen     int     `json:"seen,omitempty" minimum:"0" doc:"The version that was changed; absent for a new pipeline. Another by now: 409"`
	Zh       string  `json:"zh" maxLength:"100"`
	En       string  `json:"en" maxLength:"100"`
	Note     string  `json:"note,omitempty" maxLength:"500" doc:"What this version is for"`
	Distinct bool    `json:"distinct" doc:"No person signs two stages; otherwise no person signs two stages of one track"`
	Stages   []Stage `json:"stages" maxItems:"30"`
}

func (n NewPipeline) pipeline() Pipeline {
	p := preset(n.Name, strings.TrimSpace(n.Zh), strings.TrimSpace(n.En), n.Distinct, n.Stages...)
	p.Version = n.Seen + 1
	p.ID, p.Note = pipelineID(p.Name, p.Version), strings.TrimSpace(n.Note)
	return p
}

// stageID is what stands in the records of items for ever.
var stageID = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// misnamed are the places that lack a proper name.
func (p Pipeline) misnamed() (bad []gongkai.Detail) {
	add := func(where, code, zh, en string) {
		bad = append(bad, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
	}
	if !content.Slug(p.Name) {
		add("name", "name", "流程编号应为小写字母、数字和连字符", "a pipeline's name is made of lower-case letters, digits and hyphens")
	}
	if p.Zh == "" || p.En == "" {
		add("zh", "required", "流程须有中文和英文名称", "a pipeline has a Chinese and an English name")
	}
	for i, s := range p.Stages {
		where := stageAt(i)
		if !stageID.MatchString(s.ID) {
			add(where+".id", "id", "环节编号应为小写字母、数字和下划线，以字母开头", "a stage's id is made of lower-case letters, digits and underscores, a letter first")
		}
		if strings.TrimSpace(s.Zh) == "" || strings.TrimSpace(s.En) == "" {
			add(where+".zh", "required", "环节须有中文和英文名称", "a stage has a Chinese and an English name")
		}
	}
	return bad
}

// AddPipeline stores a new pipeline, or a new version beside the others, and
// says what to look at. It counts at once in every process: nobody keeps a copy.
func (e *Engine) AddPipeline(ctx context.Context, actor gongkai.Actor, n NewPipeline, staff Staff) (Pipeline, PipelineReport, error) {
	if p, there := e.repeatedPipeline(ctx, actor, n); there {
		return p, PipelineReport{}.whole(), nil
	}
	p, report, err := e.TryPipeline(ctx, n, staff)
	if err != nil {
		return p, report, err
	}
	if err := report.refusal(); err != nil {
		return p, report, err
	}
	p.By, p.Updated = actor.ID, gongkai.Millis(e.now())
	p, err = e.pipelines.Insert(ctx, p)
	if gongkai.Is(err, gongkai.Conflict) {
		err = errStalePipeline
	}
	return p, report, err
}

// repeatedPipeline finds what the very request has made already: its answer may
// have been lost.
func (e *Engine) repeatedPipeline(ctx context.Context, actor gongkai.Actor, n NewPipeline) (Pipeline, bool) {
	want := n.pipeline()
	there, err := e.pipelines.Get(ctx, want.ID)
	return there, err == nil && there.By == actor.ID && there.same(want)
}

// Summary is what the trail says of a version that was added.
func (p Pipeline) Summary() map[string]string {
	ids := make([]string, len(p.Stages))
	for i, s := range p.Stages {
		ids[i] = s.ID
	}
	_, digest, err := content.Canonical(p.Stages)
	if err != nil {
		digest = "" // strings only: cannot happen
	}
	return map[string]string{"stages": strings.Join(ids, " "), "distinct": strconv.FormatBool(p.Distinct), "digest": digest}
}

func (p Pipeline) same(o Pipeline) bool {
	return p.Zh == o.Zh && p.En == o.En && p.Note == o.Note && p.Distinct == o.Distinct && p.Summary()["digest"] == o.Summary()["digest"]
}

var errStalePipeline = gongkai.E(gongkai.Conflict, "stale", "流程已有新的版本，或者同名流程已存在，请在最新版本上修改", "there is a newer version by now, or a pipeline of that name: change the newest one",
	gongkai.Detail{Where: "seen", Code: "stale", Zh: "不是最新版本", En: "not the newest version"})

// TryPipeline makes the next version without storing it, and says all that
// speaks against it.
func (e *Engine) TryPipeline(ctx context.Context, n NewPipeline, staff Staff) (Pipeline, PipelineReport, error) {
	p := n.pipeline()
	before, err := e.last(ctx, p.Name)
	if err != nil {
		return p, PipelineReport{}, err
	}
	if before.Version != n.Seen {
		return p, PipelineReport{}, errStalePipeline
	}
	report, err := e.reportOn(ctx, p, before, staff)
	return p, report, err
}

// last is the newest version of a pipeline; of one that is not there, none.
func (e *Engine) last(ctx context.Context, name string) (Pipeline, error) {
	page, err := e.pipelines.Find(ctx, store.Query{Where: []store.Cond{store.Eq("name", name)}, Sort: []string{"-version"}, Limit: 1})
	if err != nil || len(page.Docs) == 0 {
		return Pipeline{}, err
	}
	return page.Docs[0], nil
}
