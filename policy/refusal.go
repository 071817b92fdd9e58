// What a refusal says: which rule refused, or which grant is missing.

package policy

import (
	"slices"
	"strings"

	"gongkai"
)

// Refusal (拒绝) is the cause of an error by which a request was refused: what
// was asked, for the trail.
type Refusal struct{ Act, Unit string }

func (r *Refusal) Error() string { return "refused: " + r.Act }

// refusedBy names the prohibition; a prohibition's id is the error's code.
func refusedBy(r *Rule) *gongkai.Error {
	return gongkai.E(gongkai.Denied, r.ID, r.Zh, r.En,
		gongkai.Detail{Where: r.ID, Code: r.code(), Zh: r.Zh, En: r.En})
}

func (r *Rule) code() string {
	if r.Locked {
		return "locked_rule"
	}
	return "rule"
}

// missingGrant names the roles that would be allowed to, one detail for each.
func (j *judge) missingGrant(req Request, facts []string) *gongkai.Error {
	act := actName(req.Act)
	zhUnit, enUnit := "全系统", "for the whole installation"
	if unit := req.unit(); unit != "" {
		zhUnit, enUnit = "单位 "+unit+" ", "in unit "+unit
	}
	var zh, en []string
	var details []gongkai.Detail
	for _, id := range j.allowed(req, facts) {
		r := roleName(id)
		zh, en = append(zh, r.Zh), append(en, r.En)
		details = append(details, gongkai.Detail{Where: id, Code: "missing_grant",
			Zh: "缺少" + zhUnit + "的“" + r.Zh + "”授权", En: "missing grant: " + r.En + " " + enUnit})
	}
	if details == nil {
		return gongkai.E(gongkai.Denied, "no_role", "没有任何角色可以在此情形下"+act.Zh, "no role may "+act.En+" as things are")
	}
	return gongkai.E(gongkai.Denied, "missing_grant",
		"“"+act.Zh+"”需要"+zhUnit+"的授权："+strings.Join(zh, "、"),
		"to "+act.En+" needs a grant "+enUnit+": "+strings.Join(en, ", "), details...)
}

// allowed are the roles that Casbin would let do this, of the sort that the
// actor can hold: scopes for programs, granted roles for people. It is asked
// only about roles to which some rule allows the act.
func (j *judge) allowed(req Request, facts []string) []string {
	var patterns []string
	for _, r := range j.rules {
		if r.Effect == Allow && fitsAny(r.Act, req.Act) {
			patterns = append(patterns, r.Role)
		}
	}
	var out []string
	for _, role := range j.roles {
		fitting := func(pattern string) bool { return fitsAny(pattern, role) }
		if isKeyRole(role) != req.Actor.Key || !slices.ContainsFunc(patterns, fitting) {
			continue
		}
		if d, err := j.decide([]string{role}, req.Act, facts); d.ok && err == nil {
			out = append(out, role)
		}
	}
	return out
}

func lockedError(id string) error {
	return gongkai.E(gongkai.Denied, "locked", "锁定条款任何人不得更改，系统管理员也不例外",
		"the locked section can be changed by nobody, administrators included",
		gongkai.Detail{Where: id, Code: "locked", Zh: "属于锁定条款", En: "belongs to the locked section"})
}

func staleError(cause error) error {
	return gongkai.E(gongkai.Unavailable, "stale_policy", "暂时无法确认权限规则是否最新，请稍后再试",
		"whether the policy is current cannot be confirmed just now; try again shortly").Because(cause)
}
