// Pictures: what stands in their metadata is found, and the picture itself is left to a person.

package files

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
	"testing"
)

// png is a picture of one pixel with more chunks.
func png(chunks ...string) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	all := append([]string{"IHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00"}, chunks...)
	for _, c := range append(all, "IDAT"+deflated("\x00\x00"), "IEND") {
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(c)-4)))
		b.WriteString(c)
		b.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(c))))
	}
	return b.Bytes()
}

func deflated(text string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	io.WriteString(z, text)
	z.Close()
	return b.String()
}

// tiff is the block of EXIF: fields of type and value, and a second directory
// with the position if wanted. Values longer than four bytes stand behind.
func tiff(position bool, fields ...exifField) []byte {
	if position {
		fields = append(fields, exifField{0x8825, 4, nil})
	}
	n := len(fields)
	behind := 8 + 2 + 12*n + 4
	le := binary.LittleEndian
	var head, tail []byte
	head = append(head, "II*\x00\x08\x00\x00\x00"...)
	head = le.AppendUint16(head, uint16(n))
	for _, f := range fields {
		head = le.AppendUint16(le.AppendUint16(head, f.tag), f.kind)
		at := uint32(behind + len(tail))
		if f.tag != 0x8825 {
			head = le.AppendUint32(le.AppendUint32(head, uint32(len(f.value))), at)
			tail = append(tail, f.value...)
			continue
		}
		head = le.AppendUint32(le.AppendUint32(head, 1), at)
		tail = append(tail, "\x01\x00\x01\x00\x02\x00\x02\x00\x00\x00N\x00\x00\x00\x00\x00\x00\x00"...) // GPSLatitudeRef: N
	}
	head = le.AppendUint32(head, 0)
	return append(head, tail...)
}

type exifField struct {
	tag, kind uint16
	value     []byte
}

// jpeg is a picture's shell with these segments.
func jpeg(segments ...string) []byte {
	var b bytes.Buffer
	b.WriteString("\xff\xd8")
	for _, s := range segments {
		b.WriteString(s[:2])
		b.Write(binary.BigEndian.AppendUint16(nil, uint16(len(s))))
		b.WriteString(s[2:])
	}
	b.WriteString("\xff\xda\x00\x02\x00\xff\xd9")
	return b.Bytes()
}

func TestMetadataOfPicturesIsRead(t *testing.T) {
	artist := exifField{0x013b, 2, []byte("身份证 " + someID + "\x00")}
	windows := exifField{0x9c9d, 1, append(wideBytes("张三"+someID), 0, 0)}
	xmp := `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>` + someID + `</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>`
	for _, c := range []struct {
		name, file string
		data       []byte
	}{
		{"EXIF of a JPEG", "a.jpg", jpeg("\xff\xe1Exif\x00\x00" + string(tiff(false, artist)))},
		{"what Windows wrote", "a.jpg", jpeg("\xff\xe1Exif\x00\x00" + string(tiff(false, windows)))},
		{"XMP", "a.jpg", jpeg("\xff\xe1http://ns.adobe.com/xap/1.0/\x00" + xmp)},
		{"the comment of a JPEG", "a.jpg", jpeg("\xff\xfe" + someID)},
		{"IPTC", "a.jpg", jpeg("\xff\xedPhotoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x18\x1c\x02\x78\x00\x12" + someID + "\x00")},
		{"a text of a PNG", "a.png", png("tEXtAuthor\x00" + someID)},
		{"a compressed text of a PNG", "a.png", png("zTXtAuthor\x00\x00" + deflated("身份证"+someID))},
		{"an international text of a PNG", "a.png", png("iTXtAuthor\x00\x01\x00\x00\x00" + deflated("身份证"+someID))},
		{"EXIF of a PNG", "a.png", png("eXIf" + string(tiff(false, artist)))},
		{"a TIFF", "a.tif", tiff(false, artist)},
		{"a WebP", "a.webp", webp("EXIF" + string(tiff(false, artist)))},
		{"the comment of a GIF", "a.gif", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00\x21\xfe\x12" + someID + "\x00\x3b")},
		{"what was appended", "a.png", append(png(), someID...)},
		{"a drawing", "a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><text>110101<tspan>199003071233</tspan></text></svg>`)},
		{"the name", someID + ".png", png()},
	} {
		r := scanned(t, c.file, c.data)
		if !strings.Contains(wheres(r), "id_card") {
			t.Errorf("%s: found %q; unread %s", c.name, wheres(r), codes(r))
		}
		if r.Format == "image" && !strings.Contains(codes(r), "by_eye.picture") {
			t.Errorf("%s: nobody is asked to look at it: %s", c.name, codes(r))
		}
		if strings.Contains(codes(r), "damaged") || strings.Contains(codes(r), "mismatch") {
			t.Errorf("%s: %s", c.name, codes(r))
		}
	}
}

// webp is a shell with one more chunk.
func webp(chunk string) []byte {
	var b bytes.Buffer
	body := "VP8X\x0a\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	var size [4]byte
	binary.LittleEndian.PutUint32(size[:], uint32(len(chunk)-4))
	body += chunk[:4] + string(size[:]) + chunk[4:]
	binary.LittleEndian.PutUint32(size[:], uint32(len(body)+4))
	b.WriteString("RIFF" + string(size[:]) + "WEBP" + body)
	return b.Bytes()
}

func TestThePlaceWhereAPictureWasTakenIsSaid(t *testing.T) {
	for name, data := range map[string][]byte{
		"EXIF": jpeg("\xff\xe1Exif\x00\x00" + string(tiff(true))),
		"XMP":  jpeg("\xff\xe1http://ns.adobe.com/xap/1.0/\x00<x exif:GPSLatitude=\"28,7N\"/>"),
	} {
		if r := scanned(t, "a.jpg", data); !strings.Contains(codes(r), "picture.position") {
			t.Errorf("%s: %s", name, codes(r))
		}
	}
	if r := scanned(t, "a.jpg", jpeg()); strings.Contains(codes(r), "position") {
		t.Errorf("a picture of nowhere: %s", codes(r))
	}
}

func TestAPictureInsideADrawingIsForTheEyeToo(t *testing.T) {
	for name, tag := range map[string]string{"a.svg": "svg", "a.html": "html"} {
		drawing := `<` + tag + ` xmlns="http://www.w3.org/2000/svg"><image href="data:image/jpeg;base64,` + base64.StdEncoding.EncodeToString(jpeg()) + `"/></` + tag + `>`
		if r := scanned(t, name, []byte(drawing)); codes(r) != "by_eye.picture@data[0]" {
			t.Errorf("%s: %q", name, codes(r))
		}
	}
}

func TestHostilePicturesAreSurvived(t *testing.T) {
	whole := jpeg("\xff\xe1Exif\x00\x00" + string(tiff(true, exifField{0x013b, 2, []byte("someone\x00")})))
	for i := range whole {
		broken := bytes.Clone(whole)
		broken[i] ^= 0xff
		scanned(t, "a.jpg", broken)
		scanned(t, "a.jpg", whole[:i])
	}
	scanned(t, "a.png", png("zTXtA\x00\x00"+deflated(strings.Repeat("0", 64<<20))))
}
