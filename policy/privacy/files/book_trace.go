// What follows from a change: formulas that shared another's, results that repeat digits.

package files

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// followUp finds the cells that would tell what other cells no longer say.
func (b *book) followUp() {
	for _, r := range b.readers {
		for _, n := range r.formulas {
			n.quote()
		}
	}
	for _, ws := range b.sheets {
		ws.dropGroups()
	}
	for _, ws := range b.sheets {
		for i := range ws.sheet.cells {
			c := &ws.sheet.cells[i]
			if _, done := ws.changes[i]; !done && c.formula != "" && b.repeats(c.text) {
				ws.changes[i] = cellChange{without: "v"} // calculated anew when the copy is opened
			}
		}
	}
}

// dropGroups makes values of the cells whose shared formula stood in a cell
// that has none any more.
func (ws *worksheet) dropGroups() {
	gone := map[int32]bool{}
	for i := range ws.changes {
		if c := &ws.sheet.cells[i]; c.leads {
			gone[c.group] = true
		}
	}
	if len(gone) == 0 {
		return
	}
	for i := range ws.sheet.cells {
		if _, done := ws.changes[i]; !done && gone[ws.sheet.cells[i].group] {
			ws.changes[i] = cellChange{without: "f"}
		}
	}
}

// chunk is how many digits of a masked value give it away.
const chunk = 6

// conceal remembers the chunks of a value that is masked.
func (b *book) conceal(folded string) {
	for i := 0; i+chunk <= len(folded); i++ {
		if part := folded[i : i+chunk]; strings.Trim(part, "0123456789") == "" {
			b.concealed[part] = true
		}
	}
}

// repeats tells whether a formula's result has digits of a masked value.
func (b *book) repeats(text string) bool {
	for i := 0; i+chunk <= len(text); i++ {
		if b.concealed[text[i:i+chunk]] {
			return true
		}
	}
	return false
}

// quote keeps a formula what it is: where characters outside quotes were masked, all
// of it becomes a text in quotes.
func (n *node) quote() {
	if n.out == nil {
		return
	}
	quote := ""
	for i, was := range characters(n.text) {
		switch {
		case quote == "" && (was == `"` || was == "'"):
			quote = was
		case quote == was:
			quote = ""
		case quote == "" && n.out[i] != was:
			n.out = []string{`"` + strings.ReplaceAll(strings.Join(n.out, ""), `"`, `""`) + `"`}
			return
		}
	}
}

var (
	cachedValue = regexp.MustCompile(`<((?:\w+:)?)[nd](\s[^>]*?\bv="([^"]*)")`)
	sharedItems = regexp.MustCompile(`(?s)<((?:\w+:)?)sharedItems\b([^>]*?)(/?)>(.*?)(</(?:\w+:)?sharedItems>|<(?:\w+:)?cacheField\b|$)`)
	extremes    = regexp.MustCompile(`\s(minValue|maxValue|minDate|maxDate)="[^"]*"`)
	itemTypes   = regexp.MustCompile(`\scontains\w+="[^"]*"`)
	pivotRoot   = regexp.MustCompile(`<((?:\w+:)?)pivotCacheDefinition\b`)
	refresh     = regexp.MustCompile(`\srefreshOnLoad="[^"]*"`)
)

// asStrings turns cached numbers and days that are masked into strings, and
// has the pivot made anew when the copy is opened.
func asStrings(data []byte) []byte {
	data = cachedValue.ReplaceAllFunc(data, func(tag []byte) []byte {
		m := cachedValue.FindSubmatch(tag)
		if plain(string(m[3])) {
			return tag
		}
		return append([]byte("<"+string(m[1])+"s"), m[2]...)
	})
	data = refresh.ReplaceAll(data, nil)
	data = pivotRoot.ReplaceAll(data, []byte(`<${1}pivotCacheDefinition refreshOnLoad="1"`))
	return sharedItems.ReplaceAllFunc(data, describeItems)
}

// plain: a number or a day, as the cache has them.
func plain(v string) bool {
	_, err := strconv.ParseFloat(v, 64)
	return err == nil || strings.Trim(v, "0123456789-:TZ.") == ""
}

// describeItems takes back what the cache says of its items: least and
// greatest, and that there are no texts.
func describeItems(element []byte) []byte {
	m := sharedItems.FindSubmatch(element)
	attrs := extremes.ReplaceAll(m[2], nil)
	if bytes.Contains(m[4], []byte("<"+string(m[1])+"s ")) && !bytes.Contains(attrs, []byte(`containsMixedTypes="1"`)) {
		numbers := bytes.Contains(m[4], []byte("<"+string(m[1])+"n "))
		if attrs = itemTypes.ReplaceAll(attrs, nil); numbers {
			attrs = append(attrs, ` containsMixedTypes="1" containsNumber="1"`...)
		}
	}
	out := append([]byte("<"+string(m[1])+"sharedItems"), attrs...)
	out = append(append(out, m[3]...), '>')
	return append(append(out, m[4]...), m[5]...)
}
