// Verifying an export without the store.

package audit

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"gongkai"
)

// ExportReport is what reading an export found (导出核验报告).
type ExportReport struct {
	Entries     int64     `json:"entries"`
	First       int64     `json:"first"`
	Last        int64     `json:"last"`
	Whole       bool      `json:"whole"`       // nothing is left out between the two
	Signed      int64     `json:"signed"`      // the entries up to this number are covered by a signed checkpoint
	Checkpoints int       `json:"checkpoints"` // read in the file, and given beside it
	Problems    []Problem `json:"problems"`
}

// OK tells that nothing is wrong.
func (r ExportReport) OK() bool { return len(r.Problems) == 0 }

// offline is a walk over an export.
type offline struct {
	walk
	out  ExportReport
	head exportHead
}

// VerifyExport reads an export in either form and compares it with itself, with
// the checkpoints in it, and with those that were kept elsewhere.
func VerifyExport(r io.Reader, kept Evidence) (ExportReport, error) {
	o := &offline{walk: walk{marks: map[int64][]mark{}}}
	for _, c := range kept.Checkpoints {
		o.signed(c, kept.Keys)
	}
	in := bufio.NewReaderSize(r, 64<<10)
	first, err := in.Peek(len(byteOrderMark))
	if err != nil {
		return o.out, errNoExport
	}
	if string(first) == byteOrderMark {
		_, _ = in.Discard(len(byteOrderMark))
		err = o.table(in)
	} else {
		err = o.lines(in, kept.Keys)
	}
	o.out.Problems = o.report.Problems
	return o.out, err
}

var errNoExport = gongkai.E(gongkai.Invalid, "audit_no_export", "文件不是审计日志的导出", "the file is no export of the trail")

func badLine(n int) error {
	return gongkai.E(gongkai.Invalid, "audit_export_line", fmt.Sprintf("导出文件第 %d 行无法识别", n), fmt.Sprintf("line %d of the export cannot be read", n))
}

func (o *offline) signed(c Checkpoint, keys []string) {
	o.out.Checkpoints++
	if o.checkpoint(c, keys, c.Seq); c.BeginN > 0 && c.Signed() {
		o.mark(mark{c.begins(), "signed", [2]string{"与剪除时签署的不一致", "does not match what was signed when the trail was pruned"}})
	}
}

// anyLine is whatever stands in one line of an export.
type anyLine struct {
	exportHead
	exportEnd
	Signature string `json:"signature"`
}

// lines reads an export in JSON.
func (o *offline) lines(in *bufio.Reader, keys []string) error {
	digest, ended := sha256.New(), false
	for n := 1; ; n++ {
		raw, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(raw) == 0 {
			break
		}
		var a anyLine
		if err != nil && !errors.Is(err, io.EOF) || json.Unmarshal(raw, &a) != nil || n == 1 && a.Gongkai != exportForm || ended {
			if n == 1 {
				return errNoExport
			}
			return badLine(n)
		}
		if a.Sha256 != "" {
			ended = true
			o.ended(a.exportEnd, hex.EncodeToString(digest.Sum(nil)))
			continue
		}
		digest.Write(raw)
		if err := o.line(n, a, raw, keys); err != nil {
			return err
		}
	}
	if !ended {
		o.found(o.out.Last+1, "cut", "起缺失：导出文件不完整", "and what follows is missing: the file was cut off")
	}
	return nil
}

func (o *offline) line(n int, a anyLine, raw []byte, keys []string) error {
	switch {
	case n == 1:
		o.head, o.out.Whole = a.exportHead, a.Whole
		return nil
	case a.Gongkai != "": // a second head would take back what the first one said
		return badLine(n)
	case a.Signature != "":
		var c Checkpoint
		if json.Unmarshal(raw, &c) != nil {
			return badLine(n)
		}
		o.signed(c, keys)
		return nil
	}
	var l line
	if json.Unmarshal(raw, &l) != nil || l.N < 1 {
		return badLine(n)
	}
	o.take(l)
	return nil
}

// ended compares the last line with what was read.
func (o *offline) ended(end exportEnd, sum string) {
	switch {
	case end.Sha256 != sum || end.Entries != o.out.Entries:
		o.found(o.out.Last, "file", "之前的内容与文件末行的摘要不符", "and what stands before it do not fit the digest in the last line")
	case o.head.Whole && o.out.Entries > 0 && (o.out.First != o.head.From || o.out.Last != o.head.To):
		o.found(o.out.Last, "range", "并非首行所载的末条，或首条不符", "is not the last one that the first line names, or the first one is not")
	}
}

// table reads an export in CSV. Whether it is all there only its numbers say.
func (o *offline) table(in io.Reader) error {
	rows := csv.NewReader(in)
	rows.FieldsPerRecord = len(csvHead)
	head, err := rows.Read()
	if err != nil || !slices.Equal(head, csvHead) {
		return errNoExport
	}
	o.out.Whole = true
	for n := 2; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return badLine(n)
		}
		l, err := lineFrom(row)
		if err != nil {
			return badLine(n)
		}
		if o.out.Entries > 0 && l.N != o.last.N+1 {
			o.out.Whole = false
		}
		o.take(l)
	}
}

func lineFrom(row []string) (l line, err error) {
	if l.N, err = strconv.ParseInt(row[0], 10, 64); err != nil || l.N < 1 {
		return l, errNoExport
	}
	if l.At, err = strconv.ParseInt(row[1], 10, 64); err != nil {
		return l, err
	}
	l.Actor, l.ActorName, l.Act, l.Object, l.Unit, l.Key = text(row[3]), text(row[4]), text(row[5]), text(row[6]), text(row[7]), text(row[9])
	l.Prev, l.Hash = row[10], row[11]
	return l, json.Unmarshal([]byte(row[8]), &l.Detail)
}

// take looks at one entry. Where all must be there, the first begins the chain;
// else each stands for itself unless it follows the one before.
func (o *offline) take(l line) {
	if o.out.Entries == 0 || !o.out.Whole && l.N != o.last.N+1 {
		o.last = Head{l.N - 1, l.Prev}
	}
	if o.out.Entries++; o.out.First == 0 || l.N < o.out.First {
		o.out.First = l.N
	}
	o.out.Last = max(o.out.Last, l.N)
	e := l.entry()
	problems := len(o.report.Problems)
	o.see(&e)
	if o.out.Whole && len(o.marks[l.N]) > 0 && len(o.report.Problems) == problems {
		o.out.Signed = l.N
	}
}
