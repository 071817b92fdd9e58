// check_words: places, reasons and levels in words, Chinese and English.

package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gongkai/policy/lexicon"
	"gongkai/policy/privacy"
)

// words are the same in two languages.
type words struct{ zh, en string }

// levelWords say how sure a finding is and what to do about it.
var levelWords = map[privacy.Level]struct{ is, do words }{
	privacy.Certain: {words{"确认", "certain"}, words{"必须遮掩；确有法律依据需要公开的，由保密员批准。", "mask it; only the secrecy officer keeps it, and with a legal basis."}},
	privacy.Likely:  {words{"很可能", "likely"}, words{"请遮掩；确认不是个人信息的，可以保留。", "mask it; keep it if you know that it is nobody's personal data."}},
	privacy.Warn:    {words{"提示", "warning"}, words{"供参考，不妨碍发布。", "for your information, it stops nobody."}},
	privacy.Ask:     {words{"待核实", "ask"}, words{"请核实后决定遮掩还是保留，例如手机号码是否为办公用号。", "look at it and decide: it may be an office's own number, or a slip of the pen."}},
}

// wordAdvice is what to do about words of the word lists.
var wordAdvice = map[string]words{
	lexicon.SecrecyMark:   {"涉密内容立即停止公开并报告保密部门；已解密或误识别的，由保密审查员写明依据。", "if it is secret, stop and report it; if it is declassified or a mistake, the secrecy officer says so with the basis."},
	lexicon.ControlPhrase: {"请删除，或写明可以公开的理由。", "remove it, or say why it may be published."},
	lexicon.WorkSecret:    {"请删除，或写明可以公开的理由。", "remove it, or say why it may be published."},
	lexicon.Wording:       {"请改正。", "correct it."},
	lexicon.LeaderTitle:   {"请核对职务和排序。", "look up title and order."},
}

// advice is what to do about a finding.
func advice(kind string, level privacy.Level) words {
	if w, ok := wordAdvice[kind]; ok && level != privacy.Warn {
		return w
	}
	return levelWords[level].do
}

// evidenceWords say why something was found. %s is what follows the colon.
var evidenceWords = map[string]words{
	"checksum":       {"校验码正确", "its check digit is right"},
	"checksum:wrong": {"校验码不对，可能是笔误", "its check digit is wrong, perhaps a slip of the pen"},
	"luhn":           {"卡号校验位正确", "its check digit is right (Luhn)"},
	"prefix":         {"是已知发卡行的号段", "it begins as cards of a known bank do"},
	"date":           {"出生日期有效", "it holds a possible date of birth"},
	"date:wrong":     {"其中的日期不存在", "it holds a date that does not exist"},
	"region":         {"地区代码有效", "it begins with the code of a region"},
	"network":        {"属于运营商号段", "it begins as an operator's numbers do"},
	"shape":          {"符合该类号码的形式", "it has the form of such a number"},
	"context":        {"前面写有“%s”", "“%s” stands before it"},
	"header":         {"所在栏目为“%s”", "it stands under “%s”"},
	"label":          {"标注为“%s”", "it is labelled “%s”"},
	"word":           {"出现“%s”字样", "the word “%s” says so"},
	"age:under-18":   {"未满18周岁", "younger than 18"},
	"shape:L18":      {"符合临时学籍号的形式", "it has the form of a provisional student number"},
	"row":            {"与%s在同一行", "it stands in a row with %s"},
	"record":         {"写在个人情况中（“%s”之后）", "it is part of what is said of a person, after “%s”"},
	"list":           {"词表“%s”中的词语", "it is in the word list “%s”"},
	"key":            {"字段名为“%s”", "its key is “%s”"},
	"mark":           {"采用密级标志的写法", "it is written as secrecy marks are"},
	"term":           {"密级后写有保密期限", "a term of secrecy follows"},
	"alone":          {"单独成行或成格", "it stands alone in a line or cell"},
	"title":          {"称谓与职务不符", "the person holds another title"},
	"order":          {"排序与规定不符", "the order is another one"},
	"half-masked":    {"同一内容在别处已遮掩", "the same stands masked elsewhere"},
	"source":         {"来源：%s", "source: %s"},
	"list:minors":    {"是未成年人名单", "it is a list of minors"},
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

// because says a piece of evidence in words; what it does not know is shown as it is.
func because(evidence string) words {
	if w, ok := evidenceWords[evidence]; ok {
		return w
	}
	key, value, _ := strings.Cut(evidence, ":")
	w, ok := evidenceWords[key]
	if !ok || value == "" {
		return words{evidence, evidence}
	}
	if kind, named := kindWords()[value]; named {
		return words{strings.Replace(w.zh, "%s", kind.zh, 1), strings.Replace(w.en, "%s", "a "+kind.en, 1)}
	}
	return words{strings.Replace(w.zh, "%s", value, 1), strings.Replace(w.en, "%s", value, 1)}
}

// why says all the evidence in a line of each language.
func why(evidence []string) words {
	var zh, en []string
	for _, e := range evidence {
		w := because(e)
		zh, en = append(zh, w.zh), append(en, w.en)
	}
	return words{strings.Join(zh, "，"), strings.Join(en, "; ")}
}

func kindWords() map[string]words {
	m := map[string]words{}
	for _, k := range slices.Concat(privacy.Kinds(), lexicon.Kinds()) {
		m[k.Name] = words{k.Zh, k.En}
	}
	return m
}

// placeWords are the words of which places are made.
var placeWords = map[string]words{
	"alt": {"替代文字", "alternative text"}, "annotation": {"批注", "annotation"}, "attachment": {"附件", "attachment"},
	"attribute": {"属性", "attribute"}, "chart": {"图表", "chart"}, "comment": {"批注", "comment"}, "comments": {"批注", "comments"},
	"custom": {"自定义属性", "custom property"}, "diagram": {"图示", "diagram"}, "endnote": {"尾注", "endnote"}, "exif": {"照片信息", "EXIF"},
	"field": {"域代码", "field"}, "footer": {"页脚", "footer"}, "footnote": {"脚注", "footnote"}, "formula": {"公式", "formula"},
	"glossary": {"自动图文集", "glossary"}, "header": {"页眉", "header"}, "layout": {"版式", "layout"}, "line": {"第 %d 行", "line %d"},
	"link": {"链接", "link"}, "links": {"链接", "link"}, "master": {"母版", "master"}, "member": {"压缩包中第 %d 个文件", "file %d of the archive"},
	"metadata": {"元数据", "metadata"}, "name": {"名称", "name"}, "notes": {"备注页", "notes"}, "object": {"嵌入对象", "object"},
	"page": {"第 %d 页", "page %d"}, "para": {"第 %d 段", "paragraph %d"}, "part": {"内部文件", "part"}, "picture": {"图片", "picture"},
	"property": {"文档属性", "property"}, "settings": {"设置", "settings"}, "shape": {"形状", "shape"}, "sheet": {"第 %d 个工作表", "sheet %d"},
	"slide": {"第 %d 张幻灯片", "slide %d"}, "string": {"共享字符串", "shared string"}, "table": {"第 %d 个表格", "table %d"},
	"pivot": {"数据透视表", "pivot"}, "records": {"数据透视表记录", "records of a pivot"}, "point": {"数据点", "point"}, "external": {"外部工作簿", "other workbook"},
	"drawing": {"绘图", "drawing"}, "text": {"文字", "text"}, "shapes": {"形状", "shapes"}, "thread": {"批注会话", "thread"}, "author": {"作者", "author"},
	"persons": {"批注人", "authors"}, "person": {"批注人", "author"}, "filter": {"筛选", "filter"}, "condition": {"条件格式", "conditional format"},
	"scenario": {"方案", "scenario"}, "sheet_name": {"工作表名称", "sheet name"}, "revision": {"修订记录", "revision"}, "connection": {"数据连接", "connection"},
	"styles": {"样式", "styles"}, "format": {"数字格式", "number format"}, "phonetic": {"拼音指南", "phonetic guide"}, "workbook": {"工作簿", "workbook"},
	"column": {"列", "column"}, "pivot_table": {"数据透视表", "pivot table"}, "slicer": {"切片器", "slicer"}, "textbox": {"文本框", "text box"}, "validation": {"数据验证", "data validation"}, "xml": {"内部注释", "XML comment"},
}

var placePart = regexp.MustCompile(`^([A-Za-z_]+)(?:\[(\d+)\])?$`)

// placed says a place for machines, "member[0]/sheet[0]!C5", for people.
// Machines count from nought, people from one.
func placed(where string) words {
	var zh, en []string
	for _, part := range strings.FieldsFunc(where, func(r rune) bool { return r == '/' || r == '.' || r == '!' }) {
		w := words{part, part}
		if m := placePart.FindStringSubmatch(part); m != nil && placeWords[m[1]].zh != "" {
			w = counted(placeWords[m[1]], m[2])
		}
		zh, en = append(zh, w.zh), append(en, w.en)
	}
	return words{strings.Join(zh, " "), strings.Join(en, ", ")}
}

func counted(w words, index string) words {
	n, err := strconv.Atoi(index)
	if err != nil {
		return words{strings.Replace(w.zh, " %d ", "", 1), strings.Replace(w.en, " %d", "", 1)}
	}
	number := strconv.Itoa(n + 1)
	if !strings.Contains(w.zh, "%d") {
		return words{w.zh + " " + number, w.en + " " + number}
	}
	return words{strings.Replace(w.zh, "%d", number, 1), strings.Replace(w.en, "%d", number, 1)}
}

// hiddenWords are the reasons for which a reader does not see a text, in Chinese.
var hiddenWords = map[string]string{
	"hidden row": "隐藏的行", "hidden column": "隐藏的列", "hidden sheet": "隐藏的工作表", "very hidden sheet": "深度隐藏的工作表",
	"number format that shows nothing": "数字格式使其不显示", "white text": "白色文字", "tiny text": "极小的文字", "under a merged cell": "被合并单元格遮住",
	"formula": "公式", "phonetic guide": "拼音指南", "shared string of no cell": "没有单元格使用的字符串", "hidden text": "隐藏文字",
	"deleted text": "修订中已删除的文字", "field code": "域代码", "comment": "批注", "alternative text": "替代文字", "link target": "链接地址",
	"hidden slide": "隐藏的幻灯片", "hidden shape": "隐藏的形状", "second copy for old programs": "给旧版软件的副本", "ruby text": "注音",
	"speaker's notes": "演讲者备注", "attribute": "属性", "XML comment": "内部注释", "file name": "文件名", "name of a part": "内部文件名", "metadata": "元数据",
	"property": "文档属性", "document property": "文档属性", "defined name": "定义的名称", "data validation": "数据验证", "filter": "筛选值",
	"conditional format": "条件格式", "scenario": "方案", "protected range": "受保护区域", "number format": "数字格式", "pivot cache": "数据透视表缓存",
	"chart cache": "图表缓存", "slicer cache": "切片器缓存", "cache of another workbook": "其他工作簿的缓存", "author of comments": "批注作者",
	"revision": "修订记录", "connection": "数据连接", "XML map": "XML 映射", "comment of an archive": "压缩包注释", "member name": "成员文件名",
	"custom XML": "自定义 XML", "building blocks": "自动图文集", "settings": "设置", "picture metadata": "图片信息", "invisible text": "不可见文字",
}

func hiddenness(reason string) words {
	if zh := hiddenWords[reason]; zh != "" {
		return words{zh, reason}
	}
	return words{reason, reason}
}
