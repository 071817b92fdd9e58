// Lists of released items, and the names in them.

package api

import (
	"context"

	"gongkai"
	"gongkai/publication"
)

type publicListIn struct {
	PublicIf
	Site    string `query:"site" required:"true" minLength:"1" maxLength:"64"`
	Column  string `query:"column" maxLength:"64" doc:"栏目. Goes with nothing, kind or year"`
	Subtree bool   `query:"subtree" default:"true" doc:"With the columns below it"`
	Unit    string `query:"unit" maxLength:"64" doc:"单位, with those below it. Goes with nothing, kind or year"`
	Kind    string `query:"kind" maxLength:"64" doc:"信息类型. Goes with nothing, column, unit or year"`
	Year    int64  `query:"year" minimum:"1900" maximum:"2200" doc:"Year of publication. Goes with nothing, column, unit or kind"`
	Limit   int    `query:"limit" default:"20" minimum:"1" maximum:"100"`
	After   string `query:"after" maxLength:"1000" doc:"next of the list before"`
}

// PublicList is one page of a list.
type PublicList struct {
	Items []PublicEntry `json:"items"`
	Next  string        `json:"next" doc:"Pass it as after; empty at the end"`
}

func (c contentAPI) list(ctx context.Context, in *publicListIn) (out PublicList, changed int64, err error) {
	if err := readable("site", in.Site, "column", in.Column, "unit", in.Unit, "kind", in.Kind, "after", in.After); err != nil {
		return out, 0, err
	}
	found, err := c.pages.List(ctx, publication.Filter{Site: in.Site, Column: in.Column, Exact: !in.Subtree,
		Unit: in.Unit, Kind: in.Kind, Year: in.Year, Limit: in.Limit, After: in.After})
	if err != nil {
		return out, 0, named(err, map[string]string{"bad_cursor": "after"})
	}
	out.Next = found.Next
	out.Items, err = c.naming(ctx).entries(found.Pages)
	return out, 0, err
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
	return lookUp(n.units, id, func() (string, error) { u, err := n.public.Units.Get(n.ctx, id); return u.Name, err })
}

func (n *naming) column(id string) (PublicRef, error) {
	return lookUp(n.columns, id, func() (string, error) { c, err := n.public.Columns.Get(n.ctx, id); return c.Name, err })
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
