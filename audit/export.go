// Exporting the trail: lines of JSON, or a table, that can be verified without
// the store.

package audit

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/store"
)

// The forms of an export.
const (
	JSONL = "jsonl"
	CSV   = "csv"
)

// ActExport is the act of whoever takes a copy of the trail.
const ActExport = "audit.export"

// exportHead is the first line of an export in JSON, exportEnd the last.
type exportHead struct {
	Gongkai string `json:"gongkai"`
	From    int64  `json:"from"`
	To      int64  `json:"to"`
	Whole   bool   `json:"whole"` // all entries from the one to the other
}

type exportEnd struct {
	Entries int64  `json:"entries"`
	Sha256  string `json:"sha256"` // of all bytes before this line
}

const exportForm = "audit export 1"

// line is an entry as it is exported: what its hash covers, and the chain.
type line struct {
	record
	Prev string `json:"prev"`
	Hash string `json:"hash"`
}

func lineOf(e *Entry) line {
	return line{record{e.N, e.At, e.Actor, e.ActorName, e.Act, e.Object, e.Unit, e.Detail, e.Key}, e.Prev, e.Hash}
}

func (l line) entry() Entry {
	return Entry{Meta: store.Meta{ID: entryID(l.N)}, N: l.N, At: l.At, Actor: l.Actor, ActorName: l.ActorName, Act: l.Act, Object: l.Object, Unit: l.Unit,
		Detail: l.Detail, Key: l.Key, Prev: l.Prev, Hash: l.Hash}
}

// whole tells whether nothing but a time is asked for: then all entries of that
// time are exported in the order of the chain, up to the next checkpoint.
func (f Filter) whole() bool { return f.Object == "" && f.Actor == "" && f.Act == "" && f.Unit == "" }

// Export writes the entries that fit and gives their number. A part by time is
// whole, so that the signature of a checkpoint covers it; what is narrowed by
// anything else shows only that each entry is what its hash says.
func (t *Trail) Export(ctx context.Context, w io.Writer, form string, f Filter) (int64, error) {
	if form != JSONL && form != CSV {
		return 0, gongkai.E(gongkai.Invalid, "audit_form_unknown", "导出格式为 jsonl 或 csv", "the form of an export is jsonl or csv")
	}
	head, signed, err := t.part(ctx, f)
	if err != nil {
		return 0, err
	}
	out := newExport(w, form)
	out.begin(head, signed)
	switch {
	case !head.Whole:
		err = t.fitting(ctx, f, out.entry)
	case head.To > 0: // else there is none of that time
		err = t.span(ctx, head.From, head.To, out.entry)
	}
	if err != nil {
		return out.n, err
	}
	return out.n, out.end()
}

// part is what stands around the entries: the numbers, and the checkpoints
// between them.
func (t *Trail) part(ctx context.Context, f Filter) (head exportHead, signed []Checkpoint, err error) {
	head = exportHead{Gongkai: exportForm, Whole: f.whole()}
	if !head.Whole {
		return head, nil, nil
	}
	if head.From, head.To, err = t.numbers(ctx, f); err != nil {
		return head, nil, err
	}
	all, err := t.storedCheckpoints(ctx)
	for _, c := range all {
		if c.N >= head.To && head.To > 0 {
			head.To = c.N
			break
		}
	}
	for _, c := range all {
		if c.N >= head.From && c.N <= head.To {
			signed = append(signed, c.Checkpoint)
		}
	}
	return head, signed, err
}

// numbers are the lowest and the highest of the entries of a time; the clocks of
// those who wrote them may differ, so that neither need be the first or the last
// by time.
func (t *Trail) numbers(ctx context.Context, f Filter) (from, to int64, err error) {
	if f.From == 0 && f.To == 0 {
		begin, err := t.Beginning(ctx)
		if err != nil {
			return 0, 0, err
		}
		head, err := t.settled(ctx)
		if f.UpTo > 0 {
			head.N = min(head.N, f.UpTo)
		}
		return begin.BeginN + 1, head.N, err
	}
	return from, to, t.fitting(ctx, f, func(e *Entry) error {
		if from == 0 || e.N < from {
			from = e.N
		}
		to = max(to, e.N)
		return nil
	})
}

// fitting shows all entries that fit, the newest first.
func (t *Trail) fitting(ctx context.Context, f Filter, see func(*Entry) error) error {
	f.Limit = verifyPage
	for {
		p, err := t.Find(ctx, f)
		if err != nil {
			return err
		}
		for i := range p.Entries {
			if err := see(&p.Entries[i]); err != nil {
				return err
			}
		}
		if f.After = p.Next; p.Next == "" {
			return nil
		}
	}
}

// export is one being written.
type export struct {
	n    int64
	sum  io.Writer
	hash func() string
	out  *bufio.Writer
	rows *csv.Writer // of a table
	err  error
}

func newExport(w io.Writer, form string) *export {
	digest := sha256.New()
	x := &export{out: bufio.NewWriterSize(w, 64<<10)}
	x.sum = io.MultiWriter(x.out, digest)
	x.hash = func() string { return hex.EncodeToString(digest.Sum(nil)) }
	if form == CSV {
		x.rows = csv.NewWriter(x.sum)
	}
	return x
}

var csvHead = []string{"n", "at", "time", "actor", "actor_name", "act", "object", "unit", "detail", "key", "prev", "hash"}

const byteOrderMark = "\ufeff" // spreadsheets would read Chinese wrongly without

func (x *export) begin(h exportHead, signed []Checkpoint) {
	if x.rows != nil {
		_, x.err = io.WriteString(x.sum, byteOrderMark)
		x.row(csvHead)
		return
	}
	x.json(h)
	for _, c := range signed {
		x.json(c)
	}
}

func (x *export) entry(e *Entry) error {
	x.n++
	l := lineOf(e)
	if x.rows == nil {
		x.json(l)
		return x.err
	}
	detail, err := json.Marshal(l.Detail)
	if err != nil {
		return errForm.Because(err)
	}
	x.row([]string{strconv.FormatInt(l.N, 10), strconv.FormatInt(l.At, 10), time.UnixMilli(l.At).In(shanghai).Format("2006-01-02 15:04:05"),
		cell(l.Actor), cell(l.ActorName), cell(l.Act), cell(l.Object), cell(l.Unit), string(detail), cell(l.Key), l.Prev, l.Hash})
	return x.err
}

// shanghai is the time of the offices; China has had no summer time since 1991.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// cell keeps a text from being taken for a formula; text takes that back.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r'", rune(s[0])) {
		return "'" + s
	}
	return s
}

func text(cell string) string { return strings.TrimPrefix(cell, "'") }

func (x *export) json(v any) {
	if x.err == nil {
		x.err = json.NewEncoder(x.sum).Encode(v)
	}
}

func (x *export) row(cells []string) {
	if x.err == nil {
		x.err = x.rows.Write(cells)
	}
}

func (x *export) end() error {
	if x.rows != nil {
		x.rows.Flush()
		if x.err == nil {
			x.err = x.rows.Error()
		}
	} else {
		x.json(exportEnd{x.n, x.hash()})
	}
	if x.err != nil {
		return x.err
	}
	return x.out.Flush()
}
