// What the platform's numbers mean.

package wechat

import (
	"strconv"
	"time"

	"gongkai/channel/platform"
)

// codes are the error codes (errcode) of the calls that are made here. One that
// is not listed was a refusal, too: of this article.
var codes = map[int]platform.Class{
	-1: platform.ClassTemporary, // the system is busy

	40001: platform.ClassRefresh, // invalid credential
	40014: platform.ClassRefresh, // invalid access_token
	42001: platform.ClassRefresh, // access_token expired

	40002: platform.ClassConfiguration, // grant_type
	40013: platform.ClassConfiguration, // AppID
	40125: platform.ClassConfiguration, // AppSecret
	40164: platform.ClassConfiguration, // our address is not on the list (IP 白名单)
	40243: platform.ClassConfiguration, // AppSecret is frozen
	41001: platform.ClassConfiguration, // access_token missing
	41002: platform.ClassConfiguration, // appid missing
	41003: platform.ClassConfiguration,
	41004: platform.ClassConfiguration, // secret missing
	48001: platform.ClassConfiguration, // the account may not call this: not verified
	48004: platform.ClassConfiguration, // the call is barred
	50002: platform.ClassConfiguration, // the account is restricted

	40004: platform.ClassContent, // kind of media
	40005: platform.ClassContent, // kind of file
	40006: platform.ClassContent, // size of file
	40007: platform.ClassContent, // media_id
	40009: platform.ClassContent, // size of picture
	40033: platform.ClassContent, // \uXXXX
	40118: platform.ClassContent, // media_id
	40137: platform.ClassContent, // format of picture
	40227: platform.ClassContent, // title
	44003: platform.ClassContent, // article is empty
	45001: platform.ClassContent, // size of media
	45002: platform.ClassContent, // size of content
	45003: platform.ClassContent, // title
	45004: platform.ClassContent, // digest
	45166: platform.ClassContent, // content is not valid
	47001: platform.ClassContent, // data cannot be read
	53503: platform.ClassContent, // the draft failed the check before publishing
	53504: platform.ClassContent, // use the draft on the official site first
	53505: platform.ClassContent, // save the draft on the official site by hand first
	53600: platform.ClassContent, // article_id

	45009: platform.ClassRate, // quota of the day
	45011: platform.ClassRate, // too often
}

// beijing is where the platform's days begin.
var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// refusal is the error of an answer with a code.
func refusal(code int, now time.Time) *platform.Error {
	e := &platform.Error{Class: codes[code], Code: "wechat_" + strconv.Itoa(code)}
	switch {
	case e.Class == "":
		e.Class = platform.ClassContent
	case code == 45009: // the count begins anew at midnight
		y, m, d := now.In(beijing).Date()
		e.RetryAfter = time.Date(y, m, d+1, 0, 5, 0, 0, beijing).Sub(now)
	case e.Class == platform.ClassRate:
		e.RetryAfter = time.Minute
	}
	return e
}

// has tells whether err is a refusal with one of the codes.
func has(err error, codes ...int) bool {
	for _, code := range codes {
		if e := new(platform.Error); asError(err, &e) && e.Code == "wechat_"+strconv.Itoa(code) {
			return true
		}
	}
	return false
}

// Results of publishing (publish_status).
const (
	published  = 0
	publishing = 1
	// 2 originality failed, 3 ordinary failure, 4 failed the platform's review
	deletedLater = 5 // all articles were deleted by the user after they had been published
	blockedLater = 6 // all articles were blocked by the platform after they had been published
)

// outcome is the state of a post by its result, and the code that goes with it.
// A result that is not documented is no result.
func outcome(status int) (state, code string) {
	switch status {
	case published:
		return platform.Live, ""
	case publishing:
		return platform.Submitted, ""
	case 2, 3, 4:
		state = platform.Failed
	case deletedLater, blockedLater:
		state = platform.Gone
	default:
		state = platform.Submitted
	}
	return state, "publish_status_" + strconv.Itoa(status)
}
