// Paying an outlet: what was posted is found out, what must be shown is posted,
// what must not be is removed; nothing twice.

package channel

import (
	"context"
	"errors"
	"strconv"
	"time"

	"gongkai"
	"gongkai/channel/platform"
)

// mark names a post: no two have the same, those of a store that was restored
// among them.
func mark(d Delivery, now int64) string {
	return gongkai.DerivedID(d.ID, strconv.FormatInt(d.Claims, 10), strconv.FormatInt(now, 10))[:16]
}

// posting is one claim of a delivery to an outlet.
type posting struct {
	*Channels
	claim Delivery // as it was claimed
	d     Delivery // as it stands
	kind  platform.Kind
	at    platform.Platform    // nil: a person
	first error                // that stood in the way
	asked map[string]time.Time // when each post was looked up, by its mark
}

// payOutlet goes as far as it can: it looks at every post that is open, posts
// what is missing, and then removes what must go, in that order: a correction
// is there before the text that it corrects is gone.
func (c *Channels) payOutlet(ctx context.Context, outlet Outlet, d Delivery) (err error) {
	p := &posting{Channels: c, claim: d, d: d, asked: map[string]time.Time{}}
	if p.kind, p.at, err = c.platform(outlet); err != nil {
		return err
	}
	if err := p.keep(ctx); err != nil { // what people said since
		return err
	}
	for _, do := range []func(context.Context) error{p.look, p.show, p.remove} {
		if err := do(ctx); errors.Is(err, errClaimLost) || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		} else if err != nil && p.first == nil {
			p.first = err
		}
	}
	return p.verdict(ctx)
}

// look asks what became of posts of which that is not known.
func (p *posting) look(ctx context.Context) error {
	var failed error
	for _, post := range p.d.open() {
		if p.at == nil || post.State != platform.Submitted && post.State != platform.Unknown {
			continue
		}
		post.Error = ""
		began := p.Now()
		next, err := p.at.Look(ctx, post)
		if err == nil {
			p.asked[post.Mark] = began
		}
		if next.State == "" {
			next = post
		}
		failed = errors.Join(failed, p.after(ctx, next, err))
	}
	return failed
}

// after stores a post as a call has left it. A lost answer is no failure: the
// post says it; nor is why something is not shown that must not be shown.
func (p *posting) after(ctx context.Context, post platform.Post, failed error) error {
	var e *platform.Error
	if errors.As(failed, &e) {
		if post.Error = e.Code; e.Class == platform.ClassUnknown && (post.State == platform.Begun || post.State == platform.Live) {
			post.State = platform.Unknown
		}
	}
	if failed == nil && post.State == platform.Failed && post.Error != "" {
		failed = &platform.Error{Class: platform.ClassContent, Code: post.Error}
	}
	if err := p.store(ctx, post, nil); err != nil {
		return err
	}
	over := post.Settled() && (!p.d.Want.shows() || post.Digest != p.d.Want.Digest)
	if over || e != nil && e.Class == platform.ClassUnknown {
		return nil
	}
	return failed
}

// store writes a post into the delivery under the claim.
func (p *posting) store(ctx context.Context, post platform.Post, ok func(Delivery) error) error {
	ctx = context.WithoutCancel(ctx) // what is known must be kept
	now, err := p.Ledger.write(ctx, p.claim, func(d *Delivery) error {
		if ok != nil {
			if err := ok(*d); err != nil {
				return err
			}
		}
		if post.At == 0 || p.noted(post).State != post.State {
			post.At = gongkai.Millis(p.Now())
		}
		d.put(post)
		return nil
	})
	if err != nil {
		return err
	}
	p.d = now
	return p.keep(ctx)
}

// stillWanted refuses to show what was superseded since the claim.
func stillWanted(post platform.Post) func(Delivery) error {
	return func(d Delivery) error {
		if !d.Want.shows() || d.Want.Digest != post.Digest {
			return errSuperseded
		}
		return nil
	}
}

func always(Delivery) error { return nil }

// show posts what must be shown, unless it is, or may be, there.
func (p *posting) show(ctx context.Context) error {
	if !p.d.Want.shows() || platform.ClassOf(p.first) == platform.ClassContent { // the platform has just said no: a person decides
		return nil
	}
	var post platform.Post
	for _, o := range p.d.open() {
		if o.Digest == p.d.Want.Digest {
			if post = o; o.State != platform.Begun {
				return nil
			}
		}
	}
	if err := p.portal(ctx); err != nil {
		return err
	}
	if p.at == nil {
		return &Waiting{State: Person, Code: waitHand}
	}
	article, err := p.Article(ctx, p.d)
	if err != nil {
		return err
	}
	if err := p.at.Check(article); err != nil {
		return gongkai.E(gongkai.Denied, gongkai.CodeOf(err), "稿件超出平台限制，请修改或改由人工发布", "the article exceeds the limits of the platform: change it or post it by hand").Because(err)
	}
	if post.Mark == "" {
		now := gongkai.Millis(p.Now())
		post = platform.Post{Seq: p.d.Seq, Edition: p.d.Want.Edition, Digest: p.d.Want.Digest, State: platform.Begun, Mark: mark(p.d, now), Begun: now}
		if err := p.store(ctx, post, stillWanted(post)); err != nil {
			return err
		}
	}
	note := func(now platform.Post) error {
		now.Begun = gongkai.Millis(p.Now())
		return p.store(ctx, now, stillWanted(post))
	}
	post.Error = ""
	next, err := p.at.Post(ctx, post, article, note)
	if next.Mark == "" {
		next = p.noted(post)
	}
	return p.after(ctx, next, err)
}

// noted is a post as it was stored last.
func (p *posting) noted(post platform.Post) platform.Post {
	for _, o := range p.d.Posts {
		if o.Mark == post.Mark {
			return o
		}
	}
	return post
}

// remove takes down what must go, and what was prepared for a post that never
// came about. What is to be corrected goes when the new text is there.
func (p *posting) remove(ctx context.Context) error {
	shown := p.d.shown()
	if p.d.Want.shows() && shown == nil {
		return nil
	}
	var failed error
	for _, post := range p.d.open() {
		begun := post.State == platform.Begun && (shown != nil || !p.d.Want.shows())
		if post.State != platform.Live && !begun || shown != nil && post.Mark == shown.Mark {
			continue
		}
		if p.at == nil || post.By != "" {
			failed = errors.Join(failed, &Waiting{State: Person, Code: waitHandRemove})
			continue
		}
		post.Error = ""
		next, err := p.at.Remove(ctx, post, func(now platform.Post) error { return p.store(ctx, now, always) })
		if next.Mark == "" {
			next = p.noted(post)
		}
		failed = errors.Join(failed, p.after(ctx, next, err))
	}
	return failed
}

// verdict is what is left to do.
func (p *posting) verdict(ctx context.Context) error {
	var waits *Waiting
	for _, post := range p.d.open() {
		if w := p.waitFor(post); w != nil && (waits == nil || w.State == Person) {
			waits = w
		}
	}
	switch {
	case errors.Is(p.first, errSuperseded):
		return &Waiting{State: Due, Code: waitNewer, After: quickest}
	case p.first != nil:
		return p.first
	case waits != nil:
		return waits
	case p.d.Want.shows() && p.d.shown() == nil:
		return gongkai.E(gongkai.Unavailable, "post_lost", "平台未显示，将重新发布", "the platform does not show it; it is posted again")
	}
	for _, post := range p.d.open() {
		if shown := p.d.shown(); shown == nil || post.Mark != shown.Mark {
			return gongkai.E(gongkai.Unavailable, "still_shown", "平台仍有应撤下的内容，将再次撤下", "the platform still shows what must go; it is removed again")
		}
	}
	return p.seal(ctx)
}

const (
	slowPost = 24 * time.Hour // accepted and not seen: a person looks
	quickest = 500 * time.Millisecond
	slowest  = 10 * time.Minute
)

// waitFor is what an open post is waited for; nil: nothing.
func (p *posting) waitFor(post platform.Post) *Waiting {
	age := p.Now().Sub(time.UnixMilli(post.Begun))
	after := min(max(age/4, quickest), slowest)
	switch post.State {
	case platform.Submitted:
		if age > slowPost {
			return &Waiting{State: Person, Code: waitSlow}
		}
		return &Waiting{State: Submitted, Code: waitSubmitted, After: after}
	case platform.Unknown:
		if p.at == nil || p.asked[post.Mark].Sub(time.UnixMilli(post.Begun)) > p.at.Settling() { // looked up since then, and not found
			return &Waiting{State: Person, Code: waitUnknown}
		}
		return &Waiting{State: Unknown, Code: waitLookup, After: after}
	}
	return nil
}

// seal writes down where readers find what is shown.
func (p *posting) seal(ctx context.Context) error {
	_, err := p.Ledger.write(ctx, p.claim, func(d *Delivery) error {
		d.Address, d.External = "", ""
		if shown := d.shown(); shown != nil {
			d.Address, d.External = shown.Address, shown.Handles[p.kind.ID]
		}
		return nil
	})
	return err
}

type opened struct {
	rev int64
	at  platform.Platform
}

// platform keeps the platform of an outlet while its settings stay; nil where a
// person does it.
func (c *Channels) platform(o Outlet) (platform.Kind, platform.Platform, error) {
	kind, known := c.Outlets.kind(o.Kind)
	if !known {
		return kind, nil, gongkai.E(gongkai.Missing, "kind", "没有这种平台", "there is no such kind of platform")
	}
	if kind.Open == nil {
		return kind, nil, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if h, ok := c.opened[o.ID]; ok && h.rev == o.Rev {
		return kind, h.at, nil
	}
	at, err := kind.Open(platform.Account{ID: o.Channel(), Settings: o.Settings, Secrets: o.Secrets, HTTP: c.Guard.transport(), Tokens: c.Tokens, Now: c.Now})
	if err != nil {
		return kind, nil, err
	}
	if c.opened == nil {
		c.opened = map[string]opened{}
	}
	c.opened[o.ID] = opened{o.Rev, at}
	return kind, at, nil
}
