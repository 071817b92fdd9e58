// The field types with parts: tables and files.

package content

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai"
)

// Table (表格) is the value of a table field: cells are plain text.
type Table struct {
	Head []string   `json:"head"`
	Rows [][]string `json:"rows"`
}

// FileRef (附件) is one entry of a files field. On the restricted side Digest
// names the original; in a sheet it names the public copy.
type FileRef struct {
	Digest string `json:"digest" doc:"Digest of the uploaded file"`
	Name   string `json:"name" doc:"File name shown to readers"`
	Alt    string `json:"alt,omitempty" doc:"Description for readers who cannot see it"`
	Size   int64  `json:"size,omitempty" doc:"Bytes"`
	Type   string `json:"type,omitempty" doc:"Media type; set by the server"`
}

const maxCells = 20000

// decode turns the generic value into its typed form and refuses what does not fit.
func decode[T any](v any) (T, bool) {
	if t, ok := v.(T); ok {
		return t, true
	}
	var t T
	raw, err := json.Marshal(v)
	return t, err == nil && json.Unmarshal(raw, &t) == nil
}

func checkTable(f Field, v any) (any, *gongkai.Detail) {
	t, ok := decode[Table](v)
	if !ok {
		return nil, wrong(f, "type", "应为含表头和行的表格", "must be a table with head and rows")
	}
	if len(t.Rows)*len(t.Head) > maxCells || len(t.Rows) > atMost(f, 2000) {
		return nil, wrong(f, "too_long", "行数过多，请作为附件上传", "has too many rows: attach it as a file")
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Head) {
			return nil, wrong(f, "row", fmt.Sprintf("第%d行的格数与表头不一致", i+1), fmt.Sprintf("row %d has not as many cells as the head", i+1))
		}
	}
	return t, nil
}

func editTable(f Field, v any, visit func(Text) string) any {
	t, _ := decode[Table](v)
	out := Table{Head: make([]string, len(t.Head)), Rows: make([][]string, len(t.Rows))}
	for i, h := range t.Head {
		out.Head[i] = visit(Text{Place: fmt.Sprintf("%s.head[%d]", f.Name, i), Text: h})
	}
	for r, row := range t.Rows {
		out.Rows[r] = make([]string, len(row))
		for c, cell := range row {
			out.Rows[r][c] = visit(Text{Place: fmt.Sprintf("%s[%d][%d]", f.Name, r, c), Context: t.Head[c], Text: cell})
		}
	}
	return out
}

func checkFiles(f Field, v any) (any, *gongkai.Detail) {
	list, ok := decode[[]FileRef](v)
	if !ok || len(list) > atMost(f, 50) {
		return nil, wrong(f, "type", "应为附件列表，每个附件照上传时的答复填写（digest、name）", "must be a list of files, each as the upload answered it (digest, name)")
	}
	for i, ref := range list {
		if !isDigest(ref.Digest) {
			return nil, wrong(f, "file", fmt.Sprintf("第%d个附件没有有效的摘要，请先上传", i+1), fmt.Sprintf("entry %d has no valid digest: upload it first", i+1))
		}
		name, bad := fileName(f, ref.Name)
		if bad != nil {
			return nil, bad
		}
		list[i].Name, list[i].Type = name, MediaType(name)
	}
	return list, nil
}

// fileName keeps the last element of what browsers send and refuses what no
// file system or header takes.
func fileName(f Field, name string) (string, *gongkai.Detail) {
	name = strings.TrimSpace(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if slices.Contains([]string{"", ".", "..", "/"}, name) || utf8.RuneCountInString(name) > 200 || strings.ContainsFunc(name, unicode.IsControl) {
		return "", wrong(f, "file_name", "的文件名为空、过长或含有控制字符", "has a file name that is empty, too long or has control characters")
	}
	return name, nil
}

func isDigest(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

func editFiles(f Field, v any, visit func(Text) string) any {
	list, _ := decode[[]FileRef](v)
	out := make([]FileRef, len(list))
	for i, ref := range list {
		place := fmt.Sprintf("%s[%d]", f.Name, i)
		ref.Name = visit(Text{Place: place + ".name", Text: ref.Name})
		ref.Alt = visit(Text{Place: place + ".alt", Text: ref.Alt})
		out[i] = ref
	}
	return out
}

// FilesOf lists the files of a files field's value.
func FilesOf(v any) []FileRef {
	list, _ := decode[[]FileRef](v)
	return list
}
