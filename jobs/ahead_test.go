package jobs

import (
	"testing"

	"gongkai/content"
	"gongkai/publication"
)

// A mark that was taken away leaves whom it named to be told: to readers that is
// no mark, and a request that waits is not thereby decided.
func TestARequestOutlastsARestoreUnlessTheMarkIsAnother(t *testing.T) {
	it := content.Item{Seq: 1, Live: content.Live{State: content.Published, Edition: 1, Sheet: "sheet", Digest: "digest",
		Validity: &content.Validity{Was: "another", Seq: 1}, AskedValidity: &content.ValidityAsked{Asker: "editor"}}}
	page := publication.Page{Seq: 5, State: publication.Shows, Edition: publication.EditionID("item", 1), Digest: "digest"}
	a, is := shown{pages: []publication.Page{page}}.aheadOf(it, 0)
	if !is || a.Live.AskedValidity == nil || a.Live.Validity == nil || a.Live.Validity.Was != "another" {
		t.Errorf("%v %+v", is, a.Live)
	}
	page.Mark = &content.Validity{State: "lapsed", Since: "2026-01-01"}
	if a, _ = (shown{pages: []publication.Page{page}}).aheadOf(it, 0); a.Live.AskedValidity != nil || a.Live.Validity.State != "lapsed" {
		t.Errorf("%+v", a.Live)
	}
}
