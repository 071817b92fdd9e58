// Forms of an item (审批表、登记表、保密审查单), their verification, scans of
// signed papers, and the monthly summary.

package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/policy"
	"gongkai/workflow"
	forms "gongkai/workflow/form"
)

func (s *Server) registerForms() {
	pdf := op(http.MethodGet, "/items/{id}/form.pdf", "form-pdf", "forms", "审批表（PDF） A form of the item as PDF, fonts embedded")
	pdf.Description = "信息发布审批表、三审三校登记表、保密审查单；blank=true 为供纸面签批的空白表。Everybody gets the masked form. See docs/form.md."
	register(s.routes, pdf, onUnit(policy.ItemRead), s.formPDF)
	register(s.routes, op(http.MethodGet, "/items/{id}/form.html", "form-page", "forms", "审批表（网页） The same form as a page"), onUnit(policy.ItemRead), s.formPage)
	verify := op(http.MethodGet, "/items/{id}/verification", "verify-sheet", "forms", "核验清样 How the sheet that a form names stands, and who signed it")
	register(s.routes, verify, onUnit(policy.ItemRead), s.verifySheet)
	register(s.routes, op(http.MethodGet, "/items/{id}/verification.html", "verify-sheet-page", "forms", "核验清样（网页） The same as a page"), onUnit(policy.ItemRead), s.verifyPage)
	register(s.routes, op(http.MethodGet, "/items/{id}/scans/{digest}", "get-scan", "forms", "签批扫描件 The scan of a signed paper form; each reading is in the trail"), onUnit(policy.FormRead), s.paperScan)
	register(s.routes, op(http.MethodGet, "/reports/forms", "form-summary", "reports", "月度汇总 Editions released in a month, and who answered for them"), onUnit(policy.ReportRead), s.summary)
	register(s.routes, op(http.MethodGet, "/reports/forms.xlsx", "form-summary-xlsx", "reports", "月度汇总表（表格） The same as a spreadsheet"), onUnit(policy.ReportRead), s.summarySheet)
	register(s.routes, op(http.MethodGet, "/reports/forms.pdf", "form-summary-pdf", "reports", "月度汇总表（PDF） The same as PDF, to be stamped"), onUnit(policy.ReportRead), s.summaryPDF)
}

// FormQuery says which form of which edition.
type FormQuery struct {
	ByItem
	Form    string `query:"form" enum:"approval,register,secrecy" default:"approval" doc:"approval: 信息发布审批表; register: 三审三校登记表; secrecy: 保密审查单"`
	Edition int64  `query:"edition" minimum:"0" doc:"Number of an edition; absent: what is under way, or the newest edition"`
	Blank   bool   `query:"blank" doc:"Leave opinions, names and dates to be written by hand (空白表)"`
}

// paper lays a form out.
func (s *Server) paper(ctx context.Context, in *FormQuery) (forms.Paper, error) {
	f, err := s.Engine.Form(ctx, actorOf(ctx), in.ID, in.Edition)
	if err != nil {
		return forms.Paper{}, err
	}
	if err := s.named(ctx, f.Drafters); err != nil {
		return forms.Paper{}, err
	}
	publisher := []forms.Person{f.Publisher}
	if err := s.named(ctx, publisher); err != nil {
		return forms.Paper{}, err
	}
	if f.Publisher = publisher[0]; f.Digest != "" {
		f.Verify = s.conf.PublicURL + contentPrefix + "/verify/" + f.Item + "/" + f.Digest
	}
	k, _ := forms.KindOf(in.Form) // one of the enum
	return k.Fill(f, in.Blank), nil
}

// named fills in the names of people that the record has forgotten.
func (s *Server) named(ctx context.Context, ps []forms.Person) error {
	for i, p := range ps {
		if p.Name != "" || p.ID == "" {
			continue
		}
		u, err := s.Accounts.User(ctx, p.ID)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return err
		}
		ps[i].Name = orElse(u.Name, "（账号已不存在）")
	}
	return nil
}

func (s *Server) formPDF(ctx context.Context, in *FormQuery) (*stream, error) {
	p, err := s.paper(ctx, in)
	if err != nil {
		return nil, err
	}
	return s.printed(ctx, p)
}

func (s *Server) formPage(ctx context.Context, in *FormQuery) (*stream, error) {
	p, err := s.paper(ctx, in)
	if err != nil {
		return nil, err
	}
	return paperPage(p, http.StatusOK)
}

// printed answers a paper as PDF. Drawing one takes some 30 MB of memory for
// its fonts: few are drawn at a time.
func (s *Server) printed(ctx context.Context, p forms.Paper) (*stream, error) {
	select {
	case s.press <- struct{}{}:
		defer func() { <-s.press }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	doc, err := p.PDF()
	if err != nil {
		return nil, gongkai.E(gongkai.Internal, "form", "", "").Because(err)
	}
	return send(io.NopCloser(bytes.NewReader(doc)), nil, p.Title+".pdf", int64(len(doc)))
}

// pressRoom is how many papers are drawn at a time.
const pressRoom = 2

func paperPage(p forms.Paper, status int) (*stream, error) {
	html, err := p.HTML()
	if err != nil {
		return nil, gongkai.E(gongkai.Internal, "form", "", "").Because(err)
	}
	return &stream{func(ctx huma.Context) {
		ctx.SetStatus(status)
		ctx.SetHeader("Content-Type", "text/html; charset=utf-8")
		ctx.SetHeader("Content-Security-Policy", forms.PagePolicy())
		ctx.SetHeader("Cache-Control", "no-store")
		_, _ = ctx.BodyWriter().Write(html) // into memory: it cannot fail
	}}, nil
}

// SheetQuery names a sheet by its digest.
type SheetQuery struct {
	ByItem
	Digest string `query:"digest" required:"true" pattern:"^[0-9a-f]{64}$" doc:"Digest of the sheet, as it stands on the form"`
}

func (s *Server) verifySheet(ctx context.Context, in *SheetQuery) (*of[workflow.Verification], error) {
	return answer(s.Engine.Verify(ctx, actorOf(ctx), in.ID, in.Digest))
}

func (s *Server) verifyPage(ctx context.Context, in *SheetQuery) (*stream, error) {
	v, err := s.Engine.Verify(ctx, actorOf(ctx), in.ID, in.Digest)
	if err != nil {
		return nil, err
	}
	return paperPage(verificationPaper(v, gongkai.Millis(s.Now())), http.StatusOK)
}

func verificationPaper(v workflow.Verification, now int64) forms.Paper {
	rows := []forms.Row{forms.Pair("结　　果", v.Zh), forms.Pair("标　　题", v.Title), forms.Pair("单　　位", v.Unit)}
	if v.Edition != 0 {
		rows = append(rows, forms.Pair("发　　布", "第"+forms.Count(v.Edition)+"版　"+forms.Moment(v.Released)))
	}
	for _, sig := range v.Signatures {
		text := forms.For(sig.Name, orElse(sig.ForName, sig.For)) + "　" + forms.Moment(sig.At)
		if sig.Batch {
			text += "（批量签署）"
		}
		if !sig.Same {
			text += "\n所签清样：" + sig.Sheet + "（经改字衔接本清样）"
		}
		rows = append(rows, forms.Pair(sig.Zh, text))
	}
	if len(v.Missing) > 0 {
		rows = append(rows, forms.Pair("尚未签署", strings.Join(v.Missing, "、")))
	}
	if v.Papers > 0 {
		rows = append(rows, forms.Pair("纸面签批", "存有扫描件"+forms.Count(int64(v.Papers))+"件"))
	}
	return forms.Paper{Title: "清样核验", Under: []string{"信息编号：" + v.Item, "清样摘要：" + v.Digest}, Rows: rows,
		Notes: []string{"核验时间：" + forms.Moment(now) + "（北京时间）。请与纸面表格逐项核对姓名和时间。"}}
}

func (s *Server) paperScan(ctx context.Context, in *byFile) (*stream, error) {
	scan, err := s.Engine.PaperScan(ctx, actorOf(ctx), in.ID, in.Digest)
	if err != nil {
		return nil, err
	}
	if err := s.record(ctx, policy.FormRead, "item/"+in.ID, "", map[string]string{"scan": forms.Count(scan.N), "file": scan.File}); err != nil {
		_ = scan.Close()
		return nil, err
	}
	return send(scan, nil, scan.FileName, scan.Size)
}

// MonthQuery is what a summary is about.
type MonthQuery struct {
	Unit  string `query:"unit" required:"true" minLength:"1" maxLength:"40"`
	Month string `query:"month" required:"true" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"2026-11, Beijing time"`
	Below bool   `query:"below" doc:"With the units below it"`
}

// SummaryView is the summary of a month.
type SummaryView struct {
	Unit  string       `json:"unit"`
	Month string       `json:"month"`
	Lines []forms.Line `json:"lines"`
}

func (s *Server) lines(ctx context.Context, in *MonthQuery) (unit string, ls []forms.Line, err error) {
	if ls, err = s.Engine.Summary(ctx, actorOf(ctx), in.Unit, workflow.Month(in.Month), in.Below); err != nil {
		return "", nil, err
	}
	u, err := s.Content.Units.Get(ctx, in.Unit)
	for i := range ls {
		publisher := []forms.Person{ls[i].Publisher}
		if err == nil {
			err = s.named(ctx, ls[i].Drafters)
		}
		if err == nil {
			err = s.named(ctx, publisher)
		}
		ls[i].Publisher = publisher[0]
	}
	return u.Name, ls, err
}

func (s *Server) summary(ctx context.Context, in *MonthQuery) (*of[SummaryView], error) {
	unit, ls, err := s.lines(ctx, in)
	if ls == nil {
		ls = []forms.Line{}
	}
	return answer(SummaryView{unit, in.Month, ls}, err)
}

// exported puts into the trail that a summary leaves the program.
func (s *Server) exported(ctx context.Context, in *MonthQuery, as string, n int) error {
	return s.record(ctx, "report.export", "report/forms", in.Unit, map[string]string{"month": in.Month, "as": as, "lines": forms.Count(int64(n))})
}

func (s *Server) summarySheet(ctx context.Context, in *MonthQuery) (*stream, error) {
	_, ls, err := s.lines(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := s.exported(ctx, in, "xlsx", len(ls)); err != nil {
		return nil, err
	}
	heads := make([]any, len(forms.Heads))
	for i, h := range forms.Heads {
		heads[i] = h
	}
	return spreadsheet("审校发布汇总表"+in.Month+".xlsx", heads, func(row func(...any) error) error {
		for i, l := range ls {
			if err := row(l.Cells(i + 1)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// mostPrinted is how many lines a printed summary may have.
const mostPrinted = 3000

func (s *Server) summaryPDF(ctx context.Context, in *MonthQuery) (*stream, error) {
	unit, ls, err := s.lines(ctx, in)
	if err != nil {
		return nil, err
	}
	if len(ls) > mostPrinted {
		return nil, gongkai.E(gongkai.Blocked, "too_many", "条目过多，不宜打印：请分单位汇总，或者下载表格", "too many lines to be printed: ask for one unit at a time, or take the spreadsheet")
	}
	if err := s.exported(ctx, in, "pdf", len(ls)); err != nil {
		return nil, err
	}
	return s.printed(ctx, forms.Summary(unit, in.Month, in.Below, ls, gongkai.Millis(s.Now())))
}
