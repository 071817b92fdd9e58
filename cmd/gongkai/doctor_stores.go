// doctor: stores, queue, index, trail, debts.

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
)

// store looks at a database that was opened: indexes, and its clock.
func (d *doctor) store(ctx context.Context, check string, db store.DB) {
	if d.failed(bad, check, db.Ping(ctx)) {
		return
	}
	mongo, ok := store.Under(db).(*store.Mongo)
	if !ok {
		d.say(fine, check, "可读写", "answers")
		return
	}
	differ, err := mongo.IndexDifferences(ctx)
	if d.failed(warn, check, err) {
		return
	}
	for _, one := range differ {
		d.say(warn, check, "索引 "+one.Where+"："+one.Zh, "index "+one.Where+": "+one.En)
	}
	if len(differ) == 0 {
		d.say(fine, check, "可读写，索引与声明一致", "answers, and its indexes are those declared")
	}
	at, err := mongo.Time(ctx)
	if !d.failed(warn, "clock", err) {
		d.clock("MongoDB", at)
	}
}

// The skew of clocks that matters: due times and leases are compared between
// machines, sessions and signatures of webhooks are judged by them.
const (
	skewed = 5 * time.Second
	off    = time.Minute
)

func (d *doctor) clock(of string, at time.Time) {
	skew := time.Since(at).Abs().Round(time.Millisecond)
	state := fine
	if skew > skewed {
		state = warn
	}
	if skew > off {
		state = bad
	}
	d.say(state, "clock", fmt.Sprintf("与 %s 的时钟相差 %s（应由 NTP 保持在 5 秒以内）", of, skew), fmt.Sprintf("differs from the clock of %s by %s (NTP should keep it under 5 s)", of, skew))
}

// restored tells of a restore that holds the workers.
func (d *doctor) restored(ctx context.Context) {
	last, err := d.app.content.LastRestore(ctx)
	if d.failed(bad, "restore", err) || d.failed(bad, "restore", jobs.Held(last)) {
		return
	}
	if last.Number > 0 {
		d.say(fine, "restore", fmt.Sprintf("上次恢复于 %s，世代 %d", time.UnixMilli(last.Ended).Format(time.DateTime), last.Epoch),
			fmt.Sprintf("last restored %s, epoch %d", time.UnixMilli(last.Ended).Format(time.DateTime), last.Epoch))
	}
}

// late is how old a debt may be before somebody should look.
const late = 15 * time.Minute

// owed looks for debts that nobody pays, and for deliveries that wait for a
// person.
func (d *doctor) owed(ctx context.Context) {
	w := &jobs.Worker{Content: d.app.content, Ledger: d.app.ledger, Now: time.Now}
	debts, err := w.Owed(ctx)
	if d.failed(bad, "debts", err) {
		return
	}
	due, oldest := 0, time.Duration(0)
	for _, one := range debts {
		due, oldest = due+one.Due, max(oldest, one.Oldest)
	}
	zh, en := fmt.Sprintf("待办 %d 件，最早的已 %s", due, oldest.Round(time.Second)), fmt.Sprintf("%d owed, the oldest for %s", due, oldest.Round(time.Second))
	if oldest > late {
		d.say(warn, "debts", zh+"：请确认 serve 或 worker 在运行，并查看其日志", en+": see that serve or a worker runs, and look at its log")
	} else {
		d.say(fine, "debts", zh, en)
	}
	stalled, err := d.app.ledger.Stalled(ctx)
	if d.failed(bad, "stalled", err) {
		return
	}
	for kind, n := range stalled {
		if n > 0 {
			d.say(warn, "stalled", fmt.Sprintf("%d 件投送（%s）多次失败，等待处理：gongkai deliveries list --state stalled，修复后 gongkai deliveries resend --state stalled --everything", n, kind),
				fmt.Sprintf("%d deliveries (%s) failed again and again and wait for a person: gongkai deliveries list --state stalled; mend, then gongkai deliveries resend --state stalled --everything", n, kind))
		}
	}
}

// trailTime bounds how long the trail is read: doctor is to be quick.
const trailTime = 10 * time.Second

func (d *doctor) trail(ctx context.Context) {
	head, err := d.app.trail.Head(ctx)
	if d.failed(bad, "trail", err) {
		return
	}
	limited, cancel := context.WithTimeout(ctx, trailTime)
	defer cancel()
	report, err := d.app.trail.VerifyAgainst(limited, audit.Evidence{Keys: d.app.ownPublicKey()})
	switch {
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		d.say(fine, "trail", fmt.Sprintf("共 %d 条，未及读完；完整核验请运行 gongkai audit verify", head.N), fmt.Sprintf("%d entries, too many to read here; gongkai audit verify reads all", head.N))
	case d.failed(bad, "trail", err):
	case !report.OK():
		d.say(bad, "trail", fmt.Sprintf("审计链有 %d 处问题，请运行 gongkai audit verify", len(report.Problems)), fmt.Sprintf("%d places are wrong in the trail: run gongkai audit verify", len(report.Problems)))
	default:
		d.say(fine, "trail", fmt.Sprintf("审计链完整，共 %d 条", report.Count), fmt.Sprintf("whole, %d entries", report.Count))
	}
}

// signedWithin is how old the last checkpoint may be: one is made every night.
const signedWithin = 50 * time.Hour

// signed looks whether the trail is still being signed.
func (d *doctor) signed(ctx context.Context) {
	last, any, err := d.app.trail.LastCheckpoint(ctx)
	age := d.now.Sub(time.UnixMilli(last.At)).Round(time.Minute)
	switch {
	case d.failed(warn, "signed", err):
	case !any:
		d.say(fine, "signed", "审计日志尚无检查点，每晚签署一次", "no checkpoint of the trail yet: one is signed every night")
	case age > signedWithin:
		d.say(warn, "signed", fmt.Sprintf("上个检查点签署于 %s 前：请在日志中查找 chore=checkpoint（密钥文件见 docs/audit.md）", age), fmt.Sprintf("the last checkpoint was signed %s ago: look for chore=checkpoint in the log (the key file: docs/audit.md)", age))
	default:
		d.say(fine, "signed", fmt.Sprintf("检查点 %d 签署于 %s 前", last.Seq, age), fmt.Sprintf("checkpoint %d was signed %s ago", last.Seq, age))
	}
}

// sampled is how many pages are looked up in the index.
const sampled = 200

// looks at the index, and the time between them. On a busy system something is
// on its way at every moment: only a difference that stays is said.
const (
	looks        = 4
	betweenLooks = 500 * time.Millisecond
)

// index compares the index with the pages. What is still owed to the index
// explains a difference.
func (d *doctor) index(ctx context.Context, restricted bool) {
	for look := 1; ; look++ {
		listed, indexed, wrong, err := d.compared(ctx)
		switch {
		case d.failed(bad, "search", err):
		case wrong == 0 && listed == indexed:
			d.say(fine, "search", fmt.Sprintf("索引与公开页面一致，共 %d 页", listed), fmt.Sprintf("agrees with the public pages, %d of them", listed))
		case look < looks && ctx.Err() == nil:
			time.Sleep(betweenLooks)
			continue
		case restricted && d.indexOwed(ctx):
			d.say(fine, "search", "尚有待办，索引待其完成后更新", "what is owed comes first: the index follows")
		default:
			d.say(warn, "search", fmt.Sprintf("公开页面 %d，索引 %d，抽查不一致 %d：请运行 gongkai index rebuild", listed, indexed, wrong),
				fmt.Sprintf("%d public pages, %d in the index, %d of a sample differ: run gongkai index rebuild", listed, indexed, wrong))
		}
		return
	}
}

// compared counts pages, documents of the index, and the differences in a
// sample of the newest, both ways.
func (d *doctor) compared(ctx context.Context) (listed, indexed, wrong int, err error) {
	if listed, err = d.listed(ctx); err != nil {
		return 0, 0, 0, err
	}
	found, err := d.app.index.Search(ctx, search.Query{Sort: search.SortNewest, Limit: search.MaxLimit})
	if err != nil {
		return 0, 0, 0, err
	}
	if indexed = found.Total; found.More {
		indexed = listed // it counts no further
	}
	return listed, indexed, d.strays(ctx, found.Hits) + d.missing(ctx), nil
}

// listed counts the public pages of all sites, no further than the index does.
func (d *doctor) listed(ctx context.Context) (n int, err error) {
	sites, err := content.All(ctx, d.app.public.Sites)
	for _, site := range sites {
		more, err := d.app.public.Pages.Count(ctx, []store.Cond{store.Eq("site", site.ID), store.Eq("listed", true)}, search.CountLimit)
		if err != nil {
			return n, err
		}
		n += more
	}
	return n, err
}

func (d *doctor) indexOwed(ctx context.Context) bool {
	w := &jobs.Worker{Content: d.app.content, Ledger: d.app.ledger, Now: time.Now}
	debts, err := w.Owed(ctx)
	return err == nil && debts[jobs.DebtItem].Due+debts[jobs.DebtDelivery].Due > 0
}

// strays counts hits whose pages show nothing.
func (d *doctor) strays(ctx context.Context, hits []search.Hit) (n int) {
	for _, h := range hits {
		page, err := d.app.public.Pages.Get(ctx, h.ID)
		if gongkai.Is(err, gongkai.Missing) || err == nil && page.State != publication.Shows {
			n++
		}
	}
	return n
}

// missing counts pages that show something which the index does not hold.
func (d *doctor) missing(ctx context.Context) (n int) {
	pages, err := d.app.public.Pages.Find(ctx, store.Query{Where: []store.Cond{store.Exists("changed")}, Sort: []string{"-changed"}, Limit: sampled})
	if err != nil {
		return 0
	}
	for _, p := range pages.Docs {
		h, err := d.app.index.Get(ctx, p.ID)
		there := err == nil
		if there != (p.State == publication.Shows) || there && p.State == publication.Shows && (h.Epoch != p.Epoch || h.Seq != p.Seq) {
			n++
		}
	}
	return n
}

// queue looks at Redis. The queue inside a serve needs none.
func (d *doctor) queue(ctx context.Context) {
	if d.cfg.RedisURL == "" {
		d.say(fine, "queue", "在 serve 进程内", "inside serve")
		return
	}
	q, err := jobs.OpenQueue(jobs.Options{URL: d.cfg.RedisURL, CA: d.cfg.RedisCA, Log: d.app.log})
	if d.failed(bad, "queue", err) {
		return
	}
	defer func() { _ = q.Close() }()
	if d.failed(warn, "queue", q.Ping(ctx)) { // nothing is lost without it
		return
	}
	d.say(fine, "queue", "Redis 可用", "Redis answers")
	at, err := q.Time(ctx)
	if !d.failed(warn, "clock", err) {
		d.clock("Redis", at)
	}
}
