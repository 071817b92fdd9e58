// Office files (docx, pptx): zips of XML parts, read part by part; a masked copy is put together from the same parts.

package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"gongkai/policy/privacy"
)

// officeRows are the rows of office files, pictures and pages.
func officeRows() []format {
	return []format{
		{"docx", []string{"docx", "docm", "dotx", "dotm"}, isOffice("word/"), scanDOCX, maskDOCX, nil},
		{"pptx", []string{"pptx", "pptm", "ppsx", "ppsm", "potx", "potm"}, isOffice("ppt/"), scanPPTX, nil, cleanPPTX},
		{"pdf", []string{"pdf"}, isPDF, scanPDF, nil, nil},
		{"image", []string{"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "avif", "ico", "emf", "wmf"}, isImage, scanImage, nil, cleanImage},
		{"svg", []string{"svg"}, isSVG, scanSVG, nil, nil},
	}
}

// isOffice: a zip with a list of its parts, and parts in the program's folder.
func isOffice(folder string) func(*probe) bool {
	return func(p *probe) bool {
		return slices.Contains(p.members(), "[Content_Types].xml") &&
			slices.ContainsFunc(p.members(), func(name string) bool { return strings.HasPrefix(name, folder) })
	}
}

func scanDOCX(s *pass, f File) error              { return s.office(f, nil) }
func maskDOCX(s *pass, f File, w io.Writer) error { return s.office(f, w) }
func scanPPTX(s *pass, f File) error              { return s.office(f, nil) }

// cleanPPTX writes slides as they were, without their traces.
func cleanPPTX(s *pass, f File, w io.Writer) error { return s.office(f, w) }

// office is one office file on its way through.
type office struct {
	*pass
	zip   *zip.Reader
	data  [][]byte // unpacked members, as in zip
	names map[string]int
	parts []*xmlPart // nil where a member is not XML
	story []*story
}

// office reads all parts before it judges any: what one part proves is
// searched for in all others.
func (s *pass) office(f File, w io.Writer) error {
	z, err := openZip(f, s.left.Limits)
	if err != nil {
		return err
	}
	o := &office{pass: s, zip: z, names: map[string]int{}}
	if err := o.unpackAll(); err != nil {
		return err
	}
	if err := o.readStories(); err != nil {
		return err
	}
	if err := o.judge(); err != nil {
		return err
	}
	o.tidy()
	if err := o.others(w != nil); err != nil || w == nil {
		return err
	}
	return o.pack(w, o.rewritten)
}

// rewritten is the content of a member in a copy.
func (o *office) rewritten(i int) []byte {
	if p := o.parts[i]; p != nil {
		return p.bytes()
	}
	return o.data[i]
}

// unpackAll reads every member. Two members of one name are a trick: programs
// differ in which of them they show.
func (o *office) unpackAll() error {
	o.data = make([][]byte, len(o.zip.File))
	for i, m := range o.zip.File {
		name := memberName(m.Name)
		if _, twice := o.names[name]; twice {
			return damaged()
		}
		o.names[name] = i
		if m.FileInfo().IsDir() {
			continue
		}
		data, err := o.unpack(m)
		if err != nil {
			return err
		}
		o.data[i] = data
	}
	return nil
}

// memberName is the name of a member as programs compare it.
func memberName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// readStories parses the parts that are XML.
func (o *office) readStories() error {
	o.parts = make([]*xmlPart, len(o.data))
	o.story = make([]*story, len(o.data))
	labels, styles := o.labels(), o.hidingStyles()
	cells := o.left.Cells
	for i, data := range o.data {
		if err := alive(o.ctx); err != nil {
			return err
		}
		name := o.zip.File[i].Name
		if !isXMLPart(name, data) {
			continue
		}
		p := &xmlPart{name: name, raw: data}
		l := labels(i)
		st := newStory(p, l.label, l.hidden, styles, cells)
		if err := o.parse(p, st); err != nil {
			return err
		}
		cells = st.cells
		o.parts[i], o.story[i] = p, st
	}
	return nil
}

func (o *office) parse(p *xmlPart, st *story) error {
	u := Unread{}
	switch err := o.walkXML(p, st); {
	case errors.As(err, &u):
		return u
	case err != nil:
		return damaged()
	case st.overflow:
		return tooMuch("cells", fmt.Sprint(o.left.Cells))
	}
	return nil
}

// isXMLPart goes by the name, as office programs do, and by the content.
func isXMLPart(name string, data []byte) bool {
	switch extension(name) {
	case "xml", "rels", "vml":
		return len(data) > 0
	}
	return false
}

// judge finds what the stories hold. Tables prove values for the texts, and
// the texts for the tables.
func (o *office) judge() error {
	var strands []*strand
	var grids []*grid
	for _, st := range o.story {
		if st != nil {
			strands = append(append(strands, &st.flow, &st.loose), st.beside...)
			grids = append(grids, st.grids...)
		}
	}
	opt := o.opt.Options
	tables := scanGrids(grids, opt)
	known := opt.Known
	for _, fs := range tables {
		known = prove(known, cellFindings(fs))
	}
	opt = o.knowing(known)
	parts := make([]privacy.Part, len(strands))
	for i, st := range strands {
		parts[i] = privacy.Part{Text: string(st.text), Format: privacy.Plain, Context: opt.Context}
	}
	found := privacy.ScanParts(parts, opt)
	before := len(known)
	for _, fs := range found {
		known = prove(known, fs)
	}
	if len(known) > before {
		opt = o.knowing(known)
	}
	if len(known) > before && len(grids) > 0 {
		tables = scanGrids(grids, opt)
	}
	o.opt.Options = opt
	return o.settleAll(strands, found, grids, tables)
}

func scanGrids(grids []*grid, opt privacy.Options) [][]privacy.CellFinding {
	found := make([][]privacy.CellFinding, len(grids))
	for i, g := range grids {
		found[i] = privacy.ScanTable(privacy.Table{Rows: g.texts()}, opt)
	}
	return found
}

func (g *grid) texts() [][]string {
	rows := make([][]string, len(g.rows))
	for r, row := range g.rows {
		rows[r] = make([]string, len(row))
		for c, cell := range row {
			rows[r][c] = string(cell.text)
		}
	}
	return rows
}

func cellFindings(cells []privacy.CellFinding) []privacy.Finding {
	fs := make([]privacy.Finding, len(cells))
	for i, c := range cells {
		fs[i] = c.Finding
	}
	return fs
}

// prove adds the values that are certain.
func prove(known []privacy.Value, fs []privacy.Finding) []privacy.Value {
	known = known[:len(known):len(known)]
	for _, f := range fs {
		if f.Level == privacy.Certain {
			known = append(known, privacy.Value{Kind: f.Kind, Folded: f.Folded})
		}
	}
	return known
}

// settled keeps a number that two strands share from being reported twice.
type settled map[[2]spot]bool

func (o *office) settleAll(strands []*strand, found [][]privacy.Finding, grids []*grid, tables [][]privacy.CellFinding) error {
	seen := settled{}
	for i, fs := range tables {
		for _, f := range fs {
			c := &grids[i].rows[f.Row][f.Col].strand
			where := grids[i].where + "!" + cellName(f.Row, f.Col)
			if err := o.settleStrand(seen, c, f.Finding, mark{0, where, c.markAt(f.Start).hidden}); err != nil {
				return err
			}
		}
	}
	for i, fs := range found {
		for _, f := range fs {
			if err := o.settleStrand(seen, strands[i], f, strands[i].markAt(f.Start)); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleStrand reports one finding of a strand and masks it as decided.
func (o *office) settleStrand(seen settled, st *strand, f privacy.Finding, m mark) error {
	span := [2]spot{st.spotAt(f.Start), st.spotAt(f.End - 1)}
	if seen[span] {
		return nil
	}
	seen[span] = true
	at := f.Span
	f.Start, f.End = at.Start-m.at, at.End-m.at
	text := string(st.text[m.at:max(at.End, m.at)])
	if masked := o.settle(text, o.found(m.where, m.hidden, []privacy.Finding{f})); masked != text {
		st.replace(at.Start, at.End, masked[f.Start:])
	}
	return o.full()
}

// others hands what is no XML to the rows of the table: pictures, embedded
// sheets. In a masked copy they are masked too.
func (o *office) others(masking bool) error {
	counts := map[string]int{}
	for i, data := range o.data {
		m := o.zip.File[i]
		where := fmt.Sprintf("part[%d].name", i)
		if o.text(where, "name of a part", m.Name, privacy.Plain) != m.Name {
			return unmaskable().at(where)
		}
		kind := memberKind(m.Name)
		if o.parts[i] != nil || len(data) == 0 || kind == "" {
			continue
		}
		if isThumbnail(m.Name) {
			if !o.cleans {
				o.unread("thumbnail", thumbnail())
			}
			continue
		}
		where = fmt.Sprintf("%s[%d]", kind, counts[kind])
		counts[kind]++
		f := File{Name: path.Base(m.Name), Size: int64(len(data)), Data: bytes.NewReader(data)}
		if !masking {
			if err := o.member(where, f); err != nil {
				return err
			}
			continue
		}
		masked, err := o.maskedMember(where, f, data)
		if err != nil {
			return err
		}
		o.data[i] = masked
	}
	return nil
}

// memberKind is how the places of a member are called; empty for members that
// hold no text of anyone (fonts, settings of printers).
func memberKind(name string) string {
	switch extension(name) {
	case "odttf", "fntdata", "ttf", "otf":
		return ""
	case "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "emf", "wmf", "svg", "wdp", "ico":
		return "picture"
	}
	if strings.Contains(strings.ToLower(name), "printersettings") {
		return ""
	}
	return "object"
}

// maskedMember masks an embedded file, or cleans it. One that cannot be read or
// masked stays as it is while nothing in it has to go; else there is no masked
// copy at all.
func (s *pass) maskedMember(where string, f File, data []byte) ([]byte, error) {
	inner := *s
	inner.depth++
	inner.place += where + "/"
	changed := false
	inner.decide = func(f Finding) (string, bool) {
		as, change := s.decide(f)
		changed = changed || change
		return as, change
	}
	if inner.depth >= s.left.Depth {
		return nil, tooMuch("depth", fmt.Sprint(s.left.Depth))
	}
	var out bytes.Buffer
	mask := false
	err := inner.read(f, func(row *format) error {
		if mask = row.mask != nil; mask {
			return row.mask(&inner, f, &out)
		}
		if err := row.scan(&inner, f); err != nil || row.clean == nil {
			return errors.Join(err, ErrNoMask)
		}
		return row.clean(&inner, f, &out)
	})
	unreadable := Unread{}
	switch {
	case (errors.As(err, &unreadable) || errors.Is(err, ErrNoMask)) && !changed:
		return data, nil
	case changed && !mask:
		return nil, unmaskable().at(where)
	case err != nil:
		return nil, err
	}
	return out.Bytes(), nil
}

func (u Unread) at(where string) Unread {
	u.Where = where
	return u
}

func unmaskable() Unread {
	return Unread{Code: "embedded.mask",
		Zh: "文档里嵌入的对象含有个人信息，这种对象无法自动遮掩。请用办公软件删除该对象或改正后重新上传。",
		En: "An object embedded in the document holds personal data and cannot be masked here. Remove or correct it in your office program and upload the document again."}
}

// markAt is the place of a byte of the strand.
func (s *strand) markAt(at int) mark {
	lo, hi := 0, len(s.marks)
	for lo < hi {
		if mid := (lo + hi) / 2; s.marks[mid].at <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return mark{}
	}
	return s.marks[lo-1]
}
