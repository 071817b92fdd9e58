// Removing: an article is gone when the platform says so, and not before.

package wechat

import (
	"context"
	"maps"
	"time"

	"gongkai"
	"gongkai/channel/platform"
)

// Remove takes a post down, whatever it has come to: the article, a draft that
// was never published, and the cover. Pictures of the text have no call that
// removes them.
func (w *WeChat) Remove(ctx context.Context, p platform.Post, note platform.Note) (platform.Post, error) {
	p.Handles = maps.Clone(p.Handles)
	if p.Handles == nil {
		p.Handles = map[string]string{}
	}
	p, err := w.Look(ctx, p)
	if err != nil {
		return p, err
	}
	switch p.State {
	case platform.Submitted:
		return p, &platform.Error{Class: platform.ClassTemporary, Code: "publishing", RetryAfter: 10 * time.Second} // nothing can stop it: it is deleted when it is there
	case platform.Unknown:
		return p, &platform.Error{Class: platform.ClassUnknown, Code: "not_found"}
	case platform.Live:
		if p, err = w.delete(ctx, p, note); err != nil || p.State != platform.Gone {
			return p, err
		}
	case platform.Begun:
		if err := w.discard(ctx, p); err != nil {
			return p, err
		}
		p = w.at(p, platform.Gone, "")
	}
	return p, w.uncover(ctx, p)
}

// delete deletes the article and looks whether it is gone. Deleting twice does
// no harm, so that a lost answer is not waited for.
func (w *WeChat) delete(ctx context.Context, p platform.Post, note platform.Note) (platform.Post, error) {
	p, err := w.begin(p, stepDelete, note)
	if err != nil {
		return p, err
	}
	err = platform.Repeatable(w.post(ctx, "/cgi-bin/freepublish/delete", nil, asJSON(map[string]any{"article_id": p.Handles[handleArticle], "index": 0}), nil))
	if err != nil && !has(err, 53600) {
		p.Error = gongkai.CodeOf(err)
		return p, err
	}
	if p, err = w.shown(ctx, p); err == nil && p.State != platform.Gone {
		err = &platform.Error{Class: platform.ClassTemporary, Code: "still_shown", RetryAfter: 5 * time.Second}
	}
	return p, err
}

// discard deletes the draft, if there is one; one that is gone already is fine.
func (w *WeChat) discard(ctx context.Context, p platform.Post) error {
	return w.drop(ctx, "/cgi-bin/draft/delete", p.Handles[handleDraft])
}

// uncover deletes the cover, unless it is the account's.
func (w *WeChat) uncover(ctx context.Context, p platform.Post) error {
	if p.Handles[handleCover] == w.account.Settings["cover_media_id"] {
		return nil
	}
	return w.drop(ctx, "/cgi-bin/material/del_material", p.Handles[handleCover])
}

func (w *WeChat) drop(ctx context.Context, path, media string) error {
	if media == "" {
		return nil
	}
	err := w.ask(ctx, path, map[string]string{"media_id": media}, nil)
	if has(err, 40007) {
		return nil
	}
	return err
}
