// Personal data that has to be found, drawn at random. Check digits are
// computed here, by the standards and not by the code under judgement.

package corpustest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// The kinds by the names that every judge uses, and those of our own.
const (
	idCard    = "id_card"
	mobile    = "mobile"
	bankCard  = "bank_card"
	plate     = "plate"
	address   = "address"
	birthDate = "birth_date"
	passport  = "passport"
	email     = "email"
	regional  = "regional_id"
	phone     = "phone"
	social    = "social_security"
	medical   = "medical_insurance"
	property  = "property"
	health    = "health"
	minor     = "minor"
)

// values are the braces that stand for personal data.
var values = map[string]func(*rand.Rand) value{
	"id":        func(r *rand.Rand) value { return idValue(idNumber(r, pick(r, counties).code)) },
	"idx":       func(r *rand.Rand) value { return idValue(idNumberX(r)) },
	"permit":    func(r *rand.Rand) value { return idValue(idNumber(r, pick(r, []string{"810000", "820000", "830000"}))) },
	"id15":      func(r *rand.Rand) value { return value{kind: idCard, text: oldID(r)} },
	"idtypo":    func(r *rand.Rand) value { return value{kind: idCard, text: wrongID(r)} },
	"childid":   func(r *rand.Rand) value { return idValue(childID(r)) },
	"studentid": func(r *rand.Rand) value { return studentNumber(r) },
	"disabled":  func(r *rand.Rand) value { return disabilityNumber(r) },
	"mobile":    func(r *rand.Rand) value { return mobileValue(mobileNumber(r)) },
	"mobile344": func(r *rand.Rand) value { return mobileApart(r) },
	"mobile86":  func(r *rand.Rand) value { return mobileAbroad(r) },
	"mobilebr":  func(r *rand.Rand) value { return mobileInBrackets(r) },
	"mobile2": func(r *rand.Rand) value {
		n := mobileNumber(r)
		return onTwoLines(r, value{kind: mobile, hide: n, text: n, sure: true})
	},
	"id2": func(r *rand.Rand) value {
		n := idNumberX(r)
		return onTwoLines(r, value{kind: idCard, hide: n, text: n, sure: true})
	},
	"hkid":      func(r *rand.Rand) value { return value{kind: regional, text: hongKongCard(r)} },
	"moid":      func(r *rand.Rand) value { return value{kind: regional, text: macaoCard(r)} },
	"twid":      func(r *rand.Rand) value { return value{kind: regional, text: taiwanCard(r)} },
	"mailcoded": func(r *rand.Rand) value { return value{kind: email, text: mailboxInWords(r)} },
	"platecolon": func(r *rand.Rand) value {
		return value{kind: plate, text: pick(r, counties).plate + "A" + pick(r, []string{"：", ":", "： "}) + digits(r, 5)}
	},
	"bank":     func(r *rand.Rand) value { return bankValue(bankNumber(r)) },
	"bank4":    func(r *rand.Rand) value { return bankApart(r) },
	"passbook": func(r *rand.Rand) value { return value{kind: bankCard, text: passbook(r)} },
	"plate":    func(r *rand.Rand) value { return value{kind: plate, text: plateNumber(r)} },
	"plategreen": func(r *rand.Rand) value {
		return value{kind: plate, text: greenPlate(r)}
	},
	"passport": func(r *rand.Rand) value { return value{kind: passport, text: passportNumber(r)} },
	"travel":   func(r *rand.Rand) value { return value{kind: passport, text: travelPermit(r)} },
	"birth":    func(r *rand.Rand) value { return value{kind: birthDate, text: birthText(r)} },
	"birthzh":  func(r *rand.Rand) value { return value{kind: birthDate, text: written(birthday(r))} },
	"address":  func(r *rand.Rand) value { return home(r) },
	"email":    func(r *rand.Rand) value { return value{kind: email, text: mailbox(r)} },
	"homephone": func(r *rand.Rand) value {
		return value{kind: phone, text: officeNumber(r)}
	},
	"social":  func(r *rand.Rand) value { return value{kind: social, text: letter(r) + digits(r, 8)} },
	"medical": func(r *rand.Rand) value { return value{kind: medical, text: "3406" + digits(r, 8)} },
}

// draw is a value for the name in a brace.
func draw(r *rand.Rand, name string) value {
	if make, ok := values[name]; ok {
		return make(r)
	}
	if make, ok := looks[name]; ok {
		return value{text: make(r)}
	}
	if make, ok := words[name]; ok {
		return value{text: make(r), free: true}
	}
	panic("no value is called " + name)
}

func idValue(id string) value {
	return value{kind: idCard, text: id, shown: id[:2] + strings.Repeat("*", 13) + id[15:], sure: true}
}

// birthday is a day on which somebody now grown up was born.
func birthday(r *rand.Rand) time.Time {
	return time.Date(1931+r.IntN(72), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
}

// idNumber has a right check digit by GB 11643: weights are powers of two
// modulo eleven.
func idNumber(r *rand.Rand, region string) string {
	return withCheck(region + birthday(r).Format("20060102") + digits(r, 3))
}

func withCheck(body string) string {
	sum := 0
	for i, c := range body {
		sum += int(c-'0') * (1 << (17 - i) % 11)
	}
	return body + string("10X98765432"[sum%11])
}

func idNumberX(r *rand.Rand) string {
	for {
		if id := idNumber(r, pick(r, counties).code); id[17] == 'X' {
			return id
		}
	}
}

func oldID(r *rand.Rand) string {
	return pick(r, counties).code + birthday(r).AddDate(-10, 0, 0).Format("060102") + digits(r, 3)
}

// wrongID has a check digit that a slip of the hand made wrong.
func wrongID(r *rand.Rand) string {
	id := idNumber(r, pick(r, counties).code)
	return id[:17] + string("0123456789"[(strings.IndexByte("0123456789X", id[17])+1+r.IntN(8))%10])
}

func childID(r *rand.Rand) string {
	born := time.Date(2012+r.IntN(9), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
	return withCheck(pick(r, counties).code + born.Format("20060102") + digits(r, 3))
}

// studentNumber (学籍号) is G and the ID of a child.
func studentNumber(r *rand.Rand) value {
	id := childID(r)
	return value{kind: idCard, text: "G" + id, hide: id, sure: true}
}

// disabilityNumber (残疾人证号) is an ID, a kind and a grade.
func disabilityNumber(r *rand.Rand) value {
	id := idNumber(r, pick(r, counties).code)
	return value{kind: idCard, text: fmt.Sprintf("%s%d%d", id, 1+r.IntN(7), 1+r.IntN(4)), hide: id, sure: true}
}

// networks are the first three digits that operators have.
var networks = strings.Fields(`130 131 132 133 134 135 136 137 138 139 145 147 149 150 151 152 153 155 156 157 158 159
	166 167 170 171 172 173 175 176 177 178 180 181 182 183 184 185 186 187 188 189 191 193 195 196 197 198 199`)

func mobileNumber(r *rand.Rand) string { return pick(r, networks) + "2" + digits(r, 7) }

func mobileValue(n string) value {
	return value{kind: mobile, text: n, shown: n[:3] + "****" + n[7:], sure: true}
}

func mobileApart(r *rand.Rand) value {
	n, by := mobileNumber(r), pick(r, []string{" ", "-", "－", "—", "‐", "·"})
	return value{kind: mobile, text: n[:3] + by + n[3:7] + by + n[7:], hide: n, sure: true}
}

func mobileAbroad(r *rand.Rand) value {
	n, front := mobileNumber(r), pick(r, []string{"+86", "+86 ", "+86-", "86-", "0086", "（+86）", "86"})
	return value{kind: mobile, text: front + n, hide: n, shown: front + n[:3] + "****" + n[7:], sure: true}
}

// mobileInBrackets has its first three digits in brackets, as an area code.
func mobileInBrackets(r *rand.Rand) value {
	n := mobileNumber(r)
	front, shut, by := "(", ")", pick(r, []string{"-", " ", ""})
	if r.IntN(2) == 0 {
		front, shut = "（", "）"
	}
	return value{kind: mobile, lead: front, text: n[:3] + shut + pick(r, []string{"", " "}) + n[3:7] + by + n[7:], hide: n, sure: true}
}

// onTwoLines breaks a number where a line of the source was full.
func onTwoLines(r *rand.Rand, v value) value {
	at := 3 + r.IntN(len(v.text)-4)
	v.text = v.text[:at] + "\n" + v.text[at:]
	return v
}

// cards are prefixes of common cards with their lengths.
var cards = []struct {
	prefix string
	length int
}{
	{"622202", 19}, {"621226", 19}, {"622848", 19}, {"623052", 19}, {"621700", 19}, {"621785", 19}, {"621661", 19},
	{"622188", 19}, {"621799", 19}, {"621483", 16}, {"622588", 16}, {"622262", 19}, {"622908", 18}, {"622521", 16}, {"436742", 19},
}

// bankNumber has a right check digit by Luhn.
func bankNumber(r *rand.Rand) string {
	card := pick(r, cards)
	body := card.prefix + digits(r, card.length-7)
	return body + luhn(body)
}

func luhn(body string) string {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			d = d*2%10 + d*2/10
		}
		sum += d
	}
	return string(rune('0' + (10-sum%10)%10))
}

func bankValue(n string) value { return value{kind: bankCard, text: n, sure: true} }

func bankApart(r *rand.Rand) value {
	n, by := bankNumber(r), pick(r, []string{" ", "-", "\u00a0"})
	var parts []string
	for at := 0; at < len(n); at += 4 {
		parts = append(parts, n[at:min(at+4, len(n))])
	}
	return value{kind: bankCard, text: strings.Join(parts, by), hide: n, sure: true}
}

// passbook is an account of a local bank: it has no check digit anybody knows.
func passbook(r *rand.Rand) string {
	for {
		body := pick(r, []string{"20010", "1305", "6217", "10012", "623166", "9558"})
		if n := body + digits(r, pick(r, []int{17, 18, 19})-len(body)); luhn(n[:len(n)-1]) != n[len(n)-1:] {
			return n
		}
	}
}

func plateNumber(r *rand.Rand) string {
	form := pick(r, []string{"%s%s%s", "%s%s%s", "%s%s·%s", "%s%s %s", "%s%s•%s"})
	tail := pick(r, []func() string{
		func() string { return digits(r, 5) },
		func() string { return letter(r) + digits(r, 4) },
		func() string { return digits(r, 2) + letter(r) + digits(r, 2) },
		func() string { return digits(r, 3) + letter(r) + letter(r) },
	})()
	return fmt.Sprintf(form, pick(r, counties).plate, string("ABCDEFGHJK"[r.IntN(10)]), tail)
}

func greenPlate(r *rand.Rand) string {
	city := pick(r, counties).plate + string("ABCDEFGHJK"[r.IntN(10)]) + pick(r, []string{"", "·"})
	if r.IntN(4) == 0 {
		return city + digits(r, 5) + pick(r, []string{"D", "F"})
	}
	return city + pick(r, []string{"D", "F"}) + pick(r, []string{letter(r), digits(r, 1)}) + digits(r, 4)
}

func passportNumber(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return "E" + letter(r) + digits(r, 7)
	}
	return pick(r, []string{"E", "E", "G"}) + digits(r, 8)
}

func travelPermit(r *rand.Rand) string {
	return pick(r, []string{"C" + digits(r, 8), "C" + letter(r) + digits(r, 7), "W" + digits(r, 8), "L" + digits(r, 8),
		"H" + digits(r, 8), "M" + digits(r, 8), "H" + digits(r, 10)})
}

// birthForms are ways to write a date of birth.
var birthForms = []string{"2006年1月2日", "2006年01月02日", "2006年1月", "2006-01-02", "2006.01.02", "2006/1/2", "20060102", "2006.01", "2006-1-2", "2006年 1月 2日"}

func birthText(r *rand.Rand) string { return birthday(r).Format(pick(r, birthForms)) }

// written is a date in Chinese numerals: 一九八五年三月十二日.
func written(t time.Time) string {
	var b strings.Builder
	for _, c := range t.Format("2006") {
		b.WriteString([]string{"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"}[c-'0'])
	}
	return b.String() + "年" + numeral(int(t.Month())) + "月" + numeral(t.Day()) + "日"
}

// numeral is a number below a hundred in Chinese.
func numeral(n int) string {
	ones := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	tens := []string{"", "十", "二十", "三十", "四十", "五十", "六十", "七十", "八十", "九十"}
	return tens[n/10%10] + ones[n%10]
}

func mailbox(r *rand.Rand) string {
	name := pick(r, []string{"zhang", "lixm", "wang.fang", "chen_j", "liu", "zhaoyun", "sun-q"}) + digits(r, 2+r.IntN(4))
	return pick(r, []string{name, name, digits(r, 9)}) + "@" + pick(r, []string{"qq.com", "163.com", "126.com", "sina.com", "gmail.com", "139.com", "outlook.com", "foxmail.com"})
}

// mailboxInWords hides its @, and sometimes its dot, from programs.
func mailboxInWords(r *rand.Rand) string {
	box := mailbox(r)
	if r.IntN(4) == 0 {
		return strings.ReplaceAll(box, ".com", pick(r, []string{"点com", " 点 com", "[dot]com"}))
	}
	return strings.Replace(box, "@", pick(r, []string{"[at]", "(at)", " (at) ", "（at）", "【at】", "[@]", "#", "[AT]"}), 1)
}
