// Traces of the making of a file: a clean copy has none, and where there is none they are said.

package files

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	jpegs "image/jpeg"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// cleaned is the clean copy of a file, which has to have no traces, and what the
// report of the file said.
func cleaned(t *testing.T, name string, data []byte) ([]byte, Report) {
	t.Helper()
	r, err := Scan(t.Context(), fileOf(name, data), Options{Clean: true})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Clean(t.Context(), fileOf(name, data), Options{Clean: true}, &out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	again, err := Scan(t.Context(), fileOf(name, out.Bytes()), Options{Clean: true})
	if err != nil || len(again.Traces) > 0 || strings.Contains(codes(again), "damaged") {
		t.Fatalf("%s: the copy still has traces of %v: %s %v", name, again.Traces, codes(again), err)
	}
	if bytes.HasPrefix(out.Bytes(), []byte("PK")) {
		_ = wellFormed(t, name, out.Bytes())
	}
	return out.Bytes(), r
}

func absent(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(text, w) {
			t.Errorf("%q is still there: %s", w, text)
		}
	}
}

const officeRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

func trackedRow(mark, text string) string {
	return `<w:tr><w:trPr>` + mark + `</w:trPr><w:tc>` + para(run(text)) + `</w:tc></w:tr>`
}

// editedBody is the text of a document on which three people have worked.
var editedBody = para(run("标题")+`<w:commentRangeStart w:id="1"/>`+run("批注处")+`<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>`) +
	para(`<w:pPr><w:rPr><w:b/></w:rPr><w:pPrChange w:id="2" w:author="张三"><w:pPr/></w:pPrChange></w:pPr>`+
		`<w:del w:id="3" w:author="张三" w:date="2024-01-01T00:00:00Z"><w:r><w:delText>原来的话</w:delText></w:r></w:del><w:ins w:id="4" w:author="李四">`+run("后来的话")+`</w:ins>`) +
	para(`<w:pPr><w:rPr><w:del w:id="5" w:author="张三"/></w:rPr></w:pPr><w:del w:id="6" w:author="张三"><w:r><w:delText>整段删去</w:delText></w:r></w:del>`) +
	para(`<w:moveFrom w:id="7" w:author="张三">`+run("移走")+`</w:moveFrom><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗中的话</w:t></w:r>`+run("明处")) +
	`<w:tbl>` + trackedRow("", "留行") + trackedRow(`<w:del w:id="8" w:author="张三"/>`, "删行") + trackedRow(`<w:ins w:id="9" w:author="张三"/>`, "增行") + `</w:tbl>` +
	`<w:tbl>` + trackedRow(`<w:del w:id="10" w:author="张三"/>`, "删表") + `</w:tbl>` +
	`<w:p><w:r><w:drawing><a:path xmlns:a="a"><a:moveTo><a:pt x="1" y="2"/></a:moveTo></a:path></w:drawing></w:r></w:p>`

func edited(t testing.TB) []byte {
	return docx(t, editedBody,
		"docProps/core.xml", `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>张三</dc:creator><cp:lastModifiedBy>李四</cp:lastModifiedBy></cp:coreProperties>`,
		"docProps/app.xml", `<Properties><Template>C:\Users\wangwu\模板.dotx</Template><Company>某公司</Company></Properties>`,
		"word/comments.xml", `<w:comments `+wordNS+`><w:comment w:id="1" w:author="王五">`+para(run("请核"))+`</w:comment></w:comments>`,
		"word/people.xml", `<w15:people `+wordNS+`><w15:person w15:author="王五"/></w15:people>`,
		"word/settings.xml", `<w:settings `+wordNS+`><w:attachedTemplate r:id="rId1"/><w:mailMerge><w:query w:val="SELECT * FROM wangwu"/></w:mailMerge><w:zoom w:percent="100"/></w:settings>`,
		"word/_rels/settings.xml.rels", relations(`<Relationship Id="rId1" Type="`+officeRels+`attachedTemplate" Target="file:///C:/Users/wangwu/a.dotx" TargetMode="External"/>`),
		"word/_rels/document.xml.rels", relations(`<Relationship Id="rId1" Type="`+officeRels+`comments" Target="comments.xml"/><Relationship Id="rId2" Type="`+officeRels+`settings" Target="settings.xml"/>`),
		"word/printerSettings/printerSettings1.bin", `\\PC-WANGWU\HP`)
}

func TestACleanDocumentTellsNothingOfItsMaking(t *testing.T) {
	out, r := cleaned(t, "a.docx", edited(t))
	text := wellFormed(t, "a.docx", out)
	absent(t, text, "张三", "李四", "王五", "wangwu", "WANGWU", "某公司", "原来的话", "整段删去", "移走", "暗中的话", "请核", "删行", "删表", "comment", "w:ins", "w:del", "attachedTemplate", "mailMerge")
	for _, stays := range []string{"批注处", "后来的话", "明处", "留行", "增行", `<a:moveTo><a:pt x="1" y="2"/></a:moveTo>`, "<w:b/>", `<w:zoom w:percent="100"/>`, `Target="settings.xml"`} {
		if !strings.Contains(text, stays) {
			t.Errorf("%s is gone: %s", stays, text)
		}
	}
	if n := strings.Count(text, "<w:tbl>"); n != 1 {
		t.Errorf("%d tables, of which one lost all its rows", n)
	}
	if len(r.Unread) > 0 || len(r.Findings) > 0 {
		t.Errorf("nobody has to do anything: %s %s", codes(r), wheres(r))
	}
	if zh, en := TraceWords(r.Traces); zh != "作者或修改者的姓名、批注、修订记录、隐藏文字" || en != "names of authors, comments, tracked changes, hidden text" {
		t.Errorf("it is said as %s; %s", zh, en)
	}
}

func TestAMaskedCopyIsCleanToo(t *testing.T) {
	data := docx(t, para(run("身份证号："+someID)+`<w:ins w:id="1" w:author="张三">`+run("已阅")+`</w:ins>`))
	text := wellFormed(t, "a.docx", masked(t, "a.docx", data))
	absent(t, text, someID, "张三", "w:ins")
	if !strings.Contains(text, "已阅") {
		t.Error("what was inserted is part of the text")
	}
}

func TestAFileWithoutTracesIsLeftAlone(t *testing.T) {
	for name, data := range map[string][]byte{"a.csv": []byte("姓名\n张三\n"), "a.txt": []byte("正文"), "a.html": []byte("<p>正文</p>"), "a.png": png()} {
		r, err := Scan(t.Context(), fileOf(name, data), Options{Clean: true})
		if err != nil || len(r.Traces) > 0 {
			t.Errorf("%s: %v %v", name, r.Traces, err)
		}
	}
}

func TestACleanWorkbookNamesNobody(t *testing.T) {
	f := excelize.NewFile()
	must(t, f.SetCellValue("Sheet1", "A1", "名单"))
	must(t, f.SetDocProps(&excelize.DocProperties{Creator: "张三", LastModifiedBy: "李四"}))
	must(t, f.AddComment("Sheet1", excelize.Comment{Cell: "A1", Author: "王五", Paragraph: []excelize.RichTextRun{{Text: "王五:"}, {Text: "王五代填"}}}))
	data := repacked(t, saved(t, f), func(all map[string]string) {
		all["xl/workbook.xml"] = strings.Replace(all["xl/workbook.xml"], "<sheets>", `<fileSharing userName="zhaoliu" readOnlyRecommended="1"/><x15ac:absPath xmlns:x15ac="x" url="C:\Users\zhaoliu\"/><sheets>`, 1)
		all["xl/persons/person.xml"] = `<personList><person displayName="赵六" id="{1}" userId="S::zhaoliu@x.cn::1" providerId="AD"/></personList>`
		all["xl/worksheets/sheet1.xml"] = strings.Replace(all["xl/worksheets/sheet1.xml"], "</sheetData>", `</sheetData><pageSetup paperSize="9" r:id='rId7'/>`, 1)
		all["xl/printerSettings/printerSettings1.bin"] = "PC-ZHAOLIU"
	})
	out, r := cleaned(t, "a.xlsx", data)
	all := strings.Join(slices.Collect(mapValues(unzipped(t, out))), "\n")
	absent(t, strings.ReplaceAll(all, "王五代填", ""), "张三", "李四", "王五", "赵六", "zhaoliu", "ZHAOLIU", "rId7")
	for _, stays := range []string{"作者:", "王五代填", `<pageSetup paperSize="9"/>`, `readOnlyRecommended="1"`} {
		if !strings.Contains(all, stays) {
			t.Errorf("%s is gone", stays)
		}
	}
	if zh, _ := TraceWords(r.Traces); zh != "作者或修改者的姓名" {
		t.Errorf("it is said as %s", zh)
	}
	book, err := excelize.OpenReader(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if comments, err := book.GetComments("Sheet1"); err != nil || len(comments) != 1 || comments[0].Author != someone {
		t.Errorf("%+v %v", comments, err)
	}
}

func mapValues(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

func TestCleanSlidesHaveNoComments(t *testing.T) {
	data := pptx(t, "", "docProps/core.xml", `<c:core xmlns:c="c"><c:creator>张三</c:creator></c:core>`, "ppt/commentAuthors.xml", `<p:cmAuthorLst `+slideNS+`><p:cmAuthor name="李四"/></p:cmAuthorLst>`,
		"ppt/comments/comment1.xml", `<p:cmLst `+slideNS+`><p:cm><p:text>请核</p:text></p:cm></p:cmLst>`,
		"ppt/slides/slide3.xml", slide("", textShape("封底")+`<p:custDataLst><p:custData r:id="rId8"/><p:tags r:id="rId2"/></p:custDataLst><p:ext><p188:commentRel r:id="rId9"/></p:ext>`),
		"ppt/slides/_rels/slide2.xml.rels", relations(`<Relationship Id="rId1" Type="`+officeRels+`comments" Target="../comments/comment1.xml"/>`))
	out, r := cleaned(t, "a.pptx", data)
	text := wellFormed(t, "a.pptx", out)
	absent(t, text, "张三", "李四", "请核", "comments", "rId8", "rId9")
	if !strings.Contains(text, `<p:tags r:id="rId2"/>`) {
		t.Error("what points to other parts stays")
	}
	if zh, _ := TraceWords(r.Traces); zh != "作者或修改者的姓名、批注" {
		t.Errorf("it is said as %s", zh)
	}
}

func TestAPageLosesItsComments(t *testing.T) {
	page := "<!DOCTYPE html>\r\n<!--[if mso]><o:Author>张三</o:Author><![endif]--><head><META NAME='Author' content=张三><meta charset=utf-8></head><script><!-- run() //--></script><p title='<!--x-->'>正文<p"
	out, _ := cleaned(t, "a.html", []byte(page))
	if want := "<!DOCTYPE html>\r\n<head><meta charset=utf-8></head><script><!-- run() //--></script><p title='<!--x-->'>正文<p"; string(out) != want {
		t.Errorf("it became %q", out)
	}
}

func TestWhatStandsAroundACommentMakesNoOther(t *testing.T) {
	out, _ := cleaned(t, "a.html", []byte("<p>1<<!-- x --><!-- y -->!-- z -->2<<meta name=author content=x>b>3"))
	if want := "<p>1< !-- z -->2< b>3"; string(out) != want {
		t.Errorf("it became %q", out)
	}
}

func TestAPictureLosesAllButItself(t *testing.T) {
	var b bytes.Buffer
	photo := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range photo.Pix {
		photo.Pix[i] = byte(i * i)
	}
	photo.Set(0, 0, color.White)
	must(t, jpegs.Encode(&b, photo, nil))
	plain := b.Bytes()
	turned := exifField{0x0112, 3, nil}
	exif := strings.Replace(string(tiff(true, turned, exifField{0x013b, 2, []byte("张三\x00")})), "\x12\x01\x03\x00\x00\x00\x00\x00", "\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00", 1)
	exif = regexp.MustCompile(`(?s)(\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00)....`).ReplaceAllString(exif, "$1")
	segments := jpeg("\xff\xe1Exif\x00\x00"+exif, "\xff\xe0JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", "\xff\xfe张三", "\xff\xe2MPF\x00x")
	data := append(append(segments[:len(segments)-7], plain[2:]...), "张三 appended"...)
	out, r := cleaned(t, "a.jpg", data)
	absent(t, string(out), "张三", "MPF", "GPS")
	if strings.Contains(codes(r), "position") || !strings.Contains(codes(r), "by_eye.picture") {
		t.Errorf("only the eye is asked: %s", codes(r))
	}
	if !strings.Contains(string(out), "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06") {
		t.Error("nobody knows any more which side is up")
	}
	back, err := jpegs.Decode(bytes.NewReader(out))
	was, _ := jpegs.Decode(bytes.NewReader(plain))
	if err != nil || back.At(7, 7) != was.At(7, 7) || !bytes.HasSuffix(out, plain[len(plain)-100:]) {
		t.Errorf("it is another picture: %v", err)
	}

	out, _ = cleaned(t, "a.png", append(png("tEXtAuthor\x00张三", "eXIf"+string(tiff(true)), "tRNS\x00"), "张三"...))
	if !bytes.Equal(out, png("tRNS\x00")) {
		t.Errorf("it became %q", out)
	}
}

func TestAPictureOfThePictureIsGoneAndAShortSegmentIsNone(t *testing.T) {
	header := "\xff\xe0JFIF\x00\x01\x01\x00\x00\x01\x00\x01"
	small := jpeg(header + "\x00\x00") // without one
	for _, data := range [][]byte{small, jpeg(header + "\x01\x01abc")} {
		out, ok := barePicture(data)
		if !ok || bytes.Contains(out, []byte("abc")) || bytes.Contains(data, []byte("abc")) == bytes.Contains(out, []byte("JFIF")) {
			t.Errorf("it became %q", out)
		}
	}
	scans := "\xff\xd8\xff\xda\x00\x02\x01\xff\x00\x02%s\xff\xda\x00\x02\x03\xff\xd9"
	between := "\xff\xfe\x00\x05abc\xff\xe1\x00\x08Exif\x00\x00"
	if out, ok := barePicture(fmt.Appendf(nil, scans, between)); !ok || string(out) != fmt.Sprintf(scans, "") {
		t.Errorf("it became %q", out)
	}
	for _, size := range []byte{0, 1} {
		if out, ok := barePicture([]byte{0xff, 0xd8, 0xff, 0xe1, 0, size, 0, 0, 0, 0}); ok {
			t.Errorf("it became %q", out)
		}
	}
}

func TestHiddenTextGoesWhateverItsColourAndShownTextStays(t *testing.T) {
	hidden := `<w:r><w:rPr><w:vanish/><w:color w:val="FFFFFF"/><w:sz w:val="2"/></w:rPr><w:t>暗中的话</w:t></w:r>`
	shown := `<w:r><w:rPr><w:rStyle w:val="Secret"/><w:vanish w:val="0"/></w:rPr><w:t>明处的话</w:t></w:r>`
	styles := `<w:styles ` + wordNS + `><w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`
	out, _ := cleaned(t, "a.docx", docx(t, para(hidden+shown), "word/styles.xml", styles))
	all := wellFormed(t, "a.docx", out)
	absent(t, all, "暗中的话")
	if !strings.Contains(all, "明处的话") {
		t.Error("what is shown is gone")
	}
}

func TestACommentLosesTheNameItBeginsWith(t *testing.T) {
	names := map[string]bool{"张三": true, "李:四": true}
	for text, want := range map[string]string{"张三": "张三", "张三：请核": "张三", "李:四: x": "李:四", "张三丰": "", "请张三：核": "", "": ""} {
		if got := signedBy(text, names); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestPicturesInsideADocumentAreCleanedToo(t *testing.T) {
	photo := jpeg("\xff\xe1Exif\x00\x00" + string(tiff(true)))
	out, r := cleaned(t, "a.docx", docx(t, para(run("正文")), "word/media/image1.jpeg", string(photo)))
	if strings.Contains(wellFormed(t, "a.docx", out), "Exif") || strings.Contains(codes(r), "position") {
		t.Errorf("where it was taken is still there: %s", codes(r))
	}
}

func TestTracesThatStayAreSaid(t *testing.T) {
	for _, c := range []struct {
		name, file string
		data       []byte
		says       string
	}{
		{"a document in an archive", "a.zip", parts(t, "a.docx", string(edited(t))), "批注"},
		{"a picture in an archive", "a.zip", parts(t, "a.jpg", string(jpeg("\xff\xe1Exif\x00\x00"+string(tiff(true))))), "经纬度"},
		{"the author of a PDF", "a.pdf", pdfOf(latin("x"), `<</Author(`+"\xef\xbb\xbf"+`张三)/Producer(x)>>`), "姓名"},
		{"the author of a PDF in XML", "a.pdf", pdfOf(latin("x"), flate("/Type/Metadata/Subtype/XML", `<?xpacket?><x><dc:creator><rdf:Seq><rdf:li>张三</rdf:li></rdf:Seq></dc:creator></x>`)), "姓名"},
		{"what a PDF said before", "a.pdf", append(pdfOf(latin("the old words")), "4 0 obj\n"+streamOf("", latin("x"))+"\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"...), "旧版本"},
		{"an office is nobody", "a.pdf", pdfOf(latin("x"), `<</Author(`+"\xef\xbb\xbf"+`某县人民政府办公室)/Producer(x)>>`), ""},
		{"an office with a short name is nobody", "a.pdf", pdfOf(latin("x"), `<</Author(`+"\xef\xbb\xbf"+`办公室)/Producer(x)>>`), ""},
		{"a machine is nobody", "a.pdf", pdfOf(latin("x"), `<</Author(Administrator)/Producer(x)>>`), ""},
	} {
		r, err := Scan(t.Context(), fileOf(c.file, c.data), Options{Clean: true})
		must(t, err)
		said := ""
		for _, u := range r.Unread {
			if u.Code == "traces" || u.Code == "picture.position" {
				said += u.Zh
			}
		}
		if (said != "") != (c.says != "") || !strings.Contains(said, c.says) || len(r.Traces) > 0 {
			t.Errorf("%s: %q %v", c.name, said, r.Traces)
		}
	}
}

func TestALostSignatureIsSaid(t *testing.T) {
	data := docx(t, para(run("正文")), "_xmlsignatures/sig1.xml", `<Signature/>`, "_xmlsignatures/origin.sigs", "")
	out, r := cleaned(t, "a.docx", data)
	if codes(r) != "signature@" || strings.Contains(wellFormed(t, "a.docx", out), "Signature") {
		t.Errorf("the copy has no signature, and somebody has to know: %s", codes(r))
	}
	if r = scanned(t, "a.docx", data); len(r.Unread) > 0 || !slices.Contains(r.Traces, TraceSignature) {
		t.Errorf("who only asks is told: %s %v", codes(r), r.Traces)
	}
}
