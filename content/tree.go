// Changes of units, sites and columns.

package content

import (
	"context"
	"slices"
	"strings"

	"gongkai"
	"gongkai/store"
)

// later is a time of change above the one before: public copies compare them.
func later(now gongkai.Clock, before int64) int64 { return max(gongkai.Millis(now()), before+1) }

func badField(where, code, zh, en string) error {
	return gongkai.E(gongkai.Invalid, code, zh, en, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
}

// PutUnit adds a unit, or renames and re-codes it. Its place in the tree is
// fixed once it is there: grants hang on it.
func (c *Content) PutUnit(ctx context.Context, u Unit) (Unit, error) {
	if !Slug(u.ID) {
		return Unit{}, badField("id", "id", "编号应为小写字母、数字和连字符", "an id is made of lower-case letters, digits and hyphens")
	}
	if strings.TrimSpace(u.Name) == "" {
		return Unit{}, badField("name", "required", "单位名称不能为空", "a unit needs its name")
	}
	if u.USCC != "" && !CreditCode(u.USCC) {
		return Unit{}, badField("uscc", "uscc", "统一社会信用代码校验位不符", "the credit code's check digit is wrong")
	}
	path := "/" + u.ID + "/"
	if u.Parent != "" {
		parent, err := c.Units.Get(ctx, u.Parent)
		if err != nil {
			return Unit{}, badField("parent", "missing", "上级单位不存在", "there is no such parent unit")
		}
		path = parent.Path + u.ID + "/"
	}
	return c.Units.Upsert(ctx, u.ID, func(doc *Unit, exists bool) error {
		if exists && doc.Path != path {
			return gongkai.E(gongkai.Blocked, "moved", "单位在树中的位置不能改变", "a unit's place in the tree cannot change")
		}
		now := later(c.Now, doc.Updated)
		doc.Name, doc.Parent, doc.Path, doc.USCC, doc.Disabled = strings.TrimSpace(u.Name), u.Parent, path, u.USCC, u.Disabled
		doc.Updated, doc.Due = now, now
		return nil
	})
}

// PutSite adds or changes a site.
func (c *Content) PutSite(ctx context.Context, s Site) (Site, error) {
	if !Slug(s.ID) || strings.TrimSpace(s.Name) == "" {
		return Site{}, badField("id", "id", "站点须有编号（小写字母、数字、连字符）和名称", "a site needs an id (lower-case letters, digits, hyphens) and a name")
	}
	unit, err := c.Units.Get(ctx, s.Unit)
	if err != nil {
		return Site{}, badField("unit", "missing", "主办单位不存在", "there is no such unit")
	}
	if _, _, err := IndexTemplate(s.IndexNo, unit, c.Now()); gongkai.Is(err, gongkai.Invalid) {
		return Site{}, err
	}
	if err := checkPageURL(s.PageURL); err != nil {
		return Site{}, err
	}
	return c.Sites.Upsert(ctx, s.ID, func(doc *Site, _ bool) error {
		now := later(c.Now, doc.Updated)
		doc.Name, doc.Domain, doc.IDCode, doc.Unit, doc.IndexNo, doc.PageURL = strings.TrimSpace(s.Name), s.Domain, s.IDCode, s.Unit, s.IndexNo, s.PageURL
		doc.Updated, doc.Due = now, now
		return nil
	})
}

// Above gives the ids from the root column to a column.
func (c *Content) Above(ctx context.Context, column string) ([]string, error) {
	col, err := c.Columns.Get(ctx, column)
	return Ancestors(col.Path), err
}

// mostWorkingDays is the longest term of a column.
const mostWorkingDays = 1000

// PutColumn adds or changes a column. Its place and slug are fixed once it is
// there: page paths and subtree keys hang on them.
func (c *Content) PutColumn(ctx context.Context, in Column) (Column, error) {
	if !Slug(in.ID) || !Slug(in.Slug) || strings.TrimSpace(in.Name) == "" {
		return Column{}, badField("id", "id", "栏目须有编号、路径名（小写字母、数字、连字符）和名称", "a column needs an id and a slug (lower-case letters, digits, hyphens) and a name")
	}
	if in.WorkingDays != nil && (*in.WorkingDays < 0 || *in.WorkingDays > mostWorkingDays) {
		return Column{}, badField("working_days", "working_days", "公开时限应为0至1000个工作日", "a term is 0 to 1000 working days")
	}
	if in.CalendarDays != nil && (in.WorkingDays != nil || *in.CalendarDays < 1 || *in.CalendarDays > mostWorkingDays) {
		return Column{}, badField("calendar_days", "calendar_days", "以日计的公开时限应为1至1000日，且不得与working_days并用", "a term in calendar days is 1 to 1000 of them, and not beside one in working days")
	}
	if !slices.Contains([]string{"", CorrectWords, CorrectFull}, in.Correction) {
		return Column{}, badField("correction", "correction", "更正方式应为words（只改字的可走简易流程）或full（一律走完整流程）", "the way of corrections is words (changed words may go the short way) or full")
	}
	if !slices.Contains([]string{"", BundleNone, BundleAfter, BundleRequired}, in.Bundle) {
		return Column{}, badField("bundle", "bundle", "同步发布要求应为required、after或none", "what a column demands of a bundle is required, after or none")
	}
	if in.UpdateCycle != "" && !slices.ContainsFunc(UpdateCycles, func(c Choice) bool { return c.Value == in.UpdateCycle }) {
		return Column{}, badField("update_cycle", "update_cycle", "更新周期应为realtime、daily、weekly、monthly、quarterly、half_yearly、yearly或irregular", "an update cycle is realtime, daily, weekly, monthly, quarterly, half_yearly, yearly or irregular")
	}
	if _, err := c.Sites.Get(ctx, in.Site); err != nil {
		return Column{}, badField("site", "missing", "站点不存在", "there is no such site")
	}
	path, slugs := "/"+in.ID+"/", "/"+in.Slug
	if in.Parent != "" {
		parent, err := c.Columns.Get(ctx, in.Parent)
		if err != nil || parent.Site != in.Site {
			return Column{}, badField("parent", "missing", "上级栏目不存在或不在同一站点", "there is no such parent column on this site")
		}
		path, slugs = parent.Path+in.ID+"/", parent.SlugPath+"/"+in.Slug
	}
	for _, k := range in.Kinds {
		if _, err := c.Kinds.Get(ctx, k); err != nil {
			return Column{}, badField("kinds", "missing", "有不存在的信息类型", "one of the kinds does not exist")
		}
	}
	return c.Columns.Upsert(ctx, in.ID, func(doc *Column, exists bool) error {
		if exists && (doc.Path != path || doc.SlugPath != slugs || doc.Site != in.Site) {
			return gongkai.E(gongkai.Blocked, "moved", "栏目的位置和路径名不能改变", "a column's place and slug cannot change")
		}
		meta, now := doc.Meta, later(c.Now, doc.Updated)
		*doc = in
		doc.Meta, doc.Path, doc.SlugPath, doc.Updated, doc.Due = meta, path, slugs, now, now
		return nil
	})
}

// RetellColumn lets a column be told again, under a later number.
func (c *Content) RetellColumn(ctx context.Context, id string) error {
	_, err := c.Columns.Update(ctx, id, 0, func(doc *Column) error {
		doc.Updated = later(c.Now, doc.Updated)
		doc.Due = doc.Updated
		return nil
	})
	return err
}

// PutKind adds or changes a kind of one's own; of a built-in one it sets what
// happens at the end of a publicity period, if all else is sent as it is.
func (c *Content) PutKind(ctx context.Context, k Kind) (Kind, error) {
	k.BuiltIn = false
	if err := k.Valid(); err != nil {
		return Kind{}, err
	}
	return c.Kinds.Upsert(ctx, k.ID, func(doc *Kind, _ bool) error {
		if doc.BuiltIn && sameDefinition(*doc, k) {
			doc.AtEnd, doc.Updated = k.AtEnd, gongkai.Millis(c.Now())
			return nil
		}
		if doc.BuiltIn {
			return gongkai.E(gongkai.Blocked, "built_in", "内置信息类型不能修改", "a built-in kind cannot be changed")
		}
		meta := doc.Meta
		*doc = k
		doc.Meta, doc.Updated = meta, gongkai.Millis(c.Now())
		return nil
	})
}

// sameDefinition tells whether two kinds have the same names and fields.
func sameDefinition(a, b Kind) bool {
	of := func(k Kind) string {
		text, _, err := Canonical(Kind{Zh: k.Zh, En: k.En, Member: k.Member, Own: append([]Field{}, k.Own...), Required: append([]string{}, k.Required...)})
		if err != nil {
			return ""
		}
		return text
	}
	return of(a) != "" && of(a) == of(b)
}

// All reads a whole small collection, in the order of ids.
func All[T any](ctx context.Context, c *store.Collection[T], where ...store.Cond) ([]T, error) {
	var out []T
	q := store.Query{Where: where, Limit: 1000}
	for {
		page, err := c.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Docs...)
		if page.Next == "" {
			return out, nil
		}
		q.After = page.Next
	}
}
