// Items: creating, listing, reading.

package api

import (
	"context"
	"net/http"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerItems() {
	create := op(http.MethodPost, "/items", "create-item", "items", "新建信息条目 Create an item")
	create.DefaultStatus = http.StatusCreated
	register(s.routes, create, onUnit(policy.ItemCreate), s.createItem)
	list := op(http.MethodGet, "/items", "list-items", "items", "信息条目列表 List items, the newest change first")
	list.Description = "列表中不含流程记录、处理决定、审校意见和已公开版本的签署，见单条信息。一页可能少于所要的条数而仍有下一页（next）。Records of acts, decisions over findings, opinions, and the signatures of what is live are left out: see get-item. A page may hold less than was asked for although there is a next one."
	register(s.routes, list, onUnit(policy.ItemRead), s.listItems)
	register(s.routes, op(http.MethodGet, "/items/{id}", "get-item", "items", "信息条目及可办动作 An item and which acts are possible now"), onUnit(policy.ItemRead), s.getItem)
}

// ByItem is the path parameter of everything below an item.
type ByItem struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the item"`
}

// Placed is a placement as it is asked for.
type Placed struct {
	Column string `json:"column" maxLength:"40"`
	Path   string `json:"path,omitempty" maxLength:"300" doc:"Page path; made when absent"`
	Home   bool   `json:"home,omitempty" doc:"The home column decides kind, pipeline and numbering"`
}

func placements(in []Placed) []content.Placement {
	var out []content.Placement
	for _, p := range in {
		out = append(out, content.Placement{Column: p.Column, Path: p.Path, Home: p.Home})
	}
	return out
}

// Once is what lets a request that makes something be repeated.
type Once struct {
	Key     string `header:"Idempotency-Key" maxLength:"128" gate:"hashed" doc:"A repeat with the same key finds what the first one made; with another body it is 409"`
	RawBody []byte
}

// once is the id of what a request makes: the same for every repeat of it.
func (s *Server) once(ctx context.Context, kind string, in Once) (string, error) {
	if in.Key == "" {
		return gongkai.NewID(), nil
	}
	id := gongkai.DerivedID(kind, actorOf(ctx).ID, in.Key)
	return id, s.requests.Claim(ctx, id, in.RawBody)
}

type newItem struct {
	Once
	Body struct {
		Kind       string         `json:"kind" minLength:"1" maxLength:"40"`
		Unit       string         `json:"unit" minLength:"1" maxLength:"40"`
		Lang       string         `json:"lang,omitempty" maxLength:"20"`
		Group      string         `json:"group,omitempty" maxLength:"64" doc:"Translation group: id of its first item"`
		Fields     content.Fields `json:"fields" gate:"engine" doc:"Values by field name, as the kind says"`
		Placements []Placed       `json:"placements,omitempty" maxItems:"50"`
	}
}

// ItemView is an item with what the reader may do to it now.
type ItemView struct {
	content.Item
	TimeLeft *workflow.TimeLeft  `json:"time_left,omitempty" doc:"How it stands to its deadline; absent: it has none"`
	SignLeft *workflow.TimeLeft  `json:"sign_left,omitempty" doc:"How the stage that waits stands to its time limit (环节时限); absent: it has none"`
	Planned  []workflow.Planned  `json:"planned,omitempty" doc:"Acts that are scheduled (定时), the earliest first"`
	Dates    []workflow.Dated    `json:"dates,omitempty" doc:"Days that the signed text says and that nobody has seen to (签批日期), the earliest first"`
	Possible []workflow.Possible `json:"possible" doc:"Acts that are possible now for who asks"`
	Comments int                 `json:"open_comments" doc:"Threads of comments (批注) that nobody has resolved; they keep nobody from signing"`
}

// createItem makes an item once, however often it is asked under one key.
func (s *Server) createItem(ctx context.Context, in *newItem) (*of[ItemView], error) {
	id, err := s.once(ctx, "item", in.Once)
	if err != nil {
		return nil, err
	}
	b := in.Body
	it, err := s.Engine.Create(ctx, actorOf(ctx), workflow.NewItem{ID: id, Kind: b.Kind, Unit: b.Unit, Lang: b.Lang, Group: b.Group, Fields: b.Fields, Placements: placements(b.Placements)})
	if err != nil {
		return nil, s.forgetRequest(ctx, id, err)
	}
	return s.view(ctx, it)
}

// forgetRequest frees the key of a request that was refused: nothing was made.
func (s *Server) forgetRequest(ctx context.Context, id string, refused error) error {
	switch gongkai.KindOf(refused) {
	case gongkai.Invalid, gongkai.Denied, gongkai.Blocked, gongkai.Missing, gongkai.Conflict:
		if id != "" {
			if err := s.requests.Forget(ctx, id); err != nil {
				return err
			}
		}
	}
	return refused
}

func (s *Server) view(ctx context.Context, it content.Item) (*of[ItemView], error) {
	possible, err := s.Engine.Possible(ctx, actorOf(ctx), it)
	if err != nil {
		return nil, err
	}
	comments, err := s.Engine.OpenComments(ctx, it.ID)
	if err != nil {
		return nil, err
	}
	line, err := s.line(ctx, it)
	it.Desks, it.Hands = nil, nil // of use to lists only
	return answer(ItemView{it, line.TimeLeft, line.SignLeft, line.Planned, line.Dates, possible, comments}, err)
}

type itemQuery struct {
	Paging
	Unit   string `query:"unit" maxLength:"40" doc:"Only items of this unit"`
	Column string `query:"column" maxLength:"40"`
	State  string `query:"state" enum:"none,draft,checking,stage,returned,rejected,ready,bundled" doc:"State of the work"`
	Stage  string `query:"stage" maxLength:"40" doc:"Stage that waits for a signature"`
	Live   string `query:"live" enum:"none,edition,suspended,tombstone" doc:"What the public sees"`
	Sort   string `query:"sort" enum:"updated,deadline" default:"updated" doc:"updated: the newest change first; deadline: the earliest deadline first, of the items that have one"`

	Overdue     bool   `query:"overdue" doc:"Only what is not public although its deadline is over (逾期); by deadline"`
	LaterReview string `query:"later_review" enum:"open,overdue" doc:"Only items that owe a later review (补审) of an emergency release, or whose is overdue; the earliest deadline first"`
	Interpret   string `query:"interpretation" enum:"open,overdue" doc:"Only documents that went out alone and whose interpretation (解读) is owed, or overdue; the earliest day first"`
	Scheduled   bool   `query:"scheduled" doc:"Only items with something scheduled (定时), the earliest first"`
	SignedDate  string `query:"signed_date" enum:"open,overdue" doc:"Only what is public and says a day in its text (生效、失效、公示结束) on which something is to be marked that nobody has marked or scheduled, or whose day has come; the earliest first"`
	DueWithin   int    `query:"due_within" minimum:"1" maximum:"1000" doc:"Only what is due today or on one of the next so many working days (临近到期), and with overdue what is overdue too; by deadline"`
}

// ItemLine is an item in a work list.
type ItemLine struct {
	content.Item
	TimeLeft *workflow.TimeLeft `json:"time_left,omitempty" doc:"How it stands to its deadline; absent: it has none"`
	SignLeft *workflow.TimeLeft `json:"sign_left,omitempty" doc:"How the stage that waits stands to its time limit; absent: it has none"`
	Planned  []workflow.Planned `json:"planned,omitempty" doc:"Acts that are scheduled (定时), the earliest first"`
	Dates    []workflow.Dated   `json:"dates,omitempty" doc:"Days that the signed text says and that nobody has seen to (签批日期), the earliest first"`
}

// line is an item with how it stands to its clocks.
func (s *Server) line(ctx context.Context, it content.Item) (ItemLine, error) {
	left, err := s.Engine.TimeLeft(ctx, it)
	if err != nil {
		return ItemLine{}, err
	}
	sign, err := s.Engine.SignLeft(ctx, it)
	return ItemLine{it, left, sign, s.Engine.Planned(it), s.Engine.Dated(it)}, err
}

// listedItem leaves out what only the item itself shows: a list is short, and
// read on a phone. Of the signatures it says who gave them, and when.
func listedItem(it content.Item) content.Item {
	it.Steps, it.Work.Resolutions, it.Work.Corrections, it.Desks, it.Hands = nil, nil, nil, nil, nil
	it.Live.Settled, it.Live.Signoffs, it.Live.Corrections = nil, nil, nil
	it.Work.Signoffs = slices.Clone(it.Work.Signoffs)
	for i := range it.Work.Signoffs {
		it.Work.Signoffs[i].Opinion, it.Work.Signoffs[i].Judgements = "", nil
	}
	return it
}

func (s *Server) listItems(ctx context.Context, in *itemQuery) (*of[List[ItemLine]], error) {
	page, err := s.Engine.Items(ctx, actorOf(ctx), workflow.List{Unit: in.Unit, Column: in.Column, State: in.State, Stage: in.Stage, Live: in.Live,
		ByDeadline: in.Sort == "deadline", Overdue: in.Overdue, DueWithin: in.DueWithin, Scheduled: in.Scheduled, SignedDate: in.SignedDate, LaterReview: in.LaterReview, Interpretation: in.Interpret, After: in.After, Limit: in.Limit})
	lines := make([]ItemLine, len(page.Docs))
	for i, it := range page.Docs {
		if lines[i], err = s.line(ctx, listedItem(it)); err != nil {
			return nil, err
		}
	}
	return listed(lines, page.Next, err)
}

func (s *Server) getItem(ctx context.Context, in *ByItem) (*of[ItemView], error) {
	it, err := s.Engine.Item(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return s.view(ctx, it)
}
