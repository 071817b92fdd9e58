// The program as processes of their own: started, killed and started again.

package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"gongkai/account"
	"gongkai/channel"
)

// asProgram makes the test's binary the program itself.
const asProgram = "GONGKAI_TEST_AS_PROGRAM"

// shortLease lets what a killed worker had claimed be taken up soon, and a
// subscriber that failed be called again after a second, however often it did:
// by the schedule the third call comes after five minutes.
const shortLease = "GONGKAI_TEST_SHORT_LEASE"

func TestMain(m *testing.M) {
	account.Default = account.HashCost{Memory: 8, Time: 1, Threads: 1} // half of all the time goes by hashing, which account itself tests
	account.Demo = account.Default
	if file := os.Getenv(asLimit); file != "" {
		limit(file)
	}
	if os.Getenv(asProgram) != "" {
		if os.Getenv(shortLease) != "" {
			leastLease = time.Second
			callAgain = func(channel.Delivery, time.Time) time.Duration { return time.Second }
		}
		main() // it ends the process
	}
	var err error
	if scratch, err = os.MkdirTemp("", "gongkai-test-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(scratch)
	os.Exit(code)
}

// patience is how long a test waits for what comes by itself. It only limits a
// failure: how soon something comes depends on what else the machine does.
const patience = 2 * time.Minute

func waitFor(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still not: %s", what)
		}
	}
}

// process is the program at work.
type process struct {
	cmd       *exec.Cmd
	out, errs *safeBuffer
	ended     chan struct{}
}

// spawn starts the program with settings such as GONGKAI_LOG=json. It is killed
// with the test, if not before.
func spawn(t testing.TB, settings []string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.CommandContext(context.Background(), os.Args[0], args...), out: &safeBuffer{}, errs: &safeBuffer{}, ended: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), asProgram+"=1"), settings...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.errs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.cmd.Wait(); close(p.ended) }()
	t.Cleanup(p.kill)
	return p
}

// ready waits until the program says so; false if it was killed meanwhile.
func (p *process) ready(t testing.TB) bool {
	t.Helper()
	for end := time.Now().Add(patience); !bytes.Contains(p.out.bytes(), []byte("ready")); time.Sleep(2 * time.Millisecond) {
		switch {
		case p.gone() && p.cmd.ProcessState.ExitCode() < 0:
			return false
		case p.gone() || time.Now().After(end):
			t.Fatalf("%v is not ready: %s%s", p.cmd.Args[1:], p.out.bytes(), p.errs.bytes())
		}
	}
	return true
}

func (p *process) gone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// kill is kill -9: nothing of the program gets to say goodbye.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// stop asks the program to end, and waits for it.
func (p *process) stop(t testing.TB) said {
	t.Helper()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Errorf("%v does not end", p.cmd.Args[1:])
		p.kill()
	}
	return said{p.cmd.ProcessState.ExitCode(), string(p.out.bytes()), string(p.errs.bytes())}
}

func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// freeAddr is an address that nobody listens on just now, for a program that
// comes back at the same place: below those that the machine gives to callers,
// one of whom would take it meanwhile.
func freeAddr(t testing.TB) string {
	t.Helper()
	for range 100 {
		if ln, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 10_000+rand.IntN(20_000))); err == nil {
			defer func() { _ = ln.Close() }()
			return ln.Addr().String()
		}
	}
	t.Fatal("a hundred ports are all taken")
	return ""
}
