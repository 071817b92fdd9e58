// Formats that are known but cannot be read here: told apart by content, each with what to do about it.

package files

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// unreadableRows are the formats before OOXML, and others whose content stays
// closed to us. None of them passes in silence.
func unreadableRows() []format {
	return []format{
		{"ole", []string{"doc", "dot", "xls", "xlt", "ppt", "pps", "wps", "wpt", "et", "ett", "dps", "dpt", "msg", "vsd"}, isOLE, scanOLE, nil, nil},
		closed("rtf", oldFormat(".docx"), []string{"rtf"}, begin(`{\rtf`)),
		closed("ofd", oldFormat(".docx"), []string{"ofd"}, holds("OFD.xml")),
		closed("odf", oldFormat(".docx、.xlsx"), []string{"odt", "ods", "odp", "ott", "ots"}, isODF),
		closed("archive", otherArchive(), []string{"rar", "7z", "gz", "tgz", "bz2", "xz", "tar"}, isArchive),
		closed("mail", oldFormat(".docx"), []string{"eml", "mht", "mhtml"}, isMail),
		closed("media", notText(), []string{"mp3", "wav", "mp4", "avi", "mov", "wmv", "flv", "mkv"}, isMedia),
		closed("program", program(), []string{"exe", "dll"}, isProgram),
	}
}

// closed is a row whose files are reported and not read.
func closed(name string, u Unread, extensions []string, sniff func(*probe) bool) format {
	return format{name, extensions, sniff, func(*pass, File) error { return u }, nil, nil}
}

func begin(signatures ...string) func(*probe) bool {
	return func(p *probe) bool { return p.begins(signatures...) }
}

// at tells whether a signature stands at an offset.
func (p *probe) at(offset int, signatures ...string) bool {
	return offset <= len(p.head) && slices.ContainsFunc(signatures, func(s string) bool { return bytes.HasPrefix(p.head[offset:], []byte(s)) })
}

func isOLE(p *probe) bool { return p.begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") }

// isODF: OpenDocument keeps its type in a member.
func isODF(p *probe) bool {
	return slices.Contains(p.members(), "mimetype") && slices.Contains(p.members(), "content.xml")
}

func isArchive(p *probe) bool {
	return p.begins("Rar!\x1a\x07", "7z\xbc\xaf\x27\x1c", "\x1f\x8b", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd") || p.at(257, "ustar")
}

// isMail: messages and web archives hold their text encoded a second time.
func isMail(p *probe) bool {
	start := strings.ToLower(string(p.head[:min(len(p.head), 1<<10)]))
	return strings.Contains(start, "mime-version:") && strings.Contains(start, "content-type:") && isText(p)
}

func isProgram(p *probe) bool { return p.begins("MZ", "\x7fELF") && !isText(p) }

func isMedia(p *probe) bool {
	return !isText(p) && (p.begins("ID3", "\xff\xfb", "\xff\xf3", "fLaC", "OggS", "FLV\x01", "\x1a\x45\xdf\xa3", "\x30\x26\xb2\x75\x8e\x66\xcf\x11") ||
		p.begins("RIFF") && p.at(8, "WAVE", "AVI ") || p.at(4, "ftyp") && !isImage(p))
}

// scanOLE tells the old office formats apart by the names of their streams. An
// encrypted .docx or .xlsx has the same cover.
func scanOLE(s *pass, f File) error {
	data, err := s.all(f)
	if err != nil {
		return err
	}
	for _, kind := range []struct {
		stream string
		says   Unread
	}{
		{"EncryptedPackage", encrypted()},
		{"WordDocument", oldFormat(".docx")},
		{"Workbook", oldFormat(".xlsx")},
		{"Book", oldFormat(".xlsx")},
		{"PowerPoint Document", oldFormat(".pptx")},
		{"_VBA_PROJECT", macros()},
	} {
		if bytes.Contains(data, wideBytes(kind.stream)) {
			return kind.says
		}
	}
	return oldFormat(".docx、.xlsx")
}

// wideBytes is a text in UTF-16, as old files have it.
func wideBytes(text string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func oldFormat(as string) Unread {
	return Unread{Code: "format.old",
		Zh: fmt.Sprintf("这种格式在这里无法读取，里面的内容没有检查。请用办公软件另存为 %s 后重新上传。", as),
		En: fmt.Sprintf("This format cannot be read here, so nothing in it was checked. Save it as %s and upload it again.", strings.ReplaceAll(as, "、", " or "))}
}

func macros() Unread {
	return Unread{Code: "format.macros",
		Zh: "文件带有宏，宏的内容没有检查，也不应公开。请另存为不含宏的 .docx、.xlsx 或 .pptx 后重新上传。",
		En: "The file has macros, which were not checked and should not be published. Save it as .docx, .xlsx or .pptx without macros and upload it again."}
}

func otherArchive() Unread {
	return Unread{Code: "format.archive",
		Zh: "这种压缩包无法打开，里面的内容没有检查。请改用 .zip 压缩后重新上传。",
		En: "This kind of archive cannot be opened here, so nothing in it was checked. Pack the files as .zip and upload it again."}
}

func notText() Unread {
	return Unread{Code: "by_eye.media",
		Zh: "声音和视频无法自动检查。请由人工听看核查，并登记核查人。",
		En: "Sound and video cannot be checked here. A named person has to listen to it or look at it."}
}

func program() Unread {
	return Unread{Code: "format.program",
		Zh: "这是程序文件，没有检查，不应作为附件公开。请删除。",
		En: "This is a program. It was not checked and does not belong among attachments: remove it."}
}
