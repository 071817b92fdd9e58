// What the platform's numbers mean.

package weibo

import (
	"time"

	"gongkai/channel/platform"
)

// codes are the error codes (error_code) of the calls that are made here. One
// that is not listed was a refusal, too: of this post.
var codes = map[string]platform.Class{
	"10001": platform.ClassTemporary, // system error
	"10002": platform.ClassTemporary, // service unavailable
	"10003": platform.ClassTemporary, // remote service error
	"10009": platform.ClassTemporary, // too many pending tasks
	"10010": platform.ClassTemporary, // job expired
	"10011": platform.ClassTemporary, // RPC error

	"10004": platform.ClassConfiguration, // our address may not call
	"10005": platform.ClassConfiguration, // the call needs an application key
	"10006": platform.ClassConfiguration, // application key missing
	"10013": platform.ClassConfiguration, // not a user of the platform
	"10014": platform.ClassConfiguration, // no permission for the call
	"10017": platform.ClassConfiguration, // the address is not under the security domain (安全域名)
	"20003": platform.ClassConfiguration, // the user does not exist
	"21301": platform.ClassConfiguration, // authorisation failed
	"21314": platform.ClassConfiguration, // token used
	"21315": platform.ClassConfiguration, // token expired
	"21316": platform.ClassConfiguration, // token revoked
	"21317": platform.ClassConfiguration, // token rejected
	"21319": platform.ClassConfiguration, // the account has withdrawn its authorisation
	"21327": platform.ClassConfiguration, // token expired: only a person can authorise anew
	"21332": platform.ClassConfiguration, // token not valid

	"10022": platform.ClassRate, // limit of the address
	"10023": platform.ClassRate, // limit of the user
	"10024": platform.ClassRate, // limit of the user for this call
	"20016": platform.ClassRate, // too many posts

	"10007": platform.ClassContent, // kind of media
	"10008": platform.ClassContent, // parameter
	"10012": platform.ClassContent, // request
	"10016": platform.ClassContent, // parameter missing
	"20005": platform.ClassContent, // kind of picture
	"20006": platform.ClassContent, // size of picture
	"20008": platform.ClassContent, // empty
	"20012": platform.ClassContent, // more than 140 characters
	"20015": platform.ClassContent, // the account was taken for a machine's
	"20017": platform.ClassContent, // like one that is there
	"20019": platform.ClassContent, // the same as one that is there
	"20018": platform.ClassContent, // illegal address
	"20020": platform.ClassContent, // advertisement
	"20021": platform.ClassContent, // content is not allowed
	"20101": platform.ClassContent, // there is no such post
	"20102": platform.ClassContent, // not the account's own
	"20111": platform.ClassContent, // repeated
}

// refusal is the error of an answer with a code.
func refusal(code string) *platform.Error {
	e := &platform.Error{Class: codes[code], Code: "weibo_" + code}
	switch e.Class {
	case "":
		e.Class = platform.ClassContent
	case platform.ClassRate: // counted by the hour
		e.RetryAfter = 15 * time.Minute
	}
	return e
}
