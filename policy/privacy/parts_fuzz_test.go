package privacy

import "testing"

// FuzzParts looks at two texts as one. Whatever they hold: the findings of each
// fit into it, and once both are masked nothing certain is left in either.
func FuzzParts(f *testing.F) {
	f.Add("身份证号110101199003071233，手机13800138000", "表_110101199003071233001.pdf 订单138-00-138-000", uint8(0))
	f.Add("<p>张三 138****8000</p>", "<a title='13800138000'>订单号13800138000</a>", uint8(4))
	f.Add("账号 6222********1234", "编号：6222**0000**11111234", uint8(8))
	f.Add("车主 沪A12345 zs@163.com", "沪A·12345，zs＠163.com", uint8(3))
	f.Fuzz(func(t *testing.T, a, b string, format uint8) {
		parts := []Part{{Text: a, Format: formats[int(format)%3]}, {Text: b, Format: formats[int(format/3)%3]}}
		masked := make([]Part, len(parts))
		for i, fs := range ScanParts(parts, Options{Now: today}) {
			checkOffsets(t, parts[i].Text, fs)
			masked[i] = parts[i]
			masked[i].Text = Mask(parts[i].Text, fs)
			checkUntouched(t, parts[i].Text, masked[i].Text, fs)
		}
		for i, fs := range ScanParts(masked, Options{Now: today}) {
			for _, f := range fs {
				if f.Level == Certain {
					t.Errorf("%q beside %q: %s is left in %q", a, b, f, masked[i].Text)
				}
			}
		}
	})
}
