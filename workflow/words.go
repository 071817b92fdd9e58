// Words in the gate: what the word lists find becomes findings like others.

package workflow

import (
	"context"
	"slices"

	"gongkai/content"
	"gongkai/policy/lexicon"
)

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

// removed are the marks of the work's head, and of work that was given up, that
// nobody has settled and that do not wait for it in what is found now: each once,
// where it stood.
func (e *Engine) removed(ctx context.Context, it content.Item, t writing, now []content.Finding) ([]content.Finding, error) {
	var before []content.Finding
	if it.Work.Revision != "" {
		rev, err := e.content.Revisions.Get(ctx, it.Work.Revision)
		if err != nil {
			return nil, err
		}
		if before, err = e.findings(ctx, t.rules, rev); err != nil {
			return nil, err
		}
	}
	if t.how != correction { // what is signed is not that work
		before = slices.Concat(it.Work.Marks, before)
	}
	known := map[string]bool{}
	for _, f := range content.Unsettled(now, it.Work.Resolutions) {
		known[f.Preview] = known[f.Preview] || f.Marked()
	}
	var out []content.Finding
	for _, f := range marked(content.Unsettled(before, it.Work.Resolutions)) {
		if !known[f.Preview] {
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
