// The allow-list of rich text.

package content

import (
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// richText is the stated allow-list: structure, emphasis, lists, tables, links
// and pictures; no style, script, comment, form, frame or data attribute.
var richText = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "strong", "b", "em", "i", "u", "s", "sub", "sup",
		"ul", "ol", "li", "blockquote", "pre", "code", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
		"colgroup", "col", "figure", "figcaption", "img", "a", "div", "span")
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[1-9]\d{0,2}$`)).OnElements("td", "th")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^(row|col)$`)).OnElements("th")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|center|right|justify)$`)).OnElements("p", "td", "th", "h2", "h3", "h4", "h5", "div")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("title").OnElements("a", "img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(bluemonday.Integer).OnElements("img")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src").Matching(ownPicture).OnElements("img")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
})

// ownPicture is a picture of our own: a path without scheme and host. A page
// that loads one from elsewhere tells that place who reads it, and shows what
// nobody signed.
var ownPicture = regexp.MustCompile(`^/?[A-Za-z0-9._~%-]+(/[A-Za-z0-9._~%-]+)*(\?[A-Za-z0-9._~%&=-]*)?$`)

// Sanitise keeps of pasted HTML what the allow-list names. It is no redaction:
// the privacy scan runs on its result.
func Sanitise(html string) string { return richText().Sanitize(html) }
