// reach: how far outlets reach, from the command line.

package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"gongkai/channel"
	"gongkai/policy"
)

type reachCmd struct {
	List   reachList   `cmd:"" help:"Figures by outlet and month."`
	Import reachImport `cmd:"" help:"Load figures from CSV: outlet, month, issues, reads, shares. All rows, or none."`
	Count  reachCount  `cmd:"" help:"Count the ledger and ask the platforms now, as workers do every morning."`
}

type reachList struct {
	dataFlag `embed:""`
	From     string `help:"First month; none: January of this year." placeholder:"2026-01"`
	To       string `help:"Last month; none: this one." placeholder:"2026-11"`
	Outlet   string `help:"Of this outlet."`
	JSON     bool   `help:"One JSON document."`
}

// Run lists figures (传播数据).
func (c reachList) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	months, err := a.reaches.Months(c.From, c.To)
	if err != nil {
		return err
	}
	all, err := a.reaches.Of(ctx, months)
	var out []channel.Reach
	for _, r := range all {
		if c.Outlet == "" || c.Outlet == r.Outlet {
			out = append(out, r)
		}
	}
	return either(c.JSON, s.out, printReach)(out, err)
}

func printReach(out io.Writer, all []channel.Reach) error {
	for _, r := range all {
		n := r.Counted
		line := fmt.Sprintf("%s  %-20s 信息 items %d，发布 posts %d，原创 original %d，转载 reposted %d", r.Month, r.Outlet, n.Items, n.Posts, n.Original, n.Reposted)
		for _, f := range channel.ReachFigures {
			if v, ok := r.Figure(f.Name); ok {
				line += fmt.Sprintf("，%s %s %d（%s）", f.Zh, f.Name, v.N, v.Source)
			}
		}
		if r.Error != "" {
			line += "  " + r.Error
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, "没有 / none")
		return err
	}
	return nil
}

type reachImport struct {
	dataFlag `embed:""`
	File     string `arg:"" help:"CSV file, its first row the names of the columns; - reads standard input."`
}

// Run loads figures from a file.
func (c reachImport) Run(ctx context.Context, s streams) error {
	data, err := fileOrInput(c.File, s.in, channel.MaxReachBytes+1)
	if err != nil {
		return err
	}
	return c.with(ctx, s, policy.ReachManage, func(a *app) (string, map[string]string, error) {
		all, err := a.outlets.All(ctx)
		if err != nil {
			return "", nil, err
		}
		n, err := a.channels.Import(ctx, data, operator.ID, func(id string) bool {
			return slices.ContainsFunc(all, func(o channel.Outlet) bool { return o.ID == id })
		})
		return "reach", map[string]string{"source": channel.SourceImport, "rows": strconv.Itoa(n)}, err
	})
}

type reachCount struct {
	dataFlag `embed:""`
	From     string `help:"First month; none: last month." placeholder:"2026-01"`
	Nets     string `help:"Private addresses that outlets may be reached at, as serve has them." env:"GONGKAI_WEBHOOK_NETS" placeholder:"CIDR,…"`
}

// Run counts and asks now.
func (c reachCount) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	if a.channels.Guard, err = channel.ParseGuard(c.Nets); err != nil {
		return err
	}
	if err := a.channels.Reckon(ctx, a.content, c.From); err != nil {
		return err
	}
	months, err := a.reaches.Months(c.From, "")
	if err != nil {
		return err
	}
	return either(false, s.out, printReach)(a.reaches.Of(ctx, months))
}
