// Fields of a kind and the table of field types: the one place to add a type.

package content

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gongkai"
)

// Fields (字段值) are the values of a revision or sheet, by field name. A value
// has the JSON shape that its field type states.
type Fields map[string]any

// Field (字段) is one named value of a kind.
type Field struct {
	Name     string   `json:"name" doc:"Field name, [a-z][a-z0-9_]*"`
	Type     string   `json:"type" doc:"Field type: a row of the table of field types"`
	Zh       string   `json:"zh" doc:"Label in Chinese"`
	En       string   `json:"en" doc:"Label in English"`
	Required bool     `json:"required,omitempty" doc:"Must have a value before submit"`
	Choices  []Choice `json:"choices,omitempty" doc:"Allowed values of choice and multi_choice"`
	Max      int      `json:"max,omitempty" doc:"Greatest number of characters, rows or entries"`
	Format   string   `json:"format,omitempty" doc:"Checked form: doc_no, uscc, index_no"`
	Facet    bool     `json:"facet,omitempty" doc:"Readers may filter lists by it: a text of at most 100 characters, a choice, a number, a date (by its year) or a reference"`
}

// Choice is one allowed value of a field.
type Choice struct {
	Value string `json:"value"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// Text (文字) is one piece of text inside a value, where checks look and masks
// are put.
type Text struct {
	Place   string // "title", "body", "attachments[0].name", "roster[2][1]"
	HTML    bool
	Context string // label or table header that governs the text
	Text    string
}

// FieldType (字段类型) is how a field's values look, are checked and are read.
type FieldType struct {
	Name, Zh, En string
	// Check returns the value in its normal form, or says what is wrong.
	Check func(f Field, v any) (any, *gongkai.Detail)
	// Edit visits every text of a checked value and returns the value with
	// what visit answered in its place. Types without text have none.
	Edit func(f Field, v any, visit func(Text) string) any
}

// FieldTypes is the table of field types.
var FieldTypes = []FieldType{
	{"text", "文本", "Text", checkText, editText},
	{"rich_text", "富文本", "Rich text", checkRichText, editRichText},
	{"number", "数字", "Number", checkNumber, nil},
	{"date", "日期", "Date", checkDate, nil},
	{"choice", "单选", "Choice", checkChoice, nil},
	{"multi_choice", "多选", "Multiple choice", checkMultiChoice, nil},
	{"reference", "关联信息", "Reference to items", checkReference, nil},
	{"files", "附件", "Files", checkFiles, editFiles},
	{"table", "表格", "Table", checkTable, editTable},
}

// TypeOf finds the row of the table of field types.
func TypeOf(name string) (FieldType, bool) {
	i := slices.IndexFunc(FieldTypes, func(t FieldType) bool { return t.Name == name })
	if i < 0 {
		return FieldType{}, false
	}
	return FieldTypes[i], true
}

func wrong(f Field, code, zh, en string) *gongkai.Detail {
	return &gongkai.Detail{Where: f.Name, Code: code, Zh: f.Zh + zh, En: f.En + " " + en}
}

func atMost(f Field, otherwise int) int {
	if f.Max > 0 {
		return f.Max
	}
	return otherwise
}

func checkText(f Field, v any) (any, *gongkai.Detail) {
	s, ok := v.(string)
	if !ok {
		return nil, wrong(f, "type", "应为文本", "must be a text")
	}
	s = strings.TrimSpace(s)
	if n := atMost(f, 500); utf8.RuneCountInString(s) > n {
		return nil, wrong(f, "too_long", fmt.Sprintf("不得超过%d字", n), fmt.Sprintf("must have at most %d characters", n))
	}
	if check, ok := formats[f.Format]; ok && s != "" {
		return check(f, s)
	}
	return s, nil
}

func editText(f Field, v any, visit func(Text) string) any {
	return visit(Text{Place: f.Name, Context: f.Zh, Text: v.(string)})
}

func checkRichText(f Field, v any) (any, *gongkai.Detail) {
	s, ok := v.(string)
	if !ok {
		return nil, wrong(f, "type", "应为HTML文本", "must be an HTML text")
	}
	if len(s) > 2<<20 {
		return nil, wrong(f, "too_long", "不得超过2 MB", "must be at most 2 MB")
	}
	return Sanitise(s), nil
}

func editRichText(f Field, v any, visit func(Text) string) any {
	return visit(Text{Place: f.Name, HTML: true, Text: v.(string)})
}

// checkNumber keeps numbers as decimal strings: no store or browser rounds them.
func checkNumber(f Field, v any) (any, *gongkai.Detail) {
	s, ok := v.(string)
	switch n := v.(type) {
	case float64:
		s, ok = strconv.FormatFloat(n, 'f', -1, 64), true
	case json.Number:
		s, ok = n.String(), true
	}
	s = strings.TrimSpace(s)
	if s == "" && ok {
		return s, nil
	}
	if _, good := new(big.Rat).SetString(s); !ok || !good || len(s) > 40 || strings.ContainsAny(s, "/eExXpP_") {
		return nil, wrong(f, "number", "应为十进制数字", "must be a decimal number")
	}
	return s, nil
}

func checkDate(f Field, v any) (any, *gongkai.Detail) {
	s, ok := v.(string)
	if ok && s == "" {
		return s, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if !ok || err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return nil, wrong(f, "date", "应为真实日期，格式为2026-01-05", "must be a real date such as 2026-01-05")
	}
	return s, nil
}

func checkChoice(f Field, v any) (any, *gongkai.Detail) {
	s, ok := v.(string)
	if !ok || s != "" && !slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Value == s }) {
		return nil, wrong(f, "choice", "不在可选范围内", "is not one of the allowed values")
	}
	return s, nil
}

func checkMultiChoice(f Field, v any) (any, *gongkai.Detail) {
	list, ok := texts(v)
	if !ok || len(list) > atMost(f, 50) {
		return nil, wrong(f, "type", "应为若干可选值的列表", "must be a list of allowed values")
	}
	for _, s := range list {
		if _, bad := checkChoice(f, s); bad != nil || s == "" {
			return nil, wrong(f, "choice", "含有不在可选范围内的值", "has a value that is not allowed")
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// itemID is an item's: a UUID, or 32 hexadecimal digits made of a request.
var itemID = regexp.MustCompile(`^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)

func checkReference(f Field, v any) (any, *gongkai.Detail) {
	list, ok := texts(v)
	if !ok || len(list) > atMost(f, 100) {
		return nil, wrong(f, "type", "应为信息条目编号的列表", "must be a list of item ids")
	}
	for _, s := range list {
		if !itemID.MatchString(s) {
			return nil, wrong(f, "reference", "含有无效的信息条目编号", "has an id that is no item's")
		}
	}
	return slices.Compact(list), nil
}

// ListOf lists the values of a multi_choice or reference field.
func ListOf(v any) []string {
	list, _ := texts(v)
	return list
}

// texts reads a list of strings as JSON decoding or our own code gives it.
func texts(v any) ([]string, bool) {
	if list, ok := v.([]string); ok {
		return slices.Clone(list), true
	}
	list, ok := v.([]any)
	out := make([]string, 0, len(list))
	for _, e := range list {
		s, isText := e.(string)
		ok = ok && isText
		out = append(out, s)
	}
	return out, ok
}
