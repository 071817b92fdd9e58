// What an index must bear: hostile text, bad requests, many at once.

package searchtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"gongkai"
	"gongkai/search"
)

func hostile(_ *testing.T, b *bench) {
	b.put(page("a", "河道 OR 清淤 NEAR 巡查", 1), page("b", "水库巡查", 1))
	for _, text := range []string{
		`"`, `""`, `'`, `"河道`, `河道"`, `河道*`, `*`, `^河道`, `title:河道`, `tokens : 河道`, `{title} : 河道`, `河道 OR 水库`, `河道 AND`, `NOT 河道`,
		`NEAR(河道 水库, 3)`, `河道 + 水库`, `(河道`, `河道)`, `河道; DROP TABLE docs`, "河道\x00清淤", "\x00", "\xff\xfe河道", "河道\xed\xa0\x80",
		"\ue000", "\ue001河", "\ue004" + strings.Repeat("0", 16), strings.Repeat("河道 ", 5000), strings.Repeat("河", 100_000), strings.Repeat("\u0301", 5000),
		strings.Repeat("a b c d e f g ", 500), "🇨🇳👩‍👩‍👧‍👦", "\u202e河道", "%s%d%n", "\\", "$1", "?", "?1", ":a", "一 二 三 四 五 六 七 八 九 十",
	} {
		_, err := b.index.Search(b.Context(), search.Query{Text: text})
		if err != nil && !gongkai.Is(err, gongkai.Invalid) {
			b.Errorf("%.40q: %v", text, err)
		}
		if err != nil && len(text) < 100 && strings.TrimSpace(text) != "" && len(text) > 3 && strings.Contains(err.Error(), text) {
			b.Errorf("%.40q is echoed", text)
		}
	}
	b.want(search.Query{Text: `"河道" (清淤)`}, "a")
	b.want(search.Query{Text: "河道 OR 水库"}) // OR is a word like any other
	b.want(search.Query{Text: "\ue001河道"}, "a")
	b.want(search.Query{Text: "河\u200b道"}, "a")
	for _, text := range []string{"？！", "——", "\x00", "🙂", `""`} {
		_, err := b.index.Search(b.Context(), search.Query{Text: text})
		b.refused(err, gongkai.Invalid)
	}
	strange := page("c", "\xff\x00\ue001陌生\"字符*", 1)
	strange.Site, strange.ColumnPath, strange.Text = "s\x00 \"x", "no/slash", strings.Repeat("z", 300_000)
	b.put(strange)
	b.want(search.Query{Text: "陌生", Site: "s\x00 \"x"}, "c")
}

func badRequests(_ *testing.T, b *bench) {
	for _, q := range []search.Query{{Limit: -1}, {Limit: search.MaxLimit + 1}, {Sort: "oldest"}, {Text: "，。"}} {
		_, err := b.index.Search(b.Context(), q)
		b.refused(err, gongkai.Invalid)
	}
	b.want(search.Query{Text: " \t "}) // blank is no text at all
	b.want(search.Query{Limit: search.MaxLimit})
}

func reset(_ *testing.T, b *bench) {
	b.put(page("a", "河道清淤", 5))
	b.delete("b.main", 1, 5)
	if err := b.index.Reset(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.want(search.Query{})
	b.put(page("a", "河道清淤", 1), page("b", "河道巡查", 1))
	b.want(search.Query{Text: "河道清淤"}, "a")
	b.want(search.Query{Text: "巡查"}, "b")
}

// rebuild lets others write in the middle of it, and then puts states that are over.
func rebuild(_ *testing.T, b *bench) {
	b.put(page("kept", "河道清淤", 1), page("changed", "粮食产量", 1), page("withdrawn", "法律援助", 1))
	b.delete("long-gone.main", 1, 5)
	err := b.index.Rebuild(b.Context(), func(put func(...search.Doc) error) error {
		b.put(page("changed", "水库巡查", 2), page("new", "非遗展演", 1))
		b.delete("withdrawn.main", 1, 2)
		b.want(search.Query{Text: "清淤"}, "kept")
		return errors.Join(put(page("kept", "河道清淤", 1), page("changed", "粮食产量", 1)), put(),
			put(page("withdrawn", "法律援助", 1), page("long-gone", "扶持资金", 5), page("missed", "月度报表", 1)))
	})
	if err != nil {
		b.Fatal(err)
	}
	rebuilt := func() {
		b.Helper()
		for text, item := range map[string]string{"清淤": "kept", "水库": "changed", "非遗": "new", "报表": "missed"} {
			b.want(search.Query{Text: text}, item)
		}
		for _, text := range []string{"粮食", "法律", "扶持"} {
			b.want(search.Query{Text: text})
		}
	}
	rebuilt()
	b.put(page("withdrawn", "法律援助", 2)) // late: the deletion is still remembered
	stop := errors.New("the store is gone")
	if err := b.index.Rebuild(b.Context(), func(func(...search.Doc) error) error { return stop }); !errors.Is(err, stop) {
		b.Errorf("a rebuild that broke off: %v", err)
	}
	rebuilt()
}

func concurrent(_ *testing.T, b *bench) {
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			for seq := range int64(15) {
				if err := b.index.Put(b.Context(), page("shared", fmt.Sprintf("序号%d", seq), seq+1), page(fmt.Sprintf("own%d", n), "各自巡查", seq+1)); err != nil {
					b.Error(err)
				}
				if err := b.index.Delete(b.Context(), fmt.Sprintf("own%d.main", n), 1, seq); err != nil {
					b.Error(err)
				}
				if _, err := b.index.Search(b.Context(), search.Query{Text: "巡查"}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	b.want(search.Query{Text: "序号14"}, "shared")
	b.want(search.Query{Text: "序号"}, "shared")
	if r := b.find("巡查"); r.Total != 4 {
		b.Errorf("%d of 4 documents left", r.Total)
	}
}

func cancelled(_ *testing.T, b *bench) {
	ctx, cancel := context.WithCancel(b.Context())
	cancel()
	_, err := b.index.Search(ctx, search.Query{Text: "河道"})
	if !errors.Is(err, context.Canceled) {
		b.Errorf("got %v", err)
	}
}
