package jobs

import (
	"testing"

	"gongkai/channel"
	"gongkai/content"
)

func TestAnItemForAParticularScopeIsToldToNoSubscriber(t *testing.T) {
	it := content.Item{Live: content.Live{State: content.Published, Edition: 1, Digest: "d", Title: "公示", Restricted: true, Placed: []content.Placement{{Site: "s", Path: "/a", Home: true}}}}
	if got := wanted(it, channel.Target{ID: "sub-news", Site: "s"}); got.State != "nothing" || got.Title != "" && got.Path != "" {
		t.Errorf("a subscriber is told of it: %+v", got)
	}
	if got := wanted(it, channel.Target{ID: channel.SearchID, Site: "s"}); got.State != "edition" {
		t.Errorf("our own search does not find it: %+v", got)
	}
	it.Live.Restricted = false
	if got := wanted(it, channel.Target{ID: "sub-news", Site: "s"}); got.State != "edition" || got.Path != "/a" {
		t.Errorf("an item for the public is kept from a subscriber: %+v", got)
	}
}
