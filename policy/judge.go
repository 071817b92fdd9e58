// The judge: one Casbin enforcer over a fixed set of rules, never changed once
// it stands, so that any number of requests may ask it at the same time.

package policy

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"
)

type judge struct {
	enforcer *casbin.Enforcer
	rules    []Rule   // in the order in which they are named in refusals
	roles    []string // all roles that can be held

	known sync.Map // what was decided before, by question
	count atomic.Int32
}

// decision is an answer of Casbin, with the rule that decided.
type decision struct {
	ok      bool
	because *Rule // nil: no rule spoke of it
}

// maxKnown bounds what a judge remembers: roles held together, acts and facts
// repeat, so few questions are new.
const maxKnown = 10_000

// newJudge loads the rules through the adapter. The model comes from the
// locked section: a matcher in the store could switch off every prohibition.
func newJudge(s *seed, a persist.Adapter) (*judge, error) {
	e, err := casbin.NewEnforcer(s.model.Copy())
	if err != nil {
		return nil, err
	}
	e.AddFunction("has", hasFunc)
	e.AddFunction("does", doesFunc)
	e.AddFunction("holds", holdsFunc)
	e.SetAdapter(a)
	if err := e.LoadPolicy(); err != nil {
		return nil, err
	}
	rules := rulesIn(e.GetModel(), s)
	return &judge{enforcer: e, rules: rules, roles: rolesIn(rules)}, nil
}

func rulesIn(m model.Model, s *seed) []Rule {
	var out []Rule
	for _, line := range m["p"]["p"].Policy {
		r := ruleOf(line)
		r.Locked = s.isLocked(r.ID)
		out = append(out, r)
	}
	return out
}

// decide says whether the roles may do it. The rules of a judge never change,
// so that the same question has the same answer.
func (j *judge) decide(roles []string, act string, facts []string) (decision, error) {
	key := question(roles, act, facts)
	if d, ok := j.known.Load(key); ok {
		return d.(decision), nil
	}
	d, err := j.weigh(roles, act, facts)
	if err == nil && j.count.Add(1) <= maxKnown {
		j.known.Store(key, d)
	}
	return d, err
}

// weigh asks Casbin.
func (j *judge) weigh(roles []string, act string, facts []string) (decision, error) {
	ok, line, err := j.enforcer.EnforceEx(roles, act, facts)
	if err != nil || len(line) == 0 {
		return decision{}, err
	}
	i := slices.IndexFunc(j.rules, func(r Rule) bool { return r.ID == line[4] })
	return decision{ok, &j.rules[i]}, nil
}

// question writes lengths before words, so that two questions never look alike.
func question(roles []string, act string, facts []string) string {
	b := make([]byte, 0, 128)
	for _, words := range [][]string{roles, {act}, facts} {
		b = append(strconv.AppendInt(b, int64(len(words)), 10), ';')
		for _, w := range words {
			b = append(strconv.AppendInt(b, int64(len(w)), 10), ':')
			b = append(b, w...)
		}
	}
	return string(b)
}

// rolesIn are the roles of the program and those that rules name in full.
func rolesIn(rules []Rule) []string {
	var out []string
	for _, r := range Roles {
		out = append(out, r.ID)
	}
	for _, r := range rules {
		for name := range strings.SplitSeq(r.Role, "|") {
			if roleForm.MatchString(name) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// hasFunc: does one of the roles fit? "*" is everybody, without a role too.
func hasFunc(args ...any) (any, error) {
	roles, pattern := args[0].([]string), args[1].(string)
	if pattern == "*" {
		return true, nil
	}
	for _, role := range roles {
		if fitsAny(pattern, role) {
			return true, nil
		}
	}
	return false, nil
}

// doesFunc: is the act meant?
func doesFunc(args ...any) (any, error) {
	return fitsAny(args[1].(string), args[0].(string)), nil
}

// holdsFunc: is it so? A rule without a fact always counts.
func holdsFunc(args ...any) (any, error) {
	facts, fact := args[0].([]string), args[1].(string)
	return fact == "" || slices.Contains(facts, fact), nil
}

// fitsAny compares a name with alternatives joined by "|".
func fitsAny(pattern, name string) bool {
	for more := true; more; {
		var one string
		one, pattern, more = strings.Cut(pattern, "|")
		if fits(one, name) {
			return true
		}
	}
	return false
}

// fits compares a name with another, which may end in "*".
func fits(pattern, name string) bool {
	if start, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(name, start)
	}
	return pattern == name
}
