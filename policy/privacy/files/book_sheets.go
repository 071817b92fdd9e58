// The sheets of a workbook, and the caches that keep cells of others.

package files

import (
	"fmt"
	"strings"
)

// readSheets reads every part that holds cells, listed in the workbook or not.
func (b *book) readSheets() error {
	targets := b.links[strings.ToLower(b.zip.File[b.workbook].Name)]
	listed := map[int]*worksheet{}
	for _, ws := range b.sheets {
		id := ws.text
		ws.text = ""
		if part, ok := b.names[targets[id]]; ok && listed[part] == nil {
			listed[part] = ws
		}
	}
	externals := 0
	for i, data := range b.data {
		switch root := rootOf(data); {
		case !isXMLPart(b.zip.File[i].Name, data):
		case root == "worksheet" || root == "macrosheet" || root == "dialogsheet":
			if err := b.readWorksheet(i, listed[i]); err != nil {
				return err
			}
		case root == "externalLink":
			if err := b.readCaches(i, fmt.Sprintf("external[%d]", externals)); err != nil {
				return err
			}
			externals++
		}
	}
	return nil
}

// readWorksheet reads one sheet; one that the workbook does not list is hidden.
func (b *book) readWorksheet(part int, ws *worksheet) error {
	if ws == nil {
		ws = &worksheet{label: fmt.Sprintf("sheet[%d]", len(b.sheets)), hidden: hiddenSheet}
		b.sheets = append(b.sheets, ws)
	}
	ws.part, ws.text = part, string(b.data[part])
	ws.from, ws.to = sheetData(ws.text, 0)
	if err := b.readCells(ws); err != nil {
		return err
	}
	b.data[part] = []byte(ws.text[:ws.from] + ws.text[ws.to:]) // the rest is read as other parts are
	return nil
}

// readCaches reads what a workbook remembers of others that it points to.
func (b *book) readCaches(part int, label string) error {
	text := string(b.data[part])
	for n, at := 0, 0; ; n++ {
		from, to := sheetData(text, at)
		if from == to {
			return nil
		}
		ws := &worksheet{part: part, label: fmt.Sprintf("%s.sheet[%d]", label, n), hidden: externalCache, cached: true, text: text, from: from, to: to}
		b.sheets = append(b.sheets, ws)
		if err := b.readCells(ws); err != nil {
			return err
		}
		at = min(to+1, len(text))
	}
}

// readCells reads the cells and closes them up to a table. A sheet too wide and
// too thin for that is read cell by cell, and said to be so.
func (b *book) readCells(ws *worksheet) error {
	if err := alive(b.ctx); err != nil {
		return err
	}
	if err := ws.read(b); err != nil {
		return err
	}
	whole := false
	if ws.compact, whole = ws.sheet.compact(b.left.Cells); !whole {
		b.unread(ws.label, tooMuch("cells", fmt.Sprint(b.left.Cells)))
		ws.loose = make([]int, len(ws.sheet.cells))
		for i := range ws.loose {
			ws.loose[i] = i
		}
	}
	return nil
}

// sheetData is where the rows of a sheet stand, behind its opening tag and up
// to its closing one.
func sheetData(text string, at int) (from, to int) {
	from = len(text)
	x := xmlScan{text: text, at: at}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.name != "sheetData" {
			continue
		}
		switch t.kind {
		case opening:
			from = t.to
		case ending:
			return min(from, t.from), t.from
		case empty:
			return t.to, t.to
		}
	}
	return from, len(text) // never closed
}
