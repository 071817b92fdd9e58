// calendar: the working-day calendar from the command line.

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"gongkai"
	"gongkai/policy"
	"gongkai/workflow"
)

type calendarCmd struct {
	Import calendarImport `cmd:"" help:"Load the arrangement of a year (JSON, as the public data set holiday-cn writes it); it counts at once."`
	Show   calendarShow   `cmd:"" help:"Show the years that are known, or the days of one."`
}

type calendarImport struct {
	dataFlag `embed:""`
	File     string `arg:"" help:"File of a year; - reads standard input."`
}

// maxYearFile is above what a year can be: the reader says that it is too large.
const maxYearFile = 2 << 20

// Run loads a year (导入年度放假安排).
func (c calendarImport) Run(ctx context.Context, s streams) error {
	file, err := fileOrInput(c.File, s.in, maxYearFile)
	if err != nil {
		return err
	}
	return c.with(ctx, s, policy.CalendarManage, func(a *app) (string, map[string]string, error) {
		y, notes, err := a.engine.ImportCalendar(ctx, operator, 0, file)
		if err != nil {
			return "", nil, err
		}
		for _, n := range notes {
			_, _ = fmt.Fprintf(s.errs, "请核对 / look at this: %s: %s / %s\n", n.Where, n.Zh, n.En)
		}
		_, err = fmt.Fprintln(s.out, yearLine(y))
		return "calendar/" + strconv.Itoa(y.Year), y.Summary(), err
	})
}

// fileOrInput reads a file, or in where its name is -, up to a limit.
func fileOrInput(name string, in io.Reader, limit int64) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, gongkai.E(gongkai.Missing, "no_file", "无法打开文件："+name, "the file cannot be opened: "+name)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, limit))
}

type calendarShow struct {
	dataFlag `embed:""`
	Year     int  `arg:"" optional:"" help:"None: all that are known."`
	JSON     bool `help:"One JSON document; of a year, what import reads."`
}

// Run shows the calendar (工作日历).
func (c calendarShow) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	if c.Year == 0 {
		return either(c.JSON, s.out, printYears)(a.engine.CalendarYears(ctx))
	}
	return either(c.JSON, s.out, printYear)(a.engine.CalendarYear(ctx, c.Year))
}

// either prints an answer as JSON or in words.
func either[T any](asJSON bool, out io.Writer, inWords func(io.Writer, T) error) func(T, error) error {
	return func(v T, err error) error {
		switch {
		case err != nil:
			return err
		case !asJSON:
			return inWords(out, v)
		}
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}
}

func printYears(out io.Writer, years []workflow.CalendarYear) error {
	for _, y := range years {
		_, _ = fmt.Fprintln(out, yearLine(y))
	}
	_, err := fmt.Fprintln(out, "其他年份按周一至周五暂定 / all other years by the week, provisional")
	return err
}

var offWords = map[bool]string{true: "休 off", false: "班 make-up"}

// printYear shows each day that the arrangement names.
func printYear(out io.Writer, y workflow.CalendarYear) error {
	_, _ = fmt.Fprintln(out, yearLine(y))
	for _, p := range y.Papers {
		_, _ = fmt.Fprintln(out, "  ", p)
	}
	for _, d := range y.Days {
		on, err := time.Parse(time.DateOnly, d.Date)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(out, "   %s %s  %-10s %s\n", d.Date, on.Format("Mon"), offWords[d.Off], d.Name)
	}
	return nil
}

// yearLine says a year in a line.
func yearLine(y workflow.CalendarYear) string {
	source := "程序自带 / built in"
	if y.By != "" {
		source = "由" + y.Name + "导入 / loaded"
	}
	n := y.Summary()
	return fmt.Sprintf("%d  工作日 / working days %d；放假 / off %s，调休上班 / make-up %s；确定至 / sure until %s；%s", y.Year, y.WorkingDays, n["off"], n["make_up"], y.SureUntil, source)
}
