// Filters: what a stream's bytes are once unpacked.

package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"io"
)

// decode unpacks a stream. What came out before a fault is kept; what no
// filter here can unpack (pictures) is nil.
func (f *file) decode(s *stream) []byte {
	data := s.raw
	filters, params := f.list(s.dict, "Filter", "F"), f.list(s.dict, "DecodeParms", "DP")
	for i, filter := range filters {
		unpack := filterOf[f.name(filter)]
		if unpack == nil {
			return nil
		}
		if f.budget.bytes <= 0 {
			f.fault = true
			return nil
		}
		limit := min(f.budget.bytes, max(1<<20, len(data)*mostRatio))
		var ok bool
		if data, ok = unpack(data, limit); !ok {
			f.fault = true
		}
		f.budget.bytes -= len(data)
		if i < len(params) {
			data = f.predict(data, f.dict(params[i]))
		}
	}
	return data
}

// mostRatio is how many bytes a byte of a stream over a megabyte may become.
const mostRatio = 200

// list is an entry that may be one thing or an array of them.
func (f *file) list(d dict, long, short name) array {
	o := f.get(d[long])
	if o == nil {
		o = f.get(d[short])
	}
	switch o := o.(type) {
	case nil, str: // F is a file's name in streams that stand elsewhere
		return nil
	case array:
		return o
	default:
		return array{o}
	}
}

// filterOf are the filters of text. Each unpacks up to a limit and tells
// whether the data was good and fitted.
var filterOf = map[name]func(data []byte, limit int) ([]byte, bool){
	"FlateDecode": inflate, "Fl": inflate,
	"LZWDecode": unLZW, "LZW": unLZW,
	"ASCII85Decode": un85, "A85": un85,
	"ASCIIHexDecode": unHex, "AHx": unHex,
	"RunLengthDecode": unRun, "RL": unRun,
	"Crypt": func(data []byte, limit int) ([]byte, bool) { return data, len(data) <= limit }, // decrypted before
}

// inflate forgives a missing or wrong end, as all readers do.
func inflate(data []byte, limit int) ([]byte, bool) {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, len(data) == 0
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	if len(out) > limit {
		return out[:limit], false
	}
	return out, err == nil || len(out) > 0
}

func un85(data []byte, limit int) ([]byte, bool) {
	data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~"))
	if i := bytes.IndexByte(data, '~'); i >= 0 {
		data = data[:i]
	}
	out, err := io.ReadAll(io.LimitReader(ascii85.NewDecoder(bytes.NewReader(data)), int64(limit)))
	return out, err == nil
}

func unHex(data []byte, limit int) ([]byte, bool) {
	l := lexer{data: append([]byte{'<'}, data...)}
	out := []byte(l.hex())
	return out[:min(len(out), limit)], len(out) <= limit
}

func unRun(data []byte, limit int) ([]byte, bool) {
	var out []byte
	for i := 0; i < len(data) && data[i] != 128 && len(out) < limit; {
		n := int(data[i])
		i++
		if n < 128 {
			end := min(i+n+1, len(data))
			out = append(out, data[i:end]...)
			i = end
		} else if i < len(data) {
			out = append(out, bytes.Repeat(data[i:i+1], 257-n)...)
			i++
		}
	}
	return out, len(out) < limit
}

// unLZW reads the LZW of PDF, whose codes grow one step early, unlike those
// that compress/lzw reads.
func unLZW(data []byte, limit int) ([]byte, bool) {
	const clear, stop = 256, 257
	var out []byte
	type entry struct{ from, size int } // a stretch of out
	table := make([]entry, 258, 4096)
	width, bits, held := 9, 0, 0
	last := entry{}
	for _, c := range data {
		held, bits = held<<8|int(c), bits+8
		if bits < width {
			continue
		}
		bits -= width
		code := held >> bits
		held &= 1<<bits - 1
		switch {
		case code == stop:
			return out, true
		case code == clear:
			table, width, last = table[:258], 9, entry{}
			continue
		case code > len(table) || len(out) > limit || code == len(table) && last.size == 0:
			return out, false
		}
		from := len(out)
		switch {
		case code < 256:
			out = append(out, byte(code))
		case code < len(table):
			e := table[code]
			out = append(out, out[e.from:e.from+e.size]...)
		default:
			out = append(append(out, out[last.from:last.from+last.size]...), out[last.from])
		}
		if last.size > 0 && len(table) < 4096 {
			table = append(table, entry{last.from, last.size + 1})
		}
		last = entry{from, len(out) - from}
		if n := len(table) + 1; n >= 1<<width && width < 12 {
			width++
		}
	}
	return out, true
}

// predict undoes the differences that a predictor left.
func (f *file) predict(data []byte, p dict) []byte {
	predictor := int(f.number(p["Predictor"]))
	if predictor < 2 {
		return data
	}
	columns, colors, depth := int(f.number(p["Columns"])), int(f.number(p["Colors"])), int(f.number(p["BitsPerComponent"]))
	columns, colors, depth = max(columns, 1), max(colors, 1), max(depth, 1)
	if p["BitsPerComponent"] == nil {
		depth = 8
	}
	if columns > 1<<20 || colors > 32 || depth > 16 {
		return nil
	}
	size, back := (columns*colors*depth+7)/8, max(colors*depth/8, 1)
	if predictor == 2 {
		return differences(data, size, back)
	}
	return pngRows(data, size, back)
}

// differences undoes the predictor of TIFF, for whole bytes.
func differences(data []byte, size, back int) []byte {
	out := bytes.Clone(data)
	for row := 0; row+size <= len(out); row += size {
		for i := row + back; i < row+size; i++ {
			out[i] += out[i-back]
		}
	}
	return out
}

// pngRows undoes the predictors of PNG: each row says which one it has.
func pngRows(data []byte, size, back int) []byte {
	out := make([]byte, 0, len(data))
	above := make([]byte, size)
	for len(data) > 1 {
		kind := data[0]
		row := bytes.Clone(data[1:min(size+1, len(data))])
		data = data[min(size+1, len(data)):]
		for i := range row {
			var left, corner byte
			if i >= back {
				left, corner = row[i-back], above[i-back]
			}
			switch kind {
			case 1:
				row[i] += left
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				row[i] += paeth(left, above[i], corner)
			}
		}
		out = append(out, row...)
		copy(above, row)
	}
	return out
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int { return max(n, -n) }
