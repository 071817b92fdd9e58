// What a failed call to a platform means.

package platform

import (
	"time"

	"gongkai"
)

// Class (错误类别) says what is to be done about a failure.
type Class string

// The classes.
const (
	ClassRefresh       Class = "refresh"       // the token is no longer taken: fetch one, repeat once
	ClassConfiguration Class = "configuration" // the account or its settings: a person, and nothing of this outlet will do before
	ClassContent       Class = "content"       // the platform does not take this article: a person
	ClassRate          Class = "rate"          // too many calls: later
	ClassTemporary     Class = "temporary"     // it passes by itself, and nothing was shown: later
	ClassUnknown       Class = "unknown"       // no answer came although the request went out: look it up
)

// classes hold the kind and the words of each class.
var classes = map[Class]struct {
	kind   gongkai.Kind
	zh, en string
}{
	ClassRefresh:       {gongkai.Unavailable, "平台不再接受访问凭证", "the platform no longer takes the token"},
	ClassConfiguration: {gongkai.Denied, "平台拒绝该账号的调用，请核对账号设置和权限", "the platform refuses the account: check its settings and rights"},
	ClassContent:       {gongkai.Invalid, "平台不接受该稿件，请按错误代码修改或改由人工发布", "the platform does not take the article: change it as the code says, or post it by hand"},
	ClassRate:          {gongkai.Unavailable, "平台限制了调用次数，稍后自动重试", "the platform limits the number of calls; it is tried again later"},
	ClassTemporary:     {gongkai.Unavailable, "平台暂时不可用，稍后自动重试", "the platform is away; it is tried again"},
	ClassUnknown:       {gongkai.Unavailable, "没有收到平台的答复，先查询结果，不重复发布", "no answer came from the platform: the result is looked up before anything is repeated"},
}

// Error is why a call to a platform did not succeed. It holds codes only,
// nothing that the platform said.
type Error struct {
	Class      Class
	Code       string        // wechat_45009, weibo_20017, timeout, connection…
	RetryAfter time.Duration // not earlier than this from now; zero: as the schedule says
}

// Error names class and code; see Unwrap for words.
func (e *Error) Error() string { return "platform: " + string(e.Class) + " (" + e.Code + ")" }

// Unwrap lets gongkai.KindOf and CodeOf see kind and code, and gives the reason
// in Chinese and English.
func (e *Error) Unwrap() error {
	c := classes[e.Class]
	return gongkai.E(c.kind, e.Code, c.zh, c.en)
}
