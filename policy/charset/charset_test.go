// Every encoding is told by its bytes, comes back as it was, and damage is said.

package charset

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const notice = "关于低保名单的公示，电话0570-12345"

func encoded(t *testing.T, c Charset, text string) []byte {
	t.Helper()
	out, err := c.Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestATextIsReadInWhicheverEncodingAndComesBackAsItWas(t *testing.T) {
	gb := Charset{enc: simplifiedchinese.GB18030}
	for name, c := range map[string]Charset{"UTF-8": {}, "UTF-8 marked": marked[0], "UTF-16 little end first": marked[1], "UTF-16 big end first": marked[2], "no mark": {"", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, "GB18030": gb} {
		for _, text := range []string{notice, "𠮷野家 㐂 0570", "plain ASCII text", ""} {
			if c == Wide[0] && !strings.Contains(text, "plain") && text != notice {
				continue // without a mark only zeros tell UTF-16
			}
			data := encoded(t, c, text)
			got, as, ok := Decode(data)
			if got != text || !ok || string(encoded(t, as, got)) != string(data) {
				t.Errorf("%s: %q became %q, %v", name, text, got, ok)
			}
		}
	}
	if !Marked(encoded(t, marked[1], "x")) || Marked([]byte("x")) || Marked(nil) {
		t.Error("the mark is not seen")
	}
}

func TestDamageDoesNotMakeAnotherEncoding(t *testing.T) {
	for name, data := range map[string]string{
		"cut in the middle of a character": notice[:len(notice)-11],
		"one byte of rubbish":              notice + "\xff" + notice,
		"rubbish in front":                 "\x80" + notice,
	} {
		if text, c, ok := Decode([]byte(data)); ok || c != (Charset{}) || !strings.Contains(text, "低保名单") {
			t.Errorf("%s: %q %v", name, text, ok)
		}
	}
	gb := string(encoded(t, Charset{enc: simplifiedchinese.GB18030}, notice)) + "\xff"
	if text, _, ok := Decode([]byte(gb)); ok || !strings.Contains(text, "低保名单") {
		t.Errorf("damaged GB18030: %q %v", text, ok)
	}
}
