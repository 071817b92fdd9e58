package jobs

import (
	"reflect"
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

// The days of an edition that the backup does not know are those that it says.
func TestAnEditionThatTheBackupDoesNotKnowSaysItsOwnDays(t *testing.T) {
	it := content.Item{Seq: 1, Live: content.Live{State: content.Published, Edition: 1, Sheet: "sheet", Digest: "digest", Dates: map[string]string{"expires_at": "2031-01-01"}}}
	s := shown{pages: []publication.Page{{Seq: 5, State: publication.Shows, Edition: publication.EditionID("item", 2), Digest: "newer"}}}
	s.pub.Fields = content.Fields{"expires_at": "2032-01-01", "validity": content.InForce, "title": "办法"}
	a, is := s.aheadOf(it, 0)
	if d := a.Live.Dates; !is || len(d) != 2 || d["expires_at"] != "2032-01-01" || d["validity"] != content.InForce {
		t.Errorf("%v %v", is, d)
	}
	s.pub.Fields = content.Fields{"title": "通知", "validity": content.InForce}
	if a, _ = s.aheadOf(it, 0); a.Live.Dates != nil {
		t.Errorf("it says none: %v", a.Live.Dates)
	}
}

// Who signed an edition, for whom, and what went out with it, is said of that
// edition alone: of the one that came after it the backup knows nobody.
func TestAnEditionThatTheBackupDoesNotKnowHasNoSignaturesOfAnother(t *testing.T) {
	it := content.Item{Seq: 1, Live: content.Live{State: content.Published, Edition: 1, Sheet: "sheet", Digest: "digest", First: 7, By: "publisher", For: "chief", Submitted: 5, Pipeline: "alternating@1",
		Signoffs: []content.Signoff{{By: "both3"}}, Bundle: []content.Member{{Item: "member"}}, Round: "round", Lead: &content.Lead{Item: "lead"}, Asked: &content.Asked{By: "secret"}, Contributors: []string{"editor"}}}
	s := shown{pages: []publication.Page{{Seq: 5, State: publication.Shows, Edition: publication.EditionID("item", 2), Digest: "newer", Title: "办法", Released: 9}}}
	a, is := s.aheadOf(it, 0)
	want := content.Live{State: content.Suspended, Edition: 2, Digest: "newer", Title: "办法", First: 7, Released: 9, Reason: "恢复备份后待核"}
	a.Live.Placed, a.Live.Struck = nil, nil
	if !is || !reflect.DeepEqual(a.Live, want) {
		t.Errorf("%+v", a.Live)
	}
	for _, struck := range []bool{false, true} { // one that it knows keeps them, whatever became of it since
		s.pages[0].Edition, s.pages[0].Digest, s.pages[0].State = publication.EditionID("item", 1), "digest", publication.Notice
		s.editions = []publication.Edition{{Number: 1, Digest: "digest", Struck: struck}}
		a, is = s.aheadOf(it, 0)
		if l := a.Live; !is || l.State != content.Tombstoned || l.By != "publisher" || len(l.Signoffs) != 1 || len(l.Bundle) != 1 || len(l.Contributors) != 1 {
			t.Errorf("struck %v: %+v", struck, l)
		}
	}
}
