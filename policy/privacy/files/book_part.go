// The texts of a workbook outside cells: each element and attribute that a person may have filled in, at its place.

package files

import (
	"fmt"
	"regexp"
	"strings"

	"gongkai/policy/privacy"
)

// spotKind is how the places inside an element are called, and why a reader
// does not see them. An attribute named at tells the place by itself.
type spotKind struct{ name, hidden, at string }

// spotKinds are the hiding places that elements are; the innermost decides.
var spotKinds = map[string]spotKind{
	"definedName": {"name", "defined name", ""},
	"sheet":       {"sheet_name", "", ""},

	"comment":         {"comment", "comment", "ref"},
	"threadedComment": {"thread", "comment", "ref"},
	"author":          {"author", "comment", ""},
	"person":          {"person", "author of comments", ""},

	"dataValidation":          {"validation", "data validation", ""},
	"hyperlink":               {"link", "link target", ""},
	"Relationship":            {"link", "link target", ""},
	"filterColumn":            {"filter", "filter", ""},
	"cfRule":                  {"condition", "conditional format", ""},
	"scenario":                {"scenario", "scenario", ""},
	"protectedRange":          {"range", "protected range", ""},
	"headerFooter":            {"header", "", ""},
	"numFmt":                  {"format", "number format", ""},
	"tableColumn":             {"column", "", ""},
	"calculatedColumnFormula": {"formula", formulaText, ""},

	"cacheField": {"field", pivotCache, ""},
	"pt":         {"point", "chart cache", ""},
	"p":          {"text", "", ""},
	"cNvPr":      {"alt", "alternative text", ""},
	"textbox":    {"text", "", ""},
	"property":   {"custom", "document property", ""},
}

const (
	pivotCache    = "pivot cache"
	externalCache = "cache of another workbook"
)

// rootKinds are the parts of a workbook; the label of a part is counted.
var rootKinds = map[string]spotKind{
	"personList":            {"persons", "author of comments", ""},
	"wsDr":                  {"drawing", "", ""},
	"xml":                   {"shapes", "", ""},
	"chartSpace":            {"chart", "", ""},
	"pivotCacheDefinition":  {"pivot", pivotCache, ""},
	"pivotCacheRecords":     {"records", pivotCache, ""},
	"pivotTableDefinition":  {"pivot_table", "", ""},
	"externalLink":          {"external", externalCache, ""},
	"coreProperties":        {"property", "document property", ""},
	"Properties":            {"property", "document property", ""},
	"table":                 {"table", "", ""},
	"Relationships":         {"links", "link target", ""},
	"headers":               {"revision", "revision", ""},
	"revisions":             {"revision", "revision", ""},
	"users":                 {"revision", "revision", ""},
	"connections":           {"connection", "connection", ""},
	"slicerCacheDefinition": {"slicer", "slicer cache", ""},
	"MapInfo":               {"map", "XML map", ""},
	"styleSheet":            {"styles", "", ""},
	"workbook":              {"", "", ""},
}

// joining are elements whose texts are one to a reader: runs of a comment or of
// a paragraph.
var joining = setOf("text p si is textbox oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter")

// referring are the elements that hold formulas, or names that formulas use.
var referring = setOf("definedName f formula formula1 formula2 sheet worksheetSource hyperlink calculatedColumnFormula totalsRowFormula")

// partReader gathers the strands of one part.
type partReader struct {
	part     *xmlPart
	label    string
	hidden   string
	strands  []*strand
	contexts []string          // of each strand: the field it belongs to
	fields   []string          // names of a pivot's fields
	formulas map[*strand]*node // what has to stay a formula, or the name of a sheet
	open     []partLevel
	counts   map[string]int
}

// partLevel is what an open element makes of the texts inside.
type partLevel struct {
	name, where, hidden, context string
	joined                       *strand
}

func newPartReader(p *xmlPart, label, hidden string, fields []string) *partReader {
	return &partReader{part: p, label: label, hidden: hidden, fields: fields, counts: map[string]int{}, formulas: map[*strand]*node{},
		open: []partLevel{{where: label, hidden: hidden}}}
}

func (r *partReader) start(name string, attrs []xmlAttr, _, _ int) {
	l := r.open[len(r.open)-1]
	l.name = name
	r.place(&l, attrs)
	if joining[name] && l.joined == nil {
		l.joined = &strand{marks: []mark{{0, l.where, l.hidden}}}
		r.keep(l.joined, l.context)
	}
	r.open = append(r.open, l)
	if name == "br" && l.joined != nil {
		l.joined.fixed("\n")
	}
	for _, a := range attrs {
		if !technical[a.name] && telling(a.value) {
			r.alone(l, a.value, a.from, a.to)
		}
	}
}

// place names the place that an element opens.
func (r *partReader) place(l *partLevel, attrs []xmlAttr) {
	kind, known := spotKinds[l.name]
	switch {
	case r.label == "property" && len(r.open) == 2 && l.name != "property":
		l.where = "property." + strings.ToLower(l.name)
	case l.name == "r" && r.fields != nil:
		r.counts["field"] = 0
	case known:
		l.where = r.name(kind, attrs)
		l.hidden = kind.hidden
	case r.fields != nil && len(r.open) == 3: // a value of a record
		if n := r.counts["field"]; n < len(r.fields) {
			l.context = r.fields[n]
		}
		r.counts["field"]++
	}
	if l.name == "cacheField" {
		l.context = value(attrs, "name")
	}
	if l.hidden == "" {
		l.hidden = r.hidden
	}
}

// name is the place of an element: counted, or where an attribute says.
func (r *partReader) name(kind spotKind, attrs []xmlAttr) string {
	where := strings.TrimPrefix(r.label+"."+kind.name, ".")
	if row, col, ok := cellPlace(value(attrs, kind.at)); ok {
		return where + "!" + cellName(row, col)
	}
	r.counts[kind.name]++
	return fmt.Sprintf("%s[%d]", where, r.counts[kind.name]-1)
}

func (r *partReader) end(string) { r.open = r.open[:len(r.open)-1] }

func (r *partReader) text(text string, from, to int) {
	l := r.open[len(r.open)-1]
	switch {
	case strings.TrimSpace(text) == "" && (l.joined == nil || l.name != "t"): // between elements
	case l.joined == nil && telling(text):
		r.alone(l, text, from, to)
	case l.joined == nil: // a measure
	case pageCodes[l.name]:
		r.pageText(l.joined, r.part.add(text, from, to))
	default:
		l.joined.add(r.part.add(text, from, to))
	}
}

// pageCodes are the elements whose text has codes for fonts and fields in it.
var pageCodes = setOf("oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter")

var pageCode = regexp.MustCompile(`&(?:"[^"]*"|[0-9]{1,2}|K[0-9A-Fa-f+-]{5,6}|[A-Za-z])`)

// pageText leaves the codes out; those of left, middle and right part texts.
func (r *partReader) pageText(st *strand, n *node) {
	done := 0
	for _, at := range pageCode.FindAllStringIndex(n.text, -1) {
		st.addPart(n, done, at[0])
		if code := n.text[at[0]+1]; code == 'L' || code == 'C' || code == 'R' {
			st.fixed("\n")
		}
		done = at[1]
	}
	st.addPart(n, done, len(n.text))
}

// alone is a text that is judged by itself.
func (r *partReader) alone(l partLevel, text string, from, to int) {
	st := &strand{marks: []mark{{0, l.where, l.hidden}}}
	n := r.part.add(text, from, to)
	st.add(n)
	if referring[l.name] {
		r.formulas[st] = n
	}
	r.keep(st, l.context)
}

func (r *partReader) keep(st *strand, context string) {
	r.strands = append(r.strands, st)
	r.contexts = append(r.contexts, context)
}

// comment is text for nobody; a masked copy does without.
func (r *partReader) comment(text string, from, to int) {
	l := r.open[len(r.open)-1]
	l.hidden = "XML comment"
	r.alone(l, text, from, to)
	r.part.cut(from-len("<!--"), to+len("-->"))
}

// partsOf are the strands as the recogniser takes them.
func (r *partReader) partsOf(opt privacy.Options) []privacy.Part {
	out := make([]privacy.Part, len(r.strands))
	for i, st := range r.strands {
		context := r.contexts[i]
		if context == "" {
			context = opt.Context
		}
		out[i] = privacy.Part{Text: string(st.text), Format: privacy.Plain, Context: context}
	}
	return out
}
