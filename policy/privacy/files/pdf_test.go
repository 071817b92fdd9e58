// PDF: every hiding place is found, tables keep their columns, and nothing in a file makes the reading endless.

package files

import (
	"bytes"
	"context"
	"encoding/ascii85"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"gongkai/policy/privacy"
)

// pdfOf builds a file: object 1 is the catalog, 2 the pages, 3 the page with
// the content in 4 and the fonts F1 (Latin) and F2 (Chinese) in 5 and 6.
func pdfOf(content string, more ...string) []byte {
	objects := append([]string{
		`<</Type/Catalog/Pages 2 0 R>>`,
		`<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>`,
		`<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>/XObject<</X1 8 0 R>>>>>>`,
		streamOf("", content),
		`<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>`,
		`<</Type/Font/Subtype/Type0/BaseFont/STSong/Encoding/UniGB-UCS2-H/DescendantFonts[7 0 R]>>`,
		`<</Type/Font/Subtype/CIDFontType0/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000>>`,
	}, more...)
	return assembled(objects, `/Root 1 0 R`)
}

func TestAGenerationThatIsTooLongHidesNothing(t *testing.T) {
	data := bytes.Replace(pdfOf(latin("11010119900307123X 13912345678")), []byte("4 0 obj"), []byte("4 99999999999999999999 obj"), 1)
	if r := scanned(t, "a.pdf", data); len(r.Findings) == 0 {
		t.Errorf("nothing was found: %+v", r)
	}
}

func assembled(objects []string, trailer string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, xref)
	return b.Bytes()
}

func streamOf(entries, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

func flate(entries, data string) string {
	return streamOf(entries+"/Filter/FlateDecode", deflated(data))
}

// zh is a text in UTF-16 as a hex string.
func zh(text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return "<" + hex.EncodeToString(b) + ">"
}

// at draws a text with the Chinese font.
func at(x, y int, text string) string {
	return fmt.Sprintf("BT /F2 10 Tf 1 0 0 1 %d %d Tm %s Tj ET\n", x, y, zh(text))
}

func latin(text string) string { return "BT /F1 10 Tf 1 0 0 1 50 700 Tm (" + text + ") Tj ET" }

func TestEveryHidingPlaceOfAPDFIsFound(t *testing.T) {
	some := latin("x")
	for _, c := range []struct {
		name          string
		data          []byte
		where, hidden string
	}{
		{"text", pdfOf(at(50, 700, "身份证号："+someID)), "page[0]", ""},
		{"compressed content", assembled([]string{`<</Type/Catalog/Pages 2 0 R>>`, `<</Type/Pages/Kids[3 0 R]>>`, `<</Type/Page/Contents 4 0 R/Resources<</Font<</F1<</Subtype/Type1>>>>>>>>`, flate("", latin(someID))}, "/Root 1 0 R"), "page[0]", ""},
		{"content in several parts", assembled([]string{`<</Type/Catalog/Pages 2 0 R>>`, `<</Type/Pages/Kids[3 0 R]>>`, `<</Type/Page/Contents[4 0 R 5 0 R]/Resources<</Font<</F1<</Subtype/Type1>>>>>>>>`, streamOf("", "BT /F1 9 Tf (110101"), streamOf("", "199003071233) Tj ET")}, "/Root 1 0 R"), "page[0]", ""},
		{"letters one by one", pdfOf("BT /F1 10 Tf 50 700 Td [(1101)-20(01)10(1990)0(0307)(1233)] TJ ET"), "page[0]", ""},
		{"under a black box", pdfOf(latin(someID) + " 0 g 40 690 200 30 re f"), "page[0]", ""},
		{"invisible ink", pdfOf("3 Tr " + latin(someID)), "page[0]", "invisible text"},
		{"a layer that is switched off", bytes.Replace(bytes.Replace(pdfOf("/OC/L1 BDC "+latin(someID)+" EMC "+latin("x"), `<</Type/OCG/Name(x)>>`), []byte("/Type/Catalog"), []byte("/Type/Catalog/OCProperties<</D<</OFF[8 0 R]>>>>"), 1), []byte("/XObject"), []byte("/Properties<</L1 8 0 R>>/XObject"), 1), "page[0]", "invisible text"},
		{"text that runs upwards", pdfOf("BT /F1 10 Tf 0 1 -1 0 300 100 Tm (" + someID + ") Tj ET"), "page[0]", ""},
		{"a form in the content", pdfOf("/X1 Do", streamOf("/Subtype/Form/Resources<</Font<</F1 5 0 R>>>>", latin(someID))), "page[0]", ""},
		{"replacement text", pdfOf("/Span<</ActualText(" + someID + ")>>BDC " + some + " EMC"), "page[0].alt", "replacement text"},
		{"alternative text", pdfOf(some, `<</Type/StructElem/S/Figure/Alt(`+someID+`)>>`), "alt[0]", "alternative text"},
		{"an annotation", pdfOf(some, `<</Type/Annot/Subtype/Text/Rect[0 0 1 1]/Contents(`+someID+`)>>`), "annotation[0]", "annotation"},
		{"an annotation's author in Chinese", pdfOf(some, `<</Type/Annot/Subtype/Text/Rect[0 0 1 1]/T<feff`+strings.Trim(zh("张三"+someID), "<>")+`>>>`), "annotation[0]", "annotation"},
		{"the look of an annotation", pdfOf(some, streamOf("/Type/XObject/Subtype/Form/Resources<</Font<</F1 5 0 R>>>>", latin(someID))), "object[7]", "stands on no page"},
		{"a link", pdfOf(some, `<</Type/Annot/Subtype/Link/Rect[0 0 1 1]/A<</S/URI/URI(http://x/?id=`+someID+`)>>>>`), "annotation[0]", "annotation"},
		{"a form field", pdfOf(some, `<</FT/Tx/T(no)/V(`+someID+`)>>`), "field[0]", "form field"},
		{"a form in XML", pdfOf(some, flate("", `<?xml version="1.0"?><xfa><no>`+someID+`</no></xfa>`)), "object[7]", "stands on no page"},
		{"a script", pdfOf(some, flate("", `app.alert("`+someID+`")`)), "object[7]", "stands on no page"},
		{"a bookmark", pdfOf(some, `<</Title(`+someID+`)/Parent 9 0 R>>`), "outline[0]", "bookmark"},
		{"a property", pdfOf(some, `<</Author(`+someID+`)/Producer(x)>>`), "property.author", "document property"},
		{"properties in XML", pdfOf(some, flate("/Type/Metadata/Subtype/XML", `<?xpacket?><x:xmpmeta xmlns:x="x">`+someID+`</x:xmpmeta>`)), "property.xmp", "document property"},
		{"an attached list", pdfOf(some, `<</Type/Filespec/UF(list.csv)/EF<</F 9 0 R>>>>`, flate("/Type/EmbeddedFile", "姓名,身份证号\n张三,"+someID+"\n")), "attachment[0]/sheet[0]!B2", ""},
		{"an attached file's name", pdfOf(some, `<</Type/Filespec/UF(`+someID+`.txt)/EF<</F 9 0 R>>>>`, flate("/Type/EmbeddedFile", "nothing")), "attachment[0]", "name of an attached file"},
		{"an object in a stream of objects", pdfOf(some, flate("/Type/ObjStm/N 1/First 5", "90 0 <</Type/Annot/Subtype/Text/Rect[0 0 1 1]/Contents("+someID+")>>")), "annotation[0]", "annotation"},
		{"an earlier revision", append(pdfOf(latin(someID)), "4 0 obj\n"+streamOf("", some)+"\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"...), "object[4]", "earlier revision"},
		{"an earlier property", append(pdfOf(some, `<</Author(`+someID+`)/Producer(x)>>`), "8 0 obj\n<</Author(x)/Producer(x)>>\nendobj\n%%EOF\n"...), "property.author", "earlier revision"},
		{"a page that was taken out", append(pdfOf(latin(someID)), "2 0 obj\n<</Type/Pages/Kids[20 0 R]>>\nendobj\n20 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n%%EOF\n"...), "object[4]", "earlier revision"},
	} {
		r := scanned(t, "a.pdf", c.data)
		if r.Format != "pdf" || !strings.Contains(wheres(r)+" ", "id_card@"+c.where+" ") || r.Findings[0].Hidden != c.hidden {
			t.Errorf("%s: %s found %q (%s), want %s (%s)", c.name, r.Format, wheres(r), hiddens(r), c.where, c.hidden)
		}
		if len(r.Unread) > 0 {
			t.Errorf("%s: unread %s", c.name, codes(r))
		}
		if CanMask(fileOf("a.pdf", c.data)) {
			t.Error("a masked copy of a PDF is promised")
		}
	}
}

func TestFontsOfEveryKindAreRead(t *testing.T) {
	toUnicode := streamOf("", `1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0003> <000c> <0030> endbfrange 1 beginbfchar <0020> <8bc1> endbfchar`)
	digits := "0020"
	for _, d := range someID {
		digits += fmt.Sprintf("%04x", d-'0'+3)
	}
	cids := ""
	for _, d := range someID {
		cids += fmt.Sprintf("%04x", d-31)
	}
	for name, c := range map[string]struct{ font, shown string }{
		"a map to Unicode":       {`<</Subtype/Type0/Encoding/Identity-H/ToUnicode 9 0 R/DescendantFonts[7 0 R]>>`, "<" + digits + ">"},
		"Adobe's numbers":        {`<</Subtype/Type0/Encoding/Identity-H/DescendantFonts[7 0 R]>>`, "<" + cids + ">"},
		"GBK":                    {`<</Subtype/Type0/Encoding/GBK-EUC-H/DescendantFonts[7 0 R]>>`, "<c9edb7ddd6a4>Tj(" + someID + ")"},
		"names of glyphs":        {`<</Subtype/Type1/Encoding<</Differences[1/zero/one/two/three/four/five/six/seven/eight/nine]>>>>`, "<" + byDifference(someID) + ">"},
		"nothing said":           {`<</Subtype/TrueType>>`, "(" + someID + ")"},
		"a map for single bytes": {`<</Subtype/Type1/ToUnicode 10 0 R>>`, "<" + byDifference(someID) + ">"},
	} {
		single := streamOf("", `1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <01> <0a> <0030> endbfrange`)
		data := pdfOf("BT /F9 10 Tf 50 700 Td "+c.shown+" Tj ET", c.font, toUnicode, single)
		data = bytes.Replace(data, []byte("/Font<<"), []byte("/Font<</F9 8 0 R"), 1)
		if r := scanned(t, "a.pdf", data); wheres(r) != "id_card@page[0]" || len(r.Unread) > 0 {
			t.Errorf("%s: found %q, unread %s", name, wheres(r), codes(r))
		}
	}
}

func byDifference(digits string) string {
	out := ""
	for _, d := range digits {
		out += fmt.Sprintf("%02x", d-'0'+1)
	}
	return out
}

func TestEveryFilterIsUndone(t *testing.T) {
	page := latin(someID)
	ascii := hex.EncodeToString([]byte(page)) + ">"
	for name, s := range map[string]string{
		"hex":         streamOf("/Filter/ASCIIHexDecode", ascii),
		"two of them": streamOf("/Filter[/ASCIIHexDecode/FlateDecode]", hex.EncodeToString([]byte(deflated(page)))+">"),
		"runs":        streamOf("/Filter/RunLengthDecode", string(rune(len(page)-1))+page+"\x80"),
		"base 85":     streamOf("/Filter/ASCII85Decode", base85(page)),
		"LZW":         streamOf("/Filter/LZWDecode", lzw(page)),
		"up":          flate("/DecodeParms<</Predictor 12/Columns 4>>", predicted(page, 4)),
	} {
		data := assembled([]string{`<</Type/Catalog/Pages 2 0 R>>`, `<</Type/Pages/Kids[3 0 R]>>`, `<</Type/Page/Contents 4 0 R/Resources<</Font<</F1<</Subtype/Type1>>>>>>>>`, s}, "/Root 1 0 R")
		if r := scanned(t, "a.pdf", data); wheres(r) != "id_card@page[0]" {
			t.Errorf("%s: found %q, unread %s", name, wheres(r), codes(r))
		}
	}
}

func base85(text string) string {
	out := make([]byte, ascii85.MaxEncodedLen(len(text)))
	return string(out[:ascii85.Encode(out, []byte(text))]) + "~>"
}

// lzw writes every byte as a code of its own. The table grows all the same,
// and with it the codes: from 9 bits to 10 when the reader's has 511 entries.
func lzw(text string) string {
	var out []byte
	held, bits, table := 0, 0, 257
	write := func(code int) {
		width := 9
		if table >= 511 {
			width = 10
		}
		held, bits = held<<width|code, bits+width
		for ; bits >= 8; bits -= 8 {
			out = append(out, byte(held>>(bits-8)))
		}
		held &= 1<<bits - 1
		table++
	}
	write(256)
	table = 257
	for _, c := range []byte(text + strings.Repeat(" ", 400)) {
		write(int(c))
	}
	write(257)
	return string(append(out, byte(held<<(8-bits))))
}

// predicted writes rows as differences from the row above.
func predicted(text string, columns int) string {
	for len(text)%columns != 0 {
		text += " "
	}
	var b strings.Builder
	above := make([]byte, columns)
	for i := 0; i < len(text); i += columns {
		b.WriteByte(2)
		for k := range columns {
			b.WriteByte(text[i+k] - above[k])
		}
		copy(above, text[i:i+columns])
	}
	return b.String()
}

func TestColumnsOfATableDoNotGlue(t *testing.T) {
	var b strings.Builder
	for i, row := range [][]string{{"姓名", "身份证号码", "家庭住址", "数量", "数量"}, {"张三", someID, "青龙镇某村3组12号", "13800", "138000"}} {
		x := 50
		for k, cell := range row {
			b.WriteString(at(x, 700-20*i, cell))
			x += []int{30, 96, 105, 28, 0}[k] // cells as tight as they can be
		}
	}
	tight := b.String() + " 50 670 30 50 re 80 670 96 50 re 176 670 105 50 re 281 670 28 50 re S"
	if got := wheres(scanned(t, "a.pdf", pdfOf(tight))); got != "id_card@page[0] address@page[0]" {
		t.Errorf("found %s", got)
	}
}

func TestANumberBrokenInItsCellIsWhole(t *testing.T) {
	rules := "50 600 m 50 720 l 80 600 m 80 720 l 150 600 m 150 720 l 220 600 m 220 720 l 50 720 m 220 720 l 50 690 m 220 690 l 50 660 m 220 660 l S "
	cells := at(52, 700, "姓名") + at(82, 700, "身份证号码") + at(152, 700, "联系电话") +
		at(52, 675, "张三") + at(82, 680, someID[:10]) + at(82, 668, someID[10:]) + at(152, 680, someMobile[:7]) + at(152, 668, someMobile[7:])
	if got := wheres(scanned(t, "a.pdf", pdfOf(rules+cells))); got != "id_card@page[0] mobile@page[0]" {
		t.Errorf("found %s", got)
	}
	if got := wheres(scanned(t, "a.pdf", pdfOf(cells))); !strings.Contains(got, "id_card@page[0]") {
		t.Errorf("without lines found %s", got)
	}
}

func TestPagesForTheEyeAreSaid(t *testing.T) {
	picture := streamOf("/Subtype/Image/Width 1/Height 1/Filter/DCTDecode", "\xff\xd8\xff\xd9")
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a scan":                {pdfOf("595 0 0 842 0 0 cm /X1 Do", picture), "by_eye.scan@page[0]"},
		"letters made of lines": {pdfOf(strings.Repeat("0 0 m 1 1 2 2 3 3 c ", 300)), "by_eye.scan@page[0]"},
		"a picture with text":   {pdfOf(latin("x")+" 300 0 0 300 0 0 cm /X1 Do", picture), "by_eye.picture@page[0]"},
		"a seal":                {pdfOf(latin("x")+" 60 0 0 60 0 0 cm /X1 Do", picture), ""},
		"an empty page":         {pdfOf(""), ""},
		"letters of no meaning": {bytes.Replace(pdfOf("BT /F9 10 Tf <0102030405060708090a0b0c0d0e0f10> Tj ET", `<</Subtype/Type0/Encoding/Identity-H/DescendantFonts[]>>`),
			[]byte("/Font<<"), []byte("/Font<</F9 8 0 R"), 1), "by_eye.font@page[0]"},
		"a password": {assembled([]string{`<</Type/Catalog>>`}, "/Root 1 0 R/Encrypt 9 0 R"), "encrypted@"},
	} {
		if got := codes(scanned(t, "a.pdf", c.data)); got != c.want {
			t.Errorf("%s: unread %q, want %q", name, got, c.want)
		}
	}
}

func TestHostilePDFsAreSurvivedInTime(t *testing.T) {
	readable := map[string]bool{"a deep array": true, "an xref in a circle": true, "sizes of a giant": true} // by us: all of it was read
	for name, data := range map[string][]byte{
		"nothing":                []byte("%PDF-1.7"),
		"pages in a circle":      assembled([]string{`<</Type/Catalog/Pages 2 0 R>>`, `<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]>>`, `<</Type/Pages/Kids[2 0 R 3 0 R]>>`}, "/Root 1 0 R"),
		"references in a circle": assembled([]string{`<</Type/Catalog/Pages 2 0 R>>`, `3 0 R`, `2 0 R`}, "/Root 1 0 R"),
		"a form in itself":       pdfOf("/X1 Do", streamOf("/Subtype/Form/Resources<</XObject<</X1 8 0 R>>>>", strings.Repeat("/X1 Do ", 100))),
		"a bomb":                 pdfOf(latin("x"), flate("", strings.Repeat("0", 32<<20))),
		"a deep array":           pdfOf(latin("x"), strings.Repeat("[", 1<<20)),
		"open strings":           []byte("%PDF-1.7\n" + strings.Repeat("1 0 obj (", 1<<17)),
		"an xref in a circle":    append(pdfOf(latin("x")), "xref\n0 0\ntrailer\n<</Prev 9>>\nstartxref\n9\n%%EOF"...),
		"sizes of a giant":       pdfOf(latin("x"), `<</Type/XRef/Size 99999999999/W[8 8 8]/Index[0 99999999]/Length 99999999999>>`),
	} {
		began := time.Now()
		r, err := Scan(t.Context(), fileOf("a.pdf", data), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
		if len(r.Findings) > 0 {
			t.Errorf("%s: found %s", name, wheres(r))
		}
		if said := len(r.Unread) > 0; said != !readable[name] {
			t.Errorf("%s: unread %q", name, codes(r))
		}
	}
}

func FuzzPDF(f *testing.F) {
	for _, data := range encryptedPDFs(f) {
		f.Add(data)
	}
	f.Add(pdfOf(at(50, 700, "身份证号："+someID)))
	f.Add(pdfOf("/X1 Do", flate("/Subtype/Form", latin(someID))))
	f.Add(pdfOf(latin("x"), flate("/Type/ObjStm/N 1/First 5", "90 0 <</Contents("+someID+")>>")))
	f.Add(pdfOf("q 1 0 0 1 0 0 cm BI /W 1 ID x EI Q 50 670 30 50 re 0 0 m 9 9 l S [(1)-9(2)] TJ T* (x) ' 1 2 (y) \""))
	f.Add(assembled([]string{`<</Type/Catalog/Pages 2 0 R>>`, `<</Type/Pages/Kids[3 0 R]>>`, `<</Type/Page/Contents 4 0 R>>`, streamOf("/Filter/LZWDecode", "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01")}, "/Root 1 0 R"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, done := context.WithTimeout(t.Context(), time.Minute)
		defer done()
		r, err := Scan(ctx, fileOf("a.pdf", append([]byte("%PDF-1.7\n"), data...)), Options{Limits: Limits{Bytes: 16 << 20}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			if f.Where == "" || f.Level == "" || f.Kind == "" || privacy.Rules == "" {
				t.Fatalf("a finding without a place: %v", f)
			}
		}
	})
}
