// Leaders (领导): their titles, and the order in which they are named.

package lexicon

import (
	"slices"
	"strings"
)

// leaders looks at the names in a block: a title that the list knows, in front
// of a name that does not have it, is a finding, and so are two names of an
// enumeration that stand the other way round than in the list.
func (s *search) leaders(w *work) {
	var last place
	for _, p := range w.terms {
		e := &s.entries[p.entry]
		if !e.leader() {
			continue
		}
		title := s.titleBefore(w, p)
		if title != "" && len(e.titles) > 0 && !slices.Contains(e.titles, title) {
			wrong := place{p.entry, p.start - len([]rune(title)), p.end}
			s.add(w, wrong, e.Severity, e.Term.titles()[0]+e.Term.Term, "title")
		}
		if last.end > 0 && s.before(w, last, p) {
			s.add(w, p, e.Severity, "", "order")
		}
		last = p
	}
}

// titleBefore is the longest title that ends where the name begins.
func (s *search) titleBefore(w *work, p place) (title string) {
	i, _ := slices.BinarySearchFunc(w.titles, p.start, func(x place, end int) int { return x.end - end })
	for ; i < len(w.titles) && w.titles[i].end == p.start; i++ {
		if t := string(w.runes[w.titles[i].start:p.start]); len(t) > len(title) && s.entries[w.titles[i].entry].list == s.entries[p.entry].list {
			title = t
		}
	}
	return title
}

// before tells whether the second name of an enumeration belongs before the first.
func (s *search) before(w *work, first, second place) bool {
	a, b := &s.entries[first.entry], &s.entries[second.entry]
	if a.list != b.list || b.Order >= a.Order || second.start <= first.end || second.start-first.end > near {
		return false
	}
	between := string(w.runes[first.end:second.start])
	return strings.HasPrefix(between, "、") && !strings.ContainsAny(between, "。;!?")
}
