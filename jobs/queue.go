// The queue: asynq on Redis, or on miniredis inside the process.

package jobs

import (
	"context"
	"errors"
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
)

// Queues. Call-backs have workers of their own and wait for nothing; calls to
// other sites, which may be slow, have theirs, so that pages and the index
// never wait for a site that hangs. What was asked for in bulk has few, and
// nothing waits behind it.
const (
	ordinary    = "default"
	urgent      = "urgent"
	calls       = "calls"
	urgentCalls = "urgent-calls"
	low         = "low"
)

// workers of each queue. Calls wait for others most of the time, and a dozen sites
// that hang at once must leave enough of them to the rest.
var workers = map[string]int{ordinary: 8, urgent: 4, calls: 64, urgentCalls: 32, low: 4}

func queueOf(isUrgent bool) string {
	if isUrgent {
		return urgent
	}
	return ordinary
}

// queueFor is the queue of a delivery.
func queueFor(d channel.Delivery) string {
	takesDown := d.TakesDown()
	switch {
	case d.Low:
		return low
	case d.Channel == channel.SearchID:
		return queueOf(takesDown)
	case takesDown:
		return urgentCalls
	}
	return calls
}

// Queue hands hints to workers.
type Queue struct {
	at     address
	redis  redis.UniversalClient // behind the gate
	prober redis.UniversalClient // beside it
	client *asynq.Client
	mini   *miniredis.Miniredis
	gate   *gate
	log    *slog.Logger

	stop   context.CancelFunc
	ended  chan struct{} // the lookout
	last   atomic.Pointer[Health]
	looked time.Time // of the lookout alone, like news
	news   news

	mu         sync.Mutex
	complained atomic.Int64
	sent       map[string]time.Time // hints under way in this process, so that the sweep does not repeat them
}

// Options say where the queue lies.
type Options struct {
	URL string       // "": inside the process
	CA  string       // PEM file of the authority that signed Redis' certificate; "": those that the machine trusts
	Log *slog.Logger // changes of health
}

// OpenQueue connects to a Redis, or starts one inside the process. What passes
// by itself, such as a Redis that is not there yet, is no error: the lookout says
// it, and the workers do without. What a person must put right is refused.
func OpenQueue(opt Options) (*Queue, error) {
	hush()
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	q := &Queue{gate: newGate(), log: opt.Log, ended: make(chan struct{}), news: news{said: Fine}, sent: map[string]time.Time{}}
	ctx, stop := context.WithCancel(context.Background())
	q.stop = stop
	if err := q.connect(ctx, opt); err != nil {
		stop()
		return nil, err
	}
	go q.lookOut(ctx)
	return q, nil
}

func (q *Queue) connect(ctx context.Context, opt Options) (err error) {
	if opt.URL == "" && opt.CA == "" {
		if opt.URL, err = q.inside(ctx); err != nil {
			return err
		}
	}
	if q.at, err = parseRedis(opt.URL, opt.CA); err != nil {
		return err
	}
	q.redis, q.prober = q.at.client(), q.at.client()
	q.redis.AddHook(q.gate)
	q.client = asynq.NewClientFromRedisClient(q.redis)
	h := q.Health(ctx)
	if err := h.refused(); err != nil {
		return errors.Join(err, q.disconnect())
	}
	q.note(h)
	return nil
}

// inside starts a Redis in this process.
func (q *Queue) inside(ctx context.Context) (string, error) {
	q.mini = miniredis.NewMiniRedis()
	if err := q.mini.Start(); err != nil {
		return "", gongkai.E(gongkai.Unavailable, "queue", "内置队列无法启动", "the embedded queue cannot start").Because(err)
	}
	go q.drive(ctx)
	return "redis://" + q.mini.Addr(), nil
}

// hush keeps the Redis client from printing addresses; what fails is said by us.
var hush = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

// silent takes what the Redis client would print.
type silent struct{}

// Printf does nothing.
func (silent) Printf(context.Context, string, ...any) {}

// drive moves miniredis' clock: its keys expire by that alone.
func (q *Queue) drive(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			q.mini.FastForward(time.Second)
		}
	}
}

// Ping tells whether the queue does what it is asked, from the last look of the
// lookout: anybody may ask, as often as they like, and never waits.
func (q *Queue) Ping(context.Context) error {
	if h := q.last.Load(); h.Err != nil || !q.gate.away() {
		return h.Err
	}
	return ill(Failing, errAway).Err
}

// Lengths are how many hints wait ("urgent.pending") and how many are being
// worked on ("urgent.active"), by queue.
func (q *Queue) Lengths(ctx context.Context) (map[string]int, error) {
	if err := q.Ping(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out := map[string]int{}
	for queue := range workers {
		for _, state := range []string{"pending", "active"} {
			n, err := q.prober.LLen(ctx, "asynq:{"+queue+"}:"+state).Result()
			if err != nil {
				return nil, ill(Refusing, err).Err
			}
			out[queue+"."+state] = int(n)
		}
	}
	return out, nil
}

// Dump is what the embedded queue holds, for those who look for what must not
// be in it; "" of a Redis.
func (q *Queue) Dump() string {
	if q.mini == nil {
		return ""
	}
	return q.mini.Dump()
}

// Close ends the lookout, the connections and the embedded Redis.
func (q *Queue) Close() error {
	q.stop()
	<-q.ended
	return q.disconnect()
}

func (q *Queue) disconnect() error {
	err := errors.Join(q.redis.Close(), q.prober.Close())
	if q.mini != nil {
		q.mini.Close()
	}
	return err
}

// Wipe empties the queue, as a Redis without persistence does when it restarts.
func (q *Queue) Wipe(ctx context.Context) error {
	q.mu.Lock()
	q.sent = map[string]time.Time{}
	q.mu.Unlock()
	if c, ok := q.prober.(*redis.ClusterClient); ok {
		return c.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return node.FlushDB(ctx).Err() })
	}
	return q.prober.FlushDB(ctx).Err()
}

// resend is how long the sweep trusts that a hint is still under way.
const resend = 10 * time.Second

// send puts a hint into the queue, and tells whether it may be left to it: one
// that is away takes none. A lost hint is no loss: the sweep sends again.
func (q *Queue) send(task, id, queue string) bool {
	if q.gate.away() {
		return false
	}
	key := task + ":" + id
	if !q.begin(key) {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second) // people wait for the act that hints
	defer cancel()
	_, err := q.client.EnqueueContext(ctx, asynq.NewTask(task, []byte(id)), asynq.MaxRetry(0), asynq.Queue(queue), asynq.Timeout(2*time.Minute), asynq.Retention(0))
	if err != nil {
		q.done(key)
	}
	return err == nil
}

// begin notes a hint; false while the same one is under way.
func (q *Queue) begin(key string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if at, under := q.sent[key]; under && time.Since(at) < resend {
		return false
	}
	q.sent[key] = time.Now()
	return true
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
	return asynq.NewServerFromRedisClient(q.redis, asynq.Config{
		Concurrency: workers[queue], Queues: map[string]int{queue: 1}, TaskCheckInterval: 20 * time.Millisecond,
		DelayedTaskCheckInterval: time.Minute, JanitorInterval: time.Minute, ShutdownTimeout: 10 * time.Second,
		Logger: quiet{log, &q.complained, q.gate.away}, LogLevel: asynq.WarnLevel, HealthCheckInterval: time.Minute,
	})
}

// quiet passes on that asynq complained of a Redis that seems fine, once a
// minute, and never what it said: messages of others could hold a payload or an
// address. What the lookout sees, it says itself.
type quiet struct {
	log  *slog.Logger
	said *atomic.Int64 // when it last passed something on, Unix seconds
	away func() bool
}

func (q quiet) pass(level slog.Level) {
	now := time.Now().Unix()
	if last := q.said.Load(); !q.away() && now-last >= 60 && q.said.CompareAndSwap(last, now) {
		q.log.Log(context.Background(), level, "the queue complains; what is owed stands in the store", "code", "queue")
	}
}

func (quiet) Debug(...any)   {}
func (quiet) Info(...any)    {}
func (q quiet) Warn(...any)  { q.pass(slog.LevelWarn) }
func (q quiet) Error(...any) { q.pass(slog.LevelWarn) }
func (q quiet) Fatal(...any) { q.pass(slog.LevelError) }
