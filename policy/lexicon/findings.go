// Hits as findings beside those of personal data.

package lexicon

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"

	"gongkai/policy/privacy"
)

// Findings is the search as a check that privacy asks along with its own
// (privacy.Options.Also). Copies of a term are told apart, because what is
// decided over those that were seen says nothing of one more; and marks, because
// each is decided for itself, with its years.
func (l *Lexicon) Findings(now time.Time) func(text string, f privacy.Format) []privacy.Finding {
	return func(text string, f privacy.Format) []privacy.Finding {
		hits := l.Scan(text, f, now)
		out := make([]privacy.Finding, len(hits))
		copies := map[string]int{}
		for i, h := range hits {
			out[i] = h.finding(text, f)
			if h.Severity == Warn {
				continue // nobody decides over it
			}
			what := h.Kind + " " + h.Term
			if h.Kind == SecrecyMark {
				seen, _ := privacy.Folded(text[h.Start:h.End], f)
				what, out[i].Folded = h.Kind, string(seen)
			}
			copies[what]++
			out[i].Folded = fmt.Sprintf("%d:%s", copies[what], out[i].Folded)
		}
		return out
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// finding proposes the correction, or nothing but the tags that stand inside.
// The term is of a list, and safe to show.
func (h Hit) finding(text string, f privacy.Format) privacy.Finding {
	out := privacy.Finding{Kind: h.Kind, Span: privacy.Span{Start: h.Start, End: h.End}, Level: levels[h.Severity], Evidence: h.Evidence,
		Mask: h.Correction, Preview: h.Term, Folded: h.Term}
	if h.Correction != "" {
		out.Preview += " → " + h.Correction
	}
	if f == privacy.HTML || f == privacy.Markdown {
		out.Mask = html.EscapeString(h.Correction) + strings.Join(tag.FindAllString(text[h.Start:h.End], -1), "")
	}
	return out
}
