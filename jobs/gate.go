// The gate between asynq and a Redis that is away: asynq asks again at once
// when Redis refuses, so that a full one would keep a processor busy.

package jobs

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// gate is open while Redis does what it is asked. A fault shuts it; only the
// lookout opens it.
type gate struct {
	mu   sync.Mutex
	shut chan struct{} // closed when the gate opens; nil while it is open
	look chan struct{} // asks the lookout to look now
}

func newGate() *gate { return &gate{look: make(chan struct{}, 1)} }

func (g *gate) away() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut != nil
}

func (g *gate) set(open bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case open && g.shut != nil:
		close(g.shut)
		g.shut = nil
	case !open && g.shut == nil:
		g.shut = make(chan struct{})
	}
}

// fault shuts the gate and wakes the lookout.
func (g *gate) fault() {
	g.set(false)
	select {
	case g.look <- struct{}{}:
	default:
	}
}

// errAway stands for what Redis was not asked.
var errAway = errors.New("the queue is away")

// pass waits at a shut gate, at most a second: asynq's loops stand still here.
func (g *gate) pass(ctx context.Context) error {
	g.mu.Lock()
	shut := g.shut
	g.mu.Unlock()
	if shut == nil {
		return nil
	}
	wait := time.NewTimer(time.Second)
	defer wait.Stop()
	select {
	case <-shut:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return errAway
	}
}

// DialHook lets every connection through.
func (g *gate) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessPipelineHook lets pipelines through: asynq sends none.
func (g *gate) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// ProcessHook lets commands through while the gate is open.
func (g *gate) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if err := g.pass(ctx); err != nil {
			cmd.SetErr(err)
			return err
		}
		err := next(ctx, cmd)
		if isFault(err) {
			g.fault()
		}
		return err
	}
}

// isFault tells Redis failing from Redis answering no.
func isFault(err error) bool {
	if err == nil || errors.Is(err, redis.Nil) || errors.Is(err, redis.ErrClosed) || errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed) {
		return false
	}
	var reply redis.Error
	if errors.As(err, &reply) {
		return replyState(err) != ""
	}
	return true
}
