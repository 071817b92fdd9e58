// Posting, looking and removing.

package weibo

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel/platform"
)

// The calls that cannot be repeated blindly.
const (
	stepShare   = "statuses/share"
	stepDestroy = "statuses/destroy"
)

// The platform's names for a post.
const (
	handleID   = "idstr"
	handleText = "text" // digest of the line without its address, by which a lost post is known
)

// status is a post as the platform tells of it. Its number is read as text:
// as a number it loses its last digits in too many places.
type status struct {
	ID      string `json:"idstr"`
	Created string `json:"created_at"`
	Text    string `json:"text"`
	Deleted string `json:"deleted"`
	User    struct {
		ID string `json:"idstr"`
	} `json:"user"`
}

func (w *Weibo) at(p platform.Post, state, code string) platform.Post {
	if p.State != state || p.Error != code {
		p.State, p.Error, p.At = state, code, gongkai.Millis(w.account.Now())
	}
	return p
}

func handles(p platform.Post) platform.Post {
	if p.Handles = maps.Clone(p.Handles); p.Handles == nil {
		p.Handles = map[string]string{}
	}
	return p
}

// Post shares the line, unless it is, or may be, there.
func (w *Weibo) Post(ctx context.Context, p platform.Post, a platform.Article, note platform.Note) (platform.Post, error) {
	p = handles(p)
	if p.Step == stepShare && p.Handles[handleID] == "" {
		p, err := w.Look(ctx, p)
		if err == nil && p.State == platform.Unknown {
			err = &platform.Error{Class: platform.ClassUnknown, Code: "not_found"}
		}
		return p, err
	}
	if p.State != platform.Begun && p.State != "" {
		return p, nil
	}
	if err := w.Check(a); err != nil {
		return p, err
	}
	kind, body, err := w.form(ctx, a)
	if err != nil {
		return p, err
	}
	before := p
	p.Step, p.Error, p.At = stepShare, "", gongkai.Millis(w.account.Now())
	p.Begun, p.Handles[handleText] = p.At, gongkai.DerivedID(words(line(a)))
	if err := note(p); err != nil {
		return before, err
	}
	var got status
	err = w.call(ctx, http.MethodPost, "/2/statuses/share.json", nil, kind, body, &got)
	if err == nil && got.ID == "" {
		err = &platform.Error{Class: platform.ClassUnknown, Code: "bad_answer"}
	}
	return w.shared(p, got, err)
}

// shared is a post after the call.
func (w *Weibo) shared(p platform.Post, got status, err error) (platform.Post, error) {
	switch {
	case err == nil:
		return w.named(p, got, platform.Submitted), nil
	case platform.Lost(err):
		return w.at(p, platform.Unknown, gongkai.CodeOf(err)), err
	}
	p.Step, p.Error = "", gongkai.CodeOf(err)
	return p, err
}

// named is a post of which the platform told the number.
func (w *Weibo) named(p platform.Post, got status, state string) platform.Post {
	p.Handles[handleID] = got.ID
	if page := strings.TrimRight(w.account.Settings["page_url"], "/"); page != "" {
		p.Address = page + "/" + url.PathEscape(got.User.ID) + "/" + url.PathEscape(got.ID)
	}
	return w.at(p, state, "")
}

// noLook is the refusal of a call for which the account has no permission.
const noLook = "10014"

// Look sees whether a post is there; one whose answer was lost is looked up
// among the account's latest.
func (w *Weibo) Look(ctx context.Context, p platform.Post) (platform.Post, error) {
	p = handles(p)
	switch {
	case p.Settled(), p.Step == "":
		return p, nil
	case p.Handles[handleID] == "":
		return w.search(ctx, p)
	}
	got, err := w.show(ctx, p)
	switch {
	case has(err, noLook): // the platform's word at the sharing stands
		return w.at(p, platform.Live, ""), nil
	case err != nil:
		return p, err
	case got.ID != "":
		return w.named(p, got, platform.Live), nil
	case p.State != platform.Submitted:
		return w.at(p, platform.Gone, ""), nil
	case w.settled(p): // accepted, and never seen
		return w.at(p, platform.Failed, "weibo_20101"), nil
	}
	return p, nil
}

// show reads a post; one that is not there has no number.
func (w *Weibo) show(ctx context.Context, p platform.Post) (got status, err error) {
	err = w.ask(ctx, "/2/statuses/show.json", url.Values{"id": {p.Handles[handleID]}}, &got)
	switch {
	case has(err, "20101"), err == nil && got.Deleted == "1":
		return status{}, nil
	case err == nil && got.ID != p.Handles[handleID]:
		err = &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
	}
	return got, err
}

// settled tells whether what was not seen by now will not be.
func (w *Weibo) settled(p platform.Post) bool {
	return w.account.Now().Sub(time.UnixMilli(p.Begun)) >= settling
}

const (
	perPage = 100
	margin  = time.Hour // by which our clock, or the platform's, may be off
)

// search looks for the line among the latest of the account. That it is not
// there proves something only where they reach back to the call, and the
// settling time has passed.
func (w *Weibo) search(ctx context.Context, p platform.Post) (platform.Post, error) {
	var list struct {
		Statuses []status `json:"statuses"`
		Total    int      `json:"total_number"`
	}
	if err := w.ask(ctx, "/2/statuses/user_timeline.json", url.Values{"count": {strconv.Itoa(perPage)}, "trim_user": {"0"}}, &list); err != nil {
		return p, err
	}
	begun := time.UnixMilli(p.Begun).Add(-margin).Truncate(time.Second)
	reachesBack := list.Total <= len(list.Statuses)
	for _, s := range list.Statuses {
		made, err := time.Parse(time.RubyDate, s.Created)
		if err != nil {
			return p, &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
		}
		if made.Before(begun) {
			reachesBack = true
			continue
		}
		if s.ID != "" && gongkai.DerivedID(words(s.Text)) == p.Handles[handleText] {
			return w.named(p, s, platform.Live), nil
		}
	}
	if reachesBack && w.settled(p) {
		return w.at(p, platform.Failed, ""), nil
	}
	p.State = platform.Unknown
	return p, nil
}

// Remove deletes a post, and says that it is gone only when the platform does.
// Deleting twice does no harm.
func (w *Weibo) Remove(ctx context.Context, p platform.Post, note platform.Note) (platform.Post, error) {
	if p = handles(p); p.Handles[handleID] == "" {
		var err error
		if p, err = w.Look(ctx, p); err != nil || p.Settled() {
			return p, err
		}
	}
	switch {
	case p.Settled():
		return p, nil
	case p.Handles[handleID] == "" && p.Step != "":
		return p, &platform.Error{Class: platform.ClassUnknown, Code: "not_found"}
	case p.Handles[handleID] == "":
		return w.at(p, platform.Gone, ""), nil // never sent
	}
	before := p
	p.Step, p.At = stepDestroy, gongkai.Millis(w.account.Now())
	if err := note(p); err != nil {
		return before, err
	}
	form := url.Values{"id": {p.Handles[handleID]}, "access_token": {w.account.Secrets["access_token"]}}
	var got status
	err := platform.Repeatable(w.call(ctx, http.MethodPost, "/2/statuses/destroy.json", nil, formType, form.Encode(), &got))
	switch {
	case has(err, "20101"): // it was gone before
	case err != nil:
		p.Error = gongkai.CodeOf(err)
		return p, err
	case got.ID != p.Handles[handleID]:
		return p, &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
	}
	return w.gone(ctx, p)
}

// gone looks once more; where the account may not look, the platform's word on
// the deletion stands.
func (w *Weibo) gone(ctx context.Context, p platform.Post) (platform.Post, error) {
	got, err := w.show(ctx, p)
	switch {
	case has(err, noLook), err == nil && got.ID == "":
		return w.at(p, platform.Gone, ""), nil
	case err == nil:
		err = &platform.Error{Class: platform.ClassTemporary, Code: "still_shown", RetryAfter: 5 * time.Second}
	}
	return p, err
}

// has tells whether err is a refusal with one of the codes.
func has(err error, codes ...string) bool {
	return err != nil && slices.ContainsFunc(codes, func(code string) bool { return gongkai.CodeOf(err) == "weibo_"+code })
}
