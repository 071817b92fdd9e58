// Word files, built here part by part.

package importer_test

import (
	"archive/zip"
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

const wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// word builds a .docx from the inside of its body and further parts.
func word(t *testing.T, inside string, parts map[string]string) string {
	t.Helper()
	all := map[string]string{"word/document.xml": `<?xml version="1.0"?><w:document ` + wordNS + `><w:body>` + inside + `<w:sectPr/></w:body></w:document>`}
	maps.Copy(all, parts)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(all[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// para is a paragraph with properties and one run for each text.
func para(props string, texts ...string) string {
	s := "<w:p><w:pPr>" + props + "</w:pPr>"
	for _, text := range texts {
		s += `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>`
	}
	return s + "</w:p>"
}

func style(id string) string { return `<w:pStyle w:val="` + id + `"/>` }

func list(id, level string) string {
	return `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + id + `"/></w:numPr>`
}

var wordParts = map[string]string{
	"word/styles.xml": `<w:styles ` + wordNS + `>
<w:style w:styleId="a0"><w:name w:val="Title"/></w:style>
<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="my1"><w:name w:val="我的标题"/><w:basedOn w:val="1"/></w:style>
<w:style w:styleId="lvl"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>`,
	"word/numbering.xml": `<w:numbering ` + wordNS + `>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:numFmt w:val="hebrew1"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="3"/></w:num></w:numbering>`,
	"word/_rels/document.xml.rels": `<Relationships xmlns="x"><Relationship Id="rId1" Type="http://x/hyperlink" Target="https://www.example.cn/a?b=1&amp;c=2"/><Relationship Id="rId2" Type="http://x/hyperlink" Target="javascript:alert(1)"/></Relationships>`,
	"docProps/core.xml":            `<cp:coreProperties xmlns:cp="x" xmlns:dc="y" xmlns:dcterms="z"><dc:title>属性中的标题</dc:title><dcterms:created>2023-05-04T08:00:00Z</dcterms:created></cp:coreProperties>`,
}

func TestWordHeadingsByStyleAndOutlineLevel(t *testing.T) {
	d := one(t, "x.docx", word(t, para(style("a0"), "关于", "防汛的", "通知")+para("", "青水〔2023〕5号")+para("", "各乡镇：")+
		para(style("my1"), "总体要求")+para("", "按时巡查。")+para(style("lvl"), "责任")+para(`<w:outlineLvl w:val="2"/>`, "分段")+para("", "甲乙两段。"), wordParts))
	wantFields(t, d, map[string]string{"title": "关于防汛的通知", "doc_no": "青水〔2023〕5号",
		"body": "<p>各乡镇：</p><h2>总体要求</h2><p>按时巡查。</p><h3>责任</h3><h4>分段</h4><p>甲乙两段。</p>"})
	if d.Created != "2023-05-04" || len(d.Flags) != 0 {
		t.Errorf("created %q, flags %v", d.Created, flags(d))
	}
}

func TestWordAutomaticNumbersBecomeText(t *testing.T) {
	d := one(t, "x.docx", word(t, para(list("1", "0"), "总体要求")+para("", "按时巡查。")+para(list("1", "1"), "明确责任")+para("", "分段包干。")+
		para(list("1", "0"), "工作安排")+para("", "需要：")+para(list("2", "0"), "表格")+para(list("2", "0"), "证件")+para("", "另外。")+
		para(list("3", "0"), "甲")+para(list("3", "0"), "乙")+para(list("2", "0"), "照片；")+para(list("4", "0"), "其他。"), wordParts))
	wantFields(t, d, map[string]string{"title": "属性中的标题",
		"body": "<h2>一、总体要求</h2><p>按时巡查。</p><h3>（一）明确责任</h3><p>分段包干。</p><h2>二、工作安排</h2><p>需要：</p><ol><li>表格</li><li>证件</li></ol><p>另外。</p><ul><li>甲</li><li>乙</li></ul><p>3.照片；</p><p>其他。</p>"})
	if got := flags(d); !slices.Equal(got, []string{"lost_numbering@body"}) {
		t.Errorf("flags %v", got)
	}
}

func TestWordRunsLinksAndBreaks(t *testing.T) {
	d := one(t, "x.docx", word(t, para("", "关于说明的通知")+`<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>粗</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>体</w:t></w:r>`+
		`<w:r><w:rPr><w:b w:val="0"/><w:i/></w:rPr><w:t>斜&lt;体</w:t></w:r><w:hyperlink r:id="rId1"><w:r><w:t>链接</w:t></w:r></w:hyperlink>`+
		`<w:hyperlink r:id="rId2"><w:r><w:t>坏链接</w:t></w:r></w:hyperlink><w:r><w:t>。</w:t><w:br/><w:t>下一行</w:t><w:noBreakHyphen/><w:t>尾</w:t></w:r></w:p>`, wordParts))
	wantFields(t, d, map[string]string{"title": "关于说明的通知",
		"body": `<p><strong>粗体</strong><em>斜&lt;体</em><a href="https://www.example.cn/a?b=1&amp;c=2">链接</a>坏链接。</p><p>下一行-尾</p>`})
}

func TestWordMergedCells(t *testing.T) {
	tc := func(props, text string) string {
		return "<w:tc><w:tcPr>" + props + "</w:tcPr>" + para("", text) + "</w:tc>"
	}
	d := one(t, "x.docx", word(t, para("", "资金表公示")+para("", "如下。")+"<w:tbl><w:tr>"+tc(`<w:gridSpan w:val="2"/>`, "乡镇")+tc("", "金额")+"</w:tr><w:tr>"+
		tc(`<w:vMerge w:val="restart"/>`, "东乡")+tc("", "甲村")+tc("", "1")+"</w:tr><w:tr>"+tc(`<w:vMerge/>`, "")+tc("", "乙村")+tc("", "2")+"</w:tr><w:tr>"+
		tc("", "西乡")+tc("", "丙村")+"<w:tc>"+para("", "3")+para("", "万")+"</w:tc></w:tr></w:tbl>", nil))
	if want := `<p>如下。</p><table><tr><td colspan="2">乡镇</td><td>金额</td></tr><tr><td rowspan="2">东乡</td><td>甲村</td><td>1</td></tr><tr><td>乙村</td><td>2</td></tr><tr><td>西乡</td><td>丙村</td><td><p>3</p><p>万</p></td></tr></table>`; body(d) != want {
		t.Errorf("body %s", body(d))
	}
}

func TestWordRevisionsCommentsAndHiddenTextAreFlagged(t *testing.T) {
	d := one(t, "x.docx", word(t, para("", "关于值班的通知")+`<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>保留</w:t></w:r><w:ins><w:r><w:t>加入</w:t></w:r></w:ins>`+
		`<w:del><w:r><w:delText>秘密</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:footnoteReference w:id="1"/><w:instrText>PAGE</w:instrText><w:sym w:char="F0A7"/></w:r>`+
		`<w:r><w:drawing><wp:inline xmlns:wp="p"><a:blip xmlns:a="a"/></wp:inline></w:drawing></w:r><w:r><w:t>。</w:t></w:r></w:p>`+
		`<w:p><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice><w:drawing><w:txbxContent>`+para("", "框内文字。")+`</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>`+para("", "框内文字。")+`</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`, nil))
	if body(d) != "<p>保留加入。</p><p>框内文字。</p>" {
		t.Errorf("body %s", body(d))
	}
	got := flags(d)
	slices.Sort(got)
	if want := []string{"comments_left_out@body", "hidden_text@body", "images_left_out@body", "lost_symbols@body", "notes_left_out@body", "tracked_deletions@body", "tracked_insertions@body"}; !slices.Equal(got, want) {
		t.Errorf("flags %v", got)
	}
}

func TestWordFilesThatCannotBeReadAreSkipped(t *testing.T) {
	for name, c := range map[string]struct{ data, code string }{
		"no archive":       {"PK nonsense", "bad_docx"},
		"password":         {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted_docx"},
		"no text":          {word(t, "<w:p/>", nil), "empty"},
		"broken XML":       {word(t, "<w:p>", nil), "bad_docx"},
		"other archive":    {word(t, "", map[string]string{"word/document.xml": "<x/>"}), "bad_docx"},
		"unfolds too much": {word(t, para("", "字")+strings.Repeat(" ", 25<<20), nil), "zip_bomb"},
		"bomb in a part":   {word(t, para("", "字"), map[string]string{"word/styles.xml": "<a>" + strings.Repeat(" ", 25<<20) + "</a>"}), "zip_bomb"},
		"nested too deep":  {word(t, strings.Repeat("<w:sdt>", 300)+strings.Repeat("</w:sdt>", 300), nil), "zip_bomb"},
		"too many parts":   {word(t, para("", "字"), many(5001)), "zip_bomb"},
	} {
		t.Run(name, func(t *testing.T) {
			drafts, skips := parse("x.docx", c.data)
			if len(drafts) != 0 || len(skips) != 1 || skips[0].Code != c.code {
				t.Errorf("%d drafts, skips %v; want %s", len(drafts), skips, c.code)
			}
		})
	}
}

func many(n int) map[string]string {
	parts := map[string]string{}
	for i := range n {
		parts["x"+strings.Repeat("y", i%7)+string(rune('一'+i))] = ""
	}
	return parts
}

func TestWordNumberFormats(t *testing.T) {
	for format, want := range map[string]string{
		"decimal": "12", "decimalFullWidth": "12", "chineseCountingThousand": "十二", "lowerLetter": "l", "upperLetter": "L", "decimalEnclosedCircle": "⑫",
	} {
		numbering := `<w:numbering ` + wordNS + `><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="11"/><w:numFmt w:val="` + format + `"/><w:lvlText w:val="%1)"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
		d := one(t, "x.docx", word(t, para("", "关于值班的通知")+para(list("1", "0"), "甲。")+para(list("1", "0"), "乙。"), map[string]string{"word/numbering.xml": numbering}))
		if !strings.Contains(body(d), "<p>"+want+")乙。</p>") {
			t.Errorf("%s: body %s", format, body(d))
		}
	}
}

func TestWordWrappersAndDeletedRows(t *testing.T) {
	row := func(props, text string) string {
		return "<w:tr><w:trPr>" + props + "</w:trPr><w:tc>" + para("", text) + "</w:tc></w:tr>"
	}
	d := one(t, "x.docx", word(t, para("", "资金表公示")+"<w:sdt><w:sdtContent>"+para("", "如下。")+"</w:sdtContent></w:sdt><w:del>"+para("", "旧")+"</w:del><w:ins>"+para("", "新增一段。")+"</w:ins>"+
		"<w:tbl>"+row("<w:del/>", "已删")+row(`<w:gridBefore w:val="2"/>`, "甲")+"<w:sdt><w:sdtContent>"+row("", "乙")+"</w:sdtContent></w:sdt></w:tbl>", nil))
	if want := `<p>如下。</p><p>新增一段。</p><table><tr><td colspan="2"></td><td>甲</td></tr><tr><td>乙</td></tr></table>`; body(d) != want {
		t.Errorf("body %s", body(d))
	}
	if got := flags(d); !slices.Equal(got, []string{"tracked_deletions@body", "tracked_insertions@body"}) {
		t.Errorf("flags %v", got)
	}
}
