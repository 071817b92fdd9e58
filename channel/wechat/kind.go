// The row of this platform in the table of kinds, and how an account is opened.

package wechat

import (
	"net/http"
	"net/url"
	"regexp"
	"time"

	"gongkai"
	"gongkai/channel/platform"
)

// Kind (平台种类) is the Official Account as a kind of platform.
var Kind = platform.Kind{Name: "wechat", Zh: "微信公众号", En: "WeChat Official Account", ID: handleArticle, Open: open, Hear: hear, Settings: []platform.Setting{
	{Name: "app_id", Zh: "开发者ID（AppID）", En: "developer id (AppID)", Required: true},
	{Name: "app_secret", Zh: "开发者密码（AppSecret）", En: "developer password (AppSecret)", Secret: true, Required: true},
	{Name: "cover_media_id", Zh: "默认封面：永久素材的 media_id，信息没有图片时使用", En: "default cover: media_id of a permanent material, used where an item has no picture"},
	{Name: "author", Zh: "署名，代替发布单位（最多 16 字）", En: "author instead of the publishing unit (16 characters at most)"},
	{Name: "base_url", Zh: "接口地址，默认 " + officialBase, En: "address of the interface, by default " + officialBase},
	{Name: "callback_token", Zh: "消息推送的令牌（Token），用于核对发布结果通知", En: "token of the callback, to verify notices of results", Secret: true},
	{Name: "callback_key", Zh: "消息加解密密钥（EncodingAESKey），安全模式须填", En: "key of encrypted notices (EncodingAESKey), for the safe mode", Secret: true},
}}

const officialBase = "https://api.weixin.qq.com"

const (
	timeout  = 15 * time.Second
	settling = 30 * time.Minute // publishing takes a minute or two, reviews longer
)

// WeChat is one Official Account. It is safe for concurrent use.
type WeChat struct {
	account platform.Account
	base    string
	caller  platform.Caller
}

var goodAppID = regexp.MustCompile(`^wx[0-9a-zA-Z]{6,30}$`)

func open(a platform.Account) (platform.Platform, error) { return Open(a) }

// Open opens an account. Invalid: a setting that cannot be right.
func Open(a platform.Account) (*WeChat, error) {
	base := a.Settings["base_url"]
	if base == "" {
		base = officialBase
	}
	u, err := url.Parse(base)
	var wrong []gongkai.Detail
	refuse := func(where, zh, en string) {
		wrong = append(wrong, gongkai.Detail{Where: where, Code: "bad_setting", Zh: zh, En: en})
	}
	if !goodAppID.MatchString(a.Settings["app_id"]) {
		refuse("app_id", "应为 wx 开头的开发者ID", "must be the developer id, which begins with wx")
	}
	if len(a.Secrets["app_secret"]) < 16 {
		refuse("app_secret", "缺少开发者密码或不完整", "the developer password is missing or cut off")
	}
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" {
		refuse("base_url", "应为 https 网址", "must be an https address")
	}
	if count(a.Settings["author"]) > maxAuthor {
		refuse("author", "署名最多 16 字", "the author may have 16 characters at most")
	}
	if _, ok := keys(a).key(); !ok && a.Secrets["callback_key"] != "" {
		refuse("callback_key", "应为 43 位字母和数字", "must be 43 letters and digits")
	}
	if wrong != nil {
		return nil, gongkai.E(gongkai.Invalid, "bad_account", "公众号的设置不对", "the settings of the Official Account cannot be right", wrong...)
	}
	if a.HTTP == nil {
		a.HTTP = http.DefaultTransport
	}
	if a.Now == nil {
		a.Now = time.Now
	}
	return &WeChat{account: a, base: trimSlash(base), caller: platform.Caller{HTTP: a.HTTP, Timeout: timeout, Limit: 32 << 20}}, nil
}

func trimSlash(base string) string {
	for base != "" && base[len(base)-1] == '/' {
		base = base[:len(base)-1]
	}
	return base
}

// Settling is how long after its beginning a lost post may still appear.
func (w *WeChat) Settling() time.Duration { return settling }
