// Choice (流程选择): which pipeline an item goes through, by its home column, its
// kind, its risk tier, and what it is.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
)

// casesOf are the cases that an item is of.
func casesOf(it content.Item, rev content.Revision, fs []content.Finding) (out []string) {
	if len(risky(fs, it.Work.Resolutions)) > 0 {
		out = append(out, content.CaseMinors)
	}
	if rev.Fields["origin"] == content.Reposted {
		out = append(out, content.CaseRepost)
	}
	return out
}

// chosen is the pipeline that a column wants for the item.
func (e *Engine) chosen(ctx context.Context, it content.Item, w World, col content.Column) (Pipeline, content.PipelineChoice, error) {
	name, row := col.PipelineFor(it.Kind, orElse(it.Tier, TierA), casesOf(it, w.Revision, w.Findings))
	p, err := e.newest(ctx, name)
	return p, row, err
}

// way is the pipeline that an item goes through: the one that its home column
// chooses, or, where that asks for less than the item demands, the same made
// stricter, if there is one.
func (e *Engine) way(ctx context.Context, it content.Item, w *World) (err error) {
	home, row, err := e.chosen(ctx, it, *w, w.Column)
	if err != nil {
		return err
	}
	if w.Demands, err = e.Demands(ctx); err != nil {
		return err
	}
	w.Pipeline, w.Chosen, w.Choice = home, home.Name, row
	ds := w.demands(it)
	if home.meetsAll(ds) {
		return nil
	}
	all, err := e.Pipelines(ctx)
	if p, there := home.stricter(all, ds); there {
		w.Pipeline = p
	}
	return err // where there is none submit refuses it
}

// choiceSaid is what the record says of a row of a column.
func choiceSaid(c content.PipelineChoice) string {
	return strings.Join(slices.DeleteFunc([]string{c.Kind, c.Tier, c.Case}, func(s string) bool { return s == "" }), " ")
}

// CheckColumn refuses the pipelines of a column that are not there, or that ask
// for less than the tier or the case for which the column names them.
func (e *Engine) CheckColumn(ctx context.Context, col content.Column) error {
	all, err := e.Pipelines(ctx)
	if err != nil {
		return err
	}
	ds, err := e.Demands(ctx)
	if err != nil {
		return err
	}
	newest := newestOf(all)
	var bad []gongkai.Detail
	if _, there := newest[col.Pipeline]; !there && col.Pipeline != "" {
		bad = append(bad, noPipeline("body.pipeline"))
	}
	for i, row := range col.Pipelines {
		where := fmt.Sprintf("body.pipelines[%d]", i)
		p, there := newest[row.Pipeline]
		if !there {
			bad = append(bad, noPipeline(where+".pipeline"))
			continue
		}
		if row.Kind != "" && !col.Takes(row.Kind) {
			bad = append(bad, gongkai.Detail{Where: where + ".kind", Code: "kind", Zh: "栏目不接受这种信息类型", En: "the column does not take this kind"})
		}
		bad = append(bad, p.tooLittle(where, ds, row)...)
	}
	if len(bad) > 0 {
		return gongkai.E(gongkai.Invalid, "pipeline", "栏目所设审校流程不可用", "the column's pipelines cannot be used", bad...)
	}
	return nil
}

func noPipeline(where string) gongkai.Detail {
	return gongkai.Detail{Where: where, Code: "missing", Zh: "没有这个审校流程，见审校流程列表", En: "there is no such pipeline: see the list of pipelines"}
}

// tooLittle says what a pipeline lacks for what a row of a column names it for.
func (p Pipeline) tooLittle(where string, ds []Demand, row content.PipelineChoice) (bad []gongkai.Detail) {
	for _, d := range ds {
		if d.Code != row.Tier && d.Code != row.Case {
			continue
		}
		if lacks := p.lacks(d); len(lacks) > 0 {
			zh, en := lacking(lacks)
			bad = append(bad, gongkai.Detail{Where: where, Code: "tier", Zh: fmt.Sprintf("流程“%s”的签署少于%s（%s）的要求，至少须有%s", p.Zh, d.Code, d.Zh, zh),
				En: fmt.Sprintf("the pipeline %s asks for fewer signatures than %s (%s) demands: at least %s", p.Name, d.Code, d.En, en)})
		}
	}
	return bad
}

// demanded are the columns that name a pipeline for a tier or a case that it
// would no longer be enough for.
func (e *Engine) demanded(ctx context.Context, p Pipeline, columns []content.Column) (bad []gongkai.Detail, err error) {
	ds, err := e.Demands(ctx)
	if err != nil {
		return nil, err
	}
	for _, col := range columns {
		for _, row := range col.Pipelines {
			if row.Pipeline == p.Name {
				bad = append(bad, p.tooLittle("stages", ds, row)...)
			}
		}
	}
	return bad, nil
}

// newestOf are the newest versions by name.
func newestOf(all []Pipeline) map[string]Pipeline {
	newest := map[string]Pipeline{}
	for _, q := range all {
		if q.Version > newest[q.Name].Version {
			newest[q.Name] = q
		}
	}
	return newest
}
