// Runs of text with emphasis and links, joined to the inside of a block.

package importer

import (
	"html"
	"net/url"
	"slices"
	"strings"
)

// run is text of one look.
type run struct {
	text       string
	strong, em bool
	href       string
}

// blockOf joins runs to a block; ok is false when there is no text in it.
func blockOf(tag string, runs []run) (b block, ok bool) {
	runs = squeeze(runs)
	var out, text strings.Builder
	for i := 0; i < len(runs); {
		j := i
		look := runs[i]
		look.text = ""
		part := ""
		for ; j < len(runs) && sameLook(runs[j], look); j++ {
			part += runs[j].text
		}
		out.WriteString(dress(part, look))
		text.WriteString(part)
		i = j
	}
	return block{tag: tag, text: text.String(), html: out.String()}, text.Len() > 0
}

func sameLook(r, look run) bool {
	r.text = ""
	return r == look
}

func dress(text string, look run) string {
	s := html.EscapeString(text)
	if look.em {
		s = "<em>" + s + "</em>"
	}
	if look.strong {
		s = "<strong>" + s + "</strong>"
	}
	if look.href != "" {
		s = `<a href="` + html.EscapeString(look.href) + `">` + s + "</a>"
	}
	return s
}

// squeeze makes white space one space, across runs, and trims the ends.
func squeeze(runs []run) []run {
	out := make([]run, 0, len(runs))
	space := true
	for _, r := range runs {
		var b strings.Builder
		for _, c := range r.text {
			gap := blank(c)
			if gap && !space {
				b.WriteByte(' ')
			} else if !gap {
				b.WriteRune(c)
			}
			space = gap
		}
		if r.text = b.String(); r.text != "" {
			out = append(out, r)
		}
	}
	for len(out) > 0 {
		last := &out[len(out)-1]
		if last.text = strings.TrimRight(last.text, " "); last.text != "" {
			break
		}
		out = out[:len(out)-1]
	}
	return out
}

var schemes = []string{"", "http", "https", "mailto"}

// link keeps addresses that are safe to follow; "" drops the link and keeps its words.
func link(raw string) string {
	u, err := url.Parse(trim(raw))
	if err != nil || !slices.Contains(schemes, strings.ToLower(u.Scheme)) || u.String() == "" || strings.HasPrefix(u.String(), "#") {
		return ""
	}
	return u.String()
}
