package privacy

import (
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// checkProperties states what holds for every text.
func checkProperties(t *testing.T, text string, f Format, opt Options) {
	t.Helper()
	fs := Scan(text, f, opt)
	checkOffsets(t, text, fs)
	masked := Mask(text, fs)
	checkUntouched(t, text, masked, fs)
	again := Scan(masked, f, opt)
	for _, f := range again {
		if f.Level != Ask {
			t.Errorf("the masked text has %s in %q of %q", f, masked, text)
		}
	}
	if twice := Mask(masked, sureOnes(again)); twice != masked {
		t.Errorf("masked twice: %q, once: %q", twice, masked)
	}
	if f == HTML && structure(text) != structure(masked) {
		t.Errorf("markup changed\n%q\n%q", text, masked)
	}
}

func sureOnes(fs []Finding) (sure []Finding) {
	for _, f := range fs {
		if f.Level != Ask {
			sure = append(sure, f)
		}
	}
	return sure
}

func checkOffsets(t *testing.T, text string, fs []Finding) {
	t.Helper()
	end := 0
	for _, f := range fs {
		if f.Start < end || f.End <= f.Start || f.End > len(text) {
			t.Fatalf("%s behind %d in a text of %d", f, end, len(text))
		}
		if !utf8.RuneStart(text[f.Start]) || f.End < len(text) && utf8.ValidString(text) && !utf8.RuneStart(text[f.End]) {
			t.Errorf("%s cuts a rune of %q", f, text)
		}
		if f.Kind == "minor" { // speaks of a list and holds no value
			end = f.End
			continue
		}
		if f.Level == "" || len(f.Evidence) == 0 || !strings.Contains(f.Preview, "*") || strings.Contains(f.Preview, f.Folded) {
			t.Errorf("%s says too little or too much", f)
		}
		end = f.End
	}
}

// checkUntouched: outside the findings every byte stays.
func checkUntouched(t *testing.T, text, masked string, fs []Finding) {
	t.Helper()
	at := 0
	for _, f := range fs {
		kept := text[at:f.Start]
		if !strings.HasPrefix(masked, kept+f.Mask) {
			t.Fatalf("something outside the findings changed: %q", text)
		}
		masked, at = masked[len(kept)+len(f.Mask):], f.End
	}
	if masked != text[at:] {
		t.Fatalf("something behind the findings changed: %q", text)
	}
}

// structure is what a browser sees of the markup: tags and how many
// attributes they have.
func structure(text string) string {
	var b strings.Builder
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		b.WriteString(kind.String())
		name, more := z.TagName()
		if kind == html.TextToken || kind == html.CommentToken || kind == html.DoctypeToken {
			name, more = nil, false
		}
		b.Write(name)
		for more {
			_, _, more = z.TagAttr()
			b.WriteByte('@')
		}
		b.WriteByte('\n')
	}
}

// marksOf takes the marks of the cases out.
var marksOf = regexp.MustCompile(`«[a-z][!~?]|»`)

var formats = []Format{Plain, HTML, Markdown}

func FuzzScan(f *testing.F) {
	for format, lists := range [][][]string{
		{plainCases, disguises, lookAlikes, bankCases, plateCases, travelCases, emailCases, phoneCases, insuranceCases, regionalCases},
		{htmlCases, shapesInHTML},
		{markdownCases, shapesInMarkdown},
	} {
		for _, c := range slices.Concat(lists...) {
			f.Add(marksOf.ReplaceAllString(c, ""), uint8(format))
		}
	}
	f.Fuzz(func(t *testing.T, text string, format uint8) {
		checkProperties(t, text, formats[int(format)%len(formats)], Options{Now: today})
	})
}

// shards are what the random texts below are put together from.
var shards = strings.Split(`13800138000|110101199003071233|11010519491231002X|110101199003071234|110105491231002|138|0013|8000|1|3|8|86|+86|0086|0|
43|110101|19900307|1233|一三八〇〇一三八〇〇〇|①|２|１３８００１３８０００|113417020032563511|2026|7823| |  |-|.|/|_|、|，|。|：|(|)|*|****|***|x|X|×|G|元|号|第|@|#|%|%31|
身份证号|手机|电话|咨询|订单号|联系人|tel:|张三|李四|<b>|</b>|<br>|<td>|</td>|<!--|-->|<a href="tel:|">|</a>|<i title='|'>|&#49;|&nbsp;|&shy;|<script>|</script>|<|>|6222020200001234562|6222 0202 0000 1234 562|账号|卡号|户名：|
公司|沪|沪A|12345|A·|D|车主|公务用车|护照|E|E12345678|C12345678|zs|zs@163.com|163.com|.gov.cn|邮箱|家庭电话|0371-65588888|65588888|社保号|医保号|A12345678|(138)|（+86）|[at]|#163.com|点com|香港身份证|A123456(3)|豫A：|姓名|住址|李家村3组|<div>|</div>|<li>|1990-03-07|`+"\u200b|\u00a0|\u3000|\t|\n|\r\n|`|\\|~|\u0336|\U0001f600|\xe4|\xff|\ufeff|&#|;", "|")

func TestTextsPutTogetherAtRandom(t *testing.T) {
	random, rounds := rand.New(rand.NewPCG(2026, 11)), 12_000
	if os.Getenv("GONGKAI_LONG") != "" {
		rounds = 1_000_000
	}
	for range rounds {
		var b strings.Builder
		for range 1 + random.IntN(14) {
			b.WriteString(strings.TrimPrefix(shards[random.IntN(len(shards))], "\n"))
		}
		text := b.String()
		for _, f := range formats {
			checkProperties(t, text, f, Options{Now: today})
		}
		if t.Failed() {
			return
		}
	}
}
