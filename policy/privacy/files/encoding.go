// Encodings of text: UTF-8, UTF-16 and GB18030, with and without a mark in front.

package files

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// charset is how a text was written: encode(decode(x)) is x where ok says so.
type charset struct {
	mark string
	enc  encoding.Encoding // nil: UTF-8
}

var marks = []charset{
	{"\xef\xbb\xbf", nil},
	{"\xff\xfe", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{"\xfe\xff", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
}

// decode reads a text in whichever encoding it has; ok is false if there are
// characters that could not be read.
func decode(data []byte) (text string, c charset, ok bool) {
	c = guess(data)
	body := data[len(c.mark):]
	if c.enc == nil {
		return strings.ToValidUTF8(string(body), "\uFFFD"), c, utf8.Valid(body)
	}
	out, err := c.enc.NewDecoder().Bytes(body)
	text = string(out)
	return text, c, err == nil && !strings.ContainsRune(text, utf8.RuneError)
}

// guess tells the encoding by its mark, its zeros, or by what fits.
func guess(data []byte) charset {
	for _, c := range marks {
		if bytes.HasPrefix(data, []byte(c.mark)) {
			return c
		}
	}
	start := data[:min(len(data), sniffed)]
	for at, c := range []charset{1: {"", marks[1].enc}, 0: {"", marks[2].enc}} {
		if zeros(start, at) > len(start)/8 {
			return c
		}
	}
	if utf8.Valid(data) {
		return charset{}
	}
	return charset{enc: simplifiedchinese.GB18030}
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

// encode writes a text back as it was.
func (c charset) encode(text string) ([]byte, error) {
	if c.enc == nil {
		return []byte(c.mark + text), nil
	}
	out, err := encoding.ReplaceUnsupported(c.enc.NewEncoder()).Bytes([]byte(text))
	return append([]byte(c.mark), out...), err
}
