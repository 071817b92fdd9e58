// What the probe found, over HTTP: in its list and on the board of call-backs.

package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gongkai/channel"
	"gongkai/publication"
)

func TestWhatTheProbeFoundIsListedAndStandsOnTheBoard(t *testing.T) {
	o := newOffice(t)
	id, ctx := o.live("").ID, t.Context()
	_, err := o.ledger.Owe(ctx, channel.SearchID, id, 1, 1, channel.Show{State: "edition", Site: "portal"})
	o.must1(nil, err)
	o.act("secrecy-officer", id, map[string]any{"act": "suspend", "edition": 1, "reason": "核实情况"}).is(200)
	_, err = o.ledger.Owe(ctx, channel.SearchID, id, 1, 2, channel.Show{State: "suspended", Site: "portal"})
	o.must1(nil, err)
	o.settles(channel.SearchID+"."+id, nil, 0)
	note := func(found ...channel.Difference) {
		t.Helper()
		fresh, err := o.differences.Note(ctx, id, found, func(string) bool { return true })
		o.must1(nil, err)
		o.must1(nil, o.differences.Mended(ctx, fresh))
	}
	shown := channel.Difference{Place: channel.AtPages, At: "portal", Wrong: channel.WrongShown, Outside: true}
	found := channel.Difference{Place: channel.AtSearch, At: channel.SearchID, Wrong: channel.WrongShown}
	note(shown, found)
	o.as("auditor").get("/api/v1/call-backs").is(200).hides(id) // it is being mended
	o.clock = o.clock.Add(time.Hour)
	note(shown, found)
	_, err = o.differences.Note(ctx, "01lost", []channel.Difference{{Place: channel.AtPages, At: "portal", Wrong: channel.WrongMissing, Hand: true}}, func(string) bool { return true })
	o.must1(nil, err)
	var page struct{ Items []ProbeDifference }
	o.as("auditor").get("/api/v1/probe/differences").is(200).into(&page)
	if len(page.Items) != 2 {
		t.Fatalf("%+v", page.Items)
	}
	if d := page.Items[0]; d.Item != id || d.Title == "" || d.Name != "青山县人民政府网" || d.State != channel.DifferenceOpen || !d.Outside || d.Since == 0 || d.Seen <= d.Since || d.Mended == 0 {
		t.Errorf("%+v", d)
	}
	var board struct{ Items []CallBack }
	o.as("auditor").get("/api/v1/call-backs").is(200).into(&board)
	if len(board.Items) != 1 || board.Items[0].Open != 2 || len(board.Items[0].Places) != 2 {
		t.Fatalf("%+v", board.Items)
	}
	for _, p := range board.Items[0].Places {
		if p.State != channel.PlaceHand || p.Confirmed != 0 || p.Error != "seen_"+map[string]string{"portal": "pages", channel.SearchID: "search"}[p.Place] {
			t.Errorf("%+v", p)
		}
	}
	o.hire("town-editor", "editor", "town")
	o.as("town-editor").get("/api/v1/probe/differences").is(200).hides(id)
	note()
	o.as("auditor").get("/api/v1/probe/differences").is(200).hides(id)
	o.as("auditor").get("/api/v1/call-backs").is(200).hides(id)
}

// Nothing purges caches: they must not keep anything for longer than readers may
// see what was called back.
func TestCachesMayKeepAnAnswerForTenSecondsAndNoLonger(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("a", "关于缓存的通知", "<p>正文</p>")
	page = c.release(page, pub)
	for _, path := range []string{"/items/a", "/items?site=main", "/items/a/editions", "/search?q=缓存", "/sites/main/feed.rss", "/columns/notices/feed.json", "/sites/main/sitemap.xml", "/sites/main/sitemaps/1", "/columns/notices/data"} {
		g := c.get(path)
		said := strings.Split(g.header.Get("Cache-Control"), ", ")
		ten, again := false, false
		for _, word := range said {
			ten, again = ten || word == "max-age=10", again || word == "must-revalidate"
		}
		if g.status != http.StatusOK || !ten || !again {
			t.Errorf("%s: %d %q", path, g.status, said)
		}
	}
	c.withdraw(page, publication.Suspended, "", "")
	if g := c.get("/items/a"); g.status != http.StatusGone || g.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("a refusal is not to be kept: %d %q", g.status, g.header.Get("Cache-Control"))
	}
}
