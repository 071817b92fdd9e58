// The list that comes with the program.

package lexicon

import (
	_ "embed"
	"fmt"
	"sync"
)

//go:embed builtin.csv
var builtinCSV []byte

// BuiltinName is the name of the list that comes with the program, and
// BuiltinVersion its edition.
const (
	BuiltinName    = "builtin"
	BuiltinVersion = "2026.11-1"
)

var builtin = sync.OnceValue(func() *Lexicon { return New(BuiltinList()) })

// Builtin is a lexicon of the list that comes with the program.
func Builtin() *Lexicon { return builtin() }

// BuiltinList is the list that comes with the program. It holds no leaders:
// each office loads its own.
func BuiltinList() List {
	terms, bad := Reread(builtinCSV)
	if len(bad) > 0 {
		panic(fmt.Sprintf("lexicon: the embedded list has a problem: %+v", bad[0])) // ours: a test reads it, samples and all
	}
	return List{BuiltinName, BuiltinVersion, terms}
}
