package jobs_test

import (
	"testing"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/workflow"
)

// A document and its interpretation go from two drafts to the public in one
// release; called back in time, what was to follow stays in.
func TestABundleReachesThePublicTogether(t *testing.T) {
	w := newTown(t)
	site := w.subscribe("down")
	w.start()
	draft := func(kind, title string, about ...any) string {
		v := fields(title)
		if len(about) > 0 {
			v["interprets"] = about
		}
		it, err := w.engine.Create(t.Context(), person("editor"), workflow.NewItem{Kind: kind, Unit: "town", Fields: v, Placements: []content.Placement{{Column: "www-notices"}}})
		w.check(err)
		return it.ID
	}
	doc := draft("notice", "关于安全检查的通知")
	what := draft("interpretation", "安全检查问答", doc)
	w.must("editor", doc, workflow.Step{Act: "bundle", Members: []string{what}})
	it := w.release(w.signed(doc))
	w.quiet()
	lead, member := w.page(doc, "www"), w.page(what, "www")
	if lead.State != publication.Shows || member.State != publication.Shows || lead.Released != member.Released || lead.Released != it.Live.Released {
		t.Fatalf("lead %+v\nmember %+v", lead, member)
	}
	edition, pub, err := w.public.Edition(t.Context(), lead.Edition)
	w.check(err)
	if len(pub.Members) != 1 || pub.Members[0].Digest != member.Digest || edition.Digest != it.Live.Digest {
		t.Errorf("the edition names what went out with it: %+v", pub.Members)
	}
	_, about, err := w.public.Edition(t.Context(), member.Edition)
	w.check(err)
	if there, back := publication.Related(pub), publication.Related(about); len(there) != 1 || there[0] != what || len(back) != 1 || back[0] != doc {
		t.Errorf("readers go from the document to its interpretation, and back: %v %v", there, back)
	}
	if s := site.Shown(); s[doc].State != "edition" || s[what].State != "edition" || s[what].Event != "item.released" {
		t.Errorf("the site shows %+v", s[what])
	}
	report, err := w.trail.Verify(t.Context())
	w.check(err)
	if member := w.get(what); !report.OK() || member.Copied != member.StepN || report.Count != w.get(doc).StepN+member.StepN {
		t.Errorf("the trail has every step: %+v", report)
	}
	w.suspend(w.get(doc))
	w.quiet()
	if w.page(doc, "www").State != publication.Suspended || w.page(what, "www").State != publication.Shows {
		t.Error("after the release each is its own item")
	}
}
