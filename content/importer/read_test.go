// The walk over files and folders.

package importer_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gongkai/content/importer"
)

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, data := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFoldersAreWalkedAndWhatIsNotReadIsReported(t *testing.T) {
	root := folder(t, map[string]string{
		"a/通知.TXT": "关于值班的通知\n各科室：\n请值班。", "a/b/l.jsonl": "{\"title\":\"公告一则\"}\nx\n", "a/scan.pdf": "%PDF", "bad.docx": "x",
		"empty.txt": " \n", ".git/config": "x", ".old/a.txt": "公告三则\n正文。", "~$lock.docx": "x", "big.txt": string(make([]byte, 64<<20+1)),
	})
	var sources []string
	keys := map[string]bool{}
	skips, err := importer.Read(context.Background(), root, []string{"a", ".", ".old", "missing.txt"}, func(d importer.Draft) error {
		sources = append(sources, d.Source)
		keys[d.Key] = true
		return nil
	})
	if err != nil || !slices.Equal(sources, []string{"a/b/l.jsonl#1", "a/通知.TXT", "a/b/l.jsonl#1", "a/通知.TXT", ".old/a.txt"}) || len(keys) != 3 {
		t.Errorf("sources %v, err %v", sources, err)
	}
	want := []string{".git hidden_file", ".old hidden_file", "a/b/l.jsonl#2 bad_json", "a/b/l.jsonl#2 bad_json", "a/scan.pdf unknown_kind", "a/scan.pdf unknown_kind", "bad.docx bad_docx", "big.txt too_large", "empty.txt empty", "missing.txt missing_file", "~$lock.docx hidden_file"}
	got := skipped(skips)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("skips %v", got)
	}
	for _, s := range skips {
		if s.Zh == "" || s.En == "" {
			t.Errorf("%s has no reason in both languages", s.Code)
		}
	}
}

func TestSameContentHasTheSameKeyWhereverItLies(t *testing.T) {
	root := folder(t, map[string]string{"a.txt": "公告一则\n正文。", "b/c.txt": "公告一则\n正文。", "d.txt": "公告一则\n正文！", "e.html": "公告一则\n正文。"})
	keys := map[string]string{}
	if _, err := importer.Read(context.Background(), root, []string{"."}, func(d importer.Draft) error { keys[d.Source] = d.Key; return nil }); err != nil {
		t.Fatal(err)
	}
	if keys["a.txt"] != keys["b/c.txt"] || keys["a.txt"] == keys["d.txt"] || keys["a.txt"] == keys["e.html"] {
		t.Errorf("keys %v", keys)
	}
}

func TestErrorOfTheReceiverAndEndOfContextStopTheWalk(t *testing.T) {
	root := folder(t, map[string]string{"a.txt": "公告一则\n正文。", "b.txt": "公告二则\n正文。"})
	full := errors.New("full")
	calls := 0
	if _, err := importer.Read(context.Background(), root, []string{"."}, func(importer.Draft) error { calls++; return full }); !errors.Is(err, full) || calls != 1 {
		t.Errorf("err %v after %d calls", err, calls)
	}
	ctx, stop := context.WithCancel(context.Background())
	if _, err := importer.Read(ctx, root, []string{"."}, func(importer.Draft) error { stop(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("err %v", err)
	}
}

func TestFileOutsideTheRootIsNamedByItsLastPart(t *testing.T) {
	root, other := folder(t, nil), folder(t, map[string]string{"o.txt": "公告一则\n正文。"})
	_, err := importer.Read(context.Background(), root, []string{filepath.Join(other, "o.txt")}, func(d importer.Draft) error {
		if d.Source != "o.txt" {
			t.Errorf("source %q", d.Source)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
