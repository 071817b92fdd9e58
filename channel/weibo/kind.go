// The row of this platform in the table of kinds, and how an account is opened.

package weibo

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel/platform"
)

// Kind (平台种类) is Weibo as a kind of platform.
var Kind = platform.Kind{Name: "weibo", Zh: "微博", En: "Weibo", ID: handleID, Open: open, Settings: []platform.Setting{
	{Name: "access_token", Zh: "授权后获得的访问令牌（access_token）", En: "access_token of the account's authorisation", Secret: true, Required: true},
	{Name: "safe_domain", Zh: "应用的安全域名，门户页面须在其下，如 www.county.gov.cn", En: "the application's security domain, under which the portal's pages are, such as www.county.gov.cn", Required: true},
	{Name: "rip", Zh: "操作人员的真实IP", En: "real IP address of the operator"},
	{Name: "pictures", Zh: "是否附信息的第一张图片：yes 或 no（默认）", En: "whether the first picture of an item goes with it: yes, or no (the default)"},
	{Name: "base_url", Zh: "接口地址，默认 " + officialBase, En: "address of the interface, by default " + officialBase},
	{Name: "page_url", Zh: "读者看到的网站地址，用于回执中的网址", En: "address of the website as readers see it, for the address in the receipt"},
}}

const (
	officialBase = "https://api.weibo.com"
	timeout      = 15 * time.Second
	settling     = 30 * time.Minute // reviews included
)

// Weibo is one account. It is safe for concurrent use.
type Weibo struct {
	account platform.Account
	base    string
	caller  platform.Caller
}

func open(a platform.Account) (platform.Platform, error) { return Open(a) }

// Open opens an account. Invalid: a setting that cannot be right.
func Open(a platform.Account) (*Weibo, error) {
	base := a.Settings["base_url"]
	if base == "" {
		base = officialBase
	}
	var wrong []gongkai.Detail
	for _, s := range []struct {
		where  string
		right  bool
		zh, en string
	}{
		{"access_token", len(a.Secrets["access_token"]) >= 8 && !strings.ContainsAny(a.Secrets["access_token"], " \r\n"), "缺少访问令牌或不完整", "the access token is missing or cut off"},
		{"safe_domain", goodDomain(a.Settings["safe_domain"]), "应为不含 http:// 和路径的域名", "must be a domain without http:// and path"},
		{"rip", goodIP(a.Settings["rip"]), "应为 IP 地址", "must be an IP address"},
		{"pictures", a.Settings["pictures"] == "" || a.Settings["pictures"] == "yes" || a.Settings["pictures"] == "no", "应为 yes 或 no", "must be yes or no"},
		{"base_url", goodAddress(base), "应为 https 网址", "must be an https address"},
		{"page_url", a.Settings["page_url"] == "" || goodAddress(a.Settings["page_url"]), "应为 https 网址", "must be an https address"},
	} {
		if !s.right {
			wrong = append(wrong, gongkai.Detail{Where: s.where, Code: "bad_setting", Zh: s.zh, En: s.en})
		}
	}
	if wrong != nil {
		return nil, gongkai.E(gongkai.Invalid, "bad_account", "微博的设置不对", "the settings of the Weibo account cannot be right", wrong...)
	}
	if a.HTTP == nil {
		a.HTTP = http.DefaultTransport
	}
	if a.Now == nil {
		a.Now = time.Now
	}
	return &Weibo{account: a, base: strings.TrimRight(base, "/"), caller: platform.Caller{HTTP: a.HTTP, Timeout: timeout, Limit: 4 << 20}}, nil
}

func goodDomain(name string) bool {
	u, err := url.Parse("https://" + name)
	return err == nil && name != "" && u.Hostname() == name && strings.Contains(name, ".")
}

func goodIP(text string) bool {
	_, err := netip.ParseAddr(text)
	return text == "" || err == nil
}

func goodAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http") && u.RawQuery == "" && u.Fragment == ""
}

// Settling is how long after its beginning a lost post may still appear.
func (w *Weibo) Settling() time.Duration { return settling }
