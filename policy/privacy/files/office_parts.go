// The parts of office files: what their places are called.

package files

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// partLabel is the beginning of the places in a part, and why all of it is
// hidden from a reader.
type partLabel struct{ label, hidden string }

// partKinds tells parts by the ends of their names. A label with brackets is
// counted in the order of the numbers in the names.
var partKinds = []struct {
	name    *regexp.Regexp
	counted bool
	partLabel
}{
	{regexp.MustCompile(`(^|/)word/document\d*\.xml$`), false, partLabel{"", ""}},
	{regexp.MustCompile(`/header\d*\.xml$`), true, partLabel{"header", ""}},
	{regexp.MustCompile(`/footer\d*\.xml$`), true, partLabel{"footer", ""}},
	{regexp.MustCompile(`/(footnotes|endnotes)\.xml$`), false, partLabel{"", ""}},
	{regexp.MustCompile(`/comments[^/]*\.xml$`), false, partLabel{"", "comment"}},
	{regexp.MustCompile(`/comments/[^/]*\.xml$`), true, partLabel{"comments", "comment"}},
	{regexp.MustCompile(`/slides/slide\d+\.xml$`), true, partLabel{"slide", ""}},
	{regexp.MustCompile(`/notesSlides/[^/]*\.xml$`), true, partLabel{"notes", "speaker's notes"}},
	{regexp.MustCompile(`/slideMasters/[^/]*\.xml$`), true, partLabel{"master", ""}},
	{regexp.MustCompile(`/slideLayouts/[^/]*\.xml$`), true, partLabel{"layout", ""}},
	{regexp.MustCompile(`/charts/chart[^/]*\.xml$`), true, partLabel{"chart", ""}},
	{regexp.MustCompile(`/diagrams/(data|drawing)[^/]*\.xml$`), true, partLabel{"diagram", ""}},
	{regexp.MustCompile(`(^|/)docProps/[^/]*\.xml$`), false, partLabel{"property", "document property"}},
	{regexp.MustCompile(`(^|/)customXml/[^/]*\.xml$`), true, partLabel{"custom", "custom XML"}},
	{regexp.MustCompile(`/glossary/document\.xml$`), false, partLabel{"glossary", "building blocks"}},
	{regexp.MustCompile(`/settings\.xml$`), false, partLabel{"settings", "settings"}},
	{regexp.MustCompile(`\.rels$`), true, partLabel{"links", "link target"}},
}

// labels names the parts of the file.
func (o *office) labels() func(int) partLabel {
	at := map[int]partLabel{}
	order := o.slideOrder()
	for _, kind := range partKinds {
		var members []int
		for i, m := range o.zip.File {
			if _, known := at[i]; !known && kind.name.MatchString(m.Name) {
				members = append(members, i)
				at[i] = kind.partLabel
			}
		}
		if !kind.counted {
			continue
		}
		slices.SortFunc(members, func(a, b int) int { return cmp.Compare(o.rank(a, order), o.rank(b, order)) })
		for n, i := range members {
			at[i] = partLabel{fmt.Sprintf("%s[%d]", kind.label, n), kind.hidden}
		}
	}
	return func(i int) partLabel {
		if l, known := at[i]; known {
			return l
		}
		return partLabel{fmt.Sprintf("part[%d]", i), ""}
	}
}

// rank puts slides in the order of the show and other parts in that of the
// numbers in their names.
func (o *office) rank(i int, slides map[string]int) int {
	name := o.zip.File[i].Name
	if n, ok := slides[strings.ToLower(name)]; ok {
		return n
	}
	digits := strings.TrimFunc(strings.TrimSuffix(path.Base(name), path.Ext(name)), func(r rune) bool { return r < '0' || r > '9' })
	if n, err := strconv.Atoi(digits); err == nil && n < 1<<30 {
		return 1<<20 + n
	}
	return 1<<31 + i
}

var (
	slideID  = regexp.MustCompile(`<(?:\w+:)?sldId\s[^>]*?\w+:id="([^"]*)"`)
	relation = regexp.MustCompile(`<(?:\w+:)?Relationship\s[^>]*>`)
	relID    = regexp.MustCompile(`\sId="([^"]*)"`)
	relTo    = regexp.MustCompile(`\sTarget="([^"]*)"`)
)

// slideOrder reads the show's order of slides: that of their names means nothing.
func (o *office) slideOrder() map[string]int {
	targets := map[string]string{}
	for _, r := range relation.FindAll(o.part("ppt/_rels/presentation.xml.rels"), -1) {
		id, to := relID.FindSubmatch(r), relTo.FindSubmatch(r)
		if id != nil && to != nil {
			targets[string(id[1])] = strings.ToLower(strings.TrimPrefix(path.Join("/ppt", string(to[1])), "/"))
		}
	}
	order := map[string]int{}
	for n, id := range slideID.FindAllSubmatch(o.part("ppt/presentation.xml"), -1) {
		order[targets[string(id[1])]] = n
	}
	return order
}

// part is a member by name; nil if there is none.
func (o *office) part(name string) []byte {
	if i, ok := o.names[name]; ok {
		return o.data[i]
	}
	return nil
}

var (
	styleDef = regexp.MustCompile(`(?s)<w:style\s[^>]*w:styleId="([^"]*)"[^>]*>(.*?)</w:style>`)
	vanishes = regexp.MustCompile(`<w:vanish\s*/>|<w:vanish\s+w:val="(1|true|on)"\s*/>`)
)

// hidingStyles are the styles whose text is hidden.
func (o *office) hidingStyles() map[string]bool {
	styles := map[string]bool{}
	for _, m := range styleDef.FindAllSubmatch(o.part("word/styles.xml"), -1) {
		if vanishes.Match(m[2]) {
			styles[string(m[1])] = true
		}
	}
	return styles
}

func isThumbnail(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "docprops/thumbnail")
}

func thumbnail() Unread {
	return Unread{Code: "picture.thumbnail",
		Zh: "文件里存有首页的缩略图，可能是修改之前的样子，无法自动检查。请在另存时取消“保存缩略图”后重新上传（自动遮掩的副本已去掉缩略图）。",
		En: "The file holds a small picture of its first page, perhaps as it was before. Save it without a thumbnail and upload it again (masked copies made here have none)."}
}
