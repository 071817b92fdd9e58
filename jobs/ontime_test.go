package jobs_test

import (
	"errors"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/policy"
	"gongkai/publication"
	"gongkai/workflow"
)

func (w *town) planned(in time.Duration) content.Item {
	w.t.Helper()
	it := w.ready(fields("关于定时公布的通知"))
	return w.must("publisher", it.ID, workflow.Step{Act: "schedule", Do: "release", At: time.Now().Add(in).Format(time.RFC3339Nano), Sheet: it.Work.SheetDigest})
}

// The hints are gone when the time comes, and nothing ran when it came: the
// store knows.
func TestWhatIsScheduledGoesOutOnTimeThoughTheQueueIsLost(t *testing.T) {
	w := newTown(t)
	var ran [2]string
	w.worker.Watch.Scheduled = func(act, outcome string) { ran = [2]string{act, outcome} }
	it, never := w.planned(200*time.Millisecond), w.planned(time.Hour)
	w.check(w.queue.Wipe(t.Context()))
	eventually(t, "the time has come", func() bool { return time.Now().UnixMilli() > it.ScheduledAt })
	if owed, err := w.worker.Owed(t.Context()); err != nil || owed["item"].Oldest > time.Minute {
		t.Errorf("%+v %v", owed, err)
	}
	stop := w.start()
	eventually(t, "it is public", func() bool { return w.page(it.ID, "www").State == publication.Shows })
	if out := w.get(it.ID); out.Live.By != "publisher" || out.Live.Released < it.ScheduledAt || len(out.Schedules) != 0 {
		t.Errorf("%+v", out.Live)
	}
	eventually(t, "nothing is owed but what is to come", func() bool { it := w.get(never.ID); return it.Due == it.ScheduledAt })
	stop()
	if ran != [2]string{"release", workflow.DoneOnTime} {
		t.Errorf("%v", ran)
	}
	if owed, err := w.worker.Owed(t.Context()); err != nil || owed["item"].Due != 0 || owed["item"].Oldest != 0 {
		t.Errorf("what is to come is no debt yet: %+v %v", owed, err)
	}
	if out := w.get(never.ID); out.Live.State != content.NotLive || len(out.Schedules) != 1 {
		t.Errorf("an hour too early: %+v", out)
	}
}

func TestAScheduleWhoseSetterLostTheRightLapsesAndTheTrailHasIt(t *testing.T) {
	w := newTown(t)
	it := w.planned(200 * time.Millisecond)
	w.check(w.policy.Revoke(t.Context(), policy.Grant{User: "publisher", Role: policy.Publisher, Unit: "town"}, person("root")))
	w.start()
	eventually(t, "it has lapsed", func() bool { return len(w.get(it.ID).Lapsed) == 1 })
	w.quiet()
	out := w.get(it.ID)
	if out.Work.State != content.Ready || out.Live.State != content.NotLive || out.Lapsed[0].Code != "missing_grant" {
		t.Errorf("%s %+v", out.Work.State, out.Lapsed)
	}
	report, err := w.trail.Verify(t.Context())
	w.check(err)
	if !report.OK() || report.Count != out.StepN {
		t.Errorf("%+v", report)
	}
}

// While something else of the item fails, its time does not pass.
func TestNoFailureLetsTheTimeOfAScheduleGoBy(t *testing.T) {
	w := newTown(t)
	w.worker.Backoff = func(int64) time.Duration { return 24 * time.Hour }
	it := w.planned(time.Hour)
	away := gongkai.E(gongkai.Unavailable, "store", "", "")
	if err := jobs.Later(w.worker, t.Context(), it, away); !errors.Is(err, away) {
		t.Fatal(err)
	}
	if out := w.get(it.ID); out.Due != it.ScheduledAt {
		t.Errorf("due %d, scheduled %d", out.Due, it.ScheduledAt)
	}
}
