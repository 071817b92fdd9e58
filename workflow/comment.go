// Comments (批注): what those who work on an item say to each other about a
// place of its text, in threads. They are for staff: nothing of them goes out.

package workflow

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// Comment (批注) is a thread about one place of an item.
type Comment struct {
	store.Meta
	Item    string   `json:"item"`
	Anchor  Anchor   `json:"anchor"`
	Replies []Reply  `json:"replies" doc:"The first one began the thread"`
	Open    bool     `json:"open"`
	Settled *Settled `json:"settled,omitempty" doc:"Who resolved or reopened it last; absent: nobody did"`
	At      int64    `json:"at" doc:"When it began"`
}

// Reply (回复) is what one person said in a thread.
type Reply struct {
	ID        string `json:"id" doc:"Chosen by the client"`
	By        string `json:"by"`
	Name      string `json:"name"`
	At        int64  `json:"at"`
	Text      string `json:"text,omitempty" doc:"Masked; absent: withdrawn"`
	Withdrawn int64  `json:"withdrawn,omitempty" doc:"When its writer took it back"`
}

// Settled (了结) is who resolved a thread, or opened it again.
type Settled struct {
	By   string `json:"by"`
	Name string `json:"name"`
	At   int64  `json:"at"`
}

// Thread is a comment as somebody sees it now.
type Thread struct {
	Comment
	Now *Standing `json:"now,omitempty" doc:"How its place stands in the newest revision; absent: that revision's original was purged"`
}

// The bounds of comments.
const (
	MostThreads  = 200
	mostReplies  = 50
	mostWords    = 2000 // characters
	mostAnchored = 200  // characters
)

func openComments(ctx context.Context, c *content.Content) (*store.Collection[Comment], error) {
	return store.Use(ctx, c.DB, store.Spec[Comment]{Name: "comments", Schema: 1, Indexes: []store.Index{{Name: "item", Fields: []string{"item", "open", "at"}}}})
}

// Remark (批注内容) is what somebody says of a place. Offsets are code points
// into the text as they see it.
type Remark struct {
	ID              string
	Revision, Sheet string
	Place           string
	Start, End      int
	Quote, Text     string
}

// mayNote reads an item for somebody who wants to comment on it.
func (e *Engine) mayNote(ctx context.Context, actor gongkai.Actor, item string) (content.Item, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return it, err
	}
	return it, e.canAs(ctx, actor, "", policy.ItemNote, it)
}

// said is a reply as it is stored: in its writer's name, masked.
func (e *Engine) said(actor gongkai.Actor, id, text string) (Reply, error) {
	text = strings.TrimSpace(text)
	err := first(need(machineID.MatchString(id) || stepID.MatchString(id) && !e.personal(id), "id", "comment_id", "批注编号应为8至64位字母、数字和-_.:", "the id of a comment is 8 to 64 letters, digits and -_.:"),
		need(text != "" && utf8.RuneCountInString(text) <= mostWords, "text", "text", "批注内容应为1至2000字", "a comment has 1 to 2000 characters"))
	return Reply{ID: id, By: actor.ID, Name: actor.Name, At: gongkai.Millis(e.now()), Text: e.maskFree(text)}, err
}

// Comment begins a thread. A repeat with the same id changes nothing and answers
// the thread.
func (e *Engine) Comment(ctx context.Context, actor gongkai.Actor, item string, r Remark) (Thread, error) {
	it, err := e.mayNote(ctx, actor, item)
	if err != nil {
		return Thread{}, err
	}
	reply, err := e.said(actor, r.ID, r.Text)
	if err != nil {
		return Thread{}, err
	}
	id := gongkai.DerivedID("comment", it.ID, r.ID)
	c, err := e.comments.Get(ctx, id)
	if gongkai.Is(err, gongkai.Missing) {
		if c, err = e.begin(ctx, actor, it, id, r, reply); gongkai.Is(err, gongkai.Conflict) && gongkai.CodeOf(err) != codeMoved {
			c, err = e.comments.Get(ctx, id)
		}
	}
	if err == nil && c.Replies[0].By != actor.ID {
		err = errReplyID()
	}
	if err != nil {
		return Thread{}, err
	}
	return e.thread(ctx, actor, it, c)
}

func errReplyID() error {
	return gongkai.E(gongkai.Conflict, "comment_id", "该编号已用于他人的批注，请换一个编号", "that id was used for somebody else's comment: choose another one")
}

func (e *Engine) begin(ctx context.Context, actor gongkai.Actor, it content.Item, id string, r Remark, reply Reply) (Comment, error) {
	anchor, err := e.anchor(ctx, actor, it, r)
	if err != nil {
		return Comment{}, err
	}
	n, err := e.comments.Count(ctx, []store.Cond{store.Eq("item", it.ID)}, MostThreads)
	if err == nil && n >= MostThreads {
		err = gongkai.E(gongkai.Blocked, "comments_full", "该信息的批注已达200条，请在已有批注下回复", "this item has 200 threads: reply in one that is there")
	}
	if err != nil {
		return Comment{}, err
	}
	return e.comments.Insert(ctx, Comment{Meta: store.Meta{ID: id}, Item: it.ID, Anchor: anchor, Replies: []Reply{reply}, Open: true, At: reply.At})
}

// Answer adds a reply to a thread. A repeat with the same id changes nothing.
func (e *Engine) Answer(ctx context.Context, actor gongkai.Actor, item, comment, id, text string) (Thread, error) {
	reply, err := e.said(actor, id, text)
	return e.inThread(ctx, actor, item, comment, 0, err, func(c *Comment) error {
		if i := c.reply(id); i >= 0 {
			if c.Replies[i].By != actor.ID {
				return errReplyID()
			}
			return store.ErrUnchanged
		}
		if !c.Open {
			return gongkai.E(gongkai.Blocked, "comment_resolved", "该批注已了结，请先重新打开再回复", "this thread is resolved: reopen it to reply")
		}
		if len(c.Replies) >= mostReplies {
			return gongkai.E(gongkai.Blocked, "comments_full", "该批注的回复已达50条，请另起一条", "this thread has 50 replies: begin another one")
		}
		c.Replies = append(c.Replies, reply)
		return nil
	})
}

func (c *Comment) reply(id string) int {
	return slices.IndexFunc(c.Replies, func(r Reply) bool { return r.ID == id })
}

// Resolve ends a thread (了结), or opens it again. rev is that of the thread that
// the person saw, 0 for any.
func (e *Engine) Resolve(ctx context.Context, actor gongkai.Actor, item, comment string, open bool, rev int64) (Thread, error) {
	at := gongkai.Millis(e.now())
	return e.inThread(ctx, actor, item, comment, rev, nil, func(c *Comment) error {
		if c.Open == open {
			return store.ErrUnchanged
		}
		c.Open, c.Settled = open, &Settled{actor.ID, actor.Name, at}
		return nil
	})
}

// TakeBack withdraws an own reply: that something stood there stays, not what.
func (e *Engine) TakeBack(ctx context.Context, actor gongkai.Actor, item, comment, id string) (Thread, error) {
	at := gongkai.Millis(e.now())
	return e.inThread(ctx, actor, item, comment, 0, nil, func(c *Comment) error {
		i := c.reply(id)
		switch {
		case i < 0:
			return gongkai.E(gongkai.Missing, "reply", "该批注下没有这条回复", "there is no such reply in this thread")
		case c.Replies[i].By != actor.ID:
			return gongkai.E(gongkai.Denied, "not_own", "只能撤回本人的批注", "only one's own words can be taken back")
		case c.Replies[i].Withdrawn != 0:
			return store.ErrUnchanged
		}
		c.Replies[i].Text, c.Replies[i].Withdrawn = "", at
		return nil
	})
}

// inThread changes a thread of an item, for who may take part; bad is what is
// wrong with what they say.
func (e *Engine) inThread(ctx context.Context, actor gongkai.Actor, item, comment string, rev int64, bad error, change func(*Comment) error) (Thread, error) {
	it, err := e.mayNote(ctx, actor, item)
	if err := first(err, bad); err != nil {
		return Thread{}, err
	}
	if _, err := e.commentOn(ctx, it, comment); err != nil {
		return Thread{}, err
	}
	c, err := e.comments.Update(ctx, comment, rev, change)
	if err != nil {
		return Thread{}, err
	}
	return e.thread(ctx, actor, it, c)
}

func (e *Engine) commentOn(ctx context.Context, it content.Item, comment string) (Comment, error) {
	c, err := e.comments.Get(ctx, comment)
	if gongkai.Is(err, gongkai.Missing) || err == nil && c.Item != it.ID {
		err = gongkai.E(gongkai.Missing, "comment", "该信息没有这条批注", "this item has no such comment")
	}
	return c, err
}

// CommentOf is one thread of an item: a notice leads to it.
func (e *Engine) CommentOf(ctx context.Context, actor gongkai.Actor, item, comment string) (Thread, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return Thread{}, err
	}
	c, err := e.commentOn(ctx, it, comment)
	if err != nil {
		return Thread{}, err
	}
	return e.thread(ctx, actor, it, c)
}

// Comments lists the threads of an item: open ones first, of these the newest.
// state is "open", "resolved", or "" for all.
func (e *Engine) Comments(ctx context.Context, actor gongkai.Actor, item, state, after string, limit int) (out store.Page[Thread], err error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return out, err
	}
	q := store.Query{Where: []store.Cond{store.Eq("item", it.ID)}, Sort: []string{"-open", "-at"}, After: after, Limit: limit}
	if state != "" {
		q.Where, q.Sort = append(q.Where, store.Eq("open", state == "open")), []string{"-at"}
	}
	page, err := e.comments.Find(ctx, q)
	if err != nil || len(page.Docs) == 0 {
		return out, err
	}
	place, err := e.placing(ctx, actor, it)
	out.Next = page.Next
	for _, c := range page.Docs {
		out.Docs = append(out.Docs, place(c))
	}
	return out, err
}

// OpenComments counts the open threads of an item.
func (e *Engine) OpenComments(ctx context.Context, item string) (int, error) {
	return e.comments.Count(ctx, []store.Cond{store.Eq("item", item), store.Eq("open", true)}, MostThreads)
}

func (e *Engine) thread(ctx context.Context, actor gongkai.Actor, it content.Item, c Comment) (Thread, error) {
	place, err := e.placing(ctx, actor, it)
	if err != nil {
		return Thread{}, err
	}
	return place(c), nil
}
