// What looks damaged or doubtful: flagged with its place, never repaired.

package importer

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sign of damage in a paragraph.
type sign struct {
	code  string
	needs string // one of these must be there before the slower form is tried
	form  *regexp.Regexp
	doubt func(text string, at []int) bool // tells real damage from what only looks so; nil believes the form
}

// signs are looked for in every block; group 1, where there is one, is the place.
var signs = []sign{
	{"damaged_doc_no", "号號", regexp.MustCompile(`\p{Han}[〔\[［【〈]((?:19|20)\d{2,7}[号號])`), nil},                                           // 〔201675号: the bracket and maybe digits are gone
	{"damaged_doc_no", "号號", regexp.MustCompile(`[发办函字规政秘][（(]((?:19|20)\d{3,7}[号號])`), nil},                                             // the same with round brackets
	{"damaged_doc_no", "号號", regexp.MustCompile(`\p{Han}((?:19|20)\d{2}[〕\]］】〉]\d{1,5}[号號])`), nil},                                      // opening bracket gone
	{"damaged_doc_no", "号號", regexp.MustCompile(`(〔(?:19|20)\d{2}〕[号號])`), nil},                                                          // number gone
	{"damaged_doc_no", "号號", regexp.MustCompile(`(〔(?:\d{0,3}|\d{5,})〕\d{1,5}[号號])`), nil},                                               // year damaged
	{"damaged_date", "日月", regexp.MustCompile(`((?:19|20)\d{2}年\d{3,4}日)`), nil},                                                         // 2018年1123日
	{"damaged_date", "日月", regexp.MustCompile(`(?:^|[^\d月年./-])(\d{4}日)`), monthAndDay},                                                  // 1123日
	{"damaged_date", "日月", regexp.MustCompile(`((?:19|20)\d{2}年\d{1,2}月\d{1,2}日)`), noSuchDay},                                           // 2018年2月30日
	{"damaged_date", "日月", regexp.MustCompile(`((?:19|20)\d{2}年(?:月|\d{1,2}月日))`), nil},                                                  // numbers gone
	{"lost_characters", "", regexp.MustCompile(`(\x{FFFD}|锟斤拷|烫烫烫|[\x{80}-\x{9f}]|[\x{1}-\x{8}\x{e}-\x{1f}]|[\x{E000}-\x{F8FF}])`), nil}, // wrongly decoded
	{"lost_characters", "?", regexp.MustCompile(`(\?{3,})`), nil},
	{"doubtful_characters", "Il|.", regexp.MustCompile(`\p{Han}([Il|]|\.)\p{Han}`), nil},
	{"inserted_pinyin", "(（", regexp.MustCompile(`\p{Han}([（(][a-zàáèéìíòóùúüāēěīōūǎǐǒǔǖǘǚǜńňǹ]{1,6}[）)])`), toned},
}

// Where a text lost characters between digits, more of its numbers are in
// doubt: 17项27条 reads 1727条, 5月10日 reads 510日.
var suspects = []sign{
	{"damaged_date", "日月", regexp.MustCompile(`(?:^|[^\d月./-])(\d{3,6}日)`), monthAndDay},
	{"doubtful_number", "0123456789", regexp.MustCompile(`(?:^|[^\d.])([1-9]\d{3})(?:人次|人|期|项|条|件|个|场|次|篇|家|户|批|名)`), nil},
}

// damage looks through title and text.
func (r *reading) damage() {
	blocks := append([]block{{text: r.text("title")}}, r.blocks...)
	for i, b := range blocks {
		for _, s := range signs {
			r.look(s, i, b.text)
		}
		if at := mismatch(b.text); at >= 0 && !r.flaggedIn("damaged_doc_no", i) {
			r.flag("mismatched_brackets", place(i, b.text, at))
		}
	}
	if r.has("damaged_doc_no") || r.has("damaged_date") {
		for i, b := range blocks {
			for _, s := range suspects {
				r.look(s, i, b.text)
			}
		}
	}
	r.script()
	r.pageMarks()
}

// mostPerBlock and onePerBlock: a garbled paragraph is one thing to look at.
const mostPerBlock = 20

var onePerBlock = map[string]bool{"inserted_pinyin": true, "lost_characters": true, "doubtful_characters": true}

func (r *reading) look(s sign, i int, text string) {
	if s.needs != "" && !strings.ContainsAny(text, s.needs) {
		return
	}
	for _, at := range s.form.FindAllStringSubmatchIndex(text, mostPerBlock) {
		if s.doubt == nil || s.doubt(text, at[2:4]) {
			r.flag(s.code, place(i, text, at[2]))
			if onePerBlock[s.code] {
				return
			}
		}
	}
}

// place names character at of block i; block 0 is the title.
func place(i int, text string, at int) string {
	if i == 0 {
		return "title"
	}
	return "body:" + strconv.Itoa(i) + ":" + strconv.Itoa(utf8.RuneCountInString(text[:at])+1)
}

func (r *reading) has(code string) bool {
	for _, f := range r.flags {
		if f.Code == code {
			return true
		}
	}
	return false
}

func (r *reading) flaggedIn(code string, i int) bool {
	for _, f := range r.flags {
		if f.Code == code && strings.HasPrefix(f.Where, "body:"+strconv.Itoa(i)+":") {
			return true
		}
	}
	return false
}

var wholeYear = regexp.MustCompile(`\d年$`) // its damage has a sign of its own

// monthAndDay believes 1123日 only where it can be read as a month and one or
// two days, and no deadline follows (1030日内).
func monthAndDay(text string, at []int) bool {
	digits := text[at[0] : at[1]-len("日")]
	after, _ := utf8.DecodeRuneInString(text[at[1]:])
	if strings.ContainsRune("内以之后前", after) || wholeYear.MatchString(text[:at[0]]) {
		return false
	}
	for m := 1; m <= 2; m++ {
		for d := m + 1; d <= min(m+2, len(digits)); d++ {
			_, real := day(2000, number(digits[:m]), number(digits[m:d]))
			if rest := digits[d:]; real && (rest == "" || number(rest) >= 1 && number(rest) <= 31) {
				return true
			}
		}
	}
	return false
}

func noSuchDay(text string, at []int) bool {
	_, real := parseDate(text[at[0]:at[1]])
	return !real
}

// toned tells romanisation from an abbreviation in brackets: it has a tone mark.
func toned(text string, at []int) bool {
	return strings.ContainsFunc(text[at[0]:at[1]], func(r rune) bool { return r > 0x7f && unicode.Is(unicode.Latin, r) })
}

// partner of each closing bracket; half and full width are one.
var partner = map[rune]rune{')': '(', ']': '[', '〕': '〔', '》': '《', '〉': '〈', '】': '【', '”': '“', '’': '‘'}

var wide = strings.NewReplacer("（", "(", "）", ")", "［", "[", "］", "]")

// enumerated numbers have a closing bracket only: 1）  二)
var enumerated = regexp.MustCompile(`(?:^|[\s；;，,。：:])(?:\d{1,2}|` + han + `|[a-z])[）)]`)

// mismatch gives the byte at which brackets first fail to match; -1 if they do.
func mismatch(text string) int {
	type open struct {
		r  rune
		at int
	}
	var stack []open
	loose := map[int]bool{}
	for _, at := range enumerated.FindAllStringIndex(text, -1) {
		_, size := utf8.DecodeLastRuneInString(text[:at[1]])
		loose[at[1]-size] = true
	}
	for i, r := range text {
		r, _ = utf8.DecodeRuneInString(wide.Replace(string(r)))
		switch want, closes := partner[r]; {
		case strings.ContainsRune("([〔《〈【“‘", r):
			stack = append(stack, open{r, i})
		case !closes || r == '’' && (len(stack) == 0 || stack[len(stack)-1].r != want): // an apostrophe
		case len(stack) > 0 && stack[len(stack)-1].r == want:
			stack = stack[:len(stack)-1]
		case !loose[i]:
			return i
		}
	}
	if len(stack) > 0 {
		return stack[0].at
	}
	return -1
}

// traditional are frequent characters that simplified Chinese never has.
const traditional = "國區務開於個們這來時為會發對關與學實產業經過還進長門問間應當設計議論證說請謝護"

// script flags a text in traditional characters.
func (r *reading) script() {
	seen := 0
	for _, b := range r.blocks {
		for _, c := range b.text {
			if strings.ContainsRune(traditional, c) {
				seen++
			}
		}
		if seen >= 10 {
			r.flag("traditional_script", "body")
			return
		}
	}
}

var pageMark = regexp.MustCompile(`^(\d{1,3})、`)

// pageMarks flags paragraphs that go on in mid-sentence behind a number: the
// text was cut at the pages of a reader.
func (r *reading) pageMarks() {
	for i := 1; i < len(r.blocks); i++ {
		before, b := r.blocks[i-1].text, r.blocks[i]
		end, _ := utf8.DecodeLastRuneInString(before)
		if b.tag == "p" && length(before) > 200 && pageMark.MatchString(b.text) && unicode.Is(unicode.Han, end) {
			r.flag("broken_paragraphs", place(i+1, b.text, 0))
		}
	}
}

// doubts are contradictions between fields, and what is missing.
func (r *reading) doubts() {
	written := r.text("date_written")
	if m := numberForm.FindStringSubmatch(r.text("doc_no")); m != nil && written != "" && m[2] != written[:4] {
		r.flag("year_mismatch", "doc_no")
	}
	if released := r.text("date_published"); written != "" && released != "" && released < written {
		r.flag("date_order", "date_published")
	}
	if m := withCredit.FindStringSubmatch(r.text("index_no")); m != nil && !creditCode(m[1]) {
		r.flag("doubtful_index_no", "index_no")
	}
	r.ending()
}

// ending flags a text that is not there or stops in mid-air: 附件： and nothing behind it.
func (r *reading) ending() {
	if len(r.blocks) == 0 {
		r.flag("no_body", "body")
		return
	}
	last := r.blocks[len(r.blocks)-1]
	end, _ := utf8.DecodeLastRuneInString(last.text)
	if strings.ContainsRune("：:，,、", end) || last.tag == "p" && length(last.text) > 200 && unicode.Is(unicode.Han, end) {
		r.flag("unfinished", place(len(r.blocks), last.text, len(last.text)))
	}
}
