// The clock of a stage (环节时限): since when it is open, and by when it is to be
// signed.

package workflow

import (
	"context"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/workflow/calendar"
)

// opened notes when a stage is opened. A correction of it goes on with the same
// clock; a stage that an item comes back to begins anew.
func (t *turn) opened() {
	w, was := &t.it.Work, t.before.Work
	open, before := orElse(w.Stage, w.Back), orElse(was.Stage, was.Back)
	switch {
	case open == "":
		w.Opened, w.SignBy = 0, 0
	case w.State == content.AtStage && (w.Opened == 0 || open != before):
		stage, _ := t.w.Pipeline.Stage(open)
		w.Opened, w.SignBy = t.w.Now, stage.signBy(t.w.Calendar, t.w.Now)
	}
}

// signBy is the end of the last day on which the stage is signed in time; 0:
// whenever.
func (s Stage) signBy(c calendar.Calendar, opened int64) int64 {
	if s.Days == 0 {
		return 0
	}
	return gongkai.Millis(c.Deadline(time.UnixMilli(opened), s.Days).End)
}

// SignLeft is how the stage that waits stands to its time limit; nil: it has
// none.
func (e *Engine) SignLeft(ctx context.Context, it content.Item) (*TimeLeft, error) {
	if it.Work.SignBy == 0 {
		return nil, nil
	}
	c, err := e.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	return e.left(c, it.Work.SignBy, c.Provisional(calendar.DayOf(time.UnixMilli(it.Work.Opened))+1, calendar.DayOf(time.UnixMilli(it.Work.SignBy-1)))), nil
}
