// doctor deliveries: items that are or were public, against what is shown of them.

package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/jobs"
)

const (
	probeAtOnce = 500 // items
	probeNamed  = 5   // items that a line names
)

// deliveryLook is what the look at deliveries takes.
type deliveryLook struct {
	Mend    bool   `help:"With deliveries: let what differs be told again."`
	Item    string `help:"With deliveries: this item alone."`
	Outside bool   `help:"With deliveries: ask the public address (GONGKAI_BASE_URL), portals and platforms, too, as the nightly probe does."`
}

// What a place is called, and what is wrong there.
var (
	placeWords = map[string][2]string{channel.AtPages: {"页面", "page"}, channel.AtFeeds: {"列表或订阅源", "lists or feeds"}, channel.AtSitemap: {"站点地图", "sitemap"},
		channel.AtSearch: {"检索", "search"}, channel.AtFiles: {"附件", "files"}, channel.AtPortal: {"门户页面", "page of the portal"}, channel.AtWebhook: {"订阅方", "subscriber"}, channel.AtOutlet: {"发布渠道", "outlet"}}
	wrongWords = map[string][2]string{channel.WrongShown: {"不应公开而仍可见", "still shown although it must not be"}, channel.WrongMissing: {"应公开而未见", "not shown although it must be"},
		channel.WrongOther: {"所示与应公开的不一致", "shown otherwise than it must be"}, channel.WrongReceipt: {"回执与应公开的不一致", "confirmed otherwise than it must be"}}
)

// tally is what was found.
type tally struct {
	looked, mended int
	kinds          map[[2]string]*examples // by place and wrong
	unreached      map[string]*examples    // by place
}

// examples are the first of many.
type examples struct {
	count int
	items []string
}

func (e *examples) add(item string) {
	if e.count++; len(e.items) < probeNamed {
		e.items = append(e.items, item)
	}
}

// deliveries opens what the probe needs, walks through the items and says of
// each place how many differ.
func (d *doctor) deliveries(ctx context.Context, how deliveryLook) {
	a := d.app
	for _, part := range []func(*app, context.Context) error{(*app).openContent, (*app).openDeliveries, (*app).openPublic, (*app).openSearch, (*app).openChannels} {
		if d.failed(bad, "store", part(a, ctx)) {
			return
		}
	}
	if how.Outside && a.cfg.BaseURL == "" {
		d.say(warn, "outside", "未设公开地址（GONGKAI_BASE_URL），只核对本系统的存储", "the public address (GONGKAI_BASE_URL) is not set: only our own stores are looked at")
	}
	p := a.prober(&jobs.Worker{Content: a.content, Public: a.public, Ledger: a.ledger, Channels: a.channels, Now: time.Now}, how.Outside)
	if d.failed(warn, "outside", p.Ready(ctx)) {
		p.Outside = nil // our own stores are looked at all the same
	}
	t := &tally{kinds: map[[2]string]*examples{}, unreached: map[string]*examples{}}
	see := func(it content.Item, l jobs.Look) error {
		t.add(it.ID, l)
		if !how.Mend || len(l.Found) == 0 {
			return nil
		}
		t.mended++
		return p.Mend(ctx, it, l.Found, l.Marks)
	}
	if !d.failed(bad, "probe", t.walk(ctx, p, how.Item, see)) {
		d.tallied(t)
	}
}

// walk looks at one item, or at all.
func (t *tally) walk(ctx context.Context, p *jobs.Prober, item string, see func(content.Item, jobs.Look) error) error {
	if item != "" {
		it, err := p.Content.Items.Get(ctx, item)
		if err != nil {
			return err
		}
		l, err := p.Look(ctx, it)
		if err == nil && l.Skipped {
			err = gongkai.E(gongkai.Conflict, "on_its_way", "该信息正在发布或撤下，请稍后再核对", "the item is on its way: look again later")
		}
		if err != nil {
			return err
		}
		t.looked++
		return see(it, l)
	}
	for after := ""; ; {
		n, next, err := p.Probe(ctx, after, probeAtOnce, see)
		t.looked += n
		if after = next; err != nil || after == "" {
			return err
		}
	}
}

func (t *tally) add(item string, l jobs.Look) {
	for _, f := range l.Found {
		k := [2]string{f.Place, f.Wrong}
		if t.kinds[k] == nil {
			t.kinds[k] = &examples{}
		}
		t.kinds[k].add(item)
	}
	for place := range l.Unreached {
		if t.unreached[place] == nil {
			t.unreached[place] = &examples{}
		}
		t.unreached[place].add(item)
	}
}

func (d *doctor) tallied(t *tally) {
	for _, place := range channel.Looked {
		if u := t.unreached[place]; u != nil {
			w := placeWords[place]
			d.say(warn, place, fmt.Sprintf("%s：%d 条未能核对（无法访问，或刚刚变更），如 %s", w[0], u.count, strings.Join(u.items, " ")), fmt.Sprintf("%s: %d items could not be looked at (not reached, or just changed), such as %s", w[1], u.count, strings.Join(u.items, " ")))
		}
	}
	if len(t.kinds) == 0 {
		d.say(fine, "probe", fmt.Sprintf("共核对 %d 条，页面、订阅源、索引和投送台账均与应公开的一致", t.looked), fmt.Sprintf("%d items: pages, feeds, index and ledger show what they should", t.looked))
		return
	}
	var kinds [][2]string
	for k := range t.kinds {
		kinds = append(kinds, k)
	}
	worst := func(k [2]string) int { return slices.Index(channel.Wrongs, k[1]) }
	slices.SortFunc(kinds, func(a, b [2]string) int { return cmp.Or(worst(a)-worst(b), strings.Compare(a[0], b[0])) })
	for _, k := range kinds {
		e, place, wrong, state := t.kinds[k], placeWords[k[0]], wrongWords[k[1]], warn
		if k[1] == channel.WrongShown {
			state = bad
		}
		some := strings.Join(e.items, " ")
		d.say(state, k[0], fmt.Sprintf("%s：共核对 %d 条，%d 条%s，如 %s", place[0], t.looked, e.count, wrong[0], some), fmt.Sprintf("%s: of %d items %d are %s, such as %s", place[1], t.looked, e.count, wrong[1], some))
	}
	if t.mended > 0 {
		d.say(warn, "mended", fmt.Sprintf("已将 %d 条重新列为待办，由 serve 或 worker 重新告知各处，稍后请再核对", t.mended), fmt.Sprintf("%d items are owed again: serve or a worker tells them everywhere; look again later", t.mended))
	} else {
		d.say(warn, "probe", "修复请运行 gongkai doctor deliveries --mend", "gongkai doctor deliveries --mend lets them be told again")
	}
}
