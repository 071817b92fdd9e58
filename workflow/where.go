// Places in words: programs count from nought, people from one.

package workflow

import (
	"regexp"
	"strconv"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/privacy/files"
)

// placeForm parts a place: field, head of a table, indexes, what of a file, and
// where in its content.
var placeForm = regexp.MustCompile(`^(\w+)(\.head)?(?:\[(\d+|\*)\])?(?:\[(\d+)\])?(\.name|\.alt)?(?:\.content)?(?:#(.*))?$`)

// besideContent are the parts of a file that are not its content.
var besideContent = map[string][2]string{".name": {"文件名", "its name"}, ".alt": {"说明", "its description"}}

// placeWords says a place in Chinese and English:
// "attachments[0].content#sheet[0]!D" is 附件 1 第 1 个工作表 D.
func placeWords(k content.Kind, place string) (zh, en string) {
	m := placeForm.FindStringSubmatch(place)
	if m == nil {
		return place, place
	}
	f, _ := k.Field(m[1])
	zhs, ens := []string{orElse(f.Zh, m[1])}, []string{orElse(f.En, m[1])}
	say := func(zh, en string) { zhs, ens = append(zhs, zh), append(ens, en) }
	first, second := one(m[3]), one(m[4])
	switch {
	case f.Type != "table":
		zhs[0], ens[0] = strings.TrimSpace(zhs[0]+" "+first), strings.TrimSpace(ens[0]+" "+first)
	case m[2] != "":
		say("表头第 "+first+" 列", "head of column "+first)
	case first == "":
		say("第 "+second+" 列", "column "+second)
	default:
		say("第 "+first+" 行第 "+second+" 列", "row "+first+", column "+second)
	}
	if part, ok := besideContent[m[5]]; ok {
		say(part[0], part[1])
	}
	if m[6] != "" {
		say(contentWords(m[6]))
	}
	return strings.Join(zhs, " "), strings.Join(ens, ", ")
}

// every is what is said of all places of a kind together.
var every = map[string][2]string{"para": {"各段", "its paragraphs"}, "page": {"各页", "its pages"}, "line": {"各行", "its lines"},
	"slide": {"各张幻灯片", "its slides"}, "member": {"其中的文件", "the files in it"}}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// contentWords says a place in the content of a file: a column, all paragraphs,
// or one place.
func contentWords(where string) (zh, en string) {
	if at := strings.LastIndexByte(where, '!'); at >= 0 && strings.Trim(where[at+1:], letters) == "" {
		zh, en = files.Place(where[:at])
		return zh + " " + where[at+1:] + " 列", en + ", column " + where[at+1:]
	}
	rest, all := strings.CutSuffix(where, "[*]")
	if !all {
		return files.Place(where)
	}
	at := strings.LastIndexAny(rest, "/.")
	zh, en = files.Place(rest[:max(at, 0)])
	last, known := every[rest[at+1:]]
	if !known {
		last[0], last[1] = files.Place(rest[at+1:])
	}
	return strings.TrimSpace(zh + " " + last[0]), strings.TrimPrefix(en+", "+last[1], ", ")
}

// in puts a place in a file in front of what is said of it: its form is for
// programs.
func in(place string, d gongkai.Detail) gongkai.Detail {
	if strings.Contains(place, "#") {
		zh, en := placeWords(content.Kind{}, place)
		d.Zh, d.En = zh+"："+d.Zh, en+": "+d.En
	}
	return d
}

// one is an index as people count; empty for any index.
func one(index string) string {
	n, err := strconv.Atoi(index)
	if err != nil {
		return ""
	}
	return strconv.Itoa(n + 1)
}
