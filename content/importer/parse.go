// The table of formats, and the way from bytes to drafts.

package importer

import (
	"path/filepath"
	"strings"
)

// format reads the bytes of one file into pages and calls emit for each
// document in it.
type format struct {
	name string
	read func(f file, emit func(page) error) ([]Skip, error)
}

// formats by file name extension; a new file kind is a row here.
var formats = map[string]*format{
	".txt":   {"txt", readText},
	".html":  {"html", readHTML},
	".htm":   {"html", readHTML},
	".docx":  {"docx", readDocx},
	".jsonl": {"jsonl", readJSONL},
	".csv":   {"csv", readCSV},
}

// file is what a format gets to see.
type file struct {
	source string
	data   []byte
}

func formatOf(name string) *format { return formats[strings.ToLower(filepath.Ext(name))] }

// Parse reads one file's bytes; its name says the kind of file.
func Parse(name string, data []byte) ([]Draft, []Skip) {
	var drafts []Draft
	skips, _ := parse(name, data, func(d Draft) error { // only the callback could fail
		drafts = append(drafts, d)
		return nil
	})
	return drafts, skips
}

func parse(name string, data []byte, each func(Draft) error) ([]Skip, error) {
	f := formatOf(name)
	if f == nil {
		return []Skip{unknownKind(name)}, nil
	}
	if len(data) > maxFile {
		return []Skip{{name, "too_large", "文件超过 64 MB", "the file is larger than 64 MB"}}, nil
	}
	return f.read(file{name, data}, func(p page) error {
		if p.content == nil {
			p.content = data
		}
		return each(p.draft(name, f.name))
	})
}

func unknownKind(source string) Skip {
	return Skip{source, "unknown_kind", "不支持的文件类型：只导入 .txt .html .docx .jsonl .csv",
		"not a kind of file that is imported: .txt .html .docx .jsonl .csv"}
}

func empty(source string) Skip {
	return Skip{source, "empty", "没有可导入的文字", "no text to import"}
}
