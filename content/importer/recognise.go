// From a page to a draft: the order in which things are recognised.

package importer

import (
	"maps"
	"slices"
)

// draft recognises title, metadata, text and damage of a page.
func (p page) draft(source, kind string) Draft {
	r := reading{fields: map[string]any{}, flags: p.flags, blocks: p.blocks}
	r.give(p.given)
	r.dropNavigation()
	r.metadata(p.around)
	r.dropTail()
	r.documentNumber()
	r.title(p.hints["title"], source, p.row != "")
	r.signature()
	r.openness()
	r.splitWalls()
	r.outline()
	r.damage()
	r.doubts()
	if body := render(r.blocks); body != "" {
		r.fields["body"] = body
	}
	created, _ := parseDate(p.hints["created"])
	return Draft{Source: source + p.row, Key: keyOf(kind, p.content), Kind: r.kind(), Created: created, Fields: r.fields, Flags: r.flags}
}

// reading is the state of one recognition.
type reading struct {
	fields map[string]any
	flags  []Flag
	blocks []block
}

// give sets the fields that are not set yet.
func (r *reading) give(fields map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		r.set(name, fields[name])
	}
}

// set puts a value into its one form; a value that has none is flagged, not
// stored. The first source that names a field wins. It tells whether the
// value was used up.
func (r *reading) set(name, raw string) bool {
	raw = trim(raw)
	if raw == "" || nothing[raw] || r.fields[name] != nil {
		return true
	}
	if most := longest[name]; most > 0 && length(raw) > most {
		r.flag("too_long", name)
		return false
	}
	form, ok := forms[name]
	if !ok {
		r.fields[name] = raw
		return true
	}
	value, ok := form.read(raw)
	if !ok {
		r.flag(form.flaw, name)
		return false
	}
	r.fields[name] = value
	if name == "title" {
		r.numberInTitle(raw)
	}
	return true
}

// nothing lists what pages write where there is no value.
var nothing = map[string]bool{"无": true, "-": true, "--": true, "—": true, "——": true, "/": true, "暂无": true}

// longest is how much the fields of plain text hold.
var longest = map[string]int{"title": 200, "publisher": 200, "department": 200, "summary": 300, "keywords": 200,
	"source": 200, "topic": 60, "genre": 60, "service": 60, "statutory": 60, "audience": 100}

// forms are the fields with one way to write them.
var forms = map[string]struct {
	read func(string) (string, bool)
	flaw string
}{
	"title":          {func(s string) (string, bool) { return cleanTitle(s), true }, ""},
	"doc_no":         {documentNumber, "damaged_doc_no"},
	"date_written":   {parseDate, "damaged_date"},
	"date_published": {parseDate, "damaged_date"},
	"effective_from": {parseDate, "damaged_date"},
	"expires_at":     {parseDate, "damaged_date"},
	"abolished_at":   {parseDate, "damaged_date"},
	"index_no":       {indexNo, "damaged_index_no"},
	"openness":       {opennessOf, "doubtful_openness"},
	"validity":       {choice(validities), "doubtful_validity"},
	"time_limit":     {choice(timeLimits), "doubtful_validity"},
	"scope":          {choice(scopes), "doubtful_validity"},
}

func (r *reading) text(name string) string {
	s, _ := r.fields[name].(string)
	return s
}

// maxFlags keeps the report on one document readable.
const maxFlags = 200

func (r *reading) flag(code, where string) {
	f := newFlag(code, where)
	if len(r.flags) < maxFlags && !slices.Contains(r.flags, f) {
		r.flags = append(r.flags, f)
	}
}

func newFlag(code, where string) Flag {
	return Flag{Code: code, Where: where, Zh: flaws[code][0], En: flaws[code][1]}
}

// flaws is every flag's message: Chinese, English.
var flaws = map[string][2]string{
	"damaged_doc_no":       {"文号残缺或不规范，请对照原件", "the document number is damaged or irregular: compare with the original"},
	"damaged_date":         {"日期残缺或不存在，请对照原件", "the date is damaged or does not exist: compare with the original"},
	"damaged_index_no":     {"索引号残缺或不规范，请对照原件", "the index number is damaged or irregular: compare with the original"},
	"doubtful_index_no":    {"索引号中的统一社会信用代码校验不通过", "the credit code in the index number fails its check"},
	"too_long":             {"内容过长，未填入该字段", "too long for this field; not filled in"},
	"doubtful_number":      {"本文有数字丢字，此数可能也丢了字，请对照原件", "characters are lost between digits of this text; this number may be affected too"},
	"lost_characters":      {"有无法识别的字符（丢字或乱码）", "characters are lost or garbled"},
	"doubtful_characters":  {"汉字之间夹有西文字符，可能是识别（OCR）错误", "Latin signs between characters: perhaps a reading error of a scan"},
	"mismatched_brackets":  {"括号或引号不成对", "brackets or quotation marks do not match"},
	"inserted_pinyin":      {"字后被插入拼音", "romanisation was inserted after characters"},
	"traditional_script":   {"文中有繁体字，可能被转换过", "traditional characters: the text may have been converted"},
	"lost_paragraphs":      {"分段丢失，已按序号断开，请核对", "paragraph breaks were lost; the text was parted at its numbering: please check"},
	"broken_paragraphs":    {"段落在句中被截断，段首数字可能是页码", "paragraphs are cut in mid-sentence; the number in front may be a page mark"},
	"year_mismatch":        {"文号年份与成文日期年份不一致", "the year of the document number is not that of the date written"},
	"date_mismatch":        {"元数据中的成文日期与落款日期不一致", "the date written in the metadata is not the signature's"},
	"date_order":           {"发布日期早于成文日期", "released before it was written"},
	"doubtful_openness":    {"公开属性不明或前后不一致", "the openness is unknown or contradicts itself"},
	"doubtful_validity":    {"效力状态、公开时限或公开范围不是已知的值", "the validity, time limit or scope is none of the known values"},
	"title_from_file_name": {"正文中未找到标题，暂用文件名", "no title found in the text; the file's name is used"},
	"no_title":             {"未找到标题", "no title found"},
	"no_body":              {"未找到正文", "no text found"},
	"unfinished":           {"文末似有缺失", "the end of the text seems to be missing"},
	"site_text_removed":    {"标题前后的网站文字已去除", "text of the website around the title was removed"},
	"images_left_out":      {"图片未导入", "pictures were not imported"},
	"tracked_insertions":   {"修订中的插入已接受", "tracked insertions were accepted"},
	"tracked_deletions":    {"修订中的删除已去掉", "tracked deletions were dropped"},
	"comments_left_out":    {"批注未导入", "comments were not imported"},
	"hidden_text":          {"隐藏文字未导入", "hidden text was not imported"},
	"notes_left_out":       {"脚注、尾注未导入", "footnotes and endnotes were not imported"},
	"lost_numbering":       {"自动编号的格式不支持，编号已丢失", "automatic numbering of an unknown format was lost"},
	"lost_symbols":         {"特殊字体符号未导入", "symbols of a special font were not imported"},
}
