// A guess at the kind (信息类型) of a document.

package importer

import "regexp"

// kinds are tried in this order; the first that fits the title wins.
var kinds = []struct {
	kind  string
	title *regexp.Regexp
}{
	{"interpretation", regexp.MustCompile(`解读|一图读懂|一图速览|图解|问答$|起草说明$`)},
	{"penalty", regexp.MustCompile(`行政处罚|处罚决定|处罚结果`)},
	{"publicity", regexp.MustCompile(`公示(名单|表|书|公告)?$|的公示`)},
	{"guide", regexp.MustCompile(`(办事|服务|办理|申请)指南`)},
	{"budget", regexp.MustCompile(`(预算|决算|预决算|三公.?经费).{0,8}(公开|说明|报告|表|情况)?$`)},
	{"policy", regexp.MustCompile(`印发|(意见|办法|规定|细则|条例|规划|决定|方案|要点|命令|批复)([（(].{1,12}[）)])?$`)},
	{"notice", regexp.MustCompile(`(通知|公告|通告|通报|启事)$`)},
}

var happening = regexp.MustCompile(`召开|举行|举办|调研|开展|启动|赴|慰问|座谈|会见|视察`)

// kind guesses from the title, then from the document number; "" when unsure.
func (r *reading) kind() string {
	title := r.text("title")
	for _, k := range kinds {
		if k.title.MatchString(title) {
			if k.kind == "notice" && r.fields["doc_no"] != nil {
				return "policy"
			}
			return k.kind
		}
	}
	switch {
	case r.fields["doc_no"] != nil:
		return "policy"
	case happening.MatchString(title) && !genreEnd.MatchString(title):
		return "news"
	}
	return ""
}
