// Whatever bytes arrive: no crash, places that can be read, a masked copy that says no more than it may.

package files

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

var fuzzLimits = Limits{Members: 100, Bytes: 4 << 20, Part: 1 << 20, Cells: 20_000, Texts: 5_000, Findings: 2_000, Time: 10 * time.Second}

// FuzzWorkbook changes the XML of a sheet, of its strings and of the workbook.
func FuzzWorkbook(f *testing.F) {
	row := `<row r="2"><c r="A2" t="s"><v>0</v></c>` + inline("B2", someID) + `<c r="C2" t="str"><f t="shared" ref="C2:C3" si="0">B2&amp;""</f><v>` + someID + `</v></c><c r="D2"><v>1.3800138E+10</v></c></row>`
	sheet := `<worksheet><cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1">` + inline("A1", "身份证号") + `</row>` + row + `</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells><hyperlinks><hyperlink ref="A1" tooltip="` + someMobile + `"/></hyperlinks></worksheet>`
	strs := `<sst><si><r><t>` + someID[:6] + `</t></r><r><t>` + someID[6:] + `</t></r><rPh sb="0" eb="1"><t>` + someMobile + `</t></rPh></si><si/></sst>`
	book := `<workbook><sheets><sheet name="a" state="hidden" r:id="rId1"/></sheets><definedNames><definedName name="n">` + digitsOnly(someID) + `</definedName></definedNames><calcPr/></workbook>`
	f.Add(sheet, strs, book)
	f.Add(strings.ReplaceAll(sheet, "<c ", "<x:c "), "<sst><si>", `<workbook><sheet/>`)
	f.Fuzz(func(t *testing.T, sheet, strs, book string) {
		if len(sheet)+len(strs)+len(book) > 64<<10 {
			return
		}
		data := packedParts(map[string]string{
			"[Content_Types].xml": "<Types/>", "xl/workbook.xml": book, "xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strs,
			"xl/_rels/workbook.xml.rels": relations(`<Relationship Id="rId1" Target="worksheets/sheet1.xml"/>`),
		})
		sound(t, fileOf("a.xlsx", data))
	})
}

// FuzzFile gives any bytes any name.
func FuzzFile(f *testing.F) {
	f.Add("a.csv", []byte("姓名,身份证号\n\"张\"\"三\","+someID+"\n\"x"))
	f.Add("a.txt", encodings["UTF-16 no mark"]("电话"+someMobile))
	f.Add("a.html", []byte("<html><p title=\"&#49;3800138000\">"+someID))
	f.Add("a.html", []byte("<!-- x --><meta name=author content=x><script><!--"))
	f.Add("a.png", png("tEXtAuthor\x00x"))
	f.Add("a.jpg", jpeg("\xff\xe1Exif\x00\x00"+string(tiff(true)), "\xff\xfex"))
	f.Add("a.zip", packedParts(map[string]string{someID + ".txt": someMobile, "b.zip": "PK\x03\x04"}))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if len(data) > 64<<10 {
			return
		}
		sound(t, fileOf(name, data))
	})
}

// sound checks what is true of every file: a report, and of what can be masked
// a copy in which no finding is certain any more.
func sound(t *testing.T, f File) {
	r, err := Scan(t.Context(), f, Options{Limits: fuzzLimits})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range r.Findings {
		if at.Where == "" || at.Start < 0 || at.End < at.Start {
			t.Fatalf("a finding nowhere: %v at %q", at, at.Where)
		}
	}
	tidy(t, f)
	var out bytes.Buffer
	n := 0
	err = Mask(t.Context(), f, Options{Limits: fuzzLimits}, func(at Finding) (string, bool) {
		if n >= len(r.Findings) || r.Findings[n].Where != at.Where || r.Findings[n].Span != at.Span {
			t.Fatalf("decision %d is about %s, which the report does not have there", n, at.Where)
		}
		n++
		return at.Mask, true
	}, &out)
	if err != nil {
		return // no copy of what is not whole
	}
	again, err := Scan(t.Context(), fileOf("copy."+extension(f.Name), out.Bytes()), Options{Limits: fuzzLimits})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range again.Findings {
		if at.Level == "certain" && !strings.HasPrefix(at.Evidence[0], "half") {
			t.Fatalf("the copy still has %v at %s", at, at.Where)
		}
	}
}

// tidy checks that a clean copy, where there is one, has nothing left to clean.
func tidy(t *testing.T, f File) {
	opt := Options{Limits: fuzzLimits, Clean: true}
	var out bytes.Buffer
	if Clean(t.Context(), f, opt, &out) != nil {
		return
	}
	again, err := Scan(t.Context(), fileOf("copy."+extension(f.Name), out.Bytes()), opt)
	if err != nil || len(again.Traces) > 0 {
		t.Fatalf("the clean copy has traces of %v: %v", again.Traces, err)
	}
}

func packedParts(parts map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
