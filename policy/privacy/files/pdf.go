// PDF: pages with their layout, and whatever stands beside and behind them. Pages that hold no text are for a person's eye.

package files

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"

	"gongkai/policy/privacy"
	"gongkai/policy/privacy/files/pdf"
)

// A PDF may have other bytes in front.
func isPDF(p *probe) bool {
	return bytes.Contains(p.head[:min(len(p.head), 1<<10)], []byte("%PDF-"))
}

const (
	mostPages    = 20_000
	largePicture = 0.03 // of the page: smaller ones are emblems and seals
	muchDrawing  = 200  // lines and curves on a page without letters
)

// scanPDF judges all texts as one: what a page proves is searched for in the
// properties and in earlier revisions, and the other way round.
func scanPDF(s *pass, f File) error {
	data, err := s.all(f)
	if err != nil {
		return err
	}
	doc := readPDF(s.ctx, data, int(s.left.Bytes-s.left.bytes))
	if err := alive(s.ctx); err != nil {
		return err
	}
	if doc.Encrypted {
		return encrypted()
	}
	if err := s.pdfTexts(doc); err != nil {
		return err
	}
	s.pdfTraces(doc)
	for i, page := range doc.Pages {
		s.pdfEye(fmt.Sprintf("page[%d]", i), page)
	}
	for i, file := range doc.Files {
		inner := File{Name: file.Name, Size: int64(len(file.Data)), Data: bytes.NewReader(file.Data)}
		if err := s.member(fmt.Sprintf("attachment[%d]", i), inner); err != nil {
			return err
		}
	}
	if doc.Damaged {
		return damaged()
	}
	return nil
}

// readPDF reads with a limit on what is unpacked.
func readPDF(ctx context.Context, data []byte, room int) pdf.Document {
	return pdf.Read(ctx, data, pdf.Limits{Bytes: room, Pages: mostPages})
}

// view is one text of a PDF and its place. Several views of a page show the
// same numbers: what the first one shows is not said again.
type view struct {
	privacy.Part
	where, hidden string
	page          int // from 1; 0 for texts of no page
}

func views(doc pdf.Document, context string) []view {
	var out []view
	add := func(page int, where, hidden, text string, f privacy.Format) {
		if text != "" {
			out = append(out, view{privacy.Part{Text: text, Format: f, Context: context}, where, hidden, page})
		}
	}
	for i, page := range doc.Pages {
		where := fmt.Sprintf("page[%d]", i)
		add(i+1, where, "invisible text", page.Hidden, privacy.Plain)
		add(i+1, where, "", page.Lines, privacy.Plain)
		add(i+1, where, "", page.Cells, privacy.Plain)
		add(i+1, where, "", page.Flow, privacy.Plain)
	}
	for _, t := range doc.Texts {
		format := privacy.Plain
		if t.Markup {
			format = privacy.HTML
		}
		add(0, t.Where, t.Hidden, t.Text, format)
	}
	return out
}

func (s *pass) pdfTexts(doc pdf.Document) error {
	all := views(doc, s.opt.Context)
	parts := make([]privacy.Part, len(all))
	for i, v := range all {
		parts[i] = v.Part
	}
	type shown struct {
		page          int
		where, folded string
	}
	seen := map[shown]int{} // the view that showed it first
	for i, fs := range privacy.ScanParts(parts, s.opt.Options) {
		v := all[i]
		var fresh []privacy.Finding
		for _, f := range fs {
			key := shown{v.page, v.where, f.Kind + f.Folded}
			if first, known := seen[key]; known && first != i {
				continue
			}
			seen[key] = i
			fresh = append(fresh, f)
		}
		s.settle(v.Text, s.found(v.where, v.hidden, fresh))
		if err := s.full(); err != nil {
			return err
		}
	}
	return nil
}

var xmpAuthor = regexp.MustCompile(`(?s)<dc:creator>\s*<rdf:\w+>\s*<rdf:li[^>]*>([^<]*)`)

// pdfTraces reports whose the file is, and texts that were taken out of it.
func (s *pass) pdfTraces(doc pdf.Document) {
	for _, t := range doc.Texts {
		switch {
		case t.Where == "property.author" && personal(t.Text):
			s.traced(TraceAuthor)
		case t.Where == "property.xmp":
			for _, m := range xmpAuthor.FindAllStringSubmatch(t.Text, 8) {
				if personal(unescaped(m[1])) {
					s.traced(TraceAuthor)
				}
			}
		case t.Hidden == pdf.Earlier && !strings.HasPrefix(t.Where, "property."):
			s.traced(TraceVersions)
		}
	}
}

// pdfEye says which pages a person has to look at, and why.
func (s *pass) pdfEye(where string, page pdf.Page) {
	switch {
	case page.Letters == 0 && (page.Pictures > 0 || page.Drawn > muchDrawing):
		s.unread(where, scannedPage())
	case page.Garbled > 5 && page.Garbled > page.Letters/10:
		s.unread(where, strangeFont())
	case page.Pictures > largePicture:
		s.unread(where, byEye())
	}
}

func scannedPage() Unread {
	return Unread{Code: "by_eye.scan",
		Zh: "这一页是扫描件或图片，没有文字，无法自动检查。请改传由原文件直接导出的 PDF；确需公开扫描件的，由人工核查并登记核查人。",
		En: "This page is a scan or a picture without text and cannot be checked here. Upload a PDF made from the original document; if it has to be the scan, a named person has to look at it."}
}

func strangeFont() Unread {
	return Unread{Code: "by_eye.font",
		Zh: "这一页的字体没有文字编码，读出来是乱码，无法自动检查。请用办公软件重新导出 PDF（勾选嵌入字体），或者由人工核查并登记核查人。",
		En: "The fonts of this page do not tell which letters they show, so it cannot be checked here. Export the PDF anew from your office program, or have a named person look at it."}
}
