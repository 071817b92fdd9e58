// Long documents: reports and plans of ten to a hundred kilobytes with a few
// values in them, as they are found in practice.

package corpustest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// stock is ordinary prose; all of its figures stay.
var stock = []string{
	"坚持以人民为中心的发展思想，围绕群众关切，主动公开重点领域政府信息，不断提高公开的针对性和实效性。",
	"全年共办理群众来信{n}件次，办结率达到百分之九十八点六，比上年提高三点二个百分点。",
	"要进一步压实责任，明确时限，一件一件抓落实，做到件件有着落、事事有回音。",
	"{year}年，全县一般公共预算收入完成{commas}，增长7.8%，其中税收收入占比72.5%。",
	"各乡镇（街道）、县直各单位要对照目录逐项梳理，于{month}月底前完成自查并报送整改台账。",
	"完善公示制度，凡涉及个人身份、住址、联系方式的内容一律作去标识化处理后方可发布。",
	"实施老旧小区改造{n}个，惠及居民1.2万户；新建充电桩1380座、停车泊位5600个。",
	"推进城乡义务教育一体化发展，新增学位3200个，学生体质健康合格率保持在95%以上。",
	"加强传染病监测预警，规范疫苗接种管理，适龄儿童免疫规划疫苗接种率达到98%以上。",
	"落实{docno}文件精神，健全最低生活保障标准动态调整机制，城乡低保标准分别提高到每月720元、650元。",
	"第十二条　申请人对不予公开决定不服的，可以依法申请行政复议或者提起行政诉讼。",
	"（三）优化营商环境。企业开办时间压缩至1个工作日以内，网上可办率达到99.1%。",
	"项目区位于北纬33°16′、东经116°23′附近，总面积1380.5亩，涉及3个行政村。",
	"咨询电话：{office}；来信地址：{officeat}；邮编：{postcode}。",
	"会议强调，安全生产责任重于泰山，要深入开展隐患排查，坚决遏制重特大事故发生。",
	"截至{year}年{month}月底，累计发放各类补贴{commas}，惠及群众{n}万人次。",
	"采购人：{county}卫生健康委员会，项目编号：{contract}，预算金额：{commas}。",
	"本办法自{date}起施行，由县人力资源和社会保障局负责解释。",
	"推动数据共享，归集数据13.8亿条，日均调用1392万次，服务接口稳定运行365天。",
	"评标委员会由5人组成，开标时间为{date}，开标地点为{officeat}。",
	"深化放管服改革，梳理公布行政许可事项1274项，其中“最多跑一次”事项占比百分之九十。",
	"供电公司全年售电量完成{amount}，线损率下降至百分之四点一。",
	"统一社会信用代码为{credit}的企业已列入经营异常名录移出公告。",
	"聚焦困难群体，开展走访慰问，对孤寡老人、留守儿童、残疾人家庭实行网格化联系服务。",
	"提升基层治理水平，划分网格{n}个，配备网格员1562名，处置各类事项23809件。",
	"一是强化组织领导。二是完善工作机制。三是严格督导考核。四是注重宣传引导。",
}

// longText is a document of about so many bytes with a few hits.
func longText(r *rand.Rand, format string, size int) Case {
	p := newPage(r, format)
	p.fill(heading(format, 1, "{county}{year}年政务公开工作情况报告"))
	for next := size / 5; p.b.Len() < size; {
		if p.b.Len() > next {
			p.hit()
			next += size/5 + r.IntN(size/5+1)
		}
		if r.IntN(9) == 0 {
			p.fill(heading(format, 2, pick(r, []string{"一、总体情况", "二、主要做法", "三、存在问题", "四、下一步打算"})))
		}
		p.paragraph(pick(r, stock) + pick(r, stock) + pick(r, stock))
	}
	return p.done()
}

// hit is a sentence, or a table, with something to find.
func (p *page) hit() {
	if p.IntN(3) > 0 {
		p.paragraph(pick(p.Rand, sentences))
		return
	}
	var fit []form
	for _, f := range forms {
		if f.format == p.c.Format {
			fit = append(fit, f)
		}
	}
	p.fill("\n")
	pick(p.Rand, fit).write(p, rosterOf(p.Rand))
	p.fill("\n\n")
}

func (p *page) paragraph(template string) {
	switch p.c.Format {
	case HTML:
		p.fill(`<p style="text-indent: 2em;">` + template + "</p>\n")
	case Markdown:
		p.fill(template + "\n\n")
	default:
		p.fill("　　" + template + "\n")
	}
}

func heading(format string, level int, text string) string {
	switch format {
	case HTML:
		return fmt.Sprintf("<h%d>%s</h%d>\n", level, text, level)
	case Markdown:
		return strings.Repeat("#", level) + " " + text + "\n\n"
	}
	return text + "\n\n"
}
