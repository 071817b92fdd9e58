// audit export and prune: copies of the trail that verify by themselves, and
// taking old entries out.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/content"
)

type auditExport struct {
	auditFlags `embed:""`
	Out        string `help:"File to write; it must not be there yet. None: standard output." type:"path" placeholder:"FILE"`
	Format     string `help:"jsonl, with checkpoints and digests; or csv, for a spreadsheet." enum:"jsonl,csv" default:"jsonl"`
	From       string `help:"First day, as 2026-01-31." placeholder:"DAY"`
	To         string `help:"Last day." placeholder:"DAY"`
	Actor      string `help:"Only what this person or key did (id)." placeholder:"ID"`
	Object     string `help:"Only what concerns this, such as item/ID." placeholder:"OBJECT"`
	Unit       string `help:"Only this unit." placeholder:"ID"`
	Act        string `help:"Only this act." placeholder:"ACT"`
}

// Run writes the export; before it the head is signed, if it can be, so that a
// signature covers all of it.
func (c auditExport) Run(ctx context.Context, s streams) error {
	f := audit.Filter{Actor: c.Actor, Object: c.Object, Unit: c.Unit, Act: c.Act}
	var err error
	if f.From, f.To, err = days(c.From, c.To); err != nil {
		return err
	}
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	detail := map[string]string{"format": c.Format, "from": c.From, "to": c.To, "actor": c.Actor, "object": c.Object, "unit": c.Unit, "act": c.Act}
	if err := a.trail.Append(ctx, audit.Entry{Actor: operator.ID, ActorName: operator.Name, Act: audit.ActExport, Object: "audit", Detail: detail}); err != nil {
		return err
	}
	signed, err := a.signBefore(ctx)
	if err != nil {
		_, _ = fmt.Fprintf(s.errs, "未能先签署检查点，最近的条目没有签名 / no checkpoint could be signed before, so that no signature covers the newest entries: %s\n", gongkai.CodeOf(err))
	}
	f.UpTo = signed.N
	n, err := toFile(c.Out, s.out, func(w io.Writer) (int64, error) { return a.trail.Export(ctx, w, c.Format, f) })
	if err == nil {
		_, _ = fmt.Fprintf(s.errs, "已导出 %d 条 / %d entries exported\n", n, n)
	}
	return err
}

// signBefore signs the head, so that a signature covers what is exported.
func (a *app) signBefore(ctx context.Context) (audit.Checkpoint, error) {
	key, err := a.auditKey(ctx, false)
	if err != nil {
		return audit.Checkpoint{}, err
	}
	return a.trail.Sign(ctx, audit.Signing{Key: key, By: operator})
}

// days are the first and the last moment of two days in the time of the offices.
func days(from, to string) (first, last int64, err error) {
	for _, d := range []struct {
		day  string
		at   *int64
		plus time.Duration
	}{{from, &first, 0}, {to, &last, 24*time.Hour - time.Millisecond}} {
		if d.day == "" {
			continue
		}
		at, err := time.ParseInLocation("2006-01-02", d.day, content.Shanghai)
		if err != nil {
			return 0, 0, gongkai.E(gongkai.Invalid, "day", "日期应写作 2026-01-31", "write a day as 2026-01-31")
		}
		*d.at = gongkai.Millis(at.Add(d.plus))
	}
	return first, last, nil
}

// toFile writes to a new file, which is whole on the disk when it bears its name:
// it is written beside it. Without a name it writes to out.
func toFile(name string, out io.Writer, write func(io.Writer) (int64, error)) (int64, error) {
	if name == "" {
		return write(out)
	}
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) { // before anything is read
		return 0, exportFile(name, err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*.part")
	if err != nil {
		return 0, exportFile(name, err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	n, err := write(f)
	closed := errors.Join(f.Sync(), f.Close())
	switch {
	case err != nil:
		return n, err
	case closed != nil:
		return n, exportFile(name, closed)
	}
	if err := publish(f.Name(), name); err != nil {
		return n, exportFile(name, err)
	}
	return n, nil
}

func exportFile(name string, err error) error {
	return gongkai.E(gongkai.Unavailable, "export_file", "导出文件无法读写，或已存在："+name, "the file of the export cannot be read or written, or is there already: "+name).Because(err)
}

// offline verifies an export; no store is opened.
func (c auditVerify) offline(s streams, kept audit.Evidence) error {
	f, err := os.Open(c.Export)
	if err != nil {
		return exportFile(c.Export, err)
	}
	defer func() { _ = f.Close() }()
	kept.Keys = c.PublicKey
	r, err := audit.VerifyExport(f, kept)
	if err != nil {
		return err
	}
	for _, p := range r.Problems {
		_, _ = fmt.Fprintf(s.out, "%s / %s\n", p.Zh, p.En)
	}
	noteKeys(s, r.Checkpoints, kept)
	if !r.OK() {
		return exit{1}
	}
	switch {
	case r.Entries == 0:
		_, _ = fmt.Fprintln(s.out, "导出中没有条目 / the export has no entries")
	case !r.Whole:
		_, _ = fmt.Fprintf(s.out, "导出为节选，%d 条均与各自的散列相符；是否齐全、是否在链上，须与完整导出核对 / an excerpt: each of its %d entries fits its own hash; whether all are there, and in the chain, only a whole export shows\n", r.Entries, r.Entries)
	case r.Signed < r.Last:
		_, _ = fmt.Fprintf(s.out, "导出完整（第 %d 至 %d 条），其中第 %d 条以后没有签名 / the export is whole (entries %d to %d); no signature covers what comes after %d\n", r.First, r.Last, r.Signed, r.First, r.Last, r.Signed)
	default:
		_, _ = fmt.Fprintf(s.out, "导出完整，均有签名为证 / the export is whole and signed: entries %d to %d, checkpoints: %d\n", r.First, r.Last, r.Checkpoints)
	}
	return nil
}

type auditPrune struct {
	auditFlags `embed:""`
	Keep       int    `help:"Days that entries are kept; 183 at least." default:"183"`
	Export     string `help:"Write what goes to this file before; it must not be there yet." type:"path" placeholder:"FILE"`
	DryRun     bool   `help:"Only say what would go."`
}

// Validate refuses what no rule allows.
func (c auditPrune) Validate() error { return keptDays(c.Keep) }

// Run takes old entries out.
func (c auditPrune) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	if _, err := a.trail.FinishPruning(ctx); err != nil {
		return err
	}
	begin, err := a.trail.Prunable(ctx, daysLong(c.Keep))
	if err != nil {
		return err
	}
	if c.DryRun {
		_, err = fmt.Fprintf(s.out, "可剪除至第 %d 条 / entries up to %d would go\n", begin.BeginN, begin.BeginN)
		return err
	}
	key, err := a.auditKey(ctx, false)
	if err != nil {
		return err
	}
	if c.Export != "" {
		if err := a.exportOld(ctx, c.Export, begin); err != nil {
			return err
		}
	}
	p, err := a.trail.Prune(ctx, begin, audit.Signing{Key: key, By: operator})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "已剪除 %d 条，至第 %d 条；签署检查点 %d / %d entries taken out, up to %d; checkpoint %d says so\n", p.Count, p.BeginN, p.Seq, p.Count, p.BeginN, p.Seq)
	return err
}

// exportOld writes what is about to go, and says so in the trail.
func (a *app) exportOld(ctx context.Context, name string, begin audit.Begin) error {
	if err := a.trail.Append(ctx, audit.Entry{Actor: operator.ID, ActorName: operator.Name, Act: audit.ActExport, Object: "audit", Detail: map[string]string{"format": audit.JSONL, "up_to": fmt.Sprint(begin.BeginN)}}); err != nil {
		return err
	}
	if _, err := a.signBefore(ctx); err != nil {
		return err
	}
	_, err := toFile(name, nil, func(w io.Writer) (int64, error) {
		return a.trail.Export(ctx, w, audit.JSONL, audit.Filter{UpTo: begin.BeginN})
	})
	return err
}

func daysLong(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// keptDays is a retention that the rules allow.
func keptDays(n int) error {
	if least := int(audit.MinKeep / (24 * time.Hour)); n < least {
		return gongkai.E(gongkai.Invalid, "audit_keep", fmt.Sprintf("审计日志至少须保留六个月（%d 天）", least), fmt.Sprintf("the trail is kept for six months at least (%d days)", least))
	}
	return nil
}

// pruneTrail is the chore: what is older than the setting says goes every night.
func (a *app) pruneTrail(ctx context.Context) error {
	if _, err := a.trail.FinishPruning(ctx); err != nil {
		return err
	}
	begin, err := a.trail.Prunable(ctx, daysLong(a.cfg.AuditKeep))
	if gongkai.CodeOf(err) == "audit_nothing_to_prune" {
		return nil
	}
	if err != nil {
		return err
	}
	key, err := a.auditKey(ctx, false)
	if err != nil {
		return err
	}
	p, err := a.trail.Prune(ctx, begin, audit.Signing{Key: key, By: nightWorker})
	if err == nil {
		a.logCheckpoint(p.Checkpoint)
	}
	if gongkai.CodeOf(err) == "audit_nothing_to_prune" { // another process did
		return nil
	}
	return err
}
