// 私人固定电话: a fixed line is an office's and stays, unless the words before say that it is somebody's home.

package privacy

// findHomePhones looks at rows of 7 to 12 digits behind 家庭电话 and its like.
func findHomePhones(k *kind, w *window) {
	for i := w.judged; i+7 <= len(w.digits); i++ {
		if w.taken[i] || !w.opens(i) {
			continue
		}
		if j := w.fixedEnd(i); j > 0 && w.closes(j) && w.free(i, j) {
			if about := w.about(i); about.meaning == home && !about.past {
				w.keep(i, j)
				w.report(k, append(w.bracketed(i), w.digits[i:j]...), k.head, k.tail, Likely, about.evidence("shape")...)
			}
			i = j - 1 // the words in front say the same of the rest
		}
	}
}

// bracketed is the area code that stands in brackets before digit i.
func (w *window) bracketed(i int) (atoms []int) {
	at := w.digits[i] - 1
	if at < 0 || w.atoms[at].r != ')' {
		return nil
	}
	for at--; at >= 0 && w.atoms[at].class == digit && len(atoms) < 4; at-- {
		atoms = append(atoms, at)
	}
	if at < 0 || w.atoms[at].r != '(' || len(atoms) < 3 {
		return nil
	}
	return turned(atoms)
}

// fixedEnd is where a fixed number from digit i ends: area code, seven or
// eight digits, and an extension that goes with it; 0 when there is none.
func (w *window) fixedEnd(i int) int {
	best := 0
	for _, n := range []int{7, 8, 10, 11, 12} {
		j := i + n
		if j > len(w.digits) || !w.closes(j) || w.between(i, j)&byWrap != 0 {
			continue
		}
		v, layout := w.value(i, j), w.layout(i, j)
		switch {
		case n <= 8 && v[0] >= '2' && v[0] <= '8' && (layout == string('0'+byte(n)) || layout == "4-4" || layout == "3-4"):
			best = j
		case n >= 10 && areaCode(v) > 0 && n-areaCode(v) >= 7 && n-areaCode(v) <= 8 && v[areaCode(v)] >= '2':
			best = j
		}
	}
	return best
}

// areaCode is the length of the area code (区号) that a number begins with.
func areaCode(v string) int {
	switch {
	case v[0] != '0' || v[1] == '0':
		return 0
	case v[1] <= '2':
		return 3
	}
	return 4
}
