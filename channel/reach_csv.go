// Reach figures from a file: whole, or not at all.

package channel

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
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
var reachColumns = withFigures(map[string]string{
	"outlet": "outlet", "渠道": "outlet", "month": "month", "月份": "month",
	"issues": platform.Issues, "期数": platform.Issues, "reads": platform.Reads, "shares": platform.Shares,
})

// What an exported table says of a figure beside it, in the columns after it.
const (
	ofSource   = "来源"
	ofPlatform = "平台所报"
)

func withFigures(columns map[string]string) map[string]string {
	for _, f := range ReachFigures {
		for _, about := range []string{"", ofSource, ofPlatform} {
			columns[f.Zh+about] = f.Name + about
		}
	}
	return columns
}

// ReachSources are the words for who says a figure, in exported tables.
var ReachSources = map[string]string{SourceHand: "填报", SourceImport: "导入", SourcePlatform: "平台"}

// reachFile collects what a file says, and everything that is wrong with it.
type reachFile struct {
	entries []ReachEntry
	lines   []int // on which each entry begins
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
		line, id := f.lines[i], reachID(e.Outlet, e.Month)
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
	return c.Reaches.putAll(ctx, f.entries, by)
}

// putAll writes the rows of a file, or takes back what it has written of them.
func (r *Reaches) putAll(ctx context.Context, rows []ReachEntry, by string) (entries int, err error) {
	var undo []func(context.Context) error
	for _, e := range rows {
		e.Source, e.By = SourceImport, by
		now, before, err := r.put(ctx, e, false)
		if err == nil {
			undo = append(undo, func(ctx context.Context) error { return r.undo(ctx, now, before) })
			continue
		}
		left := 0
		for _, back := range undo {
			if back(context.WithoutCancel(ctx)) != nil { // whoever asked may be gone
				left++
			}
		}
		if left == 0 {
			return 0, err
		}
		return left, gongkai.E(gongkai.Unavailable, "reach_half", "存储故障，文件只写入了一部分，请在恢复后重新导入同一文件", "the store failed, and a part of the file is written: load the same file again when it is well").Because(err)
	}
	return len(rows), nil
}

// read takes the file apart.
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
	for {
		row, err := r.Read()
		broken := &csv.ParseError{}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			_ = errors.As(err, &broken) // there is no other
			f.bad(broken.StartLine, "row", "csv", "引号不配对，不是规范的 CSV", "a quote is out of place: this is not well-formed CSV")
			return nil
		}
		line, _ := r.FieldPos(0)
		if len(f.entries) == maxReachRows {
			f.bad(line, "row", "too_many", "最多 5000 行", "5,000 rows at most")
			return nil
		}
		f.row(line, columns, row)
	}
}

var reachHead = gongkai.E(gongkai.Invalid, "reach_columns", "首行应为列名：渠道、月份，以及期数、阅读量、转发量中的至少一列，各一列", "the first row must name the columns: outlet, month, and at least one of issues, reads, shares, each once")

func (f *reachFile) row(line int, columns, row []string) {
	e, about := ReachEntry{Figures: map[string]int64{}}, map[string]string{}
	for i, cell := range row {
		if cell = strings.TrimSpace(cell); i >= len(columns) || columns[i] == "" || cell == "" {
			continue
		}
		switch columns[i] {
		case "outlet":
			e.Outlet = cell
		case "month":
			e.Month = cell
		case platform.Issues, platform.Reads, platform.Shares:
			n, err := strconv.ParseInt(strings.ReplaceAll(cell, ",", ""), 10, 64)
			if err != nil {
				f.bad(line, columns[i], "bad_figure", "应为整数", "a whole number is wanted")
			}
			e.Figures[columns[i]] = n
		default:
			about[columns[i]] = cell
		}
	}
	maps.DeleteFunc(e.Figures, func(name string, n int64) bool { // that was exported, and nobody changed it
		return about[name+ofSource] == ReachSources[SourcePlatform] && about[name+ofPlatform] == strconv.FormatInt(n, 10)
	})
	f.entries, f.lines = append(f.entries, e), append(f.lines, line)
}
