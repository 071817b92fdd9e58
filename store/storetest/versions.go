// Two versions of the program on one database: the older loses nothing of what
// the newer one wrote.

package storetest

import (
	"errors"

	"gongkai"
	"gongkai/store"
)

// memo and newerMemo are one document type, in two versions.
type memo struct {
	store.Meta
	Title  string     `json:"title"`
	Count  int64      `json:"count"`
	Inside memoPart   `json:"inside"`
	Maybe  *memoPart  `json:"maybe,omitempty"`
	Lines  []memoPart `json:"lines"`
}

type memoPart struct {
	Text string `json:"text,omitempty"`
}

type newerMemo struct {
	store.Meta
	Title  string          `json:"title"`
	Count  int64           `json:"count"`
	Inside newerMemoPart   `json:"inside"`
	Maybe  *newerMemoPart  `json:"maybe,omitempty"`
	Lines  []newerMemoPart `json:"lines"`
	Exact  int64           `json:"exact"`
	More   newerMemoPart   `json:"more"`
}

type newerMemoPart struct {
	Text string   `json:"text,omitempty"`
	Note string   `json:"note,omitempty"`
	Tags []string `json:"tags,omitempty"`
}

func (s *suite) memos() (older *store.Collection[memo], newer *store.Collection[newerMemo]) {
	s.Helper()
	indexes := []store.Index{{Name: "title", Fields: []string{"title"}}}
	newer = use(s, s.db, store.Spec[newerMemo]{Name: "memos", Schema: 1, Indexes: indexes})
	return use(s, s.reopen(), store.Spec[memo]{Name: "memos", Schema: 1, Indexes: indexes}), newer
}

func (s *suite) memo(c *store.Collection[newerMemo]) newerMemo {
	s.Helper()
	got, err := c.Get(s.Context(), "a")
	s.ok(err)
	return got
}

var fullMemo = newerMemo{Meta: id("a"), Title: "一", Count: 1, Exact: 1<<53 + 1, More: newerMemoPart{Note: "<更>&\u2028", Tags: []string{"x", "y"}},
	Inside: newerMemoPart{Text: "里", Note: "内"}, Maybe: &newerMemoPart{Note: "或"}, Lines: []newerMemoPart{{Text: "行", Note: "注"}}}

var versions = []test{
	{"what a newer program wrote survives the writes of an older one", func(s *suite) {
		older, newer := s.memos()
		_, err := newer.Insert(s.Context(), fullMemo)
		s.ok(err)
		_, err = older.Update(s.Context(), "a", 0, func(m *memo) error { m.Title, m.Count = "二", 0; return nil })
		s.ok(err)
		_, err = older.Upsert(s.Context(), "a", func(m *memo, _ bool) error {
			m.Inside.Text = ""
			m.Maybe.Text = "字"
			return nil
		})
		s.ok(err)
		want := fullMemo
		want.Meta = store.Meta{ID: "a", Rev: 3, Schema: 1}
		want.Title, want.Count, want.Inside, want.Maybe = "二", 0, newerMemoPart{Note: "内"}, &newerMemoPart{Text: "字", Note: "或"}
		want.Lines = []newerMemoPart{{Text: "行"}} // elements of lists are replaced: fields there need a higher schema number
		s.same(s.memo(newer), want)
		s.equal(s.titled(older, "二"), []string{"a"})
	}},
	{"so it does when the older one has fields of any type", func(s *suite) {
		type looseMemo struct {
			store.Meta
			Title string         `json:"title"`
			More  map[string]any `json:"more"`
		}
		_, newer := s.memos()
		_, err := newer.Insert(s.Context(), fullMemo)
		s.ok(err)
		older := use(s, s.reopen(), store.Spec[looseMemo]{Name: "memos", Schema: 1, Indexes: []store.Index{{Name: "title", Fields: []string{"title"}}}})
		_, err = older.Update(s.Context(), "a", 0, func(m *looseMemo) error { delete(m.More, "note"); return nil })
		s.ok(err)
		want := fullMemo
		want.Meta, want.More.Note = store.Meta{ID: "a", Rev: 2, Schema: 1}, ""
		s.same(s.memo(newer), want)
	}},
	{"a document that is replaced as a whole keeps what is not known too", func(s *suite) {
		older, newer := s.memos()
		_, err := newer.Insert(s.Context(), fullMemo)
		s.ok(err)
		_, err = older.Update(s.Context(), "a", 1, func(m *memo) error { *m = memo{Title: "二"}; return nil })
		s.ok(err)
		s.same(s.memo(newer), newerMemo{Meta: store.Meta{ID: "a", Rev: 2, Schema: 1}, Title: "二", Exact: fullMemo.Exact, More: fullMemo.More, Inside: newerMemoPart{Note: "内"}})
	}},
	{"what is unknown inside something taken away goes with it", func(s *suite) {
		older, newer := s.memos()
		_, err := newer.Insert(s.Context(), fullMemo)
		s.ok(err)
		_, err = older.Update(s.Context(), "a", 0, func(m *memo) error { m.Maybe, m.Lines = nil, nil; return nil })
		s.ok(err)
		_, err = older.Update(s.Context(), "a", 0, func(m *memo) error { m.Maybe = &memoPart{Text: "又"}; return nil })
		s.ok(err)
		s.same(s.memo(newer).Maybe, &newerMemoPart{Text: "又"})
		s.equal(len(s.memo(newer).Lines), 0)
		s.ok(older.Delete(s.Context(), "a", 0))
		_, err = older.Upsert(s.Context(), "a", func(m *memo, _ bool) error { m.Title = "新"; return nil })
		s.ok(err)
		s.same(s.memo(newer), newerMemo{Meta: store.Meta{ID: "a", Rev: 1, Schema: 1}, Title: "新"})
	}},
	{"a change that writes nothing leaves what is unknown", func(s *suite) {
		older, newer := s.memos()
		_, err := newer.Insert(s.Context(), fullMemo)
		s.ok(err)
		_, err = older.Update(s.Context(), "a", 0, func(*memo) error { return store.ErrUnchanged })
		s.ok(err)
		refusal := errors.New("no")
		if _, err = older.Update(s.Context(), "a", 0, func(*memo) error { return refusal }); !errors.Is(err, refusal) {
			s.Fatal(err)
		}
		s.equal(s.memo(newer).Rev, 1)
		s.equal(s.memo(newer).More.Note, fullMemo.More.Note)
	}},
	{"both versions write at once and neither loses anything", func(s *suite) {
		older, newer := s.memos()
		_, err := newer.Insert(s.Context(), newerMemo{Meta: id("a")})
		s.ok(err)
		done := make(chan error, 1)
		go func() {
			for range 50 {
				if _, err := older.Update(s.Context(), "a", 0, func(m *memo) error { m.Count++; return nil }); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
		for range 50 {
			_, err := newer.Update(s.Context(), "a", 0, func(m *newerMemo) error { m.Exact++; m.More.Note += "."; return nil })
			s.ok(err)
		}
		s.ok(<-done)
		got := s.memo(newer)
		s.equal(got.Count == 50 && got.Exact == 50 && len(got.More.Note) == 50, true)
	}},
	{"an upgraded document keeps what the upgrade left", func(s *suite) {
		_, newer := s.memos()
		_, err := newer.Insert(s.Context(), fullMemo)
		s.ok(err)
		c := use(s, s.reopen(), store.Spec[memo]{Name: "memos", Schema: 2, Indexes: []store.Index{{Name: "title", Fields: []string{"title"}}},
			Upgrade: func(_ int, doc map[string]any) error { delete(doc, "more"); doc["count"] = 7; return nil }})
		_, err = c.Update(s.Context(), "a", 0, func(m *memo) error { m.Title = "二"; return nil })
		s.ok(err)
		got := s.memo(newer)
		s.equal(got.Exact, fullMemo.Exact)
		s.equal(got.Count == 7 && got.More.Note == "" && got.Schema == 2, true)
		_, err = newer.Update(s.Context(), "a", 0, func(m *newerMemo) error { m.Exact = 0; return nil })
		s.fails(err, gongkai.Blocked, "newer_document")
	}},
}

// titled are the ids of the memos with the title.
func (s *suite) titled(c *store.Collection[memo], title string) []string {
	s.Helper()
	page, err := c.Find(s.Context(), store.Query{Where: []store.Cond{store.Eq("title", title)}})
	s.ok(err)
	out := []string{}
	for _, d := range page.Docs {
		out = append(out, d.ID)
	}
	return out
}
