// Package charset turns bytes into text, in the encodings that offices write:
// UTF-8, UTF-16 and GB18030, with and without a mark in front. It imports
// nothing of the project.
package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Charset is how a text was written. Zero is UTF-8 without a mark.
type Charset struct {
	mark string
	enc  encoding.Encoding // nil: UTF-8
}

var marked = []Charset{
	{"\xef\xbb\xbf", nil},
	{"\xff\xfe", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{"\xfe\xff", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
}

// Wide are the two orders of UTF-16, without a mark.
var Wide = [2]Charset{{"", marked[1].enc}, {"", marked[2].enc}}

// Marked tells by its first bytes that a text is in UTF-16.
func Marked(data []byte) bool {
	return bytes.HasPrefix(data, []byte(marked[1].mark)) || bytes.HasPrefix(data, []byte(marked[2].mark))
}

// Decode reads a text in whichever encoding it has. What could not be read is
// U+FFFD; ok is false if there is any, and else Encode gives the same bytes.
func Decode(data []byte) (text string, c Charset, ok bool) {
	c = guess(data)
	text = c.Text(data[len(c.mark):])
	return text, c, !strings.ContainsRune(text, utf8.RuneError)
}

// Text reads bytes in this encoding.
func (c Charset) Text(data []byte) string {
	if c.enc != nil {
		if out, err := c.enc.NewDecoder().Bytes(data); err == nil {
			return string(out)
		}
	}
	return strings.ToValidUTF8(string(data), "\uFFFD")
}

// Encode writes a text as it was, mark included.
func (c Charset) Encode(text string) ([]byte, error) {
	if c.enc == nil {
		return []byte(c.mark + text), nil
	}
	out, err := encoding.ReplaceUnsupported(c.enc.NewEncoder()).Bytes([]byte(text))
	return append([]byte(c.mark), out...), err
}

// sampled is how much of a text is looked at for the zeros of UTF-16.
const sampled = 4 << 10

// guess tells the encoding by its mark, its zeros, or by what fits.
func guess(data []byte) Charset {
	for _, c := range marked {
		if bytes.HasPrefix(data, []byte(c.mark)) {
			return c
		}
	}
	start := data[:min(len(data), sampled)]
	for i, c := range Wide {
		if zeros(start, 1-i) > len(start)/8 {
			return c
		}
	}
	if mostlyUTF8(data) {
		return Charset{}
	}
	return Charset{enc: simplifiedchinese.GB18030}
}

// mostlyUTF8: what is whole outweighs what is broken. Chinese in GB18030 makes
// hardly a whole character of UTF-8, while of a damaged text nearly all are.
func mostlyUTF8(data []byte) bool {
	whole, broken := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			whole++
		}
		data = data[size:]
	}
	return broken == 0 || whole > 4*broken
}

// zeros counts zero bytes at even or odd places: half of ASCII in UTF-16.
func zeros(data []byte, at int) (n int) {
	for i := at; i < len(data); i += 2 {
		if data[i] == 0 {
			n++
		}
	}
	return n
}
