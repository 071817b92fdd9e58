// Times in addresses: a day as people write it, or milliseconds as answers have
// them.

package api

import (
	"errors"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/content"
)

// Since (起始) is a first moment: of a day, its beginning in Beijing.
type Since struct{ At int64 }

// Until (截止) is a last moment: of a day, its end in Beijing.
type Until struct{ At int64 }

// UnmarshalText reads 2026-11-01, or milliseconds.
func (s *Since) UnmarshalText(text []byte) error {
	day, ms, err := moment(string(text))
	if s.At = ms; !day.IsZero() {
		s.At = gongkai.Millis(day)
	}
	return err
}

// UnmarshalText reads 2026-11-01, or milliseconds.
func (u *Until) UnmarshalText(text []byte) error {
	day, ms, err := moment(string(text))
	if u.At = ms; !day.IsZero() {
		u.At = gongkai.Millis(day.AddDate(0, 0, 1)) - 1
	}
	return err
}

// moment is a day, or milliseconds.
func moment(text string) (day time.Time, ms int64, err error) {
	if day, err = time.ParseInLocation(time.DateOnly, text, content.Shanghai); err == nil {
		return day, 0, nil
	}
	if ms, err = strconv.ParseInt(text, 10, 64); err != nil || ms < 0 {
		return time.Time{}, 0, errors.New("neither a day nor milliseconds")
	}
	return time.Time{}, ms, nil
}

// Schema describes either.
func (Since) Schema(huma.Registry) *huma.Schema { return momentSchema }

// Schema describes either.
func (Until) Schema(huma.Registry) *huma.Schema { return momentSchema }

var momentSchema = &huma.Schema{Type: huma.TypeString, Pattern: `^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,15})$`, Examples: []any{"2026-11-01"}}
