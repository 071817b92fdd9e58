// Nothing is told while a restore from a backup is not settled.

package jobs

import (
	"context"
	"sync/atomic"
	"time"

	"gongkai"
	"gongkai/content"
)

// Held is the refusal of a part that waits for a restore to be settled: that is
// how it stands in /readyz.
func Held(r content.Restore) error {
	switch {
	case r.Waits():
		return gongkai.E(gongkai.Blocked, "lost_window", "已恢复备份，公开库也已丢失：须运行 gongkai restore --confirm-lost-window 确认后才对外发布",
			"restored from a backup, and the public store was lost too: nothing is told until gongkai restore --confirm-lost-window")
	case r.Holds():
		return gongkai.E(gongkai.Blocked, "reconciling", "恢复备份后的对账尚未完成：请运行 gongkai restore --reconcile", "the reconciliation after a restore has not ended: run gongkai restore --reconcile")
	}
	return nil
}

// complaint lets the log say once a minute why nothing is told.
type complaint struct{ last atomic.Int64 }

// held tells whether nothing may be told now. It is read for every task: the
// hold must stand the moment that a reconciliation begins.
func (w *Worker) held(ctx context.Context) bool {
	r, err := w.Content.LastRestore(ctx)
	if err == nil {
		err = Held(r)
	}
	if err == nil {
		return false
	}
	now := w.Now().Unix()
	if last := w.waits.last.Load(); now-last >= int64(time.Minute/time.Second) && w.waits.last.CompareAndSwap(last, now) {
		w.Log.Warn("nothing is told", "code", gongkai.CodeOf(err), "kind", gongkai.KindOf(err).String())
	}
	return true
}
