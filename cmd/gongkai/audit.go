// audit: the trail from the command line.

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"gongkai"
	"gongkai/audit"
	"gongkai/workflow"
)

type auditCmd struct {
	Verify     auditVerify     `cmd:"" help:"Verify the chain of the trail and of every item: exit 0 whole, 1 tampered with."`
	Checkpoint auditCheckpoint `cmd:"" help:"Sign the head of the trail now; the checkpoint is one line of JSON, to be kept elsewhere."`
	Key        auditKey        `cmd:"" help:"Print the public key of the checkpoints, to be kept elsewhere."`
	Export     auditExport     `cmd:"" help:"Write the trail, or a part of it, to a file that verifies without the store."`
	Prune      auditPrune      `cmd:"" help:"Take out entries older than six months or more; a signed checkpoint says up to where."`
}

// auditFlags are what the commands of the trail need.
type auditFlags struct {
	dataFlag     `embed:""`
	AuditKeyFile string `help:"File of the key that signs checkpoints, if serve is given one." env:"GONGKAI_AUDIT_KEY_FILE" type:"path" placeholder:"FILE"`
}

func (f auditFlags) open(ctx context.Context, s streams) (*app, error) {
	a, err := f.dataFlag.open(ctx, s)
	if err == nil {
		a.cfg.AuditKeyFile = f.AuditKeyFile
	}
	return a, err
}

type auditKey struct {
	auditFlags `embed:""`
}

// Run prints the public half; the key is made if it was never there.
func (c auditKey) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	key, err := a.auditKey(ctx, false)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, audit.PublicKey(key))
	return err
}

type auditCheckpoint struct {
	auditFlags `embed:""`
	Out        string `help:"Append the line to this file, outside the data folder; none: print it." type:"path" placeholder:"FILE"`
	NewKey     bool   `help:"Sign with another key than before: the old one was lost or replaced."`
	Broken     bool   `help:"Sign although the trail does not continue what was signed last; the trail says so. Find out why first: audit verify."`
}

// Run signs; the file is opened before, so that what is signed is also kept.
func (c auditCheckpoint) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	if c.Out == "" {
		_, err := c.sign(ctx, a, s.out)
		return err
	}
	f, err := os.OpenFile(c.Out, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return keptFile(c.Out, err)
	}
	signed, err := c.sign(ctx, a, f)
	failed := errors.Join(f.Sync(), f.Close())
	switch {
	case err != nil:
		return err
	case failed != nil:
		return keptFile(c.Out, failed)
	}
	_, err = fmt.Fprintf(s.out, "已签署检查点 %d / signed checkpoint %d: %d entries, key %s\n", signed.Seq, signed.Seq, signed.N, signed.Key)
	return err
}

func (c auditCheckpoint) sign(ctx context.Context, a *app, out io.Writer) (signed audit.Checkpoint, err error) {
	key, err := a.auditKey(ctx, c.NewKey)
	if err != nil {
		return signed, err
	}
	if signed, err = a.trail.Sign(ctx, audit.Signing{Key: key, NewKey: c.NewKey, Broken: c.Broken, By: operator}); err != nil {
		return signed, err
	}
	if err := json.NewEncoder(out).Encode(signed); err != nil {
		return signed, keptFile(c.Out, err)
	}
	return signed, nil
}

func keptFile(path string, err error) error {
	return gongkai.E(gongkai.Unavailable, "checkpoint_file", "检查点文件无法读写："+path, "the file of checkpoints cannot be read or written: "+path).Because(err)
}

type auditVerify struct {
	auditFlags  `embed:""`
	Checkpoints string   `help:"File of checkpoints that were exported: finds a trail that was rewritten or cut together with its checkpoints." type:"path" placeholder:"FILE"`
	PublicKey   []string `help:"Key that signed them, as audit key printed it; may be repeated. None: that of the key file." placeholder:"KEY"`
	Export      string   `help:"Verify this export instead, without a store (give --public-key)." type:"path" placeholder:"FILE"`
}

// Run verifies the trail; reading it leaves no entry.
func (c auditVerify) Run(ctx context.Context, s streams) error {
	kept, err := c.evidence()
	if err != nil {
		return err
	}
	if c.Export != "" {
		return c.offline(s, kept)
	}
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	if kept.Keys = c.PublicKey; len(kept.Keys) == 0 {
		kept.Keys = a.ownPublicKey()
	}
	report, err := a.trail.VerifyAgainst(ctx, kept)
	if err != nil {
		return err
	}
	for _, p := range report.Problems {
		_, _ = fmt.Fprintf(s.out, "%s / %s\n", p.Zh, p.En)
	}
	items, broken, err := a.verifyItems(ctx, s.out)
	if err != nil {
		return err
	}
	noteKeys(s, report.Checkpoints, kept)
	if len(report.Problems)+broken > 0 {
		return exit{1}
	}
	_, _ = fmt.Fprintf(s.out, "审计链完整 / the trail is whole: %d entries, %d items; head %s; checkpoints: %d\n", report.Count, items, report.Head.Hash, report.Checkpoints)
	if report.Begin.N > 0 {
		_, _ = fmt.Fprintf(s.out, "第 %d 条及以前已按规定剪除，有签署的检查点为证 / entries up to %d were pruned, as a signed checkpoint says\n", report.Begin.N, report.Begin.N)
	}
	return nil
}

func noteKeys(s streams, checkpoints int, kept audit.Evidence) {
	if checkpoints > 0 && len(kept.Keys) == 0 {
		_, _ = fmt.Fprintln(s.errs, "注意：未给出公钥，签名只与检查点自带的公钥核对 / note: without a public key signatures were compared with the keys that the checkpoints themselves name")
	}
}

// verifyItems compares the chains of all items with the trail, and the trail
// with the items that there are.
func (a *app) verifyItems(ctx context.Context, out io.Writer) (count, broken int, err error) {
	begin, err := a.trail.Beginning(ctx)
	if err != nil {
		return 0, 0, err
	}
	count, chains, err := a.engine.VerifyItems(ctx, workflow.Copied{Hashes: a.trail.Copies, Until: begin.Until})
	if err != nil {
		return count, 0, err
	}
	for _, id := range chains {
		_, _ = fmt.Fprintf(out, "item %s: 流程记录链不完整 / the chain of its acts is broken\n", id)
	}
	gone, err := a.goneItems(ctx)
	for _, id := range gone {
		_, _ = fmt.Fprintf(out, "item %s: 审计日志载有其动作，库中却无此信息，已被删除 / the trail has its acts, but the item is not in the store: it was removed\n", id)
	}
	return count, len(chains) + len(gone), err
}

// goneItems are those that the trail speaks of and the store has not.
func (a *app) goneItems(ctx context.Context) (gone []string, err error) {
	var ids []string
	look := func() error {
		slices.Sort(ids)
		some, err := a.engine.Gone(ctx, slices.Compact(ids))
		gone, ids = append(gone, some...), nil
		return err
	}
	err = a.trail.Span(ctx, 1, 0, func(e audit.Entry) error {
		if id, _, step := strings.Cut(e.Key, "."); step && e.Detail["step"] != "" && strings.HasPrefix(e.Act, "item.") {
			ids = append(ids, id)
		}
		if len(ids) < 500 {
			return nil
		}
		return look()
	})
	if err == nil {
		err = look()
	}
	slices.Sort(gone)
	return slices.Compact(gone), err
}

// ownPublicKey is that of the key file of this machine, if there is one.
func (a *app) ownPublicKey() []string {
	path, err := a.auditKeyFile()
	if err != nil {
		return nil
	}
	key, err := readAuditKey(path)
	if err != nil {
		return nil
	}
	return []string{audit.PublicKey(key)}
}

// evidence reads the exported checkpoints, one line of JSON each; other fields
// in a line, such as those of a log, do not matter.
func (c auditVerify) evidence() (kept audit.Evidence, err error) {
	if c.Checkpoints == "" {
		return kept, nil
	}
	f, err := os.Open(c.Checkpoints)
	if err != nil {
		return kept, keptFile(c.Checkpoints, err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		var one audit.Checkpoint
		if len(lines.Bytes()) == 0 {
			continue
		}
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil || one.Seq < 1 || one.N < 1 {
			return kept, gongkai.E(gongkai.Invalid, "checkpoint_line", fmt.Sprintf("检查点文件第 %d 行不是检查点：%s", n, c.Checkpoints), fmt.Sprintf("line %d is no checkpoint: %s", n, c.Checkpoints))
		}
		kept.Checkpoints = append(kept.Checkpoints, one)
	}
	if err := lines.Err(); err != nil {
		return kept, keptFile(c.Checkpoints, err)
	}
	if len(kept.Checkpoints) == 0 {
		return kept, gongkai.E(gongkai.Invalid, "checkpoint_none", "检查点文件中没有检查点："+c.Checkpoints, "there are no checkpoints in the file: "+c.Checkpoints)
	}
	return kept, nil
}
