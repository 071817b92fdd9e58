package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
)

// chats are the receivers of robots.
type chats struct {
	urls   []string
	bodies []string
	answer string
	signed []string
}

func (c *chats) Post(_ context.Context, url string, body []byte) ([]byte, error) {
	c.urls, c.bodies = append(c.urls, url), append(c.bodies, string(body))
	return []byte(c.answer), nil
}

func (c *chats) Sign(_ context.Context, _, secret, id, event string, _ time.Time, data any) error {
	text, err := json.Marshal(data)
	c.signed = append(c.signed, secret+" "+id+" "+event+" "+string(text))
	return err
}
func (c *chats) Valid(url string) bool     { return strings.HasPrefix(url, "https://") }
func (c *chats) ValidSecret(s string) bool { return strings.HasPrefix(s, "whsec_") }
func (c *chats) NewSecret() string         { return "whsec_fresh" }

func TestRobotsAreSpokenToAsTheyWantIt(t *testing.T) {
	c := &chats{answer: `{"errcode":0,"errmsg":"ok","code":0}`}
	o := newOffice(t, func(opt *Options) { opt.Caller = c })
	ctx := t.Context()
	for _, r := range []Robot{
		{Name: "企业微信", Template: "wecom", URL: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"},
		{Name: "钉钉", Template: "dingtalk", URL: "https://oapi.dingtalk.com/robot/send?access_token=t", Secret: "SEC1", Unit: "county"},
		{Name: "飞书", Template: "feishu", URL: "https://open.feishu.cn/open-apis/bot/v2/hook/h", Secret: "s"},
		{Name: "他处", Template: "wecom", URL: "https://qyapi.weixin.qq.com/other", Unit: "elsewhere"},
		{Name: "只听发布", Template: "wecom", URL: "https://qyapi.weixin.qq.com/released", Events: []string{"released"}},
	} {
		r.ID = r.Template + r.Unit + strings.Join(r.Events, "")
		_, _, err := o.PutRobot(ctx, r)
		o.must(err)
	}
	own := Robot{Name: "本单位系统", Template: "standard", URL: "https://oa.example/hook"}
	own.ID = "own"
	_, secret, err := o.PutRobot(ctx, own)
	if err != nil || secret != "whsec_fresh" {
		t.Fatalf("%q %v", secret, err)
	}
	own.URL = ""
	if kept, again, err := o.PutRobot(ctx, own); err != nil || again != "" || kept.URL != "https://oa.example/hook" || kept.Secret != secret {
		t.Errorf("address and secret stay: %+v %q %v", kept, again, err)
	}
	o.may["pass"] = []string{"li"}
	o.step("built", "system", "stage:merged_1")
	o.tell()
	o.later(2 * time.Minute)
	o.must(o.Gather(ctx))
	o.must(o.Deliver(ctx, WayRobot))
	if len(c.urls) != 3 || len(c.signed) != 1 || !strings.HasPrefix(c.signed[0], "whsec_fresh notice-") || !strings.Contains(c.signed[0], `"event":"to_sign"`) {
		t.Fatalf("%v %v", c.urls, c.signed)
	}
	at := o.now
	for i, u := range c.urls {
		body := c.bodies[i]
		if !strings.Contains(body, "待您签署") || strings.Contains(body, "低保") {
			t.Errorf("%s", body)
		}
		switch {
		case strings.Contains(u, "weixin"):
			if !strings.HasPrefix(body, `{"msgtype":"text","text":{"content":"【公开】`) {
				t.Errorf("%s", body)
			}
		case strings.Contains(u, "dingtalk"):
			q, err := url.Parse(u)
			o.must(err)
			if q.Query().Get("access_token") != "t" || q.Query().Get("timestamp") == "" || q.Query().Get("sign") != sum([]byte("SEC1"), []byte(q.Query().Get("timestamp")+"\nSEC1")) || len(q.Query().Get("timestamp")) != len("1700000000000") {
				t.Errorf("%s", u)
			}
		case strings.Contains(u, "feishu"):
			var b struct{ Timestamp, Sign, MsgType string }
			o.must(json.Unmarshal([]byte(strings.ReplaceAll(body, "msg_type", "msgtype")), &b))
			if b.MsgType != "text" || b.Timestamp == "" || b.Sign != sum([]byte(b.Timestamp+"\ns"), nil) || at.IsZero() {
				t.Errorf("%s", body)
			}
		}
	}
}

// The vectors are worked out by another implementation of HMAC-SHA256.
func TestRobotsSignAsTheirMakersSay(t *testing.T) {
	now := time.UnixMilli(1599360473000)
	u, _ := dingtalk(Robot{URL: "https://oapi.dingtalk.com/robot/send?access_token=XXXX", Secret: "this is secret"}, "x", now)
	_, body := feishu(Robot{Secret: "demo"}, "x", now)
	b, _ := body.(map[string]any)
	if got, _ := url.Parse(u); got.Query().Get("sign") != dingtalkVector || b["sign"] != feishuVector || b["timestamp"] != "1599360473" {
		t.Errorf("%s %v", got.Query().Get("sign"), b["sign"])
	}
}

func TestWhatAChatAnswers(t *testing.T) {
	for answer, want := range map[string]string{
		`{"errcode":0}`: "internal", `{"errcode":93000,"errmsg":"invalid webhook url"}`: "robot_refused", `{"errcode":45009}`: "robot_slow", `<html>`: "robot_refused", `{}`: "robot_refused",
	} {
		wecom, _ := templateOf("wecom")
		if err := wecom.heard([]byte(answer)); gongkai.CodeOf(err) != want || (err == nil) != (want == "internal") {
			t.Errorf("%s: %v", answer, err)
		}
	}
	feishu, _ := templateOf("feishu")
	for answer, want := range map[string]string{`{"code":19021,"msg":"sign match fail"}`: "robot_refused", `{"code":11232}`: "robot_slow"} {
		if err := feishu.heard([]byte(answer)); gongkai.CodeOf(err) != want {
			t.Errorf("%s: %v", answer, err)
		}
	}
	if err := feishu.heard([]byte(`{"StatusCode":0,"StatusMessage":"success"}`)); err != nil {
		t.Error(err)
	}
}

// WeCom refuses a text of more than 2048 bytes: all notices of a busy minute
// would be given up with it.
func TestABusyMinuteFitsIntoAChat(t *testing.T) {
	line := Line{Zh: "待您签署", Kind: "行政规范性文件", Column: "法规公文", Number: "0197f3c2-8d4e-7c31-9a55-2b1c0d9e8f77", Link: "https://gongkai.example.gov.cn/console/items/0197f3c2-8d4e-7c31-9a55-2b1c0d9e8f77"}
	text := Text{Lines: slices.Repeat([]Line{line}, maxLines)}
	wecom, _ := templateOf("wecom")
	got := text.plain(wecom.most)
	if told := strings.Count(got, line.Link); len(got) > 2048 || told < 9 || !strings.HasSuffix(got, fmt.Sprintf("另有 %d 条，请登录后查看", maxLines-told)) {
		t.Error(len(got), got)
	}
	if dingtalk, _ := templateOf("dingtalk"); strings.Count(text.plain(dingtalk.most), line.Link) != maxLines {
		t.Error("notices are left out without need")
	}
	if got := (Text{Lines: text.Lines[:2]}).plain(wecom.most); strings.Contains(got, "另有") || strings.Count(got, line.Link) != 2 {
		t.Error(got)
	}
}

func TestARobotIsTriedAndRefused(t *testing.T) {
	c := &chats{answer: `{"errcode":310000}`}
	o := newOffice(t, func(opt *Options) { opt.Caller = c })
	ctx := t.Context()
	r := Robot{Name: "群", Template: "dingtalk", URL: "https://oapi.dingtalk.com/robot/send"}
	r.ID = "group"
	for name, change := range map[string]func(*Robot){
		"no name": func(r *Robot) { r.Name = " " }, "no such template": func(r *Robot) { r.Template = "fax" }, "no address": func(r *Robot) { r.URL = "" },
		"no good address": func(r *Robot) { r.URL = "ftp://x" }, "no such event": func(r *Robot) { r.Events = []string{"party"} },
		"no good secret": func(r *Robot) { r.Template, r.Secret = "standard", "short" },
	} {
		one := r
		change(&one)
		if _, _, err := o.PutRobot(ctx, one); !gongkai.Is(err, gongkai.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err := o.PutRobot(ctx, r)
	o.must(err)
	_, err = o.Trial(ctx, "group")
	o.must(err)
	o.must(o.Deliver(ctx, WayRobot))
	if dead := o.letters(Dead); len(dead) != 1 || dead[0].Code != "robot_refused" || !strings.Contains(c.bodies[0], "试发") {
		t.Errorf("%+v %v", dead, c.bodies)
	}
	if _, err := o.Trial(ctx, "nobody"); !gongkai.Is(err, gongkai.Missing) {
		t.Error(err)
	}
}

const (
	dingtalkVector = "hXZTWifRGHclNuZSKxoXc//sh51SWfVfRIhcdeKs63I="
	feishuVector   = "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
)
