// Keys: "birthday":"1990-03-07", address=…, DOB: 1990.03: labels in English, as
// programs write them.

package privacy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	keyReach = 300 // bytes behind a key, and in front of it, that are looked at
	keyBack  = 12  // bytes of a key in front of what it is found by
)

// keyMarks are what keys are found by; each is short, and rare in Chinese.
var keyMarks = []struct{ mark, kind string }{
	{"irth", "birth_date"}, {"IRTH", "birth_date"}, {"DOB", "birth_date"}, {"dob", "birth_date"}, {"csrq", "birth_date"},
	{"ddr", "address"}, {"DDR", "address"}, {"zhuzhi", "address"},
}

// keyPersons beside an address make it a person's.
var keyPersons = []string{"name", "idcard", "id_card", "idno", "phone", "mobile", "tel", "birth", "dob", "姓名", "性别", "民族", "享受人员", "户主", "申请人", "受益人", "人口数", "卡号", "身份证", "手机"}

// keyBodies make it an office's.
var keyBodies = []string{"company", "org", "office", "dept", "unit", "公司", "单位", "办公", "email_addr", "ip_addr", "mac"}

// keys looks behind each key of a piece.
func (s *scanner) keys(p piece) {
	for _, m := range keyMarks {
		for at := p.start; at < p.end; {
			i := strings.Index(s.text[at:p.end], m.mark)
			if i < 0 {
				break
			}
			at += i
			s.key(p, at, m.kind)
			at += len(m.mark)
		}
	}
}

// key reads the value behind the key that has a mark at a place.
func (s *scanner) key(p piece, at int, kind string) {
	end := at
	for end < p.end && (isLetter(s.text[end]) || s.text[end] == '_' || s.text[end] == '-' || s.text[end] == ' ' && kind == "birth_date") {
		end++
	}
	if end-at > keyBack {
		return
	}
	stop := min(p.end, end+keyReach)
	for stop < p.end && !utf8.RuneStart(s.text[stop]) {
		stop--
	}
	s.scratch = s.read(piece{end, stop, p.mode, ""}, s.scratch[:0])
	l := line(s.scratch)
	i := l.toValue(0)
	if i == 0 {
		return
	}
	if kind == "birth_date" {
		if d, ok := l.dateAt(i, s.opt.Now, true); ok {
			s.born(kindNamed(kind), l, d, Likely, "key:birth")
		}
		return
	}
	if a := l.addressAt(i); (a.home() || a.fine()) && s.keyOfPerson(p, at) {
		s.lodge(kindNamed(kind), l, a, Likely, "key:address")
	}
}

// keyOfPerson looks for other keys around one, and for a mobile number.
func (s *scanner) keyOfPerson(p piece, at int) bool {
	around := strings.ToLower(s.text[max(p.start, at-keyReach):min(p.end, at+keyReach)])
	holds := func(w string) bool { return strings.Contains(around, w) }
	number := func(c rune) bool { return c < '0' || c > '9' }
	own := slices.ContainsFunc(keyPersons, holds) || slices.ContainsFunc(strings.FieldsFunc(around, number), mobileNumber)
	return own && !slices.ContainsFunc(keyBodies, holds)
}
