// Encrypted PDFs: what opens without a password is read, what takes one is said.

package files

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"
)

// encryptedPDFs are files that another program has encrypted, by method.
func encryptedPDFs(t testing.TB) map[string][]byte {
	t.Helper()
	text, err := os.ReadFile("testdata/encrypted.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for line := range strings.Lines(string(text)) {
		method, coded, _ := strings.Cut(strings.TrimSpace(line), " ")
		if method == "#" {
			continue
		}
		if out[method], err = base64.StdEncoding.DecodeString(coded); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestAnEncryptedPDFThatOpensWithoutAPasswordIsRead(t *testing.T) {
	all := encryptedPDFs(t)
	for method, data := range all {
		r, want, unread := scanned(t, "a.pdf", data), "id_card@page[0] mobile@property.author", ""
		if method == "locked" {
			want, unread = "", "encrypted@"
		}
		if wheres(r) != want || codes(r) != unread {
			t.Errorf("%s: found %q, unread %q", method, wheres(r), codes(r))
		}
	}
	if len(all) != 6 {
		t.Errorf("%d files", len(all))
	}
}

func TestADamagedEncryptionIsNoEmptyReport(t *testing.T) {
	data := encryptedPDFs(t)["AES-256"]
	for i := 0; i < len(data); i += 37 {
		broken := append([]byte{}, data...)
		broken[i] ^= 1
		scanned(t, "a.pdf", broken)
	}
	for _, cut := range []string{"/U ", "/UE ", "/O ", "/StdCF", "/V ", "/Standard"} {
		broken := strings.ReplaceAll(string(data), cut, "/X ")
		if r := scanned(t, "a.pdf", []byte(broken)); len(r.Findings) == 0 && len(r.Unread) == 0 {
			t.Errorf("without %s nothing is said", cut)
		}
	}
}
