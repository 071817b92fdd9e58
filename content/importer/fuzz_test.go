// Whatever the bytes: no panic, no hang, only allowed tags, flags inside the text.

package importer_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gongkai/content/importer"
)

var (
	tag     = regexp.MustCompile(`<[^>]*>`)
	allowed = regexp.MustCompile(`^</?(p|h[234]|ul|ol|li|table|tr|td|strong|em|a)>$|^<td( (colspan|rowspan)="\d+")+>$|^<a href="[^"<>]*">$`)
)

func FuzzParse(f *testing.F) {
	for i, seed := range []string{notice, webPage, `{"title":"公告","body":"<p>一</p>"}`, "标题,正文\n甲,乙\n", "PK\x03\x04", "<w:p>", "2018年1123日〔20187号(（《", "索引号：\n\n：| | |"} {
		f.Add(uint8(i), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		name := []string{"x.txt", "x.html", "x.jsonl", "x.csv", "x.docx", "x.pdf"}[kind%6]
		if kind >= 128 { // a Word file around the bytes, for the XML inside
			name, data = "x.docx", []byte(word(t, string(data), wordParts))
		}
		drafts, skips := importer.Parse(name, data)
		for _, d := range drafts {
			checkDraft(t, d)
		}
		if len(drafts) == 0 && len(skips) == 0 && name != "x.jsonl" && name != "x.csv" {
			t.Error("nothing read and nothing said")
		}
	})
}

func checkDraft(t *testing.T, d importer.Draft) {
	t.Helper()
	for _, found := range tag.FindAllString(body(d), -1) {
		if !allowed.MatchString(found) {
			t.Errorf("tag %q", found)
		}
	}
	for name, value := range d.Fields {
		if s, ok := value.(string); !ok || s == "" || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Errorf("%s = %q", name, value)
		}
	}
	if strings.ContainsAny(html.UnescapeString(strings.ReplaceAll(body(d), "&", "")), "\x00") || len(d.Flags) > 200 || len(d.Key) != 64 {
		t.Errorf("%d flags, key %q", len(d.Flags), d.Key)
	}
}

func TestLargeFilesTakeLinearTime(t *testing.T) {
	for name, data := range map[string]string{
		"lines.txt":    strings.Repeat("短行\n", 20_000),
		"one line.txt": strings.Repeat("（一）长行〔2018", 15_000),
		"labels.txt":   strings.Repeat("来源：甲 ", 15_000),
		"titles.txt":   "短行\n" + strings.Repeat("短行", 30_000),
		"tabs.txt":     strings.Repeat("\t", 200_000) + strings.Repeat("\n甲\t乙", 20_000),
		"tags.html":    strings.Repeat("<p>甲<table><tr><td>乙", 6_000),
		"divs.html":    strings.Repeat("<div class=content><p>甲</p></div>", 6_000),
		"rows.csv":     "标题,正文\n" + strings.Repeat("甲乙丙丁,戊\n", 6_000),
	} {
		begin := time.Now()
		importer.Parse(name, []byte(data))
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Logf("%s: %d kB in %v", name, len(data)/1000, took.Round(time.Millisecond))
		}
	}
}
