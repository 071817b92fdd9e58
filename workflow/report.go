// Reports of the gate: the register of exemptions (免于遮掩登记), and what was
// found, masked and kept, by unit, kind and person.

package workflow

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// mostExemptions bounds a record: rows of a list count as one already.
const mostExemptions = 2000

// Register writes down what became of the findings in the edition that is live.
// It may happen again: the same edition has the same record. Whom the public
// reads of is kept with it, and forgotten when the edition is called back.
func (e *Engine) Register(ctx context.Context, it content.Item) error {
	if err := e.keepForm(ctx, it); err != nil {
		return err
	}
	if it.Live.State != content.Published || it.Live.Revision == "" {
		return e.forget(ctx, it)
	}
	id := fmt.Sprintf("%s.%d", it.ID, it.Live.Edition)
	rec, err := e.content.Register.Get(ctx, id)
	if gongkai.Is(err, gongkai.Missing) {
		return e.register(ctx, it, id)
	}
	if err == nil && rec.People {
		_, err = e.rememberLive(ctx, it)
	}
	if err != nil {
		return err
	}
	return e.forget(ctx, it)
}

// register makes the record of an edition; its people are kept before.
func (e *Engine) register(ctx context.Context, it content.Item, id string) error {
	fs, rules, err := e.decidedIn(ctx, it.Live)
	if err != nil {
		return err
	}
	rec := recordOf(it, fs)
	rec.ID, rec.Rules = id, rules
	if rec.People, err = e.rememberLive(ctx, it); err != nil {
		return err
	}
	if _, err = e.content.Register.Insert(ctx, rec); err != nil && !gongkai.Is(err, gongkai.Conflict) {
		return err
	}
	if err := e.forget(ctx, it); err != nil || !rec.People {
		return err
	}
	if open, err := e.liveTogether(ctx, it); err != nil || len(open) == 0 {
		return err
	}
	_, err = e.ScanReleased(ctx, it) // two went out at the same moment: it waits in the work list
	return err
}

// decidedIn are the findings that people decided over: those of the rules under
// which the sheet was built.
func (e *Engine) decidedIn(ctx context.Context, live content.Live) ([]content.Finding, string, error) {
	sheet, err := e.content.Sheets.Get(ctx, live.Sheet)
	if err != nil {
		return nil, "", err
	}
	fs, there, err := e.content.FindingsOf(ctx, live.Revision, sheet.Rules)
	if err != nil || there {
		return fs, sheet.Rules, err
	}
	rev, err := e.content.Revisions.Get(ctx, live.Revision)
	if err != nil {
		return nil, "", err
	}
	fs, err = e.Findings(ctx, rev)
	return fs, sheet.Rules, err
}

// recordOf counts. Warnings that nobody has to settle are not counted.
func recordOf(it content.Item, fs []content.Finding) content.GateRecord {
	rec := content.GateRecord{Item: it.ID, Unit: it.Publisher(), Title: it.Live.Title, IndexNo: it.IndexNo, Edition: it.Live.Edition, Released: it.Live.Released}
	decided := content.Decided(it.Live.Settled)
	rows, kept := map[content.GateRow]int64{}, map[content.Exemption]int64{}
	for _, f := range fs {
		r, settled := decided.Settle(f)
		if !settled {
			continue
		}
		rows[content.GateRow{Kind: f.Kind, Act: r.Act, By: r.By, Name: r.Name}]++
		if r.Act == content.ActKeep {
			kept[content.Exemption{Place: content.GroupOf(f.Place), Kind: f.Kind, Basis: r.Basis, By: r.By, Name: r.Name, At: r.At}]++
		}
	}
	for _, r := range it.Live.Settled {
		if n := int64(max(1, len(r.Keys))); r.Kind == content.Aggregation {
			rows[content.GateRow{Kind: r.Kind, Act: r.Act, By: r.By, Name: r.Name}] += n
			if r.Act == content.ActKeep {
				kept[content.Exemption{Place: content.GroupOf(r.Place), Kind: r.Kind, Basis: r.Basis, By: r.By, Name: r.Name, At: r.At}] += n
			}
		}
	}
	for row, n := range rows {
		row.N = n
		rec.Rows = append(rec.Rows, row)
	}
	for x, n := range kept {
		x.N = n
		rec.Kept = append(rec.Kept, x)
	}
	slices.SortFunc(rec.Rows, func(a, b content.GateRow) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Act, b.Act), cmp.Compare(a.By, b.By))
	})
	slices.SortFunc(rec.Kept, func(a, b content.Exemption) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.At, b.At), cmp.Compare(a.Basis, b.Basis))
	})
	rec.Kept = rec.Kept[:min(len(rec.Kept), mostExemptions)]
	rec.Exempt = len(rec.Kept) > 0
	return rec
}

// Period is what a report is about: editions released from From to To,
// milliseconds, both inclusive; of a unit, or of all.
type Period struct {
	Unit     string
	From, To int64
}

func (p Period) query(exempt bool, after string, limit int) store.Query {
	where := []store.Cond{store.Gte("released", p.From)}
	if p.To > 0 {
		where = append(where, store.Lte("released", p.To))
	}
	if p.Unit != "" {
		where = append(where, store.Eq("unit", p.Unit))
	}
	if exempt {
		where = append(where, store.Eq("exempt", true))
	}
	return store.Query{Where: where, Sort: []string{"released"}, After: after, Limit: limit}
}

// Exemptions is a page of editions in which something was kept, the oldest
// first.
func (e *Engine) Exemptions(ctx context.Context, actor gongkai.Actor, p Period, after string, limit int) (store.Page[content.GateRecord], error) {
	if err := e.Can(ctx, actor, policy.ReportRead, p.Unit); err != nil {
		return store.Page[content.GateRecord]{}, err
	}
	page, err := e.content.Register.Find(ctx, p.query(true, after, limit))
	for i := range page.Docs {
		rec := &page.Docs[i]
		it, err := e.content.Items.Get(ctx, rec.Item)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return page, err
		}
		if leaked(it, rec.Edition) {
			rec.Title = struckTitle
		}
	}
	return page, err
}

// GateSum (门控统计) is a row of the report.
type GateSum struct {
	Unit   string `json:"unit"`
	Kind   string `json:"kind"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	By     string `json:"by" doc:"Who decided"`
	Name   string `json:"name"`
	Found  int64  `json:"found" doc:"Findings that this person settled: the sum of the following"`
	Masked int64  `json:"masked" doc:"Masked or removed"`
	Kept   int64  `json:"kept" doc:"Kept with a legal basis"`
	Not    int64  `json:"not_personal" doc:"Declared not personal"`
	ByEye  int64  `json:"by_eye" doc:"Looked at by a person"`
}

// key orders the rows, and tells where a page ends.
func (s GateSum) key() string { return s.Unit + " " + s.Kind + " " + s.By }

// GateReport sums up the editions of a period by unit, kind and person; a page
// of it, or all (limit 0).
func (e *Engine) GateReport(ctx context.Context, actor gongkai.Actor, p Period, after string, limit int) (page store.Page[GateSum], err error) {
	if err := e.Can(ctx, actor, policy.ReportRead, p.Unit); err != nil {
		return page, err
	}
	rows, err := e.gateSums(ctx, p)
	from, there := slices.BinarySearchFunc(rows, after, func(s GateSum, key string) int { return cmp.Compare(s.key(), key) })
	if there {
		from++
	}
	if page.Docs = rows[from:]; limit > 0 && len(page.Docs) > limit {
		page.Docs = page.Docs[:limit]
		page.Next = page.Docs[limit-1].key()
	}
	return page, err
}

func (e *Engine) gateSums(ctx context.Context, p Period) ([]GateSum, error) {
	sums := map[string]*GateSum{}
	q := p.query(false, "", 500)
	for {
		page, err := e.content.Register.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rec := range page.Docs {
			for _, row := range rec.Rows {
				addRow(sums, rec.Unit, row)
			}
		}
		if q.After = page.Next; q.After == "" {
			return sorted(sums), nil
		}
	}
}

func addRow(sums map[string]*GateSum, unit string, row content.GateRow) {
	zh, en := KindName(row.Kind)
	one := GateSum{Unit: unit, Kind: row.Kind, Zh: zh, En: en, By: row.By, Name: row.Name}
	s := sums[one.key()]
	if s == nil {
		s = &one
		sums[one.key()] = s
	}
	s.Found += row.N
	switch row.Act {
	case content.ActKeep:
		s.Kept += row.N
	case content.ActNotPersonal:
		s.Not += row.N
	case content.ActByEye:
		s.ByEye += row.N
	default:
		s.Masked += row.N
	}
}

func sorted(sums map[string]*GateSum) []GateSum {
	out := make([]GateSum, 0, len(sums))
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, *sums[key])
	}
	return out
}
