// The table of formats. A new format is one row here and a file of its own.

package files

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"gongkai/policy/charset"
)

// format is one row: its name, the ends of names that promise it, the test of
// the content, and what reads it. mask is nil where no masked copy can be made;
// clean writes a copy without traces where mask does not.
type format struct {
	name       string
	extensions []string
	sniff      func(*probe) bool
	scan       func(*pass, File) error
	mask       func(*pass, File, io.Writer) error
	clean      func(*pass, File, io.Writer) error
}

// formats is the table, in the order in which contents are tried: what has a
// signature before what is only text. It is a function because rows lead back
// to the table: a member of an archive is a file.
func formats() []format {
	return append(append(officeRows(), unreadableRows()...), []format{
		closed("xlsb", oldFormat(".xlsx"), []string{"xlsb"}, holds("xl/workbook.bin")),
		{"xlsx", []string{"xlsx", "xlsm", "xltx", "xltm"}, isOffice("xl/"), scanXLSX, maskXLSX, nil},
		{"zip", []string{"zip"}, isZip, scanZip, nil, nil},
		{"html", []string{"html", "htm", "xhtml", "xml"}, isHTML, scanHTML, maskHTML, nil},
		{"csv", []string{"csv", "tsv"}, isTextNamed("csv", "tsv"), scanCSV, maskCSV, nil},
		{"md", []string{"md", "markdown"}, isTextNamed("md", "markdown"), scanMarkdown, maskMarkdown, nil},
		{"txt", []string{"txt", "text", "log", "json"}, isText, scanTXT, maskTXT, nil},
	}...)
}

// formatOf finds the row of a file by its content; nil if no row knows it.
func formatOf(f File) *format {
	p := &probe{File: f, head: head(f)}
	for _, row := range formats() {
		if row.sniff(p) {
			return &row
		}
	}
	return nil
}

// rowOfExtension is the row that the file's name promises.
func rowOfExtension(name string) *format {
	ext := extension(name)
	for _, row := range formats() {
		if slices.Contains(row.extensions, ext) {
			return &row
		}
	}
	return nil
}

// probe is what rows see of a file to recognise it.
type probe struct {
	File
	head  []byte   // its first bytes
	names []string // of its members, once asked
	asked bool
}

// sniffed is how much of a file is looked at to recognise it.
const sniffed = 4 << 10

func head(f File) []byte {
	b := make([]byte, min(sniffed, max(f.Size, 0)))
	n, _ := f.Data.ReadAt(b, 0) // watched remembers why it failed
	return b[:n]
}

// begins tells whether the content begins with one of the signatures.
func (p *probe) begins(signatures ...string) bool {
	return slices.ContainsFunc(signatures, func(s string) bool { return bytes.HasPrefix(p.head, []byte(s)) })
}

// members are the names in a zip, as they stand there.
func (p *probe) members() []string {
	if !p.asked && isZip(p) {
		p.asked = true
		if z, err := openZip(p.File, DefaultLimits); err == nil {
			for _, m := range z.File {
				p.names = append(p.names, m.Name)
			}
		}
	}
	return p.names
}

// holds is the sniff of formats that are zips with a certain member.
func holds(member string) func(*probe) bool {
	return func(p *probe) bool {
		return slices.ContainsFunc(p.members(), func(name string) bool { return strings.EqualFold(name, member) })
	}
}

func isZip(p *probe) bool { return p.begins("PK\x03\x04", "PK\x05\x06") }

// isText: no byte that text does not have, in one of the known encodings.
func isText(p *probe) bool {
	text, _, _ := charset.Decode(p.head)
	return strings.IndexFunc(text, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1a\x1b", r) }) < 0
}

// isTextNamed is for texts that nothing but the name tells apart.
func isTextNamed(extensions ...string) func(*probe) bool {
	return func(p *probe) bool { return slices.Contains(extensions, extension(p.Name)) && isText(p) }
}

// isHTML: tags of a page or of XML stand near the beginning, or the name says
// so and it is text.
func isHTML(p *probe) bool {
	if !isText(p) {
		return false
	}
	text, _, _ := charset.Decode(p.head)
	text = strings.ToLower(strings.TrimSpace(text))
	for _, tag := range []string{"<!doctype html", "<html", "<?xml", "<table", "<body", "<head", "<meta"} {
		if strings.HasPrefix(text, tag) {
			return true
		}
	}
	return isTextNamed("html", "htm", "xhtml", "xml")(p)
}
