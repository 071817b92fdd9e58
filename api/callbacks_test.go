// The board of call-backs, over HTTP.

package api

import (
	"errors"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/store"
)

// settles plays a call of a channel to its end.
func (o *office) settles(id string, failed error, again time.Duration) {
	o.t.Helper()
	d, err := o.ledger.Claim(o.t.Context(), id)
	o.must1(nil, err)
	_, err = o.ledger.Settle(o.t.Context(), d, failed, again)
	o.must1(nil, err)
}

func TestTheBoardSaysPlaceByPlaceWhatIsGone(t *testing.T) {
	o := newOffice(t)
	id, ctx := o.live("").ID, t.Context()
	_, _, err := o.channels.Subscribers.Put(ctx, channel.Subscriber{Meta: store.Meta{ID: "hall"}, Name: "政务大厅", URL: "https://hall.example/hook"})
	o.must1(nil, err)
	channels := []string{"sub-hall", "sub-slow", "sub-stuck", channel.SearchID}
	for _, ch := range channels {
		d, err := o.ledger.Owe(ctx, ch, id, 1, 1, channel.Show{State: "edition", Site: "portal"})
		o.must1(nil, err)
		o.settles(d.ID, nil, 0)
	}
	var page struct{ Items []CallBack }
	o.as("auditor").get("/api/v1/call-backs").is(200).into(&page)
	if len(page.Items) != 0 {
		t.Fatalf("nothing is called back: %+v", page.Items)
	}
	o.act("secrecy-officer", id, map[string]any{"act": "suspend", "edition": 1, "reason": "核实情况"}).is(200)
	for _, ch := range channels {
		_, err := o.ledger.Owe(ctx, ch, id, 1, 2, channel.Show{State: "suspended", Site: "portal"})
		o.must1(nil, err)
	}
	o.settles("sub-hall."+id, nil, 0)
	o.settles(channel.SearchID+"."+id, nil, 0)
	o.settles("sub-slow."+id, errors.New("away"), time.Hour)
	o.settles("sub-stuck."+id, gongkai.E(gongkai.Denied, "refused", "拒绝", "refused"), -1)
	o.as("auditor").get("/api/v1/call-backs").is(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].Item != id || page.Items[0].State != content.Suspended || page.Items[0].Since == 0 {
		t.Fatalf("%+v", page.Items)
	}
	want := map[string]string{"portal": channel.PlaceWaiting, "sub-hall": channel.PlaceGone, "sub-slow": channel.PlaceWaiting, "sub-stuck": channel.PlaceHand, channel.SearchID: channel.PlaceGone}
	for _, p := range page.Items[0].Places {
		if p.State != want[p.Place] || (p.State == channel.PlaceGone) != (p.Confirmed != 0) || p.Place == "sub-hall" && p.Name != "政务大厅" || p.Place == "sub-stuck" && p.Error != "refused" || p.Place == "portal" && p.Name != "青山县人民政府网" {
			t.Errorf("%+v", p)
		}
		delete(want, p.Place)
	}
	if len(want) > 0 || page.Items[0].Open != 3 {
		t.Errorf("missing %v: %+v", want, page.Items[0])
	}
	lost, err := o.ledger.Owe(ctx, "sub-hall", "01lost", 1, 1, channel.Show{State: "gone"}) // what is no item any more hides nothing
	o.must1(nil, err)
	o.as("auditor").get("/api/v1/call-backs").is(200).into(&page)
	if len(page.Items) != 1 || lost.Back == 0 {
		t.Fatalf("%+v", page.Items)
	}
	o.settles(lost.ID, nil, 0)
	o.hire("town-editor", "editor", "town")
	o.as("town-editor").get("/api/v1/call-backs").is(200).hides(id)
	o.as("town-editor").get("/api/v1/items/"+id+"/call-back").refused(403, "missing_grant")

	_, err = o.content.Items.Update(ctx, id, 0, func(it *content.Item) error { it.Told = it.Seq; return nil })
	o.must1(nil, err)
	for _, late := range []string{"sub-slow.", "sub-stuck."} {
		_, err := o.ledger.Retry(ctx, late+id, false)
		o.must1(nil, err)
		o.settles(late+id, nil, 0)
	}
	o.as("auditor").get("/api/v1/call-backs").is(200).hides(id)
	var one CallBack
	o.as("auditor").get("/api/v1/items/" + id + "/call-back").is(200).into(&one)
	if one.Open != 0 || one.Since != 0 || len(one.Places) != 5 {
		t.Errorf("%+v", one)
	}
}
