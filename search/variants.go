// Variants: traditional characters (繁体) fold into their simplified form (简体).

package search

import (
	"sync"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
)

const (
	firstVariant = 0x3400
	lastVariant  = 0x9fff
)

// variants holds for each character the one it folds into, by the tables of
// OpenCC. It goes character by character, so that every text keeps its length
// and places: 後 and 后 are one, whichever was meant.
var variants = sync.OnceValue(func() *[lastVariant - firstVariant + 1]rune {
	var table [lastVariant - firstVariant + 1]rune
	converter, err := opencc.New("t2s")
	for i := range table {
		r := rune(firstVariant + i)
		table[i] = r
		if err != nil {
			continue // the tables are part of the program: does not happen
		}
		if s, err := converter.Convert(string(r)); err == nil && utf8.RuneCountInString(s) == 1 {
			table[i], _ = utf8.DecodeRuneInString(s)
		}
	}
	return &table
})

func simplified(r rune) rune {
	if r < firstVariant || r > lastVariant {
		return r
	}
	return variants()[r-firstVariant]
}
