// The task queue: everything that writes is done later, one after the other.

package meilitest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

type task struct {
	uid      int64
	index    *string
	kind     string
	status   string
	details  any
	failure  *apiError
	swaps    []string // the indexes of a swap
	enqueued time.Time
	started  *time.Time
	finished *time.Time
	run      func() error
}

type queue struct {
	tasks  []*task
	next   int64
	wake   *sync.Cond
	closed bool

	held     bool
	shuffled bool
	slow     time.Duration
	fail     func(kind string) string
	deaf     bool
}

// Hold keeps tasks in the queue until Release.
func (s *Server) Hold() { s.set(func(q *queue) { q.held = true }) }

// Release lets held tasks go on.
func (s *Server) Release() { s.set(func(q *queue) { q.held = false }) }

// Shuffle carries waiting tasks out in any order.
func (s *Server) Shuffle() { s.set(func(q *queue) { q.shuffled = true }) }

// Slow makes each task take that long.
func (s *Server) Slow(d time.Duration) { s.set(func(q *queue) { q.slow = d }) }

// Fail makes tasks fail with the code that fail gives for their type, if any.
func (s *Server) Fail(fail func(kind string) string) { s.set(func(q *queue) { q.fail = fail }) }

// Deafen makes searches find no word any more, as the worst tokenizer would;
// filters go on working.
func (s *Server) Deafen() { s.set(func(q *queue) { q.deaf = true }) }

// Forget loses the tasks that wait and all that is known of others, as a
// server does that is restored from yesterday's data. Indexes stay.
func (s *Server) Forget() { s.set(func(q *queue) { q.tasks = nil }) }

// Waiting is how many tasks have not ended.
func (s *Server) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue.waiting())
}

// Count is how many tasks of a type there have been.
func (s *Server) Count(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, t := range s.queue.tasks {
		if t.kind == kind {
			n++
		}
	}
	return n
}

func (s *Server) set(change func(*queue)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.queue)
	s.queue.wake.Broadcast()
}

func (q *queue) waiting() []*task {
	var out []*task
	for _, t := range q.tasks {
		if t.status == "enqueued" || t.status == "processing" {
			out = append(out, t)
		}
	}
	return out
}

func (q *queue) take() *task {
	waiting := q.waiting()
	if q.held || len(waiting) == 0 {
		return nil
	}
	if q.shuffled {
		return waiting[rand.IntN(len(waiting))] // any order will do
	}
	return waiting[0]
}

// enqueue answers a request with the summary of its task.
func (s *Server) enqueue(index *string, kind string, details any, run func() error) (any, error) {
	t := &task{uid: s.queue.next, index: index, kind: kind, status: "enqueued", details: details, enqueued: time.Now(), run: run}
	s.queue.next++
	s.queue.tasks = append(s.queue.tasks, t)
	s.queue.wake.Broadcast()
	return map[string]any{"taskUid": t.uid, "indexUid": index, "status": "enqueued", "type": kind, "enqueuedAt": t.enqueued}, nil
}

// work carries tasks out until the server closes.
func (s *Server) work() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.queue.closed {
		t := s.queue.take()
		if t == nil {
			s.queue.wake.Wait()
			continue
		}
		s.carryOut(t)
	}
}

func (s *Server) carryOut(t *task) {
	started := time.Now()
	t.status, t.started = "processing", &started
	if pause := s.queue.slow; pause > 0 {
		s.mu.Unlock()
		time.Sleep(pause)
		s.mu.Lock()
	}
	if !slices.Contains(s.queue.tasks, t) {
		return // forgotten meanwhile
	}
	err := s.failing(t.kind)
	if err == nil {
		err = t.run()
	}
	finished := time.Now()
	t.status, t.finished = "succeeded", &finished
	if err != nil {
		t.status, t.failure = "failed", refuse(http.StatusInternalServerError, "internal", err.Error())
		if own := (*apiError)(nil); errors.As(err, &own) {
			t.failure = own
		}
	}
}

func (s *Server) failing(kind string) error {
	if s.queue.fail != nil {
		if code := s.queue.fail(kind); code != "" {
			return refuse(http.StatusUnprocessableEntity, code, "the document `secret` could not be written")
		}
	}
	return nil
}

func (t *task) view() map[string]any {
	out := map[string]any{"uid": t.uid, "batchUid": t.uid, "indexUid": t.index, "status": t.status, "type": t.kind, "canceledBy": nil,
		"details": t.details, "error": t.failure, "duration": nil, "enqueuedAt": t.enqueued, "startedAt": t.started, "finishedAt": t.finished}
	if t.finished != nil {
		out["duration"] = fmt.Sprintf("PT%fS", t.finished.Sub(*t.started).Seconds())
	}
	return out
}

// visible tells whether a key sees a task: that of its own indexes.
func (c *call) visible(t *task) bool {
	if t.index != nil {
		return c.key.reaches(*t.index)
	}
	return !slices.ContainsFunc(t.swaps, func(name string) bool { return !c.key.reaches(name) })
}

func (c *call) getTask() (any, error) {
	uid, err := strconv.ParseInt(c.PathValue("uid"), 10, 64)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "invalid_task_uids", "Task uid is invalid")
	}
	for _, t := range c.s.queue.tasks {
		if t.uid == uid && c.visible(t) {
			return t.view(), nil
		}
	}
	return nil, refuse(http.StatusNotFound, "task_not_found", fmt.Sprintf("Task `%d` not found.", uid))
}

// listTasks knows limit, types and statuses; the newest come first.
func (c *call) listTasks() (any, error) {
	q, limit := c.URL.Query(), 20
	if given := q.Get("limit"); given != "" {
		var err error
		if limit, err = strconv.Atoi(given); err != nil {
			return nil, refuse(http.StatusBadRequest, "invalid_task_limit", "Invalid value in parameter `limit`")
		}
	}
	asked := func(name, value string) bool {
		return q.Get(name) == "" || slices.Contains(strings.Split(q.Get(name), ","), value)
	}
	results := []any{}
	for _, t := range slices.Backward(c.s.queue.tasks) {
		if len(results) < limit && c.visible(t) && asked("types", t.kind) && asked("statuses", t.status) {
			results = append(results, t.view())
		}
	}
	return map[string]any{"results": results, "limit": limit, "total": len(results), "from": nil, "next": nil}, nil
}
