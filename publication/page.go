// Pages and editions.

package publication

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Edition (发布版本) is a proof sheet that was released: its bytes as they were
// signed. Its id is "<item>.<number>".
type Edition struct {
	store.Meta
	Item     string `json:"item"`
	Number   int64  `json:"number"`
	Digest   string `json:"digest"`
	Bytes    string `json:"bytes"`
	Released int64  `json:"released"`
	Note     string `json:"note,omitempty"`   // 更正说明
	Struck   bool   `json:"struck,omitempty"` // never to be shown again; its bytes are gone
}

// EditionID names an edition.
func EditionID(item string, number int64) string { return fmt.Sprintf("%s.%d", item, number) }

// What a page shows.
const (
	Shows     = "edition"   // 200
	Suspended = "suspended" // 410
	Notice    = "notice"    // 410 with the reason
	GoneState = "gone"      // 410
	Redirect  = "redirect"  // 308
	Vanish    = "vanish"    // 404
)

// Page (页面) is what one site shows of one item. Its id is "<item>.<site>".
type Page struct {
	store.Meta
	Item       string   `json:"item"`
	Site       string   `json:"site"`
	Epoch      int64    `json:"epoch"`
	Seq        int64    `json:"seq"`
	State      string   `json:"state"`
	Listed     bool     `json:"listed"` // stands in lists
	Edition    string   `json:"edition,omitempty"`
	Digest     string   `json:"digest,omitempty"`
	Path       string   `json:"path"`
	Former     []string `json:"former,omitempty"` // earlier paths, which redirect here
	To         string   `json:"to,omitempty"`
	Reason     string   `json:"reason,omitempty"`
	Column     string   `json:"column"`
	Columns    []string `json:"columns"` // ids from the root column to Column: subtree lists
	ColumnPath string   `json:"column_path"`
	Kind       string   `json:"kind"`
	Unit       string   `json:"unit"`
	Units      []string `json:"units"` // ids from the root unit to Unit
	UnitPath   string   `json:"unit_path"`
	Lang       string   `json:"lang"`
	Group      string   `json:"group"` // translations of one text share it
	Year       int64    `json:"year"`
	Title      string   `json:"title"`
	IndexNo    string   `json:"index_no,omitempty"`
	DocNo      string   `json:"doc_no,omitempty"`
	Validity   string   `json:"validity,omitempty"`
	Summary    string   `json:"summary,omitempty"`
	// Terms (筛选词) hold "name=value" for everything that lists and searches filter
	// by, in order, each once: 主题分类 (topic), 体裁分类 (genre), 服务对象 (service),
	// 法定主动公开内容 (statutory), 效力状态 (validity), and each field that the kind
	// marks as a facet. A date stands with its year, a text with each of its parts
	// (set apart by semicolons), and of 综合政务\政务公开 with 综合政务 too. At most 64.
	Terms      []string `json:"terms,omitempty"`
	Termed     int64    `json:"termed,omitempty"`     // Change of the copy of the kind that Terms are by
	DocKey     string   `json:"doc_key,omitempty"`    // DocNo as it is looked up: content.DocNoKey
	Interprets []string `json:"interprets,omitempty"` // 解读的文件: ids of the items that it interprets
	// What acts after the release made of it: Validity says the same as the mark.
	Mark      *content.Validity `json:"mark,omitempty"`
	Ended     *content.Ended    `json:"ended,omitempty"`
	Published int64             `json:"published"` // 发布日期: first release
	Released  int64             `json:"released"`  // release of this edition
	Changed   int64             `json:"changed"`
	Change    int64             `json:"change,omitempty"` // number of the last change, as of all that is public
	Files     []string          `json:"files,omitempty"`  // digests of the files that may be fetched
	// Volume (卷) is the part of its site's sitemap where it stands for ever.
	Volume int64 `json:"volume,omitempty"`
}

// PageID names a page.
func PageID(item, site string) string { return item + "." + site }

// newer tells whether (epoch, seq) comes after what the page shows.
func (p Page) newer(epoch, seq int64) bool {
	return epoch > p.Epoch || epoch == p.Epoch && seq > p.Seq
}

// Show makes a page show what it should. An older (epoch, seq) never replaces
// a newer one: the answer is then the page as it stands.
func (p *Public) Show(ctx context.Context, page Page) (shown Page, err error) {
	id := PageID(page.Item, page.Site)
	old, err := p.Pages.Get(ctx, id)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return Page{}, err
	}
	if err == nil && !old.newer(page.Epoch, page.Seq) {
		return old, nil
	}
	if old.Volume == 0 {
		if old.Volume, err = p.nextVolume(ctx, page.Site); err != nil {
			return Page{}, err
		}
	}
	err = p.numbered(ctx, func(ctx context.Context, n int64) (err error) {
		shown, err = p.Pages.Upsert(ctx, id, func(doc *Page, exists bool) error {
			if exists && !doc.newer(page.Epoch, page.Seq) {
				return store.ErrUnchanged
			}
			next := page
			next.Meta, next.Change = doc.Meta, n
			next.Volume = cmp.Or(doc.Volume, old.Volume)
			next.Listed = page.State == Shows
			next.Changed = gongkai.Millis(p.now())
			next.Former = former(*doc, page.Path)
			if page.State != Shows {
				next.forget()
			}
			*doc = next
			return nil
		})
		return err
	})
	for _, told := range []*Page{&old, &page, &shown} { // whatever came of it
		p.tell(Change{Page: told})
	}
	return shown, err
}

// former adds the path that the page leaves to those that redirect to it.
func former(old Page, path string) []string {
	out := old.Former
	if old.Path != "" && old.Path != path && !slices.Contains(out, old.Path) {
		out = append(slices.Clone(out), old.Path)
	}
	return slices.DeleteFunc(slices.Clone(out), func(f string) bool { return f == path })
}

// forget leaves nothing of the text on a page that shows none.
func (p *Page) forget() {
	p.Title, p.Summary, p.DocNo, p.Edition, p.Digest, p.Files = "", "", "", "", "", nil
	p.Terms, p.DocKey, p.Interprets = nil, "", nil
	if p.State != Notice {
		p.Reason = ""
	}
}

// RelationOf is what a mark says of the item that it names.
func RelationOf(mark *content.Validity) content.Relation {
	for _, r := range content.Relations {
		if r.Name == mark.Relation {
			return r
		}
	}
	return content.Relation{}
}

// PutEdition stores a released edition. A repeat changes nothing.
func (p *Public) PutEdition(ctx context.Context, e Edition) error {
	e.ID = EditionID(e.Item, e.Number)
	if _, err := p.Editions.Insert(ctx, e); err != nil && !gongkai.Is(err, gongkai.Conflict) {
		return err
	}
	return nil
}

// Strike takes the bytes out of editions that leaked something.
func (p *Public) Strike(ctx context.Context, item string, numbers []int64) error {
	for _, n := range numbers {
		_, err := p.Editions.Upsert(ctx, EditionID(item, n), func(e *Edition, exists bool) error {
			if e.Struck {
				return store.ErrUnchanged
			}
			if !exists { // a late tell must find its place taken
				e.Item, e.Number = item, n
			}
			e.Bytes, e.Note, e.Struck = "", "", true
			return nil
		})
		p.tell(Change{Page: &Page{Item: item}})
		if err != nil {
			return err
		}
	}
	return nil
}

// Kept reads what is told of an edition by its number; a struck one is Gone.
func (p *Public) Kept(ctx context.Context, item string, number int64) (Edition, error) {
	noted(ctx, "item:"+item)
	e, err := p.Editions.Get(ctx, EditionID(item, number))
	if err == nil && e.Struck {
		return Edition{}, struck
	}
	return e, err
}

// struck is the refusal of an edition that must not be shown again.
var struck = gongkai.E(gongkai.Gone, "struck", "该版本已撤除", "this edition was struck")

// Edition reads an edition's public form.
func (p *Public) Edition(ctx context.Context, id string) (Edition, content.Public, error) {
	item, _, _ := strings.Cut(id, ".")
	noted(ctx, "item:"+item)
	e, err := p.Editions.Get(ctx, id)
	if err != nil {
		return e, content.Public{}, err
	}
	if e.Struck {
		return Edition{}, content.Public{}, struck
	}
	pub, err := content.Sheet{Bytes: e.Bytes}.Public()
	return e, pub, err
}
