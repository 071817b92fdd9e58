// Pictures without their metadata: segments of JPEG and chunks of PNG that no picture needs are left out.

package files

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
)

// cleanImage copies a JPEG or PNG without what is not needed to show it.
func cleanImage(s *pass, f File, w io.Writer) error {
	data, err := s.all(f)
	if err != nil {
		return err
	}
	clean, ok := barePicture(data)
	if !ok {
		return ErrNoMask
	}
	_, err = w.Write(clean)
	return err
}

// barePicture is a picture without metadata; ok is false for kinds and for damaged
// ones of which none is made.
func barePicture(data []byte) (clean []byte, ok bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return bareJPEG(data)
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return barePNG(data)
	}
	return nil, false
}

// bareJPEG keeps what decodes the picture, its colours, and which side is up.
// What stands behind the picture goes: other pictures, films, appended texts.
func bareJPEG(data []byte) ([]byte, bool) {
	out := slices.Clone(data[:2])
	for at := 2; ; {
		if at+4 > len(data) || data[at] != 0xff {
			return nil, false
		}
		marker, end := data[at+1], at+2+int(binary.BigEndian.Uint16(data[at+2:]))
		switch {
		case marker == 0xff: // filling
			at++
			continue
		case end < at+4 || end > len(data) || marker <= 0x01 || marker >= 0xd0 && marker <= 0xd9:
			return nil, false
		}
		segment := data[at:end]
		switch {
		case marker == 0xda: // the first scan: from here on pixels, tables and further scans
			scans, ok := bareScans(data[end:])
			return slices.Concat(out, segment, scans), ok
		case marker == 0xe1:
			out = append(out, upright(segment[4:])...)
		case isPictureSegment(marker, segment[4:]):
			out = append(out, segment...)
		}
		at = end
	}
}

// bareJFIF is how long JFIF is that holds no small picture of what was there before.
const bareJFIF = 14

// isPictureSegment tells segments that a picture needs from those that tell
// something about it: comments, and data of programs but for JFIF without a
// small picture, colours (ICC) and how they are stored (Adobe).
func isPictureSegment(marker byte, body []byte) bool {
	switch marker {
	case 0xe0:
		return len(body) == bareJFIF && bytes.HasPrefix(body, []byte("JFIF\x00"))
	case 0xe2:
		return bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))
	case 0xee:
		return bytes.HasPrefix(body, []byte("Adobe"))
	}
	return marker < 0xe0 || marker > 0xef && marker != 0xfe
}

// bareScans copies pixels up to the end marker. Inside them a marker is followed
// by a zero or is one of those that restart; tables and scans may follow in
// between, and a marker inside them is none.
func bareScans(data []byte) (out []byte, ok bool) {
	from := 0
	for at := 0; at+1 < len(data); {
		next := bytes.IndexByte(data[at:], 0xff)
		if next < 0 || at+next+1 >= len(data) {
			break
		}
		at += next
		switch marker := data[at+1]; {
		case marker == 0xd9:
			return append(out, data[from:at+2]...), true
		case marker == 0xff:
			at++
		case marker == 0x00 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd7:
			at += 2
		case at+4 > len(data):
			return nil, false
		default:
			end := at + 2 + int(binary.BigEndian.Uint16(data[at+2:]))
			if end < at+4 || end > len(data) {
				return nil, false
			}
			if !isPictureSegment(marker, data[at+4:end]) {
				out, from = append(out, data[from:at]...), end
			}
			at = end
		}
	}
	return nil, false
}

// orientation is EXIF's tag for which side of a picture is up.
const orientation = 0x0112

// upright is a segment that says which side is up, and nothing else; empty if
// the picture is as it should be.
func upright(exif []byte) []byte {
	tiff, ok := bytes.CutPrefix(exif, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return nil
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return nil
	}
	fields := tiff[at+2:]
	fields = fields[:min(len(fields), 12*int(order.Uint16(tiff[at:])))]
	for field := range slices.Chunk(fields, 12) {
		if len(field) < 12 {
			break
		}
		if side := order.Uint16(field[8:]); order.Uint16(field) == orientation && side > 1 && side <= 8 {
			return append([]byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), byte(side), 0, 0, 0, 0, 0, 0)
		}
	}
	return nil
}

// pictureChunks are the chunks of a PNG that show it: pixels, colours,
// transparency, measures, animation. All others tell something.
var pictureChunks = setOf("IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT")

func barePNG(data []byte) ([]byte, bool) {
	out := slices.Clone(data[:8])
	for at := 8; at+12 <= len(data); {
		size := int64(binary.BigEndian.Uint32(data[at:]))
		if size > int64(len(data)-at-12) {
			break
		}
		kind, end := string(data[at+4:at+8]), at+12+int(size)
		if pictureChunks[kind] {
			out = append(out, data[at:end]...)
		}
		if kind == "IEND" {
			return out, true
		}
		at = end
	}
	return nil, false
}
