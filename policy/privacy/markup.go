// Tags: where they end, which of them part numbers, and what else they carry.

package privacy

import "strings"

// piece is a part of the source that is read by itself: the document's text,
// one attribute, one comment, one script.
type piece struct {
	start, end int
	mode       mode
	label      string // the attribute's name
}

// inline are the tags that leave a number in one piece; all others part it.
var inline = setOf("a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark meter nobr output q rb ruby s samp small span strike strong sub sup time tt u var wbr")

// opaque are the elements whose content is not markup, and how it is read.
var opaque = map[string]mode{"script": raw, "style": raw, "textarea": entities, "title": entities}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// tag reads what begins with a "<", if it is markup at all.
func (l *lexer) tag() (atom, bool) {
	rest := l.src[l.at:l.end]
	if len(rest) < 2 {
		return atom{}, false
	}
	switch c := rest[1]; {
	case (c == '!' || c == '?') && l.label != "comment": // comments do not nest
		return l.comment(rest), true
	case c == '/' && len(rest) > 2 && isLetter(rest[2]):
		return l.element(rest, 2)
	case isLetter(c):
		return l.element(rest, 1)
	}
	return atom{}, false
}

// comment reads <!-- … -->, and the <! … > and <? … > that browsers take for one.
func (l *lexer) comment(rest string) atom {
	open, end := 2, len(rest)
	stop := end
	if strings.HasPrefix(rest, "<!--") {
		open = 4
		if n := commentEnd(rest); n > 0 {
			stop, end = max(open, n-3), n
		}
	} else if n := strings.IndexByte(rest, '>'); n > 0 {
		stop, end = n, n+1
	}
	l.report(piece{l.at + open, l.at + stop, tags, "comment"})
	return l.close(seam, l.at+end)
}

// commentEnd knows the four ways to end a comment: "-->", "--!>", "<!-->", "<!--->".
func commentEnd(s string) int {
	if strings.HasPrefix(s, "<!-->") {
		return 5
	}
	if strings.HasPrefix(s, "<!--->") {
		return 6
	}
	n := -1
	if i := strings.Index(s[4:], "-->"); i >= 0 {
		n = 4 + i + 3
	}
	limit := len(s)
	if n > 0 {
		limit = n
	}
	if i := strings.Index(s[4:limit], "--!>"); i >= 0 {
		return 4 + i + 4
	}
	return n
}

func (l *lexer) report(p piece) {
	if l.found != nil && p.end-p.start >= shortest {
		l.found(p)
	}
}

func (l *lexer) close(c class, end int) atom {
	l.textAt(end)
	return atom{glyph: glyph{r: '<', class: c}, end: end}
}

// element reads a start or end tag and, behind <script> and its like, the
// content up to the end tag.
func (l *lexer) element(rest string, at int) (atom, bool) {
	limit := rest
	if l.mode == marks { // a stray "<" in Markdown must not swallow the text
		limit = rest[:min(len(rest), 1024)]
		if strings.IndexByte(limit, '>') < 0 {
			return atom{}, false
		}
	}
	n := at
	for n < len(limit) && !isSpace(limit[n]) && limit[n] != '/' && limit[n] != '>' {
		n++
	}
	name := strings.ToLower(limit[at:min(n, at+16)])
	if l.mode == marks && !l.plausible(limit, n, name) {
		return atom{}, false
	}
	end := l.attributes(limit, n, at == 1)
	end += l.at
	if at == 1 {
		if content, ok := opaque[name]; ok {
			stop := l.closing(name, end)
			l.report(piece{end, stop, content, ""})
			end = stop
		}
	}
	return l.close(classOf(name), end), true
}

// plausible reports that Markdown means a tag: <https://…> and a < b are none.
func (l *lexer) plausible(s string, i int, name string) bool {
	end := l.attributes(s, i, false)
	return !strings.ContainsAny(name, ":@.") && s[end-1] == '>'
}

// classOf says whether a tag parts numbers.
func classOf(name string) class {
	if inline[name] || strings.ContainsAny(name, ":-") { // Word's st1:, o:p; custom elements
		return seam
	}
	return border
}

// closing finds the end tag of an element that is not markup inside.
func (l *lexer) closing(name string, at int) int {
	for at < l.end {
		i := strings.Index(l.src[at:l.end], "</")
		if i < 0 {
			break
		}
		at += i
		if tail := l.src[at+2 : l.end]; len(tail) >= len(name) && strings.EqualFold(tail[:len(name)], name) {
			return at
		}
		at += 2
	}
	return l.end
}

// attributes walks a tag from behind its name and returns where it ends: behind
// its ">" or where the text ends.
// It follows the HTML standard's states, so that a ">" in quotes is no end.
func (l *lexer) attributes(s string, i int, report bool) (end int) {
	for {
		for i < len(s) && (isSpace(s[i]) || s[i] == '/') {
			i++
		}
		if i >= len(s) {
			return i
		}
		if s[i] == '>' {
			return i + 1
		}
		name := i
		for i++; i < len(s) && s[i] != '=' && s[i] != '>' && s[i] != '/' && !isSpace(s[i]); {
			i++
		}
		nameEnd := i
		from, to, next := attributeValue(s, i)
		i = next
		if report && l.found != nil {
			if nameEnd-name >= fewest {
				l.report(piece{l.at + name, l.at + nameEnd, raw, "name"})
			}
			if to-from >= shortest {
				l.report(piece{l.at + from, l.at + to, entities, strings.ToLower(s[name:min(nameEnd, name+64)])})
			}
		}
	}
}

// attributeValue reads = and what follows it; without one, from equals to.
func attributeValue(s string, i int) (from, to, next int) {
	j := i
	for j < len(s) && isSpace(s[j]) {
		j++
	}
	if j >= len(s) || s[j] != '=' {
		return i, i, i
	}
	for j++; j < len(s) && isSpace(s[j]); {
		j++
	}
	if j >= len(s) {
		return j, j, j
	}
	if q := s[j]; q == '"' || q == '\'' {
		n := strings.IndexByte(s[j+1:], q)
		if n < 0 {
			return j + 1, len(s), len(s)
		}
		return j + 1, j + 1 + n, j + n + 2
	}
	from = j
	for j < len(s) && s[j] != '>' && !isSpace(s[j]) {
		j++
	}
	return from, j, j
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
