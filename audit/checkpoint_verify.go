// Comparing checkpoints with each other, with exported ones and with the trail.

package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"gongkai"
	"gongkai/store"
)

// naming is an entry of the trail that names a checkpoint.
type naming struct {
	seq    int64
	digest string
}

// storedCheckpoints are the documents, in the order of their ids.
func (t *Trail) storedCheckpoints(ctx context.Context) (all []checkpointDoc, err error) {
	q := store.Query{Limit: verifyPage}
	for {
		p, err := t.checkpoints.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, p.Docs...)
		if q.After = p.Next; p.Next == "" {
			return all, nil
		}
	}
}

// checkpoints compares the stored checkpoints with themselves and with the
// exported ones, and has the trail compared with all of them.
func (w *walk) checkpoints(stored []checkpointDoc, kept Evidence) {
	w.signed = map[int64]string{}
	w.report.Checkpoints = len(stored)
	prev := ""
	for i, d := range stored {
		seq, before := numberOf(d.ID), int64(0)
		if i > 0 {
			before = numberOf(stored[i-1].ID)
		}
		digest, _ := d.Digest()
		w.checkpoint(d.Checkpoint, kept.Keys, seq)
		switch {
		case seq > before+1:
			w.wrong(before+1, "removed", fmt.Sprintf("缺失（下一个是 %d）", seq), fmt.Sprintf("is missing (the next is %d)", seq))
		case d.Prev != prev:
			w.wrong(seq, "unlinked", "未接续前一个检查点，两者之一被替换", "does not continue the one before: one of the two was replaced")
		}
		w.signed[seq], prev = digest, digest
	}
	w.exported(kept)
	if w.begin.N > 0 {
		w.mark(mark{w.begin, "signed", [2]string{"与剪除时签署的不一致：日志被改写", "does not match what was signed when the trail was pruned: it was rewritten"}})
	}
}

// checkpoint looks at one by itself: what is not signed as it should be says
// nothing about the trail.
func (w *walk) checkpoint(c Checkpoint, keys []string, seq int64) {
	switch {
	case c.Seq != seq || !c.Signed():
		w.wrong(seq, "changed", "内容与签名不符，已被改动", "does not fit its signature: it was changed")
	case len(keys) > 0 && !slices.Contains(keys, c.Key):
		w.wrong(seq, "key", "并非由所给公钥对应的密钥签署，公钥为 "+c.Key, "was not signed with a key that was given, but with "+c.Key)
	default:
		if c.BeginN > w.begin.N && c.BeginN <= c.N {
			w.begin = c.begins()
		}
		w.mark(mark{Head{c.N, c.Hash}, "signed", [2]string{fmt.Sprintf("与检查点 %d 不一致：日志被改写", seq), fmt.Sprintf("does not match checkpoint %d: the trail was rewritten", seq)}})
	}
}

// exported compares what was kept elsewhere with what is stored.
func (w *walk) exported(kept Evidence) {
	for _, c := range kept.Checkpoints {
		digest, err := c.Digest()
		there, known := w.signed[c.Seq]
		if known && err == nil && there == digest && c.Signed() {
			continue // the stored one was looked at
		}
		if w.checkpoint(c, kept.Keys, c.Seq); known {
			w.wrong(c.Seq, "replaced", "与先前导出的不同，已被替换", "differs from the exported one: it was replaced")
		} else {
			w.wrong(c.Seq, "removed", "先前已导出，库中缺失", "was exported and is missing in the store")
		}
	}
}

// naming notes a checkpoint that the trail names.
func (w *walk) naming(e *Entry) {
	seq, err := strconv.ParseInt(e.Detail["seq"], 10, 64)
	if err == nil {
		w.named = append(w.named, naming{seq, e.Detail["digest"]})
	}
}

// named compares the checkpoints that the trail names with the stored ones;
// some may have come during the walk.
func (t *Trail) named(ctx context.Context, w *walk) error {
	for _, n := range w.named {
		if _, known := w.signed[n.seq]; !known {
			d, err := t.checkpoints.Get(ctx, entryID(n.seq))
			if err != nil && !gongkai.Is(err, gongkai.Missing) {
				return err
			}
			if err == nil {
				w.signed[n.seq], _ = d.Digest()
			}
		}
		if there := w.signed[n.seq]; there != n.digest {
			w.wrong(n.seq, cmp.Or(map[bool]string{true: "removed"}[there == ""], "replaced"), "与日志所载的不同，或已缺失", "is not the one that the trail names, or is missing")
		}
	}
	return nil
}

// wrong says what is wrong with a checkpoint, once for each number and code.
func (w *walk) wrong(seq int64, code, zh, en string) {
	code = "checkpoint_" + code
	if !slices.ContainsFunc(w.report.Problems, func(p Problem) bool { return p.N == seq && p.Code == code }) {
		w.add(Problem{seq, code, fmt.Sprintf("检查点 %d %s", seq, zh), fmt.Sprintf("checkpoint %d %s", seq, en)})
	}
}
