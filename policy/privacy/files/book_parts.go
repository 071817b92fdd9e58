// The parts of a workbook besides cells: what each is, whose it is, what its places are called.

package files

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"gongkai/policy/privacy"
)

// readParts reads every XML part as a text of its own. A part that is not
// well-formed, as drawings of old programs are, is read as HTML is.
func (b *book) readParts() error {
	counts, owners := map[string]int{}, b.owners()
	for i, data := range b.data {
		name := b.zip.File[i].Name
		if !isXMLPart(name, data) || b.isStrings(i) {
			continue
		}
		if err := alive(b.ctx); err != nil {
			return err
		}
		b.parts[i] = &xmlPart{name: name, raw: data}
		r := newPartReader(b.parts[i], "", "", b.pivotFields(name))
		r.label, r.hidden = b.labelOf(i, rootOf(data), owners, counts)
		r.open[0] = partLevel{where: cmp.Or(r.label, "workbook"), hidden: r.hidden}
		u := Unread{}
		switch err := b.walkXML(b.parts[i], r); {
		case errors.As(err, &u):
			return u
		case err != nil:
			b.parts[i] = nil
			b.misshapen = append(b.misshapen, misshapen{i, r.open[0].where})
		default:
			b.readers = append(b.readers, r)
		}
	}
	return nil
}

// misshapen is a part that is no XML though it says so.
type misshapen struct {
	part  int
	where string
}

func (b *book) isStrings(part int) bool { return b.strings.text != "" && b.strings.part == part }

// labelOf is the beginning of the places in a part.
func (b *book) labelOf(part int, root string, owners map[string]*worksheet, counts map[string]int) (label, hidden string) {
	for _, ws := range b.sheets {
		if ws.part == part {
			return ws.label, ws.hidden
		}
	}
	if ws := owners[strings.ToLower(b.zip.File[part].Name)]; ws != nil && (root == "comments" || root == "ThreadedComments") {
		return ws.label, "comment"
	}
	kind, known := rootKinds[root]
	switch {
	case !known:
		return fmt.Sprintf("part[%d]", part), ""
	case kind.name == "property" || kind.name == "":
		return kind.name, kind.hidden
	}
	counts[kind.name]++
	return fmt.Sprintf("%s[%d]", kind.name, counts[kind.name]-1), kind.hidden
}

// owners tells which sheet a part belongs to.
func (b *book) owners() map[string]*worksheet {
	owners := map[string]*worksheet{}
	for _, ws := range b.sheets {
		if ws.part < 0 {
			continue
		}
		for _, target := range b.links[strings.ToLower(b.zip.File[ws.part].Name)] {
			owners[target] = ws
		}
	}
	return owners
}

// pivotFields are the names of the fields whose values a part of records keeps.
func (b *book) pivotFields(name string) []string {
	for owner, targets := range b.links {
		for _, target := range targets {
			if target == strings.ToLower(name) && rootOf(b.part(owner)) == "pivotCacheDefinition" && rootOf(b.part(target)) == "pivotCacheRecords" {
				return fieldNames(string(b.part(owner)))
			}
		}
	}
	return nil
}

func fieldNames(text string) (names []string) {
	x := xmlScan{text: text}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.name == "cacheField" && t.kind != ending {
			names = append(names, unescaped(x.attr(t, "name")))
		}
	}
	return names
}

// judge finds what the workbook holds. Sheets prove values for the other
// texts, and these for the sheets.
func (b *book) judge() error {
	opt := b.opt.Options
	b.scanSheets(opt)
	known, proving := opt.Known, 0
	for _, ws := range b.sheets {
		before := len(known)
		if known = prove(known, cellFindings(ws.found)); len(known) > before {
			proving++
		}
	}
	fromSheets := len(known)
	opt = b.knowing(known)
	var parts []privacy.Part
	for _, r := range b.readers {
		parts = append(parts, r.partsOf(opt)...)
	}
	b.foundInParts = privacy.ScanParts(parts, opt)
	for _, fs := range b.foundInParts {
		known = prove(known, fs)
	}
	if len(known) > fromSheets {
		opt = b.knowing(known)
	}
	if proving > 0 && len(b.sheets) > 1 || len(known) > fromSheets {
		b.scanSheets(opt)
	}
	b.opt.Options = opt
	return alive(b.ctx)
}

func (b *book) scanSheets(opt privacy.Options) {
	for _, ws := range b.sheets {
		ws.found = privacy.ScanTable(privacy.Table{Rows: ws.compact.rows}, opt)
	}
}
