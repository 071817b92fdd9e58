// The callback: what the platform tells of its own accord.

package wechatlocal

import (
	"crypto/sha1" //nolint:gosec // G505: the platform signs so
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Notice is the signed notice that publishing has ended: the query of the call
// and its body. It is empty before.
func (p *Platform) Notice(token, publish string) (signature, timestamp, nonce string, body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	t, now := p.tasks[publish], p.now()
	if t == nil || now.Before(t.done) {
		return "", "", "", nil
	}
	about := ""
	if t.article != nil {
		about = fmt.Sprintf("<article_id><![CDATA[%s]]></article_id><article_detail><count>1</count><item><idx>1</idx><article_url><![CDATA[%s]]></article_url></item></article_detail>", t.article.ID, t.article.URL)
	}
	body = fmt.Appendf(nil, "<xml><ToUserName><![CDATA[gh_local]]></ToUserName><FromUserName><![CDATA[reader]]></FromUserName><CreateTime>%d</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[PUBLISHJOBFINISH]]></Event><PublishEventInfo><publish_id>%s</publish_id><publish_status>%d</publish_status>%s</PublishEventInfo></xml>",
		now.Unix(), publish, t.status, about)
	timestamp, nonce = strconv.FormatInt(now.Unix(), 10), "n0nce"
	parts := []string{token, timestamp, nonce}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // G401: the platform signs so
	return hex.EncodeToString(sum[:]), timestamp, nonce, body
}
