// Cursors: where the next page begins, sealed against tampering.

package search

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"

	"gongkai"
)

// position is the place of the last hit of a page in its list. Total travels
// along, so that only the first page counts.
type position struct {
	Score     float64 // relevance
	Published int64   // newest
	Slot      int64   // breaks ties in both
	Day       int64   // the day that ages are reckoned from
	Total     int64
	More      bool
}

const (
	sealSize     = 16
	positionSize = 5*8 + 1
)

// seal makes a cursor that opens for the same query only.
func (p position) seal(key []byte, q Query) string {
	b := make([]byte, 0, positionSize+sealSize)
	for _, n := range []int64{int64(math.Float64bits(p.Score)), p.Published, p.Slot, p.Day, p.Total} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	more := byte(0)
	if p.More {
		more = 1
	}
	b = append(b, more)
	return base64.RawURLEncoding.EncodeToString(append(b, mac(key, q, b)...))
}

func openCursor(key []byte, q Query) (position, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(q.After)
	if err != nil || len(b) != positionSize+sealSize || !hmac.Equal(b[positionSize:], mac(key, q, b[:positionSize])) {
		return position{}, gongkai.E(gongkai.Invalid, "search_cursor",
			"翻页标记无效或不属于本次检索，请从第一页重新开始", "the cursor is not valid or belongs to another query; start again from the first page")
	}
	n := func(i int) int64 { return int64(binary.BigEndian.Uint64(b[i*8:])) }
	return position{
		Score: math.Float64frombits(uint64(n(0))), Published: n(1), Slot: n(2), Day: n(3), Total: n(4), More: b[40] == 1,
	}, nil
}

// mac covers the query without the parts that may change from page to page.
func mac(key []byte, q Query, payload []byte) []byte {
	q.After, q.Limit, q.Facets = "", 0, nil
	h := hmac.New(sha256.New, key)
	b, _ := json.Marshal(q) // strings and numbers only: cannot fail
	h.Write(b)
	h.Write([]byte{0})
	h.Write(payload)
	return h.Sum(nil)[:sealSize]
}
