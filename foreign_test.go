// No page and no command asks a foreign host for anything.

package gongkai_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ourOwn are the hosts that are this very machine, or no machine at all.
var ourOwn = []string{
	"localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]", // this machine
	".localhost", ".example", ".test", ".invalid", // names that never resolve (RFC 2606)
	"example.com", ".example.com", "example.org", ".example.org", // reserved for examples
	"example.gov.cn", ".example.gov.cn", // how samples here write the site of an office
}

// names are the addresses that serve as names; nobody ever opens them.
var names = map[string]string{
	"http://www.w3.org/1999/":             "namespaces of HTML and XLink",
	"http://www.w3.org/2000/":             "namespaces of SVG and xmlns",
	"http://www.w3.org/XML/1998/":         "namespace of xml:lang",
	"http://www.w3.org/2005/Atom":         "namespace of Atom",
	"http://purl.org/dc/elements/1.1/":    "namespace of Dublin Core",
	"https://jsonfeed.org/version/1.1":    "the version that a JSON Feed states",
	"http://www.sitemaps.org/schemas/":    "namespace of sitemaps",
	"http://schemas.openxmlformats.org/":  "namespaces inside a .docx",
	"https://json-schema.org/draft/2020-": "the dialect that OpenAPI 3.1 states",
	"https://json.schemastore.org/sarif-": "the schema that a SARIF log states",
}

// called are hosts that the program calls, and only where an operator has set
// up an account there.
var called = map[string]string{
	"https://api.weixin.qq.com": "interface of WeChat Official Accounts (docs/wechat.md)",
	"https://api.weibo.com":     "interface of Weibo (docs/weibo.md)",
}

// served are the endings of files whose text can reach a browser or make a call.
var served = []string{".go", ".html", ".htm", ".css", ".js", ".mjs", ".ts", ".vue", ".svg", ".tmpl"}

// address finds the host of an absolute URL, or of one that inherits its
// scheme and stands where a page would load it from.
var address = regexp.MustCompile("(?i)(?:\\b(?:https?|wss?)://|[\"'(=`]//)((?:[^\\s/\"'<>()`\\\\?#@]*@)?([^\\s/\"'<>()`\\\\?#]*))[^\\s\"'<>()`\\\\]*")

// computed is what a program fills in; and a port says nothing about a host.
var computed = regexp.MustCompile(`%[a-z]|\$?\{[^}]*\}|:[0-9]*$`)

func TestNothingAsksAForeignHost(t *testing.T) {
	for file, text := range readTree(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, url := range foreign(file, text) {
			t.Errorf("%s names %s, a foreign host: serve it from here, or give the reason in foreign_test.go", file, url)
		}
	}
}

func TestAForeignHostIsSeenInEveryDisguise(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"a script from a CDN", "a.html", `<script src="https://cdn.jsdelivr.net/x.js">`, "https://cdn.jsdelivr.net/x.js"},
		{"a script that inherits the scheme", "a.html", `<script src="//unpkg.com/x.js">`, "//unpkg.com/x.js"},
		{"without quotes", "a.html", `<script src=//unpkg.com/x.js>`, "//unpkg.com/x.js"},
		{"a font in a style sheet", "a.css", `@font-face{src:url(https://fonts.gstatic.com/s)}`, "https://fonts.gstatic.com/s"},
		{"a socket", "a.ts", `new WebSocket("wss://push.evil.net/")`, "wss://push.evil.net/"},
		{"what only looks like a platform", "a.go", "package a\nvar u = `https://api.weibo.com.evil.net`", "https://api.weibo.com.evil.net"},
		{"capitals", "a.html", `<img src="HTTPS://Evil.net/a">`, "HTTPS://Evil.net/a"},
		{"hidden behind a user name", "a.html", `<img src="https://localhost@evil.net/a">`, "https://localhost@evil.net/a"},
		{"a look-alike of our own", "a.html", `<img src="https://localhost.evil.net/a">`, "https://localhost.evil.net/a"},
		{"half computed", "a.go", "package a\nvar u = \"https://%s.evil.net/a\"", "https://%s.evil.net/a"},
		{"a string in Go", "a.go", "package a\nvar u = `https://unpkg.com`", "https://unpkg.com"},
		{"a comment in Go is only read", "a.go", "package a\n// see https://www.rfc-editor.org/rfc/rfc9457", ""},
		{"a comment in a script is no address", "a.ts", "x = 1 //evil.net", ""},
		{"a namespace", "a.svg", `<svg xmlns="http://www.w3.org/2000/svg">`, ""},
		{"this machine", "a.go", "package a\nvar u = \"http://127.0.0.1:8080/x\"", ""},
		{"wholly computed", "a.go", "package a\nvar u = \"http://%s:%d/x\"", ""},
		{"a sample", "a.go", "package a\nvar u = \"https://www.county.example/a\"", ""},
	} {
		got := foreign(c.file, []byte(c.text))
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%s: refused %v", c.name, got)
		case c.want != "" && !slices.Contains(got, c.want):
			t.Errorf("%s: got %v, want %q", c.name, got, c.want)
		}
	}
}

// foreign lists the addresses in a file that lead elsewhere.
func foreign(file string, text []byte) (urls []string) {
	if filepath.Ext(file) == ".go" {
		text = literals(text)
	}
	for _, m := range address.FindAllSubmatch(text, -1) {
		url := strings.TrimLeft(string(m[0]), "\"'(=`")
		host := computed.ReplaceAllString(strings.ToLower(string(m[2])), "")
		host = computed.ReplaceAllString(host, "") // the port behind a computed port
		_, meant := called[url]
		if strings.Trim(host, ".") != "" && !own(host) && !aName(url) && !meant {
			urls = append(urls, url)
		}
	}
	return urls
}

// literals keeps the string literals of a Go file, one to a line: comments may
// point to a standard, only strings can be fetched.
func literals(text []byte) (out []byte) {
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile("", -1, len(text)), text, nil, 0)
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok == token.STRING {
			out = append(append(out, lit...), '\n')
		}
	}
}

func own(host string) bool {
	return slices.ContainsFunc(ourOwn, func(o string) bool {
		return host == o || strings.HasPrefix(o, ".") && strings.HasSuffix(host, o)
	})
}

func aName(url string) bool {
	for prefix := range names {
		if strings.HasPrefix(url, prefix) {
			return true
		}
	}
	return false
}

// readTree reads every file of the tree that can be served or run, apart from
// what other people wrote and what only tests see.
func readTree(t *testing.T) map[string][]byte {
	t.Helper()
	tree := map[string][]byte{}
	err := filepath.WalkDir(".", func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			return pass(file)
		}
		if slices.Contains(served, filepath.Ext(file)) {
			tree[file], err = os.ReadFile(file)
		}
		return err
	})
	if err != nil || len(tree) == 0 {
		t.Fatalf("the tree could not be read: %v (%d files)", err, len(tree))
	}
	return tree
}

// pass says which folders the walk leaves out.
func pass(folder string) error {
	base := filepath.Base(folder)
	if base == "node_modules" || base == "testdata" || folder == "bin" || folder == "data" || strings.HasPrefix(base, ".") && folder != "." {
		return filepath.SkipDir
	}
	return nil
}
