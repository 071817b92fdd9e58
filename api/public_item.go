// One item as readers get it, by id, index number or path.

package api

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/publication"
)

// PublicRef names a column or unit.
type PublicRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// PublicColumnRef (所在栏目) names the column of an item, with the way to it.
type PublicColumnRef struct {
	PublicRef
	Breadcrumb []PublicCrumb `json:"breadcrumb" doc:"Columns from the root to this one"`
}

// PublicCrumb is one step of a breadcrumb.
type PublicCrumb struct {
	PublicRef
	Path string `json:"path" doc:"Path of the column on its site"`
}

// PublicEntry (列表条目) is an item as lists show it.
type PublicEntry struct {
	ID        string    `json:"id"`
	Site      string    `json:"site"`
	Path      string    `json:"path" doc:"Path on the site"`
	Href      string    `json:"href" doc:"The whole item"`
	Column    PublicRef `json:"column"`
	Unit      PublicRef `json:"unit"`
	Kind      string    `json:"kind" doc:"信息类型"`
	Lang      string    `json:"lang"`
	Title     string    `json:"title"`
	IndexNo   string    `json:"index_no" doc:"索引号"`
	DocNo     string    `json:"doc_no" doc:"文号"`
	Validity  string    `json:"validity" doc:"效力状态"`
	Ended     string    `json:"publicity_ended,omitempty" doc:"公示结束: last day of a publicity period that is marked as over"`
	Summary   string    `json:"summary"`
	Published string    `json:"published" doc:"发布日期: first release, Beijing time"`
	Released  string    `json:"released" doc:"Release of this edition"`
	Epoch     int64     `json:"epoch"`
	Seq       int64     `json:"seq" doc:"Counts the public changes; compare (epoch, seq)"`

	Expanded *PublicExpanded `json:"expanded,omitempty" doc:"What expand asked for"`
}

// PublicItem (信息条目) is a released item.
type PublicItem struct {
	ID        string          `json:"id"`
	Site      string          `json:"site"`
	Path      string          `json:"path" doc:"Path on the site"`
	Column    PublicColumnRef `json:"column"`
	Kind      string          `json:"kind" doc:"信息类型"`
	Unit      PublicRef       `json:"unit"`
	Lang      string          `json:"lang"`
	Title     string          `json:"title"`
	IndexNo   string          `json:"index_no" doc:"索引号"`
	DocNo     string          `json:"doc_no" doc:"文号"`
	Validity  string          `json:"validity" doc:"效力状态: as acts after the release have left it, else as the edition says"`
	Since     string          `json:"validity_since,omitempty" doc:"Day from which an act after the release has changed it"`
	Relations []PublicLink    `json:"relations" doc:"Items that amend, repeal or replace this one, and those that this one amends, repeals or replaces; as far as they can be read"`
	Ended     string          `json:"publicity_ended,omitempty" doc:"公示结束: last day of a publicity period that is marked as over"`
	Published string          `json:"published" doc:"发布日期: first release, Beijing time"`
	Released  string          `json:"released" doc:"Release of this edition"`
	Edition   int64           `json:"edition" doc:"Number of the edition"`
	Note      string          `json:"change_note,omitempty" doc:"更正说明: what this edition corrects"`
	Digest    string          `json:"digest" doc:"SHA-256 of the edition that was signed"`
	Epoch     int64           `json:"epoch"`
	Seq       int64           `json:"seq" doc:"Counts the public changes; compare (epoch, seq)"`
	Fields    map[string]any  `json:"fields" doc:"Values by field name, as the kind defines them; body is sanitised HTML"`
	Files     []PublicFile    `json:"files"`
	Related   []PublicEntry   `json:"related" doc:"Related items that can be read"`
	Readings  []PublicEntry   `json:"interpretations" doc:"解读: items that interpret or explain this one; what this one interprets is in related"`
	Others    []PublicEntry   `json:"translations" doc:"The same text in other languages"`
	PageTags  PageTags        `json:"page_tags" doc:"Meta tags of the page: plain text, to be escaped by the portal"`

	Expanded *PublicExpanded `json:"expanded,omitempty" doc:"What expand asked for"`

	only []string
}

// MarshalJSON leaves out what fields did not ask for.
func (i PublicItem) MarshalJSON() ([]byte, error) {
	type whole PublicItem
	return sparsely(whole(i), i.only)
}

// PublicFile (附件) is a file of an item.
type PublicFile struct {
	Field string `json:"field" doc:"Field and number: attachments[0]"`
	Name  string `json:"name"`
	Size  int64  `json:"size"`
	Type  string `json:"type" doc:"Media type, from the bytes"`
	Alt   string `json:"alt"`
	Href  string `json:"href"`
	ByEye bool   `json:"by_eye" doc:"Checked by a named person, not by a machine"`
}

// errNoPage is the same for what never was and for what must leave no trace.
var errNoPage = gongkai.E(gongkai.Missing, "missing", "没有这条信息", "there is no such item")

type publicByID struct {
	PublicIf
	ID   string `path:"id" maxLength:"64"`
	Site string `query:"site" maxLength:"64" doc:"Which of its sites; without it, the first that shows it"`
}

type publicItemIn struct {
	PublicIf
	PublicParts
	ID   string `path:"id" maxLength:"64"`
	Site string `query:"site" maxLength:"64" doc:"Which of its sites; without it, the first that shows it"`
	AsOf string `query:"as_of" maxLength:"40" pattern:"^[0-9]+\\.[0-9]+$" doc:"epoch.seq, as a message has told: an answer that is older is 503"`
}

func (c contentAPI) byID(ctx context.Context, in *publicItemIn) (item PublicItem, changed int64, err error) {
	if err := readable("id", in.ID, "site", in.Site); err != nil {
		return item, 0, err
	}
	pages, err := c.pages.OfItem(ctx, in.ID)
	if err == nil {
		err = behind(pages, in.AsOf, in.Site)
	}
	if err != nil {
		return item, 0, err
	}
	return c.show(ctx, pages, in.Site, in.PublicParts)
}

// behind refuses to answer with pages that are older than what the reader was
// told. An address with as_of is kept by no cache from before, wherever it stands.
func behind(pages []publication.Page, asOf, site string) error {
	var epoch, seq int64
	if n, _ := fmt.Sscanf(asOf, "%d.%d", &epoch, &seq); n != 2 {
		return nil
	}
	come := func(p publication.Page) bool {
		return (site == "" || p.Site == site) && (p.Epoch > epoch || p.Epoch == epoch && p.Seq >= seq)
	}
	if slices.ContainsFunc(pages, come) {
		return nil
	}
	return gongkai.E(gongkai.Unavailable, "behind", "公开库尚未更新到所指的变更，请稍后重试", "the public store has not come to that change yet; try again soon")
}

type publicByIndexNo struct {
	PublicIf
	PublicParts
	IndexNo string `query:"index_no" required:"true" minLength:"1" maxLength:"100" doc:"索引号, slashes and all"`
	Site    string `query:"site" maxLength:"64" doc:"Which of its sites; without it, the first that shows it"`
}

func (c contentAPI) byIndexNo(ctx context.Context, in *publicByIndexNo) (item PublicItem, changed int64, err error) {
	if err := readable("index_no", in.IndexNo, "site", in.Site); err != nil {
		return item, 0, err
	}
	pages, err := c.pages.ByIndexNo(ctx, in.IndexNo)
	if err != nil {
		return item, 0, err
	}
	return c.show(ctx, pages, in.Site, in.PublicParts)
}

type publicByPath struct {
	PublicIf
	PublicParts
	Site string `query:"site" required:"true" minLength:"1" maxLength:"64"`
	Path string `query:"path" required:"true" minLength:"1" maxLength:"300" doc:"Path on the site, beginning with a slash"`
}

func (c contentAPI) byPath(ctx context.Context, in *publicByPath) (item PublicItem, changed int64, err error) {
	if err := readable("site", in.Site, "path", in.Path); err != nil {
		return item, 0, err
	}
	here, moved, err := c.pages.ByPath(ctx, in.Site, in.Path)
	if err != nil {
		return item, 0, err
	}
	if _, err := standing(here, ""); !gongkai.Is(err, gongkai.Missing) {
		return c.show(ctx, here, "", in.PublicParts)
	}
	page, err := standing(moved, "")
	if err == nil {
		err = movedTo(pageHref(page.Site, page.Path))
	}
	return item, 0, err
}

// show answers with the page that stands for these.
func (c contentAPI) show(ctx context.Context, pages []publication.Page, site string, parts PublicParts) (item PublicItem, changed int64, err error) {
	names := c.naming(ctx)
	expand, err := parts.read(itemNames, 1)
	if err != nil {
		return item, 0, err
	}
	page, err := standing(pages, site)
	if err != nil {
		return item, 0, err
	}
	if item, err = c.item(ctx, names, page); err == nil {
		item.only = parts.only()
		item.Expanded, err = c.expanded(names, page, expand)
	}
	if gongkai.Is(err, gongkai.Missing) { // withdrawn while we read
		err = errNoPage
	}
	return item, page.Changed, err
}

// signs are the states of pages, the ones that say most to a reader first.
var signs = []string{publication.Shows, publication.Redirect, publication.Notice, publication.Suspended, publication.GoneState}

// standing is the page that shows, or else what its tombstone (撤下标记) says.
func standing(pages []publication.Page, site string) (publication.Page, error) {
	for _, state := range signs {
		for _, page := range pages {
			if page.State == state && (site == "" || page.Site == site) {
				return page, tombstone(page)
			}
		}
	}
	return publication.Page{}, errNoPage
}

func tombstone(page publication.Page) error {
	switch page.State {
	case publication.Shows:
		return nil
	case publication.Redirect:
		return redirection(page)
	case publication.Suspended:
		return gongkai.E(gongkai.Gone, "suspended", "该信息已临时下线", "this item is offline for the time being")
	case publication.Notice:
		return gongkai.E(gongkai.Gone, "withdrawn", "该信息已撤下", "this item was withdrawn",
			gongkai.Detail{Where: "reason", Code: "notice", Zh: page.Reason, En: page.Reason})
	}
	return gongkai.E(gongkai.Gone, "gone", "该信息已撤下", "this item was withdrawn")
}

// redirection sends on to a path of the site or to an address of the web;
// nothing else is a place to go.
func redirection(page publication.Page) error {
	if strings.HasPrefix(page.To, "/") && !strings.HasPrefix(page.To, "//") {
		return movedTo(pageHref(page.Site, page.To))
	}
	if u, err := url.Parse(page.To); err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") {
		return movedTo(u.String())
	}
	return gongkai.E(gongkai.Gone, "gone", "该信息已撤下", "this item was withdrawn")
}

func pageHref(site, path string) string {
	return contentPrefix + "/pages?" + url.Values{"site": {site}, "path": {path}}.Encode()
}

func itemHref(item, site string) string {
	return contentPrefix + "/items/" + item + "?" + url.Values{"site": {site}}.Encode()
}

// item puts together what readers get of a page.
func (c contentAPI) item(ctx context.Context, names *naming, page publication.Page) (PublicItem, error) {
	edition, pub, err := c.pages.Edition(ctx, page.Edition)
	if err != nil {
		return PublicItem{}, err
	}
	trail, err := c.pages.Trail(ctx, page.ColumnPath)
	if err != nil {
		return PublicItem{}, err
	}
	unit, err := names.unit(page.Unit)
	if err != nil {
		return PublicItem{}, err
	}
	related, err := c.related(ctx, names, page, pub)
	if err != nil {
		return PublicItem{}, err
	}
	readings, err := c.interpretations(ctx, names, page, maxMany)
	if err != nil {
		return PublicItem{}, err
	}
	others, err := c.translations(ctx, names, page)
	if err != nil {
		return PublicItem{}, err
	}
	relations, err := c.relations(ctx, names, page)
	if err != nil {
		return PublicItem{}, err
	}
	tags, err := c.itemTags(ctx, page, pub, trail, unit)
	if err != nil {
		return PublicItem{}, err
	}
	return PublicItem{
		ID: page.Item, Site: page.Site, Path: page.Path, Column: columnRef(page, trail), Kind: page.Kind, Unit: unit, Lang: page.Lang,
		Title: page.Title, IndexNo: page.IndexNo, DocNo: page.DocNo, Validity: page.Validity,
		Published: localTime(page.Published), Released: localTime(page.Released),
		Since: since(page), Relations: relations, Ended: endedOn(page), Note: edition.Note,
		Edition: edition.Number, Digest: page.Digest, Epoch: page.Epoch, Seq: page.Seq,
		Fields: page.FieldsOf(pub), Files: filesOf(page, pub), Related: related, Readings: readings, Others: others, PageTags: tags,
	}, nil
}

func columnRef(page publication.Page, trail []publication.Column) PublicColumnRef {
	ref := PublicColumnRef{PublicRef: PublicRef{ID: page.Column}, Breadcrumb: each(trail, crumbOf)}
	if n := len(trail); n > 0 && trail[n-1].ID == page.Column {
		ref.Name = trail[n-1].Name
	}
	return ref
}

// filesOf lists the files that the page lets be fetched.
func filesOf(page publication.Page, pub content.Public) []PublicFile {
	may := map[string]bool{}
	for _, digest := range page.Files {
		may[digest] = true
	}
	out := []PublicFile{}
	for _, f := range pub.Files {
		if may[f.Digest] {
			href := fmt.Sprintf("%s/items/%s/files/%s", contentPrefix, page.Item, f.Digest)
			out = append(out, PublicFile{Field: f.Place, Name: f.Name, Size: f.Size, Type: f.Type, Alt: f.Alt, Href: href, ByEye: f.ByEye})
		}
	}
	return out
}

// related lists the related items (关联信息) that can be read.
func (c contentAPI) related(ctx context.Context, names *naming, page publication.Page, pub content.Public) ([]PublicEntry, error) {
	pages, err := c.pages.Showing(ctx, page.Site, publication.Related(pub))
	if err != nil {
		return nil, err
	}
	return names.entries(pages)
}

// interpretations lists what interprets (解读) the item and can be read.
func (c contentAPI) interpretations(ctx context.Context, names *naming, page publication.Page, most int) ([]PublicEntry, error) {
	pages, err := c.pages.Interpreting(ctx, page.Item, page.Site)
	if err != nil {
		return nil, err
	}
	return names.entries(pages[:min(len(pages), most)])
}

func (c contentAPI) translations(ctx context.Context, names *naming, page publication.Page) ([]PublicEntry, error) {
	pages, err := c.pages.Translations(ctx, page)
	if err != nil {
		return nil, err
	}
	return names.entries(pages)
}
