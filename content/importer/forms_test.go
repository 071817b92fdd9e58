// The forms in which dates and document numbers are written.

package importer_test

import (
	"strings"
	"testing"
)

func TestDatesInAllTheirForms(t *testing.T) {
	for raw, want := range map[string]string{
		"2016-12-03": "2016-12-03", "2016年12月3日": "2016-12-03", "２０１６年１２月３日": "2016-12-03", "2016/12/3 08:30": "2016-12-03",
		"2016-12-03T08:30:00Z": "2016-12-03", "20161203": "2016-12-03", "2016.12.3": "2016-12-03", "2016年12月3日08:30": "2016-12-03", "二〇一六年十二月三日": "2016-12-03", "二○一六年十二月廿三日": "2016-12-23",
		"二零一六年十月二十日": "2016-10-20", "二〇一六年元月三十一日": "2016-01-31", "2016-13-03": "", "2015-02-29": "", "二〇一五年二月三十日": "", "2016年": "", "20161399": "",
	} {
		d := one(t, "x.txt", "成文日期："+raw+"\n关于值班的通知\n各科室：\n请值班。")
		got, _ := d.Fields["date_written"].(string)
		if got != want || (want == "") != (len(d.Flags) == 1) {
			t.Errorf("%s: %q, flags %v; want %q", raw, got, flags(d), want)
		}
	}
}

func TestDocumentNumbersInAllTheirForms(t *testing.T) {
	for raw, want := range map[string]string{
		"青政发〔2021〕7号": "青政发〔2021〕7号", "青政发[2021]7号": "青政发〔2021〕7号", "青政发（2021）7号": "青政发〔2021〕7号", "青政发【2021】 7 号": "青政发〔2021〕7号",
		"青政发〈2021〉７號": "青政发〔2021〕7号", "青禾县人民政府令第12号": "青禾县人民政府令第12号", "QHGS-2022-7": "QHGS-2022-7",
		"青政发〔2021〕07号": "", "青政发〔21〕7号": "", "青政发20217号": "", "第7号": "", "无": "",
	} {
		d := one(t, "x.txt", "文号："+raw+"\n关于值班的通知\n各科室：\n请值班。")
		got, _ := d.Fields["doc_no"].(string)
		if flagged := strings.Contains(strings.Join(flags(d), " "), "damaged_doc_no@doc_no"); got != want || flagged != (want == "" && raw != "无") {
			t.Errorf("%s: %q, flags %v; want %q", raw, got, flags(d), want)
		}
	}
}

func TestNumberBehindTheTitleAndCitationsInTheText(t *testing.T) {
	d := one(t, "x.txt", "关于值班的通知（青政办〔2021〕9号）\n各科室：\n按照《办法》（青政发〔2020〕1号）值班。\n青禾县政府办公室  青禾县应急局\n2021年5月1日")
	wantFields(t, d, map[string]string{"title": "关于值班的通知", "doc_no": "青政办〔2021〕9号", "publisher": "青禾县政府办公室", "date_written": "2021-05-01"})
	cited := one(t, "x.txt", "关于值班的通知\n各科室：\n按照《办法》（青政发〔2020〕1号）值班。\n青政发〔2020〕1号")
	if cited.Fields["doc_no"] != nil {
		t.Errorf("a number from the text was taken: %v", cited.Fields["doc_no"])
	}
}

func TestRefusedNumberLineStaysInTheText(t *testing.T) {
	d := one(t, "x.txt", "青政办〔2021〕007号\n关于值班的通知\n各科室：\n请值班。")
	if d.Fields["doc_no"] != nil || !strings.Contains(body(d), "<p>青政办〔2021〕007号</p>") || d.Fields["title"] != "关于值班的通知" {
		t.Errorf("fields %v", d.Fields)
	}
}

func TestLongValuesAreFlaggedAndStay(t *testing.T) {
	long := strings.Repeat("内容", 160)
	d := one(t, "x.txt", "内容概述："+long+"\n关于值班的通知\n各科室：\n请值班。")
	if d.Fields["summary"] != nil || strings.Join(flags(d), " ") != "too_long@summary" || !strings.Contains(body(d), long) {
		t.Errorf("flags %v, body %s", flags(d), body(d))
	}
}
