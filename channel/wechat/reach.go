// How far what was published on a day reached.

package wechat

import (
	"context"

	"gongkai/channel/platform"
)

// Reach asks for the account's figures of one day (getbizsummary): articles,
// readers, and readers who shared; those of articles that were posted by hand
// among them. The platform has them the next morning, from eight o'clock on.
func (w *WeChat) Reach(ctx context.Context, day string, _ []platform.Post) (map[string]int64, error) {
	var told struct {
		Late bool `json:"is_delay"`
		List []struct {
			Day    string `json:"ref_date"`
			Detail struct {
				Articles int64 `json:"send_page_count"`
				Readers  int64 `json:"read_user"`
				Sharers  int64 `json:"share_user"`
			} `json:"detail"`
		} `json:"list"`
	}
	err := w.ask(ctx, "/datacube/getbizsummary", map[string]string{"begin_date": day, "end_date": day}, &told)
	switch {
	case has(err, notCounted) || err == nil && told.Late:
		return nil, &platform.Error{Class: platform.ClassTemporary, Code: platform.NotReady}
	case err != nil:
		return nil, err
	}
	sum := map[string]int64{platform.Issues: 0, platform.Reads: 0, platform.Shares: 0}
	for _, d := range told.List {
		if d.Day != day || d.Detail.Articles < 0 || d.Detail.Readers < 0 || d.Detail.Sharers < 0 {
			return nil, &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
		}
		sum[platform.Issues] += d.Detail.Articles
		sum[platform.Reads] += d.Detail.Readers
		sum[platform.Shares] += d.Detail.Sharers
	}
	return sum, nil
}

// notCounted is the code of a day that the platform has not counted yet.
const notCounted = 61503
