package receiver

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
)

// full is a site with one item in each state and one message of each outcome.
func full(t *testing.T) *Receiver {
	r := site(func(_ context.Context, told Data) (string, string, error) {
		return map[string]string{"a1": "关于供水的通知", "b2": "<script>alert(1)</script>"}[told.Item], "<p>正文</p>", nil
	})
	tell(t, r, "m1", "item.released", edition(1))
	other := edition(1)
	other.Item, other.URL = "b2", "javascript:alert(1)"
	tell(t, r, "m2", "item.released", other)
	for i, state := range []string{"suspended", "withdrawn", "redirect"} {
		tell(t, r, "d"+state, "item."+state, Data{Item: state, Seq: int64(i + 2), State: state, Epoch: 2, URL: "https://portal.example/new"})
	}
	tell(t, r, "m1", "item.released", edition(1))
	tell(t, r, "late", "item.released", Data{Item: "withdrawn", Seq: 1, State: "edition", Title: "迟到的"})
	tell(t, r, "test", "endpoint.test", Data{})
	tell(t, r, "col", "column.changed", Data{Column: "tz", State: "column"})
	return r
}

func TestTheFrontPageListsWhatIsShownAndWhatCame(t *testing.T) {
	page := get(full(t), "/").Body.String()
	for _, want := range []string{
		"网站现在显示", "关于供水的通知", "/tz/1", "<dt>序号</dt><dd>1</dd>", "（第 2 世代）", "01-05 09:30:00", "已撤稿", "临时下线", "已迁移", "发布",
		"重复，略过", "迟到，略过", "已显示", "已撤下", "已记录", "栏目变更", "&lt;script&gt;alert(1)", `<html lang="zh-CN">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, no := range []string{"<script", "http://", "https://", "迟到的", "ZgotmplZ", "url("} {
		if strings.Contains(page, no) {
			t.Errorf("%q must not be there", no)
		}
	}
}

func TestAnEmptySiteSaysWhatToDo(t *testing.T) {
	page := get(site(nil), "/").Body.String()
	if !strings.Contains(page, "还没有内容") || !strings.Contains(page, "还没有收到消息") || strings.Contains(page, "已经撤下") {
		t.Error(page)
	}
}

func TestThePolicyNamesTheStyleSheetThatIsReallySent(t *testing.T) {
	r := full(t)
	for _, path := range []string{"/", "/items/a1", "/items/withdrawn", "/items/none"} {
		w := get(r, path)
		style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(w.Body.String())
		csp := w.Header().Get("Content-Security-Policy")
		if style == nil || !strings.HasPrefix(csp, "default-src 'none'; style-src 'sha256-"+digest(style[1])+"'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", path, csp)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
}

func TestEachItemHasAPageWithTheRightStatus(t *testing.T) {
	r := full(t)
	for path, want := range map[string]struct {
		status int
		words  string
	}{
		"/items/a1":        {200, "<p>正文</p>"},
		"/items/b2":        {200, "&lt;script&gt;"},
		"/items/suspended": {410, "该信息已撤下"},
		"/items/withdrawn": {410, "该信息已撤下"},
		"/items/redirect":  {410, `<a href="https://portal.example/new"`},
		"/items/none":      {404, "没有这条信息"},
	} {
		if w := get(r, path); w.Code != want.status || !strings.Contains(w.Body.String(), want.words) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if strings.Contains(get(r, "/items/b2").Body.String(), "javascript:") {
		t.Error("a link that runs code")
	}
}

func TestStateJSONTellsTheSame(t *testing.T) {
	w := get(full(t), "/state.json")
	var v struct {
		Calls, Refused, Repeats, Late int
		Live, Down                    []struct {
			Item, State, Title, Event string
			Seq                       int64
			At                        time.Time
		}
		Received []struct{ ID, Type, Outcome string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	if v.Calls != 9 || v.Repeats != 1 || v.Late != 1 || len(v.Live) != 2 || len(v.Down) != 3 || len(v.Received) != 9 {
		t.Errorf("%+v", v)
	}
	if a := v.Live[1]; a.Item != "a1" || a.Title != "关于供水的通知" || a.Event != "item.released" || a.Seq != 1 || a.At.IsZero() {
		t.Errorf("%+v", a)
	}
	if m := v.Received[0]; m.ID != "col" || m.Outcome != "shown" {
		t.Errorf("the newest comes first: %+v", m)
	}
}

func TestOtherDoorsAreClosed(t *testing.T) {
	r := site(nil)
	for path, want := range map[string]int{"/hooks": 405, "/other": 404, "/items/": 404} {
		if got := get(r, path).Code; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}
