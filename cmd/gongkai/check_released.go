// check --released: everything that is public, read again with the rules of today.

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/workflow"
)

type releasedFlag struct {
	Released bool `help:"Read everything that is public again, with the rules of today; hits go to the work list (/api/v1/stock/hits)."`
	dataFlag `embed:""`
}

// Validate looks at the settings of the data alone where data is looked at.
func (c releasedFlag) Validate() error {
	if !c.Released {
		return nil
	}
	return c.dataFlag.Validate()
}

// stock exits 0 when clean, 1 with hits, 2 when something could not be read.
func (c releasedFlag) stock(ctx context.Context, s streams, format string) error {
	show, known := hitFormats[format]
	if !known {
		return gongkai.E(gongkai.Invalid, "released", "--released 不能与文件、--jsonl 或 --format sarif 同用", "--released takes no files, no --jsonl and no --format sarif")
	}
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	items, hits, failed := 0, 0, 0
	err = a.engine.ScanStock(ctx, func(it content.Item, h content.Hit, err error) error {
		items++
		switch {
		case err != nil:
			failed++
			_, err = fmt.Fprintf(s.errs, "%s: 未能复检 / could not be read (%s)\n", it.ID, gongkai.CodeOf(err))
		case h.State == content.HitOpen:
			hits++
			h.Dismissed = nil
			err = show(s.out, h)
		}
		return err
	})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.errs, "复检 %d 条已公开信息，%d 条有问题，%d 条未能复检 / %d public items were read, %d have findings, %d could not be read\n", items, hits, failed, items, hits, failed)
	switch {
	case failed > 0:
		return exit{2}
	case hits > 0:
		return exit{1}
	}
	return nil
}

// hitFormats are the formats of --format that tell of items.
var hitFormats = map[string]func(io.Writer, content.Hit) error{
	"text": showHit,
	"json": func(w io.Writer, h content.Hit) error { return json.NewEncoder(w).Encode(h) },
}

// showHit prints an item with what was found, places and previews only.
func showHit(w io.Writer, h content.Hit) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s 《%s》 %d 处 / %d findings\n", h.ID, h.Title, h.Total, h.Total)
	for _, f := range h.Findings {
		zh, en := workflow.KindName(f.Kind)
		fmt.Fprintf(&b, "    %s  %s/%s %s (%s: %s)\n", f.Where(), zh, en, f.Preview, f.Level, strings.Join(f.Evidence, ", "))
	}
	if more := h.Total - len(h.Findings); more > 0 {
		fmt.Fprintf(&b, "    另有 %d 处 / %d more\n", more, more)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
