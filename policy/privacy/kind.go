// The table of kinds. A new kind of personal data is one file and one row here.
package privacy

// KindInfo names a kind for programs and for people.
type KindInfo struct {
	Name string `json:"name"` // id_card
	Zh   string `json:"zh"`   // 公民身份号码
	En   string `json:"en"`   // citizen ID number
}

var kinds = []KindInfo{
	{"id_card", "公民身份号码", "citizen ID number"},
	{"mobile", "手机号码", "mobile number"},
}

// Kinds lists the kinds that Scan recognises.
func Kinds() []KindInfo { return append([]KindInfo(nil), kinds...) }
