// Robots of office chats: who they are, and the table of how each is spoken to.

package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Robot (群机器人) posts to a group chat, or to a receiver of signed messages.
type Robot struct {
	store.Meta
	Name     string   `json:"name"`
	Unit     string   `json:"unit,omitempty"` // of whose items it tells, with those below it; absent: of all
	Template string   `json:"template"`
	URL      string   `json:"url"` // of a chat it holds a key: never shown
	Secret   string   `json:"secret,omitempty"`
	Events   []string `json:"events"` // empty: what asks for something, and what is urgent
	Disabled bool     `json:"disabled"`
	Updated  int64    `json:"updated"`
}

var robotSpec = store.Spec[Robot]{Name: "robots", Schema: 1}

const robotPrefix = "robot/"

func isRobot(person string) bool { return strings.HasPrefix(person, robotPrefix) }

// Caller makes the calls, to addresses that the house lets through.
type Caller interface {
	// Post sends JSON and gives the beginning of the answer of a receiver that took it.
	Post(ctx context.Context, url string, body []byte) (answer []byte, err error)
	// Sign sends a message after Standard Webhooks.
	Sign(ctx context.Context, url, secret, id, event string, at time.Time, data any) error
	// Valid tells whether an address can be called at all.
	Valid(url string) bool
	// ValidSecret tells whether Sign can sign with a secret.
	ValidSecret(secret string) bool
	// NewSecret is a fresh secret for Sign.
	NewSecret() string
}

// Template (机器人类型) is a row of the table: how a chat wants to be told.
type Template struct {
	Name, Zh, En string
	// call is what is posted where, and refused what the answer says against it:
	// chats answer 200 and say no inside. nil: Standard Webhooks.
	call    func(r Robot, text string, now time.Time) (url string, body any)
	refused func(answer []byte) *refusal
	most    int // bytes of a text that it takes; 0: any letter
}

// Templates is the table.
var Templates = []Template{
	{Name: "wecom", Zh: "企业微信群机器人", En: "WeCom group robot", call: wecom, refused: errcode, most: 2048},
	{Name: "dingtalk", Zh: "钉钉自定义机器人", En: "DingTalk custom robot", call: dingtalk, refused: errcode},
	{Name: "feishu", Zh: "飞书自定义机器人", En: "Feishu custom robot", call: feishu, refused: feishuCode},
	{Name: "standard", Zh: "签名 Webhook（Standard Webhooks）", En: "signed webhook (Standard Webhooks)"},
}

func templateOf(name string) (Template, bool) {
	i := slices.IndexFunc(Templates, func(t Template) bool { return t.Name == name })
	if i < 0 {
		return Template{}, false
	}
	return Templates[i], true
}

func plainText(text string) any {
	return map[string]any{"msgtype": "text", "text": map[string]string{"content": text}}
}

func wecom(r Robot, text string, _ time.Time) (string, any) { return r.URL, plainText(text) }

// dingtalk signs in the address: milliseconds, and the HMAC of them and the
// secret under the secret.
func dingtalk(r Robot, text string, now time.Time) (string, any) {
	if r.Secret == "" {
		return r.URL, plainText(text)
	}
	at := strconv.FormatInt(now.UnixMilli(), 10)
	sep := "?"
	if strings.Contains(r.URL, "?") {
		sep = "&"
	}
	return r.URL + sep + url.Values{"timestamp": {at}, "sign": {sum([]byte(r.Secret), []byte(at+"\n"+r.Secret))}}.Encode(), plainText(text)
}

// feishu signs in the body: seconds, and the HMAC of nothing under them and the
// secret.
func feishu(r Robot, text string, now time.Time) (string, any) {
	body := map[string]any{"msg_type": "text", "content": map[string]string{"text": text}}
	if r.Secret != "" {
		at := strconv.FormatInt(now.Unix(), 10)
		body["timestamp"], body["sign"] = at, sum([]byte(at+"\n"+r.Secret), nil)
	}
	return r.URL, body
}

func sum(key, text []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write(text)
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// refusal is what a chat says against a message.
type refusal struct {
	code int64
	slow bool // too many: later it takes it
}

func errcode(answer []byte) *refusal {
	var a struct {
		Code *int64 `json:"errcode"`
	}
	return said(json.Unmarshal(answer, &a), a.Code, 45009, 130101, -1)
}

func feishuCode(answer []byte) *refusal {
	var a struct {
		Code *int64 `json:"code"`
		Old  *int64 `json:"StatusCode"`
	}
	err := json.Unmarshal(answer, &a)
	if a.Code == nil {
		a.Code = a.Old
	}
	return said(err, a.Code, 9499, 11232)
}

func said(err error, code *int64, slow ...int64) *refusal {
	switch {
	case err != nil || code == nil:
		return &refusal{code: -2} // it took something else than a message of a robot
	case *code == 0:
		return nil
	}
	return &refusal{*code, slices.Contains(slow, *code)}
}

// PutRobot adds or changes a robot. Address and secret stay where none is given;
// a fresh secret for signed messages is returned this once.
func (n *Notifier) PutRobot(ctx context.Context, in Robot) (r Robot, secret string, err error) {
	t, known := templateOf(in.Template)
	switch {
	case n.opt.Caller == nil:
		return r, "", gongkai.E(gongkai.Unavailable, "no_caller", "本进程不能设置机器人", "this process cannot set robots")
	case strings.TrimSpace(in.Name) == "":
		return r, "", bad("name", "required", "请给机器人起名", "a robot needs a name")
	case !known:
		return r, "", bad("template", "template", "没有这种机器人类型，见机器人类型表", "there is no such template: see the table of templates")
	case in.URL != "" && !n.opt.Caller.Valid(in.URL):
		return r, "", bad("url", "url", "地址应为 http 或 https 网址", "the address must be an http or https URL")
	case t.call == nil && in.Secret != "" && !n.opt.Caller.ValidSecret(in.Secret):
		return r, "", bad("secret", "secret", "签名密钥应为 whsec_ 加 24 至 64 字节的 base64；不填则自动生成", "the secret is whsec_ and 24 to 64 bytes in base64; absent: one is made")
	}
	for _, name := range in.Events {
		if _, known := EventOf(name); !known {
			return r, "", bad("events", "event", "没有这种事件，见事件表", "there is no such event: see the table of events")
		}
	}
	if err := n.hasRoom(ctx, in.ID); err != nil {
		return r, "", err
	}
	r, err = n.robots.Upsert(ctx, in.ID, func(doc *Robot, exists bool) error {
		secret = ""
		if in.URL == "" && (!exists || doc.URL == "") {
			return bad("url", "required", "请填写机器人的地址", "a robot needs its address")
		}
		if in.URL != "" {
			doc.URL = in.URL
		}
		if in.Secret != "" || doc.Template != in.Template {
			doc.Secret = in.Secret
		}
		if t.call == nil && doc.Secret == "" {
			secret = n.opt.Caller.NewSecret()
			doc.Secret = secret
		}
		doc.Name, doc.Unit, doc.Template, doc.Events, doc.Disabled, doc.Updated = strings.TrimSpace(in.Name), in.Unit, in.Template, in.Events, in.Disabled, n.now()
		return nil
	})
	return r, secret, err
}

// mostRobots bounds a list: they are set by hand.
const mostRobots = 200

// hasRoom refuses one more than the list has room for: it would be told nothing.
func (n *Notifier) hasRoom(ctx context.Context, id string) error {
	all, err := n.Robots(ctx)
	if err != nil || len(all) < mostRobots || slices.ContainsFunc(all, func(r Robot) bool { return r.ID == id }) {
		return err
	}
	return gongkai.E(gongkai.Blocked, "robots", "机器人已达"+strconv.Itoa(mostRobots)+"个的上限：请改设一个不再需要的（同一编号）", "there are "+strconv.Itoa(mostRobots)+" robots, the most there can be: change one that is not needed any more (its id)")
}

// Robots lists them.
func (n *Notifier) Robots(ctx context.Context) ([]Robot, error) {
	page, err := n.robots.Find(ctx, store.Query{Limit: mostRobots})
	return page.Docs, err
}

// listening are the robots that tell of the event on the item.
func (n *Notifier) listening(ctx context.Context, it content.Item, e Event) (out []string, err error) {
	if n.opt.Caller == nil {
		return nil, nil
	}
	robots, err := n.Robots(ctx)
	if err != nil || len(robots) == 0 {
		return nil, err
	}
	path, err := n.opt.Content.UnitPath(ctx, it.Unit)
	for _, r := range robots {
		if r.tells(e) && (r.Unit == "" || slices.Contains(path, r.Unit)) {
			out = append(out, robotPrefix+r.ID)
		}
	}
	return out, err
}

func (r Robot) tells(e Event) bool {
	if r.Disabled {
		return false
	}
	if len(r.Events) == 0 {
		return e.Asks || e.Weight == Urgent
	}
	return slices.Contains(r.Events, e.Name)
}
