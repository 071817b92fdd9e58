// The demo's items: one in every state an item can be in.

package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"gongkai"
	"gongkai/content"
	"gongkai/workflow"
)

// sample is one item of the demo and how far it goes.
type sample struct {
	key    string
	editor string
	unit   string
	kind   string
	column string
	fields content.Fields
	acts   func(*story)
}

// story plays the acts of one sample; the first error ends it.
type story struct {
	ctx       context.Context
	a         *app
	c         *county
	pipelines map[string]workflow.Pipeline
	key       string
	n         int
	it        content.Item
	err       error
}

// seedItems makes the samples where they are not there yet. Steps carry ids
// made of the sample's key, so a start that was cut off goes on where it was.
func seedItems(ctx context.Context, a *app, c *county) error {
	if _, err := a.content.Settings.Get(ctx, "demo-items"); !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	all, err := a.engine.Pipelines(ctx)
	if err != nil {
		return err
	}
	pipelines := map[string]workflow.Pipeline{}
	for _, p := range all {
		pipelines[p.ID] = p
	}
	for _, some := range [][]sample{samples, followers} {
		var group errgroup.Group // together they share commits
		for _, s := range some {
			group.Go(func() error { return s.play(ctx, a, c, pipelines) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return mark(ctx, a, "demo-items")
}

// play makes one sample.
func (s sample) play(ctx context.Context, a *app, c *county, pipelines map[string]workflow.Pipeline) error {
	st := &story{ctx: ctx, a: a, c: c, pipelines: pipelines, key: s.key}
	if file, has := attached[s.key]; has {
		file, err := a.content.Files.Add(ctx, c.actors[s.editor], file.name, strings.NewReader(file.text))
		if err != nil {
			return err
		}
		s.fields = maps.Clone(s.fields)
		s.fields["attachments"] = []content.FileRef{file}
	}
	st.it, st.err = a.engine.Create(ctx, c.actors[s.editor], workflow.NewItem{ID: demoItem(s.key), StepID: "demo-" + s.key + "-create", Kind: s.kind,
		Unit: s.unit, Fields: s.fields, Placements: []content.Placement{{Column: s.column, Home: true}}})
	s.acts(st)
	if st.err != nil {
		return fmt.Errorf("demo item %s: %w", s.key, st.err)
	}
	return nil
}

// do is one act by one person.
func (s *story) do(login string, step workflow.Step) {
	if s.err != nil {
		return
	}
	s.n++
	step.ID = fmt.Sprintf("demo-%s-%d", s.key, s.n)
	step.Sheet, step.Edition = s.it.Work.SheetDigest, s.it.Live.Edition
	if s.it, s.err = s.a.engine.Step(s.ctx, s.c.actors[login], s.it.ID, step); s.err == nil && s.it.Work.State == content.Checking {
		if s.err = s.a.engine.Build(s.ctx, s.it.ID); s.err == nil {
			s.it, s.err = s.a.content.Items.Get(s.ctx, s.it.ID)
		}
	}
}

func (s *story) submit(editor string) {
	step := workflow.Step{Act: "submit"}
	if s.it.Live.State != content.NotLive {
		step.Note = "更正文字错误，内容不变。"
	}
	s.do(editor, step)
}

// mask settles all findings of a kind by their proposed masks.
func (s *story) mask(editor, kind string) {
	s.do(editor, workflow.Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: kind, Act: content.ActMask}}})
}

// sign passes the next n stages, each by a person who holds all of its roles.
func (s *story) sign(n int) {
	for range n {
		if s.err != nil {
			return
		}
		stage, _ := s.pipelines[s.it.Work.Pipeline].Stage(s.it.Work.Stage)
		s.do(s.signer(stage), workflow.Step{Act: "pass", Opinion: "已审阅，同意。", Judgements: &content.Judgements{Legality: true, Accuracy: true, Disclosability: true, Secrecy: true}})
	}
}

func (s *story) signer(stage workflow.Stage) string {
	for _, p := range slices.Backward(people) {
		if !slices.Contains([]string{s.it.Unit, "qinghe", ""}, p.unit) {
			continue
		}
		if !slices.ContainsFunc(stage.Tracks, func(t workflow.Track) bool { return !slices.Contains(p.roles, t.Role) }) {
			return p.login
		}
	}
	return ""
}

func (s *story) release(editor string, stages int) {
	s.submit(editor)
	s.sign(stages)
	s.do("fabu", workflow.Step{Act: "release"})
}

func (s *story) withdraw(t content.Tombstone, reason string) {
	s.do("fabu", workflow.Step{Act: "ask_withdraw", Reason: reason, Tombstone: &t})
	s.do("sanshen", workflow.Step{Act: "withdraw", Opinion: "同意撤下。"})
}

func demoItem(key string) string { return gongkai.DerivedID("demo", key) }

// about names another sample in a field.
func about(f content.Fields, field, key string) content.Fields {
	f[field] = []any{demoItem(key)}
	return f
}

func fields(title, body string, more ...string) content.Fields {
	f := content.Fields{"title": title, "body": body, "openness": content.Proactive, "publisher": "青禾县人民政府", "department": "青禾县人民政府办公室", "date_written": "2026-03-02"}
	for i := 0; i+1 < len(more); i += 2 {
		f[more[i]] = more[i+1]
	}
	return f
}

var samples = []sample{
	{"policy", "bianji", "qinghe", "policy", "zcwj", about(fields("青禾县关于推进城乡公交一体化的实施意见",
		"<p>各乡镇人民政府，县政府各部门：</p><h2>一、总体要求</h2><p>以方便群众出行为目标，用三年时间建成城乡一体的公交网络。</p><h2>二、重点任务</h2><p>优化线路，更新车辆，统一票价，完善站点无障碍设施。</p><p>咨询电话：0999-6120345。</p>",
		"doc_no", "青禾政发〔2026〕3号", "validity", "in_force", "topic", "工业、交通", "genre", "意见"), "related", "reading"), func(s *story) { s.release("bianji", 6) }},
	{"budget", "bianji", "qinghe-caizheng", "budget", "czyjs", fields("青禾县财政局2026年部门预算公开", "<p>根据预算法和有关规定，现将本部门2026年预算予以公开。</p>", "year", "2026", "budget_kind", "budget", "publisher", "青禾县财政局"),
		func(s *story) { s.release("bianji", 6) }},
	{"guide", "bianji", "qinghe", "guide", "bszn", fields("老年人优待证办理指南", "<p>年满60周岁的本县常住老年人可以申请办理优待证，当场办结，不收费。</p>", "office_phone", "0999-6120777", "office_hours", "工作日9:00至17:00"),
		func(s *story) { s.release("bianji", 6) }},
	{"penalty", "bianji", "qinghe", "penalty", "xzcf", fields("青禾县某建材商行超限运输行政处罚决定", "<p>当事人超限运输建筑材料，依法处以罚款。</p>", "decision_no", "青禾交罚〔2026〕17号", "party", "青禾县某建材商行", "decided_on", "2026-02-20", "amount", "2000"),
		func(s *story) { s.release("bianji", 6) }},
	{"roster", "zhenbianji", "liuxi", "publicity", "lx-gs", withRoster(fields("柳溪镇2026年第一批临时救助对象公示", "<p>经本人申请、入户核实、镇政府审核，现将名单予以公示。有异议的请在公示期内反映。</p>",
		"publisher", "青禾县柳溪镇人民政府", "publicity_from", "2026-03-03", "publicity_to", "2026-03-12", "objection_contact", "镇社会事务办0999-6121100")),
		func(s *story) {
			for _, kind := range []string{"id_card", "mobile", "address"} {
				s.mask("zhenbianji", kind)
			}
			s.release("zhenbianji", 4)
		}},
	{"water", "zhenbianji", "liuxi", "notice", "lx-tzgg", fields("柳溪镇关于春灌期间错峰用水的通知", "<p>自三月十日起，全镇分三片错峰用水，请各村组相互配合。</p>", "publisher", "青禾县柳溪镇人民政府"), func(s *story) { s.release("zhenbianji", 3) }},
	{"correcting", "bianji", "qinghe", "notice", "tzgg", fields("关于举办春季招聘会的通知", "<p>定于三月十五日在县体育馆举办春季招聘会，欢迎参加。</p>"), func(s *story) {
		s.release("bianji", 6)
		s.save("bianji", fields("关于举办春季招聘会的通知", "<p>定于三月十六日在县体育馆举办春季招聘会，欢迎参加。</p>"))
	}},
	{"suspended", "bianji", "qinghe", "notice", "tzgg", fields("关于调整部分路段限行时间的通告", "<p>为方便群众出行，对部分路段限行时间进行调整。</p>"), func(s *story) {
		s.release("bianji", 6)
		s.do("baomi", workflow.Step{Act: "suspend", Reason: "附图与正文不一致，核实期间临时下线。"})
	}},
	{"asked", "bianji", "qinghe", "news", "gzdt", fields("县政府召开第一季度重点工作调度会", "<p>会议通报了重点工作进展。</p>"), func(s *story) {
		s.release("bianji", 6)
		s.do("fabu", workflow.Step{Act: "ask_withdraw", Reason: "与另一条信息重复。", Tombstone: &content.Tombstone{Type: "gone"}})
	}},
	{"notice-tombstone", "bianji", "qinghe", "notice", "tzgg", fields("关于某路段临时封闭的通告", "<p>因施工需要，某路段临时封闭。</p>"), func(s *story) {
		s.release("bianji", 6)
		s.withdraw(content.Tombstone{Type: "notice"}, "施工提前结束，通告已失去作用。")
	}},
	{"vanish", "bianji", "qinghe", "news", "gzdt", fields("测试信息", "<p>误发的测试信息。</p>"), func(s *story) {
		s.release("bianji", 6)
		s.withdraw(content.Tombstone{Type: "vanish"}, "误发。")
	}},
	{"gone", "bianji", "qinghe", "notice", "tzgg", fields("关于某项活动延期举行的通知", "<p>活动延期举行，具体时间另行通知。</p>"), func(s *story) {
		s.release("bianji", 6)
		s.withdraw(content.Tombstone{Type: "gone"}, "活动已取消。")
	}},
	{"redirect", "bianji", "qinghe", "notice", "tzgg", fields("关于城乡公交调整的旧通知", "<p>内容已并入实施意见。</p>"), func(s *story) {
		s.release("bianji", 6)
		s.withdraw(content.Tombstone{Type: "redirect", To: "/zwgk/zcwj"}, "内容已并入实施意见。")
	}},
	{"final-confirm", "bianji", "qinghe", "notice", "tzgg", fields("关于加强秸秆综合利用的通知", "<p>请各乡镇加强宣传引倒，推广秸秆还田。</p>"), func(s *story) {
		s.submit("bianji")
		s.sign(5)
		s.do("sanjiao", workflow.Step{Act: "correct", Patch: []workflow.Patch{{Place: "body", Start: 12, End: 13, Old: "倒", New: "导"}}})
		s.sign(1)
	}},
	{"ready", "bianji", "qinghe", "notice", "tzgg", fields("关于开展全民义务植树活动的通知", "<p>请各单位组织职工参加植树活动。</p>"), func(s *story) {
		s.submit("bianji")
		s.sign(6)
	}},
	{"review-2", "bianji", "qinghe", "notice", "tzgg", fields("关于做好汛前检查工作的通知", "<p>请各乡镇于四月底前完成水库、河道和排涝设施检查。</p>"), func(s *story) {
		s.submit("bianji")
		s.sign(2)
	}},
	{"merged", "zhenbianji", "liuxi", "notice", "lx-tzgg", fields("柳溪镇关于规范农贸市场经营秩序的通知", "<p>请各经营户按划定摊位经营，保持通道畅通。</p>", "publisher", "青禾县柳溪镇人民政府"), func(s *story) {
		s.submit("zhenbianji")
		s.sign(1)
	}},
	{"returned", "bianji", "qinghe", "notice", "tzgg", fields("关于组织申报县级科技项目的通知", "<p>即日起受理申报。</p>"), func(s *story) {
		s.submit("bianji")
		s.do("yishen", workflow.Step{Act: "return", Opinion: "请补充申报条件和截止日期。"})
	}},
	{"rejected", "bianji", "qinghe", "news", "gzdt", fields("某企业新品发布会侧记", "<p>某企业举行新品发布会。</p>"), func(s *story) {
		s.submit("bianji")
		s.do("yishen", workflow.Step{Act: "reject", Opinion: "属商业宣传，不宜在政府网站发布。"})
	}},
	{"blocked", "bianji", "qinghe", "notice", "tzgg", fields("关于领取公租房钥匙的通知", "<p>请下列人员携带身份证到县住建局领取钥匙。</p><p>张某，身份证号11010519491231002X，手机13912345678。</p>"), func(*story) {}},
	{"draft", "bianji", "qinghe", "notice", "tzgg", fields("关于征集传统村落保护线索的通知", "<p>欢迎提供线索。</p>"), func(*story) {}},
	{"withheld", "bianji", "qinghe", "notice", "tzgg", withheld(fields("县政府第十次常务会议讨论稿", "<p>讨论稿。</p>")), func(*story) {}},
}

// attached are the attachments of samples.
var attached = map[string]struct{ name, text string }{
	"reading": {"城乡公交线路表.csv", "线路,起点,终点,票价（元）\n城乡1路,县客运站,柳溪镇,2\n城乡2路,县客运站,松岭乡,2\n"},
}

// followers are played once the others are there.
var followers = []sample{
	{"reading", "bianji", "qinghe", "interpretation", "zcjd", about(fields("《青禾县关于推进城乡公交一体化的实施意见》政策解读", "<h2>一、为什么出台</h2><p>方便群众出行，让乡镇与县城之间的公交更准时、更便宜。</p><h2>二、有哪些变化</h2><p>统一票价，更新车辆，完善站点无障碍设施；线路见附件。</p>",
		"form", "text", "summary", "为什么出台、有哪些变化、怎么查线路。", "enquiry_phone", "0999-6120345"), "interprets", "policy"),
		func(s *story) { s.release("bianji", 6) }},
	{"old-policy", "bianji", "qinghe", "policy", "zcwj", fields("青禾县农村客运管理暂行办法", "<p>为规范农村客运经营行为，制定本办法。</p><p>经营者应当按照核定的线路和班次运行。</p>", "doc_no", "青禾政发〔2019〕8号", "validity", "in_force", "topic", "工业、交通", "genre", "办法", "date_written", "2019-05-06"),
		func(s *story) {
			s.release("bianji", 6)
			mark := content.ValidityChange{State: "abolished", Since: "2026-03-02", By: demoItem("policy"), Replaces: true}
			s.do("bianji", workflow.Step{Act: "ask_validity", Reason: "新的实施意见已经公布。", Validity: &mark})
			s.do("sanshen", workflow.Step{Act: "set_validity", Validity: &mark})
		}},
}

func (s *story) save(login string, f content.Fields) {
	if s.err != nil {
		return
	}
	s.n++
	var saved workflow.Saved
	saved, s.err = s.a.engine.Save(s.ctx, s.c.actors[login], s.it.ID, workflow.Draft{StepID: fmt.Sprintf("demo-%s-%d", s.key, s.n), Fields: f})
	if s.err == nil {
		s.it = saved.Item
	}
}

func withRoster(f content.Fields) content.Fields {
	f["roster"] = content.Table{Head: []string{"姓名", "身份证号", "联系电话", "村组", "金额（元）"}, Rows: [][]string{
		{"林某", "440524188001010014", "13812345670", "柳东村二组", "1200"}, {"何某", "110101199003071233", "13912345671", "柳西村一组", "800"}}}
	return f
}

func withheld(f content.Fields) content.Fields {
	f["openness"], f["openness_basis"] = content.Withheld, "过程性信息，依据政府信息公开条例第十六条第二款。"
	return f
}
