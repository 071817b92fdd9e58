// Patches: edits of people who see the public form, mapped through its masks;
// and the rules that tell a correction of words from a rewrite.

package workflow

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
	"gongkai/workflow/difference"
)

var tag = regexp.MustCompile(`<[^>]*>`)

// applyPatches returns the values with the patches made. Offsets are code
// points into the text as shown, with masks in it; a patch that touches a mask
// is refused: who cannot see a value cannot change it.
func applyPatches(k content.Kind, v content.Fields, m masks, patches []Patch) (content.Fields, error) {
	byPlace := map[string][]Patch{}
	for _, p := range patches {
		byPlace[p.Place] = append(byPlace[p.Place], p)
	}
	var failed error
	out := k.Edit(v, func(t content.Text) string {
		ps := byPlace[t.Place]
		delete(byPlace, t.Place)
		text, err := patchText(t, m.edits(t.Place), ps)
		if err != nil && failed == nil {
			failed = err
		}
		return text
	})
	for range byPlace {
		failed = patchError("patch", "place", "没有这个位置", "there is no such place")
	}
	return out, failed
}

func patchError(place, code, zh, en string) error {
	kind := gongkai.Invalid
	switch code {
	case "masked":
		kind = gongkai.Blocked
	case "moved":
		kind = gongkai.Conflict
	}
	return gongkai.E(kind, "patch_"+code, "改动无法进行:"+zh, "the patch cannot be made: "+en, gongkai.Detail{Where: place, Code: code, Zh: zh, En: en})
}

func patchText(t content.Text, masks []edit, ps []Patch) (string, error) {
	if len(ps) == 0 {
		return t.Text, nil
	}
	shown := lay(t.Text, masks)
	edits := make([]edit, 0, len(ps))
	for _, p := range ps {
		start, end := byteAt(shown, p.Start), byteAt(shown, p.End)
		if start < 0 || end < start || shown[start:end] != p.Old {
			return t.Text, patchError(t.Place, "moved", "原文已变动，请刷新后重试", "what stands there is something else: reload and try again")
		}
		from, to, ok := original(masks, start, end)
		if !ok {
			return t.Text, patchError(t.Place, "masked", "改动涉及已遮掩的内容", "it touches what is masked")
		}
		edits = append(edits, edit{start: from, end: to, new: p.New})
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	for i := 1; i < len(edits); i++ {
		if edits[i].start < edits[i-1].end {
			return t.Text, patchError(t.Place, "overlap", "各处改动互相重叠", "patches overlap")
		}
	}
	return lay(t.Text, edits), nil
}

// byteAt turns a count of code points into a count of bytes; -1 past the end.
func byteAt(s string, points int) int {
	for i := range s {
		if points == 0 {
			return i
		}
		points--
	}
	if points == 0 {
		return len(s)
	}
	return -1
}

// original maps a stretch of the shown text to the original, if no mask is in
// it.
func original(masks []edit, start, end int) (from, to int, ok bool) {
	shift := 0 // original minus shown, before the stretch
	for _, m := range masks {
		shownStart := m.start - shift
		shownEnd := shownStart + len(m.new)
		if shownEnd <= start && shownStart < start {
			shift += (m.end - m.start) - len(m.new)
			continue
		}
		if shownStart < end {
			return 0, 0, false
		}
	}
	return start + shift, end + shift, true
}

// CorrectionLimits bound a correction. ◦ An office may want others: they are arguments of
// the engine.
type CorrectionLimits struct {
	Share float64 // of the text's characters, over all corrections since the last rewrite
	Least int     // characters that may always be touched
}

// DefaultCorrectionLimits are two per cent, at least ten characters.
var DefaultCorrectionLimits = CorrectionLimits{Share: 0.02, Least: 10}

// wordsOnly says whether going from old to new changes words only, and how
// many characters it touches. Numbers, names, dates, links, markup and files
// are no words.
func wordsOnly(k content.Kind, old, new content.Fields, names []string) (touched, total int, err error) {
	before, after := k.Texts(old), k.Texts(new)
	if len(before) != len(after) {
		return 0, 0, rewrite("files", "改动了结构或附件", "it changes the structure or the files")
	}
	for i, a := range before {
		b := after[i]
		total += utf8.RuneCountInString(a.Text)
		if a.Place != b.Place {
			return 0, 0, rewrite(a.Place, "改动了结构或附件", "it changes the structure or the files")
		}
		if a.Text == b.Text {
			continue
		}
		field, _, _ := strings.Cut(strings.Split(a.Place, "[")[0], ".")
		f, _ := k.Field(field)
		if f.Format != "" || f.Type == "files" || slices.Contains(namingFields, field) {
			return 0, 0, rewrite(a.Place, "改动了名称、编号或附件", "it changes a name, a number or a file")
		}
		n, err := changedWords(a, b, names)
		if err != nil {
			return 0, 0, err
		}
		touched += n
	}
	if touched == 0 {
		return 0, total, rewrite("patch", "没有任何改动", "it changes nothing")
	}
	return touched, total, nil
}

// namingFields name bodies and people.
var namingFields = []string{"publisher", "department", "party", "author", "source"}

func rewrite(place, zh, en string) error {
	return gongkai.E(gongkai.Blocked, "rewrite", "这不是改字，请退回修改:"+zh, "this is a rewrite, not a correction; return it: "+en, gongkai.Detail{Where: place, Code: "rewrite", Zh: zh, En: en})
}

func changedWords(a, b content.Text, names []string) (int, error) {
	if a.HTML && !slices.Equal(tag.FindAllString(a.Text, -1), tag.FindAllString(b.Text, -1)) {
		return 0, rewrite(a.Place, "改动了版式或链接", "it changes markup or a link")
	}
	touched, i, j := 0, 0, 0 // offsets into a and b
	for _, d := range difference.Characters(a.Text, b.Text) {
		m, n := len(d.Text), len(d.Text)
		switch d.Op {
		case difference.Equal:
			i, j = i+m, j+n
			continue
		case difference.Delete:
			n = 0
		case difference.Insert:
			m = 0
		}
		if !word(a.Text, i, i+m, names) || !word(b.Text, j, j+n, names) {
			return 0, rewrite(a.Place, "涉及数字、日期、名称或链接", "it touches a number, a date, a name or a link")
		}
		i, j = i+m, j+n
		touched += utf8.RuneCountInString(d.Text)
	}
	return touched, nil
}

// word tells whether changing text[start:end], which may be the gap where
// something goes in or went out, changes words only: no number or what belongs
// to it, no name, no address.
func word(text string, start, end int, names []string) bool {
	if strings.ContainsFunc(text[start:end], func(r rune) bool {
		return numeral(r) || strings.ContainsRune("<>&@/:*", r) || r < utf8.RuneSelf && unicode.IsLetter(r)
	}) {
		return false
	}
	return !besideNumber(text, start, end) && !insideName(text, start, end, names)
}

// unitLength is how many characters behind a number belong to it: 20个工作日.
const unitLength = 4

// besideNumber: signs and points before and within a number, and the unit
// behind it.
func besideNumber(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	if numeral(after) && (numeral(before) || start < end && !strings.ContainsFunc(text[start:end], unicode.IsLetter)) {
		return true
	}
	for back := 0; back < unitLength && start > 0; back++ {
		r, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
		if numeral(r) {
			more, _ := utf8.DecodeLastRuneInString(text[:start])
			return back == 0 || unicode.IsNumber(r) || numeral(more) // a lone 一 is mostly no number
		}
		if !unicode.IsLetter(r) && r != ' ' {
			return false
		}
	}
	return false
}

// insideName tells whether text[start:end] touches a name, or stands in one.
func insideName(text string, start, end int, names []string) bool {
	for _, name := range names {
		for from := max(0, start-len(name)+1); name != ""; {
			i := strings.Index(text[from:], name)
			if i < 0 || from+i >= end {
				break
			}
			if from += i; start < from+len(name) {
				return true
			}
			from++
		}
	}
	return false
}

func numeral(r rune) bool {
	return unicode.IsNumber(r) || strings.ContainsRune("〇零一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟萬億貳參叄陸兩弍%‰°", r)
}

// Difference (差异) is what changed at one place.
type Difference struct {
	Place string `json:"place"`
	Parts []Part `json:"parts"`
}

// Part is a stretch that stayed, went or came.
type Part struct {
	Op   string `json:"op" enum:"equal,delete,insert"`
	Text string `json:"text"`
}

// Differ lists the places where two sets of values differ.
func Differ(k content.Kind, old, new content.Fields) []Difference {
	before, after := map[string]string{}, k.Texts(new)
	order := []string{}
	for _, t := range k.Texts(old) {
		before[t.Place] = t.Text
		order = append(order, t.Place)
	}
	var out []Difference
	for _, t := range after {
		if before[t.Place] != t.Text {
			out = append(out, differAt(t.Place, before[t.Place], t.Text))
		}
		delete(before, t.Place)
	}
	for _, place := range order {
		if gone, left := before[place]; left && gone != "" {
			out = append(out, differAt(place, gone, ""))
		}
	}
	return append(out, differOthers(k, old, new)...)
}

func differAt(place, old, new string) Difference {
	d := Difference{Place: place}
	for _, h := range difference.New().Text(old, new) {
		d.Parts = append(d.Parts, Part{h.Op, h.Text})
	}
	return d
}

// differOthers compares the values that hold no text: dates, numbers, choices.
func differOthers(k content.Kind, old, new content.Fields) []Difference {
	var out []Difference
	for _, f := range k.Fields() {
		if t, _ := content.TypeOf(f.Type); t.Edit != nil {
			continue
		}
		a, _, _ := content.Canonical(old[f.Name])
		b, _, _ := content.Canonical(new[f.Name])
		if a != b {
			out = append(out, Difference{f.Name, []Part{{"delete", strings.Trim(a, `"`)}, {"insert", strings.Trim(b, `"`)}}})
		}
	}
	return out
}
