// Words in the gate: what the word lists find becomes findings like others.

package workflow

import (
	"context"
	"fmt"
	"html"
	"slices"
	"time"

	"gongkai/content"
	"gongkai/policy/lexicon"
	"gongkai/policy/privacy"
)

// levels say what a severity means in the gate.
var levels = map[string]privacy.Level{lexicon.Block: privacy.Certain, lexicon.Ask: privacy.Ask, lexicon.Warn: privacy.Warn}

// alongside is the check of words, for the scan to ask along.
func alongside(lex *lexicon.Lexicon, now time.Time) func(string, privacy.Format) []privacy.Finding {
	return func(text string, f privacy.Format) []privacy.Finding {
		hits := lex.Scan(text, f, now)
		out := make([]privacy.Finding, len(hits))
		marks := 0
		for i, h := range hits {
			out[i] = wordFinding(text, f, h)
			if h.Kind == lexicon.SecrecyMark && h.Severity != lexicon.Warn { // each is decided for itself, with its years
				marks++
				seen, _ := privacy.Folded(text[h.Start:h.End], f)
				out[i].Folded = fmt.Sprintf("%d:%s", marks, string(seen))
			}
		}
		return out
	}
}

// wordFinding proposes the correction, or nothing but the tags that stand
// inside. The term is of a list, and safe to show.
func wordFinding(text string, f privacy.Format, h lexicon.Hit) privacy.Finding {
	out := privacy.Finding{Kind: h.Kind, Span: privacy.Span{Start: h.Start, End: h.End}, Level: levels[h.Severity], Evidence: h.Evidence,
		Mask: h.Correction, Preview: h.Term, Folded: h.Term}
	if h.Correction != "" {
		out.Preview += " → " + h.Correction
	}
	if f == privacy.HTML || f == privacy.Markdown {
		out.Mask = html.EscapeString(h.Correction) + tags(text[h.Start:h.End])
	}
	return out
}

// proposes tells whether a finding says what is to stand in its place.
func proposes(f content.Finding) bool { return tag.ReplaceAllString(f.Mask, "") != "" }

// noProposal tells whether a mask names a finding for which nothing is
// proposed, without saying what is to stand there.
func noProposal(r content.Resolution, fs []content.Finding) bool {
	return r.Act == content.ActMask && r.As == "" && slices.ContainsFunc(fs, func(f content.Finding) bool { return aboutWords[f.Kind] && r.Settles(f) && !proposes(f) })
}

// aboutWords are the kinds of findings of the word lists. They are no secret of
// a person, and no value to search for elsewhere.
var aboutWords = func() map[string]bool {
	kinds := map[string]bool{}
	for _, k := range lexicon.Kinds() {
		kinds[k.Name] = true
	}
	return kinds
}()

// worded are the findings in the text without the warnings of the word lists.
func worded(fs []content.Finding) []content.Finding {
	return slices.DeleteFunc(slices.Clone(fs), func(f content.Finding) bool { return f.Level == content.Warn || f.Removed() })
}

// removed are the marks of the work's head that nobody has settled and that do
// not wait for it in what is found now: each once, where it stood.
func (e *Engine) removed(ctx context.Context, it content.Item, now []content.Finding) ([]content.Finding, error) {
	if it.Work.Revision == "" {
		return nil, nil
	}
	rev, err := e.content.Revisions.Get(ctx, it.Work.Revision)
	if err != nil {
		return nil, err
	}
	before, err := e.Findings(ctx, rev)
	if err != nil {
		return nil, err
	}
	isMark := func(f content.Finding) bool { return f.Kind == content.SecrecyMark && f.Level == content.Certain }
	known := map[string]bool{}
	for _, f := range content.Unsettled(now, it.Work.Resolutions) {
		known[f.Preview] = known[f.Preview] || isMark(f)
	}
	var out []content.Finding
	for _, f := range content.Unsettled(before, it.Work.Resolutions) {
		if (isMark(f) || f.Removed()) && !known[f.Preview] {
			known[f.Preview] = true
			out = append(out, content.RemovedMark(e.secret.Sum(content.SecrecyMark, "removed", f.Preview), f))
		}
	}
	return out, nil
}

// onlyMarks tells whether all that a mask or a removal names is secrecy marks:
// a document does not become public by losing its mark.
func onlyMarks(r content.Resolution, fs []content.Finding) bool {
	marks := false
	for _, f := range fs {
		if r.Names(f) && f.Kind != lexicon.SecrecyMark {
			return false
		}
		marks = marks || r.Names(f)
	}
	return marks && masking(r.Act)
}

// What to do about a secrecy mark, and about a word without a correction.
const (
	bareZh = "其中有的词语没有更正建议，请写明替换为什么（as），或删除（remove），或写明无须处理的理由（not_personal）"
	bareEn = "for some of these words no correction is proposed: say what is to stand there (as), remove it, or say why it may stand (not_personal)"
	markZh = "密级标志不能遮掩或删除后公开。涉密内容请停止处理并报告保密部门；确属误识别或已解密的，由保密审查员写明依据（keep或not_personal）"
	markEn = "a secrecy mark is not masked or removed: if the text is secret, stop and report it; if it is a mistake or declassified, the secrecy officer says so with the basis (keep or not_personal)"
)

// rules names the version of all that decides what is found in texts of a unit
// ("": of any, but for what may stand in its own): ask before the
// scan, so that findings never count as newer than they are.
func (e *Engine) rules(ctx context.Context, unit string) (string, error) {
	lex, err := e.words.fresh(ctx)
	if err != nil {
		return "", err
	}
	list, err := e.allowedIn(ctx, unit)
	return privacy.Rules + "+" + lex.Version(e.now()) + list.version, err
}
