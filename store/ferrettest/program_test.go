// The whole program on MongoDB's protocol: the tests that kill it, one process
// after the other and several at once, run once more with their documents in
// FerretDB and their queue in a Redis that outlives them.

package ferrettest

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
)

// programTest runs one test of the program.
func programTest(t *testing.T, name string, settings ...string) {
	t.Helper()
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes a while")
	}
	run := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "-timeout=5m", "-run", "^"+name+"$", "gongkai/cmd/gongkai")
	run.Dir = "../.."
	run.Env = append(append(os.Environ(), "GOFLAGS=", "GONGKAI_TEST_MONGODB_URI="+newProxy(t, ferret(t)).uri, "GONGKAI_TEST_REDIS_URL=redis://"+miniredis.RunT(t).Addr()+"/0"), settings...)
	said, err := run.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "--- PASS: "+name) {
		t.Fatalf("%v\n%s", err, said)
	}
	for line := range strings.Lines(string(said)) {
		if strings.Contains(line, "_test.go:") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

func TestTheProgramIsKilledAndLosesNothing(t *testing.T) {
	programTest(t, "TestKilledAgainAndAgainNothingIsLostOrDoneTwice", "GONGKAI_TEST_KILLS=5")
}

func TestSeveralProcessesShareADatabase(t *testing.T) {
	programTest(t, "TestEverythingOwedIsPaidWhoeverIsKilled", "GONGKAI_TEST_ITEMS=4")
}
