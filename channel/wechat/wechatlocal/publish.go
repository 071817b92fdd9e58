// Drafts, and what becomes of them.

package wechatlocal

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

func (p *Platform) addDraft(_ *http.Request, data []byte) answer {
	var in struct {
		Articles []Article `json:"articles"`
	}
	if json.Unmarshal(data, &in) != nil {
		return no(47001, "data format error")
	}
	if len(in.Articles) != 1 {
		return no(44003, "empty news data")
	}
	a := in.Articles[0]
	if refused := p.refuse(a); refused != nil {
		return refused
	}
	a.Content = p.clean(a.Content)
	if a.Digest == "" {
		a.Digest = string([]rune(text(a.Content))[:min(54, utf8.RuneCountInString(text(a.Content)))])
	}
	a.ID, a.at = p.next("draft-"), p.now()
	p.drafts = append(p.drafts, &a)
	return answer{"media_id": a.ID}
}

// refuse judges an article by the documented limits.
func (p *Platform) refuse(a Article) answer {
	_, material := p.materials[a.Thumb]
	source, err := url.Parse(a.SourceURL)
	switch {
	case a.Kind != "news":
		return no(40004, "invalid media type")
	case a.Title == "" || utf8.RuneCountInString(a.Title) > 32:
		return no(45003, "title size out of limit")
	case utf8.RuneCountInString(a.Author) > 16:
		return no(45110, "author size out of limit")
	case utf8.RuneCountInString(a.Digest) > 128:
		return no(45004, "description size out of limit")
	case strings.TrimSpace(a.Content) == "":
		return no(44003, "empty news data")
	case utf8.RuneCountInString(a.Content) >= 20_000 || len(a.Content) >= 1<<20:
		return no(45002, "content size out of limit")
	case err != nil || len(a.SourceURL) > 1<<10 || a.SourceURL != "" && source.Host == "":
		return no(45166, "invalid content")
	case !material:
		return no(40007, "invalid media_id")
	}
	return nil
}

type named struct {
	Media   string `json:"media_id"`
	Article string `json:"article_id"`
	Publish id     `json:"publish_id"`
	Index   int    `json:"index"`
}

// id is taken as a string and as a number.
type id string

func (i *id) UnmarshalJSON(raw []byte) error {
	*i = id(strings.Trim(string(raw), `"`))
	return nil
}

func nameOf(data []byte) (in named, refused answer) {
	if json.Unmarshal(data, &in) != nil {
		return in, no(47001, "data format error")
	}
	return in, nil
}

func (p *Platform) draft(media string) int {
	return slices.IndexFunc(p.drafts, func(a *Article) bool { return a.ID == media })
}

func (p *Platform) getDraft(_ *http.Request, data []byte) answer {
	in, refused := nameOf(data)
	if refused != nil {
		return refused
	}
	if i := p.draft(in.Media); i >= 0 {
		return answer{"news_item": []*Article{p.drafts[i]}, "create_time": p.drafts[i].at.Unix(), "update_time": p.drafts[i].at.Unix()}
	}
	return no(40007, "invalid media_id")
}

func (p *Platform) deleteDraft(_ *http.Request, data []byte) answer {
	in, refused := nameOf(data)
	if refused != nil {
		return refused
	}
	i := p.draft(in.Media)
	if i < 0 {
		return no(40007, "invalid media_id")
	}
	p.drafts = slices.Delete(p.drafts, i, i+1)
	return fine
}

func (p *Platform) submit(_ *http.Request, data []byte) answer {
	in, refused := nameOf(data)
	if refused != nil {
		return refused
	}
	i := p.draft(in.Media)
	if i < 0 {
		return no(40007, "invalid media_id")
	}
	t := &task{draft: p.drafts[i], done: p.now().Add(p.Delay)}
	if len(p.outcomes) > 0 {
		t.status, p.outcomes = p.outcomes[0], p.outcomes[1:]
	}
	publish := p.next("")
	p.tasks[publish] = t
	p.tells(publish)
	if p.seq%2 == 0 { // the platform writes it both ways
		return answer{"errcode": 0, "errmsg": "ok", "publish_id": json.Number(publish), "msg_data_id": json.Number(publish)}
	}
	return answer{"errcode": 0, "errmsg": "ok", "publish_id": publish, "msg_data_id": publish}
}

// settle publishes what is due. A draft that was published leaves the drafts.
func (p *Platform) settle() {
	for _, t := range p.tasks {
		if t.article != nil || p.now().Before(t.done) || t.status >= 2 && t.status <= 4 {
			continue
		}
		a := *t.draft
		a.ID, a.at = p.next("article-"), t.done
		a.URL = p.Base + "/s/" + a.ID
		a.Deleted = t.status == 5 || t.status == 6
		t.article = &a
		p.articles = append(p.articles, &a)
		if i := p.draft(t.draft.ID); i >= 0 {
			p.drafts = slices.Delete(p.drafts, i, i+1)
		}
	}
}

func (p *Platform) result(_ *http.Request, data []byte) answer {
	in, refused := nameOf(data)
	if refused != nil {
		return refused
	}
	t, ok := p.tasks[string(in.Publish)]
	switch {
	case !ok:
		return no(40007, "invalid publish_id")
	case p.now().Before(t.done):
		return answer{"publish_id": in.Publish, "publish_status": 1, "fail_idx": []int{}}
	case t.article == nil:
		return answer{"publish_id": in.Publish, "publish_status": t.status, "fail_idx": []int{1}}
	}
	status := t.status
	if t.article.Deleted && status == 0 {
		status = 5
	}
	return answer{"publish_id": in.Publish, "publish_status": status, "article_id": t.article.ID, "fail_idx": []int{},
		"article_detail": answer{"count": 1, "item": []answer{{"idx": 1, "article_url": t.article.URL}}}}
}

func (p *Platform) article(id string) *Article {
	for _, a := range p.articles {
		if a.ID == id {
			return a
		}
	}
	return nil
}

func (p *Platform) getArticle(_ *http.Request, data []byte) answer {
	in, refused := nameOf(data)
	if refused != nil {
		return refused
	}
	if a := p.article(in.Article); a != nil {
		return answer{"news_item": []*Article{a}}
	}
	return no(53600, "invalid article id")
}

func (p *Platform) deleteArticle(_ *http.Request, data []byte) answer {
	in, refused := nameOf(data)
	if refused != nil {
		return refused
	}
	a := p.article(in.Article)
	if a == nil || in.Index > 1 {
		return no(53600, "invalid article id")
	}
	a.Deleted = true
	return fine
}

// DeleteByHand has an operator delete an article on the website.
func (p *Platform) DeleteByHand(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.article(id); a != nil {
		a.Deleted = true
	}
}

func (p *Platform) listDrafts(_ *http.Request, data []byte) answer {
	return list(data, p.drafts, "media_id")
}

func (p *Platform) listArticles(_ *http.Request, data []byte) answer {
	return list(data, p.articles, "article_id")
}

// list gives a page, the newest first.
func list(data []byte, all []*Article, key string) answer {
	var in struct {
		Offset    int `json:"offset"`
		Count     int `json:"count"`
		NoContent int `json:"no_content"`
	}
	if json.Unmarshal(data, &in) != nil {
		return no(47001, "data format error")
	}
	if in.Count < 1 || in.Count > 20 || in.Offset < 0 {
		return no(40097, "invalid args")
	}
	items := []answer{}
	for i := len(all) - 1 - in.Offset; i >= 0 && len(items) < in.Count; i-- {
		a := *all[i]
		if in.NoContent == 1 {
			a.Content = ""
		}
		items = append(items, answer{key: a.ID, "content": answer{"news_item": []Article{a}}, "update_time": a.at.Unix()})
	}
	return answer{"total_count": len(all), "item_count": len(items), "item": items}
}

// day is when it was published, as pages say it.
func (a Article) day() string {
	return a.at.In(time.FixedZone("Asia/Shanghai", 8*60*60)).Format("2006-01-02 15:04")
}

// Draft puts a draft there, as an editor does on the website.
func (p *Platform) Draft(title string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drafts = append(p.drafts, &Article{ID: p.next("draft-"), Title: title, at: p.now()})
}

// DeleteDrafts has an editor throw all drafts away.
func (p *Platform) DeleteDrafts() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drafts = nil
}
