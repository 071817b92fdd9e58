// Figures: what readers did, the day after.

package wechatlocal

import (
	"encoding/json"
	"net/http"
	"time"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Readers are what an article of a day gets: made up, and the same for all.
const (
	Readers = 40
	Sharers = 3
)

// counted is the hour from which the day before is counted.
const counted = 8

// summary gives the figures of one day, as the newer calls do.
func (p *Platform) summary(_ *http.Request, data []byte) answer {
	var in struct {
		Begin string `json:"begin_date"`
		End   string `json:"end_date"`
	}
	if json.Unmarshal(data, &in) != nil {
		return no(47001, "data format error")
	}
	begin, err := time.ParseInLocation(time.DateOnly, in.Begin, shanghai)
	end, err2 := time.ParseInLocation(time.DateOnly, in.End, shanghai)
	now := p.now().In(shanghai)
	y, m, d := now.Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, shanghai)
	switch {
	case err != nil || err2 != nil:
		return no(61500, "date format error")
	case end.Before(begin) || !end.Before(today) || end.Sub(begin) >= 30*24*time.Hour:
		return no(61501, "date range error")
	case now.Hour() < counted && end.Equal(today.AddDate(0, 0, -1)):
		return answer{"list": []answer{}, "is_delay": true}
	}
	list := []answer{}
	for day := begin; !day.After(end); day = day.AddDate(0, 0, 1) {
		n := 0
		for _, a := range p.articles {
			if at := a.at.In(shanghai); at.Format(time.DateOnly) == day.Format(time.DateOnly) {
				n++
			}
		}
		if n > 0 {
			list = append(list, answer{"ref_date": day.Format(time.DateOnly), "detail": answer{"send_page_count": n, "read_user": n * Readers, "share_user": n * Sharers,
				"read_user_source": []answer{{"user_count": n * Readers, "scene_desc": "全部"}}}})
		}
	}
	return answer{"list": list, "is_delay": false}
}
