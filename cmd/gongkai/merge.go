// Units that are merged (机构合并): what the workers do of it.

package main

import (
	"context"
	"strconv"
	"time"

	"gongkai/account"
	"gongkai/audit"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

// mergeUnits moves what merged units have. Every part of it is in the trail
// before it is so; what was cut short there is written once all the same.
func (a *app) mergeUnits(ctx context.Context) error {
	return a.engine.Merge(ctx, time.Now().Add(recountSlice), workflow.Merging{
		Grant: func(ctx context.Context, u content.Unit, g policy.Grant) error {
			return a.saysMerge(ctx, u, policy.GrantManage, "user/"+g.User, g.Role, g.Unit, map[string]string{"what": "merge", "role": g.Role, "confirmed": g.Confirmed})
		},
		Delegate: func(ctx context.Context, u content.Unit, d policy.Delegation) error {
			return a.saysMerge(ctx, u, "delegation.add", "user/"+d.To, d.ID, u.Into, map[string]string{"delegation": d.ID, "from": d.From, "role": d.Role, "start": strconv.FormatInt(d.Start, 10), "end": strconv.FormatInt(d.End, 10)})
		},
		Site: func(ctx context.Context, u content.Unit, site string) error {
			return a.saysMerge(ctx, u, policy.SiteManage, "site/"+site, "", u.Into, map[string]string{"what": "merge"})
		},
		Users: func(ctx context.Context, u content.Unit) error {
			return a.accounts.Rehome(ctx, u.ID, u.Into, func(person account.User) error {
				return a.saysMerge(ctx, u, policy.UserManage, "user/"+person.ID, "", u.Into, map[string]string{"what": "merge"})
			})
		},
		Done: func(ctx context.Context, u content.Unit) error {
			return a.saysMerge(ctx, u, policy.UnitManage, "unit/"+u.ID, "done", u.ID, map[string]string{"what": "merged", "into": u.Into})
		},
	})
}

// saysMerge writes an entry once, however often it is told.
func (a *app) saysMerge(ctx context.Context, u content.Unit, act, object, which, unit string, detail map[string]string) error {
	detail["merged"], detail["asked_by"] = u.ID, u.Merge.By
	return a.trail.Append(ctx, audit.Entry{Actor: nightWorker.ID, ActorName: nightWorker.Name, Act: act, Object: object, Unit: unit,
		Key: "merge." + u.ID + "." + strconv.FormatInt(u.Merge.Begun, 10) + "." + act + "." + object + "." + which, Detail: detail})
}
