// The monthly summary (汇总表): what went out, and who answered for it.

package workflow

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
	"gongkai/workflow/form"
)

// Month (月份) is a month in the zone of every date shown, "2026-11".
type Month string

// span gives its first and last millisecond.
func (m Month) span() (from, to int64, err error) {
	first, err := time.ParseInLocation("2006-01", string(m), content.Shanghai)
	if err != nil {
		return 0, 0, need(false, "month", "month", "月份应写作2026-01", "a month is written 2026-01")
	}
	return gongkai.Millis(first), gongkai.Millis(first.AddDate(0, 1, 0)) - 1, nil
}

// mostLines bounds a summary: a county releases some hundred items a month.
const mostLines = 20_000

// Summary lists the editions that a unit, and with below the units under it,
// released in a month, by time.
func (e *Engine) Summary(ctx context.Context, actor gongkai.Actor, unit string, m Month, below bool) ([]form.Line, error) {
	if err := e.Can(ctx, actor, policy.ReportRead, unit); err != nil {
		return nil, err
	}
	from, to, err := m.span()
	if err != nil {
		return nil, err
	}
	units, err := e.unitsOf(ctx, unit, below)
	if err != nil {
		return nil, err
	}
	s := summing{Engine: e, columns: map[string]string{}}
	for _, u := range units {
		q := store.Query{Where: []store.Cond{store.Eq("unit", u.ID), store.Gte("released", from), store.Lte("released", to)}, Sort: []string{"released"}, Limit: 500}
		if err := s.unit(ctx, u, q); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(s.lines, func(a, b form.Line) int { return cmp.Compare(a.Released, b.Released) })
	return s.lines, nil
}

// unitsOf is the unit, with those below it if they are asked for.
func (e *Engine) unitsOf(ctx context.Context, id string, below bool) ([]content.Unit, error) {
	u, err := e.content.Units.Get(ctx, id)
	if err != nil || !below {
		return []content.Unit{u}, err
	}
	return content.All(ctx, e.content.Units, store.Prefix("path", u.Path))
}

// summing gathers the lines of a summary.
type summing struct {
	*Engine
	lines   []form.Line
	columns map[string]string // names by id
}

func (s *summing) unit(ctx context.Context, u content.Unit, q store.Query) error {
	for {
		page, err := s.content.Forms.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, rec := range page.Docs {
			line, err := s.line(ctx, u, rec)
			if err != nil {
				return err
			}
			s.lines = append(s.lines, line)
		}
		if len(s.lines) > mostLines {
			return gongkai.E(gongkai.Blocked, "too_many", "汇总的条目过多，请分单位汇总", "there are too many lines: ask for one unit at a time")
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

func (s *summing) line(ctx context.Context, u content.Unit, rec content.FormRecord) (form.Line, error) {
	it, err := s.content.Items.Get(ctx, rec.Item)
	if err != nil {
		return form.Line{}, err
	}
	column, err := s.column(ctx, rec.Column)
	if err != nil {
		return form.Line{}, err
	}
	l := form.Line{Item: rec.Item, Edition: int(rec.Edition), Title: rec.Title, DocNo: rec.DocNo, IndexNo: rec.IndexNo, Unit: u.Name, Column: column, Tier: orElse(rec.Tier, TierA),
		Publisher: form.Person(rec.Publisher), Submitted: rec.Submitted, Released: rec.Released, State: standingZh(it, rec.Edition), Corrections: len(rec.Corrections), Digest: rec.Digest}
	if leaked(it, rec.Edition) {
		l.Title, l.DocNo = struckTitle, ""
	}
	for _, p := range rec.Drafters {
		l.Drafters = append(l.Drafters, form.Person(p))
	}
	for _, so := range rec.Signoffs {
		p := form.Person{ID: so.By, Name: form.Batched(form.For(so.Name, orElse(so.ForName, so.For)), so.Batch)}
		if slices.Contains(so.Tracks, Review) {
			l.Reviewers = append(l.Reviewers, p)
		}
		if slices.Contains(so.Tracks, Proof) {
			l.Proofreaders = append(l.Proofreaders, p)
		}
		if slices.Contains(so.Tracks, Secrecy) {
			l.Secrecy = append(l.Secrecy, p)
		}
	}
	for _, scan := range it.Scans {
		if scan.Void == "" && scan.Sheet == rec.Digest {
			l.Papers++
		}
	}
	return l, nil
}

func (s *summing) column(ctx context.Context, id string) (string, error) {
	if name, known := s.columns[id]; known || id == "" {
		return name, nil
	}
	col, err := s.content.Columns.Get(ctx, id)
	s.columns[id] = col.Name
	return col.Name, err
}
