// How long a search takes does not grow with the trail.

package audit

import (
	"fmt"
	"os"
	"testing"
)

// BenchmarkFind searches a trail of 20,000 entries, with GONGKAI_LONG of two
// millions: 500 people in 40 units over as many objects as an eighth of them.
func BenchmarkFind(b *testing.B) {
	n := 20_000
	if os.Getenv("GONGKAI_LONG") != "" {
		n = 2_000_000
	}
	d := open(b)
	for at := 0; at < n; {
		var chunk []Entry
		for ; at < n && len(chunk) < chunkEntries; at++ {
			chunk = append(chunk, Entry{Actor: fmt.Sprintf("person-%d", at%500), ActorName: "李一审", Act: []string{"item.pass", "item.save", "item.submit", "item.release"}[at/500%4],
				Object: fmt.Sprintf("item/%d", at%(n/8)), Unit: fmt.Sprintf("unit-%d", at%40), Detail: map[string]string{"from": "stage", "to": "stage"}})
		}
		ok(b, d.Append(b.Context(), chunk...))
	}
	now := d.now.UnixMilli()
	for name, f := range map[string]Filter{
		"all":           {},
		"object":        {Object: "item/77"},
		"person":        {Actor: "person-77"},
		"unit":          {Unit: "unit-7"},
		"act":           {Act: "item.release"},
		"time":          {From: now - 1000, To: now},
		"unit and act":  {Unit: "unit-7", Act: "item.release"},
		"person, never": {Actor: "person-77", Act: "audit.prune"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Find(b.Context(), f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
