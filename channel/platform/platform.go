// The seam between deliveries and new-media platforms.

package platform

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"gongkai"
)

// Article (稿件) is what is to be posted: the masked public form of one edition,
// nothing else. It is made anew for each call and never stored.
type Article struct {
	Item    string
	Edition int64
	Title   string
	Summary string
	Author  string  // 发布单位
	HTML    string  // the sanitised body
	URL     string  // the page on the portal: 阅读原文
	Images  []Image // those in HTML, in order
	Cover   *Image  // nil: the platform's default, if the account has one
}

// Image (图片) is a picture of an article, from the public copies of its files.
type Image struct {
	Src  string // as it stands in the HTML
	Name string
	Type string // media type
	Size int64
	Open func(context.Context) (io.ReadCloser, error)
}

// States of a post.
const (
	Begun     = "begun"     // a call was announced; whether the platform took it is not known before its answer is stored
	Submitted = "submitted" // accepted by the platform, not seen yet
	Live      = "live"      // readers see it
	Failed    = "failed"    // it never came to be seen, and never will
	Unknown   = "unknown"   // an answer was lost: it may be seen, now or later
	Gone      = "gone"      // it was seen, and is removed
)

// Post (发布) is one attempt to show an article on a platform. It is stored
// before and after each call that cannot be repeated blindly, and holds what is
// needed to find, poll and remove it without the article.
//
// A worker that dies leaves a post Begun; if its Step is not "", the next one
// finds it Unknown. A platform that knows that nothing came of a call leaves
// Begun and Step "": Post goes on from there.
type Post struct {
	Seq     int64             `json:"seq"`               // the public change of the item that it shows
	Edition int64             `json:"edition"`           // which edition
	Digest  string            `json:"digest"`            // of what is shown
	State   string            `json:"state"`             // begun, submitted, live, failed, unknown, gone
	Step    string            `json:"step,omitempty"`    // the call that was begun last, in the platform's own words
	Handles map[string]string `json:"handles,omitempty"` // the platform's names for it: media_id, publish_id, article_id, idstr…
	Mark    string            `json:"mark"`              // by which it is looked up: no two posts have the same
	Address string            `json:"address,omitempty"` // where readers find it
	Begun   int64             `json:"begun"`             // when its last call that cannot be repeated was begun; set by whoever stores it
	At      int64             `json:"at"`                // when its state last changed
	Error   string            `json:"error,omitempty"`   // code of the last failure; with Failed: why the platform does not show it, "" if it never arrived
	// What a person said of it, where one posted, saw or removed it.
	By    string `json:"by,omitempty"`
	Where string `json:"where,omitempty"` // page of a newspaper, name of a programme
	On    string `json:"on,omitempty"`    // 2006-01-02
}

// Settled tells whether nothing of the post is to be seen, now or later.
func (p Post) Settled() bool { return p.State == Failed || p.State == Gone }

// Note stores how far a post has come. A call that cannot be repeated is made
// only after Note has succeeded: if it fails, the platform gives up with its
// error, having called nobody.
type Note func(Post) error

// Platform (平台) is a place that shows posts and does not compare (epoch, seq):
// whoever calls it must know what it did before. A method gives the post as far
// as it came also where it gives an error; the caller stores it. A lost answer
// is an error of ClassUnknown and a post in the state Unknown.
type Platform interface {
	// Check judges the limits of the platform before anything is sent:
	// gongkai.Invalid with what and where, and never the text.
	Check(Article) error
	// Post goes on from where the post stands. It never repeats a call that may
	// have shown something. Success is Submitted or Live.
	Post(ctx context.Context, p Post, a Article, note Note) (Post, error)
	// Look asks what became of a post: it polls a submitted one and looks up an
	// unknown one. What it finds may be given back unchanged: Unknown stays
	// Unknown, since finding nothing proves nothing before Settling has passed
	// since Begun; after that, a look-up that finds nothing gives Failed (or Gone,
	// if it was to be removed). A post that can go on because nothing came of it
	// is given back Begun with Step "".
	Look(ctx context.Context, p Post) (Post, error)
	// Remove takes a live post down, and says Gone only when the platform says so.
	// Of one that is Begun it clears away what was prepared. To remove what is gone already is a success.
	Remove(ctx context.Context, p Post, note Note) (Post, error)
	// Settling (沉淀时间) is how long after its beginning a lost post may still
	// appear.
	Settling() time.Duration
}

// Account (账号) is what a platform is opened with: the settings of one outlet.
type Account struct {
	ID       string            // of the channel: out-…
	Settings map[string]string // app_id…
	Secrets  map[string]string // app_secret…: never in errors, logs or posts
	HTTP     http.RoundTripper // through which alone it may call
	Tokens   Tokens
	Now      gongkai.Clock
}

// Tokens (访问凭证) keeps short-lived tokens of accounts for all workers, so that
// one does not make another's invalid.
type Tokens interface {
	// Token gives the account's token. It calls fetch where there is none, it is
	// about to end, or it is the one that the platform refused; refused is "" on
	// the first try.
	Token(ctx context.Context, account, refused string, fetch func(context.Context) (token string, lives time.Duration, err error)) (string, error)
}

// Setting (设置项) is one thing that an account needs to be opened.
type Setting struct {
	Name     string // [a-z][a-z0-9_]*
	Zh, En   string
	Secret   bool // write-only
	Required bool
}

// Kind (平台种类) is a row of the table of platforms.
type Kind struct {
	Name     string // wechat, weibo
	Zh, En   string
	Settings []Setting
	ID       string                          // the handle by which the platform names what readers see: article_id, idstr
	Open     func(Account) (Platform, error) // gongkai.Invalid where a setting cannot be right; nil: a person does it
	// Hear takes a call of the platform to us, which Account's secrets prove.
	// gongkai.Denied: they do not; gongkai.Invalid: it cannot be read. nil: the
	// platform makes none.
	Hear func(Account, Call) (Heard, error)
}

// Call (平台推送) is a call of the platform to us, as it came.
type Call struct {
	Method string
	Query  url.Values
	Body   []byte
}

// Heard (推送要点) is what a call says. It is a hint and no proof: Look decides.
type Heard struct {
	Answer        string // what the platform wants to hear
	Handle, Value string // of the post that something became of; "": of none
}
