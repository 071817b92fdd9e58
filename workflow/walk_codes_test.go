// What the random walk has reached: every act, and every refusal that the pure
// transition and the policy know, as the program's own text says them.

package workflow

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongkai/content"
	"gongkai/policy"
)

// beyondTheWalk are refusals that the walk cannot run into, and where they are
// tried instead.
var beyondTheWalk = map[string]string{
	"incomplete":   "no way leads to ready without every signature, which is the point; TestAReleaseNeedsEverySignature forges it",
	"no_sheet":     "only a restore beside a public store that lost its bytes: TestWhatWasStruckIsNotResumed of jobs",
	"fixed":        "decisions over findings in files: TestNoLookSettlesAMarkInAFileThatCannotBeMasked",
	"too_large":    "decisions over findings in files: TestWhatIsTooLargeIsSplitAndNotLookedAt",
	"masked":       "decisions by who sees masks: TestWhoSeesMasksHasLookedAtNothing",
	"secrecy_mark": "decisions over marks: TestASecrecyMarkStopsADocumentUntilTheSecrecyOfficerDecides",
	"no_proposal":  "decisions over words: TestAControlPhraseIsRemovedOrDeclaredHarmlessButNotMasked",
}

// logCoverage prints of each act how often it was done, and why it was refused.
func logCoverage(t *testing.T, acts map[string]int, codes map[string]map[string]int) {
	t.Helper()
	done, all := 0, 0
	for _, a := range Acts {
		refused, why := 0, []string{}
		for _, code := range slices.Sorted(maps.Keys(codes[a.Name])) {
			refused += codes[a.Name][code]
			why = append(why, fmt.Sprintf("%s %d", code, codes[a.Name][code]))
		}
		done, all = done+acts[a.Name], all+acts[a.Name]+refused
		t.Logf("%-16s done %7d of %7d (%3d%%); for somebody %6d; refused: %s", a.Name, acts[a.Name], acts[a.Name]+refused, 100*acts[a.Name]/max(1, acts[a.Name]+refused), acts[standingIn+a.Name], strings.Join(why, ", "))
	}
	t.Logf("all acts: %d of %d done (%d%%), %d released the short way, %d as a bundle", done, all, 100*done/max(1, all), acts[shortRelease], acts[togetherRelease])
}

// everyAct: each was done, and each that is lent for somebody too.
func everyAct(t *testing.T, acts map[string]int) {
	t.Helper()
	for _, a := range Acts {
		if acts[a.Name] == 0 {
			t.Errorf("%s was never done", a.Name)
		}
	}
	for _, act := range lent {
		if acts[standingIn+act] == 0 {
			t.Errorf("%s was never done for somebody", act)
		}
	}
	for _, way := range []string{shortRelease, togetherRelease} {
		if acts[way] == 0 {
			t.Errorf("%s: never", way)
		}
	}
}

// everyCode: each refusal happened, or it stands among those that cannot, where
// nothing stands that can.
func everyCode(t *testing.T, known []string, codes map[string]map[string]int) {
	t.Helper()
	for _, code := range unreached(known, codes) {
		t.Errorf("nothing was refused for %s", code)
	}
	for _, by := range codes {
		for code := range by {
			if why, beyond := beyondTheWalk[code]; beyond {
				t.Errorf("%s was refused, though it is said to be beyond the walk (%s)", code, why)
			}
		}
	}
}

// unreached are the refusals that never happened, though they could.
func unreached(known []string, codes map[string]map[string]int) []string {
	reached := map[string]int{}
	for _, by := range codes {
		sum(reached, by)
	}
	return slices.DeleteFunc(slices.Clone(known), func(code string) bool {
		_, beyond := beyondTheWalk[code]
		return beyond || reached[code] > 0
	})
}

// refusals are the codes of all refusals that Apply can end in: those in the
// text of the functions that it reaches, and the prohibitions of the policy.
func refusals(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{"missing_grant": true, "not_delegated": true}
	for _, r := range openPolicy(t, openDB(t)).Rules() {
		if r.Effect == policy.Deny && !strings.HasPrefix(r.Act, "grant.") {
			found[r.ID] = true
		}
	}
	decls, seen := pureDecls(t), map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		for _, decl := range decls[name] {
			ast.Inspect(decl, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Ident:
					visit(n.Name)
				case *ast.CallExpr:
					if code := codeOf(n); code != "" {
						found[code] = true
					}
				}
				return true
			})
		}
	}
	visit("Apply")
	if !seen["letOut"] || !seen["sensible"] || seen["prepareSubmit"] {
		t.Fatal("what Apply reaches is not what is looked at")
	}
	return slices.Sorted(maps.Keys(found))
}

// codeOf is the code of a refusal that a call makes, if it does.
func codeOf(call *ast.CallExpr) string {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	at, makes := map[string]int{"E": 1, "need": 2, "blocked": 1}[name]
	if !makes || at >= len(call.Args) {
		return ""
	}
	switch arg := call.Args[at].(type) {
	case *ast.BasicLit:
		code, _ := strconv.Unquote(arg.Value)
		return code
	case *ast.SelectorExpr:
		return map[string]string{"Aggregation": content.Aggregation, "NotProactive": policy.NotProactive}[arg.Sel.Name]
	}
	return ""
}

// pureDecls are the declarations of the package by name, without what hangs on
// the engine: Apply knows none.
func pureDecls(t *testing.T) map[string][]ast.Node {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]ast.Node{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if !ofEngine(d) {
					out[d.Name.Name] = append(out[d.Name.Name], d)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, is := spec.(*ast.ValueSpec); is {
						for _, name := range v.Names {
							out[name.Name] = append(out[name.Name], v)
						}
					}
				}
			}
		}
	}
	return out
}

// ofEngine: a method of the engine, or one that takes a context.
func ofEngine(d *ast.FuncDecl) bool {
	engine := false
	ast.Inspect(d.Type, func(n ast.Node) bool {
		if s, is := n.(*ast.SelectorExpr); is && s.Sel.Name == "Context" {
			engine = true
		}
		return true
	})
	if d.Recv != nil {
		ast.Inspect(d.Recv, func(n ast.Node) bool {
			if id, is := n.(*ast.Ident); is && id.Name == "Engine" {
				engine = true
			}
			return true
		})
	}
	return engine
}
