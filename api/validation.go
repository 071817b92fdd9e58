// What huma says of a value that does not fit its description, in two languages
// and without the value.

package api

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"gongkai"
)

// wordings is the table of huma's messages. "{}" stands for the limit, which
// comes from the description of the operation, never from the caller; rows
// without it drop whatever follows.
var wordings = []struct{ msg, code, zh, en string }{
	{validation.MsgUnexpectedProperty, "unexpected", "有未知的字段", "there is an unknown property"},
	{"unknown query parameter", "unexpected", "有未知的查询参数", "there is an unknown query parameter"},
	{validation.MsgExpectedRequiredProperty, "required", "缺少字段 {}", "the property {} is missing"},
	{validation.MsgExpectedOneOf, "choice", "应为下列之一:{}", "must be one of: {}"},
	{validation.MsgExpectedMinLength, "too_short", "长度不得少于 {}", "must have a length of at least {}"},
	{validation.MsgExpectedMaxLength, "too_long", "长度不得超过 {}", "must have a length of at most {}"},
	{validation.MsgExpectedMinItems, "too_few", "至少 {} 项", "must have at least {} entries"},
	{validation.MsgExpectedMaxItems, "too_many", "至多 {} 项", "must have at most {} entries"},
	{validation.MsgExpectedMinimumNumber, "too_small", "不得小于 {}", "must be at least {}"},
	{validation.MsgExpectedMaximumNumber, "too_great", "不得大于 {}", "must be at most {}"},
	{validation.MsgExpectedMatchPattern, "pattern", "格式不符", "does not have the required form"},
	{validation.MsgExpectedBePattern, "pattern", "格式不符", "does not have the required form"},
	{validation.MsgExpectedBoolean, "type", "应为true或false", "must be true or false"},
	{validation.MsgExpectedInteger, "type", "应为整数", "must be an integer"},
	{validation.MsgExpectedNumber, "type", "应为数字", "must be a number"},
	{validation.MsgExpectedString, "type", "应为文本", "must be a string"},
	{validation.MsgExpectedArray, "type", "应为列表", "must be an array"},
	{validation.MsgExpectedObject, "type", "应为对象", "must be an object"},
	{validation.MsgExpectedArrayItemsUnique, "twice", "不得重复", "must not repeat itself"},
	{"required ", "required", "缺少必需的参数", "a required parameter is missing"},
	{"invalid integer", "type", "应为整数", "must be an integer"},
	{"invalid value", "moment", "应为日期（2026-11-01）或者毫秒数", "must be a day (2026-11-01) or milliseconds"},
	{"invalid boolean", "type", "应为true或false", "must be true or false"},
	{"invalid character", "json", "不是正确的JSON", "is not well-formed JSON"},
	{"unexpected end of JSON", "json", "JSON不完整", "the JSON ends too early"},
	{"unknown content type", "media_type", "请求内容应为JSON", "the request body must be JSON"},
}

// placeOf turns one of huma's details into ours.
func placeOf(d *huma.ErrorDetail) gongkai.Detail {
	out := gongkai.Detail{Where: safePlace(d.Location), Code: "invalid", Zh: "不符合要求", En: "is not as described"}
	for _, w := range wordings {
		start, end, _ := strings.Cut(w.msg, "%")
		rest, fits := strings.CutPrefix(d.Message, start)
		if !fits {
			continue
		}
		limit := ""
		if strings.Contains(w.zh, "{}") && len(end) > 0 {
			limit = strings.TrimSuffix(rest, end[1:])
		}
		out.Code, out.Zh, out.En = w.code, strings.ReplaceAll(w.zh, "{}", limit), strings.ReplaceAll(w.en, "{}", limit)
		if w.code == "unexpected" { // its name is the caller's own text
			out.Where = parentOf(out.Where)
		}
		return out
	}
	return out
}

func parentOf(where string) string {
	if i := strings.LastIndexByte(where, '.'); i > 0 {
		return where[:i]
	}
	return where
}
