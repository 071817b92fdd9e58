// 机动车号牌: private plates; official ones and those of trailers, driving schools and police stay.

package privacy

import (
	"slices"
	"strings"
)

const (
	plateProvinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
	plateLetters   = "ABCDEFGHJKLMNPQRSTUVWXYZ" // no I, no O
)

// plateWakes are province and office letter: 京A 京B ….
func plateWakes() string {
	var b strings.Builder
	for _, p := range plateProvinces {
		for _, l := range plateLetters {
			b.WriteString(string(p) + string(l) + " ")
		}
	}
	return b.String()
}

// Words in front of a plate that say whose the vehicle is.
var (
	officialCars = folded(`公务用车 公务车 公车 执法车 执法用车 执法执勤 执勤 巡逻车 救护车 消防车 校车 公交 大客车 大型客车 中型客车 大型普通客车 中型普通客车 旅游客车 营运客车 长途客车 货运 客运 营运车辆 租赁车辆 出租车 出租汽车 巡游车 网约车 环卫 垃圾车 洒水车
		吸污车 工程车 警车 单位车辆 单位用车 公司车辆 企业车辆 运输车 特种车 作业车 车队 应急车 保障用车 拍卖 处置公告 报废公务`)
	privateCars = folded(`车主 私家车 私车 本人 个人 姓名 当事人 驾驶人 驾驶员 司机 失主 违法人 身份证 户主 村民 申请人 先生 女士 驾驶 家庭车辆 家用车 自用车 名下`)
)

var (
	carWords  = newFinder(privateCars, officialCars)
	carLabels = folded("车牌 号牌 牌照 牌号 车号 车辆")
)

const carCounts = "辆台张起件户人万"

const carNote = 8 // characters behind a plate in which a note says whose it is: 豫A12345（公务用车）

// findPlates reads on behind province and letter.
func findPlates(k *kind, w *window, at woken) {
	atoms, last := w.plate(at)
	if atoms == nil {
		return
	}
	back, behind := w.headed()+w.backwards(at.from), w.onwards(atoms[len(atoms)-1])
	ends := carWords.last([]rune(back))
	private, official := ends[0], ends[1]
	switch {
	case last != 0 && strings.ContainsRune("学警挂领使", last):
	case w.coloned(atoms) && (private < 0 && !hasAny(back, carLabels) || strings.IndexAny(behind, carCounts) == 0): // 豫A：12345辆
	case official > private, private < 0 && hasAny(beginningOf(behind, carNote), officialCars):
	case private >= 0 || hasAny(behind, privateCars):
		w.report(k, atoms, 2, 2, Certain, "shape", "context:person")
	default:
		w.report(k, atoms, 2, 2, Likely, "shape")
	}
}

// plate collects the atoms of a whole plate, and the character that ends it
// where that is Chinese (挂, 学, 警, 港, 澳).
func (w *window) plate(at woken) (atoms []int, last rune) {
	atoms = w.visible(at.from, at.to)
	var tail []atom
	gap, stars := 0, false
	for i := at.to; i < len(w.atoms) && len(tail) < 7; i++ {
		a := w.atoms[i]
		switch {
		case a.class == drop || a.class == seam:
			stars = stars || a.r == '*'
			continue
		case gap == 0 && a.class == blank || gap < mostGap && len(tail) == 0 && (a.class == blank || a.class == dash || a.class == dot || a.r == ':'):
			gap++
			continue
		case len(tail) == 4 && strings.ContainsRune(plateEnds, a.r):
			return append(atoms, i), a.r
		case a.r == '*' && gap == 0: // a masked number begins in it
			return nil, 0
		case !a.inPlate() || gap > 0 && len(tail) > 0 && (a.class != digit || stars || plateTail(tail)):
			return w.ifPlate(atoms, tail)
		}
		gap, tail, atoms = 0, append(tail, a), append(atoms, i)
	}
	return w.ifPlate(atoms, tail)
}

// coloned reports a colon behind the office letter: 豫A：12345.
func (w *window) coloned(atoms []int) bool {
	return slices.ContainsFunc(w.atoms[atoms[1]:atoms[2]], func(a atom) bool { return a.r == ':' })
}

const plateEnds = "学警挂领使港澳"

func (w *window) ifPlate(atoms []int, tail []atom) ([]int, rune) {
	if !plateTail(tail) {
		return nil, 0
	}
	return atoms, 0
}

// visible are the atoms from up to to that a reader sees.
func (w *window) visible(from, to int) (atoms []int) {
	for i := from; i < to; i++ {
		if a := w.atoms[i]; a.class == other || a.class == digit {
			atoms = append(atoms, i)
		}
	}
	return atoms
}

// inPlate reports a letter or digit that plates have.
func (a atom) inPlate() bool {
	return a.class == digit || a.class == other && isLatin(a.r) && a.r != 'i' && a.r != 'o'
}

// plateTail checks what follows the office letter: five characters with at
// most two letters, or six of a new-energy car, whose letter is at one end.
func plateTail(tail []atom) bool {
	letters, numerals := 0, 0
	for _, a := range tail {
		if a.class == other {
			letters++
		} else if a.script == chinese {
			numerals++
		}
	}
	if numerals > 0 && numerals != len(tail) {
		return false
	}
	switch len(tail) {
	case 5:
		return letters <= 2
	case 6:
		return newEnergy(tail[0].r) && (letters == 1 || letters == 2 && tail[1].class == other) || letters <= 2 && newEnergy(tail[5].r)
	}
	return false
}

// newEnergy are the letters of small and large new-energy cars.
func newEnergy(r rune) bool { return r >= 'a' && r <= 'k' && r != 'i' }
