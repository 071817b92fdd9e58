// Counting the facets of a list of the embedded index.

package search

import "strconv"

// facets counts the hits of a first page's list, the newest CountLimit.
func (s *search) facets() ([]Facet, error) {
	if len(s.q.Facets) == 0 || s.q.After != "" {
		return nil, nil
	}
	t, seen, err := s.tallied()
	if err != nil {
		return nil, err
	}
	for _, c := range s.numbers {
		var terms string
		if seen[c.slot] {
			continue
		}
		if err := s.tx.QueryRowContext(s.ctx, "SELECT coalesce((SELECT terms FROM terms WHERE slot = ?), '')", c.slot).Scan(&terms); err != nil {
			return nil, err
		}
		t.add(terms, c.slot)
	}
	return t.facets(s.hitsAt)
}

func (s *search) tallied() (*tally, map[int64]bool, error) {
	rows, args := " FROM grams CROSS JOIN terms t ON t.slot = grams.rowid WHERE grams MATCH ?", []any{s.all(term.plain)}
	if s.q.From != 0 || s.q.To != 0 {
		rows = " FROM grams CROSS JOIN docs d ON d.slot = grams.rowid JOIN terms t ON t.slot = d.slot WHERE grams MATCH ? AND grams.rowid BETWEEN ? AND ? AND d.published BETWEEN ? AND ?"
		args = append(args, s.low, s.top, s.from, s.to)
	}
	found, err := s.tx.QueryContext(s.ctx, "SELECT t.slot, t.terms"+rows+" ORDER BY grams.rowid DESC LIMIT "+strconv.Itoa(CountLimit), args...) //nolint:gosec // of our own parts
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = found.Close() }()
	t, numbers := newTally(s.q.Facets), map[int64]bool{}
	for _, c := range s.numbers {
		numbers[c.slot] = false
	}
	for found.Next() {
		var slot int64
		var terms string
		if err := found.Scan(&slot, &terms); err != nil {
			return nil, nil, err
		}
		t.add(terms, slot)
		if _, one := numbers[slot]; one {
			numbers[slot] = true
		}
	}
	return t, numbers, found.Err()
}

// hitsAt are the documents at slots.
func (s *search) hitsAt(slots []int64) (map[int64]Hit, error) {
	found := make([]candidate, len(slots))
	for i, slot := range slots {
		found[i].slot = slot
	}
	hits, err := s.hits(found)
	out := make(map[int64]Hit, len(hits))
	for i, h := range hits {
		out[slots[i]] = h
	}
	return out, err
}
