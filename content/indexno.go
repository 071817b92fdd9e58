// Index numbers (索引号) from a template per site.

package content

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gongkai"
)

// DefaultIndexTemplate is the pattern of Ningxia and Guangdong:
// 11640112010148754W/2022-00206.
const DefaultIndexTemplate = "{uscc}/{yyyy}-{seq:5}"

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// IndexTemplate fills the template but for the serial number. counter names
// the counter of its (body, period); format takes the serial.
func IndexTemplate(template string, unit Unit, at time.Time) (counter, format string, err error) {
	if template == "" {
		template = DefaultIndexTemplate
	}
	at = at.In(Shanghai)
	width, serials := 0, 0
	filled := placeholder.ReplaceAllStringFunc(strings.ReplaceAll(template, "%", ""), func(p string) string {
		switch p {
		case "{uscc}":
			return unit.USCC
		case "{unit}":
			return unit.ID
		case "{yyyy}":
			return at.Format("2006")
		case "{mm}":
			return at.Format("01")
		case "{seq}":
			serials++
			return "%d"
		}
		if n, ok := strings.CutPrefix(p, "{seq:"); ok {
			width, _ = strconv.Atoi(strings.TrimSuffix(n, "}"))
			if width > 0 && width < 12 {
				serials++
				return fmt.Sprintf("%%0%dd", width)
			}
		}
		serials = -9
		return ""
	})
	if serials != 1 {
		return "", "", gongkai.E(gongkai.Invalid, "index_template", "索引号模板须含且仅含一个{seq}或{seq：位数},其余可用{uscc}{unit}{yyyy}{mm}", "an index number template has exactly one {seq} or {seq:digits}; {uscc} {unit} {yyyy} {mm} may stand beside it")
	}
	if strings.Contains(template, "{uscc}") && !CreditCode(unit.USCC) {
		return "", "", gongkai.E(gongkai.Blocked, "index_uscc", "单位没有有效的统一社会信用代码，无法编排索引号", "the unit has no valid credit code, so no index number can be made", gongkai.Detail{Where: "unit", Code: "uscc", Zh: "请管理员补填", En: "ask an administrator to add it"})
	}
	return "index_no:" + filled, filled, nil
}
