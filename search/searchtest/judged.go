// The judged queries: what people type, and what they must find.

package searchtest

import "testing"

// judgement is one query. Want must all be among the first ten; the first of
// them leads if Ordered; Never must not be found; Only admits nothing else.
type judgement struct {
	query   string
	want    []string
	ordered bool
	only    bool
	never   []string
}

var judgements = []judgement{
	// words inside words
	{query: "工程", want: []string{"bridge", "apart", "together"}, only: true},
	{query: "在建工程", want: []string{"bridge"}, only: true},
	{query: "建工", want: []string{"bridge"}, only: true},
	{query: "工程公开", want: []string{"together"}, only: true, never: []string{"apart"}},
	{query: "工程 公开", want: []string{"together", "apart"}, only: true},
	{query: "混凝土", want: []string{"bridge"}, only: true},
	{query: "质量", want: []string{"bridge", "pm25"}, only: true},
	{query: "大桥质量", want: nil, only: true},
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
	t.Logf("%d queries, recall@10 %.3f, MRR %.3f", len(judgements), recall/asked, reciprocal/asked)
}

func (j judgement) judge(t *testing.T, got []string) {
	t.Helper()
	if among(got, j.want) != len(j.want) {
		t.Errorf("%q: want %v among the first ten, got %v", j.query, j.want, got)
	}
	if j.only && len(got) != len(j.want) {
		t.Errorf("%q: want only %v, got %v", j.query, j.want, got)
	}
	if j.ordered && (len(got) == 0 || got[0] != j.want[0]) {
		t.Errorf("%q: want %s first, got %v", j.query, j.want[0], got)
	}
	if among(got, j.never) > 0 {
		t.Errorf("%q: found %v, which must not hold any of %v", j.query, got, j.never)
	}
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
