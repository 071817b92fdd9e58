// The platform's callback: a notice that publishing has ended. It is a hint and
// no proof: what became of a post is asked for.

package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // G505: the platform signs so
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel/platform"
)

// Signature (消息签名) is how the platform signs a call to us: the query of its
// address. Message also covers what it says, where that is encrypted (安全模式).
type Signature struct {
	Signature, Timestamp, Nonce, Message string
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
	return signed(s.Signature, token, s.Timestamp, s.Nonce)
}

// signed compares in constant time.
func signed(signature string, parts ...string) bool {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // G401: the platform signs so
	return subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(signature)) == 1
}

// Keys (消息推送配置) are what the platform's calls are proven by.
type Keys struct {
	Token string
	AES   string // EncodingAESKey; "": 明文模式, else only what is encrypted counts
	AppID string // for which it was encrypted
}

// maxEvent is larger than any notice of a result.
const maxEvent = 64 << 10

var (
	errNotGenuine = gongkai.E(gongkai.Denied, "signature", "消息签名不对或已过期", "the signature is wrong or too old")
	errEncrypted  = gongkai.E(gongkai.Denied, "encrypted", "消息已加密：请设置消息加解密密钥（callback_key），或在公众平台选择明文模式", "the notice is encrypted: set callback_key, or choose the plain mode on the platform")
	errBadEvent   = gongkai.E(gongkai.Invalid, "bad_event", "消息无法读取，或缺少发布任务编号或状态", "the notice cannot be read, or lacks the id of the task or its status")
)

// Event reads a notice of a result (PUBLISHJOBFINISH) that the platform signed.
// other is true for notices of other things, which want the answer "success"
// and nothing else. Denied: it is not genuine. Invalid: it cannot be read.
func Event(s Signature, keys Keys, now time.Time, body []byte) (r Result, other bool, err error) {
	if !s.Genuine(keys.Token, now) {
		return r, false, errNotGenuine
	}
	var msg struct {
		Encrypt string `xml:"Encrypt"`
		Event   string `xml:"Event"`
		Info    struct {
			Publish string `xml:"publish_id"`
			Status  *int   `xml:"publish_status"`
			Article string `xml:"article_id"`
			Detail  detail `xml:"article_detail"`
		} `xml:"PublishEventInfo"`
	}
	if len(body) > maxEvent || xml.Unmarshal(body, &msg) != nil {
		return r, false, errBadEvent
	}
	if keys.AES != "" {
		plain, err := keys.open(s, msg.Encrypt)
		if err != nil {
			return r, false, err
		}
		msg.Event, msg.Info.Publish, msg.Info.Status = "", "", nil
		if xml.Unmarshal(plain, &msg) != nil {
			return r, false, errBadEvent
		}
	} else if msg.Encrypt != "" && msg.Event == "" {
		return r, false, errEncrypted
	}
	switch {
	case msg.Event != "PUBLISHJOBFINISH":
		return r, true, nil
	case msg.Info.Publish == "" || msg.Info.Status == nil:
		return r, false, errBadEvent
	}
	return Result{msg.Info.Publish, *msg.Info.Status, msg.Info.Article, msg.Info.Detail.address()}, false, nil
}

// open decrypts what the platform encrypted for this account: 16 random bytes,
// four of length, the notice, the AppID, and filling up to 32 bytes.
func (k Keys) open(s Signature, encrypted string) ([]byte, error) {
	if encrypted == "" || !signed(s.Message, k.Token, s.Timestamp, s.Nonce, encrypted) {
		return nil, errNotGenuine
	}
	key, ok := k.key()
	data, err := base64.StdEncoding.DecodeString(encrypted)
	if !ok || err != nil || len(data) < 2*aes.BlockSize || len(data)%aes.BlockSize != 0 {
		return nil, errBadEvent
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errBadEvent
	}
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(data, data)
	fill := int(data[len(data)-1])
	if fill < 1 || fill > 32 || fill > len(data)-20 {
		return nil, errBadEvent
	}
	data = data[16 : len(data)-fill]
	n := int64(binary.BigEndian.Uint32(data))
	if data = data[4:]; n > int64(len(data)) || string(data[n:]) != k.AppID {
		return nil, errNotGenuine
	}
	return data[:n], nil
}

// key is the EncodingAESKey as bytes: 43 characters of base64 without their
// filling.
func (k Keys) key() ([]byte, bool) {
	key, err := base64.StdEncoding.DecodeString(k.AES + "=")
	return key, err == nil && len(key) == 32
}

// keys are those of an account.
func keys(a platform.Account) Keys {
	return Keys{a.Secrets["callback_token"], a.Secrets["callback_key"], a.Settings["app_id"]}
}

// hear takes a call of the platform: the test of the address when it is entered
// there (echostr), or a notice.
func hear(a platform.Account, c platform.Call) (platform.Heard, error) {
	q := c.Query
	s := Signature{q.Get("signature"), q.Get("timestamp"), q.Get("nonce"), q.Get("msg_signature")}
	if c.Method == http.MethodGet {
		if !s.Genuine(keys(a).Token, a.Now()) {
			return platform.Heard{}, errNotGenuine
		}
		return platform.Heard{Answer: q.Get("echostr")}, nil
	}
	r, other, err := Event(s, keys(a), a.Now(), c.Body)
	if err != nil || other {
		return platform.Heard{Answer: "success"}, err
	}
	return platform.Heard{Answer: "success", Handle: handlePublish, Value: r.Publish}, nil
}
