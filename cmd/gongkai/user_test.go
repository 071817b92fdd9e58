// Accounts from the first link on, and the trail that notices tampering.

package main

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // as somebody with access to the file would

	"gongkai/account"
)

func TestTheFirstAdministratorSignsUpByTheLink(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	args := []string{"serve", "--data", data, "--addr", "127.0.0.1:0", "--redis-url", redis(t, "12")}
	output, stop := background(t, args...)
	link := regexp.MustCompile(`(http://\S+)/api/v1/first\?token=(\S+)`).FindStringSubmatch(output())
	if link == nil {
		t.Fatal("no link:", output())
	}
	c := newClient(link[1])
	call := func(want int, method, path string, body any) {
		t.Helper()
		r, err := c.call(t.Context(), method, path, body)
		if err != nil || r.status != want {
			t.Fatalf("%s: %d %s %v", path, r.status, r.body, err)
		}
	}
	me := map[string]any{"token": link[2], "login": "shouwei", "name": "首位", "password": "yi-ge-chang-mima"}
	call(200, http.MethodGet, "/api/v1/first?token="+link[2], nil)
	call(401, http.MethodPost, "/api/v1/first", map[string]any{"token": "guess", "login": "a1", "name": "b", "password": "yi-ge-chang-mima"})
	if !strings.Contains(output(), "curl "+link[1]+"/api/v1/first") {
		t.Error("how to use the link is not said:", output())
	}
	if r, err := c.call(t.Context(), http.MethodPost, "/api/v1/first", me); err != nil || r.status >= 300 {
		t.Fatalf("%d %s %v", r.status, r.body, err)
	}
	call(401, http.MethodPost, "/api/v1/first", me)
	if err := c.signIn(t.Context(), "shouwei", "yi-ge-chang-mima"); err != nil {
		t.Fatal(err)
	}
	call(200, http.MethodGet, "/api/v1/users", nil)

	gongkaiRun(t, "", "serve", "--data", data, "--addr", "127.0.0.1:0").wants(t, 2, "另一个 serve 或 demo", "GONGKAI_REDIS_URL", data)
	gongkaiRun(t, "", "demo", "--data", data, "--addr", "127.0.0.1:0").wants(t, 2, "another serve or demo")
	stop().wants(t, 0)
	again, _ := background(t, args...)
	if strings.Contains(again(), "token=") {
		t.Error("there are users: no more links:", again())
	}
}

// filled is a folder with the demo's county and its trail in it, that nothing
// serves any more.
func filled(t *testing.T) string {
	t.Helper()
	return prepared(t, "county", fill)
}

func fill(t *testing.T, data string) {
	t.Helper()
	output, stop := background(t, "demo", "--data", data, "--addr", "127.0.0.1:0")
	wait(t, output)
	for _, told := range []struct{ path, word string }{{"/content/v1/sites", `"qinghe"`}, {"/content/v1/search" + query("site", "qinghe", "q", "青禾"), `"items":[{`}} {
		waitFor(t, told.path, func() bool {
			r, err := newClient(base(t, output())).call(t.Context(), http.MethodGet, told.path, nil)
			return err == nil && strings.Contains(string(r.body), told.word)
		})
	}
	http.DefaultClient.CloseIdleConnections() // the demo would wait for them
	stop().wants(t, 0)
}

func TestUsersFromTheCommandLine(t *testing.T) {
	t.Parallel()
	data := filled(t)
	user := func(in string, args ...string) said {
		t.Helper()
		return gongkaiRun(t, in, append([]string{"user", args[0], "--data", data}, args[1:]...)...)
	}
	const good = "lai-yi-ge-chang-mima\n"
	user(good, "add", "xin", "--name", "新人", "--unit", "qinghe").wants(t, 0, "user.add")
	user(good, "add", "xin", "--name", "新人").wants(t, 2, "登录名已被使用")
	user("short\n", "add", "xin2", "--name", "新人").wants(t, 2, "10 个字符")
	user("", "add", "xin2", "--name", "新人").wants(t, 2, "标准输入")
	user(good, "add", "xin2", "--name", "新人", "--unit", "nowhere").wants(t, 2, "没有这个单位：nowhere")
	user(good, "add", "bad login", "--name", "新人").wants(t, 2, "登录名须为")
	user(good, "passwd", "xin").wants(t, 0, "user.password")
	user(good, "passwd", "nobody").wants(t, 2, "没有这个用户")
	user("", "disable", "xin").wants(t, 0, "user.disable")
	user("", "disable", "--enable", "xin").wants(t, 0, "user.enable")
	user("", "disable", "nobody").wants(t, 2, "没有这个用户")
	user("", "grant", "xin", "editor", "qinghe").wants(t, 0, "grant.add")
	user("", "grant", "xin", "king", "qinghe").wants(t, 2, "没有这个角色")
	user("", "grant", "xin", "editor", "nowhere").wants(t, 2, "没有这个单位")
	user("", "grant", "nobody", "editor", "qinghe").wants(t, 2, "没有这个用户")
	user("", "grant", "xin", "editor", "qinghe", "--revoke").wants(t, 0, "grant.remove")
	user("", "grant", "xin", "editor", "qinghe", "--revoke").wants(t, 2, "没有这项授权")
	trailOf(t, data, "user.add", "user.password", "user.disable", "user.enable", "grant.add", "grant.remove")
}

// trailOf checks that each act was written down by the operator.
func trailOf(t *testing.T, data string, acts ...string) {
	t.Helper()
	db := database(t, data)
	for _, act := range acts {
		var n int
		if err := db.QueryRow(`SELECT count(*) FROM audit WHERE json_extract(doc, '$.act') = ? AND json_extract(doc, '$.actor') = 'operator'`, act).Scan(&n); err != nil || n != 1 {
			t.Errorf("%s is %d times in the trail: %v", act, n, err)
		}
	}
}

func openSQLite(data string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+filepath.Join(data, "content.db")+"?_pragma=busy_timeout(5000)")
}

func database(t *testing.T, data string) *sql.DB {
	t.Helper()
	db, err := openSQLite(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestTamperingIsFound(t *testing.T) {
	data := filled(t)
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 0, "审计链完整", "head")
	for what, tamper := range map[string]string{
		"entry 3 was changed": `UPDATE audit SET doc = CAST(replace(CAST(doc AS TEXT), '"at":1', '"at":2') AS BLOB) WHERE n = 3`,
		"entry 5 is missing":  `DELETE FROM audit WHERE n = 5`,
		"chain of its acts":   `UPDATE items SET doc = CAST(replace(CAST(doc AS TEXT), '"opinion":"已审阅', '"opinion":"未审阅') AS BLOB)`,
	} {
		t.Run(what, func(t *testing.T) {
			harmed := t.TempDir()
			if err := os.CopyFS(harmed, os.DirFS(data)); err != nil {
				t.Fatal(err)
			}
			if _, err := database(t, harmed).Exec(tamper); err != nil {
				t.Fatal(err)
			}
			gongkaiRun(t, "", "audit", "verify", "--data", harmed).wants(t, 1, what)
		})
	}
}

func TestACommandMakesNoDataByAWrongName(t *testing.T) {
	for _, args := range [][]string{{"audit", "verify"}, {"user", "add", "a1", "--name", "b"}, {"import", "--as", "a", "x"}} {
		data := filepath.Join(t.TempDir(), "wrong")
		gongkaiRun(t, "", append(args, "--data", data)...).wants(t, 2, "此处没有数据", data)
		if _, err := os.Stat(data); err == nil {
			t.Error(args, "made the folder")
		}
	}
}

func TestAFolderThatCannotBeUsed(t *testing.T) {
	notAFolder := file(t, "data", "x")
	for _, command := range []string{"serve", "demo"} {
		gongkaiRun(t, "", command, "--addr", "127.0.0.1:0", "--data", notAFolder).wants(t, 2, "数据文件夹", "GONGKAI_DATA")
	}
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "content.db"), []byte(strings.Repeat("no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 2, "数据库文件")
	short := t.TempDir()
	if err := os.WriteFile(filepath.Join(short, "secret.key"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "serve", "--addr", "127.0.0.1:0", "--data", short).wants(t, 2, "secret.key")
	if os.Getuid() == 0 {
		return // nothing is read-only to root
	}
	locked := t.TempDir()
	if err := os.Chmod(locked, 0o500); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "serve", "--addr", "127.0.0.1:0", "--data", locked).wants(t, 2, "数据文件夹", "permission denied")
}

func TestTheKeyIsMadeOnceAndGivenKeysAreNotKept(t *testing.T) {
	data := t.TempDir()
	keys := map[string]bool{}
	for range 2 {
		a := &app{cfg: config{Data: data}}
		key, err := a.secret()
		if err != nil || len(key) < 32 {
			t.Fatal(len(key), err)
		}
		keys[string(key)] = true
	}
	if len(keys) != 1 {
		t.Error("the key changed")
	}
	given := strings.Repeat("g", 32)
	other := t.TempDir()
	a, err := open(t.Context(), config{Data: other, Secret: given}, &safeBuffer{}, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	if _, err := os.Stat(filepath.Join(other, "secret.key")); err == nil {
		t.Error("a key was made although one was given")
	}
}

func TestNoNumberBecomesALogin(t *testing.T) {
	t.Parallel()
	data := filled(t)
	for _, args := range [][]string{{"13812345678", "--name", "王编辑"}, {"wangbianji", "--name", "11010519491231002X"}} {
		got := gongkaiRun(t, "yi-ge-chang-mima\n", append([]string{"user", "add", "--data", data}, args...)...)
		got.wants(t, 2, "不得是")
		if strings.Contains(got.out+got.errs, "13812345678") || strings.Contains(got.out+got.errs, "11010519491231002X") {
			t.Error("the refusal repeats it:", got.out, got.errs)
		}
	}
}
