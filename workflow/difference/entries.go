// Lists of things: files, choices, placements.

package difference

import "slices"

// Thing is one thing of a list. Keys say what it is, the surest first: two
// things with a key in common are the same thing.
type Thing struct {
	What       string
	Keys       []string
	Attributes []Attribute // Now is its value
}

// Entries compares two lists. Things that changed their order alone moved.
func Entries(was, now []Thing) []Entry {
	of := partners(was, now)
	kept := map[int]bool{}
	var ps []pair
	for j, i := range of {
		if i >= 0 {
			ps = append(ps, pair{j, i})
		}
	}
	for _, p := range rising(ps) {
		kept[p.a] = true
	}
	var out []Entry
	used := map[int]bool{}
	for j, i := range of {
		used[i] = true
		switch changed := i >= 0 && len(differing(was[i], now[j])) > 0; {
		case i < 0:
			out = append(out, Entry{Insert, now[j].What, now[j].Attributes})
		case changed:
			out = append(out, Entry{Change, now[j].What, differing(was[i], now[j])})
		case !kept[j]:
			out = append(out, Entry{Move, now[j].What, nil})
		}
	}
	for i, t := range was {
		if !used[i] {
			out = append(out, Entry{Delete, t.What, turned(t.Attributes)})
		}
	}
	return out
}

// partners says for each thing of now which of was it is, -1 for none.
func partners(was, now []Thing) []int {
	out := make([]int, len(now))
	for j := range out {
		out[j] = -1
	}
	taken := map[int]bool{}
	for key := 0; ; key++ {
		at, more := map[string][]int{}, false
		for i, t := range was {
			if key < len(t.Keys) && !taken[i] {
				at[t.Keys[key]] = append(at[t.Keys[key]], i)
			}
		}
		for j, t := range now {
			if key >= len(t.Keys) {
				continue
			}
			more = true
			if free := at[t.Keys[key]]; out[j] < 0 && len(free) > 0 {
				out[j], at[t.Keys[key]], taken[free[0]] = free[0], free[1:], true
			}
		}
		if !more {
			return out
		}
	}
}

// differing are the attributes that changed; both have the same, in one order.
func differing(was, now Thing) []Attribute {
	var out []Attribute
	for i, a := range now.Attributes {
		if before := was.Attributes[i].Now; before != a.Now {
			out = append(out, Attribute{a.Name, before, a.Now})
		}
	}
	return out
}

// turned says of attributes what they were.
func turned(list []Attribute) []Attribute {
	out := make([]Attribute, len(list))
	for i, a := range list {
		out[i] = Attribute{Name: a.Name, Was: a.Now}
	}
	return out
}

// Replaced is a value without parts that became another one.
func Replaced(was, now string) []Hunk { return append(only(Delete, was), only(Insert, now)...) }

// Unchanged tells whether nothing that is read differs.
func Unchanged(blocks []Block) bool {
	return !slices.ContainsFunc(blocks, func(b Block) bool { return b.Op != Equal })
}
