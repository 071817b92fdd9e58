// A data folder that an earlier release left behind goes on under this one.

package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// past is what an earlier release wrote down before it was stopped.
type past struct {
	Released string   `json:"released"`
	Signing  string   `json:"signing"`
	Items    []string `json:"items"`
	IndexNos []string `json:"index_nos"`
	Answers  map[string]struct {
		Status int `json:"status"`
		Body   any `json:"body"`
	} `json:"answers"`
}

func TestAFolderOfAnEarlierReleaseGoesOn(t *testing.T) {
	data := t.TempDir()
	unpack(t, filepath.Join("testdata", "folder-0.1.tar.gz"), data)
	var before past
	raw, err := os.ReadFile(filepath.Join(data, "answers.json"))
	if err == nil {
		err = json.Unmarshal(raw, &before)
	}
	if err != nil || len(before.Answers) < 40 || len(before.Items) < 20 {
		t.Fatalf("%d answers, %d items, %v", len(before.Answers), len(before.Items), err)
	}
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 0)
	output, stop := background(t, "demo", "--addr", "127.0.0.1:0", "--data", data)
	p := &successor{t, before, regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(output()), map[string]*client{}}
	p.answersStay(func(string) bool { return true })
	for _, id := range before.Items {
		p.as("bianji", http.MethodGet, "/api/v1/items/"+id, nil)
	}
	number := p.signsOn()
	if number == "" || slices.Contains(before.IndexNos, number) {
		t.Errorf("index number %q: the counters do not go on", number)
	}
	p.answersStay(func(path string) bool { return strings.Contains(path, "/items/") }) // the lists have one more
	stop()
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 0)
}

// successor is this release, at work in the folder of the earlier one.
type successor struct {
	t      *testing.T
	before past
	url    string
	people map[string]*client
}

// as asks in somebody's name, and must not be refused.
func (p *successor) as(login, method, path string, body any) reply {
	p.t.Helper()
	c := p.people[login]
	if c == nil {
		c = newClient(p.url)
		if err := c.signIn(p.t.Context(), login, demoPassword); err != nil {
			p.t.Fatal(err)
		}
		p.people[login] = c
	}
	r, err := c.call(p.t.Context(), method, path, body)
	if err != nil || r.status != http.StatusOK {
		p.t.Fatalf("%s: %s: %d %s %v", login, path, r.status, r.body, err)
	}
	return r
}

// answersStay compares what the public is told with what it was told: nothing
// is lost or different, nothing that was called back is there again.
func (p *successor) answersStay(which func(path string) bool) {
	p.t.Helper()
	for path, old := range p.before.Answers {
		if !which(path) || strings.Contains(path, p.before.Signing) {
			continue
		}
		r, err := newClient(p.url).call(p.t.Context(), http.MethodGet, path, nil)
		if err != nil || r.status != old.Status {
			p.t.Errorf("%s: %d, before %d: %v", path, r.status, old.Status, err)
			continue
		}
		var now any = string(r.body)
		if r.json != nil {
			now = r.json
		}
		if old.Status == http.StatusOK && !holds(now, old.Body) {
			p.t.Errorf("%s: %s\nbefore: %v", path, r.body, old.Body)
		}
	}
}

// holds tells whether now says all that old said; it may say more.
func holds(now, old any) bool {
	switch old := old.(type) {
	case map[string]any:
		in, _ := now.(map[string]any)
		for name, value := range old {
			if !holds(in[name], value) {
				return false
			}
		}
		return in != nil
	case []any:
		in, _ := now.([]any)
		return len(in) == len(old) && !slices.ContainsFunc(old, func(v any) bool { return !slices.ContainsFunc(in, func(n any) bool { return holds(n, v) }) })
	}
	return reflect.DeepEqual(now, old)
}

// signsOn takes the item that was being signed to its release.
func (p *successor) signsOn() (indexNo string) {
	p.t.Helper()
	it := p.as("erjiao", http.MethodGet, "/api/v1/items/"+p.before.Signing, nil)
	for n, login := range []string{"erjiao", "sanshen", "sanjiao", "fabu"} {
		step := map[string]any{"id": fmt.Sprint("upgraded-step-", n), "act": "pass", "sheet": it.str("work.sheet_digest"), "opinion": "已审阅，同意。",
			"judgements": map[string]bool{"legality": true, "accuracy": true, "disclosability": true, "secrecy": true}}
		if login == "fabu" {
			step = map[string]any{"id": "upgraded-release", "act": "release", "sheet": it.str("work.sheet_digest"), "edition": 0}
		}
		it = p.as(login, http.MethodPost, "/api/v1/items/"+p.before.Signing+"/steps", step)
	}
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		r, err := newClient(p.url).call(p.t.Context(), http.MethodGet, "/content/v1/items/"+p.before.Signing, nil)
		if err == nil && r.status == http.StatusOK {
			return it.str("index_no")
		}
		if time.Now().After(end) {
			p.t.Fatalf("the item is not public: %d %v", r.status, err)
		}
	}
}

func unpack(t *testing.T, archive, into string) {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for in := tar.NewReader(z); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(into, filepath.Clean("/"+h.Name))
		if h.FileInfo().IsDir() {
			err = os.MkdirAll(path, 0o700)
		} else {
			var bytes []byte
			if bytes, err = io.ReadAll(in); err == nil {
				err = os.WriteFile(path, bytes, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
