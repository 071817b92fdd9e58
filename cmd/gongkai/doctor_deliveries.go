// doctor deliveries: every item that is or was public, against what is shown of it.

package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/jobs"
)

const (
	probePage  = 500 // items at a time
	probeNamed = 5   // items that a line names
)

// deliveries opens what the probe needs, walks through all items and says of
// each channel how many differ.
func (d *doctor) deliveries(ctx context.Context, mend bool) {
	a := d.app
	for _, part := range []func(*app, context.Context) error{(*app).openContent, (*app).openDeliveries, (*app).openPublic, (*app).openSearch} {
		if d.failed(bad, "store", part(a, ctx)) {
			return
		}
	}
	w := &jobs.Worker{Content: a.content, Public: a.public, Ledger: a.ledger, Now: time.Now,
		Channels: &channel.Channels{Subscribers: a.subscribers, Outlets: a.outlets, Columns: a.content.Above}}
	differ, told := map[string][]string{}, map[string]bool{}
	looked := 0
	for after := ""; ; {
		n, next, err := w.Probe(ctx, after, probePage, d.indexed, func(one jobs.Difference) error {
			differ[one.Channel] = append(differ[one.Channel], one.Item)
			if !mend || told[one.Item] {
				return nil
			}
			told[one.Item] = true
			return w.Retell(ctx, one.Item)
		})
		looked += n
		if d.failed(bad, "probe", err) {
			return
		}
		if after = next; after == "" {
			break
		}
	}
	d.differing(looked, differ, len(told))
}

func (d *doctor) differing(looked int, differ map[string][]string, told int) {
	if len(differ) == 0 {
		d.say(fine, "probe", fmt.Sprintf("共核对 %d 条，页面、订阅源、索引和投送台账均与应公开的一致", looked), fmt.Sprintf("%d items: pages, feeds, index and ledger show what they should", looked))
		return
	}
	for _, of := range slices.Sorted(maps.Keys(differ)) {
		items := differ[of]
		some := strings.Join(items[:min(len(items), probeNamed)], " ")
		d.say(warn, of, fmt.Sprintf("共核对 %d 条，%d 条与应公开的不一致，如 %s", looked, len(items), some), fmt.Sprintf("%d items, %d of them shown otherwise than they should be, such as %s", looked, len(items), some))
	}
	if told > 0 {
		d.say(warn, "mended", fmt.Sprintf("已将 %d 条重新列为待办，由 serve 或 worker 重新告知各处，稍后请再核对", told), fmt.Sprintf("%d items are owed again: serve or a worker tells them everywhere; look again later", told))
	} else {
		d.say(warn, "probe", "修复请运行 gongkai doctor deliveries --mend", "gongkai doctor deliveries --mend lets them be told again")
	}
}

// indexed looks a page up in the index.
func (d *doctor) indexed(ctx context.Context, page string) (epoch, seq int64, there bool, err error) {
	h, err := d.app.index.Get(ctx, page)
	if gongkai.Is(err, gongkai.Missing) {
		return 0, 0, false, nil
	}
	return h.Epoch, h.Seq, err == nil, err
}
