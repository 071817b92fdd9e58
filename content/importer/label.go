// The metadata lines and tables (元数据) around a text: 索引号：… | 成文日期：…

package importer

import (
	"regexp"
	"slices"
	"strings"
)

// labels are the words of pages and the headers of lists, and the field that
// each names; "" is a label whose value is nobody's field.
var labels = map[string]string{
	"索引号": "index_no", "信息索引号": "index_no", "索引码": "index_no", "信息索引": "index_no",
	"效力状态": "validity", "有效性": "validity", "时效性": "validity", "时效": "validity", "是否有效": "validity",
	"发布机构": "publisher", "发文机关": "publisher", "发文单位": "publisher", "发布单位": "publisher",
	"制发机关": "publisher", "发文机构": "publisher", "发布机关": "publisher", "公开机构": "publisher",
	"责任部门": "department", "责任单位": "department", "责任科室": "department",
	"成文日期": "date_written", "成文时间": "date_written", "发文日期": "date_written", "发文时间": "date_written",
	"生成日期": "date_written", "印发日期": "date_written", "签发日期": "date_written",
	"发布日期": "date_published", "发布时间": "date_published", "公开日期": "date_published", "公开时间": "date_published",
	"公布日期": "date_published",
	"名称":   "title", "标题": "title", "信息名称": "title", "文件名称": "title", "文件标题": "title",
	"文号": "doc_no", "发文字号": "doc_no", "文件编号": "doc_no", "文件字号": "doc_no", "发文号": "doc_no",
	"关键词": "keywords", "主题词": "keywords", "关键字": "keywords",
	"内容概述": "summary", "内容摘要": "summary", "摘要": "summary", "概述": "summary", "信息概述": "summary",
	"信息来源": "source", "来源": "source", "文章来源": "source", "稿件来源": "source",
	"公开方式": "openness", "公开属性": "openness", "公开形式": "openness", "公开类别": "openness",
	"生效日期": "effective_from", "实施日期": "effective_from", "施行日期": "effective_from",
	"失效日期": "expires_at", "废止日期": "abolished_at", "有效期": "",
	"主题分类": "topic", "体裁分类": "genre", "体裁": "genre", "服务对象分类": "service", "公开对象": "audience",
	"公开范围": "scope", "公开时限": "time_limit",
	"图文解读": "", "相关解读": "", "信息分类": "", "所属栏目": "", "组配分类": "",
	"浏览次数": "", "浏览量": "", "阅读次数": "", "阅读量": "", "点击数": "", "点击率": "", "点击次数": "", "访问次数": "", "访问量": "",
	"字号": "", "字体": "", "字体大小": "", "文字大小": "", "视力保护色": "", "作者": "", "编辑": "", "责任编辑": "", "发布人": "", "录入": "",
	"打印": "", "分享": "", "分享到": "",
}

// anyLabel finds labels with their colon; letters may be spaced out (名  称：).
var anyLabel = regexp.MustCompile(`(?:^|[\s|【\[（(\x{3000}\x{a0}])(` + alternatives() + `)[】\]\s\x{3000}\x{a0}]*[:：]`)

func alternatives() string {
	words := make([]string, 0, len(labels))
	for word := range labels {
		words = append(words, strings.Join(strings.Split(word, ""), `[\s\x{3000}\x{a0}]*`))
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // 信息来源 before 来源
	return strings.Join(words, "|")
}

// pair is a label and its value as found.
type pair struct{ label, value string }

// longestMeta is more than any metadata line has characters.
const longestMeta = 400

// pairsOf reads a line of labels; none when it is not one.
func pairsOf(text string) []pair {
	if length(text) > longestMeta {
		return nil
	}
	found := anyLabel.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 || strings.Trim(text[:found[0][2]], "|【[（( \t\u3000\u00a0") != "" {
		return nil // a sentence that happens to hold a label
	}
	var pairs []pair
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		pairs = append(pairs, pair{tight(text[at[2]:at[3]]), strings.Trim(text[at[1]:end], "|[]【】 \t\u3000\u00a0")})
	}
	return pairs
}

// pairsOfTable reads a table whose cells are labels and values in turn; none
// when any row begins with something else: then it is part of the text.
func pairsOfTable(cells [][]string) []pair {
	var pairs []pair
	for _, row := range cells {
		i := 0
		for i < len(row) {
			label, known := asLabel(row[i])
			switch {
			case known && i+1 < len(row):
				if _, header := asLabel(row[i+1]); header {
					return nil // a header row of labels
				}
				pairs = append(pairs, pair{label, row[i+1]})
				i += 2
			case len(pairsOf(row[i])) > 0:
				pairs = append(pairs, pairsOf(row[i])...)
				i++
			case trim(row[i]) == "" || known:
				i++
			default:
				return nil
			}
		}
	}
	return pairs
}

// asLabel tells whether the text is nothing but a label.
func asLabel(text string) (string, bool) {
	word := strings.Trim(tight(text), ":：|[]【】")
	_, known := labels[word]
	return word, known && word != ""
}

// metadata takes the labelled lines and tables above the text, and those that
// stand elsewhere on a web page. A line with a value that cannot be used stays
// in the text, where a person sees it.
func (r *reading) metadata(around []block) {
	head := r.headEnd()
	found := map[int][]pair{}
	skip := map[int]bool{}
	var all []pair
	for i := 0; i < head; i++ {
		pairs, used := metaAt(r.blocks[:head], i)
		for j := range used {
			skip[i+j] = true
		}
		found[i] = pairs
		all = append(all, pairs...)
		i += max(used, 1) - 1
	}
	for i := range around {
		pairs, _ := metaAt(around, i)
		all = append(all, pairs...)
	}
	named := namesDocument(all)
	kept := r.blocks[:0:0]
	for i, b := range r.blocks {
		if used := r.giveFound(found[i], named); !skip[i] || !used {
			kept = append(kept, b)
		}
	}
	r.blocks = kept
	r.giveFound(all, named)
}

// metaAt reads the metadata that begins at block i and says how many blocks it fills.
func metaAt(blocks []block, i int) ([]pair, int) {
	b := blocks[i]
	if b.tag == "table" {
		pairs := pairsOfTable(b.cells)
		return pairs, min(len(pairs), 1)
	}
	if rule.MatchString(b.text) {
		return nil, 1
	}
	if word, alone := asLabel(b.text); alone && i+1 < len(blocks) && fits(word, b.text, blocks[i+1].text) {
		return []pair{{word, strings.Trim(blocks[i+1].text, "| ")}}, 2
	}
	pairs := pairsOf(b.text)
	return pairs, min(len(pairs), 1)
}

// rule is the line under the header of a table written with bars.
var rule = regexp.MustCompile(`^[\s|:]*-{2,}[\s|:-]*$`)

// fits tells whether the line under a lonely label is its value: it reads as
// one, stands in a cell, or the label has no colon and so asks for it.
func fits(word, label, next string) bool {
	if _, isLabel := asLabel(next); isLabel || len(pairsOf(next)) > 0 || length(next) > 80 {
		return false
	}
	if form, ok := forms[labels[word]]; ok && form.flaw != "" {
		_, reads := form.read(trim(next))
		return reads
	}
	if labels[word] == "index_no" {
		return indexNumber.MatchString(trim(next))
	}
	return strings.HasSuffix(trim(next), "|") || labels[word] != "" && !strings.ContainsAny(label, ":：")
}

// namesDocument tells whether 名称 names the document: alone it may be the name
// of a firm, beside other metadata it is the title.
func namesDocument(pairs []pair) bool {
	for _, p := range pairs {
		if f := labels[p.label]; f != "" && f != "title" && f != "source" {
			return true
		}
	}
	return false
}

// giveFound sets what labels named and tells whether every value was used.
func (r *reading) giveFound(pairs []pair, named bool) bool {
	used := true
	for _, p := range pairs {
		if field := labels[p.label]; field != "" && (p.label != "名称" || named) {
			used = r.set(field, p.value) && used
		}
	}
	return used
}

// headEnd is the number of blocks before the text proper begins.
func (r *reading) headEnd() int {
	for i, b := range r.blocks[:min(len(r.blocks), headLines)] {
		_, meta := metaAt(r.blocks, i)
		if meta == 0 && !isFurniture(b.text) && beginsText(b) {
			return i
		}
	}
	return min(len(r.blocks), headLines)
}

// beginsText tells a paragraph of the text from title, number and page lines:
// it is a sentence, a salutation, a numbered heading or a table.
func beginsText(b block) bool {
	text := trim(b.text)
	switch {
	case b.tag == "table" || b.tag == "ul" || b.tag == "ol":
		return true
	case level(text) > 0:
		return true
	case strings.HasSuffix(text, "：") || strings.HasSuffix(text, ":"):
		return true
	}
	return strings.HasSuffix(text, "。") || length(text) >= 60 && strings.ContainsAny(text, "。；，,")
}
