// Looking: what became of a post.

package wechat

import (
	"context"
	"maps"
	"time"

	"gongkai/channel/platform"
)

// Look polls a post that was handed in, looks up one whose answer was lost, and
// sees whether one that readers saw is still there.
func (w *WeChat) Look(ctx context.Context, p platform.Post) (platform.Post, error) {
	p.Handles = maps.Clone(p.Handles)
	if p.Handles == nil {
		p.Handles = map[string]string{}
	}
	switch {
	case p.Settled():
		return p, nil
	case p.Handles[handleArticle] != "":
		return w.shown(ctx, p)
	case p.Handles[handlePublish] != "":
		return w.result(ctx, p)
	}
	return w.found(ctx, p)
}

// result asks how publishing went.
func (w *WeChat) result(ctx context.Context, p platform.Post) (platform.Post, error) {
	var got struct {
		Status  *int   `json:"publish_status"`
		Article id     `json:"article_id"`
		Detail  detail `json:"article_detail"`
	}
	if err := w.ask(ctx, "/cgi-bin/freepublish/get", map[string]string{"publish_id": p.Handles[handlePublish]}, &got); err != nil {
		return p, err
	}
	if got.Status == nil {
		return p, &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
	}
	return w.told(ctx, p, Result{Publish: p.Handles[handlePublish], Status: *got.Status, Article: string(got.Article), Address: got.Detail.address()})
}

// detail lists the addresses of what was published.
type detail struct {
	Item []struct {
		URL string `json:"article_url" xml:"article_url"`
	} `json:"item" xml:"item"`
}

func (d detail) address() string {
	if len(d.Item) == 0 {
		return ""
	}
	return d.Item[0].URL
}

// told is a post whose result is known. What failed leaves no draft behind that
// somebody could publish later.
func (w *WeChat) told(ctx context.Context, p platform.Post, r Result) (platform.Post, error) {
	state, code := outcome(r.Status)
	switch state {
	case platform.Live:
		if r.Article == "" {
			return p, &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
		}
		p.Handles[handleArticle], p.Address = r.Article, r.Address
		return w.shown(ctx, p)
	case platform.Failed:
		if err := w.discard(ctx, p); err != nil {
			return p, err
		}
	case platform.Gone: // by the operator's hand or the platform's: nobody posts it again unasked
		return w.at(p, state, code), &platform.Error{Class: platform.ClassContent, Code: code}
	}
	return w.at(p, state, code), nil
}

// news is an article as the platform tells of it.
type news struct {
	Item []struct {
		SourceURL string `json:"content_source_url"`
		URL       string `json:"url"`
		Deleted   bool   `json:"is_deleted"`
	} `json:"news_item"`
}

func (n news) deleted() bool {
	for _, item := range n.Item {
		if !item.Deleted {
			return false
		}
	}
	return len(n.Item) > 0
}

// shown sees whether readers find the article.
func (w *WeChat) shown(ctx context.Context, p platform.Post) (platform.Post, error) {
	var got news
	err := w.ask(ctx, "/cgi-bin/freepublish/getarticle", map[string]string{"article_id": p.Handles[handleArticle]}, &got)
	switch {
	case has(err, 53600): // there is no such article
		return w.at(p, platform.Gone, ""), nil
	case err != nil:
		return p, err
	case len(got.Item) == 0:
		return p, &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
	case got.deleted():
		return w.at(p, platform.Gone, ""), nil
	}
	if p.Address == "" {
		p.Address = got.Item[0].URL
	}
	return w.at(p, platform.Live, ""), nil
}

// found looks for what a call without an answer may have left. Begun says that
// nothing is open and the post can go on.
func (w *WeChat) found(ctx context.Context, p platform.Post) (platform.Post, error) {
	if p.Step == stepSubmit && p.Handles[handlePublish] == "" {
		return w.foundArticle(ctx, p)
	}
	if p.Step != stepDraft || p.Handles[handleDraft] != "" {
		return w.at(p, platform.Begun, ""), nil
	}
	draft, err := w.search(ctx, "/cgi-bin/draft/batchget", p)
	switch {
	case err != nil:
		return p, err
	case draft.Media != "":
		p.Handles[handleDraft] = draft.Media
		return w.at(p, platform.Begun, ""), nil
	case w.settled(p):
		return w.at(p, platform.Failed, ""), nil
	}
	return waiting(p), nil
}

// settled tells whether finding nothing proves something by now: the caller
// then posts anew.
func (w *WeChat) settled(p platform.Post) bool {
	return w.account.Now().Sub(time.UnixMilli(p.Begun)) >= settling
}

// waiting is a post of which nothing was found yet.
func waiting(p platform.Post) platform.Post {
	p.State = platform.Unknown
	return p
}

// foundArticle looks for what freepublish/submit may have done. Only the draft
// says that it did nothing: what was published leaves the drafts.
func (w *WeChat) foundArticle(ctx context.Context, p platform.Post) (platform.Post, error) {
	got, err := w.search(ctx, "/cgi-bin/freepublish/batchget", p)
	switch {
	case err != nil:
		return p, err
	case got.Article != "":
		p.Handles[handleArticle] = got.Article
		return w.shown(ctx, p)
	case !w.settled(p):
		return waiting(p), nil
	}
	err = w.ask(ctx, "/cgi-bin/draft/get", map[string]string{"media_id": p.Handles[handleDraft]}, nil)
	if has(err, 40007) { // neither draft nor article: under review, or deleted by hand; a person looks
		p = waiting(p)
		p.Error = "draft_away"
		return p, nil
	}
	if err != nil {
		return waiting(p), err
	}
	p.Step = stepDraft // it goes on from there; a draft is published once, whoever asks how often
	return w.at(p, platform.Begun, ""), nil
}

// entry is a line of a list of drafts or of published articles.
type entry struct {
	Media   string `json:"media_id"`
	Article string `json:"article_id"`
	Content news   `json:"content"`
	Updated int64  `json:"update_time"`
}

// How far lists are searched: the newest come first.
const (
	perPage  = 20
	maxPages = 50
	margin   = time.Hour // by which the platform's clock may be off
)

// search looks for a post in a list by its mark. An entry without its contents
// could be the one: that is an error, not "not there".
func (w *WeChat) search(ctx context.Context, path string, p platform.Post) (entry, error) {
	for page := range maxPages {
		var list struct {
			Total int     `json:"total_count"`
			Item  []entry `json:"item"`
		}
		if err := w.ask(ctx, path, map[string]int{"offset": page * perPage, "count": perPage, "no_content": 1}, &list); err != nil {
			return entry{}, err
		}
		older := 0
		for _, e := range list.Item {
			if len(e.Content.Item) == 0 {
				return entry{}, &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
			}
			if marksIn(e.Content.Item[0].SourceURL, p.Mark) {
				return e, nil
			}
			if time.Unix(e.Updated, 0).Add(margin).Before(time.UnixMilli(p.Begun)) {
				older++
			}
		}
		if older == len(list.Item) || (page+1)*perPage >= list.Total {
			return entry{}, nil
		}
	}
	return entry{}, &platform.Error{Class: platform.ClassTemporary, Code: "list_too_long"}
}

// Result (发布结果) is how publishing went, polled or noticed.
type Result struct {
	Publish string
	Status  int
	Article string
	Address string
}
