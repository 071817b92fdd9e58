// 出生日期: a date that a word or a header calls somebody's birth.

package privacy

import "slices"

// birthWakes are the words at which a birth date is looked for.
const birthWakes = "出生 生年月日 生于 日生 月生 号生 生， 生、 生。 生； 生） 生日 男 女"

// Words of birth and what may stand between them and the date.
var (
	birthLabels = foldedWords("生年月日 出生年月日 出生日期 出生年月 出生时间 出生 生日")
	// limits stand behind a date that bounds an age group, and names nobody.
	birthLimits = foldedWords("以前 以后 之前 之后 前 后 至 到 起 止 之间 期间 (含) ( 含 间")
	// groups are born in a law, and so are rates and papers.
	birthGroups = foldedWords("人口 人数 率 证 医学 缺陷 登记 婴 儿 地 或 且 并且 后 前")
	// beings in front of 生于 are somebody, or something, on a day: 考生于5月18日到场.
	beings     = "考学新师产发究医招实业先卫派再衍滋书习队"
	birthAfter = "人于者。，,;!?)、在男女"
)

// spotBirth looks at 出生, 生于, 日生 and their like.
func spotBirth(k *kind, w *window, at woken) {
	if at.header {
		return
	}
	l, from, to := w.clause(at)
	if at.word == "男" || at.word == "女" {
		w.recordBirth(k, l, from, to)
		return
	}
	if d, ok := l.bornBefore(from, to, at.word, w); ok {
		w.born(k, l, d, Likely, "word:"+at.word)
	} else if d, ok := l.bornAfter(from, to, at.word, w); ok {
		w.born(k, l, d, Likely, "word:"+at.word)
	}
}

// bornBefore reads 1990年3月7日出生 and 1990年3月7日生.
func (l line) bornBefore(from, to int, word string, w *window) (date, bool) {
	end := from
	switch word {
	case "日生", "月生", "号生":
		end++
		if !l.gap(to) && !l.among(to, birthAfter) {
			return date{}, false
		}
	case "生，", "生、", "生。", "生；", "生）":
	case "生于":
	case "出生":
		end = l.unblank(end)
		if l.past(from, birthLabels) > to || l.r(to) == ':' { // 发放日期:2023-10-04 出生时间:1987-8-9
			return date{}, false
		}
		if l.oneOf(to, birthGroups) != "" || l.r(to) == '的' && l.chinese(to+1) && l.nameAt(to+1) == 0 {
			return date{}, false
		}
	default:
		return date{}, false
	}
	for i := max(0, end-20); i < end; i++ {
		if d, ok := l.dateAt(i, w.opt.Now, false); ok && l.unblank(end) == d.end && !l.ranged(i) {
			return d, true
		}
	}
	return date{}, false
}

// unblank goes back over a few blanks.
func (l line) unblank(i int) int {
	for n := 0; n < 3 && i > 0 && l[i-1].class == blank; n++ {
		i--
	}
	return i
}

// ranged reports that a date is the later end of a range of time.
func (l line) ranged(i int) bool {
	i = l.unblank(i)
	return l.among(i-1, "至到") || i > 1 && l[i-1].class == dash && (l.digit(i-2) || l.among(i-2, "日月"))
}

// bornAfter reads 出生日期：1990年3月7日 and 生于1990年3月.
func (l line) bornAfter(from, to int, word string, w *window) (date, bool) {
	if word != "出生" && word != "生于" && word != "生日" && word != "生年月日" || word == "生于" && l.among(from-1, beings) {
		return date{}, false
	}
	to = max(to, l.past(from, birthLabels))
	i := l.toValue(to)
	d, ok := l.dateAt(i, w.opt.Now, word != "生于")
	if !ok || l.oneOf(l.blanks(d.end, 2), birthLimits) != "" || l.onward(d.end) {
		return d, false
	}
	return d, true
}

// toValue passes over what stands between a label and its value.
func (l line) toValue(i int) int {
	for n := 0; n < 12 && i < len(l) && (l[i].gap() || l.among(i, ":为是于在=|\"'>】]")); n++ {
		i++
	}
	if l.r(i) == '(' { // 出生日期（公历）：
		for n := 1; n < 10 && i+n < len(l); n++ {
			if l[i+n].r == ')' {
				return l.toValue(i + n + 1)
			}
		}
	}
	return i
}

// onward reports that a range of time goes on behind a date.
func (l line) onward(i int) bool {
	return i+1 < len(l) && l[i].class == dash && l.digit(i+1)
}

// recordBirth reads the date in 张三，男，汉族，1990年3月7日，…: the first part
// of the record that is a date and nothing else.
func (w *window) recordBirth(k *kind, l line, from, to int) {
	if !l.named(from) || !l.parted(to) {
		return
	}
	for n, i := 0, to; n < 4 && i < len(l) && l.parted(i); n++ {
		i = l.blanks(i+1, 2)
		if d, ok := l.dateAt(i, w.opt.Now, false); ok {
			if l.gap(d.end) || l.parted(d.end) || l.among(d.end, "。)") {
				w.born(k, l, d, Likely, "record:"+string(l.r(to-1)))
			}
			return
		}
		for ; i < len(l) && !l.parted(i) && !l.among(i, "。;\n"); i++ {
			continue
		}
	}
}

// parted reports what parts the fields of a record.
func (l line) parted(i int) bool {
	return l.among(i, ",、|") || i >= 0 && i < len(l) && (l[i].class == blank || l[i].r == '\t')
}

// named reports that in front of a sex at i, parted from it, stands a name.
func (l line) named(i int) bool {
	if l.r(i-1) == '(' { // 当事人张三（男，…
		i--
		return l.nameAt(i-2) == 2 || l.nameAt(i-3) == 3 || l.nameAt(i-4) == 4
	} else if !l.parted(i - 1) {
		return false
	}
	for l.parted(i - 1) {
		i--
	}
	j := i
	for j > 0 && i-j < 6 && l.chinese(j-1) {
		j--
	}
	return i > j && j+l.nameAt(j) == i
}

// born adds a finding; the mask leaves the year.
func (s *scanner) born(k *kind, l line, d date, level Level, evidence ...string) {
	folded := d.folded()
	hides := func(i int) bool {
		if d.yearEnd == d.start { // the year comes last
			return l[i].class == digit
		}
		return i >= d.yearEnd && (l[i].class == digit || l.among(i, "十廿"))
	}
	if d.younger(18, s.opt.Now) {
		evidence = append(slices.Clip(evidence), "minor")
	}
	s.note(k, span{l, d.start, d.end, hides, folded, folded[:4] + "****"}, level, evidence...)
}
