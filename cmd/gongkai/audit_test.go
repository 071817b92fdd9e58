// Checkpoints from the command line: signed, kept elsewhere, and what they find.

package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/audit"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow"
)

func TestCheckpointsAreKeptElsewhereAndFindWhatWasCut(t *testing.T) {
	data, kept := filled(t), filepath.Join(t.TempDir(), "checkpoints.jsonl")
	public := strings.TrimSpace(gongkaiRun(t, "", "audit", "key", "--data", data).wants(t, 0).out)
	if at, err := os.Stat(filepath.Join(data, auditKeyName)); err != nil || at.Mode().Perm() != 0o600 {
		t.Fatal("the key is not its owner's alone", err)
	}
	verify := func(flags ...string) said {
		return gongkaiRun(t, "", append([]string{"audit", "verify", "--data", data}, flags...)...)
	}
	gongkaiRun(t, "", "audit", "checkpoint", "--data", data, "--out", kept).wants(t, 0, "检查点 1", public)
	gongkaiRun(t, "", "audit", "checkpoint", "--data", data, "--out", kept).wants(t, 0, "检查点 2")
	gongkaiRun(t, "", "audit", "checkpoint", "--data", data).wants(t, 0, `{"seq":3,"n":`, `"signature":"`)
	verify("--checkpoints", kept, "--public-key", public).wants(t, 0, "the trail is whole", "checkpoints: 3")
	verify("--public-key", strings.Repeat("A", 43)).wants(t, 1, "检查点 1 并非由所给公钥", "was not signed with a key that was given")

	if _, err := database(t, data).Exec(`DELETE FROM audit_checkpoints; DELETE FROM audit WHERE json_extract(doc, '$.act') = 'audit.checkpoint'`); err != nil {
		t.Fatal(err)
	}
	verify("--checkpoints", kept, "--public-key", public).wants(t, 1, "检查点 1 先前已导出，库中缺失", "checkpoint 2 was exported and is missing in the store", "缺失")
}

func TestAnItemsActsChainedAnewAreFound(t *testing.T) {
	data := filled(t)
	for what, forge := range map[string]func(*content.Item){
		"an opinion": func(it *content.Item) {
			last := &it.Steps[len(it.Steps)-1]
			last.By = "u9"
			last.Hash = workflow.RecordHash(*last)
			it.StepHead = last.Hash
		},
		"and said not to be copied": func(it *content.Item) {
			it.Steps = it.Steps[:1]
			it.Steps[0].By = "u9"
			it.Steps[0].Hash = workflow.RecordHash(it.Steps[0])
			it.StepHead, it.StepN, it.Copied = it.Steps[0].Hash, it.Steps[0].N, 0
		},
		"the last act forgotten": func(it *content.Item) {
			it.Steps = it.Steps[:len(it.Steps)-1]
			it.StepN--
			it.StepHead = it.Steps[it.StepN-1].Hash
		},
	} {
		t.Run(what, func(t *testing.T) {
			harmed := t.TempDir()
			if err := os.CopyFS(harmed, os.DirFS(data)); err != nil {
				t.Fatal(err)
			}
			a, err := open(t.Context(), config{Data: harmed, Session: time.Hour, SessionIdle: time.Hour}, io.Discard, account.Demo)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = a.close() }()
			page, err := a.content.Items.Find(t.Context(), store.Query{Sort: []string{"updated"}, Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(page.Docs, func(it content.Item) bool {
				return it.StepN > 1 && it.Copied == it.StepN && int64(len(it.Steps)) == it.StepN
			})
			it, err := a.content.Items.Update(t.Context(), page.Docs[i].ID, 0, func(it *content.Item) error { forge(it); return nil })
			if err != nil || !workflow.ChainWhole(it) {
				t.Fatal("the forgery is not consistent in itself", err)
			}
			gongkaiRun(t, "", "audit", "verify", "--data", harmed).wants(t, 1, "item "+it.ID, "chain of its acts")
		})
	}
}

func TestAKeyIsNeitherGuessedNorReplacedBySilence(t *testing.T) {
	data := filled(t)
	key := filepath.Join(t.TempDir(), "elsewhere.key")
	if err := os.Remove(filepath.Join(data, auditKeyName)); err != nil {
		t.Fatal("serve made no key at its first start:", err)
	}
	sign := func(flags ...string) said {
		return gongkaiRun(t, "", append([]string{"audit", "checkpoint", "--data", data, "--audit-key-file", key}, flags...)...)
	}
	sign().wants(t, 0, `"seq":1`)
	if _, err := os.Stat(filepath.Join(data, auditKeyName)); err == nil {
		t.Error("a key beside the store, though one is named")
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	sign().wants(t, 2, "密钥文件不存在", "put it back")
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 0, "whole", "未给出公钥")
	sign("--new-key").wants(t, 0, `"seq":2`)
	if err := os.WriteFile(key, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	sign().wants(t, 2, "密钥文件不可用", key)
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if err := makeSecret(key); err != nil {
		t.Fatal(err)
	}
	sign().wants(t, 2, "另一把密钥", "--new-key")
	sign("--out", filepath.Join(data, "nowhere", "x")).wants(t, 2, "检查点文件无法读写")
}

func TestAFileThatHoldsNoCheckpointsIsRefused(t *testing.T) {
	data, kept := filled(t), filepath.Join(t.TempDir(), "kept")
	verify := func() said { return gongkaiRun(t, "", "audit", "verify", "--data", data, "--checkpoints", kept) }
	verify().wants(t, 2, "检查点文件无法读写")
	for text, says := range map[string]string{"": "没有检查点", "{}\n": "第 1 行", "\nhello\n": "第 2 行"} {
		if err := os.WriteFile(kept, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		verify().wants(t, 2, says)
	}
}

func TestADoctorSeesThatNobodySignsAnyMore(t *testing.T) {
	a, err := open(t.Context(), config{Data: filled(t), Session: time.Hour, SessionIdle: time.Hour}, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	sees := func(state int, later time.Duration, word string) {
		t.Helper()
		d := &doctor{app: a, now: time.Now().Add(later)}
		if d.signed(t.Context()); len(d.all) != 1 || d.code != state || !strings.Contains(d.all[0].En, word) {
			t.Errorf("%+v", d.all)
		}
	}
	sees(fine, 90*time.Hour, "no checkpoint of the trail yet")
	if err := a.checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	sees(fine, 30*time.Hour, "checkpoint 1 was signed")
	sees(warn, 90*time.Hour, "look for chore=checkpoint")
}

func TestTheLogOfANightIsAnExport(t *testing.T) {
	data := filled(t)
	var log strings.Builder
	a, err := open(t.Context(), config{Data: data, Session: time.Hour, SessionIdle: time.Hour, Log: "json"}, &log, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	if err := a.checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "log")
	var lines []string
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, `"msg":"checkpoint"`) {
			lines = append(lines, line)
		}
	}
	if err := os.WriteFile(kept, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "audit", "verify", "--data", data, "--checkpoints", kept).wants(t, 0, "whole", "checkpoints: 1")
	if len(lines) != 1 {
		t.Error(lines)
	}
}

func TestAnExportOfTheTrailVerifiesElsewhere(t *testing.T) {
	data, dir := filled(t), t.TempDir()
	public := strings.TrimSpace(gongkaiRun(t, "", "audit", "key", "--data", data).wants(t, 0).out)
	export := func(name string, flags ...string) string {
		t.Helper()
		gongkaiRun(t, "", append([]string{"audit", "export", "--data", data, "--out", filepath.Join(dir, name)}, flags...)...).wants(t, 0, "entries exported")
		return filepath.Join(dir, name)
	}
	verify := func(file string) said {
		return gongkaiRun(t, "", "audit", "verify", "--data", filepath.Join(dir, "nowhere"), "--export", file, "--public-key", public)
	}
	whole := export("whole.jsonl")
	verify(whole).wants(t, 0, "均有签名为证", "whole and signed")
	verify(export("table.csv", "--format", "csv")).wants(t, 0, "没有签名")
	verify(export("part.jsonl", "--act", "item.release")).wants(t, 0, "节选", "an excerpt")
	verify(export("before.jsonl", "--to", "2001-01-31")).wants(t, 0, "没有条目", "no entries")
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	forged := filepath.Join(dir, "forged.jsonl")
	if err := os.WriteFile(forged, []byte(strings.Replace(string(text), `"act":"item.release"`, `"act":"item.abandon"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	verify(forged).wants(t, 1, "内容被改动", "was changed")
	gongkaiRun(t, "", "audit", "export", "--data", data, "--out", whole).wants(t, 2, "已存在")
	gongkaiRun(t, "", "audit", "export", "--data", data, "--from", "31.1.2026").wants(t, 2, "2026-01-31")
	verify(filepath.Join(dir, "no such file")).wants(t, 2, "无法读写")
	if text := string(text); strings.Count(text, `"act":"audit.export"`) != 1 {
		t.Error("the export does not say of itself that it was made")
	}
}

// The command and the chore take out what is old; then nothing is wrong with the
// items whose acts went with it.
func TestATrailThatWasPrunedIsWhole(t *testing.T) {
	data := filled(t)
	gongkaiRun(t, "", "audit", "prune", "--data", data, "--keep", "182").wants(t, 2, "183")
	gongkaiRun(t, "", "audit", "prune", "--data", data).wants(t, 2, "没有超过保留期限的条目")
	a, err := open(t.Context(), config{Data: data, AuditKeep: 200, Session: time.Hour, SessionIdle: time.Hour}, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	later := func() time.Time { return time.Now().Add(201 * 24 * time.Hour) }
	if a.trail, err = audit.Open(t.Context(), a.db, later); err != nil {
		t.Fatal(err)
	}
	var old strings.Builder
	begin, err := a.trail.Prunable(t.Context(), audit.MinKeep)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.exportOld(t.Context(), filepath.Join(t.TempDir(), "old.jsonl"), begin); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second night has nothing to do
		if err := a.pruneTrail(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	items, broken, err := a.verifyItems(t.Context(), &old)
	if err != nil || broken > 0 || items == 0 {
		t.Fatal(items, broken, err, old.String())
	}
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 0, "entries up to", "已按规定剪除")
}

func TestAnItemThatWasRemovedIsMissed(t *testing.T) {
	data := filled(t)
	var id string
	if err := database(t, data).QueryRow(`SELECT id FROM items LIMIT 1`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, err := database(t, data).Exec(`DELETE FROM items WHERE id = ?`, id); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 1, id, "已被删除", "it was removed")
}

func TestAnExportThatFailsLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "trail.jsonl")
	write := func(w io.Writer) (int64, error) {
		n, err := io.WriteString(w, "half")
		return int64(n), errors.Join(err, gongkai.E(gongkai.Unavailable, "down", "数据库不可用", "the database is down"))
	}
	if _, err := toFile(name, nil, write); gongkai.CodeOf(err) != "down" {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
	whole := func(w io.Writer) (int64, error) { n, err := io.WriteString(w, "whole"); return int64(n), err }
	if n, err := toFile(name, nil, whole); n != 5 || err != nil { // the name is free
		t.Fatal(n, err)
	}
	if _, err := toFile(name, nil, whole); gongkai.CodeOf(err) != "export_file" {
		t.Errorf("over a file that is there: %v", err)
	}
	text, err := os.ReadFile(name)
	left, _ := os.ReadDir(dir)
	info, _ := os.Stat(name)
	if string(text) != "whole" || err != nil || len(left) != 1 || info.Mode().Perm() != 0o600 {
		t.Errorf("%q %v %v", text, err, left)
	}
}

func TestAKeyMayBeginWithAHyphen(t *testing.T) {
	data := filled(t)
	gongkaiRun(t, "", "audit", "checkpoint", "--data", data).wants(t, 0)
	other := "-" + strings.Repeat("A", 42)
	gongkaiRun(t, "", "audit", "verify", "--data", data, "--public-key", other).wants(t, 1, "was not signed with a key that was given")
	gongkaiRun(t, "", "audit", "verify", "--data", data, "--public-key", "--export").wants(t, 2, "--public-key 的值不正确")
}
