// The end of a document: issuing bodies, date (落款), release note (公开属性).

package importer

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

var body = regexp.MustCompile(`^[\p{Han}（）()·、]{2,40}(政府|办公室|办公厅|委员会|委|局|厅|部|院|处|会|中心|站|所|队|组|指挥部|公司|学校|大学|办事处|馆|银行|办)$`)

// signature takes the first date of the text that stands on a line of its own
// under an issuing body, else such a date at the very end.
func (r *reading) signature() {
	for i := r.headEnd(); i < len(r.blocks); i++ {
		name, date, ok := signLine(r.blocks[i])
		named := name != "" || i > 0 && isBody(r.blocks[i-1])
		if !ok || !named && i < len(r.blocks)-2 {
			continue
		}
		if written := r.text("date_written"); written != "" && written != date {
			r.flag("date_mismatch", "date_written")
		}
		r.set("date_written", date)
		r.signedBy(i, name)
		return
	}
}

// signLine reads "2016年11月15日" and "某某局 2016年11月15日".
func signLine(b block) (name, date string, ok bool) {
	if b.tag == "table" || length(b.text) > 60 {
		return "", "", false
	}
	m := dateAtEnd.FindStringSubmatch(tight(b.text))
	if m == nil {
		date, ok = parseDate(b.text)
		return "", date, ok
	}
	if m[1] != "" && !body.MatchString(m[1]) {
		return "", "", false
	}
	date, ok = parseDate(m[2])
	return m[1], date, ok
}

func isBody(b block) bool {
	return b.tag == "p" && length(b.text) <= 60 && body.MatchString(tight(b.text))
}

// signedBy sets the publisher: the first of the bodies that sign is the lead.
func (r *reading) signedBy(i int, name string) {
	for i--; i >= 0 && isBody(r.blocks[i]); i-- {
		name = r.blocks[i].text
	}
	if first, _, two := strings.Cut(trim(name), "  "); two {
		name = first
	}
	r.set("publisher", tight(name))
}

var note = regexp.MustCompile(`(?:^|。)[（(]?(?:此件|本件|此文件)(主动公开|公开发布|公开|依申请公开|不予公开|不公开)[）)]?$|^[（(](主动公开|依申请公开|不予公开|公开发布)[）)]$`)

// openness reads the release note （此件公开发布）; the note stays in the text.
func (r *reading) openness() {
	for i := len(r.blocks) - 1; i >= 0; i-- {
		m := note.FindStringSubmatch(tight(r.blocks[i].text))
		if m == nil {
			continue
		}
		said, _ := opennessOf(m[1] + m[2])
		if known := r.text("openness"); known != "" && known != said {
			r.flag("doubtful_openness", "openness")
		}
		r.set("openness", said)
	}
}

func opennessOf(raw string) (string, bool) {
	switch s := tight(raw); {
	case s == "proactive" || s == "on_application" || s == "withheld":
		return s, true
	case strings.Contains(s, "依申请"):
		return "on_application", true
	case strings.Contains(s, "不予公开") || strings.Contains(s, "不公开"):
		return "withheld", true
	case strings.Contains(s, "主动公开") || s == "公开发布" || s == "公开":
		return "proactive", true
	}
	return "", false
}

// The words of the catalogue for choices, and the codes of the fields.
var (
	validities = map[string]string{
		"有效": "in_force", "现行有效": "in_force", "生效": "in_force", "是": "in_force", "尚未生效": "not_yet", "未生效": "not_yet",
		"已修改": "amended", "失效": "lapsed", "已失效": "lapsed", "废止": "abolished", "已废止": "abolished", "宣布失效": "declared_lapsed",
	}
	timeLimits = map[string]string{"长期": "long_term", "长期公开": "long_term", "限时": "limited", "限时公开": "limited"}
	scopes     = map[string]string{"社会": "public", "面向社会": "public", "全社会": "public", "特定范围": "restricted", "申请人": "restricted"}
)

func choice(codes map[string]string) func(string) (string, bool) {
	known := slices.Collect(maps.Values(codes))
	return func(raw string) (string, bool) {
		word := tight(raw)
		if slices.Contains(known, word) {
			return word, true
		}
		code, ok := codes[word]
		return code, ok
	}
}
