// Tables: what they hold. How they are written is in form.go.

package corpustest

import (
	"math/rand/v2"
	"strconv"
)

// column is one column: the ways to head it, and what its cells say.
type column struct {
	heads []string
	cells []string
}

// sheet is a table before it is written down.
type sheet struct {
	title string
	heads []string
	rows  [][]string // templates
}

var (
	number = column{[]string{"序号", "编号", "No."}, nil}
	person = column{[]string{"姓名", "户主姓名", "申请人", "受益人姓名", "姓　名", "享受人员"}, []string{"{name}"}}
)

// personal columns make a row somebody's.
var personal = []column{
	{[]string{"身份证号", "身份证号码", "公民身份号码", "居民身份证号", "身份证", "证件号码"}, []string{"{id}"}},
	{[]string{"身份证号", "身份证号码"}, []string{"{id}", "{idx}", "{id15}", "{id}"}},
	{[]string{"联系电话", "手机号码", "手机号", "电话", "联系方式", "本人电话"}, []string{"{mobile}"}},
	{[]string{"联系电话", "手机"}, []string{"{mobile}", "{mobile344}"}},
	{[]string{"家庭住址", "住址", "家庭地址", "现住址", "户籍地址", "居住地址", "户籍所在地", "详细地址"}, []string{"{address}"}},
	{[]string{"家庭住址", "住址"}, []string{"{address}"}},
	{[]string{"出生日期", "出生年月", "出生年月日", "出生时间", "生日"}, []string{"{birth}"}},
	{[]string{"出生日期", "出生年月"}, []string{"{birth}"}},
	{[]string{"银行账号", "开户账号", "银行卡号", "卡号", "账号", "收款账号"}, []string{"{bank}"}},
	{[]string{"一卡通账号", "惠农补贴账号", "社保卡银行账号"}, []string{"{passbook}", "{bank}"}},
	{[]string{"车牌号", "车牌号码", "号牌号码"}, []string{"{plate}", "{plategreen}"}},
	{[]string{"护照号码", "护照号"}, []string{"{passport}"}},
	{[]string{"电子邮箱", "邮箱", "E-mail"}, []string{"{email}"}},
}

// neutral columns stand among them and have to stay.
var neutral = []column{
	{[]string{"性别"}, []string{"{sex}"}},
	{[]string{"民族"}, []string{"{nation}"}},
	{[]string{"补助金额（元）", "发放金额", "金额"}, []string{"{sum}"}},
	{[]string{"人口数", "数量"}, []string{"{n}"}},
	{[]string{"审批日期", "公示日期", "发放日期"}, []string{"{date}"}},
	{[]string{"参加工作时间", "入伍时间", "任职时间"}, []string{"{olddate}"}},
	{[]string{"乡镇（街道）", "所属乡镇"}, []string{"{town}"}},
	{[]string{"申请编号", "受理编号"}, []string{"{serial16}"}},
	{[]string{"备注"}, []string{"", "无", "公示无异议"}},
}

// rosters of organisations, offices, projects and figures: nothing in them is
// anybody's.
var impersonal = [][]column{
	{{[]string{"单位名称", "企业名称", "机构名称"}, []string{"{county}惠民农业发展有限公司", "{county}水利局"}}, {[]string{"统一社会信用代码", "社会信用代码"}, []string{"{credit}", "{creditn}"}},
		{[]string{"地址", "注册地址", "住所", "单位地址"}, []string{"{officeat}"}}, {[]string{"联系电话", "电话"}, []string{"{office}"}}, {[]string{"成立日期", "核准日期"}, []string{"{date}"}}},
	{{[]string{"部门", "单位", "科室"}, []string{"{county}财政局", "办公室", "政务公开科"}}, {[]string{"负责人", "联系人"}, []string{"{name}"}}, {[]string{"办公电话", "联系电话"}, []string{"{office}"}},
		{[]string{"办公地址", "地址"}, []string{"{officeat}"}}, {[]string{"邮箱", "公开邮箱"}, []string{"{public}"}}},
	{{[]string{"项目名称"}, []string{"{town}污水处理厂", "{town}农田水利工程"}}, {[]string{"项目代码"}, []string{"{project}"}}, {[]string{"总投资"}, []string{"{commas}"}},
		{[]string{"建设地点"}, []string{"{officeat}", "{town}"}}, {[]string{"开工日期"}, []string{"{date}"}}, {[]string{"合同编号"}, []string{"{contract}", "{serial11}"}}},
	{{[]string{"单位名称"}, []string{"{county}公共资源交易中心", "{county}财政局"}}, {[]string{"开户行", "开户银行"}, []string{"中国银行{county}支行"}}, {[]string{"账号", "银行账号"}, []string{"{orgacct}"}}},
	{{[]string{"指标"}, []string{"常住人口", "生产总值", "粮食产量"}}, {[]string{"一季度"}, []string{"138", "{n}"}}, {[]string{"二季度"}, []string{"0013", "{n}"}}, {[]string{"三季度"}, []string{"8000", "{n}"}}},
	{{[]string{"索引号"}, []string{"{index}"}}, {[]string{"文号"}, []string{"{docno}"}}, {[]string{"成文日期"}, []string{"{date}"}}, {[]string{"发布日期"}, []string{"{date}"}}},
	{{[]string{"许可证编号", "证书编号"}, []string{"{licence}", "{serial15}", "{serial18}"}}, {[]string{"持证单位"}, []string{"{county}大药房"}}, {[]string{"有效期至"}, []string{"{date}"}}},
	{{[]string{"使用单位"}, []string{"{county}公安局", "{county}城管局"}}, {[]string{"车牌号"}, []string{"{official}"}}, {[]string{"车架号"}, []string{"{vin}"}}},
	{{[]string{"样品编号"}, []string{"{mealno}", "{serial11}"}}, {[]string{"生产日期"}, []string{"{date}"}}, {[]string{"条码"}, []string{"{isbn}"}}, {[]string{"批准文号"}, []string{"{drug}"}}},
	{{[]string{"点位"}, []string{"1号监测点", "2号监测点"}}, {[]string{"坐标"}, []string{"{coord}"}}, {[]string{"时间"}, []string{"{stampms}"}}},
}

// rosterOf is a list of people with some of the personal columns.
func rosterOf(r *rand.Rand) sheet { return people(r, personal) }

// strangeRoster has other heads.
func strangeRoster(r *rand.Rand) sheet { return people(r, strangeHeads) }

func people(r *rand.Rand, personal []column) sheet {
	columns := []column{number, person}
	for _, i := range r.Perm(len(personal))[:2+r.IntN(3)] {
		columns = append(columns, personal[i])
	}
	for _, i := range r.Perm(len(neutral))[:1+r.IntN(2)] {
		columns = append(columns, neutral[i])
	}
	rest := columns[2:]
	r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return sheetOf(r, "{year}年{county}困难群众救助公示名单", columns, 2+r.IntN(10))
}

func impersonalOf(r *rand.Rand) sheet {
	return sheetOf(r, "{year}年{county}有关情况表", append([]column{number}, pick(r, impersonal)...), 2+r.IntN(6))
}

func sheetOf(r *rand.Rand, title string, columns []column, rows int) sheet {
	s := sheet{title: title, rows: make([][]string, rows)}
	for _, c := range columns {
		s.heads = append(s.heads, pick(r, c.heads))
		for i := range s.rows {
			cell := strconv.Itoa(i + 1)
			if c.cells != nil {
				cell = pick(r, c.cells)
			}
			s.rows[i] = append(s.rows[i], cell)
		}
	}
	return s
}
