// check_words: places, reasons and levels in words, Chinese and English.

package main

import (
	"slices"
	"strings"

	"gongkai/policy/lexicon"
	"gongkai/policy/privacy"
	filescan "gongkai/policy/privacy/files"
)

// words are the same in two languages.
type words struct{ zh, en string }

// levelWords say how sure a finding is and what to do about it.
var levelWords = map[privacy.Level]struct{ is, do words }{
	privacy.Certain: {words{"确认", "certain"}, words{"必须遮掩；确有法律依据需要公开的，由保密审查员批准。", "mask it; only the secrecy officer keeps it, and with a legal basis."}},
	privacy.Likely:  {words{"很可能", "likely"}, words{"请遮掩；确认不是个人信息的，可以保留。", "mask it; keep it if you know that it is nobody's personal data."}},
	privacy.Warn:    {words{"提示", "warning"}, words{"供参考，不妨碍发布。", "for your information, it stops nobody."}},
	privacy.Ask:     {words{"待核实", "ask"}, words{"请核实后决定遮掩还是保留，例如手机号码是否为办公用号。", "look at it and decide: it may be an office's own number, or a slip of the pen."}},
}

// kindAdvice is what to do about some kinds, whatever their level.
var kindAdvice = map[string]words{
	lexicon.SecrecyMark:   {"涉密内容立即停止公开并报告保密部门；已解密或误识别的，由保密审查员写明依据。", "if it is secret, stop and report it; if it is declassified or a mistake, the secrecy officer says so with the basis."},
	lexicon.ControlPhrase: {"请删除，或写明可以公开的理由。", "remove it, or say why it may be published."},
	lexicon.WorkSecret:    {"请删除，或写明可以公开的理由。", "remove it, or say why it may be published."},
	lexicon.Wording:       {"请改正。", "correct it."},
	lexicon.LeaderTitle:   {"请核对职务和排序。", "look up title and order."},
	"minor":               {"请删去名单，或只写人数；确需公开的，须经保密审查。", "take the list out, or write numbers instead of names; else it needs a secrecy review."},
}

// advice is what to do about a finding.
func advice(kind string, level privacy.Level) words {
	if w, ok := kindAdvice[kind]; ok && level != privacy.Warn {
		return w
	}
	return levelWords[level].do
}

// because says a piece of evidence in words.
func because(evidence string) words {
	for _, say := range []func(string) (zh, en string){privacy.Because, lexicon.Because} {
		if zh, en := say(evidence); zh != "" {
			return words{zh, en}
		}
	}
	return words{evidence, evidence}
}

// why says all the evidence in a line of each language.
func why(evidence []string) words {
	var zh, en []string
	for _, e := range evidence {
		w := because(e)
		zh, en = append(zh, w.zh), append(en, w.en)
	}
	return words{strings.Join(zh, "，"), strings.Join(en, "; ")}
}

func kindWords() map[string]words {
	m := map[string]words{}
	for _, k := range slices.Concat(privacy.Kinds(), lexicon.Kinds()) {
		m[k.Name] = words{k.Zh, k.En}
	}
	return m
}

// placed says a place inside a file in words.
func placed(where string) words {
	zh, en := filescan.Place(where)
	return words{zh, en}
}
