// Search: words and phrases, ranking rules, pages.

package meilitest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

const (
	maxParts   = 10   // words and phrases of a query after these are passed over
	maxTokens  = 1000 // so is everything after so many words
	worstPlace = 1 << 20
)

// part is one word or phrase of a query, with what may stand for it.
type part struct {
	words  []string
	phrase bool
	prefix bool
	others [][]string // synonyms
}

// query is a search request, read.
type query struct {
	parts, without []part
	all            bool
	sort           []string
	offset, limit  int
	page, perPage  int // perPage -1: not asked for
	retrieve       []string
	keep           predicate
}

func (c *call) search() (any, error) {
	ix, err := c.index()
	if err != nil {
		return nil, err
	}
	q, text, err := c.query(ix)
	if err != nil {
		return nil, err
	}
	found := ix.find(q)
	if c.s.queue.deaf && len(q.parts) > 0 {
		found = nil
	}
	total := min(len(found), ix.settings.maxTotal)
	answer := map[string]any{"query": text, "processingTimeMs": 0}
	from, size := q.offset, q.limit
	if q.perPage >= 0 {
		from, size = max(0, q.page-1)*q.perPage, q.perPage
		pages := 0
		if q.perPage > 0 {
			pages = (total + q.perPage - 1) / q.perPage
		}
		answer["totalHits"], answer["hitsPerPage"], answer["page"], answer["totalPages"] = total, q.perPage, q.page, pages
	} else {
		answer["offset"], answer["limit"], answer["estimatedTotalHits"] = q.offset, q.limit, len(found)
	}
	hits := []any{}
	for _, d := range found[min(from, total):min(from+size, total)] {
		hits = append(hits, d.view(q.retrieve, ix.settings.displayed))
	}
	answer["hits"] = hits
	return answer, nil
}

func (c *call) query(ix *index) (*query, string, error) {
	fields, err := c.fields("q", "offset", "limit", "page", "hitsPerPage", "attributesToRetrieve", "filter", "sort", "matchingStrategy",
		"hybrid", "vector", "facets", "locales", "distinct", "showRankingScore")
	if err != nil {
		return nil, "", err
	}
	q := &query{limit: 20, page: 1, perPage: -1}
	var text, strategy string
	var page *int
	for name, want := range map[string]struct {
		code string
		into any
	}{
		"q": {"q", &text}, "offset": {"offset", &q.offset}, "limit": {"limit", &q.limit}, "page": {"page", &page},
		"hitsPerPage": {"hits_per_page", &q.perPage}, "attributesToRetrieve": {"attributes_to_retrieve", &q.retrieve},
		"sort": {"sort", &q.sort}, "matchingStrategy": {"matching_strategy", &strategy},
	} {
		if err := field(fields, name, "invalid_search_"+want.code, want.into); err != nil {
			return nil, "", err
		}
	}
	if page != nil {
		q.page = *page
		if q.perPage < 0 {
			q.perPage = 20
		}
	}
	if strategy != "" && strategy != "last" && strategy != "all" {
		return nil, "", refuse(http.StatusBadRequest, "invalid_search_matching_strategy", "Unknown value at `.matchingStrategy`")
	}
	q.all = strategy == "all"
	if q.keep, err = ix.filter(fields["filter"], "invalid_search_filter"); err != nil {
		return nil, "", err
	}
	q.read(text, ix)
	return q, text, ix.checkSort(q.sort)
}

func (ix *index) checkSort(sort []string) error {
	for _, s := range sort {
		name, order, _ := strings.Cut(s, ":")
		switch {
		case order != "asc" && order != "desc":
			return refuse(http.StatusBadRequest, "invalid_search_sort", "Invalid syntax for the sort parameter: expected expression ending by `:asc` or `:desc`")
		case !slices.Contains(ix.settings.sortable, name):
			return refuse(http.StatusBadRequest, "invalid_search_sort", "Attribute `"+name+"` is not sortable.")
		case !slices.Contains(ix.settings.ranking, "sort"):
			return refuse(http.StatusBadRequest, "invalid_search_sort", "You must specify where `sort` is listed in the rankingRules setting")
		}
	}
	return nil
}

// read takes a query apart into words and, between quotes, phrases.
func (q *query) read(text string, ix *index) {
	var phrase *part
	var negative bool
	end := func() {
		if phrase != nil && len(phrase.words) > 0 {
			q.take(*phrase, negative)
		}
		phrase = nil
	}
	all := tokens(text)
	for i, t := range all[:min(len(all), maxTokens)] {
		for range t.quote {
			if phrase != nil {
				end()
			} else {
				phrase, negative = &part{phrase: true}, t.minus
			}
		}
		switch {
		case t.word == "":
		case phrase != nil && t.distance > 1 && len(phrase.words) > 0:
			end()
			phrase = &part{phrase: true, words: []string{t.word}}
		case phrase != nil:
			phrase.words = append(phrase.words, t.word)
		default:
			q.take(part{words: []string{t.word}, prefix: ix.settings.prefixes && i == len(all)-1, others: ix.synonymsOf(t.word)}, t.minus)
		}
	}
	end()
}

func (q *query) take(p part, negative bool) {
	switch {
	case negative:
		q.without = append(q.without, p)
	case len(q.parts) < maxParts:
		q.parts = append(q.parts, p)
	}
}

func (ix *index) synonymsOf(word string) [][]string {
	var out [][]string
	for key, list := range ix.settings.synonyms {
		if ts := tokens(key); len(ts) != 1 || ts[0].word != word {
			continue
		}
		for _, s := range list {
			var words []string
			for _, t := range tokens(s) {
				words = append(words, t.word)
			}
			out = append(out, words)
		}
	}
	return out
}

// hit is a found document with what ranks it.
type hit struct {
	*doc
	words     int // how many parts of the query it holds
	attribute int // the sum of the best attributes of the parts
}

func (ix *index) find(q *query) []*doc {
	var hits []hit
	for _, d := range ix.candidates(q) {
		h := hit{doc: d}
		for _, p := range q.parts {
			best, ok := ix.matches(d, p)
			if !ok {
				break // later words may be missing, not earlier ones
			}
			h.words++
			h.attribute += best
		}
		enough := h.words == len(q.parts) || !q.all && h.words > 0
		if enough && q.keep(d) && !slices.ContainsFunc(q.without, func(p part) bool { _, ok := ix.matches(d, p); return ok }) {
			hits = append(hits, h)
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return ix.compare(q, a, b) })
	out := make([]*doc, len(hits))
	for i, h := range hits {
		out[i] = h.doc
	}
	return out
}

// candidates hold the first word, if it is one that can be looked up.
func (ix *index) candidates(q *query) []*doc {
	if len(q.parts) == 0 || q.parts[0].prefix || len(q.parts[0].others) > 0 {
		return ix.inOrder()
	}
	var out []*doc
	for d := range ix.words[q.parts[0].words[0]] {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *doc) int { return a.place - b.place })
	return out
}

// matches tells whether a document holds a part, and in which attribute best.
func (ix *index) matches(d *doc, p part) (int, bool) {
	best := worstPlace
	for _, words := range append(p.others, p.words) {
		if d.follows(words) {
			best = min(best, d.best(words))
		}
	}
	if p.prefix {
		for w, spots := range d.words {
			if strings.HasPrefix(w, p.words[0]) {
				best = min(best, spots[0].attribute)
			}
		}
	}
	return best, best < worstPlace
}

func (d *doc) best(words []string) int {
	best := 0
	for _, w := range words {
		best = max(best, slices.MinFunc(d.words[w], func(a, b spot) int { return a.attribute - b.attribute }).attribute)
	}
	return best
}

// follows tells whether the words stand one behind the other, as Meilisearch
// finds out: every three successive words are near enough to each other, pair
// by pair, anywhere in the document. So a long phrase can be found where only
// its parts stand.
func (d *doc) follows(words []string) bool {
	for i, w := range words {
		if len(d.words[w]) == 0 ||
			i > 0 && !d.near(words[i-1], w, 1) ||
			i > 1 && !d.near(words[i-2], w, 2) {
			return false
		}
	}
	return true
}

func (d *doc) near(first, second string, most int) bool {
	at := make(map[spot]bool, len(d.words[second]))
	for _, s := range d.words[second] {
		at[s] = true
	}
	for _, s := range d.words[first] {
		for n := 1; n <= most; n++ {
			if at[spot{s.attribute, s.at + n}] {
				return true
			}
		}
	}
	return false
}

// compare applies the ranking rules in order.
func (ix *index) compare(q *query, a, b hit) int {
	for _, rule := range ix.settings.ranking {
		order := 0
		switch rule {
		case "words":
			order = b.words - a.words
		case "attribute", "attributeRank":
			order = a.attribute - b.attribute
		case "sort":
			for _, s := range q.sort {
				order = cmp.Or(order, byValue(s, a.doc, b.doc))
			}
		case "typo", "proximity", "wordPosition", "exactness":
		default:
			order = byValue(rule, a.doc, b.doc)
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

// byValue compares by a number; documents without one come last.
func byValue(rule string, a, b *doc) int {
	name, order, _ := strings.Cut(rule, ":")
	x, hasX := a.number(name)
	y, hasY := b.number(name)
	switch {
	case hasX != hasY:
		if hasX {
			return -1
		}
		return 1
	case order == "desc":
		return cmp.Compare(y, x)
	}
	return cmp.Compare(x, y)
}

func (d *doc) number(name string) (float64, bool) {
	if len(d.numbers[name]) == 0 {
		return 0, false
	}
	return d.numbers[name][0], true
}
