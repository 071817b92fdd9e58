// 姓名: what looks like the name of a person. Names alone are no findings; they
// tell a row about a person from a row about something else.

package privacy

// surnames are the hundred and more that nearly everybody bears.
var surnames = runesOf("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于余蒋蔡杜叶苏程魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉翁蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝")

var compoundSurnames = foldedWords("欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 端木 夏侯 南宫 长孙")

// noNames begin with a surname and are words of everyday life in an office.
var noNames = foldedWords(`高中 高级 高等 高校 金额 全部 全县 全市 全省 全体 全家 方式 安全 安置 安排 常住 常年 常务 成员 成立 成绩 时间 师范 应届 应急 应当 单位 单价
	管理 管护 万元 关系 关于 文化 文件 文号 任务 任职 农业 农村 农民 农户 农合 农保 项目 程序 施工 马上 白天 和平 和谐 解决 解放 符合 华侨 明细 明确 古镇 连续
	党员 党委 党支部 党组 党校 边境 景区 路口 路线 车牌 车辆 车型 车间 计划 许可 包括 包村 包保 米面 费用 卫生 卫健 荣誉 商品 商业 商户 查看 查询 房屋 房产 房款 平方 平均
	康复 温馨 江苏 江西 安徽 宁夏 广东 易地 尚未 申请 申报 石油 龙头 黄金 田间 林业 林地 林权 牛羊 谷物 水田 游客 盛世 宫颈 季度 毕业 毕竟 向上 章程 武装 龙门 国有 严重 严格 经济 严肃 司法 司机
	于是 余额 余款 何时 何地 白内障 白血病 高血压 石膏 甘肃 钱款 陆续 许多 曾用名 曾经 丁级 史料 雷电 夏季 夏令 秦岭 温度 童装 苗木 管道 乔木 左右 左侧 房东 时限 文盲 文科 应付 和睦 路灯 施行`)

// nameAt measures the name that begins at i and ends there with its part: two
// to four characters, the first a surname. 0 is none.
func (l line) nameAt(i int) int {
	if l.oneOf(i, noNames) != "" {
		return 0
	}
	family := 1
	if l.oneOf(i, compoundSurnames) != "" {
		family = 2
	} else if r := l.r(i); !surnames.has(r) {
		return 0
	}
	n := family
	for n < family+2 && (l.chinese(i+n) || l.r(i+n) == '*') {
		n++
	}
	if n == family || l.chinese(i+n) {
		return 0
	}
	return n
}

// chinese reports a Chinese character at i, be it a numeral.
func (l line) chinese(i int) bool {
	return isHan(l.r(i)) || l.digit(i) && l[i].script == chinese
}

// likeName reports that the whole line could be a name.
func likeName(l line) bool {
	if len(l) > 12 {
		return false
	}
	tight := make(line, 0, 12)
	for _, a := range l { // 李　四
		if a.class != blank {
			tight = append(tight, a)
		}
	}
	n := len(tight)
	return n >= 2 && n <= 4 && tight.nameAt(0) == n
}
