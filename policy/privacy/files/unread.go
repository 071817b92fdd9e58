// What is said about files that cannot be read: what is wrong, and what to do.

package files

import "fmt"

// Error makes what cannot be read an error inside the package.
func (u Unread) Error() string { return "files: " + u.En }

func unknownFormat() Unread {
	return Unread{Code: "format.unknown",
		Zh: "无法识别这种文件，里面的内容没有检查。请另存为 .docx、.xlsx 或 .pdf 后重新上传。",
		En: "This kind of file is not known, so nothing in it was checked. Save it as .docx, .xlsx or .pdf and upload it again."}
}

func damaged() Unread {
	return Unread{Code: "damaged",
		Zh: "文件已损坏或结构异常，无法完整读取。请用办公软件打开后另存一份，再重新上传。",
		En: "The file is damaged or not built as it should be and cannot be read to its end. Open it, save it anew and upload the new file."}
}

func encrypted() Unread {
	return Unread{Code: "encrypted",
		Zh: "文件有密码保护，无法检查。请取消密码后重新上传。",
		En: "The file is protected by a password and cannot be checked. Remove the password and upload it again."}
}

func mismatch(ext, name string) Unread {
	return Unread{Code: "format.mismatch",
		Zh: fmt.Sprintf("扩展名是 .%s，内容却是 %s，已按内容检查。请用办公软件另存为正确的格式后重新上传。", ext, name),
		En: fmt.Sprintf("The name ends in .%s, but the content is %s; it was checked as what it is. Save it in the right format and upload it again.", ext, name)}
}

func extraBytes() Unread {
	return Unread{Code: "extra",
		Zh: "文件里夹带了压缩软件看不到的数据，这部分没有检查。请解压后重新压缩，或用办公软件另存一份，再重新上传。",
		En: "The file carries data that programs for archives do not show, and that was not checked. Unpack and pack it again, or save it anew, and upload the new file."}
}

func badEncoding() Unread {
	return Unread{Code: "encoding",
		Zh: "有的字符无法识别，文字编码不是 UTF-8、UTF-16 或 GB18030。请另存为 UTF-8 后重新上传。",
		En: "Some characters cannot be read: the encoding is not UTF-8, UTF-16 or GB18030. Save it as UTF-8 and upload it again."}
}

// limits names each limit for people; %s is the limit itself.
var limits = map[string][2]string{
	"depth":     {"压缩包或嵌入文件套了太多层（上限 %s 层）", "Archives or embedded files stand too deep inside each other (limit: %s levels)"},
	"members":   {"压缩包里的文件太多（上限 %s 个）", "The archive has too many members (limit: %s)"},
	"bytes":     {"解压后的内容太大（上限 %s MB）", "Unpacked, the content is too large (limit: %s MB)"},
	"part":      {"其中一部分太大（上限 %s MB）", "One part is too large (limit: %s MB)"},
	"ratio":     {"压缩比异常（上限 %s 倍），疑似压缩炸弹", "The compression ratio is that of a bomb (limit: %s)"},
	"xml_depth": {"内部结构嵌套太深（上限 %s 层）", "Its XML is nested too deeply (limit: %s levels)"},
	"cells":     {"表格太大（上限 %s 个单元格）", "The table is too large (limit: %s cells)"},
	"texts":     {"文档里的文字段落太多（上限 %s 段）", "It has too many texts (limit: %s)"},
	"findings":  {"发现的问题太多（上限 %s 个），后面的没有列出", "There are too many findings (limit: %s); the rest is not listed"},
	"time":      {"检查超时（上限 %s）", "The check took too long (limit: %s)"},
}

// tooMuch says which limit was reached.
func tooMuch(limit, value string) Unread {
	text := limits[limit]
	return Unread{Code: "limit." + limit,
		Zh: fmt.Sprintf(text[0], value) + "，没有检查完。请拆分或精简文件后重新上传。",
		En: fmt.Sprintf(text[1], value) + ", so it was not checked to its end. Split the file or make it smaller and upload it again."}
}
