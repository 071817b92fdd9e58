// A paper as PDF.

package form

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Measures, in millimetres; type sizes in points.
const (
	margin    = 17.0
	footRoom  = 5.0 // between the table and the line at the foot
	codeSide  = 27.0
	titleSize = 18.0
	textSize  = 10.0
	smallSize = 8.5
	leading   = 1.45 // of the size
	padding   = 1.3
	point     = 25.4 / 72
	atLeast   = 2 // lines of a row that stay together at a page's end
)

// pen draws a paper from the top of its first page to the end of its last.
type pen struct {
	*fpdf.Fpdf
	g                        *glyphs
	p                        Paper
	left, top, width, bottom float64
	y                        float64
	head                     *Row // of the table that is being drawn
	lineHeight, cell         float64
}

// PDF draws the paper. Fonts are embedded, with no more than what is used.
func (p Paper) PDF() ([]byte, error) {
	d := newPen(p)
	if err := d.heading(); err != nil {
		return nil, err
	}
	for i, r := range p.Rows {
		d.row(r, i+1 < len(p.Rows))
	}
	d.notes()
	d.feet()
	var out bytes.Buffer
	err := d.Output(&out)
	return out.Bytes(), err
}

func newPen(p Paper) *pen {
	orientation := "P"
	if p.Wide {
		orientation = "L"
	}
	d := &pen{Fpdf: fpdf.New(orientation, "mm", "A4", ""), g: newGlyphs(), p: p}
	for _, f := range faces() {
		d.AddUTF8FontFromBytes(f.name, "", f.data)
	}
	made := time.UnixMilli(p.Made).UTC()
	d.SetCreationDate(made)
	d.SetModificationDate(made)
	d.SetCatalogSort(true)
	d.SetProducer("Gongkai", true)
	d.SetTitle(p.Title, true)
	d.SetLang("zh-CN")
	d.SetAutoPageBreak(false, 0)
	d.SetLineWidth(0.2)
	d.SetFillColor(240, 240, 240)
	w, h := d.GetPageSize()
	d.left, d.top, d.width, d.bottom = margin, margin, w-2*margin, h-margin-footRoom
	d.cell, d.lineHeight = d.width/grid, textSize*point*leading
	d.AddPage()
	d.y = d.top
	return d
}

// heading: the title, the QR code beside it, and the lines below.
func (d *pen) heading() error {
	room := d.width
	if d.p.Code != "" {
		code, err := squares(d.p.Code)
		if err != nil {
			return err
		}
		room -= codeSide + 2
		d.code(code, d.left+d.width-codeSide, d.top)
	}
	d.y += 2
	for _, l := range d.g.wrap(d.p.Title, room/(titleSize*point)) {
		d.draw(l, d.left+(room-widthOf(l)*titleSize*point)/2, d.y, titleSize)
		d.y += titleSize * point * leading
	}
	d.y += 1
	d.small(d.p.Under, room)
	d.y += 2
	if d.p.Code != "" {
		d.y = max(d.y, d.top+codeSide+2)
	}
	return nil
}

func (d *pen) code(code [][]bool, x, y float64) {
	side := codeSide / float64(len(code))
	d.SetFillColor(0, 0, 0)
	bars(code, func(cx, cy, n int) {
		d.Rect(x+float64(cx)*side, y+float64(cy)*side, float64(n)*side, side, "F")
	})
	d.SetFillColor(240, 240, 240)
}

func (d *pen) small(texts []string, room float64) {
	for _, text := range texts {
		for _, l := range d.g.wrap(text, room/(smallSize*point)) {
			d.draw(l, d.left, d.y, smallSize)
			d.y += smallSize * point * leading
		}
	}
}

// turn begins a new page, with the head of the table that goes on.
func (d *pen) turn() {
	d.AddPage()
	d.y = d.top
	if d.head != nil {
		head := *d.head
		d.head = nil
		d.row(head, false)
		d.head = &head
	}
}

// row draws a row. One that does not fit begins on the next page, or goes on
// there if it is long.
func (d *pen) row(r Row, more bool) {
	if d.head != nil && !sameWidths(*d.head, r) {
		d.head = nil
	}
	cells, n := d.fill(r)
	need := d.height(n)
	if len(r.Cells) == 1 && r.Cells[0].Label || r.Head {
		if more {
			need += d.height(atLeast) // a heading does not stand alone
		}
	}
	if page := d.bottom - d.top; d.y+need > d.bottom && (need < page/2 || d.fits() < atLeast) {
		d.turn()
	}
	for from := 0; from < n; {
		if d.fits() < 1 {
			d.turn()
		}
		k := min(n-from, max(d.fits(), 1))
		d.band(r, cells, from, k)
		from += k
	}
	if r.Head {
		d.head = &r
	}
}

// fits is how many lines of a row the page still holds.
func (d *pen) fits() int { return int((d.bottom - d.y - 2*padding) / d.lineHeight) }

func (d *pen) height(n int) float64 { return float64(n)*d.lineHeight + 2*padding }

// fill breaks the texts of a row into lines; n is the most of a cell.
func (d *pen) fill(r Row) (cells [][][]letter, n int) {
	n = max(r.Room, 1)
	for _, c := range r.Cells {
		ls := d.g.wrap(c.Text, (float64(c.Width)*d.cell-2*padding)/(textSize*point))
		cells, n = append(cells, ls), max(n, len(ls))
	}
	return cells, n
}

// band draws k lines of a row, with the borders around them.
func (d *pen) band(r Row, cells [][][]letter, from, k int) {
	x, h := d.left, d.height(k)
	for i, c := range r.Cells {
		w := float64(c.Width) * d.cell
		style := "D"
		if c.Label {
			style = "FD"
		}
		d.Rect(x, d.y, w, h, style)
		for j := from; j < min(from+k, len(cells[i])); j++ {
			d.draw(cells[i][j], x+padding, d.y+padding+float64(j-from)*d.lineHeight, textSize)
		}
		x += w
	}
	d.y += h
}

// draw writes letters on one line whose top is y, run by run.
func (d *pen) draw(ls []letter, x, y, size float64) {
	base := y + size*point*(leading-1)/2 + size*point*0.86
	for len(ls) > 0 {
		n := 1
		for n < len(ls) && ls[n].face == ls[0].face && ls[n-1].shift == 0 && ls[n].shift == 0 && ls[n-1].r != wideOf(ls[n-1]) {
			n++
		}
		run := ls[:n]
		d.SetFont(faces()[run[0].face].name, "", size)
		d.Text(x+run[0].shift*size*point, base, textOf(run))
		x += widthOf(run) * size * point
		ls = ls[n:]
	}
}

// wideOf is the letter's character if it stands in a wider place than its own
// width, so that nothing follows it in one run.
func wideOf(l letter) rune {
	if l.width == 1 && l.face > 0 {
		return l.r
	}
	return -1
}

func textOf(ls []letter) string {
	out := make([]rune, len(ls))
	for i, l := range ls {
		out[i] = l.r
	}
	return string(out)
}

func widthOf(ls []letter) (w float64) {
	for _, l := range ls {
		w += l.width
	}
	return w
}

func (d *pen) notes() {
	d.head = nil
	n := 0
	for _, text := range d.p.Notes {
		n += len(d.g.wrap(text, d.width/(smallSize*point)))
	}
	if d.y+2+float64(n)*smallSize*point*leading > d.bottom {
		d.turn() // they stay together
	}
	d.y += 2
	d.small(d.p.Notes, d.width)
}

// feet numbers the pages, when it is known how many there are.
func (d *pen) feet() {
	pages := d.PageCount()
	_, h := d.GetPageSize()
	for n := 1; n <= pages; n++ {
		d.SetPage(n)
		foot := d.g.letters(fmt.Sprintf("%s　　第 %d 页　共 %d 页", d.p.Foot, n, pages))
		d.draw(foot, d.left+(d.width-widthOf(foot)*smallSize*point)/2, h-margin, smallSize)
	}
}

func sameWidths(a, b Row) bool {
	return slices.EqualFunc(a.Cells, b.Cells, func(x, y Cell) bool { return x.Width == y.Width })
}
