// Holds the arrows between packages: docs/architecture.md against `go list`.

package gongkai_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "gongkai"

// topFolders are the folders that the tree may have beside dot folders; bin
// and data are what a working machine adds, and git ignores them.
var topFolders = strings.Fields("cmd content workflow policy account audit publication search channel jobs notify store api clients console deploy docs bin data")

// A table says for each key (a folder, or a library) which folders stand at
// the other end of its arrow.
type table map[string][]string

// pkg is what `go list -json` says of one package; Imports leaves tests out.
type pkg struct {
	ImportPath string
	Imports    []string
}

func TestImportsFollowTheArrows(t *testing.T) {
	readTree(t) // go list is another program: reading here makes cached results follow the tree
	arrows, libraries := documented(t, "arrows"), documented(t, "libraries")
	packages := goList(t)
	if len(packages) < 2 {
		t.Fatalf("go list found only %d packages", len(packages))
	}
	for _, p := range packages {
		for _, complaint := range complaints(arrows, libraries, p) {
			t.Error(complaint)
		}
	}
}

func TestAForbiddenArrowIsNamedWithBothEnds(t *testing.T) {
	arrows := table{"cmd": {"*"}, "api": {"content"}, "content": {"store"}, "store": nil, "policy": {"policy/privacy"}, "policy/privacy": nil, "content/importer": nil}
	libraries := table{"github.com/gofiber/fiber": {"api"}}
	for _, c := range []struct{ name, from, to, want string }{
		{"a drawn arrow", "content", "gongkai/store", ""},
		{"the root is free to all", "store", "gongkai", ""},
		{"cmd reaches everything", "cmd/gongkai", "gongkai/policy/privacy", ""},
		{"against the arrow", "store", "gongkai/content", "gongkai/store must not import gongkai/content"},
		{"over a neighbour's head", "api", "gongkai/store", "gongkai/api must not import gongkai/store"},
		{"a sub-folder follows its parent", "content/media", "gongkai/store", ""},
		{"a sub-folder may use its parent", "content/media", "gongkai/content", ""},
		{"a row of its own binds a sub-folder", "content/importer", "gongkai/content", "gongkai/content/importer must not import gongkai/content"},
		{"a row of its own is not its parent's", "api", "gongkai/policy/privacy", "gongkai/api must not import gongkai/policy/privacy"},
		{"a folder without a row", "misc", "gongkai/store", "gongkai/misc has no row"},
		{"a test package in production", "content", "gongkai/store/storetest", "gongkai/content must not import gongkai/store/storetest"},
		{"a test package takes what it needs", "store/storetest", "gongkai/content", ""},
		{"a library at home", "api", "github.com/gofiber/fiber/v2", ""},
		{"a library abroad", "cmd/gongkai", "github.com/gofiber/fiber/v2/middleware/cors", "gongkai/cmd/gongkai must not import github.com/gofiber/fiber/v2/middleware/cors"},
		{"a library of a like name", "content", "github.com/gofiber/fiberglass", ""},
	} {
		got := complaints(arrows, libraries, pkg{module + "/" + c.from, []string{c.to}})
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%s: refused: %v", c.name, got)
		case c.want != "" && (len(got) == 0 || !strings.HasPrefix(got[0], c.want)):
			t.Errorf("%s: got %v, want %q", c.name, got, c.want)
		}
	}
}

func TestTheArrowsHaveNoCycle(t *testing.T) {
	arrows := documented(t, "arrows")
	var walk func(row string, way []string)
	walk = func(row string, way []string) {
		if slices.Contains(way, row) {
			t.Fatalf("the arrows run in a circle: %s", strings.Join(append(way, row), " -> "))
		}
		for _, next := range arrows[row] {
			if _, known := arrows[next]; !known && next != "*" {
				t.Errorf("the row of %s points to %s, which has no row", row, next)
			}
			walk(next, append(way, row))
		}
	}
	for _, row := range slices.Sorted(maps.Keys(arrows)) {
		walk(row, nil)
	}
}

func TestTheTopFoldersAreTheAgreedOnes(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(topFolders, e.Name()) {
			t.Errorf("%s/ is not one of the agreed folders: docs/architecture.md says which there are", e.Name())
		}
	}
}

// complaints lists the imports of p that no arrow allows.
func complaints(arrows, libraries table, p pkg) (out []string) {
	from, known := rowOf(arrows, p.ImportPath)
	if !known {
		return []string{p.ImportPath + " has no row in the arrows of docs/architecture.md"}
	}
	for _, to := range p.Imports {
		if home, kept := homeOf(libraries, to); kept && !slices.Contains(home, topOf(p.ImportPath)) {
			out = append(out, fmt.Sprintf("%s must not import %s: that library lives in %s only", p.ImportPath, to, strings.Join(home, ", ")))
		}
		if !allowed(arrows, p.ImportPath, from, to) {
			out = append(out, fmt.Sprintf("%s must not import %s: the row is %q -> %v", p.ImportPath, to, from, arrows[from]))
		}
	}
	return out
}

// allowed decides one import between two packages of the project.
func allowed(arrows table, importer, from, to string) bool {
	if to == module || !strings.HasPrefix(to, module+"/") || forTests(importer) {
		return true
	}
	row, known := rowOf(arrows, to)
	drawn := row == from || slices.Contains(arrows[from], row) || slices.Contains(arrows[from], "*")
	return known && drawn && !forTests(to)
}

func forTests(importPath string) bool { return strings.HasSuffix(importPath, "test") }

// rowOf is the nearest folder at or above the package that has a row; the
// root package needs none, because it imports nothing of the project.
func rowOf(arrows table, importPath string) (string, bool) {
	folder := strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
	for ; folder != "." && folder != ""; folder = path.Dir(folder) {
		if _, ok := arrows[folder]; ok {
			return folder, true
		}
	}
	return "", importPath == module
}

// homeOf finds the folders in which a library may be imported, if it is one
// of those that have a home.
func homeOf(libraries table, importPath string) ([]string, bool) {
	for lib, home := range libraries {
		if importPath == lib || strings.HasPrefix(importPath, lib+"/") {
			return home, true
		}
	}
	return nil, false
}

func topOf(importPath string) string {
	top, _, _ := strings.Cut(strings.TrimPrefix(importPath, module+"/"), "/")
	return top
}

// documented reads the named block of docs/architecture.md.
func documented(t *testing.T, name string) table {
	t.Helper()
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(text), "\n```"+name+"\n")
	block, _, closed := strings.Cut(block, "\n```")
	if !found || !closed {
		t.Fatalf("docs/architecture.md has no block %q", name)
	}
	rows := table{}
	for line := range strings.Lines(block) {
		from, to, arrow := strings.Cut(line, "->")
		if !arrow {
			t.Fatalf("docs/architecture.md, block %q: no arrow in %q", name, line)
		}
		rows[strings.TrimSpace(from)] = strings.Fields(to)
	}
	return rows
}

// goList asks Go itself which packages there are and what they import.
func goList(t *testing.T) (packages []pkg) {
	t.Helper()
	var complaint strings.Builder
	list := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports", "./...")
	list.Stderr = &complaint
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaint.String())
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// A store that does not wait for the disk is for tests.
func TestNoProgramOpensAScratchStore(t *testing.T) {
	for file, text := range readTree(t) {
		if !strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(file, "store/") && strings.Contains(string(text), "OpenScratch(") {
			t.Errorf("%s opens a store that loses what it answered", file)
		}
	}
}

// SQLite looks at the value of a mere ? in LIMIT when it plans, and prepares the
// statement anew whenever another one is bound: a third of a small read.
func TestLimitsAreNotLookedAt(t *testing.T) {
	for file, text := range readTree(t) {
		if strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go") && bytes.Contains(text, []byte("LIMIT ?")) {
			t.Errorf("%s: LIMIT +? is written", file)
		}
	}
}
