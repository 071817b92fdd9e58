// Layout: letters put into lines as a reader sees them, with tabs where a cell or column ends.

package pdf

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// Gaps between letters, in parts of their size: beyond the first there was a
// blank, beyond the second another cell begins.
const (
	blankGap = 0.15
	cellGap  = 0.75
	lineStep = 0.45
)

// lines are letters as they look: line by line from the top, cells parted by tabs.
func (p *painter) lines(letters []letter) string {
	var out []string
	for turn := range 4 {
		var ls []letter
		for _, l := range letters {
			if l.turn == turn && strings.TrimSpace(l.text) != "" {
				ls = append(ls, l)
			}
		}
		for _, line := range rows(ls) {
			out = append(out, p.row(line))
		}
	}
	return strings.Join(out, "\n")
}

// rows gathers letters whose baselines are close.
func rows(ls []letter) [][]letter {
	slices.SortStableFunc(ls, func(a, b letter) int { return cmp.Compare(b.y, a.y) })
	var out [][]letter
	for from := 0; from < len(ls); {
		to := from + 1
		for to < len(ls) && ls[to-1].y-ls[to].y < lineStep*min(ls[to].size, ls[from].size) && ls[from].y-ls[to].y < max(ls[from].size, ls[to].size) {
			to++
		}
		out = append(out, inOrder(ls[from:to]))
		from = to
	}
	return out
}

// inOrder sorts a line by where its runs begin. The letters of a run stay
// together: widths are not always known well enough to sort by them.
func inOrder(line []letter) []letter {
	begin := map[int]float64{}
	for _, l := range line {
		if x, known := begin[l.run]; !known || l.x < x {
			begin[l.run] = l.x
		}
	}
	slices.SortStableFunc(line, func(a, b letter) int {
		return cmp.Or(cmp.Compare(begin[a.run], begin[b.run]), cmp.Compare(a.run, b.run))
	})
	return line
}

// sortRules puts the rules in order, for crossed to find them.
func (p *painter) sortRules() {
	slices.SortFunc(p.rules, func(a, b rule) int { return cmp.Compare(a.at, b.at) })
}

// mostNear is how many rules between two letters are looked at.
const mostNear = 1000

// crossed tells whether a rule stands between the end of a letter and the next.
func (p *painter) crossed(end float64, l letter) bool {
	from := sort.Search(len(p.rules), func(i int) bool { return p.rules[i].at > end-l.size/4 })
	for _, r := range p.rules[from:min(from+mostNear, len(p.rules))] {
		if l.turn != 0 || r.at > l.x+l.w/2 {
			return false
		}
		if middle := l.y + l.size/3; r.low <= middle && middle <= r.high {
			return true
		}
	}
	return false
}

// row writes one line. Letters printed twice to look bold are one.
func (p *painter) row(line []letter) string {
	var b strings.Builder
	end := math.Inf(-1)
	last := letter{}
	for i, l := range line {
		if i > 0 && l.text == last.text && l.x-last.x < blankGap*l.size && math.Abs(l.y-last.y) < 1 {
			continue
		}
		if i > 0 {
			b.WriteString(p.gap(end, l, l.run != last.run))
		}
		b.WriteString(l.text)
		end = l.x + l.w
		last = l
	}
	return b.String()
}

// gap is what stands between the end of a letter and the next one.
func (p *painter) gap(end float64, l letter, jump bool) string {
	switch space := (l.x - end) / max(l.size, 1); {
	case space > cellGap || jump && p.crossed(end, l):
		return "\t"
	case space > blankGap || jump && space < -2*blankGap:
		return " "
	}
	return ""
}

// flow is the page in the order in which it was drawn: the lines of a cell
// follow each other, and so does a number that was broken at its border.
func (p *painter) flow() string {
	var b strings.Builder
	var end, base float64
	for i, l := range p.letters {
		switch {
		case i == 0:
		case math.Abs(l.y-base) > lineStep*l.size || l.turn != p.letters[i-1].turn || l.x < end-2*l.size:
			b.WriteByte('\n')
		case strings.TrimSpace(l.text) != "":
			b.WriteString(p.gap(end, l, l.run != p.letters[i-1].run))
		}
		b.WriteString(l.text)
		end, base = l.x+l.w, l.y
	}
	return broken.ReplaceAllStringFunc(b.String(), rejoin)
}

// broken may be one long number that did not fit into its cell.
var broken = regexp.MustCompile(`\d{6,17}\n\d{1,12}[0-9Xx]`)

func rejoin(s string) string {
	if n := len(s) - 1; n < 15 || n > 19 {
		return s
	}
	return strings.Replace(s, "\n", "", 1)
}
