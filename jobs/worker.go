// The worker: runs tell and pay, and sweeps for what is due.

package jobs

import (
	"context"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/hibiken/asynq"

	"gongkai"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/workflow"
)

// Worker pays what is owed.
type Worker struct {
	Queue    *Queue
	Engine   *workflow.Engine
	Content  *content.Content
	Public   *publication.Public
	Trail    *audit.Trail
	Ledger   *channel.Ledger
	Channels *channel.Channels
	Log      *slog.Logger
	Now      gongkai.Clock
	Backoff  func(attempt int64) time.Duration               // between tries of one debt; default Backoff
	Calls    func(channel.Delivery, time.Time) time.Duration // the same of subscribers; negative: a person decides; default CallAgain
	Watch    Watch
	Chores   []Chore
	Notices  func(context.Context, content.Item) error // tells people of the acts that the trail does not hold yet; nil: nobody

	turns    [64]sync.Mutex // of items, by a hash of their ids
	trailing together
	waits    complaint
	aside    aside

	choring    sync.Mutex
	turnsTaken *store.Collection[turn] // of chores

	servers []*asynq.Server
	cancel  context.CancelFunc
	swept   chan struct{}
	tidied  sync.WaitGroup // the chores
}

// Backoff is the schedule of repeats: 1 s, then five times longer each, at most
// an hour, as Standard Webhooks suggests in its spirit.
func Backoff(attempt int64) time.Duration {
	d := time.Second
	for ; attempt > 1 && d < time.Hour; attempt-- {
		d *= 5
	}
	return min(d, time.Hour)
}

// schedules fills in what nobody chose.
func (w *Worker) schedules() {
	if w.Backoff == nil {
		w.Backoff = Backoff
	}
	if w.Calls == nil {
		w.Calls = CallAgain
	}
}

// The tasks. A tell names "kind:id", a pay the id of a delivery.
const (
	taskTell = "tell"
	taskPay  = "pay"
)

// Start runs workers and sweep until Stop.
func (w *Worker) Start() error {
	w.schedules()
	if err := w.openChores(context.Background()); err != nil {
		return err
	}
	mux := asynq.NewServeMux()
	mux.HandleFunc(taskTell, w.handle)
	mux.HandleFunc(taskPay, w.handle)
	w.servers = nil
	for queue := range workers {
		s := w.Queue.server(queue, w.Log)
		if err := s.Start(mux); err != nil {
			w.shutdown()
			return gongkai.E(gongkai.Unavailable, "queue", "队列不可用", "the queue is not there").Because(err)
		}
		w.servers = append(w.servers, s)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.swept = cancel, make(chan struct{})
	w.aside.open(context.WithoutCancel(ctx))
	go w.sweepUntil(ctx)
	w.tidied.Go(func() { w.choresUntil(ctx) })
	return nil
}

// Stop ends the sweep and lets running tasks finish.
func (w *Worker) Stop() {
	w.cancel()
	<-w.swept
	w.tidied.Wait()
	w.aside.close()
	w.shutdown()
}

// shutdown ends the servers side by side: each waits for its running tasks.
func (w *Worker) shutdown() {
	var wg sync.WaitGroup
	for _, s := range w.servers {
		wg.Go(s.Shutdown)
	}
	wg.Wait()
}

// Wake says that a document is due, urgently or not.
func (w *Worker) Wake(kind, id string, isUrgent bool) {
	w.wake(kind, id, isUrgent)
	if w.cancel == nil { // the workers are elsewhere: nobody here learns that the hint was taken
		w.Queue.done(taskTell + ":" + kind + ":" + id)
	}
}

func (w *Worker) wake(kind, id string, isUrgent bool) {
	w.hint(taskTell, kind+":"+id, queueOf(isUrgent))
}

// handle runs a task of the queue, which never repeats it.
func (w *Worker) handle(ctx context.Context, t *asynq.Task) error {
	id := string(t.Payload())
	w.Queue.done(t.Type() + ":" + id) // before the work: what changes meanwhile is hinted again
	w.do(ctx, t.Type(), id)
	return nil
}

// do runs a task. Its failure is written down as a later due time by the task
// itself.
func (w *Worker) do(ctx context.Context, task, id string) {
	if w.held(ctx) {
		return // the sweep finds it again
	}
	run := map[string]func(context.Context, string) error{taskTell: w.tell, taskPay: w.pay}[task]
	began, about := time.Now(), names(task, id)
	ctx, end := w.Watch.Span.Begin(ctx, task, about...)
	err := w.safely(func() error { return run(ctx, id) })
	end(err)
	w.Watch.done(task, time.Since(began), err)
	if err != nil {
		w.Log.Warn("job", "task", task, about[0], about[1], "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
	}
}

// safely turns a panic into an error, so that the debt is put off like any other
// and one broken document does not stop the rest. Its stack is logged alone:
// what was thrown can hold anything.
func (w *Worker) safely(do func() error) (err error) {
	defer func() {
		if recover() != nil {
			w.Log.Error("panic", "stack", string(debug.Stack()))
			err = gongkai.E(gongkai.Internal, "panic", "任务出错", "the task broke")
		}
	}()
	return do()
}

// tells is the table of documents that owe something.
func (w *Worker) tell(ctx context.Context, what string) error {
	kind, id, _ := strings.Cut(what, ":")
	switch kind {
	case "item":
		return w.tellItem(ctx, id)
	case "unit":
		return copyOut(ctx, w.Content.Units, id, w.Public.CopyUnit, func(u *content.Unit) (int64, *int64) { return u.Updated, &u.Due })
	case "site":
		return copyOut(ctx, w.Content.Sites, id, w.Public.CopySite, func(s *content.Site) (int64, *int64) { return s.Updated, &s.Due })
	case "column":
		return copyOut(ctx, w.Content.Columns, id, w.tellColumn, func(c *content.Column) (int64, *int64) { return c.Updated, &c.Due })
	case "kind":
		k, err := w.Content.Kinds.Get(ctx, id)
		if err != nil {
			return err
		}
		return w.Public.CopyKind(ctx, k)
	case "subscriber":
		return w.fill(ctx, id)
	case "outlet":
		return w.fillOutlet(ctx, id)
	case "delivery":
		return w.pay(ctx, id)
	case "bulk":
		return w.bulk(ctx, id)
	}
	return gongkai.E(gongkai.Internal, "task", "未知的任务", "unknown task")
}
