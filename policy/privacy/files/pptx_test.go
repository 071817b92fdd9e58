// Slides: every hiding place is found, with the number of the slide as the show has it.

package files

import "testing"

const slideNS = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

func slide(attrs, shapes string) string {
	return `<p:sld ` + slideNS + ` ` + attrs + `><p:cSld><p:spTree>` + shapes + `</p:spTree></p:cSld></p:sld>`
}

func textShape(text string) string {
	return `<p:sp><p:nvSpPr><p:cNvPr id="2" name="标题 1"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>` + text + `</a:t></a:r></a:p></p:txBody></p:sp>`
}

// pptx is a show of the slides 2 and 1, in this order, and of more parts.
func pptx(t testing.TB, _ string, more ...string) []byte {
	t.Helper()
	return parts(t, append([]string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"ppt/presentation.xml", `<p:presentation ` + slideNS + `><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>`,
		"ppt/_rels/presentation.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="t" Target="slides/slide1.xml"/><Relationship Id="rId2" Type="t" Target="slides/slide2.xml"/></Relationships>`,
		"ppt/slides/slide2.xml", slide("", textShape("封面")),
	}, more...)...)
}

func TestEveryHidingPlaceOfSlidesIsFound(t *testing.T) {
	cells := `<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>姓名</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>身份证号码</a:t></a:r></a:p></a:txBody></a:tc></a:tr>` +
		`<a:tr><a:tc><a:txBody><a:p><a:r><a:t>张三</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>110101</a:t></a:r><a:r><a:t>199003071233</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>`
	for _, c := range []struct{ name, part, xml, where, hidden string }{
		{"text, on the second slide", "ppt/slides/slide1.xml", slide("", textShape("x")+textShape("身份证"+someID)), "slide[1].shape[1].para[0]", ""},
		{"a table", "ppt/slides/slide1.xml", slide("", cells), "slide[1].table[0]!B2", ""},
		{"a hidden slide", "ppt/slides/slide1.xml", slide(`show="0"`, textShape(someID)), "slide[1].shape[0].para[0]", "hidden slide"},
		{"a hidden shape", "ppt/slides/slide1.xml", slide("", `<p:sp><p:nvSpPr><p:cNvPr id="2" name="x" hidden="1"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>`+someID+`</a:t></a:r></a:p></p:txBody></p:sp>`), "slide[1].shape[0].para[0]", "hidden shape"},
		{"white text", "ppt/slides/slide1.xml", slide("", `<p:sp><p:txBody><a:p><a:r><a:rPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr><a:t>`+someID+`</a:t></a:r></a:p></p:txBody></p:sp>`), "slide[1].shape[0].para[0]", "white text"},
		{"tiny text", "ppt/slides/slide1.xml", slide("", `<p:sp><p:txBody><a:p><a:r><a:rPr sz="100"/><a:t>`+someID+`</a:t></a:r></a:p></p:txBody></p:sp>`), "slide[1].shape[0].para[0]", "tiny text"},
		{"alternative text", "ppt/slides/slide1.xml", slide("", `<p:pic><p:nvPicPr><p:cNvPr id="4" name="x" descr="`+someID+`"/></p:nvPicPr></p:pic>`), "slide[1].alt", "alternative text"},
		{"notes", "ppt/notesSlides/notesSlide1.xml", slide("", textShape(someID)), "notes[0].shape[0].para[0]", "speaker's notes"},
		{"a master", "ppt/slideMasters/slideMaster1.xml", slide("", textShape(someID)), "master[0].shape[0].para[0]", ""},
		{"a layout", "ppt/slideLayouts/slideLayout1.xml", slide("", textShape(someID)), "layout[0].shape[0].para[0]", ""},
		{"a comment", "ppt/comments/comment1.xml", `<p:cmLst ` + slideNS + `><p:cm><p:text>` + someID + `</p:text></p:cm></p:cmLst>`, "comments[0].comment[0]", "comment"},
		{"a comment of today", "ppt/comments/modernComment_1.xml", `<p:cmLst ` + slideNS + `><p:cm><p:txBody><a:p><a:r><a:t>` + someID + `</a:t></a:r></a:p></p:txBody></p:cm></p:cmLst>`, "comments[0].comment[0].shape[0].para[0]", "comment"},
		{"a link's target", "ppt/slides/_rels/slide1.xml.rels", `<Relationships xmlns="r"><Relationship Id="rId3" Type="t" Target="tel:` + someID + `"/></Relationships>`, "links[0].link", "link target"},
		{"a property", "docProps/core.xml", `<c:core xmlns:c="c"><c:lastModifiedBy>` + someID + `</c:lastModifiedBy></c:core>`, "property.lastmodifiedby", "document property"},
		{"an embedded list", "ppt/embeddings/list.csv", "姓名,身份证号\n张三," + someID + "\n", "object[0]/sheet[0]!B2", ""},
	} {
		data := pptx(t, "", c.part, c.xml)
		r := scanned(t, "a.pptx", data)
		if r.Format != "pptx" || len(r.Findings) != 1 || r.Findings[0].Where != c.where || r.Findings[0].Hidden != c.hidden {
			t.Errorf("%s: %s found %q (%q), want %q (%q); %s", c.name, r.Format, wheres(r), hiddens(r), c.where, c.hidden, codes(r))
		}
		if CanMask(fileOf("a.pptx", data)) {
			t.Error("a masked copy of slides is promised")
		}
	}
}
