package jobs_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
)

// A roster that was masked goes all the way to the public files, and nothing
// there holds a number of it; the original's digest opens nothing.
func TestThePublicFilesHoldNothingOfTheRoster(t *testing.T) {
	w := newTown(t)
	w.start()
	ref, err := w.content.Files.Add(t.Context(), person("editor"), "补助名单.csv", strings.NewReader("姓名,身份证号,联系电话\n张三,"+idNumber+","+mobile+"\n"))
	w.check(err)
	v := fields("补助公示")
	v["attachments"] = []content.FileRef{ref}
	it := w.release(w.ready(v))
	eventually(t, "the page shows", func() bool { return w.page(it.ID, "www").Files != nil })
	public := w.page(it.ID, "www").Files[0]
	f, err := w.public.FileOf(t.Context(), it.ID, public)
	w.check(err)
	r, err := w.public.File(t.Context(), it.ID, public, 0, f.Size)
	w.check(err)
	text, err := io.ReadAll(r)
	w.check(errors.Join(err, r.Close()))
	if public == ref.Digest || !strings.HasPrefix(string(text), "姓名,身份证号,联系电话\n张三,11****") || strings.Contains(string(text), mobile) {
		t.Errorf("the public copy: %s", text)
	}
	if _, err := w.public.FileOf(t.Context(), it.ID, ref.Digest); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("the original's digest opens something: %v", err)
	}
	w.nothingIn(idNumber, mobile)
}

// nothingIn looks through all public files.
func (w *town) nothingIn(words ...string) {
	w.t.Helper()
	for files := w.bucket.List(nil); ; {
		at, err := files.Next(w.t.Context())
		if errors.Is(err, io.EOF) {
			return
		}
		w.check(err)
		raw, err := w.bucket.ReadAll(w.t.Context(), at.Key)
		w.check(err)
		for _, word := range words {
			if strings.Contains(string(raw)+at.Key, word) {
				w.t.Errorf("a public file of %d bytes holds a number of the roster", len(raw))
			}
		}
	}
}
