// Bringing reach figures up to date: the ledger is counted, the platforms are
// asked day by day.

package channel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/content"
	"gongkai/store"
)

// changing is how long the figures of what was published on a day may still
// change on the platforms: they are asked for once more after it.
const changing = 31 * 24 * time.Hour

// Reckon (统计) brings the figures from a month on up to date; "" is last month.
// It may be cut short anywhere, and run twice: a day that was asked for today is
// not asked for again. What a platform refuses stands in the figures; an error
// is something of ours.
func (c *Channels) Reckon(ctx context.Context, in *content.Content, from string) error {
	now := c.Now()
	if from == "" {
		from = monthOf(monthStart(monthOf(now)).AddDate(0, 0, -1))
	}
	months, err := c.Reaches.Months(from, "")
	if err != nil {
		return err
	}
	outlets, err := c.Outlets.All(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, o := range outlets {
		posted, err := c.posted(ctx, o, months[0])
		if err == nil {
			err = c.countReach(ctx, in, o, months, posted)
		}
		if err == nil {
			err = c.askReach(ctx, o, months, posted)
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// shownOn is one showing of an item.
type shownOn struct {
	item string
	day  string // 2006-01-02, in Beijing
	post platform.Post
}

// posted lists what was shown on an outlet since the beginning of a month. What
// was shown then was written then or later.
func (c *Channels) posted(ctx context.Context, o Outlet, from string) (out []shownOn, err error) {
	kind, _ := c.Outlets.kind(o.Kind)
	q := store.Query{Where: []store.Cond{store.Eq("channel", o.Channel()), store.Gte("updated", gongkai.Millis(monthStart(from)))}, Sort: []string{"-updated"}, Limit: 500}
	for {
		page, err := c.Ledger.docs.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, d := range page.Docs {
			for _, p := range d.Posts {
				if day := shownDay(p, kind.ID); day >= from {
					out = append(out, shownOn{d.Item, day, p})
				}
			}
		}
		if q.After = page.Next; page.Next == "" {
			return out, nil
		}
	}
}

// shownDay is the day on which readers were first shown a post; "": never. What
// was taken back before it was sent has no name on the platform.
func shownDay(p platform.Post, name string) string {
	if p.State == platform.Live || p.State == platform.Gone && (p.By != "" || p.Handles[name] != "") {
		return cmp.Or(p.On, time.UnixMilli(p.Begun).In(content.Shanghai).Format(time.DateOnly))
	}
	return ""
}

// countReach counts what was shown, by month.
func (c *Channels) countReach(ctx context.Context, in *content.Content, o Outlet, months []string, posted []shownOn) error {
	counts, items, origins := map[string]*Counted{}, map[string]bool{}, map[string]string{}
	for _, m := range months {
		counts[m] = &Counted{At: gongkai.Millis(c.Now())}
	}
	for _, s := range posted {
		month := s.day[:min(len(s.day), len("2006-01"))]
		n, key := counts[month], s.item+" "+month
		if n == nil {
			continue // by hand, of a month to come
		}
		if n.Posts++; items[key] {
			continue
		}
		items[key] = true
		n.Items++
		origin, known := origins[s.item]
		if !known {
			var err error
			if origin, err = originOf(ctx, in, s.item); err != nil {
				return err
			}
			origins[s.item] = origin
		}
		switch origin {
		case content.Own:
			n.Original++
		case content.Reposted:
			n.Reposted++
		}
	}
	for _, m := range months {
		_, err := c.Reaches.change(ctx, o.ID, m, func(doc *Reach) error {
			if n := *counts[m]; doc.Rev == 0 && n.Posts == 0 || n.same(doc.Counted) {
				return store.ErrUnchanged
			}
			doc.Counted = *counts[m]
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// same tells whether nothing but the time differs.
func (n Counted) same(o Counted) bool {
	o.At = n.At
	return n == o
}

// originOf is where an item came from, as its edition says; "": it does not.
func originOf(ctx context.Context, in *content.Content, item string) (string, error) {
	it, err := in.Items.Get(ctx, item)
	if err != nil || it.Live.Sheet == "" {
		return "", notMissing(err)
	}
	sheet, err := in.Sheets.Get(ctx, it.Live.Sheet)
	if err != nil {
		return "", notMissing(err)
	}
	pub, err := sheet.Public()
	origin, _ := pub.Fields["origin"].(string)
	return origin, err
}

func notMissing(err error) error {
	if gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	return err
}

// stale is a day whose figures are to be asked for.
type stale struct {
	at   time.Time
	last int64 // when they were asked for last
}

// askReach asks the platform for the days of these months, those first that were
// never asked for, then those that were not for the longest: a quota that ends
// early leaves none out for ever.
func (c *Channels) askReach(ctx context.Context, o Outlet, months []string, posted []shownOn) error {
	kind, known := c.Outlets.kind(o.Kind)
	if !known || kind.Open == nil || o.Retired {
		return nil
	}
	_, at, err := c.platform(o)
	if err != nil {
		return err
	}
	counter, is := at.(platform.Counter)
	if !is {
		return nil
	}
	days, err := c.staleDays(ctx, o.ID, months)
	if err != nil {
		return err
	}
	for _, d := range days {
		day := d.at.Format(time.DateOnly)
		var ours []platform.Post
		for _, s := range posted {
			if s.day == day && s.post.By == "" {
				ours = append(ours, s.post)
			}
		}
		figures, failed := counter.Reach(ctx, day, ours)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := c.keepDay(ctx, o.ID, d.at, figures, failed); err != nil {
			return err
		}
		if failed != nil && gongkai.CodeOf(failed) != platform.NotReady {
			return nil // a quota, or something that a person has to mend: tomorrow
		}
	}
	return nil
}

// staleDays are the days until yesterday that were not asked for today and may
// have changed.
func (c *Channels) staleDays(ctx context.Context, outlet string, months []string) (out []stale, err error) {
	y, m, d := c.Now().In(content.Shanghai).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, content.Shanghai)
	for _, month := range months {
		doc, err := c.Reaches.get(ctx, outlet, month)
		if err != nil {
			return nil, err
		}
		for at := monthStart(month); at.Before(today) && monthOf(at) == month; at = at.AddDate(0, 0, 1) {
			last := doc.Days[dayKey(at)].At
			if last < gongkai.Millis(today) && last < gongkai.Millis(at.Add(changing)) {
				out = append(out, stale{at, last})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b stale) int { return cmp.Compare(a.last, b.last) })
	return out, nil
}

func dayKey(at time.Time) string { return fmt.Sprintf("d%02d", at.Day()) }

// keepDay writes what a platform says of a day in the place of what it said
// before, or why it says nothing.
func (c *Channels) keepDay(ctx context.Context, outlet string, at time.Time, figures map[string]int64, failed error) error {
	_, err := c.Reaches.change(ctx, outlet, monthOf(at), func(doc *Reach) error {
		code := gongkai.CodeOf(failed)
		if failed != nil {
			if doc.Error == code {
				return store.ErrUnchanged
			}
			doc.Error = code
			return nil
		}
		days := map[string]ReachDay{}
		for k, d := range doc.Days {
			days[k] = d
		}
		days[dayKey(at)] = ReachDay{figures, gongkai.Millis(c.Now())}
		doc.Days, doc.Error = days, ""
		return nil
	})
	return err
}
