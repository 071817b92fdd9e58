// CSV: read as a table, written back with its own delimiters, quotes and encoding.

package files

import (
	"fmt"
	"io"
	"strings"

	"gongkai/policy/privacy"
)

func scanCSV(s *pass, f File) error              { return s.csv(f, nil) }
func maskCSV(s *pass, f File, w io.Writer) error { return s.csv(f, w) }

// field is one cell of a CSV and where it stands, quotes included.
type field struct {
	start, end int
	quoted     bool
}

func (s *pass) csv(f File, w io.Writer) error {
	text, c, err := s.decoded(f)
	if err != nil {
		return err
	}
	rows := splitCSV(text, delimiter(text), s.left.Cells)
	if rows == nil {
		return tooMuch("cells", fmt.Sprint(s.left.Cells))
	}
	var b strings.Builder
	done := 0
	table := cells(text, rows)
	err = s.table("sheet[0]", table, nil, func(row, col int, masked string) {
		at := rows[row][col]
		b.WriteString(text[done:at.start])
		b.WriteString(at.put(masked))
		done = at.end
	})
	if err != nil || w == nil {
		return err
	}
	b.WriteString(text[done:])
	return write(w, c, b.String())
}

// cells are the texts of the fields.
func cells(text string, rows [][]field) [][]string {
	out := make([][]string, len(rows))
	for r, row := range rows {
		out[r] = make([]string, len(row))
		for c, at := range row {
			out[r][c] = at.get(text)
		}
	}
	return out
}

func (f field) get(text string) string {
	if !f.quoted {
		return text[f.start:f.end]
	}
	inner := strings.TrimSuffix(text[f.start+1:f.end], `"`)
	return strings.ReplaceAll(inner, `""`, `"`)
}

func (f field) put(value string) string {
	if !f.quoted {
		return value
	}
	return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
}

// splitCSV finds the fields; nil if there are more than the limit allows. A
// quote that is never closed reaches to the end of the text.
func splitCSV(text string, delimiter byte, limit int) [][]field {
	rows, row := [][]field{}, []field{}
	for at, n := 0, 0; at < len(text); n++ {
		if n > limit {
			return nil
		}
		f := nextField(text, at, delimiter)
		row = append(row, f)
		at = f.end + 1
		if f.end >= len(text) || text[f.end] != delimiter {
			if f.end+1 < len(text) && text[f.end:f.end+2] == "\r\n" {
				at++
			}
			rows, row = append(rows, row), nil
		}
	}
	return append(rows, row)
}

// nextField is the field that begins at a place.
func nextField(text string, at int, delimiter byte) field {
	f := field{start: at, end: at}
	if at < len(text) && text[at] == '"' {
		f.quoted = true
		f.end = closing(text, at+1)
		if f.end == len(text) || text[f.end] == delimiter || text[f.end] == '\n' || text[f.end] == '\r' {
			return f
		}
		f.quoted = false // a quote inside a field is no quote
	}
	f.end = at
	for f.end < len(text) && text[f.end] != delimiter && text[f.end] != '\n' && text[f.end] != '\r' {
		f.end++
	}
	return f
}

// closing is the place behind the quote that closes the field.
func closing(text string, at int) int {
	for at < len(text) {
		next := strings.IndexByte(text[at:], '"')
		if next < 0 {
			return len(text)
		}
		at += next + 1
		if at == len(text) || text[at] != '"' {
			return at
		}
		at++
	}
	return at
}

// delimiter is the likeliest of the usual ones: the commonest in the first lines.
func delimiter(text string) byte {
	start := text[:min(len(text), sniffed)]
	best, most := byte(','), 0
	for _, d := range []byte(",;\t|") {
		if n := strings.Count(start, string(d)); n > most {
			best, most = d, n
		}
	}
	return best
}

// table judges a table under its header and hands out the cells that changed.
// where is the sheet, hidden tells why a cell is not seen (nil: all are).
func (s *pass) table(where string, rows [][]string, hidden func(row, col int) string, put func(row, col int, masked string)) error {
	found := privacy.ScanTable(privacy.Table{Rows: rows}, s.opt.Options)
	for len(found) > 0 {
		row, col := found[0].Row, found[0].Col
		var fs []privacy.Finding
		for len(found) > 0 && found[0].Row == row && found[0].Col == col {
			fs = append(fs, found[0].Finding)
			found = found[1:]
		}
		why := ""
		if hidden != nil {
			why = hidden(row, col)
		}
		place := where + "!" + cellName(row, col)
		if masked := s.settle(rows[row][col], s.found(place, why, fs)); masked != rows[row][col] {
			put(row, col, masked)
		}
		if err := s.full(); err != nil {
			return err
		}
	}
	return nil
}

// cellName is the name of a cell in every spreadsheet: C5.
func cellName[N int | int32](row, col N) string {
	name := ""
	for col++; col > 0; col = (col - 1) / 26 {
		name = string(rune('A'+(col-1)%26)) + name
	}
	return fmt.Sprintf("%s%d", name, row+1)
}
