// Cursors of lists: a place between two pages, the same whichever index leads there.

package publication

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"

	"gongkai"
)

// position (位置) is where a page stands in every list: 发布日期, then its id.
type position struct {
	published int64
	id        string
}

func positionOf(p *Page) *position { return &position{p.Published, p.ID} }

var errCursor = gongkai.E(gongkai.Invalid, "bad_cursor", "分页位置无效", "the cursor is not valid")

// cursor names a position in the list of this filter; "" of none.
func (f Filter) cursor(at *position) string {
	if at == nil {
		return ""
	}
	b := append(binary.AppendVarint(nil, at.published), at.id...)
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint32(b, f.sum(b)))
}

// position reads After or Before; nil: the list begins there. back: it is read
// backwards.
func (f Filter) position() (at *position, back bool, err error) {
	text := f.After
	if f.Before != "" {
		text, back = f.Before, true
	}
	if text == "" {
		return nil, false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < 6 {
		return nil, back, errCursor
	}
	b, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	published, n := binary.Varint(b)
	if n <= 0 || n == len(b) || f.sum(b) != sum {
		return nil, back, errCursor
	}
	return &position{published, string(b[n:])}, back, nil
}

// sum binds a position to a list: a cursor of another one leads nowhere.
func (f Filter) sum(at []byte) uint32 {
	f.Limit, f.After, f.Before, f.Count = 0, "", "", false
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%#v", f)
	_, _ = h.Write(at)
	return h.Sum32()
}
