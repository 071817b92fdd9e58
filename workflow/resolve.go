// Decisions over findings: who may take which, and what they are kept as.

package workflow

import (
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// The bounds of an item's decisions: how many findings of the text they let
// stand (those in files are not counted: such a decision is bound to the file),
// and how many there are: named for one finding, and general ones, against each
// of which each finding is held. Apart, so that who has settled too many one by
// one can still settle the rest at once.
const (
	maxKept      = 20_000
	maxDecisions = 2_000
)

// resolve records decisions over findings. Keeping what is personal, or
// declaring a proven hit not personal, is the secrecy officer's.
func (t *turn) resolve() error {
	if err := need(len(t.s.Resolutions) > 0, "resolutions", "required", "请给出处理决定", "say what is decided"); err != nil {
		return err
	}
	byKey, all := map[string][]content.Finding{}, t.w.all()
	for _, f := range all {
		byKey[f.Key] = append(byKey[f.Key], f)
	}
	for i, r := range t.onto() {
		fs := all
		if r.Key != "" {
			fs = byKey[r.Key]
		}
		if err := t.decide(i, r, fs); err != nil {
			return err
		}
	}
	kept, named := 0, 0
	for _, r := range t.it.Work.Resolutions {
		kept += len(r.Keys)
		if r.Key != "" {
			named++
		}
	}
	t.detail["decisions"] = countActs(t.s.Resolutions)
	return first(
		need(kept <= maxKept, "resolutions", "too_many", fmt.Sprintf("正文中保留的问题超过%d处，请将名单改为附件，或予以遮掩", maxKept),
			fmt.Sprintf("more than %d findings of the text would stand: attach the list as a file, or mask it", maxKept)),
		need(max(named, len(t.it.Work.Resolutions)-named) <= maxDecisions, "resolutions", "too_many", fmt.Sprintf("处理决定超过%d条，请按列、按附件或按种类一并处理", maxDecisions),
			fmt.Sprintf("more than %d decisions: settle by column, by file or by kind", maxDecisions)),
	)
}

// decide takes one decision over the findings that it could be about.
func (t *turn) decide(i int, r content.Resolution, fs []content.Finding) error {
	act := resolveAct(r, fs)
	if err := first(t.w.Can(act, t.who()...), checkResolution(r)); err != nil {
		return err
	}
	r.ID, r.By, r.Name, r.At = gongkai.DerivedID(t.s.ID, fmt.Sprint(i)), t.w.Actor.ID, t.w.Actor.Name, t.w.Now
	r.Officer = act == policy.ItemResolveKeep
	these := these(r, fs)
	if err := first(
		need(!onlyMarks(r, fs), "resolutions", "secrecy_mark", markZh, markEn),
		need(!noProposal(r, fs), "resolutions.as", "no_proposal", bareZh, bareEn),
		need(!onlyTooLarge(r, fs), "resolutions", "too_large", largeZh, largeEn),
		need(!onlyFixed(r, fs), "resolutions", "fixed", fixedZh, fixedEn),
		need(len(these) > 0, "resolutions", "nothing", "没有这样的问题可处理", "there is no such finding to settle"),
		need(!t.w.Blind || masking(r.Act), "resolutions.act", "masked", "未看到原文，不能认定其可以公开", "who sees a mask cannot say that what is below it may stand"),
		need(!t.w.Blind || len(digitsOf([]rune(r.As))) < longNumber, "resolutions.as", "masked", "未看到原文，替换文字中不能有长号码", "who sees a mask cannot write a long number in its place"),
	); err != nil {
		return err
	}
	if r.As != "" || r.Act == content.ActRemove {
		t.contributes() // it changes what the public will read
	}
	t.it.Work.Resolutions = append(t.it.Work.Resolutions, these...)
	return nil
}

// What to do about a file that cannot be masked here.
const (
	fixedZh = "该附件不能在此遮掩。请处理后另传（如.docx、.xlsx）；尚不确定的可由专人核查（by_eye）；确证的个人信息须替换附件，或由保密审查员逐条（key）依法保留"
	fixedEn = "the file cannot be masked here: upload one that has been dealt with (such as .docx, .xlsx). What is in doubt may be checked by eye (by_eye); what is proven goes with another file, or is kept one by one (key) by the secrecy officer on a legal basis"
)

// What to do about a file that was not read to its end.
const (
	largeZh = "该附件超出检查上限，未能检查完，人工核查（by_eye）也不能代替。请将其拆分为几个较小的文件后重新上传"
	largeEn = "the file is beyond a limit and was not checked to its end; no look (by_eye) settles that. Split it into smaller files and upload these"
)

// onlyTooLarge tells whether a look is all that was decided of files that have
// to be split.
func onlyTooLarge(r content.Resolution, fs []content.Finding) bool {
	large := func(f content.Finding) bool { return f.TooLarge() && r.Names(f) }
	settles := func(f content.Finding) bool { return r.Settles(f) }
	return r.Act == content.ActByEye && slices.ContainsFunc(fs, large) && !slices.ContainsFunc(fs, settles)
}

// onlyFixed tells whether all that the decision names is in files that cannot
// be masked, so that it would settle nothing.
func onlyFixed(r content.Resolution, fs []content.Finding) bool {
	fixed := false
	for _, f := range fs {
		if r.Settles(f) {
			return false
		}
		fixed = fixed || f.Fixed && r.Names(f)
	}
	return fixed
}

// these are the decisions to keep of one that was made. What lets something
// stand is bound to what was seen, this file or these findings of the text: it
// says nothing about what is written later. A mask may go on for all of a kind
// or place, of whatever comes later too.
func these(r content.Resolution, fs []content.Finding) []content.Resolution {
	if r.Key == "" && masking(r.Act) {
		return []content.Resolution{r}
	}
	var out []content.Resolution
	at := map[[2]string]int{} // where in out, by file and kind
	seen := map[string]bool{}
	for _, f := range fs {
		if !r.Settles(f) || seen[f.Key] {
			continue
		}
		seen[f.Key] = true
		if r.Key != "" {
			if !masking(r.Act) {
				r.File = f.File
			}
			if f.Kind == content.Aggregation {
				r.Kind = f.Kind // for the register: it is found anew each time
			}
			return []content.Resolution{r}
		}
		group := [2]string{f.File, f.Kind}
		if _, there := at[group]; !there {
			one := r
			one.ID, one.Kind, one.File = gongkai.DerivedID(r.ID, f.File, f.Kind), f.Kind, f.File
			at[group], out = len(out), append(out, one)
		}
		if f.File == "" {
			one := &out[at[group]]
			one.Keys = append(one.Keys, f.Key)
		}
	}
	return out
}

func resolveAct(r content.Resolution, findings []content.Finding) string {
	r.Officer = true // what it would settle
	guarded := slices.ContainsFunc(findings, func(f content.Finding) bool { return f.Guarded() && r.Settles(f) })
	if r.Act == content.ActKeep || r.Act == content.ActNotPersonal && guarded {
		return policy.ItemResolveKeep
	}
	return policy.ItemResolve
}

func checkResolution(r content.Resolution) error {
	acts := []string{content.ActMask, content.ActRemove, content.ActKeep, content.ActNotPersonal, content.ActByEye}
	return first(
		need(slices.Contains(acts, r.Act), "resolutions.act", "resolution", "处理方式应为mask、remove、keep、not_personal或by_eye", "the act is mask, remove, keep, not_personal or by_eye"),
		need(r.Key != "" || r.Kind != "" || r.Place != "", "resolutions", "resolution_place", "请指明处理哪些问题（key、kind或place）", "say which findings it settles: key, kind or place"),
		need(r.Act != content.ActKeep || strings.TrimSpace(r.Basis) != "", "resolutions.basis", "basis", "保留个人信息须写明法律依据", "keeping personal data needs its legal basis"),
		need(r.Act != content.ActNotPersonal || strings.TrimSpace(r.Basis) != "", "resolutions.basis", "basis", "认定为非个人信息须写明理由", "saying that it is not personal needs a reason"),
		need(r.As == "" || r.Act == content.ActMask && len(r.As) <= 200 && !strings.ContainsAny(r.As, "<>&"), "resolutions.as", "mask", "替换文字过长或含有不允许的字符", "the replacement is too long or has characters that are not allowed"),
	)
}

func countActs(rs []content.Resolution) string {
	var names []string
	for _, r := range rs {
		names = append(names, r.Act)
	}
	return strings.Join(names, ",")
}
