// Relaxing: a question typed in one go, 办身份证要什么材料, is no phrase that any
// page holds; its parts are looked for instead.

package search

import (
	"slices"
	"strings"
)

const (
	longRun    = 4  // characters in a row that may be several words
	maxProbes  = 40 // looks into the index for the parts of one query
	maxPart    = 8  // units of a part
	shortAsked = 2  // a part is no shorter, unless it is no Chinese
)

// asking are words that ask and do not name what is looked for, longest first.
var asking = func() []string {
	words := strings.Fields(`请问 我想 我要 想要 想问 想知道 怎么办 怎么样 怎么 怎样 如何 什么时候 什么地方 什么 哪些 哪里 哪儿 哪个 哪天 多少钱 多少 多久 几天 几号
		为什么 是否 是不是 能不能 可不可以 可以 能否 需要 需不需要 要不要 应该 去哪 在哪 有没有 有哪些 是多少`)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}()

// free are characters that may be passed over: alone they name nothing. Inside
// a word they belong to it: 国有土地.
const free = "吗呢啊吧我你他的了要办去在是有哪几交领查开做和与及"

// relaxable tells whether words may be a question: then, and only then, parts
// of them may do where the whole is found nowhere.
func relaxable(words []term) bool {
	return slices.ContainsFunc(words, func(t term) bool {
		parts := stretches(t.units)
		return len(t.units) >= longRun || len(parts) != 1 || len(parts[0]) < len(t.units) ||
			len(t.units) > shortAsked && strings.Contains(free, t.units[0].text)
	})
}

// instead are the words that are looked for where those of a question stand
// together nowhere; nil: look for those. A 文号 is never taken apart.
func instead(words []term, text string, stands func([]term) (bool, error)) ([]term, error) {
	if key := numberKey(text); !relaxable(words) || tailKey(text) != "" && strings.HasSuffix(key, "号") {
		return nil, nil
	}
	if found, err := stands(words); found || err != nil {
		return nil, err
	}
	return relaxed(words, stands)
}

// relaxed are the longest parts of words, from the left, that probe says stand
// together in some page; nil if they are less than two thirds of what is asked,
// or if a number or a name in letters is not among them.
func relaxed(words []term, probe func([]term) (bool, error)) ([]term, error) {
	r := relaxing{probe: probe, left: maxProbes}
	for _, t := range words {
		for _, us := range stretches(t.units) {
			if err := r.stretch(us); err != nil {
				return nil, err
			}
		}
	}
	if len(r.kept) == 0 || r.held*3 < r.asked*2 {
		return nil, nil
	}
	return r.kept, nil
}

type relaxing struct {
	probe       func([]term) (bool, error)
	left        int // probes; below 0: given up
	kept        []term
	asked, held int // units
}

func (r *relaxing) stretch(us []unit) error {
	r.asked += len(us)
	for from := 0; from < len(us) && r.left >= 0; {
		to, err := r.part(us, from)
		if err != nil {
			return err
		}
		r.held += to - from
		switch {
		case to > from:
		case us[from].kind != han:
			r.left, r.kept = -1, nil
			return nil
		case strings.Contains(free, us[from].text):
			r.asked--
		}
		from = max(to, from+1)
	}
	return nil
}

// part is the end of the longest part that begins at from; from if there is none.
func (r *relaxing) part(us []unit, from int) (int, error) {
	for to := min(len(us), from+maxPart); to > from; to-- {
		if to-from < shortAsked && us[from].kind == han {
			break
		}
		if r.left--; r.left < 0 {
			break
		}
		with := append(slices.Clone(r.kept), newTerm(us[from:to]))
		found, err := r.probe(with)
		if err != nil {
			return from, err
		}
		if found {
			r.kept = with
			return to, nil
		}
	}
	return from, nil
}

// stretches are what the words that ask leave of a run.
func stretches(us []unit) [][]unit {
	var out [][]unit
	from, at := 0, 0
	for at < len(us) {
		n := askedAt(us[at:])
		if n == 0 {
			at++
			continue
		}
		if at > from {
			out = append(out, us[from:at])
		}
		at += n
		from = at
	}
	if from < len(us) {
		out = append(out, us[from:])
	}
	return out
}

// askedAt is how many units a word that asks takes at the beginning; 0: none.
func askedAt(us []unit) int {
	for _, word := range asking {
		n := 0
		for _, r := range word {
			if n == len(us) || us[n].text != string(r) {
				n = -1
				break
			}
			n++
		}
		if n > 0 {
			return n
		}
	}
	return 0
}
