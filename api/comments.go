// Comments (批注): threads about places of the text, for those who work on it.

package api

import (
	"context"
	"net/http"
	"strconv"

	"gongkai"
	"gongkai/audit"
	"gongkai/notify"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerComments() {
	list := op(http.MethodGet, "/items/{id}/comments", "list-comments", "text", "批注列表 Threads of comments: open ones first, of these the newest")
	list.Description = "批注只供内部使用，不进入清样、审批表和公开内容。now说明所批注的文字在最新修订稿中的现状。Comments are for staff: they are in no sheet, no form and nothing public. now says how the place stands in the newest revision. See docs/comments.md."
	register(s.routes, list, onUnit(policy.ItemRead), s.listComments)
	register(s.routes, op(http.MethodGet, "/items/{id}/comments/{comment}", "get-comment", "text", "一条批注及其回复 One thread of comments"), onUnit(policy.ItemRead), s.getComment)
	add := op(http.MethodPost, "/items/{id}/comments", "comment", "text", "批注 Comment on a place of the newest revision or sheet")
	add.DefaultStatus = http.StatusCreated
	register(s.routes, add, onUnit(policy.ItemNote), s.comment)
	register(s.routes, op(http.MethodPost, "/items/{id}/comments/{comment}/replies", "answer-comment", "text", "回复批注 Reply in an open thread"), onUnit(policy.ItemNote), s.answerComment)
	register(s.routes, op(http.MethodDelete, "/items/{id}/comments/{comment}/replies/{reply}", "withdraw-reply", "text", "撤回本人的批注 Take one's own words back: that something stood there stays"), onUnit(policy.ItemNote), s.withdrawReply)
	register(s.routes, op(http.MethodPut, "/items/{id}/comments/{comment}/state", "resolve-comment", "text", "了结或者重新打开批注 Resolve a thread, or open it again"), onUnit(policy.ItemNote), s.resolveComment)
}

type commentsIn struct {
	ByItem
	Paging
	State string `query:"state" enum:"open,resolved" doc:"Only these; absent: all, open ones first"`
}

func (s *Server) listComments(ctx context.Context, in *commentsIn) (*of[List[workflow.Thread]], error) {
	page, err := s.Engine.Comments(ctx, actorOf(ctx), in.ID, in.State, in.After, in.Limit)
	return listed(page.Docs, page.Next, err)
}

type commentIn struct {
	ByItem
	Body struct {
		ID       string `json:"id" minLength:"8" maxLength:"64" doc:"Chosen by the client; a repeat with the same id gets the first answer"`
		Revision string `json:"revision,omitempty" maxLength:"64" doc:"The newest revision, that the person saw"`
		Sheet    string `json:"sheet,omitempty" maxLength:"64" doc:"Digest of the sheet, where the person saw that"`
		Place    string `json:"place" minLength:"1" maxLength:"100" doc:"title, body, roster[2][1], attachments[0]"`
		Start    int    `json:"start,omitempty" minimum:"0" doc:"Code points into the text there as the person saw it"`
		End      int    `json:"end,omitempty" minimum:"0" doc:"At most 200 after start; absent: the whole place"`
		Quote    string `json:"quote,omitempty" maxLength:"200" gate:"engine" doc:"What the person saw from start to end; stored masked"`
		Text     string `json:"text" minLength:"1" maxLength:"2000" gate:"engine" doc:"Stored masked"`
	}
}

func (s *Server) comment(ctx context.Context, in *commentIn) (*of[workflow.Thread], error) {
	b := in.Body
	t, err := s.Engine.Comment(ctx, actorOf(ctx), in.ID, workflow.Remark{ID: b.ID, Revision: b.Revision, Sheet: b.Sheet, Place: b.Place, Start: b.Start, End: b.End, Quote: b.Quote, Text: b.Text})
	return s.said(ctx, t, b.ID, "begun", err)
}

// ByComment is the path of everything below a thread.
type ByComment struct {
	ByItem
	Comment string `path:"comment" maxLength:"64" doc:"Id of the thread"`
}

func (s *Server) getComment(ctx context.Context, in *ByComment) (*of[workflow.Thread], error) {
	return answer(s.Engine.CommentOf(ctx, actorOf(ctx), in.ID, in.Comment))
}

type answerIn struct {
	ByComment
	Body struct {
		ID   string `json:"id" minLength:"8" maxLength:"64" doc:"Chosen by the client; a repeat with the same id changes nothing"`
		Text string `json:"text" minLength:"1" maxLength:"2000" gate:"engine" doc:"Stored masked"`
	}
}

func (s *Server) answerComment(ctx context.Context, in *answerIn) (*of[workflow.Thread], error) {
	t, err := s.Engine.Answer(ctx, actorOf(ctx), in.ID, in.Comment, in.Body.ID, in.Body.Text)
	return s.said(ctx, t, in.Body.ID, "reply", err)
}

type byReply struct {
	ByComment
	Reply string `path:"reply" maxLength:"64" doc:"Id of the reply"`
}

func (s *Server) withdrawReply(ctx context.Context, in *byReply) (*of[workflow.Thread], error) {
	t, err := s.Engine.TakeBack(ctx, actorOf(ctx), in.ID, in.Comment, in.Reply)
	if err != nil {
		return nil, err
	}
	return answer(t, s.commented(ctx, t, in.Reply, "withdrawn"))
}

type commentStateIn struct {
	ByComment
	Body struct {
		State string `json:"state" enum:"open,resolved"`
		Rev   int64  `json:"rev,omitempty" minimum:"0" doc:"Rev of the thread that the person saw; differs: 409"`
	}
}

func (s *Server) resolveComment(ctx context.Context, in *commentStateIn) (*of[workflow.Thread], error) {
	t, err := s.Engine.Resolve(ctx, actorOf(ctx), in.ID, in.Comment, in.Body.State == "open", in.Body.Rev)
	if err != nil || t.Settled == nil {
		return answer(t, err)
	}
	what := map[bool]string{true: "reopened", false: "resolved"}[t.Open]
	return answer(t, s.Trail.Append(ctx, audit.Entry{Actor: t.Settled.By, ActorName: t.Settled.Name, Act: "item.comment_resolved", Object: "item/" + t.Item, Unit: s.unitOf(ctx, t.Item),
		Detail: map[string]string{"what": what, "thread": t.ID}, Key: "comment/" + t.ID + "/" + what + "/" + strconv.FormatInt(t.Settled.At, 10)}))
}

// said writes into the trail that something was said, and tells those whom it
// concerns. What fails of the latter is logged: nobody waits for a notice.
func (s *Server) said(ctx context.Context, t workflow.Thread, reply, what string, err error) (*of[workflow.Thread], error) {
	if err != nil {
		return nil, err
	}
	if err := s.commented(ctx, t, reply, what); err != nil {
		return nil, err
	}
	c := notify.Comment{Key: "comment/" + t.ID + "/" + reply, Thread: t.ID}
	for _, r := range t.Replies {
		if c.Talkers = append(c.Talkers, r.By); r.ID == reply {
			c.By, c.At = r.By, r.At
		}
	}
	it, err := s.Engine.Item(ctx, actorOf(ctx), t.Item)
	if err == nil {
		err = s.Notices.Commented(ctx, it, c)
	}
	if err != nil {
		s.log.Warn("notices", "item", t.Item, "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
	}
	return answer(t, nil)
}

// commented writes once into the trail who did what in a thread; never the words.
func (s *Server) commented(ctx context.Context, t workflow.Thread, reply, what string) error {
	by := actorOf(ctx)
	return s.Trail.Append(ctx, audit.Entry{Actor: by.ID, ActorName: by.Name, Act: "item.comment", Object: "item/" + t.Item, Unit: s.unitOf(ctx, t.Item),
		Detail: map[string]string{"what": what, "thread": t.ID, "reply": reply, "place": t.Anchor.Place}, Key: "comment/" + t.ID + "/" + reply + "/" + what})
}
