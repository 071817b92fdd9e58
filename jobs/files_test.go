// Files on servers that speak S3, while they are away.

package jobs_test

import (
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob"

	"gongkai"
	"gongkai/content"
	"gongkai/store/bucket/buckettest"
)

func TestAReleaseWhoseFilesCannotBeCopiedStaysOwedAndIsToldLater(t *testing.T) {
	t.Parallel() // it mostly waits
	servers := map[string]*buckettest.Server{"originals": buckettest.Start(t, "originals"), "public": buckettest.Start(t, "public")}
	w := newTownOn(t, func(t testing.TB, name string) *blob.Bucket { return servers[name].Open(t, name).Bucket })
	ref, err := w.content.Files.Add(t.Context(), person("editor"), "名单.csv", strings.NewReader(strings.Repeat("姓名,电话\n张三,"+mobile+"\n", 10_000)))
	w.check(err)
	v := fields("关于附件的通知")
	v["attachments"] = []content.FileRef{{Digest: ref.Digest, Name: "名单.csv"}}
	it := w.ready(v)
	servers["public"].Misbehave(buckettest.Gone)
	w.start()
	it = w.release(it)
	for _, c := range []struct {
		away  string
		fault buckettest.Fault
	}{{"public", buckettest.CutUpload(1 << 10)}, {"originals", buckettest.CutAnswer(1 << 10)}} {
		servers[c.away].Misbehave(c.fault) // the next one before the one before is over
		time.Sleep(300 * time.Millisecond)
	}
	servers["public"].Misbehave(nil)
	time.Sleep(300 * time.Millisecond)
	if _, _, err := w.public.Edition(t.Context(), it.ID+".1"); !gongkai.Is(err, gongkai.Missing) || w.objects() != 0 || !w.owed() {
		t.Errorf("the public sees an edition without its files: %v, %d objects", err, w.objects())
	}
	servers["originals"].Misbehave(nil)
	w.quiet()
	files := w.page(it.ID, "www").Files
	if len(files) != 1 || w.objects() != 1 || !strings.HasPrefix(w.file(it.ID, files[0]), "姓名") {
		t.Errorf("when it is back: files %v, %d objects", files, w.objects())
	}
}
