// Units, sites, columns and kinds.

package api

import (
	"context"
	"net/http"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

func (s *Server) registerPlaces() {
	register(s.routes, op(http.MethodGet, "/units", "list-units", "places", "单位 Units"), signedIn(), s.listUnits)
	unit := op(http.MethodPut, "/units/{id}", "put-unit", "places", "设置单位 Add or change a unit")
	unit.Description = "停用（disabled）时，凡仍须由该单位办理的（下级单位、在办信息、站点、流程指定签署、已公开信息的看管）一并列明并拒绝。Closing it (disabled) is refused while something needs it, with all of it: units below, items under way, sites, pipelines that name it, what it has released and nobody could take down."
	register(s.routes, unit, onUnit(policy.UnitManage), s.putUnit)
	register(s.routes, op(http.MethodGet, "/sites", "list-sites", "places", "站点 Sites"), signedIn(), s.listSites)
	register(s.routes, op(http.MethodPut, "/sites/{id}", "put-site", "places", "设置站点 Add or change a site"), onUnit(policy.SiteManage), s.putSite)
	register(s.routes, op(http.MethodGet, "/columns", "list-columns", "places", "栏目 Columns"), signedIn(), s.listColumns)
	register(s.routes, op(http.MethodPut, "/columns/{id}", "put-column", "places", "设置栏目 Add or change a column"), onUnit(policy.ColumnManage), s.putColumn)
	register(s.routes, op(http.MethodGet, "/kinds", "list-kinds", "places", "信息类型 Kinds with all their fields"), signedIn(), s.listKinds)
	register(s.routes, op(http.MethodPut, "/kinds/{id}", "put-kind", "places", "设置信息类型 Add or change a kind of one's own"), anywhere(policy.KindManage), s.putKind)
}

// BySlug is the path to a place.
type BySlug struct {
	ID string `path:"id" pattern:"^[a-z0-9][a-z0-9-]{0,39}$" doc:"Lower-case letters, digits, hyphens"`
}

// changed records a change of a place and wakes who copies it to the public.
func changed[T any](ctx context.Context, s *Server, doc T, err error, kind, id, act, unit string) (*of[T], error) {
	if err != nil {
		return nil, err
	}
	s.Wake(kind, id)
	return answer(doc, s.record(ctx, act, kind+"/"+id, unit, digested(doc)))
}

func (s *Server) listUnits(ctx context.Context, _ *none) (*of[List[content.Unit]], error) {
	all, err := content.All(ctx, s.Content.Units)
	return listed(all, "", err)
}

type unitIn struct {
	BySlug
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"200" doc:"Full standard name"`
		Parent   string `json:"parent,omitempty" maxLength:"40"`
		USCC     string `json:"uscc,omitempty" maxLength:"18" doc:"统一社会信用代码"`
		Disabled bool   `json:"disabled,omitempty" doc:"Closed (停用): nothing new is drafted for it"`
	}
}

// putUnit is decided on the unit itself; for a new one, on its parent.
func (s *Server) putUnit(ctx context.Context, in *unitIn) (*of[content.Unit], error) {
	on := in.ID
	if _, err := s.Content.Units.Get(ctx, in.ID); gongkai.Is(err, gongkai.Missing) {
		on = in.Body.Parent
	} else if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, policy.UnitManage, on); err != nil {
		return nil, err
	}
	u := content.Unit{Name: in.Body.Name, Parent: in.Body.Parent, USCC: in.Body.USCC, Disabled: in.Body.Disabled}
	u.ID = in.ID
	u, err := s.Engine.PutUnit(ctx, u)
	return changed(ctx, s, u, err, "unit", in.ID, policy.UnitManage, in.ID)
}

func (s *Server) listSites(ctx context.Context, _ *none) (*of[List[content.Site]], error) {
	all, err := content.All(ctx, s.Content.Sites)
	return listed(all, "", err)
}

type siteIn struct {
	BySlug
	Body struct {
		Name    string `json:"name" minLength:"1" maxLength:"200" doc:"网站名称 SiteName"`
		Domain  string `json:"domain,omitempty" maxLength:"253" doc:"域名 SiteDomain, without scheme"`
		IDCode  string `json:"id_code,omitempty" maxLength:"40" doc:"网站标识码 SiteIDCode"`
		Unit    string `json:"unit" minLength:"1" maxLength:"40" doc:"主办单位"`
		IndexNo string `json:"index_no,omitempty" maxLength:"200" doc:"Template of index numbers"`
		PageURL string `json:"page_url,omitempty" maxLength:"500" doc:"页面地址模板 Template of page addresses on its portal, http or https, with {id}, {path} or {index_no}. New media wait until the page is seen there (首发)"`
	}
}

// putSite is decided on the unit that gets the site and on the one that has it.
func (s *Server) putSite(ctx context.Context, in *siteIn) (*of[content.Site], error) {
	if err := s.allow(ctx, policy.SiteManage, in.Body.Unit); err != nil {
		return nil, err
	}
	if there, err := s.Content.Sites.Get(ctx, in.ID); err == nil {
		if err := s.allow(ctx, policy.SiteManage, there.Unit); err != nil {
			return nil, err
		}
	} else if !gongkai.Is(err, gongkai.Missing) {
		return nil, err
	}
	site := content.Site{Name: in.Body.Name, Domain: in.Body.Domain, IDCode: in.Body.IDCode, Unit: in.Body.Unit, IndexNo: in.Body.IndexNo, PageURL: in.Body.PageURL}
	site.ID = in.ID
	site, err := s.Engine.PutSite(ctx, site)
	return changed(ctx, s, site, err, "site", in.ID, policy.SiteManage, in.Body.Unit)
}

func (s *Server) listColumns(ctx context.Context, _ *none) (*of[List[content.Column]], error) {
	all, err := content.All(ctx, s.Content.Columns)
	return listed(all, "", err)
}

type columnIn struct {
	BySlug
	Body struct {
		Site         string                   `json:"site" minLength:"1" maxLength:"40"`
		Parent       string                   `json:"parent,omitempty" maxLength:"40"`
		Slug         string                   `json:"slug" minLength:"1" maxLength:"40" doc:"Element of page paths"`
		Name         string                   `json:"name" minLength:"1" maxLength:"100"`
		Description  string                   `json:"description,omitempty" maxLength:"1000"`
		Keywords     string                   `json:"keywords,omitempty" maxLength:"500"`
		Type         string                   `json:"type,omitempty" maxLength:"100" doc:"ColumnType of the page tags"`
		Kinds        []string                 `json:"kinds,omitempty" maxItems:"100" doc:"Kinds that may stand here; absent: all"`
		Pipeline     string                   `json:"pipeline,omitempty" maxLength:"64" doc:"Pipeline of items with this home column"`
		Pipelines    []content.PipelineChoice `json:"pipelines,omitempty" maxItems:"50" doc:"Other pipelines by kind, risk tier and case (minors, repost): the first row that fits counts, and pipeline where none does. Each asks for at least what its tier or case demands"`
		Order        int64                    `json:"order,omitempty"`
		WorkingDays  *int64                   `json:"working_days,omitempty" minimum:"0" maximum:"1000" doc:"Working days within which items with this home column are public (公开时限); 0: no term; absent: as the column above it, at last as the installation"`
		CalendarDays *int64                   `json:"calendar_days,omitempty" minimum:"1" maximum:"1000" doc:"The same in calendar days (“日”, as of 行政处罚结果), instead of working_days; neither: as the column above it, at last as the installation"`
		Bundle       string                   `json:"bundle,omitempty" enum:"required,after,none" doc:"同步发布 Whether a document with this home column goes out with its interpretation: required; after: alone, and the interpretation is owed within 3 working days; none: as one likes; absent: as the column above it"`
		UpdateCycle  string                   `json:"update_cycle,omitempty" enum:"realtime,daily,weekly,monthly,quarterly,half_yearly,yearly,irregular" doc:"更新周期 How often its open data changes; absent: as the column above it"`
		License      string                   `json:"license,omitempty" maxLength:"200" doc:"使用许可 On what terms its open data may be used; absent: as the column above it"`
		Correction   string                   `json:"correction,omitempty" enum:"words,full" doc:"Corrections of what is live: words: changed words may go the short way; full: never; absent: as the column above it, at last words"`
	}
}

// putColumn is decided on the unit of the site.
func (s *Server) putColumn(ctx context.Context, in *columnIn) (*of[content.Column], error) {
	b := in.Body
	site, err := s.Content.Sites.Get(ctx, b.Site)
	if err != nil {
		if refused := s.allow(ctx, policy.ColumnManage, ""); refused != nil {
			err = refused
		}
		return nil, err
	}
	if err := s.allow(ctx, policy.ColumnManage, site.Unit); err != nil {
		return nil, err
	}
	c := content.Column{Site: b.Site, Parent: b.Parent, Slug: b.Slug, Name: b.Name, Description: b.Description, Keywords: b.Keywords, Type: b.Type, Kinds: b.Kinds, Pipeline: b.Pipeline, Pipelines: b.Pipelines, Order: b.Order, WorkingDays: b.WorkingDays, CalendarDays: b.CalendarDays, Bundle: b.Bundle, Correction: b.Correction, UpdateCycle: b.UpdateCycle, License: b.License}
	if err := s.Engine.CheckColumn(ctx, c); err != nil {
		return nil, err
	}
	c.ID = in.ID
	c, err = s.Content.PutColumn(ctx, c)
	return changed(ctx, s, c, err, "column", in.ID, policy.ColumnManage, site.Unit)
}

// KindView is a kind with the common fields before its own, as forms show them.
type KindView struct {
	content.Kind
	Fields []content.Field `json:"fields" doc:"All fields, common ones first"`
}

func (s *Server) listKinds(ctx context.Context, _ *none) (*of[List[KindView]], error) {
	all, err := content.All(ctx, s.Content.Kinds)
	var out []KindView
	for _, k := range all {
		out = append(out, KindView{k, k.Fields()})
	}
	return listed(out, "", err)
}

type kindIn struct {
	ID   string `path:"id" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Body struct {
		Zh       string          `json:"zh" minLength:"1" maxLength:"100"`
		En       string          `json:"en" minLength:"1" maxLength:"100"`
		Own      []content.Field `json:"own" maxItems:"200" doc:"Fields beyond the common metadata"`
		Required []string        `json:"required,omitempty" maxItems:"100" doc:"Common fields that this kind demands"`
		Member   bool            `json:"member,omitempty" doc:"Its items go with a document: they may be signed and released together with it (成套)"`
		AtEnd    string          `json:"at_end,omitempty" enum:"mark,remove_files" doc:"When a publicity period (publicity_to) is over: mark (absent too) or remove_files. The only thing that is set of a built-in kind, with all else sent as it is"`
	}
}

func (s *Server) putKind(ctx context.Context, in *kindIn) (*of[KindView], error) {
	k := content.Kind{Zh: in.Body.Zh, En: in.Body.En, Own: in.Body.Own, Required: in.Body.Required, Member: in.Body.Member, AtEnd: in.Body.AtEnd}
	k.ID = in.ID
	k, err := s.Content.PutKind(ctx, k)
	return changed(ctx, s, KindView{k, k.Fields()}, err, "kind", in.ID, policy.KindManage, "")
}
