// The board of call-backs (撤回看板): place by place, what is gone, what is not
// known to be, and what needs a hand.

package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"gongkai/channel"
	"gongkai/content"
	"gongkai/policy"
)

func (s *Server) registerCallBacks() {
	list := op(http.MethodGet, "/call-backs", "list-call-backs", "deliveries", "撤回看板 What is called back and not known to be gone everywhere, the oldest first")
	list.Description = "临时下线、撤稿、移出某站点之后，尚未确认已在所有处所撤下的信息，逐处列明：已撤下、正在通知、结果不明、须人工处理。只列出有权查看的单位的信息，一页可能少于所要条数而仍有下一页。Items that were suspended, withdrawn or moved away, and are not known to be gone everywhere: place by place gone, waiting, unknown, or for a hand. Only items of units that one may see; a page may hold less than was asked for although there is a next one."
	register(s.routes, list, onUnit(policy.DeliveryRead), s.listCallBacks)
	one := op(http.MethodGet, "/items/{id}/call-back", "item-call-back", "deliveries", "一条信息的撤回进度 How far an item is called back")
	one.Description = "逐处列明，含已确认撤下的处所。Place by place, those that are gone too."
	register(s.routes, one, onUnit(policy.DeliveryRead), s.itemCallBack)
}

// CallBack (撤回) is how far an item is gone.
type CallBack struct {
	Item   string  `json:"item"`
	Title  string  `json:"title"`
	Unit   string  `json:"unit"`
	State  string  `json:"state" doc:"Of the item: suspended, tombstone; edition where it left some places only"`
	Since  int64   `json:"since" doc:"Since when the oldest place is waited for; 0: none is"`
	Open   int     `json:"open" doc:"Places not known to be gone"`
	Struck []int64 `json:"struck" doc:"Editions that are not to be shown any more, among earlier editions neither"`
	Places []Place `json:"places"`
}

// Place (处所) is where an item was to be seen, and is to be no more.
type Place struct {
	Place     string `json:"place" doc:"A channel, or a site of ours with its API and files"`
	Kind      string `json:"kind" doc:"site, the kind of the channel, or what the probe looked at"`
	Name      string `json:"name"`
	State     string `json:"state" enum:"gone,waiting,unknown,hand" doc:"unknown: an answer was lost; hand: it needs a person"`
	Delivery  string `json:"delivery,omitempty" doc:"To retry, or to say that it was done by hand"`
	Since     int64  `json:"since,omitempty" doc:"Since when it is waited for"`
	Confirmed int64  `json:"confirmed,omitempty" doc:"When it was known to be gone"`
	Attempt   int64  `json:"attempt,omitempty" doc:"Tries so far"`
	Error     string `json:"error,omitempty" doc:"Code of the last failure; seen_pages, seen_portal …: the probe found it still shown there"`
	Address   string `json:"address,omitempty" doc:"Where readers found it"`
}

func (s *Server) listCallBacks(ctx context.Context, in *struct{ Paging }) (*of[List[CallBack]], error) {
	if err := s.readsDeliveries(ctx); err != nil {
		return nil, err
	}
	page, err := s.Ledger.CalledBack(ctx, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	var ids []string
	if in.After == "" { // what the probe saw is worst of all
		still, err := s.Differences.StillShown(ctx, in.Limit)
		if err != nil {
			return nil, err
		}
		for _, d := range still {
			ids = append(ids, d.Item)
		}
	}
	for _, d := range page.Docs {
		ids = append(ids, d.Item)
	}
	out, err := s.callBacksOf(ctx, ids)
	return listed(out, page.Next, err)
}

// callBacksOf puts each item on the board once, in the given order. What is an
// item no more, or of a unit that one may not see, is left out.
func (s *Server) callBacksOf(ctx context.Context, all []string) (out []CallBack, err error) {
	var ids []string
	for _, id := range all {
		if id != "" && !slices.Contains(ids, id) { // "": it is about a column
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	items, err := s.Content.ItemsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		it, there := items[id]
		return !there || s.allow(ctx, policy.DeliveryRead, it.Unit) != nil
	})
	if len(ids) == 0 {
		return nil, nil
	}
	board, err := s.board(ctx, ids...)
	for _, id := range ids {
		out = append(out, board.callBack(items[id]))
	}
	return out, err
}

func (s *Server) itemCallBack(ctx context.Context, in *ByItem) (*of[CallBack], error) {
	it, err := s.Content.Items.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, policy.DeliveryRead, it.Unit); err != nil {
		return nil, err
	}
	board, err := s.board(ctx, it.ID)
	if err != nil {
		return nil, err
	}
	return answer(board.callBack(it), nil)
}

// board (看板) is what call-backs are put together from.
type board struct {
	owed  map[string][]channel.Delivery   // by item
	found map[string][]channel.Difference // by the probe
	names map[string]string               // of channels and sites
}

// board reads what it needs of the items, at once.
func (s *Server) board(ctx context.Context, items ...string) (b board, err error) {
	b.owed, b.found = map[string][]channel.Delivery{}, map[string][]channel.Difference{}
	owed, err := s.Ledger.OfItems(ctx, items)
	for _, d := range owed {
		b.owed[d.Item] = append(b.owed[d.Item], d)
	}
	if err != nil {
		return b, err
	}
	found, err := s.Differences.Of(ctx, items...)
	for _, d := range found {
		b.found[d.Item] = append(b.found[d.Item], d)
	}
	if err != nil {
		return b, err
	}
	b.names, err = s.placeNames(ctx)
	return b, err
}

func (b board) callBack(it content.Item) CallBack {
	c := CallBack{Item: it.ID, Title: it.Live.Title, Unit: it.Unit, State: it.Live.State, Struck: it.Live.Struck, Places: b.ourPlaces(it)}
	for _, d := range b.owed[it.ID] {
		if d.Recall() == "" {
			continue
		}
		p := Place{Place: d.Channel, Kind: channel.KindOf(d.Channel), Name: b.names[d.Channel], State: d.Recall(), Delivery: d.ID, Since: d.Back, Attempt: d.Attempt, Error: d.Error, Address: d.Address}
		if p.State == channel.PlaceGone {
			p.Confirmed = d.Receipt
		}
		c.Places = append(c.Places, p)
	}
	c.seen(b.found[it.ID], b.names)
	for _, p := range c.Places {
		if p.State == channel.PlaceGone {
			continue
		}
		if c.Open++; c.Since == 0 || p.Since != 0 && p.Since < c.Since {
			c.Since = p.Since
		}
	}
	return c
}

// ourPlaces are our own sites: pages, lists, feeds, files and earlier editions
// are gone when the item is told.
func (b board) ourPlaces(it content.Item) (out []Place) {
	if it.Live.State != content.Suspended && it.Live.State != content.Tombstoned {
		return nil
	}
	state := channel.PlaceGone
	if it.Told < it.Seq {
		state = channel.PlaceWaiting
	}
	for _, p := range it.Live.Placed {
		out = append(out, Place{Place: p.Site, Kind: "site", Name: cmp.Or(b.names[p.Site], p.Site), State: state, Address: p.Path})
	}
	return out
}
