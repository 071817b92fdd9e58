// Evidence in words.

package lexicon

import "strings"

// reasons say in Chinese and English what each evidence means. %s is what
// follows its colon.
var reasons = map[string][2]string{
	"list":   {"词表“%s”中的词语", "it is in the word list “%s”"},
	"mark":   {"采用密级标志的写法", "it is written as secrecy marks are"},
	"term":   {"密级后写有保密期限", "a term of secrecy follows"},
	"alone":  {"单独成行或成格", "it stands alone in a line or cell"},
	"title":  {"称谓与职务不符", "the person holds another title"},
	"order":  {"排序与规定不符", "the order is another one"},
	"source": {"来源：%s", "source: %s"},
}

// Because says an evidence in Chinese and English; one that is not of this
// package has no words.
func Because(evidence string) (zh, en string) {
	key, value, _ := strings.Cut(evidence, ":")
	w := reasons[key]
	return strings.Replace(w[0], "%s", value, 1), strings.Replace(w[1], "%s", value, 1)
}
