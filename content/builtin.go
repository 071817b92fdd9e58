// The built-in kinds, one row each.

package content

func builtIn(id, zh, en string, required []string, own ...Field) Kind {
	k := Kind{Zh: zh, En: en, Own: own, Required: required, BuiltIn: true}
	k.ID = id
	return k
}

// BuiltIn is the table of built-in kinds.
var BuiltIn = []Kind{
	builtIn("policy", "政策文件", "Policy document", []string{"publisher", "date_written", "validity"},
		Field{Name: "normative", Type: "choice", Zh: "是否规范性文件", En: "Normative document", Facet: true, Choices: []Choice{{"yes", "是", "Yes"}, {"no", "否", "No"}}}),
	builtIn("interpretation", "政策解读", "Policy interpretation", nil,
		Field{Name: "interprets", Type: "reference", Zh: "解读的文件", En: "Document interpreted", Required: true},
		Field{Name: "form", Type: "choice", Zh: "解读形式", En: "Form", Facet: true, Choices: []Choice{{"text", "文字解读", "Text"}, {"graphic", "图文解读", "Graphic"}, {"video", "视频解读", "Video"}, {"qa", "简明问答", "Questions and answers"}}},
		Field{Name: "enquiry_phone", Type: "text", Zh: "政策咨询办公电话", En: "Office phone for enquiries", Max: 100},
		Field{Name: "enquiry_hours", Type: "text", Zh: "咨询工作时间", En: "Office hours for enquiries", Max: 100}),
	builtIn("explanation", "起草说明", "Drafting explanation", nil,
		Field{Name: "interprets", Type: "reference", Zh: "说明的文件", En: "Document explained", Required: true}),
	builtIn("notice", "通知公告", "Notice", nil),
	builtIn("publicity", "公示", "Publicity list", nil,
		Field{Name: "publicity_from", Type: "date", Zh: "公示开始日期", En: "Publicity from", Required: true},
		Field{Name: "publicity_to", Type: "date", Zh: "公示结束日期", En: "Publicity to", Required: true},
		Field{Name: "roster", Type: "table", Zh: "公示名单", En: "List made public"},
		Field{Name: "objection_contact", Type: "text", Zh: "异议受理单位和电话", En: "Where to object", Max: 200}),
	builtIn("penalty", "行政处罚", "Administrative penalty", []string{"publisher"},
		Field{Name: "decision_no", Type: "text", Zh: "处罚决定书文号", En: "Decision number", Required: true, Max: 80},
		Field{Name: "party", Type: "text", Zh: "当事人", En: "Party", Required: true, Max: 200},
		Field{Name: "party_uscc", Type: "text", Zh: "当事人统一社会信用代码", En: "Party's credit code", Format: "uscc"},
		Field{Name: "decided_on", Type: "date", Zh: "处罚决定日期", En: "Date of decision", Required: true},
		Field{Name: "violation", Type: "text", Zh: "违法事实", En: "Violation", Max: 2000},
		Field{Name: "amount", Type: "number", Zh: "罚款金额（元）", En: "Fine (CNY)"}),
	builtIn("budget", "财政预决算", "Budget and final accounts", []string{"publisher"},
		Field{Name: "year", Type: "number", Zh: "年度", En: "Year", Required: true, Facet: true},
		Field{Name: "budget_kind", Type: "choice", Zh: "类别", En: "Kind", Required: true, Facet: true, Choices: []Choice{{"budget", "预算", "Budget"}, {"final", "决算", "Final accounts"}, {"three_public", "三公经费", "Three public expenses"}}},
		Field{Name: "figures", Type: "table", Zh: "收支表", En: "Figures"}),
	builtIn("guide", "办事指南", "Service guide", nil,
		Field{Name: "service_code", Type: "text", Zh: "事项编码", En: "Service code", Max: 60},
		Field{Name: "object", Type: "text", Zh: "办理对象", En: "Who may apply", Max: 200},
		Field{Name: "materials", Type: "table", Zh: "申请材料", En: "Documents needed"},
		Field{Name: "steps", Type: "rich_text", Zh: "办理流程", En: "Procedure"},
		Field{Name: "office_hours", Type: "text", Zh: "办理时间", En: "Office hours", Max: 200},
		Field{Name: "office_address", Type: "text", Zh: "办理地点", En: "Where", Max: 200},
		Field{Name: "office_phone", Type: "text", Zh: "咨询电话", En: "Office phone", Max: 100},
		Field{Name: "fee", Type: "text", Zh: "收费标准", En: "Fees", Max: 500}),
	builtIn("news", "工作动态", "News", nil,
		Field{Name: "author", Type: "text", Zh: "作者", En: "Author", Max: 60}),
}
