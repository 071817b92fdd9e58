package api

import (
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

func TestTheRegisterOfExemptionsIsReadAndDownloaded(t *testing.T) {
	o := newOffice(t)
	it := o.live("")
	record := content.GateRecord{Item: it.ID, Unit: "county", Title: "=HYPERLINK(\"http://x\")", Edition: 9, Released: it.Live.Released, Exempt: true,
		Rows: []content.GateRow{{Kind: "id_card", Act: "keep", By: "u", Name: "+保密员", N: 3}},
		Kept: []content.Exemption{{Place: "roster[*][2]", Kind: "id_card", Basis: "-依法公告", By: "u", Name: "@保密员", At: it.Live.Released, N: 3}}}
	record.ID = it.ID + ".9"
	o.must1(o.content.Register.Insert(t.Context(), record))
	if err := o.engine.Register(t.Context(), it); err != nil {
		t.Fatal(err)
	}
	officer := o.as(policy.SecrecyOfficer)
	var list List[content.GateRecord]
	officer.get("/api/v1/reports/exemptions?unit=county").is(200).hides(rawID).into(&list)
	if len(list.Items) != 1 || list.Items[0].Kept[0].N != 3 {
		t.Errorf("register %+v", list.Items)
	}
	var sums List[workflow.GateSum]
	officer.get("/api/v1/reports/gate?unit=county").is(200).into(&sums)
	if len(sums.Items) != 3 || sums.Items[0].Found == 0 {
		t.Errorf("sums %+v", sums.Items)
	}
	var page List[workflow.GateSum]
	officer.get("/api/v1/reports/gate?unit=county&limit=2").is(200).into(&page)
	if len(page.Items) != 2 || page.Next == "" {
		t.Fatalf("page %+v", page)
	}
	officer.get("/api/v1/reports/gate?unit=county&limit=2&after=" + url.QueryEscape(page.Next)).is(200).into(&page)
	if len(page.Items) != 1 || page.Items[0] != sums.Items[2] {
		t.Errorf("the rest %+v", page)
	}
	o.as(policy.Auditor).get("/api/v1/reports/gate").is(200)
	o.as("editor").get("/api/v1/reports/gate.xlsx?unit=county").refused(403, "missing_grant")

	rows := sheetRows(t, officer.get("/api/v1/reports/exemptions.xlsx?unit=county").is(200).body)
	if len(rows) != 2 || rows[1][2] != "'=HYPERLINK(\"http://x\")" || rows[1][9] != "'-依法公告" || rows[1][10] != "'@保密员" || rows[1][8] != "3" || rows[1][7] != "公民身份号码" || rows[1][3] != "青山县人民政府" {
		t.Errorf("rows %q", rows)
	}
	if rows = sheetRows(t, officer.get("/api/v1/reports/gate.xlsx?unit=county").is(200).body); len(rows) != 4 || rows[0][3] != "发现" || rows[1][0] != "青山县人民政府" {
		t.Errorf("rows %q", rows)
	}
}

// sheetRows reads a spreadsheet, and wants no formula in it.
func sheetRows(t *testing.T, body string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if panes, err := f.GetPanes("Sheet1"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the head stays in sight: %+v, %v", panes, err)
	}
	rows, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for r, row := range rows {
		for c := range row {
			at, _ := excelize.CoordinatesToCellName(c+1, r+1)
			if formula, _ := f.GetCellFormula("Sheet1", at); formula != "" {
				t.Errorf("%s is a formula", at)
			}
		}
	}
	return rows
}
