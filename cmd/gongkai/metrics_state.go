// How things stand: figures that cost a look, taken when somebody asks and kept
// for some seconds.

package main

import (
	"context"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gongkai/channel"
	"gongkai/store"
)

// reading is one figure, or one per value of a label. What cannot be read is
// absent: gongkai_part_up says which part is away.
type reading struct {
	name, help string
	labels     []string
	read       func(context.Context) ([]figure, error)
}

type figure struct {
	value  float64
	labels []string
}

// one is a figure without labels.
func one[N int | int64 | float64](value N, err error) ([]figure, error) {
	return []figure{{value: float64(value)}}, err
}

// Bounds of a look at how things stand.
const (
	readLimit = 3 * time.Second
	keepFor   = 5 * time.Second
)

// standing (现状) reads its readings at once, and not more often than every
// some seconds, however many ask.
type standing struct {
	readings []reading
	descs    []*prometheus.Desc

	mu   sync.Mutex
	at   time.Time
	last [][]figure
}

func newStanding(readings []reading) *standing {
	s := &standing{readings: readings}
	for _, r := range readings {
		s.descs = append(s.descs, prometheus.NewDesc(r.name, r.help, r.labels, nil))
	}
	return s
}

// Describe implements prometheus.Collector.
func (s *standing) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range s.descs {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (s *standing) Collect(ch chan<- prometheus.Metric) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.at) > keepFor {
		s.last, s.at = s.look(), time.Now()
	}
	for i, figures := range s.last {
		for _, f := range figures {
			ch <- prometheus.MustNewConstMetric(s.descs[i], prometheus.GaugeValue, f.value, f.labels...)
		}
	}
}

// look reads everything side by side. Who is late is left out.
func (s *standing) look() [][]figure {
	ctx, cancel := context.WithTimeout(context.Background(), readLimit)
	defer cancel()
	answers := make([]chan []figure, len(s.readings))
	for i, r := range s.readings {
		answers[i] = make(chan []figure, 1)
		go func() {
			figures, err := r.read(ctx)
			if err != nil {
				figures = nil
			}
			answers[i] <- figures
		}()
	}
	out := make([][]figure, len(s.readings))
	for i := range answers {
		select {
		case out[i] = <-answers[i]:
		case <-ctx.Done():
		}
	}
	return out
}

// readings are those that the parts of this process can give.
func (a *app) readings() (all []reading) {
	if a.worker != nil {
		all = append(all, a.debts()...)
	}
	if a.engine != nil {
		all = append(all, a.itemReadings()...)
	}
	if a.ledger != nil {
		all = append(all, reading{"gongkai_deliveries_stalled", "Deliveries that wait for a person.", []string{"channel_kind"}, func(ctx context.Context) ([]figure, error) {
			n, err := a.ledger.Stalled(ctx)
			return byLabel(n, err)
		}})
	}
	if a.channels != nil {
		all = append(all, a.pauses()...)
	}
	if a.ledger != nil {
		all = append(all, reading{"gongkai_call_back_oldest_seconds", "How long the oldest place is waited for that is to show nothing of an item any more; 0: all are known to be gone.", nil, func(ctx context.Context) ([]figure, error) {
			oldest, err := a.ledger.OldestCallBack(ctx)
			return one(oldest.Seconds(), err)
		}})
	}
	if a.differences != nil {
		all = append(all, a.probed()...)
	}
	if a.notices != nil {
		all = append(all, reading{"gongkai_letters", "Mails and messages to chats that wait, or were given up, counted up to 10,000.", []string{"state"}, func(ctx context.Context) ([]figure, error) {
			n, err := a.notices.Counted(ctx)
			return byLabel(n, err)
		}})
	}
	if a.trail != nil {
		all = append(all, reading{"gongkai_audit_entries", "Entries of the audit trail.", nil, func(ctx context.Context) ([]figure, error) {
			head, err := a.trail.Head(ctx)
			return one(head.N, err)
		}})
	}
	if a.trail != nil {
		all = append(all, reading{"gongkai_audit_checkpoint_timestamp_seconds", "Since when nothing of the audit trail is signed: when its last checkpoint was, or when its first entry came; Unix time.", nil, func(ctx context.Context) ([]figure, error) {
			at, err := a.trail.SignedAt(ctx)
			if at == 0 {
				return nil, err
			}
			return one(float64(at)/1000, err)
		}})
	}
	if a.accounts != nil {
		all = append(all, reading{"gongkai_sessions", "Sessions that have not reached their end, idle ones included.", nil, func(ctx context.Context) ([]figure, error) {
			return one(a.accounts.Sessions(ctx))
		}})
	}
	if a.queue != nil {
		all = append(all, reading{"gongkai_queue_length", "Hints in the queue.", []string{"queue", "state"}, a.queueLengths})
	}
	if a.public != nil {
		all = append(all, reading{"gongkai_public_change_timestamp_seconds", "When the newest change of a page was made, as this process reads it; Unix time.", nil, a.newestChange})
	}
	return append(all,
		reading{"gongkai_part_up", "Whether a part answers: 1, or 0.", []string{"part"}, a.partsUp},
		reading{"gongkai_clock_skew_seconds", "How far this machine's clock is ahead of MongoDB's or Redis'; 0 where neither is used.", nil, func(context.Context) ([]figure, error) {
			return one(time.Duration(a.clock.skew.Load()).Seconds(), nil)
		}},
		reading{"gongkai_data_free_bytes", "Room left on the disk of the data folder.", nil, func(context.Context) ([]figure, error) { return a.disk(true) }},
		reading{"gongkai_data_size_bytes", "Size of the disk of the data folder.", nil, func(context.Context) ([]figure, error) { return a.disk(false) }})
}

// yes counts one.
func yes(is bool) int {
	if is {
		return 1
	}
	return 0
}

// pauses say which channels somebody paused, what waits for them, and which are
// left alone.
func (a *app) pauses() []reading {
	each := func(count func(context.Context, channel.Known) (int, error)) func(context.Context) ([]figure, error) {
		return func(ctx context.Context) ([]figure, error) {
			counts := map[string]int{}
			for _, kind := range channel.Kinds {
				counts[kind] = 0
			}
			all, err := a.channels.All(ctx)
			for _, c := range all {
				n, err := count(ctx, c)
				if err != nil {
					return nil, err
				}
				counts[c.Kind] += n
			}
			return byLabel(counts, err)
		}
	}
	return []reading{
		{"gongkai_channels_paused", "Channels that somebody paused.", []string{"channel_kind"}, each(func(_ context.Context, c channel.Known) (int, error) { return yes(c.Paused != nil), nil })},
		{"gongkai_channels_resting", "Channels that a worker leaves alone for a while: they failed again and again, or asked for it.", []string{"channel_kind"}, each(func(_ context.Context, c channel.Known) (int, error) { return yes(c.Rests != nil), nil })},
		{"gongkai_deliveries_held", "Deliveries that wait for a paused channel, counted up to 10,000 of each.", []string{"channel_kind"}, each(func(ctx context.Context, c channel.Known) (int, error) {
			if c.Paused == nil {
				return 0, nil
			}
			return a.ledger.CountHeld(ctx, c.ID, countBound)
		})},
	}
}

func byLabel(counts map[string]int, err error) (out []figure, _ error) {
	for label, n := range counts {
		out = append(out, figure{float64(n), []string{label}})
	}
	return out, err
}

// debts are two figures of one look.
func (a *app) debts() []reading {
	owed := func(pick func(due int, oldest time.Duration) float64) func(context.Context) ([]figure, error) {
		return func(ctx context.Context) (out []figure, err error) {
			all, err := a.worker.Owed(ctx)
			for kind, d := range all {
				out = append(out, figure{pick(d.Due, d.Oldest), []string{kind}})
			}
			return out, err
		}
	}
	return []reading{
		{"gongkai_debts_due", "Debts that are due now.", []string{"kind"}, owed(func(due int, _ time.Duration) float64 { return float64(due) })},
		{"gongkai_oldest_debt_seconds", "Age of the oldest debt, however often it was put off; 0: nothing is owed.", []string{"kind"}, owed(func(_ int, oldest time.Duration) float64 { return oldest.Seconds() })},
	}
}

// itemReadings say what is late, and how the re-scan of the public stock stands.
func (a *app) itemReadings() []reading {
	return []reading{
		{"gongkai_items_overdue", "Items that are not public although their deadline is over, counted up to 10,000.", nil, func(ctx context.Context) ([]figure, error) {
			return one(a.engine.Overdue(ctx))
		}},
		{"gongkai_items_stuck", "Items that wait for somebody whom there is not, as counted within the last hours.", nil, func(ctx context.Context) ([]figure, error) {
			n, known, err := a.engine.StuckCount(ctx)
			if !known {
				return nil, err
			}
			return one(n, err)
		}},
		{"gongkai_later_reviews_overdue", "Items whose later review of an emergency release is overdue, counted up to 10,000.", nil, func(ctx context.Context) ([]figure, error) {
			return one(a.engine.LaterOverdue(ctx))
		}},
		{"gongkai_interpretations_overdue", "Items that were released without an interpretation, and whose interpretation is overdue, counted up to 10,000.", nil, func(ctx context.Context) ([]figure, error) {
			return one(a.engine.InterpretationsOverdue(ctx))
		}},
		{"gongkai_signed_dates_overdue", "Public items whose signed text says a day that has come, and that nobody has marked or scheduled, counted up to 10,000.", nil, func(ctx context.Context) ([]figure, error) {
			return one(a.engine.DatesOverdue(ctx))
		}},
		{"gongkai_schedules_overdue", "Items with a schedule that is due and not done, counted up to 10,000.", nil, func(ctx context.Context) ([]figure, error) {
			return one(a.engine.ScheduledLate(ctx))
		}},
		{"gongkai_originals_due", "Items whose originals are past their retention, those that are kept nevertheless included, counted up to 10,000 of each class.", nil, func(ctx context.Context) ([]figure, error) {
			return one(a.engine.PastRetention(ctx))
		}},
		{"gongkai_stock_hits", "Public items in which today's rules find something that nobody has settled.", nil, func(ctx context.Context) ([]figure, error) {
			return one(a.engine.OpenHits(ctx))
		}},
		{"gongkai_stock_scan_timestamp_seconds", "When the last whole re-scan of the public stock ended; Unix time.", nil, func(ctx context.Context) ([]figure, error) {
			p, err := a.engine.Stock(ctx)
			if p.Ended == 0 {
				return nil, err
			}
			return one(float64(p.Ended)/1000, err)
		}},
	}
}

func (a *app) queueLengths(ctx context.Context) (out []figure, err error) {
	lengths, err := a.queue.Lengths(ctx)
	for key, n := range lengths {
		queue, state, _ := strings.Cut(key, ".")
		out = append(out, figure{float64(n), []string{queue, state}})
	}
	return out, err
}

func (a *app) newestChange(ctx context.Context) ([]figure, error) {
	page, err := a.public.Pages.Find(ctx, store.Query{Sort: []string{"-changed"}, Limit: 1})
	for _, newest := range page.Docs {
		return one(float64(newest.Changed)/1000, nil)
	}
	return nil, err
}

func (a *app) partsUp(ctx context.Context) (out []figure, err error) {
	for part, up := range a.server.PartsUp(ctx) {
		f := figure{0, []string{part}}
		if up {
			f.value = 1
		}
		out = append(out, f)
	}
	return out, nil
}

// disk is the room on the disk of the data folder, if there is one.
func (a *app) disk(free bool) ([]figure, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(a.cfg.Data, &fs); err != nil {
		return nil, err
	}
	blocks := fs.Blocks
	if free {
		blocks = fs.Bavail
	}
	return one(float64(blocks)*float64(fs.Bsize), nil)
}
