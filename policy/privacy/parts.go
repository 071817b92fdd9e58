// Parts: texts that are judged as one, such as an item with its files.

package privacy

import "time"

// Part is one text of several that belong together.
type Part struct {
	Text    string
	Format  Format
	Context string // the header or label that governs it
}

// ScanParts scans each part, and then each for what another part proves: a
// value that is certain there, a number of which another part shows the mask.
func ScanParts(parts []Part, opt Options) [][]Finding {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	opt = opt.Prepared()
	scans := make([]*scanner, len(parts))
	for i, p := range parts {
		o := opt
		o.Context = p.Context
		scans[i] = newScanner(p.Text, p.Format, o)
		scans[i].look()
	}
	halfMasked(scans)
	known := opt.index
	if more := proven(scans, opt.Known); len(more) > len(opt.Known) {
		known = newIndex(more)
	}
	all := make([][]Finding, len(parts))
	for i, s := range scans {
		s.copies(known)
		all[i] = s.findings()
	}
	return all
}

// proven adds to what is known what the scans are certain of.
func proven(scans []*scanner, known []Value) []Value {
	seen := map[Value]bool{}
	for _, v := range known {
		seen[v] = true
	}
	known = known[:len(known):len(known)]
	for _, s := range scans {
		for _, h := range s.hits {
			if v := (Value{h.kind.Name, h.folded}); h.level == Certain && copied[v.Kind] && !seen[v] {
				seen[v] = true
				known = append(known, v)
			}
		}
	}
	return known
}
