// What is done on time: the schedules of an item.

package jobs

import (
	"context"

	"gongkai"
	"gongkai/content"
	"gongkai/workflow"
)

// onTime does what is due of the schedules of an item. What cannot be done just
// now stays due, and is tried again.
func (w *Worker) onTime(ctx context.Context, it content.Item) error {
	if it.ScheduledAt == 0 || it.ScheduledAt > gongkai.Millis(w.Now()) {
		return nil
	}
	var ran []workflow.Ran
	err := w.safely(func() (err error) {
		ran, err = w.Engine.RunDue(ctx, it.ID)
		return err
	})
	for _, r := range ran {
		w.ran(it, r)
	}
	if err == nil {
		return nil
	}
	now, getErr := w.Content.Items.Get(ctx, it.ID)
	if getErr != nil {
		return getErr
	}
	return w.later(ctx, now, err)
}

// ran writes into the log what became of a schedule; a time that was missed is
// said.
func (w *Worker) ran(it content.Item, r workflow.Ran) {
	w.Watch.scheduled(r)
	switch r.Outcome {
	case workflow.DoneOnTime:
		w.Log.Info("scheduled", "item", it.ID, "act", r.Act, "outcome", r.Outcome)
	case workflow.DoneLate:
		w.Log.Warn("scheduled", "item", it.ID, "act", r.Act, "outcome", r.Outcome, "late_s", int64(r.Late.Seconds()))
	default:
		w.Log.Warn("scheduled", "item", it.ID, "act", r.Act, "outcome", r.Outcome, "code", r.Code)
	}
}
