// Plain texts, Markdown and HTML: one text each, judged as a whole.

package files

import (
	"fmt"
	"io"
	"strings"

	"gongkai/policy/charset"
	"gongkai/policy/privacy"
)

func scanTXT(s *pass, f File) error                   { return s.lines(f, privacy.Plain, nil) }
func maskTXT(s *pass, f File, w io.Writer) error      { return s.lines(f, privacy.Plain, w) }
func scanMarkdown(s *pass, f File) error              { return s.lines(f, privacy.Markdown, nil) }
func maskMarkdown(s *pass, f File, w io.Writer) error { return s.lines(f, privacy.Markdown, w) }
func scanHTML(s *pass, f File) error                  { return s.lines(f, privacy.HTML, nil) }
func maskHTML(s *pass, f File, w io.Writer) error     { return s.lines(f, privacy.HTML, w) }

// lines judges a text as a whole and places each finding on its line.
func (s *pass) lines(f File, format privacy.Format, w io.Writer) error {
	text, c, err := s.decoded(f)
	if err != nil {
		return err
	}
	if len(text) > longestText {
		return tooMuch("part", fmt.Sprint(longestText>>20))
	}
	findings := privacy.Scan(text, format, s.opt.Options)
	masked := s.settle(text, s.onLines(text, findings))
	if format != privacy.Plain {
		if masked, err = s.embedded(masked); err != nil {
			return err
		}
	}
	if format == privacy.HTML {
		masked = s.bare(masked)
	}
	if err := s.full(); err != nil || w == nil {
		return err
	}
	return write(w, c, masked)
}

// onLines counts lines once, however many findings there are.
func (s *pass) onLines(text string, fs []privacy.Finding) []Finding {
	out := make([]Finding, len(fs))
	line, at := 0, 0
	for i, f := range fs {
		line += strings.Count(text[at:f.Start], "\n")
		at = f.Start
		out[i] = Finding{f, s.place + fmt.Sprintf("line[%d]", line), ""}
	}
	return out
}

// decoded reads a text and says if some of it could not be read. Of such a
// text no masked copy is made, because the rest would not come out as it was.
func (s *pass) decoded(f File) (string, charset.Charset, error) {
	data, err := s.all(f)
	if err != nil {
		return "", charset.Charset{}, err
	}
	text, c, ok := charset.Decode(data)
	if !ok {
		s.unread("", badEncoding())
		if s.decide != nil {
			return "", c, badEncoding()
		}
	}
	return text, c, nil
}

// write writes a text in the encoding that it had.
func write(w io.Writer, c charset.Charset, text string) error {
	data, err := c.Encode(text)
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}
