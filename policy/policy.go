// Policy: opening it and asking it.

package policy

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"gongkai"
	"gongkai/store"
)

// Request is a question: may this actor do this act on an object of this unit,
// things being so?
type Request struct {
	Actor    gongkai.Actor
	Act      string
	Unit     string   // unit of the object, for the refusal's words; empty: the last of UnitPath
	UnitPath []string // ids of its unit's ancestors from the root, and its own; empty: the whole installation, where only grants without a unit count
	Facts    []string
	For      string // whom the actor stands in for: what they delegated counts, and nothing else
}

func (r Request) unit() string {
	if r.Unit == "" && len(r.UnitPath) > 0 {
		return r.UnitPath[len(r.UnitPath)-1]
	}
	return r.Unit
}

// Policy (权限) answers requests from memory and follows the store.
type Policy struct {
	seed     *seed
	clock    gongkai.Clock
	rules    *store.Collection[ruleDoc]
	holders  *store.Collection[holder]
	versions *store.Collection[version]
	pending  *store.Collection[Pending]

	now       atomic.Pointer[snapshot]
	confirmed atomic.Int64  // time since born at which now was known to be current
	turn      chan struct{} // one load at a time
	born      time.Time

	stale, orphaned time.Duration
	quit            context.Context
	stop            context.CancelFunc
	done            chan struct{}
}

// Open makes the collections, copies new ordinary rules of the program into the
// store, loads everything and starts to follow. Close ends it.
func Open(ctx context.Context, db store.DB, clock gongkai.Clock) (*Policy, error) {
	return open(ctx, db, clock, pace{pollEvery, staleAfter, orphaned})
}

// pace is how quickly a replica follows and gives up.
type pace struct{ poll, stale, orphaned time.Duration }

func open(ctx context.Context, db store.DB, clock gongkai.Clock, pc pace) (*Policy, error) {
	s, err := readSeed(rulesFile)
	if err != nil {
		return nil, err
	}
	p := &Policy{seed: s, clock: clock, turn: make(chan struct{}, 1), born: time.Now(), stale: pc.stale, orphaned: pc.orphaned, done: make(chan struct{})}
	p.quit, p.stop = context.WithCancel(context.Background())
	if err := p.declare(ctx, db); err != nil {
		return nil, err
	}
	if err := p.plant(ctx); err != nil {
		return nil, err
	}
	if err := p.Refresh(ctx); err != nil {
		return nil, err
	}
	go p.poll(pc.poll)
	return p, nil
}

func (p *Policy) declare(ctx context.Context, db store.DB) (err error) {
	if p.rules, err = store.Use(ctx, db, store.Spec[ruleDoc]{Name: "policy_rules", Schema: 1}); err != nil {
		return err
	}
	if p.holders, err = store.Use(ctx, db, store.Spec[holder]{Name: "policy_grants", Schema: 2}); err != nil {
		return err
	}
	if p.pending, err = store.Use(ctx, db, pendingSpec); err != nil {
		return err
	}
	p.versions, err = store.Use(ctx, db, store.Spec[version]{Name: "policy_version", Schema: 1})
	return err
}

// Close stops following. Decisions asked for later are refused once stale.
func (p *Policy) Close() {
	p.stop()
	<-p.done
}

// Version names the rules and grants that decisions now rest on, and the
// edition of the locked section.
func (p *Policy) Version() string { return p.seed.digest + "." + p.now.Load().stamp }

// Can is nil if the request is allowed. Otherwise it is Denied, naming the rule
// or the missing grant; Unauthenticated without an actor; Unavailable when it
// cannot be known whether the rights are current.
func (p *Policy) Can(req Request) error {
	if req.Actor.ID == "" {
		return gongkai.E(gongkai.Unauthenticated, "signed_out", "请先登录", "sign in first")
	}
	if i := slices.IndexFunc(req.Facts, unknownFact); i >= 0 {
		return gongkai.E(gongkai.Internal, "unknown_fact", "程序提到了未知的情形", "the program names an unknown fact")
	}
	if err := p.fresh(); err != nil {
		return err
	}
	s, facts := p.now.Load(), req.Facts
	if req.Actor.Key {
		facts = append(slices.Clone(facts), Program)
	}
	roles := s.rolesOf(req, gongkai.Millis(p.clock()))
	if req.For != "" && len(roles) == 0 {
		return notDelegated()
	}
	d, err := s.judge.decide(roles, req.Act, facts)
	switch {
	case err != nil:
		return gongkai.E(gongkai.Internal, "policy_failed", "权限规则无法执行", "the policy cannot be evaluated").Because(err)
	case d.ok:
		return nil
	case d.because != nil:
		return refusedBy(d.because).Because(&Refusal{req.Act, req.unit()})
	}
	return s.judge.missingGrant(req, facts).Because(&Refusal{req.Act, req.unit()})
}

// rolesOf are the roles that count: those held on the unit's path, or for a
// program its scopes, within the key's unit if it has one. Who stands in for
// somebody has what that one delegated; to read, beside what is their own.
func (s *snapshot) rolesOf(req Request, now int64) []string {
	a := req.Actor
	switch {
	case req.For != "" && a.Key:
		return nil
	case req.For != "":
		return s.held.lent(a.ID, req.For, req.UnitPath, now)
	case !a.Key && slices.Contains(reads, req.Act):
		return s.held.reading(a.ID, req.UnitPath, now)
	case !a.Key:
		return s.held.at(a.ID, req.UnitPath)
	}
	if a.Unit != "" && !slices.Contains(req.UnitPath, a.Unit) {
		return nil
	}
	roles := make([]string, len(a.Scopes))
	for i, scope := range a.Scopes {
		roles[i] = keyPrefix + strings.TrimPrefix(scope, keyPrefix)
	}
	return roles
}

// Rules are all rules, the locked section first.
func (p *Policy) Rules() []Rule { return slices.Clone(p.now.Load().judge.rules) }

// AddRule adds an ordinary rule, or replaces the one with its id. The caller
// asks Can (PolicyChange) first.
func (p *Policy) AddRule(ctx context.Context, r Rule, by gongkai.Actor) error {
	if r.Locked || p.seed.isLocked(r.ID) {
		return lockedError(r.ID)
	}
	if err := r.check(); err != nil {
		return err
	}
	return p.change(ctx, func(ctx context.Context) error {
		return p.adapter(ctx, by).AddPolicy("p", "p", r.line())
	})
}

// RemoveRule removes the ordinary rule with r's id.
func (p *Policy) RemoveRule(ctx context.Context, r Rule, by gongkai.Actor) error {
	if p.seed.isLocked(r.ID) {
		return lockedError(r.ID)
	}
	return p.change(ctx, func(ctx context.Context) error {
		return p.adapter(ctx, by).RemovePolicy("p", "p", r.line())
	})
}

func (p *Policy) adapter(ctx context.Context, by gongkai.Actor) *adapter {
	return &adapter{ctx: ctx, seed: p.seed, rules: p.rules, by: by.ID, at: gongkai.Millis(p.clock())}
}
