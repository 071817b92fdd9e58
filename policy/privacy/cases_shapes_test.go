package privacy

import "testing"

func TestBankCardsAndAccounts(t *testing.T) { runCases(t, Plain, bankCases) }
func TestPlates(t *testing.T)               { runCases(t, Plain, plateCases) }
func TestTravelDocuments(t *testing.T)      { runCases(t, Plain, travelCases) }
func TestEmails(t *testing.T)               { runCases(t, Plain, emailCases) }
func TestHomePhones(t *testing.T)           { runCases(t, Plain, phoneCases) }
func TestInsuranceNumbers(t *testing.T)     { runCases(t, Plain, insuranceCases) }
func TestOtherKindsInHTML(t *testing.T)     { runCases(t, HTML, shapesInHTML) }
func TestOtherKindsInMarkdown(t *testing.T) { runCases(t, Markdown, shapesInMarkdown) }

func TestAllowedMailboxesStayAndNamesAreHiddenButForTheirJoints(t *testing.T) {
	opt := Options{Now: today, Allow: func(kind, folded string) bool { return kind == "email" && folded == "xxgk@163.com" }}
	text := "邮箱XXGK@163.com、zhang.san@163.com"
	if got := Mask(text, Scan(text, Plain, opt)); got != "邮箱XXGK@163.com、z****.***@163.com" {
		t.Error(got)
	}
}

// Cards are made up with a right Luhn digit.
var bankCases = []string{
	"«b!6222020200001234562»",
	"账号：«b!6222020200001234562»",
	"银行卡号«b!6222020200001234562»",
	"«b!6222 0202 0000 1234 562»",
	"«b!6222-0202-0000-1234-562»",
	"«b!622202 0200001234562»",
	"卡号：«b!６２２２０２０２００００１２３４５６２»",
	"«b!6222\u200b0202\u00ad00001234562»",
	"张三 «i!110101199003071233» «b!6222020200001234562» «m!13800138000»",
	"张三，«m!13800138000»，«b!6222020200001234562»",
	"银行卡号⇒«b!6222020200001234562»",
	"开户行：中国农业银行某县支行，户名：李四，账号：«b~12345678901234567»",
	"一卡通账号：«b~810120512345678»",
	"存折账号 «b~0200 0234 0920 0012»",
	"姓名：李四 开户行：某县农村信用社 账号 «b~8020101234567»",
	"收款人：王五 账号：«b~801-2010-1234567»",
	"缴款人：李四，付款账号«b!6222020200001234562»，摘要：学费。",
	"卡（折）号：«b~12345678901234567»",
	"领取人王小二 农行卡号«b~622848123456789012»",
	// organisations' accounts stay
	"户名：某某县财政局 账号：6222020200001234562",
	"户名：某某县财政局\n开户行：中国农业银行某某县支行\n账号：12345678901234567",
	"账号：12345678901234567，户名：某某建筑有限公司",
	"开户名称：某某市公共资源交易中心，开户银行：中国建设银行股份有限公司某某支行，银行账号：41001234567890123456",
	"投标保证金账户：41001234567890123",
	"财政专户账号：41001234567890123",
	"单位账号：41001234567890123",
	"某某县慈善协会捐款账号：41001234567890123",
	"收款单位：某某村股份经济合作社 账号：8020101234567890",
	// what only looks like one
	"开户行号：102100099996",
	"订单号：6222020200001234562",
	"合同编号：6222020200001234562",
	"XM6222020200001234562",
	"6222020200001234562元",
	"6222020200001234569",
	"水卡号：123456789012",
	"微信公众号账号：«m?13800138000»",
	"缴费账号：41001234567890123",
	"某某市慈善总会，账号：41001234567890123",
	"张三 ***************4562",
}

var plateCases = []string{
	"«v~沪A12345»",
	"车牌号：«v~豫A·12345»",
	"车主张三，«v!京N8P8F8»",
	"私家车«v!苏E·A1234»被举报",
	"当事人驾驶«v!粤B12345»号小型轿车",
	"新能源车«v~沪AD12345»",
	"«v~粤BD1234F»停放",
	"«v~浙A12345D»",
	"«v~鲁 B 12345»",
	"«v~鲁 B - 12345»",
	"«v~鲁B 12345»，«v~鲁B67890»",
	"«v~豫Ａ１２３４５»",
	"«v~豫\u200bA\u200b1\u200b2345»",
	"«v~粤Z1234港»",
	"«v~津a12345»",
	"«v~沪A12345» 2026年",
	"车牌号：«v!豫A88888»，车主：王某",
	"豫A88888（公务用车）",
	// official ones and others that are nobody's
	"公务用车：豫A12345",
	"执法车辆豫A12345、豫A12346",
	"公务用车拍卖清单：豫A12345",
	"校车 豫A12345",
	"出租车豫AT1234",
	"豫A1234学",
	"豫A1234警",
	"豫A1234挂",
	"沪A1234领",
	// no plates
	"粤B2-20050001",
	"京ICP备20000045号",
	"新A楼12345",
	"沪A1234",
	"沪A1234567",
	"京沪高速G2",
	"云A",
	"沪A***45",
	"津政B12345",
	"川OA1234",
	"浙A类12345人",
}

var travelCases = []string{
	"护照号：«t!E12345678»",
	"护照号码 «t!EA1234567»",
	"护照：«t!G12345678»",
	"持«t?E12345678»入境",
	"港澳通行证号«t!C12345678»",
	"往来港澳通行证：«t!CA1234567»",
	"往来台湾通行证«t!L12345678»",
	"港澳居民来往内地通行证号：«t!H12345678»",
	"回乡证号码：«t!H1234567890»",
	"台胞证：«t~12345678»",
	"台胞证号：«t~1234567801»",
	"证件号码：«t!M12345678»",
	"护照«t!MA1234567»",
	"护照号：«t!Ｅ１２３４５６７８»",
	"护照号：«t!E1234\u200b5678»",
	"护照号：«t!E 1234 5678»",
	"护照号：«t!E-12345678»",
	"护照号：«t~AB1234567»",
	"护照号⇒«t!E12345678»",
	"护照号⇒«t~123456789»",
	// no travel documents
	"C12345678",
	"L12345678",
	"编号：E12345678",
	"E20261234",
	"合同编号 G12345678",
	"XE12345678",
	"型号：G12345678",
	"E12345678A",
	"E123456789",
	"ZB-E12345678",
	"护照办理咨询电话：0371-65588888",
	"护照：办理时间2026年11月20日",
	"E*****678",
	"12345678",
}

var emailCases = []string{
	"邮箱：«e~zhangsan@163.com»",
	"«e~zhang.san_1990@qq.com»",
	"«e~123456789@qq.com»，",
	"个人邮箱«e~zs@sina.com.cn»。",
	"姓名：张三 邮箱：«e~zs@126.com»",
	"«e~ｚｓ＠１６３．ｃｏｍ»",
	"«e~zs\u200b@163.com»",
	"«e~zs @ 163.com»",
	"张三 @ 163.com",
	"zs @ company.com",
	"a/«e~zs@163.com».jpg",
	"«e~ZhangSan@Gmail.com»",
	"mailto:«e~zhangsan@163.com»",
	"«e~a@163.com»",
	"办公邮箱：«e?xxzwgk@163.com»",
	"联系邮箱：«e?xxzwgk@163.com»",
	"请将意见发送至«e?xxzwgk@163.com»",
	"举报邮箱 «e?jubao@126.com»",
	"«e?zhangsan@company.com»",
	// an office's own
	"邮箱：xxgk@xinxiang.gov.cn",
	"zhangsan@henan.gov.cn",
	"service@company.com",
	// no addresses
	"ftp://zhangsan@ftp.example.com/a",
	"git@example.com:a/b.git",
	"@某某发布",
	"logo@2x.png",
	"a@b",
	"z*******@163.com",
	"***@163.com",
	"张三@163.com",
	"@163.com",
	"zhang@@163.com",
}

var phoneCases = []string{
	"家庭电话：«f~0371-65588888»",
	"住宅电话«f~65588888»",
	"家长电话：«f~0371-6558888»",
	"本人电话 «f~010-65588888»",
	"家庭电话⇒(«f~0371)65588888»",
	"家庭电话：«m!13800138000»",
	"家庭电话：«f~０３７１－６５５８８８８８»",
	"联系电话：0371-65588888",
	"办公电话：0371-65588888",
	"咨询电话：65588888",
	"联系人：李四 0371-65588888",
	"家庭电话：0371-6558****",
	"400-138-1234",
	"家长咨询电话：0371-65588888",
}

var insuranceCases = []string{
	"社保号：«s~A12345678»",
	"社会保障卡号：«s~B1234567X»",
	"社保卡号 «s~123456789»",
	"社保卡号（9位）：«s~A12345678»",
	"社会保障号码：«i!110101199003071233»",
	"社会保障卡号：«b!6222020200001234562»",
	"医保号：«y~4101234567»",
	"医保卡号：«y~X12345678»",
	"新农合证号：«y~4101 2300 0102»",
	"医保编号⇒«y~4101234567»",
	"住院号：«y~2026001234»",
	"医保号：«i!110101199003071233»",
	"社保号咨询电话：0371-65588888",
	"医保号码查询请拨打12393",
	"社保号：12******78",
	"社保号：12345",
}

var shapesInHTML = []string{
	"<p>卡号：«b!6222<b>0202</b>00001234562»</p>",
	"<td>银行账号</td><td>«b~12345678901234567»</td>",
	"<p>«v~沪<b>A</b>12345»</p>",
	"<p>«v~&#27818;A12345»</p>",
	"<p>«v~沪&#65;·12345»</p>",
	`<img alt="«v~沪A12345»">`,
	"<td>车主</td><td>«v!沪A12345»</td>",
	`<a href="mailto:«e~zhangsan@163.com»">«e~zhangsan@163.com»</a>`,
	`<a href="mailto:«e~zs%40163.com»">x</a>`,
	"<p>«e~zhangsan&#64;163.com»</p>",
	"<p>«e~zhangsan&#x40;163&#46;com»</p>",
	"<p>«e~zhang<b>san</b>@163.com»</p>",
	"<p>«e~zhangsan<!-- -->@163.com»</p>",
	"<p>护照号：«t!E<b>1234</b>5678»</p>",
	"<td>护照号</td><td>«t!E12345678»</td>",
	"<td>社保卡号</td><td>«s~A12345678»</td>",
	"<td>家庭电话</td><td>«f~0371-65588888»</td>",
	"<!-- «v~沪A12345» -->",
	"<td>沪A</td><td>12345</td>",
	"<td>zhangsan</td><td>@163.com</td>",
	`<p style="color:#123456;width:1234567px">x</p>`,
}

var shapesInMarkdown = []string{
	"**«v~沪A12345»**",
	"[邮箱](mailto:«e~zhangsan@163.com»)",
	"<«e~zhangsan@163.com»>",
	"`«e~zhangsan@163.com»`",
	"卡号 **«b!6222020200001234562»**",
	"| 护照号 | «t!E12345678» |",
	"z**@163.com",
}
