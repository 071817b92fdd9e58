// Whose address it is: 住址, 现住, 户籍 and a person in front of it. Those of
// offices, companies and projects stay.

package privacy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// homeWakes are the words at which a home address is looked for.
const homeWakes = `家庭住址 家庭地址 家庭详细地址 现住 住址 现居住地 居住地 居住在 居住于 现居地 常住地 户籍 户口所在地 户口地址 身份证地址 身份证住址 家住 住在 租住 暂住 收货地址 收件地址 送达地址 地址 住所 村民 居民 住户 业主 租户 户主 低保户 申请人 当事人 寄：
	原住 ，住 （住 、住 ；住 ：住 。住 男住 女住 族住 生住 前住 男 女`

// homeLabels say by themselves that somebody lives there.
var (
	homeLabels = foldedWords(`家庭住址 家庭地址 家庭详细地址 现住址 住址 现居住地 居住地 居住地址 现居地 现住地 常住地址 常住地 户籍地址 户籍所在地 户籍地 户籍住址
		户口所在地 户口地址 身份证地址 身份证住址 现住 家住 居住在 居住于 住在 租住 租住在 租住于 暂住 暂住地 暂住于 户籍 收货地址 收件地址 送达地址`)
	// persons and bodies are what a sentence with 地址 or 住 speaks of.
	persons = foldedWords(`姓名 性别 民族 身份证 身份号 证件号码 人口数 家庭人口 享受人员 ,男 ,女 、男 、女 汉族 回族 出生 户主 原告 被告 申请人 当事人 被申请人 被执行人 村民 患者 死者 收件人 收货人
		驾驶人 驾驶员 车主 持证人 受送达人 违法行为人 被处罚人 投诉人 来信人 信访人 举报人 承租人 产权人 委托人 监护人 业主 户名`)
	bodies = foldedWords(`公司 单位 企业 机构 信用代码 办公 中心 合作社 经营 注册地 法定代表人 负责人 工厂 药店 酒店 饭店 商店 委员会 政府 银行 学校 医院 协会 项目`)
	// ownLabels behind an address say whose it is.
	ownLabels = foldedWords("姓名 户主 身份证 公民身份 性别")
	// noLives go on behind 住 with what says where nobody lives: 住所地, 原住居民搬迁至.
	noLives = foldedWords("所 居民 民搬")
	// anyVillage is nobody's: 家住农村.
	anyVillage = foldedWords("农村 山村 老旧 偏远 本村 外村 城中 某")
	// employers are where a person works, and make the sentence no body's.
	employers = foldedWords("工作单位 就读学校 毕业学校 就业单位 现单位 原单位")
	// whose are the words in front of 地址 that leave open whose it is.
	whose = foldedWords("通讯 通信 联系 邮寄 详细 寄送 用水 用电 用气 装机 房屋")
	// stays are words of living somewhere that speak of one person; behind the
	// others, and before these, the address may be a group's.
	stays  = setOf("家住 现住 住在 居住在 居住于 租住 暂住")
	groups = "的等及、或和"
)

// spotAddress looks at the words in front of an address.
func spotAddress(k *kind, w *window, at woken) {
	if at.header {
		return
	}
	l, from, to := w.clause(at)
	switch at.word {
	case "男", "女":
		w.recordAddress(k, l, from, to)
	case "地址", "住所":
		if l.r(to) == '地' { // 住所地
			to++
		}
		if (!l.chinese(from-1) || l.oneOf(from-2, whose) != "") && (l.personal(from) || l.personBehind(to)) {
			w.labelledHome(k, l, to, at.word)
		}
	case "住户", "业主", "租户", "户主", "低保户", "申请人", "当事人":
		w.tenant(k, l, to)
	case "寄：":
		if a := l.addressAt(l.blanks(to, 2)); a.home() && l.receiver(a.end) {
			w.lodge(k, l, a, Likely, "word:寄")
		}
	case "村民", "居民":
		if l.r(to) != '小' {
			w.dweller(k, l, from)
		}
	case "原住", "，住", "（住", "、住", "；住", "：住", "。住", "男住", "女住", "族住", "生住", "前住":
		w.lives(k, l, to)
	default:
		if label := l.past(from, homeLabels); label > 0 {
			w.labelledHome(k, l, label, at.word)
		}
	}
}

// personal reports that 地址 at i is a person's: its sentence says so or,
// where it begins a line, the nearest of the words above.
func (l line) personal(i int) bool {
	lo, _ := l.sentence(i)
	if i-lo >= 6 {
		return l[lo:i].find(persons) && !l[lo:i].bodily()
	}
	for ; i > 0; i-- {
		if l.oneOf(i, persons) != "" {
			return true
		}
		if l.oneOf(i, bodies) != "" {
			return false
		}
	}
	return false
}

// personBehind reports that somebody's name or 姓名 follows the address behind a
// label: 地址：某路5号（张三收）.
func (l line) personBehind(to int) bool {
	i := l.addressAt(l.toValue(to)).end
	for l.gap(i) && i < len(l) || l.among(i, ",;(") {
		i++
	}
	if l.oneOf(i, ownLabels) != "" {
		return true
	}
	return l.receiver(i)
}

// receiver reports 张三收 behind an address, and nothing more of a body.
func (l line) receiver(i int) bool {
	for j := i; j < min(len(l), i+12); j++ {
		if l.r(j) == '收' {
			return j-i > 1 && !l[i:j].bodily()
		}
	}
	return false
}

// labelledHome reads the address behind 住址：.
func (w *window) labelledHome(k *kind, l line, to int, word string) {
	i := l.toValue(to)
	a := l.addressAt(i)
	lo, _ := l.sentence(to)
	alone := (stays[word] || i > to) && !l.among(a.end, groups)
	if !a.number && !l.among(to, ":=|】]") && !l.gap(to) && !l[lo:to].find(persons) && !alone {
		return // 户籍在某镇某社区的老人: a group
	}
	if a.home() || a.fine() && (i > to || alone && a.end-a.start > 2 && l.oneOf(a.start, anyVillage) == "") {
		w.lodge(k, l, a, Likely, "word:"+word)
	}
}

// bodily reports a body of which the line speaks, but for where somebody works.
func (l line) bodily() bool {
	rest := make(line, 0, len(l))
	for i := 0; i < len(l); i++ {
		if l.oneOf(i, employers) != "" {
			for i < len(l) && !l.parted(i) && !l.among(i, "。;") {
				i++
			}
			continue
		}
		rest = append(rest, l[i])
	}
	return rest.find(bodies) || namesOffice(rest.String())
}

// lives reads 住某镇某村3组.
func (w *window) lives(k *kind, l line, to int) {
	if l.oneOf(to, noLives) != "" {
		return
	}
	for l.among(to, "在于址:") {
		to++
	}
	a := l.addressAt(to)
	if !a.home() {
		return
	}
	lo, _ := l.sentence(to)
	person := l[lo:to].find(persons) || l.r(to-2) == '(' && (l.nameAt(to-4) == 2 || l.nameAt(to-5) == 3) // 张三（住…
	if person || a.number && !l[lo:to].bodily() {
		w.lodge(k, l, a, Likely, "word:住")
	}
}

// tenant reads 住户张三（某小区3栋401室）.
func (w *window) tenant(k *kind, l line, to int) {
	i := to + l.nameAt(to)
	if i == to || l.r(i) != '(' {
		return
	}
	if a := l.addressAt(i + 1); a.home() && l.r(a.end) == ')' {
		w.lodge(k, l, a, Likely, "word:住户")
	}
}

// dweller reads 张三系某镇某村3组村民, and 张三，某镇某村3组村民.
func (w *window) dweller(k *kind, l line, to int) {
	i := to - 1
	for i > max(0, to-60) && !l.gap(i) && !l.among(i, ",。;系") {
		i--
	}
	if l.r(i) != '系' && (l.r(i) != ',' || l.nameAt(i-2) != 2 && l.nameAt(i-3) != 3) {
		return
	}
	if a := l.addressAt(i + 1); a.home() && a.end >= to {
		a.end = min(a.end, to)
		w.lodge(k, l, a, Likely, "word:村民")
	}
}

// recordAddress reads the address in 张三，男，汉族，某镇某村3组，….
func (w *window) recordAddress(k *kind, l line, from, to int) {
	if !l.named(from) || !l.parted(to) {
		return
	}
	for n, i := 0, to; n < 8 && i < len(l) && l.parted(i); n++ {
		i = l.unlabelled(l.blanks(i+1, 2))
		if a := l.addressAt(i); a.home() && (l.gap(a.end) || l.parted(a.end) || l.among(a.end, "。;)") || l.r(a.end) == '人' && l.parted(a.end+1)) {
			w.lodge(k, l, a, Likely, "record:"+string(l.r(to-1)))
			return
		}
		for ; i < len(l) && !l.parted(i) && !l.among(i, "。;\n"); i++ {
			continue
		}
	}
}

// unlabelled passes over 现住, 住址： and 住 in front of an address.
func (l line) unlabelled(i int) int {
	if label := l.past(i, homeLabels); label > 0 {
		return l.toValue(label)
	}
	if l.r(i) == '住' {
		return l.toValue(i + 1)
	}
	return i
}

// lodge adds a finding; the mask leaves what leads to the township.
func (s *scanner) lodge(k *kind, l line, a address, level Level, evidence ...string) {
	hides := func(i int) bool { return i >= a.cut && !l[i].gap() }
	s.note(k, span{l, a.start, a.end, hides, l[a.start:a.end].String(), s.written(l[a.start:a.cut]) + "***"}, level, evidence...)
}

// written is a line in its own characters: 三河市, not 3河市.
func (s *scanner) written(l line) string {
	var b strings.Builder
	for _, a := range l {
		if r, size := utf8.DecodeRuneInString(s.text[a.start:a.end]); size == a.end-a.start && a.class != wrap {
			b.WriteRune(r)
		} else {
			b.WriteRune(a.r)
		}
	}
	return b.String()
}

// homeCell judges a cell that its header calls an address: all of it, but for
// a phone number behind it, and unless it names no more than a township.
func (s *scanner) homeCell(k *kind, l line, level Level, evidence ...string) {
	if l.starred() || l.empty() {
		return
	}
	a := l.addressAt(0)
	end := l.beforeNumber()
	if end < 2 || a.end >= end && !a.fine() {
		return
	}
	if end < len(l) && l.digitsAhead(end) >= 11 && !s.hitIn(l[end:]) { // it would look like one without what stands in front
		end = len(l)
	}
	a.start, a.end = 0, end
	a.cut = min(a.cut, end)
	if a.cut == end {
		a.cut = 0
	}
	s.lodge(k, l, a, level, evidence...)
}

// digitsAhead counts the digits of the first number from i.
func (l line) digitsAhead(i int) (n int) {
	for i < len(l) && !l.digit(i) {
		i++
	}
	for l.digit(i + n) {
		n++
	}
	return n
}

// beforeNumber is where a cell ends but for a phone number and its label.
func (l line) beforeNumber() int {
	end := len(l)
	for i, run := 0, 0; i < len(l); i++ {
		if run++; !l.digit(i) {
			run = 0
		}
		if run == 7 && (i == 6 || !isLatin(l[i-7].r)) {
			end = i - 6
			break
		}
	}
	if end == len(l) {
		return end
	}
	for end > 0 && (l[end-1].gap() || l[end-1].class == dash || l.among(end-1, ":,;(/、，；电话手机联系方式号码邮编tel")) {
		end--
	}
	return end
}

// empties are what people write where there is nothing to write.
var empties = setOf(foldWord("无 否 没有 不详 未知 略 同上 暂无 空 - -- --- / // 同户主 同户籍 本村 本县 本市 本乡 本镇 不清楚 待定 是 有 none null n/a 健康 良好 正常 一般 健康或良好 0"))

// empty reports a cell that says nothing.
func (l line) empty() bool { return len(l) == 0 || empties[l.String()] || allDashes(l) }

func allDashes(l line) bool {
	return !slices.ContainsFunc(l, func(a atom) bool { return a.class != dash && a.class != dot && !a.gap() && a.r != '/' && a.r != '*' })
}
