// audit: the trail from the command line.

package main

import (
	"context"
	"fmt"
)

type auditCmd struct {
	Verify auditVerify `cmd:"" help:"Verify the chain of the trail and of every item: exit 0 whole, 1 tampered with."`
}

type auditVerify struct {
	dataFlag `embed:""`
}

// Run verifies the trail; reading it leaves no entry.
func (c auditVerify) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	report, err := a.trail.Verify(ctx)
	if err != nil {
		return err
	}
	for _, p := range report.Problems {
		_, _ = fmt.Fprintf(s.out, "%d: %s / %s\n", p.N, p.Zh, p.En)
	}
	items, broken, err := a.engine.VerifyItems(ctx)
	if err != nil {
		return err
	}
	for _, id := range broken {
		_, _ = fmt.Fprintf(s.out, "item %s: 流程记录链不完整 / the chain of its acts is broken\n", id)
	}
	if len(report.Problems)+len(broken) > 0 {
		return exit{1}
	}
	_, _ = fmt.Fprintf(s.out, "审计链完整 / the trail is whole: %d entries, %d items; head %s\n", report.Count, items, report.Head.Hash)
	return nil
}
