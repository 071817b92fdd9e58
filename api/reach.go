// Reach figures (传播数据): what outlets published and reached, month by month.

package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/platform"
	"gongkai/policy"
)

func (s *Server) registerReach() {
	list := op(http.MethodGet, "/reach", "list-reach", "outlets", "传播数据 Reach figures by outlet and month")
	list.Description = "信息条数、发布次数、原创和转载由系统按台账统计；期数（篇数）、阅读量、转发量取平台所报，人工填报的优先，并注明来源和时间。Items, posts, original and reposted are counted from the ledger; the rest is what the platform says, or a person, whose word counts, with source and time."
	register(s.routes, list, onUnit(policy.DeliveryRead), s.listReach)
	register(s.routes, op(http.MethodGet, "/reach.csv", "reach-csv", "outlets", "传播数据（CSV） The same as CSV, which can be filled in and loaded again"), onUnit(policy.DeliveryRead), s.reachCSV)
	register(s.routes, op(http.MethodGet, "/reach.xlsx", "reach-xlsx", "outlets", "传播数据（表格） The same as a spreadsheet"), onUnit(policy.DeliveryRead), s.reachSheet)
	put := op(http.MethodPut, "/outlets/{id}/reach/{month}", "put-reach", "outlets", "填报传播数据 Enter the figures of a month")
	put.Description = "写入全部人工填报的指标：未给出的不再以人工填报为准，改取平台所报。All that people say of this month: of what is not given, the platform's word counts again."
	register(s.routes, put, onUnit(policy.ReachManage), s.putReach)
	load := op(http.MethodPost, "/reach", "import-reach", "outlets", "导入传播数据 Load figures from CSV: all rows, or none")
	load.Description = "请求内容为CSV文件，首行为列名：渠道（编号）、月份、期数、阅读量、转发量；空格不改动。任何一行不合规即整体拒绝，并逐行列说明。The body is a CSV file, its first row the names of the columns: outlet (id), month, issues, reads, shares; empty cells change nothing. If any row is wrong nothing is written, and every mistake is named by line."
	load.MaxBodyBytes = channel.MaxReachBytes
	register(s.routes, load, onUnit(policy.ReachManage), s.importReach)
}

// ReachAsk is which figures are asked for.
type ReachAsk struct {
	From   string `query:"from" maxLength:"7" doc:"First month, such as 2026-01; absent: January of this year"`
	To     string `query:"to" maxLength:"7" doc:"Last month; absent: this one"`
	Outlet string `query:"outlet" maxLength:"64" doc:"Id of an outlet; absent: all that one may see"`
}

// ReachView is one outlet in one month.
type ReachView struct {
	Outlet  string          `json:"outlet"`
	Name    string          `json:"name"`
	Kind    string          `json:"kind"`
	Month   string          `json:"month"`
	Counted channel.Counted `json:"counted" doc:"From the ledger, as of the last count"`
	Issues  *channel.Figure `json:"issues,omitempty" doc:"Issues or articles of the outlet, also those that did not come from here"`
	Reads   *channel.Figure `json:"reads,omitempty"`
	Shares  *channel.Figure `json:"shares,omitempty"`
	Days    int             `json:"days" doc:"Days that the platform has told of"`
	Error   string          `json:"error,omitempty" doc:"Code of the last failure to ask the platform"`
}

func reachView(r channel.Reach, o channel.Outlet) ReachView {
	figure := func(name string) *channel.Figure {
		if f, ok := r.Figure(name); ok {
			return &f
		}
		return nil
	}
	return ReachView{r.Outlet, o.Name, o.Kind, r.Month, r.Counted, figure(platform.Issues), figure(platform.Reads), figure(platform.Shares), len(r.Days), r.Error}
}

// onOutlet asks for an act on an outlet: in the units of all sites that it takes
// items of; of one that takes those of every site, in the whole installation.
func (s *Server) onOutlet(ctx context.Context, act string, o channel.Outlet) error {
	if len(o.Sites) == 0 {
		return s.allow(ctx, act, "")
	}
	for _, site := range o.Sites {
		unit, err := s.sayOver(ctx, "", "", site)
		if err == nil {
			err = s.allow(ctx, act, unit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// outletsTo are the outlets that one may do something to, by id. Denied: none,
// or not the one that is asked for.
func (s *Server) outletsTo(ctx context.Context, act, id string) (map[string]channel.Outlet, error) {
	all, err := s.Channels.Outlets.All(ctx)
	if err != nil {
		return nil, err
	}
	out, refused := map[string]channel.Outlet{}, s.allow(ctx, act, "")
	for _, o := range all {
		if id != "" && id != o.ID {
			continue
		}
		if err := s.onOutlet(ctx, act, o); err == nil {
			out[o.ID] = o
		} else if !gongkai.Is(err, gongkai.Denied) {
			return nil, err
		}
	}
	if len(out) == 0 && refused != nil {
		return nil, refused
	}
	return out, nil
}

func (s *Server) reach(ctx context.Context, in *ReachAsk) (out []ReachView, err error) {
	outlets, err := s.outletsTo(ctx, policy.DeliveryRead, in.Outlet)
	if err != nil {
		return nil, err
	}
	months, err := s.Channels.Reaches.Months(in.From, in.To)
	if err != nil {
		return nil, err
	}
	all, err := s.Channels.Reaches.Of(ctx, months)
	for _, r := range all {
		if o, may := outlets[r.Outlet]; may {
			out = append(out, reachView(r, o))
		}
	}
	return out, err
}

func (s *Server) listReach(ctx context.Context, in *ReachAsk) (*of[List[ReachView]], error) {
	out, err := s.reach(ctx, in)
	return listed(out, "", err)
}

// reachHeads are the columns of the tables. Those that a person fills in are
// called as an import calls them.
func reachHeads() []any {
	heads := []any{"渠道", "名称", "平台", "月份", "信息条数", "发布次数", "原创", "转载"}
	for _, f := range channel.ReachFigures {
		heads = append(heads, f.Zh, f.Zh+"来源", f.Zh+"时间", f.Zh+"平台所报")
	}
	return heads
}

// cells is a row of the tables; what nobody told is left empty. What the platform
// says stands beside it once more: so an import sees whether a person changed it.
func (v ReachView) cells() []any {
	row := []any{v.Outlet, v.Name, v.Kind, v.Month, v.Counted.Items, v.Counted.Posts, v.Counted.Original, v.Counted.Reposted}
	for _, f := range []*channel.Figure{v.Issues, v.Reads, v.Shares} {
		switch {
		case f == nil:
			row = append(row, "", "", "", "")
		case f.Source == channel.SourcePlatform:
			row = append(row, f.N, channel.ReachSources[f.Source], clockDay(f.At), f.N)
		case f.Says == nil:
			row = append(row, f.N, channel.ReachSources[f.Source], clockDay(f.At), "")
		default:
			row = append(row, f.N, channel.ReachSources[f.Source], clockDay(f.At), *f.Says)
		}
	}
	return row
}

// reachTaken says in the trail that figures are taken away.
func (s *Server) reachTaken(ctx context.Context, in *ReachAsk) ([]ReachView, error) {
	rows, err := s.reach(ctx, in)
	if err != nil {
		return nil, err
	}
	return rows, s.record(ctx, "report.export", "report/reach", "", map[string]string{"from": in.From, "to": in.To, "outlet": in.Outlet})
}

func (s *Server) reachSheet(ctx context.Context, in *ReachAsk) (*stream, error) {
	rows, err := s.reachTaken(ctx, in)
	if err != nil {
		return nil, err
	}
	return spreadsheet("传播数据.xlsx", reachHeads(), func(row func(...any) error) error {
		for _, v := range rows {
			if err := row(v.cells()...); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Server) reachCSV(ctx context.Context, in *ReachAsk) (*stream, error) {
	rows, err := s.reachTaken(ctx, in)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("\ufeff") // else spreadsheets take it for another encoding
	w := csv.NewWriter(&out)
	for i := -1; i < len(rows); i++ {
		cells := reachHeads()
		if i >= 0 {
			cells = rows[i].cells()
		}
		line := make([]string, len(cells))
		for k, c := range cells {
			switch c := c.(type) {
			case string:
				line[k] = harmless(c)
			case int64:
				line[k] = strconv.FormatInt(c, 10)
			}
		}
		if err := w.Write(line); err != nil {
			return nil, noSheet(err)
		}
	}
	w.Flush()
	return &stream{func(ctx huma.Context) {
		ctx.SetStatus(http.StatusOK)
		ctx.SetHeader("Content-Type", "text/csv; charset=utf-8")
		ctx.SetHeader("Content-Disposition", `attachment; filename="reach.csv"`)
		_, _ = io.Copy(ctx.BodyWriter(), &out) // into memory: it cannot fail
	}}, nil
}

type putReachIn struct {
	BySlug
	Month string `path:"month" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" doc:"Such as 2026-11"`
	Body  struct {
		Issues *int64 `json:"issues,omitempty" minimum:"0" maximum:"1000000000000" doc:"Issues or articles of the outlet"`
		Reads  *int64 `json:"reads,omitempty" minimum:"0" maximum:"1000000000000"`
		Shares *int64 `json:"shares,omitempty" minimum:"0" maximum:"1000000000000"`
	}
}

func (s *Server) putReach(ctx context.Context, in *putReachIn) (*of[ReachView], error) {
	o, err := s.Channels.Outlets.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.onOutlet(ctx, policy.ReachManage, o); err != nil {
		return nil, err
	}
	e := channel.ReachEntry{Outlet: o.ID, Month: in.Month, Figures: map[string]int64{}, Source: channel.SourceHand, By: actorOf(ctx).ID}
	detail := map[string]string{"month": in.Month, "source": e.Source}
	for name, n := range map[string]*int64{platform.Issues: in.Body.Issues, platform.Reads: in.Body.Reads, platform.Shares: in.Body.Shares} {
		if n != nil {
			e.Figures[name], detail[name] = *n, strconv.FormatInt(*n, 10)
		}
	}
	r, err := s.Channels.Reaches.Put(ctx, e, true)
	if err != nil {
		return nil, err
	}
	return answer(reachView(r, o), s.record(ctx, policy.ReachManage, "outlet/"+o.ID, "", detail))
}

type importReachIn struct {
	RawBody []byte `contentType:"text/csv"`
}

// Loaded is what came of a file.
type Loaded struct {
	Rows int `json:"rows"`
}

func (s *Server) importReach(ctx context.Context, in *importReachIn) (*of[Loaded], error) {
	mine, err := s.outletsTo(ctx, policy.ReachManage, "")
	if err != nil {
		return nil, err
	}
	n, err := s.Channels.Import(ctx, in.RawBody, actorOf(ctx).ID, func(id string) bool { return mine[id].ID != "" })
	if err != nil {
		return nil, err
	}
	return answer(Loaded{n}, s.record(ctx, policy.ReachManage, "reach", "", map[string]string{"source": channel.SourceImport, "rows": strconv.Itoa(n)}))
}
