// What changed in an item, as JSON and as a page.

package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/policy"
	"gongkai/workflow"
	"gongkai/workflow/difference"
)

func (s *Server) registerDifferences() {
	list := op(http.MethodGet, "/items/{id}/differences", "differences", "text", "版本比对 What changed between two versions: since one last looked, if nothing else is said")
	list.Description = "无权查看未遮掩文本的人看到的是遮掩后文本的差异；两个清样按公开形式比对。Who may not see the unmasked text gets the difference of the masked forms; two proof sheets are compared as the public sees them. See docs/differences.md."
	register(s.routes, list, onUnit(policy.ItemRead), s.differences)
	page := op(http.MethodGet, "/items/{id}/differences.html", "differences-page", "text", "版本比对（网页） The same as a page, inline or side by side")
	register(s.routes, page, onUnit(policy.ItemRead), s.differencesPage)
}

// VersionsQuery says which versions are compared.
type VersionsQuery struct {
	ByItem
	From  string `query:"from" maxLength:"64" doc:"A revision or a sheet by its id, live (what the public sees), or seen (standard): what one has read or signed before"`
	To    string `query:"to" maxLength:"64" doc:"A revision or a sheet by its id, live, or current (standard): the newest"`
	Whole bool   `query:"whole" doc:"Keep what did not change"`
}

func (s *Server) differences(ctx context.Context, in *VersionsQuery) (*of[difference.Document], error) {
	return answer(s.compared(ctx, in))
}

// compared is the document, once it stands in the trail that somebody else's
// text is seen unmasked.
func (s *Server) compared(ctx context.Context, in *VersionsQuery) (difference.Document, error) {
	d, err := s.Engine.Differences(ctx, actorOf(ctx), in.ID, workflow.Between{From: in.From, To: in.To, Whole: in.Whole})
	if err != nil || d.Form != "unmasked" {
		return d, err
	}
	for _, v := range []*difference.Version{d.From, &d.To} {
		if v == nil || v.Author == actorOf(ctx).ID || v == d.From && v.Revision == d.To.Revision {
			continue
		}
		if err := s.record(ctx, policy.ItemReadUnmasked, "item/"+in.ID, s.unitOf(ctx, in.ID), map[string]string{"revision": v.Revision}); err != nil {
			return difference.Document{}, err
		}
	}
	return d, nil
}

type differencesPageIn struct {
	VersionsQuery
	Layout string `query:"layout" enum:"inline,side" default:"inline" doc:"side: side by side"`
}

func (s *Server) differencesPage(ctx context.Context, in *differencesPageIn) (*stream, error) {
	d, err := s.compared(ctx, &in.VersionsQuery)
	if err != nil {
		return nil, err
	}
	html, err := difference.Page(d, in.Layout)
	if err != nil {
		return nil, gongkai.E(gongkai.Internal, "page", "", "").Because(err)
	}
	return &stream{func(ctx huma.Context) {
		ctx.SetStatus(http.StatusOK)
		ctx.SetHeader("Content-Type", "text/html; charset=utf-8")
		ctx.SetHeader("Content-Security-Policy", difference.PagePolicy())
		_, _ = ctx.BodyWriter().Write(html) // into memory: it cannot fail
	}}, nil
}
