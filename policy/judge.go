// The judge: one Casbin enforcer over a fixed set of rules, never changed once
// it stands, so that any number of requests may ask it at the same time.

package policy

import (
	"slices"
	"strings"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"
)

type judge struct {
	enforcer *casbin.Enforcer
	rules    []Rule // in the order in which they are named in refusals
}

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
	return &judge{enforcer: e, rules: rulesIn(e.GetModel(), s)}, nil
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

// decide says whether the roles may do it; because is the rule that decided,
// nil when no rule spoke of it.
func (j *judge) decide(roles []string, act string, facts []string) (ok bool, because *Rule, err error) {
	ok, line, err := j.enforcer.EnforceEx(roles, act, facts)
	if err != nil || len(line) == 0 {
		return false, nil, err
	}
	i := slices.IndexFunc(j.rules, func(r Rule) bool { return r.ID == line[4] })
	return ok, &j.rules[i], nil
}

// roles are all roles that a rule can be asked about: those of the program and
// those that rules name in full.
func (j *judge) roles() []string {
	var out []string
	for _, r := range Roles {
		out = append(out, r.ID)
	}
	for _, r := range j.rules {
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
