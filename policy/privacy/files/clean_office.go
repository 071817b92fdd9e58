// Office files without traces: parts that are left out, and what leads to them; authors, comments and changes in the parts that stay.

package files

import (
	"archive/zip"
	"io"
	"regexp"
	"slices"
	"strings"
)

// leftOutParts are the members that a copy does without: properties, data for
// programs that may repeat the text, signatures that no longer fit, comments
// and who wrote them, revisions, the order of calculation, and settings that
// name somebody's printer.
var leftOutParts = []struct {
	name  *regexp.Regexp
	trace string
}{
	{regexp.MustCompile(`^docprops/|^customxml/|^xl/calcchain\.xml$|/printersettings/|^word/people\.xml$|^ppt/(commentauthors|authors)\.xml$`), TraceProperties},
	{regexp.MustCompile(`^_xmlsignatures/`), TraceSignature},
	{regexp.MustCompile(`^xl/revisions/`), TraceChanges},
	{regexp.MustCompile(`^word/(_rels/)?comments\w*\.xml(\.rels)?$|^ppt/comments/`), TraceComments},
}

// leftOut tells which trace a member is; it stays if it is none.
func leftOut(name string) (trace string, gone bool) {
	name = memberName(name)
	for _, p := range leftOutParts {
		if p.name.MatchString(name) {
			return p.trace, true
		}
	}
	return "", false
}

// tidy cuts from the parts what a copy does without, and reports it.
func (o *office) tidy() {
	for _, m := range o.zip.File {
		if trace, gone := leftOut(m.Name); gone && !m.FileInfo().IsDir() {
			o.traced(trace)
		}
	}
	if o.cleans && slices.Contains(*o.traces, TraceSignature) {
		o.unread("", signed())
	}
	o.authored(o.part("docprops/core.xml"), "creator", "lastModifiedBy")
	o.authored(o.part("docprops/app.xml"), "Manager")
	for i, p := range o.parts {
		if p == nil {
			continue
		}
		o.tidyPart(p, memberName(o.zip.File[i].Name))
		if o.story != nil && o.story[i].vanished {
			o.traced(TraceHiddenText)
		}
		if len(p.cuts) > 0 {
			o.traced(TraceProperties)
		}
	}
}

// authored reports the authors that elements of these names tell.
func (o *office) authored(part []byte, elements ...string) {
	x := xmlScan{text: string(part)}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.kind == opening && slices.Contains(elements, t.name) && personal(x.inner(t, nil)) {
			o.traced(TraceAuthor)
		}
	}
}

// tidyPart cuts what one part tells.
func (o *office) tidyPart(p *xmlPart, name string) {
	switch root := rootOf(p.raw); {
	case root == "Relationships" || root == "Types":
		p.cutTraces()
	case strings.HasPrefix(name, "word/"):
		o.tidyWord(p)
	case strings.HasPrefix(name, "xl/"):
		o.tidyBook(p, root)
	case strings.HasPrefix(name, "ppt/"):
		p.cutElements("commentRel", "custData")
	}
}

// cutElements cuts what points to parts that are left out.
func (p *xmlPart) cutElements(names ...string) {
	x := xmlScan{text: string(p.raw)}
	for t := x.next(); t.kind != over; t = x.next() {
		if (t.kind == opening || t.kind == empty) && slices.Contains(names, t.name) {
			x.inner(t, nil)
			p.cut(t.from, x.at)
		}
	}
}

// outRelations are relations to what stands outside: a template or a list of
// addressees on somebody's disk.
var outRelations = regexp.MustCompile(`/(attachedTemplate|mailMergeSource|mailMergeHeaderSource|recipientData)$`)

// cutTraces cuts references to parts that a copy does without.
func (p *xmlPart) cutTraces() {
	attr := map[string]string{"Relationship": "Target", "Override": "PartName"}
	x := xmlScan{text: string(p.raw)}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.kind != opening && t.kind != empty || attr[t.name] == "" {
			continue
		}
		_, gone := leftOut(resolved(owner(p.name), unescaped(x.attr(t, attr[t.name]))))
		gone = gone && x.attr(t, "TargetMode") != "External" || outRelations.MatchString(x.attr(t, "Type"))
		x.inner(t, nil)
		if gone {
			p.cut(t.from, x.at)
		}
	}
}

// owner is the part whose relations a member holds.
func owner(name string) string {
	dir, base, _ := strings.Cut(name, "_rels/")
	return dir + strings.TrimSuffix(base, ".rels")
}

// pack puts a copy together: its members as they are now, and nothing of when
// or by whom. An archive's comments and what stands between members are gone.
func (o *office) pack(w io.Writer, rewritten func(int) []byte) error {
	z := zip.NewWriter(w)
	for i, m := range o.zip.File {
		if _, gone := leftOut(m.Name); gone || m.FileInfo().IsDir() {
			continue
		}
		if err := alive(o.ctx); err != nil {
			return err
		}
		method := zip.Deflate
		if m.Method == zip.Store {
			method = zip.Store
		}
		out, err := z.CreateHeader(&zip.FileHeader{Name: m.Name, Method: method})
		if err != nil {
			return err
		}
		if _, err := out.Write(rewritten(i)); err != nil {
			return err
		}
	}
	return z.Close()
}
