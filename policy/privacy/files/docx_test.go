// Word documents: every hiding place is found, and the masked copy is clean in all its bytes.

package files

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/policy/privacy"
)

const (
	wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
		`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:v="urn:schemas-microsoft-com:vml" ` +
		`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"`
	anotherID = "11010519491231002X"
)

// parts builds an office file out of its parts, in the order given.
func parts(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, pairs[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// docx is a document with this body and more parts.
func docx(t testing.TB, body string, more ...string) []byte {
	t.Helper()
	return parts(t, append([]string{
		"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/customXml/itemProps1.xml" ContentType="application/vnd.openxmlformats-officedocument.customXmlProperties+xml"/></Types>`,
		"_rels/.rels", `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document ` + wordNS + `><w:body>` + body + `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`,
	}, more...)...)
}

func run(text string) string { return "<w:r><w:t>" + text + "</w:t></w:r>" }
func para(runs string) string {
	return "<w:p>" + runs + "</w:p>"
}

func hiddens(r Report) string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Hidden)
	}
	return strings.Join(out, "; ")
}

// hidingPlaces of a document: in each stands one number, and nowhere else.
var hidingPlaces = []struct {
	name, body    string
	more          []string
	where, hidden string
}{
	{"text", para(run("身份证号：" + someID)), nil, "para[0]", ""},
	{"a number over several runs", para(run("一")) + para(run("身份证号：110101")+"<w:proofErr/>"+`<w:r><w:rPr><w:b/></w:rPr><w:t>19900307</w:t></w:r>`+run("1233")), nil, "para[1]", ""},
	{"a cell", table("姓名|身份证号码", "张三|"+someID), nil, "table[0]!B2", ""},
	{"a header", "", []string{"word/header2.xml", `<w:hdr ` + wordNS + `>` + para(run("x")) + `</w:hdr>`, "word/header10.xml", `<w:hdr ` + wordNS + `>` + para(run(someID)) + `</w:hdr>`}, "header[1].para[0]", ""},
	{"a footer", "", []string{"word/footer1.xml", `<w:ftr ` + wordNS + `>` + para(run(someID)) + `</w:ftr>`}, "footer[0].para[0]", ""},
	{"a footnote", "", []string{"word/footnotes.xml", `<w:footnotes ` + wordNS + `><w:footnote w:id="0"/><w:footnote w:id="1">` + para(run(someID)) + `</w:footnote></w:footnotes>`}, "footnote[1].para[0]", ""},
	{"an endnote", "", []string{"word/endnotes.xml", `<w:endnotes ` + wordNS + `><w:endnote w:id="1">` + para(run(someID)) + `</w:endnote></w:endnotes>`}, "endnote[0].para[0]", ""},
	{"a comment", "", []string{"word/comments.xml", `<w:comments ` + wordNS + `><w:comment w:id="0"/><w:comment w:id="1" w:author="x">` + para(run(someID)) + `</w:comment></w:comments>`}, "comment[1].para[0]", "comment"},
	{"a text box", para(`<w:r><w:drawing><wp:anchor><w:txbxContent>` + para(run(someID)) + `</w:txbxContent></wp:anchor></w:drawing></w:r>`), nil, "textbox[0].para[0]", ""},
	{"an old text box", para(`<w:r><w:pict><v:shape><v:textbox><w:txbxContent>` + para(run(someID)) + `</w:txbxContent></v:textbox></v:shape></w:pict></w:r>`), nil, "textbox[0].para[0]", ""},
	{"letters as a drawing", para(`<w:r><w:pict><v:shape><v:textpath string="` + someID + `"/></v:shape></w:pict></w:r>`), nil, "para[0].attribute", "attribute"},
	{"a tracked deletion", para(run("身份证号：") + `<w:del w:id="1"><w:r><w:delText>` + someID + `</w:delText></w:r></w:del>`), nil, "para[0]", "deleted text"},
	{"digits deleted out of a number", para(run("身份证号：1101011990") + `<w:del w:id="1"><w:r><w:delText>0307</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>****</w:t></w:r></w:ins>` + run("1233")), nil, "para[0]", "deleted text"},
	{"a tracked insertion", para(run("身份证号：") + `<w:ins w:id="1">` + run(someID) + `</w:ins>`), nil, "para[0]", ""},
	{"text that was moved", para(`<w:moveFrom w:id="1">` + run(someID) + `</w:moveFrom>`), nil, "para[0]", "deleted text"},
	{"hidden text", para(run("见附件12") + `<w:r><w:rPr><w:vanish/></w:rPr><w:t>` + someID + `</w:t></w:r>` + run("3号")), nil, "para[0]", "hidden text"},
	{"text hidden by its style", para(`<w:r><w:rPr><w:rStyle w:val="Secret"/></w:rPr><w:t>` + someID + `</w:t></w:r>`), []string{"word/styles.xml", `<w:styles ` + wordNS + `><w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`}, "para[0]", "hidden text"},
	{"a paragraph hidden by its style", para(`<w:pPr><w:pStyle w:val="Secret"/></w:pPr>` + run(someID)), []string{"word/styles.xml", `<w:styles ` + wordNS + `><w:style w:type="paragraph" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`}, "para[0]", "hidden text"},
	{"white text", para(`<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>` + someID + `</w:t></w:r>`), nil, "para[0]", "white text"},
	{"tiny text", para(`<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>` + someID + `</w:t></w:r>`), nil, "para[0]", "tiny text"},
	{"a field code", para(`<w:r><w:instrText>HYPERLINK "http://x/?id=` + someID[:9] + `</w:instrText></w:r><w:r><w:instrText>` + someID[9:] + `"</w:instrText></w:r>`), nil, "para[0]", "field code"},
	{"a simple field", para(`<w:fldSimple w:instr=" QUOTE ` + someID + ` ">` + run("x") + `</w:fldSimple>`), nil, "para[0].field", "field code"},
	{"a link's target", "", []string{"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="http://x/hyperlink" Target="http://x/?id=` + someID + `" TargetMode="External"/></Relationships>`}, "links[1].link", "link target"},
	{"alternative text", para(`<w:r><w:drawing><wp:inline><wp:docPr id="1" name="图 1" descr="身份证 ` + someID + `"/></wp:inline></w:drawing></w:r>`), nil, "para[0].alt", "alternative text"},
	{"the title of a picture", para(`<w:r><w:drawing><wp:inline><wp:docPr id="1" name="图 1" title="` + someID + `"/></wp:inline></w:drawing></w:r>`), nil, "para[0].alt", "alternative text"},
	{"a document variable", "", []string{"word/settings.xml", `<w:settings ` + wordNS + `><w:docVars><w:docVar w:name="no" w:val="` + someID + `"/></w:docVars></w:settings>`}, "settings.attribute", "attribute"},
	{"custom XML", "", []string{"customXml/item1.xml", `<root><no>` + someID + `</no></root>`}, "custom[0]", "custom XML"},
	{"the glossary", "", []string{"word/glossary/document.xml", `<w:glossaryDocument ` + wordNS + `>` + para(run(someID)) + `</w:glossaryDocument>`}, "glossary.para[0]", "building blocks"},
	{"a property", "", []string{"docProps/core.xml", `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>` + someID + `</dc:creator></cp:coreProperties>`}, "property.creator", "document property"},
	{"a property of one's own", "", []string{"docProps/custom.xml", `<Properties xmlns="p" xmlns:vt="v"><property name="x"><vt:lpwstr>` + someID + `</vt:lpwstr></property></Properties>`}, "property.lpwstr", "document property"},
	{"a content control", `<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>` + para(run(someID)) + `</w:sdtContent></w:sdt>`, nil, "para[0]", ""},
	{"a list of choices", `<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="` + someID + `" w:value="1"/></w:dropDownList></w:sdtPr><w:sdtContent>` + para(run("x")) + `</w:sdtContent></w:sdt>`, nil, "attribute", "attribute"},
	{"an XML comment", para(run("x")) + `<!-- ` + someID + ` -->`, nil, "xml", "XML comment"},
	{"a symbol font", para(run("11010119900307123") + `<w:r><w:sym w:font="Symbol" w:char="F033"/></w:r>`), nil, "para[0]", ""},
	{"a copy for old programs", para(`<w:r><mc:AlternateContent><mc:Fallback><w:pict><w:txbxContent>` + para(run(someID)) + `</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>`), nil, "textbox[0].para[0]", "second copy for old programs"},
	{"HTML taken in", `<w:altChunk r:id="rId7"/>`, []string{"word/afchunk.html", `<html><body>11010119900307<b>1233</b></body></html>`}, "object[0]/line[0]", ""},
	{"an embedded text", "", []string{"word/embeddings/a.csv", "姓名,身份证号\n张三," + someID + "\n"}, "object[0]/sheet[0]!B2", ""},
	{"a chart's cache", "", []string{"word/charts/chart1.xml", `<c:chart xmlns:c="c"><c:pt idx="0"><c:v>` + someID + `</c:v></c:pt></c:chart>`}, "chart[0]", ""},
	{"a diagram", "", []string{"word/diagrams/data1.xml", `<d:m xmlns:d="d" xmlns:a="a"><d:t><a:p><a:r><a:t>` + someID + `</a:t></a:r></a:p></d:t></d:m>`}, "diagram[0].para[0]", ""},
}

// table builds a Word table out of rows with | between the cells.
func table(rows ...string) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString("<w:tr>")
		for c := range strings.SplitSeq(r, "|") {
			b.WriteString("<w:tc><w:tcPr/>" + para(run(c)) + "</w:tc>")
		}
		b.WriteString("</w:tr>")
	}
	return "<w:tbl>" + b.String() + "</w:tbl>"
}

func TestEveryHidingPlaceOfADocumentIsFound(t *testing.T) {
	for _, c := range hidingPlaces {
		r := scanned(t, "a.docx", docx(t, c.body, c.more...))
		if r.Format != "docx" || len(r.Findings) != 1 || r.Findings[0].Where != c.where || r.Findings[0].Hidden != c.hidden || r.Findings[0].Kind != "id_card" {
			t.Errorf("%s: %s, found %q (%q), want %q (%q)", c.name, r.Format, wheres(r), hiddens(r), c.where, c.hidden)
		}
		if len(r.Unread) > 0 {
			t.Errorf("%s: unread %s", c.name, codes(r))
		}
	}
}

func TestAMaskedDocumentHoldsNoTrace(t *testing.T) {
	for _, c := range hidingPlaces {
		out := masked(t, "a.docx", docx(t, c.body, c.more...))
		if r := scanned(t, "a.docx", out); len(r.Findings) > 0 {
			t.Errorf("%s: the copy still has %v at %s", c.name, r.Findings, wheres(r))
		}
		if text := wellFormed(t, c.name, out); strings.Contains(text, someID) || strings.Contains(text, "0307123") {
			t.Errorf("%s: the number is still there", c.name)
		}
	}
}

// wellFormed reads an office file with nothing of ours: the bytes of all its
// parts, and behind them the text without tags.
func wellFormed(t *testing.T, name string, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var raw, text strings.Builder
	for _, m := range z.File {
		in, err := m.Open()
		if err != nil {
			t.Fatalf("%s: %s: %v", name, m.Name, err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatalf("%s: %s: %v", name, m.Name, err)
		}
		raw.Write(b)
		if !strings.HasSuffix(m.Name, "xml") && !strings.HasSuffix(m.Name, ".rels") {
			continue
		}
		d := xml.NewDecoder(bytes.NewReader(b))
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %s is no longer well-formed: %v\n%s", name, m.Name, err, b)
			}
			switch tok := tok.(type) {
			case xml.CharData:
				text.Write(tok)
			case xml.StartElement: // the decoder takes what office programs refuse
				seen := map[xml.Name]bool{}
				for _, a := range tok.Attr {
					if seen[a.Name] {
						t.Fatalf("%s: %s: <%s> has %s twice", name, m.Name, tok.Name.Local, a.Name.Local)
					}
					seen[a.Name] = true
				}
			}
		}
	}
	return raw.String() + "\n" + text.String()
}

func TestAMaskKeepsRunsAndFormatting(t *testing.T) {
	data := docx(t, para(run("身份证号：110101")+`<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">19900307</w:t></w:r>`+run("1233，特此公示 &amp; 谢谢")))
	got := wellFormed(t, "a.docx", masked(t, "a.docx", data))
	want := para(run("身份证号：11****") + `<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">********</w:t></w:r>` + run("*233，特此公示 &amp; 谢谢"))
	if !strings.Contains(got, want) {
		t.Errorf("the paragraph became %s", got)
	}
}

func TestAShorterReplacementGoesWhereTheValueBegan(t *testing.T) {
	data := docx(t, para(run("身份证号：110101")+run("199003071233。")))
	var out bytes.Buffer
	remove := func(Finding) (string, bool) { return "（略）", true }
	if err := Mask(t.Context(), fileOf("a.docx", data), Options{}, remove, &out); err != nil {
		t.Fatal(err)
	}
	if got := wellFormed(t, "a.docx", out.Bytes()); !strings.Contains(got, para(run("身份证号：（略）")+run("。"))) {
		t.Errorf("the paragraph became %s", got)
	}
}

func TestWhatIsKeptStaysAndOnlyThat(t *testing.T) {
	data := docx(t, para(run(someID))+para(run(anotherID)))
	var out bytes.Buffer
	second := func(f Finding) (string, bool) { return f.Mask, f.Where == "para[1]" }
	if err := Mask(t.Context(), fileOf("a.docx", data), Options{}, second, &out); err != nil {
		t.Fatal(err)
	}
	if got := wellFormed(t, "a.docx", out.Bytes()); !strings.Contains(got, someID) || strings.Contains(got, anotherID) {
		t.Errorf("kept and masked were confused: %s", got)
	}
}

func TestACopyTellsNothingOfItsMaking(t *testing.T) {
	data := docx(t, `<w:p w:rsidR="00AB12CD" w:rsidP="00AB12CE">`+run(someID)+`</w:p><w:sdt><w:sdtPr><w:dataBinding w:xpath="/a" w:storeItemID="{1}"/></w:sdtPr><w:sdtContent>`+para(run("x"))+`</w:sdtContent></w:sdt>`,
		"word/settings.xml", `<w:settings `+wordNS+`><w:rsids><w:rsidRoot w:val="00AB12CD"/></w:rsids></w:settings>`,
		"word/_rels/document.xml.rels", `<Relationships xmlns="r"><Relationship Id="rId1" Type="http://x/customXml" Target="../customXml/item1.xml"/><Relationship Id="rId2" Type="http://x/styles" Target="styles.xml"/></Relationships>`,
		"customXml/item1.xml", `<a>张三</a>`, "customXml/itemProps1.xml", `<a/>`,
		"docProps/thumbnail.jpeg", "\xff\xd8\xff picture of the first page")
	got := wellFormed(t, "a.docx", masked(t, "a.docx", data))
	if r := scanned(t, "a.docx", data); !strings.Contains(codes(r), "picture.thumbnail@thumbnail") {
		t.Errorf("the picture of the first page is not told: %s", codes(r))
	}
	for _, trace := range []string{"rsid", "00AB12C", "customXml", "dataBinding", "张三", "first page"} {
		if strings.Contains(got, trace) {
			t.Errorf("%s is still there: %s", trace, got)
		}
	}
	if !strings.Contains(got, `Target="styles.xml"`) {
		t.Error("a relation that has nothing to do with it is gone")
	}
}

func TestANumberProvenInATableIsFoundInTheText(t *testing.T) {
	r := scanned(t, "a.docx", docx(t, table("姓名|身份证号码", "张三|"+someID)+para(run("编号"+someID[:17]+"３"))))
	if got := wheres(r); got != "id_card@table[0]!B2 id_card@para[0]" {
		t.Errorf("found %s", got)
	}
}

func TestMergedCellsDoNotShiftTheColumns(t *testing.T) {
	header := `<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>` + para(run("姓名及性别")) + `</w:tc><w:tc>` + para(run("身份证号码")) + `</w:tc></w:tr>`
	row := `<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc>` + para(run("男")) + `</w:tc><w:tc>` + para(run(someID)) + `</w:tc></w:tr>`
	r := scanned(t, "a.docx", docx(t, "<w:tbl>"+header+row+"</w:tbl>"))
	if got := wheres(r); got != "id_card@table[0]!C2" {
		t.Errorf("found %s", got)
	}
}

func TestATableInACellIsATableOfItsOwn(t *testing.T) {
	inner := table("姓名|身份证号码", "张三|"+someID)
	r := scanned(t, "a.docx", docx(t, `<w:tbl><w:tr><w:tc>`+para(run("名单"))+inner+para(run("完 "+anotherID))+`</w:tc></w:tr></w:tbl>`))
	if got := wheres(r); got != "id_card@table[0]!A1 id_card@table[1]!B2" {
		t.Errorf("found %s", got)
	}
}

func TestWhatPartsNumbersForAReaderPartsThem(t *testing.T) {
	body := para(run("13800")+`<w:r><w:tab/><w:t>138000</w:t></w:r>`) + para(run("13800")+`<w:r><w:br/><w:t>138000</w:t></w:r>`) + para(run("13800")) + para(run("138000"))
	if r := scanned(t, "a.docx", docx(t, body)); len(r.Findings) > 0 {
		t.Errorf("found %s", wheres(r))
	}
}

func TestAnEmbeddedDocumentIsMaskedInItsPlace(t *testing.T) {
	inner := docx(t, para(run(someID)))
	out := masked(t, "a.docx", docx(t, para(run("见附件")), "word/embeddings/b.docx", string(inner)))
	r := scanned(t, "a.docx", out)
	if len(r.Findings)+len(r.Unread) > 0 {
		t.Errorf("the copy has %s %s", wheres(r), codes(r))
	}
	z, _ := zip.NewReader(bytes.NewReader(out), int64(len(out)))
	in, err := z.Open("word/embeddings/b.docx")
	if err != nil {
		t.Fatal(err)
	}
	embedded, _ := io.ReadAll(in)
	if got := wellFormed(t, "b.docx", embedded); !strings.Contains(got, "11*************233") {
		t.Error("the embedded document is not masked")
	}
}

func TestAnEmbeddedFileThatCannotBeMaskedRefusesTheCopy(t *testing.T) {
	slides := pptx(t, para(run("x")), "ppt/slides/slide1.xml", slide("", textShape(someID)))
	data := docx(t, para(run("见附件")), "word/embeddings/b.pptx", string(slides))
	err := Mask(t.Context(), fileOf("a.docx", data), Options{}, everything, io.Discard)
	if u := (Unread{}); !errors.As(err, &u) || u.Code != "embedded.mask" || u.Where != "object[0]" {
		t.Errorf("masked with %v", err)
	}
	keep := func(Finding) (string, bool) { return "", false }
	if err := Mask(t.Context(), fileOf("a.docx", data), Options{}, keep, io.Discard); err != nil {
		t.Errorf("nothing had to go, and yet %v", err)
	}
}

func TestObjectsThatCannotBeReadAreSaid(t *testing.T) {
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600) + string(wideBytes("Workbook"))
	r := scanned(t, "a.docx", docx(t, para(run("x")), "word/embeddings/oleObject1.bin", ole, "word/media/image1.png", "\x89PNG\r\n\x1a\n"))
	if got := codes(r); !strings.Contains(got, "format.old@object[0]") || !strings.Contains(got, "by_eye.picture@picture[0]") {
		t.Errorf("unread: %s", got)
	}
	if out := masked(t, "a.docx", docx(t, para(run(someID)), "word/embeddings/oleObject1.bin", ole)); !strings.Contains(wellFormed(t, "a.docx", out), ole) {
		t.Error("an object that nobody asked to change was changed")
	}
}

func TestHostileDocumentsAreRefusedInTime(t *testing.T) {
	deep := strings.Repeat("<w:p>", 100_000)
	wide := "<w:tbl><w:tr>" + strings.Repeat(`<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr></w:tc>`, 10_000) + "</w:tr></w:tbl>"
	twice := parts(t, "[Content_Types].xml", "<a/>", "word/document.xml", "<a/>", "word/./document.xml", "<a>"+someID+"</a>")
	for _, c := range []struct {
		name string
		data []byte
		code string
	}{
		{"deep", docx(t, deep), "limit.xml_depth"},
		{"wide", docx(t, wide), "limit.cells"},
		{"not well-formed", docx(t, "<w:p></w:r>"), "damaged"},
		{"an entity of its own", docx(t, "<w:p>&x;</w:p>"), "damaged"},
		{"a bomb", docx(t, para(run(strings.Repeat("0", 64<<20)))), "limit.ratio"},
		{"two parts of one name", twice, "damaged"},
	} {
		began := time.Now()
		r, err := Scan(t.Context(), fileOf("a.docx", c.data), Options{Limits: Limits{Cells: 100_000}})
		if err != nil {
			t.Fatal(err)
		}
		if got := codes(r); !strings.Contains(got, c.code) {
			t.Errorf("%s: unread %q, want %s", c.name, got, c.code)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: took %s", c.name, took)
		}
	}
}

func TestAnEmbeddedSheetIsMaskedInItsPlace(t *testing.T) {
	book := saved(t, roster(t))
	data := docx(t, para(run("见下表")), "word/embeddings/Microsoft_Excel_Sheet1.xlsx", string(book))
	r := scanned(t, "a.docx", data)
	if len(r.Findings) == 0 || !strings.HasPrefix(r.Findings[0].Where, "object[0]/sheet[0]!") {
		t.Fatalf("found %s", wheres(r))
	}
	out := masked(t, "a.docx", data)
	if r := scanned(t, "a.docx", out); slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Level == privacy.Certain }) {
		t.Errorf("the copy still has %s", wheres(r))
	}
	wellFormed(t, "a.docx", out)
}

func FuzzDocument(f *testing.F) {
	for _, c := range hidingPlaces {
		f.Add(c.body)
	}
	f.Add(editedBody)
	f.Fuzz(func(t *testing.T, body string) {
		data := docx(t, body)
		ctx, done := context.WithTimeout(t.Context(), time.Minute)
		defer done()
		r, err := Scan(ctx, fileOf("a.docx", data), Options{})
		if err != nil {
			t.Fatal(err)
		}
		tidy(t, fileOf("a.docx", data))
		var out bytes.Buffer
		if err := Mask(ctx, fileOf("a.docx", data), Options{}, everything, &out); err != nil {
			if len(r.Unread) == 0 {
				t.Fatalf("read without a word, and not masked: %v", err)
			}
			return
		}
		again, err := Scan(ctx, fileOf("a.docx", out.Bytes()), Options{})
		if err != nil || len(again.Unread) > len(r.Unread) {
			t.Fatalf("the copy cannot be read: %v %s", err, codes(again))
		}
		if slices.ContainsFunc(again.Findings, func(f Finding) bool { return f.Level == privacy.Certain }) {
			t.Fatalf("the copy still has %s", fmt.Sprint(again.Findings))
		}
	})
}
