// Words and places: who people are and where they live. All of them are made
// up below the county.

package corpustest

import (
	"math/rand/v2"
	"strconv"
)

// county is a place down to the county, with the first character of its plates.
type county struct{ code, province, city, name, plate string }

var counties = []county{
	{"110105", "北京市", "", "朝阳区", "京"},
	{"120103", "天津市", "", "河西区", "津"},
	{"130181", "河北省", "石家庄市", "辛集市", "冀"},
	{"140581", "山西省", "晋城市", "高平市", "晋"},
	{"150426", "内蒙古自治区", "赤峰市", "翁牛特旗", "蒙"},
	{"210211", "辽宁省", "大连市", "甘井子区", "辽"},
	{"220122", "吉林省", "长春市", "农安县", "吉"},
	{"230183", "黑龙江省", "哈尔滨市", "尚志市", "黑"},
	{"310115", "上海市", "", "浦东新区", "沪"},
	{"320324", "江苏省", "徐州市", "睢宁县", "苏"},
	{"330604", "浙江省", "绍兴市", "上虞区", "浙"},
	{"340602", "安徽省", "淮北市", "相山区", "皖"},
	{"340621", "安徽省", "淮北市", "濉溪县", "皖"},
	{"350322", "福建省", "莆田市", "仙游县", "闽"},
	{"360121", "江西省", "南昌市", "南昌县", "赣"},
	{"371321", "山东省", "临沂市", "沂南县", "鲁"},
	{"411681", "河南省", "周口市", "项城市", "豫"},
	{"420323", "湖北省", "十堰市", "竹山县", "鄂"},
	{"430611", "湖南省", "岳阳市", "君山区", "湘"},
	{"441322", "广东省", "惠州市", "博罗县", "粤"},
	{"450123", "广西壮族自治区", "南宁市", "隆安县", "桂"},
	{"500236", "重庆市", "", "奉节县", "渝"},
	{"510722", "四川省", "绵阳市", "三台县", "川"},
	{"520328", "贵州省", "遵义市", "湄潭县", "贵"},
	{"530127", "云南省", "昆明市", "嵩明县", "云"},
	{"610323", "陕西省", "宝鸡市", "岐山县", "陕"},
	{"620422", "甘肃省", "白银市", "会宁县", "甘"},
	{"640181", "宁夏回族自治区", "银川市", "灵武市", "宁"},
	{"650422", "新疆维吾尔自治区", "吐鲁番市", "托克逊县", "新"},
}

var (
	towns       = []string{"石桥镇", "城关镇", "双河镇", "白沙镇", "柳林乡", "青山乡", "高岳街道", "新华街道", "龙泉街道", "三里店街道", "河东街道", "大塘镇", "马家坪乡", "东湖街道", "陈集镇", "黑石沟苗族乡"}
	villages    = []string{"向阳村", "李家湾村", "太平村", "东风村", "前进村", "王楼行政村", "红旗村", "杨树沟村", "上塘村", "赵庄村", "七里店村", "新村"}
	communities = []string{"翠湖社区", "阳光社区", "幸福里社区", "永安社区", "学苑社区", "东关居委会"}
	roads       = []string{"人民路", "建设路", "解放东路", "学府路", "滨河大道", "中山北路", "长青街", "文昌巷", "和平西街"}
	estates     = []string{"锦绣花园", "阳光家园小区", "翠湖苑", "书香名邸", "金色家园", "福临小区", "盛世华庭", "农机局家属院", "万和城二期"}
	surnames    = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高", "罗", "欧阳", "司马"}
	given       = []string{"伟", "芳", "秀英", "建国", "桂兰", "海燕", "志强", "玉梅", "晓东", "雪", "国庆", "思远", "春花", "子涵", "德福", "永生", "文静", "大山", "红霞", "银生"}
	diseases    = []string{"肺癌", "尿毒症", "高血压3级", "精神分裂症", "乙肝", "脑瘫", "冠心病", "白血病", "糖尿病并发症", "艾滋病"}
)

// words are braces that are neither personal data here nor to be kept.
var words = map[string]func(*rand.Rand) string{
	"name": func(r *rand.Rand) string { return pick(r, surnames) + pick(r, given) },
	"sex":  func(r *rand.Rand) string { return pick(r, []string{"男", "女"}) },
	"nation": func(r *rand.Rand) string {
		return pick(r, []string{"汉族", "回族", "苗族", "壮族", "蒙古族"})
	},
	"county": func(r *rand.Rand) string { return pick(r, counties).name },
	"town":   func(r *rand.Rand) string { return pick(r, towns) },
	"n":      func(r *rand.Rand) string { return strconv.Itoa(1 + r.IntN(98)) },
	"year":   func(r *rand.Rand) string { return strconv.Itoa(2016 + r.IntN(10)) },
	"sum":    func(r *rand.Rand) string { return strconv.Itoa(200+r.IntN(9000)) + ".00" },
	"sick":   func(r *rand.Rand) string { return pick(r, diseases) },
	"month":  func(r *rand.Rand) string { return strconv.Itoa(1 + r.IntN(12)) },
}

// home is an address: the part that stays visible, down to the township, and
// the part that does not.
func home(r *rand.Rand) value {
	at := pick(r, counties)
	upper := pick(r, []string{at.province + at.city + at.name, at.city + at.name, at.name, ""})
	switch r.IntN(8) {
	case 0, 1, 2:
		return residence(upper+pick(r, towns), village(r))
	case 3, 4:
		return residence(upper+pick(r, towns), estate(r))
	case 5:
		return residence(upper+pick(r, towns), pick(r, communities)+estate(r))
	case 6:
		return withoutTown(at.city+at.name+street(r), estate(r))
	}
	return withoutTown(at.name+street(r), room(r))
}

func residence(shown, hidden string) value {
	return value{kind: address, text: shown + hidden, hide: hidden, shown: shown + "*"}
}

// withoutTown leaves it open how much of the street stays.
func withoutTown(road, hidden string) value {
	return value{kind: address, text: road + hidden, hide: hidden}
}

func village(r *rand.Rand) string {
	v := pick(r, villages)
	return v + pick(r, []string{
		strconv.Itoa(1+r.IntN(19)) + "组", strconv.Itoa(1+r.IntN(19)) + "组" + strconv.Itoa(1+r.IntN(150)) + "号",
		numeral(1+r.IntN(12)) + "组", strconv.Itoa(1+r.IntN(400)) + "号", "李庄组" + strconv.Itoa(1+r.IntN(90)) + "号", "第" + numeral(1+r.IntN(9)) + "村民小组",
		strconv.Itoa(1+r.IntN(19)) + "社" + strconv.Itoa(1+r.IntN(90)) + "号",
	})
}

func street(r *rand.Rand) string { return pick(r, roads) + strconv.Itoa(1+r.IntN(300)) + "号" }

func estate(r *rand.Rand) string { return pick(r, estates) + room(r) }

func room(r *rand.Rand) string {
	house, stair, flat := strconv.Itoa(1+r.IntN(40)), strconv.Itoa(1+r.IntN(6)), strconv.Itoa(1+r.IntN(30))+"0"+strconv.Itoa(1+r.IntN(8))
	return pick(r, []string{
		house + "栋" + stair + "单元" + flat + "室", house + "号楼" + stair + "单元" + flat, house + "幢" + flat + "室",
		house + "#楼" + stair + "-" + flat, house + "-" + stair + "-" + flat, house + "号楼" + flat + "室", house + "栋" + stair + "单元" + flat + "号",
	})
}
