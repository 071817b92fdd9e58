// Evidence in words.

package privacy

import "strings"

// reasons say in Chinese and English what each evidence means. %s is what
// follows its colon.
var reasons = map[string][2]string{
	"checksum":       {"校验码正确", "its check digit is right"},
	"checksum:wrong": {"校验码不对，可能是笔误", "its check digit is wrong, perhaps a slip of the pen"},
	"luhn":           {"卡号校验位正确", "its check digit is right (Luhn)"},
	"prefix":         {"是已知发卡行的号段", "it begins as cards of a known bank do"},
	"date":           {"出生日期有效", "it holds a possible date of birth"},
	"date:wrong":     {"其中的日期不存在", "it holds a date that does not exist"},
	"region":         {"地区代码有效", "it begins with the code of a region"},
	"network":        {"属于运营商号段", "it begins as an operator's numbers do"},
	"shape":          {"形式相符", "it has the form of one"},
	"context":        {"前面写有“%s”", "“%s” stands before it"},
	"header":         {"所在栏目为“%s”", "it stands under “%s”"},
	"label":          {"标注为“%s”", "it is labelled “%s”"},
	"word":           {"出现“%s”字样", "the word “%s” says so"},
	"age:under-18":   {"未满18周岁", "younger than 18"},
	"shape:L18":      {"符合临时学籍号的形式", "it has the form of a provisional student number"},
	"row":            {"与%s在同一行", "it stands in a row with %s"},
	"column":         {"所在栏目多为%s", "most of its column is %s"},
	"record":         {"写在个人情况中（“%s”之后）", "it is part of what is said of a person, after “%s”"},
	"key":            {"字段名为“%s”", "its key is “%s”"},
	"half-masked":    {"同一内容在别处已遮掩", "the same stands masked elsewhere"},
	"list:minors":    {"是未成年人名单", "it is a list of minors"},
	"number":         {"以数字保存，15位以后已失真", "it is stored as a number and has lost what follows its 15th digit"},
	"shape:15":       {"符合旧版15位身份证号的形式", "it has the form of an old ID of 15 digits"},
	"shape:20":       {"符合残疾人证号的形式", "it has the form of a disability certificate's number"},
	"context:person": {"前面写有姓名等个人信息", "a person is spoken of before it"},
	"context:office": {"前文讲的是办公联系方式", "an office is spoken of before it"},
	"domain":         {"邮箱域名不是政府网站", "its domain is not an office's"},
	"row:person":     {"与姓名等个人信息在同一行", "it stands in a row about a person"},
	"known":          {"别处已证实是个人信息", "it is proven to be personal elsewhere"},
	"inner":          {"其中还含有%s", "there is %s in it, too"},
	"folded":         {"使用了变形字符", "its characters are disguised"},
	"split":          {"被分隔或拆开书写", "it is written apart"},
	"glued":          {"与其他数字连写", "it is glued to other digits"},
	"minor":          {"涉及未成年人", "it is a minor's"},
	"webmail":        {"是公共邮箱服务的地址", "it is a mailbox at a public service"},
}

// ofKinds are the evidence behind whose colon a kind stands, not a word.
var ofKinds = map[string]bool{"row": true, "column": true, "inner": true}

// Because says an evidence in Chinese and English; one that is not of this
// package has no words.
func Because(evidence string) (zh, en string) {
	if w, ok := reasons[evidence]; ok {
		return w[0], w[1]
	}
	key, value, _ := strings.Cut(evidence, ":")
	w, ok := reasons[key]
	if !ok || value == "" {
		return "", ""
	}
	valueZh, valueEn := value, value
	for _, k := range kinds {
		if k.Name == value && ofKinds[key] {
			valueZh, valueEn = k.Zh, "a "+k.En
		}
	}
	return strings.Replace(w[0], "%s", valueZh, 1), strings.Replace(w[1], "%s", valueEn, 1)
}
