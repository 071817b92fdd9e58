// 健康、财产: facts about somebody, beside a name: 患肺癌, 肢体残疾二级, 家庭年收入…元.

package privacy

const (
	healthWakes   = "病种 因患 患有 身患 人患 罹患 所患 患上 ，患 残疾 诊断为"
	propertyWakes = "年收入 月收入 存款 名下 负债 欠款"
)

var (
	// factPersons show that a sentence is about one person and no group.
	factPersons  = foldedWords("身份证 姓名 ,男 ,女 、男 、女 手机 联系电话 申请人 低保户 救助对象 户主 当事人 被告 原告 患者")
	disabilities = foldedWords("肢体 视力 听力 言语 智力 精神 多重")
	noIllness    = foldedWords("者 儿 病率 上 有 有重大 有严重 之 难 得 失 处")
	illnessEnds  = ",。;、()致需治后而住经无,并导因:"
)

// sentence is the part of l around i that no full stop parts.
func (l line) sentence(i int) (from, to int) {
	for from = i; from > 0 && l[from-1].r != '。' && l[from-1].class != border && l[from-1].class != wrap; from-- {
		continue
	}
	for to = i; to < len(l) && l[to].r != '。' && l[to].class != border && l[to].class != wrap; to++ {
		continue
	}
	return from, to
}

// aboutOne reports that a person is meant by the sentence around i.
func (l line) aboutOne(i int) bool {
	from, to := l.sentence(i)
	if i-from < 6 { // a label at the beginning of its line
		return l.personal(i) || l[i:to].find(factPersons)
	}
	return l[from:to].find(factPersons)
}

// spotHealth looks at 病种：…, 患…, …残疾二级.
func spotHealth(k *kind, w *window, at woken) {
	if at.header {
		return
	}
	l, from, to := w.clause(at)
	if !l.aboutOne(from) {
		return
	}
	var i, j int
	switch at.word {
	case "残疾":
		if l.oneOf(from-2, disabilities) == "" {
			return
		}
		i, j = from-2, to
		if (l.digit(j) || l.among(j, "壹贰叁肆")) && l.r(j+1) == '级' {
			j += 2
		}
	case "病种":
		i = l.toValue(to)
		j = l.word(i)
	default:
		i = to
		for l.among(i, "有了上为") {
			i++
		}
		if l.oneOf(i, noIllness) != "" {
			return
		}
		j = l.word(i)
	}
	w.tell(k, l, i, j, "word:"+at.word)
}

// word is where a name of an illness that begins at i ends.
func (l line) word(i int) int {
	j := i
	for j < len(l) && j-i < 16 && !l.gap(j) && !l.among(j, illnessEnds) {
		j++
	}
	return j
}

// spotProperty looks at 家庭年收入8734元, 名下房产1套.
func spotProperty(k *kind, w *window, at woken) {
	if at.header {
		return
	}
	l, from, to := w.clause(at)
	if !l.aboutOne(from) {
		return
	}
	i := l.toValue(to)
	for l.among(i, "约共") {
		i++
	}
	if at.word != "名下" && !l.digit(i) {
		return
	}
	j := i
	for j < len(l) && j-i < 24 && !l.gap(j) && !l.among(j, ",。;、()") {
		j++
	}
	w.tell(k, l, i, j, "word:"+at.word)
}

// tell asks about a fact.
func (s *scanner) tell(k *kind, l line, i, j int, evidence string) {
	if i < 0 || j-i < 2 || l[i:j].starred() {
		return
	}
	hides := func(n int) bool { return !l[n].gap() }
	s.note(k, span{l, i, j, hides, l[i:j].String(), "***"}, Ask, evidence)
}

// starred reports that somebody has masked something of the line.
func (l line) starred() bool {
	for i := range l {
		if l[i].r == '*' {
			return true
		}
	}
	return false
}
