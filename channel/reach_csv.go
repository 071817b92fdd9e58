// Reach figures from a file: whole, or not at all.

package channel

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/policy/charset"
)

// Bounds of a file of figures.
const (
	MaxReachBytes = 1 << 20
	maxReachRows  = 5000
	maxReachWrong = 20 // that are said
)

// reachColumns are the columns that are read, by what they may be called. Others
// are not: a file that was exported can be filled in and loaded.
var reachColumns = map[string]string{
	"outlet": "outlet", "渠道": "outlet", "month": "month", "月份": "month",
	"issues": platform.Issues, "期数": platform.Issues, "期数（篇数）": platform.Issues,
	"reads": platform.Reads, "阅读量": platform.Reads, "shares": platform.Shares, "转发量": platform.Shares,
}

// reachFile collects what a file says, and everything that is wrong with it.
type reachFile struct {
	entries []ReachEntry
	wrong   []gongkai.Detail
}

func (f *reachFile) bad(line int, where, code, zh, en string) {
	if len(f.wrong) < maxReachWrong {
		f.wrong = append(f.wrong, gongkai.Detail{Where: fmt.Sprintf("line %d: %s", line, where), Code: code, Zh: fmt.Sprintf("第 %d 行：%s", line, zh), En: fmt.Sprintf("line %d: %s", line, en)})
	}
}

// Import writes the figures of a CSV file in any encoding that offices write:
// outlet, month, and one or more figures; an empty cell says nothing. Invalid
// names every mistake by line, and then nothing was written. may tells which
// outlets there are for whoever loads it; entries is how many rows were written.
func (c *Channels) Import(ctx context.Context, data []byte, by string, may func(outlet string) bool) (entries int, err error) {
	f := reachFile{}
	if err := f.read(data); err != nil {
		return 0, err
	}
	seen := map[string]bool{}
	for i, e := range f.entries {
		line, id := i+2, reachID(e.Outlet, e.Month)
		if !may(e.Outlet) {
			f.bad(line, "outlet", "no_outlet", "没有这个发布渠道（应填渠道编号），或无权填报", "there is no such outlet (its id is wanted), or it is not for you to say")
		}
		for _, w := range e.wrong(c.Now()) {
			f.bad(line, w.Where, w.Code, w.Zh, w.En)
		}
		if seen[id] {
			f.bad(line, "month", "twice", "该渠道该月份已在前面出现", "this outlet and month stand further up already")
		}
		seen[id] = true
	}
	if f.wrong != nil {
		return 0, gongkai.E(gongkai.Invalid, "reach_rows", "文件中有不合规的行，未写入任何数据", "there are wrong rows in the file; nothing was written", f.wrong...)
	}
	for _, e := range f.entries {
		e.Source, e.By = SourceImport, by
		if _, err := c.Reaches.Put(ctx, e, false); err != nil {
			return entries, err
		}
		entries++
	}
	return entries, nil
}

// read takes the file apart. Its lines are its rows: no cell goes on in the next.
func (f *reachFile) read(data []byte) error {
	text, _, whole := charset.Decode(data)
	if !whole || len(data) > MaxReachBytes || strings.ContainsRune(text, 0) {
		return gongkai.E(gongkai.Invalid, "reach_file", "不是 CSV 文本，或超过 1 MB，请另存为“CSV UTF-8（逗号分隔）”", "not a CSV text, or larger than 1 MB: save it as “CSV UTF-8 (comma delimited)”")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		head = nil
	}
	columns, known := make([]string, len(head)), map[string]bool{}
	for i, name := range head {
		columns[i] = reachColumns[strings.ToLower(strings.TrimSpace(name))]
		if columns[i] != "" && known[columns[i]] {
			return reachHead
		}
		known[columns[i]] = true
	}
	if !known["outlet"] || !known["month"] || !known[platform.Issues] && !known[platform.Reads] && !known[platform.Shares] {
		return reachHead
	}
	for line := 2; ; line++ {
		row, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			f.bad(line, "row", "csv", "引号不配对，不是规范的 CSV", "a quote is out of place: this is not well-formed CSV")
			return nil
		case line > maxReachRows+1:
			f.bad(line, "row", "too_many", "最多 5000 行", "5,000 rows at most")
			return nil
		}
		f.row(line, columns, row)
	}
}

var reachHead = gongkai.E(gongkai.Invalid, "reach_columns", "首行应为列名：渠道、月份，以及期数、阅读量、转发量中的至少一列，各一列", "the first row must name the columns: outlet, month, and at least one of issues, reads, shares, each once")

func (f *reachFile) row(line int, columns, row []string) {
	e := ReachEntry{Figures: map[string]int64{}}
	for i, cell := range row {
		if cell = strings.TrimSpace(cell); i >= len(columns) || columns[i] == "" || cell == "" {
			continue
		}
		switch columns[i] {
		case "outlet":
			e.Outlet = cell
		case "month":
			e.Month = cell
		default:
			n, err := strconv.ParseInt(strings.ReplaceAll(cell, ",", ""), 10, 64)
			if err != nil {
				f.bad(line, columns[i], "bad_figure", "应为整数", "a whole number is wanted")
			}
			e.Figures[columns[i]] = n
		}
	}
	f.entries = append(f.entries, e)
}
