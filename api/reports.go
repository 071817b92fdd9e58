// Reports of the gate, as JSON and as spreadsheets.

package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerReports() {
	register(s.routes, op(http.MethodGet, "/reports/exemptions", "list-exemptions", "reports", "免于遮掩登记 Editions in which personal data was kept on a legal basis, the oldest first"), onUnit(policy.ReportRead), s.listExemptions)
	register(s.routes, op(http.MethodGet, "/reports/exemptions.xlsx", "exemptions-xlsx", "reports", "免于遮掩登记（表格） The same as a spreadsheet"), onUnit(policy.ReportRead), s.exemptionsSheet)
	register(s.routes, op(http.MethodGet, "/reports/gate", "gate-report", "reports", "门控统计 Found, masked and kept, by unit, kind and person"), onUnit(policy.ReportRead), s.gateReport)
	register(s.routes, op(http.MethodGet, "/reports/gate.xlsx", "gate-report-xlsx", "reports", "门控统计（表格） The same as a spreadsheet"), onUnit(policy.ReportRead), s.gateSheet)
}

// Span is the period that a report is about.
type Span struct {
	Unit string `query:"unit" maxLength:"40" doc:"Of this unit; absent: of all, for who may see all"`
	From Since  `query:"from" doc:"Released from then on: a day (2026-11-01) from its beginning in Beijing, or milliseconds, inclusive"`
	To   Until  `query:"to" doc:"Released until then: a day to its end in Beijing, or milliseconds, inclusive; absent: until now"`
}

func (p Span) period() workflow.Period {
	return workflow.Period{Unit: p.Unit, From: p.From.At, To: p.To.At}
}

type reportQuery struct {
	Paging
	Span
}

func (s *Server) listExemptions(ctx context.Context, in *reportQuery) (*of[List[content.GateRecord]], error) {
	page, err := s.Engine.Exemptions(ctx, actorOf(ctx), in.period(), in.After, in.Limit)
	return listed(page.Docs, page.Next, err)
}

func (s *Server) gateReport(ctx context.Context, in *reportQuery) (*of[List[workflow.GateSum]], error) {
	page, err := s.Engine.GateReport(ctx, actorOf(ctx), in.period(), in.After, in.Limit)
	return listed(page.Docs, page.Next, err)
}

// unitNames are what inspectors know units by.
func (s *Server) unitNames(ctx context.Context) (map[string]string, error) {
	names := map[string]string{}
	all, err := content.All(ctx, s.Content.Units)
	for _, u := range all {
		names[u.ID] = u.Name
	}
	return names, err
}

func (s *Server) exemptionsSheet(ctx context.Context, in *Span) (*stream, error) {
	if err := s.mayExport(ctx, in, "exemptions"); err != nil {
		return nil, err
	}
	units, err := s.unitNames(ctx)
	if err != nil {
		return nil, err
	}
	return spreadsheet("免于遮掩登记.xlsx", []any{"信息编号", "索引号", "标题", "单位", "版本", "发布时间", "位置", "种类", "处数", "法律依据", "批准人", "批准时间"}, func(row func(...any) error) error {
		for after := ""; ; {
			page, err := s.Engine.Exemptions(ctx, actorOf(ctx), in.period(), after, 500)
			if err != nil {
				return err
			}
			for _, r := range page.Docs {
				for _, x := range r.Kept {
					zh, _ := workflow.KindName(x.Kind)
					if err := row(r.Item, r.IndexNo, r.Title, units[r.Unit], r.Edition, clockDay(r.Released), x.Place, zh, x.N, x.Basis, x.Name, clockDay(x.At)); err != nil {
						return err
					}
				}
			}
			if after = page.Next; after == "" {
				return nil
			}
		}
	})
}

// mayExport says in the trail that a report is taken away, once it is clear that
// it may be.
func (s *Server) mayExport(ctx context.Context, in *Span, name string) error {
	if err := s.allow(ctx, policy.ReportRead, in.Unit); err != nil {
		return err
	}
	return s.record(ctx, "report.export", "report/"+name, in.Unit, map[string]string{"from": strconv.FormatInt(in.From.At, 10), "to": strconv.FormatInt(in.To.At, 10)})
}

func (s *Server) gateSheet(ctx context.Context, in *Span) (*stream, error) {
	if err := s.mayExport(ctx, in, "gate"); err != nil {
		return nil, err
	}
	all, err := s.Engine.GateReport(ctx, actorOf(ctx), in.period(), "", 0)
	if err != nil {
		return nil, err
	}
	units, err := s.unitNames(ctx)
	if err != nil {
		return nil, err
	}
	return spreadsheet("门控统计.xlsx", []any{"单位", "种类", "处理人", "发现", "遮掩或删除", "依法保留", "非个人信息", "人工核查"}, func(row func(...any) error) error {
		for _, r := range all.Docs {
			if err := row(units[r.Unit], r.Zh, r.Name, r.Found, r.Masked, r.Kept, r.Not, r.ByEye); err != nil {
				return err
			}
		}
		return nil
	})
}

func clockDay(ms int64) string {
	return time.UnixMilli(ms).In(content.Shanghai).Format("2006-01-02 15:04")
}

// spreadsheet answers rows as an .xlsx, written row by row. Nothing that people
// wrote becomes a formula, there or in whatever the file is saved as.
func spreadsheet(name string, head []any, rows func(row func(...any) error) error) (*stream, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, noSheet(err)
	}
	n := 0
	write := func(cells ...any) error {
		n++
		for i, c := range cells {
			if text, is := c.(string); is {
				cells[i] = harmless(text)
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n)
		if err == nil {
			err = w.SetRow(at, cells)
		}
		return noSheet(err)
	}
	if err := errors.Join(w.SetColWidth(1, len(head), 20), w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})); err != nil {
		return nil, noSheet(err)
	}
	if err := write(head...); err != nil {
		return nil, err
	}
	if err := rows(write); err != nil {
		return nil, err
	}
	if err := w.Flush(); err != nil {
		return nil, noSheet(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, noSheet(err)
	}
	return send(io.NopCloser(&out), nil, name, int64(out.Len()))
}

// harmless keeps a text from being taken for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func noSheet(err error) error {
	if err == nil {
		return nil
	}
	return gongkai.E(gongkai.Unavailable, "spreadsheet", "表格暂时无法生成，请稍后再试", "the spreadsheet cannot be made right now; try again later").Because(err)
}
