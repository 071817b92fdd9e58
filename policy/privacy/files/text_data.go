// Files inside pages: pictures and others that an address holds as base64.

package files

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
)

var dataAddress = regexp.MustCompile(`(?i)data:[\w.+/-]*(?:;[\w=.-]+)*;base64,([a-z0-9+/=\s]+)`)

// embedded reads the files in a page's addresses, each as what it is, and gives
// the page with them masked as decided.
func (s *pass) embedded(text string) (string, error) {
	var out strings.Builder
	done := 0
	for n, at := range dataAddress.FindAllStringSubmatchIndex(text, -1) {
		coded := text[at[2]:at[3]]
		where := fmt.Sprintf("data[%d]", n)
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(coded), ""))
		if err != nil {
			s.unread(where, damaged())
			continue
		}
		f := File{Size: int64(len(data)), Data: bytes.NewReader(data)}
		if s.decide == nil {
			if err := s.member(where, f); err != nil {
				return "", err
			}
			continue
		}
		masked, err := s.maskedMember(where, f, data)
		if err != nil {
			return "", err
		}
		if !bytes.Equal(masked, data) {
			out.WriteString(text[done:at[2]])
			out.WriteString(base64.StdEncoding.EncodeToString(masked))
			done = at[3]
		}
	}
	out.WriteString(text[done:])
	return out.String(), s.full()
}
