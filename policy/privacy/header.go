// Headers: what the word over a column, or in front of a field, makes of it.

package privacy

import (
	"strings"
	"unicode/utf8"
)

// role is what a column or a field holds.
type role uint8

const (
	unknown   role = iota
	plain          // 序号, 金额, 备注: nothing of a person
	body           // 单位, 职务, 办公电话, 项目地点: an organisation
	name           // 姓名, 户主
	trait          // 性别, 民族, 与户主关系: the row is about a person
	number         // 身份证号
	phoneRole      // 联系电话
	account        // 开户账号, 社保卡号
	paper          // 护照, 车牌, 邮箱, 社保号: other numbers, told by their own kinds
	born           // 出生日期
	dwelling       // 家庭住址
	somewhere      // 地址: a person's or a body's
	origin         // 籍贯: mostly no narrower than a county
	wealth         // 年收入, 房产
	illness        // 病种, 残疾类别
	hardship       // 致贫原因
)

// headings lists the words by role. A header ends with one of them:
// 申请人身份证号码 is 身份证号码. Those behind "=" must be all of it.
var headings = map[role]string{
	plain: `编号 日期 时间 金额 标准 数量 面积 名称 类别 类型 级别 等级 状态 文号 情况 原因 结果 说明 内容 备注 合计 小计 总计 比例 年度 年份 月份 期限 依据 事项 得分 成绩 分数 准考证号 项目编号
		合同号 合同编号 订单号 档案号 开户行 开户银行 银行 户数 期数 票号 资金 补助 补贴 奖金 单价 总价 数额 学历 专业 排名 名次 用途 品种
		=行政村 =自然村 =村组 =村居 =社区 =乡镇 =街道 =乡镇街道 =所在村 =所属村 =所在乡镇 =所属乡镇 =所在街道 =所属街道 =所在社区 =所属社区 =所属乡镇街道 =所在乡镇街道 =村社区 =镇街 =镇村 =序号 =序 =号 =编码 =代码 =村 =组 =县 =区 =市 =省 =村名 =组名 =小组 =组别 =村民小组 =人数 =次数 =面积(亩) =单号 =章 =印 =签字 =签名 =照片 =层次 =规格 =型号 =产地 =税号 =方式 =来源 =登记 =邮编 =邮政编码`,
	body: `单位 部门 科室 处室 职务 职位 岗位 职称 机构 企业 公司 学校 医院 窗口 网点 单位名称 企业名称 公司名称 机构名称 学校名称 医院名称 项目名称 工程名称 合作社名称 组织名称
		统一社会信用代码 信用代码 组织机构代码 办公地址 办公地点 办公电话 办公室电话 办公室 服务电话 服务地点 咨询电话 咨询地点 监督电话 举报电话 投诉电话 热线 传真 网址 值班电话 单位地址
		单位电话 单位账号 单位帐号 经营地址 经营场所 注册地址 项目地点 建设地点 建设地址 项目地址 施工地点 受理地点 受理地址 办理地点 接种地点 公司地址 企业地址 机构地址 工作地点 法定代表人 负责人 联系人 经办人 责任人 监管人`,
	name: `姓名 户主姓名 人姓名 =户主 =名字 =name =fullname =xm =申请人 =受益人 =持卡人 =持证人 =参保人 =领款人 =领取人 =收款人 =补贴对象 =补助对象 =救助对象 =保障对象 =享受对象 =发放对象 =受助人 =家庭成员
		=被征收人 =承租人 =购房人 =产权人 =权利人 =使用权人 =承包方 =农户 =贫困户 =脱贫户 =低保户 =五保户 =特困人员 =当事人 =被处罚人 =考生 =学生 =幼儿 =儿童 =孤儿 =老人 =死者 =伤者 =患者 =病人 =开户名 =户名 =成员 =享受人员 =享受人 =受益人员 =受益对象 =补贴人员 =补助人员 =人员 =对象 =救助人员 =监护人 =家长 =车主 =驾驶人 =车辆所有人 =房主 =业主`,
	trait: `与户主关系 户主关系 家庭关系 家庭人口 家庭人口数 保障人口 家庭人数 婚姻状况 婚姻 文化程度 政治面貌 户口性质 户籍性质 与申请人关系 与本人关系 =性别 =民族 =年龄 =周岁 =关系 =称谓 =人口数 =家庭成员数 =人口 =国籍`,
	number: `身份证 身份证号 身份证号码 身份证件号 身份证件号码 身份证件 身份号码 公民身份号码 公民身份证号码 证件号 证件号码 证件编号 居民身份证 有效证件 社会保障号 社会保障号码 残疾证号 残疾人证号 残疾证号码 残疾人证
		残疾证 学籍号 学籍号码 全国学籍号 =证号 =身份证明 =idcard =id_card =idno =id =idnumber =id_number =sfzh`,
	phoneRole: `电话 手机 手机号 手机号码 联系电话 联系方式 联系号码 移动电话 电话号码 本人电话 家长电话 联系手机 =联系 =tel =phone =mobile =telephone`,
	account:   `账号 帐号 卡号 银行卡 银行卡号 账户 帐户 银行账户 银行账号 一卡通 一卡通号 一卡通账号 一卡通卡号 存折号 存折账号 开户账号 开户帐号 社保卡号 社保卡 社会保障卡号 社会保障卡 社保卡账号 折号 存折 打卡账号 个人账号 付款账号 收款账号`,
	paper: `护照 护照号 护照号码 通行证 通行证号 通行证号码 车牌 车牌号 车牌号码 号牌 号牌号码 车号 邮箱 电子邮箱 电子邮件 邮件地址 信箱 社保号 社保编号 社会保险号 医保号 医保卡号 医保编号 医保卡 医疗证号 合作医疗证号 参保号
		个人编号 个人社保编号 =email =e-mail`,
	born: `出生日期 出生年月 出生年月日 出生时间 出生日 =出生 =生日 =出生年 生年月日 =birth =birthday =birthdate =birth_date =birth-date =dateofbirth =dob =csrq`,
	dwelling: `住址 家庭住址 家庭地址 家庭详细地址 家庭详细住址 现住址 现住地 现居住地 现居住地址 居住地 居住地址 居住地点 户籍地 户籍地址 户籍所在地 户籍住址 户口所在地 户口所在地址 户口地址 户籍 户籍所在地址 常住地址 常住地 身份证地址
		住宅地址 家庭所在地 住房地址 家住地址 居住小区 所住小区 居住村组`,
	somewhere: `=address =addr =homeaddress =home_address 地址 详细地址 通讯地址 通信地址 联系地址 收件地址 邮寄地址 收货地址 住所 住所地 坐落 房屋坐落 房屋地址 房屋座落 座落`,
	origin:    `籍贯 出生地`,
	wealth:    `年收入 家庭年收入 人均收入 人均年收入 家庭收入 人均纯收入 家庭人均纯收入 月收入 工资收入 家庭总收入 存款 银行存款 房产 房产情况 住房情况 房屋情况 车辆情况 机动车情况 负债 负债情况 债务 欠款 财产 家庭财产 财产状况 征信 征信情况 =收入 =车辆 =住房`,
	illness:   `病种 病情 疾病 疾病名称 疾病类型 病名 患病情况 患病类型 患病 所患疾病 诊断 诊断结果 临床诊断 健康状况 身体状况 残疾类别 残疾类型 残疾等级 残疾级别 残疾情况 残疾程度 残疾种类 残疾 致残原因 孕检 孕检结果 孕检情况 病史 既往病史 体检结果`,
	hardship:  `致贫原因 低保原因 贫困原因 困难原因 致困原因 救助原因 主要致贫原因 返贫原因 致贫返贫原因 困难类型 困难情况 申请原因 纳入原因`,
}

// heading is one word of the table.
type heading struct {
	role  role
	whole bool
}

var headingsByWord = func() map[string]heading {
	m := map[string]heading{}
	for role, list := range headings {
		for _, w := range strings.Fields(list) {
			text, whole := strings.CutPrefix(foldWord(w), "=")
			m[text] = heading{role, whole || utf8.RuneCountInString(text) < 2}
		}
	}
	return m
}()

// headingEnds are the characters that a header may end with.
var headingEnds = func() (b bitset) {
	for w := range headingsByWord {
		r, _ := utf8.DecodeLastRuneInString(w)
		b.add(r)
	}
	return b
}()

// bodyWords make a phone or an address in the header one of an office.
var bodyWords = foldedWords("办公 单位 公司 企业 机构 项目 法人 经营 注册 工作 受理 办理 建设 工程 施工 窗口 服务 咨询 监督 举报 投诉 部门 科室 值班 医院 银行地 网点 大厅 对公 法定代表 负责人 办事 招标 代理 采购 中标 供应商")

// minorWords in the header of a list of persons: it may be one of children.
var minorWords = foldedWords("学籍 学生 幼儿 儿童 孤儿 留守 困境 班级 年级 就读 监护人 家长 疫苗 接种 入园 入学 婴 未成年 义务教育")

// adultWords take that back: 大学生, 毕业生.
var adultWords = foldedWords("大学 毕业 研究生 本科 高校 专科 成人")

// label is a header as it is understood.
type label struct {
	role  role
	minor bool
	text  string // folded, without blanks
	bare  string // and without what stands in brackets
}

// context is what the header says to the kinds: 卡（折）号 as 卡号 too.
func (lb label) context() string {
	if lb.bare == "" || lb.bare == lb.text {
		return lb.text
	}
	return lb.text + "," + lb.bare
}

const headingLimit = 24 // characters of a header

// labelOf reads a header. Data are no headers: they are long, or numbers.
func labelOf(l line) label {
	var buf [4 * headingLimit]byte
	bare, whole, ok := bareHeading(l, buf[:0])
	if !ok || bare == "" {
		return label{text: whole}
	}
	out := label{text: whole, bare: bare}
	last, _ := utf8.DecodeLastRuneInString(bare)
	if !headingEnds.has(last) {
		return out
	}
	for i := range bare {
		h, found := headingsByWord[bare[i:]]
		if !found || h.whole && i > 0 {
			continue
		}
		out.role = h.role
		if out.role >= phoneRole && out.role != number && out.role != illness && out.role != hardship && containsAny(whole, bodyWords) {
			out.role = body
		}
		break
	}
	out.minor = out.role != unknown && containsAny(whole, minorWords) && !containsAny(whole, adultWords)
	return out
}

// headingOf reads a header that a caller gives.
func headingOf(text string) label {
	var l line
	for _, r := range text {
		if g := fold(r); g.class != drop {
			l = append(l, atom{glyph: g})
		}
	}
	return labelOf(l)
}

func containsAny(text string, words wordSet) bool { return hasAny(text, words.words) }

// bareHeading drops blanks, stars, colons, numbering in front and whatever
// stands in brackets: 2、身份证号码（社保卡号）* is 身份证号码.
func bareHeading(l line, buf []byte) (bare, whole string, ok bool) {
	if len(l) > 2*headingLimit {
		return "", "", false
	}
	depth, digits, stars, n, colon := 0, 0, 0, 0, false
	var all strings.Builder
	for _, a := range l {
		if colon && !a.gap() { // 性别：男 is no header
			return "", all.String(), false
		}
		colon = a.r == ':' || colon && a.gap()
		if a.r == '*' {
			if stars++; stars > 2*maskStars { // a masked number is no header either
				return "", "", false
			}
		}
		switch {
		case a.gap() || strings.ContainsRune("*:\"'#_", a.r):
			continue
		case a.r == '(' || a.r == '[' || a.r == '【' || a.r == '〔':
			depth++
		case a.r == ')' || a.r == ']' || a.r == '】' || a.r == '〕':
			depth = max(0, depth-1)
		case depth > 0:
		case len(buf) == 0 && (a.class == digit && a.script == ascii || a.class == dot || a.r == '、'):
			continue
		default:
			buf = utf8.AppendRune(buf, a.r)
			n++
		}
		if a.class == digit && a.script == ascii {
			if digits++; digits > 4 {
				return "", "", false
			}
		}
		all.WriteRune(a.r)
	}
	return string(buf), all.String(), n <= headingLimit
}
