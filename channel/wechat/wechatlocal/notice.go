// The callback: what the platform tells of its own accord, as it should or
// otherwise.

package wechatlocal

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // G505: the platform signs so
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Telling (推送) is how one notice goes out: as it should, or otherwise.
type Telling struct {
	Late   time.Duration // signed so long ago
	Forged bool          // with another token
	Echo   string        // no notice, but the test of the address
}

// Notice is the signed notice that publishing has ended: the query of the call
// and its body. It is empty before.
func (p *Platform) Notice(publish string, how Telling) (query url.Values, body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	token, stamp := p.CallbackToken, strconv.FormatInt(p.now().Add(-how.Late).Unix(), 10)
	if how.Forged {
		token += "x"
	}
	query = url.Values{"signature": {sign(token, stamp, "n0nce")}, "timestamp": {stamp}, "nonce": {"n0nce"}, "openid": {"reader"}}
	if how.Echo != "" {
		query.Set("echostr", how.Echo)
		return query, nil
	}
	t := p.tasks[publish]
	if t == nil || p.now().Before(t.done) {
		return nil, nil
	}
	about := ""
	if t.article != nil {
		about = fmt.Sprintf("<article_id><![CDATA[%s]]></article_id><article_detail><count>1</count><item><idx>1</idx><article_url><![CDATA[%s]]></article_url></item></article_detail>", t.article.ID, t.article.URL)
	}
	body = fmt.Appendf(nil, "<xml><ToUserName><![CDATA[gh_local]]></ToUserName><FromUserName><![CDATA[reader]]></FromUserName><CreateTime>%s</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[PUBLISHJOBFINISH]]></Event><PublishEventInfo><publish_id>%s</publish_id><publish_status>%d</publish_status>%s</PublishEventInfo></xml>",
		stamp, publish, t.status, about)
	if p.CallbackKey != "" {
		sealed := p.seal(body)
		query.Set("encrypt_type", "aes")
		query.Set("msg_signature", sign(token, stamp, "n0nce", sealed))
		body = []byte("<xml><ToUserName><![CDATA[gh_local]]></ToUserName><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>")
	}
	return query, body
}

func sign(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // G401: the platform signs so
	return hex.EncodeToString(sum[:])
}

// seal encrypts as the safe mode (安全模式) does.
func (p *Platform) seal(body []byte) string {
	key, err := base64.StdEncoding.DecodeString(p.CallbackKey + "=")
	if err != nil {
		return ""
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return ""
	}
	data := binary.BigEndian.AppendUint32([]byte("sixteen at random"[:16]), uint32(len(body)))
	data = append(append(data, body...), p.AppID...)
	fill := 32 - len(data)%32
	data = append(data, bytes.Repeat([]byte{byte(fill)}, fill)...)
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(data, data)
	return base64.StdEncoding.EncodeToString(data)
}

// Tell calls the address of the callback about a publishing that has ended, or
// tests it, and gives what was answered; 0: nobody did.
func (p *Platform) Tell(ctx context.Context, publish string, how Telling) (status int, answer string) {
	query, body := p.Notice(publish, how)
	if query == nil {
		return 0, "" // nothing has ended
	}
	method := http.MethodPost
	if how.Echo != "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, p.Callback+"?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return 0, ""
	}
	req.Header.Set("Content-Type", "text/xml")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil {
		return 0, ""
	}
	return resp.StatusCode, string(data)
}

// tells has an ended publishing told by itself, twice, as the platform does that
// has not understood the answer.
func (p *Platform) tells(publish string) {
	if p.Callback == "" {
		return
	}
	time.AfterFunc(p.Delay, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second) // the platform's own patience
		defer cancel()
		for range 2 {
			if status, answer := p.Tell(ctx, publish, Telling{}); status == http.StatusOK && answer == "success" {
				p.mu.Lock()
				p.told++
				p.mu.Unlock()
			}
		}
	})
}

// Told counts the notices that went out by themselves and were answered as they
// should be.
func (p *Platform) Told() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.told
}

// Tasks are the ids of all publishings.
func (p *Platform) Tasks() (ids []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id := range p.tasks {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
