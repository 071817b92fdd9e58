// The rules (权限规则): their form, the embedded file, what a new one must be.

package policy

import (
	"crypto/sha256"
	_ "embed"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/casbin/casbin/v2/model"

	"gongkai"
)

// Rule (权限规则) allows or denies an act to a role. Locked rules (锁定条款)
// are readable by all and editable by nobody.
type Rule struct {
	ID     string `json:"id"`
	Role   string `json:"role"`           // names joined by "|", "*" at the end of one for any ending
	Act    string `json:"act"`            // likewise
	Fact   string `json:"fact,omitempty"` // what must be so; empty: always
	Effect string `json:"effect"`         // Allow or Deny
	Locked bool   `json:"locked"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
}

// The effects of a rule.
const (
	Allow = "allow"
	Deny  = "deny"
)

//go:embed rules.csv
var rulesFile string

// seed is what the embedded file says.
type seed struct {
	model    model.Model
	locked   []Rule
	ordinary []Rule
	digest   string // names this edition of the locked section
}

// readSeed reads the embedded file; a mistake in it is ours and stops the start.
func readSeed(text string) (*seed, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.FieldsPerRecord = '#', -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	s := &seed{model: model.NewModel()}
	sum := sha256.New()
	for _, row := range rows {
		if err := s.add(row); err != nil {
			return nil, err
		}
		if row[0] != "rule" {
			fmt.Fprintf(sum, "%q\n", row)
		}
	}
	s.digest = hex.EncodeToString(sum.Sum(nil))[:8]
	return s, nil
}

func (s *seed) add(row []string) error {
	if row[0] == "model" && len(row) == 3 {
		s.model.AddDef(row[1], row[1], row[2])
		return nil
	}
	if len(row) != 8 || row[0] != "lock" && row[0] != "rule" {
		return fmt.Errorf("policy: a row of the embedded rules is neither model, lock nor rule")
	}
	rule := Rule{ID: row[1], Role: row[2], Act: row[3], Fact: row[4], Effect: row[5], Zh: row[6], En: row[7], Locked: row[0] == "lock"}
	if err := rule.check(); err != nil {
		return fmt.Errorf("policy: embedded rule %s: %w", rule.ID, err)
	}
	if rule.Locked {
		s.locked = append(s.locked, rule)
	} else {
		s.ordinary = append(s.ordinary, rule)
	}
	return nil
}

// isLocked says whether an id belongs to the locked section.
func (s *seed) isLocked(id string) bool {
	return slices.ContainsFunc(s.locked, func(r Rule) bool { return r.ID == id })
}

// line is the rule as Casbin holds it; ruleOf is the way back.
func (r Rule) line() []string {
	return []string{r.Role, r.Act, r.Fact, r.Effect, r.ID, r.Zh, r.En}
}

func ruleOf(line []string) Rule {
	return Rule{Role: line[0], Act: line[1], Fact: line[2], Effect: line[3], ID: line[4], Zh: line[5], En: line[6]}
}

var (
	idForm   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	roleForm = regexp.MustCompile(`^[a-z][a-z0-9:-]{0,63}$`)
	namesRE  = regexp.MustCompile(`^(\*|[a-z][a-z0-9:/._-]*\*?)(\|[a-z][a-z0-9:/._-]*\*?)*$`)
)

// check refuses a rule that could never count or says no reason. It names the
// places, never the values.
func (r Rule) check() error {
	var bad []gongkai.Detail
	want := func(ok bool, where, zh, en string) {
		if !ok {
			bad = append(bad, gongkai.Detail{Where: where, Code: "bad_" + where, Zh: zh, En: en})
		}
	}
	want(idForm.MatchString(r.ID), "id", "编号须为小写字母、数字和下划线", "an id is lower-case letters, digits and underscores")
	want(namesRE.MatchString(r.Role), "role", "角色的写法不合规", "the role is not written as names joined by |")
	want(namesRE.MatchString(r.Act) && knownActs(r.Act), "act", "没有这样的行为", "there is no such act")
	want(r.Fact == "" || !unknownFact(r.Fact), "fact", "没有这样的情形", "there is no such fact")
	want(r.Effect == Allow || r.Effect == Deny, "effect", "效果须为 allow 或 deny", "the effect is allow or deny")
	want(r.Zh != "" && r.En != "", "reason", "须有中文和英文的理由", "a reason in Chinese and English is wanted")
	if bad == nil {
		return nil
	}
	return gongkai.E(gongkai.Invalid, "bad_rule", "权限规则不合规", "the rule is not well formed", bad...)
}

// knownActs says whether each name of an act pattern fits some act; signing
// acts exist for every role there may be.
func knownActs(pattern string) bool {
	for name := range strings.SplitSeq(pattern, "|") {
		known := func(a Act) bool { return fits(name, a.ID) }
		if !strings.HasPrefix(name, signPrefix) && !slices.ContainsFunc(Acts, known) {
			return false
		}
	}
	return true
}
