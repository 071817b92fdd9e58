// Places and what hides them, in words.

package files

import (
	"regexp"
	"strconv"
	"strings"
)

// placeWords are the words of which places are made, Chinese and English.
var placeWords = map[string][2]string{
	"alt": {"替代文字", "alternative text"}, "annotation": {"批注", "annotation"}, "attachment": {"附件", "attachment"},
	"attribute": {"属性", "attribute"}, "chart": {"图表", "chart"}, "comment": {"批注", "comment"}, "comments": {"批注", "comments"},
	"custom": {"自定义属性", "custom property"}, "diagram": {"图示", "diagram"}, "endnote": {"尾注", "endnote"}, "exif": {"照片信息", "EXIF"},
	"field": {"域代码", "field"}, "footer": {"页脚", "footer"}, "footnote": {"脚注", "footnote"}, "formula": {"公式", "formula"},
	"glossary": {"自动图文集", "glossary"}, "header": {"页眉", "header"}, "layout": {"版式", "layout"}, "line": {"第 %d 行", "line %d"},
	"link": {"链接", "link"}, "links": {"链接", "link"}, "master": {"母版", "master"}, "member": {"压缩包中第 %d 个文件", "file %d of the archive"},
	"metadata": {"元数据", "metadata"}, "name": {"名称", "name"}, "notes": {"备注页", "notes"}, "object": {"内嵌对象", "object"},
	"page": {"第 %d 页", "page %d"}, "para": {"第 %d 段", "paragraph %d"}, "part": {"内部文件", "part"}, "picture": {"图片", "picture"},
	"property": {"文档属性", "property"}, "settings": {"设置", "settings"}, "shape": {"形状", "shape"}, "sheet": {"第 %d 个工作表", "sheet %d"},
	"slide": {"第 %d 张幻灯片", "slide %d"}, "string": {"共享字符串", "shared string"}, "table": {"第 %d 个表格", "table %d"},
	"pivot": {"数据透视表", "pivot"}, "records": {"数据透视表记录", "records of a pivot"}, "point": {"数据点", "point"}, "external": {"外部工作簿", "other workbook"},
	"drawing": {"绘图", "drawing"}, "text": {"文字", "text"}, "shapes": {"形状", "shapes"}, "thread": {"批注会话", "thread"}, "author": {"作者", "author"},
	"persons": {"批注人", "authors"}, "person": {"批注人", "author"}, "filter": {"筛选", "filter"}, "condition": {"条件格式", "conditional format"},
	"scenario": {"方案", "scenario"}, "sheet_name": {"工作表名称", "sheet name"}, "revision": {"修订记录", "revision"}, "connection": {"数据连接", "connection"},
	"styles": {"样式", "styles"}, "format": {"数字格式", "number format"}, "phonetic": {"拼音指南", "phonetic guide"}, "workbook": {"工作簿", "workbook"},
	"column": {"列", "column"}, "pivot_table": {"数据透视表", "pivot table"}, "slicer": {"切片器", "slicer"}, "textbox": {"文本框", "text box"}, "validation": {"数据验证", "data validation"}, "xml": {"内部注释", "XML comment"},
	"thumbnail": {"缩略图", "thumbnail"}, "data": {"内嵌数据", "embedded data"}, "outline": {"书签", "bookmark"}, "tag": {"图片信息项", "tag"}, "xmp": {"XMP 元数据", "XMP"},
	"creator": {"作者", "author"}, "lastmodifiedby": {"最后保存者", "last saved by"}, "company": {"单位", "company"}, "manager": {"经理", "manager"},
	"title": {"标题", "title"}, "subject": {"主题", "subject"}, "keywords": {"关键词", "keywords"}, "description": {"备注", "description"},
	"category": {"类别", "category"}, "producer": {"制作程序", "producer"}, "other": {"其他", "other"}, "lpwstr": {"文字", "text"},
}

var placePart = regexp.MustCompile(`^([A-Za-z_]+)(?:\[(\d+)\])?$`)

// Place says a place (Finding.Where) in Chinese and English: programs count
// from nought, people from one.
func Place(where string) (zh, en string) {
	if where == "name" {
		return "文件名", "file name"
	}
	var zhs, ens []string
	for part := range strings.FieldsFuncSeq(where, func(r rune) bool { return r == '/' || r == '.' || r == '!' }) {
		w := [2]string{part, part}
		if m := placePart.FindStringSubmatch(part); m != nil && placeWords[m[1]][0] != "" {
			w = counted(placeWords[m[1]], m[2])
		}
		zhs, ens = append(zhs, w[0]), append(ens, w[1])
	}
	return strings.Join(zhs, " "), strings.Join(ens, ", ")
}

var columnOfCell = regexp.MustCompile(`^(.*![A-Z]+)\d+$`)

// Column is the column of a place that is a cell: "sheet[0]!C" of
// "sheet[0]!C5"; of any other place there is none.
func Column(where string) string {
	if m := columnOfCell.FindStringSubmatch(where); m != nil {
		return m[1]
	}
	return ""
}

func counted(w [2]string, index string) [2]string {
	n, err := strconv.Atoi(index)
	if err != nil {
		return [2]string{strings.Replace(w[0], " %d ", "", 1), strings.Replace(w[1], " %d", "", 1)}
	}
	number := strconv.Itoa(n + 1)
	if !strings.Contains(w[0], "%d") {
		return [2]string{w[0] + " " + number, w[1] + " " + number}
	}
	return [2]string{strings.Replace(w[0], "%d", number, 1), strings.Replace(w[1], "%d", number, 1)}
}

// hiddenWords are the reasons of Finding.Hidden in Chinese.
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
	"annotation": "批注", "form field": "表单域", "bookmark": "书签", "replacement text": "替代文字", "name of an attached file": "附件名称",
	"stands on no page": "不在任何页面上", "earlier revision": "以前的版本",
}

// HiddenZh says why a reader does not see a text (Finding.Hidden) in Chinese.
func HiddenZh(reason string) string { return hiddenWords[reason] }
