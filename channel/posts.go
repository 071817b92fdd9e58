// What the ledger keeps of outlets: the posts, and who may write them.

package channel

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/channel/platform"
)

// Waiting (等待) is why a delivery to an outlet is neither done nor failed.
type Waiting struct {
	State string        // submitted, unknown, person, due
	Code  string        // why
	After time.Duration // until it is looked at again; a person is waited for without end
}

// Error names the reason.
func (w *Waiting) Error() string { return "delivery: " + w.State + " (" + w.Code + ")" }

// Unwrap gives the reason in Chinese and English.
func (w *Waiting) Unwrap() error {
	words := waitings[w.Code]
	return gongkai.E(gongkai.Unavailable, w.Code, words.zh, words.en)
}

// Why a delivery waits.
const (
	waitSubmitted  = "submitted"       // until the platform shows it
	waitLookup     = "answer_lost"     // until a look-up proves something
	waitUnknown    = "post_unknown"    // a person looks whether it is there
	waitSlow       = "post_slow"       // a person looks why the platform does not show it
	waitPortal     = "portal_awaited"  // until the portal shows it
	waitPortalLate = "portal_not_seen" // a person decides whether it goes on
	waitNewer      = "superseded"      // until what is newer is told
	waitHand       = "by_hand"         // a person posts it
	waitHandRemove = "by_hand_remove"  // a person takes it down
)

var waitings = map[string]struct{ zh, en string }{
	waitSubmitted:  {"平台已受理，等待平台显示", "the platform has accepted it and does not show it yet"},
	waitLookup:     {"没有收到平台的答复，正在查询结果", "no answer came from the platform; the result is being looked up"},
	waitUnknown:    {"无法确定平台是否已显示，请人工查看后登记：已找到或确无", "nobody can tell whether the platform shows it: look there, then say found or absent"},
	waitSlow:       {"平台受理后一天仍未显示，请人工查看", "the platform has not shown it within a day: look there"},
	waitPortal:     {"等待门户首发", "it waits for the portal to show it first"},
	waitPortalLate: {"门户迟迟未见首发页面，请人工决定是否继续", "the portal was not seen to show it in time: a person decides whether it goes on"},
	waitNewer:      {"应展示的内容已变，稍后继续", "something else is to be shown by now; it goes on in a moment"},
	waitHand:       {"待人工发布，完成后请登记回执", "to be published by hand; then enter the receipt"},
	waitHandRemove: {"待人工撤下，完成后请登记", "to be taken down by hand; then say so"},
}

// held tells of a delivery to an outlet that its claim lives. Such a claim is not
// superseded: what it does must be known before anything else is done.
func (d Delivery) held(now int64) bool {
	return posts(d.Channel) && d.State == Claimed && d.Lease > now
}

// lease is how long a claim lasts: pictures take their time, and each note
// renews it.
func (l *Ledger) lease(channel string) time.Duration {
	if posts(channel) {
		return 2 * l.Lease
	}
	return l.Lease
}

// done is the state of a delivery that is paid.
func (d Delivery) done() string {
	if posts(d.Channel) && !d.Want.shows() {
		return Withdrawn
	}
	return Confirmed
}

func (d *Delivery) wait(w Waiting, now int64) {
	d.State, d.Error, d.Attempt, d.Due = w.State, w.Code, 0, now+w.After.Milliseconds()
	if w.State == Person {
		d.Due = 0
	}
}

// forgetPortal: what the portal showed before, and who went on without it, says
// nothing about another edition.
func (d *Delivery) forgetPortal(want Show) {
	if d.Want.Digest != want.Digest {
		d.Portal, d.Without = nil, ""
	}
}

// doubtBegun: the worker that began these is dead.
func (d *Delivery) doubtBegun() {
	for i, p := range d.Posts {
		if p.State == platform.Begun && p.Step != "" {
			d.Posts[i].State = platform.Unknown
		}
	}
}

// doubtLive has what a platform showed looked up anew. What a person posted
// cannot be looked up.
func (d *Delivery) doubtLive() {
	for i, p := range d.Posts {
		if p.State == platform.Live && p.By == "" {
			d.Posts[i].State = platform.Unknown
		}
	}
}

// doubtAgain has what is to be shown again looked up, where it was live: somebody
// may have begun to remove it, and nobody waited for the answer.
func (d *Delivery) doubtAgain() {
	for i, p := range d.Posts {
		if p.State == platform.Live && p.By == "" && p.Digest == d.Want.Digest {
			d.Posts[i].State = platform.Unknown
		}
	}
}

// open are the posts that are seen or may come to be seen.
func (d Delivery) open() []platform.Post {
	return slices.DeleteFunc(slices.Clone(d.Posts), platform.Post.Settled)
}

// keepPosts is how many attempts a delivery remembers that are over.
const keepPosts = 40

// put adds a post or replaces it as it stood.
func (d *Delivery) put(p platform.Post) {
	d.Posts = slices.Clone(d.Posts)
	if i := slices.IndexFunc(d.Posts, func(o platform.Post) bool { return o.Mark == p.Mark }); i >= 0 {
		p.Begun = max(p.Begun, d.Posts[i].Begun)
		d.Posts[i] = p
		return
	}
	d.Posts = append(d.Posts, p)
	if i := slices.IndexFunc(d.Posts, platform.Post.Settled); i >= 0 && len(d.Posts) > keepPosts {
		d.Posts = slices.Delete(d.Posts, i, i+1)
	}
}

var (
	errNoOutlet   = gongkai.E(gongkai.Blocked, "no_outlet", "该投送不由人工办理", "this delivery is none that a person does")
	errClaimLost  = gongkai.E(gongkai.Conflict, "claim_lost", "投送已由他人接手", "somebody else has the delivery by now")
	errSuperseded = gongkai.E(gongkai.Conflict, "superseded", "应展示的内容已变", "something else is to be shown by now")
)

// write changes a claimed delivery, if the claim is still the last one, and
// renews it.
func (l *Ledger) write(ctx context.Context, claimed Delivery, change func(*Delivery) error) (Delivery, error) {
	return l.update(ctx, claimed.ID, func(d *Delivery) error {
		if !claimed.holds(*d) {
			return errClaimLost
		}
		now := l.now()
		d.Lease = gongkai.Millis(now.Add(l.lease(d.Channel)))
		d.Due, d.Updated = d.Lease, gongkai.Millis(now)
		return change(d)
	})
}

// Decision (人工办理) is what a person says of a delivery to an outlet.
type Decision struct {
	Act     string // done, taken_down, found, absent, go_on
	Edition int64  // done: the one that was posted
	On      string // done: 2006-01-02
	Where   string
	Address string
	By      string
}

// What a person can say.
const (
	SayDone      = "done"       // I have posted it
	SayTakenDown = "taken_down" // nothing is shown any more of what was to be taken down
	SayFound     = "found"      // what nobody knew of is there
	SayAbsent    = "absent"     // what nobody knew of is not there
	SayGoOn      = "go_on"      // without waiting for the portal
)

// decisions is the table of what a person can say.
var decisions = map[string]func(d *Delivery, by Decision, now int64) (changed bool){
	SayDone: func(d *Delivery, by Decision, now int64) bool {
		if !d.Want.shows() || d.shown() != nil {
			return false
		}
		d.put(platform.Post{Seq: d.Seq, Edition: d.Want.Edition, Digest: d.Want.Digest, State: platform.Live, Mark: mark(*d, now), Begun: now, At: now,
			By: by.By, Where: by.Where, On: by.On, Address: by.Address})
		return true
	},
	SayTakenDown: func(d *Delivery, by Decision, now int64) bool {
		return d.say(by, now, platform.Gone, func(p platform.Post) bool { return !d.Want.shows() || p.Digest != d.Want.Digest })
	},
	SayFound: func(d *Delivery, by Decision, now int64) bool {
		return d.say(by, now, platform.Live, func(p platform.Post) bool { return inDoubt(p, now) })
	},
	SayAbsent: func(d *Delivery, by Decision, now int64) bool {
		return d.say(by, now, platform.Failed, func(p platform.Post) bool { return inDoubt(p, now) })
	},
	SayGoOn: func(d *Delivery, by Decision, _ int64) bool {
		if !d.Want.shows() || d.Portal != nil || d.Without != "" {
			return false
		}
		d.Without = by.By
		return true
	},
}

// inDoubt tells whether a person is asked about a post. What the platform has taken
// and can be asked about is none of these, before it is late.
func inDoubt(p platform.Post, now int64) bool {
	return p.State == platform.Unknown || p.State == platform.Submitted && now-p.Begun > slowPost.Milliseconds()
}

// say gives the open posts that are meant another state, on a person's word.
func (d *Delivery) say(by Decision, now int64, state string, meant func(platform.Post) bool) (changed bool) {
	for _, p := range d.open() {
		if meant(p) {
			p.State, p.By, p.At, p.Error, changed = state, by.By, now, "", true
			if by.Address != "" {
				p.Address = by.Address
			}
			d.put(p)
		}
	}
	return changed
}

// shown is the live post of what is to be shown; nil if there is none.
func (d Delivery) shown() *platform.Post {
	if i := slices.IndexFunc(d.Posts, func(p platform.Post) bool { return p.State == platform.Live && p.Digest == d.Want.Digest }); i >= 0 {
		return &d.Posts[i]
	}
	return nil
}

// Decide writes down what a person says, and makes the delivery due.
func (l *Ledger) Decide(ctx context.Context, id string, by Decision) (Delivery, error) {
	return l.update(ctx, id, func(d *Delivery) error {
		now := gongkai.Millis(l.now())
		switch {
		case !posts(d.Channel):
			return errNoOutlet
		case d.held(now):
			return errTaken
		case by.Act == SayDone && by.Edition != d.Want.Edition:
			return gongkai.E(gongkai.Conflict, "edition", "应发布的版本已变，请重新取稿", "another edition is to be posted by now: fetch the text anew")
		case !decisions[by.Act](d, by, now):
			return gongkai.E(gongkai.Blocked, "nothing_to_decide", "该投送没有可登记的此项", "there is nothing of this delivery that this could be said of")
		}
		d.State, d.Due, d.Attempt, d.Lease, d.Error, d.Updated, d.Held = Due, now, 0, 0, "", now, 0
		return nil
	})
}
