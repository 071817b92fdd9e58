// Shared strings: texts that cells point to by number. Strings of no cell are a hiding place.

package files

import "fmt"

// sharedStrings is the part that holds them.
type sharedStrings struct {
	part  int // its member; meaningful if text is not empty
	text  string
	texts []string
	at    [][2]int32 // each string's element
	rich  []bool     // has runs or readings
	used  []bool
	bare  map[int]bool // whose readings go
}

func (ss *sharedStrings) read(part int, text string, l Limits) error {
	ss.part, ss.text = part, text
	x := xmlScan{text: text}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.name != "si" || t.kind != opening && t.kind != empty {
			continue
		}
		if len(ss.texts) >= l.Cells {
			return tooMuch("cells", fmt.Sprint(l.Cells))
		}
		rich := false
		said := x.inner(t, func(name string) bool {
			rich = rich || name == "r" || name == "rPh"
			return isPhonetic(name)
		})
		if t.kind == opening {
			t.to = x.at
		}
		ss.texts = append(ss.texts, said)
		ss.at = append(ss.at, [2]int32{int32(t.from), int32(t.to)})
		ss.rich = append(ss.rich, rich)
	}
	if !x.whole() {
		return damaged()
	}
	ss.used = make([]bool, len(ss.texts))
	return nil
}

// element is a string's XML.
func (ss *sharedStrings) element(i int) string { return ss.text[ss.at[i][0]:ss.at[i][1]] }

// phonetics are the readings above the characters of a string.
func (ss *sharedStrings) phonetics(i int) string {
	x := xmlScan{text: ss.element(i)}
	text := ""
	for t := x.next(); t.kind != over; t = x.next() {
		if isPhonetic(t.name) && t.kind == opening {
			text += x.inner(t, nil)
		}
	}
	return text
}
