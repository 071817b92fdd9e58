// HTML as the platform keeps it.

package wechat

import (
	"net/url"
	"strings"
	"testing"
)

func TestHTMLBecomesWhatThePlatformKeeps(t *testing.T) {
	base, err := url.Parse("https://www.qinghe.example/a/1.html")
	if err != nil {
		t.Fatal(err)
	}
	c := converter{base, func(src string) string {
		if src == "mine.png" {
			return "http://mm.example/1"
		}
		return ""
	}}
	for _, v := range []struct{ name, in, want string }{
		{"structure", `<h2>一</h2><p align="center">二<br><b>三</b></p>`, `<h2>一</h2><p style="text-align:center">二<br/><strong>三</strong></p>`},
		{"a link", `<a href="/b?x=1&amp;y=2">办法</a>`, `办法（https://www.qinghe.example/b?x=1&amp;y=2）`},
		{"a link that shows itself", `<a href="https://a.example/">https://a.example/</a>`, `https://a.example/`},
		{"a mail", `<a href="mailto:a@qinghe.example">邮箱</a>`, `邮箱（a@qinghe.example）`},
		{"a place in the page", `<a href="#top">顶部</a>`, `顶部`},
		{"a link that acts", `<a href="javascript:alert(1)">点</a>`, `点`},
		{"a picture of ours", `<img src="mine.png" alt="图" onerror="x" class="y">`, `<img src="http://mm.example/1" alt="图" style="max-width:100%"/>`},
		{"a picture of others", `一<img src="https://b.example/x.png">`, `一`},
		{"a table", `<table class="t"><colgroup><col></colgroup><tr><th scope="col" colspan="2">甲</th></tr><tr><td>1</td><td align="right">2</td></tr></table>`,
			`<table style="border-collapse:collapse;width:100%"><tbody><tr><th colspan="2" style="border:1px solid">甲</th></tr><tr><td style="border:1px solid">1</td><td style="border:1px solid;text-align:right">2</td></tr></tbody></table>`},
		{"styles", `<p style="color:red;position:fixed;background-color:url(x);TEXT-INDENT: 2em" id="a" class="b" data-x="1">一</p>`, `<p style="color:red;text-indent:2em">一</p>`},
		{"what acts or asks", `<script>x</script><style>p{}</style><iframe src="x">甲</iframe><form><input value="1">乙</form><svg><text>丙</text></svg>丁<!-- 戊 -->`, `丁`},
		{"unknown tags keep their text", `<font><center>一</center></font><div>二</div>`, `一<section>二</section>`},
		{"text stays text", `1 &lt; 2 &amp; &lt;script&gt;`, `1 &lt; 2 &amp; &lt;script&gt;`},
		{"a hole without end", strings.Repeat("<span>", 5000) + "底", ""},
	} {
		got := c.convert(v.in)
		if v.want == "" {
			if strings.Count(got, "<span>") > 2*maxDepth {
				t.Errorf("%s: %d deep", v.name, strings.Count(got, "<span>"))
			}
		} else if got != v.want {
			t.Errorf("%s:\n%s\nwant\n%s", v.name, got, v.want)
		}
	}
}

func TestAMarkIsFoundInTheAddressThatCarriesIt(t *testing.T) {
	for _, page := range []string{"https://a.example/1.html", "https://a.example/?id=1", "https://a.example/#/item/1", "https://a.example/?x=1#/item/1"} {
		with := marked(page, "甲 1&2")
		if !marksIn(with, "甲 1&2") || marksIn(with, "甲 1") || marksIn(page, "甲 1&2") || marksIn(page+"#gk=", "") {
			t.Error(with)
		}
		if _, fragment, has := strings.Cut(page, "#"); has && !strings.HasSuffix(with, "#"+fragment) {
			t.Error("the page's own fragment is lost:", with)
		}
	}
}
