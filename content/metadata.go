// The common metadata of every item (domain page 3.1, after GB/T 21063.3-2007
// and the document page of real portals) and the checks across its fields.

package content

import (
	"slices"

	"gongkai"
)

// Openness values (公开属性). Only Proactive can go out.
const (
	Proactive     = "proactive"      // 主动公开
	OnApplication = "on_application" // 依申请公开
	Withheld      = "withheld"       // 不予公开
)

// Reposted (转载) is the origin of what another body has published: the field
// source says which.
const Reposted = "reposted"

// Own (本机关制发) is the origin of what the unit itself has written.
const Own = "own"

// Common are the metadata fields that every kind has. Vocabularies that offices
// vary (主题分类, 体裁分类 …) are free text here and data of the kind elsewhere.
var Common = []Field{
	{Name: "title", Type: "text", Zh: "标题", En: "Title", Required: true, Max: 200},
	{Name: "body", Type: "rich_text", Zh: "正文", En: "Body"},
	{Name: "attachments", Type: "files", Zh: "附件", En: "Attachments"},
	{Name: "doc_no", Type: "text", Zh: "文号", En: "Document number", Format: "doc_no", Max: 60},
	{Name: "index_no", Type: "text", Zh: "原索引号", En: "Imported index number", Format: "index_no", Max: 80},
	{Name: "publisher", Type: "text", Zh: "发布机构", En: "Issuing body", Max: 200},
	{Name: "department", Type: "text", Zh: "责任部门", En: "Responsible department", Max: 200},
	{Name: "date_written", Type: "date", Zh: "成文日期", En: "Date written"},
	{Name: "effective_from", Type: "date", Zh: "生效日期", En: "Effective from"},
	{Name: "expires_at", Type: "date", Zh: "失效日期", En: "Expires"},
	{Name: "abolished_at", Type: "date", Zh: "废止日期", En: "Abolished"},
	{Name: "validity", Type: "choice", Zh: "效力状态", En: "Validity", Facet: true, Choices: []Choice{
		{"in_force", "有效", "In force"}, {"not_yet", "尚未生效", "Not yet in force"}, {"amended", "已修改", "Amended"},
		{"lapsed", "失效", "Lapsed"}, {"abolished", "废止", "Repealed"}, {"declared_lapsed", "宣布失效", "Declared lapsed"}}},
	{Name: "openness", Type: "choice", Zh: "公开属性", En: "Openness", Required: true, Choices: []Choice{
		{Proactive, "主动公开", "Proactive"}, {OnApplication, "依申请公开", "On application"}, {Withheld, "不予公开", "Withheld"}}},
	{Name: "openness_basis", Type: "text", Zh: "不予公开的理由和依据", En: "Reason and legal basis for not disclosing", Max: 500},
	{Name: "time_limit", Type: "choice", Zh: "公开时限", En: "Time limit", Choices: []Choice{{"long_term", "长期公开", "Long term"}, {"limited", "限时公开", "Limited"}}},
	{Name: "scope", Type: "choice", Zh: "公开范围", En: "Scope", Choices: []Choice{{"public", "面向社会", "The public"}, {"restricted", "特定范围", "A particular scope"}}},
	{Name: "audience", Type: "text", Zh: "公开对象", En: "Audience", Max: 100},
	{Name: "topic", Type: "text", Zh: "主题分类", En: "Topic", Max: 60, Facet: true},
	{Name: "genre", Type: "text", Zh: "体裁分类", En: "Genre", Max: 60, Facet: true},
	{Name: "service", Type: "text", Zh: "服务对象分类", En: "Service object", Max: 60, Facet: true},
	{Name: "statutory", Type: "text", Zh: "法定主动公开内容", En: "Statutory group", Max: 60, Facet: true},
	{Name: "summary", Type: "text", Zh: "内容概述", En: "Summary", Max: 300},
	{Name: "keywords", Type: "text", Zh: "关键词", En: "Keywords", Max: 200},
	{Name: "basis", Type: "text", Zh: "公开依据", En: "Basis for disclosure", Max: 500},
	{Name: "origin", Type: "choice", Zh: "来源类别", En: "Origin", Choices: []Choice{{Own, "本机关制发", "Own"}, {Reposted, "转载", "Reposted"}}},
	{Name: "source", Type: "text", Zh: "信息来源", En: "Source", Max: 200},
	{Name: "related", Type: "reference", Zh: "关联信息", En: "Related items"},
}

// Complete says what a draft still lacks before it can be submitted, and which
// fields contradict each other.
func (k Kind) Complete(v Fields) error {
	var bad []gongkai.Detail
	for _, f := range k.Fields() {
		if _, given := v[f.Name]; f.Required && !given {
			bad = append(bad, *wrong(f, "required", "不能为空", "is required"))
		}
	}
	for _, rule := range crossRules {
		if rule.broken(v) {
			bad = append(bad, rule.detail)
		}
	}
	return refused("incomplete_fields", "元数据不完整或互相矛盾", "the metadata is incomplete or contradictory", bad)
}

func text(v Fields, name string) string { s, _ := v[name].(string); return s }

// crossRules hold between fields. Dates compare as text: they are ISO dates.
var crossRules = []struct {
	broken func(Fields) bool
	detail gongkai.Detail
}{
	{func(v Fields) bool {
		return text(v, "body") == "" && len(FilesOf(v["attachments"])) == 0 && !anyTable(v)
	},
		gongkai.Detail{Where: "body", Code: "required", Zh: "正文、表格和附件不能都为空", En: "body, table and attachments cannot all be empty"}},
	{func(v Fields) bool {
		return slices.Contains([]string{OnApplication, Withheld}, text(v, "openness")) && text(v, "openness_basis") == ""
	}, gongkai.Detail{Where: "openness_basis", Code: "required", Zh: "依申请公开或不予公开须写明理由和法律依据", En: "not disclosing proactively needs its reason and legal basis"}},
	{func(v Fields) bool { return after(v, "effective_from", "expires_at") },
		gongkai.Detail{Where: "expires_at", Code: "order", Zh: "失效日期早于生效日期", En: "the expiry is before the effective date"}},
	{func(v Fields) bool {
		return after(v, "date_written", "effective_from") && text(v, "validity") == "not_yet"
	},
		gongkai.Detail{Where: "effective_from", Code: "order", Zh: "尚未生效的文件，生效日期早于成文日期", En: "a document not yet in force takes effect before it was written"}},
	{func(v Fields) bool { return text(v, "origin") == Reposted && text(v, "source") == "" },
		gongkai.Detail{Where: "source", Code: "required", Zh: "转载的信息须写明来源", En: "a repost says where it was published"}},
	{func(v Fields) bool { return text(v, "validity") == "abolished" && text(v, "abolished_at") == "" },
		gongkai.Detail{Where: "abolished_at", Code: "required", Zh: "已废止的文件须写明废止日期", En: "a repealed document needs its date of repeal"}},
}

func after(v Fields, a, b string) bool {
	return text(v, a) != "" && text(v, b) != "" && text(v, a) > text(v, b)
}

func anyTable(v Fields) bool {
	for _, value := range v {
		switch value.(type) {
		case Table, map[string]any: // as checked, or as the store gives it back
			if t, ok := decode[Table](value); ok && len(t.Rows) > 0 {
				return true
			}
		}
	}
	return false
}

// Warnings are doubts that do not stop a submit: the year of 文号 and of
// 成文日期 should agree.
func Warnings(v Fields) []gongkai.Detail {
	year, written := DocNoYear(text(v, "doc_no")), text(v, "date_written")
	if year == "" || len(written) < 4 || year == written[:4] {
		return nil
	}
	return []gongkai.Detail{{Where: "doc_no", Code: "year", Zh: "文号年份与成文日期年份不一致", En: "the years of document number and date written differ"}}
}

// fillable are the fields that a stage may fill in when its pipeline says so:
// dates, choices and numbers of a set form. None of them is text, and none
// decides whether, or for whom, the item is public.
var fillable = []string{"doc_no", "date_written", "effective_from", "expires_at", "abolished_at", "validity", "time_limit"}

// Fillable tells whether a stage may be allowed to fill in a field.
func Fillable(field string) bool { return slices.Contains(fillable, field) }

// FillableFields lists them.
func FillableFields() []string { return slices.Clone(fillable) }
