// Lists of documents: one JSON object per line, or one row of a CSV table.

package importer

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// columns are English and further names for fields; Chinese names are the
// labels of pages too.
var columns = map[string]string{
	"title": "title", "body": "body", "content": "body", "text": "body", "正文": "body", "内容": "body", "信息内容": "body",
	"doc_no": "doc_no", "document_number": "doc_no", "index_no": "index_no", "index_number": "index_no",
	"date_written": "date_written", "date_published": "date_published", "pubdate": "date_published", "published": "date_published",
	"publisher": "publisher", "issuer": "publisher", "department": "department", "validity": "validity", "openness": "openness",
	"summary": "summary", "keywords": "keywords", "source": "source", "effective_from": "effective_from", "expires_at": "expires_at",
	"abolished_at": "abolished_at", "topic": "topic", "genre": "genre",
}

func fieldOf(name string) string {
	name = strings.ToLower(tight(name))
	if field := columns[name]; field != "" {
		return field
	}
	return labels[name]
}

// rowPage makes a page of one row; false when it has neither title nor text.
func rowPage(line int, content []byte, values map[string]string) (page, bool) {
	p := page{given: map[string]string{}}
	if text := clean(values["body"]); markup.MatchString(text) {
		p, _ = pageOfHTML(text)
	} else {
		p.blocks = linesOf(text)
	}
	p.row, p.content = "#"+strconv.Itoa(line), content
	p.given, p.hints = map[string]string{}, nil // what the row says, not the page pasted into it
	for field, value := range values {
		if field != "body" {
			p.given[field] = clean(value)
		}
	}
	return p, len(p.blocks) > 0 || trim(p.given["title"]) != ""
}

// markup tells HTML from plain text that has a pointed bracket somewhere.
var markup = regexp.MustCompile(`(?i)<(p|div|br|table|h[1-6]|ul|ol|span|section|article|html|body|strong|a)(\s[^>]*)?/?>`)

func readJSONL(f file, emit func(page) error) ([]Skip, error) {
	var skips []Skip
	rest := []byte(decode(f.data))
	for line := 1; len(rest) > 0; line++ {
		var raw []byte
		raw, rest, _ = bytes.Cut(rest, []byte("\n"))
		if raw = bytes.TrimSpace(raw); len(raw) == 0 {
			continue
		}
		values, ok := object(raw)
		if !ok {
			skips = append(skips, rowSkip(f.source, line, "bad_json", "不是有效的 JSON 对象", "not a valid JSON object"))
			continue
		}
		p, ok := rowPage(line, slices.Clone(raw), values)
		if !ok {
			skips = append(skips, rowSkip(f.source, line, "empty", "没有标题和正文", "neither title nor text"))
			continue
		}
		if err := emit(p); err != nil {
			return skips, err
		}
	}
	return skips, nil
}

func object(raw []byte) (map[string]string, bool) {
	var found map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&found) != nil || found == nil || d.More() {
		return nil, false
	}
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names) // which of body and content wins must not vary
	values := map[string]string{}
	for _, name := range names {
		field, value := fieldOf(name), plainValue(found[name])
		if field != "" && value != "" && values[field] == "" {
			values[field] = value
		}
	}
	return values, true
}

// plainValue writes texts, numbers and lists of them; anything deeper is no field.
func plainValue(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case []any:
		var parts []string
		for _, part := range v {
			if s, ok := part.(string); ok {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, " ")
	}
	return ""
}

func rowSkip(source string, line int, code, zh, en string) Skip {
	return Skip{fmt.Sprintf("%s#%d", source, line), code, fmt.Sprintf("第 %d 行：%s", line, zh), fmt.Sprintf("line %d: %s", line, en)}
}

func readCSV(f file, emit func(page) error) ([]Skip, error) {
	text := decode(f.data)
	if trim(text) == "" {
		return []Skip{empty(f.source)}, nil
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	t := csvTable{source: f.source, emit: emit}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t.skips, nil
		}
		if err := t.row(row, err, r); err != nil {
			return t.skips, err
		}
		if t.fields == nil {
			return t.skips, nil
		}
	}
}

// separator is the likeliest in the header line.
func separator(text string) rune {
	header, _, _ := strings.Cut(text, "\n")
	best := ','
	for _, r := range "\t;" {
		if strings.Count(header, string(r)) > strings.Count(header, string(best)) {
			best = r
		}
	}
	return best
}

type csvTable struct {
	source string
	emit   func(page) error
	fields []string // by column; "" for one that is not imported; nil before the header
	skips  []Skip
}

func (t *csvTable) row(row []string, bad error, r *csv.Reader) error {
	line := 0
	if len(row) > 0 {
		line, _ = r.FieldPos(0)
	}
	var broken *csv.ParseError
	switch {
	case errors.As(bad, &broken):
		t.skip(broken.StartLine, "bad_row", "引号不成对或格式错误", "quotes do not match, or the row is malformed")
		return nil
	case t.fields == nil:
		t.header(row)
		return nil
	case len(row) > len(t.fields):
		t.skip(line, "too_many_cells", "列数多于表头", "more cells than the header has")
		return nil
	}
	p, ok := rowPage(line, []byte(strings.Join(row, "\x1f")), t.values(row))
	if !ok {
		t.skip(line, "empty", "没有标题和正文", "neither title nor text")
		return nil
	}
	return t.emit(p)
}

func (t *csvTable) skip(line int, code, zh, en string) {
	t.skips = append(t.skips, rowSkip(t.source, line, code, zh, en))
}

// header maps the columns; without a title or text column nothing is imported.
func (t *csvTable) header(row []string) {
	fields := make([]string, len(row))
	for i, name := range row {
		if fields[i] = fieldOf(name); fields[i] == "" {
			t.skip(1, "unknown_column", fmt.Sprintf("第 %d 列不是已知字段，未导入", i+1), fmt.Sprintf("column %d is no known field and was not imported", i+1))
		}
	}
	if !slices.Contains(fields, "title") && !slices.Contains(fields, "body") {
		t.skips = nil
		t.skip(1, "no_header", "表头中没有标题或正文列", "the header has no title or body column")
		return
	}
	t.fields = fields
}

func (t *csvTable) values(row []string) map[string]string {
	values := map[string]string{}
	for i, value := range row {
		if field := t.fields[i]; field != "" && values[field] == "" {
			values[field] = value
		}
	}
	return values
}
