// Sites, columns and units as readers get them.

package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gongkai/publication"
)

// PublicSite (站点) is a site.
type PublicSite struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Domain string `json:"domain"`
	IDCode string `json:"id_code" doc:"网站标识码"`
	Unit   string `json:"unit" doc:"主办单位"`
}

// PublicColumn (栏目) is a node of a site's tree.
type PublicColumn struct {
	ID          string `json:"id"`
	Site        string `json:"site"`
	Parent      string `json:"parent" doc:"Empty at the root"`
	Path        string `json:"path" doc:"Path on the site"`
	Depth       int    `json:"depth" doc:"0 at the root"`
	Order       int64  `json:"order" doc:"Among its siblings"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Keywords    string `json:"keywords"`
	Type        string `json:"type"`
	UpdateCycle string `json:"update_cycle,omitempty" doc:"更新周期, as the column or the nearest above it says: realtime, daily, weekly, monthly, quarterly, half_yearly, yearly, irregular"`

	Standing *PublicStanding `json:"standing,omitempty" doc:"If counts were asked for"`
}

// PublicStanding (栏目现状) is what a column shows with those below it.
type PublicStanding struct {
	Items int    `json:"items" doc:"How many items show: counted to 1,000 in a tree, to 10,000 of one column"`
	More  bool   `json:"more" doc:"There are more than items: counting stopped there"`
	Last  string `json:"last" doc:"Newest 发布日期; empty: nothing shows"`
	Due   string `json:"due" doc:"Until when something new is expected: one update cycle after the last; empty: at no set time"`
}

// treeCount is how far each column of a tree is counted.
const treeCount = 1000

// PublicColumnPage is a column with what its page prints.
type PublicColumnPage struct {
	PublicColumn
	Breadcrumb []PublicCrumb `json:"breadcrumb" doc:"Columns from the root to this one"`
	PageTags   PageTags      `json:"page_tags"`
}

// PublicUnit (单位) is an organisation.
type PublicUnit struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Parent string `json:"parent" doc:"Empty at the root"`
	Depth  int    `json:"depth" doc:"0 at the root"`
}

// PublicSites is the list of all sites.
type PublicSites struct {
	Sites []PublicSite `json:"sites"`
}

// PublicColumns is the column tree of a site as a flat list.
type PublicColumns struct {
	Columns []PublicColumn `json:"columns"`
}

// PublicUnits is the unit tree as a flat list.
type PublicUnits struct {
	Units []PublicUnit `json:"units"`
}

type publicOne struct {
	PublicIf
	ID string `path:"id" maxLength:"64"`
}

type publicColumnIn struct {
	PublicIf
	ID     string `path:"id" maxLength:"64"`
	Counts bool   `query:"counts" doc:"Say how many items show, when the last came, and when the next is due"`
}

type publicOfSite struct {
	PublicIf
	Site   string `query:"site" required:"true" minLength:"1" maxLength:"64"`
	Counts bool   `query:"counts" doc:"Say of each column how many items show, when the last came, and when the next is due"`
}

func (c contentAPI) sites(ctx context.Context, _ *PublicIf) (out PublicSites, changed int64, err error) {
	all, err := c.pages.AllSites(ctx)
	return PublicSites{each(all, siteOf)}, 0, err
}

func (c contentAPI) site(ctx context.Context, in *publicOne) (out PublicSite, changed int64, err error) {
	s, err := c.pages.Site(ctx, in.ID)
	return siteOf(s), s.Updated, missingParam(err, "id")
}

func (c contentAPI) columns(ctx context.Context, in *publicOfSite) (out PublicColumns, changed int64, err error) {
	if _, err := c.pages.Site(ctx, in.Site); err != nil {
		return out, 0, missingParam(err, "site")
	}
	tree, err := c.pages.Tree(ctx, in.Site)
	out.Columns = each(tree, columnOf)
	cycles := map[string]string{}
	for i := range out.Columns { // each before its children
		col := &out.Columns[i]
		col.UpdateCycle = cmp.Or(col.UpdateCycle, cycles[col.Parent])
		cycles[col.ID] = col.UpdateCycle
		if in.Counts && err == nil {
			col.Standing, err = c.standing(ctx, *col, treeCount)
		}
	}
	return out, 0, err
}

// standing counts a column and says how fresh it is.
func (c contentAPI) standing(ctx context.Context, col PublicColumn, most int) (*PublicStanding, error) {
	s, err := c.pages.Standing(ctx, col.Site, col.ID, most)
	return &PublicStanding{s.Items, s.More, localTime(s.Last), localTime(publication.DueBy(col.UpdateCycle, s.Last))}, err
}

func (c contentAPI) column(ctx context.Context, in *publicColumnIn) (out PublicColumnPage, changed int64, err error) {
	col, err := c.pages.Column(ctx, in.ID)
	if err != nil {
		return out, 0, missingParam(err, "id")
	}
	trail, err := c.pages.Trail(ctx, col.Path)
	if err != nil {
		return out, 0, err
	}
	out = PublicColumnPage{PublicColumn: columnOf(col), Breadcrumb: each(trail, crumbOf)}
	for _, above := range slices.Backward(trail) {
		out.UpdateCycle = cmp.Or(out.UpdateCycle, above.UpdateCycle)
	}
	if in.Counts {
		if out.Standing, err = c.standing(ctx, out.PublicColumn, publication.CountList); err != nil {
			return out, 0, err
		}
	}
	out.PageTags, err = c.siteTags(ctx, col.Site)
	out.PageTags.ofColumn(col)
	return out, 0, err
}

func (c contentAPI) units(ctx context.Context, _ *PublicIf) (out PublicUnits, changed int64, err error) {
	all, err := c.pages.AllUnits(ctx)
	return PublicUnits{each(all, unitOf)}, 0, err
}

func crumbOf(c publication.Column) PublicCrumb {
	return PublicCrumb{PublicRef{c.ID, c.Name}, c.SlugPath}
}

func siteOf(s publication.Site) PublicSite {
	return PublicSite{ID: s.ID, Name: s.Name, Domain: s.Domain, IDCode: s.IDCode, Unit: s.Unit}
}

func columnOf(c publication.Column) PublicColumn {
	return PublicColumn{ID: c.ID, Site: c.Site, Parent: c.Parent, Path: c.SlugPath, Depth: depth(c.Path), Order: c.Order,
		Name: c.Name, Description: c.Description, Keywords: c.Keywords, Type: c.Type, UpdateCycle: c.UpdateCycle}
}

func unitOf(u publication.Unit) PublicUnit {
	return PublicUnit{ID: u.ID, Name: u.Name, Parent: u.Parent, Depth: depth(u.Path)}
}

// depth counts the nodes above a materialised path.
func depth(path string) int { return max(strings.Count(path, "/")-2, 0) }

func each[A, B any](in []A, to func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, to(a))
	}
	return out
}
