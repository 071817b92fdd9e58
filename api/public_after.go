// What became of an item after its release, as readers get it: how it relates
// to others, and its editions.

package api

import (
	"context"

	"gongkai"
	"gongkai/publication"
)

// PublicLink (关联) is how an item relates to another.
type PublicLink struct {
	Relation string      `json:"relation" enum:"amended_by,amends,abolished_by,abolishes,declared_lapsed_by,declares_lapsed,replaced_by,replaces" doc:"关联关系"`
	Zh       string      `json:"zh"`
	En       string      `json:"en"`
	Since    string      `json:"since" doc:"Day from which it holds"`
	Item     PublicEntry `json:"item"`
}

func since(page publication.Page) string {
	if page.Mark == nil {
		return ""
	}
	return page.Mark.Since
}

func endedOn(page publication.Page) string {
	if page.Ended == nil {
		return ""
	}
	return page.Ended.To
}

// relations lists what the mark of the page names, and the pages whose marks
// name this item. The other page says it once: both ways are read of that.
func (c contentAPI) relations(ctx context.Context, names *naming, page publication.Page) ([]PublicLink, error) {
	out := []PublicLink{}
	add := func(pages []publication.Page, link func(publication.Page) PublicLink) error {
		for _, other := range pages {
			entry, err := names.entry(other)
			if err != nil {
				return err
			}
			l := link(other)
			l.Item = entry
			out = append(out, l)
		}
		return nil
	}
	if m := page.Mark; m != nil && m.By != "" {
		others, err := c.pages.Showing(ctx, page.Site, []string{m.By})
		if err != nil {
			return nil, err
		}
		r := publication.RelationOf(m)
		if err := add(others, func(publication.Page) PublicLink {
			return PublicLink{Relation: r.Name, Zh: r.Zh, En: r.En, Since: m.Since}
		}); err != nil {
			return nil, err
		}
	}
	marked, err := c.pages.MarkedBy(ctx, page.Item, page.Site)
	if err != nil {
		return nil, err
	}
	return out, add(marked, func(other publication.Page) PublicLink {
		r := publication.RelationOf(other.Mark)
		return PublicLink{Relation: r.Back, Zh: r.BackZh, En: r.BackEn, Since: other.Mark.Since}
	})
}

// PublicEdition (发布版本) is what is told of an edition. Texts of earlier ones
// are not shown: nobody looks at them any more when the rules of the gate change.
type PublicEdition struct {
	Number   int64  `json:"number"`
	Released string `json:"released" doc:"Beijing time"`
	Note     string `json:"change_note,omitempty" doc:"更正说明: what it corrected"`
	Digest   string `json:"digest,omitempty" doc:"SHA-256 of the edition that was signed; absent where it was struck"`
	Current  bool   `json:"current" doc:"It is what the page shows"`
	Struck   bool   `json:"struck,omitempty" doc:"撤除: it is not to be shown again; by its number it is 410"`
}

// PublicEditions (版本历史) are the editions of an item.
type PublicEditions struct {
	Item     string          `json:"item"`
	Editions []PublicEdition `json:"editions" doc:"The newest first"`
}

func editionOf(e publication.Edition, page publication.Page) PublicEdition {
	out := PublicEdition{Number: e.Number, Released: localTime(e.Released), Current: e.ID == page.Edition, Struck: e.Struck}
	if !e.Struck {
		out.Note, out.Digest = e.Note, e.Digest
	}
	return out
}

// standingItem is the page that shows the item: what is suspended or withdrawn
// has no history to be read either.
func (c contentAPI) standingItem(ctx context.Context, id, site string) (publication.Page, error) {
	if err := readable("id", id, "site", site); err != nil {
		return publication.Page{}, err
	}
	pages, err := c.pages.OfItem(ctx, id)
	if err != nil {
		return publication.Page{}, err
	}
	return standing(pages, site)
}

func (c contentAPI) editions(ctx context.Context, in *publicByID) (out PublicEditions, changed int64, err error) {
	page, err := c.standingItem(ctx, in.ID, in.Site)
	if err != nil {
		return out, 0, err
	}
	all, err := c.pages.EditionsOf(ctx, page.Item)
	out = PublicEditions{Item: page.Item, Editions: []PublicEdition{}}
	for _, e := range all {
		if e.Struck || e.Released <= page.Released { // a later one is still being told
			out.Editions = append(out.Editions, editionOf(e, page))
		}
	}
	return out, page.Changed, err
}

type publicEditionIn struct {
	PublicIf
	ID     string `path:"id" maxLength:"64"`
	Site   string `query:"site" maxLength:"64" doc:"Which of its sites; without it, the first that shows it"`
	Number int64  `path:"number" minimum:"1" doc:"Number of the edition"`
}

func (c contentAPI) edition(ctx context.Context, in *publicEditionIn) (out PublicEdition, changed int64, err error) {
	page, err := c.standingItem(ctx, in.ID, in.Site)
	if err != nil {
		return out, 0, err
	}
	e, err := c.pages.Kept(ctx, page.Item, in.Number)
	if err == nil && e.Released > page.Released {
		err = errNoPage
	}
	if gongkai.Is(err, gongkai.Missing) {
		err = noSuch("number")
	}
	return editionOf(e, page), page.Changed, err
}
