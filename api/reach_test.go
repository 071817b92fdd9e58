package api

import (
	"encoding/csv"
	"strings"
	"testing"

	"gongkai/channel"
)

// reachSamples reach the decision of each operation of this part.
var reachSamples = map[string]sample{
	"list-reach":   {"/api/v1/reach?outlet=press&from=2026-01&to=2026-02", nil},
	"reach-csv":    {"/api/v1/reach.csv?outlet=press&from=2026-01&to=2026-02", nil},
	"reach-xlsx":   {"/api/v1/reach.xlsx?outlet=press&from=2026-01&to=2026-02", nil},
	"put-reach":    {"/api/v1/outlets/press/reach/2026-01", map[string]any{}},
	"import-reach": {"/api/v1/reach", "not a table"},
}

type reachPage struct{ Items []ReachView }

// press makes outlets: of the county's site, of another unit's, and of all sites.
func press(t *testing.T) *office {
	o := newOffice(t)
	admin := o.as("administrator")
	admin.put("/api/v1/sites/away", map[string]any{"name": "邻县政府网", "unit": "other"}).is(200)
	for id, sites := range map[string][]string{"press": {"portal"}, "away": {"away"}, "all": nil} {
		admin.put("/api/v1/outlets/"+id, map[string]any{"name": "=县报" + id, "kind": "manual", "sites": sites}).is(200)
	}
	return o
}

func TestReachFiguresAreEnteredAndReadByWhoeverHasASayInTheOutlet(t *testing.T) {
	o := press(t)
	publisher, admin, auditor := o.as("publisher"), o.as("administrator"), o.as("auditor")
	month := o.clock.Format("2006-01")
	at := "/reach/" + month
	if got := publisher.put("/api/v1/outlets/press"+at, map[string]any{"issues": 12, "reads": 3400}).is(200); got.str("reads.source") != "hand" || got.str("outlet") != "press" {
		t.Error(got.body)
	}
	admin.put("/api/v1/outlets/away"+at, map[string]any{"shares": 1}).is(200)
	admin.put("/api/v1/outlets/all"+at, map[string]any{"shares": 2}).is(200)
	publisher.put("/api/v1/outlets/away"+at, map[string]any{"shares": 9}).refused(403, "missing_grant")
	publisher.put("/api/v1/outlets/all"+at, map[string]any{"shares": 9}).refused(403, "missing_grant")
	for _, who := range []string{"editor", "auditor", "reviewer-3"} {
		o.as(who).put("/api/v1/outlets/press"+at, map[string]any{"shares": 9}).refused(403, "missing_grant")
	}
	publisher.put("/api/v1/outlets/none"+at, map[string]any{}).is(404)
	publisher.put("/api/v1/outlets/press/reach/2026-13", map[string]any{}).is(400)
	publisher.put("/api/v1/outlets/press"+at, map[string]any{"reads": -1}).is(400)
	publisher.put("/api/v1/outlets/press/reach/2099-01", map[string]any{}).refused(400, "bad_figures")
	seen := func(who caller, query string) (ids []string) {
		var page reachPage
		who.get("/api/v1/reach?" + query).is(200).into(&page)
		for _, v := range page.Items {
			ids = append(ids, v.Outlet)
		}
		return ids
	}
	if got := strings.Join(seen(o.as("editor"), ""), " "); got != "press" {
		t.Error("of the unit alone:", got)
	}
	if got := strings.Join(seen(auditor, ""), " "); got != "all away press" {
		t.Error("everything:", got)
	}
	if got := strings.Join(seen(auditor, "outlet=away&from="+month+"&to="+month), " ") + strings.Join(seen(auditor, "from=2020-01&to=2020-12"), " "); got != "away" {
		t.Error(got)
	}
	o.as("editor").get("/api/v1/reach?outlet=away").refused(403, "missing_grant")
	auditor.get("/api/v1/reach?from=2026-11&to=2026-01").refused(400, "months")
	if publisher.put("/api/v1/outlets/press"+at, map[string]any{"issues": 12}).is(200); strings.Contains(auditor.get("/api/v1/reach?outlet=press").body, `"reads"`) {
		t.Error("what is no longer entered is still there")
	}
	if trail := auditor.get("/api/v1/trail?act=reach.manage").is(200); !strings.Contains(trail.body, "outlet/press") || !strings.Contains(trail.body, `"reads":"3400"`) {
		t.Error(trail.body)
	}
}

func TestReachFiguresAreATableThatCanBeLoadedAgain(t *testing.T) {
	o := press(t)
	month := o.clock.Format("2006-01")
	publisher := o.as("publisher").with("Content-Type", "text/csv")
	if got := publisher.send("/api/v1/reach", "渠道,月份,阅读量\npress,"+month+",77\n").is(200); !strings.Contains(got.body, `"rows":1`) {
		t.Error(got.body)
	}
	if p := publisher.send("/api/v1/reach", "渠道,月份,阅读量\npress,"+month+",78\naway,"+month+",78\n").refused(400, "reach_rows"); len(p.Errors) != 1 || p.Errors[0].Where != "line 3: outlet" {
		t.Errorf("%+v", p)
	}
	publisher.send("/api/v1/reach", "渠道,月份,阅读量\n"+strings.Repeat("press,2026-01,1\n", channel.MaxReachBytes/16)).is(413)
	o.as("editor").with("Content-Type", "text/csv").send("/api/v1/reach", "no table").refused(403, "missing_grant")
	out := o.as("editor").get("/api/v1/reach.csv").is(200)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "press" || rows[1][1] != "'=县报press" || rows[1][12] != "77" || rows[1][13] != "导入" || rows[0][12] != "阅读量" {
		t.Fatal(rows, err)
	}
	publisher.send("/api/v1/reach", out.body).is(200)
	if again := o.as("editor").get("/api/v1/reach.csv").is(200); again.body != out.body {
		t.Error("loaded again, it is another table")
	}
	if sheet := o.as("editor").get("/api/v1/reach.xlsx").is(200); !strings.HasPrefix(sheet.body, "PK") {
		t.Error("no workbook")
	}
	if trail := o.as("auditor").get("/api/v1/trail?act=report.export").is(200); !strings.Contains(trail.body, "report/reach") {
		t.Error(trail.body)
	}
}
