// Open data (开放数据) of columns: a description, CSV and JSON Lines.

package api

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"gongkai"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/publication/syndication"
)

// exports is how many tables are written at a time: each reads every record.
const exports = 16

func (c contentAPI) openData(r *routes) {
	room := make(chan struct{}, exports)
	publicGet(r, "content-column-data", "/columns/{id}/data", "Open data (开放数据) of a column: what it is, on what terms, what its fields mean (字段说明), where it is fetched", c.dataset)
	c.table(r, room, "csv", "text/csv", "CSV (RFC 4180, UTF-8)")
	c.table(r, room, "jsonl", "application/x-ndjson", "JSON Lines")
}

// PublicDataAt says which records of a column.
type PublicDataAt struct {
	PublicIf
	ID      string `path:"id" maxLength:"64"`
	Kind    string `query:"kind" maxLength:"64" doc:"信息类型: of this kind alone"`
	Subtree bool   `query:"subtree" default:"true" doc:"With the columns below it"`
}

// PublicDataset (数据集) describes the open data of a column, in the terms of DCAT
// and CSVW.
type PublicDataset struct {
	Title         string               `json:"title"`
	Description   string               `json:"description"`
	Keywords      string               `json:"keyword"`
	Publisher     string               `json:"publisher" doc:"主办单位 of the site"`
	LandingPage   string               `json:"landing_page"`
	Language      string               `json:"language"`
	License       string               `json:"license" doc:"使用许可; empty: nothing is said"`
	Cycle         PublicChoice         `json:"accrual_periodicity" doc:"更新周期; empty: nothing is said"`
	Modified      string               `json:"modified" doc:"Last public change, removals included, Beijing time"`
	Records       int                  `json:"records" doc:"Number of records"`
	More          bool                 `json:"records_more" doc:"There are at least so many: they are counted no further"`
	Kinds         []PublicRef          `json:"kinds" doc:"信息类型 of the records"`
	Distributions []PublicDistribution `json:"distribution"`
	Schema        PublicTableSchema    `json:"table_schema"`
}

// PublicDistribution (分发) is a form in which a dataset is fetched.
type PublicDistribution struct {
	Format    string `json:"format"`
	MediaType string `json:"media_type"`
	URL       string `json:"download_url"`
}

// PublicTableSchema (字段说明) says what the columns of the table are.
type PublicTableSchema struct {
	Columns []PublicDataField `json:"columns" doc:"In the order of the CSV file; JSON Lines names the same"`
}

// PublicDataField (字段) is a column of the table.
type PublicDataField struct {
	Name    string         `json:"name"`
	Zh      string         `json:"zh"`
	En      string         `json:"en"`
	Type    string         `json:"datatype" doc:"text, rich_text (HTML; plain text in CSV), number, date, datetime, choice, multi_choice, reference, table, files, url …"`
	Choices []PublicChoice `json:"choices,omitempty" doc:"The values that it may have"`
}

// PublicChoice (可选值) is a value and what it is called.
type PublicChoice struct {
	Value string `json:"value"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// dataHead are the columns before the fields of the kinds.
var dataHead = []PublicDataField{
	{Name: "id", Zh: "编号", En: "Identifier", Type: "text"}, {Name: "url", Zh: "页面地址", En: "Page", Type: "url"},
	{Name: "kind", Zh: "信息类型", En: "Kind", Type: "text"}, {Name: "column", Zh: "栏目编号", En: "Column", Type: "text"},
	{Name: "column_name", Zh: "栏目", En: "Name of the column", Type: "text"}, {Name: "unit", Zh: "单位编号", En: "Unit", Type: "text"},
	{Name: "unit_name", Zh: "单位", En: "Name of the unit", Type: "text"}, {Name: "lang", Zh: "语种", En: "Language", Type: "text"},
	{Name: "index_no", Zh: "索引号", En: "Index number", Type: "text"}, {Name: "published", Zh: "发布日期", En: "First release", Type: "datetime"},
	{Name: "released", Zh: "本版发布时间", En: "Release of this edition", Type: "datetime"}, {Name: "changed", Zh: "最近变动时间", En: "Last public change", Type: "datetime"},
	{Name: "digest", Zh: "签批版本摘要", En: "Digest of the edition", Type: "text"}, {Name: "validity_since", Zh: "效力变更日期", En: "Day of the change of validity", Type: "date"},
	{Name: "publicity_ended", Zh: "公示结束日期", En: "Last day of a publicity period that is over", Type: "date"}, {Name: "files", Zh: "附件", En: "Files", Type: "files"},
}

// dataFields are the columns of the table: the head, then the fields of each
// kind, those of the same name once.
func dataFields(kinds []publication.Kind) []PublicDataField {
	out := slices.Clone(dataHead)
	for _, k := range kinds {
		for _, f := range k.Fields {
			name := dataName(f.Name)
			if f.Type == "files" || slices.ContainsFunc(out, func(have PublicDataField) bool { return have.Name == name }) {
				continue
			}
			out = append(out, PublicDataField{name, f.Zh, f.En, f.Type, each(f.Choices, func(c publication.Choice) PublicChoice { return PublicChoice(c) })})
		}
	}
	return out
}

// dataName is what a field is called among the columns: the head has its own.
func dataName(field string) string {
	if slices.ContainsFunc(dataHead, func(f PublicDataField) bool { return f.Name == field }) {
		return "field_" + field
	}
	return field
}

func (c contentAPI) dataset(ctx context.Context, in *PublicDataAt) (out PublicDataset, changed int64, err error) {
	d, site, err := c.records(ctx, in)
	if err != nil {
		return out, 0, err
	}
	unit, err := c.naming(ctx).unit(site.Unit)
	if err != nil {
		return out, 0, err
	}
	out = PublicDataset{Title: d.Column.Name, Description: d.Column.Description, Keywords: d.Column.Keywords, Publisher: unit.Name,
		LandingPage: places{c.base, site}.column(d.Column), Language: "zh-CN", License: d.License, Cycle: PublicChoice(d.Cycle), Modified: localTime(d.Changed),
		Records: d.Count, More: d.Count == publication.CountLimit, Kinds: each(d.Kinds, func(k publication.Kind) PublicRef { return PublicRef{k.ID, k.Zh} }),
		Schema: PublicTableSchema{dataFields(d.Kinds)}}
	q := url.Values{}
	if in.Kind != "" {
		q.Set("kind", in.Kind)
	}
	if !in.Subtree {
		q.Set("subtree", "false")
	}
	for _, f := range []PublicDistribution{{"CSV", "text/csv", "csv"}, {"JSON Lines", "application/x-ndjson", "jsonl"}} {
		f.URL = address(c.base+contentPrefix+"/columns/"+in.ID+"/data."+f.URL, q)
		out.Distributions = append(out.Distributions, f)
	}
	return out, max(d.Changed, d.Column.Updated), nil
}

func (c contentAPI) records(ctx context.Context, in *PublicDataAt) (d publication.Dataset, site publication.Site, err error) {
	if err := readable("id", in.ID, "kind", in.Kind); err != nil {
		return d, site, err
	}
	if d, err = c.pages.Dataset(ctx, in.ID, in.Kind, !in.Subtree); err != nil {
		return d, site, missingParam(err, "id")
	}
	if site, err = c.pages.Site(ctx, d.Column.Site); gongkai.Is(err, gongkai.Missing) { // its copy has not come yet
		err = nil
	}
	return d, site, err
}

type publicTableIn struct {
	PublicDataAt
	BOM  bool   `query:"bom" doc:"CSV: begins with the mark by which Excel knows UTF-8"`
	Head string `query:"head" default:"name" enum:"name,zh,en" doc:"CSV: the first line has names of fields, or what they are called"`
}

type publicTable struct {
	Type         string `header:"Content-Type"`
	Disposition  string `header:"Content-Disposition"`
	LastModified string `header:"Last-Modified"`
	Body         func(huma.Context)
}

// table adds the records in one form. They are sent as they are read: a file
// that is cut off lacks its end, and the connection with it.
func (c contentAPI) table(r *routes, room chan struct{}, ending, mediaType, title string) {
	op := publicOperation("content-column-data-"+ending, "/columns/{id}/data."+ending, "Open data of a column as "+title)
	op.Errors = append(op.Errors, http.StatusTooManyRequests)
	op.Responses["200"] = &huma.Response{Description: "The records, newest first; what they hold says the description", Content: map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString}}}}
	publicRoute(r, op, func(ctx context.Context, in *publicTableIn) (*publicTable, error) {
		d, site, err := c.records(ctx, &in.PublicDataAt)
		if err != nil {
			return nil, err
		}
		select {
		case room <- struct{}{}:
		default:
			return nil, gongkai.E(gongkai.TooMany, "exports", "同时导出的请求过多，请稍后再试", "too many tables are being fetched: try again later",
				gongkai.Detail{Where: "retry-after", Code: "30", Zh: "30 秒后重试", En: "try again in 30 s"})
		}
		out, w := io.Pipe()
		go func() {
			defer func() { <-room }()
			_ = w.CloseWithError(c.write(ctx, w, d, site, in, ending))
		}()
		return &publicTable{Type: mediaType + "; charset=utf-8", Disposition: attachment(d.Column.Name + "." + ending), LastModified: httpDate(d.Changed),
			Body: func(ctx huma.Context) { humafiber.Unwrap(ctx).Context().SetBodyStream(out, -1) }}, nil
	})
}

func (c contentAPI) write(ctx context.Context, w io.Writer, d publication.Dataset, site publication.Site, in *publicTableIn, ending string) error {
	rows, flat := syndication.JSONLines(w), map[string]bool(nil)
	if ending == "csv" {
		fields := dataFields(d.Kinds)
		flat = map[string]bool{"body": true}
		for _, f := range fields {
			flat[f.Name] = flat[f.Name] || f.Type == "rich_text"
		}
		head := each(fields, func(f PublicDataField) string {
			return map[string]string{"name": f.Name, "zh": f.Zh, "en": f.En}[in.Head]
		})
		var err error
		if rows, err = syndication.CSV(w, each(fields, func(f PublicDataField) string { return f.Name }), head, in.BOM); err != nil {
			return err
		}
	}
	names, at := c.naming(ctx), places{c.base, site}
	err := c.pages.EachRecord(ctx, d, func(page publication.Page, pub content.Public) error {
		record, err := c.record(names, at, page, pub, flat)
		if err != nil {
			return err
		}
		return rows.Write(record)
	})
	if err != nil {
		return err
	}
	return rows.End()
}

// record is an item as a row. Of a table, flat are the fields that lose their
// markup there; nil: it is none.
func (c contentAPI) record(names *naming, at places, page publication.Page, pub content.Public, flat map[string]bool) (syndication.Record, error) {
	entry, err := names.entry(page)
	if err != nil {
		return nil, err
	}
	out := syndication.Record{}
	for name, v := range page.FieldsOf(pub) {
		if text, ok := v.(string); ok && flat[name] {
			v = strings.TrimSpace(publication.Plain(text))
		}
		out[dataName(name)] = v
	}
	files := filesOf(page, pub)
	for i := range files {
		files[i].Href = c.base + files[i].Href
	}
	head := []any{page.Item, at.page(page), page.Kind, page.Column, entry.Column.Name, page.Unit, entry.Unit.Name, page.Lang, page.IndexNo, entry.Published, entry.Released,
		localTime(page.Changed), page.Digest, since(page), endedOn(page), files}
	if flat != nil {
		head[len(head)-1] = each(files, func(f PublicFile) string { return f.Href })
	}
	for i, f := range dataHead {
		out[f.Name] = head[i]
	}
	return out, nil
}
