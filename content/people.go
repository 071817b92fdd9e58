// People: who the findings of a revision are about, and whom the public reads
// of in what is live. Both are keyed hashes; nobody's number or name is kept.

package content

import (
	"context"
	"encoding/json"
	"fmt"

	"gongkai"
	"gongkai/store"
)

// Person (人员) is somebody whom findings of a row or a paragraph are about.
type Person struct {
	Keys []string `json:"keys"` // keyed hashes of unit and identifier
	By   []int    `json:"by"`   // for each key the finding that it is of: its index in the revision
	At   []int    `json:"at"`   // all findings about the person
}

// PersonPage (在列人员) is some of the people in a sheet that went out, or is
// about to; its id is "<sheet>.<page>", that of the last page "<sheet>.last". It
// counts while that sheet is what the public reads of the item.
type PersonPage struct {
	store.Meta
	Item  string   `json:"item"`
	Sheet string   `json:"sheet"`
	Keys  []string `json:"keys"`  // of all people of the page
	Who   []int    `json:"who"`   // for each key, whose it is
	Facts []string `json:"facts"` // what can be read of somebody, each combination once: "address+ id_card"
	Has   []int    `json:"has"`   // for each of the people, which
}

// peopleOf is what the pages of people are filed under, beside the findings
// that they point to.
const peopleOf = ".people"

// PutPeople inserts the people of a revision under a rule version. They go
// before the findings, so that findings that are there have theirs.
func (c *Content) PutPeople(ctx context.Context, rev Revision, rules string, ps []Person) error {
	page := FindingPage{Item: rev.Item, Revision: rev.ID, Rules: rules + peopleOf}
	for size := 0; len(ps) > 0; page.Page++ {
		n := 0
		for size = 0; n < len(ps) && size < maxPage; n++ {
			raw, err := json.Marshal(ps[n])
			if err != nil {
				return err
			}
			size += len(raw)
		}
		page.ID = fmt.Sprintf("%s.%s.%04d", rev.ID, page.Rules, page.Page)
		page.People, page.Last, ps = ps[:n], n == len(ps), ps[n:]
		if _, err := c.Findings.Insert(ctx, page); err != nil && !gongkai.Is(err, gongkai.Conflict) {
			return err
		}
	}
	return nil
}

// PeopleOf reads the people of a revision under a rule version.
func (c *Content) PeopleOf(ctx context.Context, revision, rules string) ([]Person, error) {
	pages, err := c.findingPages(ctx, revision, rules+peopleOf)
	var out []Person
	for _, p := range pages {
		out = append(out, p.People...)
	}
	return out, err
}

// PutPersons inserts the people of a sheet. Pages are immutable: a repeat
// changes nothing, and the last page says that all are there.
func (c *Content) PutPersons(ctx context.Context, sheet string, pages []PersonPage) error {
	for i := range pages {
		pages[i].ID = fmt.Sprintf("%s.%04d", sheet, i)
	}
	last := len(pages) - 1
	pages[last].ID = sheet + lastPage
	if _, err := c.Persons.InsertMany(ctx, pages[:last]); err != nil {
		for _, p := range pages[:last] { // some are there, or one failed: the first error does not tell
			if _, err := c.Persons.Insert(ctx, p); err != nil && !gongkai.Is(err, gongkai.Conflict) {
				return err
			}
		}
	}
	_, err := c.Persons.Insert(ctx, pages[last])
	if gongkai.Is(err, gongkai.Conflict) {
		return nil
	}
	return err
}

const lastPage = ".last"

// HasPersons tells whether the people of a sheet are there, all of them.
func (c *Content) HasPersons(ctx context.Context, sheet string) (bool, error) {
	_, err := c.Persons.Get(ctx, sheet+lastPage)
	if gongkai.Is(err, gongkai.Missing) {
		return false, nil
	}
	return err == nil, err
}

// ForgetPersons removes the people of an item's sheets, but for the sheets that
// are to stay.
func (c *Content) ForgetPersons(ctx context.Context, item string, stays func(sheet string) bool) error {
	after := store.Exists("sheet")
	for {
		page, err := c.Persons.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", item), after}, Limit: 1})
		if err != nil || len(page.Docs) == 0 {
			return err
		}
		sheet := page.Docs[0].Sheet
		after = store.Gt("sheet", sheet)
		if stays(sheet) {
			continue
		}
		if err := c.forgetSheet(ctx, item, sheet); err != nil {
			return err
		}
	}
}

// forgetSheet removes the last page first: what is left of an attempt that was
// cut off does not count as whole.
func (c *Content) forgetSheet(ctx context.Context, item, sheet string) error {
	gone := func(id string) error {
		if err := c.Persons.Delete(ctx, id, 0); err != nil && !gongkai.Is(err, gongkai.Missing) {
			return err
		}
		return nil
	}
	err := gone(sheet + lastPage)
	for err == nil {
		page, find := c.Persons.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", item), store.Eq("sheet", sheet)}, Limit: 50})
		if err = find; err != nil || len(page.Docs) == 0 {
			break
		}
		for _, p := range page.Docs {
			if err = gone(p.ID); err != nil {
				break
			}
		}
	}
	return err
}

// EachPersonsItem names every item that people are kept of.
func (c *Content) EachPersonsItem(ctx context.Context, each func(item string) error) error {
	after := store.Exists("item")
	for {
		page, err := c.Persons.Find(ctx, store.Query{Where: []store.Cond{after}, Limit: 1})
		if err != nil || len(page.Docs) == 0 {
			return err
		}
		item := page.Docs[0].Item
		if err := each(item); err != nil {
			return err
		}
		after = store.Gt("item", item)
	}
}
