// The index on Meilisearch, for offices that outgrow one machine: opening it,
// looking at it, emptying it. See docs/meilisearch.md.

package search

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"gongkai"

	"github.com/meilisearch/meilisearch-go"
)

// MeiliOptions say where Meilisearch is and how long to be patient.
//
// Key is an API key with no more rights than are used, on Index and, for
// Rebuild, on Index+"-rebuild":
//
//	ReadOnly  search
//	writing   search documents.add documents.get documents.delete tasks.get
//	          indexes.get indexes.create settings.get settings.update
//	Rebuild   as writing, and indexes.swap indexes.delete
type MeiliOptions struct {
	URL      string
	Key      string
	Index    string
	Timeout  time.Duration     // of one request; 0 means 10 seconds
	Wait     time.Duration     // for the task of a write; 0 means a minute
	ReadOnly bool              // only searches: nothing is created, no setting is looked at
	Synonyms [][]string        // groups of words (同义词) that find each other; nil leaves those that are set
	HTTP     http.RoundTripper // nil means the default; for private authorities
}

// Meili is the Index on Meilisearch. Several processes may write to one.
type Meili struct {
	client   meilisearch.ServiceManager
	index    meilisearch.IndexManager
	name     string
	timeout  time.Duration
	wait     time.Duration
	synonyms map[string][]string // as the setting holds them
	groups   synonyms
	now      gongkai.Clock
}

var _ Index = (*Meili)(nil)

// OpenMeili opens the index, making it and bringing its settings up to date
// where they differ. A server that cannot be used is Unavailable.
func OpenMeili(ctx context.Context, o MeiliOptions) (*Meili, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	m := &Meili{name: o.Index, timeout: o.Timeout, wait: o.Wait, synonyms: pseudoWords(o.Synonyms), groups: synonymsOf(o.Synonyms), now: time.Now}
	m.client = meilisearch.New(o.URL, meilisearch.WithAPIKey(o.Key), meilisearch.DisableRetries(),
		meilisearch.WithCustomClient(&http.Client{Transport: o.HTTP}))
	m.index = m.client.Index(o.Index)
	ready := m.prepare
	if o.ReadOnly {
		ready = m.Ping
	}
	if err := ready(ctx); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

var indexName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,400}$`)

// check fills the defaults in.
func (o *MeiliOptions) check() error {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" {
		return gongkai.E(gongkai.Invalid, "search_url", "Meilisearch 地址须以 http:// 或 https:// 开头且不带参数",
			"the address of Meilisearch must begin with http:// or https:// and have no parameters")
	}
	if !indexName.MatchString(o.Index) {
		return gongkai.E(gongkai.Invalid, "search_index_name", "Meilisearch 索引名只能由字母、数字、- 和 _ 组成",
			"the name of the Meilisearch index may only hold letters, digits, - and _")
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Wait <= 0 {
		o.Wait = time.Minute
	}
	if o.HTTP == nil {
		o.HTTP = http.DefaultTransport.(*http.Transport).Clone()
	}
	return nil
}

// at is the same server with another index.
func (m *Meili) at(name string) *Meili {
	other := *m
	other.name, other.index = name, m.client.Index(name)
	return &other
}

// Get implements Index.
func (m *Meili) Get(ctx context.Context, id string) (Hit, error) {
	page, err := pageKey(id)
	if err != nil {
		return Hit{}, err
	}
	held, err := m.held(ctx, []string{page})
	if err != nil {
		return Hit{}, err
	}
	newest, ok := latest(held[page])
	if !ok || newest.Gone {
		return Hit{}, gongkai.E(gongkai.Missing, "search_missing", "检索库中没有此页面", "the search index does not hold this page")
	}
	return newest.hit(0), nil
}

// Reset implements Index.
func (m *Meili) Reset(ctx context.Context) error {
	return m.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return m.index.DeleteAllDocumentsWithContext(ctx, nil)
	})
}

// Ping implements Index: it asks the index itself, so a wrong key or a lost
// index shows as well as a server that is down.
func (m *Meili) Ping(ctx context.Context) error {
	return m.call(ctx, func(ctx context.Context) error {
		_, err := m.index.SearchWithContext(ctx, "", &meilisearch.SearchRequest{Limit: 1, AttributesToRetrieve: []string{"id"}})
		return err
	})
}

// Close implements Index.
func (m *Meili) Close() error {
	m.client.Close()
	return nil
}
