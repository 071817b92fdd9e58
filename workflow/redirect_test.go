package workflow

import (
	"testing"

	"gongkai"
	"gongkai/content"
)

// Readers who follow redirects come to an end.
func TestNoRedirectLeadsBackToWhereItBegins(t *testing.T) {
	o := newOffice(t)
	out := func(it content.Item) content.Item { return o.release(o.sign(o.submit(it.ID))) }
	plain := content.Fields{"title": "关于开展检查的通告", "openness": content.Proactive, "body": "<p>正文</p>"}
	one, other := out(o.create(plain)), out(o.create(plain))
	ask := func(it content.Item, to string) error {
		_, err := o.step("editor", it.ID, Step{Act: "ask_withdraw", Edition: it.Live.Edition, Reason: "有误", Tombstone: &content.Tombstone{Type: "redirect", To: to}})
		return err
	}
	own := one.Home().Path
	o.refused(ask(one, own), gongkai.Invalid, "circle")

	one = out(o.must("editor", one.ID, Step{Act: "place", Placements: []content.Placement{{Column: "www-merged", Path: "/moved/one", Home: true}}}))
	o.refused(ask(one, own), gongkai.Invalid, "circle") // that path leads to the new one

	o.check(ask(one, other.Home().Path))
	o.check(ask(other, "/moved/one"))
	o.must("review3", one.ID, Step{Act: "withdraw", Edition: 2})
	_, err := o.step("review3", other.ID, Step{Act: "withdraw", Edition: 1})
	o.refused(err, gongkai.Invalid, "circle")
	o.must("review3", other.ID, Step{Act: "decline", Edition: 1, Reason: "转回原处"})
	o.refused(ask(other, own), gongkai.Invalid, "circle")
	o.check(ask(other, "/static/notice"))
	o.must("review3", other.ID, Step{Act: "withdraw", Edition: 1})
}
