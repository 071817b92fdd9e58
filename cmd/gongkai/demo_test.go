// The demo: quick to start, continued by its next start, on loopback only.

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// everything is the ids of all items that the editor and the public see.
func everything(t *testing.T, at string) (ids []string) {
	t.Helper()
	c := newClient(at)
	if err := c.signIn(t.Context(), "bianji", demoPassword); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/items?unit=qinghe&limit=100", "/content/v1/items?site=qinghe&limit=100"} {
		r, err := c.call(t.Context(), http.MethodGet, path, nil)
		items, _ := r.json["items"].([]any)
		if err != nil || r.status != http.StatusOK {
			t.Fatal(path, r.status, err, string(r.body))
		}
		for _, it := range items {
			m, _ := it.(map[string]any)
			id, _ := m["id"].(string)
			ids = append(ids, path+" "+id)
		}
	}
	slices.Sort(ids)
	return ids
}

func TestASecondStartContinuesTheSameData(t *testing.T) {
	args := []string{"demo", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--redis", redis(t, "13")}
	output, stop := background(t, args...)
	first := wait(t, output)
	saysHowFast(t, output())
	downstreamShows(t, output, 10) // the portal's and the township's
	gongkaiRun(t, "", "demo", "--addr", regexp.MustCompile(`[^/]+$`).FindString(base(t, output())), "--data", t.TempDir()).wants(t, 2, "无法监听", "--addr", "already in use")
	stop().wants(t, 0, demoPassword, "bianji", "Downstream site")
	output, _ = background(t, args...)
	saysHowFast(t, output())
	downstreamShows(t, output, 10)
	waitFor(t, "an answer that was kept", func() bool {
		answers(t, base(t, output()), "/content/v1/sites", 200)
		return regexp.MustCompile(`gongkai_kept_answers_total{outcome="kept"} [1-9]`).MatchString(answers(t, base(t, output()), "/metrics", 200))
	})
	if second := everything(t, base(t, output())); !slices.Equal(first, second) {
		t.Errorf("the second start shows other items:\n%v\n%v", first, second)
	}
}

// livePages is how many of the samples the portal shows.
const livePages = 8

// wait lets the jobs publish all of the county's live items.
func wait(t *testing.T, output func() string) (ids []string) {
	t.Helper()
	waitFor(t, "the county's items are all published", func() bool {
		ids = everything(t, base(t, output()))
		return strings.Count(strings.Join(ids, "\n"), "/content/v1/") == livePages
	})
	return ids
}

// downstreamShows waits until the demo's downstream site shows so many items.
func downstreamShows(t *testing.T, output func() string, items int) {
	t.Helper()
	at := regexp.MustCompile(`Downstream site (http://\S+)`).FindStringSubmatch(output())
	if at == nil {
		t.Fatal("the downstream site is not named:", output())
	}
	var state struct{ Live []any }
	waitFor(t, fmt.Sprintf("the downstream site shows %d items", items), func() bool {
		r, err := newClient(at[1]).call(t.Context(), "GET", "state.json", nil)
		return err == nil && json.Unmarshal(r.body, &state) == nil && len(state.Live) == items
	})
}

// saysHowFast looks for the time to be ready; how long that may be is no
// matter of a test.
func saysHowFast(t *testing.T, out string) {
	t.Helper()
	if !regexp.MustCompile(`ready in \d+ ms`).MatchString(out) {
		t.Fatal("not said how fast:", out)
	}
}

func TestImportTellsWhatItDidAndRepeatsNothing(t *testing.T) {
	data, folder := filled(t), t.TempDir()
	for name, text := range map[string]string{"甲.txt": "关于春季植树的通知\n\n各村：\n请组织村民植树。\n", "乙.txt": "", "丙.jsonl": `{"x":`, "丁.pdf": "%PDF", "戊.docx": "no archive"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	imports := func(args ...string) said {
		t.Helper()
		return gongkaiRun(t, "", append([]string{"import", "--data", data}, args...)...)
	}
	one := filepath.Join(folder, "甲.txt")
	imports("--as", "bianji", "--column", "tzgg", folder).wants(t, 1, "甲.txt", "乙.txt", "丙.jsonl", "丁.pdf", "戊.docx", "导入1条，已存在0条，跳过4处")
	imports("--as", "bianji", "--column", "tzgg", one).wants(t, 0, "导入0条，已存在1条，跳过0处")
	imports("--as", "bianji", "--column", "zcjd", "--unit", "qinghe-ban", one).wants(t, 0, "栏目 zcjd 不接受类型 notice", "导入1条")
	imports("--as", "bianji", filepath.Join(folder, "none.txt")).wants(t, 1, "文件不存在")
	imports("--as", "nobody", one).wants(t, 2, "没有这个用户")
	imports("--as", "shenji", one).wants(t, 2, "--unit")
	imports("--as", "yishen", file(t, "新.txt", "另一则通知\n\n请各村知悉。\n")).wants(t, 2, "授权")
	imports("--as", "bianji", "--unit", "nowhere", one).wants(t, 2, "没有这个单位")
	imports("--as", "bianji", "--column", "nowhere", one).wants(t, 2, "没有这个栏目")
	imports("--as", "bianji", "--kind", "nothing", one).wants(t, 2, "没有这种信息类型")
	imports("--as", "bianji").wants(t, 2, "paths")
}
