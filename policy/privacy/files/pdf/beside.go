// Beside the pages: strings of annotations, forms and properties, attached files, and leftovers.

package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// role is what a dictionary is, told by its entries: the place of its strings
// and why a reader does not see them.
type role struct{ where, hidden string }

// roleOf tells annotations, fields, outlines and properties apart.
func (f *file) roleOf(d dict) role {
	switch kind := f.name(d["Type"]); {
	case kind == "Annot" || d["Subtype"] != nil && d["Rect"] != nil:
		return role{"annotation", "annotation"}
	case d["FT"] != nil || d["T"] != nil && (d["Kids"] != nil || d["Parent"] != nil):
		return role{"field", "form field"}
	case kind == "Filespec" || d["EF"] != nil:
		return role{"attachment", "name of an attached file"}
	case d["Title"] != nil && d["Parent"] != nil:
		return role{"outline", "bookmark"}
	case d["Producer"] != nil || d["CreationDate"] != nil || d["Author"] != nil:
		return role{"property", "document property"}
	case kind == "StructElem" || d["ActualText"] != nil || d["Alt"] != nil:
		return role{"alt", "alternative text"}
	}
	return role{"object", "data of the file"}
}

// dull are entries whose strings are no texts.
var dull = map[name]bool{
	"ID": true, "O": true, "U": true, "Cert": true, "Registry": true, "Ordering": true, "Lang": true, "DA": true, "DS": true, "CreationDate": true,
	"ModDate": true, "M": true, "Panose": true, "CharSet": true, "CheckSum": true, "Lookup": true, "ByteRange": true, "PTEX.Fullbanner": true,
}

// strings reads those of all dictionaries, of all revisions.
func (r *reader) strings() {
	r.count = map[string]int{}
	for _, v := range r.order {
		var d dict
		switch o := v.object.(type) {
		case dict:
			d = o
		case *stream:
			d = o.dict
		case str:
			r.textOf(v, role{"object", "data of the file"}, "", o)
		case array:
			r.walk(v, role{"object", "data of the file"}, "", o, 0)
		}
		if d == nil {
			continue
		}
		r.walk(v, r.roleOf(d), "", d, 0)
	}
}

// walk goes into what an object holds directly.
func (r *reader) walk(v version, is role, key name, o any, depth int) {
	if depth > deepest || !r.budget.spend(1) {
		return
	}
	switch o := o.(type) {
	case str:
		r.textOf(v, is, key, o)
	case array:
		for _, item := range o {
			r.walk(v, is, key, item, depth+1)
		}
	case dict:
		if r.name(o["Type"]) == "Sig" {
			o = dict{"Name": o["Name"], "Reason": o["Reason"], "Location": o["Location"], "ContactInfo": o["ContactInfo"]}
		}
		for _, k := range sorted(o) {
			if !dull[k] {
				r.walk(v, is, k, o[k], depth+1)
			}
		}
	}
}

func sorted(d dict) []name {
	keys := make([]name, 0, len(d))
	for k := range d {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// properties are the entries that have a place by name.
var properties = map[name]bool{"Title": true, "Author": true, "Subject": true, "Keywords": true, "Creator": true, "Producer": true, "Company": true}

func (r *reader) textOf(v version, is role, key name, s str) {
	text := textOf(s)
	if len(strings.TrimSpace(text)) < 5 {
		return
	}
	where := fmt.Sprintf("%s[%d]", is.where, r.count[is.where])
	if is.where == "property" {
		where = "property.other"
		if properties[key] {
			where = "property." + strings.ToLower(string(key))
		}
	} else {
		r.count[is.where]++
	}
	hidden := is.hidden
	if !v.last {
		hidden = Earlier
	}
	r.note(where, hidden, text)
}

// Earlier is why a reader does not see what was replaced or taken out.
const Earlier = "earlier revision"

// files are the attached ones, wherever the file mentions them.
func (r *reader) files() {
	for _, v := range r.order {
		d, _ := v.object.(dict)
		for _, key := range sorted(r.dict(d["EF"])) {
			r.attach(r.get(r.dict(d["EF"])[key]), d)
		}
	}
	for _, v := range r.order {
		if s, ok := v.object.(*stream); ok && r.name(s.dict["Type"]) == "EmbeddedFile" {
			r.attach(s, nil)
		}
	}
}

func (r *reader) attach(o any, spec dict) {
	s, ok := o.(*stream)
	if !ok || r.used[s] {
		return
	}
	r.used[s] = true
	file := File{Data: r.decode(s)}
	for _, key := range []name{"UF", "F"} {
		if text, ok := r.get(spec[key]).(str); ok && file.Name == "" {
			file.Name = textOf(text)
		}
	}
	r.doc.Files = append(r.doc.Files, file)
}

// leftovers are the streams that no page used: content of earlier revisions,
// looks of annotations and forms, properties in XML, scripts.
func (r *reader) leftovers() {
	r.earlierPages()
	for i, v := range r.order {
		s, ok := v.object.(*stream)
		if !ok || r.used[s] || r.mute(s) {
			continue
		}
		data := r.decode(s)
		hidden := "stands on no page"
		if !v.last {
			hidden = Earlier
		}
		where := fmt.Sprintf("object[%d]", i)
		switch {
		case isXML(data) && r.room(len(data)) && len(data) <= longest:
			if r.name(s.dict["Type"]) == "Metadata" {
				where, hidden = "property.xmp", "document property"
			}
			r.doc.Texts = append(r.doc.Texts, Text{Where: where, Hidden: hidden, Text: string(data), Markup: true})
		case isContent(data):
			r.drawAside(where, hidden, s.dict, data)
		default:
			r.note(where, hidden, plain(data))
		}
	}
}

// earlierPages draws what pages showed before: versions of their content that
// were replaced, with the fonts of the page.
func (r *reader) earlierPages() {
	for _, v := range r.order {
		d, ok := v.object.(dict)
		if !ok || r.name(d["Type"]) != "Page" {
			continue
		}
		if d["Resources"] == nil {
			d = inherit(d, r.dict(d["Parent"]))
		}
		for _, o := range r.contents(d) {
			number, _ := o.(ref)
			for _, version := range r.objects[number] {
				if s, ok := version.(*stream); ok && !r.used[s] {
					r.used[s] = true
					r.drawAside(fmt.Sprintf("object[%d]", number), Earlier, d, r.decode(s))
				}
			}
		}
	}
}

// drawAside reads content that stands on no page.
func (r *reader) drawAside(where, hidden string, owner dict, data []byte) {
	p := r.painter()
	p.draw(data, r.dict(owner["Resources"]))
	p.sortRules()
	r.note(where, hidden, p.lines(p.letters))
	r.note(where, hidden, p.flow())
	for _, text := range p.aside {
		r.note(where, hidden, text)
	}
}

// mute streams hold no text: pictures, fonts, tables of the file itself.
func (r *reader) mute(s *stream) bool {
	d := s.dict
	switch r.name(d["Type"]) {
	case "XRef", "ObjStm", "Font", "CMap":
		return true
	}
	if r.name(d["Subtype"]) == "Image" || d["Length1"] != nil || d["FunctionType"] != nil || d["PatternType"] != nil && d["ShadingType"] != nil || d["N"] != nil && d["Alternate"] != nil {
		return true
	}
	switch r.name(d["Subtype"]) {
	case "Type1C", "CIDFontType0C", "OpenType":
		return true
	}
	return false
}

func isXML(data []byte) bool {
	start := bytes.TrimSpace(data[:min(len(data), 256)])
	return bytes.HasPrefix(start, []byte("<")) && bytes.ContainsAny(start, ">")
}

// isContent tells content by its operators.
func isContent(data []byte) bool {
	return bytes.Contains(data, []byte("Tj")) || bytes.Contains(data, []byte("TJ")) || bytes.Contains(data, []byte(" Do"))
}

// plain is data that is text; empty for any other.
func plain(data []byte) string {
	odd := 0
	for _, c := range data {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			odd++
		}
	}
	if odd > len(data)/50 || bytes.Contains(data, []byte("begincmap")) {
		return ""
	}
	return textOf(str(data))
}
