// What the probe found: places that show an item otherwise than they must.

package api

import (
	"context"
	"net/http"

	"gongkai/channel"
	"gongkai/content"
	"gongkai/policy"
)

func (s *Server) registerProbe() {
	list := op(http.MethodGet, "/probe/differences", "list-probe-differences", "deliveries", "核查差异 What the probe found shown otherwise than it must be, what is still shown first")
	list.Description = "每晚从外部核对各处所示与应公开的是否一致。已撤而仍可见的在最前；能自动修复的先修复一次（mending），再次核对仍不一致的为 open；一致之后自动消失。只列出有权查看的单位的信息，一页可能少于所要条数而仍有下一页。What places show is compared every night with what must be public. What is shown although it was called back comes first; what the system can mend is mended once (mending) and is open if a later look still finds it; it vanishes once the place agrees. Only items of units that one may see; a page may hold less than was asked for although there is a next one."
	register(s.routes, list, onUnit(policy.DeliveryRead), s.listProbeDifferences)
}

// ProbeDifference (核查差异) is an item that a place shows otherwise than it must.
type ProbeDifference struct {
	Place   string `json:"place" enum:"pages,feeds,sitemap,search,files,portal,webhook,outlet" doc:"What was looked at"`
	At      string `json:"at" doc:"The site, or the channel"`
	Name    string `json:"name" doc:"Of the site or the channel"`
	Item    string `json:"item"`
	Title   string `json:"title"`
	Unit    string `json:"unit"`
	Wrong   string `json:"wrong" enum:"shown,missing,other,receipt" doc:"shown: something is to be seen that must not be; missing: what must be seen is not; other: another edition; receipt: what was confirmed is something else"`
	Outside bool   `json:"outside" doc:"Seen as readers see it; else in our own stores"`
	State   string `json:"state" enum:"mending,open"`
	Since   int64  `json:"since" doc:"When it was first seen"`
	Seen    int64  `json:"seen" doc:"When it was last seen"`
	Mended  int64  `json:"mended,omitempty" doc:"When the place was told again; absent: never"`
}

func (s *Server) listProbeDifferences(ctx context.Context, in *struct{ Paging }) (*of[List[ProbeDifference]], error) {
	if err := s.readsDeliveries(ctx); err != nil {
		return nil, err
	}
	page, err := s.Differences.List(ctx, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, d := range page.Docs {
		ids = append(ids, d.Item)
	}
	items, err := s.Content.ItemsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	names, err := s.placeNames(ctx)
	if err != nil {
		return nil, err
	}
	var out []ProbeDifference
	for _, d := range page.Docs {
		it, there := items[d.Item]
		if !there || s.allow(ctx, policy.DeliveryRead, it.Unit) != nil {
			continue
		}
		out = append(out, ProbeDifference{Place: d.Place, At: d.At, Name: names[d.At], Item: d.Item, Title: it.Live.Title, Unit: it.Unit, Wrong: d.Wrong,
			Outside: d.Outside, State: d.State, Since: d.Since, Seen: d.Seen, Mended: d.Mended})
	}
	return listed(out, page.Next, nil)
}

// readsDeliveries refuses who may read deliveries neither everywhere nor in their
// own unit.
func (s *Server) readsDeliveries(ctx context.Context) error {
	if s.allow(ctx, policy.DeliveryRead, "") == nil {
		return nil
	}
	return s.allow(ctx, policy.DeliveryRead, actorOf(ctx).Unit)
}

// placeNames are the names of sites and channels by their ids.
func (s *Server) placeNames(ctx context.Context) (map[string]string, error) {
	names := map[string]string{}
	sites, err := content.All(ctx, s.Content.Sites)
	if err != nil {
		return nil, err
	}
	for _, site := range sites {
		names[site.ID] = site.Name
	}
	channels, err := s.Channels.All(ctx)
	for _, c := range channels {
		names[c.ID] = c.Name
	}
	return names, err
}

// seen puts what the probe found still shown on the board: such a place needs a
// hand, whatever it confirmed.
func (c *CallBack) seen(found []channel.Difference, names map[string]string) {
	for _, d := range found {
		if d.Wrong != channel.WrongShown || d.State != channel.DifferenceOpen {
			continue
		}
		at := -1
		for i, p := range c.Places {
			if p.Place == d.At {
				at = i
			}
		}
		if at < 0 {
			c.Places = append(c.Places, Place{Place: d.At, Kind: d.Place, Name: names[d.At]})
			at = len(c.Places) - 1
		}
		p := &c.Places[at]
		p.State, p.Confirmed, p.Error, p.Since = channel.PlaceHand, 0, "seen_"+d.Place, d.Since
	}
}
