// Workbooks: numbers in every form, what follows from a change, and what stays.

package files

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// withRows is a workbook whose first sheet has these rows, in XML.
func withRows(t *testing.T, rows string) []byte {
	t.Helper()
	return repacked(t, saved(t, excelize.NewFile()), func(all map[string]string) {
		all[sheet1] = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`
	})
}

func inline(cell, text string) string {
	return `<c r="` + cell + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

func TestNumbersAreReadInEveryForm(t *testing.T) {
	for name, c := range map[string]struct{ header, v, kind, copied string }{
		"all digits":                    {"身份证号", "340602198503129915", "id_card", "34*************915"},
		"a fraction of noughts":         {"备注", "340602198503129915.0", "id_card", "34*************915.0"},
		"with an exponent":              {"备注", "1.3800138000E+10", "mobile", "138****8000"},
		"rounded, under its header":     {"身份证号", "3.4060219850312E+17", "id_card", "34*************000"},
		"rounded, under another header": {"备注", "3.4060219850312E+17", "id_card", "34*************000"},
		"rounded, written out":          {"备注", "340602198503129000", "id_card", "34*************000"},
		"a bank card, rounded":          {"银行卡号", "6.2220202000012340E+18", "bank_card", "***************4000"},
		"a day":                         {"出生日期", "31118", "birth_date", "1985"},
	} {
		style := ""
		data := withRows(t, `<row r="1">`+inline("A1", "姓名")+inline("B1", c.header)+`</row><row r="2">`+inline("A2", "张三")+`<c r="B2"STYLE><v>`+c.v+`</v></c></row>`)
		if name == "a day" {
			style = ` s="1"`
		}
		data = repacked(t, data, func(all map[string]string) {
			all[sheet1] = strings.Replace(all[sheet1], "STYLE", style, 1)
			all["xl/styles.xml"] = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`
		})
		r := scanned(t, "表.xlsx", data)
		if got := wheres(r); got != c.kind+"@sheet[0]!B2" {
			t.Errorf("%s: found %s", name, got)
			continue
		}
		copied := unzipped(t, masked(t, "表.xlsx", data))[sheet1]
		if !strings.Contains(copied, `t="inlineStr"`) || !strings.Contains(copied, ">"+c.copied) || strings.Contains(copied, "<v>") {
			t.Errorf("%s: masked to %s", name, copied)
		}
	}
}

func TestAMergedHeaderGovernsAllItsColumns(t *testing.T) {
	f := excelize.NewFile()
	for cell, value := range map[string]string{
		"A1": "某镇危房改造对象公示", "A2": "姓名", "B2": "基本情况", "B3": "出生日期", "C3": "家庭住址", "D2": "备注",
		"A4": "张三", "B4": "1962-03-05", "C4": "河东县城关镇红旗村三组12号", "D4": "2026-03-05",
		"A5": "李四", "B5": "1958-11-20", "C5": "河东县城关镇红旗村一组7号", "D5": "2026-03-06",
	} {
		must(t, f.SetCellValue("Sheet1", cell, value))
	}
	for _, m := range [][2]string{{"A1", "D1"}, {"A2", "A3"}, {"B2", "C2"}, {"D2", "D3"}} {
		must(t, f.MergeCell("Sheet1", m[0], m[1]))
	}
	got := wheres(scanned(t, "名单.xlsx", saved(t, f)))
	if got != "birth_date@sheet[0]!B4 address@sheet[0]!C4 birth_date@sheet[0]!B5 address@sheet[0]!C5" {
		t.Errorf("found %s", got)
	}
}

func TestOtherNumbersOfEighteenDigitsStay(t *testing.T) {
	for _, v := range []string{"340602198513129000", "270602198503129000", "340602198503129777", "123456789012345678", "2.5E+17"} {
		data := withRows(t, `<row r="1">`+inline("A1", "项目")+inline("B1", "金额")+`</row><row r="2">`+inline("A2", "桥")+`<c r="B2"><v>`+v+`</v></c></row>`)
		if r := scanned(t, "表.xlsx", data); len(r.Findings) > 0 {
			t.Errorf("%s: found %s", v, wheres(r))
		}
	}
}

func TestRichTextKeepsItsRuns(t *testing.T) {
	f := excelize.NewFile()
	must(t, f.SetCellRichText("Sheet1", "A1", []excelize.RichTextRun{{Text: "证件 " + someID[:4], Font: &excelize.Font{Bold: true}}, {Text: someID[4:] + " 已核"}}))
	g, err := excelize.OpenReader(bytes.NewReader(masked(t, "表.xlsx", saved(t, f))))
	must(t, err)
	runs, err := g.GetCellRichText("Sheet1", "A1")
	must(t, err)
	if len(runs) != 2 || runs[0].Text != "证件 11**" || !runs[0].Font.Bold || runs[1].Text != "***********233 已核" {
		t.Errorf("the runs are %+v", runs)
	}
}

func TestCellsThatSharedAFormulaKeepTheirResults(t *testing.T) {
	data := withRows(t, `<row r="1"><c r="A1" t="str"><f t="shared" ref="A1:A3" si="0">"证件 `+someID+`"&amp;B1</f><v>证件 `+someID+`</v></c><c r="B1"><f>C1*2</f><v>8</v></c></row>`+
		`<row r="2"><c r="A2" t="str"><f t="shared" si="0"/><v>证件甲</v></c></row><row r="3"><c r="A3" t="str"><f t="shared" si="0"/><v>证件乙</v></c></row>`)
	copied := masked(t, "表.xlsx", data)
	traces(t, copied, someID)
	g, err := excelize.OpenReader(bytes.NewReader(copied))
	must(t, err)
	for cell, want := range map[string]string{"A1": "证件 11*************233", "A2": "证件甲", "A3": "证件乙", "B1": "8"} {
		if got, err := g.GetCellValue("Sheet1", cell); err != nil || got != want {
			t.Errorf("%s says %q, want %q (%v)", cell, got, want, err)
		}
	}
	for cell, want := range map[string]string{"A1": "", "A2": "", "B1": "C1*2"} {
		if got, err := g.GetCellFormula("Sheet1", cell); err != nil || got != want {
			t.Errorf("the formula of %s is %q, want %q (%v)", cell, got, want, err)
		}
	}
}

func TestAResultThatRepeatsMaskedDigitsGoes(t *testing.T) {
	data := withRows(t, `<row r="1">`+inline("A1", someID)+`<c r="B1" t="str"><f>LEFT(A1,8)</f><v>`+someID[:8]+`</v></c><c r="C1"><f>2*3</f><v>6</v></c></row>`)
	copied := unzipped(t, masked(t, "表.xlsx", data))[sheet1]
	if strings.Contains(copied, someID[:8]) || !strings.Contains(copied, "<f>LEFT(A1,8)</f>") || !strings.Contains(copied, "<v>6</v>") {
		t.Errorf("the copy is %s", copied)
	}
}

func TestFormulasAndNamesStayFormulas(t *testing.T) {
	f := roster(t)
	must(t, f.SetDefinedName(&excelize.DefinedName{Name: "甲", RefersTo: digitsOnly(born(3))}))
	must(t, f.SetDefinedName(&excelize.DefinedName{Name: "乙", RefersTo: "Sheet1!$A$1"}))
	data := saved(t, f)
	book := unzipped(t, masked(t, "表.xlsx", data))["xl/workbook.xml"]
	want := born(3)
	if !strings.Contains(book, `>&#34;`+want[:2]+`＊＊＊＊＊＊＊＊＊＊＊＊＊`+want[15:]+`&#34;<`) || !strings.Contains(book, ">Sheet1!$A$1<") {
		t.Errorf("the names are %s", book)
	}
}

func TestWhatIsNotFoundStaysByteByByte(t *testing.T) {
	f := roster(t)
	must(t, f.AddComment("Sheet1", excelize.Comment{Cell: "D4", Author: "经办人", Text: "已核"}))
	data := saved(t, f)
	was, now := unzipped(t, data), unzipped(t, masked(t, "表.xlsx", data))
	for _, part := range []string{"xl/styles.xml", "xl/theme/theme1.xml", "xl/comments1.xml", "xl/worksheets/_rels/sheet1.xml.rels"} {
		if was[part] != now[part] {
			t.Errorf("%s has changed", part)
		}
	}
	for _, part := range []string{"docProps/app.xml", "docProps/core.xml"} {
		if _, there := now[part]; there || strings.Contains(now["_rels/.rels"]+now["[Content_Types].xml"], part) {
			t.Errorf("%s is in the copy or named there", part)
		}
	}
}

func TestAFindingThatIsKeptStaysInItsCell(t *testing.T) {
	data := saved(t, roster(t))
	var out bytes.Buffer
	must(t, Mask(t.Context(), fileOf("表.xlsx", data), Options{}, func(f Finding) (string, bool) {
		return "不予公开", f.Where == "sheet[0]!B4"
	}, &out))
	g, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	must(t, err)
	for cell, want := range map[string]string{"B4": "不予公开", "C4": someMobile, "B6": "11010519491231002X"} {
		if got, err := g.GetCellValue("Sheet1", cell); err != nil || got != want {
			t.Errorf("%s says %q, want %q (%v)", cell, got, want, err)
		}
	}
}

func TestAValueProvenInOneSheetIsFoundInAnother(t *testing.T) {
	f := roster(t)
	_, err := f.NewSheet("备注")
	must(t, err)
	must(t, f.SetCellValue("备注", "A1", "办结编号 13800138000 已退"))
	r := scanned(t, "表.xlsx", saved(t, f))
	if !strings.Contains(wheres(r), "mobile@sheet[1]!A1") {
		t.Errorf("found %s", wheres(r))
	}
}

func TestASheetOfTagsThatDoNotMatchIsDamaged(t *testing.T) {
	for _, rows := range []string{"<row>" + inline("A1", someID), "<row><c>" + inline("A1", someID) + "</row>", "</c><row/>"} {
		if got := codes(scanned(t, "表.xlsx", withRows(t, rows))); got != "damaged@" {
			t.Errorf("%s: unread %q", rows, got)
		}
	}
}

func TestFarAwayCellsCostNothing(t *testing.T) {
	data := withRows(t, `<row r="1">`+inline("A1", "身份证号")+`</row><row r="2">`+inline("A2", someID)+`</row><row r="1048576">`+inline("XFD1048576", someMobile)+`</row>`)
	if got := wheres(scanned(t, "表.xlsx", data)); got != "id_card@sheet[0]!A2 mobile@sheet[0]!XFD1048576" {
		t.Errorf("found %s", got)
	}
}

func TestTwoCellsInOnePlaceAreBothRead(t *testing.T) {
	data := withRows(t, `<row r="1">`+inline("A1", "甲")+inline("A1", someID)+`</row><row r="1">`+inline("A1", someMobile)+`</row>`)
	if got := wheres(scanned(t, "表.xlsx", data)); got != "id_card@sheet[0]!A1 mobile@sheet[0]!A1" {
		t.Errorf("found %s", got)
	}
	traces(t, masked(t, "表.xlsx", data), someID, someMobile)
}

func TestPartsInUTF16AndWithPrefixesAreRead(t *testing.T) {
	data := withRows(t, "")
	data = repacked(t, data, func(all map[string]string) {
		xml := `<?xml version="1.0" encoding="UTF-16"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>证件` + someID + `</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`
		all[sheet1] = string(encodings["UTF-16 LE"](xml))
	})
	if got := wheres(scanned(t, "表.xlsx", data)); got != "id_card@sheet[0]!A1" {
		t.Errorf("found %s", got)
	}
	copied := masked(t, "表.xlsx", data)
	traces(t, copied, someID)
	if g, err := excelize.OpenReader(bytes.NewReader(copied)); err != nil {
		t.Error(err)
	} else if got, err := g.GetCellValue("Sheet1", "A1"); err != nil || got != "证件11*************233" {
		t.Errorf("A1 says %q, %v", got, err)
	}
}

// refused scans a hostile file and wants one reason, little memory and no finding of thousands.
func refused(t *testing.T, name string, data []byte, opt Options, want string) {
	t.Helper()
	var r Report
	held := heldDuring(func() {
		var err error
		r, err = Scan(t.Context(), fileOf(name, data), opt)
		must(t, err)
	})
	if got := codes(r); !strings.Contains(got, want) {
		t.Errorf("%s: unread %q, want %s", t.Name(), got, want)
	}
	if held > 400<<20 {
		t.Errorf("%s: %d MB were held", t.Name(), held>>20)
	}
}

func TestBombsAreRefused(t *testing.T) {
	big := func(unit string, size int) string { return strings.Repeat(unit, size/len(unit)) }
	archive := func(name, text string) []byte {
		return repacked(t, []byte("PK\x05\x06"+strings.Repeat("\x00", 18)), func(all map[string]string) { all[name] = text })
	}
	size := 2 << 20 // by default small, to be quick, and the limits with it
	loose := Options{Limits: Limits{Ratio: 5_000, Part: 5 << 19, Cells: 50_000, Texts: 50_000}}
	if os.Getenv("GONGKAI_LONG") != "" {
		size, loose = 60<<20, Options{Limits: Limits{Ratio: 5_000}}
	}
	t.Run("a text of noughts", func(t *testing.T) {
		refused(t, "a.zip", archive("a.txt", big("0", size)), Options{}, "limit.ratio@member[0]")
		refused(t, "a.zip", archive("a.txt", big("0", size+size/3)), loose, "limit.part@member[0]")
	})
	t.Run("zips in zips", func(t *testing.T) {
		data := archive("a.txt", "text")
		for range 10 {
			data = archive("a.zip", string(data))
		}
		refused(t, "a.zip", data, Options{}, "limit.depth@member[0]/member[0]/member[0]/member[0]")
	})
	t.Run("very many members", func(t *testing.T) {
		data := repacked(t, archive("a", ""), func(all map[string]string) {
			for i := range 2_000 {
				all[fmt.Sprint(i)] = ""
			}
		})
		refused(t, "a.zip", data, Options{Limits: Limits{Members: 1_000}}, "limit.members@")
	})
	t.Run("more than all members may have together", func(t *testing.T) {
		data := repacked(t, archive("a", ""), func(all map[string]string) {
			for i := range 10 {
				all[fmt.Sprint(i)] = big("ab cd\n", 150<<10)
			}
		})
		refused(t, "a.zip", data, Options{Limits: Limits{Bytes: 700 << 10}}, "limit.bytes@")
	})
	t.Run("a sheet of too many cells", func(t *testing.T) {
		refused(t, "a.xlsx", withRows(t, "<row>"+big("<c><v>1</v></c>", size)+"</row>"), loose, "limit.cells@")
	})
	t.Run("a gigabyte of strings", func(t *testing.T) {
		data := repacked(t, withRows(t, ""), func(all map[string]string) {
			all["xl/sharedStrings.xml"] = "<sst>" + big("<si><t>a</t></si>", size+size/3) + "</sst>"
		})
		refused(t, "a.xlsx", data, loose, "limit.part@")
	})
	t.Run("many strings", func(t *testing.T) {
		data := repacked(t, withRows(t, ""), func(all map[string]string) {
			all["xl/sharedStrings.xml"] = "<sst>" + big("<si><t>a</t></si>", size) + "</sst>"
		})
		refused(t, "a.xlsx", data, loose, "limit.cells@")
	})
	t.Run("elements in elements", func(t *testing.T) {
		refused(t, "a.xlsx", withRows(t, big("<row>", size)), loose, "limit.xml_depth@")
		data := repacked(t, withRows(t, ""), func(all map[string]string) { all["xl/drawings/drawing1.xml"] = big("<a>", size) })
		refused(t, "a.xlsx", data, loose, "limit.xml_depth@")
	})
	t.Run("texts without end", func(t *testing.T) {
		data := repacked(t, withRows(t, ""), func(all map[string]string) {
			all["xl/drawings/drawing1.xml"] = "<a>" + big(`<b c="1234567"/>`, size) + "</a>"
		})
		refused(t, "a.xlsx", data, loose, "limit.texts@")
	})
	t.Run("a sheet as wide as it is high", func(t *testing.T) {
		var rows strings.Builder
		for i := range int32(3_000) {
			rows.WriteString(`<row r="` + fmt.Sprint(i+1) + `">` + inline(cellName(i, i), "x") + `</row>`)
		}
		refused(t, "a.xlsx", withRows(t, rows.String()+`<row r="4000">`+inline("A4000", someID)+`</row>`), Options{}, "limit.cells@sheet[0]")
	})
	t.Run("more findings than anybody reads", func(t *testing.T) {
		text := big(someMobile+"\n", 100<<10)
		refused(t, "a.txt", []byte(text), Options{Limits: Limits{Findings: 1_000}}, "limit.findings@")
	})
	t.Run("a text that is too long", func(t *testing.T) {
		refused(t, "a.txt", []byte(big(someMobile+"\n", 9<<20)), Options{}, "limit.part@")
	})
}

func TestWhatAnArchiveCarriesOutsideItsMembersIsSaid(t *testing.T) {
	data := saved(t, roster(t))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	must(t, z.SetComment("联系人 "+born(5)))
	w, err := z.CreateHeader(&zip.FileHeader{Name: "a.txt", Comment: "经办 " + born(6)})
	must(t, err)
	_, err = io.WriteString(w, "text")
	must(t, err)
	must(t, z.Close())
	if got := wheres(scanned(t, "a.zip", b.Bytes())); got != "id_card@comment id_card@member[0].comment" {
		t.Errorf("found %s", got)
	}
	stuffing := strings.Repeat(born(7)+"\n", 500)
	for name, stuffed := range map[string][]byte{"in front": append([]byte("PK\x03\x04"+stuffing), data...), "in the middle": stuffedZip(t, stuffing)} {
		if got := codes(scanned(t, "a.xlsx", stuffed)); !strings.Contains(got, "extra@") {
			t.Errorf("%s: unread %q", name, got)
		}
	}
	if got := codes(scanned(t, "a.xlsx", data)); got != "" {
		t.Errorf("nothing stuffed in: unread %q", got)
	}
}

// stuffedZip has bytes between two members that no directory lists.
func stuffedZip(t *testing.T, stuffing string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"1.txt", "2.txt", "3.txt"} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		must(t, err)
		text := "text"
		if name == "2.txt" {
			text = stuffing
		}
		_, err = io.WriteString(w, text)
		must(t, err)
	}
	must(t, z.Close())
	data := b.Bytes()
	entry := bytes.LastIndex(data, []byte("2.txt")) - 46 // cut from the directory
	out := append(append([]byte{}, data[:entry]...), data[entry+46+len("2.txt"):]...)
	end := len(out) - 22
	out[end+8], out[end+10] = 2, 2
	out[end+12] -= byte(46 + len("2.txt"))
	return out
}

func TestMacrosAreSaid(t *testing.T) {
	data := repacked(t, saved(t, roster(t)), func(all map[string]string) {
		all["xl/vbaProject.bin"] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 64) + string(wideBytes("_VBA_PROJECT"))
	})
	if got := codes(scanned(t, "名单.xlsm", data)); got != "format.macros@object[0]" {
		t.Errorf("unread %s", got)
	}
}

func TestNoMaskedCopyIsMadeOfWhatWasNotReadWhole(t *testing.T) {
	err := Mask(t.Context(), fileOf("a.xlsx", withRows(t, strings.Repeat("<row>", 300))), Options{}, everything, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "nested too deeply") {
		t.Errorf("the error is %v", err)
	}
}

func TestMembersOfArchivesAreReadAsWhatTheyAre(t *testing.T) {
	inner := repacked(t, []byte("PK\x05\x06"+strings.Repeat("\x00", 18)), func(all map[string]string) {
		all["名单.xlsx"] = string(saved(t, roster(t)))
	})
	data := repacked(t, []byte("PK\x05\x06"+strings.Repeat("\x00", 18)), func(all map[string]string) {
		all["1_"+someID+".txt"] = "见附件"
		all["2.zip"] = string(inner)
		all["3.doc"] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
		all["4.csv"] = "姓名,电话\n张三," + someMobile
		all[someMobile+"/"] = ""
	})
	r := scanned(t, "附件.zip", data)
	for _, want := range []string{"mobile@member[0].name", "id_card@member[1]/name", "id_card@member[2]/member[0]/sheet[0]!B4", "mobile@member[4]/sheet[0]!B2"} {
		if !strings.Contains(wheres(r), want) {
			t.Errorf("%s is missing in %s", want, wheres(r))
		}
	}
	if codes(r) != "format.old@member[3]" {
		t.Errorf("unread %s", codes(r))
	}
}
