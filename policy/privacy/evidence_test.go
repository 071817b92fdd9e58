// Evidence in words.

package privacy

import (
	"strings"
	"testing"
)

func TestEvidenceIsSaidInWords(t *testing.T) {
	for evidence, want := range map[string]string{
		"checksum":       "校验码正确 / its check digit is right",
		"context:手机":     "前面写有“手机” / “手机” stands before it",
		"context:phone":  "前面写有“phone” / “phone” stands before it",
		"context:office": "前文讲的是办公联系方式 / an office is spoken of before it",
		"row:id_card":    "与公民身份号码在同一行 / it stands in a row with a citizen ID number",
		"row:":           " / ",
		"weather":        " / ",
	} {
		zh, en := Because(evidence)
		if got := strings.Join([]string{zh, en}, " / "); got != want {
			t.Errorf("%s: %q, want %q", evidence, got, want)
		}
	}
}
