// The README is true: its table is the program's, its commands run.

package main

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var readmes = map[string]string{"en": "../../README.md", "zh": "../../README.zh-CN.md"}

// section is what stands between <!-- name --> and <!-- /name -->.
func section(t *testing.T, path, name string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, after, begins := strings.Cut(string(raw), "<!-- "+name+" -->\n")
	text, _, ends := strings.Cut(after, "<!-- /"+name+" -->")
	if !begins || !ends {
		t.Fatalf("%s has no section %s", path, name)
	}
	return text
}

var variableName = regexp.MustCompile(`GONGKAI_[A-Z_]+`)

func TestTheConfigurationTableIsTheProgramsOwn(t *testing.T) {
	var printed []string
	for line := range strings.Lines(gongkaiRun(t, "", "config").wants(t, 0).out) {
		printed = append(printed, variableName.FindString(line))
	}
	for lang, path := range readmes {
		table := section(t, path, "config")
		if want := gongkaiRun(t, "", "config", "--markdown", lang).wants(t, 0).out; table != want {
			t.Errorf("%s: replace the table by the output of `gongkai config --markdown %s`:\n%s", path, lang, want)
		}
		var named []string
		for _, row := range strings.Split(strings.TrimSpace(table), "\n")[2:] {
			named = append(named, variableName.FindString(row))
		}
		if !slices.Equal(named, printed) {
			t.Errorf("%s names %v; config prints %v", path, named, printed)
		}
	}
}

func TestTheCurlWalkRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("the commands wait for a moment only, as a person would; the race detector takes longer")
	}
	t.Parallel() // it mostly waits
	for _, tool := range []string{"sh", "curl", "grep", "cut", "head"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("the README's commands need", tool)
		}
	}
	output, stop := background(t, "demo", "--data", t.TempDir(), "--addr", "127.0.0.1:0")
	t.Cleanup(func() {
		if errs := stop().errs; strings.Contains(errs, "level=INFO") {
			t.Error("the demo pushes its accounts off the screen:", errs)
		}
	})
	for lang, path := range readmes {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			_, script, _ := strings.Cut(section(t, path, "curl-walk"), "```sh\n")
			script, _, fenced := strings.Cut(script, "```")
			if !fenced || !strings.Contains(script, "API=http://127.0.0.1:8080\n") {
				t.Fatal("no commands in", path)
			}
			script = strings.Replace(script, "http://127.0.0.1:8080", base(t, output()), 1)
			out, err := exec.CommandContext(t.Context(), "sh", "-c", script).CombinedOutput()
			said := string(out)
			last := 0
			for _, next := range []string{`"code":"open_findings"`, `"where":"body"`, "\nready\n", "\n11990100MB", `11*************233`, "\n410\n"} {
				at := strings.Index(said[last:], next)
				if at < 0 || err != nil {
					t.Fatalf("no %q after %d characters (%v):\n%s", next, last, err, said)
				}
				last += at
			}
			if strings.Contains(said, walkID) {
				t.Error("the raw number is shown:", said)
			}
		})
	}
}
