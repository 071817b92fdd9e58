package workflow

import (
	"testing"

	"gongkai"
	"gongkai/content"
)

func TestWhatIsSentBesideTheTextCarriesNothingPersonal(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	for name, s := range map[string]Step{
		"a step id":     {ID: "step-" + mobile, Act: "submit"},
		"a replacement": {ID: gongkai.NewID(), Act: "resolve", Resolutions: []content.Resolution{{Kind: "mobile", Act: "mask", As: "电话" + mobile}}},
		"a kind":        {ID: gongkai.NewID(), Act: "resolve", Resolutions: []content.Resolution{{Kind: mobile, Act: "mask"}}},
		"a place":       {ID: gongkai.NewID(), Act: "resolve", Resolutions: []content.Resolution{{Place: idNumber, Act: "mask"}}},
		"a redirect":    {ID: gongkai.NewID(), Act: "ask_withdraw", Tombstone: &content.Tombstone{Type: "redirect", To: "/x/" + idNumber}},
	} {
		if _, err := o.Step(t.Context(), person("editor"), it.ID, s); !gongkai.Is(err, gongkai.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, n := range map[string]NewItem{
		"a path":          {Placements: []content.Placement{{Column: it.Column, Path: "/n/" + mobile}}},
		"a language":      {Lang: mobile},
		"a foreign group": {Group: idNumber},
	} {
		n.Kind, n.Unit, n.Fields = it.Kind, it.Unit, plainFields()
		if _, err := o.Create(t.Context(), person("editor"), n); !gongkai.Is(err, gongkai.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEasierPipelineIsNoSideDoor(t *testing.T) {
	by := map[string]Pipeline{}
	for _, p := range Presets {
		by[p.Name] = p
	}
	for _, c := range []struct {
		home, other string
		want        bool
	}{
		{"alternating", "merged", true}, {"merged", "alternating", false}, {"alternating", "alternating-secrecy", false},
		{"alternating-secrecy", "alternating", true}, {"reviews-then-proofs", "alternating", false}, {"alternating", "reviews-then-proofs", true},
	} {
		if by[c.home].covers(by[c.other]) != c.want {
			t.Errorf("%s covers %s: want %v", c.home, c.other, c.want)
		}
	}
}

func TestADigestIsNoKeyToSomebodyElsesFile(t *testing.T) {
	o := newOffice(t)
	it := o.create(plainFields())
	v := plainFields()
	v["attachments"] = []content.FileRef{{Digest: "0000000000000000000000000000000000000000000000000000000000000000", Name: "a.csv"}}
	_, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: v})
	o.refused(err, gongkai.Invalid, "file")
}

func TestCapitalNumeralsAreNumbers(t *testing.T) {
	amount := content.Text{Place: "body", Text: "罚款人民币伍拾元整"}
	if _, err := changedWords(amount, content.Text{Place: "body", Text: "罚款人民币玖仟元整"}, nil); gongkai.CodeOf(err) != "rewrite" {
		t.Errorf("an amount was changed as if it were words: %v", err)
	}
}

func TestAWithdrawalVoidsTheSignaturesGivenBeforeIt(t *testing.T) {
	d := staffed(t)
	it := d.renew(t, d.live(t)) // signed and ready, beside what is live
	it = d.must(t, it, "secret", Step{Act: "ask_withdraw", Edition: it.Live.Edition, Reason: "内容有误"})
	it = d.must(t, it, "review3", Step{Act: "withdraw", Edition: it.Live.Edition, Opinion: "同意"})
	if it.Work.State != content.Returned || len(it.Work.Signoffs) > 0 {
		t.Errorf("what was signed before the withdrawal could bring it back: %s with %d signatures", it.Work.State, len(it.Work.Signoffs))
	}
}

func TestAMaskedIndexNumberIsNotPublishedInClear(t *testing.T) {
	o := newOffice(t)
	v := plainFields()
	v["index_no"] = idNumber
	it := o.create(v)
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "index_no", Act: "mask"}}})
	it = o.release(o.sign(o.submit(it.ID)))
	if it.IndexNo == idNumber || it.IndexNo == "" {
		t.Error("the item bears the number that was masked in the sheet, or none")
	}
}
