// What must hold when the killing is over: everything done once, all paid, every
// place in agreement.

package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

// quiet waits until nothing is owed any more.
func (k *killing) quiet() {
	k.t.Helper()
	a := k.look()
	defer func() { _ = a.close() }()
	later := time.Now().Add(24 * time.Hour)
	for {
		owed, err := a.content.Items.Find(k.ctx, store.Query{Where: []store.Cond{store.Lte("due", gongkai.Millis(later))}, Sort: []string{"due"}, Limit: 10})
		if err != nil {
			k.t.Fatal(err)
		}
		deliveries, err := a.ledger.DueBefore(k.ctx, later, 10)
		if err != nil {
			k.t.Fatal(err)
		}
		if len(owed.Docs)+len(deliveries) == 0 {
			return
		}
		select {
		case <-k.ctx.Done():
			k.t.Fatalf("still owed: %d items, %d deliveries: %+v\n%s", len(owed.Docs), len(deliveries), deliveries, k.program.errs.bytes())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// everyActOnce: what was answered stands in the item and in the trail, once;
// nothing else does, but what the program did itself.
func (k *killing) everyActOnce() {
	a := k.look()
	defer func() { _ = a.close() }()
	imported := map[string]int{}
	all, err := content.All(k.ctx, a.content.Items)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, it := range all {
		told := k.items[it.ID]
		if told == nil {
			if imported[it.Source]++; it.Source == "" {
				k.t.Errorf("%s (%s): nobody was told of this item", it.ID, it.Title)
			}
			continue
		}
		times := map[string]int{}
		for _, s := range it.Steps {
			if times[s.ID]++; !slices.Contains(told.acts, s.ID) && s.Act != "create" && s.By != gongkai.System.ID {
				k.t.Errorf("%s: an act %s by %s of which nobody was told", told.title, s.Act, s.Name)
			}
		}
		for _, id := range told.acts {
			if times[id] != 1 {
				k.t.Errorf("%s: an act that was answered is there %d times", told.title, times[id])
			}
		}
		k.copiedOnce(a, it)
	}
	if len(imported) != k.papers || slices.Max(slices.Collect(maps.Values(imported))) != 1 {
		k.t.Errorf("%d files were imported as %v", k.papers, imported)
	}
}

func (k *killing) copiedOnce(a *app, it content.Item) {
	page, err := a.trail.Find(k.ctx, audit.Filter{Object: "item:" + it.ID, Limit: 200})
	if err != nil {
		k.t.Fatal(err)
	}
	steps := map[string]int{}
	for _, e := range page.Entries {
		if n := e.Detail["step"]; n != "" {
			steps[n]++
		}
	}
	for n := range it.StepN {
		if steps[fmt.Sprint(n+1)] != 1 {
			k.t.Errorf("%s: act %d of %d is in the trail %d times", it.Title, n+1, it.StepN, steps[fmt.Sprint(n+1)])
		}
	}
}

// everyPlaceAgrees: page, content API, index, files, downstream site.
func (k *killing) everyPlaceAgrees() {
	a := k.look()
	defer func() { _ = a.close() }()
	shown, reader := k.site.Shown(), newClient("http://"+k.addr)
	for id, told := range k.items {
		it, err := a.content.Items.Get(k.ctx, id)
		if err != nil {
			k.t.Fatal(err)
		}
		pages, err := a.public.OfItem(k.ctx, id)
		if err != nil || len(pages) != 1 {
			k.t.Errorf("%s: %d pages %v", told.title, len(pages), err)
			continue
		}
		page, live := pages[0], it.Live.State == content.Published
		if page.Seq != it.Seq || (page.State == publication.Shows) != live || live && page.Edition != publication.EditionID(id, it.Live.Edition) {
			k.t.Errorf("%s: the item is %s at seq %d, its page %s at %d", told.title, it.Live.State, it.Seq, page.State, page.Seq)
		}
		k.read(reader, told.title, id, live)
		if down := shown[id]; live != (down.Title == told.title) || !live && (down.HTML != "" || down.State == "edition") {
			k.t.Errorf("%s is %s, and downstream shows %q as %s", told.title, it.Live.State, down.Title, down.State)
		}
		k.files(page)
	}
}

func (k *killing) read(reader *client, title, id string, live bool) {
	page, err := reader.call(k.ctx, http.MethodGet, "/content/v1/items/"+id, nil)
	if want := map[bool]int{true: http.StatusOK, false: http.StatusGone}[live]; err != nil || page.status != want {
		k.t.Errorf("%s: the content API answers %d %v, want %d", title, page.status, err, want)
	}
	found, err := reader.call(k.ctx, http.MethodGet, "/content/v1/search"+query("site", "qinghe", "q", title, "limit", "100"), nil)
	if err != nil || live != strings.Contains(string(found.body), id) {
		k.t.Errorf("%s: live %v, and search says %s %v", title, live, found.body, err)
	}
	if bytes.Contains(slices.Concat(page.body, found.body), []byte(walkMobile)) {
		k.t.Errorf("%s: the raw number is shown", title)
	}
}

// files: the public copies of an item are those that its page names.
func (k *killing) files(page publication.Page) {
	entries, err := os.ReadDir(filepath.Join(k.cfg.Data, "files", "public", page.Item))
	if err != nil && !os.IsNotExist(err) {
		k.t.Fatal(err)
	}
	var there []string
	for _, e := range entries {
		there = append(there, e.Name())
	}
	want := slices.Sorted(slices.Values(page.Files))
	if slices.Sort(there); !slices.Equal(there, want) {
		k.t.Errorf("%s: %d public files are there, the page names %d: %v %v", page.Title, len(there), len(want), there, want)
	}
}

// numbersGivenOnce: no index number stands for two items, no edition is missing.
func (k *killing) numbersGivenOnce() {
	a := k.look()
	defer func() { _ = a.close() }()
	given := map[string]string{}
	for id, told := range k.items {
		it, err := a.content.Items.Get(k.ctx, id)
		if err != nil {
			k.t.Fatal(err)
		}
		if other := given[it.IndexNo]; other != "" || it.IndexNo == "" || it.IndexNo != told.last.str("index_no") {
			k.t.Errorf("%s has the index number %q, was told %q; the number is also that of %q", told.title, it.IndexNo, told.last.str("index_no"), other)
		}
		given[it.IndexNo] = told.title
		releases := 0
		for _, s := range it.Steps {
			if s.Act == "release" {
				releases++
			}
		}
		if it.Editions != int64(releases) {
			k.t.Errorf("%s was released %d times, and has %d editions", told.title, releases, it.Editions)
		}
	}
}

// whole: the data folder is sound, and the chain of acts unbroken.
func (k *killing) whole(data string) {
	k.t.Helper()
	settings := []string{"audit", "verify", "--data", data}
	if k.cfg.MongodbURI != "" {
		gongkaiRun(k.t, "", append(settings, "--mongodb-uri", k.cfg.MongodbURI, "--public-mongodb-uri", k.cfg.PublicMongodbURI)...).wants(k.t, 0, "审计链完整")
		return
	}
	gongkaiRun(k.t, "", settings...).wants(k.t, 0, "审计链完整")
	for _, name := range []string{"content.db", "public.db", "search.db"} {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(data, name))
		if err != nil {
			k.t.Fatal(err)
		}
		var verdict string
		if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			k.t.Errorf("%s: %v %v", name, verdict, err)
		}
		_ = db.Close()
	}
}
