// The search index (检索): what it holds, what can be asked, what comes back.

// Package search finds released pages by their words. An Index holds public
// text only and answers with identifiers; whoever shows a hit reads the page
// itself, so the index can never show more than the public store does.
//
//	Put, Delete ─▶ guard by (epoch, seq) ─▶ grams of the folded text
//	Search ─▶ parse ─▶ number look-up, or phrases of grams ─▶ rank the best part ─▶ one page of hits
package search

import "context"

// Doc is one page (页面) as the index sees it.
type Doc struct {
	ID         string // item id + "." + site: one document per page
	Item       string // 信息条目
	Site       string // 站点
	Column     string // 栏目
	ColumnPath string // materialised path of the column, "/a/b/c/"
	Kind       string // 信息类型
	Unit       string // 单位
	UnitPath   string // materialised path of the unit, "/a/b/"
	Lang       string
	Year       int
	Title      string
	DocNo      string // 文号
	IndexNo    string // 索引号
	Summary    string
	Text       string
	Validity   string   // 效力状态
	Terms      []string // "name=value": what lists and searches filter and count by, see Query
	Published  int64    // milliseconds
	Epoch, Seq int64    // 世代, 序号: an older pair never replaces a newer one
}

// Sort orders; the empty one is SortRelevance, or SortNewest without text.
const (
	SortRelevance = "relevance"
	SortNewest    = "newest"
)

// Bounds of a query; a Result counts no further than CountLimit.
const (
	DefaultLimit = 20
	MaxLimit     = 100
	CountLimit   = 10_000
	RankedHits   = 500 // a list by relevance ends after the best so many; newest goes to the end
	MaxText      = 200 // characters of a query that are looked at
)

// Query is what to find: words, all of which must occur, and filters.
// ColumnPath and UnitPath mean the whole subtree; From and To are inclusive
// milliseconds of publication. Terms must all hold. Zero values filter nothing.
// Facets are names of which a first page brings the counts: kind, column, unit,
// year, validity, or that of a term.
type Query struct {
	Text       string
	Site       string
	ColumnPath string
	Kind       string
	Unit       string
	UnitPath   string
	Lang       string
	Validity   string
	Year       int
	From, To   int64
	Terms      []string
	Facets     []string
	Sort       string
	Limit      int    // 1 to MaxLimit; 0 means DefaultLimit
	After      string // the Next of the page before
}

// Hit is one found page; Epoch and Seq tell which state of it was indexed.
type Hit struct {
	ID    string
	Item  string
	Site  string
	Score float64 // higher is better; comparable within one answer only
	Epoch int64
	Seq   int64
}

// Result is one page of hits. More says that there are at least Total hits
// and that counting stopped there. Next is empty on the last page.
//
// Words are what was looked for, each with its synonyms: Mark marks them, Holds
// looks for them. Instead tells that they are parts of the text, because no page
// holds that as it was typed: 办身份证要什么材料 ─▶ 身份证 材料.
type Result struct {
	Hits    []Hit
	Total   int
	More    bool
	Next    string
	Words   [][]string
	Instead bool
	Facets  []Facet // in the order of their names; where More is true, counts are lower bounds
}

// Index is a search index over released pages. All methods may be called
// from several goroutines; an implementation passes searchtest.Run.
type Index interface {
	// Put adds or replaces documents, all or none; when it returns, they can be
	// found. A document that is not newer than what the index holds or has
	// deleted is passed over silently.
	Put(ctx context.Context, docs ...Doc) error
	// Delete removes a document and remembers (epoch, seq), so that a late
	// Put of the same or an older state does not bring it back. It does nothing
	// to a document that is newer.
	Delete(ctx context.Context, id string, epoch, seq int64) error
	// Search answers with one page of hits. A text without a letter or digit,
	// a bad cursor, sort or limit is Invalid.
	Search(ctx context.Context, q Query) (Result, error)
	// Get is what the index holds for an id: Missing if nothing or deleted.
	Get(ctx context.Context, id string) (Hit, error)
	// Rebuild (重建索引) fills the index anew with what fill puts. Searches and
	// writes go on meanwhile: what others put or delete in between stays put or
	// deleted, whatever fill says of an older state. After a failure the index
	// still answers, and the rebuild is to be repeated.
	Rebuild(ctx context.Context, fill func(put func(...Doc) error) error) error
	// Reset empties the index, deletion markers included.
	Reset(ctx context.Context) error
	// Ping tells whether the index can answer.
	Ping(ctx context.Context) error
	Close() error
}
