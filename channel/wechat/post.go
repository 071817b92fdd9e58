// Posting: cover, draft, hand in for publishing. Each call that must not be
// made twice is announced before it is made.

package wechat

import (
	"context"
	"fmt"
	"maps"
	"net/url"

	"gongkai"
	"gongkai/channel/platform"
)

// The calls that cannot be repeated blindly; a post names the one begun last.
const (
	stepDraft  = "draft/add"
	stepSubmit = "freepublish/submit"
	stepDelete = "freepublish/delete"
)

// The platform's names for a post.
const (
	handleCover   = "cover_media_id"
	handleDraft   = "media_id"
	handlePublish = "publish_id"
	handleArticle = "article_id"
)

// article is what draft/add takes.
type article struct {
	Kind      string `json:"article_type"`
	Title     string `json:"title"`
	Author    string `json:"author"`
	Digest    string `json:"digest"`
	Content   string `json:"content"`
	SourceURL string `json:"content_source_url"`
	Thumb     string `json:"thumb_media_id"`
	Comments  int    `json:"need_open_comment"`
	FansOnly  int    `json:"only_fans_can_comment"`
}

// Post goes on from where the post stands.
func (w *WeChat) Post(ctx context.Context, p platform.Post, a platform.Article, note platform.Note) (platform.Post, error) {
	p.Handles = maps.Clone(p.Handles)
	if p.Handles == nil {
		p.Handles = map[string]string{}
	}
	if p.State != platform.Begun && p.State != platform.Unknown && p.State != "" {
		return p, nil // handed in: Look says what became of it
	}
	p, err := w.found(ctx, p)
	if err == nil && p.State == platform.Unknown {
		err = &platform.Error{Class: platform.ClassUnknown, Code: "not_found"}
	}
	if err != nil || p.State != platform.Begun {
		return p, err
	}
	if p.Handles[handleDraft] == "" {
		if p, err = w.draft(ctx, p, a, note); err != nil {
			return p, err
		}
	}
	return w.submit(ctx, p, note)
}

// at gives the post a state.
func (w *WeChat) at(p platform.Post, state, code string) platform.Post {
	if p.State != state || p.Error != code {
		p.State, p.Error, p.At = state, code, gongkai.Millis(w.account.Now())
	}
	return p
}

// begin announces a call.
func (w *WeChat) begin(p platform.Post, step string, note platform.Note) (platform.Post, error) {
	before := p
	p.Step, p.Error, p.At = step, "", gongkai.Millis(w.account.Now())
	if step != stepDelete {
		p.Begun = p.At // what may still appear is counted from here
	}
	if err := note(p); err != nil {
		return before, err
	}
	return p, nil
}

// ended is a post after a call that cannot be repeated blindly: one without an
// answer is unknown, one that was refused left nothing open.
func (w *WeChat) ended(p platform.Post, err error) (platform.Post, error) {
	switch {
	case err == nil:
		return p, nil
	case platform.Lost(err):
		return w.at(p, platform.Unknown, gongkai.CodeOf(err)), err
	}
	p.Step, p.Error = "", gongkai.CodeOf(err)
	return p, err
}

func (w *WeChat) draft(ctx context.Context, p platform.Post, a platform.Article, note platform.Note) (platform.Post, error) {
	if err := w.Check(a); err != nil {
		return p, err
	}
	content, first, err := w.upload(ctx, a)
	if err != nil {
		return p, err
	}
	if p.Handles[handleCover] == "" && w.account.Settings["cover_media_id"] != "" && a.Cover == nil && first == nil {
		p.Handles[handleCover] = w.account.Settings["cover_media_id"]
	}
	if p.Handles[handleCover] == "" {
		if p.Handles[handleCover], err = w.cover(ctx, a, first); err != nil {
			return p, err
		}
	}
	if count(content) >= maxContent || len(content) >= maxBytes { // the addresses given were longer than those reckoned with
		return p, limits(gongkai.Detail{Where: "body", Code: "too_long", Zh: "正文连同图片地址过长", En: "the text is too long with the addresses of its pictures"})
	}
	if p, err = w.begin(p, stepDraft, note); err != nil {
		return p, err
	}
	var got struct {
		Media id `json:"media_id"`
	}
	err = w.post(ctx, "/cgi-bin/draft/add", nil, asJSON(map[string]any{"articles": []article{{Kind: "news", Title: plain(a.Title), Author: plain(w.author(a)),
		Digest: plain(a.Summary), Content: content, SourceURL: marked(a.URL, p.Mark), Thumb: p.Handles[handleCover]}}}), &got)
	if err == nil && got.Media == "" {
		err = &platform.Error{Class: platform.ClassUnknown, Code: "bad_answer"}
	}
	if err == nil {
		p.Handles[handleDraft] = string(got.Media)
	}
	return w.ended(p, err)
}

// upload sends the pictures of the text and gives the text with their new
// addresses; uploading one twice costs nothing.
func (w *WeChat) upload(ctx context.Context, a platform.Article) (content string, first *platform.Image, err error) {
	addresses := map[string]string{}
	for i, src := range pictures(a.HTML) {
		img, ok := find(a.Images, src)
		if !ok {
			continue // Check has refused it
		}
		if first == nil {
			first = &img
		}
		pic, err := fit(ctx, img, inText, fmt.Sprintf("body.picture[%d]", i))
		if err != nil {
			return "", nil, err
		}
		var got struct {
			URL string `json:"url"`
		}
		if err := w.post(ctx, "/cgi-bin/media/uploadimg", nil, asFile(pic), &got); err != nil {
			return "", nil, platform.Repeatable(err)
		}
		if u, err := url.Parse(got.URL); err != nil || u.Host == "" {
			return "", nil, &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
		}
		addresses[src] = got.URL
	}
	return w.content(a, func(src string) string { return addresses[src] }), first, nil
}

// cover sends the picture that stands for the article in lists. A lost answer
// leaves a material that nobody uses.
func (w *WeChat) cover(ctx context.Context, a platform.Article, first *platform.Image) (string, error) {
	img := a.Cover
	if img == nil {
		img = first
	}
	if img == nil && len(a.Images) > 0 {
		img = &a.Images[0]
	}
	if img == nil {
		return "", limits(w.missing(a, "")...)
	}
	pic, err := fit(ctx, *img, asCover, "cover")
	if err != nil {
		return "", err
	}
	var got struct {
		Media id `json:"media_id"`
	}
	err = w.post(ctx, "/cgi-bin/material/add_material", url.Values{"type": {"image"}}, asFile(pic), &got)
	if err == nil && got.Media == "" {
		err = &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
	}
	return string(got.Media), platform.Repeatable(err)
}

func (w *WeChat) submit(ctx context.Context, p platform.Post, note platform.Note) (platform.Post, error) {
	p, err := w.begin(p, stepSubmit, note)
	if err != nil {
		return p, err
	}
	var got struct {
		Publish id `json:"publish_id"`
	}
	err = w.post(ctx, "/cgi-bin/freepublish/submit", nil, asJSON(map[string]string{"media_id": p.Handles[handleDraft]}), &got)
	if err == nil && got.Publish == "" {
		err = &platform.Error{Class: platform.ClassUnknown, Code: "bad_answer"}
	}
	if has(err, 40007) { // the draft is away: somebody published or deleted it by hand
		return w.at(p, platform.Unknown, gongkai.CodeOf(err)), &platform.Error{Class: platform.ClassUnknown, Code: gongkai.CodeOf(err)}
	}
	if err != nil {
		return w.ended(p, err)
	}
	p.Handles[handlePublish] = string(got.Publish)
	return w.at(p, platform.Submitted, ""), nil
}
