// originals: unmasked texts and files whose retention is over.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/jobs"
	"gongkai/workflow"
)

// keeping (原件保存期) says for how long originals are kept; the public form, the
// signatures and the trail are not meant.
type keeping struct {
	OriginalsKeep        int `help:"Days for which unmasked texts and files of what was public are kept after the last act on it, 30 at least; 0: for ever. The public form stays." zh:"曾公开信息的原件（未遮掩的文稿和附件）自最后一次办理起保存的天数，至少 30；0 为永久保存。公开形式始终保留。" env:"GONGKAI_ORIGINALS_KEEP" default:"3650"`
	OriginalsKeepDropped int `help:"The same of what was rejected or given up and never public." zh:"未通过或者放弃、从未公开的信息，其原件保存的天数，至少 30；0 为永久保存。" env:"GONGKAI_ORIGINALS_KEEP_DROPPED" default:"1095"`
	OriginalsKeepUploads int `help:"Days for which an uploaded file is kept that no text names, 30 at least; 0: for ever." zh:"上传后未被任何文稿使用的附件保存的天数，至少 30；0 为永久保存。" env:"GONGKAI_ORIGINALS_KEEP_UPLOADS" default:"180"`
}

// leastKept is the shortest retention that can be set, and mostKept the longest.
const (
	leastKept = 30
	mostKept  = 36500
)

// Validate names the variable whose value is wrong.
func (k keeping) Validate() error {
	for _, one := range []struct {
		env  string
		days int
	}{{"GONGKAI_ORIGINALS_KEEP", k.OriginalsKeep}, {"GONGKAI_ORIGINALS_KEEP_DROPPED", k.OriginalsKeepDropped}, {"GONGKAI_ORIGINALS_KEEP_UPLOADS", k.OriginalsKeepUploads}} {
		if one.days != 0 && (one.days < leastKept || one.days > mostKept) {
			return wrongSetting(one.env, fmt.Sprintf("应为 0（永久保存）或 %d 到 %d（天）", leastKept, mostKept), fmt.Sprintf("must be 0 (for ever) or %d to %d (days)", leastKept, mostKept))
		}
	}
	return nil
}

// terms has the engine keep originals as long.
func (k keeping) terms(e *workflow.Engine) {
	e.Terms = workflow.Terms{Released: k.OriginalsKeep, Dropped: k.OriginalsKeepDropped, Uploads: k.OriginalsKeepUploads}
}

// purgeSlice is how long originals are purged before other chores have their turn.
const purgeSlice = 20 * time.Minute

// purgeOriginals is the chore.
func (a *app) purgeOriginals(ctx context.Context) error {
	count, done, err := a.engine.Purge(ctx, gongkai.System.ID, time.Now().Add(purgeSlice), a.recordUploads(nightWorker))
	if count != (workflow.PurgeCount{}) {
		a.log.Info("originals purged", "items", count.Items, "uploads", count.Uploads, "failed", count.Failed)
	}
	if err == nil && !done {
		return jobs.ErrMore
	}
	return err
}

// recordUploads writes files that nobody used into the trail, before they go.
func (a *app) recordUploads(by gongkai.Actor) func(context.Context, string, map[string]string) error {
	return func(ctx context.Context, key string, detail map[string]string) error {
		return a.trail.Append(ctx, audit.Entry{Actor: by.ID, ActorName: by.Name, Act: "original.purge", Object: "originals", Key: key, Detail: detail})
	}
}

type originalsCmd struct {
	List  originalsList  `cmd:"" help:"What the nightly purge would take now, since when its retention runs, and how much it is; changes nothing."`
	Purge originalsPurge `cmd:"" help:"Do now what is done every night, and remove again what came back with an older copy of the files."`
}

type originalsFlags struct {
	dataFlag `embed:""`
	keeping  `embed:""`
}

// Validate looks at all settings that the commands take.
func (f originalsFlags) Validate() error {
	return errors.Join(f.dataFlag.Validate(), f.keeping.Validate())
}

func (f originalsFlags) open(ctx context.Context, s streams) (*app, error) {
	a, err := f.dataFlag.open(ctx, s)
	if err == nil {
		f.terms(a.engine)
	}
	return a, err
}

type originalsList struct {
	originalsFlags `embed:""`
	Kept           bool `help:"Only what is past its retention and stays nevertheless, and why."`
	JSON           bool `help:"One line of JSON for each item."`
}

// Run lists; it is the dry run of purge.
func (c originalsList) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	items, kept, bytes := 0, 0, int64(0)
	err = a.engine.EachPast(ctx, func(p workflow.PastOriginals) error {
		if p.Kept != nil {
			kept++
		} else {
			items, bytes = items+1, bytes+p.Bytes
		}
		if c.Kept != (p.Kept != nil) {
			return nil
		}
		return c.show(s, p)
	})
	if err != nil {
		return err
	}
	uploads, size, err := a.engine.UnusedUploads(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.errs, "到期 %d 条信息的原件（%s），未使用的附件 %d 个（%s）；另有 %d 条到期但须保留 / originals of %d items are past their retention (%s), and %d unused uploads (%s); %d more items are kept\n",
		items, mega(bytes), uploads, mega(size), kept, items, mega(bytes), uploads, mega(size), kept)
	return err
}

func (c originalsList) show(s streams, p workflow.PastOriginals) error {
	if c.JSON {
		return json.NewEncoder(s.out).Encode(p)
	}
	why := ""
	if p.Kept != nil {
		why = fmt.Sprintf("\n    保留 / kept: %s / %s", p.Kept.Zh, p.Kept.En)
	}
	_, err := fmt.Fprintf(s.out, "%s 《%s》 %s\n    %s 起满 %d 天：文稿 %d 份、附件 %d 个，%s / since %s, %d days are over: %d texts, %d files, %s%s\n", p.Item, p.Title, p.Class,
		workflow.Day(p.Since), p.Days, p.Revisions, p.Files, mega(p.Bytes), workflow.Day(p.Since), p.Days, p.Revisions, p.Files, mega(p.Bytes), why)
	return err
}

// mega is a size for people.
func mega(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)) }

type originalsPurge struct {
	originalsFlags `embed:""`
	DryRun         bool `help:"List what would go, and change nothing."`
}

// Run purges beside a running serve: two at once do no harm.
func (c originalsPurge) Run(ctx context.Context, s streams) error {
	if c.DryRun {
		return originalsList{originalsFlags: c.originalsFlags}.Run(ctx, s)
	}
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	last, err := a.content.LastRestore(ctx)
	if err = errors.Join(err, jobs.Held(last)); err != nil {
		return err
	}
	back, err := a.content.Files.PurgeAgain(ctx)
	if err != nil {
		return err
	}
	count, _, err := a.engine.Purge(ctx, operator.ID, time.Now().Add(24*time.Hour), a.recordUploads(operator))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "已清除 %d 条信息的原件、%d 个未使用的附件，再次清除 %d 个恢复出来的附件；%d 条未能清除 / originals of %d items and %d unused uploads were purged, %d files that had come back were removed; %d items could not be purged\n",
		count.Items, count.Uploads, back, count.Failed, count.Items, count.Uploads, back, count.Failed)
	if err == nil && count.Failed > 0 {
		return exit{1}
	}
	return err
}
