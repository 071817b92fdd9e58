// The platform's callback: a notice that publishing has ended.

package wechat

import (
	"crypto/sha1" //nolint:gosec // G505: the platform signs so
	"crypto/subtle"
	"encoding/hex"
	"encoding/xml"
	"slices"
	"strings"
	"time"

	"gongkai"
)

// Signature (消息签名) is how the platform signs a call to us: the query of its
// address.
type Signature struct {
	Signature, Timestamp, Nonce string
}

// fresh is how old a signed call may be.
const fresh = 5 * time.Minute

// Genuine tells whether the platform signed the call with the token, a short
// while ago.
func (s Signature) Genuine(token string, now time.Time) bool {
	at, err := time.ParseDuration(s.Timestamp + "s")
	if token == "" || err != nil || now.Sub(time.Unix(0, 0).Add(at)).Abs() > fresh {
		return false
	}
	parts := []string{token, s.Timestamp, s.Nonce}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // G401: the platform signs so
	return subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(s.Signature)) == 1
}

// maxEvent is larger than any notice of a result.
const maxEvent = 64 << 10

// Event reads a notice of a result (PUBLISHJOBFINISH) that the platform signed.
// other is true for notices of other things, which want the answer "success"
// and nothing else. Denied: it is not genuine. Invalid: it cannot be read.
func Event(s Signature, token string, now time.Time, body []byte) (r Result, other bool, err error) {
	if !s.Genuine(token, now) {
		return r, false, gongkai.E(gongkai.Denied, "signature", "消息签名不对或已过期", "the signature is wrong or too old")
	}
	var msg struct {
		Event string `xml:"Event"`
		Info  struct {
			Publish string `xml:"publish_id"`
			Status  *int   `xml:"publish_status"`
			Article string `xml:"article_id"`
			Detail  detail `xml:"article_detail"`
		} `xml:"PublishEventInfo"`
	}
	if len(body) > maxEvent || xml.Unmarshal(body, &msg) != nil {
		return r, false, gongkai.E(gongkai.Invalid, "bad_event", "消息无法读取", "the notice cannot be read")
	}
	if msg.Event != "PUBLISHJOBFINISH" {
		return r, true, nil
	}
	if msg.Info.Publish == "" || msg.Info.Status == nil {
		return r, false, gongkai.E(gongkai.Invalid, "bad_event", "消息缺少发布任务编号或状态", "the notice lacks the id of the task or its status")
	}
	return Result{msg.Info.Publish, *msg.Info.Status, msg.Info.Article, msg.Info.Detail.address()}, false, nil
}
