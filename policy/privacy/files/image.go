// Pictures: what their metadata tell is read; the picture itself is for a person's eye.

package files

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bep/imagemeta"

	"gongkai/policy/charset"
	"gongkai/policy/privacy"
)

func isSVG(p *probe) bool {
	return isText(p) && bytes.Contains(p.head, []byte("<svg")) && !bytes.Contains(p.head, []byte("<html"))
}

var tspan = regexp.MustCompile(`</?tspan[^>]*>`)

// scanSVG reads a drawing twice: a tspan may part cells, or style the middle
// of a number. Pictures that it holds are pictures of their own.
func scanSVG(s *pass, f File) error {
	text, _, err := s.decoded(f)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, text := range []string{text, tspan.ReplaceAllString(text, "")} {
		fs := slices.DeleteFunc(privacy.Scan(text, privacy.HTML, s.opt.Options), func(f privacy.Finding) bool { return seen[f.Folded] })
		for _, f := range fs {
			seen[f.Folded] = true
		}
		s.settle(text, s.onLines(text, fs))
	}
	_, err = s.embedded(text)
	return err
}

// imageFormats are those whose metadata can be read.
var imageFormats = []struct {
	format     imagemeta.ImageFormat
	offset     int
	signatures []string
}{
	{imagemeta.JPEG, 0, []string{"\xff\xd8\xff"}},
	{imagemeta.PNG, 0, []string{"\x89PNG\r\n\x1a\n"}},
	{imagemeta.WebP, 8, []string{"WEBP"}},
	{imagemeta.TIFF, 0, []string{"II*\x00", "MM\x00*"}},
	{imagemeta.HEIF, 4, []string{"ftypheic", "ftypheix", "ftypmif1", "ftyphevc"}},
	{imagemeta.AVIF, 4, []string{"ftypavif"}},
}

// isImage also knows pictures without metadata, and metafiles.
func isImage(p *probe) bool {
	for _, f := range imageFormats {
		if p.at(f.offset, f.signatures...) {
			return true
		}
	}
	return p.begins("GIF87a", "GIF89a", "\x00\x00\x01\x00", "\xd7\xcd\xc6\x9a", "II\xbc\x01") || p.at(40, " EMF") ||
		p.begins("BM") && p.at(6, "\x00\x00\x00\x00")
}

// scanImage reads the metadata and the texts between the pixels.
func scanImage(s *pass, f File) error {
	s.unread("", byEye())
	data, err := s.all(f)
	if err != nil {
		return err
	}
	if s.opt.Clean {
		clean, ok := barePicture(data)
		if s.cleans = s.cleans && ok; s.cleans && !bytes.Equal(clean, data) {
			s.traced(TraceProperties)
			data = clean
		}
	}
	p := &probe{File: f, head: data[:min(len(data), sniffed)]}
	for _, known := range imageFormats {
		if p.at(known.offset, known.signatures...) {
			return s.imageTags(known.format, data)
		}
	}
	return s.imageText(data)
}

// imageTags judges every tag as a text of its own. A position is unread: where
// a picture was taken may be somebody's home.
func (s *pass) imageTags(format imagemeta.ImageFormat, data []byte) error {
	position, n := false, 0
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: format, Timeout: 10 * time.Second,
		Sources:         imagemeta.EXIF | imagemeta.IPTC | imagemeta.XMP,
		ShouldHandleTag: func(imagemeta.TagInfo) bool { return true },
		HandleXMP: func(r io.Reader) error {
			xmp, err := io.ReadAll(io.LimitReader(r, 16<<20))
			s.metadata("xmp", string(xmp))
			position = position || bytes.Contains(xmp, []byte("GPSL"))
			return err
		},
		HandleTag: func(tag imagemeta.TagInfo) error {
			position = position || strings.HasPrefix(tag.Tag, "GPSL")
			s.metadata(fmt.Sprintf("tag[%d]", n), tagText(tag))
			n++
			return nil
		},
	})
	if position {
		s.unread("", positioned())
	}
	if err != nil {
		s.unread("", damaged())
	}
	if err := s.full(); err != nil {
		return err
	}
	return s.imageText(data)
}

// metadata judges one text of the metadata.
func (s *pass) metadata(where, text string) {
	if telling(text) {
		s.text(where, "picture metadata", text, privacy.HTML)
	}
}

// tagText is a tag's value as a text. Windows writes its own tags in UTF-16, and
// comments of EXIF carry the name of their encoding in front.
func tagText(tag imagemeta.TagInfo) string {
	switch v := tag.Value.(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, "\n")
	case []byte:
		if body, wide := bytes.CutPrefix(v, []byte("UNICODE\x00")); wide || strings.HasPrefix(tag.Tag, "XP") {
			return wideText(body)
		}
		text, _, _ := charset.Decode(bytes.TrimRight(bytes.TrimPrefix(v, []byte("ASCII\x00\x00\x00")), "\x00"))
		return text
	}
	return ""
}

// wideText reads UTF-16 of the order that gives fewer odd characters.
func wideText(data []byte) string {
	best, fewest := "", len(data)+1
	for _, c := range charset.Wide {
		text := c.Text(data)
		odd := strings.Count(text, "\uFFFD")
		for _, r := range text {
			if !unicode.IsPrint(r) || !unicode.In(r, unicode.Han, unicode.Latin, unicode.Nd, unicode.P, unicode.Z) {
				odd++
			}
		}
		if odd < fewest {
			best, fewest = text, odd
		}
	}
	return strings.Trim(best, "\x00")
}

// imageText judges the texts that stand in the file as they are (comments,
// texts of PNG, what somebody appended) and those that PNG compresses.
func (s *pass) imageText(data []byte) error {
	n := 0
	for text := range readable(data) {
		s.metadata(fmt.Sprintf("text[%d]", n), text)
		n++
	}
	for text := range pngTexts(data) {
		s.metadata(fmt.Sprintf("text[%d]", n), text)
		n++
	}
	return s.full()
}

const shortest = 11 // bytes of a text worth a look: the shortest number is a mobile's

// readable are the runs of text between other bytes.
func readable(data []byte) func(func(string) bool) {
	return func(yield func(string) bool) {
		for from := 0; from < len(data); {
			to := from
			for to < len(data) {
				r, size := utf8.DecodeRune(data[to:])
				if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) && r != '\n' && r != '\t' && r != '\r' {
					break
				}
				to += size
			}
			if to-from >= shortest && !yield(string(data[from:to])) {
				return
			}
			from = to + 1
		}
	}
}

// pngTexts are the compressed texts of a PNG: zTXt and iTXt.
func pngTexts(data []byte) func(func(string) bool) {
	return func(yield func(string) bool) {
		for at := 8; bytes.HasPrefix(data, []byte("\x89PNG")) && at+8 <= len(data); {
			size := int64(binary.BigEndian.Uint32(data[at:]))
			kind, body := string(data[at+4:at+8]), data[at+8:]
			if size > int64(len(body)) {
				return
			}
			if kind == "zTXt" || kind == "iTXt" {
				if !yield(inflated(body[:size])) {
					return
				}
			}
			at += 12 + int(size)
		}
	}
}

// inflated finds the compressed stream behind the keyword of a text chunk: it
// begins with one of few pairs of bytes.
func inflated(chunk []byte) string {
	for i := 0; i+2 < len(chunk) && i < 512; i++ {
		if chunk[i] != 0x78 || (int(chunk[i])<<8|int(chunk[i+1]))%31 != 0 {
			continue
		}
		if z, err := zlib.NewReader(bytes.NewReader(chunk[i:])); err == nil {
			text, _ := io.ReadAll(io.LimitReader(z, 1<<20)) // what came out before a fault is text too
			if len(text) > 0 {
				return string(text)
			}
		}
	}
	return ""
}

func byEye() Unread {
	return Unread{Code: "by_eye.picture",
		Zh: "图片里的文字无法自动检查。请由人工逐张核查（有没有身份证件、名单、签名、人脸、车牌），并登记核查人。",
		En: "Writing in a picture cannot be checked here. A named person has to look at it: identity papers, lists, signatures, faces, plates."}
}

func positioned() Unread {
	return Unread{Code: "picture.position",
		Zh: "图片里存有拍摄地点的经纬度，可能暴露住址或行踪。请去掉图片的位置信息（属性→删除属性和个人信息）后重新上传。",
		En: "The picture holds the position where it was taken, which may be somebody's home. Remove the position from its properties and upload it again."}
}
