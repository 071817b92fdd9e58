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

// floors are what each kind has to reach.
var floors = map[string]struct{ precision, recall float64 }{
	"id_card": {0.99, 0.99},
	"mobile":  {0.95, 0.98},
}

func TestTheCorpusIsFoundAndNothingElse(t *testing.T) {
	cases := corpustest.Make(4)
	if len(cases) < 2000 {
		t.Errorf("%d cases, want 2,000 and more", len(cases))
	}
	report := corpustest.Judge(cases, scanCase)
	t.Logf("\n%s", report)
	if *failures != "" {
		if err := os.WriteFile(*failures, []byte(strings.Join(report.Failures, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for kind, floor := range floors {
		s := report.Kind(kind)
		if s.There < 20 {
			t.Errorf("%s: only %d in the corpus", kind, s.There)
		}
		if s.Precision() < floor.precision || s.Recall() < floor.recall {
			t.Errorf("%s: precision %.4f, recall %.4f, want %v", kind, s.Precision(), s.Recall(), floor)
		}
	}
}

func scanCase(c corpustest.Case) (found []corpustest.Found, masked string) {
	fs := privacy.Scan(c.Text, privacy.Format(c.Format), privacy.Options{})
	for _, f := range fs {
		found = append(found, corpustest.Found{Kind: f.Kind, Start: f.Start, End: f.End})
	}
	return found, privacy.Mask(c.Text, fs)
}
