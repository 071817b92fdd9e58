// Damage: every sign is flagged at its place, sound text is not, nothing is repaired.

package importer_test

import (
	"slices"
	"strings"
	"testing"
)

func TestDamageIsFlaggedAtItsPlaceAndLeftAsItIs(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"bracket and digits lost in a number", "按照(青办〔202175号)执行。", "damaged_doc_no@body:1:7"},
		{"round bracket lost", "按照青政发(20217号执行。", "damaged_doc_no@body:1:7"},
		{"opening bracket lost", "按照青办2021〕7号执行。", "damaged_doc_no@body:1:5"},
		{"number lost", "按照青办〔2021〕号执行。", "damaged_doc_no@body:1:5"},
		{"year lost", "按照青办〔21〕7号执行。", "damaged_doc_no@body:1:5"},
		{"month and day run together", "会议于1123日召开。", "damaged_date@body:1:4"},
		{"run together after the year", "于2021年1123日召开。", "damaged_date@body:1:2"},
		{"a day that does not exist", "于2021年2月30日召开。", "damaged_date@body:1:2"},
		{"month lost", "于2021年月召开。", "damaged_date@body:1:2"},
		{"replacement character", "会议\uFFFD召开。", "lost_characters@body:1:3"},
		{"private characters", "会议\uE123召开。", "lost_characters@body:1:3"},
		{"bracket never closed", "会议（第三次召开。", "mismatched_brackets@body:1:3"},
		{"bracket never opened", "会议》召开。", "mismatched_brackets@body:1:3"},
		{"crossed brackets", "《关于〈会议》〉召开。", "mismatched_brackets@body:1:7"},
		{"quotation mark lost", "开设”问答“栏目。", "mismatched_brackets@body:1:3"},
		{"letter read for a bar", "公开事项I指事项的名称。", "doubtful_characters@body:1:5"},
		{"end in mid-air", "有关材料附后。\n附件：", "unfinished@body:2:4"},
		{"romanisation", "总體(tǐ)要求不变。", "inserted_pinyin@body:1:3"},
		{"traditional characters", "國務院關於對這個問題的實業會議論證說明。", "traditional_script@body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := one(t, "x.txt", "关于会议的说明\n"+c.text)
			if got := flags(d); !slices.Equal(got, []string{c.want}) {
				t.Errorf("flags %v, want %s", got, c.want)
			}
			if first, _, _ := strings.Cut(c.text, "\n"); !strings.Contains(body(d), first) {
				t.Errorf("the text was changed: %s", body(d))
			}
		})
	}
}

func TestSoundTextIsNotFlagged(t *testing.T) {
	for _, text := range []string{
		"按照《青禾县办法》(青政办发〔2021〕7号)、政府令第51号执行。",
		"应当在120日内、1030日内办结，参观人数1952人次。",
		"1）申请；2）受理；a）归档。（一）申请表（原件）。",
		"“三公”经费‘只减不增’，it's fine，见《关于〈办法〉的说明》。",
		"比率3.5，网址www.example.cn，型号A1。",
		"于2020年2月29日召开，10月12日结束。",
	} {
		if d := one(t, "x.txt", "关于会议的说明\n"+text); len(d.Flags) != 0 {
			t.Errorf("%s: flags %v", text, flags(d))
		}
	}
}

func TestOneLossPutsOtherNumbersInDoubt(t *testing.T) {
	d := one(t, "x.txt", "年度情况说明\n于1123日召开会议，访谈1952人次，510日招标，共17285条。")
	if got := flags(d); !slices.Equal(got, []string{"damaged_date@body:1:2", "damaged_date@body:1:21", "doubtful_number@body:1:14"}) {
		t.Errorf("flags %v", got)
	}
}

func TestDamagedNumberLineIsNoDocumentNumber(t *testing.T) {
	d := one(t, "x.txt", "青办〔20217号\n关于会议的通知\n各科室：\n准时到会。")
	if d.Fields["doc_no"] != nil || d.Fields["title"] != "关于会议的通知" || !slices.Contains(flags(d), "damaged_doc_no@body:1:4") {
		t.Errorf("doc_no %v, title %v, flags %v", d.Fields["doc_no"], d.Fields["title"], flags(d))
	}
}

func TestContradictionsBetweenFields(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"years differ", "青政发〔2020〕7号\n关于会议的通知\n各科室：\n准时到会。\n青禾县人民政府\n2021年1月4日", "year_mismatch@doc_no"},
		{"signature differs", "成文日期：2021-01-05\n关于会议的通知\n各科室：\n准时到会。\n青禾县人民政府\n2021年1月4日", "date_mismatch@date_written"},
		{"released too early", "成文日期：2021-01-05 发布日期：2021-01-04\n关于会议的通知\n各科室：\n准时到会。", "date_order@date_published"},
		{"check digit of the index number", "索引号：11990123MB0A00001B/2021-00001\n关于会议的通知\n各科室：\n准时到会。", "doubtful_index_no@index_no"},
		{"unknown validity", "效力状态：待定\n关于会议的通知\n各科室：\n准时到会。", "doubtful_validity@validity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := flags(one(t, "x.txt", c.text)); !slices.Equal(got, []string{c.want}) {
				t.Errorf("flags %v, want %s", got, c.want)
			}
		})
	}
}
