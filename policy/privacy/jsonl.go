// Lines of JSON: the gate as a filter, for programs in any language.

package privacy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// longestLine is what CheckLines takes in one line; longer ones are refused.
const longestLine = 64 << 20

type question struct {
	ID     json.RawMessage `json:"id"`
	Format Format          `json:"format"`
	Text   *string         `json:"text"`
}

type answer struct {
	ID     json.RawMessage `json:"id,omitempty"`
	Spans  []spanOut       `json:"spans"`
	Masked string          `json:"masked"`
}

// spanOut counts code points, so that every language can cut with it.
type spanOut struct {
	Kind  string `json:"kind"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

type refusal struct {
	ID    json.RawMessage `json:"id,omitempty"`
	Error string          `json:"error"`
}

// CheckLines reads lines {"id","format":"plain|html|markdown","text"} and
// answers each with a line {"id","spans":[{"kind","start","end"}],"masked"},
// findings of every level included. A line that cannot be read is answered by
// {"id","error"} with the line's number, and the work goes on. found reports
// any finding; err is only about reading and writing.
func CheckLines(r io.Reader, w io.Writer) (found bool, err error) {
	in, out := bufio.NewReaderSize(r, 64<<10), bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for n := 1; ; n++ {
		line, more, err := readLine(in)
		if err != nil && !errors.Is(err, errLong) {
			return found, errors.Join(err, out.Flush())
		}
		if len(bytes.TrimSpace(line)) > 0 || err != nil {
			reply, hit := checkLine(line, n, err)
			found = found || hit
			if err := enc.Encode(reply); err != nil {
				return found, err
			}
		}
		if in.Buffered() == 0 { // answer at once when a person or a pipe waits
			if err := out.Flush(); err != nil {
				return found, err
			}
		}
		if !more {
			return found, out.Flush()
		}
	}
}

var errLong = errors.New("longer than 64 MB")

// readLine reads one line without its end; more reports that others follow.
func readLine(in *bufio.Reader) (line []byte, more bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		long := len(line)+len(part) > longestLine
		if !long {
			line = append(line, part...)
		}
		switch {
		case long && errors.Is(err, bufio.ErrBufferFull):
			return nil, true, skipLine(in)
		case long:
			return nil, err == nil, errLong
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return line, false, nil
		default:
			return line, err == nil, err
		}
	}
}

// skipLine passes over the rest of a line that is too long.
func skipLine(in *bufio.Reader) error {
	for {
		_, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err == nil || errors.Is(err, io.EOF):
			return errLong
		default:
			return err
		}
	}
}

// checkLine answers one line. Errors never repeat what the line says.
func checkLine(line []byte, n int, long error) (reply any, found bool) {
	var q question
	refuse := func(why string) (any, bool) {
		return refusal{q.ID, fmt.Sprintf("line %d: %s", n, why)}, false
	}
	if long != nil {
		return refuse(long.Error())
	}
	line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	if err := json.Unmarshal(line, &q); err != nil {
		return refuse("not a JSON object with the strings format and text")
	}
	switch {
	case q.Text == nil:
		return refuse("no text")
	case q.Format == "":
		q.Format = Plain
	case q.Format != Plain && q.Format != HTML && q.Format != Markdown:
		return refuse("format must be plain, html or markdown")
	}
	fs := ScanParts([]Part{{Text: *q.Text, Format: q.Format}}, Options{})[0]
	return answer{q.ID, spansOut(*q.Text, fs), Mask(*q.Text, fs)}, len(fs) > 0
}

// spansOut counts along the text once, however many findings there are.
func spansOut(text string, fs []Finding) []spanOut {
	spans := make([]spanOut, 0, len(fs))
	at, points := 0, 0
	count := func(to int) int {
		points += utf8.RuneCountInString(text[at:to])
		at = to
		return points
	}
	for _, f := range fs {
		spans = append(spans, spanOut{f.Kind, count(f.Start), count(f.End)})
	}
	return spans
}
