// Files that cannot be read: each is known by its content and told what to do about.

package files

import (
	"strings"
	"testing"
)

func TestNoOldFormatPassesInSilence(t *testing.T) {
	ole := func(stream string) []byte {
		return []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504) + string(wideBytes(stream)))
	}
	for _, c := range []struct {
		file string
		data []byte
		code string
		says string
	}{
		{"a.doc", ole("WordDocument"), "format.old", ".docx"},
		{"a.wps", ole("WordDocument"), "format.old", ".docx"},
		{"a.xls", ole("Workbook"), "format.old", ".xlsx"},
		{"a.et", ole("Workbook"), "format.old", ".xlsx"},
		{"a.ppt", ole("PowerPoint Document"), "format.old", ".pptx"},
		{"a.dps", ole("PowerPoint Document"), "format.old", ".pptx"},
		{"a.docx", ole("WordDocument"), "format.old", ".docx"},
		{"a.docx", ole("EncryptedPackage"), "encrypted", "密码"},
		{"vbaProject.bin", ole("_VBA_PROJECT"), "format.macros", "宏"},
		{"a.msg", ole("__properties"), "format.old", ".docx"},
		{"a.rtf", []byte(`{\rtf1 ` + someID + `}`), "format.old", ".docx"},
		{"a.doc", []byte(`{\rtf1 ` + someID + `}`), "format.old", ".docx"},
		{"a.ofd", parts(t, "OFD.xml", "<ofd/>"), "format.old", ".docx"},
		{"a.odt", parts(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<a/>"), "format.old", ".docx"},
		{"a.rar", []byte("Rar!\x1a\x07\x01\x00"), "format.archive", ".zip"},
		{"a.7z", []byte("7z\xbc\xaf\x27\x1c\x00\x04"), "format.archive", ".zip"},
		{"a.gz", []byte("\x1f\x8b\x08\x00"), "format.archive", ".zip"},
		{"a.tar", []byte(strings.Repeat("\x00", 257) + "ustar\x0000"), "format.archive", ".zip"},
		{"a.mht", []byte("From: <x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n"), "format.old", ".docx"},
		{"a.mp4", []byte("\x00\x00\x00\x18ftypmp42\x00\x00"), "by_eye.media", "核查"},
		{"a.exe", []byte("MZ\x90\x00\x03\x00\x00\x00"), "format.program", "程序"},
		{"a.bin", []byte("\x00\x01\x02\x03"), "format.unknown", "无法识别"},
	} {
		r := scanned(t, c.file, c.data)
		if !strings.Contains(codes(r), c.code+"@") || !strings.Contains(r.Unread[len(r.Unread)-1].Zh, c.says) {
			t.Errorf("%s: unread %q %v, want %s", c.file, codes(r), r.Unread, c.code)
		}
		if CanMask(fileOf(c.file, c.data)) {
			t.Errorf("%s: a masked copy is promised", c.file)
		}
	}
}

func TestTextThatLooksLikeASignatureIsText(t *testing.T) {
	for _, text := range []string{"MZ 民族," + someID, "ID3 号," + someID, "BM 部门," + someID} {
		if r := scanned(t, "a.txt", []byte(text)); r.Format != "txt" || len(r.Findings) != 1 {
			t.Errorf("%.4s: %s %s %s", text, r.Format, wheres(r), codes(r))
		}
	}
}
