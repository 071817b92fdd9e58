// Pages of findings, and index numbers from their counters.

package content

import (
	"context"
	"encoding/json"
	"fmt"

	"gongkai"
	"gongkai/store"
)

const maxPage = 1 << 20

// PutFindings inserts the findings of a revision under a rule version, in
// pages of at most 1 MB. The last page says that it is the last, so pages of a
// crashed run never count as complete.
func (c *Content) PutFindings(ctx context.Context, rev Revision, rules string, fs []Finding) error {
	page := FindingPage{Item: rev.Item, Revision: rev.ID, Rules: rules}
	size := 0
	put := func() error {
		page.ID = fmt.Sprintf("%s.%s.%04d", rev.ID, rules, page.Page)
		if _, err := c.Findings.Insert(ctx, page); err != nil && !gongkai.Is(err, gongkai.Conflict) {
			return err
		}
		page.Page, page.Findings, size = page.Page+1, nil, 0
		return nil
	}
	for _, f := range fs {
		raw, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if size += len(raw); size > maxPage {
			if err := put(); err != nil {
				return err
			}
			size = len(raw)
		}
		page.Findings = append(page.Findings, f)
	}
	page.Last = true
	return put()
}

// FindingsOf reads the findings of a revision under a rule version; there is
// false when they were not (completely) made.
func (c *Content) FindingsOf(ctx context.Context, revision, rules string) (fs []Finding, there bool, err error) {
	pages, err := c.findingPages(ctx, revision, rules)
	for i, p := range pages {
		if p.Page != i {
			return nil, false, err
		}
		fs = append(fs, p.Findings...)
		there = p.Last
	}
	return fs, there, err
}

func (c *Content) findingPages(ctx context.Context, revision, rules string) ([]FindingPage, error) {
	var out []FindingPage
	q := store.Query{Where: []store.Cond{store.Eq("revision", revision), store.Eq("rules", rules)}, Sort: []string{"page"}, Limit: 100}
	for {
		page, err := c.Findings.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Docs...)
		if q.After = page.Next; q.After == "" {
			return out, nil
		}
	}
}

// NextIndexNo takes the next number of the site's template for the unit.
func (c *Content) NextIndexNo(ctx context.Context, s Site, u Unit) (string, error) {
	counter, format, err := IndexTemplate(s.IndexNo, u, c.Now())
	if err != nil {
		return "", err
	}
	n, err := c.DB.Next(ctx, counter)
	return fmt.Sprintf(format, n), err
}
