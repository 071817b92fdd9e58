// From a page to a draft: the order in which things are recognised.

package importer

// draft recognises title, metadata, text and damage of a page.
func (p page) draft(source, kind string) Draft {
	r := reading{fields: map[string]any{}, flags: p.flags, blocks: p.blocks}
	r.take(p.given)
	if r.fields["title"] == nil && len(r.blocks) > 0 {
		r.fields["title"] = r.blocks[0].text
		r.blocks = r.blocks[1:]
	}
	r.fields["body"] = render(r.blocks)
	return Draft{Source: source + p.row, Key: keyOf(kind, p.content), Fields: r.fields, Flags: r.flags}
}

// reading is the state of one recognition.
type reading struct {
	fields map[string]any
	flags  []Flag
	blocks []block
}

// take sets the fields that are not set yet.
func (r *reading) take(fields map[string]string) {
	for name, value := range fields {
		if r.fields[name] == nil && value != "" {
			r.fields[name] = value
		}
	}
}
