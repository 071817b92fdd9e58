// Alignment: which elements of two sequences belong together.

package difference

import (
	"slices"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// A Comparer compares the texts of one document and counts what that costs.
type Comparer struct {
	// Whole keeps what did not change; otherwise long stretches of it are left out.
	Whole bool
	// Coarse tells that the bound was reached.
	Coarse bool
	left   int
}

// bound is how many elements one document may have compared, all passes
// together: several times what a document of the store can hold.
const bound = 4 << 20

// New begins a document.
func New() *Comparer { return &Comparer{left: bound} }

// reach is how many edits the library follows before it gives the stretch
// between up: what it leaves as larger may hold more that is equal.
const reach = 100

// edits is the shortest edit from a to b, as far as the bound allows.
func (c *Comparer) edits(a, b []rune) []lcs.Diff {
	all := lcs.Diff{End: len(a), ReplEnd: len(b)}
	if len(a) == 0 || len(b) == 0 {
		return slices.DeleteFunc([]lcs.Diff{all}, func(d lcs.Diff) bool { return len(a)+len(b) == 0 })
	}
	if c.left -= len(a) + len(b); c.left < 0 {
		c.Coarse = true
		return []lcs.Diff{all}
	}
	var out []lcs.Diff
	for _, d := range lcs.DiffRunes(a, b) {
		m, n := d.End-d.Start, d.ReplEnd-d.ReplStart
		if m == 0 || n == 0 || m+n <= reach || d == all {
			out = append(out, d)
			continue
		}
		for _, e := range c.edits(a[d.Start:d.End], b[d.ReplStart:d.ReplEnd]) {
			out = append(out, moved(e, d.Start, d.ReplStart))
		}
	}
	return out
}

func moved(d lcs.Diff, a, b int) lcs.Diff {
	return lcs.Diff{Start: d.Start + a, End: d.End + a, ReplStart: d.ReplStart + b, ReplEnd: d.ReplEnd + b}
}

// pair joins an element of either sequence; -1: there is none.
type pair struct{ a, b int }

// anchored is the edit from a to b around what stands once on either side: a
// long insertion does not hide what is equal behind it.
func (c *Comparer) anchored(a, b []rune) []lcs.Diff {
	var out []lcs.Diff
	i, j := 0, 0
	for _, p := range append(rising(single(a, b)), pair{len(a), len(b)}) {
		for _, d := range c.edits(a[i:p.a], b[j:p.b]) {
			out = append(out, moved(d, i, j))
		}
		i, j = p.a+1, p.b+1
	}
	return out
}

// single pairs what stands once in a and once in b, in the order of a.
func single(a, b []rune) []pair {
	at := map[rune]pair{}
	note := func(list []rune, where func(pair, int) pair) {
		for i, r := range list {
			p, seen := at[r]
			if !seen {
				p = pair{-1, -1}
			}
			at[r] = where(p, i)
		}
	}
	const often = -2
	note(a, func(p pair, i int) pair { return pair{once(p.a, i, often), p.b} })
	note(b, func(p pair, i int) pair { return pair{p.a, once(p.b, i, often)} })
	var out []pair
	for i, r := range a {
		if p := at[r]; p.a == i && p.b >= 0 {
			out = append(out, p)
		}
	}
	return out
}

func once(was, i, often int) int {
	if was == -1 {
		return i
	}
	return often
}

// rising is the longest run of pairs that keeps its order on both sides.
func rising(ps []pair) []pair {
	var last []int // last[n]: the pair that ends the best run of n+1
	before := make([]int, len(ps))
	for i, p := range ps {
		n, _ := slices.BinarySearchFunc(last, p.b, func(k, b int) int { return ps[k].b - b })
		before[i] = -1
		if n > 0 {
			before[i] = last[n-1]
		}
		if n == len(last) {
			last = append(last, i)
		} else {
			last[n] = i
		}
	}
	out := make([]pair, len(last))
	if len(last) > 0 {
		for n, i := len(last)-1, last[len(last)-1]; n >= 0; n, i = n-1, before[i] {
			out[n] = ps[i]
		}
	}
	return out
}

// numbered gives equal texts equal numbers.
func numbered(lists ...[]string) [][]rune {
	numbers := map[string]rune{}
	out := make([][]rune, len(lists))
	for i, list := range lists {
		out[i] = make([]rune, len(list))
		for k, s := range list {
			n, known := numbers[s]
			if !known {
				n = rune(len(numbers))
				numbers[s] = n
			}
			out[i][k] = n
		}
	}
	return out
}

// match is a pair with what became of it: Equal, Insert, Delete, Change, Move.
type match struct {
	pair
	op string
}

// telling is how many bytes a thing has at least that is said to have moved:
// what is short stands in many places.
const telling = 12

// window is how far ahead the partner of a changed element is looked for.
const window = 4

// align pairs two sequences of texts: equal ones, ones that moved, and between
// those ones that alike says are each other's. They come in the order of b,
// what was deleted where it stood.
func (c *Comparer) align(a, b []string, alike func(i, j int) bool) []match {
	ids := numbered(a, b)
	gaps := c.anchored(ids[0], ids[1])
	moves := movesIn(gaps, a, b)
	var out []match
	i, j := 0, 0
	same := func(end int) {
		for ; i < end; i, j = i+1, j+1 {
			out = append(out, match{pair{i, j}, Equal})
		}
	}
	for _, gap := range gaps {
		same(gap.Start)
		out = append(out, between(gap, moves, alike)...)
		i, j = gap.End, gap.ReplEnd
	}
	same(len(a))
	return out
}

// movement says of elements that moved where they went (gone) and whence they
// came (came).
type movement struct{ gone, came map[int]int }

func movesIn(gaps []lcs.Diff, a, b []string) movement {
	m, free := movement{map[int]int{}, map[int]int{}}, map[string][]int{}
	for _, g := range gaps {
		for i := g.Start; i < g.End; i++ {
			if len(a[i]) >= telling {
				free[a[i]] = append(free[a[i]], i)
			}
		}
	}
	for _, g := range gaps {
		for j := g.ReplStart; j < g.ReplEnd; j++ {
			if from := free[b[j]]; len(from) > 0 {
				m.gone[from[0]], m.came[j] = j, from[0]
				free[b[j]] = from[1:]
			}
		}
	}
	return m
}

// between pairs the elements of a gap.
func between(gap lcs.Diff, m movement, alike func(i, j int) bool) []match {
	var out []match
	i := gap.Start
	deleted := func(end int) {
		for ; i < end; i++ {
			if _, elsewhere := m.gone[i]; !elsewhere {
				out = append(out, match{pair{i, -1}, Delete})
			}
		}
	}
	for j := gap.ReplStart; j < gap.ReplEnd; j++ {
		if from, moved := m.came[j]; moved {
			out = append(out, match{pair{from, j}, Move})
			continue
		}
		k := partner(i, min(gap.End, i+window), m, func(k int) bool { return alike(k, j) })
		if k < 0 {
			out = append(out, match{pair{-1, j}, Insert})
			continue
		}
		deleted(k)
		out = append(out, match{pair{k, j}, Change})
		i = k + 1
	}
	deleted(gap.End)
	return out
}

func partner(from, end int, m movement, fits func(int) bool) int {
	for k := from; k < end; k++ {
		if _, elsewhere := m.gone[k]; !elsewhere && fits(k) {
			return k
		}
	}
	return -1
}

// overlap is the share of the longer list that both have, each element as often
// as it stands there.
func overlap(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	count := make(map[string]int, len(a))
	for _, s := range a {
		count[s]++
	}
	both := 0
	for _, s := range b {
		if count[s] > 0 {
			count[s]--
			both++
		}
	}
	return float64(both) / float64(max(len(a), len(b)))
}

// alike tells whether two lists share that much of the longer one.
func (c *Comparer) alike(a, b []string, share float64) bool {
	if c.left -= len(a) + len(b); c.left < 0 {
		c.Coarse = true
		return false
	}
	return overlap(a, b) >= share
}
