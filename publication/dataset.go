// Open data (开放数据): what a column shows, as a set of records.

package publication

import (
	"cmp"
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
)

// Dataset (数据集) is what a column shows, with what its records are made of.
type Dataset struct {
	Column  Column
	Cycle   Choice // 更新周期, as the column or the nearest above it says
	License string // 使用许可, the same
	Kinds   []Kind // those of which there are records
	Changed int64  // last public change, removals included
	Count   int    // at most CountLimit

	filter Filter
}

// CountLimit is how far records are counted.
const CountLimit = 100_000

// datasetBatch is how many records are read at a time.
const datasetBatch = 100

// Dataset describes the records of a column: with those below it unless exact,
// of one kind if one is named.
func (p *Public) Dataset(ctx context.Context, column, kind string, exact bool) (d Dataset, err error) {
	if d.Column, err = p.Columns.Get(ctx, column); err != nil {
		return d, err
	}
	d.filter = Filter{Site: d.Column.Site, Column: column, Kind: kind, Exact: exact, Limit: datasetBatch}
	trail, err := p.Trail(ctx, d.Column.Path)
	if err != nil {
		return d, err
	}
	var cycle string
	for _, c := range slices.Backward(trail) {
		cycle, d.License = cmp.Or(cycle, c.UpdateCycle), cmp.Or(d.License, c.License)
	}
	for _, c := range content.UpdateCycles {
		if c.Value == cycle {
			d.Cycle = Choice{c.Value, c.Zh, c.En}
		}
	}
	if d.Kinds, err = p.kindsIn(ctx, d.filter); err != nil {
		return d, err
	}
	if d.Changed, err = p.LastChange(ctx, d.filter.Site, column); err != nil {
		return d, err
	}
	noted(ctx, "site:"+d.filter.Site)
	d.Count, err = p.Pages.Count(ctx, d.filter.ways()[0].where, CountLimit)
	return d, err
}

// kindsIn are the kinds of which the filter lists something.
func (p *Public) kindsIn(ctx context.Context, f Filter) (out []Kind, err error) {
	all, err := content.All(ctx, p.Kinds)
	if err != nil {
		return nil, err
	}
	for _, k := range all {
		if f.Kind != "" && f.Kind != k.ID {
			continue
		}
		of := f
		of.Kind, of.Limit = k.ID, 1
		found, err := p.List(ctx, of)
		if err != nil {
			return nil, err
		}
		if len(found.Pages) > 0 {
			out = append(out, k)
		}
	}
	return out, nil
}

// EachRecord hands over the records of a dataset one by one, newest first, each
// as it is public when its turn comes.
func (p *Public) EachRecord(ctx context.Context, d Dataset, see func(Page, content.Public) error) error {
	for f := d.filter; ; {
		list, err := p.List(ctx, f)
		if err != nil {
			return err
		}
		for _, page := range list.Pages {
			if err := p.record(ctx, page, see); err != nil {
				return err
			}
		}
		if f.After = list.Next; f.After == "" {
			return nil
		}
	}
}

func (p *Public) record(ctx context.Context, page Page, see func(Page, content.Public) error) error {
	now, err := p.Pages.Get(ctx, page.ID)
	if err != nil || now.State != Shows {
		return err
	}
	_, pub, err := p.Edition(ctx, now.Edition)
	if gongkai.Is(err, gongkai.Gone) || gongkai.Is(err, gongkai.Missing) {
		return nil // taken down while we read
	}
	if err != nil {
		return err
	}
	return see(now, pub)
}
