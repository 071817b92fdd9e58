// Styles and automatic numbering of Word files: 一、 is often not in the text
// but in the numbering of its paragraph.

package importer

import (
	"html"
	"regexp"
	"strconv"
	"strings"
)

// styleNames of headings; Word keeps the English names in every language.
var styleNames = regexp.MustCompile(`(?i)^(?:heading|标题)\s*([1-9])$`)

// numbered are the styles that number their paragraphs.
func numbered(root *node) map[string]*node {
	nums := map[string]*node{}
	for _, s := range root.all("style") {
		nums[s.attr("styleId")] = s.kid("pPr").kid("numPr")
	}
	return nums
}

// stylesOf gives the tag of each style that is a title or a heading.
func stylesOf(root *node) map[string]string {
	tags, based := map[string]string{}, map[string]string{}
	for _, s := range root.all("style") {
		id, name := s.attr("styleId"), s.kid("name").attr("val")
		based[id] = s.kid("basedOn").attr("val")
		if l := s.kid("pPr").kid("outlineLvl"); l != nil && outlineTag(l.attr("val")) != "p" {
			tags[id] = outlineTag(l.attr("val"))
		} else if m := styleNames.FindStringSubmatch(name); m != nil {
			tags[id] = outlineTag(strconv.Itoa(number(m[1]) - 1))
		} else if strings.EqualFold(name, "title") || name == "标题" {
			tags[id] = "h1"
		}
	}
	for id := range based { // a style is what it is based on; a circle ends after a few steps
		for up, steps := based[id], 0; tags[id] == "" && up != "" && steps < 10; up, steps = based[up], steps+1 {
			tags[id] = tags[up]
		}
	}
	return tags
}

// wordLists are the numberings of a file and how far each has counted.
type wordLists struct {
	styles map[string]*node             // numPr by style id
	levels map[string]map[int]listLevel // by list id
	counts map[string]*[9]int
}

type listLevel struct {
	format, text string
	start        int
}

func numberingOf(root, styles *node) wordLists {
	abstract := map[string]map[int]listLevel{}
	for _, a := range root.all("abstractNum") {
		levels := map[int]listLevel{}
		for _, l := range a.all("lvl") {
			start, err := strconv.Atoi(l.kid("start").attr("val"))
			if err != nil {
				start = 1
			}
			levels[listDepth(l.attr("ilvl"))] = listLevel{l.kid("numFmt").attr("val"), l.kid("lvlText").attr("val"), start}
		}
		abstract[a.attr("abstractNumId")] = levels
	}
	lists := wordLists{numbered(styles), map[string]map[int]listLevel{}, map[string]*[9]int{}}
	for _, n := range root.all("num") {
		lists.levels[n.attr("numId")] = abstract[n.kid("abstractNumId").attr("val")]
	}
	return lists
}

func listDepth(s string) int {
	n, _ := strconv.Atoi(s)
	return max(0, min(n, 8))
}

// lostLabel stands for a number in a format that is not known.
const lostLabel = "\x00"

// next counts the paragraph's list on and gives its label and list; bullets
// have no label.
func (w wordLists) next(props *node) (label string, list int, bullet bool) {
	num := props.kid("numPr")
	if num == nil {
		num = w.styles[props.kid("pStyle").attr("val")]
	}
	id, at := num.kid("numId").attr("val"), listDepth(num.kid("ilvl").attr("val"))
	level, ok := w.levels[id][at]
	if !ok || id == "0" {
		return "", 0, false
	}
	if level.format == "bullet" || level.format == "none" {
		return "", 0, level.format == "bullet"
	}
	counts := w.count(id, at)
	label = level.text
	for i := range at + 1 {
		n, known := inFormat(w.levels[id][i].format, counts[i])
		if !known {
			return lostLabel, 0, false
		}
		label = strings.ReplaceAll(label, "%"+strconv.Itoa(i+1), n)
	}
	return label, number(id)*9 + at + 1, false
}

// count adds one at the level and starts the deeper ones anew.
func (w wordLists) count(id string, at int) *[9]int {
	counts := w.counts[id]
	if counts == nil {
		counts = &[9]int{}
		w.counts[id] = counts
	}
	for i := range at + 1 { // levels that were passed over count from their start
		if counts[i] == 0 {
			counts[i] = w.levels[id][i].start
			if i == at {
				counts[i]--
			}
		}
	}
	counts[at]++
	for i := at + 1; i < 9; i++ {
		counts[i] = 0
	}
	return counts
}

// inFormat writes n in Word's number format.
func inFormat(format string, n int) (string, bool) {
	switch format {
	case "decimal", "":
		return strconv.Itoa(n), true
	case "decimalFullWidth", "decimalZero":
		return strconv.Itoa(n), true
	case "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand", "taiwaneseCounting":
		return inHan(n), n < 100
	case "lowerLetter", "upperLetter":
		if n < 1 || n > 26 {
			return "", false
		}
		return string(rune(map[string]int{"lowerLetter": 'a', "upperLetter": 'A'}[format] + n - 1)), true
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		return string(rune('①' + n - 1)), n >= 1 && n <= 20
	}
	return "", false
}

// inHan writes numbers below 100: 九, 十, 十二, 二十三.
func inHan(n int) string {
	digits := []rune("〇一二三四五六七八九")
	if n < 0 || n > 99 {
		return ""
	}
	s := ""
	if n >= 20 {
		s = string(digits[n/10])
	}
	if n >= 10 {
		s += "十"
	}
	if n%10 > 0 || n == 0 {
		s += string(digits[n%10])
	}
	return s
}

// plainNumber labels are what an ordered list prints by itself.
var plainNumber = regexp.MustCompile(`^(\d+)[.、．)）]?$`)

// settle makes ordered lists of neighbours that count 1, 2, 3; every other
// label becomes text.
func settle(blocks []block) []block {
	for i := 0; i < len(blocks); {
		n := counting(blocks[i:])
		for j := i; j < i+max(n, 1); j++ {
			if n >= 2 {
				blocks[j].tag = "ol"
			} else {
				blocks[j].text = blocks[j].label + blocks[j].text
				blocks[j].html = html.EscapeString(blocks[j].label) + blocks[j].html
			}
			blocks[j].label = ""
		}
		i += max(n, 1)
	}
	return blocks
}

// counting is the number of first blocks that are items 1, 2, 3 … of one list.
func counting(blocks []block) int {
	n := 0
	for n < len(blocks) && blocks[n].tag == "p" && blocks[n].list == blocks[0].list {
		m := plainNumber.FindStringSubmatch(blocks[n].label)
		if m == nil || number(m[1]) != n+1 {
			break
		}
		n++
	}
	return n
}
