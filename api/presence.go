// Several at one item: who has it open, and what stands against what when two
// saved.

package api

import (
	"cmp"
	"context"
	"net/http"

	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerPresence() {
	register(s.routes, op(http.MethodPut, "/items/{id}/open", "open-item", "text", "打开中 Says that one has the item open, every 20 s; answers who else has"), onUnit(policy.ItemRead), s.openItem)
	register(s.routes, op(http.MethodDelete, "/items/{id}/open", "close-item", "text", "已关闭 Takes it back"), onUnit(policy.ItemRead), s.closeItem)
}

type openIn struct {
	ByItem
	Body struct {
		Editing bool `json:"editing,omitempty" doc:"Writing, not only reading"`
	}
}

// Opened (打开情况) is who else has an item open.
type Opened struct {
	Others []workflow.Presence `json:"others" doc:"Those who write first"`
	Every  int                 `json:"every" doc:"Seconds after which to say it again; what nobody has said for a minute is over"`
}

func (s *Server) openItem(ctx context.Context, in *openIn) (*of[Opened], error) {
	others, err := s.Engine.Open(ctx, actorOf(ctx), in.ID, in.Body.Editing)
	if others == nil {
		others = []workflow.Presence{}
	}
	return answer(Opened{others, int(workflow.PresenceEvery.Seconds())}, err)
}

func (s *Server) closeItem(ctx context.Context, in *ByItem) (*struct{}, error) {
	return nil, s.Engine.Close(ctx, actorOf(ctx), in.ID)
}

// Collision (编辑冲突) is a save over a revision that its author has not seen.
type Collision struct {
	Base        string           `json:"base" doc:"Revision that the save began from"`
	Current     RevisionView     `json:"current" doc:"The revision that counts now, as the caller may see it"`
	Yours       *content.Working `json:"yours,omitempty" doc:"The caller's working copy; absent: none is kept"`
	Differences string           `json:"differences" doc:"Where to read what the others changed since base"`
}

// collided adds both versions to the refusal.
func (s *Server) collided(ctx context.Context, in *saveIn, refusal error) error {
	it, err := s.Engine.Item(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return err
	}
	newest := cmp.Or(it.Work.Revision, it.Live.Revision)
	out := problemOf(ctx, refusal)
	out.Collision = &Collision{Base: in.Body.Base, Differences: "/api/v1/items/" + it.ID + "/differences?from=" + in.Body.Base + "&to=" + newest}
	if out.Collision.Current, err = s.revisionView(ctx, it.ID, newest); err != nil {
		return err
	}
	if mine, err := s.Engine.Working(ctx, actorOf(ctx), it.ID); err == nil {
		out.Collision.Yours = &mine
	}
	return out
}
