// Search: the index finds, the pages decide what is shown.

package api

import (
	"context"
	"strings"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/search"
)

type publicSearchIn struct {
	PublicIf
	Q      string `query:"q" maxLength:"500" doc:"Words, all of which must occur; without any, the newest"`
	Site   string `query:"site" maxLength:"64"`
	Column string `query:"column" maxLength:"64" doc:"栏目, with its subtree"`
	Unit   string `query:"unit" maxLength:"64" doc:"单位, with those below it"`
	Kind   string `query:"kind" maxLength:"64" doc:"信息类型"`
	Year   int    `query:"year" minimum:"1900" maximum:"2200" doc:"Year of publication"`
	PublicTerms
	Facets []string `query:"facets" maxItems:"10" doc:"Count the hits by these: kind, column, unit, year, validity, topic, genre, service, or field.<name> of a field that a kind lets readers filter by. With a first page only"`
	Sort   string   `query:"sort" enum:"relevance,newest" doc:"Without it: relevance, or newest if there are no words"`
	Limit  int      `query:"limit" default:"20" minimum:"1" maximum:"100"`
	After  string   `query:"after" maxLength:"1000" doc:"next of the page before"`
}

// PublicHit is a found item.
type PublicHit struct {
	PublicEntry
	TitleHTML string `json:"title_html" doc:"Title, escaped, found words in <mark>"`
	Snippet   string `json:"snippet" doc:"Piece of the text, escaped, found words in <mark>"`
}

// PublicHits is one page of what a search found.
type PublicHits struct {
	Items []PublicHit `json:"items"`
	Total int         `json:"total" doc:"How many were found"`
	More  bool        `json:"more" doc:"There are more than total: counting stopped there"`
	Next  string      `json:"next" doc:"Pass it as after; empty at the end"`

	Facets []PublicFacet `json:"facets,omitempty" doc:"Of all that was found, how much has which value; where more is true, at least so much"`

	Instead string `json:"instead,omitempty" doc:"What was looked for, because no item holds the words as they were typed: the parts of a question"`
}

const snippetWidth = 120

func (c contentAPI) search(ctx context.Context, in *publicSearchIn) (out PublicHits, changed int64, err error) {
	q, err := c.query(ctx, in)
	if err != nil {
		return out, 0, err
	}
	found, err := c.index.Search(ctx, q)
	if err != nil {
		return out, 0, namedSearch(err)
	}
	out = PublicHits{Items: []PublicHit{}, More: found.More, Next: found.Next}
	if found.Instead {
		out.Instead = firstOfEach(found.Words)
	}
	names := c.naming(ctx)
	if out.Facets, err = c.facets(ctx, names, in.Facets, found); err != nil {
		return out, 0, err
	}
	for _, hit := range found.Hits {
		shown, ok, err := c.hit(ctx, names, hit, found.Words)
		if err != nil {
			return out, 0, err
		}
		if ok {
			out.Items = append(out.Items, shown)
		}
	}
	// A hit that may not be shown may not be counted either.
	out.Total = max(found.Total-len(found.Hits)+len(out.Items), len(out.Items))
	return out, 0, nil
}

// query turns ids of columns and units into their subtrees.
func (c contentAPI) query(ctx context.Context, in *publicSearchIn) (search.Query, error) {
	q := search.Query{Text: in.Q, Site: in.Site, Kind: in.Kind, Year: in.Year, Sort: in.Sort, Limit: in.Limit, After: in.After}
	// Typed text may hold line breaks, but no NUL.
	if err := readable("q", strings.Join(strings.Fields(in.Q), " "), "site", in.Site, "column", in.Column, "unit", in.Unit, "kind", in.Kind, "after", in.After); err != nil {
		return q, err
	}
	var err error
	if q.Terms, err = c.terms(ctx, in.Kind, in.PublicTerms); err != nil {
		return q, err
	}
	if q.Facets, err = c.facetNames(ctx, in.Kind, in.Facets); err != nil {
		return q, err
	}
	if in.Column != "" {
		col, err := c.pages.Column(ctx, in.Column)
		if err != nil {
			return q, missingParam(err, "column")
		}
		q.ColumnPath = col.Path
	}
	if in.Unit != "" {
		unit, err := c.pages.Unit(ctx, in.Unit)
		if err != nil {
			return q, missingParam(err, "unit")
		}
		q.UnitPath = unit.Path
	}
	return q, nil
}

func missingParam(err error, name string) error {
	if gongkai.Is(err, gongkai.Missing) || gongkai.Is(err, gongkai.Invalid) {
		return noSuch(name)
	}
	return err
}

// hit resolves a hit against its page. It is dropped when the page does not
// show, or is not as it was indexed and does not hold the words: so the index
// never tells more than the page does. (Epoch, seq) alone would not do: a page
// that was suspended and resumed at once is ahead of the index for good.
func (c contentAPI) hit(ctx context.Context, names *naming, hit search.Hit, words [][]string) (PublicHit, bool, error) {
	page, err := c.pages.Found(ctx, hit.ID)
	if gongkai.Is(err, gongkai.Missing) || err == nil && page.State != publication.Shows {
		return PublicHit{}, false, nil
	}
	if err != nil {
		return PublicHit{}, false, err
	}
	_, pub, err := c.pages.Edition(ctx, page.Edition)
	if gongkai.Is(err, gongkai.Missing) || gongkai.Is(err, gongkai.Gone) { // withdrawn while we read
		return PublicHit{}, false, nil
	}
	if err != nil {
		return PublicHit{}, false, err
	}
	text := page.PlainText(pub)
	if (hit.Epoch != page.Epoch || hit.Seq != page.Seq) && !holds(page, pub, text, words) {
		return PublicHit{}, false, nil
	}
	entry, err := names.entry(page)
	return PublicHit{entry, search.Mark(page.Title, words, 0), search.Mark(snippetOf(page, text), words, snippetWidth)}, true, err
}

// snippetSource bounds how much of a long text is looked at for a snippet.
const snippetSource = 64 << 10

// snippetOf is the text that a snippet is cut from: summaries lead.
func snippetOf(page publication.Page, text string) string {
	if page.Summary != "" {
		text = page.Summary + "\n" + text
	}
	end := min(len(text), snippetSource)
	for end > 0 && end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// holds tells whether every word stands in what the page shows now. What was
// found may be what was taken out, or what is still to come.
func holds(page publication.Page, pub content.Public, text string, words [][]string) bool {
	all := []string{page.Title, page.DocNo, page.IndexNo, page.Summary, publication.FieldText(pub, "title"), text}
	return search.Holds(strings.Join(all, "\n"), words)
}

func firstOfEach(words [][]string) string {
	var out []string
	for _, w := range words {
		out = append(out, w[0])
	}
	return strings.Join(out, " ")
}

// namedSearch says which parameter the index refuses.
func namedSearch(err error) error {
	if gongkai.CodeOf(err) == "search_cursor" {
		return named(err, map[string]string{"search_cursor": "after"})
	}
	if gongkai.CodeOf(err) == "search_facets" {
		return named(err, map[string]string{"search_facets": "facets"})
	}
	if gongkai.Is(err, gongkai.Invalid) {
		return badParam("q", gongkai.CodeOf(err), "没有可检索的文字", "holds no letter or digit to look for")
	}
	return err
}
