// Another check over the same texts: its findings take their place among ours.

package privacy

import (
	"slices"
	"sort"
)

// Warn is a level that this package never gives: something is said, and nobody
// has to do anything about it. It is for checks that are asked along by Also.
const Warn Level = "warn"

// also asks the other check, if there is one. Where findings overlap, what is
// certain wins, and then what is personal.
func (o Options) also(text string, f Format, fs []Finding) []Finding {
	if o.Also == nil {
		return fs
	}
	others := slices.DeleteFunc(o.Also(text, f), func(x Finding) bool {
		i := overlapping(fs, x.Span)
		return i < len(fs) && (x.Level != Certain || fs[i].Level == Certain)
	})
	if len(others) == 0 {
		return fs
	}
	fs = slices.DeleteFunc(fs, func(x Finding) bool { return overlapping(others, x.Span) < len(others) })
	fs = append(fs, others...)
	slices.SortStableFunc(fs, byPlace)
	return fs
}

// overlapping is the first of sorted findings that shares characters with a
// span; their number if none does.
func overlapping(fs []Finding, s Span) int {
	i := sort.Search(len(fs), func(i int) bool { return fs[i].End > s.Start })
	if i < len(fs) && fs[i].Start >= s.End {
		return len(fs)
	}
	return i
}
