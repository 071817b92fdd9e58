// The table of formats, and the way from bytes to drafts.

package importer

import (
	"path/filepath"
	"strings"
)

// format reads the bytes of one file into pages; a new file kind is a row of
// the table below. It calls emit once for every document in the file.
type format struct {
	name string
	read func(f file, emit func(page) error) ([]Skip, error)
}

// file is what a format gets to see.
type file struct {
	source string
	kind   string
	data   []byte
}

func formatOf(name string) *format {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".txt":
		return &format{"txt", readText}
	}
	return nil
}

// Parse reads one file's bytes; its name says the kind of file.
func Parse(name string, data []byte) ([]Draft, []Skip) {
	var drafts []Draft
	skips, err := parse(name, data, func(d Draft) error { drafts = append(drafts, d); return nil })
	if err != nil { // the collector above never fails
		skips = append(skips, unreadable(name, err))
	}
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
	return f.read(file{name, f.name, data}, func(p page) error {
		if p.content == nil {
			p.content = data
		}
		return each(p.draft(name, f.name))
	})
}

func unknownKind(source string) Skip {
	return Skip{source, "unknown_kind", "不支持的文件类型", "a kind of file that is not imported"}
}

func empty(source string) Skip {
	return Skip{source, "empty", "没有可导入的文字", "no text to import"}
}
