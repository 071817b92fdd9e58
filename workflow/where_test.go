package workflow

import (
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
)

func TestPlacesAreSaidAsPeopleCount(t *testing.T) {
	o := newOffice(t)
	k, err := o.kind(t.Context(), "publicity")
	o.check(err)
	for place, want := range map[string]string{
		"body":                              "正文 | Body",
		"roster[*][2]":                      "公示名单 第 3 列 | List made public, column 3",
		"roster[3][2]":                      "公示名单 第 4 行第 3 列 | List made public, row 4, column 3",
		"roster.head[1]":                    "公示名单 表头第 2 列 | List made public, head of column 2",
		"attachments[0]":                    "附件 1 | Attachments 1",
		"attachments[1].name":               "附件 2 文件名 | Attachments 2, its name",
		"attachments[0].content#sheet[0]!D": "附件 1 第 1 个工作表 D 列 | Attachments 1, sheet 1, column D",
		"attachments[0].content#page[*]":    "附件 1 各页 | Attachments 1, its pages",
		"attachments[2].content#member[1]/sheet[0]!AB":       "附件 3 压缩包中第 2 个文件 第 1 个工作表 AB 列 | Attachments 3, file 2 of the archive, sheet 1, column AB",
		"attachments[2].content#member[1]/footer[0].para[*]": "附件 3 压缩包中第 2 个文件 页脚 1 各段 | Attachments 3, file 2 of the archive, footer 1, its paragraphs",
		"something else": "something else | something else",
	} {
		zh, en := placeWords(k, place)
		if got := zh + " | " + en; got != want {
			t.Errorf("%s is said as %q, want %q", place, got, want)
		}
	}
}

func TestASummarySaysWhereWhyUnseenAndWhatWasDecided(t *testing.T) {
	o := newOffice(t)
	it, _ := o.attached(roster(t, 12))
	gs := o.groups("editor", it)
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	if e := o.refusal(err, gongkai.Blocked, "open_findings"); !strings.HasPrefix(e.Details[0].Zh, "附件 1 第 1 个工作表 C2：疑似公民身份号码") {
		t.Errorf("the refusal says where: %+v", e.Details[0])
	}
	if g := gs[0]; !strings.HasSuffix(g.PlaceZh, "第 1 个工作表 C 列") || g.HiddenZh != "隐藏的列" || g.HiddenEn != "hidden column" || len(g.Settled) > 0 {
		t.Errorf("the hidden column: %+v", g)
	}
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: gs[0].Place, Act: "mask"}, {Kind: "mobile", Act: "remove"}}})
	gs = o.groups("review1", it)
	if gs[0].Settled["mask"] != 12 || gs[1].Settled["remove"] != 12 || gs[1].HiddenZh != "" {
		t.Errorf("what a reviewer sees was decided: %+v", gs)
	}
}
