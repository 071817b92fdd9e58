// Ruled tables: where lines are drawn around cells, the lines of text in a cell belong together.

package pdf

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// rule is a line drawn between cells: from low to high at a place across.
type rule struct{ at, low, high float64 }

// stroke keeps lines from top to bottom and from left to right.
func (c *canvas) stroke(x1, y1, x2, y2 float64) {
	a := matrix{1, 0, 0, 1, x1, y1}.times(c.ctm)
	b := matrix{1, 0, 0, 1, x2, y2}.times(c.ctm)
	switch {
	case math.Abs(a[4]-b[4]) < 1 && math.Abs(a[5]-b[5]) > 4:
		c.rules = append(c.rules, rule{a[4], min(a[5], b[5]), max(a[5], b[5])})
	case math.Abs(a[5]-b[5]) < 1 && math.Abs(a[4]-b[4]) > 4:
		c.levels = append(c.levels, rule{a[5], min(a[4], b[4]), max(a[4], b[4])})
	}
}

// distinct are the places of rules, from low to high, without close repeats.
func distinct(places []float64) []float64 {
	slices.Sort(places)
	return slices.CompactFunc(places, func(a, b float64) bool { return math.Abs(a-b) < 2 })
}

// mostCrossings is how many rules are laid over each other: a page has a few
// thousand, and the rest are drawings.
const mostCrossings = 1 << 26

// cells is the text of ruled tables, row by row, with tabs between the cells,
// and the letters that stand outside of them. It is empty if no cell has more
// than one line, because then the page's own lines say the same.
func (p *painter) cells() (text string, outside []letter) {
	var ys []float64
	for _, l := range p.levels {
		ys = append(ys, l.at)
	}
	ys = distinct(ys)
	if len(ys) < 2 || len(p.rules) < 3 || len(ys)*len(p.rules) > mostCrossings {
		return "", p.letters
	}
	bands := make([][]letter, len(ys))
	for _, l := range p.letters {
		if i := sort.SearchFloat64s(ys, l.y); l.turn == 0 && i > 0 && i < len(ys) && strings.TrimSpace(l.text) != "" {
			bands[i] = append(bands[i], l)
			continue
		}
		outside = append(outside, l)
	}
	var out []string
	wrapped := false
	for i := len(ys) - 1; i > 0; i-- {
		line, more, rest := p.band(bands[i], (ys[i-1]+ys[i])/2)
		outside = append(outside, rest...)
		if line != "" {
			out = append(out, line)
			wrapped = wrapped || more
		}
	}
	if !wrapped {
		return "", p.letters
	}
	return strings.Join(out, "\n"), outside
}

// band writes one row of a table, and tells whether a cell has several lines
// and which letters stand in none.
func (p *painter) band(ls []letter, middle float64) (line string, wrapped bool, outside []letter) {
	if len(ls) == 0 {
		return "", false, nil
	}
	var xs []float64
	for _, r := range p.rules {
		if r.low <= middle && middle <= r.high {
			xs = append(xs, r.at)
		}
	}
	xs = distinct(xs)
	if len(xs) < 3 {
		return "", false, ls
	}
	columns := make([][]letter, len(xs))
	for _, l := range ls {
		if i := sort.SearchFloat64s(xs, l.x+l.w/2); i > 0 && i < len(xs) {
			columns[i] = append(columns[i], l)
			continue
		}
		outside = append(outside, l)
	}
	cells := make([]string, len(xs)-1)
	least, most := len(ls), 0
	for i, column := range columns[1:] {
		lines := rows(column)
		if len(lines) > 0 {
			least, most = min(least, len(lines)), max(most, len(lines))
		}
		for _, l := range lines {
			cells[i] += p.row(l)
		}
	}
	if most > 1 && least == most { // rows without a line between them
		return "", false, ls
	}
	return strings.Join(cells, "\t"), most > 1, outside
}
