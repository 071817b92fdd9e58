// Outlets: new-media accounts, and places that a person serves by hand.

package channel

import (
	"context"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/channel/wechat"
	"gongkai/channel/weibo"
	"gongkai/content"
	"gongkai/store"
)

// Outlet (发布渠道) is a place that shows items and compares no numbers: an
// account on a new-media platform, or a newspaper, a broadcast, a gazette, a
// notice board. It is retired, never deleted: what it shows must be found again.
type Outlet struct {
	store.Meta
	Name     string            `json:"name"`
	Kind     string            `json:"kind"`    // a row of the table of platforms
	Sites    []string          `json:"sites"`   // whose items it takes; empty: of all
	Columns  []string          `json:"columns"` // with all below them; empty: all
	Kinds    []string          `json:"kinds"`   // of items; empty: all
	Settings map[string]string `json:"settings"`
	Secrets  map[string]string `json:"secrets"` // write-only
	Paused   *Pause            `json:"paused,omitempty"`
	Retired  bool              `json:"retired"` // takes no new item; what it shows is still corrected and taken down
	Created  int64             `json:"created"`
	Updated  int64             `json:"updated"`
	// From is the first release that it takes: it begins with what is released
	// after it was made, unless a person asks for more.
	From int64 `json:"from"`
	// Due and Cursor: the back-fill that a person asked for.
	Due    int64  `json:"due,omitempty"`
	Cursor string `json:"cursor,omitempty"`
}

const outletPrefix = "out-"

// Channel is the id of the outlet's channel.
func (o Outlet) Channel() string { return outletPrefix + o.ID }

// posts tells whether a channel is an outlet: such a place must be asked what it
// shows, and is never called twice for one thing.
func posts(channel string) bool { return strings.HasPrefix(channel, outletPrefix) }

// KindHand (人工渠道) is the platform that is a person.
const KindHand = "manual"

// byHand is its row: nothing is called.
var byHand = platform.Kind{Name: KindHand, Zh: "人工发布（报刊、电视、公报、公告栏）", En: "by hand (newspaper, television, gazette, notice board)"}

// Platforms is the table of platforms: a new one is a row here.
var Platforms = []platform.Kind{byHand, wechat.Kind, weibo.Kind}

// Outlets keeps them.
type Outlets struct {
	Kinds []platform.Kind // which there can be

	docs *store.Collection[Outlet]
	now  gongkai.Clock
}

// OpenOutlets declares the outlets in db.
func OpenOutlets(ctx context.Context, db store.DB, kinds []platform.Kind, now gongkai.Clock) (*Outlets, error) {
	docs, err := store.Use[Outlet](ctx, db, store.Spec[Outlet]{Name: "outlets", Schema: 1, Indexes: []store.Index{{Name: "due", Fields: []string{"due"}}}})
	return &Outlets{kinds, docs, now}, err
}

// kind is the row of a platform.
func (o *Outlets) kind(name string) (platform.Kind, bool) {
	i := slices.IndexFunc(o.Kinds, func(k platform.Kind) bool { return k.Name == name })
	if i < 0 {
		return platform.Kind{}, false
	}
	return o.Kinds[i], true
}

func badOutlet(where, code, zh, en string) error {
	return gongkai.E(gongkai.Invalid, code, zh, en, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
}

// Put adds or changes an outlet. Secrets that are not given stay as they are.
// Its kind stays what it is: what it shows was posted there.
func (o *Outlets) Put(ctx context.Context, in Outlet) (Outlet, error) {
	in.Name = strings.TrimSpace(in.Name)
	kind, known := o.kind(in.Kind)
	switch {
	case !content.Slug(in.ID) || in.Name == "":
		return Outlet{}, badOutlet("id", "id", "发布渠道须有编号（小写字母、数字、连字符）和名称", "an outlet needs an id (lower-case letters, digits, hyphens) and a name")
	case !known:
		return Outlet{}, badOutlet("kind", "kind", "没有这种平台", "there is no such kind of platform")
	}
	return o.docs.Upsert(ctx, in.ID, func(doc *Outlet, exists bool) error {
		now := gongkai.Millis(o.now())
		if exists && doc.Kind != in.Kind {
			return badOutlet("kind", "kind_stays", "渠道的平台种类不能更改，请新建渠道并停用本渠道", "the kind of an outlet stays: make a new one and retire this one")
		}
		if !exists {
			doc.Kind, doc.Created, doc.From = in.Kind, now, now
		}
		doc.Name, doc.Sites, doc.Columns, doc.Kinds, doc.Settings = in.Name, in.Sites, in.Columns, in.Kinds, in.Settings
		doc.Secrets = withSecrets(doc.Secrets, in.Secrets)
		doc.Retired, doc.Updated = in.Retired, now
		if in.Retired {
			doc.Due, doc.Cursor = 0, ""
		}
		return checkSettings(kind, *doc)
	})
}

// withSecrets are the secrets after a change; an empty one is forgotten.
func withSecrets(before, given map[string]string) map[string]string {
	out := map[string]string{}
	for _, from := range []map[string]string{before, given} {
		for name, secret := range from {
			if out[name] = secret; secret == "" {
				delete(out, name)
			}
		}
	}
	return out
}

// checkSettings holds what was set against the row of the platform.
func checkSettings(kind platform.Kind, o Outlet) error {
	known := map[string]bool{}
	for _, s := range kind.Settings {
		where, there := "settings."+s.Name, o.Settings[s.Name]
		if s.Secret {
			where, there = "secrets."+s.Name, o.Secrets[s.Name]
		}
		if known[where] = true; s.Required && there == "" && !o.Retired {
			return badOutlet(where, "required", "该平台须设置："+s.Zh, "this platform needs: "+s.En)
		}
	}
	for prefix, given := range map[string]map[string]string{"settings.": o.Settings, "secrets.": o.Secrets} {
		for name := range given {
			if !known[prefix+name] {
				return badOutlet(strings.TrimSuffix(prefix, "."), "unknown_setting", "有该平台没有的设置项", "there is a setting that this platform does not have")
			}
		}
	}
	if kind.Open == nil || o.Retired {
		return nil
	}
	_, err := kind.Open(platform.Account{ID: o.Channel(), Settings: o.Settings, Secrets: o.Secrets})
	return err
}

// Fill asks for what was released from a time on: new media do not get the
// past by themselves.
func (o *Outlets) Fill(ctx context.Context, id string, from int64) (Outlet, error) {
	return o.docs.Update(ctx, id, 0, func(doc *Outlet) error {
		if doc.Retired {
			return gongkai.E(gongkai.Blocked, "retired", "该渠道已停用，不能补发", "the outlet is retired: nothing is posted there any more")
		}
		doc.From, doc.Due, doc.Cursor = min(doc.From, from), gongkai.Millis(o.now()), ""
		return nil
	})
}

// Filled notes how far the back-fill has come, as the outlet was read; cursor ""
// ends it. One that was changed meanwhile begins anew.
func (o *Outlets) Filled(ctx context.Context, read Outlet, cursor string) error {
	_, err := o.docs.Update(ctx, read.ID, 0, func(doc *Outlet) error {
		if doc.Rev != read.Rev {
			return store.ErrUnchanged
		}
		if doc.Cursor = cursor; cursor == "" {
			doc.Due = 0
		}
		return nil
	})
	return err
}

// Get reads an outlet.
func (o *Outlets) Get(ctx context.Context, id string) (Outlet, error) { return o.docs.Get(ctx, id) }

// All lists the outlets.
func (o *Outlets) All(ctx context.Context) ([]Outlet, error) { return content.All(ctx, o.docs) }

// DueBefore lists the ids of outlets whose back-fill is owed.
func (o *Outlets) DueBefore(ctx context.Context, at time.Time, limit int) ([]string, error) {
	return dueIDs(ctx, o.docs, at, limit, func(d Outlet) string { return d.ID })
}

// Target is the outlet as a channel of an item. above gives the ids from the
// root column to a column.
func (o Outlet) Target(it content.Item, above func(column string) ([]string, error)) (Target, error) {
	t := Target{ID: o.Channel(), From: o.From}
	if o.Retired {
		t.From = never
	}
	if len(o.Kinds) > 0 && !slices.Contains(o.Kinds, it.Kind) {
		return t, nil
	}
	for _, p := range homeFirst(it.Live.Placed) {
		taken, err := o.takes(p, above)
		if err != nil {
			return t, err
		}
		if taken {
			t.Site = p.Site
			break
		}
	}
	return t, nil
}

// never is a release that does not come.
const never = 1 << 62

func homeFirst(placed []content.Placement) []content.Placement {
	out := slices.Clone(placed)
	slices.SortStableFunc(out, func(a, b content.Placement) int {
		return map[bool]int{true: 0, false: 1}[a.Home] - map[bool]int{true: 0, false: 1}[b.Home]
	})
	return out
}

func (o Outlet) takes(p content.Placement, above func(column string) ([]string, error)) (bool, error) {
	if len(o.Sites) > 0 && !slices.Contains(o.Sites, p.Site) {
		return false, nil
	}
	if len(o.Columns) == 0 {
		return true, nil
	}
	way, err := above(p.Column)
	return slices.ContainsFunc(way, func(c string) bool { return slices.Contains(o.Columns, c) }), err
}
