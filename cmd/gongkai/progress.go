// Progress of long work on standard error: a line when a part begins to take
// long, and one when it is done.

package main

import (
	"fmt"
	"io"
	"time"
)

type progress struct {
	out         io.Writer
	what        string
	done, total int64
	began, said time.Time
}

func (b *backup) progress(what string) *progress { return newProgress(b.errs, what) }

func newProgress(out io.Writer, what string) *progress {
	now := time.Now()
	return &progress{out: out, what: what, began: now, said: now}
}

// every is how often progress is told.
const every = 3 * time.Second

func (p *progress) at(done, total int64) {
	p.done, p.total = done, total
	if time.Since(p.said) < every {
		return
	}
	p.said = time.Now()
	if total > 0 {
		_, _ = fmt.Fprintf(p.out, "%s: %d %% / %s\n", p.what, done*100/total, megabytes(total))
		return
	}
	_, _ = fmt.Fprintf(p.out, "%s: %s\n", p.what, megabytes(done))
}

func (p *progress) add(n int64) { p.at(p.done+n, p.total) }

func (p *progress) end() {
	_, _ = fmt.Fprintf(p.out, "%s: %s, %s\n", p.what, megabytes(p.done), time.Since(p.began).Round(10*time.Millisecond))
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
