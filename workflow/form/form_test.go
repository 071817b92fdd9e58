package form

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"gongkai/policy/privacy/files/pdf"
)

func digest(s string) string { return strings.Repeat(s, 16) }

// sample is an item signed by three, one of them for somebody else, with a
// correction, a rare name and an opinion of some pages.
func sample(opinion string) Facts {
	all := &Judgements{true, true, true, true}
	return Facts{Item: "0195f3a2-77aa-7bcd-9e01-0123456789ab", Edition: "第1版", State: "已公开", Title: "关于印发《实施细则（试行）》的通知", Summary: "明确认定条件。", Kind: "政策文件",
		DocNo: "青政办发〔2026〕12号", IndexNo: "11640112010148754W/2026-00012", Unit: "青山县人民政府", Drafters: []Person{{"1", "张㑇"}, {"2", "𬭳䶮"}}, Submitted: 1790000000000, Source: "人民日报",
		Column: "政策文件", Places: []string{"政府网站：青山县人民政府网（政策文件）"}, Planned: "2026年11月30日前", Openness: "主动公开", Tier: "B（重要）", Pipeline: "审校合一",
		Stages: []Stage{{"初审一校", false, true, true, []Signature{{Person{"3", "李四"}, "", 1790000100000, opinion, all, digest("ab12"), false}}},
			{"保密审查", true, false, false, []Signature{{Person{"5", "钱七"}, "赵六", 1790000300000, "不涉密。", nil, digest("ab12"), false}}},
			{"终审三校", false, true, true, nil}},
		Corrections: []Correction{{"初审一校", Person{"3", "李四"}, 1790000150000, digest("cd34"), digest("ab12"), 3}},
		Findings:    []Finding{{Kind: "公民身份号码", Found: 12, Masked: 12}}, Exemptions: []Exemption{{"手机号码", "《条例》第十五条", Person{"5", "钱七"}, 1790000000000, 2}},
		Masked: 12, Files: []File{{"附件1：申请表.docx", 20480, true}}, Scans: []Scan{{Person{"9", "孙八"}, 1790000500000}}, Publisher: Person{"9", "孙八"}, Released: 1790000400000,
		Addresses: []string{"https://www.example.cn/p/1"}, Digest: digest("ab12"), Record: "第14步", Verify: "https://open.example.cn/content/v1/verify/0195f3a2/ab12", Made: 1790000500000}
}

// read gives the text of a PDF in the order in which it is drawn, without
// blanks, and how many pages it has.
func read(t *testing.T, doc []byte) (text string, pages int) {
	t.Helper()
	d := pdf.Read(t.Context(), doc, pdf.Limits{Bytes: 64 << 20, Pages: 1000})
	var b strings.Builder
	for _, p := range d.Pages {
		if p.Garbled > 0 {
			t.Errorf("%d letters have no meaning", p.Garbled)
		}
		b.WriteString(p.Flow)
	}
	return blanks.ReplaceAllString(b.String(), ""), len(d.Pages)
}

var blanks = regexp.MustCompile(`[\s　]+`)

func drawn(t *testing.T, p Paper) []byte {
	t.Helper()
	doc, err := p.PDF()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Characters that no font has.
var instead = strings.NewReplacer("𬭳", "[U+2CB73]", "①", "(1)", "⑧", "(8)", "℃", "°C", " ", "", "　", "", "\n", "")

func TestAllThatAFormSaysCanBeSelectedInThePDFAndStandsOnThePage(t *testing.T) {
	for _, k := range Kinds {
		for _, blank := range []bool{false, true} {
			if blank && k.ID != "approval" {
				continue // drawing is slow
			}
			p := k.Fill(sample("同意发布：“放管服”改革——已核对①至⑧项，温度37℃。"), blank)
			doc := drawn(t, p)
			text, _ := read(t, doc)
			html, err := p.HTML()
			if err != nil {
				t.Fatal(err)
			}
			all := slices.Concat([]string{p.Title}, p.Under, p.Notes)
			for _, r := range p.Rows {
				width := 0
				for _, c := range r.Cells {
					all, width = append(all, c.Text), width+c.Width
				}
				if width != grid {
					t.Errorf("%s: a row is %d wide: %v", k.ID, width, r)
				}
			}
			for _, want := range all {
				if !strings.Contains(text, instead.Replace(want)) {
					t.Errorf("the PDF of %s (blank %v) lacks %q", k.ID, blank, want)
				}
				if !strings.Contains(string(html), template.HTMLEscapeString(want)) {
					t.Errorf("the page of %s (blank %v) lacks %q", k.ID, blank, want)
				}
			}
			if len(doc) > 100<<10 {
				t.Errorf("%s has %d bytes: the fonts are not cut down to what is used", k.ID, len(doc))
			}
		}
	}
}

// said is all that a paper says, without blanks.
func said(p Paper) string {
	all := slices.Concat([]string{p.Title}, p.Under, p.Notes)
	for _, r := range p.Rows {
		for _, c := range r.Cells {
			all = append(all, c.Text)
		}
	}
	return blanks.ReplaceAllString(strings.Join(all, " "), "")
}

func TestABlankFormNamesNobodyWhoSigned(t *testing.T) {
	for _, k := range Kinds {
		text := said(k.Fill(sample("同意发布"), true))
		for _, filled := range []string{"李四", "钱七", "孙八", "同意发布", "合法性√", "https://www"} {
			if strings.Contains(text, filled) {
				t.Errorf("the blank %s says %q", k.ID, filled)
			}
		}
		for _, there := range []string{"关于印发", "张㑇", "签名：", "空白表", digest("ab12")} {
			if !strings.Contains(text, there) {
				t.Errorf("the blank %s lacks %q", k.ID, there)
			}
		}
	}
}

func TestTheFormsSayWhatIsNotDoneYet(t *testing.T) {
	k, _ := KindOf("approval")
	f := sample("同意")
	f.Stages[0].Signed, f.Stages[1].Signed = nil, nil
	text := said(k.Fill(f, false))
	if !strings.Contains(text, "待审查") || strings.Count(text, "尚未签署") != 3 || strings.Contains(text, "√否") {
		t.Errorf("nobody has signed, the form says %s", text)
	}
	f = sample("同意")
	f.Stages = append(f.Stages, Stage{Name: "三校", Proof: true, Signed: f.Stages[0].Signed})
	if text := said(k.Fill(f, false)); !strings.Contains(text, "√否（初审一校李四）") {
		t.Errorf("a review answers for secrecy, no proofreader: %s", text)
	}
	if _, known := KindOf("other"); known {
		t.Error("there is no such form")
	}
}

func TestALongOpinionGoesOnOverPagesAndLosesNothing(t *testing.T) {
	k, _ := KindOf("register")
	var opinion strings.Builder
	for i := range 400 {
		fmt.Fprintf(&opinion, "第%d点：经核对，数据与上报材料一致，予以通过。", i)
	}
	doc := drawn(t, k.Fill(sample(opinion.String()), false))
	text, pages := read(t, doc)
	at := 0
	for i := range 400 {
		next := strings.Index(text[at:], fmt.Sprintf("第%d点", i))
		if next < 0 {
			t.Fatalf("point %d is missing or out of its place", i)
		}
		at += next
	}
	if pages < 3 || !strings.Contains(text, fmt.Sprintf("第%d页共%d页", pages, pages)) {
		t.Errorf("%d pages", pages)
	}
}

func TestTheSameFormIsTheSameBytesAlsoAtOnce(t *testing.T) {
	p := Kinds[0].Fill(sample("同意"), false)
	var docs [2][]byte
	var wg sync.WaitGroup
	for i := range docs {
		wg.Go(func() { docs[i], _ = p.PDF() })
	}
	wg.Wait()
	if len(docs[0]) == 0 || !bytes.Equal(docs[0], docs[1]) {
		t.Error("two renderings differ")
	}
}

func TestNoLineBeginsWithAClosingMarkOrEndsWithAnOpeningOne(t *testing.T) {
	g := newGlyphs()
	text := strings.Repeat("关于“放管服”改革（试行）的《通知》，第3.5条、see Regulation-7 for it。", 9)
	for width := 6.0; width < 30; width++ {
		var all strings.Builder
		for _, l := range g.wrap(text, width) {
			line := []rune(textOf(l))
			all.WriteString(string(line))
			if strings.ContainsRune(closers, line[0]) || strings.ContainsRune(openers, line[len(line)-1]) {
				t.Errorf("width %v: %q", width, string(line))
			}
			if w := widthOf(l); w > width+1.0 {
				t.Errorf("a line of %v is %v wide", width, w)
			}
		}
		if all.String() != text {
			t.Errorf("width %v: the text is not whole", width)
		}
	}
	if ls := g.wrap(strings.Repeat("a", 100), 10); len(ls) < 4 || widthOf(ls[0]) > 10 {
		t.Errorf("a long word is broken where the line ends: %d lines", len(ls))
	}
	if ls := g.wrap("甲\r\n\n乙\u202e\x07丙", 10); len(ls) != 3 || len(ls[1]) != 0 || textOf(ls[2]) != "乙丙" {
		t.Errorf("lines %v", ls)
	}
}

func TestEveryChineseCharacterOfTheBasicBlockAndExtensionAIsDrawn(t *testing.T) {
	g := newGlyphs()
	for _, block := range [][2]rune{{0x3400, 0x4DB5}, {0x4E00, 0x9FA5}} {
		for r := block[0]; r <= block[1]; r++ {
			if g.find(r).face < 0 {
				t.Fatalf("%c (U+%04X) has no glyph", r, r)
			}
		}
	}
}

func TestThePageRunsNothingAndLoadsNothing(t *testing.T) {
	f := sample("<script>alert(1)</script>")
	f.Title = `"><img alt=x>`
	html, err := Kinds[1].Fill(f, false).HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", " style=", " src=", "@import", "url("} {
		if strings.Contains(string(html), bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if !strings.Contains(string(html), `<path d="M0 0h7v1h-7z`) || !strings.Contains(PagePolicy(), "default-src 'none'") {
		t.Error("the QR code is drawn, the policy is strict")
	}
}

func TestAnAddressThatNoQRCodeHoldsIsSaid(t *testing.T) {
	f := sample("同意")
	f.Verify = strings.Repeat("很长", 4000)
	p := Kinds[0].Fill(f, false)
	if _, err := p.PDF(); err == nil {
		t.Error("drawn as PDF")
	}
	if _, err := p.HTML(); err == nil {
		t.Error("drawn as a page")
	}
}
