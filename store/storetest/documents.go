// Documents: what is stored is what is read; what cannot be stored is refused.

package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"gongkai"
	"gongkai/store"
)

var documents = []test{
	{"a document comes back as it was stored", func(s *suite) {
		c := s.papers()
		in := paper{Meta: id("a"), Title: "关于<b>公开</b>&目录 \u2028\"\\\n\t", State: "live", Updated: 7, Tags: []string{"x", ""}, Live: &live{Seq: 3},
			Places: []place{{"county", "/a"}}, Fields: map[string]string{"doc_no": "〔2024〕1号", "empty": ""}}
		out, err := c.Insert(s.Context(), in)
		s.ok(err)
		in.Meta = store.Meta{ID: "a", Rev: 1, Schema: 1}
		s.same(out, in)
		got, err := c.Get(s.Context(), "a")
		s.ok(err)
		s.same(got, in)
	}},
	{"an absent document is missing", func(s *suite) {
		c := s.papers()
		_, err := c.Get(s.Context(), "nobody")
		s.fails(err, gongkai.Missing, "missing")
		_, err = c.Update(s.Context(), "nobody", 0, func(*paper) error { return nil })
		s.fails(err, gongkai.Missing, "missing")
		s.fails(c.Delete(s.Context(), "nobody", 0), gongkai.Missing, "missing")
	}},
	{"a document without id gets one", func(s *suite) {
		c := s.papers()
		a, err := c.Insert(s.Context(), paper{})
		s.ok(err)
		got, err := c.Get(s.Context(), a.ID)
		s.ok(err)
		s.equal(got.ID != "" && got.ID == a.ID, true)
	}},
	{"ids that could not be found again are refused", func(s *suite) {
		c := s.papers()
		for _, bad := range []string{"a\x00b", "\xff", "e\u0301", strings.Repeat("x", 513)} {
			_, err := c.Insert(s.Context(), paper{Meta: id(bad)})
			s.fails(err, gongkai.Invalid, "bad_id")
		}
		_, err := c.Upsert(s.Context(), "", func(*paper, bool) error { return nil })
		s.fails(err, gongkai.Invalid, "bad_id")
	}},
	{"a taken id is a conflict that names the id", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Title: "first"})
		_, err := c.Insert(s.Context(), paper{Meta: id("a"), Title: "second"})
		s.fails(err, gongkai.Conflict, "duplicate")
		s.where(err, "id")
		got, err := c.Get(s.Context(), "a")
		s.ok(err)
		s.equal(got.Title, "first")
	}},
	{"many are stored each by itself", func(s *suite) {
		c := s.papers()
		docs := make([]paper, 1000)
		for i := range docs {
			docs[i] = paper{Meta: id(fmt.Sprintf("%04d", i)), Number: fmt.Sprint(i % 999)} // the last one shares its number with the first
		}
		docs[500].Title = "bad \xff"
		docs[501].ID = "0007"
		n, err := c.InsertMany(s.Context(), docs)
		s.equal(n, 997)
		s.fails(err, gongkai.Invalid, "bad_text")
		count, err := c.Count(s.Context(), nil, 0)
		s.ok(err)
		s.equal(count, 997)
	}},
	{"a delete removes, from the indexes too", func(s *suite) {
		c := s.papers()
		a := paper{Meta: id("a"), Number: "1", Title: "t", Tags: []string{"x", "y"}, Places: []place{{"s", "/p"}}}
		s.insert(c, a)
		s.fails(c.Delete(s.Context(), "a", 9), gongkai.Conflict, "stale")
		s.ok(c.Delete(s.Context(), "a", 1))
		for _, q := range []store.Cond{store.Eq("number", "1"), store.Eq("title", "t"), store.Eq("tags", "y"), store.Eq("places.path", "/p")} {
			s.equal(s.ids(c, store.Query{Where: []store.Cond{q}}), []string{})
		}
		s.insert(c, a)
	}},
	{"a document may have 4 MB and no more", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("big"), Fields: map[string]string{"text": strings.Repeat("公", 4<<20/3-200)}})
		_, err := c.Insert(s.Context(), paper{Meta: id("bigger"), Fields: map[string]string{"text": strings.Repeat("公", 4<<20/3)}})
		s.fails(err, gongkai.Invalid, "too_large")
	}},
	{"a cancelled context stops every operation", func(s *suite) {
		c, ctx := s.papers(), cancelledContext()
		s.insert(c, paper{Meta: id("a")})
		touch := func(p *paper) error { p.Updated++; return nil }
		_, get := c.Get(ctx, "a")
		_, insert := c.Insert(ctx, paper{Meta: id("b")})
		_, many := c.InsertMany(ctx, []paper{{Meta: id("c")}})
		_, update := c.Update(ctx, "a", 0, touch)
		_, find := c.Find(ctx, store.Query{})
		_, count := c.Count(ctx, nil, 0)
		_, next := s.db.Next(ctx, "n")
		for i, err := range []error{get, insert, many, update, find, count, next, c.Delete(ctx, "a", 0)} {
			if !errors.Is(err, context.Canceled) {
				s.Fatalf("operation %d: got %v", i, err)
			}
		}
		got, err := c.Get(s.Context(), "a")
		s.ok(err)
		s.equal(got.Rev, 1)
		s.equal(s.ids(c, store.Query{}), []string{"a"})
	}},
}

var values = []test{
	{"texts become NFC, in fields, lists and queries", func(s *suite) {
		c := s.papers()
		out, err := c.Insert(s.Context(), paper{Meta: id("a"), Title: "cafe\u0301 \"\\n\" <\u0338", Tags: []string{"e\u0301"}, Fields: map[string]string{"doc_no": "\u1100\u1161"}})
		s.ok(err)
		s.equal(out.Title, "café \"\\n\" ≮")
		got, err := c.Get(s.Context(), "a")
		s.ok(err)
		s.equal(got.Title+got.Tags[0]+got.Fields["doc_no"], "café \"\\n\" ≮é가")
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("tags", "e\u0301")}}), []string{"a"})
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Prefix("title", "cafe\u0301")}}), []string{"a"})
	}},
	{"rare letters survive", func(s *suite) {
		c := s.papers()
		title := "㐀䶵龥𠮷〇 ￥（）“”—…·\uFFFD \\ufffd ﷺ 한글 が \u0301x"
		s.insert(c, paper{Meta: id("a"), Title: title})
		got, err := c.Get(s.Context(), "a")
		s.ok(err)
		s.equal(got.Title, title)
	}},
	{"broken text and NUL are refused by their place, without the text", func(s *suite) {
		c := s.papers()
		for _, bad := range []string{"张三\xff", "张三\x00", "\xe5\xbc", "\xed\xa0\x80"} {
			_, err := c.Insert(s.Context(), paper{Meta: id("a"), Places: []place{{"county", bad}}})
			s.fails(err, gongkai.Invalid, "bad_text")
			s.where(err, "places.path")
			s.equal(strings.Contains(err.Error(), "张三"), false)
			_, err = c.Find(s.Context(), store.Query{Where: []store.Cond{store.Eq("title", bad)}})
			s.fails(err, gongkai.Invalid, "bad_text")
		}
	}},
	{"field names keep to the form, those of maps too", func(s *suite) {
		c := s.papers()
		for _, bad := range []string{"A", "张三", "a-b", "1a", "", "_a", "a.b", "a\"b", "$a"} {
			_, err := c.Insert(s.Context(), paper{Fields: map[string]string{bad: "x"}})
			s.fails(err, gongkai.Invalid, "bad_field_name")
			s.where(err, "fields.*")
			_, err = c.Insert(s.Context(), paper{More: map[string]any{"in": []any{map[string]any{bad: 1}}}})
			s.fails(err, gongkai.Invalid, "bad_field_name")
		}
	}},
	{"nil equals empty", func(s *suite) {
		c := s.papers()
		out, err := c.Insert(s.Context(), paper{Meta: id("empty"), Tags: []string{}, Places: []place{}, Fields: map[string]string{}, More: map[string]any{"list": []any{}, "none": nil}})
		s.ok(err)
		s.insert(c, paper{Meta: id("nil")})
		got, err := c.Get(s.Context(), "empty")
		s.ok(err)
		for _, p := range []paper{out, got} {
			s.equal(p.Tags == nil && p.Places == nil && p.Fields == nil && len(p.More) == 0, true)
		}
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("tags", nil)}}), []string{"empty", "nil"})
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("title", "")}}), []string{"empty", "nil"})
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("urgent", false)}}), []string{"empty", "nil"})
	}},
	{"whole numbers survive exactly", func(s *suite) {
		c := s.papers()
		for i, n := range []int64{math.MaxInt64, math.MinInt64, 1<<53 + 1, -1<<53 - 1, 0} {
			name := fmt.Sprint("n", i)
			s.insert(c, paper{Meta: id(name), Updated: n, More: map[string]any{"n": n, "in": []any{n}}})
			got, err := c.Get(s.Context(), name)
			s.ok(err)
			s.equal(got.Updated, n)
			s.equal(got.More["n"], n)
			s.equal(got.More["in"], []any{n})
			_, err = c.Update(s.Context(), name, 0, func(p *paper) error { p.Title = "again"; return nil })
			s.ok(err)
			s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("updated", n)}}), []string{name})
		}
		s.equal(s.ids(c, store.Query{Sort: []string{"updated"}}), []string{"n1", "n3", "n4", "n2", "n0"})
	}},
	{"what JSON cannot express is refused", func(s *suite) {
		c := s.papers()
		_, err := c.Insert(s.Context(), paper{More: map[string]any{"n": math.NaN()}})
		s.fails(err, gongkai.Invalid, "bad_document")
	}},
	{"a raw part cannot smuggle in what a text may not hold", func(s *suite) {
		type envelope struct {
			store.Meta
			Part json.RawMessage `json:"part"`
		}
		c := use(s, s.db, store.Spec[envelope]{Name: "envelopes", Schema: 1})
		for _, bad := range []string{`{"t":"\u0000"}`, `{"t":"\ud800"}`, "{\"t\":\"\xff\"}", `{"t":"\ufffd"}`} {
			_, err := c.Insert(s.Context(), envelope{Part: json.RawMessage(bad)})
			s.fails(err, gongkai.Invalid, "bad_text")
			s.where(err, "part.t")
		}
		out, err := c.Insert(s.Context(), envelope{Part: json.RawMessage(`{ "t" : "e\u0301", "l" : [ ] }`)})
		s.ok(err)
		s.equal(string(out.Part), `{"t":"é"}`)
	}},
	{"texts are ordered by bytes", func(s *suite) {
		c := s.papers()
		for _, title := range []string{"b", "a", "B", "ab", "a b", "公", "𠮷", "\uFF01", "~"} {
			s.insert(c, paper{Meta: id(title), Title: title})
		}
		s.equal(s.ids(c, store.Query{Sort: []string{"title"}}), []string{"B", "a", "a b", "ab", "b", "~", "公", "\uFF01", "𠮷"})
	}},
}

// same compares two documents by their JSON.
func (s *suite) same(got, want any) {
	s.Helper()
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	s.equal(string(g), string(w))
}
