package privacy

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

func check(t *testing.T, in string) (out string, found bool) {
	t.Helper()
	var b bytes.Buffer
	found, err := CheckLines(strings.NewReader(in), &b)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), found
}

func TestLinesAreAnsweredInCodePoints(t *testing.T) {
	out, found := check(t, `{"id":"a","format":"plain","text":"电话😀13800138000"}`+"\n"+`{"id":7,"format":"html","text":"<p>身份证：110101199003071233</p>"}`)
	want := `{"id":"a","spans":[{"kind":"mobile","start":3,"end":14}],"masked":"电话😀138****8000"}
{"id":7,"spans":[{"kind":"id_card","start":7,"end":25}],"masked":"<p>身份证：11*************233</p>"}
`
	if out != want || !found {
		t.Errorf("found=%v\n%s\nwant\n%s", found, out, want)
	}
}

func TestCleanLinesHaveAnEmptyList(t *testing.T) {
	out, found := check(t, `{"id":"a","text":"公开"}`)
	if want := `{"id":"a","spans":[],"masked":"公开"}` + "\n"; out != want || found {
		t.Errorf("found=%v %s", found, out)
	}
}

func TestBadLinesAreNamedAndPassedOver(t *testing.T) {
	out, _ := check(t, "\xef\xbb\xbf{\"id\":1,\"text\":\"公开\"}\nnot json 13800138000\n\n{\"id\":\"b\"}\n{\"id\":\"c\",\"format\":\"pdf\",\"text\":\"\"}\n{\"id\":\"d\",\"text\":\"13800138000\"}\r\n")
	want := `{"id":1,"spans":[],"masked":"公开"}
{"error":"line 2: not a JSON object with the strings format and text"}
{"id":"b","error":"line 4: no text"}
{"id":"c","error":"line 5: format must be plain, html or markdown"}
{"id":"d","spans":[{"kind":"mobile","start":0,"end":11}],"masked":"138****8000"}
`
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestALineOfManyMegabytes(t *testing.T) {
	line, _ := json.Marshal(map[string]string{"id": "long", "text": strings.Repeat("政府信息公开", 1<<19) + "13800138000"})
	out, found := check(t, string(line)+"\n"+`{"id":"next","text":""}`)
	if !found || strings.Count(out, "\n") != 2 || !strings.Contains(out, `"start":3145728,"end":3145739`) {
		t.Errorf("found=%v, %d bytes", found, len(out))
	}
}

func TestALineBeyondTheLimitIsRefused(t *testing.T) {
	in := strings.Repeat("x", longestLine+1<<20) + "\n" + `{"id":"next","text":"13800138000"}`
	out, found := check(t, in)
	if !found || !strings.HasPrefix(out, `{"error":"line 1: longer than 64 MB"}`+"\n"+`{"id":"next"`) {
		t.Errorf("%.200s", out)
	}
}

func TestReadErrorsEndTheWork(t *testing.T) {
	broken := errors.New("broken")
	var b bytes.Buffer
	_, err := CheckLines(iotest.ErrReader(broken), &b)
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}
