// Bytes to text: UTF-8, UTF-16 with a mark, GB18030.

package importer

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// decode gives valid UTF-8 without NUL, in NFC. Bytes that fit no encoding
// become U+FFFD, which the recogniser flags.
func decode(data []byte) string {
	text := string(data)
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		text = string(data[3:])
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		text = with(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), data)
	case !utf8.Valid(data):
		text = guess(data)
	}
	return clean(text)
}

// guess picks between GB18030 and damaged UTF-8: the reading with fewer
// replacement characters wins. UTF-8 with a few broken bytes reads as GB18030
// with many, and the other way round.
func guess(data []byte) string {
	gb, u8 := with(simplifiedchinese.GB18030, data), strings.ToValidUTF8(string(data), "\uFFFD")
	if strings.Count(gb, "\uFFFD") <= strings.Count(u8, "\uFFFD") {
		return gb
	}
	return u8
}

func with(e encoding.Encoding, data []byte) string {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	return string(out)
}

// clean makes line ends one kind and drops what no store keeps.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD", "\ufeff", "", "\u200b", "", "\u2028", "\n", "\f", "\n").Replace(text)
	return norm.NFC.String(text)
}
