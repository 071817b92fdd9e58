// Look-alikes: what has the form of personal data and is none. A gate that
// cries wolf over them is switched off.

package corpustest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// looks are the braces that stand for what must stay.
var looks = map[string]func(*rand.Rand) string{
	"credit":  func(r *rand.Rand) string { return creditCode(r, pick(r, []string{"11", "12", "91", "92", "52", "93"})) },
	"creditn": numericCredit,
	"index":   indexNumber,
	"docno":   documentNumber,
	"office":  officeNumber,
	"ext":     func(r *rand.Rand) string { return officeNumber(r) + pick(r, []string{"转", "-"}) + digits(r, 3) },
	"hotline": func(r *rand.Rand) string {
		return pick(r, []string{"12345", "12388", "110", "95598", "96301", "12333"})
	},
	"freecall": freeCall,
	"amount": func(r *rand.Rand) string {
		return pick(r, networks) + digits(r, 6) + "00" + pick(r, []string{"元", ".00元", "万元", "公斤", "千瓦时"})
	},
	"commas": func(r *rand.Rand) string {
		return fmt.Sprintf("%d,%03d,%03d,%03d元", 13+r.IntN(7), r.IntN(1000), r.IntN(1000), r.IntN(1000))
	},
	"project": func(r *rand.Rand) string {
		return fmt.Sprintf("%s-%s-%02d-%02d-%s", "20"+strconv.Itoa(16+r.IntN(10)), pick(r, counties).code, 1+r.IntN(90), 1+r.IntN(9), digits(r, 6))
	},
	"serial11": func(r *rand.Rand) string { return pick(r, networks) + digits(r, 8) },
	"serial15": func(r *rand.Rand) string { return oldID(r) },
	"serial16": func(r *rand.Rand) string { return stamp(r).Format("20060102") + digits(r, 8) },
	"serial18": func(r *rand.Rand) string { return stamp(r).Format("20060102150405") + digits(r, 4) },
	"serial19": func(r *rand.Rand) string { return "1" + digits(r, 18) },
	"serial20": func(r *rand.Rand) string { return mobileNumber(r) + digits(r, 9) },
	"contract": func(r *rand.Rand) string { return "HT-" + stamp(r).Format("20060102") + "-" + digits(r, 4) },
	"bid":      func(r *rand.Rand) string { return "ZB" + stamp(r).Format("2006") + "-" + mobileNumber(r) },
	"licence": func(r *rand.Rand) string {
		return pick(r, []string{"JY1", "SC1", "JY2"}) + pick(r, counties).code + digits(r, 7)
	},
	"isbn":    isbn,
	"stampms": func(r *rand.Rand) string { return stamp(r).Format("20060102150405") + digits(r, 3) },
	"unix":    func(r *rand.Rand) string { return strconv.FormatInt(stamp(r).UnixMilli(), 10) },
	"coord": func(r *rand.Rand) string {
		return fmt.Sprintf("1%02d.%s,3%d.%s", 10+r.IntN(20), digits(r, 8), r.IntN(10), digits(r, 8))
	},
	"orgacct": func(r *rand.Rand) string {
		return pick(r, []string{"1305018009", "34001626108", "12040101040", "188712"}) + digits(r, 8)
	},
	"orgcard":  func(r *rand.Rand) string { return bankNumber(r) },
	"officeat": officeAddress,
	"official": officialPlate,
	"public": func(r *rand.Rand) string {
		return pick(r, []string{"xxgk", "bgs", "zwgk", "jubao"}) + digits(r, 2) + "@" + pick(r, []string{"hb", "lingwu", "junshan"}) + ".gov.cn"
	},
	"date":    func(r *rand.Rand) string { return stamp(r).Format(pick(r, birthForms)) },
	"olddate": birthText,
	"icp": func(r *rand.Rand) string {
		return pick(r, counties).plate + pick(r, []string{"ICP备" + digits(r, 8) + "号", "B2-" + digits(r, 8), "公网安备 " + digits(r, 14) + "号"})
	},
	"drug": func(r *rand.Rand) string { return "国药准字" + pick(r, []string{"H", "Z", "S"}) + digits(r, 8) },
	"casecode": func(r *rand.Rand) string {
		return fmt.Sprintf("（%d）皖%s民初%d号", 2016+r.IntN(9), digits(r, 4), 100+r.IntN(9000))
	},
	"imei": func(r *rand.Rand) string { body := "86" + digits(r, 12); return body + luhn(body) },
	"vin": func(r *rand.Rand) string {
		return "LSVA" + letter(r) + digits(r, 4) + letter(r) + letter(r) + digits(r, 6)
	},
	"parcel":   func(r *rand.Rand) string { return pick(r, counties).code + digits(r, 6) + "GB" + digits(r, 5) },
	"region12": func(r *rand.Rand) string { return pick(r, counties).code + digits(r, 6) },
	"orgcode":  func(r *rand.Rand) string { return digits(r, 8) + "-" + digits(r, 1) },
	"postcode": func(r *rand.Rand) string { return pick(r, counties).code },
	"taxno15":  func(r *rand.Rand) string { return pick(r, counties).code + digits(r, 9) },
	"ip":       func(r *rand.Rand) string { return fmt.Sprintf("192.168.%d.%d", r.IntN(256), r.IntN(256)) },
	"hash":     func(r *rand.Rand) string { return fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64()) },
	"pagepath": func(r *rand.Rand) string {
		return "/art/2021/" + strconv.Itoa(1+r.IntN(12)) + "/12/art_" + digits(r, 4) + "_" + mobileNumber(r)[:8] + digits(r, 6) + ".html"
	},
	"masked": maskedValue,
	"mealno": func(r *rand.Rand) string { return "E" + digits(r, 8) },
}

func stamp(r *rand.Rand) time.Time {
	return time.Date(2015+r.IntN(10), time.Month(1+r.IntN(12)), 1+r.IntN(28), 8+r.IntN(10), r.IntN(60), r.IntN(60), 0, time.UTC)
}

// codeSigns are the characters of a credit code (GB 32100), by their weight.
const codeSigns = "0123456789ABCDEFGHJKLMNPQRTUWXY"

func creditCheck(body string) string {
	weights := []int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	sum := 0
	for i, w := range weights {
		sum += w * strings.IndexByte(codeSigns, body[i])
	}
	return body + string(codeSigns[(31-sum%31)%31])
}

func creditCode(r *rand.Rand, kind string) string {
	body := kind + pick(r, counties).code + digits(r, 8)
	return creditCheck(body + string(codeSigns[r.IntN(31)]))
}

// numericCredit is all digits, the classic false ID.
func numericCredit(r *rand.Rand) string {
	for {
		if code := creditCheck(pick(r, []string{"11", "12"}) + pick(r, counties).code + digits(r, 9)); code[17] <= '9' {
			return code
		}
	}
}

func indexNumber(r *rand.Rand) string {
	return pick(r, []func() string{
		func() string { return creditCode(r, "11") + "/" + stamp(r).Format("2006") + "-" + digits(r, 5) },
		func() string { return numericCredit(r) + "/" + stamp(r).Format("200601") + "-" + digits(r, 5) },
		func() string { return digits(r, 9) + "/" + stamp(r).Format("2006") + "-" + digits(r, 5) },
		func() string { return digits(r, 8) + "X-2020-" + digits(r, 6) },
		func() string { return "EF" + digits(r, 3) + "-A0101-2007-" + digits(r, 3) },
		func() string { return pick(r, counties).code + digits(r, 5) + "2021" + digits(r, 6) },
	})()
}

func documentNumber(r *rand.Rand) string {
	return fmt.Sprintf("%s〔%d〕%d号", pick(r, []string{"淮政办秘", "区委办", "国办发", "灵政发", "财综"}), 2012+r.IntN(13), 1+r.IntN(200))
}

func officeNumber(r *rand.Rand) string {
	area := pick(r, []string{"0561", "010", "021", "0951", "0730", "0575"})
	number := strconv.Itoa(2+r.IntN(6)) + digits(r, 6)
	if len(area) == 3 {
		number += digits(r, 1)
	}
	return pick(r, []string{area + "-" + number, area + "-" + number, "（" + area + "）" + number, area + number, number})
}

func freeCall(r *rand.Rand) string {
	return pick(r, []string{"400-" + digits(r, 3) + "-" + digits(r, 4), "800-" + digits(r, 3) + "-" + digits(r, 4), "400" + digits(r, 7), "400-1" + digits(r, 2) + "-" + digits(r, 4)})
}

func isbn(r *rand.Rand) string {
	body := "9787" + digits(r, 8)
	sum := 0
	for i, c := range body {
		sum += int(c-'0') * (1 + i%2*2)
	}
	full := body + strconv.Itoa((10-sum%10)%10)
	return pick(r, []string{full, full[:3] + "-" + full[3:4] + "-" + full[4:7] + "-" + full[7:12] + "-" + full[12:]})
}

func officeAddress(r *rand.Rand) string {
	at := pick(r, counties)
	return pick(r, []string{at.city + at.name, at.name, at.province + at.city + at.name + pick(r, towns)}) + street(r) +
		pick(r, []string{"政务服务中心三楼", "市政府大院2号楼301室", "行政中心A座1205室", "", "社会保险大厦5楼", "党群服务中心"})
}

func officialPlate(r *rand.Rand) string {
	at := pick(r, counties).plate
	return pick(r, []string{at + "F" + digits(r, 4) + "警", at + "C" + digits(r, 4) + "学", at + "B" + digits(r, 4) + "挂", "使" + digits(r, 6), at + "A" + digits(r, 4) + "领"})
}

// maskedValue is personal data that somebody has masked properly already.
func maskedValue(r *rand.Rand) string {
	n, id := mobileNumber(r), idNumber(r, pick(r, counties).code)
	return pick(r, []string{n[:3] + "****" + n[7:], id[:2] + strings.Repeat("*", 13) + id[15:], "***************" + bankNumber(r)[12:16]})
}
