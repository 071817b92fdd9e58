// Workbooks: every hiding place is found, and a masked copy holds nothing of it.

package files

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// roster is a plain workbook: a title, a header and three people, one of them hidden.
func roster(t *testing.T) *excelize.File {
	t.Helper()
	f := excelize.NewFile()
	for cell, value := range map[string]any{
		"A1": "某街道临时救助名单", "A3": "姓名", "B3": "身份证号", "C3": "联系电话", "D3": "金额",
		"A4": "张三", "B4": someID, "C4": someMobile, "D4": 1200,
		"A5": "李四", "B5": "440524198001010013", "C5": 13900139000, "D5": 800,
		"A6": "王五", "B6": "11010519491231002X", "C6": "13700137000", "D6": 500,
	} {
		if err := f.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	must(t, f.SetCellFormula("Sheet1", "D7", "SUM(D4:D6)"))
	must(t, f.SetRowVisible("Sheet1", 5, false))
	return f
}

var rosterSecrets = []string{someID, someMobile, "440524198001010013", "13900139000", "11010519491231002X", "13700137000"}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func saved(t *testing.T, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := f.WriteTo(&b)
	must(t, err)
	return b.Bytes()
}

// unzipped unpacks a zip.
func unzipped(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	out := map[string]string{}
	for _, m := range z.File {
		in, err := m.Open()
		must(t, err)
		text, err := io.ReadAll(in)
		must(t, err)
		out[m.Name] = string(text)
	}
	return out
}

// repacked is the workbook with some parts changed or added.
func repacked(t *testing.T, data []byte, change func(map[string]string)) []byte {
	t.Helper()
	all := unzipped(t, data)
	change(all)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		w, err := z.Create(name)
		must(t, err)
		_, err = io.WriteString(w, all[name])
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// traces looks for values in every part of a copy that opens: as text, in
// UTF-16, and in base64 whichever of its three phases they begin in.
func traces(t *testing.T, data []byte, secrets ...string) {
	t.Helper()
	_ = wellFormed(t, "the copy", data)
	for name, text := range unzipped(t, data) {
		for _, secret := range secrets {
			for form, bytes := range forms(secret) {
				if strings.Contains(text, bytes) || strings.Contains(name, bytes) {
					t.Errorf("%s holds %s as %s", name, secret, form)
				}
			}
		}
	}
}

func forms(secret string) map[string]string {
	wide := ""
	for _, u := range utf16.Encode([]rune(secret)) {
		wide += string([]byte{byte(u), byte(u >> 8)})
	}
	out := map[string]string{"text": secret, "UTF-16": wide}
	for phase := range 3 {
		coded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", phase) + secret))
		out[fmt.Sprint("base64 ", phase)] = coded[4 : len(coded)-4]
	}
	return out
}

func TestARosterIsReadUnderItsHeader(t *testing.T) {
	f := roster(t)
	r := scanned(t, "名单.xlsx", saved(t, f))
	for _, want := range []string{"id_card@sheet[0]!B4", "mobile@sheet[0]!C4", "id_card@sheet[0]!B5", "mobile@sheet[0]!C5", "id_card@sheet[0]!B6", "mobile@sheet[0]!C6"} {
		if !strings.Contains(wheres(r), want) {
			t.Errorf("%s is missing in %s", want, wheres(r))
		}
	}
	if len(r.Unread) > 0 || r.Format != "xlsx" {
		t.Errorf("format %s, unread %s", r.Format, codes(r))
	}
	for _, f := range r.Findings {
		if want := map[bool]string{true: "hidden row"}[strings.HasSuffix(f.Where, "5")]; f.Hidden != want {
			t.Errorf("%s: hidden %q, want %q", f.Where, f.Hidden, want)
		}
	}
}

func TestAMaskedRosterOpensElsewhereAndHoldsNothing(t *testing.T) {
	f := roster(t)
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	must(t, err)
	must(t, f.SetCellStyle("Sheet1", "B4", "B4", bold))
	onLoad := true // openpyxl writes it into every workbook
	must(t, f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &onLoad}))
	copied := masked(t, "名单.xlsx", saved(t, f))
	traces(t, copied, rosterSecrets...)
	g, err := excelize.OpenReader(bytes.NewReader(copied))
	must(t, err)
	for cell, want := range map[string]string{
		"A1": "某街道临时救助名单", "A4": "张三", "B3": "身份证号", "B4": "11*************233", "C4": "138****8000",
		"C5": "139****9000", "B6": "11*************02X", "D4": "1200",
	} {
		if got, err := g.GetCellValue("Sheet1", cell); err != nil || got != want {
			t.Errorf("%s says %q, want %q (%v)", cell, got, want, err)
		}
	}
	if style, err := g.GetCellStyle("Sheet1", "B4"); err != nil || style != bold {
		t.Errorf("B4 lost its style: %d, %v", style, err)
	}
	if formula, err := g.GetCellFormula("Sheet1", "D7"); err != nil || formula != "SUM(D4:D6)" {
		t.Errorf("D7 lost its formula: %q, %v", formula, err)
	}
	if visible, err := g.GetRowVisible("Sheet1", 5); err != nil || visible {
		t.Errorf("row 5 is not hidden any more: %v", err)
	}
}

// born gives each hiding place an identity number of its own.
func born(n int) string { return bornOn(1985, n) }

// bornOn is the n-th identity number of a year.
func bornOn(year, n int) string {
	digits := fmt.Sprintf("340602%d%02d%02d%03d", year, n/28%12+1, n%28+1, 100+n%900)
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(digits[i]-'0') * weight
	}
	return digits + "10X98765432"[sum%11:sum%11+1]
}

// places are the hiding places of a workbook: how to hide a value there, where
// it is found, and why a reader does not see it.
var places = []struct {
	name, where, hidden string
	hide                func(t *testing.T, f *excelize.File, secret string)
	inside              func(all map[string]string, secret string)
}{
	{name: "a hidden column", where: "sheet[0]!H9", hidden: "hidden column", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetCellValue("Sheet1", "H9", secret))
		must(t, f.SetColVisible("Sheet1", "H", false))
	}},
	{name: "a column of no width", where: "sheet[0]!I9", hidden: "hidden column", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetCellValue("Sheet1", "I9", secret))
		must(t, f.SetColWidth("Sheet1", "I", "I", 0.1))
	}},
	{name: "a hidden sheet", where: "sheet[1]!A1", hidden: "hidden sheet", hide: func(t *testing.T, f *excelize.File, secret string) {
		_, err := f.NewSheet("底表")
		must(t, err)
		must(t, f.SetCellValue("底表", "A1", secret))
		must(t, f.SetSheetVisible("底表", false))
	}},
	{name: "a very hidden sheet", where: "sheet[1]!A1", hidden: "very hidden sheet", hide: func(t *testing.T, f *excelize.File, secret string) {
		_, err := f.NewSheet("底表")
		must(t, err)
		must(t, f.SetCellValue("底表", "A1", secret))
		must(t, f.SetSheetVisible("底表", false, true))
	}},
	{name: "white text", where: "sheet[0]!J9", hidden: "white text", hide: func(t *testing.T, f *excelize.File, secret string) {
		styled(t, f, secret, &excelize.Style{Font: &excelize.Font{Color: "FFFFFF"}})
	}},
	{name: "tiny text", where: "sheet[0]!J9", hidden: "tiny text", hide: func(t *testing.T, f *excelize.File, secret string) {
		styled(t, f, secret, &excelize.Style{Font: &excelize.Font{Size: 1}})
	}},
	{name: "a number format that shows nothing", where: "sheet[0]!J9", hidden: "number format that shows nothing", hide: func(t *testing.T, f *excelize.File, secret string) {
		format := ";;;"
		styled(t, f, secret, &excelize.Style{CustomNumFmt: &format})
	}},
	{name: "under a merged cell", where: "sheet[0]!K10", hidden: "under a merged cell", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetCellValue("Sheet1", "K9", "合并"))
		must(t, f.SetCellValue("Sheet1", "K10", secret))
	}, inside: func(all map[string]string, _ string) {
		insert(all, `<mergeCells count="1"><mergeCell ref="K9:K11"/></mergeCells>`)
	}},
	{name: "a row that a filter hides", where: "sheet[0]!A12", hidden: "hidden row", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetCellValue("Sheet1", "A12", secret))
		must(t, f.AutoFilter("Sheet1", "A3:D12", nil))
		must(t, f.SetRowVisible("Sheet1", 12, false))
	}},
	{name: "the values of a filter", where: "sheet[0].filter[0]", hidden: "filter", inside: func(all map[string]string, secret string) {
		insert(all, `<autoFilter ref="A3:D6"><filterColumn colId="1"><filters><filter val="`+secret+`"/></filters></filterColumn></autoFilter>`)
	}},
	{name: "a comment", where: "sheet[0].comment!D4", hidden: "comment", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.AddComment("Sheet1", excelize.Comment{Cell: "D4", Author: "经办人", Paragraph: []excelize.RichTextRun{{Text: "核对 " + secret[:7], Font: &excelize.Font{Bold: true}}, {Text: secret[7:]}}}))
	}},
	{name: "the author of a comment", where: "sheet[0].author[0]", hidden: "comment", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.AddComment("Sheet1", excelize.Comment{Cell: "D4", Author: "证件 " + secret, Text: "已核"}))
	}},
	{name: "a threaded comment", where: "sheet[0].thread!C6", hidden: "comment", inside: func(all map[string]string, secret string) {
		all["xl/worksheets/_rels/sheet1.xml.rels"] = relations(`<Relationship Id="rIdT" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/threadedComment1.xml"/>`)
		all["xl/threadedComments/threadedComment1.xml"] = `<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="C6" dT="2026-01-01T00:00:00.00" personId="{1}" id="{2}"><text>本人证件 ` + secret + `</text></threadedComment></ThreadedComments>`
	}},
	{name: "a person of comments", where: "persons[0].person[0]", hidden: "author of comments", inside: func(all map[string]string, secret string) {
		all["xl/persons/person.xml"] = `<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><person displayName="张三 ` + secret + `" id="{1}" userId="1" providerId="None"/></personList>`
	}},
	{name: "a defined name", where: "name[0]", hidden: "defined name", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetDefinedName(&excelize.DefinedName{Name: "证件", RefersTo: `"` + secret + `"`}))
	}},
	{name: "a data validation list", where: "sheet[0].validation[0]", hidden: "data validation", hide: func(t *testing.T, f *excelize.File, secret string) {
		v := excelize.NewDataValidation(true)
		v.Sqref = "E4:E9"
		must(t, v.SetDropList([]string{"张三", secret}))
		must(t, f.AddDataValidation("Sheet1", v))
	}},
	{name: "the prompt of a data validation", where: "sheet[0].validation[0]", hidden: "data validation", hide: func(t *testing.T, f *excelize.File, secret string) {
		v := excelize.NewDataValidation(true)
		v.Sqref = "E4:E9"
		v.SetInput("证件", secret)
		must(t, f.AddDataValidation("Sheet1", v))
	}},
	{name: "a link's target", where: "", hidden: "link target", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetCellHyperLink("Sheet1", "A4", "https://example.com/q?id="+secret, "External"))
	}},
	{name: "a link's tooltip", where: "sheet[0].link[0]", hidden: "link target", hide: func(t *testing.T, f *excelize.File, secret string) {
		tip := "证件 " + secret
		must(t, f.SetCellHyperLink("Sheet1", "A4", "https://example.com/", "External", excelize.HyperlinkOpts{Tooltip: &tip}))
	}},
	{name: "the header of the page", where: "sheet[0].header[0]", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetHeaderFooter("Sheet1", &excelize.HeaderFooterOptions{OddHeader: `&L&"宋体,常规"&12 ` + secret + "&R第 &P 页"}))
	}},
	{name: "a property", where: "property.creator", hidden: "document property", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetDocProps(&excelize.DocProperties{Creator: "张三 " + secret}))
	}},
	{name: "the company's property", where: "property.company", hidden: "document property", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetAppProps(&excelize.AppProperties{Company: secret}))
	}},
	{name: "a property of one's own", where: "property.custom[0]", hidden: "document property", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetCustomProps(excelize.CustomProperty{Name: "证件", Value: secret}))
	}},
	{name: "a text box", where: "drawing[0].text[0]", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.AddShape("Sheet1", &excelize.Shape{Cell: "F3", Type: "rect", Paragraph: []excelize.RichTextRun{{Text: "证件 " + secret}}}))
	}},
	{name: "rich text in a cell", where: "sheet[0]!L4", hide: func(t *testing.T, f *excelize.File, secret string) {
		must(t, f.SetCellRichText("Sheet1", "L4", []excelize.RichTextRun{{Text: secret[:4], Font: &excelize.Font{Bold: true}}, {Text: secret[4:12]}, {Text: secret[12:] + " 已核"}}))
	}},
	{name: "an inline string", where: "sheet[0]!A20", inside: func(all map[string]string, secret string) {
		before(all, `<row r="20"><c r="A20" t="inlineStr"><is><t>`+secret+`</t></is></c></row>`)
	}},
	{name: "an escaped string", where: "sheet[0]!A20", inside: func(all map[string]string, secret string) {
		before(all, `<row r="20"><c r="A20" t="inlineStr"><is><t>&#x`+fmt.Sprintf("%x", secret[0])+`;_x`+fmt.Sprintf("%04X", secret[1])+`_`+secret[2:]+`</t></is></c></row>`)
	}},
	{name: "the text of a formula", where: "sheet[0].formula!A20", hidden: "formula", inside: func(all map[string]string, secret string) {
		before(all, `<row r="20"><c r="A20"><f>IF("`+secret+`"="",1,2)</f><v>2</v></c></row>`)
	}},
	{name: "the result of a formula", where: "sheet[0]!A20", inside: func(all map[string]string, secret string) {
		before(all, `<row r="20"><c r="A20" t="str"><f>B4&amp;""</f><v>`+secret+`</v></c></row>`)
	}},
	{name: "a shared string of no cell", where: "string[", hidden: "shared string of no cell", inside: func(all map[string]string, secret string) {
		all["xl/sharedStrings.xml"] = strings.Replace(all["xl/sharedStrings.xml"], "</sst>", "<si><t>"+secret+"</t></si></sst>", 1)
	}},
	{name: "a reading above characters", where: ".phonetic", hidden: "phonetic guide", inside: func(all map[string]string, secret string) {
		all["xl/sharedStrings.xml"] = strings.Replace(all["xl/sharedStrings.xml"], "张三</t>", `张三</t><rPh sb="0" eb="2"><t>`+secret+`</t></rPh>`, 1)
	}},
	{name: "a pivot cache", where: "pivot[0].field[0]", hidden: "pivot cache", inside: func(all map[string]string, secret string) {
		all["xl/pivotCache/pivotCacheDefinition1.xml"] = `<pivotCacheDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cacheFields count="1"><cacheField name="身份证号" numFmtId="0"><sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" minValue="` + digitsOnly(secret) + `" maxValue="` + digitsOnly(secret) + `" count="1"><n v="` + digitsOnly(secret) + `"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>`
	}},
	{name: "the records of a pivot", where: "records[0]", hidden: "pivot cache", inside: func(all map[string]string, secret string) {
		all["xl/pivotCache/pivotCacheRecords1.xml"] = `<pivotCacheRecords xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1"><r><s v="` + secret + `"/></r></pivotCacheRecords>`
	}},
	{name: "a chart's cache", where: "chart[0].point[0]", hidden: "chart cache", inside: func(all map[string]string, secret string) {
		all["xl/charts/chart1.xml"] = `<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart><c:plotArea><c:barChart><c:ser><c:cat><c:strRef><c:f>Sheet1!$A$4</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>` + secret + `</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>`
	}},
	{name: "a cache of another workbook", where: "external[0].sheet[0]!B2", hidden: "cache of another workbook", inside: func(all map[string]string, secret string) {
		all["xl/externalLinks/externalLink1.xml"] = `<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook><sheetNames><sheetName val="Sheet1"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="B1" t="str"><v>身份证号</v></cell></row><row r="2"><cell r="B2" t="str"><v>` + secret + `</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>`
	}},
	{name: "the name of a sheet", where: "sheet_name[1]", hide: func(t *testing.T, f *excelize.File, secret string) {
		_, err := f.NewSheet(secret)
		must(t, err)
	}},
	{name: "a sheet that the workbook does not list", where: "sheet[1]!B7", hidden: "hidden sheet", inside: func(all map[string]string, secret string) {
		all["xl/worksheets/sheet9.xml"] = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="7"><c r="B7" t="inlineStr"><is><t>` + secret + `</t></is></c></row></sheetData></worksheet>`
	}},
	{name: "a revision", where: "revision[0]", hidden: "revision", inside: func(all map[string]string, secret string) {
		all["xl/revisions/revisionLog1.xml"] = `<revisions xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><rcc rId="1" sId="1"><oc r="B4" t="inlineStr"><is><t>` + secret + `</t></is></oc></rcc></revisions>`
	}},
	{name: "a comment in the XML", where: "sheet[0]", hidden: "XML comment", inside: func(all map[string]string, secret string) {
		insert(all, "<!-- "+secret+" -->")
	}},
	{name: "a scenario", where: "sheet[0].scenario[0]", hidden: "scenario", inside: func(all map[string]string, secret string) {
		insert(all, `<scenarios><scenario name="a" count="1"><inputCells r="B4" val="`+secret+`"/></scenario></scenarios>`)
	}},
	{name: "a conditional format", where: "sheet[0].condition[0]", hidden: "conditional format", inside: func(all map[string]string, secret string) {
		insert(all, `<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>A1=`+digitsOnly(secret)+`</formula></cfRule></conditionalFormatting>`)
	}},
	{name: "a number format", where: "styles[0].format[0]", hidden: "number format", hide: func(t *testing.T, f *excelize.File, secret string) {
		format := `"` + secret + `"`
		styled(t, f, "x", &excelize.Style{CustomNumFmt: &format})
	}},
	{name: "a drawing of an old program", where: "shapes[0]", inside: func(all map[string]string, secret string) {
		all["xl/drawings/vmlDrawing1.vml"] = `<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><div>证件<br>` + secret + `</div></v:textbox></v:shape></xml>`
	}},
	{name: "a connection", where: "connection[0]", hidden: "connection", inside: func(all map[string]string, secret string) {
		all["xl/connections.xml"] = `<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><connection id="1" name="a" description="` + secret + `"/></connections>`
	}},
	{name: "data for programs", where: "part[", inside: func(all map[string]string, secret string) {
		all["customXml/item1.xml"] = `<data><id>` + secret + `</id></data>`
	}},
	{name: "an embedded text", where: "object[0]/line[0]", inside: func(all map[string]string, secret string) {
		all["xl/embeddings/note.txt"] = "证件 " + secret
	}},
	{name: "an embedded workbook", where: "object[0]/sheet[0]!A2", inside: func(all map[string]string, secret string) {
		f := excelize.NewFile()
		_ = f.SetCellValue("Sheet1", "A2", secret)
		var b bytes.Buffer
		_, _ = f.WriteTo(&b)
		all["xl/embeddings/Microsoft_Excel_Sheet1.xlsx"] = b.String()
	}},
}

func styled(t *testing.T, f *excelize.File, value string, s *excelize.Style) {
	t.Helper()
	id, err := f.NewStyle(s)
	must(t, err)
	must(t, f.SetCellValue("Sheet1", "J9", value))
	must(t, f.SetCellStyle("Sheet1", "J9", "J9", id))
}

// insert puts XML behind the cells of the first sheet, before puts more cells there.
func insert(all map[string]string, xml string) {
	all[sheet1] = strings.Replace(all[sheet1], "</sheetData>", "</sheetData>"+xml, 1)
}

func before(all map[string]string, xml string) {
	all[sheet1] = strings.Replace(all[sheet1], "</sheetData>", xml+"</sheetData>", 1)
}

const sheet1 = "xl/worksheets/sheet1.xml"

func relations(inner string) string {
	return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + inner + `</Relationships>`
}

// digitsOnly is an identity number that can be a number.
func digitsOnly(id string) string { return strings.ReplaceAll(id, "X", "0") }

func TestEveryHidingPlaceIsFoundAndEmptied(t *testing.T) {
	for n, p := range places {
		t.Run(p.name, func(t *testing.T) {
			secret := born(n)
			for strings.HasSuffix(secret, "X") { // some places take numbers only
				n += 100
				secret = born(n)
			}
			f := roster(t)
			if p.hide != nil {
				p.hide(t, f, secret)
			}
			data := saved(t, f)
			if p.inside != nil {
				data = repacked(t, data, func(all map[string]string) { p.inside(all, secret) })
			}
			at, ok := foundAs(scanned(t, "名单.xlsx", data), secret)
			if !ok {
				t.Fatalf("not found; found are %s", wheres(scanned(t, "名单.xlsx", data)))
			}
			if !slices.ContainsFunc(at, func(f Finding) bool { return strings.Contains(f.Where, p.where) && f.Hidden == p.hidden }) {
				t.Errorf("found at %v, want %s, %q", at, p.where, p.hidden)
			}
			copied := masked(t, "名单.xlsx", data)
			traces(t, copied, secret)
			if _, err := excelize.OpenReader(bytes.NewReader(copied)); err != nil {
				t.Errorf("the copy does not open: %v", err)
			}
			if again := scanned(t, "名单.xlsx", copied); len(again.Findings) > 0 {
				t.Errorf("still found: %s", wheres(again))
			}
		})
	}
}

func TestAValueInTheNameOfAPartMakesNoMaskedCopy(t *testing.T) {
	data := repacked(t, saved(t, roster(t)), func(all map[string]string) { all["xl/"+born(1)+".xml"] = "<a/>" })
	at, ok := foundAs(scanned(t, "名单.xlsx", data), born(1))
	if !ok || at[0].Hidden != "name of a part" {
		t.Errorf("found %v", at)
	}
	if err := Mask(t.Context(), fileOf("名单.xlsx", data), Options{}, everything, io.Discard); err == nil {
		t.Error("a masked copy was made")
	}
}

// foundAs are the findings of one value.
func foundAs(r Report, secret string) (at []Finding, ok bool) {
	for _, f := range r.Findings {
		if f.Folded == secret {
			at = append(at, f)
		}
	}
	return at, len(at) > 0
}
