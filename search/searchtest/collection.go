// A small generated collection, written for this suite, that queries are judged on.

package searchtest

import (
	"fmt"
	"strings"

	"gongkai/search"
)

const day = int64(24 * 60 * 60 * 1000)

// start is the publication date of the oldest document: 2016-01-01, Beijing time.
const start = int64(1451577600000)

// written are documents that queries are aimed at; the rest only stands around them.
var written = []search.Doc{
	{ID: "bridge", Title: "关于青石河大桥在建工程质量抽查情况的通报", Text: "经抽查，在建工程总体受控，个别标段存在混凝土养护不到位的问题。", DocNo: "青住建〔2016〕115号", IndexNo: "11640000000000001A/2016-00115", Column: "notice"},
	{ID: "cites", Title: "青石河大桥整改情况", Text: "根据《青住建[2016] 115号》要求，施工单位已完成整改。", Column: "notice"},
	{ID: "same-number", Title: "秋季植树安排", Text: "各街道按计划植树。", DocNo: "青林发〔2016〕115号", Column: "notice"},
	{ID: "near-number", Title: "冬季防火安排", Text: "各林场按计划巡护。", DocNo: "青林发〔2016〕1150号", Column: "notice"},
	{ID: "order", Title: "青石市城市绿化管理办法", Text: "为了加强城市绿化管理，制定本办法。", DocNo: "政府令第51号", Validity: "abolished", Column: "rules"},
	{ID: "order-new", Title: "青石市城市绿化管理办法", Text: "为了加强城市绿化管理，制定本办法。", DocNo: "政府令第78号", Validity: "in_force", Column: "rules"},
	{ID: "registry", Title: "公园噪声控制规定", Text: "夜间不得使用扩音设备。", DocNo: "QSGF-2022-7", Column: "rules"},
	{ID: "pm25", Title: "空气质量月报", Text: "本月PM2.5平均浓度为每立方米28微克，AQI优良天数26天。", Column: "data"},
	{ID: "5g", Title: "５Ｇ基站建设进展", Text: "全市累计建成５Ｇ基站一千二百座，接入ＩＰｖ６网络。", Column: "data"},
	{ID: "covid", Title: "COVID-19疫苗接种点公告", Text: "接种点开放时间为每日八时至十七时。Please bring your ID card.", Column: "notice"},
	{ID: "school", Title: "2022年义务教育阶段招生入学工作实施意见", Text: "坚持免试就近入学，随迁子女凭居住证登记。", Column: "policy"},
	{ID: "school-guide", Title: "一图读懂：招生入学", Text: "义务教育招生入学问答，家长可在线登记。", Column: "policy"},
	{ID: "school-mention", Title: "教育局年度工作要点", Text: "做好招生入学工作。推进校园足球。加强教师培训。", Column: "policy"},
	{ID: "pension", Title: "关于调整城乡居民基础养老金标准的通知", Text: "自一月起，基础养老金每人每月提高十元。", Column: "policy"},
	{ID: "pension-often", Title: "居民待遇问答", Text: strings.Repeat("养老金何时到账？养老金按月发放。", 12), Column: "policy"},
	{ID: "pension-once", Title: "社区活动简报", Text: "活动中讲解了养老金政策。" + strings.Repeat("居民们唱歌跳舞，气氛热烈。", 12), Column: "data"},
	{ID: "budget", Title: "青石市2021年部门预算", Text: "收入预算与支出预算情况说明。三公经费下降百分之五。", IndexNo: "000014349/2021-00042", Column: "finance"},
	{ID: "final", Title: "青石市2021年部门决算", Text: "收入决算与支出决算情况说明。", IndexNo: "000014349/2021-00043", Column: "finance"},
	{ID: "land", Title: "征地补偿安置方案公告（东湖村）", Text: "拟征收东湖村集体土地三公顷，补偿标准按区片综合地价执行。", Column: "notice"},
	{ID: "bid", Title: "东湖村道路硬化项目中标结果", Text: "中标单位：测试路桥有限公司。", Column: "notice"},
	{ID: "apart", Title: "工程；公开两件事", Text: "先说工程，公开另说。", Column: "data"},
	{ID: "together", Title: "阳光工程公开栏", Text: "工程公开到村到户。", Column: "data"},
	{ID: "single", Title: "藕田轮作试点", Text: "试点面积五十亩。", Column: "data"},
	{ID: "rare", Title: "古籍修复", Text: "𠮷字楼藏书修复完成，収録完了。", Column: "data"},
	{ID: "english", Title: "Guide for Foreign Investors", Text: "The one-stop service hall handles company registration. Don't forget the licence.", Lang: "en", Column: "guide"},
	{ID: "hidden", Title: "防汛\u200b抢险演练", Text: "演练在北堤举行。", Column: "notice"},
	{ID: "circled", Title: "办事步骤", Text: "①提交申请；②领取回执。联系电话（0951）5550000。", Column: "guide"},
	{ID: "url", Title: "网站支持性升级", Text: "新地址为www.example.gov.cn/info，旧地址停用。", Column: "data"},
	{ID: "summary", Title: "第三号公示", Summary: "拟评选的非遗传承人名单公示", Text: "公示期七日。", Column: "notice"},
	{ID: "lapsed", Title: "燃气安全专项整治方案", Text: "燃气安全专项整治到年底结束。", Validity: "lapsed", Column: "policy"},
	{ID: "in-force", Title: "燃气安全专项整治方案", Text: "燃气安全专项整治长期开展。", Validity: "in_force", Column: "policy"},
}

// asked are documents that people's own words are aimed at: services, lists,
// names of units, other characters.
var asked = []search.Doc{
	{ID: "idcard", Title: "居民身份证申领指南", Text: "申请材料：居民户口簿、申请人近期照片。办理地点：户籍所在地派出所。首次申领不收费，补领收工本费四十元。", Column: "guide"},
	{ID: "idcard-lost", Title: "居民身份证挂失与补领问答", Text: "身份证丢失后应当及时挂失，携带户口簿到派出所补领。", Column: "guide"},
	{ID: "fund-out", Title: "职工住房公积金提取管理细则", Text: "符合下列条件之一的，可以提取本人账户余额：购买自住住房；退休；离开本市。提取条件与所需材料见附件。", Column: "rules", Validity: "in_force"},
	{ID: "fund-rate", Title: "关于调整职工住房公积金缴存比例的通知", Text: "缴存比例不得低于百分之五。", Column: "policy"},
	{ID: "allowance", Title: "最低生活保障审核确认办法", Text: "共同生活的家庭成员人均收入低于当地标准的，可以申请。", Column: "rules", Validity: "in_force"},
	{ID: "vaccine", Title: "适龄儿童免疫规划接种时间表", Text: "乙型肝炎、卡介苗、脊髓灰质炎疫苗按月龄接种。", Column: "guide"},
	{ID: "licence", Title: "个体工商户营业执照登记须知", Text: "提交登记申请书、经营者身份证明、经营场所使用证明，当场办结。", Column: "guide"},
	{ID: "marriage", Title: "婚姻登记办事指南", Text: "双方当事人应当共同到婚姻登记机关，出具本人户口簿。不收取费用。", Column: "guide"},
	{ID: "newborn", Title: "新生儿落户一件事办理流程", Text: "出生医学证明与户口登记联办，三个工作日办结。", Column: "guide"},
	{ID: "transfer", Title: "不动产转移登记办理时限公告", Text: "二手房交易过户登记自受理之日起三个工作日办结。", Column: "guide"},
	{ID: "heating", Title: "本采暖季供暖起止时间的通告", Text: "供热自十一月一日起，至次年三月三十一日止。", Column: "notice"},
	{ID: "bus", Title: "老年人免费乘车卡年审安排", Text: "年满六十五周岁的老人可免费乘坐公交车。", Column: "notice"},
	{ID: "water-cut", Title: "停水公告（南街片区）", Text: "因管网检修，南街片区周六停水八小时。", Column: "notice"},
	{ID: "recruit", Title: "事业单位公开招聘工作人员简章", Text: "报名时间、岗位条件、笔试科目见附表。", Column: "notice"},
	{ID: "exam", Title: "教师资格考试面试成绩查询", Text: "考生可于本月二十日起登录查询。", Column: "notice"},
	{ID: "land-owned", Title: "国有土地使用权出让结果公示", Text: "出让宗地三宗，均为国有建设用地。", Column: "notice"},
	{ID: "soe", Title: "市属国有企业负责人薪酬信息披露", Text: "披露上年度国有企业负责人薪酬。", Column: "finance"},
	{ID: "trad", Title: "臺灣居民來本市就業創業服務指引", Text: "為臺灣同胞辦理居住證、社會保險與子女入學提供協助。", Column: "guide"},
	{ID: "trad-rule", Title: "關於規範廣告發布的通告", Text: "禁止在圍牆、電線桿張貼廣告。", Column: "rules"},
	{ID: "simple-ad", Title: "户外广告设置管理规定", Text: "户外广告不得遮挡交通标志。", Column: "rules", Validity: "in_force"},
	{ID: "empress", Title: "清代皇后服饰展", Text: "文物馆展出后妃冠服三十件。", Column: "data"},
	{ID: "wide", Title: "ＡＢＣ社区ＷｉＦｉ６覆盖工程第２期", Text: "覆盖率９８．５％，热线１２３４５。", Column: "data"},
	{ID: "half", Title: "12345热线月报", Text: "受理来电12345件，办结率98.5%。", Column: "data"},
	{ID: "mail", Title: "意见征集邮箱变更", Text: "新邮箱为yijian@example.gov.cn，旧邮箱停用。", Column: "notice"},
	{ID: "plate", Title: "号牌号码公开选取", Text: "首批号段为宁A·D12345至宁A·D19999。", Column: "notice"},
	{ID: "version", Title: "政务数据接口规范V2.0", Text: "接口遵循OAuth2.0，返回JSON-LD。", DocNo: "青数局规〔2023〕1号", Column: "rules", Validity: "in_force"},
	{ID: "version-old", Title: "政务数据接口规范V1.0", Text: "接口返回XML。", DocNo: "青数局规〔2020〕1号", Column: "rules", Validity: "abolished"},
	{ID: "letter", Title: "关于水利设施用地的复函", Text: "同意调整。", DocNo: "青自然资函[2021]8号", Column: "notice"},
	{ID: "letter-80", Title: "关于公园用地的复函", Text: "原则同意。", DocNo: "青自然资函〔2021〕80号", Column: "notice"},
	{ID: "order-no", Title: "行政规范性文件清理结果", Text: "继续有效一百件。", DocNo: "青政规发〔2024〕3号", IndexNo: "640000-2024-0007-X", Column: "rules", Validity: "in_force"},
	{ID: "index-b", Title: "权责清单（2024年版）", Text: "行政许可三百项。", IndexNo: "SK001-0201-2024-0051", Column: "data"},
	{ID: "index-c", Title: "权责清单（2023年版）", Text: "行政许可二百九十项。", IndexNo: "SK001-0201-2023-0051", Column: "data"},
	{ID: "health", Title: "市卫生健康委员会主要职责", Text: "拟订卫生健康政策，组织实施。", Unit: "wjw", Column: "data"},
	{ID: "reform", Title: "市发展和改革委员会权力清单", Text: "企业投资项目核准。", Unit: "fgw", Column: "data"},
	{ID: "hall", Title: "市政务服务中心作息时间调整", Text: "夏季工作时间为八时三十分至十八时。", Unit: "zwzx", Column: "notice"},
	{ID: "town", Title: "南街街道办事处便民服务电话", Text: "便民电话5551234。", Unit: "nj", Column: "data"},
	{ID: "report-old", Title: "2019年政府工作报告", Text: "一年来，全市生产总值增长百分之八。", Column: "policy"},
	{ID: "report", Title: "2025年政府工作报告", Text: "一年来，全市生产总值增长百分之六。", Column: "policy"},
	{ID: "explain", Title: "《城市更新三年行动方案》政策解读", Text: "解读老旧小区改造的对象、资金与程序。", Column: "policy"},
	{ID: "explained", Title: "城市更新三年行动方案", Text: "实施老旧小区改造八十个。", DocNo: "青政办发〔2024〕12号", Column: "policy", Validity: "in_force"},
	{ID: "lift", Title: "既有住宅加装电梯补贴申报", Text: "每台补贴十五万元。", Column: "notice"},
	{ID: "subsidy", Title: "高校毕业生一次性求职补贴发放名单", Text: "补贴标准为每人一千五百元。", Column: "notice"},
}

// Synonyms are the groups of words that the judged queries take as given.
func Synonyms() [][]string {
	return [][]string{{"低保", "最低生活保障"}, {"公积金", "住房公积金"}, {"供暖", "供热", "采暖"}, {"卫健委", "卫生健康委员会"}, {"发改委", "发展和改革委员会"}, {"房产过户", "不动产转移登记"}}
}

var (
	units   = []string{"财政局", "水务局", "文旅局", "统计局", "审计局", "司法局"}
	matters = []string{"水库除险加固", "非遗展演", "粮食产量", "河道清淤", "法律援助", "扶持资金"}
	forms   = []string{"进度表", "简讯", "名单", "月度报表"}
)

// Collection is the same each time: some seventy documents that are aimed at
// and 200 that stand around them.
func Collection() []search.Doc {
	docs := make([]search.Doc, 0, len(written)+len(asked)+200)
	for i, d := range written {
		d.Unit, d.UnitPath = "u1", "/city/u1/"
		docs = append(docs, dress(d, i*60))
	}
	for i, d := range asked {
		if d.Unit == "" {
			d.Unit = "u2"
		}
		d.UnitPath = "/city/" + d.Unit + "/"
		docs = append(docs, dress(d, 400+i*30))
	}
	for i := range 200 {
		unit, matter, form := i%len(units), i/7%len(matters), i/3%len(forms)
		docs = append(docs, dress(search.Doc{
			ID: fmt.Sprintf("filler-%03d", i), Column: "filler", Unit: fmt.Sprintf("f%d", unit),
			UnitPath: fmt.Sprintf("/city/f%d/", unit),
			Title:    fmt.Sprintf("%s%s%s（第%d期）", units[unit], matters[matter], forms[form], i+300),
			Text:     strings.Repeat(fmt.Sprintf("%s本周继续推进%s。", units[unit], matters[matter]), 1+i%5),
		}, i*9))
	}
	return docs
}

func dress(d search.Doc, days int) search.Doc {
	d.Item, d.Site = d.ID, "main"
	d.ID += ".main"
	d.ColumnPath, d.Kind = "/gov/"+d.Column+"/", "article"
	d.Published = start + int64(days)*day
	d.Year = 2016 + days/365
	d.Epoch, d.Seq = 1, 1
	if d.Lang == "" {
		d.Lang = "zh"
	}
	return d
}
