// What was found in a workbook is reported place by place, and changed as decided.

package files

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/policy/privacy"
)

// cellChange is what becomes of a cell in a masked copy.
type cellChange struct {
	text    string
	written bool   // text is new
	without string // else the element that goes: the formula f, or its result v
}

func (b *book) settleAll() error {
	for _, ws := range b.sheets {
		if err := b.settleSheet(ws); err != nil {
			return err
		}
	}
	if err := b.settleStrings(); err != nil {
		return err
	}
	seen, n := settled{}, 0
	for _, r := range b.readers {
		for _, st := range r.strands {
			for _, f := range b.foundInParts[n] {
				if err := b.settlePart(seen, r, st, f); err != nil {
					return err
				}
			}
			n++
		}
	}
	for _, m := range b.misshapen {
		b.data[m.part] = []byte(b.text(m.where, "", string(b.data[m.part]), privacy.HTML))
	}
	return b.full()
}

// settlePart settles one finding outside cells. Where formulas refer, an
// asterisk would multiply and no sheet may be called so: a wide one stands for it.
func (b *book) settlePart(seen settled, r *partReader, st *strand, f privacy.Finding) error {
	n := r.formulas[st]
	if n == nil || b.decide == nil {
		return b.settleStrand(seen, st, f, st.markAt(f.Start))
	}
	decide := b.decide
	defer func() { b.decide = decide }()
	b.decide = func(f Finding) (string, bool) {
		as, change := decide(f)
		return strings.ReplaceAll(as, "*", "＊"), change
	}
	return b.settleStrand(seen, st, f, st.markAt(f.Start))
}

// settleSheet goes through the findings of a sheet cell by cell.
func (b *book) settleSheet(ws *worksheet) error {
	ws.changes = map[int]cellChange{}
	byCell := map[int][]privacy.Finding{}
	for _, f := range ws.found {
		if i := int(ws.compact.cells[f.Row][f.Col]) - 1; i >= 0 {
			byCell[i] = append(byCell[i], f.Finding)
		}
	}
	for _, i := range ws.loose {
		byCell[i] = append(byCell[i], privacy.Scan(ws.sheet.cells[i].text, privacy.Plain, b.opt.Options)...)
	}
	for i := range ws.sheet.cells {
		c := &ws.sheet.cells[i]
		fs := byCell[i]
		if len(fs) == 0 && c.inexact {
			fs = inexactIDs(c.text, b.opt.Options)
		}
		if len(fs) == 0 && c.formula == "" {
			continue
		}
		if err := b.settleCell(ws, i, fs); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) settleCell(ws *worksheet, i int, fs []privacy.Finding) error {
	c := &ws.sheet.cells[i]
	place := cellName(c.row, c.col)
	hidden := ws.hidden
	if hidden == "" && len(fs) > 0 {
		hidden = ws.hides(c, b.looks)
	}
	if masked := b.settle(c.text, b.found(ws.label+"!"+place, hidden, fs)); masked != c.text {
		ws.changes[i] = cellChange{text: masked, written: true}
	}
	if c.formula != "" {
		if b.text(ws.label+".formula!"+place, formulaText, c.formula, privacy.Plain) != c.formula {
			if _, done := ws.changes[i]; !done {
				ws.changes[i] = cellChange{without: "f"}
			}
		}
	}
	return b.full()
}

// inexactIDs finds identity numbers that a spreadsheet has rounded to 15
// digits. The check digit is gone; region and birth date are not, and a number
// of 18 digits that has both by chance is rare.
func inexactIDs(text string, opt privacy.Options) []privacy.Finding {
	if len(text) != 18 || !provinces[text[:2]] || !isDay(text[6:14]) {
		return nil
	}
	opt.Context = "身份证号"
	fs := privacy.Scan(text, privacy.Plain, opt)
	fs = slices.DeleteFunc(fs, func(f privacy.Finding) bool { return f.Kind != "id_card" })
	for i := range fs {
		fs[i].Level = privacy.Likely
		fs[i].Evidence = []string{"number:15 digits", "shape:18"}
	}
	return fs
}

// provinces are the first two digits of identity numbers.
var provinces = setOf("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83")

// isDay: 19850312 is the day of a birth.
func isDay(digits string) bool {
	year, month, day := number(digits[:4]), number(digits[4:6]), number(digits[6:])
	return year >= 1900 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31
}

// settleStrings looks at shared strings that no cell shows, and at readings
// above the characters of those that are shown.
func (b *book) settleStrings() error {
	ss := &b.strings
	ss.bare = map[int]bool{}
	for i := range ss.texts {
		if !ss.used[i] {
			b.text(fmt.Sprintf("string[%d]", i), unusedString, ss.texts[i], privacy.Plain)
		}
		if !ss.rich[i] {
			continue
		}
		reading := ss.phonetics(i)
		if b.text(fmt.Sprintf("string[%d].phonetic", i), phoneticText, reading, privacy.Plain) != reading {
			ss.bare[i] = true
		}
		if err := b.full(); err != nil {
			return err
		}
	}
	return nil
}
