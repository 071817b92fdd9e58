// What is said about an item: findings, sums, refusals, what others see. None of
// it may hold a value, wherever the value stood.

package workflow

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai"
	"gongkai/content"
)

// sly is an item with numbers where names and explanations come from: in heads,
// file names, names of sheets and of members, in labels.
func (o *office) sly() content.Item {
	o.t.Helper()
	x := excelize.NewFile()
	o.check(x.SetSheetName("Sheet1", idNumber))
	for cell, v := range map[string]string{"A1": "姓名" + mobile, "B1": "身份证号（如" + idNumber + "）", "A2": "张三", "B2": idNumber, "A3": "李四", "B3": "1101011990030785"} {
		o.check(x.SetCellStr(idNumber, cell, v))
	}
	book, err := x.WriteToBuffer()
	o.check(err)
	v := content.Fields{"title": "关于" + mobile + "的通知", "openness": content.Proactive, "summary": "身份证号：" + idNumber[:17] + "0，微信" + mobile,
		"body": `<p title="` + idNumber + `">张三（<a href="tel:` + mobile + `">` + mobile + `</a>）</p><table><tr><th>手机` + mobile + `</th></tr><tr><td>` + mobile + `</td></tr></table>`,
		"attachments": []content.FileRef{o.upload(mobile+".xlsx", book.String()), o.zipped(idNumber+"/"+mobile+".csv", "手机\n"+mobile+"\n"), o.zipped(idNumber+".doc", "x"),
			o.upload(idNumber+".pdf", "%PDF-1.4 "+idNumber), o.zipped(mobile+".zip", "PK\x03\x04"+mobile)}}
	return o.create(v)
}

func TestNothingSaidAboutAnItemHoldsAValue(t *testing.T) {
	o := newOffice(t)
	it := o.sly()
	said := map[string]any{"item": it, "findings": o.findings(it)}
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	said["refusal"] = o.refusal(err, gongkai.Blocked, "open_findings")
	for _, who := range []string{"review1", "editor2"} {
		v, err := o.Revision(t.Context(), person(who), it.ID, it.Work.Revision)
		o.check(err)
		gs, err := o.Groups(t.Context(), person(who), it.ID, "")
		o.check(err)
		said[who] = []any{v, gs}
	}
	for what, v := range said {
		raw, err := json.Marshal(v)
		o.check(err)
		for _, value := range []string{idNumber, idNumber[:17], mobile} {
			if at := strings.Index(string(raw), value); at >= 0 {
				t.Errorf("%s: …%s…", what, raw[max(0, at-200):min(len(raw), at+60)])
			}
		}
	}
}

func TestAnOpinionHoldsNoNumberThatIsAlmostSomebodys(t *testing.T) {
	o := newOffice(t)
	const hash = "a13800138000b4e5f60718293a4b5c6d"
	for text, want := range map[string]string{
		"请核实" + idNumber[:17] + "0": "请核实110" + strings.Repeat("*", 11) + idNumber[14:17] + "0",
		"a" + mobile + "b":          "a138****8000b",
		"见步骤" + hash:                "见步骤" + hash,
		"统一社会信用代码" + uscc:           "统一社会信用代码" + uscc,
	} {
		if got := o.maskFree(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
