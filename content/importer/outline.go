// Headings by their numbering (一、 （一） 1.), and texts whose paragraphs were lost.

package importer

import (
	"html"
	"regexp"
	"strings"
)

const han = `[一二三四五六七八九十]{1,3}`

// numbering of the three ranks of headings in official documents.
var numbering = []*regexp.Regexp{
	regexp.MustCompile(`^(?:` + han + `、|第` + han + `[章部]分?[\s\x{3000}])`),
	regexp.MustCompile(`^[（(]` + han + `[）)]`),
	regexp.MustCompile(`^\d{1,2}[.．、](?:\D|$)`),
}

// level is the rank of the numbering that a text begins with; 0 for none.
func level(text string) int {
	for i, form := range numbering {
		if form.MatchString(trim(text)) {
			return i + 1
		}
	}
	return 0
}

// longest heading of each rank; longer ones are paragraphs with a number.
var longestHeading = [...]int{0, 50, 50, 36}

// headingRank is the rank of a line that is nothing but a numbered heading.
func headingRank(b block) int {
	if b.tag != "p" {
		return 0
	}
	n := level(b.text)
	text := strings.TrimSuffix(trim(b.text), "。")
	if length(text) > longestHeading[n] || strings.ContainsAny(text, "。；;") || strings.HasSuffix(text, "，") ||
		strings.HasSuffix(text, "：") || strings.HasSuffix(text, ":") {
		return 0
	}
	return n
}

// outline makes numbered lines headings, unless the source has headings of its
// own. Numbered lines that follow each other are a list, not headings.
func (r *reading) outline() {
	structured := false
	for i, b := range r.blocks {
		if b.tag == "h1" {
			r.blocks[i].tag = "h2"
		}
		structured = structured || strings.HasPrefix(b.tag, "h") && b.tag != "h1"
	}
	for i := 0; i < len(r.blocks) && !structured; {
		run := i + 1
		rank := headingRank(r.blocks[i])
		for rank > 0 && run < len(r.blocks) && level(r.blocks[run].text) == rank && headingRank(r.blocks[run]) == rank {
			run++
		}
		if rank == 0 && r.attached(r.blocks[i]) {
			rank = 1
		}
		if rank > 0 && run == i+1 && run < len(r.blocks) {
			r.blocks[i] = heading(r.blocks[i], rank)
		}
		i = run
	}
}

// attached is the title line of a document that a notice issues: 某方案 under
// 关于印发《某方案》的通知.
func (r *reading) attached(b block) bool {
	text := strings.Trim(trim(b.text), "《》")
	_, issued, found := strings.Cut(r.text("title"), "印发")
	return found && b.tag == "p" && length(text) >= 5 && strings.HasPrefix(strings.TrimPrefix(issued, "《"), text) &&
		strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(issued, "《"), text), "》"), "的")
}

func heading(b block, rank int) block {
	b.tag = []string{"", "h2", "h3", "h4"}[rank]
	if !strings.Contains(b.html, "<a ") {
		b.html = html.EscapeString(b.text) // a heading needs no bold of its own
	}
	return b
}

// wall is a paragraph so long that its breaks must have been lost.
const wall = 800

// splitWalls parts such paragraphs before their numbering, where a sentence
// ends and the numbers count up from one. No character changes.
func (r *reading) splitWalls() {
	var out []block
	for _, b := range r.blocks {
		parts := []string{b.text}
		if b.tag == "p" && length(b.text) > wall {
			parts = parted(r.glued(b.text))
		}
		if len(parts) == 1 {
			out = append(out, b)
			continue
		}
		r.flag("lost_paragraphs", "body")
		for _, part := range parts {
			out = append(out, plain(part))
		}
	}
	r.blocks = out
}

var opensText = regexp.MustCompile(`^(为|根据|按照|依据|经|现将|各)`)

// glued parts the title from a wall that begins with it.
func (r *reading) glued(text string) (string, bool) {
	rest, found := strings.CutPrefix(text, r.text("title"))
	if found && r.text("title") != "" && opensText.MatchString(rest) {
		return rest, true
	}
	return text, false
}

// parted parts a text at 一、 and within the parts at （一）.
func parted(text string, cut bool) []string {
	var parts []string
	for _, part := range splitAt(text, marks[0]) {
		parts = append(parts, splitAt(part, marks[1])...)
	}
	if cut && len(parts) == 1 {
		parts = append(parts, "") // the title went: still a repair
	}
	return parts
}

var marks = []*regexp.Regexp{
	regexp.MustCompile(`(?:^|[。.；：”）)])\s*(` + han + `)、`),
	regexp.MustCompile(`(?:^|[。.；：”]|.)\s*[（(](` + han + `)[）)]`),
}

// splitAt cuts before each mark that counts on from the one before.
func splitAt(text string, mark *regexp.Regexp) []string {
	var parts []string
	from, next := 0, 1
	for _, at := range mark.FindAllStringSubmatchIndex(text, -1) {
		if hanNumber(text[at[2]:at[3]]) != next {
			continue
		}
		start := at[2]
		if mark == marks[1] {
			start = strings.LastIndexAny(text[:start], "（(")
		}
		if start > from {
			parts = append(parts, text[from:start])
		}
		from, next = start, next+1
	}
	return append(parts, text[from:])
}
