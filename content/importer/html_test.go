// Web pages.

package importer_test

import (
	"slices"
	"strings"
	"testing"
)

const webPage = `<!DOCTYPE html><html><head><meta charset="utf-8"><title>关于防汛的通告-青禾县人民政府网</title>
<meta name="ArticleTitle" content="青禾县关于防汛的通告"><meta name="PubDate" content="2023-06-01 08:30"><meta name="ContentSource" content="县水务局">
<style>p{color:red}</style></head><body><div class="nav"><a href="/">首页</a><a href="/a">政务公开</a></div>
<table class="info"><tr><td>索引号：</td><td>11990123MB0A00001Y/2023-00007</td><td>发布机构：</td><td>青禾县水务局</td></tr>
<tr><td>成文日期：</td><td>2023-05-30</td><td>文号：</td><td>青水〔2023〕5号</td></tr></table>
<div id="content"><h1>青禾县关于防汛的通告</h1><script>alert(1)</script>
<p style="text-indent:2em">汛期为<b>六月</b>至<i>九月</i>，见<a href="/yuan.html" onclick="x()">预案</a>和<a href="javascript:alert(1)">说明</a>。</p>
<p style="display: none">隐藏的话</p><h3>一、要求</h3><ul><li><p>巡查</p></li><li>值守<ol><li>白班</li></ol></li></ul>
<table><tbody><tr><th colspan="2">河段&amp;责任人</th></tr><tr><td rowspan="2">东段</td><td><p>甲</p><p>乙</p></td></tr><tr><td>丙</td></tr><tr hidden><td>不见</td></tr></tbody></table>
<p>第一行<br>第二行</p><img src="a.png"><p>&nbsp;</p><p>青禾县水务局</p><p>2023年5月30日</p></div>
<div class="share">分享到：</div><footer>主办单位：青禾县</footer></body></html>`

func TestWebPageIsCutDownToTheText(t *testing.T) {
	d := one(t, "x.html", webPage)
	wantFields(t, d, map[string]string{
		"title": "青禾县关于防汛的通告", "date_published": "2023-06-01", "source": "县水务局", "date_written": "2023-05-30",
		"index_no": "11990123MB0A00001Y/2023-00007", "publisher": "青禾县水务局", "doc_no": "青水〔2023〕5号",
		"body": `<p>汛期为<strong>六月</strong>至<em>九月</em>，见<a href="/yuan.html">预案</a>和说明。</p><h3>一、要求</h3>` +
			`<ul><li>巡查</li><li>值守</li></ul><ol><li>白班</li></ol>` +
			`<table><tr><td colspan="2">河段&amp;责任人</td></tr><tr><td rowspan="2">东段</td><td><p>甲</p><p>乙</p></td></tr><tr><td>丙</td></tr></table>` +
			`<p>第一行</p><p>第二行</p><p>青禾县水务局</p><p>2023年5月30日</p>`,
	})
	if got := flags(d); !slices.Equal(got, []string{"images_left_out@body"}) {
		t.Errorf("flags %v", got)
	}
}

func TestPageWithoutContainerUsesItsBodyAndWindowTitle(t *testing.T) {
	d := one(t, "x.HTM", `<title>停电公告_青禾县发改局</title><body><p>当前位置：首页 &gt; 公告</p><div>因检修，六月三日停电。</div></body>`)
	wantFields(t, d, map[string]string{"title": "停电公告", "body": "<p>因检修，六月三日停电。</p>"})
}

func TestInnermostContainerWins(t *testing.T) {
	text := strings.Repeat("公开的正文。", 30)
	d := one(t, "x.html", `<body><div class="main"><p>侧边的链接文字</p><div class="TRS_Editor"><p>`+text+`</p></div></div></body>`)
	if body(d) != "<p>"+text+"</p>" {
		t.Errorf("body %s", body(d))
	}
}

func TestHeaderRowOfLabelsIsNoMetadata(t *testing.T) {
	d := one(t, "x.html", `<body><p>公开目录</p><table><tr><td>名称</td><td>发布日期</td></tr><tr><td>责任部门</td><td>文号</td></tr></table></body>`)
	if d.Fields["title"] != "公开目录" || !strings.Contains(body(d), "<td>名称</td>") {
		t.Errorf("fields %v", d.Fields)
	}
}

func TestHeadingsInCellsAreParagraphs(t *testing.T) {
	d := one(t, "x.html", `<body><p>河段说明</p><p>如下。</p><table><tr><td><h1>甲</h1></td><td><h3>乙</h3>丙</td></tr></table></body>`)
	if want := "<td>甲</td><td><p>乙</p><p>丙</p></td>"; !strings.Contains(body(d), want) {
		t.Errorf("body %s", body(d))
	}
}

func TestTagsInTextAreEscaped(t *testing.T) {
	d := one(t, "x.html", `<body><p>说明文字，&lt;script&gt;alert(1)&lt;/script&gt;。</p></body>`)
	if strings.Contains(body(d), "<script") {
		t.Errorf("body %s", body(d))
	}
}

func TestPageNestedTooDeepOrEmptyIsSkipped(t *testing.T) {
	for _, data := range []string{"", "<html><script>x</script></html>", strings.Repeat("<div>", 100000) + "x"} {
		drafts, skips := parse("x.html", data)
		if len(drafts) != 0 || len(skips) != 1 {
			t.Errorf("%.20q: %d drafts, skips %v", data, len(drafts), skips)
		}
	}
}
