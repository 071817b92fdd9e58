package content

import "testing"

func TestADecisionHoldsForItsPlaceAndAllBelow(t *testing.T) {
	for _, c := range []struct {
		pattern, place string
		want           bool
	}{
		{"attachments[0]", "attachments[0].content#sheet[0]!C5", true},
		{"attachments[0]", "attachments[0].name", true},
		{"attachments[0]", "attachments[01]", false},
		{"attachments[*]", "attachments[7].content#line[3]", true},
		{"attachments[0].content", "attachments[0].content#para[2]", true},
		{"attachments[0].content#sheet[0]", "attachments[0].content#sheet[0]!C5", true},
		{"attachments[0].content#sheet[0]!C", "attachments[0].content#sheet[0]!C15000", true},
		{"attachments[0].content#sheet[0]!C", "attachments[0].content#sheet[0]!CA5", false},
		{"attachments[0].content#sheet[0]!C5", "attachments[0].content#sheet[0]!C55", false},
		{"attachments[0].content#sheet[0]!C", "attachments[0].content#sheet[1]!C5", false},
		{"attachments[0].content#member[2]", "attachments[0].content#member[2]/sheet[0]!C5", true},
		{"attachments[0].content#member[*]/sheet[0]!C", "attachments[0].content#member[2]/sheet[0]!C5", true},
		{"attachments[0].content#line[*]", "attachments[0].content#line[12]", true},
		{"roster[*][2]", "roster[15][2]", true}, {"roster[*][2]", "roster[15][21]", false}, {"body", "body", true}, {"body", "bodyguard", false},
	} {
		if Below(c.pattern, c.place) != c.want {
			t.Errorf("%s covers %s: want %v", c.pattern, c.place, c.want)
		}
	}
}

func TestWhatIsSettledAtOnceIsNamedAsAPlaceThatCoversIt(t *testing.T) {
	for place, want := range map[string]string{
		"attachments[0].content#sheet[0]!C5":           "attachments[0].content#sheet[0]!C",
		"attachments[0].content#member[2]/sheet[1]!D7": "attachments[0].content#member[2]/sheet[1]!D",
		"attachments[0].content#line[12]":              "attachments[0].content#line[*]",
		"attachments[0].content#property.author":       "attachments[0].content#property.author",
		"attachments[0].name":                          "attachments[0].name",
		"attachments[0]":                               "attachments[0]",
		"roster[3][2]":                                 "roster[*][2]",
		"roster.head[2]":                               "roster.head[2]",
		"body":                                         "body",
	} {
		if got := GroupOf(place); got != want || !Below(got, place) {
			t.Errorf("%s: %s, want %s", place, got, want)
		}
	}
}

func TestWhatIsCertainInAFileThatCannotBeMaskedIsKeptOneByOne(t *testing.T) {
	certain := Finding{Key: "k", Place: "attachments[0].content#page[1]", Kind: "id_card", Level: Certain, File: "f", Fixed: true}
	doubtful := certain
	doubtful.Level = "ask"
	for _, c := range []struct {
		name string
		r    Resolution
		f    Finding
		want bool
	}{
		{"a mask cannot be laid", Resolution{Place: "attachments[0]", Act: ActMask}, doubtful, false},
		{"a look settles a doubt", Resolution{Place: "attachments[0]", Act: ActByEye}, doubtful, true},
		{"a look settles nothing certain", Resolution{Place: "attachments[0]", Act: ActByEye}, certain, false},
		{"keeping all of a file", Resolution{Place: "attachments[0]", Act: ActKeep, Officer: true}, certain, false},
		{"keeping this one", Resolution{Key: "k", Act: ActKeep, Officer: true}, certain, true},
		{"another file of the same place", Resolution{Place: "attachments[0]", Act: ActByEye, File: "g"}, doubtful, false},
		{"findings that were seen", Resolution{Kind: "id_card", Act: ActNotPersonal, Officer: true, Keys: []string{"j"}}, certain, false},
	} {
		if _, settled := Settle([]Resolution{c.r}, c.f); settled != c.want {
			t.Errorf("%s: %v", c.name, settled)
		}
	}
}
