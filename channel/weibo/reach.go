// How far what was shared on a day reached.

package weibo

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"gongkai/channel/platform"
)

// perCount is how many posts one call takes.
const perCount = 100

// Reach sums how often our posts of one day were forwarded (statuses/count). The
// platform tells ordinary applications no reads. A post that is gone is no
// longer counted.
func (w *Weibo) Reach(ctx context.Context, _ string, posts []platform.Post) (map[string]int64, error) {
	var ids []string
	for _, p := range posts {
		if id := p.Handles[handleID]; id != "" && p.State == platform.Live {
			ids = append(ids, id)
		}
	}
	shares := int64(0)
	for some := range slices.Chunk(ids, perCount) {
		var told []struct {
			Reposts int64 `json:"reposts"`
		}
		if err := w.ask(ctx, "/2/statuses/count.json", url.Values{"ids": {strings.Join(some, ",")}}, &told); err != nil {
			return nil, err
		}
		for _, t := range told {
			shares += max(t.Reposts, 0)
		}
	}
	return map[string]int64{platform.Shares: shares}, nil
}
