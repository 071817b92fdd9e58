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

var (
	units   = []string{"财政局", "水务局", "文旅局", "统计局", "审计局", "司法局"}
	matters = []string{"水库除险加固", "非遗展演", "粮食产量", "河道清淤", "法律援助", "扶持资金"}
	forms   = []string{"进度表", "简讯", "名单", "月度报表"}
)

// Collection is the same each time: 31 documents that are aimed at and 200
// that stand around them.
func Collection() []search.Doc {
	docs := make([]search.Doc, 0, len(written)+200)
	for i, d := range written {
		d.Unit, d.UnitPath = "u1", "/city/u1/"
		docs = append(docs, dress(d, i*60))
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
