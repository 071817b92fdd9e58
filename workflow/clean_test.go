// Attachments go out without traces of their making, and nothing goes out that was not read to its end.

package workflow

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
)

// packed is an office file of these parts.
func packed(o *office, parts ...string) string {
	o.t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		o.check(err)
		_, err = io.WriteString(w, parts[i+1])
		o.check(err)
	}
	o.check(z.Close())
	return b.String()
}

func unpacked(o *office, data string) string {
	o.t.Helper()
	z, err := zip.NewReader(strings.NewReader(data), int64(len(data)))
	o.check(err)
	out := ""
	for _, m := range z.File {
		r, err := m.Open()
		o.check(err)
		text, err := io.ReadAll(r)
		o.check(err)
		out += m.Name + "\n" + string(text) + "\n"
	}
	return out
}

func TestAFileInWhichNothingIsMaskedTellsNothingOfItsMaking(t *testing.T) {
	o := newOffice(t)
	const w = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	document := packed(o, "[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"word/document.xml", `<w:document `+w+`><w:body><w:p><w:r><w:t>公示</w:t></w:r><w:del w:author="赵某某"><w:r><w:delText>原先的话</w:delText></w:r></w:del></w:p></w:body></w:document>`,
		"docProps/core.xml", `<c xmlns:dc="d"><dc:creator>赵某某</dc:creator></c>`)
	v := wordy("<p>正文</p>")
	v["attachments"] = []content.FileRef{o.upload("公示.docx", document), o.upload("说明.txt", "正文\n")}
	it := o.create(v)
	f := o.only(it, content.FileTraces, content.Warn)
	if !strings.Contains(f.AdviceZh, "修订记录") || strings.Contains(f.AdviceZh, "作者") {
		t.Errorf("the writer is told what goes, not that the author does: %s", f.AdviceZh)
	}
	it = o.submit(it.ID)
	pub := o.public(it, it.Work.Sheet)
	text := unpacked(o, o.kept(pub.Files[0].Digest))
	if strings.Contains(text, "赵某某") || strings.Contains(text, "原先的话") || !strings.Contains(text, "公示") {
		t.Errorf("the public copy: %s", text)
	}
	if o.kept(pub.Files[1].Digest) != "正文\n" {
		t.Error("a file without traces is its own copy")
	}
	shown, err := o.Attachment(t.Context(), person("editor2"), it.ID, content.FilesOf(v["attachments"])[0].Digest)
	o.check(err)
	defer func() { _ = shown.Close() }()
	seen, err := io.ReadAll(shown)
	o.check(err)
	if string(seen) != o.kept(pub.Files[0].Digest) {
		t.Error("reviewers see the copy that the public will see")
	}
	it = o.release(o.sign(it))
	if it.Live.State != content.Published {
		t.Errorf("nothing of that is in the way: %s", states(it))
	}
}

func TestWhatIsTooLargeIsSplitAndNotLookedAt(t *testing.T) {
	o := newOffice(t)
	v := wordy("<p>正文</p>")
	v["attachments"] = []content.FileRef{o.upload("长文.txt", strings.Repeat("正文\n", 1<<20+1<<18))}
	it := o.create(v)
	f := o.only(it, content.FileUnread, "ask")
	if !f.TooLarge() || !strings.Contains(f.AdviceZh, "拆分") {
		t.Errorf("%+v", f)
	}
	for _, r := range []content.Resolution{{Place: "attachments[0]", Act: content.ActByEye}, {Key: f.Key, Act: content.ActByEye}} {
		_, err := o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{r}})
		o.refused(err, gongkai.Invalid, "too_large")
	}
}
