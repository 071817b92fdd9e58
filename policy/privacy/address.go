// 家庭住址: the parts of an address, and how much of it a mask leaves.

package privacy

import (
	"slices"
	"strings"
)

// place is how narrow a part of an address is.
type place uint8

const (
	nowhere place = iota
	province
	city
	county
	township // 乡镇、街道: a mask leaves all down to here
	village  // 村、社区、路、小区
	unit     // 组、号、栋、单元、室
)

// suffixes end the parts of an address. Those that are also common in other
// words need a number in front.
var suffixes = func() map[rune][]suffix {
	m := map[rune][]suffix{}
	for place, list := range map[place]string{
		province: "省 自治区 特别行政区",
		city:     "市 自治州 地区 盟 州",
		county:   "县 区 旗 新区 开发区 高新区 自治县 矿区 林区 城区",
		township: "镇 乡 街道 街道办事处 街道办 苏木 农场 林场 牧场 办事处",
		village: `村 社区 居委会 村委会 居民委员会 村民委员会 庄 屯 寨 路 街 大街 大道 巷 弄 胡同 小区 花园 新村 家园 公寓 苑 大厦 广场 新城
			庭 宿舍 家属院 家属区 安置点 安置区 安置小区 园区 片区 校区 厂区 公租房 廉租房 嘉园 华府 名苑 雅苑 馨苑`,
		unit: "组 村民小组 居民小组 小组 号 号楼 栋 幢 座 单元 室 户 楼 层 队 社 排 院 号院 号房 房 期",
	} {
		for _, text := range strings.Fields(list) {
			runes := []rune(foldWord(text))
			m[runes[0]] = append(m[runes[0]], suffix{string(runes), len(runes), place, place == unit && text != "组" && !strings.HasSuffix(text, "小组")})
		}
	}
	return m
}()

// suffixFirsts are the characters with which they begin.
var suffixFirsts = func() *bitset {
	b := runesOf(estates)
	for r := range suffixes {
		b.add(r)
	}
	return b
}()

// estates end the names of housing estates, where a number follows.
const estates = "邸城府湾郡园轩阁居里坊墅都峰台苑第"

type suffix struct {
	text    string
	runes   int
	place   place
	counted bool // only behind a number
}

// address is a stretch of a line that reads as an address.
type address struct {
	start, end int
	cut        int // where the township ends, or the county
	parts      [unit + 1]bool
	number     bool // a house, a door, a group by number
}

const (
	stemLimit    = 12 // characters of a part in front of its suffix
	addressLimit = 80
)

// addressAt reads the address that begins at i.
func (l line) addressAt(i int) address {
	a := address{start: i, end: i, cut: i}
	for j := i; j < len(l) && j-i < addressLimit && j-a.end <= stemLimit; {
		switch c := l[j]; {
		case c.class == blank:
			if j == a.end && j > i && !l.gap(j+1) {
				j++
				continue
			}
			return l.trailing(a)
		case c.class == wrap || c.class == border || !partOfAddress(l, j):
			return l.trailing(a)
		case a.number && j > a.end && strings.ContainsRune("的民在因为被与系时将是有", c.r):
			return l.trailing(a)
		case c.r == '的', c.r == ')' && !slices.ContainsFunc(l[i:j], func(o atom) bool { return o.r == '(' }):
			return l.trailing(a)
		}
		s, ok := l.suffixAt(j, l.stem(a.end), a)
		if !ok {
			j++
			continue
		}
		j += s.runes
		a.add(l, s, j)
	}
	return l.trailing(a)
}

// narrowest is the narrowest part so far down to the township, below which no
// wider one can stand.
func (a address) narrowest() place {
	for p := township; p > nowhere; p-- {
		if a.parts[p] || p == township && (a.parts[village] || a.parts[unit]) {
			return p
		}
	}
	return nowhere
}

// stem is where the part begins whose suffix is looked for.
func (l line) stem(end int) int { return l.blanks(end, 1) }

// add takes a part that ends at j into the address.
func (a *address) add(l line, s suffix, j int) {
	number := l.numbered(j - s.runes)
	a.end = j
	a.parts[s.place] = true
	a.number = a.number || s.place == unit && number
	if s.place <= township && !a.parts[village] && !a.number {
		a.cut = j
	}
}

// partOfAddress are letters, digits, joints.
func partOfAddress(l line, j int) bool {
	c := l[j]
	return c.class == digit || c.class == dash || isHan(c.r) || isLatin(c.r) || c.r == '#' || c.r == '×' || c.r == '(' || c.r == ')'
}

// suffixAt is the longest suffix at j that may end a part begun at stem.
func (l line) suffixAt(j, stem int, a address) (suffix, bool) {
	best := suffix{}
	if !suffixFirsts.has(l[j].r) {
		return best, false
	}
	for _, s := range suffixes[l[j].r] {
		if s.runes > best.runes && l.has(j, s.text) {
			best = s
		}
	}
	if best.runes == 0 && l.among(j, estates) && (l.digit(j+1) || l.among(j+1, "#")) {
		best = suffix{runes: 1, place: village}
	}
	switch next := l.r(j + best.runes); {
	case best.runes == 0:
		return best, false
	case j == stem && (j == a.start || best.runes == 1 && best.place != county): // 路口镇, 市中区; but 新市|区, 家园|小区
		return best, false
	case best.counted && !l.numbered(j):
		return best, false
	case best.place < a.narrowest(): // 石桥镇红旗村: 旗 is no banner there
		return best, false
	case best.place == township && best.runes == 1 && strings.ContainsRune("市县区街", next): // 景德镇市, 西乡街道
		return best, false
	case best.place == village && best.runes == 1 && (l.oneOf(j, notPlaces) != "" || next != 0 && strings.ContainsRune("市县镇乡村", next)): // 石家庄市
		return best, false
	}
	return best, true
}

var notPlaces = foldedWords("路线 路段 路灯 路面 路口 路边 路况 路基 村民 村组 街坊")

// numbered reports a number, or a letter, directly before i.
func (l line) numbered(i int) bool {
	return l.digit(i-1) || l.among(i-1, "十百甲乙丙丁东西南北中#") || i > 0 && isLatin(l[i-1].r)
}

// trailing adds the numbers behind the last part: 阳光小区3-2-401, 2单元401.
func (l line) trailing(a address) address {
	if a.end == a.start {
		return a
	}
	i := l.blanks(a.end, 1)
	j, digits := i, 0
	for j < len(l) && j-i < 14 && (l.digit(j) || l[j].class == dash || l.r(j) == '#' || isLatin(l[j].r)) {
		if l.digit(j) {
			digits++
		}
		j++
	}
	for j > i && !l.digit(j-1) && l.r(j-1) != '#' {
		j--
	}
	if digits == 0 || digits > 7 || l.digit(j) || l.among(j, "年月日%*") || !a.parts[village] && !a.parts[unit] {
		return a
	}
	a.end, a.number, a.parts[unit] = j, true, true
	return a
}

// home reports that the address by itself leads to a door: a door or a group
// by number in a street, a village, a town; or a village in a township.
func (a address) home() bool {
	broader := a.parts[village] || a.parts[township] || a.parts[county]
	return a.number && broader || a.parts[village] && a.parts[township]
}

// fine reports anything below a township.
func (a address) fine() bool { return a.parts[village] || a.parts[unit] }
