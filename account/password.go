// Which logins (登录名) and passwords (口令) are good enough.

package account

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"gongkai"
)

// Bounds of a password, in characters.
const (
	MinPassword = 10
	MaxPassword = 128
)

// passwordRules is the policy, one row per rule, in the order in which they
// are told. Both arguments are folded.
var passwordRules = []struct {
	code, zh, en string
	broken       func(password, login string) bool
}{
	{"too_short", fmt.Sprintf("密码至少 %d 个字符", MinPassword), fmt.Sprintf("a password has at least %d characters", MinPassword),
		func(p, _ string) bool { return utf8.RuneCountInString(p) < MinPassword }},
	{"too_long", fmt.Sprintf("密码最多 %d 个字符", MaxPassword), fmt.Sprintf("a password has at most %d characters", MaxPassword),
		func(p, _ string) bool { return utf8.RuneCountInString(p) > MaxPassword }},
	{"control", "密码不能含有控制字符", "a password holds no control characters",
		func(p, _ string) bool { return strings.ContainsFunc(p, unicode.IsControl) || !utf8.ValidString(p) }},
	{"is_login", "密码不能与登录名相同", "a password is not the login",
		func(p, login string) bool { return login != "" && strings.ReplaceAll(p, login, "") == "" }},
	{"few_characters", "密码至少有四种不同的字符", "a password has at least four different characters",
		func(p, _ string) bool { return distinct(p) < 4 }},
	{"common", "密码过于常见", "the password is too common",
		func(p, _ string) bool { return commonPasswords[p] }},
}

// commonPasswords are those long enough to pass the first rule that every
// guessing list begins with.
var commonPasswords = set(`
1234567890 0123456789 0987654321 9876543210 12345678910 123456789a 1234567891 1234567899 123456789q
123456789abc a123456789 aa123456789 qq123456789 abc123456789 abcd123456 abc1234567 abcdefghij 1q2w3e4r5t
1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc qwertyuiop qwerty123456 qwerty12345 qwer123456 asdfghjkl123 asdf123456
asdfghjkl; zxcvbnm123 password12 password123 password1234 passw0rd123 p@ssw0rd123 p@ssword123 admin12345
admin123456 admin@1234 admin@12345 admin@123456 administrator administrator1 root123456 root@123456 test123456
test@12345 user123456 welcome123 welcome1234 changeme123 letmein123 iloveyou123 iloveyou1314 woaini1314
woaini5201314 woaini520520 woaini123456 5201314520 1314520520 5201314123 147258369a 1472583690 1122334455
gongkai123 gongkai2024 gongkai2025 gongkai2026 zhengfu123 zhengwu123 huawei@123 huawei12#$ huawei@12345
`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// CheckPassword says which rule a new password breaks; it never repeats the
// password.
func CheckPassword(login, password string) error {
	p, l := fold(password), fold(login)
	for _, r := range passwordRules {
		if r.broken(p, l) {
			return gongkai.E(gongkai.Invalid, "weak_password", r.zh, r.en,
				gongkai.Detail{Where: "password", Code: r.code, Zh: r.zh, En: r.en})
		}
	}
	return nil
}

// fold is the form in which logins are stored and compared: NFKC, case folded.
func fold(s string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
}

// cleanLogin folds a login and checks its form: 2 to 64 letters (Latin or
// Chinese, so that no two look alike), digits and . _ - @.
func cleanLogin(s string) (string, error) {
	l := fold(strings.TrimSpace(s))
	n := utf8.RuneCountInString(l)
	bad := strings.ContainsFunc(l, func(r rune) bool { return !alnum(r) && !strings.ContainsRune("._-@", r) })
	if n < 2 || n > 64 || bad || strings.ContainsRune("._-@", []rune(l)[0]) {
		return "", invalid("login", "登录名须为 2 至 64 个汉字、英文字母、数字或 . _ - @，且以文字或数字开头",
			"a login is 2 to 64 Chinese or Latin letters, digits or . _ - @, and begins with a letter or digit")
	}
	return l, nil
}

func alnum(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || unicode.Is(unicode.Han, r)
}

// cleanName checks a shown name: not empty, one line, at most 64 characters.
func cleanName(s string) (string, error) {
	s = norm.NFC.String(strings.TrimSpace(s))
	if s == "" || utf8.RuneCountInString(s) > 64 || strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s) {
		return "", invalid("name", "名称须为 1 至 64 个字符，不含控制字符", "a name has 1 to 64 characters and no control characters")
	}
	return s, nil
}

func invalid(where, zh, en string) error {
	return gongkai.E(gongkai.Invalid, "bad_"+where, zh, en, gongkai.Detail{Where: where, Code: "form", Zh: zh, En: en})
}
