package workflow

import (
	"encoding/json"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
)

// TestTheFiguresOfTheGateAddUp compares the reports with the items themselves.
func TestTheFiguresOfTheGateAddUp(t *testing.T) {
	o := newOffice(t)
	o.Aggregation = 0 // the same person is kept in the second one
	masked := o.released()
	it := o.create(personal())
	o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "id_card", Act: content.ActKeep, Basis: "依法公告送达，见" + idNumber}}})
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "mobile", Act: content.ActMask}}})
	kept := o.release(o.sign(o.submit(it.ID)))
	for range 2 { // a repeat changes nothing
		o.check(o.Register(t.Context(), o.get(masked.ID)))
		o.check(o.Register(t.Context(), o.get(kept.ID)))
	}
	want := map[[3]string]int64{}
	for _, item := range []content.Item{o.get(masked.ID), o.get(kept.ID)} {
		d := content.Decided(item.Live.Settled)
		for _, f := range o.findings(item) {
			r, _ := d.Settle(f)
			want[[3]string{f.Kind, r.Act, r.By}]++
		}
	}
	all, err := o.GateReport(t.Context(), person("secret"), Period{Unit: "county"}, "", 0)
	o.check(err)
	sums := all.Docs
	for i, after := 0, ""; i < len(sums); i++ {
		page, err := o.GateReport(t.Context(), person("secret"), Period{Unit: "county"}, after, 1)
		o.check(err)
		if len(page.Docs) != 1 || page.Docs[0] != sums[i] || (page.Next == "") != (i == len(sums)-1) {
			t.Fatalf("page %d: %+v", i, page)
		}
		after = page.Next
	}
	var found, total int64
	for _, s := range sums {
		found += s.Found
		if s.Found != s.Masked+s.Kept+s.Not+s.ByEye || s.Masked != want[[3]string{s.Kind, "mask", s.By}] || s.Kept != want[[3]string{s.Kind, "keep", s.By}] || s.Unit != "county" || s.Zh == "" {
			t.Errorf("row %+v, the items say %v", s, want)
		}
	}
	for _, n := range want {
		total += n
	}
	if found != total || total != 6 || len(sums) < 3 {
		t.Errorf("%d found, the items have %d: %+v", found, total, sums)
	}

	page, err := o.Exemptions(t.Context(), person("secret"), Period{Unit: "county"}, "", 0)
	o.check(err)
	if len(page.Docs) != 1 || page.Docs[0].Item != kept.ID || len(page.Docs[0].Kept) != 1 {
		t.Fatalf("exemptions %+v", page.Docs)
	}
	x, raw := page.Docs[0].Kept[0], ""
	if b, err := json.Marshal(page.Docs[0]); err == nil {
		raw = string(b)
	}
	if x.Kind != "id_card" || x.By != "secret" || x.N != 1 || x.At == 0 || x.Place != "body" || !strings.HasPrefix(x.Basis, "依法公告送达") || strings.Contains(raw, idNumber) {
		t.Errorf("exemption %s", raw)
	}
	o.must("publisher", kept.ID, Step{Act: "suspend", Edition: 1, Reason: "泄露个人信息", Privacy: true})
	if page, err := o.Exemptions(t.Context(), person("secret"), Period{Unit: "county"}, "", 0); err != nil || page.Docs[0].Title != struckTitle {
		t.Errorf("the title of what leaked: %+v %v", page, err)
	}
	later := Period{Unit: "county", From: kept.Live.Released + 1}
	if page, err := o.GateReport(t.Context(), person("secret"), later, "", 0); err != nil || len(page.Docs) != 0 {
		t.Errorf("after the period: %+v %v", page, err)
	}
	_, err = o.GateReport(t.Context(), person("editor"), Period{Unit: "county"}, "", 0)
	o.refused(err, gongkai.Denied, "missing_grant")
}
