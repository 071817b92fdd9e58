// Findings (问题) in a revision: one by one, and summed up by what is settled
// at once.

package api

import (
	"context"
	"net/http"

	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerFindings() {
	list := op(http.MethodGet, "/items/{id}/findings", "list-findings", "text", "问题及处理 Findings and their decisions")
	list.Description = "位置的写法：title（字段）、roster[3][2]（表格第4行第3列）、attachments[0]（附件）、attachments[0].content#sheet[0]!C5（附件第1个工作表C5格）。" +
		"Places: a field, a cell of a table field, a file, a cell of a sheet in a file; indexes count from 0, and a decision about a place holds for all below it."
	register(s.routes, list, onUnit(policy.ItemRead), s.findings)
	sum := op(http.MethodGet, "/items/{id}/findings/summary", "sum-findings", "text", "问题汇总 Findings summed up by what is settled at once: a column, a field, the lines of a file")
	sum.Description = "对每组问题，以其place和kind作一个处理决定即可全部处理。One decision about place and kind of a group settles all of it (step resolve)."
	register(s.routes, sum, onUnit(policy.ItemRead), s.sumFindings)
}

type findingsIn struct {
	ByItem
	Paging
	Revision string `query:"revision" maxLength:"64" doc:"Absent: the head revision"`
	Place    string `query:"place" maxLength:"300" doc:"Only at or below this place; [*] stands for any index"`
	Kind     string `query:"kind" maxLength:"64" doc:"Only of this kind"`
	Open     bool   `query:"open" doc:"Only those that nobody has settled"`
}

func (s *Server) findings(ctx context.Context, in *findingsIn) (*of[List[workflow.Judged]], error) {
	page, err := s.Engine.Judged(ctx, actorOf(ctx), in.ID, workflow.Which{Revision: in.Revision, Place: in.Place, Kind: in.Kind, Open: in.Open, After: in.After, Limit: in.Limit})
	return listed(page.Docs, page.Next, err)
}

type sumIn struct {
	ByItem
	Revision string `query:"revision" maxLength:"64" doc:"Absent: the head revision"`
}

// Summary is what was found in a revision, in groups.
type Summary struct {
	Found  int              `json:"found"`
	Open   int              `json:"open" doc:"Findings that nobody has settled"`
	Groups []workflow.Group `json:"groups"`
}

func (s *Server) sumFindings(ctx context.Context, in *sumIn) (*of[Summary], error) {
	groups, err := s.Engine.Groups(ctx, actorOf(ctx), in.ID, in.Revision)
	out := Summary{Groups: groups}
	for _, g := range groups {
		out.Found, out.Open = out.Found+g.Found, out.Open+g.Open
	}
	return answer(out, err)
}

// few is the beginning of many findings: the rest has pages of its own.
func few(fs []content.Finding) []content.Finding {
	return fs[:min(len(fs), 200)]
}
