// Reach figures (传播数据): what each outlet published and reached, month by
// month, and who says so.

package channel

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/content"
	"gongkai/store"
)

// ReachFigure (传播指标) is one that a platform or a person tells; what the
// ledger knows is counted.
type ReachFigure struct{ Name, Zh, En string }

// ReachFigures is the table of them.
var ReachFigures = []ReachFigure{
	{platform.Issues, "期数（篇数）", "issues or articles of the outlet, also those that did not come from here"},
	{platform.Reads, "阅读量", "reads"},
	{platform.Shares, "转发量", "shares"},
}

// Sources of a figure.
const (
	SourceHand     = "hand"     // typed in
	SourceImport   = "import"   // from a file
	SourcePlatform = "platform" // the platform says so
)

// Given (填报数) is a figure that a person gave.
type Given struct {
	N      int64  `json:"n"`
	Source string `json:"source"` // hand, import
	At     int64  `json:"at"`
	By     string `json:"by"`
}

// ReachDay (日数据) is what the platform says of what was published on one day.
type ReachDay struct {
	Figures map[string]int64 `json:"figures"`
	At      int64            `json:"at"`
}

// Counted (台账统计) is what the ledger knows.
type Counted struct {
	Items    int64 `json:"items"`    // shown at least once
	Posts    int64 `json:"posts"`    // times that something was shown, corrections included
	Original int64 `json:"original"` // of the items: 本机关制发
	Reposted int64 `json:"reposted"` // of the items: 转载
	At       int64 `json:"at"`
}

// Reach (传播数据) is one outlet in one month. Its id is "<outlet>.<2026-11>".
type Reach struct {
	store.Meta
	Outlet  string              `json:"outlet"`
	Month   string              `json:"month"` // Beijing time
	Counted Counted             `json:"counted"`
	Hand    map[string]Given    `json:"hand,omitempty"`  // by name; it counts, whatever the platform says
	Days    map[string]ReachDay `json:"days,omitempty"`  // by "d01"
	Error   string              `json:"error,omitempty"` // code of the last failure to ask the platform
}

// Figure (指标值) is a figure as it counts.
type Figure struct {
	N      int64  `json:"n"`
	Source string `json:"source" doc:"hand, import, platform"`
	At     int64  `json:"at" doc:"When it was given, or last asked for"`
	By     string `json:"by,omitempty" doc:"Who gave it"`
	Says   *int64 `json:"platform_says,omitempty" doc:"What the platform says, where a person says otherwise"`
}

// Figure gives the figure of a name; ok is false where nobody gave one.
func (r Reach) Figure(name string) (f Figure, ok bool) {
	told := false
	for _, d := range r.Days {
		if n, is := d.Figures[name]; is {
			f.N, f.At, told = f.N+n, max(f.At, d.At), true
		}
	}
	f.Source = SourcePlatform
	g, given := r.Hand[name]
	if !given {
		return f, told
	}
	by := Figure{N: g.N, Source: g.Source, At: g.At, By: g.By}
	if said := f.N; told && said != g.N {
		by.Says = &said
	}
	return by, true
}

// Reaches keeps the figures.
type Reaches struct {
	docs *store.Collection[Reach]
	now  gongkai.Clock
}

// OpenReaches declares the figures in db.
func OpenReaches(ctx context.Context, db store.DB, now gongkai.Clock) (*Reaches, error) {
	docs, err := store.Use[Reach](ctx, db, store.Spec[Reach]{Name: "reach", Schema: 1, Indexes: []store.Index{{Name: "month", Fields: []string{"month"}}}})
	return &Reaches{docs, now}, err
}

func reachID(outlet, month string) string { return outlet + "." + month }

var monthForm = regexp.MustCompile(`^20[0-9]{2}-(0[1-9]|1[0-2])$`)

// monthOf is the month of a time in Beijing.
func monthOf(at time.Time) string { return at.In(content.Shanghai).Format("2006-01") }

const maxFigure = 1_000_000_000_000

// ReachEntry (填报) is what a person says of one outlet and month.
type ReachEntry struct {
	Outlet  string
	Month   string
	Figures map[string]int64 // by name
	Source  string           // hand, import
	By      string
}

// wrong is what cannot be in an entry.
func (e ReachEntry) wrong(now time.Time) (out []gongkai.Detail) {
	bad := func(where, zh, en string) {
		out = append(out, gongkai.Detail{Where: where, Code: "bad_figure", Zh: zh, En: en})
	}
	switch {
	case !monthForm.MatchString(e.Month):
		bad("month", "月份应如 2026-11", "the month must be such as 2026-11")
	case e.Month > monthOf(now):
		bad("month", "该月份尚未开始", "the month has not begun")
	}
	for _, f := range ReachFigures {
		if n := e.Figures[f.Name]; n < 0 || n > maxFigure {
			bad(f.Name, f.Zh+"应为不小于零的整数", f.En+": must be a whole number of zero or more")
		}
	}
	return out
}

// Put writes what a person says: all of it at once if whole, else what is named.
// What is no more said by hand is the platform's to say again.
func (r *Reaches) Put(ctx context.Context, e ReachEntry, whole bool) (Reach, error) {
	now, _, err := r.put(ctx, e, whole)
	return now, err
}

// put is Put, and gives what people said before.
func (r *Reaches) put(ctx context.Context, e ReachEntry, whole bool) (now Reach, before map[string]Given, err error) {
	if wrong := e.wrong(r.now()); wrong != nil {
		return Reach{}, nil, gongkai.E(gongkai.Invalid, "bad_figures", "传播数据不合规", "the figures cannot be right", wrong...)
	}
	now, err = r.change(ctx, e.Outlet, e.Month, func(doc *Reach) error {
		before = doc.Hand
		hand := map[string]Given{}
		for name, g := range doc.Hand {
			if _, again := e.Figures[name]; again || !whole {
				hand[name] = g
			}
		}
		for name, n := range e.Figures {
			if g, same := hand[name]; !same || g.N != n || g.Source != e.Source && e.Source == SourceHand { // a file that says the same says nothing new
				hand[name] = Given{n, e.Source, gongkai.Millis(r.now()), e.By}
			}
		}
		if maps.Equal(hand, doc.Hand) {
			return store.ErrUnchanged
		}
		doc.Hand = hand
		return nil
	})
	return now, before, err
}

// undo takes back what was put just now, unless somebody has changed it since.
func (r *Reaches) undo(ctx context.Context, put Reach, before map[string]Given) error {
	if put.Rev == 1 { // there was nothing
		if err := r.docs.Delete(ctx, put.ID, put.Rev); !gongkai.Is(err, gongkai.Conflict) {
			return err
		}
	}
	_, err := r.docs.Update(ctx, put.ID, 0, func(doc *Reach) error {
		if maps.Equal(doc.Hand, before) || !maps.Equal(doc.Hand, put.Hand) {
			return store.ErrUnchanged
		}
		doc.Hand = before
		return nil
	})
	return err
}

func (r *Reaches) change(ctx context.Context, outlet, month string, change func(*Reach) error) (Reach, error) {
	return r.docs.Upsert(ctx, reachID(outlet, month), func(doc *Reach, _ bool) error {
		doc.Outlet, doc.Month = outlet, month
		return change(doc)
	})
}

// get reads one month of an outlet; nothing is known of one that is not there.
func (r *Reaches) get(ctx context.Context, outlet, month string) (Reach, error) {
	doc, err := r.docs.Get(ctx, reachID(outlet, month))
	if gongkai.Is(err, gongkai.Missing) {
		return Reach{Outlet: outlet, Month: month}, nil
	}
	return doc, err
}

// maxMonths is the longest period that is asked for at once.
const maxMonths = 36

// Months are those from one to another, both included. "" are January of this
// year, and this month.
func (r *Reaches) Months(from, to string) (months []string, err error) {
	now := r.now().In(content.Shanghai)
	if to == "" {
		to = monthOf(now)
	}
	if from == "" {
		from = fmt.Sprintf("%04d-01", now.Year())
	}
	for at := from; monthForm.MatchString(from) && monthForm.MatchString(to) && at <= to && len(months) <= maxMonths; at = next(at) {
		months = append(months, at)
	}
	if len(months) == 0 || len(months) > maxMonths {
		return nil, gongkai.E(gongkai.Invalid, "months", "起止月份应如 2026-01、2026-11，先后有序，最多 36 个月", "the months must be such as 2026-01 and 2026-11, in their order, 36 at most")
	}
	return months, nil
}

// next is the month after one.
func next(month string) string { return monthStart(month).AddDate(0, 1, 0).Format("2006-01") }

// monthStart is the beginning of a month in Beijing; zero of what is none.
func monthStart(month string) time.Time {
	at, err := time.ParseInLocation("2006-01", month, content.Shanghai)
	if err != nil {
		return time.Time{}
	}
	return at
}

// Of lists what is known of these months, by outlet and month.
func (r *Reaches) Of(ctx context.Context, months []string) ([]Reach, error) {
	all, err := content.All(ctx, r.docs, store.Gte("month", months[0]), store.Lte("month", months[len(months)-1]))
	slices.SortFunc(all, func(a, b Reach) int { return strings.Compare(a.ID, b.ID) })
	return all, err
}
