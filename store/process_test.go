// Several processes on one folder: this test starts itself again as another
// process.

package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"gongkai/store"
)

// childEnv tells a child which database it works on.
const childEnv = "GONGKAI_STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		child(path)
		return
	}
	os.Exit(m.Run())
}

// child raises one counter document until it is told to stop or killed, and
// prints a line for each success.
func child(path string) {
	ctx := context.Background()
	db, err := store.OpenSQLite(ctx, path)
	check(err)
	c, err := store.Use(ctx, db, articles)
	check(err)
	limit, _ := strconv.Atoi(os.Args[1])
	for range limit {
		_, err := c.Upsert(ctx, "shared", func(a *article, _ bool) error { a.Updated++; return nil })
		check(err)
		n, err := db.Next(ctx, "number")
		check(err)
		fmt.Println(n)
	}
	check(db.Close())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func start(t *testing.T, path string, writes int) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], fmt.Sprint(writes))
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

func openArticles(t *testing.T, path string) (*store.SQLite, *store.Collection[article]) {
	t.Helper()
	db, err := store.OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	c, err := store.Use(t.Context(), db, articles)
	if err != nil {
		t.Fatal(err)
	}
	return db, c
}

func TestProcessesShareOneFolderWithoutLosingAWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shared.db")
	db, c := openArticles(t, path)
	const each = 150
	given := make(chan string, 3*each)
	var children []*exec.Cmd
	for range 2 {
		cmd, out := start(t, path, each)
		children = append(children, cmd)
		go func() {
			for out.Scan() {
				given <- out.Text()
			}
			given <- ""
		}()
	}
	for range each {
		if _, err := c.Upsert(t.Context(), "shared", func(a *article, _ bool) error { a.Updated++; return nil }); err != nil {
			t.Fatal(err)
		}
		n, err := db.Next(t.Context(), "number")
		if err != nil {
			t.Fatal(err)
		}
		given <- fmt.Sprint(n)
	}
	seen := map[string]bool{}
	for ended := 0; ended < 2; {
		n := <-given
		if n == "" {
			ended++
		} else if seen[n] {
			t.Error("given twice:", n)
		}
		seen[n] = true
	}
	for _, cmd := range children {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	got, err := c.Get(t.Context(), "shared")
	if err != nil || got.Updated != 3*each || got.Rev != 3*each {
		t.Fatal(got.Updated, got.Rev, err)
	}
	if len(seen) != 3*each+1 {
		t.Error(len(seen))
	}
}

func TestWhatAKilledProcessReportedIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "killed.db")
	cmd, out := start(t, path, 1_000_000)
	reported := 0
	for out.Scan() {
		if reported++; reported == 100 {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
	db, c := openArticles(t, path)
	got, err := c.Get(t.Context(), "shared")
	if err != nil || reported == 0 || got.Updated < int64(reported) || got.Updated > int64(reported)+1 {
		t.Fatal(reported, got.Updated, err)
	}
	if n, err := db.Next(t.Context(), "number"); err != nil || n <= int64(reported) {
		t.Fatal(n, err)
	}
}
