// The corpus: precision and recall per kind over texts whose truth is known.

package privacy_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"gongkai/policy/privacy"
	"gongkai/policy/privacy/corpustest"
)

var failures = flag.String("failures", "", "write into this file what the corpus found wrong, a line each")

// floors are what each kind has to reach: kinds with a check digit or a network
// code nearly everything, those that words and tables decide a little less.
var floors = map[string]struct{ precision, recall float64 }{
	"id_card":           {0.99, 0.99},
	"mobile":            {0.99, 0.99},
	"bank_card":         {0.99, 0.99},
	"address":           {0.97, 0.97},
	"birth_date":        {0.97, 0.97},
	"plate":             {0.97, 0.97},
	"passport":          {0.97, 0.97},
	"email":             {0.97, 0.97},
	"phone":             {0.95, 0.95},
	"social_security":   {0.95, 0.95},
	"medical_insurance": {0.95, 0.95},
	"health":            {0.95, 0.95},
	"minor":             {0.95, 0.95},
	"regional_id":       {0.97, 0.97},
	"property":          {0.95, 0.95},
}

func TestTheCorpusIsFoundAndNothingElse(t *testing.T) {
	cases := corpustest.Make(4)
	if len(cases) < 2000 {
		t.Errorf("%d cases, want 2,000 and more", len(cases))
	}
	evidence := map[string]bool{}
	report := corpustest.Judge(cases, func(c corpustest.Case) ([]corpustest.Found, string) { return scanCase(c, evidence) })
	inWords(t, evidence)
	t.Logf("\n%s", report)
	if *failures != "" {
		if err := os.WriteFile(*failures, []byte(strings.Join(report.Failures, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for kind, floor := range floors {
		s := report.Kind(kind)
		if s.There < 10 {
			t.Errorf("%s: only %d in the corpus", kind, s.There)
		}
		if s.Precision() < floor.precision || s.Recall() < floor.recall {
			t.Errorf("%s: precision %.4f, recall %.4f, want %v", kind, s.Precision(), s.Recall(), floor)
		}
	}
	if report.Damaged > 0 {
		t.Errorf("%d look-alikes are damaged", report.Damaged)
	}
	for _, kind := range []string{"id_card", "bank_card"} {
		if n := report.Kind(kind).SureLeaks; n > 0 {
			t.Errorf("%d proven values of %s are still readable", n, kind)
		}
	}
}

// A reason that no reader understands is no reason.
func inWords(t *testing.T, evidence map[string]bool) {
	t.Helper()
	for e := range evidence {
		if zh, en := privacy.Because(e); zh == "" || en == "" || strings.Contains(zh+en, "%s") {
			t.Errorf("%s: %q %q", e, zh, en)
		}
	}
}

func scanCase(c corpustest.Case, evidence map[string]bool) (found []corpustest.Found, masked string) {
	fs := privacy.Scan(c.Text, privacy.Format(c.Format), privacy.Options{})
	for _, f := range fs {
		for _, e := range f.Evidence {
			evidence[e] = true
		}
		found = append(found, corpustest.Found{Kind: f.Kind, Start: f.Start, End: f.End})
	}
	return found, privacy.Mask(c.Text, fs)
}
