// The queue: asynq on Redis, or on miniredis inside the process.

package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"gongkai"
	"gongkai/channel"
	"gongkai/publication"
)

// Queues. Call-backs have workers of their own and wait for nothing; calls to
// other sites, which may be slow, have theirs, so that pages and the index
// never wait for a site that hangs.
const (
	ordinary    = "default"
	urgent      = "urgent"
	calls       = "calls"
	urgentCalls = "urgent-calls"
)

// workers of each queue.
var workers = map[string]int{ordinary: 8, urgent: 4, calls: 16, urgentCalls: 8}

func queueOf(isUrgent bool) string {
	if isUrgent {
		return urgent
	}
	return ordinary
}

// queueFor is the queue of a delivery.
func queueFor(d channel.Delivery) string {
	takesDown := d.Want.State != publication.Shows
	switch {
	case d.Channel == channel.SearchID:
		return queueOf(takesDown)
	case takesDown:
		return urgentCalls
	}
	return calls
}

// Queue hands hints to workers.
type Queue struct {
	client *asynq.Client
	opt    asynq.RedisConnOpt
	mini   *miniredis.Miniredis
	stop   chan struct{}

	mu         sync.Mutex
	complained atomic.Int64
	sent       map[string]time.Time // hints under way in this process, so that the sweep does not repeat them
}

// OpenQueue connects to the Redis at url, or starts one inside the process
// when url is empty.
func OpenQueue(url string) (*Queue, error) {
	redis.SetLogger(silent{}) // it would print addresses; what fails is said by us
	q := &Queue{stop: make(chan struct{}), sent: map[string]time.Time{}}
	if url == "" {
		q.mini = miniredis.NewMiniRedis()
		if err := q.mini.Start(); err != nil {
			return nil, gongkai.E(gongkai.Unavailable, "queue", "内置队列无法启动", "the embedded queue cannot start").Because(err)
		}
		url = "redis://" + q.mini.Addr()
		go q.drive()
	}
	opt, err := asynq.ParseRedisURI(url)
	if err != nil {
		return nil, gongkai.E(gongkai.Invalid, "redis_url", "GONGKAI_REDIS_URL不是有效的Redis地址", "GONGKAI_REDIS_URL is no valid Redis address").Because(err)
	}
	q.opt, q.client = opt, asynq.NewClient(opt)
	return q, nil
}

// silent takes what the Redis client would print.
type silent struct{}

// Printf does nothing.
func (silent) Printf(context.Context, string, ...any) {}

// drive moves miniredis' clock: its keys expire by that alone.
func (q *Queue) drive() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-q.stop:
			return
		case <-tick.C:
			q.mini.FastForward(time.Second)
		}
	}
}

// Ping tells whether the queue answers.
func (q *Queue) Ping(context.Context) error {
	if err := q.client.Ping(); err != nil {
		return gongkai.E(gongkai.Unavailable, "queue", "队列暂时不可用，待办会稍后补做", "the queue is away; what is owed is done later").Because(err)
	}
	return nil
}

// Dump is what the embedded queue holds, for those who look for what must not
// be in it; "" of a Redis.
func (q *Queue) Dump() string {
	if q.mini == nil {
		return ""
	}
	return q.mini.Dump()
}

// Close ends the connection and the embedded Redis.
func (q *Queue) Close() error {
	close(q.stop)
	err := q.client.Close()
	if q.mini != nil {
		q.mini.Close()
	}
	return err
}

// Wipe empties the queue, as a Redis without persistence does when it restarts.
func (q *Queue) Wipe(ctx context.Context) error {
	c, ok := q.opt.MakeRedisClient().(redis.UniversalClient)
	if !ok {
		return fmt.Errorf("no redis client")
	}
	defer func() { _ = c.Close() }()
	q.mu.Lock()
	q.sent = map[string]time.Time{}
	q.mu.Unlock()
	return c.FlushDB(ctx).Err()
}

// resend is how long the sweep trusts that a hint is still under way.
const resend = 10 * time.Second

// send puts a hint into the queue. A failure is no loss: the sweep sends again.
func (q *Queue) send(task, id, queue string) {
	key := task + ":" + id
	q.mu.Lock()
	at, under := q.sent[key]
	if under && time.Since(at) < resend {
		q.mu.Unlock()
		return
	}
	q.sent[key] = time.Now()
	q.mu.Unlock()
	_, err := q.client.Enqueue(asynq.NewTask(task, []byte(id)), asynq.MaxRetry(0), asynq.Queue(queue), asynq.Timeout(2*time.Minute), asynq.Retention(0))
	if err != nil {
		q.done(key)
	}
}

// done forgets a hint: the next one for the same document is sent again.
func (q *Queue) done(key string) {
	q.mu.Lock()
	delete(q.sent, key)
	q.mu.Unlock()
}

// waiting is how many hints of this process are under way. Old ones were lost,
// or taken by another process.
func (q *Queue) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	maps.DeleteFunc(q.sent, func(_ string, at time.Time) bool { return time.Since(at) >= resend })
	return len(q.sent)
}

// server runs workers over one queue.
func (q *Queue) server(queue string, log *slog.Logger) *asynq.Server {
	return asynq.NewServer(q.opt, asynq.Config{
		Concurrency: workers[queue], Queues: map[string]int{queue: 1}, TaskCheckInterval: 20 * time.Millisecond,
		DelayedTaskCheckInterval: time.Minute, JanitorInterval: time.Minute, ShutdownTimeout: 10 * time.Second,
		Logger: quiet{log, &q.complained}, LogLevel: asynq.WarnLevel, HealthCheckInterval: time.Minute,
	})
}

// quiet passes on that asynq complained, once a minute, and never what it said:
// messages of others could hold a payload or an address.
type quiet struct {
	log  *slog.Logger
	said *atomic.Int64 // when it last passed something on, Unix seconds
}

func (q quiet) pass(level slog.Level) {
	now := time.Now().Unix()
	if last := q.said.Load(); now-last >= 60 && q.said.CompareAndSwap(last, now) {
		q.log.Log(context.Background(), level, "the queue complains; what is owed waits in the store until it is back", "code", "queue")
	}
}

func (quiet) Debug(...any)   {}
func (quiet) Info(...any)    {}
func (q quiet) Warn(...any)  { q.pass(slog.LevelWarn) }
func (q quiet) Error(...any) { q.pass(slog.LevelWarn) }
func (q quiet) Fatal(...any) { q.pass(slog.LevelError) }
