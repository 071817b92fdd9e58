// The frame: formats by content, texts in every encoding, masked copies byte by byte.

package files

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"gongkai/policy/privacy"
)

// Made up: a valid check digit, a number of no network.
const (
	someID     = "110101199003071233"
	someMobile = "13800138000"
)

func fileOf(name string, data []byte) File {
	return File{Name: name, Size: int64(len(data)), Data: bytes.NewReader(data)}
}

func scanned(t *testing.T, name string, data []byte) Report {
	t.Helper()
	r, err := Scan(t.Context(), fileOf(name, data), Options{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	saidInWords(t, r)
	return r
}

// saidInWords wants each place, and what hides it, said in Chinese.
func saidInWords(t *testing.T, r Report) {
	t.Helper()
	for _, f := range r.Findings {
		zh, _ := Place(f.Where)
		if regexp.MustCompile(`[a-z]{2}`).MatchString(zh) || f.Hidden != "" && HiddenZh(f.Hidden) == "" {
			t.Errorf("%s (%s) is not said in words: %q", f.Where, f.Hidden, zh)
		}
		for _, e := range f.Evidence {
			if zh, _ := privacy.Because(e); zh == "" {
				t.Errorf("%s is not said in words", e)
			}
		}
	}
	for _, u := range r.Unread {
		if zh, _ := Place(u.Where); regexp.MustCompile(`[a-z]{2}`).MatchString(zh) {
			t.Errorf("%s is not said in words: %q", u.Where, zh)
		}
	}
}

// everything masks each finding as proposed.
func everything(f Finding) (string, bool) { return f.Mask, true }

func masked(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Mask(t.Context(), fileOf(name, data), Options{}, everything, &out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out.Bytes()
}

func wheres(r Report) string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Kind+"@"+f.Where)
	}
	return strings.Join(out, " ")
}

func codes(r Report) string {
	var out []string
	for _, u := range r.Unread {
		out = append(out, u.Code+"@"+u.Where)
	}
	return strings.Join(out, " ")
}

var encodings = map[string]func(string) []byte{
	"UTF-8":          func(s string) []byte { return []byte(s) },
	"UTF-8 marked":   func(s string) []byte { return []byte("\xef\xbb\xbf" + s) },
	"UTF-16 LE":      func(s string) []byte { return encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), s) },
	"UTF-16 BE":      func(s string) []byte { return encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), s) },
	"UTF-16 no mark": func(s string) []byte { return encoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), s) },
	"GB18030":        func(s string) []byte { return encoded(simplifiedchinese.GB18030, s) },
}

func encoded(e encoding.Encoding, s string) []byte {
	out, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return out
}

func TestTextsAreReadAndMaskedInTheirOwnEncoding(t *testing.T) {
	const text = "公示名单\r\n张三，身份证号" + someID + "，联系电话 " + someMobile + "。\r\n电话：010-66010101\n"
	want := strings.NewReplacer(someID, "11*************233", someMobile, "138****8000").Replace(text)
	for name, write := range encodings {
		r := scanned(t, "公示.txt", write(text))
		if got := wheres(r); got != "id_card@line[1] mobile@line[1]" || len(r.Unread) > 0 || r.Format != "txt" {
			t.Errorf("%s: %s, unread %s, format %s", name, got, codes(r), r.Format)
		}
		if got := masked(t, "公示.txt", write(text)); !bytes.Equal(got, write(want)) {
			t.Errorf("%s: the masked copy differs in more than the findings: %q", name, got)
		}
	}
}

func TestACSVKeepsDelimitersQuotesAndEncoding(t *testing.T) {
	for _, d := range []string{",", ";", "\t"} {
		text := strings.ReplaceAll("姓名;身份证号;\"联系,电话\"\r\n张三;"+someID+";\"手机\"\"13800138000\"\r\n\"李\r\n四\";\""+someID+"\";\r\n", ";", d)
		want := strings.ReplaceAll(text, someID, "11*************233")
		want = strings.ReplaceAll(want, `手机""13800138000"`, `手机""138****8000"`)
		for name, write := range encodings {
			got := masked(t, "名单.csv", write(text))
			if !bytes.Equal(got, write(want)) {
				t.Errorf("%s, %q: %q", name, d, got)
			}
			if at := wheres(scanned(t, "名单.csv", write(text))); !strings.Contains(at, "id_card@sheet[0]!B2") || !strings.Contains(at, "id_card@sheet[0]!B3") {
				t.Errorf("%s, %q: found at %s", name, d, at)
			}
		}
	}
}

func TestHTMLIsReadAsHTMLWhateverItsName(t *testing.T) {
	page := []byte("<!DOCTYPE html><p>证件 110101<b>199003</b>071233<!-- &#49;3800138000 --></p>")
	for name, unread := range map[string]string{"a.html": "", "a.txt": "format.mismatch@", "a": ""} {
		r := scanned(t, name, page)
		if wheres(r) != "id_card@line[0] mobile@line[0]" || codes(r) != unread || r.Format != "html" {
			t.Errorf("%s: %s, unread %s, format %s", name, wheres(r), codes(r), r.Format)
		}
	}
	if got := string(masked(t, "a.html", page)); !strings.Contains(got, "11****<b>******</b>***233") {
		t.Errorf("masked: %s", got)
	}
}

func TestFilesInsideAPageAreRead(t *testing.T) {
	inner := base64.StdEncoding.EncodeToString([]byte("联系电话" + someMobile + "，证件" + someID))
	page := []byte(`<!DOCTYPE html><a href="data:text/plain;charset=utf-8;base64,` + inner + `">名单</a><img src="data:image/x;base64,AAECAwQ=">`)
	r := scanned(t, "a.html", page)
	if wheres(r) != "mobile@data[0]/line[0] id_card@data[0]/line[0]" || codes(r) != "format.unknown@data[1]" {
		t.Errorf("found %s, unread %s", wheres(r), codes(r))
	}
	copied := string(masked(t, "a.html", page))
	want := base64.StdEncoding.EncodeToString([]byte("联系电话138****8000，证件11*************233"))
	if !strings.Contains(copied, ";base64,"+want+`"`) || !strings.Contains(copied, "AAECAwQ=") {
		t.Errorf("masked: %s", copied)
	}
}

func TestAFileNameIsScannedToo(t *testing.T) {
	if got := wheres(scanned(t, "决定书_"+someID+".txt", nil)); got != "id_card@name" {
		t.Errorf("found at %s", got)
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a.bin": {[]byte("\x00\x01\x02\x03binary\x00"), "format.unknown@"},
		"a.txt": {[]byte("\xff\xff电话\x80"), "encoding@"},
		"a.zip": {[]byte("PK\x03\x04 and nothing more"), "damaged@"},
	} {
		if got := codes(scanned(t, name, c.data)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// slow is a disk that fails.
type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errors.New("the disk is gone") }

func TestABrokenDiskIsNoBrokenFile(t *testing.T) {
	if _, err := Scan(t.Context(), File{Name: "a.txt", Size: 9, Data: broken{}}, Options{}); err == nil {
		t.Error("a file that could not be fetched passed")
	}
}

func TestTheEndOfTheCallerIsAnErrorAndTheTimeLimitAReport(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Scan(ctx, fileOf("a.txt", []byte("text")), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the caller has gone: %v", err)
	}
	r, err := Scan(t.Context(), fileOf("a.txt", []byte("text")), Options{Limits: Limits{Time: time.Nanosecond}})
	if err != nil || codes(r) != "limit.time@" {
		t.Errorf("time is up: %v, %s", err, codes(r))
	}
}

func TestMaskingIsRefusedWhereItCannotBeDone(t *testing.T) {
	f := fileOf("a.zip", []byte("PK\x05\x06"+strings.Repeat("\x00", 18)))
	if err := Mask(t.Context(), f, Options{}, everything, &bytes.Buffer{}); !errors.Is(err, ErrNoMask) || CanMask(f) {
		t.Errorf("a zip: %v", err)
	}
	f = fileOf("a.txt", []byte("\xff\xff\x80"))
	var u Unread
	if err := Mask(t.Context(), f, Options{}, everything, &bytes.Buffer{}); !errors.As(err, &u) || u.Code != "encoding" {
		t.Errorf("a text in no encoding: %v", err)
	}
}

func TestAFindingThatIsKeptStays(t *testing.T) {
	text := []byte("身份证号" + someID + "，手机" + someMobile)
	var out bytes.Buffer
	err := Mask(t.Context(), fileOf("a.txt", text), Options{Options: privacy.Options{}}, func(f Finding) (string, bool) {
		return "（略）", f.Kind == "mobile"
	}, &out)
	if err != nil || out.String() != "身份证号"+someID+"，手机（略）" {
		t.Errorf("%v: %s", err, out.String())
	}
}
