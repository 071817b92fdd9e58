// Walking the whole trail to see whether anybody touched it.

package audit

import (
	"context"
	"fmt"

	"gongkai"
	"gongkai/store"
)

// Report is what a walk found (核验报告).
type Report struct {
	Count       int64     `json:"count"`          // entries that are there
	Begin       Head      `json:"begin,omitzero"` // the last one of those that were pruned
	Head        Head      `json:"head"`
	Checkpoints int       `json:"checkpoints"` // signed ones that the store holds
	Problems    []Problem `json:"problems"`
	More        bool      `json:"more"` // there are more problems than are listed
}

// OK tells that nothing is wrong.
func (r Report) OK() bool { return len(r.Problems) == 0 }

// Problem is one thing wrong with the trail.
type Problem struct {
	N    int64  `json:"n"` // number of the entry, or of the first one concerned; of a checkpoint, where the code begins with "checkpoint_"
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

const (
	maxProblems = 1000
	verifyPage  = 500
)

// Evidence (外存凭据) is what was kept outside the store: it finds a trail that was
// rewritten as a whole, its head and checkpoints included.
type Evidence struct {
	Head        Head         // exported earlier
	Checkpoints []Checkpoint // exported earlier: any of them, in any order
	Keys        []string     // public keys that may have signed; none: any key that a checkpoint names
}

// Verify walks the trail and compares it with itself, with its head and with
// its checkpoints. Appends may go on meanwhile.
func (t *Trail) Verify(ctx context.Context) (Report, error) {
	return t.VerifyAgainst(ctx, Evidence{})
}

// VerifyAgainst also compares the trail with what was kept elsewhere.
func (t *Trail) VerifyAgainst(ctx context.Context, kept Evidence) (r Report, err error) {
	for range 3 {
		if r, err = t.verify(ctx, kept); err != nil || r.OK() {
			return r, err
		}
		now, err := t.Beginning(ctx)
		if err != nil || now.BeginN <= r.Begin.N {
			return r, err
		}
		// it may have been pruned while it was read
	}
	return r, err
}

func (t *Trail) verify(ctx context.Context, kept Evidence) (Report, error) {
	head, err := t.loadHead(ctx)
	if err != nil {
		return Report{}, err
	}
	if err := t.helpSettle(ctx, head); err != nil {
		return Report{}, err
	}
	w := walk{began: head.Head, marks: map[int64][]mark{}}
	w.mark(mark{head.Head, "head", headMark})
	w.mark(mark{kept.Head, "head", exportMark})
	stored, err := t.storedCheckpoints(ctx)
	if err != nil {
		return Report{}, err
	}
	w.checkpoints(stored, kept)
	w.report.Begin = w.begin
	if err := t.each(ctx, w.see); err != nil {
		return Report{}, err
	}
	now, err := t.loadHead(ctx)
	if err != nil {
		return Report{}, err
	}
	w.end(now)
	w.report.Head = now.Head
	return w.report, t.named(ctx, &w)
}

// helpSettle puts in place what a crash or an append under way left pending.
// What a forger left in the way is for the walk to find.
func (t *Trail) helpSettle(ctx context.Context, head headDoc) error {
	_, err := t.settle(ctx, head)
	if code := gongkai.CodeOf(err); code == errForged.Code || code == errMoved.Code {
		return nil
	}
	return err
}

// each reads all entries in the order of their ids, a page at a time.
func (t *Trail) each(ctx context.Context, see func(*Entry)) error {
	q := store.Query{Limit: verifyPage}
	for {
		p, err := t.entries.Find(ctx, q)
		if err != nil {
			return err
		}
		for i := range p.Docs {
			see(&p.Docs[i])
		}
		if q.After = p.Next; p.Next == "" {
			return nil
		}
	}
}

// mark is a hash that the trail must have at a number, and how to say that it
// has not.
type mark struct {
	Head
	code string
	said [2]string
}

var (
	headMark   = [2]string{"与链头记录不一致", "does not match the recorded head"}
	exportMark = [2]string{"与先前导出的链头不一致：日志被整体改写", "does not match the exported head: the trail was rewritten"}
)

// walk is the state of one pass over the entries; it does no I/O.
type walk struct {
	began  Head // the head when the walk began
	begin  Head // where the trail begins: the last entry that was pruned
	marks  map[int64][]mark
	must   int64            // the trail reaches so far at least
	signed map[int64]string // digests of the stored checkpoints, by number
	named  []naming         // checkpoints that the trail names
	last   Head
	report Report
}

func (w *walk) mark(m mark) {
	w.marks[m.N] = append(w.marks[m.N], m)
	w.must = max(w.must, m.N)
}

func (w *walk) see(e *Entry) {
	w.report.Count++
	n := numberOf(e.ID)
	if n == 0 {
		w.found(e.N, "foreign", "编号不属于日志", "has an id that is not of the trail")
		return
	}
	w.start(e, n)
	gap := n > w.last.N+1
	if gap {
		w.removed(w.last.N+1, n-1)
	}
	w.compare(e, n, gap)
	w.last = Head{n, e.Hash}
	for _, m := range w.marks[n] {
		if m.Hash != e.Hash {
			w.found(n, m.code, m.said[0], m.said[1])
		}
	}
	if e.Act == ActCheckpoint || e.Act == ActPrune {
		w.naming(e)
	}
}

// start lets the trail begin after what was pruned. A pruning that was cut short
// leaves the newest of what it was to take: they still lead to its end.
func (w *walk) start(e *Entry, n int64) {
	switch {
	case w.last.N > 0 || w.begin.N == 0:
	case n > w.begin.N:
		w.last = w.begin
	default:
		w.last = Head{n - 1, e.Prev}
	}
}

// compare checks one entry against itself and against the one before.
func (w *walk) compare(e *Entry, n int64, gap bool) {
	if e.N != n {
		w.found(n, "moved", "序号与位置不符，顺序被改动", "stands in the place of another: the order was changed")
	}
	hash, err := e.link()
	switch {
	case err != nil || hash != e.Hash:
		w.found(n, "changed", "内容被改动", "was changed")
	case !gap && e.Prev != w.last.Hash:
		w.found(n, "unlinked", "未接续前一条，两者之一被替换", "does not continue the one before: one of the two was replaced")
	}
}

// end compares the last entry with the marks and the head of now.
func (w *walk) end(now headDoc) {
	w.last.N = max(w.last.N, w.begin.N)
	if w.last.N < w.must {
		w.removed(w.last.N+1, w.must)
	}
	switch {
	case now.Rev == 0 && w.last.N > 0:
		w.found(w.last.N, "no_head", "链头记录缺失", "is the last, but the record of the head is missing")
	case w.last.N > now.N:
		w.found(now.N+1, "added", "在链头之后，系另行添加", "comes after the head: it was added by other means")
	case w.last.N == now.N && w.last.Hash != now.Hash && now.Head != w.began:
		w.found(now.N, "head", headMark[0], headMark[1])
	}
}

func (w *walk) removed(from, to int64) {
	if from == to {
		w.found(from, "removed", "缺失", "is missing")
		return
	}
	w.found(from, "removed", fmt.Sprintf("至第 %d 条缺失", to), fmt.Sprintf("to %d are missing", to))
}

func (w *walk) found(n int64, code, zh, en string) {
	w.add(Problem{n, code, fmt.Sprintf("第 %d 条%s", n, zh), fmt.Sprintf("entry %d %s", n, en)})
}

func (w *walk) add(p Problem) {
	if len(w.report.Problems) == maxProblems {
		w.report.More = true
		return
	}
	w.report.Problems = append(w.report.Problems, p)
}
