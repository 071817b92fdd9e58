package jobs_test

import (
	"testing"
	"time"

	"gongkai/content"
)

func TestATaskThatPanicsIsPutOffAndPaidLater(t *testing.T) {
	w := newTown(t)
	it := w.release(w.ready(fields("关于农贸市场规范经营的通知")))
	public := w.worker.Public
	w.worker.Public = nil // whatever writes a page breaks
	w.worker.Backoff = func(int64) time.Duration { return time.Hour }
	stop := w.start()
	eventually(t, "the debt is put off", func() bool { return w.get(it.ID).Tries > 0 })
	if late := w.get(it.ID); late.Due < time.Now().Add(30*time.Minute).UnixMilli() {
		t.Errorf("it is due again in %d ms", late.Due-time.Now().UnixMilli())
	}
	stop()
	w.worker = w.newWorker()
	w.worker.Public = public
	w.check(w.worker.Start())
	defer w.worker.Stop()
	_, err := w.content.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error { doc.Due = time.Now().UnixMilli(); return nil })
	w.check(err)
	eventually(t, "the page is there", func() bool { return w.page(it.ID, "www").State == "edition" })
}
