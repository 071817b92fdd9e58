// Places that are slow, dead, or ask for patience.

package channel

import (
	"slices"
	"testing"
	"time"

	"gongkai/publication"
)

// at a place whose clock the test moves.
type placeTest struct {
	c   Channels
	now time.Time
	lim Limits
}

func (p *placeTest) enter(state string) (leave func(time.Duration, error), wait time.Duration) {
	return p.c.Enter(Delivery{Channel: "sub-x", Want: Show{State: state}}, p.lim, func() time.Time { return p.now }, func(n int64) time.Duration { return time.Duration(n) * time.Minute })
}

func (p *placeTest) call(t *testing.T, failed error) {
	t.Helper()
	leave, wait := p.enter(publication.Shows)
	if leave == nil {
		t.Fatalf("it is put off by %v", wait)
	}
	leave(time.Millisecond, failed)
}

func TestADeadPlaceIsLeftAloneAndLookedAtByOne(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0)}
	dead := failed("timeout")
	for range deadAfter {
		p.call(t, dead)
	}
	if _, wait := p.enter(publication.Shows); wait != time.Minute {
		t.Errorf("put off by %v", wait)
	}
	if _, wait := p.enter(publication.Suspended); wait != urgentRest {
		t.Errorf("a withdrawal is put off by %v", wait)
	}
	p.now = p.now.Add(time.Minute)
	leave, _ := p.enter(publication.Shows)
	if leave == nil {
		t.Fatal("nobody looks whether it is alive")
	}
	if other, _ := p.enter(publication.Shows); other != nil {
		t.Error("two look at once")
	}
	leave(time.Millisecond, dead)
	if _, wait := p.enter(publication.Shows); wait.Truncate(time.Second) != 2*time.Minute {
		t.Errorf("put off by %v", wait)
	}
	p.now = p.now.Add(2 * time.Minute)
	p.call(t, nil)
	for range deadAfter - 1 { // alive: it begins anew, and a refusal is a sign of life
		p.call(t, dead)
	}
	p.call(t, failed("redirect"))
	p.call(t, dead)
	p.call(t, nil)
}

func TestPatienceIsForTheWholePlace(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0)}
	p.call(t, &SendError{Kind: failed("rate_limited").Kind, Code: "rate_limited", RetryAfter: 7 * time.Second})
	if _, wait := p.enter(publication.Shows); wait != 7*time.Second {
		t.Errorf("another delivery is put off by %v", wait)
	}
	p.now = p.now.Add(7 * time.Second)
	p.call(t, nil)
}

func TestAPlaceGetsItsShareAndItsRate(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0), lim: Limits{Concurrency: 2}}
	var in []bool
	for range 3 {
		leave, _ := p.enter(publication.Shows)
		in = append(in, leave != nil)
	}
	leave, _ := p.enter(publication.GoneState)
	if !slices.Equal(in, []bool{true, true, false}) || leave == nil {
		t.Errorf("came in: %v, a withdrawal: %v", in, leave != nil)
	}
	p.lim = Limits{Rate: 2}
	p.call(t, nil)
	p.call(t, nil)
	if _, wait := p.enter(publication.Shows); wait < 500*time.Millisecond {
		t.Errorf("the third within a second is put off by %v", wait)
	}
	if leave, _ := p.enter(publication.GoneState); leave == nil {
		t.Error("a withdrawal waits for the rate")
	}
	p.now = p.now.Add(2 * time.Second)
	p.call(t, nil)
}

func TestAWithdrawalIsNotPutOffForLong(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0), lim: Limits{Concurrency: 1}}
	p.c.lines.of("sub-x", p.lim).took = 30 * time.Second // calls hang
	for _, x := range []struct {
		state string
		most  time.Duration
	}{{publication.Shows, longestTurn}, {publication.GoneState, urgentRest}} {
		if leave, wait := p.enter(x.state); leave == nil {
			t.Fatalf("the first waits %v", wait)
		}
		var last time.Duration
		for range 5 {
			_, last = p.enter(x.state)
		}
		if last != x.most {
			t.Errorf("%s is put off by %v, at the most by %v", x.state, last, x.most)
		}
	}
}

// Its calls were quick until they began to hang: nobody waits for it with a worker
// in hand, and who comes again and again comes ever later.
func TestAPlaceThatBeginsToHangHoldsUpNobody(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0), lim: Limits{Concurrency: 1}}
	p.call(t, nil)
	if leave, wait := p.enter(publication.Shows); leave == nil {
		t.Fatalf("the first waits %v", wait)
	}
	l := p.c.lines.of("sub-x", p.lim)
	for _, hung := range []time.Duration{time.Second, 7 * time.Second} {
		l.moved = time.Now().Add(-hung)
		if leave, wait := p.enter(publication.Shows); leave != nil || wait < hung {
			t.Errorf("nothing moves since %v, and the next one comes again after %v", hung, wait)
		}
		if l.took >= lineUp {
			t.Fatal("the place is known to be slow: this shows nothing")
		}
	}
}

func TestWhatWaitsForADeadPlaceComesBackOneAfterTheOther(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0)}
	for range deadAfter {
		p.call(t, failed("timeout"))
	}
	met := map[time.Duration]bool{}
	for range 20 {
		_, wait := p.enter(publication.Shows)
		met[wait] = true
	}
	if len(met) != 20 {
		t.Errorf("twenty come back at %d moments", len(met))
	}
}

func TestACallThatFindsNoPlaceDoesNotSpendTheRate(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0), lim: Limits{Concurrency: 1, Rate: 2}}
	leave, _ := p.enter(publication.Shows)
	for range 5 {
		p.enter(publication.Shows)
	}
	leave(time.Millisecond, nil)
	if leave, wait := p.enter(publication.Shows); leave == nil {
		t.Errorf("the second call within a second is put off by %v", wait)
	}
}

// What broke in the middle is told twice: that it was a call, and that it is over.
func TestAPlaceIsLeftOnce(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0), lim: Limits{Concurrency: 1}}
	first, _ := p.enter(publication.Shows)
	first(time.Millisecond, nil)
	if second, _ := p.enter(publication.Shows); second == nil {
		t.Fatal("it was not left")
	}
	first(0, nil)
	if third, _ := p.enter(publication.Shows); third != nil {
		t.Error("it was left by somebody who had left it before")
	}
}

func TestWhatIsSentInBulkLeavesHalfOfAPlaceToTheRest(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0)}
	bulk := func() bool {
		leave, _ := p.c.Enter(Delivery{Channel: "sub-x", Low: true, Want: Show{State: publication.Shows}}, p.lim, func() time.Time { return p.now }, func(int64) time.Duration { return time.Minute })
		return leave != nil
	}
	if in := []bool{bulk(), bulk(), bulk()}; !slices.Equal(in, []bool{true, true, false}) {
		t.Errorf("of the bulk came in %v", in)
	}
	for range defaultAtOnce / 2 {
		if leave, wait := p.enter(publication.Shows); leave == nil {
			t.Errorf("another is put off by %v", wait)
		}
	}
	p.lim = Limits{Concurrency: 1}
	if !bulk() {
		t.Error("where one comes in at once, the bulk never does")
	}
}

// All slots may be taken before the first call has begun: that is no place that
// hangs, however long nobody has called it.
func TestAPlaceThatNobodyCalledDoesNotHang(t *testing.T) {
	p := &placeTest{now: time.Unix(1_770_000_000, 0)}
	for _, idle := range []time.Time{{}, time.Now().Add(-time.Hour)} {
		p.c.lines.by = nil
		l := p.c.lines.of("sub-x", p.lim)
		l.moved = idle
		for range defaultAtOnce {
			l.slot(false, false)
		}
		if leave, wait := p.enter(publication.Shows); leave != nil || wait > 10*time.Second {
			t.Errorf("idle since %v: the next one is put off by %v", idle, wait)
		}
	}
}
