// Lists of released items, and the names in them.

package api

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/content"
	"gongkai/publication"
)

// Bounds of what one list can be asked for.
const (
	maxIDs     = 50
	maxFilters = 10 // by topic, genre … and by fields
	fieldParam = "field."
)

type publicListIn struct {
	PublicIf
	PublicParts
	Site    string   `query:"site" maxLength:"64" doc:"Required without ids. With ids: of an item on several sites, the page on this one if it is there"`
	IDs     []string `query:"ids" maxItems:"50" doc:"These items, in this order; what is not there is named in missing. Goes with site, fields and expand alone"`
	Column  string   `query:"column" maxLength:"64" doc:"栏目"`
	Subtree bool     `query:"subtree" default:"true" doc:"With the columns below it"`
	Unit    string   `query:"unit" maxLength:"64" doc:"单位, with those below it"`
	Kind    string   `query:"kind" maxLength:"64" doc:"信息类型"`
	Year    int64    `query:"year" minimum:"1900" maximum:"2200" doc:"Year of the document: of 成文日期, else of its publication"`
	From    string   `query:"from" maxLength:"40" doc:"发布日期: on this day (2006-01-02, Beijing time) or at this time (RFC 3339), or later"`
	To      string   `query:"to" maxLength:"40" doc:"发布日期: on this day or earlier, or before this time"`
	PublicTerms
	Lang   string `query:"lang" maxLength:"35"`
	Sort   string `query:"sort" enum:"newest,oldest" default:"newest" doc:"By 发布日期; there is no other order"`
	Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"At most 20 with an expand that reads relations or files"`
	After  string `query:"after" maxLength:"1000" doc:"next of the list before"`
	Before string `query:"before" maxLength:"1000" doc:"prev of the list behind; instead of after"`
	Total  bool   `query:"total" doc:"Count the list too"`
}

// PublicTerms (筛选词) are the filters that lists and searches have beside place,
// kind and dates.
type PublicTerms struct {
	Topic    string `query:"topic" maxLength:"400" doc:"主题分类. A first level (综合政务) has the second ones (综合政务\\政务公开) with it"`
	Genre    string `query:"genre" maxLength:"400" doc:"体裁分类"`
	Service  string `query:"service" maxLength:"400" doc:"服务对象分类"`
	Validity string `query:"validity" maxLength:"400" doc:"效力状态, as it is now: in_force, not_yet, amended, lapsed, abolished, declared_lapsed"`

	given url.Values
}

// Resolve notes the parameters whose names no type can know: field.<name>.
func (in *PublicTerms) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	in.given = u.Query()
	return nil
}

var _ huma.Resolver = (*PublicTerms)(nil)

// fieldFilters describes field.<name>: any number of parameters, as one object.
func fieldFilters() *huma.Param {
	explode := true
	return &huma.Param{Name: "field", In: "query", Style: "form", Explode: &explode,
		Description: "field.<name>=<value>: a field that a kind lets readers filter by (facet), such as field.form=text or field.statutory=…; a date by its year. With topic, genre, service and validity ten at most",
		Schema:      &huma.Schema{Type: huma.TypeObject, AdditionalProperties: &huma.Schema{Type: huma.TypeString}},
		Example:     map[string]string{"field.normative": "yes"}}
}

// PublicList is one page of a list.
type PublicList struct {
	Items   []PublicEntry `json:"items"`
	Next    string        `json:"next" doc:"Pass it as after; empty at the end. A list without an index of its own may be short, or empty, and yet have a next one"`
	Prev    string        `json:"prev" doc:"Pass it as before; empty at the beginning"`
	Total   *int          `json:"total,omitempty" doc:"If it was asked for: how many there are, counted to 10,000; without an index of its own, as far as 2,000 pages tell"`
	More    bool          `json:"more,omitempty" doc:"There may be more than total: counting stopped there"`
	Missing []string      `json:"missing,omitempty" doc:"Those of ids that cannot be read: never were, are not yet, or are no more"`

	only []string
}

// MarshalJSON leaves out of the items what fields did not ask for.
func (l PublicList) MarshalJSON() ([]byte, error) {
	type whole PublicList
	if len(l.only) == 0 {
		return json.Marshal(whole(l))
	}
	return json.Marshal(struct {
		whole
		Items []sparse `json:"items"`
	}{whole(l), each(l.Items, func(e PublicEntry) sparse { return sparse{e, l.only} })})
}

func (c contentAPI) list(ctx context.Context, in *publicListIn) (out PublicList, changed int64, err error) {
	expand, err := in.read(entryNames, in.Limit)
	if err != nil {
		return out, 0, err
	}
	if len(in.IDs) > 0 {
		return c.listed(ctx, in, expand)
	}
	f, err := c.filter(ctx, in)
	if err != nil {
		return out, 0, err
	}
	found, err := c.pages.List(ctx, f)
	if err != nil {
		name := "after"
		if in.Before != "" {
			name = "before"
		}
		return out, 0, named(err, map[string]string{"bad_cursor": name})
	}
	out.Next, out.Prev, out.More, out.only = found.Next, found.Prev, found.More, in.only()
	if in.Total {
		out.Total = &found.Total
	}
	out.Items, err = c.entries(ctx, found.Pages, expand)
	return out, 0, err
}

// listed answers with the items that are asked for by their ids.
func (c contentAPI) listed(ctx context.Context, in *publicListIn, expand expansion) (out PublicList, changed int64, err error) {
	for name := range in.given {
		if !slices.Contains([]string{"ids", "site", "fields", "expand"}, name) {
			return out, 0, badParam(nameOf(name), "with_ids", "不能与 ids 并用", "does not go with ids")
		}
	}
	if len(in.IDs) > maxIDs {
		return out, 0, badParam("ids", "too_many", "一次最多50个", "has more than 50 at a time")
	}
	if len(in.IDs) > mostExpanded && expand.costs() {
		return out, 0, tooManyToExpand("ids")
	}
	for _, id := range in.IDs {
		if err := readable("ids", id, "site", in.Site); err != nil || id == "" || len(id) > 64 {
			return out, 0, badParam("ids", "text", "不是有效的编号", "is no list of ids")
		}
	}
	pages, err := c.pages.Showing(ctx, in.Site, in.IDs)
	if err != nil {
		return out, 0, err
	}
	for _, id := range in.IDs {
		if !slices.ContainsFunc(pages, func(p publication.Page) bool { return p.Item == id }) && !slices.Contains(out.Missing, id) {
			out.Missing = append(out.Missing, id)
		}
	}
	out.only = in.only()
	out.Items, err = c.entries(ctx, pages, expand)
	return out, 0, err
}

type publicByDocNo struct {
	PublicIf
	PublicParts
	DocNo string `query:"doc_no" required:"true" minLength:"1" maxLength:"200" doc:"文号: 国办发〔2017〕47号, with any brackets, of any width"`
	Site  string `query:"site" maxLength:"64" doc:"On this site only"`
}

func (c contentAPI) byDocNo(ctx context.Context, in *publicByDocNo) (out PublicList, changed int64, err error) {
	if err := readable("doc_no", in.DocNo, "site", in.Site); err != nil {
		return out, 0, err
	}
	expand, err := in.read(entryNames, mostExpanded)
	if err != nil {
		return out, 0, err
	}
	pages, err := c.pages.ByDocNo(ctx, in.DocNo, in.Site)
	if err != nil {
		return out, 0, err
	}
	if len(pages) > mostExpanded && expand.costs() {
		return out, 0, tooManyToExpand("expand")
	}
	out.only = in.only()
	out.Items, err = c.entries(ctx, pages, expand)
	return out, 0, err
}

// filter reads what a list is asked for.
func (c contentAPI) filter(ctx context.Context, in *publicListIn) (f publication.Filter, err error) {
	if err := readable("site", in.Site, "column", in.Column, "unit", in.Unit, "kind", in.Kind, "after", in.After, "before", in.Before, "lang", in.Lang); err != nil {
		return f, err
	}
	switch {
	case in.Site == "":
		return f, badParam("site", "required", "须指定站点或 ids", "is required, or ids")
	case in.After != "" && in.Before != "":
		return f, badParam("before", "both", "不能与 after 并用", "does not go with after")
	}
	f = publication.Filter{Site: in.Site, Column: in.Column, Exact: !in.Subtree, Unit: in.Unit, Kind: in.Kind, Year: in.Year, Lang: in.Lang,
		Oldest: in.Sort == "oldest", Limit: in.Limit, After: in.After, Before: in.Before, Count: in.Total}
	if f.From, err = dayOrTime("from", in.From, 0); err == nil {
		f.To, err = dayOrTime("to", in.To, 1)
	}
	if err != nil {
		return f, err
	}
	f.Terms, err = c.terms(ctx, in.Kind, in.PublicTerms)
	return f, err
}

// dayOrTime reads a day of Beijing, so many days later, or a time, in milliseconds.
func dayOrTime(name, s string, later int) (int64, error) {
	if s == "" {
		return 0, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, s, content.Shanghai)
	if err == nil {
		at = at.AddDate(0, 0, later)
	} else if at, err = time.Parse(time.RFC3339, s); err != nil {
		return 0, badParam(name, "date", "应为2006-01-02形式的日期或者RFC 3339形式的时间", "is a day (2006-01-02) or a time (RFC 3339)")
	}
	return max(at.UnixMilli(), 1), nil
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// nameOf is the name of a parameter as an error may tell it: not what somebody
// made up.
func nameOf(param string) string {
	if name, ok := strings.CutPrefix(param, fieldParam); !ok || fieldName.MatchString(name) {
		if len(param) <= 50 && !strings.ContainsFunc(param, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return param
		}
	}
	return "query"
}

// terms are the filters by classification and by fields, in order.
func (c contentAPI) terms(ctx context.Context, kind string, in PublicTerms) (out []string, err error) {
	values := map[string]string{"topic": in.Topic, "genre": in.Genre, "service": in.Service, "validity": in.Validity}
	params := map[string]string{}
	for param, given := range in.given {
		name, ok := strings.CutPrefix(param, fieldParam)
		if !ok {
			continue
		}
		if !fieldName.MatchString(name) || len(given) != 1 || values[name] != "" {
			return nil, badParam(nameOf(param), "field", "应为field.字段名=值，每个字段一次", "is field.<name>=<value>, each field once")
		}
		values[name], params[name] = given[0], param
	}
	if len(params) > maxFilters {
		return nil, badParam("field", "too_many", "筛选条件过多", "there are too many filters")
	}
	for name, value := range values {
		param := name
		if params[name] != "" {
			param = params[name]
			if err := c.filterable(ctx, kind, name); err != nil {
				return nil, err
			}
		}
		if value == "" && param == name {
			continue
		}
		if err := readable(param, value); err != nil || value == "" || utf8.RuneCountInString(value) > content.MaxFacet {
			return nil, badParam(nameOf(param), "text", "应为1至100字的文本", "is a text of 1 to 100 characters")
		}
		out = append(out, publication.Term(name, value))
	}
	if len(out) > maxFilters {
		return nil, badParam("field", "too_many", "筛选条件过多", "there are too many filters")
	}
	slices.Sort(out)
	return out, nil
}

// filterable refuses fields that no kind lets readers filter by.
func (c contentAPI) filterable(ctx context.Context, kind, name string) error {
	may, err := c.pages.Filterable(ctx, kind, name)
	if err == nil && !may {
		err = badParam(fieldParam+name, "not_filterable", "不是可以筛选的字段", "is no field that lists are filtered by")
	}
	return err
}

// naming looks up the names of columns and units, each once for an answer.
type naming struct {
	ctx            context.Context
	public         *publication.Public
	units, columns map[string]PublicRef
}

func (c contentAPI) naming(ctx context.Context) *naming {
	return &naming{ctx, c.pages, map[string]PublicRef{}, map[string]PublicRef{}}
}

func (n *naming) unit(id string) (PublicRef, error) {
	return lookUp(n.units, id, func() (string, error) { u, err := n.public.Unit(n.ctx, id); return u.Name, err })
}

func (n *naming) column(id string) (PublicRef, error) {
	return lookUp(n.columns, id, func() (string, error) { c, err := n.public.Column(n.ctx, id); return c.Name, err })
}

// lookUp answers without a name when the public copy has not come yet.
func lookUp(known map[string]PublicRef, id string, name func() (string, error)) (PublicRef, error) {
	if ref, ok := known[id]; ok || id == "" {
		return ref, nil
	}
	text, err := name()
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return PublicRef{}, err
	}
	known[id] = PublicRef{id, text}
	return known[id], nil
}

func (n *naming) entries(pages []publication.Page) ([]PublicEntry, error) {
	out := make([]PublicEntry, 0, len(pages))
	for _, page := range pages {
		entry, err := n.entry(page)
		if err != nil {
			return nil, err
		}
		out = append(out, entry)
	}
	return out, nil
}

func (n *naming) entry(page publication.Page) (PublicEntry, error) {
	column, err := n.column(page.Column)
	if err != nil {
		return PublicEntry{}, err
	}
	unit, err := n.unit(page.Unit)
	return PublicEntry{
		ID: page.Item, Site: page.Site, Path: page.Path, Href: itemHref(page.Item, page.Site), Column: column, Unit: unit,
		Kind: page.Kind, Lang: page.Lang, Title: page.Title, IndexNo: page.IndexNo, DocNo: page.DocNo, Validity: page.Validity, Ended: endedOn(page), Summary: page.Summary,
		Published: localTime(page.Published), Released: localTime(page.Released), Epoch: page.Epoch, Seq: page.Seq,
	}, err
}
