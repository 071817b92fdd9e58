// originals: listed and purged beside a running demo.

package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
)

// farAhead is the stub of a purge long after the upload.
var farAhead = content.Purged{At: 1 << 50, Class: content.OriginalUpload, Days: 180}

// purgedBeside lets the retention of an item be over, and purges it by command.
func purgedBeside(t *testing.T, d *demo, data string) {
	items, err := content.All(t.Context(), d.content.Items)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(items, func(it content.Item) bool {
		return it.Live.State == content.Published && it.Work.State == content.NoWork && it.InterpretBy == 0
	})
	if i < 0 {
		t.Fatal("nothing is public and at rest")
	}
	it := items[i]
	on := func(args ...string) said {
		t.Helper()
		return gongkaiRun(t, "", append([]string{"originals"}, append(args, "--data", data)...)...)
	}
	on("list").wants(t, 0, "到期 0 条信息", "0 unused uploads")
	on("list", "--originals-keep=7").wants(t, 2, "GONGKAI_ORIGINALS_KEEP")
	ref, err := d.content.Files.Add(t.Context(), gongkai.Actor{ID: "u"}, "旧.txt", strings.NewReader("无人使用"))
	if err != nil {
		t.Fatal(err)
	}
	aged := func(state string) {
		t.Helper()
		if _, err := d.content.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
			doc.Updated, doc.Live.State = doc.Live.Released-3651*24*3600_000, state
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	aged(content.Suspended)
	on("list", "--kept").wants(t, 0, it.ID, "临时下线", "1 more items are kept")
	on("purge").wants(t, 0, "已清除 0 条信息")
	aged(content.Published)
	on("purge", "--dry-run").wants(t, 0, it.ID, "起满 3650 天", "originals of 1 items")
	on("list", "--json").wants(t, 0, `"item":"`+it.ID+`"`, `"days":3650`)
	on("purge").wants(t, 0, "已清除 1 条信息")
	on("list").wants(t, 0, "到期 0 条信息")
	rev, err := d.content.Revisions.Get(t.Context(), it.Live.Revision)
	if err != nil || rev.Purged == nil || rev.Purged.By != "operator" || rev.Fields["title"] == nil {
		t.Errorf("%+v, %v", rev.Purged, err)
	}
	if r, err := d.content.Files.Open(t.Context(), ref.Digest); err != nil || r.Close() != nil {
		t.Errorf("what was uploaded today: %v", err)
	}
	waitFor(t, "the trail has it", func() bool {
		now, err := d.content.Items.Get(t.Context(), it.ID)
		return err == nil && now.Copied == now.StepN
	})
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 0, "whole")
	gongkaiRun(t, "", "check", "--released", "--data", data).wants(t, 0, "0 条有问题")

	// An older copy of the folder brings the bytes of a purged file back.
	if gone, err := d.content.Files.Purge(t.Context(), ref.Digest, farAhead, d.content.Needs); err != nil || !gone {
		t.Fatalf("%v, %v", gone, err)
	}
	path := filepath.Join(data, "files", "originals", ref.Digest)
	if exists(path) {
		t.Error("the bytes stay")
	}
	if err := writeNew(path, strings.NewReader("无人使用")); err != nil {
		t.Fatal(err)
	}
	on("purge").wants(t, 0, "再次清除 1 个恢复出来的附件")
	if exists(path) {
		t.Error("the bytes came back")
	}
}
