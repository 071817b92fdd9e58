// The judge: compares what was found with what is there, and searches the
// masked text for what should be gone.

package corpustest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Found is what the recogniser under judgement says, in bytes.
type Found struct {
	Kind       string
	Start, End int
}

// Score counts for one kind.
type Score struct {
	There, Found int // values in the texts; findings
	Hits, Exact  int // findings that are right; those with the very same borders
	Recalled     int // values that were found
	Leaks        int // values still readable in the masked text
	SureLeaks    int // those of them that are proven
	Shown        int // masks that show other characters than they should
}

// Precision is the share of findings that are right.
func (s Score) Precision() float64 { return share(s.Hits, s.Found) }

// Recall is the share of values that were found.
func (s Score) Recall() float64 { return share(s.Recalled, s.There) }

func share(part, all int) float64 {
	if all == 0 {
		return 1
	}
	return float64(part) / float64(all)
}

// Report is a judgement.
type Report struct {
	Cases    int
	Kinds    map[string]*Score
	Damaged  int      // look-alikes that the masked texts do not hold any more
	Failures []string // what went wrong, a line each
}

// Scan finds and masks: the recogniser under judgement.
type Scan func(c Case) (found []Found, masked string)

// Judge runs the recogniser over the cases.
//
// A finding is right if it is of the value's kind, covers 80 % of the value and
// is not longer by more than 60 %: +86 before a mobile may be in or out.
func Judge(cases []Case, scan Scan) *Report {
	r := &Report{Cases: len(cases), Kinds: map[string]*Score{}}
	for _, c := range cases {
		found, masked := scan(c)
		r.match(c, found)
		r.search(c, masked)
		r.kept(c, masked)
		r.presence(c, found)
	}
	return r
}

// Kind is the score of a kind.
func (r *Report) Kind(name string) *Score {
	if r.Kinds[name] == nil {
		r.Kinds[name] = &Score{}
	}
	return r.Kinds[name]
}

func (r *Report) fail(c Case, what, kind, text string) {
	r.Failures = append(r.Failures, fmt.Sprintf("%s\t%s\t%s\t%s", what, kind, c.ID, text))
}

// facts have no form of their own: they are judged by presence.
var facts = []string{health, minor, property}

func (r *Report) match(c Case, found []Found) {
	for _, s := range c.Spans {
		score := r.Kind(s.Kind)
		score.There++
		if !slices.ContainsFunc(found, func(f Found) bool { return right(s, f) }) {
			r.fail(c, "missed", s.Kind, around(c.Text, s.Start, s.End))
			continue
		}
		score.Recalled++
	}
	for _, f := range found {
		if slices.Contains(facts, f.Kind) || slices.ContainsFunc(c.Maybe, func(s Span) bool { return s.Start < f.End && f.Start < s.End }) {
			continue
		}
		score := r.Kind(f.Kind)
		score.Found++
		i := slices.IndexFunc(c.Spans, func(s Span) bool { return right(s, f) })
		if i < 0 {
			r.fail(c, "false", f.Kind, around(c.Text, f.Start, f.End))
			continue
		}
		score.Hits++
		if c.Spans[i].Start == f.Start && c.Spans[i].End == f.End {
			score.Exact++
		}
	}
}

func right(s Span, f Found) bool {
	common := min(s.End, f.End) - max(s.Start, f.Start)
	long := s.End - s.Start
	return s.Kind == f.Kind && common*10 >= long*8 && (f.End-f.Start)*5 <= long*8
}

// search looks for the values in the masked text, as it is and without tags.
func (r *Report) search(c Case, masked string) {
	if len(c.Spans) == 0 {
		return
	}
	whole, visible := bare(masked), bare(withoutTags(masked))
	for _, s := range c.Spans {
		score := r.Kind(s.Kind)
		if value := bare(s.Hide); strings.Contains(whole, value) || strings.Contains(visible, value) {
			score.Leaks++
			if s.Sure {
				score.SureLeaks++
			}
			r.fail(c, "leaked", s.Kind, around(c.Text, s.Start, s.End))
		}
		if s.Shown != "" && !strings.Contains(masked, s.Shown) {
			score.Shown++
			r.fail(c, "masked otherwise", s.Kind, around(c.Text, s.Start, s.End)+" should show "+s.Shown)
		}
	}
}

func (r *Report) kept(c Case, masked string) {
	often := map[string]int{}
	for _, keep := range c.Keep {
		often[keep]++
	}
	for _, keep := range slices.Sorted(maps.Keys(often)) {
		if keep != "" && strings.Count(masked, keep) < often[keep] {
			r.Damaged++
			at := strings.Index(c.Text, keep)
			r.fail(c, "damaged", "look-alike", around(c.Text, at, at+len(keep)))
		}
	}
}

// presence judges the facts: there has to be one somewhere, or none.
func (r *Report) presence(c Case, found []Found) {
	is := func(kind string) bool {
		return slices.ContainsFunc(found, func(f Found) bool { return f.Kind == kind })
	}
	for _, kind := range c.Expect {
		score := r.Kind(kind)
		score.There++
		if !is(kind) {
			r.fail(c, "missed", kind, around(c.Text, 0, len(c.Text)))
			continue
		}
		score.Recalled, score.Found, score.Hits = score.Recalled+1, score.Found+1, score.Hits+1
	}
	for _, kind := range c.Never {
		if is(kind) {
			r.Kind(kind).Found++
			r.fail(c, "false", kind, around(c.Text, 0, len(c.Text)))
		}
	}
}

// around is the value in brackets with some words about it, in one line.
func around(text string, start, end int) string {
	from, to := max(0, start-45), min(len(text), end+30)
	s := strings.ToValidUTF8(text[from:start], "") + "【" + text[start:end] + "】" + strings.ToValidUTF8(text[end:to], "")
	if len(s) > 400 {
		s = strings.ToValidUTF8(s[:400], "") + "…"
	}
	return strings.NewReplacer("\n", "⏎", "\r", "", "\t", "⇥").Replace(s)
}

// String is the table of scores.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d cases, %d look-alikes damaged\n%-18s %6s %6s %9s %9s %6s %6s %6s %6s\n", r.Cases, r.Damaged,
		"kind", "there", "found", "precision", "recall", "exact", "leaks", "sure", "mask")
	for _, kind := range slices.Sorted(maps.Keys(r.Kinds)) {
		s := r.Kinds[kind]
		fmt.Fprintf(&b, "%-18s %6d %6d %9.4f %9.4f %6d %6d %6d %6d\n", kind, s.There, s.Found, s.Precision(), s.Recall(), s.Exact, s.Leaks, s.SureLeaks, s.Shown)
	}
	return b.String()
}
