// The arrangements that come with the program.

package calendar

import (
	"embed"
	"slices"
	"sync"
)

//go:embed years/*.json
var files embed.FS

// Builtin are the years that come with the program, ascending: written after the
// notices that each names as its paper.
func Builtin() []Year { return slices.Clone(builtin()) }

var builtin = sync.OnceValue(func() (years []Year) {
	entries, err := files.ReadDir("years")
	for _, e := range entries {
		var file []byte
		var y Year
		if file, err = files.ReadFile("years/" + e.Name()); err == nil {
			y, _, err = Parse(file)
		}
		if err != nil {
			break
		}
		years = append(years, y)
	}
	if err != nil {
		panic("calendar: an embedded year: " + err.Error()) // ours, and found by the tests
	}
	return years
})
