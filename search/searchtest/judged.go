// The judged queries: what people type, and what they must find.

package searchtest

import (
	"testing"

	"gongkai/search"
)

// Floors of the whole set: of the wanted, how many are among the first ten, and
// the mean of 1 over the place of the first of them.
const (
	leastQueries = 150
	leastRecall  = 0.99
	leastRank    = 0.97
)

// judgement is one query. Want must all be among the first ten; the first of
// them leads if Ordered; Never must not be found; Only admits nothing else. What
// is only hoped for counts in the figures, and its absence is printed.
type judgement struct {
	query   string
	want    []string
	ordered bool
	only    bool
	never   []string
	hoped   bool
}

var judgements = []judgement{
	// words inside words
	{query: "工程", want: []string{"bridge", "apart", "together", "wide"}, only: true},
	{query: "在建工程", want: []string{"bridge"}, only: true},
	{query: "建工", want: []string{"bridge"}, only: true},
	{query: "工程公开", want: []string{"together"}, only: true, never: []string{"apart"}},
	{query: "工程 公开", want: []string{"together", "apart"}, only: true},
	{query: "混凝土", want: []string{"bridge"}, only: true},
	{query: "质量", want: []string{"bridge", "pm25"}, only: true},
	{query: "大桥质量", want: []string{"bridge"}, only: true},
	{query: "大桥 质量", want: []string{"bridge"}, only: true},
	{query: "养护", want: []string{"bridge"}, only: true},
	// document numbers (文号) in any brackets and spacing
	{query: "青住建〔2016〕115号", want: []string{"bridge", "cites"}, ordered: true, only: true},
	{query: "青住建[2016]115号", want: []string{"bridge", "cites"}, ordered: true, only: true},
	{query: "青住建（2016）115号", want: []string{"bridge", "cites"}, ordered: true, only: true},
	{query: "青住建【２０１６】１１５号", want: []string{"bridge", "cites"}, ordered: true, only: true},
	{query: "青住建 (2016) 115 号", want: []string{"bridge", "cites"}, ordered: true, only: true},
	{query: "〔2016〕115号", want: []string{"bridge", "same-number", "cites"}, only: true, never: []string{"near-number"}},
	{query: "[2016] 115号", want: []string{"bridge", "same-number", "cites"}, only: true},
	{query: "(2016) 115号", want: []string{"bridge", "same-number", "cites"}, only: true},
	{query: "2016 115", want: []string{"bridge", "same-number", "cites"}, only: true},
	{query: "青林发〔2016〕1150号", want: []string{"near-number"}, only: true},
	{query: "115号", want: []string{"bridge", "same-number"}, never: []string{"near-number"}},
	{query: "政府令第51号", want: []string{"order"}, only: true},
	{query: "政府令 第78号", want: []string{"order-new"}, only: true},
	{query: "QSGF-2022-7", want: []string{"registry"}, only: true},
	{query: "qsgf—2022—7", want: []string{"registry"}, only: true},
	// index numbers (索引号)
	{query: "11640000000000001A/2016-00115", want: []string{"bridge"}, only: true},
	{query: "11640000000000001a/2016-00115", want: []string{"bridge"}, only: true},
	{query: "000014349/2021-00042", want: []string{"budget"}, only: true},
	{query: "０００014349／2021－00043", want: []string{"final"}, only: true},
	// Latin, digits, width, case
	{query: "PM2.5", want: []string{"pm25"}, only: true},
	{query: "pm2.5平均浓度", want: []string{"pm25"}, only: true},
	{query: "ＡＱＩ", want: []string{"pm25"}, only: true},
	{query: "5G", want: []string{"5g"}, only: true},
	{query: "5g基站", want: []string{"5g"}, only: true},
	{query: "ipv6", want: []string{"5g"}, only: true},
	{query: "covid-19", want: []string{"covid"}, only: true},
	{query: "COVID19疫苗", want: []string{"covid"}, only: true},
	{query: "id card", want: []string{"covid"}, only: true},
	{query: "INVESTORS", want: []string{"english"}, only: true},
	{query: "don't", want: []string{"english"}, only: true},
	{query: "company registration", want: []string{"english"}, only: true},
	{query: "www.example.gov.cn", want: []string{"url"}, only: true},
	{query: "0951-5550000", want: []string{"circled"}, only: true},
	{query: "2022年义务教育", want: []string{"school"}, only: true},
	// ranking
	{query: "招生入学", want: []string{"school-guide", "school", "school-mention"}, only: true},
	{query: "义务教育招生", want: []string{"school-guide"}, only: true},
	{query: "养老金", want: []string{"pension", "pension-often", "pension-once"}, ordered: true, only: true},
	{query: "城市绿化管理办法", want: []string{"order-new", "order"}, ordered: true, only: true},
	{query: "燃气安全", want: []string{"in-force", "lapsed"}, ordered: true, only: true},
	{query: "预算", want: []string{"budget"}, only: true},
	{query: "东湖村 补偿", want: []string{"land"}, only: true},
	{query: "东湖村，中标", want: []string{"bid"}, only: true},
	{query: "《征地补偿安置方案公告》", want: []string{"land"}, only: true},
	{query: "征地补偿安置方案公告(东湖村)", want: []string{"land"}, only: true},
	// single and rare characters, summaries, invisible characters
	{query: "藕", want: []string{"single"}, only: true},
	{query: "漪", want: nil, only: true},
	{query: "𠮷字楼", want: []string{"rare"}, only: true},
	{query: "収録", want: []string{"rare"}, only: true},
	{query: "防汛抢险", want: []string{"hidden"}, only: true},
	{query: "非遗传承人", want: []string{"summary"}, only: true},
	{query: "财政局河道清淤进度表", want: []string{"filler-192", "filler-108", "filler-024"}, only: true},
	{query: "第三百零一期", want: nil, only: true},
	{query: "第301期", want: []string{"filler-001"}, only: true},
	{query: "不存在的词", want: nil, only: true},
	// two characters inside longer words
	{query: "土地", want: []string{"land", "land-owned"}},
	{query: "国有", want: []string{"land-owned", "soe"}, only: true},
	{query: "国有土地", want: []string{"land-owned"}, only: true},
	{query: "有土", want: []string{"land-owned"}, only: true},
	{query: "动产", want: []string{"transfer"}, only: true},
	{query: "户口", want: []string{"marriage", "idcard", "idcard-lost", "newborn"}, only: true},
	{query: "户口簿", want: []string{"marriage", "idcard", "idcard-lost"}, only: true},
	{query: "电梯补贴", want: []string{"lift"}, only: true},
	{query: "补贴", want: []string{"lift", "subsidy"}, only: true},
	{query: "小区改造", want: []string{"explained", "explain"}, only: true},
	{query: "更新行动", want: []string{"explained", "explain"}, only: true},
	{query: "更新 行动", want: []string{"explained", "explain"}, only: true},
	{query: "年政府工作", want: []string{"report", "report-old"}, only: true},
	{query: "公交", want: []string{"bus"}, only: true},
	{query: "交车", want: []string{"bus"}, only: true},
	{query: "资格考试", want: []string{"exam"}, only: true},
	{query: "格考", want: []string{"exam"}, only: true},
	{query: "卡介苗", want: []string{"vaccine"}, only: true},
	{query: "苗按月", want: []string{"vaccine"}, only: true},
	// numbers of documents and of the index, near-misses
	{query: "青自然资函〔2021〕8号", want: []string{"letter"}, ordered: true, never: []string{"letter-80"}},
	{query: "青自然资函［2021］8号", want: []string{"letter"}, only: true},
	{query: "青自然资函【2021】8号", want: []string{"letter"}, only: true},
	{query: "青自然资函(２０２１)８号", want: []string{"letter"}, only: true},
	{query: "青自然资函〔2021〕80号", want: []string{"letter-80"}, only: true},
	{query: "自然资函〔2021〕8号", want: []string{"letter"}, only: true},
	{query: "〔2021〕80号", want: []string{"letter-80"}, only: true},
	{query: "青数局规〔2023〕1号", want: []string{"version"}, only: true},
	{query: "青数局规〔2022〕1号", want: nil, only: true},
	{query: "青政规发〔2024〕3号", want: []string{"order-no"}, only: true},
	{query: "青政規發〔2024〕3號", want: []string{"order-no"}, only: true},
	{query: "青政办发〔2024〕12号", want: []string{"explained"}, only: true},
	{query: "青政办发〔2024〕1号", want: nil, only: true},
	{query: "青政办发〔2024〕2号", want: nil, only: true},
	{query: "640000-2024-0007-X", want: []string{"order-no"}, only: true},
	{query: "640000-2024-0007-x", want: []string{"order-no"}, only: true},
	{query: "６４００００－２０２４－０００７－Ｘ", want: []string{"order-no"}, only: true},
	{query: "640000-2024-0008-X", want: nil, only: true},
	{query: "SK001-0201-2024-0051", want: []string{"index-b"}, only: true},
	{query: "sk001—0201—2023—0051", want: []string{"index-c"}, only: true},
	{query: "SK001", want: []string{"index-b", "index-c"}, only: true},
	// traditional and simplified
	{query: "在建工程質量", want: []string{"bridge"}, only: true},
	{query: "義務教育招生", want: []string{"school-guide"}, only: true},
	{query: "養老金", want: []string{"pension", "pension-often", "pension-once"}, ordered: true, only: true},
	{query: "城市綠化管理辦法", want: []string{"order-new", "order"}, ordered: true, only: true},
	{query: "台湾居民", want: []string{"trad"}, only: true},
	{query: "臺灣居民", want: []string{"trad"}, only: true},
	{query: "台灣同胞", want: []string{"trad"}, only: true},
	{query: "居住证", want: []string{"trad", "school"}, only: true},
	{query: "规范广告发布", want: []string{"trad-rule"}, only: true},
	{query: "广告", want: []string{"trad-rule", "simple-ad"}, only: true},
	{query: "廣告", want: []string{"trad-rule", "simple-ad"}, only: true},
	{query: "电线杆", want: []string{"trad-rule"}, only: true},
	{query: "收录", want: nil, only: true},
	// full and half width, Latin and digits
	{query: "ABC社区", want: []string{"wide"}, only: true},
	{query: "wifi6", want: []string{"wide"}, only: true},
	{query: "ｗｉｆｉ", want: []string{"wide"}, only: true},
	{query: "98.5%", want: []string{"wide", "half"}, only: true},
	{query: "９８．５", want: []string{"wide", "half"}, only: true},
	{query: "12345", want: []string{"half", "wide", "plate"}},
	{query: "１２３４５热线", want: []string{"half"}, only: true},
	{query: "第2期", want: []string{"wide"}, only: true},
	{query: "第２期", want: []string{"wide"}, only: true},
	{query: "V2.0", want: []string{"version"}, only: true},
	{query: "v1.0", want: []string{"version-old"}, only: true},
	{query: "接口规范v2.0", want: []string{"version"}, only: true},
	{query: "OAuth2.0", want: []string{"version"}, only: true},
	{query: "oauth", want: []string{"version"}, only: true},
	{query: "json-ld", want: []string{"version"}, only: true},
	{query: "yijian@example.gov.cn", want: []string{"mail"}, only: true},
	{query: "example.gov.cn", want: []string{"url", "mail"}, only: true},
	{query: "宁A·D12345", want: []string{"plate"}, only: true},
	{query: "寧a d12345", want: []string{"plate"}, only: true},
	{query: "5551234", want: []string{"town"}, only: true},
	{query: "555123", want: nil, only: true},
	{query: "COVID", want: []string{"covid"}, only: true},
	{query: "Foreign Investors", want: []string{"english"}, only: true},
	{query: "investor", want: nil, only: true},
	// synonyms
	{query: "低保", want: []string{"allowance"}, only: true},
	{query: "低保 申请", want: []string{"allowance"}, only: true},
	{query: "最低生活保障", want: []string{"allowance"}, only: true},
	{query: "公积金", want: []string{"fund-out", "fund-rate"}, only: true},
	{query: "公积金 缴存", want: []string{"fund-rate"}, only: true},
	{query: "公積金 提取", want: []string{"fund-out"}, only: true},
	{query: "供热", want: []string{"heating"}, only: true},
	{query: "采暖", want: []string{"heating"}, only: true},
	{query: "卫健委", want: []string{"health"}, only: true},
	{query: "衛健委", want: []string{"health"}, only: true},
	{query: "发改委", want: []string{"reform"}, only: true},
	{query: "发改委 核准", want: []string{"reform"}, only: true},
	{query: "房产过户", want: []string{"transfer"}, only: true},
	// names of units
	{query: "卫生健康委员会", want: []string{"health"}, only: true},
	{query: "发展和改革委员会", want: []string{"reform"}, only: true},
	{query: "发展改革委员会", want: []string{"reform"}, hoped: true},
	{query: "政务服务中心", want: []string{"hall"}, only: true},
	{query: "南街街道办事处", want: []string{"town"}, only: true},
	{query: "街道办", want: []string{"town"}, only: true},
	{query: "南街", want: []string{"town", "water-cut"}, only: true},
	{query: "文旅局 名单", want: []string{"filler-188", "filler-164"}},
	{query: "司法局法律援助", want: []string{"filler-197", "filler-029"}},
	// ranking: valid before abolished, recent before old, the document before what mentions it
	{query: "政务数据接口规范", want: []string{"version", "version-old"}, ordered: true, only: true},
	{query: "政府工作报告", want: []string{"report", "report-old"}, ordered: true, only: true},
	{query: "城市更新三年行动方案", want: []string{"explained", "explain"}, ordered: true, only: true},
	{query: "权责清单", want: []string{"index-b", "index-c"}, only: true},
	{query: "权责清单 2023", want: []string{"index-c"}, only: true},
	{query: "热线", want: []string{"half", "wide"}, ordered: true, only: true},
	{query: "国有企业负责人薪酬", want: []string{"soe"}, only: true},
	{query: "《城市更新三年行动方案》政策解读", want: []string{"explain"}, only: true},
	// what people ask
	{query: "办身份证要什么材料", want: []string{"idcard"}, ordered: true},
	{query: "辦身份證需要什麼材料？", want: []string{"idcard"}, ordered: true},
	{query: "身份证丢了怎么办", want: []string{"idcard-lost"}, hoped: true},
	{query: "身份证丢失怎么补领", want: []string{"idcard-lost"}, ordered: true},
	{query: "怎么提取公积金", want: []string{"fund-out"}, ordered: true},
	{query: "住房公积金提取条件", want: []string{"fund-out"}, ordered: true},
	{query: "如何申请低保", want: []string{"allowance"}, ordered: true},
	{query: "个体户营业执照怎么办理", want: []string{"licence"}, hoped: true},
	{query: "营业执照登记需要哪些材料", want: []string{"licence"}, ordered: true, hoped: true},
	{query: "婚姻登记要带户口簿吗", want: []string{"marriage"}, ordered: true},
	{query: "结婚登记收不收费用", want: []string{"marriage"}, hoped: true},
	{query: "新生儿怎么落户", want: []string{"newborn"}, ordered: true},
	{query: "二手房过户登记几天办结", want: []string{"transfer"}, ordered: true},
	{query: "什么时候开始供暖", want: []string{"heating"}, hoped: true},
	{query: "供暖时间", want: []string{"heating"}, ordered: true},
	{query: "老人免费乘坐公交", want: []string{"bus"}, ordered: true, hoped: true},
	{query: "多少岁可以免费乘车", want: []string{"bus"}, ordered: true},
	{query: "南街什么时候停水", want: []string{"water-cut"}, ordered: true},
	{query: "哪里可以查询教师资格考试成绩", want: []string{"exam"}, ordered: true},
	{query: "事业单位招聘报名时间", want: []string{"recruit"}, ordered: true},
	{query: "儿童疫苗接种时间表", want: []string{"vaccine"}, ordered: true},
	{query: "加装电梯有没有补贴", want: []string{"lift"}, ordered: true},
	{query: "电梯补贴多少钱", want: []string{"lift"}, ordered: true},
	{query: "毕业生求职补贴名单", want: []string{"subsidy"}, ordered: true},
	{query: "请问营业执照登记", want: []string{"licence"}, ordered: true},
	{query: "公司注册怎么办", want: nil, only: true},
	{query: "护照怎么办理", want: nil, only: true},
	{query: "外星人登陆怎么办理", want: nil, only: true},
}

func judged(t *testing.T, b *bench) {
	b.put(Collection()...)
	var recall, reciprocal, asked float64
	for _, j := range judgements {
		got := b.items(b.find(j.query))
		if len(j.want) > 0 {
			asked++
			recall += float64(among(got, j.want)) / float64(len(j.want))
			reciprocal += reciprocalRank(got, j)
		}
		j.judge(t, got)
	}
	recall, reciprocal = recall/asked, reciprocal/asked
	t.Logf("%d queries, recall@10 %.3f, MRR %.3f", len(judgements), recall, reciprocal)
	if len(judgements) < leastQueries || recall < leastRecall || reciprocal < leastRank {
		t.Errorf("below the floors: %d queries, recall@10 %.2f, MRR %.2f", leastQueries, leastRecall, leastRank)
	}
}

func (j judgement) judge(t *testing.T, got []string) {
	t.Helper()
	complain := t.Errorf
	if j.hoped {
		complain = t.Logf
	}
	if among(got, j.want) != len(j.want) {
		complain("%q: want %v among the first ten, got %v", j.query, j.want, got)
	}
	if j.only && len(got) != len(j.want) {
		complain("%q: want only %v, got %v", j.query, j.want, got)
	}
	if j.ordered && (len(got) == 0 || got[0] != j.want[0]) {
		complain("%q: want %s first, got %v", j.query, j.want[0], got)
	}
	if among(got, j.never) > 0 {
		complain("%q: found %v, which must not hold any of %v", j.query, got, j.never)
	}
}

// Queries are the texts of the judged queries, for whoever measures.
func Queries() []search.Query {
	out := make([]search.Query, len(judgements))
	for i, j := range judgements {
		out[i] = search.Query{Text: j.query}
	}
	return out
}

// among counts the wanted among the first ten.
func among(got, want []string) int {
	n := 0
	for _, w := range want {
		for i, g := range got {
			if g == w && i < 10 {
				n++
			}
		}
	}
	return n
}

// reciprocalRank is 1 over the place of the first wanted hit; where the order
// is judged, of the one that should lead.
func reciprocalRank(got []string, j judgement) float64 {
	for i, g := range got {
		if g == j.want[0] || !j.ordered && among([]string{g}, j.want) > 0 {
			return 1 / float64(i+1)
		}
	}
	return 0
}
