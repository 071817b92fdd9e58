package publication_test

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

// edition stores an edition with these fields, and gives its page.
func edition(t *testing.T, p *publication.Public, item string, fields content.Fields) (publication.Page, content.Public) {
	t.Helper()
	pub := content.Public{Item: item, Fields: fields}
	bytes, digest, err := content.Canonical(pub)
	check(t, err)
	check(t, p.PutEdition(t.Context(), publication.Edition{Item: item, Number: 1, Bytes: bytes, Digest: digest}))
	docNo, _ := fields["doc_no"].(string)
	return publication.Page{Item: item, Site: "s", Seq: 1, State: publication.Shows, Edition: item + ".1", Kind: "k", DocNo: docNo}, pub
}

var own = []content.Field{
	{Name: "form", Type: "choice", Facet: true, Choices: []content.Choice{{Value: "text"}}}, {Name: "fields", Type: "multi_choice", Facet: true, Choices: []content.Choice{{Value: "a"}, {Value: "b"}}},
	{Name: "decided_on", Type: "date", Facet: true}, {Name: "amount", Type: "number", Facet: true}, {Name: "party", Type: "text"},
	{Name: "interprets", Type: "reference", Facet: true},
}

func TestTermsAreWhatTheKindLetsReadersFilterBy(t *testing.T) {
	p := open(t)
	check(t, p.CopyKind(t.Context(), content.Kind{Meta: store.Meta{ID: "k"}, Own: own, Updated: 5}))
	page, pub := edition(t, p, "a", content.Fields{"topic": `综合政务\政务公开；财政、金融、审计`, "genre": "通知", "service": strings.Repeat("长", 101), "validity": "in_force", "form": "text",
		"fields": []string{"a", "b", "a"}, "decided_on": "2025-03-02", "amount": "200.5", "party": "某人", "interprets": []string{"doc1"}, "doc_no": "国办发〔2017〕47号"})
	page.Validity = "abolished" // an act after the release
	check(t, p.Tag(t.Context(), &page, pub))
	want := `[amount=200.5 decided_on=2025 fields=a fields=b form=text genre=通知 interprets=doc1 topic=综合政务 topic=综合政务\政务公开 topic=财政、金融、审计 validity=abolished]`
	if got := fmt.Sprint(page.Terms); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if fmt.Sprint(page.Interprets) != "[doc1]" || page.DocKey != content.DocNoKey(" 国办发 [2017] 47号") {
		t.Errorf("%v %q", page.Interprets, page.DocKey)
	}
	show(t, p, page)
	page.Seq, page.State = 2, publication.Suspended
	show(t, p, page)
	if gone, err := p.Pages.Get(t.Context(), "a.s"); err != nil || len(gone.Terms) > 0 || gone.DocKey != "" || len(gone.Interprets) > 0 {
		t.Errorf("a page that shows nothing has %v %q, %v", gone.Terms, gone.DocKey, err)
	}
}

func TestPagesGetTheTermsOfTheirKindAsItBecomes(t *testing.T) {
	p := open(t)
	kind := content.Kind{Meta: store.Meta{ID: "k"}, Updated: 5}
	page, pub := edition(t, p, "a", content.Fields{"topic": "民政", "form": "text"})
	other, _ := edition(t, p, "b", content.Fields{"topic": "国防"}) // as it came before there were terms
	check(t, p.Tag(t.Context(), &page, pub))                      // before the kind's copy has come
	show(t, p, page)
	show(t, p, other)
	terms := func() string {
		t.Helper()
		check(t, p.FillTerms(t.Context()))
		a, err := p.Pages.Get(t.Context(), "a.s")
		check(t, err)
		b, err := p.Pages.Get(t.Context(), "b.s")
		check(t, err)
		rev := a.Rev
		check(t, p.FillTerms(t.Context()))
		if a, err = p.Pages.Get(t.Context(), "a.s"); err != nil || a.Rev != rev {
			t.Errorf("what had its terms was written again, %v", err)
		}
		return fmt.Sprint(a.Terms, b.Terms)
	}
	if got := terms(); got != "[topic=民政] []" {
		t.Error("without a copy of the kind:", got)
	}
	check(t, p.CopyKind(t.Context(), kind))
	if got := terms(); got != "[topic=民政] [topic=国防]" {
		t.Error(got)
	}
	kind.Own, kind.Updated = own, 6
	check(t, p.CopyKind(t.Context(), kind))
	ctx, reading := p.Read(t.Context())
	_, err := p.List(ctx, publication.Filter{Site: "s"})
	check(t, err)
	check(t, p.Hear(t.Context()))
	if got := terms(); got != "[form=text topic=民政] [topic=国防]" || reading.Holds() {
		t.Error(got, "and a list that was read before holds:", reading.Holds())
	}
}
