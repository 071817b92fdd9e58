// The table of kinds. A new kind of personal data is one file and one row here.

package privacy

// KindInfo names a kind for programs and for people.
type KindInfo struct {
	Name string `json:"name"` // id_card
	Zh   string `json:"zh"`   // 公民身份号码
	En   string `json:"en"`   // citizen ID number
}

// kind is one row: what it is called, how much of it a mask leaves, what wakes
// it, and the functions that find it in a window. So many digits in a row, the
// first of them one of these, wake find; a word wakes spot. Either claims what
// it recognises, so earlier rows win over later ones.
type kind struct {
	KindInfo
	head, tail int
	least      int
	begins     string
	find       func(*kind, *window)
	wakes      string // words, parted by blanks; a word may be one character such as @
	spot       func(*kind, *window, woken)
}

// Mask defaults follow common usage (first 2 and last 3 of an ID: the region
// and the birth date hidden; 3 and 4 of a mobile).
var kinds = []kind{
	{KindInfo{"id_card", "公民身份号码", "citizen ID number"}, 2, 3, 12, "0123456789", findIDCards, "", nil},
	{KindInfo{"bank_card", "银行卡号、账号", "bank card or account number"}, 0, 4, 12, "0123456789", findBankCards, "", nil},
	{KindInfo{"mobile", "手机号码", "mobile number"}, 3, 4, 11, "1", findMobiles, "", nil},
	{KindInfo{"passport", "护照、出入境通行证号码", "passport or travel permit number"}, 1, 3, 7, "0123456789", findPassports, "", nil},
	{KindInfo{"regional_id", "港澳台身份证号码", "Hong Kong, Macao or Taiwan identity card number"}, 1, 2, 0, "", nil, regionWakes, findRegional},
	{KindInfo{"phone", "私人固定电话", "private fixed phone"}, 0, 3, 7, "02345678", findHomePhones, "", nil},
	{KindInfo{"social_security", "社会保障号", "social security number"}, 2, 2, 0, "", nil, socialWords, findInsured},
	{KindInfo{"medical_insurance", "医疗保险号", "medical insurance number"}, 2, 2, 0, "", nil, medicalWords, findInsured},
	{KindInfo{"plate", "机动车号牌", "vehicle plate"}, 2, 2, 0, "", nil, plateWakes(), findPlates},
	{KindInfo{"email", "个人电子邮箱", "personal e-mail address"}, 1, 0, 0, "", nil, mailWakes(), findEmails},
	{KindInfo{"birth_date", "出生日期", "date of birth"}, 0, 0, 0, "", nil, birthWakes, spotBirth},
	{KindInfo{"address", "家庭住址", "home address"}, 0, 0, 0, "", nil, homeWakes, spotAddress},
	{KindInfo{"property", "财产状况", "income and property"}, 0, 0, 0, "", nil, propertyWakes, spotProperty},
	{KindInfo{"health", "健康与困难原因", "health and hardship"}, 0, 0, 0, "", nil, healthWakes, spotHealth},
	{KindInfo{"minor", "未成年人名单", "list of minors"}, 0, 0, 0, "", nil, "", nil},
}

// Kinds lists the kinds that Scan recognises.
func Kinds() []KindInfo {
	infos := make([]KindInfo, len(kinds))
	for i, k := range kinds {
		infos[i] = k.KindInfo
	}
	return infos
}
