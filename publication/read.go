// Reading for the content API: pages by any of their names, trails, trees, files.

package publication

import (
	"cmp"
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// maxSites bounds how many pages one item can have.
const maxSites = 1000

// OfItem reads the pages of an item, one per site, in the order of the sites.
func (p *Public) OfItem(ctx context.Context, item string) ([]Page, error) {
	return p.pages(ctx, store.Eq("item", item))
}

// ByIndexNo reads the pages that bear an index number (索引号).
func (p *Public) ByIndexNo(ctx context.Context, no string) ([]Page, error) {
	return p.pages(ctx, store.Eq("index_no", no))
}

// maxSame bounds how many pages of one document number are shown.
const maxSame = 100

// ByDocNo reads the pages that show and bear a document number (文号), with brackets
// of any form: several bodies may use one, and several sites show one.
func (p *Public) ByDocNo(ctx context.Context, no, site string) (out []Page, err error) {
	key := content.DocNoKey(no)
	if key == "" {
		return nil, nil
	}
	where := []store.Cond{store.Eq("doc_key", key)}
	found, err := p.Pages.Find(ctx, store.Query{Where: where, Limit: maxSites})
	lookedUp(ctx, where, found.Docs)
	for _, page := range found.Docs {
		if page.State == Shows && (site == "" || page.Site == site) && len(out) < maxSame {
			out = append(out, page)
		}
	}
	return out, err
}

// ByPath reads the pages at a path of a site; moved are those that were there
// earlier and stand elsewhere now.
func (p *Public) ByPath(ctx context.Context, site, path string) (here, moved []Page, err error) {
	if here, err = p.pages(ctx, store.Eq("site", site), store.Eq("path", path)); err != nil {
		return nil, nil, err
	}
	moved, err = p.pages(ctx, store.Eq("site", site), store.Eq("former", path))
	return here, moved, err
}

func (p *Public) pages(ctx context.Context, where ...store.Cond) ([]Page, error) {
	found, err := p.Pages.Find(ctx, store.Query{Where: where, Limit: maxSites})
	lookedUp(ctx, where, found.Docs)
	return found.Docs, err
}

// Translations reads the pages that show the same text in another language,
// one per item.
func (p *Public) Translations(ctx context.Context, of Page) ([]Page, error) {
	if of.Group == "" {
		return nil, nil
	}
	found, err := p.pages(ctx, store.Eq("group", of.Group))
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(found))
	for _, page := range found {
		if page.Lang != of.Lang {
			ids = append(ids, page.Item)
		}
	}
	return p.Showing(ctx, of.Site, ids)
}

// maxMarked bounds how many items are shown that one item amends or replaces, or
// that interpret it.
const maxMarked = 200

// MarkedBy reads the pages that show and are marked as amended, repealed or
// replaced by the item, one per item.
func (p *Public) MarkedBy(ctx context.Context, item, site string) ([]Page, error) {
	return p.pointing(ctx, "mark.by", item, site)
}

// Interpreting (解读) reads the pages that show and interpret or explain the item,
// one per item.
func (p *Public) Interpreting(ctx context.Context, item, site string) ([]Page, error) {
	return p.pointing(ctx, "interprets", item, site)
}

// pointing reads the pages that show and name the item in a field.
func (p *Public) pointing(ctx context.Context, field, item, site string) ([]Page, error) {
	where := []store.Cond{store.Eq(field, item)}
	found, err := p.Pages.Find(ctx, store.Query{Where: where, Limit: maxMarked})
	lookedUp(ctx, where, found.Docs)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(found.Docs))
	for _, page := range found.Docs {
		ids = append(ids, page.Item)
	}
	return p.Showing(ctx, site, ids)
}

// Showing reads the pages of several items that show, in the order asked; of
// an item on several sites the one on site, or else the first.
func (p *Public) Showing(ctx context.Context, site string, items []string) ([]Page, error) {
	if len(items) == 0 {
		return nil, nil
	}
	found, err := p.pages(ctx, store.In("item", items...))
	if err != nil {
		return nil, err
	}
	best := map[string]Page{}
	for _, page := range found {
		if _, have := best[page.Item]; page.State == Shows && (!have || page.Site == site) {
			best[page.Item] = page
		}
	}
	var out []Page
	for _, item := range items {
		if page, ok := best[item]; ok {
			out = append(out, page)
			delete(best, item)
		}
	}
	return out, nil
}

// Found reads a page that the index named; it is Missing if there is none. What
// else the index knows bears no number: an answer with it does not hold.
func (p *Public) Found(ctx context.Context, id string) (Page, error) {
	unkept(ctx)
	return p.Pages.Get(ctx, id)
}

// Filterable tells whether lists can be filtered by a field: of this kind, or of
// any if none is named.
func (p *Public) Filterable(ctx context.Context, kind, field string) (bool, error) {
	facet := func(f Field) bool { return f.Facet && f.Name == field }
	for _, f := range content.Common {
		if facet(fieldOf(f)) {
			return true, nil
		}
	}
	all, err := content.All(ctx, p.Kinds)
	return slices.ContainsFunc(all, func(k Kind) bool {
		return (kind == "" || k.ID == kind) && slices.ContainsFunc(k.Fields, facet)
	}), err
}

// Trail reads the columns on a materialised path, root first. One whose public
// copy has not come yet is left out.
func (p *Public) Trail(ctx context.Context, path string) ([]Column, error) {
	var out []Column
	for _, id := range content.Ancestors(path) {
		c, err := p.Column(ctx, id)
		if gongkai.Is(err, gongkai.Missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// AllSites reads every site.
func (p *Public) AllSites(ctx context.Context) ([]Site, error) { return content.All(ctx, p.Sites) }

// AllUnits reads every unit, parents before their children.
func (p *Public) AllUnits(ctx context.Context) ([]Unit, error) {
	units, err := content.All(ctx, p.Units)
	slices.SortFunc(units, func(a, b Unit) int { return cmp.Compare(a.Path, b.Path) })
	return units, err
}

// Tree reads the columns of a site as a reader meets them: each before its
// children, siblings by their order.
func (p *Public) Tree(ctx context.Context, site string) ([]Column, error) {
	all, err := content.All(ctx, p.Columns, store.Eq("site", site))
	if err != nil {
		return nil, err
	}
	known, children := map[string]bool{}, map[string][]Column{}
	for _, c := range all {
		known[c.ID] = true
	}
	for _, c := range all {
		parent := c.Parent
		if !known[parent] { // its copy has not come yet
			parent = ""
		}
		children[parent] = append(children[parent], c)
	}
	return walk(children, "", nil), nil
}

func walk(children map[string][]Column, parent string, out []Column) []Column {
	level := children[parent]
	slices.SortFunc(level, func(a, b Column) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID)) })
	for _, c := range level {
		out = walk(children, c.ID, append(out, c))
	}
	return out
}

var noFile = gongkai.E(gongkai.Missing, "file", "没有这个文件", "there is no such file")

// FileOf describes a file of a live edition of the item; anything else is
// Missing: a digest that was guessed answers nothing.
func (p *Public) FileOf(ctx context.Context, item, digest string) (content.PublicFile, error) {
	pages, err := p.OfItem(ctx, item)
	if err != nil {
		return content.PublicFile{}, err
	}
	for _, page := range pages {
		if page.State != Shows || !slices.Contains(page.Files, digest) {
			continue
		}
		_, pub, err := p.Edition(ctx, page.Edition)
		if err != nil {
			return content.PublicFile{}, err
		}
		for _, f := range pub.Files {
			if f.Digest == digest {
				return f, nil
			}
		}
	}
	return content.PublicFile{}, noFile
}
