// The demo's small county: units, sites, columns, accounts, items.

package main

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"gongkai"
	"gongkai/account"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// demoPassword is that of every demo account; the demo listens on loopback
// only.
const demoPassword = "qinghe-demo-2026"

type person struct {
	login, name, en, unit string
	roles                 []string // in unit
}

// people has one account per role for the county, and three persons who review
// and proofread together in the township.
var people = []person{
	{"bianji", "赵编辑", "editor, county office", "qinghe", []string{policy.Editor}},
	{"yishen", "钱一审", "first review", "qinghe", []string{policy.Reviewer1}},
	{"yijiao", "孙一校", "first proofreading", "qinghe", []string{policy.Proofreader1}},
	{"ershen", "李二审", "second review", "qinghe", []string{policy.Reviewer2}},
	{"erjiao", "周二校", "second proofreading", "qinghe", []string{policy.Proofreader2}},
	{"sanshen", "吴三审", "final review", "qinghe", []string{policy.Reviewer3}},
	{"sanjiao", "郑三校", "third proofreading", "qinghe", []string{policy.Proofreader3}},
	{"baomi", "王保密", "secrecy officer of all", "", []string{policy.SecrecyOfficer}},
	{"fabu", "冯发布", "publisher", "qinghe", []string{policy.Publisher}},
	{"guanli", "陈管理", "administrator (no business role)", "", []string{policy.Administrator}},
	{"shenji", "褚审计", "auditor", "", []string{policy.Auditor}},
	{"zhenbianji", "卫镇编", "editor, Liuxi township", "liuxi", []string{policy.Editor}},
	{"zhenyi", "蒋镇一", "first review and proofreading, township", "liuxi", []string{policy.Reviewer1, policy.Proofreader1}},
	{"zhener", "沈镇二", "second review and proofreading, township", "liuxi", []string{policy.Reviewer2, policy.Proofreader2}},
	{"zhensan", "韩镇三", "final review and proofreading, township", "liuxi", []string{policy.Reviewer3, policy.Proofreader3}},
}

var units = []content.Unit{
	{Meta: store.Meta{ID: "qinghe"}, Name: "青禾县人民政府", USCC: creditCode("11990100MB0000001")},
	{Meta: store.Meta{ID: "qinghe-ban"}, Name: "青禾县人民政府办公室", Parent: "qinghe", USCC: creditCode("11990100MB0000002")},
	{Meta: store.Meta{ID: "qinghe-caizheng"}, Name: "青禾县财政局", Parent: "qinghe", USCC: creditCode("11990100MB0000003")},
	{Meta: store.Meta{ID: "liuxi"}, Name: "青禾县柳溪镇人民政府", Parent: "qinghe", USCC: creditCode("11990100MB0000004")},
}

// creditCode adds the check digit to the first 17 characters of a made-up code.
func creditCode(first string) string {
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if code := first + string(c); content.CreditCode(code) {
			return code
		}
	}
	return ""
}

var sites = []content.Site{
	{Meta: store.Meta{ID: "qinghe"}, Name: "青禾县人民政府门户网站", Domain: "www.qinghe.example", IDCode: "9901000001", Unit: "qinghe"},
	{Meta: store.Meta{ID: "liuxi"}, Name: "柳溪镇政务公开", Domain: "liuxi.qinghe.example", IDCode: "9901000002", Unit: "liuxi"},
}

func column(id, site, parent, slug, name, pipeline string, kinds ...string) content.Column {
	return content.Column{Meta: store.Meta{ID: id}, Site: site, Parent: parent, Slug: slug, Name: name, Kinds: kinds, Pipeline: pipeline, Type: "政务公开"}
}

var columns = []content.Column{
	column("zwgk", "qinghe", "", "zwgk", "政务公开", "alternating"),
	column("zcwj", "qinghe", "zwgk", "zcwj", "政策文件", "alternating", "policy"),
	column("zcjd", "qinghe", "zwgk", "zcjd", "政策解读", "alternating", "interpretation"),
	column("tzgg", "qinghe", "zwgk", "tzgg", "通知公告", "alternating", "notice", "policy"),
	column("gs", "qinghe", "zwgk", "gs", "公示公告", "alternating-secrecy", "publicity"),
	column("xzcf", "qinghe", "zwgk", "xzcf", "行政处罚", "reviews-then-proofs", "penalty"),
	column("czyjs", "qinghe", "zwgk", "czyjs", "财政预决算", "alternating", "budget"),
	column("bszn", "qinghe", "", "bszn", "办事指南", "alternating", "guide"),
	column("gzdt", "qinghe", "", "gzdt", "工作动态", "alternating", "news"),
	column("lx-tzgg", "liuxi", "", "tzgg", "镇通知公告", "merged", "notice", "news"),
	column("lx-gs", "liuxi", "", "gs", "镇公示", "merged-secrecy", "publicity"),
}

// county knows its people by login.
type county struct {
	actors map[string]gongkai.Actor
}

// seedCounty makes the county where it is not there yet.
func seedCounty(ctx context.Context, a *app) (*county, error) {
	c := &county{actors: map[string]gongkai.Actor{}}
	if _, err := a.content.Settings.Get(ctx, "demo"); gongkai.Is(err, gongkai.Missing) {
		if err := seedAll(ctx, a); err != nil {
			return nil, err
		}
	}
	for _, p := range people {
		u, err := a.accounts.ByLogin(ctx, p.login)
		if err != nil {
			return nil, err
		}
		c.actors[p.login] = u.Actor()
	}
	return c, seedItems(ctx, a, c)
}

// seedAll makes places and people side by side: hashing takes the processor,
// writing waits for the disk.
func seedAll(ctx context.Context, a *app) error {
	group, ctx2 := errgroup.WithContext(ctx)
	group.Go(func() error { return seedPlaces(ctx2, a) })
	group.Go(func() error { return seedPeople(ctx2, a) })
	if err := group.Wait(); err != nil {
		return err
	}
	return mark(ctx, a, "demo")
}

func seedPlaces(ctx context.Context, a *app) error {
	for _, u := range units {
		if _, err := a.content.PutUnit(ctx, u); err != nil {
			return err
		}
	}
	for _, s := range sites {
		if _, err := a.content.PutSite(ctx, s); err != nil {
			return err
		}
	}
	for i, col := range columns {
		col.Order = int64(i)
		if _, err := a.content.PutColumn(ctx, col); err != nil {
			return err
		}
	}
	return nil
}

func seedPeople(ctx context.Context, a *app) error {
	var fresh []account.NewUser
	for _, p := range people {
		if _, err := a.accounts.ByLogin(ctx, p.login); gongkai.Is(err, gongkai.Missing) {
			fresh = append(fresh, account.NewUser{Login: p.login, Name: p.name, Unit: p.unit, Password: demoPassword})
		}
	}
	if _, err := a.accounts.AddUsers(ctx, fresh); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx) // together they share commits
	for _, p := range people {
		group.Go(func() error {
			u, err := a.accounts.ByLogin(ctx, p.login)
			for _, role := range p.roles {
				if err == nil {
					err = a.policy.Grant(ctx, policy.Grant{User: u.ID, Role: role, Unit: p.unit}, gongkai.System)
				}
			}
			return err
		})
	}
	return group.Wait()
}

// mark notes that a part of the seed is complete.
func mark(ctx context.Context, a *app, what string) error {
	_, err := a.content.Settings.Upsert(ctx, what, func(doc *content.Setting, _ bool) error {
		doc.Value = time.Now().UnixMilli()
		return nil
	})
	return err
}
