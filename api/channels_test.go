// The ledger and the channels as administrators and publishers use them.

package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"gongkai/audit"
	"gongkai/channel"
	"gongkai/policy"
)

// owes is an office with one delivery that was confirmed, to a subscriber.
func owes(t *testing.T) (o *office, d channel.Delivery) {
	o = newOffice(t)
	o.as("administrator").put("/api/v1/subscribers/hall", map[string]any{"name": "政务大厅", "url": "https://hall.example/hook"}).is(200)
	d, err := o.ledger.Owe(t.Context(), "sub-hall", o.drafted(), 1, 1, channel.Show{Event: "item.released", State: "edition", Site: "portal", Column: "notices"})
	if err != nil {
		t.Fatal(err)
	}
	if d, err = o.ledger.Claim(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	if d, err = o.ledger.Settle(t.Context(), d, nil, 0); err != nil {
		t.Fatal(err)
	}
	return o, d
}

func TestTheLedgerIsFilteredByEverything(t *testing.T) {
	o, d := owes(t)
	for _, q := range []string{"channel=sub-hall", "kind=webhook", "site=portal", "column=notices", "item=" + d.Item, "state=confirmed", "kind=webhook&site=portal&state=confirmed&column=notices"} {
		if got := o.as("auditor").get("/api/v1/deliveries?" + q).is(200); !strings.Contains(got.body, d.ID) {
			t.Errorf("%s: %s", q, got.body)
		}
	}
	for _, q := range []string{"kind=search", "state=held", "state=stalled", "code=timeout", "item=another", "kind=webhook&code=timeout"} {
		o.as("auditor").get("/api/v1/deliveries?" + q).is(200).hides(d.ID)
	}
	for q, code := range map[string]string{"kind=fax": "channel_kind", "state=lost": "state"} {
		o.as("auditor").get("/api/v1/deliveries?"+q).refused(400, code)
	}
	if got := o.as("auditor").get("/api/v1/deliveries/" + d.ID).is(200); !strings.Contains(got.body, `"receipt"`) {
		t.Error(got.body)
	}
	o.as("key:write").get("/api/v1/deliveries/" + d.ID).is(200)
}

func TestABulkResendIsBegunFollowedAndStopped(t *testing.T) {
	o, d := owes(t)
	o.hire("county-publisher", policy.Publisher, "county")
	p := o.as("county-publisher")
	p.post("/api/v1/resends", map[string]any{"channel": "sub-hall", "why": "对方丢失数据"}).refused(403, "missing_grant")
	p.post("/api/v1/resends", map[string]any{"why": "对方丢失数据", "everything": true}).refused(403, "missing_grant")
	id := p.post("/api/v1/resends", map[string]any{"column": "notices", "why": "对方丢失数据"}).is(200).str("id")
	if !slices.Contains(o.woken, "bulk/"+id) {
		t.Errorf("nobody was woken: %v", o.woken)
	}
	if _, err := o.ledger.Advance(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	var b channel.Bulk
	if err := json.Unmarshal([]byte(p.get("/api/v1/resends/"+id).is(200).body), &b); err != nil || b.Sent != 1 || b.Total != 1 || b.State != channel.BulkDone {
		t.Errorf("%+v %v", b, err)
	}
	now, err := o.ledger.Get(t.Context(), d.ID)
	if err != nil || !now.Low || now.Due == 0 || now.MessageID() == d.MessageID() {
		t.Errorf("%+v %v", now, err)
	}
	again := o.as("administrator").post("/api/v1/resends", map[string]any{"everything": true, "why": "演练"}).is(200).str("id")
	p.delete("/api/v1/resends/"+again).refused(403, "missing_grant")
	o.as("administrator").delete("/api/v1/resends/" + again).is(200)
	o.as("administrator").delete("/api/v1/resends/"+again).refused(422, "not_running")
	o.as("administrator").post("/api/v1/resends", map[string]any{"why": "演练"}).refused(400, "which")
	page, err := o.trail.Find(t.Context(), audit.Filter{Object: "bulk/" + id})
	if err != nil || len(page.Entries) != 1 || page.Entries[0].Act != "delivery.resend" || page.Entries[0].Detail["column"] != "notices" {
		t.Errorf("%+v %v", page.Entries, err)
	}
}

func TestAChannelIsPausedByNameAndReason(t *testing.T) {
	o, d := owes(t)
	if _, err := o.ledger.Retry(t.Context(), d.ID, true); err != nil {
		t.Fatal(err)
	}
	admin := o.as("administrator")
	admin.post("/api/v1/channels/sub-hall/pause", map[string]any{"why": "对方检修"}).is(200)
	admin.post("/api/v1/channels/sub-hall/pause", map[string]any{"why": "对方检修"}).refused(422, "paused")
	admin.post("/api/v1/channels/search/pause", map[string]any{"why": "对方检修"}).refused(400, "channel")
	admin.post("/api/v1/channels/sub-none/pause", map[string]any{"why": "对方检修"}).is(404)
	d, err := o.ledger.Get(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.ledger.Hold(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if got := o.as("auditor").get("/api/v1/channels").is(200); !strings.Contains(got.body, `"why":"对方检修"`) || !strings.Contains(got.body, `"held":1`) {
		t.Error(got.body)
	}
	if got := o.as("auditor").get("/api/v1/deliveries?state=held").is(200); !strings.Contains(got.body, d.ID) {
		t.Error(got.body)
	}
	id := admin.post("/api/v1/channels/sub-hall/resume", nil).is(200).str("id")
	admin.delete("/api/v1/resends/"+id).refused(422, "not_running") // what was held is let go in any case
	if _, err := o.ledger.Advance(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if now, err := o.ledger.Get(t.Context(), d.ID); err != nil || now.Held != 0 || now.Due == 0 {
		t.Errorf("%+v %v", now, err)
	}
	page, err := o.trail.Find(t.Context(), audit.Filter{Object: "channel/sub-hall"})
	if err != nil || len(page.Entries) != 2 {
		t.Errorf("%+v %v", page.Entries, err)
	}
}

func TestASubscribersSecretIsChangedAndItsAddressTested(t *testing.T) {
	o, _ := owes(t)
	admin := o.as("administrator")
	body := map[string]any{"name": "政务大厅", "url": "https://127.0.0.1:1/hook", "limits": map[string]any{"concurrency": 2, "rate": 5}}
	admin.put("/api/v1/subscribers/hall", body).is(200)
	got := admin.post("/api/v1/subscribers/hall/secret", map[string]any{"hours": 2}).is(200)
	secret := got.str("secret")
	if !strings.HasPrefix(secret, "whsec_") || !strings.Contains(got.body, `"old_secret_until"`) {
		t.Error(got.body)
	}
	if list := admin.get("/api/v1/subscribers").is(200).hides(secret); !strings.Contains(list.body, `"limits":{"concurrency":2,"rate":5}`) || !strings.Contains(list.body, `"fill":{"began"`) {
		t.Error(list.body)
	}
	if again := admin.post("/api/v1/subscribers/hall/secret", map[string]any{"hours": 0}).is(200); strings.Contains(again.body, "old_secret_until") {
		t.Error(again.body)
	}
	if tested := admin.post("/api/v1/subscribers/hall/test", nil).is(200); tested.str("code") != "refused_address" || !strings.Contains(tested.body, `"ok":false`) {
		t.Error(tested.body)
	}
	body["tls"] = map[string]any{"certificate": "not one", "key": "a key that nobody may see"}
	admin.put("/api/v1/subscribers/hall", body).hides("nobody may see").refused(400, "bad_pem")
	page, err := o.trail.Find(t.Context(), audit.Filter{Object: "subscriber/hall", Act: "subscriber.test"})
	if err != nil || len(page.Entries) != 1 || page.Entries[0].Detail["code"] != "refused_address" {
		t.Errorf("%+v %v", page.Entries, err)
	}
}
