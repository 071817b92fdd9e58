// Open data as tables: CSV (RFC 4180) and JSON Lines, one record at a time.

package syndication

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Record (记录) is a row by column name.
type Record map[string]any

// Records writes records one after the other.
type Records interface {
	Write(Record) error
	End() error
}

// CSV begins a table with these columns; head is its first line. bom puts the
// mark before it by which Excel knows UTF-8.
func CSV(w io.Writer, columns, head []string, bom bool) (Records, error) {
	if bom {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
	}
	t := &table{csv.NewWriter(w), columns}
	t.rows.UseCRLF = true // as RFC 4180 has it
	first := make([]string, len(head))
	for i, h := range head {
		first[i] = harmless(h)
	}
	return t, t.rows.Write(first)
}

type table struct {
	rows    *csv.Writer
	columns []string
}

// Write implements Records.
func (t *table) Write(r Record) error {
	row := make([]string, len(t.columns))
	for i, name := range t.columns {
		var err error
		if row[i], err = cell(r[name]); err != nil {
			return err
		}
	}
	return t.rows.Write(row)
}

// End implements Records.
func (t *table) End() error {
	t.rows.Flush()
	return t.rows.Error()
}

// cell is a value as text: a list of texts by semicolons, what has an inner
// form as JSON.
func cell(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return harmless(v), nil
	case json.Number, int, int64, float64, bool:
		return fmt.Sprint(v), nil
	case []string:
		return harmless(strings.Join(v, ";")), nil
	case []any:
		if texts, ok := allTexts(v); ok {
			return harmless(strings.Join(texts, ";")), nil
		}
	}
	text, err := json.Marshal(v)
	return string(text), err
}

func allTexts(list []any) (out []string, ok bool) {
	for _, v := range list {
		s, text := v.(string)
		if !text {
			return nil, false
		}
		out = append(out, s)
	}
	return out, true
}

// harmless keeps a text from being taken for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// JSONLines writes one JSON object per line.
func JSONLines(w io.Writer) Records {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return lines{e}
}

type lines struct{ *json.Encoder }

// Write implements Records.
func (l lines) Write(r Record) error { return l.Encode(r) }

// End implements Records.
func (l lines) End() error { return nil }
