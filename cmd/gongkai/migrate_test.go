package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"gongkai"
	"gongkai/account"
	"gongkai/store"
)

func TestDataOfANewerProgramAreRefusedByEveryCommand(t *testing.T) {
	for _, file := range []string{"content.db", "public.db"} {
		data := t.TempDir()
		a, err := open(t.Context(), config{Data: data}, io.Discard, account.Demo)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.close(); err != nil {
			t.Fatal(err)
		}
		upgraded(t, filepath.Join(data, file))
		for _, command := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"user", "disable", "bianji"}, {"audit", "verify"}} {
			gongkaiRun(t, "", append(command, "--data", data)...).wants(t, 2, "请用 9.9 或更新的程序", "use 9.9 or a newer one")
		}
		if _, err := openAs(t.Context(), showing, config{Data: data}, io.Discard, account.Demo); (gongkai.CodeOf(err) == "newer_installation") != (file == "public.db") {
			t.Errorf("a content process on a newer %s: %v", file, err)
		}
	}
}

// upgraded does what a program of the future would have done.
func upgraded(t *testing.T, path string) {
	t.Helper()
	db, err := store.OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	list := restrictedMigrations
	if strings.HasSuffix(path, "public.db") {
		list = publicMigrations
	}
	list = append(list[:len(list):len(list)], store.Migration{Number: len(list) + 1, Name: "future", Run: func(context.Context, store.DB) error { return nil }})
	if err := store.Migrate(t.Context(), db, store.Migrator{Program: "9.9", List: list}); err != nil {
		t.Fatal(err)
	}
}
