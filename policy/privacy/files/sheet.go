// A worksheet: its cells as a grid, and why some of them are not seen.

package files

import (
	"fmt"
	"strconv"
	"strings"
)

// sheetCell is one cell that says something. There are very many.
type sheetCell struct {
	text     string // as a reader has it, or nearly so
	formula  string
	row, col int32
	style    int32
	shared   int32 // which shared string it is, or -1
	group    int32 // number of its shared formula plus one
	from, to int32 // its element in the sheet's XML
	leads    bool  // the shared formula stands here
	inexact  bool  // a number that the file holds to 15 digits
}

// area is a rectangle of cells, borders included.
type area struct{ top, left, bottom, right int32 }

// sheet is what was read of a worksheet.
type sheet struct {
	cells   []sheetCell
	rows    map[int32]bool // hidden ones
	columns [lastCol + 1]bool
	merged  []area
	byRow   map[int32][]area // merged areas that are not too high
	high    []area           // the others
}

// sheetReader reads the cells of one worksheet's XML.
type sheetReader struct {
	xmlScan
	sheet
	book     *book
	row, col int32 // where the next cell stands unless it says so
}

const (
	lastRow = 1 << 20 // of any sheet
	lastCol = 1 << 14
)

// read reads cells, and then what the sheet says of its columns and areas. The
// cells of all sheets together stay within the limit.
func (ws *worksheet) read(b *book) error {
	r := sheetReader{xmlScan: xmlScan{text: ws.text[:ws.to], at: ws.from}, book: b, row: -1}
	r.rows, r.byRow = map[int32]bool{}, map[int32][]area{}
	for t := r.next(); t.kind != over; t = r.next() {
		if r.depth > b.left.XMLDepth {
			return tooMuch("xml_depth", fmt.Sprint(b.left.XMLDepth))
		}
		switch {
		case t.kind != opening && t.kind != empty:
		case t.name == "row":
			r.startRow(t)
		case t.name == "c" || t.name == "cell":
			r.cell(t)
		}
		if len(r.cells) > b.cells {
			return tooMuch("cells", fmt.Sprint(b.left.Cells))
		}
	}
	if !r.whole() {
		return damaged()
	}
	if !ws.cached {
		r.xmlScan = xmlScan{text: ws.text[:ws.from] + ws.text[ws.to:]}
	}
	for t := r.next(); t.kind != over; t = r.next() {
		switch t.name {
		case "col":
			r.columnRange(t)
		case "mergeCell":
			r.merge(t)
		}
	}
	b.cells -= len(r.cells)
	ws.sheet = r.sheet
	return nil
}

// columnRange notes columns that are hidden or of no width.
func (r *sheetReader) columnRange(t xmlTag) {
	first, last := number(r.attr(t, "min")), number(r.attr(t, "max"))
	if !isTrue(r.attr(t, "hidden")) && !isZero(r.attr(t, "width")) {
		return
	}
	for col := max(first, 1); col <= min(last, lastCol); col++ {
		r.columns[col-1] = true
	}
}

func (r *sheetReader) startRow(t xmlTag) {
	r.row, r.col = min(r.row+1, lastRow), 0
	if n := number(r.attr(t, "r")); n > 0 {
		r.row = int32(min(n, lastRow)) - 1
	}
	if isTrue(r.attr(t, "hidden")) || isTrue(r.attr(t, "zeroHeight")) || isZero(r.attr(t, "ht")) {
		r.rows[r.row] = true
	}
}

// Offices merge cells by the dozen: of more areas than mostMerged, or higher
// ones than highMerged, not every cell beneath is known to be covered.
const (
	mostMerged = 20_000
	highMerged = 64
)

func (r *sheetReader) merge(t xmlTag) {
	from, to, _ := strings.Cut(r.attr(t, "ref"), ":")
	a, ok := area{}, false
	a.top, a.left, _ = cellPlace(from)
	if a.bottom, a.right, ok = cellPlace(to); !ok || len(r.merged) >= mostMerged {
		return
	}
	r.merged = append(r.merged, a)
	if a.bottom-a.top >= highMerged {
		r.high = append(r.high, a)
		return
	}
	for row := a.top; row <= a.bottom; row++ {
		r.byRow[row] = append(r.byRow[row], a)
	}
}

// cell reads one cell. Empty ones are not kept.
func (r *sheetReader) cell(t xmlTag) {
	c := sheetCell{row: max(r.row, 0), col: min(r.col, lastCol), shared: -1, from: int32(t.from)}
	if row, col, ok := cellPlace(r.attr(t, "r")); ok {
		c.row, c.col = row, col
	}
	r.col = c.col + 1
	c.style = int32(number(r.attr(t, "s")))
	kind := r.attr(t, "t")
	for outside := r.depth - 1; t.kind != empty; {
		in := r.next()
		if in.kind == over || in.kind == ending && r.depth <= outside {
			break
		}
		if in.kind == opening || in.kind == empty {
			r.content(&c, in, kind)
		}
	}
	if c.to = int32(r.at); c.text != "" || c.formula != "" {
		r.cells = append(r.cells, c)
	}
}

// content reads an element of a cell.
func (r *sheetReader) content(c *sheetCell, t xmlTag, kind string) {
	switch t.name {
	case "f":
		if r.attr(t, "t") == "shared" {
			c.group, c.leads = int32(number(r.attr(t, "si")))+1, r.attr(t, "ref") != ""
		}
		c.formula = r.inner(t, nil)
	case "is":
		c.text = r.inner(t, isPhonetic)
	case "v":
		v := r.inner(t, nil)
		switch kind {
		case "s":
			c.shared = int32(number(v))
			c.text = r.book.sharedText(c.shared)
		case "", "n":
			c.text, c.inexact = r.book.shown(v, int(c.style))
		default:
			c.text = v
		}
	}
}

// isPhonetic: readings above the characters; they are judged by themselves.
func isPhonetic(name string) bool { return name == "rPh" }

// cellPlace reads "C5" or "$C$5"; rows and columns count from zero.
func cellPlace(name string) (row, col int32, ok bool) {
	name = strings.ReplaceAll(name, "$", "")
	i := 0
	for ; i < len(name) && (name[i]|0x20) >= 'a' && (name[i]|0x20) <= 'z' && i < 4; i++ {
		col = col*26 + int32(name[i]|0x20-'a') + 1
	}
	row = int32(min(number(name[i:]), lastRow+1))
	return row - 1, col - 1, i > 0 && row > 0 && row <= lastRow && col <= lastCol
}

// number reads a count; what is none is 0.
func number(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func isTrue(value string) bool { return value == "1" || value == "true" || value == "on" }

// isZero: a row or column of no size is hidden, whatever it is called.
func isZero(value string) bool {
	size, err := strconv.ParseFloat(value, 64)
	return err == nil && size < 0.3
}
