// What of an edition readers see: its fields, and their running text.

package publication

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"gongkai/content"
)

// inward are fields that serve the office and are not for readers: the basis
// for not disclosing, and ids of related items that may not be public. Files
// are described apart.
var inward = []string{"openness_basis", "related"}

// FieldsOf are the fields of an edition that readers see. The validity is that
// of the page: acts after the release change it.
func (p Page) FieldsOf(pub content.Public) content.Fields {
	out := maps.Clone(pub.Fields)
	if p.Validity != "" {
		out["validity"] = p.Validity
	}
	for _, name := range inward {
		delete(out, name)
	}
	for _, f := range pub.Files {
		name, _, _ := strings.Cut(f.Place, "[")
		delete(out, name)
	}
	return out
}

// FieldText is a field's text, "" if it has none.
func FieldText(pub content.Public, name string) string {
	s, _ := pub.Fields[name].(string)
	return s
}

// Related are the ids of the items that an edition relates itself to, each
// once: those of its fields, the document that it interprets, and what was
// released together with it.
func Related(pub content.Public) (ids []string) {
	add := func(id string) {
		if !slices.Contains(ids, id) && id != pub.Item {
			ids = append(ids, id)
		}
	}
	for _, id := range slices.Concat(content.ListOf(pub.Fields["related"]), content.Interpreted(pub.Fields)) {
		add(id)
	}
	for _, m := range pub.Members {
		add(m.Item)
	}
	return ids
}

// PlainText is the running text of what readers see of an edition, without
// markup: the body first, then the other fields by name, then the names of the
// files that the page shows. Fields that the search index holds apart are left
// out.
func (p Page) PlainText(pub content.Public) string {
	fields := p.FieldsOf(pub)
	var b strings.Builder
	plain(&b, fields["body"])
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains([]string{"body", "title", "doc_no", "summary", "openness", "validity"}, name) {
			plain(&b, fields[name])
		}
	}
	for _, f := range pub.Files {
		if slices.Contains(p.Files, f.Digest) {
			b.WriteString(f.Name + "\n" + f.Alt + "\n")
		}
	}
	return b.String()
}

func plain(b *strings.Builder, v any) {
	switch v := v.(type) {
	case string:
		b.WriteString(stripTags(v))
		b.WriteByte('\n')
	case []any:
		for _, e := range v {
			plain(b, e)
		}
	case map[string]any: // a table
		plain(b, v["head"])
		plain(b, v["rows"])
	}
}

// Plain is the running text of HTML.
func Plain(text string) string { return stripTags(text) }

// stripTags drops markup; blocks and cells end a line.
func stripTags(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); !inline[string(name)] {
				b.WriteByte('\n')
			}
		}
	}
}

var inline = map[string]bool{"a": true, "b": true, "strong": true, "em": true, "i": true, "u": true, "s": true, "sub": true, "sup": true, "span": true, "code": true}
