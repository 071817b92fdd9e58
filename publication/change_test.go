package publication_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

// followed is a public store that two processes have open: one writes, one reads.
func followed(t *testing.T) (db store.DB, writer, reader *publication.Public, now *time.Time) {
	t.Helper()
	at := time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC)
	now = &at
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "public.db"))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	for _, p := range []**publication.Public{&writer, &reader} {
		*p, err = publication.Open(t.Context(), db, buckettest.Folders(t, "public"), func() time.Time { return at })
		must(t, err)
	}
	return db, writer, reader, now
}

func puts(t *testing.T, p *publication.Public, item string, seq int64) {
	t.Helper()
	_, err := p.Show(t.Context(), publication.Page{Item: item, Site: "s", Seq: seq, State: publication.Shows, Path: "/" + item})
	must(t, err)
}

func told(t *testing.T, p *publication.Public, after int64) (out string) {
	t.Helper()
	changes, err := p.ChangesAfter(t.Context(), after, 100)
	must(t, err)
	for _, c := range changes {
		out += fmt.Sprintf("%d:%s ", c.Number, c.ID)
	}
	return strings.TrimSpace(out)
}

func TestWhatChangesBearsANumberAndNothingElse(t *testing.T) {
	_, p, _, _ := followed(t)
	puts(t, p, "a", 1)
	puts(t, p, "b", 1)
	must(t, p.CopySite(t.Context(), content.Site{Meta: store.Meta{ID: "s"}, Name: "甲", Updated: 5}))
	must(t, p.CopyUnit(t.Context(), content.Unit{Meta: store.Meta{ID: "u"}, Updated: 5}))
	must(t, p.CopyColumn(t.Context(), content.Column{Meta: store.Meta{ID: "c"}, Updated: 5}))
	must(t, p.CopyKind(t.Context(), content.Kind{Meta: store.Meta{ID: "k"}, Updated: 5}))
	if got, want := told(t, p, 0), "1:a 2:b 3:s 4:u 5:c 6:k"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for range 3 { // repeats, and what is older
		puts(t, p, "a", 1)
		must(t, p.CopySite(t.Context(), content.Site{Meta: store.Meta{ID: "s"}, Name: "旧", Updated: 4}))
		must(t, p.CopyKind(t.Context(), content.Kind{Meta: store.Meta{ID: "k"}, Updated: 5}))
	}
	puts(t, p, "a", 2)
	must(t, p.CopyKind(t.Context(), content.Kind{Meta: store.Meta{ID: "k"}, Zh: "改", Updated: 5}))
	if got, want := told(t, p, 2), "3:s 4:u 5:c 7:a 8:k"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestPagesFromBeforeThereWereNumbersGetTheirs(t *testing.T) {
	_, p, _, _ := followed(t)
	puts(t, p, "a", 1)
	_, err := p.Pages.Update(t.Context(), "a.s", 0, func(doc *publication.Page) error { doc.Change = 0; return nil })
	must(t, err)
	if got := told(t, p, 0); got != "" {
		t.Fatalf("it was to be without: %s", got)
	}
	must(t, p.NumberOld(t.Context()))
	must(t, p.NumberOld(t.Context()))
	if got := told(t, p, 0); got != "2:a" {
		t.Errorf("%s", got)
	}
}

// A number that was taken and is written after a higher one.
func TestAChangeThatComesLateIsHeard(t *testing.T) {
	db, writer, reader, now := followed(t)
	puts(t, writer, "a", 1)
	must(t, reader.Hear(t.Context()))
	late, err := db.Next(t.Context(), "changes")
	must(t, err)
	puts(t, writer, "b", 1)
	ctx, reading := reader.Read(t.Context())
	_, err = reader.OfItem(ctx, "a")
	must(t, err)
	must(t, reader.Hear(t.Context()))
	if settled, last, err := reader.Followed(t.Context()); err != nil || settled != late-1 || last != late+1 || !reading.Holds() {
		t.Fatalf("followed to %d of %d, %v; what was read holds: %v", settled, last, err, reading.Holds())
	}
	_, err = writer.Pages.Update(t.Context(), "a.s", 0, func(doc *publication.Page) error { doc.Title, doc.Change = "新", late; return nil })
	must(t, err)
	must(t, reader.Hear(t.Context()))
	if settled, _, err := reader.Followed(t.Context()); err != nil || settled != late+1 || reading.Holds() {
		t.Errorf("followed to %d, %v; what was read holds: %v", settled, err, reading.Holds())
	}
	if _, err := db.Next(t.Context(), "changes"); err != nil { // one that nobody comes to bear
		t.Fatal(err)
	}
	puts(t, writer, "c", 1)
	for _, x := range []struct {
		after time.Duration
		want  int64
	}{{0, late + 1}, {time.Minute, late + 1}, {time.Second, late + 3}} {
		*now = now.Add(x.after)
		must(t, reader.Hear(t.Context()))
		if settled, _, err := reader.Followed(t.Context()); err != nil || settled != x.want {
			t.Errorf("%v later: followed to %d, %v, want %d", x.after, settled, err, x.want)
		}
	}
}

func TestNothingHoldsWhereChangesAreNotHeard(t *testing.T) {
	_, writer, reader, now := followed(t)
	puts(t, writer, "a", 1)
	ctx, reading := reader.Read(t.Context())
	_, err := reader.OfItem(ctx, "a")
	must(t, err)
	if reading.Holds() {
		t.Error("it holds though nobody listens")
	}
	must(t, reader.Hear(t.Context()))
	if _, reading = reader.Read(t.Context()); !reading.Holds() {
		t.Error("it does not hold")
	}
	if *now = now.Add(time.Second); reading.Holds() {
		t.Error("it holds a second after the last look")
	}
}

// A store that falls back behind what was heard: a backup was restored.
func TestAStoreThatWasRestoredIsReadAnew(t *testing.T) {
	_, writer, reader, _ := followed(t)
	for _, item := range []string{"a", "b", "c"} {
		puts(t, writer, item, 1)
	}
	must(t, reader.Hear(t.Context()))
	ctx, reading := reader.Read(t.Context())
	_, err := reader.OfItem(ctx, "a")
	must(t, err)
	for _, item := range []string{"b", "c"} {
		must(t, writer.Pages.Delete(t.Context(), item+".s", 0))
	}
	must(t, reader.Hear(t.Context()))
	if settled, last, err := reader.Followed(t.Context()); err != nil || settled != 1 || last != 1 || reading.Holds() {
		t.Errorf("followed to %d of %d, %v; what was read holds: %v", settled, last, err, reading.Holds())
	}
}

// Files that are open take no room from those that must not be fetched.
func TestFilesThatAreNotShownAreFoundBehindThoseThatAre(t *testing.T) {
	_, p, _, _ := followed(t)
	open, closed := map[string]bool{}, ""
	for n := range 5 {
		text := fmt.Sprint("文件", n)
		digest := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
		must(t, p.PutFile(t.Context(), "a", digest, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }))
		open[digest], closed = true, max(closed, digest) // the last one that is listed
	}
	delete(open, closed)
	if got, err := p.FilesOnceNamed(t.Context(), "a", open, 2); err != nil || len(got) != 1 || got[0] != closed {
		t.Errorf("%v, want %s, %v", got, closed, err)
	}
}

func TestNumbersThatNobodyBearsAnyMoreHoldUpNobody(t *testing.T) {
	p := open(t)
	for seq := range int64(2) { // the first 250 numbers are borne by nobody in the end
		for i := range 250 {
			show(t, p, publication.Page{Item: fmt.Sprint("i", i), Site: "s", Seq: seq + 1, State: publication.Shows})
		}
	}
	for range 3 {
		must(t, p.Hear(t.Context()))
	}
	if settled, last, err := p.Followed(t.Context()); err != nil || settled != 0 || last != 500 {
		t.Errorf("%d %d, %v", settled, last, err)
	}
}
