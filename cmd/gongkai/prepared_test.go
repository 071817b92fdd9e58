// Folders that are made once and copied for each test that begins with them.

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// scratch is where they lie.
var (
	scratch   string
	preparing sync.Mutex
)

// prepared is a copy of a folder that the first who asks for it makes.
func prepared(t *testing.T, name string, fill func(t *testing.T, dir string)) string {
	t.Helper()
	preparing.Lock()
	defer preparing.Unlock()
	made, mine := filepath.Join(scratch, name), t.TempDir()
	if _, err := os.Stat(made); err != nil {
		half := t.TempDir()
		fill(t, half)
		if err := os.Rename(half, made); err != nil {
			t.Fatal(err)
		}
	}
	copied(t, made, mine)
	return mine
}

// copied copies a folder with its permissions.
func copied(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.Chmod(filepath.Join(to, path[len(from):]), info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}
