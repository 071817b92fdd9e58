// The program as its users meet it: what they type, what it says, how it ends.

package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// said is what one run of the program left behind.
type said struct {
	code      int
	out, errs string
}

// gongkaiRun runs the program to its end.
func gongkaiRun(t *testing.T, in string, args ...string) said {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(in), &out, &errs)
	return said{code, out.String(), errs.String()}
}

// wants checks the exit code and words of either stream.
func (s said) wants(t *testing.T, code int, words ...string) said {
	t.Helper()
	if s.code != code {
		t.Errorf("exit %d, want %d\n%s%s", s.code, code, s.out, s.errs)
	}
	for _, w := range words {
		if !strings.Contains(s.out+s.errs, w) {
			t.Errorf("%q is not said:\n%s%s", w, s.out, s.errs)
		}
	}
	if strings.Contains(s.errs, "goroutine ") {
		t.Errorf("a stack trace is no message:\n%s", s.errs)
	}
	return s
}

// background runs a command that serves until the test ends or stop is called,
// and waits for the line that says where it is ready.
func background(t *testing.T, args ...string) (output func() string, stop func() said) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, errs := &safeBuffer{}, &safeBuffer{}
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, args, strings.NewReader(""), out, errs) }()
	var last *said
	stop = func() said {
		if cancel(); last == nil {
			last = &said{<-ended, string(out.bytes()), string(errs.bytes())}
		}
		return *last
	}
	t.Cleanup(func() { stop() })
	for end := time.Now().Add(patience); !bytes.Contains(out.bytes(), []byte("ready")); time.Sleep(5 * time.Millisecond) {
		select {
		case code := <-ended:
			last = &said{code, string(out.bytes()), string(errs.bytes())} // nobody waits for it again
			t.Fatalf("%v ended with %d: %s%s", args, code, out.bytes(), errs.bytes())
		default:
		}
		if time.Now().After(end) {
			t.Fatalf("%v is not ready: %s%s", args, out.bytes(), errs.bytes())
		}
	}
	return func() string { return string(out.bytes()) }, stop
}

// redis is a database of its own on the Redis of the environment, or none.
func redis(t *testing.T, db string) string {
	t.Helper()
	given := os.Getenv("GONGKAI_TEST_REDIS_URL")
	if given == "" {
		return ""
	}
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal("GONGKAI_TEST_REDIS_URL is no address")
	}
	u.Path = "/" + db
	return u.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHelpIsWhatANewcomerGets(t *testing.T) {
	gongkaiRun(t, "").wants(t, 0, "Usage: gongkai <command>", "demo", "serve", "worker", "import", "check", "user add", "audit verify", "config", "health", "version")
	for _, command := range []string{"demo", "serve", "worker", "import", "check", "user", "user add", "user passwd", "user disable", "user grant", "audit", "audit verify", "config", "health", "version"} {
		gongkaiRun(t, "", append(strings.Fields(command), "--help")...).wants(t, 0, "Usage: gongkai "+command)
	}
	gongkaiRun(t, "", "version").wants(t, 0, "gongkai "+version)
}

func TestAMistakeIsExplainedInTwoLanguagesAndNeverRepeated(t *testing.T) {
	for _, c := range []struct {
		args  string
		words []string
	}{
		{"hunter2", []string{"没有这个命令", "no such command", "gongkai --help"}},
		{"user", []string{"缺少命令", "passwd", "gongkai user --help"}},
		{"user passwd zhao hunter2", []string{"多余", "one argument too many", "gongkai user passwd --help"}},
		{"user add zhao", []string{"--name"}},
		{"demo --pass=hunter2", []string{"没有参数 --pass", "no flag --pass"}},
		{"demo --walk=hunter2", []string{"--walk", "wrong"}},
		{"serve --secret=hunter2", []string{"GONGKAI_SECRET"}},
		{"config --log=hunter2", []string{"GONGKAI_LOG（--log）", "text or json"}},
		{"config --addr", []string{"GONGKAI_ADDR"}},
		{"config --markdown=hunter2", []string{"--markdown"}},
		{"demo --addr 0.0.0.0:8080", []string{"只能监听本机", "loopback"}},
		{"demo --addr 127.0.0.1:99999", []string{"loopback"}},
		{"demo --redis hunter2", []string{"--redis"}},
	} {
		t.Run(c.args, func(t *testing.T) {
			s := gongkaiRun(t, "", strings.Fields(c.args)...).wants(t, 2, c.words...)
			if strings.Contains(s.out+s.errs, "hunter2") {
				t.Error("what was typed is repeated:", s.errs)
			}
		})
	}
}

// broken is an input whose reading is an error of the program itself.
type broken struct{}

func (broken) Read([]byte) (int, error) { panic("110101199003071233") }

func TestAnErrorOfTheProgramItselfTellsItsPlaceAndNoData(t *testing.T) {
	var errs bytes.Buffer
	code := run(t.Context(), []string{"check"}, broken{}, io.Discard, &errs)
	s := said{code, "", errs.String()}.wants(t, 2, "程序内部出错", "gongkai/cmd/gongkai.")
	if strings.Contains(s.errs, "1101011990") {
		t.Error("data in the message:", s.errs)
	}
}

func TestAddressesAsThisMachineReachesThem(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	for addr, want := range map[string]string{":0": "127.0.0.1:", "0.0.0.0:0": "127.0.0.1:", "[::]:0": "127.0.0.1:", "127.0.0.1:0": "127.0.0.1:", "[::1]:0": "[::1]:", "cms.example:0": "cms.example:"} {
		if got := reachable(addr, ln); got != want+port {
			t.Errorf("%s: %s", addr, got)
		}
	}
}

var httpLine = regexp.MustCompile(`http://[0-9.]+:\d+`)

// base is the first address that the output names.
func base(t *testing.T, out string) string {
	t.Helper()
	at := httpLine.FindString(out)
	if at == "" {
		t.Fatal("no address in:", out)
	}
	return at
}
