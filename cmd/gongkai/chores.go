// What workers tidy up now and then.

package main

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"gongkai/audit"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/notify"
	"gongkai/policy"
)

const (
	hourly  = time.Hour
	nightly = 24 * time.Hour
)

// slice is how long the re-scan of the stock reads in one go; a chore that takes
// an hour is cut off.
const slice = 50 * time.Minute

// rescan reads a part of what is public again.
func (a *app) rescan(ctx context.Context) error {
	done, err := a.engine.Rescan(ctx, time.Now().Add(slice))
	if err == nil && !done {
		return jobs.ErrMore
	}
	return err
}

// recountSlice is how long deadlines are counted anew before other chores have
// their turn.
const recountSlice = 20 * time.Second

// recount counts deadlines anew where the calendar or a column has changed.
func (a *app) recount(ctx context.Context) error {
	_, err := a.engine.Recount(ctx, time.Now().Add(recountSlice))
	return err
}

// countStuck counts what waits for somebody whom there is not.
func (a *app) countStuck(ctx context.Context) error {
	return a.engine.CountStuck(ctx, time.Now().Add(recountSlice))
}

// expireGrants says in the trail which grants nobody confirmed in time, and
// takes them away.
func (a *app) expireGrants(ctx context.Context) error {
	return a.policy.ExpirePending(ctx, func(p policy.Pending) error {
		if err := a.notices.Over(ctx, notify.GrantAsked, p.Asking()); err != nil {
			return err
		}
		return a.trail.Append(ctx, audit.Entry{Actor: nightWorker.ID, ActorName: nightWorker.Name, Act: policy.GrantManage, Object: "user/" + p.User, Unit: p.Unit,
			Key: "grant.expired." + p.ID + "." + strconv.FormatInt(p.Expires, 10), Detail: map[string]string{"what": "expire", "role": p.Role, "asked_by": p.By, "pending": p.ID}})
	})
}

// copyKinds copies out the kinds whose change nobody told, built-in ones of
// another version of the program among them.
func (a *app) copyKinds(ctx context.Context) error {
	all, err := content.All(ctx, a.content.Kinds)
	for _, k := range all {
		if err = a.public.CopyKind(ctx, k); err != nil {
			break
		}
	}
	return err
}

func clockTime(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil
}

// sinceMidnight reads a time of day that was looked at before; none is left to
// the worker.
func sinceMidnight(s string) time.Duration {
	at, err := time.Parse("15:04", s)
	if err != nil {
		return 0
	}
	return cmp.Or(time.Duration(at.Hour())*time.Hour+time.Duration(at.Minute())*time.Minute, jobs.Midnight)
}

// reckon brings reach figures up to date.
func (a *app) reckon(ctx context.Context) error { return a.channels.Reckon(ctx, a.content, "") }

// bulkDays is how long one can read how a bulk resend went.
const bulkDays = 90

// tidyBulks forgets bulk acts of long ago, and frees what no pause holds any more.
func (a *app) tidyBulks(ctx context.Context) error {
	return errors.Join(a.ledger.ForgetBulks(ctx, time.Now().AddDate(0, 0, -bulkDays)), a.channels.Left(ctx, a.ledger, nightWorker))
}

// chores are the same in every process that pays.
func (a *app) chores(ctx context.Context) ([]jobs.Chore, error) {
	requests, err := content.OpenRequests(ctx, a.content)
	if err != nil {
		return nil, err
	}
	if err := a.differences.Start(ctx); err != nil {
		return nil, err
	}
	all := []jobs.Chore{
		{Name: "sessions", Every: hourly, Run: a.accounts.Prune},
		{Name: "deadlines", Every: time.Minute, Run: a.recount},
		{Name: "mergers", Every: time.Minute, Run: a.mergeUnits},
		{Name: "stuck", Every: hourly, Run: a.countStuck},
		{Name: "requests", Every: nightly, Run: requests.Prune},
		{Name: "looks", Every: nightly, Run: a.engine.ForgetLooks},
		{Name: "presence", Every: nightly, Run: a.engine.ForgetPresence},
		{Name: "pending grants", Every: hourly, Run: a.expireGrants},
		{Name: "interrupted acts", Every: hourly, Run: a.trail.TellInterrupted},
		{Name: "old secrets", Every: hourly, Run: a.subscribers.ForgetSecrets},
		{Name: "bulk acts", Every: nightly, Run: a.tidyBulks},
		{Name: "stalled deliveries", Every: 10 * time.Minute, Run: a.tellStalled},
		{Name: "public files", Every: nightly, Run: a.worker.RemoveLeftovers},
		{Name: "kinds", Every: hourly, Run: a.copyKinds},
		{Name: "sitemaps", Every: hourly, Run: a.public.FillVolumes},
		{Name: "changes", Every: hourly, Run: a.public.NumberOld},
		{Name: "terms", Every: hourly, Run: a.public.FillTerms},
		{Name: "reminders", Every: nightly, At: sinceMidnight(a.cfg.RemindAt), Run: a.remind},
		{Name: "notices", Every: nightly, Run: a.tidyNotices},
		{Name: "probe", Every: nightly, At: time.Hour, Run: a.probe},
		{Name: "originals", Every: nightly, At: 4 * time.Hour, Run: a.purgeOriginals},
		{Name: "reach", Every: nightly, At: 9 * time.Hour, Run: a.reckon}, // the platforms have counted the day before by eight
		{Name: "stock", Every: nightly, At: sinceMidnight(a.cfg.RescanAt), Run: a.rescan},
	}
	if a.signs(ctx) {
		all = append(all, jobs.Chore{Name: "checkpoint", Every: nightly, Run: a.checkpoint})
		if a.cfg.AuditKeep > 0 {
			all = append(all, jobs.Chore{Name: "trail", Every: nightly, Run: a.pruneTrail})
		}
	}
	if a.purge != nil {
		all = append(all, jobs.Chore{Name: "index", Every: nightly, CallBacks: true, Run: a.purge})
	}
	return all, nil
}
