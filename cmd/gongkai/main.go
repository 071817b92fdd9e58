// Command gongkai is the whole program: demo, serve, import, check and the rest.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	_ "time/tzdata" // an empty image has none

	"github.com/alecthomas/kong"

	"gongkai"
)

// version is set by the release build.
var version = "dev"

type cli struct {
	Demo        demoCmd        `cmd:"" help:"Everything embedded, with a small county to try."`
	Serve       serveCmd       `cmd:"" help:"Run the API, the content API and the workers."`
	Worker      workerCmd      `cmd:"" help:"Run workers alone, beside several serves on one Redis."`
	Import      importCmd      `cmd:"" help:"Make drafts of .txt, .html, .docx, .jsonl and .csv files."`
	Check       checkCmd       `cmd:"" help:"The privacy gate as a command: exit 0 clean, 1 findings, 2 error."`
	User        userCmd        `cmd:"" help:"Accounts and grants."`
	Audit       auditCmd       `cmd:"" help:"The trail."`
	Originals   originalsCmd   `cmd:"" help:"Originals whose retention is over: list them, or purge them now."`
	Index       indexCmd       `cmd:"" help:"The search index."`
	Deliveries  deliveriesCmd  `cmd:"" help:"What the channels are owed: list, retry, send again in bulk, pause."`
	Subscribers subscribersCmd `cmd:"" help:"Who is told by webhooks: list, test, rotate the signing secret, enable."`
	Reach       reachCmd       `cmd:"" help:"Reach figures of the outlets: show them, load a file, ask the platforms now."`
	Calendar    calendarCmd    `cmd:"" help:"The working-day calendar: load the arrangement of a year, or show it."`
	Backup      backupCmd      `cmd:"" help:"Back up embedded stores and files into one archive, beside a running serve; or verify one."`
	Restore     restoreCmd     `cmd:"" help:"Restore a backup and reconcile it with what the public has seen."`
	Doctor      doctorCmd      `cmd:"" help:"Look at parts, clocks, debts, disk and configuration and say what to do: exit 0 well, 1 warnings, 2 bad."`
	Config      configCmd      `cmd:"" help:"Print the configuration, secrets hidden."`
	Openapi     openapiCmd     `cmd:"" help:"Print the OpenAPI description of the API, without a server: for linters and generated clients."`
	Health      healthCmd      `cmd:"" help:"Ask a running process whether it is ready: exit 0 or 1."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
}

type versionCmd struct{}

func (versionCmd) Run(out io.Writer) error {
	_, err := fmt.Fprintln(out, "gongkai", version)
	return err
}

// exit carries a code that is no failure of the program: findings were found.
type exit struct{ code int }

func (e exit) Error() string { return fmt.Sprintf("exit %d", e.code) }

func main() {
	syscall.Umask(0o077) // what this program writes is its own user's alone
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program without the process: tests call it.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) (code int) {
	defer func() {
		if recover() != nil { // its text could hold somebody's data: the place says enough
			code = explain(errs, gongkai.E(gongkai.Internal, "panic", "程序内部出错，已停止："+panicPlace(), "the program met an error of its own and stopped"))
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	var c cli
	ended := -1
	parser, err := kong.New(&c, kong.Name("gongkai"), kong.Description("公开: a headless CMS for government information disclosure."),
		kong.Writers(out, errs), kong.Exit(func(code int) { ended = code }), kong.BindTo(ctx, (*context.Context)(nil)),
		kong.BindTo(in, (*io.Reader)(nil)), kong.BindTo(out, (*io.Writer)(nil)), kong.Bind(streams{in, out, errs}))
	if err != nil {
		_, _ = fmt.Fprintln(errs, "gongkai:", err)
		return 2
	}
	parsed, err := parser.Parse(withKeys(args))
	if ended >= 0 { // --help was printed
		return ended
	}
	if err != nil {
		return explain(errs, misuse(err))
	}
	return explain(errs, parsed.Run())
}

type streams struct {
	in        io.Reader
	out, errs io.Writer
}

// explain prints an error for people and gives the exit code.
func explain(errs io.Writer, err error) int {
	var e exit
	var known *gongkai.Error
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		return e.code
	case errors.As(err, &known):
		_, _ = fmt.Fprintf(errs, "gongkai: %s\n         %s\n", known.Zh, known.En)
		for _, d := range known.Details {
			if d.Zh != known.Zh { // a single detail often repeats the whole
				_, _ = fmt.Fprintf(errs, "  - %s: %s / %s\n", d.Where, d.Zh, d.En)
			}
		}
		if cause := known.Err; cause != nil && known.Kind == gongkai.Unavailable {
			_, _ = fmt.Fprintln(errs, "  -", cause)
		}
	default:
		_, _ = fmt.Fprintln(errs, "gongkai:", err)
	}
	return 2
}

// panicPlace is the innermost function of this program that was at work.
func panicPlace() string {
	at := make([]uintptr, 32)
	frames := runtime.CallersFrames(at[:runtime.Callers(3, at)])
	for frame, more := frames.Next(); more; frame, more = frames.Next() {
		if strings.HasPrefix(frame.Function, "gongkai/") {
			return fmt.Sprintf("%s:%d", frame.Function, frame.Line)
		}
	}
	return "cmd"
}
