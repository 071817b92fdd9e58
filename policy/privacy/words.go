// Words that say what a number is: the table that the context is read with.

package privacy

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// meaning is what a word in front of a number makes of it.
type meaning uint8

const (
	nothing meaning = iota
	unread          // nobody has looked yet
	person          // 身份证号: an ID
	mobile          // 手机, 联系人: somebody's own number
	phone           // 电话: somebody's or an office's
	office          // 咨询, 值班: an office's line
	home            // 家庭电话, 住宅: a private line
	bank            // 账号, 卡号: a bank account
	insured         // 社保号, 医保号
	travel          // 护照号, 通行证号: a travel document
	credit          // 统一社会信用代码: an organisation
	thing           // 订单号, 金额: no number of a person at all
)

// words lists them by meaning. English ones match as whole words.
var words = map[meaning]string{ //nolint:gosec // words of context, no credentials
	person: `身份证 身份证号 身份证号码 身份证件 身份證 身份号 身份号码 公民身份 证件号 证件号码 证件编号 证件及号码 居民证 居住证
		永久居留证 永久居留证号 永久居留身份证 居留证 居留许可 学籍辅号 残疾人证 残疾人证号 残疾证 残疾证号 学籍 学籍号 户口簿 idcard id_card idno id_no id_number idnumber sfz sfzh sfzhm zjhm identity`,
	mobile: `手机 手机号 手机号码 手機 移动电话 联系人 联络人 经办人 负责人 监护人 家长 户主
		微信 微信号 微信账号 支付宝 支付宝账号 支付宝账户 支付宝帐号 mobile mobilephone mob cell cellphone sjh sjhm shouji whatsapp wechat 📱`,
	phone: `电话 电话号码 联系电话 联系方式 联系号码 联系 联络 通讯方式 致电 来电 拨打 请拨 短信 電話 tel telephone phone
		phonenumber phone_number contact lxdh dianhua call sms callto ☎ ☏ 📞 ℡`,
	home: `家庭电话 家庭联系电话 家庭座机 家庭固话 家庭固定电话 家庭号码 住宅电话 住宅 宅电 家电话 家里电话 本人电话 本人联系电话 个人电话 个人联系电话 家长电话
		家长联系电话 监护人电话 监护人联系电话 户主电话 户主联系电话 亲属电话 家属电话 亲属联系电话 家属联系电话 紧急联系电话 homephone hometel`,
	bank: `账号 帐号 账户 帐户 账号号码 银行账号 银行帐号 银行账户 开户账号 收款账号 打款账号 存折 存折号 存折账号 卡号 银行卡 银行卡号 储蓄卡 储蓄卡号 借记卡 信用卡 信用卡号
		一卡通 一卡通账号 一卡通号 打卡账号 卡折号 卡折账号 卡(折)号 卡(折)账号 卡（折）号 折(卡)号 卡/折号 工资卡 工资卡号 开户行 开户银行 银行 支行 信用社 bankcard bank_card bankcardno cardno card_no bankaccount
		account accountno account_no yhkh yhzh yhkzh`,
	travel: `护照 护照号 护照号码 护照编号 通行证 通行证号 通行证号码 通行证编号 回乡证 回乡证号 回乡证号码 台胞证 台胞证号 台胞证号码 旅行证 旅行证件 旅行证号 旅行证件号
		旅行证件号码 passport passportno passport_no`,
	insured: socialWords + medicalWords,
	office:  `办公 办公室 值班 值守 咨询 服务热线 热线 热线电话 24小时 服务电话 监督 举报 投诉 客服 总机 传真 受理 报警 应急 信访 窗口 前台 公司电话 单位电话 hotline fax`,
	credit:  `信用代码 社会信用 统一代码 机构代码 税号 纳税人识别号 uscc`,
	thing: `编号 代码 编码 单号 流水 流水号 序列号 条码 条形码 批号 批次 许可证 许可证号 档案 档案号 宗地 票据
		发票 合同 合同号 项目 项目号 订单 订单号 索引号 文号 备案 备案号 证书 证书号 证号 邮编 金额 合计 总额 总计 共计 注册号 登记号 工号 案号 标段 标号
		行号 联行号 开户行号 银行行号 支付行号 型号 规格 规格型号 货号 图号 件号 座号 车次 航班 航班号 考号 准考证号 报名号 取件码 验证码 学号 座位号 保单号 保险单号 水卡号 电卡号 气卡号 加油卡号 会员卡号 坐标 经度 纬度 时间戳 版本 版本号 设备号 串号 凭证 户号 表号 用户号 车架号 发动机号 快递 运单 物流 支付 付款 价格 总价 面积 产量 用电量 阅读量 浏览量
		追溯码 溯源码 标识码 识别码 防伪码 校验码 兑换码 邀请码 激活码 授权码 注册码 桩号 文书号 机身号 序号 票号 商户号 终端号 会议号 会议id 腾讯会议 直播间 直播间号 房间号 qq群 qq群号 群号 md5
		点击 点击量 访问量 第 isbn issn imei imsi no №  # ￥ ¥ $ sn s/n qq order orderid order_no serial timestamp version uuid token`,
}

// units stand behind numbers that count something.
var units = strings.Fields("元 万 亿 千 百 角 分钱 度 吨 公斤 克 斤 米 平方 立方 公里 亩 公顷 株 棵 人次 户次 册 瓦 兆 字节 次 % ‰ ℃ ° ㎡ ㎥ kwh kw mwh kg km m2 m3")

// word is one entry, ready for comparing from the end.
type word struct {
	folded, text string
	meaning      meaning
}

// wordsByEnd finds the words that end with a character, the longest first.
var wordsByEnd = func() map[rune][]word {
	m := map[rune][]word{}
	for meaning, list := range words {
		for _, text := range strings.Fields(list) {
			folded := foldWord(text)
			last, _ := utf8.DecodeLastRuneInString(folded)
			m[last] = append(m[last], word{folded, text, meaning})
		}
	}
	for _, ws := range m {
		slices.SortFunc(ws, func(a, b word) int { // words that fold to the same too: 卡(折)号, 卡（折）号
			return cmp.Or(len(b.folded)-len(a.folded), strings.Compare(a.text, b.text), cmp.Compare(a.meaning, b.meaning))
		})
	}
	return m
}()

// wordEnds marks the characters that words end with.
var wordEnds = func() (b bitset) {
	for r := range wordsByEnd {
		if r < 1<<16 {
			b.add(r)
		}
	}
	return b
}()

// endWord is the longest word that a text ends with; after is what follows it.
func endWord(text, after string) (word, bool) {
	last, size := utf8.DecodeLastRuneInString(text)
	if size == 0 || !wordEnds.has(last) {
		return word{}, false
	}
	for _, w := range wordsByEnd[last] {
		if !strings.HasSuffix(text, w.folded) {
			continue
		}
		if before := text[:len(text)-len(w.folded)]; !isASCII(w.folded) || !lettered(before, after) {
			return w, true
		}
	}
	return word{}, false
}

// lettered reports that an English word is only a part of a longer one.
func lettered(before, after string) bool {
	return before != "" && isLetter(before[len(before)-1]) || after != "" && isLetter(after[0])
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
