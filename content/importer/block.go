// A page as every format is read into: a list of blocks.

package importer

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// page is one document before anything is recognised in it.
type page struct {
	row     string            // "#3" for rows of a list
	content []byte            // what the key is made of; the whole file when nil
	given   map[string]string // fields the source states outright (columns, meta tags)
	hints   map[string]string // fields to fall back on (document properties, window title)
	blocks  []block
	around  []block // of a web page: what stands outside the text, for its metadata
	flags   []Flag
}

// block is one paragraph, heading, list item or table.
type block struct {
	tag   string     // p, h1, h2, h3, h4, ul, ol (one item each), table
	text  string     // as people read it; cells of a table joined by " | ", rows by newline
	html  string     // inline HTML of the text, or the whole table
	cells [][]string // of a table
	label string     // automatic number of a Word paragraph, not part of text yet
	list  int        // which automatic list numbered it
}

func plain(text string) block {
	text = trim(text)
	return block{tag: "p", text: text, html: html.EscapeString(text)}
}

// trim cuts the white space of Chinese pages too: ideographic and no-break spaces.
func trim(s string) string { return strings.TrimFunc(s, blank) }

func blank(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' }

// tight is the text without any white space, for comparing.
func tight(s string) string {
	return strings.Map(func(r rune) rune {
		if blank(r) {
			return -1
		}
		return r
	}, s)
}

func length(s string) int { return utf8.RuneCountInString(s) }

// render writes the blocks as HTML of the allow-list; neighbours of one list share it.
func render(blocks []block) string {
	var b strings.Builder
	open := ""
	for _, k := range blocks {
		list := k.tag == "ul" || k.tag == "ol"
		if open != "" && open != k.tag {
			b.WriteString("</" + open + ">")
			open = ""
		}
		switch {
		case k.tag == "table":
			b.WriteString(k.html)
		case list && open == "":
			b.WriteString("<" + k.tag + "><li>" + k.html + "</li>")
			open = k.tag
		case list:
			b.WriteString("<li>" + k.html + "</li>")
		default:
			b.WriteString("<" + k.tag + ">" + k.html + "</" + k.tag + ">")
		}
	}
	if open != "" {
		b.WriteString("</" + open + ">")
	}
	return b.String()
}
