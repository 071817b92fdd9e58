// The post: makes letters, writes them and sends them, round after round.

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"gongkai"
)

// round is how often the post looks for what is due.
const round = 2 * time.Second

// grace is how long a call may go on when the process is to end.
const grace = 5 * time.Second

// rest is how long a way is left alone that could not be reached at all.
const rest = 30 * time.Second

// Run sends until ctx ends, as long as it may; what is under way then is finished.
func (n *Notifier) Run(ctx context.Context, may func(context.Context) bool) {
	var wg sync.WaitGroup
	wg.Go(func() { n.rounds(ctx, may, n.Gather) })
	if n.opt.Mail != nil {
		wg.Go(func() { n.rounds(ctx, may, func(ctx context.Context) error { return n.Deliver(ctx, WayMail) }) })
	}
	if n.opt.Caller != nil {
		wg.Go(func() { n.rounds(ctx, may, func(ctx context.Context) error { return n.Deliver(ctx, WayRobot) }) })
	}
	wg.Wait()
}

func (n *Notifier) rounds(ctx context.Context, may func(context.Context) bool, do func(context.Context) error) {
	for {
		wait := round
		if !may(ctx) {
			wait = rest
		} else if err := do(ctx); err != nil && ctx.Err() == nil {
			n.opt.Log.Warn("post", "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
			wait = rest
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// Deliver tries what is due on one way. Where the way itself is away, it stops
// and says so: the others would fail like this one.
func (n *Notifier) Deliver(ctx context.Context, way string) error {
	letters, err := n.due(ctx, way)
	if err != nil {
		return err
	}
	for _, l := range letters {
		if ctx.Err() != nil {
			return nil
		}
		l, mine, err := n.claim(ctx, l.ID)
		if err != nil {
			return err
		}
		if !mine {
			continue
		}
		if err := n.try(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// errAway marks a failure that is the way's, not the letter's.
var errAway = errors.New("the way is away")

func (n *Notifier) try(ctx context.Context, l Letter) error {
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), lease/2)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })() // whoever stops us waits no longer than that
	said, err := n.send(call, l)
	end := after(l.Tries, err)
	switch {
	case errors.Is(err, errAway):
		end = ending{state: Waiting, code: end.code, wait: firstWait, free: true}
	case err == nil && !said:
		end = ending{state: Void}
	}
	n.opt.Sent(l.Way, outcome(end))
	if err != nil {
		n.opt.Log.Warn("letter", "way", l.Way, "letter", l.ID, "try", l.Tries, "state", end.state, "kind", gongkai.KindOf(err).String(), "code", end.code)
	}
	if err := n.settle(context.WithoutCancel(ctx), l, end); err != nil {
		return err
	}
	if errors.Is(err, errAway) && l.Way == WayMail {
		return err
	}
	return nil
}

// Outcomes of a try, for counting.
var Outcomes = []string{Sent, "retry", Dead, Void}

func outcome(e ending) string {
	if e.state == Waiting {
		return "retry"
	}
	return e.state
}

// send writes the letter and sends it; false: there was nothing left to say.
func (n *Notifier) send(ctx context.Context, l Letter) (said bool, err error) {
	if l.Way == WayRobot {
		return n.sendRobot(ctx, l)
	}
	address, err := n.address(ctx, l.To)
	if err != nil || address == "" {
		return false, err
	}
	text, err := n.compose(ctx, l)
	if err != nil || len(text.Lines) == 0 {
		return false, err
	}
	return true, n.opt.Mail.Send(ctx, address, text)
}

// address is where a person's mails go; "" when there is none, or the person is
// not here any more.
func (n *Notifier) address(ctx context.Context, person string) (string, error) {
	u, err := absent(n.opt.Accounts.User(ctx, person))
	if err != nil || u.ID == "" || u.Disabled {
		return "", err
	}
	address, err := absent(n.opt.Accounts.Email(ctx, person))
	if err != nil || !n.opt.Mail.Takes(address) {
		return "", err
	}
	return address, nil
}

func (n *Notifier) sendRobot(ctx context.Context, l Letter) (bool, error) {
	r, err := absent(n.robots.Get(ctx, strings.TrimPrefix(l.To, robotPrefix)))
	if err != nil || r.ID == "" || r.Disabled {
		return false, err
	}
	text, err := n.compose(ctx, l)
	if err != nil || len(text.Lines) == 0 {
		return false, err
	}
	t, _ := templateOf(r.Template)
	if t.call == nil {
		return true, n.opt.Caller.Sign(ctx, r.URL, r.Secret, "notice-"+l.ID, "notice", time.UnixMilli(l.Created), text)
	}
	url, body := t.call(r, text.plain(t.most), n.opt.Clock())
	raw, err := json.Marshal(body)
	if err != nil {
		return false, err
	}
	answer, err := n.opt.Caller.Post(ctx, url, raw)
	if err != nil {
		return true, err
	}
	return true, t.heard(answer)
}

// heard turns what a chat answered into an error.
func (t Template) heard(answer []byte) error {
	no := t.refused(answer)
	switch {
	case no == nil:
		return nil
	case no.slow:
		return gongkai.E(gongkai.TooMany, "robot_slow", "机器人要求放慢", "the robot asks to slow down")
	}
	return gongkai.E(gongkai.Invalid, "robot_refused", "机器人拒收，请核对地址、签名密钥和关键词设置", "the robot refuses: look at its address, secret and keywords")
}
