// check: exit 0 says that everything was read and nothing found.

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	leak  = "一行\n张某，身份证号" + walkID + "，电话13912345678\n"
	clean = "咨询电话：0999-6120345。\n"
)

func TestCheckSaysWhereAndWhat(t *testing.T) {
	name := file(t, "名单.txt", leak)
	for _, s := range []said{gongkaiRun(t, "", "check", name), gongkaiRun(t, leak, "check"), gongkaiRun(t, leak, "check", "-")} {
		s.wants(t, 1, ":2:8: 公民身份号码/id_card 11*************233", ":2:29: 手机号码/mobile 139****5678", "2 findings")
		if strings.Contains(s.out+s.errs, walkID) {
			t.Error("check repeats the number:", s.out)
		}
	}
	gongkaiRun(t, "", "check", file(t, "电话.md", clean)).wants(t, 0)
	gongkaiRun(t, clean, "check").wants(t, 0)
	gongkaiRun(t, "\xc9\xed\xb7\xdd\xd6\xa4\xba\xc5"+walkID, "check").wants(t, 1, ":1:5:") // GB 18030
}

func TestWhatCannotBeReadIsNeverClean(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"ok.txt": clean, "sub/leak.html": "<p>" + walkID + "</p>", "scan.pdf": "%PDF"} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	gongkaiRun(t, "", "check", folder).wants(t, 2, "leak.html:1:4:", "scan.pdf", "1 files were not checked", "1 findings")
	gongkaiRun(t, "", "check", filepath.Join(folder, "sub")).wants(t, 1)
	gongkaiRun(t, "", "check", filepath.Join(folder, "scan.pdf")).wants(t, 2, "未检查")
	gongkaiRun(t, "", "check", filepath.Join(folder, "none.txt"), filepath.Join(folder, "ok.txt")).wants(t, 2, "none.txt", "无法读取")
}

func TestCheckAsAFilterOfLines(t *testing.T) {
	hit := `{"id":"a","format":"plain","text":"电话13912345678"}` + "\n"
	none := `{"id":"b","format":"html","text":"<p>\"error\":</p>"}` + "\n"
	gongkaiRun(t, hit+none, "check", "--jsonl").wants(t, 1, `{"id":"a","spans":[{"kind":"mobile","start":2,"end":13}],"masked":"电话139****5678"}`, `{"id":"b","spans":[]`)
	gongkaiRun(t, none, "check", "--jsonl").wants(t, 0)
	gongkaiRun(t, "", "check", "--jsonl", file(t, "a.jsonl", hit)).wants(t, 1)
	gongkaiRun(t, hit+`{"id":`+"\n"+none, "check", "--jsonl").wants(t, 2, "line 2", "1 行无法读取", `"id":"b"`)
	gongkaiRun(t, `{"id":"c","format":"pdf","text":""}`, "check", "--jsonl").wants(t, 2, "plain, html or markdown")
	gongkaiRun(t, "", "check", "--jsonl", filepath.Join(t.TempDir(), "none")).wants(t, 2, "无法读取文件")
}
