// Bytes to text as the importer wants it.

package importer

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"gongkai/policy/charset"
)

// decode gives valid UTF-8 without NUL, in NFC. Bytes that fit no encoding
// become U+FFFD, which the recogniser flags.
func decode(data []byte) string {
	text, _, _ := charset.Decode(data)
	return clean(text)
}

// clean makes line ends one kind and drops what no store keeps.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD", "\ufeff", "", "\u200b", "", "\u2028", "\n", "\f", "\n").Replace(text)
	return norm.NFC.String(text)
}
