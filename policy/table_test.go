// Every role and every act, every fact and every act: the golden tables.

package policy

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"gongkai"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if the change is meant, run with -update\n%s", path, got)
	}
}

// actorAs is an actor who holds just this role in the township.
func actorAs(t *testing.T, p *Policy, role string) gongkai.Actor {
	if isKeyRole(role) {
		return gongkai.Actor{ID: role, Key: true, Scopes: []string{strings.TrimPrefix(role, keyPrefix)}}
	}
	grant(t, p, "the-"+role, role, "township")
	return person("the-" + role)
}

func TestEveryRoleAndEveryAct(t *testing.T) {
	p, _ := newPolicy(t)
	var b strings.Builder
	fmt.Fprintf(&b, "%-24s", "act")
	var actors []gongkai.Actor
	for _, r := range Roles {
		fmt.Fprintf(&b, " %-15s", r.ID)
		actors = append(actors, actorAs(t, p, r.ID))
	}
	for _, act := range Acts {
		fmt.Fprintf(&b, "\n%-24s", act.ID)
		for _, a := range actors {
			fmt.Fprintf(&b, " %-15s", verdict(t, p, a, act.ID))
		}
	}
	golden(t, "testdata/roles.txt", trimLines(b.String()))
}

// verdict is "yes", the fact under which it is yes, or ".".
func verdict(t *testing.T, p *Policy, a gongkai.Actor, act string) string {
	can := func(facts ...string) bool {
		err := p.Can(Request{Actor: a, Act: act, UnitPath: village, Facts: facts})
		if err != nil && !gongkai.Is(err, gongkai.Denied) {
			t.Fatalf("%s %s: %v", a.ID, act, err)
		}
		return err == nil
	}
	if can() {
		return "yes"
	}
	for _, fact := range Facts {
		if can(fact) {
			return fact
		}
	}
	return "."
}

func trimLines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}

// Somebody with every business role shows each prohibition by itself.
func TestEveryFactAndEveryAct(t *testing.T) {
	p, _ := newPolicy(t)
	for _, r := range Roles {
		if business(r.ID) {
			grant(t, p, "everything", r.ID, "county")
		}
	}
	var b strings.Builder
	for _, fact := range Facts {
		fmt.Fprintf(&b, "%s\n", fact)
		for _, act := range Acts {
			err := ask(p, "everything", act.ID, village, fact)
			if err != nil && ask(p, "everything", act.ID, village) == nil {
				fmt.Fprintf(&b, "    %-24s %s\n", act.ID, gongkai.CodeOf(err))
			}
		}
	}
	golden(t, "testdata/prohibitions.txt", b.String())
}
