// Closing a unit (单位撤并): what has to be somebody else's first.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// PutUnit adds or changes a unit. One that is to be closed is refused while
// anything is left that needs it; a closed one takes no rights away: whoever holds
// roles in it keeps what it has released.
func (e *Engine) PutUnit(ctx context.Context, u content.Unit) (content.Unit, error) {
	before, err := e.content.Units.Get(ctx, u.ID)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return u, err
	}
	switch {
	case err == nil && before.Into != "" && !u.Disabled:
		err = gongkai.E(gongkai.Blocked, "merged", "单位“"+before.Name+"”已并入其他单位（"+before.Into+"），不能恢复使用", "the unit "+u.ID+" was merged into "+before.Into+": it is not opened again")
	case u.Disabled && err == nil && !before.Disabled:
		err = e.closable(ctx, before)
	case !u.Disabled && u.Parent != "":
		err = e.openUnit(ctx, u.Parent, "parent")
	default:
		err = nil
	}
	if err != nil {
		return u, err
	}
	return e.content.PutUnit(ctx, u)
}

// PutSite adds or changes a site; a closed unit runs none.
func (e *Engine) PutSite(ctx context.Context, s content.Site) (content.Site, error) {
	if err := e.openUnit(ctx, s.Unit, "unit"); err != nil {
		return s, err
	}
	return e.content.PutSite(ctx, s)
}

// openUnit refuses a unit that is closed; whether there is one others say.
func (e *Engine) openUnit(ctx context.Context, id, where string) error {
	u, err := e.content.Units.Get(ctx, id)
	if gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	if err == nil && u.Disabled {
		err = gongkai.E(gongkai.Blocked, "unit_closed", "单位“"+u.Name+"”已停用，请改用承接其职责的单位", "the unit "+u.ID+" is closed: choose the one that has taken over its work",
			gongkai.Detail{Where: where, Code: "unit_closed", Zh: "已停用", En: "closed"})
	}
	return err
}

// closable refuses to close a unit while something needs it, and says all of it.
func (e *Engine) closable(ctx context.Context, u content.Unit) error {
	var bad []gongkai.Detail
	for _, needs := range []func(context.Context, content.Unit) (gongkai.Detail, error){e.unitsBelow, e.itemsOf, e.sitesOf, e.pipelinesNaming, e.unkept} {
		d, err := needs(ctx, u)
		if err != nil {
			return err
		}
		if d.Code != "" {
			bad = append(bad, d)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return gongkai.E(gongkai.Blocked, "unit_in_use", "单位“"+u.Name+"”还不能停用：请先将下列事项移交或办结", "the unit "+u.ID+" cannot be closed yet: hand over or finish the following first", bad...)
}

// someNamed joins a few names, and says how many more there are.
func someNamed(names []string) string {
	if more := len(names) - mostNamed; more > 0 {
		return strings.Join(names[:mostNamed], " ") + fmt.Sprintf(" +%d", more)
	}
	return strings.Join(names, " ")
}

// unitsBelow are open units below it.
func (e *Engine) unitsBelow(ctx context.Context, u content.Unit) (d gongkai.Detail, err error) {
	all, err := content.All(ctx, e.content.Units)
	var names []string
	for _, other := range all {
		if other.Parent == u.ID && !other.Disabled {
			names = append(names, other.ID)
		}
	}
	if len(names) > 0 {
		d = gongkai.Detail{Where: "units", Code: "units_below", Zh: "下级单位仍在使用：" + someNamed(names), En: "units below it are open: " + someNamed(names)}
	}
	return d, err
}

// itemsOf are items of the unit that somebody has to do something for.
func (e *Engine) itemsOf(ctx context.Context, u content.Unit) (d gongkai.Detail, err error) {
	n, err := e.content.Items.Count(ctx, []store.Cond{store.Eq("desks", deskAt(deskUnit, u.ID))}, mostCounted+1)
	if n > 0 {
		d = gongkai.Detail{Where: "items", Code: "items_under_way", Zh: fmt.Sprintf("有%s条在办信息，见GET /desk/unit?unit=%s：请办结，或者将单位并入（POST /units/%[2]s/merge）承接单位", upTo1000(n), u.ID),
			En: fmt.Sprintf("%s items are under way, see GET /desk/unit?unit=%s: finish them, or merge the unit (POST /units/%[2]s/merge) into the one that takes over", upTo1000(n), u.ID)}
	}
	return d, err
}

func upTo1000(n int) string {
	if n > mostCounted {
		return fmt.Sprintf("%d+", mostCounted)
	}
	return fmt.Sprint(n)
}

// sitesOf are sites that it runs.
func (e *Engine) sitesOf(ctx context.Context, u content.Unit) (d gongkai.Detail, err error) {
	all, err := content.All(ctx, e.content.Sites)
	var names []string
	for _, s := range all {
		if s.Unit == u.ID {
			names = append(names, s.ID)
		}
	}
	if len(names) > 0 {
		d = gongkai.Detail{Where: "sites", Code: "sites", Zh: "是站点的主办单位，请将站点改由承接单位主办：" + someNamed(names), En: "it runs sites: give them to the unit that takes over: " + someNamed(names)}
	}
	return d, err
}

// pipelinesNaming are those whose stages it signs as an office: the newest
// versions, and older ones with items under way.
func (e *Engine) pipelinesNaming(ctx context.Context, u content.Unit) (d gongkai.Detail, err error) {
	all, err := e.Pipelines(ctx)
	if err != nil {
		return d, err
	}
	newest, names := newestOf(all), []string(nil)
	for _, p := range all {
		if !slices.Contains(p.offices(), u.ID) {
			continue
		}
		items := 0
		if newest[p.Name].Version != p.Version {
			if items, err = e.content.Items.Count(ctx, []store.Cond{store.Eq("work.pipeline", p.ID)}, 1); err != nil {
				return d, err
			}
		}
		if newest[p.Name].Version == p.Version || items > 0 {
			names = append(names, p.ID)
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		d = gongkai.Detail{Where: "pipelines", Code: "office", Zh: "是审校流程的指定签署单位，请另存不含该单位的新版本，并办结走旧版本的信息：" + someNamed(names),
			En: "pipelines name it as the office that signs: add versions without it, and finish what goes through the old ones: " + someNamed(names)}
	}
	return d, nil
}

// unkept (无人看管): it has released something, and nobody could suspend and
// withdraw that.
func (e *Engine) unkept(ctx context.Context, u content.Unit) (d gongkai.Detail, err error) {
	live, err := e.readPast(ctx, store.Query{Where: []store.Cond{store.Eq("unit", u.ID)}, Sort: []string{"-updated"}, Limit: 1}, func(it content.Item) bool {
		return it.Live.State == content.Published || it.Live.State == content.Suspended
	})
	if err != nil || len(live.Docs) == 0 {
		return d, err
	}
	people := e.roll(e.here)
	for _, act := range []string{policy.ItemSuspend, policy.ItemAskWithdraw, policy.ItemWithdraw} {
		able, err := people.able(ctx, act, u)
		if err != nil {
			return d, err
		}
		if len(able) == 0 {
			return gongkai.Detail{Where: "grants", Code: "unkept", Zh: "其已公开信息今后无人能下线、撤稿：请先在该单位（或其上级单位）向承接单位的人员授予编辑、三审、发布等角色",
				En: "nobody could suspend and withdraw what it has released: grant roles such as editor, final reviewer and publisher in this unit, or one above it, to people of the unit that takes over"}, nil
		}
	}
	return d, nil
}
