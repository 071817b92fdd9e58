// Pages without traces: comments, and what names the author or the program, are left out.

package files

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// telltale are the names of meta elements that tell who made a page, and with what.
var telltale = setOf("author creator dc.creator dcterms.creator generator originator progid")

// bare is a page without its traces. All else stays, byte for byte. Bytes that
// could not be read make no copy.
func (s *pass) bare(page string) string {
	if strings.ContainsRune(page, utf8.RuneError) {
		return page
	}
	var out strings.Builder
	done, at := 0, 0
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		from := at
		at += len(z.Raw())
		if isTelltale(z.Token(), page[from:at]) {
			out.WriteString(page[done:from])
			if done = at; from > 0 && page[from-1] == '<' {
				out.WriteByte(' ') // "<" and what follows would make a tag or a comment: 1<<!-- x -->!-- y -->
			}
		}
	}
	if done == 0 {
		return page
	}
	s.traced(TraceProperties)
	return out.String() + page[done:]
}

// isTelltale tells comments and telling meta elements. What begins otherwise
// than a comment (CDATA, instructions of XML) is none.
func isTelltale(t html.Token, raw string) bool {
	if t.Type == html.CommentToken {
		return strings.HasPrefix(raw, "<!--")
	}
	if t.Type != html.StartTagToken && t.Type != html.SelfClosingTagToken || t.Data != "meta" {
		return false
	}
	for _, a := range t.Attr {
		if a.Key == "name" && telltale[strings.ToLower(a.Val)] {
			return true
		}
	}
	return false
}
