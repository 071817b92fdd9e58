// Reading a list row by row, and what a row must be.

package lexicon

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gongkai/policy/privacy"
)

// maxProblems is how many problems are said at once.
const maxProblems = 100

// reader collects terms, the lines on which they stand, and problems.
type reader struct {
	csv     *csv.Reader
	columns []int
	checks  []func(cell string) (zh, en string)
	terms   []Term
	lines   []int
	bad     []Problem
}

func (r *reader) rows() {
	seen := map[string]int{}
	for len(r.bad) < maxProblems {
		row, err := r.csv.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.bad = append(r.bad, broken(err))
			return
		}
		if !slices.ContainsFunc(row, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			continue
		}
		line, _ := r.csv.FieldPos(0)
		t := r.row(row, line)
		if first, twice := seen[name(t)]; twice {
			r.fail(line, "term", fmt.Sprintf("与第 %d 行重复", first), fmt.Sprintf("the same as in line %d", first))
		}
		seen[name(t)] = line
		r.terms, r.lines = append(r.terms, t), append(r.lines, line)
		if len(r.terms) > MaxTerms {
			r.bad = append(r.bad, Problem{Line: line, Zh: fmt.Sprintf("超过 %d 条，请拆分为多个词表", MaxTerms), En: fmt.Sprintf("more than %d terms: split it into several lists", MaxTerms)})
			return
		}
	}
}

// name tells terms apart: one word may be in a list for several times.
func name(t Term) string {
	return strings.Join([]string{t.Kind, string(plainWord(t.Term)), t.From, t.To}, "\x00")
}

func (r *reader) row(row []string, line int) (t Term) {
	if len(row) > len(r.columns) {
		r.bad = append(r.bad, Problem{Line: line, Column: len(r.columns) + 1, Zh: "单元格多于列名，含逗号的内容须加英文双引号", En: "more cells than columns: put what holds commas in double quotes"})
		return t
	}
	row = append(row, make([]string, len(r.columns)-len(row))...) // cells that are not there are empty
	before := len(r.bad)
	for i, cell := range row {
		if cell = strings.TrimSpace(cell); r.columns[i] < 0 {
			if cell != "" {
				r.bad = append(r.bad, Problem{Line: line, Column: i + 1, Zh: "该列没有列名", En: "the column has no name"})
			}
			continue
		}
		f := fields[r.columns[i]]
		if zh, en := r.wrong(cell); zh != "" {
			r.fail(line, f.en, zh, en)
		} else if zh, en := f.set(&t, cell); zh != "" {
			r.fail(line, f.en, zh, en)
		}
	}
	if len(r.bad) == before {
		r.check(t, line)
	}
	return t
}

func (r *reader) wrong(cell string) (zh, en string) {
	for _, check := range r.checks {
		if zh, en = check(cell); zh != "" {
			return zh, en
		}
	}
	return "", ""
}

// cellWrong refuses what no cell may hold. A spreadsheet would run a cell that
// begins like a formula on the machine of whoever opens the list.
func cellWrong(cell string) (zh, en string) {
	switch {
	case len(cell) > maxCell:
		return "内容过长", "too long"
	case cell != "" && strings.ContainsRune("=+-@", rune(cell[0])):
		return "不能以 = + - @ 开头", "must not begin with = + - @"
	}
	return "", ""
}

// check refuses a row that could never be found or that says two things.
func (r *reader) check(t Term, line int) {
	plain := string(plainWord(t.Term))
	switch n := len([]rune(plain)); {
	case n < 2:
		r.fail(line, "term", "词语至少两个字，不能换行", "a term has at least two characters and stands on one line")
		return
	case n > near:
		r.fail(line, "term", fmt.Sprintf("词语不能超过 %d 个字", near), fmt.Sprintf("a term has at most %d characters", near))
		return
	}
	for _, x := range t.Except {
		r.except(x, plain, line)
	}
	if t.From != "" && t.To != "" && t.To < t.From {
		r.fail(line, "to", "截止日期早于起始日期", "the last day is before the first")
	}
	switch {
	case t.Order > 0 && t.Kind != LeaderTitle:
		r.fail(line, "order", "只有领导称谓才填顺序", "only leaders have a place in an order")
	case t.leader() && len(t.titles()) == 0:
		r.fail(line, "correction", "请填写该领导的职务，多个职务用 | 分隔", "give the titles of the leader, parted by |")
	case !t.leader() && t.Correction != "" && string(plainWord(t.Correction)) == plain:
		r.fail(line, "correction", "更正与词语相同", "the correction is the term itself")
	}
}

// except refuses an exception that could never excuse the term.
func (r *reader) except(x, plain string, line int) {
	if name, ok := strings.CutPrefix(x, column); ok {
		if strings.TrimSpace(name) == "" {
			r.fail(line, "except", "“栏目:”后面应写栏目名称", "a name of a column follows 栏目:")
		}
		return
	}
	word, isNear := strings.CutPrefix(x, nearby)
	longer := string(plainWord(word))
	switch n := len([]rune(longer)); {
	case n < 2 || n > near:
		r.fail(line, "except", fmt.Sprintf("例外应为 2 至 %d 个字", near), fmt.Sprintf("an exception has 2 to %d characters", near))
	case !isNear && (longer == plain || !strings.Contains(longer, plain)):
		r.fail(line, "except", "例外应为包含该词语的更长的词；写在附近的词前加“近:”，栏目名称前加“栏目:”", "an exception is a longer word that contains the term; write 近: before a word nearby and 栏目: before the name of a column")
	}
}

// try sees whether each term does to its samples what its row says.
func (r *reader) try() []Problem {
	l := New(List{Name: "list", Version: "0", Terms: r.terms})
	for i, t := range r.terms {
		now := sampleDay(t)
		for _, sample := range t.Found {
			if !l.finds(t, sample, now) {
				r.fail(r.lines[i], "found", "该词语在“应发现”的样例中没有被发现", "the term is not found in a sample in which it should be")
			}
		}
		for _, sample := range t.Fine {
			if l.finds(t, sample, now) {
				r.fail(r.lines[i], "fine", "该词语在“应放行”的样例中被发现，请补充例外", "the term is found in a sample in which it should not be: add an exception")
			}
		}
		if len(r.bad) >= maxProblems {
			break
		}
	}
	return r.bad
}

// sampleDay is a day on which the term counts.
func sampleDay(t Term) time.Time {
	now := time.Now()
	for _, day := range []string{t.From, t.To} {
		if at, err := time.Parse(time.DateOnly, day); err == nil && !t.counts(dayOf(now)) {
			now = at
		}
	}
	return now
}

func (l *Lexicon) finds(t Term, sample string, now time.Time) bool {
	return slices.ContainsFunc(l.Scan(sample, privacy.Plain, now), func(h Hit) bool { return h.Kind == t.Kind && h.Term == t.Term })
}

func (r *reader) fail(line int, en, zhText, enText string) {
	c := slices.IndexFunc(fields, func(f field) bool { return f.en == en })
	r.bad = append(r.bad, Problem{line, slices.Index(r.columns, c) + 1, fields[c].zh, zhText, enText})
}
