// Searching the embedded index: the best hits, or the newest, a page at a time.

package search

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bestHits bounds each kind of hit that is looked for beyond the newest ones
// when a list is too long to be ranked whole.
const bestHits = 200

// Search implements Index.
func (l *Local) Search(ctx context.Context, q Query) (Result, error) {
	words := terms(q.Text)
	if err := q.check(len(words)); err != nil {
		return Result{}, err
	}
	s := &search{ctx: ctx, q: q, words: words, synonyms: l.synonyms, filters: q.filters(), at: position{Day: l.now().Unix() / 86400}}
	if q.After != "" {
		var err error
		if s.at, err = openCursor(l.key, q); err != nil {
			return Result{}, err
		}
	}
	var r Result
	err := l.view(ctx, func(tx *sql.Tx) error {
		s.tx = tx
		var err error
		r, err = s.run(l.key)
		return err
	})
	return r, err
}

// search is one search on one state of the index.
type search struct {
	ctx      context.Context
	tx       *sql.Tx
	q        Query
	words    []term
	synonyms synonyms
	filters  []string
	numbers  []candidate // found by their number, whatever their words
	at       position    // the last hit before this page, or only the day
	spill    int64
	low, top int64 // slots that the dates allow
	from, to int64
}

// candidate is a document that is found and may be shown.
type candidate struct {
	slot, published int64
	rank            string
	score           float64
}

func (s *search) run(key []byte) (Result, error) {
	if err := s.bounds(); err != nil {
		return Result{}, err
	}
	instead, err := instead(s.words, s.q.Text, s.stands)
	if err != nil {
		return Result{}, err
	}
	if instead != nil {
		s.words = instead
	}
	list := s.newest
	if s.q.Sort == SortRelevance {
		list = s.best
	}
	found, err := list()
	if err != nil {
		return Result{}, err
	}
	r := Result{Total: int(s.at.Total), More: s.at.More, Words: s.synonyms.typed(s.words), Instead: instead != nil}
	if len(found) > s.q.Limit {
		found = found[:s.q.Limit]
		last := found[len(found)-1]
		s.at.Score, s.at.Published, s.at.Slot = last.score, last.published, last.slot
		r.Next = s.at.seal(key, s.q)
	}
	if r.Hits, err = s.hits(found); err != nil {
		return r, err
	}
	r.Facets, err = s.facets()
	return r, err
}

// stands tells whether some page that the filters allow holds all the words.
func (s *search) stands(words []term) (bool, error) {
	probe := *s
	probe.words = words
	found, err := probe.collect(probe.all(term.plain), 1)
	return len(found) > 0, err
}

func (s *search) bounds() error {
	if err := s.tx.QueryRowContext(s.ctx, "SELECT value FROM meta WHERE name = 'spill'").Scan(&s.spill); err != nil {
		return err
	}
	s.low, s.top, s.from, s.to = 0, math.MaxInt64, math.MinInt64, math.MaxInt64
	if s.q.From != 0 {
		s.from, s.low = s.q.From, slotOf(s.q.From)
	}
	if s.q.To != 0 {
		s.to, s.top = s.q.To, slotOf(s.q.To)+s.spill
	}
	return nil
}

// all is the expression for every hit; form says how each word must occur.
func (s *search) all(form func(term) string) string {
	var parts []string
	for _, w := range s.words {
		parts = append(parts, s.synonyms.or(w, form))
	}
	return and(append(parts, s.filters...)...)
}

// best are the hits by score, those of the pages before left out.
func (s *search) best() ([]candidate, error) {
	found, err := s.rankable()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, byScore)
	found = found[:min(len(found), RankedHits)]
	if s.q.After != "" {
		last := candidate{score: s.at.Score, slot: s.at.Slot}
		found = slices.DeleteFunc(found, func(c candidate) bool { return byScore(c, last) <= 0 })
	}
	return found, nil
}

func byScore(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.slot, a.slot))
}

// rankable are all hits of a list that is short enough; of a longer one the
// newest, and the newest of those that have the words in their title or often.
func (s *search) rankable() ([]candidate, error) {
	found, err := s.collect(s.all(term.plain), RankedHits+1)
	if err != nil {
		return nil, err
	}
	long := len(found) > RankedHits
	if long {
		for _, form := range []func(term) string{term.head, term.top} {
			more, err := s.collect(s.all(form), bestHits)
			if err != nil {
				return nil, err
			}
			found = append(found, more...)
		}
	}
	exact, err := s.exact()
	if err != nil {
		return nil, err
	}
	s.numbers = exact
	found = s.scored(found, exact)
	return found, s.total(long, len(found))
}

// scored ranks the candidates, each once, the exact numbers on top.
func (s *search) scored(found, exact []candidate) []candidate {
	ns, seen := needles(s.words), make(map[int64]bool, len(found))
	out := make([]candidate, 0, len(found))
	for _, c := range append(exact, found...) {
		if seen[c.slot] {
			continue
		}
		seen[c.slot] = true
		age := float64(s.at.Day) - float64(c.published)/float64(24*time.Hour/time.Millisecond)
		c.score += score(ns, unpackFeatures(c.rank), age)
		out = append(out, c)
	}
	return out
}

const hitRows = ` FROM grams CROSS JOIN docs d ON d.slot = grams.rowid
	WHERE grams MATCH ? AND grams.rowid BETWEEN ? AND ? AND d.published BETWEEN ? AND ?`

func (s *search) collect(expression string, limit int) ([]candidate, error) {
	rows, err := s.tx.QueryContext(s.ctx, "SELECT d.slot, d.published, d.rank"+hitRows+" ORDER BY grams.rowid DESC LIMIT +?",
		expression, s.low, s.top, s.from, s.to, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []candidate
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.slot, &c.published, &c.rank); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// exact looks the whole text up as a 文号 or 索引号, within the filters.
func (s *search) exact() ([]candidate, error) {
	key := lookupKey(s.q.Text)
	if key == "" {
		return nil, nil
	}
	rows, err := s.tx.QueryContext(s.ctx, `SELECT slot, published, rank, tail != ?1 OR doc_no = ?1 FROM docs
		WHERE doc_no != '' AND doc_no = ?1 OR tail != '' AND tail = ?1 OR index_no != '' AND index_no = ?1
		ORDER BY slot DESC LIMIT +?2`, key, bestHits)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []candidate
	for rows.Next() {
		var c candidate
		var whole bool
		if err := rows.Scan(&c.slot, &c.published, &c.rank, &whole); err != nil {
			return nil, err
		}
		if c.score = exactTail; whole {
			c.score = exactNumber
		}
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return s.filtered(out)
}

func (s *search) filtered(found []candidate) ([]candidate, error) {
	var out []candidate
	for _, c := range found {
		var n int
		err := s.tx.QueryRowContext(s.ctx, "SELECT count(*)"+hitRows,
			and(s.filters...), c.slot, c.slot, s.from, s.to).Scan(&n)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, c)
		}
	}
	return out, nil
}

// total counts the hits of a first page; later pages carry the number along.
func (s *search) total(long bool, found int) error {
	switch {
	case s.q.After != "":
		return nil
	case !long:
		s.at.Total = int64(found)
		return nil
	}
	expression := s.all(term.plain)
	rows, args := " FROM grams WHERE grams MATCH ?", []any{expression}
	if s.q.From != 0 || s.q.To != 0 {
		rows, args = hitRows, []any{expression, s.low, s.top, s.from, s.to}
	}
	err := s.tx.QueryRowContext(s.ctx, "SELECT count(*) FROM (SELECT 1"+rows+" LIMIT "+strconv.Itoa(CountLimit+1)+")", args...).Scan(&s.at.Total)
	s.at.More = s.at.Total > CountLimit
	s.at.Total = min(s.at.Total, CountLimit)
	return err
}

// newest are the hits by date. Slots come nearly in that order: a document may
// lie behind its own slot, never before it, so those whose own slot has been
// passed can have no newer one after them.
func (s *search) newest() ([]candidate, error) {
	if s.q.After != "" {
		s.top = min(s.top, slotOf(s.at.Published)+s.spill)
	}
	rows, err := s.tx.QueryContext(s.ctx, "SELECT d.slot, d.published"+hitRows+" ORDER BY grams.rowid DESC",
		s.all(term.plain), s.low, s.top, s.from, s.to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found, err := s.walk(rows)
	if err != nil {
		return nil, err
	}
	_ = rows.Close() // the connection is needed for the count
	slices.SortFunc(found, byDate)
	return found, s.total(true, 0)
}

func (s *search) walk(rows *sql.Rows) ([]candidate, error) {
	var found []candidate
	last := candidate{published: s.at.Published, slot: s.at.Slot}
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.slot, &c.published); err != nil {
			return nil, err
		}
		if s.q.After != "" && byDate(c, last) <= 0 {
			continue
		}
		found = append(found, c)
		if n := len(found) - s.q.Limit; n > 0 && n%32 == 1 && settled(found, c.slot) > s.q.Limit {
			break
		}
	}
	return found, rows.Err()
}

// settled counts the documents that nothing before slot can come ahead of.
func settled(found []candidate, slot int64) int {
	n := 0
	for _, c := range found {
		if slotOf(c.published) >= slot {
			n++
		}
	}
	return n
}

func byDate(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.published, a.published), cmp.Compare(b.slot, a.slot))
}

// hits reads what is shown of each found document, in the same order.
func (s *search) hits(found []candidate) ([]Hit, error) {
	at := make(map[int64]int, len(found))
	slots := make([]string, len(found))
	for i, c := range found {
		at[c.slot], slots[i] = i, strconv.FormatInt(c.slot, 10)
	}
	rows, err := s.tx.QueryContext(s.ctx, "SELECT slot, id, item, site, epoch, seq FROM docs WHERE slot IN ("+strings.Join(slots, ",")+")") //nolint:gosec // slots are numbers of our own
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make([]Hit, len(found))
	for rows.Next() {
		var slot int64
		var h Hit
		if err := rows.Scan(&slot, &h.ID, &h.Item, &h.Site, &h.Epoch, &h.Seq); err != nil {
			return nil, err
		}
		h.Score = found[at[slot]].score
		out[at[slot]] = h
	}
	return out, rows.Err()
}
