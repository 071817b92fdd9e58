// Backups: made beside a running program, verified, damaged, sealed, restored.

package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"gongkai"
	"gongkai/account"
	"gongkai/content"
	"gongkai/publication"
)

// busyCounty is a data folder with a released item that has a file, and a demo
// that runs on it.
func busyCounty(t *testing.T) (d *demo, data string, it content.Item) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	d, ln, err := demoCmd{Data: data, Addr: "127.0.0.1:0"}.start(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = d.close(), ln.Close() })
	waitFor(t, "all that is public was told, and is found", func() bool {
		items, err := content.All(t.Context(), d.content.Items)
		if err != nil || len(items) == 0 {
			return false
		}
		for _, one := range items {
			if one.Told != one.Seq || one.Copied != one.StepN || one.Work.State == content.Checking {
				return false
			}
			if one.Live.State == content.Published {
				it = one
			}
		}
		listed, indexed, wrong, err := (&doctor{app: d.app}).compared(t.Context())
		return err == nil && listed > 0 && listed == indexed && wrong == 0
	})
	return d, data, it
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	there, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range there {
		names = append(names, e.Name())
	}
	return names
}

func TestABackupBesideARunningProgramIsRestored(t *testing.T) {
	d, data, it := busyCounty(t)
	name := strings.Repeat("a1", 32)
	for _, file := range []string{"files/originals/" + name, "files/originals/sheet/" + name, "files/public/" + it.ID + "/" + name, "files/originals/fileblob123"} {
		if err := writeNew(filepath.Join(data, filepath.FromSlash(file)), strings.NewReader("附件")); err != nil {
			t.Fatal(err)
		}
	}
	folder := t.TempDir()
	gongkaiRun(t, "", "backup", "--data", data, "--to", folder).wants(t, 0, "done", "copying content.db", "restricted data")
	made := entries(t, folder)
	if len(made) != 1 || !strings.HasSuffix(made[0], ".tar.zst") {
		t.Fatalf("in the folder: %v", made)
	}
	file := filepath.Join(folder, made[0])
	if at, err := os.Stat(file); err != nil || at.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", at.Mode(), err)
	}
	gongkaiRun(t, "", "backup", "--verify", file).wants(t, 0, "whole", "9 parts", "epoch 1")
	gongkaiRun(t, "", "backup", "--data", data, "--to", file).wants(t, 2, "not overwritten")
	gongkaiRun(t, "", "restore", file, "--data", data).wants(t, 2, "absent or empty")
	suspended(t, d, it)

	// The restricted side is lost; the public store, which runs on, is ahead.
	again := filepath.Join(t.TempDir(), "again")
	gongkaiRun(t, "", "restore", file, "--data", again, "--public", data).wants(t, 0, ", 1 suspended until", "restored")
	a := reopened(t, again)
	if now, err := a.content.Items.Get(t.Context(), it.ID); err != nil || now.Live.State != content.Suspended {
		t.Errorf("taken down since the backup, it is %s again: %v", now.Live.State, err)
	}
	for _, file := range []string{"files/originals/" + name, "files/originals/sheet/" + name, "secret.key"} {
		if at, err := os.Stat(filepath.Join(again, filepath.FromSlash(file))); err != nil || at.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", file, err)
		}
	}
	if exists(filepath.Join(again, "files", "public", it.ID, name)) {
		t.Error("the public copy of what was taken down came back")
	}
	gongkaiRun(t, "", "audit", "verify", "--data", again).wants(t, 0, "whole")
	gongkaiRun(t, "", "restore", "--confirm-lost-window", "--data", again).wants(t, 2, "no restore waits")

	gongkaiRun(t, "", "doctor", "--data", data).wants(t, 1, "ok   search", "ok   backup", "ok   trail")
	gongkaiRun(t, "", "doctor", "deliveries", "--data", data).wants(t, 0, "ok   probe", "show what they should")
	gongkaiRun(t, "", "doctor", "deliveries", "--outside", "--item", it.ID, "--data", data).wants(t, 1, "warn outside", "is not set", "1 items: pages")
	asReaders := []string{"doctor", "deliveries", "--outside", "--item", it.ID, "--data", data, "--probe-rate", "1000", "--base-url"}
	gongkaiRun(t, "", append(asReaders, "http://"+freeAddr(t))...).wants(t, 1, "warn outside", "could not be reached", "1 items: pages")
	gongkaiRun(t, "", "doctor", "--mend", "--data", data).wants(t, 2, "go with deliveries")
	onlyWhatStays(t, d.app)

	// All is lost: nothing is told until somebody confirms.
	lost := filepath.Join(t.TempDir(), "lost")
	gongkaiRun(t, "", "restore", file, "--data", lost).wants(t, 0, "--confirm-lost-window")
	gongkaiRun(t, "", "doctor", "--data", lost).wants(t, 2, "bad  restore")
	gongkaiRun(t, "", "restore", "--confirm-lost-window", "--data", lost).wants(t, 0, "tell again")
	gongkaiRun(t, "", "audit", "verify", "--data", lost).wants(t, 0, "whole")
	if left := entries(t, lost); strings.Contains(strings.Join(left, " "), restoring) {
		t.Errorf("left behind: %v", left)
	}
	gongkaiRun(t, "", "restore", "--reconcile", "--data", data).wants(t, 2, "another serve or demo uses")
	gongkaiRun(t, "", "restore", "--reconcile", "--data", lost).wants(t, 0, "reconciled")
}

// suspended lets the item be taken down and waits until its page shows that.
func suspended(t *testing.T, d *demo, it content.Item) {
	t.Helper()
	_, err := d.content.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
		doc.Live.State, doc.Live.Reason = content.Suspended, "核实"
		doc.Seq++
		doc.Owes(1)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the page and its files are taken down", func() bool {
		p, err := d.public.Pages.Get(t.Context(), publication.PageID(it.ID, it.Live.Placed[0].Site))
		now, again := d.content.Items.Get(t.Context(), it.ID)
		return err == nil && p.State == publication.Suspended && again == nil && now.Told == now.Seq
	})
}

func reopened(t *testing.T, data string) *app {
	t.Helper()
	a, err := open(t.Context(), config{Data: data}, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.close() })
	return a
}

// small is a data folder that was opened once, and its backup.
func small(t *testing.T) (data, file string) {
	t.Helper()
	dir := prepared(t, "small", func(t *testing.T, dir string) {
		a, err := open(t.Context(), config{Data: filepath.Join(dir, "data")}, io.Discard, account.Demo)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.close(); err != nil {
			t.Fatal(err)
		}
		gongkaiRun(t, "", "backup", "--data", filepath.Join(dir, "data"), "--to", filepath.Join(dir, "backup.tar.zst")).wants(t, 0, "done")
	})
	return filepath.Join(dir, "data"), filepath.Join(dir, "backup.tar.zst")
}

// A folder that is not there must not become the name of a file: only the second
// night would be refused.
func TestABackupIntoAFolderThatIsNotThereIsRefused(t *testing.T) {
	data, _ := small(t)
	dir := t.TempDir()
	for _, mistyped := range []string{"bakcup", "bakcup/", "backup.d"} {
		gongkaiRun(t, "", "backup", "--data", data, "--to", dir+"/"+mistyped).wants(t, 2, "不存在", "not there", ".zst or .age")
	}
	if left := entries(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	gongkaiRun(t, "", "backup", "--data", data, "--to", filepath.Join(dir, "mine.zst")).wants(t, 0, "done")
	gongkaiRun(t, "", "backup", "--data", data, "--to", filepath.Join(dir, "mine.zst")).wants(t, 2, "not overwritten")
}

func TestADamagedBackupPutsNothingInPlace(t *testing.T) {
	_, file := small(t)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{
		"cut in half":      whole[:len(whole)/2],
		"cut at the end":   whole[:len(whole)-5],
		"a byte changed":   append(append(bytes.Clone(whole[:len(whole)/2]), whole[len(whole)/2]^0x41), whole[len(whole)/2+1:]...),
		"something behind": append(bytes.Clone(whole), "behind"...),
		"empty":            {},
		"something else":   []byte("PK\x03\x04 no backup at all"),
	} {
		t.Run(name, func(t *testing.T) {
			bad, data := filepath.Join(t.TempDir(), "bad"), filepath.Join(t.TempDir(), "data")
			if err := os.WriteFile(bad, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			gongkaiRun(t, "", "backup", "--verify", bad).wants(t, 2)
			gongkaiRun(t, "", "restore", bad, "--data", data).wants(t, 2)
			if _, err := os.Stat(data); !os.IsNotExist(err) {
				t.Errorf("there is a data folder now: %v", entries(t, data))
			}
		})
	}
}

// forged writes an archive by hand.
func forged(t *testing.T, m manifest, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	packed, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(packed)
	put := func(name, text string) {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(text))
	}
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	put(headName, string(raw))
	for name, text := range files {
		put(name, text)
	}
	put(manifestName, string(raw))
	if err := errors.Join(w.Close(), packed.Close()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "forged")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAForgedArchiveWritesNowhereElse(t *testing.T) {
	for name, file := range map[string]string{
		"must not":     forged(t, manifest{Format: 1}, map[string]string{"../outside": "x"}),
		"manifest":     forged(t, manifest{Format: 1}, map[string]string{"secret.key": "x"}),
		"newer":        forged(t, manifest{Format: 2, Program: "v9"}, nil),
		"no documents": forged(t, manifest{Format: 1}, nil),
	} {
		data := filepath.Join(t.TempDir(), "data")
		gongkaiRun(t, "", "restore", file, "--data", data).wants(t, 2, name)
		if left := entries(t, filepath.Dir(data)); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

func TestASealedBackupOpensForWhoHasTheKey(t *testing.T) {
	defer func(work int) { passphraseWork = work }(passphraseWork)
	passphraseWork = 10 // a second for each guess is for those who have to guess
	data, _ := small(t)
	dir := t.TempDir()
	gongkaiRun(t, "", "backup", "--data", data, "--to", filepath.Join(dir, "x.age"), "--passphrase", "short").wants(t, 2, "GONGKAI_BACKUP_PASSPHRASE")
	gongkaiRun(t, "", "backup", "--data", data, "--to", filepath.Join(dir, "x.age"), "--encrypt").wants(t, 2, "password")
	mine, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte(mine.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	byKey := filepath.Join(dir, "by-key.age")
	gongkaiRun(t, "", "backup", "--data", data, "--to", byKey, "--encrypt", "--recipient", mine.Recipient().String()).wants(t, 0, "done")
	raw, err := os.ReadFile(byKey)
	if err != nil || !bytes.HasPrefix(raw, []byte(ageMagic)) {
		t.Fatalf("not sealed: %v", err)
	}
	gongkaiRun(t, "", "backup", "--verify", byKey).wants(t, 2, "does not open it")
	gongkaiRun(t, "", "backup", "--verify", byKey, "--identity", key).wants(t, 0, "whole")
	gongkaiRun(t, "", "restore", byKey, "--data", filepath.Join(dir, "again"), "--identity", key).wants(t, 0, "restored")
	t.Setenv("GONGKAI_BACKUP_PASSPHRASE", "correct horse battery")
	byWords := filepath.Join(dir, "by-words.age")
	gongkaiRun(t, "", "backup", "--data", data, "--to", byWords).wants(t, 0, "done")
	gongkaiRun(t, "", "backup", "--verify", byWords).wants(t, 0, "whole")
	t.Setenv("GONGKAI_BACKUP_PASSPHRASE", "wrong horse battery")
	gongkaiRun(t, "", "backup", "--verify", byWords).wants(t, 2, "does not open it")
}

// spy looks around whenever something is said.
type spy func()

func (s spy) Write(p []byte) (int, error) {
	s()
	return len(p), nil
}

func TestNothingUnsealedLiesBesideASealedBackup(t *testing.T) {
	data, _ := small(t)
	mine, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, sealed := range []bool{true, false} {
		dir, seen := t.TempDir(), 0
		look := spy(func() {
			beside, err := filepath.Glob(filepath.Join(dir, ".gongkai-backup-*", "*.db"))
			if err != nil {
				t.Error(err)
			}
			seen += len(beside)
		})
		stale := filepath.Join(data, ".gongkai-backup-killed")
		if err := writeNew(filepath.Join(stale, "content.db"), strings.NewReader("half")); err != nil {
			t.Fatal(err)
		}
		c := backupCmd{dataFlag: dataFlag{Data: data}, To: filepath.Join(dir, "b.zst")}
		if sealed {
			c.Recipient = []string{mine.Recipient().String()}
		}
		b := &backup{backupCmd: c, covered: c.covered(), errs: look, manifest: manifest{Format: archiveFormat, Migrations: map[string]int{}}}
		if err := b.make(t.Context()); err != nil {
			t.Fatal(err)
		}
		if sealed == (seen > 0) {
			t.Errorf("sealed %v: copies of the stores beside it %d times", sealed, seen)
		}
		if left, err := filepath.Glob(filepath.Join(data, ".gongkai-backup-*")); err != nil || len(left) > 0 || len(entries(t, dir)) != 1 {
			t.Errorf("left behind: %v %v %v", left, entries(t, dir), err)
		}
	}
}

// A restore that was killed leaves its mark: nothing opens the folder, and the
// next restore begins anew.
func TestARestoreThatWasKilledIsBegunAnew(t *testing.T) {
	_, file := small(t)
	data := filepath.Join(t.TempDir(), "data")
	for _, name := range []string{restoring + "/content.db", "files/originals/half", "secret.key"} {
		if err := writeNew(filepath.Join(data, filepath.FromSlash(name)), strings.NewReader("half")); err != nil {
			t.Fatal(err)
		}
	}
	gongkaiRun(t, "", "serve", "--addr", "127.0.0.1:0", "--data", data).wants(t, 2, "broken off")
	unlock, err := lockIn(filepath.Join(data, restoring))
	if err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "restore", file, "--data", data).wants(t, 2, "another restore")
	unlock()
	gongkaiRun(t, "", "restore", file, "--data", data, "--confirm-lost-window").wants(t, 0, "restored", "confirmed")
	if _, err := os.Stat(filepath.Join(data, "files/originals/half")); !os.IsNotExist(err) {
		t.Error("half a file of the killed restore stayed")
	}
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 0, "whole")
}

func TestASessionThatWasEndedIsNotBroughtBack(t *testing.T) {
	data, _ := small(t)
	a := reopened(t, data)
	if _, err := a.accounts.AddUser(t.Context(), account.NewUser{Login: "li", Name: "李", Password: "a-good-password-7"}); err != nil {
		t.Fatal(err)
	}
	_, token, err := a.accounts.SignIn(t.Context(), "li", "a-good-password-7", "")
	if err != nil {
		t.Fatal(err)
	}
	file, again := filepath.Join(t.TempDir(), "backup.tar.zst"), filepath.Join(t.TempDir(), "again")
	gongkaiRun(t, "", "backup", "--data", data, "--to", file).wants(t, 0, "done")
	if err := a.accounts.SignOut(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "restore", file, "--data", again, "--public", data).wants(t, 0, "restored")
	if _, _, err := reopened(t, again).accounts.Session(t.Context(), token); !gongkai.Is(err, gongkai.Unauthenticated) {
		t.Errorf("whoever has the token is signed in again: %v", err)
	}
}

func TestThePublicStoreThatSurvivedIsOnlyRead(t *testing.T) {
	data, file := small(t)
	a, err := open(t.Context(), config{Data: data}, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	// As a machine leaves it that lost its power: part of it stands in the log.
	survivor, names := t.TempDir(), []string{"public.db", "public.db-wal"}
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(data, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(survivor, name), raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	before := digestsOf(t, survivor, names)
	gongkaiRun(t, "", "restore", file, "--data", filepath.Join(t.TempDir(), "again"), "--public", survivor).wants(t, 0, "restored")
	if after := digestsOf(t, survivor, names); !slices.Equal(before, after) {
		t.Errorf("%x became %x", before, after)
	}
}

func digestsOf(t *testing.T, dir string, names []string) (sums [][32]byte) {
	t.Helper()
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sha256.Sum256(raw))
	}
	return sums
}

// noRoom is a disk without room after n bytes.
type noRoom struct{ n int }

func (f *noRoom) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, syscall.ENOSPC
	}
	return len(p), nil
}

func TestADiskThatIsFullLeavesNoBackup(t *testing.T) {
	data, _ := small(t)
	dir := t.TempDir()
	stale := filepath.Join(dir, ".gongkai-backup-killed")
	if err := writeNew(filepath.Join(stale, "archive"), strings.NewReader("half")); err != nil {
		t.Fatal(err)
	}
	b := &backup{backupCmd: backupCmd{dataFlag: dataFlag{Data: data}, To: filepath.Join(dir, "b.zst")}, errs: io.Discard, manifest: manifest{Migrations: map[string]int{}}, covered: []string{"public.db", "content.db", "secret.key"}}
	if err := b.place(false); err != nil {
		t.Fatal(err)
	}
	drop, err := b.workshops(false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); !os.IsNotExist(err) {
		t.Error("what a killed backup left is still there")
	}
	err = b.write(t.Context(), filepath.Join(b.work, "archive"), func(w io.Writer) (*archiveWriter, error) {
		return newArchive(io.MultiWriter(w, &noRoom{2_000}), b.manifest, nil)
	})
	drop()
	if gongkai.CodeOf(err) != "disk_full" {
		t.Errorf("%v", err)
	}
	if left := entries(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLostOriginalsComeBackAlone(t *testing.T) {
	data, _ := small(t)
	a := reopened(t, data)
	ref, err := a.content.Files.Add(t.Context(), gongkai.Actor{ID: "editor"}, "名单.csv", strings.NewReader("姓名\n张三\n"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup.tar.zst")
	gongkaiRun(t, "", "backup", "--data", data, "--to", file).wants(t, 0, "done")
	if err := os.RemoveAll(filepath.Join(data, "files", "originals")); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "restore", file, "--files", "--data", data).wants(t, 0, "1 originals")
	r, err := a.content.Files.Open(t.Context(), ref.Digest)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	gongkaiRun(t, "", "restore", file, "--files", "--data", data).wants(t, 0, "0 originals")
	if _, err := a.content.Files.Purge(t.Context(), ref.Digest, farAhead, a.content.Needs); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "restore", file, "--files", "--data", data).wants(t, 0, "0 originals")
	if _, err := a.content.Files.Open(t.Context(), ref.Digest); !gongkai.Is(err, gongkai.Gone) {
		t.Errorf("what was purged in time came back: %v", err)
	}
}

func TestDoctorSaysWhatToDo(t *testing.T) {
	data, _ := small(t)
	if err := os.Remove(filepath.Join(data, lastBackupName)); err != nil {
		t.Fatal(err)
	}
	var all []symptom
	got := gongkaiRun(t, "", "doctor", "--data", data, "--json")
	if err := json.Unmarshal([]byte(got.out), &all); err != nil || got.code != 1 {
		t.Fatalf("exit %d: %v\n%s%s", got.code, err, got.out, got.errs)
	}
	states := map[string]string{}
	for _, one := range all {
		if states[one.Check] != "bad" && (states[one.Check] != "warn" || one.State == "bad") {
			states[one.Check] = one.State
		}
	}
	for check, want := range map[string]string{"folder": "ok", "modes": "ok", "store": "ok", "public": "ok", "queue": "ok", "debts": "ok", "trail": "ok", "search": "ok", "backup": "warn", "config": "warn"} {
		if states[check] != want {
			t.Errorf("%s is %q, want %s\n%s", check, states[check], want, got.out)
		}
	}
	gongkaiRun(t, "", "backup", "--data", data, "--to", filepath.Join(t.TempDir(), "b.zst")).wants(t, 0)
	if err := os.Chmod(filepath.Join(data, "secret.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "doctor", "--data", data, "--base-url", "http://gov.example", "--webhook-nets", "0.0.0.0/0", "--addr", "0.0.0.0:80").
		wants(t, 1, "ok   backup", "secret.key", "chmod", "GONGKAI_BASE_URL", "loopback", "GONGKAI_SECURE_COOKIES")
	if err := remember(data, time.Now().AddDate(0, 0, -30), "old", 1); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "doctor", "--data", data).wants(t, 2, "bad  backup")
	gongkaiRun(t, "", "doctor", "--data", filepath.Join(data, "nowhere")).wants(t, 2, "no data here")
	gongkaiRun(t, "", "doctor", "--data", data, "--redis-url", "redis://127.0.0.1:1/0").wants(t, 2, "warn queue")
}
