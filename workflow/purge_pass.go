// The pass over everything whose retention is over: in pages, cut off at any
// point and gone on with; and the same as a list.

package workflow

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// PurgeCount is what a pass did.
type PurgeCount struct {
	Items   int // whose originals were purged
	Failed  int // could not be: a sheet or a file is missing
	Uploads int // files that no text named
}

// purgePage is how many items are looked at before the pass rests.
const purgePage = 50

// Purge purges what is past its retention until it is done or the time is up;
// then done is false. Who asks stands in the stubs. Uploads that nobody used
// are told to record, which writes the trail, before they go.
func (e *Engine) Purge(ctx context.Context, by string, until time.Time, record func(ctx context.Context, key string, detail map[string]string) error) (count PurgeCount, done bool, err error) {
	length, began := until.Sub(e.now()), time.Now() // elapsed time is the machine's own
	over := func() bool { return time.Since(began) >= length }
	if e.Terms == (Terms{}) {
		return count, true, nil
	}
	if done, err = e.listFiles(ctx, over); err != nil || !done {
		return count, done, err
	}
	for _, c := range originalClasses {
		if c.days(e.Terms) == 0 {
			continue
		}
		if done, err = e.purgeClass(ctx, c, by, over, &count); err != nil || !done {
			return count, done, err
		}
	}
	if e.Terms.Uploads > 0 {
		done, err = e.purgeUploads(ctx, by, over, &count, record)
	}
	return count, done, err
}

func (e *Engine) purgeClass(ctx context.Context, c originalClass, by string, over func() bool, count *PurgeCount) (done bool, err error) {
	return e.eachPast(ctx, c, over, func(it content.Item) error {
		gone, err := e.purgeItem(ctx, it, c, by)
		switch {
		case err != nil && (ctx.Err() != nil || gongkai.Is(err, gongkai.Unavailable)):
			return err
		case err != nil:
			count.Failed++
		case gone:
			count.Items++
		}
		return nil
	})
}

// eachPast goes through the items of a class whose retention is over, and rests
// after each page as long as that page took.
func (e *Engine) eachPast(ctx context.Context, c originalClass, over func() bool, each func(content.Item) error) (done bool, err error) {
	q := store.Query{Where: c.past(e.now(), e.Terms), Sort: []string{"updated"}, Limit: purgePage}
	for {
		page, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return false, err
		}
		started := time.Now()
		for _, it := range page.Docs {
			if err := each(it); err != nil {
				return false, err
			}
		}
		if q.After = page.Next; q.After == "" || over() {
			return q.After == "", nil
		}
		if err := rest(ctx, time.Since(started)); err != nil {
			return false, err
		}
	}
}

// listFiles notes of texts of before there was a retention which files they
// name: no file goes before it is known that nobody names it.
func (e *Engine) listFiles(ctx context.Context, over func() bool) (done bool, err error) {
	q := store.Query{Where: []store.Cond{store.Eq("listed", false)}, Limit: 100}
	for !over() {
		page, err := e.content.Revisions.Find(ctx, q)
		if err != nil || len(page.Docs) == 0 {
			return err == nil, err
		}
		for _, rev := range page.Docs {
			k, err := e.kind(ctx, rev.Kind)
			if err != nil {
				return false, err
			}
			_, err = e.content.Revisions.Update(ctx, rev.ID, 0, func(doc *content.Revision) error {
				doc.Files, doc.Listed = k.Names(doc.Fields), true
				return nil
			})
			if err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// uploadsSeen is the setting that says up to which upload somebody has looked.
const uploadsSeen = "purged_uploads"

// purgeUploads purges files that were uploaded and named by no text. What a text
// names goes with the text.
func (e *Engine) purgeUploads(ctx context.Context, by string, over func() bool, count *PurgeCount, record func(context.Context, string, map[string]string) error) (done bool, err error) {
	stub := content.Purged{At: gongkai.Millis(e.now()), By: by, Class: content.OriginalUpload, Days: e.Terms.Uploads}
	for !over() {
		files, next, err := e.unused(ctx, -1, dueBefore(e.now(), e.Terms.Uploads))
		if err != nil || next == 0 {
			return err == nil, err
		}
		if len(files) > 0 {
			if err := record(ctx, uploadsKey(files), uploadsDetail(files, stub)); err != nil {
				return false, err
			}
		}
		for _, f := range files {
			stub.Since = f.At
			gone, err := e.content.Files.Purge(ctx, f.ID, stub, e.content.Needs)
			if err != nil {
				return false, err
			}
			if gone {
				count.Uploads++
			}
		}
		_, err = e.content.Settings.Upsert(ctx, uploadsSeen, func(doc *content.Setting, _ bool) error {
			doc.Value = next
			return nil
		})
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// unused are the next uploads before a time that nobody needs, from a time on
// (-1: where the last pass ended), and the time to go on from; 0: there are no
// more.
func (e *Engine) unused(ctx context.Context, from, before int64) (out []content.File, next int64, err error) {
	if from < 0 {
		seen, err := e.content.Settings.Get(ctx, uploadsSeen)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return nil, 0, err
		}
		from = seen.Value
	}
	page, err := e.content.Files.Between(ctx, from, before, purgePage)
	if err != nil || len(page) == 0 {
		return nil, 0, err
	}
	for _, f := range page {
		needed, err := e.content.Needs(ctx, f.ID)
		if err != nil {
			return nil, 0, err
		}
		if f.Purged == nil && !needed {
			out = append(out, f)
		}
	}
	if next = page[len(page)-1].At; len(page) < purgePage || next == page[0].At {
		next++ // else others of the same moment may follow
	}
	return out, next, nil
}

// uploadsKey names an entry of the trail by what it is about: a repeat is the
// same entry.
func uploadsKey(files []content.File) string {
	ids := []string{"uploads"}
	for _, f := range files {
		ids = append(ids, f.ID, strconv.FormatInt(f.At, 10))
	}
	return "original.purge." + gongkai.DerivedID(ids...)
}

func uploadsDetail(files []content.File, stub content.Purged) map[string]string {
	var size int64
	ids := make([]string, len(files))
	for i, f := range files {
		ids[i], size = f.ID, size+f.Size
	}
	return map[string]string{"class": stub.Class, "by": stub.By, "days": strconv.Itoa(stub.Days), "files": strings.Join(ids, " "), "bytes": strconv.FormatInt(size, 10)}
}

// PastOriginals (到期原件) is an item whose originals are past their retention.
type PastOriginals struct {
	Item      string   `json:"item"`
	Title     string   `json:"title"` // masked
	Unit      string   `json:"unit"`
	Class     string   `json:"class"`
	Since     int64    `json:"since"`
	Days      int      `json:"days"`
	Revisions int      `json:"revisions"`
	Files     int      `json:"files"`
	Bytes     int64    `json:"bytes"` // of texts and files
	Kept      *Keeping `json:"kept,omitempty"`
}

// EachPast lists what a pass would purge now, and with its reason what it would
// leave. It writes nothing.
func (e *Engine) EachPast(ctx context.Context, each func(PastOriginals) error) error {
	for _, c := range originalClasses {
		if c.days(e.Terms) == 0 {
			continue
		}
		_, err := e.eachPast(ctx, c, func() bool { return false }, func(it content.Item) error {
			p, err := e.pastOf(ctx, it, c)
			if err != nil || p.Revisions == 0 {
				return err
			}
			return each(p)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) pastOf(ctx context.Context, it content.Item, c originalClass) (PastOriginals, error) {
	o, err := e.originalsOf(ctx, it)
	if err != nil {
		return PastOriginals{}, err
	}
	p := PastOriginals{Item: it.ID, Title: it.Title, Unit: it.Unit, Class: c.name, Since: it.Updated, Days: c.days(e.Terms), Revisions: len(o.revisions), Files: len(o.files), Bytes: o.bytes}
	for _, file := range o.files {
		stat, err := e.content.Files.Stat(ctx, file)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return p, err
		}
		p.Bytes += stat.Size
	}
	k, kept, err := e.keptBy(ctx, it)
	if kept {
		p.Kept = &k
	}
	return p, err
}

// UnusedUploads are the files, and their bytes, that no text names and whose
// retention is over.
func (e *Engine) UnusedUploads(ctx context.Context) (n int, bytes int64, err error) {
	if e.Terms.Uploads == 0 {
		return 0, 0, nil
	}
	for from := int64(-1); ; {
		files, next, err := e.unused(ctx, from, dueBefore(e.now(), e.Terms.Uploads))
		if err != nil || next == 0 {
			return n, bytes, err
		}
		for _, f := range files {
			n, bytes = n+1, bytes+f.Size
		}
		from = next
	}
}

// PastRetention counts the items whose originals are past their retention,
// those that somebody keeps included, up to 10,000.
func (e *Engine) PastRetention(ctx context.Context) (n int, err error) {
	for _, c := range originalClasses {
		if c.days(e.Terms) == 0 {
			continue
		}
		some, err := e.content.Items.Count(ctx, c.past(e.now(), e.Terms), 10_000)
		if err != nil {
			return n, err
		}
		n += some
	}
	return n, nil
}
