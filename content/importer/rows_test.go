// Lists: JSON lines and CSV.

package importer_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/content/importer"
)

func parse(name, data string) ([]importer.Draft, []importer.Skip) {
	return importer.Parse(name, []byte(data))
}

func skipped(skips []importer.Skip) []string {
	var codes []string
	for _, s := range skips {
		codes = append(codes, s.Source+" "+s.Code)
	}
	return codes
}

func TestJSONLinesGiveADraftEachAndBadLinesASkip(t *testing.T) {
	drafts, skips := parse("l.jsonl", `{"title":"关于值班的通知","content":"各科室：\n请按时值班。","publisher":"青禾县政府办","date_published":"2023-05-01","keywords":["值班","节日"],"extra":{"a":1}}

{"title":"坏行"
[1,2]
{"body":"<p>没有标题的<b>正文</b>。</p>"}
{"note":"没有可用字段"}
{"标题":"停水通告","正文":"明日停水。","文号":"青水[2023]2号"}`)
	if got := skipped(skips); !slices.Equal(got, []string{"l.jsonl#3 bad_json", "l.jsonl#4 bad_json", "l.jsonl#6 empty"}) {
		t.Errorf("skips %v", got)
	}
	if len(drafts) != 3 {
		t.Fatalf("%d drafts", len(drafts))
	}
	wantFields(t, drafts[0], map[string]string{"title": "关于值班的通知", "body": "<p>各科室：</p><p>请按时值班。</p>", "publisher": "青禾县政府办", "date_published": "2023-05-01", "keywords": "值班 节日"})
	wantFields(t, drafts[1], map[string]string{"title": "", "body": "<p>没有标题的<strong>正文</strong>。</p>"})
	wantFields(t, drafts[2], map[string]string{"title": "停水通告", "doc_no": "青水〔2023〕2号"})
	if drafts[0].Source != "l.jsonl#1" || !slices.Contains(flags(drafts[1]), "no_title@title") || drafts[0].Key == drafts[2].Key {
		t.Errorf("source %s, flags %v", drafts[0].Source, flags(drafts[1]))
	}
}

func TestCSVWithChineseOrEnglishHeaders(t *testing.T) {
	chinese := "标题,正文,文号,索引号,发布日期,发布机构,备注\n关于值班的通知,\"各科室：\n请按时,值班。\",青政办发（2023）8号,11990123MB0A00001Y/2023-00009,2023/5/1,青禾县政府办,无\n"
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(chinese)
	for name, data := range map[string]string{
		"GB18030": gb, "UTF-8 with mark": "\xef\xbb\xbf" + chinese, "semicolons": strings.ReplaceAll(strings.ReplaceAll(chinese, "请按时,值", "请按时，值"), ",", ";"),
		"English": strings.Replace(chinese, "标题,正文,文号,索引号,发布日期,发布机构", "title,body,doc_no,index_no,date_published,publisher", 1),
	} {
		t.Run(name, func(t *testing.T) {
			drafts, skips := parse("l.csv", data)
			if got := skipped(skips); len(drafts) != 1 || !slices.Equal(got, []string{"l.csv#1 unknown_column"}) {
				t.Fatalf("%d drafts, skips %v", len(drafts), got)
			}
			wantFields(t, drafts[0], map[string]string{"title": "关于值班的通知", "doc_no": "青政办发〔2023〕8号", "index_no": "11990123MB0A00001Y/2023-00009", "date_published": "2023-05-01", "publisher": "青禾县政府办"})
			if drafts[0].Source != "l.csv#2" || !strings.HasPrefix(body(drafts[0]), "<p>各科室：</p><p>请按时") {
				t.Errorf("source %s, body %s", drafts[0].Source, body(drafts[0]))
			}
		})
	}
}

func TestBadCSVRowsAreSkippedWithTheirLine(t *testing.T) {
	drafts, skips := parse("l.csv", "title,body\n好的一行,正文。\n多,了,一格\n,\n坏\"引号,x\n最后一行,正文。\n")
	if got := skipped(skips); len(drafts) != 2 || !slices.Equal(got, []string{"l.csv#3 too_many_cells", "l.csv#4 empty", "l.csv#5 bad_row"}) {
		t.Errorf("%d drafts, skips %v", len(drafts), got)
	}
}

func TestCSVWithoutTitleOrTextColumnIsRefused(t *testing.T) {
	drafts, skips := parse("l.csv", "a,b\n1,2\n")
	if got := skipped(skips); len(drafts) != 0 || !slices.Equal(got, []string{"l.csv#1 no_header"}) {
		t.Errorf("%d drafts, skips %v", len(drafts), got)
	}
}

func TestMessagesOfSkipsNeverRepeatTheText(t *testing.T) {
	_, skips := parse("l.jsonl", `{"title":"13800000000`)
	if s := skips[0]; strings.Contains(s.Zh+s.En, "138") || !strings.Contains(s.Zh, "第 1 行") || !strings.Contains(s.En, "line 1") {
		t.Errorf("skip %+v", s)
	}
}
