// Parts: texts that are judged as one, such as an item with its files.

package privacy

// Part is one text of several that belong together.
type Part struct {
	Text    string
	Format  Format
	Context string // the header or label that governs it
}

// Value is something that was proven to be personal elsewhere.
type Value struct {
	Kind   string
	Folded string
}

// ScanParts scans each part, and then each for the values that another part
// has proven.
func ScanParts(parts []Part, opt Options) [][]Finding {
	all := make([][]Finding, len(parts))
	for i, p := range parts {
		o := opt
		o.Context = p.Context
		all[i] = Scan(p.Text, p.Format, o)
	}
	return all
}
