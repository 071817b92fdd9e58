// Terms (筛选词): what a page can be filtered by beside its place, kind and year.

package publication

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Bounds of the terms of a page. What is longer is left out: nobody could ask for it.
const (
	maxTerms = 64
	maxTerm  = content.MaxFacet // characters of a value
)

// Term is how a value of a field stands among the terms of a page.
func Term(field, value string) string { return field + "=" + value }

// Tag gives a page what it is looked up and filtered by, from the edition that it
// shows: Terms, DocKey, Interprets. Which fields are filtered by says the public
// copy of the kind; until that has come the common ones are, and FillTerms does
// the rest.
func (p *Public) Tag(ctx context.Context, page *Page, pub content.Public) error {
	kind, err := p.Kinds.Get(ctx, page.Kind)
	if err != nil && !gongkai.Is(err, gongkai.Missing) && !gongkai.Is(err, gongkai.Invalid) {
		return err
	}
	if kind.ID == "" {
		for _, f := range content.Common {
			kind.Fields = append(kind.Fields, fieldOf(f))
		}
	}
	page.DocKey, page.Interprets = content.DocNoKey(page.DocNo), content.Interpreted(pub.Fields)
	page.Terms, page.Termed = terms(kind.Fields, page.FieldsOf(pub)), kind.Change
	return nil
}

// terms of the values that a kind lets readers filter by, in order, each once.
func terms(fields []Field, values content.Fields) (out []string) {
	for _, f := range fields {
		if !f.Facet {
			continue
		}
		for _, v := range facetValues(f.Type, values[f.Name]) {
			if term := Term(f.Name, v); v != "" && utf8.RuneCountInString(v) <= maxTerm && !slices.Contains(out, term) {
				out = append(out, term)
			}
		}
	}
	slices.Sort(out)
	return out[:min(len(out), maxTerms)]
}

// facetValues are what a value is filtered by: a date by its year, a text by each
// of its parts, which are set apart by semicolons; of 综合政务\政务公开 by 综合政务
// too.
func facetValues(fieldType string, v any) []string {
	s, _ := v.(string)
	switch fieldType {
	case "multi_choice", "reference":
		return content.ListOf(v)
	case "date":
		return []string{s[:min(4, len(s))]}
	case "text":
		var out []string
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '；' }) {
			part = strings.TrimSpace(part)
			for i, r := range part {
				if r == '\\' {
					out = append(out, part[:i])
				}
			}
			out = append(out, part)
		}
		return out
	}
	return []string{s}
}

// FillTerms gives their terms to the pages that came before there were any, or
// before the kind was what it is.
func (p *Public) FillTerms(ctx context.Context) error {
	kinds, err := content.All(ctx, p.Kinds)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		for _, old := range []store.Cond{store.Eq("termed", nil), store.Lt("termed", kind.Change)} {
			if err := p.fillTerms(ctx, store.Eq("kind", kind.ID), old); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Public) fillTerms(ctx context.Context, where ...store.Cond) error {
	q := store.Query{Where: where, Limit: 200}
	for {
		found, err := p.Pages.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, page := range found.Docs {
			if err := p.fillTermsOf(ctx, page); err != nil && !gongkai.Is(err, gongkai.Missing) {
				return err
			}
		}
		if q.After = found.Next; q.After == "" {
			return nil
		}
	}
}

// fillTermsOf writes the terms of a page, under a number of its own: lists change.
func (p *Public) fillTermsOf(ctx context.Context, page Page) error {
	var pub content.Public
	if page.State == Shows {
		_, now, err := p.Edition(ctx, page.Edition)
		if err != nil && !gongkai.Is(err, gongkai.Gone) {
			return err
		}
		pub = now
	}
	if err := p.Tag(ctx, &page, pub); err != nil {
		return err
	}
	return p.numbered(ctx, func(ctx context.Context, n int64) error {
		doc, err := p.Pages.Update(ctx, page.ID, page.Rev, func(doc *Page) error {
			doc.DocKey, doc.Interprets, doc.Terms, doc.Termed, doc.Change = page.DocKey, page.Interprets, page.Terms, page.Termed, n
			return nil
		})
		if gongkai.Is(err, gongkai.Conflict) { // it was told anew, with its terms
			return nil
		}
		p.tell(Change{Page: &doc})
		return err
	})
}
