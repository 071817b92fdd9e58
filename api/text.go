// The text of an item: working copies, revisions, findings.

package api

import (
	"context"
	"net/http"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerText() {
	register(s.routes, op(http.MethodGet, "/items/{id}/working", "get-working", "text", "本人的工作稿 One's own working copy"), onUnit(policy.ItemRead), s.getWorking)
	register(s.routes, op(http.MethodPut, "/items/{id}/working", "put-working", "text", "自动保存 Autosave"), onUnit(policy.ItemSave), s.putWorking)
	register(s.routes, op(http.MethodGet, "/items/{id}/revisions", "list-revisions", "text", "修订稿列表 Revisions, the newest first"), onUnit(policy.ItemRead), s.listRevisions)
	register(s.routes, op(http.MethodPost, "/items/{id}/revisions", "save-revision", "text", "保存修订稿 Save a revision; answers the findings"), onUnit(policy.ItemSave), s.save)
	register(s.routes, op(http.MethodGet, "/items/{id}/revisions/{revision}", "get-revision", "text", "修订稿 A revision; masked for all who lack the right"), onUnit(policy.ItemRead), s.getRevision)
	s.registerPresence()
	s.registerFindings()
}

func (s *Server) getWorking(ctx context.Context, in *ByItem) (*of[content.Working], error) {
	return answer(s.Engine.Working(ctx, actorOf(ctx), in.ID))
}

type workingIn struct {
	ByItem
	Body struct {
		Base   string         `json:"base,omitempty" maxLength:"64" doc:"Revision it started from"`
		Rev    int64          `json:"rev,omitempty" minimum:"0" doc:"Rev of the working copy that the editor saw; differs: 409"`
		Fields content.Fields `json:"fields" gate:"engine"`
	}
}

func (s *Server) putWorking(ctx context.Context, in *workingIn) (*of[content.Working], error) {
	return answer(s.Engine.Autosave(ctx, actorOf(ctx), in.ID, in.Body.Base, in.Body.Rev, in.Body.Fields))
}

// RevisionHead is a revision without its values.
type RevisionHead struct {
	ID         string `json:"id"`
	Parent     string `json:"parent,omitempty"`
	Author     string `json:"author"`
	Created    int64  `json:"created"`
	Correction bool   `json:"correction,omitempty"`
	Digest     string `json:"digest"`

	Purged *content.Purged `json:"purged,omitempty" doc:"The original is gone (原件已清除); fields are the public form that was made of it, and without one get-revision is 410"`
}

func headOf(r content.Revision) RevisionHead {
	return RevisionHead{r.ID, r.Parent, r.Author, r.Created, r.Correction, r.Digest, r.Purged}
}

type itemPage struct {
	ByItem
	Paging
}

func (s *Server) listRevisions(ctx context.Context, in *itemPage) (*of[List[RevisionHead]], error) {
	page, err := s.Engine.Revisions(ctx, actorOf(ctx), in.ID, in.After, in.Limit)
	var out []RevisionHead
	for _, r := range page.Docs {
		out = append(out, headOf(r))
	}
	return listed(out, page.Next, err)
}

type saveIn struct {
	ByItem
	Body struct {
		StepID string           `json:"step_id,omitempty" maxLength:"64" doc:"Chosen by the client; a repeat changes nothing"`
		Rev    int64            `json:"rev,omitempty" minimum:"0" doc:"Rev of the item that the person saw; differs: 409. It counts every write, those of jobs too: base is what a text is saved over"`
		Base   string           `json:"base,omitempty" maxLength:"64" doc:"Revision that the person began from. If it is not the newest any more: 409 with both versions (collision), and fields given as a whole are kept as the working copy"`
		Fields content.Fields   `json:"fields,omitempty" gate:"engine" doc:"All values"`
		Patch  []workflow.Patch `json:"patch,omitempty" maxItems:"1000" gate:"engine" doc:"Or changes over the text as the person sees it"`
	}
}

// Saved answers a save: what the item is now and what the checks found.
type Saved struct {
	Item     content.Item      `json:"item"`
	Revision RevisionHead      `json:"revision"`
	Findings []content.Finding `json:"findings" doc:"The first 200; all of them: list-findings, in sum: sum-findings"`
	Found    int               `json:"found" doc:"How many there are in all"`
	Open     int               `json:"open" doc:"Findings that nobody has settled"`
	Warnings []gongkai.Detail  `json:"warnings"`
}

var errNoText = gongkai.E(gongkai.Invalid, "fields", "请给出字段值或改动", "give either fields or a patch",
	gongkai.Detail{Where: "body", Code: "required", Zh: "fields和patch须有且仅有一项", En: "exactly one of fields and patch"})

func (s *Server) save(ctx context.Context, in *saveIn) (*of[Saved], error) {
	if (len(in.Body.Patch) > 0) == (in.Body.Fields != nil) {
		if err := s.mayRead(ctx, in.ID); err != nil {
			return nil, err
		}
		return nil, errNoText
	}
	saved, err := s.Engine.Save(ctx, actorOf(ctx), in.ID, workflow.Draft{StepID: in.Body.StepID, Rev: in.Body.Rev, Base: in.Body.Base, Fields: in.Body.Fields, Patch: in.Body.Patch})
	if gongkai.CodeOf(err) == workflow.Collided {
		return nil, s.collided(ctx, in, err)
	}
	if err != nil {
		return nil, err
	}
	out := Saved{Item: saved.Item, Revision: headOf(saved.Revision), Findings: few(saved.Findings), Found: len(saved.Findings), Warnings: saved.Warnings}
	out.Open = len(content.Unsettled(saved.Findings, saved.Item.Work.Resolutions))
	return &of[Saved]{out}, nil
}

func (s *Server) mayRead(ctx context.Context, item string) error {
	_, err := s.Engine.Item(ctx, actorOf(ctx), item)
	return err
}

type byRevision struct {
	ByItem
	Revision string `path:"revision" maxLength:"64"`
}

// RevisionView is a revision as its reader may see it.
type RevisionView struct {
	RevisionHead
	Kind     string            `json:"kind"`
	Fields   content.Fields    `json:"fields"`
	Findings []content.Finding `json:"findings" doc:"The first 200; all of them: list-findings, in sum: sum-findings"`
	Found    int               `json:"found" doc:"How many there are in all"`
	Unmasked bool              `json:"unmasked" doc:"The values are as they were written"`
}

// getRevision shows a revision. Whoever sees somebody else's text unmasked
// stands in the trail before seeing it.
func (s *Server) getRevision(ctx context.Context, in *byRevision) (*of[RevisionView], error) {
	v, err := s.revisionView(ctx, in.ID, in.Revision)
	return answer(v, err)
}

func (s *Server) revisionView(ctx context.Context, item, revision string) (RevisionView, error) {
	v, err := s.Engine.Revision(ctx, actorOf(ctx), item, revision)
	if err != nil {
		return RevisionView{}, err
	}
	if v.Unmasked && v.Revision.Author != actorOf(ctx).ID {
		if err := s.record(ctx, policy.ItemReadUnmasked, "item/"+item, s.unitOf(ctx, item), map[string]string{"revision": v.Revision.ID}); err != nil {
			return RevisionView{}, err
		}
	}
	return RevisionView{headOf(v.Revision), v.Revision.Kind, v.Revision.Fields, few(v.Findings), len(v.Findings), v.Unmasked}, nil
}
