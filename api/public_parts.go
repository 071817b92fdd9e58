// Which parts of an answer are wanted: fewer fields, and things that it names
// looked up with it.

package api

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"gongkai"
	"gongkai/publication"
)

// Bounds of one answer, so that none costs much more than another.
const (
	mostExpanded = 20 // items of a list that relations or files are expanded of
	maxRelated   = 10 // items of one relation, in a list
	maxMany      = 50 // the same of a single item
	maxExpand    = 8  // paths of expand
)

// PublicParts says which parts of an answer are wanted.
type PublicParts struct {
	Fields []string `query:"fields" maxItems:"40" doc:"These fields of each item alone, and its id: title,published,column"`
	Expand []string `query:"expand" maxItems:"8" doc:"Look up what items name, under expanded: column, unit, files, related, interprets (解读的文件), interpretations (解读), and of items of these three their column, unit and files: interpretations.files"`
}

// only are the fields that are wanted; none: all of them.
func (p PublicParts) only() []string { return p.Fields }

// PublicExpanded (展开) is what was looked up with an item.
type PublicExpanded struct {
	Column          *PublicExpandedColumn `json:"column,omitempty"`
	Unit            *PublicExpandedUnit   `json:"unit,omitempty"`
	Files           []PublicFile          `json:"files,omitempty"`
	Related         []PublicEntry         `json:"related,omitempty" doc:"关联信息: the first ten, of a single item fifty"`
	Interprets      []PublicEntry         `json:"interprets,omitempty" doc:"解读的文件: what the item interprets or explains"`
	Interpretations []PublicEntry         `json:"interpretations,omitempty" doc:"解读: what interprets or explains the item"`
}

// PublicExpandedColumn is a column with the way to it.
type PublicExpandedColumn struct {
	PublicColumn
	Breadcrumb []PublicCrumb `json:"breadcrumb" doc:"Columns from the root to this one"`
}

// PublicExpandedUnit is a unit with those above it.
type PublicExpandedUnit struct {
	PublicUnit
	Trail []PublicRef `json:"trail" doc:"Units from the root to this one"`
}

// expansion (展开项) is what is looked up of an item, and of items that it leads to.
type expansion map[string]expansion

// relating are the expansions that lead to other items.
var relating = []string{"related", "interprets", "interpretations"}

// costs tells whether an expansion reads more than names.
func (e expansion) costs() bool {
	return slices.ContainsFunc(append([]string{"files"}, relating...), func(name string) bool { return e[name] != nil })
}

func tooManyToExpand(param string) error {
	return badParam(param, "expand_cost", "展开附件或者关联信息时一次最多20条", "is 20 at most where files or relations are expanded")
}

// read checks what is wanted of so many items.
func (p PublicParts) read(names []string, items int) (expansion, error) {
	for _, field := range p.Fields {
		if !slices.Contains(names, field) {
			return nil, badParam("fields", "unknown_field", "含有没有的字段", "names a field that there is not")
		}
	}
	if len(p.Expand) > maxExpand {
		return nil, badParam("expand", "too_many", "展开项不得超过8个", "has more than eight paths")
	}
	out := expansion{}
	for _, path := range p.Expand {
		first, second, deeper := strings.Cut(path, ".")
		leads := slices.Contains(relating, first)
		switch {
		case strings.Contains(second, "."), deeper && slices.Contains(relating, second):
			return nil, badParam("expand", "depth", "展开过深：关联信息只展开一层，其后可展开column、unit、files", "goes too deep: one relation, and of its items column, unit and files")
		case !leads && (deeper || !slices.Contains([]string{"column", "unit", "files"}, first)), deeper && !slices.Contains([]string{"column", "unit", "files"}, second):
			return nil, badParam("expand", "unknown", "含有不能展开的内容", "names something that cannot be expanded")
		}
		if out[first] == nil {
			out[first] = expansion{}
		}
		if deeper {
			out[first][second] = expansion{}
		}
	}
	if items > mostExpanded && out.costs() {
		return nil, tooManyToExpand("limit")
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// entries are pages as lists show them, with what is to be expanded.
func (c contentAPI) entries(ctx context.Context, pages []publication.Page, expand expansion) ([]PublicEntry, error) {
	return c.entriesOf(c.naming(ctx), pages, expand, maxRelated)
}

func (c contentAPI) entriesOf(names *naming, pages []publication.Page, expand expansion, most int) ([]PublicEntry, error) {
	out, err := names.entries(pages)
	for i := range out {
		if err != nil {
			break
		}
		out[i].Expanded, err = c.expandedTo(names, pages[i], expand, most)
	}
	return out, err
}

// expanded looks up what is asked for of a single item.
func (c contentAPI) expanded(names *naming, page publication.Page, expand expansion) (*PublicExpanded, error) {
	return c.expandedTo(names, page, expand, maxMany)
}

func (c contentAPI) expandedTo(names *naming, page publication.Page, expand expansion, most int) (out *PublicExpanded, err error) {
	if len(expand) == 0 {
		return nil, nil
	}
	out = &PublicExpanded{}
	for name, deeper := range expand {
		entries := func(pages []publication.Page, err error) ([]PublicEntry, error) {
			if err != nil {
				return nil, err
			}
			return c.entriesOf(names, pages[:min(len(pages), most)], deeper, maxRelated)
		}
		switch name {
		case "column":
			out.Column, err = c.expandedColumn(names.ctx, page)
		case "unit":
			out.Unit, err = c.expandedUnit(names, page)
		case "files":
			out.Files, err = c.expandedFiles(names.ctx, page)
		case "related":
			out.Related, err = entries(c.relatedPages(names.ctx, page))
		case "interprets":
			out.Interprets, err = entries(c.pages.Showing(names.ctx, page.Site, page.Interprets[:min(len(page.Interprets), maxMany)]))
		case "interpretations":
			out.Interpretations, err = entries(c.pages.Interpreting(names.ctx, page.Item, page.Site))
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c contentAPI) expandedColumn(ctx context.Context, page publication.Page) (*PublicExpandedColumn, error) {
	trail, err := c.pages.Trail(ctx, page.ColumnPath)
	if n := len(trail); err == nil && n > 0 && trail[n-1].ID == page.Column {
		return &PublicExpandedColumn{columnOf(trail[n-1]), each(trail, crumbOf)}, nil
	}
	return nil, err // its copy has not come yet
}

func (c contentAPI) expandedUnit(names *naming, page publication.Page) (*PublicExpandedUnit, error) {
	unit, err := c.pages.Unit(names.ctx, page.Unit)
	if err != nil {
		if gongkai.Is(err, gongkai.Missing) || gongkai.Is(err, gongkai.Invalid) {
			err = nil
		}
		return nil, err
	}
	out := &PublicExpandedUnit{PublicUnit: unitOf(unit), Trail: []PublicRef{}}
	for _, id := range page.Units {
		ref, err := names.unit(id)
		if err != nil {
			return nil, err
		}
		out.Trail = append(out.Trail, ref)
	}
	return out, nil
}

// expandedFiles lists the files of an edition; of one that is taken down
// meanwhile none.
func (c contentAPI) expandedFiles(ctx context.Context, page publication.Page) ([]PublicFile, error) {
	if len(page.Files) == 0 {
		return nil, nil
	}
	_, pub, err := c.pages.Edition(ctx, page.Edition)
	if err != nil {
		return nil, unlessGone(err)
	}
	return filesOf(page, pub), nil
}

func (c contentAPI) relatedPages(ctx context.Context, page publication.Page) ([]publication.Page, error) {
	_, pub, err := c.pages.Edition(ctx, page.Edition)
	if err != nil {
		return nil, unlessGone(err)
	}
	ids := publication.Related(pub)
	return c.pages.Showing(ctx, page.Site, ids[:min(len(ids), maxMany)])
}

func unlessGone(err error) error {
	if gongkai.Is(err, gongkai.Gone) || gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	return err
}

// entryNames and itemNames are the fields that can be asked for.
var (
	entryNames = jsonNames(reflect.TypeFor[PublicEntry]())
	itemNames  = jsonNames(reflect.TypeFor[PublicItem]())
)

func jsonNames(t reflect.Type) (out []string) {
	for f := range t.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && f.IsExported() {
			out = append(out, name)
		}
	}
	return out
}

// always are the fields that are there whatever is asked for.
var always = []string{"id", "expanded"}

// sparse is a value of which some fields are wanted.
type sparse struct {
	whole any
	only  []string
}

// MarshalJSON writes the fields in the order of their names.
func (s sparse) MarshalJSON() ([]byte, error) { return sparsely(s.whole, s.only) }

// sparsely writes a struct, or those of its fields that are wanted.
func sparsely(whole any, only []string) ([]byte, error) {
	bytes, err := json.Marshal(whole)
	if err != nil || len(only) == 0 {
		return bytes, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(bytes, &all); err != nil {
		return nil, err
	}
	for name := range all {
		if !slices.Contains(only, name) && !slices.Contains(always, name) {
			delete(all, name)
		}
	}
	return json.Marshal(all)
}
