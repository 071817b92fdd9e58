// Places of findings: how they are written, what is below what.

package content

import "strings"

// A place says where in a revision a text stands:
//
//	title, body                                  a field
//	roster.head[1], roster[3][2]                 a cell of a table field: row, column
//	attachments[0]                               a file
//	attachments[0].name, attachments[0].alt      its name, its description
//	attachments[0].content                       its text, when it has no parts
//	attachments[0].content#sheet[0]!C5           a cell: first sheet, column C, row 5
//	attachments[0].content#member[2]/para[7]     a paragraph of the third file of an archive
//
// What stands behind the # comes from policy/privacy/files: words and indexes,
// never names, for the name of a sheet may be somebody's. A decision may be
// about a place and all below it: a sheet, its column ("…#sheet[0]!C"), a file;
// [*] stands for any index.

// Below reports whether place is pattern or below it.
func Below(pattern, place string) bool {
	for {
		before, after, star := strings.Cut(pattern, "[*]")
		if !strings.HasPrefix(place, before) {
			return false
		}
		place = place[len(before):]
		if !star {
			return place == "" || strings.IndexByte(".[#/!", place[0]) >= 0 || column(before) && isDigit(place[0])
		}
		end := strings.IndexByte(place, ']')
		if end < 0 || place[0] != '[' {
			return false
		}
		pattern, place = after, place[end+1:]
	}
}

// column tells whether a pattern ends with the letters of a column of a sheet.
func column(pattern string) bool {
	letters := pattern[strings.LastIndexByte(pattern, '!')+1:]
	return len(letters) < len(pattern) && letters != "" && strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// GroupOf is the place that is settled at once with others like it: the column
// of a cell, all paragraphs of a file; the place itself where there are none.
func GroupOf(place string) string {
	file, inner, inFile := strings.Cut(place, "#")
	if !inFile {
		return columnOf(place)
	}
	if strings.Contains(inner, "!") {
		return strings.TrimRight(place, "0123456789")
	}
	if i := strings.LastIndexByte(inner, '['); i >= 0 && strings.HasSuffix(inner, "]") {
		return file + "#" + inner[:i] + "[*]"
	}
	return place
}

// columnOf is the column of a cell of a table field: roster[*][2].
func columnOf(place string) string {
	row := strings.IndexByte(place, '[')
	col := strings.LastIndexByte(place, '[')
	if col <= row || strings.Contains(place, ".") {
		return place
	}
	return place[:row] + "[*]" + place[col:]
}
