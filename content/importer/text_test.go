// Plain text: what is recognised in documents of the usual shapes.

package importer_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"gongkai/content/importer"
)

// one parses a file that holds one document.
func one(t *testing.T, name, data string) importer.Draft {
	t.Helper()
	drafts, skips := importer.Parse(name, []byte(data))
	if len(drafts) != 1 || len(skips) != 0 {
		t.Fatalf("%d drafts, skipped %v; want one draft and nothing skipped", len(drafts), skips)
	}
	return drafts[0]
}

func wantFields(t *testing.T, d importer.Draft, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got, _ := d.Fields[name].(string); got != want[name] {
			t.Errorf("%s = %q, want %q", name, got, want[name])
		}
	}
}

func body(d importer.Draft) string { s, _ := d.Fields["body"].(string); return s }

func flags(d importer.Draft) []string {
	var codes []string
	for _, f := range d.Flags {
		codes = append(codes, f.Code+"@"+f.Where)
	}
	return codes
}

const notice = `当前位置:首页>政务公开>政府文件

青禾县人民政府文件

青政发〔2021〕7号

青禾县人民政府
关于做好河湖清理工作的通知

各乡镇人民政府,县直各单位:

　　为改善河湖环境,经研究,现就有关事项通知如下。

　　一、总体要求

　　坚持属地负责,全年清理河道三次以上。

　　(一)明确责任

　　1.分段包干

　　每段河道由一名干部负责,每月巡查一次。

　　二、工作安排

　　（一）排查摸底。六月底前完成全部河段的排查,建立问题清单,逐项落实整改责任。

青禾县人民政府

青禾县水务局

          二〇二一年六月十三日

(此件公开发布)

分享到:
0
【打印本页】【关闭本页】
Produced By 某某系统`

func TestNoticeWithRedHeadAndSiteText(t *testing.T) {
	d := one(t, "a/通知.txt", notice)
	wantFields(t, d, map[string]string{
		"title": "青禾县人民政府关于做好河湖清理工作的通知", "doc_no": "青政发〔2021〕7号", "date_written": "2021-06-13",
		"publisher": "青禾县人民政府", "openness": "proactive",
		"body": "<p>各乡镇人民政府,县直各单位:</p><p>为改善河湖环境,经研究,现就有关事项通知如下。</p>" +
			"<h2>一、总体要求</h2><p>坚持属地负责,全年清理河道三次以上。</p><h3>(一)明确责任</h3><h4>1.分段包干</h4><p>每段河道由一名干部负责,每月巡查一次。</p>" +
			"<h2>二、工作安排</h2><p>（一）排查摸底。六月底前完成全部河段的排查,建立问题清单,逐项落实整改责任。</p>" +
			"<p>青禾县人民政府</p><p>青禾县水务局</p><p>二〇二一年六月十三日</p><p>(此件公开发布)</p>",
	})
	if d.Kind != "policy" || d.Source != "a/通知.txt" || len(d.Flags) != 0 {
		t.Errorf("kind %q, source %q, flags %v", d.Kind, d.Source, flags(d))
	}
}

func TestMetadataInAnyFormAndOrder(t *testing.T) {
	want := map[string]string{
		"title": "青禾县教育局关于印发招生办法的通知", "index_no": "11990123MB0A00001Y/2022-00031", "validity": "in_force", "publisher": "青禾县教育局",
		"date_written": "2022-03-09", "date_published": "2022-03-11", "department": "基础教育科", "doc_no": "青教规〔2022〕3号",
		"body": "<p>各学校:</p><p>现将办法印发给你们。</p>",
	}
	text := "\n各学校:\n现将办法印发给你们。\n"
	for name, head := range map[string]string{
		"lines": "索引号：11990123MB0A00001Y/2022-00031\n效力状态：有效\n发布机构：青禾县教育局\n成文日期：2022年3月9日\n发布日期：2022-03-11 09:30\n责任部门：基础教育科\n文号：青教规[2022]3号\n名称：青禾县教育局关于印发招生办法的通知",
		"bars": "当前位置: 首页>教育局\n名 称: | 青禾县教育局关于印发招生办法的通知 | ||\n---|---|---|---|\n发布日期: | 2022-03-11 | 成文日期: | 2022-03-09 |\n索 引 号: | 11990123MB0A00001Y/2022-00031 | 效力状态: | 有效 |\n" +
			"发布机构: | 青禾县教育局 | 责任部门: | 基础教育科 |\n文 号: | 青教规（2022）3号 |\n图文解读: |",
		"one line":      "索引号：11990123MB0A00001Y/2022-00031 发文字号：青教规【2022】3号 有效性：现行有效\n发文机关：青禾县教育局　责任部门：基础教育科　成文时间：2022.3.9 公开日期：2022/3/11\n标题：青禾县教育局关于印发招生办法的通知",
		"tabs":          "索引号\t11990123MB0A00001Y/2022-00031\t发布机构\t青禾县教育局\n文号\t青教规〈2022〉3号\t成文日期\t2022-03-09\n效力状态\t有效\t发布日期\t2022-03-11\n责任部门\t基础教育科\t名称\t青禾县教育局关于印发招生办法的通知",
		"label, value":  "索引号\n11990123MB0A00001Y/2022-00031\n发布机构\n青禾县教育局\n成文日期\n2022-03-09\n发布日期\n2022-03-11\n文号\n青教规〔2022〕3号\n效力状态\n有效\n责任部门\n基础教育科\n名称\n青禾县教育局关于印发招生办法的通知",
		"title beneath": "索引号：11990123MB0A00001Y/2022-00031  效力状态：有效\n发布机构：青禾县教育局 责任部门：基础教育科\n成文日期：2022-03-09 发布日期：2022-03-11\n青禾县教育局关于印发招生办法的通知\n（青教规〔2022〕3号）",
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, "x.txt", head+text)
			wantFields(t, d, want)
			if len(d.Flags) != 0 {
				t.Errorf("flags %v", flags(d))
			}
		})
	}
}

func TestValueThatCannotBeUsedStaysInTheText(t *testing.T) {
	d := one(t, "x.txt", "发布机构：青禾县民政局\n成文日期：2022年2月30日\n关于开展走访的通知\n各乡镇：\n请做好走访工作。")
	if d.Fields["date_written"] != nil || !slices.Contains(flags(d), "damaged_date@date_written") {
		t.Errorf("a day that does not exist was taken: %v, flags %v", d.Fields["date_written"], flags(d))
	}
	if !strings.Contains(body(d), "<p>成文日期：2022年2月30日</p>") {
		t.Errorf("the line is gone: %s", body(d))
	}
}

func TestNameOfAFirmIsNoTitle(t *testing.T) {
	d := one(t, "x.txt", "青禾县城管局处罚结果\n名称：某某建材店\n处罚事由是占道经营。")
	wantFields(t, d, map[string]string{"title": "青禾县城管局处罚结果"})
	if d.Kind != "penalty" {
		t.Errorf("kind %q", d.Kind)
	}
}

func TestTabbedLinesAreATable(t *testing.T) {
	d := one(t, "x.txt", "青禾县补助资金安排表\n资金安排如下。\n乡镇\t户数\t金额<万元>\n东乡\t12\t3.5\n西乡\t8\t2.1\n\n\t缩进的一段文字。\n只有一\t行。")
	if want := "<p>资金安排如下。</p><table><tr><td>乡镇</td><td>户数</td><td>金额&lt;万元&gt;</td></tr><tr><td>东乡</td><td>12</td><td>3.5</td></tr><tr><td>西乡</td><td>8</td><td>2.1</td></tr></table>"; !strings.HasPrefix(body(d), want) {
		t.Errorf("body %s", body(d))
	}
	if strings.Count(body(d), "<tr>") != 3 {
		t.Errorf("a line of its own became a table: %s", body(d))
	}
}

func TestNumberedLinesInARowAreNoHeadings(t *testing.T) {
	d := one(t, "x.txt", "青禾县办事指南\n需要提交下列材料：\n1.申请表\n2.身份证明\n3.房产证明\n二、办理时限\n当场办结。")
	if want := "<p>1.申请表</p><p>2.身份证明</p><p>3.房产证明</p><h2>二、办理时限</h2>"; !strings.Contains(body(d), want) {
		t.Errorf("body %s", body(d))
	}
}

func TestAttachedDocumentGetsAHeading(t *testing.T) {
	d := one(t, "x.txt", "关于印发《青禾县防汛预案》的通知\n各乡镇：\n现印发给你们。\n青禾县人民政府办公室\n2023年5月4日\n青禾县防汛预案\n为做好防汛工作，制定本预案。")
	if !strings.Contains(body(d), "<h2>青禾县防汛预案</h2>") {
		t.Errorf("body %s", body(d))
	}
	wantFields(t, d, map[string]string{"date_written": "2023-05-04", "publisher": "青禾县人民政府办公室"})
}

func TestNavigationAndSecondTitleOfADocumentSite(t *testing.T) {
	long := strings.Repeat("各乡镇要按照要求抓好落实工作并及时上报情况。", 40)
	d := one(t, "x.txt", "欢迎来到某文库\n全部分类\n • 总结>\n首页 某文库 > 资源 > 下载\n关于推进村务公开的意见.docx\n• 资源编号:12\n下载需要积分\n关于推进村务公开的意见.docx\n"+
		"关于推进村务公开的意见为推进村务公开，提出如下意见。一、基本原则。"+long+"二、主要任务。（一）公开目录。"+long+"（二）公开时限。按月公开。\n注意事项\n温馨提示:下载失败请重试\n备案号:某ICP备1号\n收起")
	wantFields(t, d, map[string]string{"title": "关于推进村务公开的意见"})
	want := "<p>为推进村务公开，提出如下意见。</p><p>一、基本原则。" + long + "</p><h2>二、主要任务。</h2><p>（一）公开目录。" + long + "</p><p>（二）公开时限。按月公开。</p>"
	if body(d) != want {
		t.Errorf("body %s", body(d))
	}
	if got := flags(d); !slices.Equal(got, []string{"site_text_removed@body", "lost_paragraphs@body"}) {
		t.Errorf("flags %v", got)
	}
}

func TestCoverWithADateIsKept(t *testing.T) {
	d := one(t, "x.txt", "青禾县防汛预案\n青禾县水务局\n2023年5月4日\n青禾县防汛预案\n为做好防汛工作，制定本预案。")
	if want := "<p>青禾县水务局</p><p>2023年5月4日</p>"; !strings.Contains(body(d), want) {
		t.Errorf("body %s", body(d))
	}
}

func TestTitleFromTheUploadersLine(t *testing.T) {
	d := one(t, "x.txt", "资源描述:\n《青禾区工作要点》由会员上传分享,免费阅读。\n"+
		"1、青禾区工作要点 全年工作的总體(tǐ)要求是"+strings.Repeat("推进公开", 60)+"\n2、继续推进")
	wantFields(t, d, map[string]string{"title": "青禾区工作要点"})
	if got := flags(d); !slices.Equal(got, []string{"inserted_pinyin@body:1:18", "broken_paragraphs@body:2:1"}) {
		t.Errorf("flags %v", got)
	}
}

func TestWithoutATitleTheFileNameServesAndIsFlagged(t *testing.T) {
	d := one(t, "dir/情况说明.txt", "经研究，现说明如下。")
	wantFields(t, d, map[string]string{"title": "情况说明"})
	if got := flags(d); !slices.Equal(got, []string{"title_from_file_name@title"}) {
		t.Errorf("flags %v", got)
	}
}

func TestReleaseNotes(t *testing.T) {
	for note, want := range map[string]string{
		"（此件公开发布）": "proactive", "(此件主动公开)": "proactive", "（此件依申请公开）": "on_application", "此件不公开": "withheld", "（此件不予公开）": "withheld",
	} {
		d := one(t, "x.txt", "关于值班的通知\n各科室：\n请按时值班。\n"+note)
		if d.Fields["openness"] != want {
			t.Errorf("%s: openness %v, want %s", note, d.Fields["openness"], want)
		}
	}
	d := one(t, "x.txt", "公开方式：依申请公开\n关于值班的通知\n各科室：\n请按时值班。\n（此件公开发布）")
	if d.Fields["openness"] != "on_application" || !slices.Contains(flags(d), "doubtful_openness@openness") {
		t.Errorf("openness %v, flags %v: want the first and a flag", d.Fields["openness"], flags(d))
	}
}

func TestEncodings(t *testing.T) {
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(notice)
	little, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(notice)
	big, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(notice)
	want := body(one(t, "x.txt", notice))
	for name, data := range map[string]string{"GB18030": gb, "UTF-16LE": little, "UTF-16BE": big, "UTF-8 with mark": "\xef\xbb\xbf" + notice, "Windows lines": strings.ReplaceAll(notice, "\n", "\r\n")} {
		d := one(t, "x.txt", data)
		if body(d) != want || len(d.Flags) != 0 {
			t.Errorf("%s: flags %v, body %s", name, flags(d), body(d))
		}
	}
	broken := one(t, "x.txt", strings.Replace(notice, "属地", "属\xe5地", 1))
	if got := flags(broken); !slices.Equal(got, []string{"lost_characters@body:4:4"}) {
		t.Errorf("a broken byte in UTF-8: flags %v, body %s", got, body(broken))
	}
	at := strings.Index(gb, "\n\n") + 2
	broken = one(t, "x.txt", gb[:at]+"\xff\n"+gb[at:])
	if got := flags(broken); broken.Fields["doc_no"] != "青政发〔2021〕7号" || !slices.Equal(got, []string{"lost_characters@body:1:1"}) {
		t.Errorf("a broken byte in GB18030: flags %v, fields %v", got, broken.Fields)
	}
}

func TestKinds(t *testing.T) {
	for title, want := range map[string]string{
		"《青禾县防汛预案》解读": "interpretation", "一图读懂防汛预案": "interpretation", "青禾县住建局行政处罚决定书": "penalty", "关于低保对象的公示": "publicity",
		"青禾县2023年部门预算公开": "budget", "不动产登记办事指南": "guide", "青禾县养犬管理办法": "policy", "关于印发实施方案的通知": "policy", "停水通告": "notice", "关于放假的通知": "notice",
		"青禾县召开防汛工作会议": "news", "青禾县政府年度报告": "",
	} {
		if d := one(t, "x.txt", title+"\n正文在此。"); d.Kind != want || d.Fields["title"] != title {
			t.Errorf("%s: kind %q, want %q (title %v)", title, d.Kind, want, d.Fields["title"])
		}
	}
}

func TestTableOfDocumentsIsNoMetadata(t *testing.T) {
	d := one(t, "x.txt", "青禾县文件目录\n名称\t文号\t发布日期\n防汛预案\t青政发〔2021〕7号\t2021-05-01")
	if d.Fields["doc_no"] != nil || d.Fields["title"] != "青禾县文件目录" || !strings.Contains(body(d), "<td>青政发〔2021〕7号</td>") {
		t.Errorf("fields %v", d.Fields)
	}
}

func TestTextCutInMidCharacterIsStillUTF8(t *testing.T) {
	whole := "关于值班的通知\n各科室：\n请按时值班，认真做好记录，不得擅离职守。"
	for cut := 1; cut <= 30; cut++ {
		data := whole[:len(whole)-cut]
		d := one(t, "x.txt", data)
		if d.Fields["title"] != "关于值班的通知" || !strings.HasPrefix(body(d), "<p>各科室：</p><p>请按时值班") {
			t.Errorf("cut by %d: %v", cut, d.Fields)
		}
	}
}
