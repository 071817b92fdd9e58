// Holders: whether a person or an office owns an account, by the words around it.

package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/policy/automaton"
)

// owner is whose something is.
type owner uint8

const (
	someone owner = iota
	aPerson
	anOffice
)

const (
	holderBack  = 120 // characters before a number in which its holder is looked for
	holderAhead = 40  // and behind it
)

// Words about holders. Names of banks are no holders' names.
var (
	holderLabels = folded(`户名 账户名称 帐户名称 账户名 开户名称 开户名 收款单位 收款人 收款人全称 收款人名称 收款人户名 付款人全称 缴款人全称 单位名称 账户全称 公司名称 企业名称 持卡人 开户人 缴款人 付款人 姓名`)
	officeNames  = folded(`公司 集团 工厂 局 委员会 合作社 联社 中心 学校 中学 小学 幼儿园 大学 学院 医院 卫生院 政府 办事处 办公室 协会 学会 基金会 慈善 总会 红十字会 商会
		工会 事务所 研究院 研究所 村委会 居委会 财政 专户 法院 检察院 管理站 服务站 支队 大队 经营部 农场 单位`)
	officeAccounts = folded(`单位账 单位帐 对公 公司账 公司帐 财政专户 专户 专用账 基本户 基本账户 基本存款 保证金 募捐 捐赠 捐款 缴款账 缴款专 缴费 代收 国库 零余额 开票 公务卡 非税 监管账`)
	bankNames      = folded(`银行 信用社 信用合作 农信 农商 支行 分行 营业部 分理处 储蓄所`)
	personWords    = folded(`姓名 持卡人 户主 农户 领取人 补贴对象 身份证 本人 个人 学生 家长 残疾人 低保 一卡通 存折 员工 职工 患者 参保人`)
)

var (
	labelWords   = newFinder(holderLabels)
	accountWords = newFinder(officeAccounts, personWords)
)

// folded splits a list and folds its words: 一卡通 has a digit in it.
func folded(list string) []string {
	words := strings.Fields(list)
	for i, w := range words {
		words[i] = foldWord(w)
	}
	return words
}

// holder looks around the digits from i up to j: first for a name behind 户名
// and its like, then for words about accounts, then for names of offices.
func (w *window) holder(i, j int) owner {
	back := w.backwards(w.digits[i])
	if o := holderNamed(back); o != someone {
		return o
	}
	if o := holderNamed(w.onwards(w.digits[j-1])); o != someone {
		return o
	}
	back = w.headed() + back
	switch ends := accountWords.last([]rune(back)); {
	case ends[0] > ends[1]:
		return anOffice
	case ends[1] >= 0:
		return aPerson
	case namesOffice(back):
		return anOffice
	}
	return someone
}

// holderNamed reads the name behind the last label.
func holderNamed(text string) owner {
	runes := []rune(text)
	at := labelWords.last(runes)[0]
	if at < 0 {
		return someone
	}
	name := strings.TrimLeft(string(runes[at:]), ":\t\n() ")
	if end := strings.IndexAny(name, "\t\n :,;，；。、"); end >= 0 {
		name = name[:end]
	}
	switch {
	case hasAny(name, officeNames):
		return anOffice
	case strings.Trim(name, "*") != "" && utf8.RuneCountInString(name) <= 4 && strings.IndexFunc(name, func(r rune) bool { return !unicode.Is(unicode.Han, r) && r != '*' }) < 0:
		return aPerson
	}
	return someone
}

// namesOffice reports a part of the text that ends with the name of an office
// (…局, …公司) which is no bank.
func namesOffice(text string) bool {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("\t\n :,;，；。、（）()", r) }) {
		for _, name := range officeNames {
			if strings.HasSuffix(part, name) && !hasAny(part, bankNames) {
				return true
			}
		}
	}
	return false
}

// beginningOf is the first n characters of a text.
func beginningOf(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}

func hasAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// finder tells where the last word of each of its lists ends in a text.
type finder struct {
	words *automaton.Automaton
	list  []int // of each word
}

func newFinder(lists ...[]string) finder {
	var f finder
	var all []string
	for i, list := range lists {
		for _, w := range list {
			all, f.list = append(all, w), append(f.list, i)
		}
	}
	f.words = automaton.New(all)
	return f
}

// last counts in characters; -1 stands for no word of the list.
func (f finder) last(text []rune) (ends [2]int) {
	ends = [2]int{-1, -1}
	f.words.Find(text, func(word, _, end int) { ends[f.list[word]] = end })
	return ends
}

// backwards is the text before an atom, until another account's digits.
func (w *window) backwards(at int) string {
	back, digits := w.back[:0], 0
	take := func(atoms []atom) bool {
		for i := len(atoms) - 1; i >= 0; i-- {
			if atoms[i].class != digit && atoms[i].r != '*' { // a masked account is one too
				digits = 0
			} else if digits++; digits == shortestAccount {
				return false
			}
			if back = atoms[i].appendTo(back); len(back) >= holderBack {
				return false
			}
		}
		return true
	}
	if take(w.atoms[:at]) && len(w.atoms) > 0 && w.far < w.atoms[0].start {
		take(w.farther())
	}
	w.back = back
	return reversed(back)
}

// farther reads what stands before the window.
func (w *window) farther() (atoms []atom) {
	l := w.piece.lexer(w.text)
	for l.at = w.far; l.at < w.atoms[0].start; {
		a, ok := l.next()
		if !ok {
			break
		}
		atoms = append(atoms, a)
	}
	return atoms
}

// onwards is the text behind an atom, up to the end of its line or cell.
func (w *window) onwards(at int) string {
	var text []rune
	w.read(0, at+2*holderAhead+1)
	for i := at + 1; i < len(w.atoms) && len(text) < holderAhead; i++ {
		a := w.atoms[i]
		if a.class == wrap || a.class == border || strings.ContainsRune("。；;", a.r) {
			break
		}
		text = a.appendTo(text)
	}
	return string(text)
}

// appendTo adds what a reader sees of the atom.
func (a atom) appendTo(text []rune) []rune {
	switch a.class {
	case drop, seam:
		return text
	case border:
		return append(text, '\t')
	}
	return append(text, a.r)
}
