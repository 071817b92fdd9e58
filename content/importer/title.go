// The title (标题) of a document, from the lines above its text.

package importer

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	genreEnd   = regexp.MustCompile(`(决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要|办法|规定|细则|条例|方案|规划|计划|要点|目录|清单|指南|公示|解读|说明|预案|制度|规则|标准)([（(].{1,12}[）)])?$`)
	fileEnding = regexp.MustCompile(`(?i)\.(docx?|pdf|txt|html?|wps|rtf)$`)
)

const (
	shortestTitle = 4
	longestTitle  = 120
)

// title takes the title and drops its lines from the text: the one given, a
// heading of the first rank, the first line that reads as a title, the hint,
// and for a file its name.
func (r *reading) title(hint, source string, isRow bool) {
	if r.fields["title"] == nil {
		r.findTitle()
	}
	if r.fields["title"] == nil && hint != "" {
		r.set("title", hint)
	}
	switch {
	case r.fields["title"] != nil:
		r.dropTitle()
	case isRow:
		r.flag("no_title", "title")
	default:
		r.set("title", strings.TrimSuffix(path.Base(source), path.Ext(source)))
		r.flag("title_from_file_name", "title")
	}
}

// findTitle joins the lines of a title that is broken over several.
func (r *reading) findTitle() {
	if i := slices.IndexFunc(r.blocks, func(b block) bool { return b.tag == "h1" }); i >= 0 {
		r.set("title", r.blocks[i].text)
		return
	}
	head := r.headEnd()
	for i := 0; i < head; i++ {
		if !titleLine(r.blocks[i]) {
			continue
		}
		title := r.blocks[i].text
		for i++; i < head && !genreEnd.MatchString(cleanTitle(title)) && continues(r.blocks[i]); i++ {
			title += r.blocks[i].text
		}
		r.set("title", title)
		return
	}
}

// numberInTitle takes the document number from brackets behind a title.
func (r *reading) numberInTitle(raw string) {
	if m := numberTail.FindStringSubmatch(tight(raw)); m != nil {
		r.set("doc_no", m[1])
	}
}

func titleLine(b block) bool {
	text := trim(b.text)
	_, dated := parseDate(text)
	n := length(text)
	return n >= shortestTitle && n <= longestTitle && !dated && !numberLike.MatchString(tight(text)) && level(text) == 0 &&
		note.FindString(tight(text)) == "" && len(pairsOf(text)) == 0
}

// continues tells whether a line belongs to the title begun above it.
func continues(b block) bool {
	return titleLine(b) && (strings.HasPrefix(trim(b.text), "关于") || genreEnd.MatchString(trim(b.text)))
}

// cleanTitle is a title without white space at its ends, line ends, the ending
// of a file name, and a document number in brackets behind it.
func cleanTitle(raw string) string {
	t := strings.Join(strings.Fields(strings.ReplaceAll(raw, "\u00a0", " ")), " ")
	t = fileEnding.ReplaceAllString(t, "")
	if at := numberTail.FindStringSubmatchIndex(t); at != nil && at[0] > 0 {
		t = trim(t[:at[0]])
	}
	return trim(t)
}

// dropTitle drops the title's lines above the text. Where it stands once more
// with nothing but short lines before it, those are the site's and go too.
func (r *reading) dropTitle() {
	want := tight(r.text("title"))
	head := r.headEnd()
	for i := 0; i < min(len(r.blocks), headLines) && length(r.blocks[i].text) <= longestTitle; i++ {
		n := titleAt(r.blocks[i:], want)
		switch {
		case n == 0 || i >= head && slices.ContainsFunc(r.blocks[:i], dated):
		case i < head:
			r.blocks = append(r.blocks[:i:i], r.blocks[i+n:]...)
			head = 0
			i--
		default:
			if i > 0 {
				r.flag("site_text_removed", "body")
			}
			r.blocks = r.blocks[i+n:]
			i = -1
		}
	}
}

// dated lines are no site's: a cover may carry the title, a date, and the title again.
func dated(b block) bool {
	_, _, ok := signLine(b)
	return ok
}

// titleAt counts the first blocks that together are the title.
func titleAt(blocks []block, want string) int {
	got := ""
	for i, b := range blocks {
		got += tight(cleanTitle(b.text))
		if got == want {
			return i + 1
		}
		if b.tag == "table" || !strings.HasPrefix(want, got) || got == "" {
			return 0
		}
	}
	return 0
}
