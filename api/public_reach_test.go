// Proves that public handlers cannot reach what was not released.

package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// publicImports are the packages of the project that the public files know,
// and what of each they may name (nil: everything).
var publicImports = map[string][]string{
	"gongkai": nil, "gongkai/publication": nil, "gongkai/search": nil, "gongkai/publication/syndication": nil,
	"gongkai/content": {"Public", "Shanghai", "MaxFacet"},
}

// publicNames are the names of the rest of this package that the public files
// may use: how routes are registered and described, what they are given, and how
// a stream is sent, to whom.
var publicNames = []string{"routes", "publicSide", "register", "public", "contentPrefix", "neverNull", "stream", "sendEvents", "eventLines", "addressOf"}

func parsed(t *testing.T, pattern string) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	names, err := filepath.Glob(pattern)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err != nil || len(files) < 2 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	return files
}

func TestPublicFilesImportNothingThatHoldsOriginals(t *testing.T) {
	for name, file := range parsed(t, "public*.go") {
		known := map[string][]string{}
		for _, imp := range file.Imports {
			path := strings.Trim(imp.Path.Value, `"`)
			if path != "gongkai" && !strings.HasPrefix(path, "gongkai/") {
				continue
			}
			may, ok := publicImports[path]
			if !ok || imp.Name != nil {
				t.Errorf("%s imports %s", name, path)
			}
			known[path[strings.LastIndexByte(path, '/')+1:]] = may
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := sel.X.(*ast.Ident); ok && known[pkg.Name] != nil && !slices.Contains(known[pkg.Name], sel.Sel.Name) {
					t.Errorf("%s uses %s.%s", name, pkg.Name, sel.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestPublicFilesUseNothingOfTheServerButItsDoors(t *testing.T) {
	ours, others := parsed(t, "public*.go"), map[string]bool{}
	for name, file := range parsed(t, "*.go") {
		if ours[name] == nil {
			for _, decl := range file.Decls {
				for _, id := range declared(decl) {
					others[id] = true
				}
			}
		}
	}
	if !others["Server"] || !others["Deps"] {
		t.Fatalf("the rest of the package was not read: %v", slices.Sorted(maps.Keys(others)))
	}
	for name, file := range ours {
		for _, id := range file.Unresolved { // what the file itself does not declare: all that is asked here
			if others[id.Name] && !slices.Contains(publicNames, id.Name) {
				t.Errorf("%s uses %s, which the rest of the package declares", name, id.Name)
			}
		}
	}
}

// declared are the package-level names of a declaration; methods have none.
func declared(decl ast.Decl) (out []string) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			out = append(out, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				out = append(out, s.Name.Name)
			case *ast.ValueSpec:
				for _, id := range s.Names {
					out = append(out, id.Name)
				}
			}
		}
	}
	return out
}

// What the public side is given leads, by exported fields and by what methods
// answer with, to public forms only.
func TestThePublicSideLeadsToNoOriginal(t *testing.T) {
	seen := map[reflect.Type]bool{}
	side := reflect.TypeFor[publicSide]()
	for i := range side.NumField() {
		reach(side.Field(i).Type, seen)
	}
	var met []string
	for typ := range seen {
		if typ.PkgPath() == "gongkai/content" {
			met = append(met, typ.Name())
		}
		if strings.HasPrefix(typ.PkgPath(), "gongkai/workflow") || strings.HasPrefix(typ.PkgPath(), "gongkai/account") {
			t.Errorf("it leads to %s", typ)
		}
	}
	slices.Sort(met)
	if want := []string{"Ended", "Fields", "Placement", "Public", "PublicFile", "PublicMember", "Validity"}; !slices.Equal(met, want) { // marks hold no text
		t.Errorf("of content it leads to %v, want %v", met, want)
	}
}

func reach(t reflect.Type, seen map[reflect.Type]bool) {
	if seen[t] || t.PkgPath() == "time" {
		return
	}
	seen[t] = true
	for i := range t.NumMethod() {
		for j := range t.Method(i).Type.NumOut() {
			reach(t.Method(i).Type.Out(j), seen)
		}
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		reach(t.Elem(), seen)
	case reflect.Map:
		reach(t.Key(), seen)
		reach(t.Elem(), seen)
	case reflect.Func:
		for i := range t.NumOut() {
			reach(t.Out(i), seen)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() || f.Anonymous {
				reach(f.Type, seen)
			}
		}
	}
	if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && t.Name() != "" {
		reach(reflect.PointerTo(t), seen)
	}
}
