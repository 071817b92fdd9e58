// Numbers given out that a backup does not know of.

package jobs

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

// liftIndexNo makes sure that the index numbers of an item's pages are given to
// nobody else: it lifts the counters whose template they fit.
func (r *Reconciler) liftIndexNo(ctx context.Context, it content.Item, pages []publication.Page) error {
	unit, err := r.Content.Units.Get(ctx, it.Unit)
	if err != nil {
		return err
	}
	for _, p := range pages {
		site, err := r.Content.Sites.Get(ctx, p.Site)
		if gongkai.Is(err, gongkai.Missing) {
			continue
		}
		if err != nil {
			return err
		}
		at := time.UnixMilli(p.Published)
		for _, day := range []time.Time{at, at.Add(-time.Hour)} { // it was allotted a moment earlier, perhaps in another year
			counter, format, err := content.IndexTemplate(site.IndexNo, unit, day)
			if n, fits := serialOf(format, p.IndexNo); err == nil && fits {
				if err := r.Content.DB.Lift(ctx, counter, n); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

var serial = regexp.MustCompile(`%0?[0-9]*d`)

// serialOf is the serial number in an index number of this format.
func serialOf(format, number string) (int64, bool) {
	at := serial.FindStringIndex(format)
	if at == nil {
		return 0, false
	}
	digits, fits := strings.CutPrefix(number, format[:at[0]])
	digits, also := strings.CutSuffix(digits, format[at[1]:])
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, fits && also && err == nil && n > 0
}

// Confirm takes the lost window upon a person: numbers that may have been given
// out in it are passed over, and the workers go on.
func (r *Reconciler) Confirm(ctx context.Context, skip int64) (content.Restore, error) {
	last, err := r.Content.LastRestore(ctx)
	if err != nil {
		return last, err
	}
	if !last.Waits() {
		return r.Content.ConfirmLostWindow(ctx) // says that there is nothing to confirm
	}
	if err := r.passOver(ctx, last, skip); err != nil {
		return last, err
	}
	detail := map[string]string{"from": stamp(last.Taken), "to": stamp(last.Began), "epoch": fmt.Sprint(last.Epoch), "skipped": fmt.Sprint(skip)}
	err = r.Trail.Append(ctx, audit.Entry{At: gongkai.Millis(r.Now()), Actor: r.By.ID, ActorName: r.By.Name, Act: "restore.confirm", Object: "content", Detail: detail,
		Key: fmt.Sprintf("restore.%d.%d.confirm", last.Number, last.Began)})
	if err != nil {
		return last, err
	}
	return r.Content.ConfirmLostWindow(ctx)
}

// skipEditions is more editions of one item than a lost window holds.
const skipEditions = 20

// passOver leaves out the numbers that may have been given out in the lost
// window: gaps are legal, a number given twice is not.
func (r *Reconciler) passOver(ctx context.Context, last content.Restore, skip int64) error {
	counters, err := r.counters(ctx, last)
	if err != nil {
		return err
	}
	for counter := range counters {
		n, err := r.Content.DB.Next(ctx, counter)
		if err == nil {
			err = r.Content.DB.Lift(ctx, counter, n+skip)
		}
		if err != nil {
			return err
		}
	}
	for q := (store.Query{Limit: 500}); ; {
		page, err := r.Content.Items.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range page.Docs {
			if _, err := r.Content.Items.Update(ctx, it.ID, 0, func(doc *content.Item) error { doc.Editions += skipEditions; return nil }); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// counters are those of index numbers that the lost window can have used.
func (r *Reconciler) counters(ctx context.Context, last content.Restore) (map[string]bool, error) {
	units, err := content.All(ctx, r.Content.Units)
	if err != nil {
		return nil, err
	}
	sites, err := content.All(ctx, r.Content.Sites)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for template := range templates(sites) {
		for _, unit := range units {
			for day := r.Now(); ; day = day.AddDate(0, 0, -1) {
				if counter, _, err := content.IndexTemplate(template, unit, day); err == nil {
					out[counter] = true
				}
				if day.Before(time.UnixMilli(last.Taken)) || day.Before(r.Now().AddDate(-1, 0, 0)) {
					break
				}
			}
		}
	}
	return out, nil
}

func templates(sites []content.Site) map[string]bool {
	out := map[string]bool{}
	for _, s := range sites {
		out[s.IndexNo] = true
	}
	return out
}
