// Searching Meilisearch: it finds, we rank, so that both kinds of index answer
// alike.

package search

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/meilisearch/meilisearch-go"
)

// maxTerms is how many words of a query Meilisearch looks at.
const maxTerms = 10

// Search implements Index.
func (m *Meili) Search(ctx context.Context, q Query) (Result, error) {
	words := terms(q.Text)
	if err := q.check(len(words)); err != nil {
		return Result{}, err
	}
	s := &meiliSearch{m: m, ctx: ctx, q: q, words: words, at: position{Day: m.now().Unix() / 86400}}
	if q.After != "" {
		var err error
		if s.at, err = openCursor(m.cursorKey(), q); err != nil {
			return Result{}, err
		}
	}
	instead, err := instead(words, q.Text, s.stands)
	if err != nil {
		return Result{}, err
	}
	if instead != nil {
		s.words = instead
	}
	list := s.newest
	if q.Sort == SortRelevance {
		list = s.best
	}
	found, err := list()
	if err != nil {
		return Result{}, err
	}
	r := s.result(found)
	if r.Facets, err = s.facets(); err != nil {
		return Result{}, err
	}
	r.Words, r.Instead = m.groups.typed(s.words), instead != nil
	return r, nil
}

// stands tells whether some page that the filters allow holds all the words.
func (s *meiliSearch) stands(words []term) (bool, error) {
	probe := *s
	probe.words = words
	_, total, err := probe.ask(probe.phrases(), probe.filter(), dateFields[:1], 1)
	return total > 0, err
}

// cursorKey is the same for all processes that share the index. It keeps
// cursors from being mixed up or mistyped; whoever can compute it could make
// one, and learn no more than by turning pages.
func (m *Meili) cursorKey() []byte {
	sum := sha256.Sum256([]byte("gongkai search cursor\x00" + m.name))
	return sum[:]
}

type meiliSearch struct {
	m     *Meili
	ctx   context.Context
	q     Query
	words []term
	at    position
	more  bool // there is a further page
}

// found is a document that may be shown.
type found struct {
	stored
	score float64
}

func (s *meiliSearch) result(list []found) Result {
	r := Result{Total: int(s.at.Total), More: s.at.More}
	if s.more = s.more || len(list) > s.q.Limit; s.more && len(list) > 0 {
		list = list[:min(len(list), s.q.Limit)]
		last := list[len(list)-1]
		s.at.Score, s.at.Published, s.at.Slot = last.score, last.Published, last.Slot
		r.Next = s.at.seal(s.m.cursorKey(), s.q)
	}
	for _, f := range list {
		r.Hits = append(r.Hits, f.hit(f.score))
	}
	return r
}

var (
	dateFields = []string{"page", "item", "site", "epoch", "seq", "published", "slot"}
	rankFields = append(slices.Clone(dateFields), "rank", "keys")
	termFields = []string{"page", "item", "site", "epoch", "seq", "terms"}
)

// newest are the hits by date, those of the pages before left out.
func (s *meiliSearch) newest() ([]found, error) {
	filter := s.filter()
	if s.q.After != "" {
		filter += fmt.Sprintf(" AND (published < %d OR published = %d AND slot < %d)", s.at.Published, s.at.Published, s.at.Slot)
	}
	list, total, err := s.ask(s.phrases(), filter, dateFields, s.q.Limit+1, "published:desc", "slot:desc")
	if err != nil {
		return nil, err
	}
	s.count(total)
	s.more = len(list) > s.q.Limit // even if two of them are states of one page
	return latestOnly(list), nil
}

// best are the hits by score. Of a list that is too long to be ranked whole
// Meilisearch chooses: titles before numbers, summaries and texts, then the newest.
func (s *meiliSearch) best() ([]found, error) {
	exact, err := s.exact()
	if err != nil {
		return nil, err
	}
	list, total, err := s.ask(s.phrases(), s.filter(), rankFields, RankedHits)
	if err != nil {
		return nil, err
	}
	all := latestOnly(append(exact, list...))
	if total <= RankedHits {
		total = int64(len(all))
	}
	s.count(total)
	s.rank(all)
	slices.SortFunc(all, byRank)
	all = all[:min(len(all), RankedHits)]
	if s.q.After != "" {
		last := found{score: s.at.Score, stored: stored{Published: s.at.Published, Slot: s.at.Slot}}
		all = slices.DeleteFunc(all, func(f found) bool { return byRank(f, last) <= 0 })
	}
	return all, nil
}

func byRank(a, b found) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.Published, a.Published), cmp.Compare(b.Slot, a.Slot))
}

// rank scores as the embedded index does, the exact numbers on top.
func (s *meiliSearch) rank(list []found) {
	ns, key := needles(s.words), lookupKey(s.q.Text)
	for i := range list {
		f := &list[i]
		age := float64(s.at.Day) - float64(f.Published)/float64(24*time.Hour/time.Millisecond)
		f.score = score(ns, unpackFeatures(f.Rank), age)
		switch {
		case key == "":
		case slices.Contains(f.Keys, meiliKey(wholeNumber, key)):
			f.score += exactNumber
		case slices.Contains(f.Keys, meiliKey(numberTail, key)):
			f.score += exactTail
		}
	}
}

// exact looks the whole text up as a 文号 or 索引号, within the filters: an
// equality of keys, which no tokenizer has a part in.
func (s *meiliSearch) exact() ([]found, error) {
	key := lookupKey(s.q.Text)
	if key == "" {
		return nil, nil
	}
	list, _, err := s.ask("", s.numbered(key), rankFields, bestHits, "published:desc", "slot:desc")
	return list, err
}

func (s *meiliSearch) numbered(key string) string {
	return fmt.Sprintf("%s AND keys IN [%s, %s]", s.filter(), meiliKey(wholeNumber, key), meiliKey(numberTail, key))
}

// facets counts the terms of the hits themselves, in one more request: those
// that Meilisearch can count are compared without regard to case and width, and
// do not say which hits they are of.
func (s *meiliSearch) facets() ([]Facet, error) {
	if len(s.q.Facets) == 0 || s.q.After != "" {
		return nil, nil
	}
	list, _, err := s.ask(s.phrases(), s.filter(), termFields, CountLimit, "published:desc", "slot:desc")
	if err != nil {
		return nil, err
	}
	if key := lookupKey(s.q.Text); key != "" && s.q.Sort == SortRelevance {
		numbers, _, err := s.ask("", s.numbered(key), termFields, bestHits, "published:desc", "slot:desc")
		if err != nil {
			return nil, err
		}
		list = append(list, numbers...)
	}
	t := newTally(s.q.Facets)
	list = latestOnly(list)
	for i, f := range list {
		t.add(f.Terms, int64(i))
	}
	return t.facets(func(places []int64) (map[int64]Hit, error) {
		out := make(map[int64]Hit, len(places))
		for _, i := range places {
			out[i] = list[i].hit(0)
		}
		return out, nil
	})
}

// count keeps the total of a first page; later pages carry it along.
func (s *meiliSearch) count(total int64) {
	if s.q.After == "" {
		s.at.More, s.at.Total = total > CountLimit, min(total, CountLimit)
	}
}

// ask is one search, with the number of all hits.
func (s *meiliSearch) ask(text, filter string, fields []string, limit int, sort ...string) ([]found, int64, error) {
	size := int64(limit)
	var r *meilisearch.SearchResponse
	err := s.m.call(s.ctx, func(ctx context.Context) (err error) {
		r, err = s.m.index.SearchWithContext(ctx, text, &meilisearch.SearchRequest{
			Filter: filter, Sort: sort, AttributesToRetrieve: fields, MatchingStrategy: meilisearch.All, Page: 1, HitsPerPage: &size,
		})
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	list := make([]found, len(r.Hits))
	for i, h := range r.Hits {
		if err := decode(h, &list[i].stored); err != nil {
			return nil, 0, err
		}
	}
	return list, r.TotalHits, nil
}

// latestOnly keeps the latest of the states of a page: for a moment after a
// change two can be found.
func latestOnly(list []found) []found {
	at := make(map[string]int, len(list))
	out := list[:0:0]
	for _, f := range list {
		i, seen := at[f.Page]
		switch {
		case !seen:
			at[f.Page] = len(out)
			out = append(out, f)
		case f.replaces(&out[i].stored):
			out[i] = f
		}
	}
	return out
}

// phrases is the query for Meilisearch: each word a phrase of its tokens, or
// the token that has its synonyms.
func (s *meiliSearch) phrases() string {
	var out []string
	for _, t := range s.words[:min(len(s.words), maxTerms)] {
		if pseudo := pseudoWord(phrase(t)); s.m.synonyms[pseudo] != nil {
			out = append(out, pseudo)
			continue
		}
		out = append(out, `"`+phrase(t)+`"`)
	}
	return strings.Join(out, " ")
}

func phrase(t term) string {
	if t.single != "" {
		return meiliToken(t.single)
	}
	return spaced(t.grams)
}

// filter is what every hit satisfies, words aside.
func (s *meiliSearch) filter() string {
	out := []string{"tags = " + tagLive}
	for _, f := range s.q.filters() {
		if t := strings.Trim(f, `" `); t != markAll {
			out = append(out, "tags = "+strings.TrimPrefix(t, markTag))
		}
	}
	if s.q.From != 0 {
		out = append(out, fmt.Sprintf("published >= %d", clamp(s.q.From)))
	}
	if s.q.To != 0 {
		out = append(out, fmt.Sprintf("published <= %d", clamp(s.q.To)))
	}
	return strings.Join(out, " AND ")
}

// pseudoWords is the setting that makes the words of a group find each other.
// Meilisearch does not look for synonyms of phrases, which all our words are;
// so a word that has some is asked for by a token of its own, of which the
// phrases of the whole group are the synonyms. nil: nothing is said of them.
func pseudoWords(groups [][]string) map[string][]string {
	if groups == nil {
		return nil
	}
	out := map[string][]string{}
	for key, group := range synonymsOf(groups) {
		for _, t := range group {
			out[pseudoWord(key)] = append(out[pseudoWord(key)], phrase(t))
		}
		slices.Sort(out[pseudoWord(key)])
	}
	return out
}

func pseudoWord(phrase string) string {
	sum := sha256.Sum256([]byte(phrase))
	return pseudoMark + letters(sum[:8])
}
