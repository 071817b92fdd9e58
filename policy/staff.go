// Staff: who could do an act for a unit, were they asked.

package policy

import "slices"

// Able are the users whose roles allow all these acts on an object of a unit with
// this path, in order. What else may forbid them (facts) is not asked.
func (p *Policy) Able(unitPath []string, acts ...string) ([]string, error) {
	if err := p.fresh(); err != nil {
		return nil, err
	}
	s := p.now.Load()
	var out []string
	for _, user := range s.held.on(unitPath) {
		able, err := s.judge.allAllowed(s.held.at(user, unitPath), acts)
		if err != nil {
			return nil, err
		}
		if able {
			out = append(out, user)
		}
	}
	return out, nil
}

func (j *judge) allAllowed(roles, acts []string) (bool, error) {
	for _, act := range acts {
		if d, err := j.decide(roles, act, nil); err != nil || !d.ok {
			return false, err
		}
	}
	return len(acts) > 0, nil
}

// Provided tells whether some role may do the act at all.
func (p *Policy) Provided(act string) bool {
	j := p.now.Load().judge
	return slices.ContainsFunc(j.roles, func(role string) bool {
		d, err := j.decide([]string{role}, act, nil)
		return err == nil && d.ok
	})
}

// on are the users who hold anything on a path of units, in order, each once.
func (h held) on(path []string) []string {
	out := slices.Clone(h.users[""])
	for _, unit := range path {
		if unit != "" {
			out = append(out, h.users[unit]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
