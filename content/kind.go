// Kinds: named sets of fields, data not code.

package content

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gongkai"
	"gongkai/store"
)

// Kind (信息类型) is a content type. Every kind has the common metadata fields
// before its own.
type Kind struct {
	store.Meta
	Zh       string   `json:"zh" doc:"Name in Chinese"`
	En       string   `json:"en" doc:"Name in English"`
	Own      []Field  `json:"own" doc:"Fields beyond the common metadata"`
	Required []string `json:"required,omitempty" doc:"Common fields that this kind demands"`
	BuiltIn  bool     `json:"built_in,omitempty"`
	Member   bool     `json:"member,omitempty" doc:"Its items go with a document: they may be signed and released together with it (成套)"`
	AtEnd    string   `json:"at_end,omitempty" doc:"When a publicity period (publicity_to) is over: mark or remove_files; absent: mark"`
	Updated  int64    `json:"updated"`
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Fields are all fields of the kind, common ones first.
func (k Kind) Fields() []Field {
	out := make([]Field, 0, len(Common)+len(k.Own))
	for _, f := range Common {
		f.Required = f.Required || slices.Contains(k.Required, f.Name)
		out = append(out, f)
	}
	return append(out, k.Own...)
}

// Field finds a field by name.
func (k Kind) Field(name string) (Field, bool) {
	for _, f := range k.Fields() {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Valid says what is wrong with the definition of the kind itself.
func (k Kind) Valid() error {
	var bad []gongkai.Detail
	seen := map[string]bool{}
	for _, f := range k.Fields() {
		_, known := TypeOf(f.Type)
		switch {
		case !fieldName.MatchString(f.Name) || seen[f.Name]:
			bad = append(bad, gongkai.Detail{Where: f.Name, Code: "field_name", Zh: "字段名应为小写字母、数字和下划线，且不得重复", En: "field names are lower-case letters, digits and underscores, each used once"})
		case !known:
			bad = append(bad, gongkai.Detail{Where: f.Name, Code: "field_type", Zh: "没有这种字段类型", En: "there is no such field type"})
		case strings.HasSuffix(f.Type, "choice") && len(f.Choices) == 0:
			bad = append(bad, gongkai.Detail{Where: f.Name, Code: "choices", Zh: "选择字段须给出可选值", En: "a choice needs its allowed values"})
		case f.Facet && !f.filters():
			bad = append(bad, gongkai.Detail{Where: f.Name, Code: "facet", Zh: "可筛选的字段应为选择、数字、日期、关联信息，或不超过100字的文本（须填max）", En: "lists filter by choices, numbers, dates, references, and texts of at most 100 characters (max says so)"})
		}
		seen[f.Name] = true
	}
	if !slices.Contains([]string{"", EndMark, EndFiles}, k.AtEnd) {
		bad = append(bad, gongkai.Detail{Where: "at_end", Code: "at_end", Zh: "公示期满的处理应为mark（标注结束）或remove_files（撤除附件）", En: "at the end of a publicity period there is mark or remove_files"})
	}
	if k.ID == "" || !fieldName.MatchString(k.ID) || k.Zh == "" {
		bad = append(bad, gongkai.Detail{Where: "id", Code: "kind", Zh: "信息类型须有编号和中文名称", En: "a kind needs an id and a Chinese name"})
	}
	return refused("kind", "信息类型定义有误", "the kind is not well defined", bad)
}

// MaxFacet is how many characters a value may have that lists filter by.
const MaxFacet = 100

// filters tells whether lists can filter by a field.
func (f Field) filters() bool {
	switch f.Type {
	case "choice", "multi_choice", "number", "date", "reference":
		return true
	case "text":
		return f.Max > 0 && f.Max <= MaxFacet
	}
	return false
}

func refused(code, zh, en string, bad []gongkai.Detail) error {
	if len(bad) == 0 {
		return nil
	}
	return gongkai.E(gongkai.Invalid, code, zh, en, bad...)
}

// Normalise returns the values in their normal form, empty ones left out, or
// an Invalid error that names every field that is wrong. It does not demand
// required fields: a draft may be unfinished.
func (k Kind) Normalise(in Fields) (Fields, error) {
	out, known := Fields{}, map[string]bool{}
	var bad []gongkai.Detail
	for _, f := range k.Fields() {
		known[f.Name] = true
		v, given := in[f.Name]
		if !given || v == nil {
			continue
		}
		t, _ := TypeOf(f.Type)
		v, wrong := t.Check(f, v)
		if wrong != nil {
			bad = append(bad, *wrong)
		} else if !empty(v) {
			out[f.Name] = v
		}
	}
	for name := range in {
		if !known[name] {
			bad = append(bad, gongkai.Detail{Where: "fields", Code: "unknown_field", Zh: "该信息类型没有这个字段", En: "this kind has no such field"})
		}
	}
	slices.SortFunc(bad, func(a, b gongkai.Detail) int { return strings.Compare(a.Where, b.Where) })
	return out, refused("fields", "有字段填写不正确", "some fields are not right", bad)
}

func empty(v any) bool {
	switch v := v.(type) {
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []FileRef:
		return len(v) == 0
	case Table:
		return len(v.Head) == 0 && len(v.Rows) == 0
	}
	return v == nil
}

// Edit visits every text of the values and returns the values with what visit
// answered in its place. The order is that of the kind's fields.
func (k Kind) Edit(in Fields, visit func(Text) string) Fields {
	out := Fields{}
	for _, f := range k.Fields() {
		v, given := in[f.Name]
		if !given {
			continue
		}
		if t, _ := TypeOf(f.Type); t.Edit != nil {
			v = t.Edit(f, v, visit)
		}
		out[f.Name] = v
	}
	return out
}

// Texts lists every text of the values.
func (k Kind) Texts(in Fields) []Text {
	var out []Text
	k.Edit(in, func(t Text) string {
		out = append(out, t)
		return t.Text
	})
	return out
}

// PlacedFile is a file with the place where it is attached: "attachments[0]".
type PlacedFile struct {
	Place string
	FileRef
}

// Files lists the files of the values.
func (k Kind) Files(in Fields) []PlacedFile {
	var out []PlacedFile
	for _, f := range k.Fields() {
		if f.Type != "files" {
			continue
		}
		for i, ref := range FilesOf(in[f.Name]) {
			out = append(out, PlacedFile{fmt.Sprintf("%s[%d]", f.Name, i), ref})
		}
	}
	return out
}

// PlacedTable is the value of a table field with the field's name.
type PlacedTable struct {
	Place string
	Table
}

// Tables lists the tables of the values.
func (k Kind) Tables(in Fields) []PlacedTable {
	var out []PlacedTable
	for _, f := range k.Fields() {
		if f.Type != "table" || in[f.Name] == nil {
			continue
		}
		t, _ := decode[Table](in[f.Name])
		out = append(out, PlacedTable{f.Name, t})
	}
	return out
}
