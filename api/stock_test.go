package api

import (
	"strings"
	"testing"

	"gongkai/content"
	"gongkai/policy"
)

// live is an item that the public reads; its leak is of rules that knew less.
func (o *office) live(leak string) content.Item {
	o.t.Helper()
	o.coded()
	id := o.submitted()
	o.signed(id)
	o.act("publisher", id, map[string]any{"act": "release", "sheet": o.item(id).Work.SheetDigest}).is(200)
	it := o.item(id)
	if leak == "" {
		return it
	}
	_, err := o.content.Sheets.Update(o.t.Context(), it.Live.Sheet, 0, func(doc *content.Sheet) error {
		pub, err := doc.Public()
		if err != nil {
			return err
		}
		pub.Fields["body"] = leak
		doc.Bytes, _, err = content.Canonical(pub)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return it
}

// signed lets three people sign what was submitted.
func (o *office) signed(id string) {
	o.t.Helper()
	for _, who := range []string{"1", "2", "3"} {
		signer := "审校" + who
		if _, hired := o.users[signer]; !hired {
			o.hire(signer, "reviewer-"+who, "county")
			if err := o.policy.Grant(o.t.Context(), policy.Grant{User: o.users[signer].ID, Role: "proofreader-" + who, Unit: "county"}, o.users[signer].Actor()); err != nil {
				o.t.Fatal(err)
			}
		}
		it := o.item(id)
		o.act(signer, id, map[string]any{"act": "pass", "sheet": it.Work.SheetDigest, "opinion": "同意",
			"judgements": map[string]any{"legality": true, "accuracy": true, "disclosability": true, "secrecy": true}}).is(200)
	}
}

func (o *office) item(id string) content.Item {
	o.t.Helper()
	it, err := o.content.Items.Get(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return it
}

// scan reads the stock again.
func (o *office) scan() {
	o.t.Helper()
	if done, err := o.engine.Rescan(o.t.Context(), o.clock.Add(1<<40)); err != nil || !done {
		o.t.Fatal(done, err)
	}
}

func TestTheOfficerWorksOffWhatTheRescanFound(t *testing.T) {
	o := newOffice(t)
	first, second := o.live("<p>身份证号"+rawID+"</p>"), o.live("<p>联系电话"+rawMobile+"，身份证号"+rawID+"</p>")
	o.live("")
	o.scan()
	var list List[content.Hit]
	o.as(policy.SecrecyOfficer).get("/api/v1/stock/hits?unit=county").is(200).hides(rawID, rawMobile, "dismissed\":[").into(&list)
	if len(list.Items) != 2 {
		t.Fatalf("hits %+v", list.Items)
	}
	officer := o.as(policy.SecrecyOfficer)
	officer.post("/api/v1/stock/hits/"+first.ID+"/dismiss", map[string]any{}).refused(400, "validation")
	officer.post("/api/v1/stock/hits/"+first.ID+"/dismiss", map[string]any{"rev": 77, "reason": "示例"}).refused(409, "stale")
	o.as("key:write").post("/api/v1/stock/hits/"+first.ID+"/dismiss", map[string]any{"reason": "示例"}).refused(403, "program")
	officer.post("/api/v1/stock/hits/"+first.ID+"/dismiss", map[string]any{"reason": "示例号码" + rawID}).is(200).hides(rawID)
	if got := officer.post("/api/v1/stock/hits/"+second.ID+"/suspend", map[string]any{}).is(200); got.str("state") != "suspended" || o.item(second.ID).Live.State != content.Suspended {
		t.Errorf("%s", got.body)
	}
	officer.post("/api/v1/stock/hits/"+second.ID+"/suspend", map[string]any{}).refused(422, "not_open")
	o.as(policy.Auditor).get("/api/v1/trail?act=hit.dismiss").is(200).hides(rawID)
	o.scan()
	if got := officer.get("/api/v1/stock/hits?unit=county").is(200).body; strings.TrimSpace(got) != `{"items":[]}` {
		t.Errorf("still open: %s", got)
	}
	o.as(policy.Auditor).get("/api/v1/stock/hits").is(200)
	officer.get("/api/v1/stock/hits").refused(403, "missing_grant")
	if pass := o.as(policy.Auditor).get("/api/v1/stock/pass").is(200); pass.str("rules") == "" {
		t.Errorf("%s", pass.body)
	}
	o.clean(rawMobile, "sheets") // where the test put it
}
