// Everything under deploy/ is about the program as it is: files parse, commands
// are commands, variables are settings, addresses are served.

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

const deployFolder = "../../deploy"

// deployed is a file under deploy/.
func deployed(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(deployFolder, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// handed are the texts that operators are handed: deploy/, docs/ and READMEs.
func handed(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, root := range []string{deployFolder, "../../docs", "../../README.md", "../../README.zh-CN.md"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Name() == "node_modules" { // what other people wrote
				return filepath.SkipDir
			}
			if err != nil || d.IsDir() || d.Name() == ".env" {
				return err
			}
			raw, err := os.ReadFile(name)
			out[filepath.ToSlash(name)] = string(raw)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// yamls are the documents of a file.
func yamls(t *testing.T, name, text string) (all []map[string]any) {
	t.Helper()
	for d := yaml.NewDecoder(strings.NewReader(text)); ; {
		var doc map[string]any
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, doc)
	}
}

// at is what stands under the keys: at(doc, "spec", "template"); nil if nothing.
func at(v any, keys ...string) any {
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func texts(v any) (all []string) {
	list, _ := v.([]any)
	for _, one := range list {
		all = append(all, fmt.Sprint(one))
	}
	return all
}

// grammar is the command line of the program, which is parsed and not run.
func grammar(t *testing.T) *kong.Kong {
	t.Helper()
	k, err := kong.New(&cli{}, kong.Name("gongkai"), kong.Exit(func(int) {}), kong.BindTo(t.Context(), (*context.Context)(nil)),
		kong.BindTo(io.Discard, (*io.Writer)(nil)), kong.BindTo(io.Reader(nil), (*io.Reader)(nil)), kong.Bind(streams{}))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// parses makes sure that the program takes a command with these settings.
func parses(t *testing.T, where string, settings map[string]string, args []string) {
	t.Helper()
	t.Run(path.Base(where), func(t *testing.T) {
		for name, value := range settings {
			t.Setenv(name, value)
		}
		if _, err := grammar(t).Parse(args); err != nil {
			t.Errorf("%s: the program does not take %q: %v", where, args, err)
		}
	})
}

// shared is what several processes must have in common.
var shared = map[string]string{"GONGKAI_REDIS_URL": "redis://127.0.0.1:6379/0"}

// variables are all that any command reads.
func variables(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	var see func(n *kong.Node)
	see = func(n *kong.Node) {
		for _, f := range n.Flags {
			for _, env := range f.Envs {
				known[env] = true
			}
		}
		for _, child := range n.Children {
			see(child)
		}
	}
	see(grammar(t).Model.Node)
	return known
}

// ofTests are variables of tests and of the composition, not of the program.
var ofTests = regexp.MustCompile(`^GONGKAI_(TEST_[A-Z_]+|LONG|VERSION)$`)

func TestEveryVariableThatOperatorsReadOfExists(t *testing.T) {
	known := variables(t)
	for _, s := range settings() {
		if !known[s.env] {
			t.Errorf("%s is no variable of any command", s.env)
		}
	}
	for name, text := range handed(t) {
		for _, found := range variableName.FindAllString(text, -1) {
			if found = strings.TrimSuffix(found, "_"); !known[found] && !ofTests.MatchString(found) && !families[found] {
				t.Errorf("%s speaks of %s, which is no setting", name, found)
			}
		}
	}
}

// families are beginnings of names, where a text speaks of several at once.
var families = map[string]bool{"GONGKAI_TEST": true, "GONGKAI_ORIGINALS": true, "GONGKAI_PUBLIC_FILES": true}

func TestTheSampleHoldsEverySettingWithItsDefaultAndNoSecret(t *testing.T) {
	sample := deployed(t, "gongkai.env.example")
	if want := gongkaiRun(t, "", "config", "--env").wants(t, 0).out; sample != want {
		t.Error("deploy/gongkai.env.example is not what `gongkai config --env` prints: write it anew")
	}
	var named []string
	for line := range strings.Lines(sample) {
		if name, value, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "#"), "="); found && strings.HasPrefix(name, "GONGKAI_") {
			i := slices.IndexFunc(settings(), func(s setting) bool { return s.env == name })
			if named = append(named, name); i < 0 || settings()[i].standard != value || settings()[i].secret && value != "" {
				t.Errorf("%s stands there with %q", name, value)
			}
		}
	}
	if len(named) != len(settings()) {
		t.Errorf("%d of %d settings", len(named), len(settings()))
	}
	path := file(t, "gongkai.env", strings.ReplaceAll(sample, "\n#GONGKAI_", "\nGONGKAI_"))
	for line := range strings.Lines(read(t, path)) { // as systemd and Docker would read it, nothing commented out
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found && !strings.HasPrefix(line, "#") && value != "" {
			t.Setenv(name, value)
		}
	}
	gongkaiRun(t, "", "config").wants(t, 0)
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestUnitsRunCommandsThatExist(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(deployFolder, "systemd", "gongkai-*.*"))
	if err != nil || len(names) < 6 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if at, err := os.Stat(name); err != nil || at.IsDir() {
			continue
		}
		unit := sections(t, name, read(t, name))
		for _, line := range unit["Service"]["ExecStart"] {
			args, ours := strings.CutPrefix(strings.ReplaceAll(line, "%i", "8080"), "/usr/local/bin/gongkai ")
			if !ours {
				t.Errorf("%s starts %s", name, line)
			}
			parses(t, name, shared, strings.Fields(args))
		}
		if strings.HasSuffix(name, ".service") {
			if user := unit["Service"]["User"]; len(user) != 1 || user[0] == "root" || !strings.Contains(deployed(t, "systemd/gongkai.sysusers.conf"), "\nu     "+user[0]+" ") {
				t.Errorf("%s runs as %v", name, user)
			}
			if len(unit["Service"]["EnvironmentFile"]) == 0 || len(unit["Service"]["StateDirectory"]) != 1 || len(unit["Service"]["ExecStart"]) != 1 {
				t.Errorf("%s: %v", name, unit["Service"])
			}
		}
		if strings.HasSuffix(name, ".timer") {
			if _, err := os.Stat(strings.TrimSuffix(name, ".timer") + ".service"); err != nil || len(unit["Timer"]["OnCalendar"]) != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	hardened := sections(t, "hardening", deployed(t, "systemd/gongkai-.service.d/10-hardening.conf"))["Service"]
	for key, want := range map[string]string{"ProtectSystem": "strict", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "UMask": "0077"} {
		if got := hardened[key]; !slices.Equal(got, []string{want}) {
			t.Errorf("%s=%v", key, got)
		}
	}
}

var unitLine = regexp.MustCompile(`^([A-Z][A-Za-z0-9]+)=(.*)$`)

// sections reads a unit file, strictly: a line is a section, a setting or a
// comment.
func sections(t *testing.T, name, text string) map[string]map[string][]string {
	t.Helper()
	out, section := map[string]map[string][]string{}, ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		setting := unitLine.FindStringSubmatch(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			section = line[1 : len(line)-1]
			out[section] = map[string][]string{}
		case setting != nil && section != "":
			out[section][setting[1]] = append(out[section][setting[1]], setting[2])
		default:
			t.Errorf("%s: %q is no line of a unit", name, line)
		}
	}
	return out
}

// served are the fixed beginnings of what the program answers, by what runs.
var served = map[string][]string{
	"editorial": {"/healthz", "/readyz", "/metrics", "/api/v1/", "/hooks/", "/docs", "/openapi.json"},
	"content":   {"/healthz", "/readyz", "/metrics", "/content/v1/", "/docs", "/openapi.json"},
	"worker":    {"/healthz", "/readyz", "/metrics"},
}

func TestWhatIsServedIsServed(t *testing.T) {
	data := filled(t)
	for _, component := range []string{"editorial", "content"} {
		output, stop := background(t, "serve", "--only", component, "--data", data, "--addr", "127.0.0.1:0")
		for _, p := range served[component] {
			at := base(t, output()) + map[string]string{"/api/v1/": "/api/v1/session", "/content/v1/": "/content/v1/sites", "/hooks/": "/hooks/wechat/none"}[p]
			if !strings.HasSuffix(p, "/") {
				at += p
			}
			ready, err := fetch(t, at)
			if err != nil || ready == 404 {
				t.Errorf("%s does not answer %s: %d %v", component, p, ready, err)
			}
		}
		gongkaiRun(t, "", "health", base(t, output())+"/readyz").wants(t, 0, `200 {`, `"ready":true`)
		gongkaiRun(t, "", "health", base(t, output())).wants(t, 0, `"ready":true`)
		gongkaiRun(t, "", "health", base(t, output())+"/nowhere").wants(t, 1, "404")
		stop()
		gongkaiRun(t, "", "health", base(t, output())+"/readyz").wants(t, 1, "no answer")
	}
	gongkaiRun(t, "", "health", "hunter2").wants(t, 2, "readyz")
}

func fetch(t *testing.T, address string) (int, error) {
	t.Helper()
	r, err := newClient(address).call(t.Context(), "GET", "", nil)
	return r.status, err
}

// The composition.

var (
	pinned      = regexp.MustCompile(`^[a-z0-9./_-]+:(v?\d+\.\d+[A-Za-z0-9.-]*|\$\{GONGKAI_VERSION(:\?[^}]*)?\})$`)
	substituted = regexp.MustCompile(`(\$?)\$\{([A-Z_]+)([^}]*)\}`)
)

func TestTheCompositionIsWhole(t *testing.T) {
	text := deployed(t, "compose.yaml")
	docs := yamls(t, "compose.yaml", text)
	services, _ := docs[0]["services"].(map[string]any)
	written, used := secretsOf(t), map[string]bool{}
	for _, found := range substituted.FindAllStringSubmatch(text, -1) {
		if written[found[2]] == "" {
			t.Errorf("${%s} is not written by secrets.sh", found[2])
		}
		used[found[2]] = true
		if strings.Contains(found[3], "-") {
			t.Errorf("${%s%s}: a secret with a default", found[2], found[3])
		}
	}
	for name := range written {
		if !used[name] {
			t.Errorf("secrets.sh writes %s, which nobody uses", name)
		}
	}
	for name, s := range services {
		image := fmt.Sprint(at(s, "image"))
		if !pinned.MatchString(image) {
			t.Errorf("%s runs %s, which is no fixed version", name, image)
		}
		if strings.HasPrefix(image, "gongkai:") {
			composed(t, name, s, written)
		}
		waitsFor(t, name, s, services)
		for _, v := range texts(at(s, "volumes")) {
			source, _, _ := strings.Cut(v, ":")
			if _, volume := at(docs[0], "volumes").(map[string]any)[source]; volume {
				continue
			}
			if _, err := os.Stat(filepath.Join(deployFolder, source)); err != nil && source != "./compose/tls" {
				t.Errorf("%s mounts %s: %v", name, source, err)
			}
		}
		for _, n := range texts(at(s, "networks")) {
			if _, known := at(docs[0], "networks").(map[string]any)[n]; !known {
				t.Errorf("%s joins %s, which is no network", name, n)
			}
		}
	}
	for _, name := range []string{"editorial1", "editorial2", "worker1", "worker2", "content", "nginx", "mongodb", "redis", "meilisearch"} {
		if services[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
}

func waitsFor(t *testing.T, name string, s any, services map[string]any) {
	t.Helper()
	waits, _ := at(s, "depends_on").(map[string]any)
	for other, how := range waits {
		if services[other] == nil {
			t.Errorf("%s waits for %s, which is not there", name, other)
		}
		if at(how, "condition") == "service_healthy" && at(services[other], "healthcheck") == nil {
			t.Errorf("%s waits for the health of %s, which tells none", name, other)
		}
	}
}

// composed looks at a service that is our program.
func composed(t *testing.T, name string, s any, written map[string]string) {
	t.Helper()
	env, _ := at(s, "environment").(map[string]any)
	settings := map[string]string{}
	for key, value := range env {
		settings[key] = substituted.ReplaceAllStringFunc(fmt.Sprint(value), func(v string) string { return written[substituted.FindStringSubmatch(v)[2]] })
	}
	command := texts(at(s, "command"))
	parses(t, name, settings, command)
	component := componentOf(command)
	check := texts(at(s, "healthcheck", "test"))
	if len(check) < 2 || check[0] != "CMD" || check[1] != "/gongkai" {
		t.Fatalf("%s: its health check is %v", name, check)
	}
	parses(t, name+" health", nil, check[2:])
	u, err := url.Parse(check[len(check)-1])
	if err != nil || u.Port() != portOf(component) || !slices.Contains(served[component], u.Path) {
		t.Errorf("%s is asked at %s", name, u)
	}
	if at(s, "read_only") != true || fmt.Sprint(at(s, "cap_drop")) != "[ALL]" {
		t.Errorf("%s may write to its image", name)
	}
	if component == "content" {
		openToPublic(t, name, slices.Collect(maps.Keys(env)))
	}
	unknown(t, name, slices.Collect(maps.Keys(env)))
}

// ofRestricted are the settings that the public side must not be given.
var ofRestricted = regexp.MustCompile(`^GONGKAI_(MONGODB_URI|ORIGINALS_.*|SECRET|REDIS_URL)$`)

func openToPublic(t *testing.T, where string, names []string) {
	t.Helper()
	for _, name := range names {
		if ofRestricted.MatchString(name) {
			t.Errorf("%s: the public side is given %s", where, name)
		}
	}
}

func unknown(t *testing.T, where string, names []string) {
	t.Helper()
	for _, name := range names {
		if !slices.ContainsFunc(settings(), func(s setting) bool { return s.env == name }) {
			t.Errorf("%s sets %s, which is no setting", where, name)
		}
	}
}

func componentOf(args []string) string {
	line := strings.Join(args, " ")
	switch {
	case strings.HasPrefix(line, "serve --only editorial"):
		return "editorial"
	case strings.HasPrefix(line, "serve --only content"):
		return "content"
	case strings.HasPrefix(line, "worker"):
		return "worker"
	}
	return "?" + line
}

// portOf is where a component listens in the image.
func portOf(component string) string {
	if component == "worker" {
		return "8081"
	}
	return "8080"
}

// On MongoDB nothing is signed without the file, and the content side never has it.
func TestWorkersAreGivenTheKeyThatSignsTheTrail(t *testing.T) {
	composed := yamls(t, "compose.yaml", deployed(t, "compose.yaml"))[0]["services"].(map[string]any)
	for name, service := range composed {
		env, _ := service.(map[string]any)["environment"].(map[string]any)
		path, has := env["GONGKAI_AUDIT_KEY_FILE"].(string)
		if worker := strings.HasPrefix(name, "worker"); has != worker {
			t.Errorf("compose, %s: key %v", name, has)
		} else if worker && !slices.ContainsFunc(service.(map[string]any)["volumes"].([]any), func(v any) bool { return strings.HasSuffix(v.(string), ":"+filepath.Dir(path)) }) {
			t.Errorf("compose, %s: %s is on no volume", name, path)
		}
	}
	for file, want := range map[string]bool{"worker": true, "editorial": false} {
		text := deployed(t, "kubernetes/base/editorial/"+file+".yaml")
		if has := strings.Contains(text, "GONGKAI_AUDIT_KEY_FILE") && strings.Contains(text, "secretName: gongkai-audit-key"); has != want {
			t.Errorf("kubernetes, %s: key %v", file, has)
		}
	}
}

func TestTheImageListensWhereItIsAsked(t *testing.T) {
	text := deployed(t, "Dockerfile")
	for _, want := range []string{"GONGKAI_ADDR=:8080 ", "GONGKAI_WORKER_ADDR=:8081 ", "\nUSER 65532:65532\n", "\nEXPOSE 8080 8081\n", "\nFROM scratch\n", "CGO_ENABLED=0 ", "-X main.version="} {
		if !strings.Contains(text, want) {
			t.Errorf("the Dockerfile does not say %q", want)
		}
	}
	if version == "" { // the variable that -X sets
		t.Error("no version")
	}
}

// secretsOf runs secrets.sh in a copy, twice: what it writes, it never writes
// over.
func secretsOf(t *testing.T) map[string]string {
	t.Helper()
	for _, tool := range []string{"sh", "openssl", "od"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("secrets.sh needs", tool)
		}
	}
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "compose"), 0o700); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(root, "compose", "secrets.sh")
	if err := os.WriteFile(script, []byte(deployed(t, "compose/secrets.sh")), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "sh", script).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	first := read(t, filepath.Join(root, ".env"))
	if err := exec.CommandContext(t.Context(), "sh", script).Run(); err == nil || read(t, filepath.Join(root, ".env")) != first {
		t.Error("secrets are written over")
	}
	names, values := map[string]string{}, map[string]bool{}
	for line := range strings.Lines(first) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found {
			if names[name] = value; name != "GONGKAI_VERSION" && (len(value) < 32 || values[value]) {
				t.Errorf("%s is short, or not its own", name)
			}
			values[value] = true
		}
	}
	return names
}

// Docs and commands.

var gongkaiLine = regexp.MustCompile(`(?m)^(?:\$ )?(?:sudo )?(?:GONGKAI_[A-Z_]+=\S+ )*(?:gongkai|gk|/usr/local/bin/gongkai) ((?:[a-z-]|"[^"\n]*"|[^\s#|>&;]| )+)`)

// Commands of fenced blocks parse, with placeholders standing for themselves.
func TestCommandsInTheInstallationGuideAreCommands(t *testing.T) {
	seen := 0
	for name, text := range handed(t) {
		if !strings.HasPrefix(path.Base(name), "install") {
			continue
		}
		for i, block := range strings.Split(text, "```") {
			if i%2 == 0 {
				continue
			}
			for _, m := range gongkaiLine.FindAllStringSubmatch(block, -1) {
				seen++
				parses(t, name, nil, strings.Fields(m[1]))
			}
		}
	}
	if seen < 4 {
		t.Errorf("only %d commands found", seen)
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

func TestLinksBetweenDocumentsLeadSomewhere(t *testing.T) {
	for name, text := range handed(t) {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
}

func TestProxiesOfOurOwn(t *testing.T) {
	for list, want := range map[string]string{"": "[]", "127.0.0.1": "[127.0.0.1/32]", "10.1.2.3/8, ::1": "[10.0.0.0/8 ::1/128]", "::ffff:10.0.0.1": "[10.0.0.1/32]"} {
		if got, err := proxies(list); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%q: %v %v", list, got, err)
		}
	}
	for _, list := range []string{"0.0.0.0/0", "::/0", "nginx", "10.0.0.0/33", "10.0.0.0-10.0.0.9", "fe80::1%eth0", "::ffff:10.0.0.0/104"} {
		if _, err := proxies(list); err == nil || !bytes.Contains([]byte(err.Error()), []byte("GONGKAI_TRUSTED_PROXIES")) {
			t.Errorf("%q: %v", list, err)
		}
	}
}
