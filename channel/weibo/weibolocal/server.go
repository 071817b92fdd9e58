// The platform: its state and its calls.

package weibolocal

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Platform is an http.Handler. Its fields are set before the first call.
type Platform struct {
	Token  string           // access_token of the account
	Domain string           // security domain (安全域名) of the application
	Now    func() time.Time // nil is time.Now
	Quota  int              // posts an hour; 0 is no limit
	Blind  bool             // the account may not read its posts
	Review time.Duration    // until a post can be seen

	mu       sync.Mutex
	seq      int64
	posts    []*Post // the newest last
	expired  bool
	calls    map[string]int
	troubles map[string][]Trouble
}

// Post (微博) is one post.
type Post struct {
	ID      string
	Text    string // as the platform keeps it: with a short address
	Link    string // where the short address leads
	Picture bool
	At      time.Time
	Deleted bool
}

// Trouble is how one call goes wrong.
type Trouble struct {
	Lose   bool   // does it, and hangs up without an answer
	Status int    // answers with this status, and does nothing
	After  int    // does it, and answers with this status
	Code   int    // refuses with this error_code
	Body   string // does it, and answers with this
	Idle   bool   // does nothing; with Body
}

// New makes a platform with one account.
func New(token, domain string) *Platform {
	return &Platform{Token: token, Domain: domain, seq: 5_000_000_000_000_000, calls: map[string]int{}, troubles: map[string][]Trouble{}}
}

// Next has the next call of a path go wrong; troubles queue up.
func (p *Platform) Next(path string, t Trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.troubles[path] = append(p.troubles[path], t)
}

// Expire ends the account's authorisation.
func (p *Platform) Expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expired = true
}

// Calls is how often a path was called.
func (p *Platform) Calls(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[path]
}

// Public lists what readers see, the newest first.
func (p *Platform) Public() (out []Post) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range slices.Backward(p.posts) {
		if p.seen(s) {
			out = append(out, *s)
		}
	}
	return out
}

// ByHand has somebody post, or delete all posts, on the website.
func (p *Platform) ByHand(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if text == "" {
		for _, s := range p.posts {
			s.Deleted = true
		}
		return
	}
	p.add(text, "", false)
}

// DeleteByHand has somebody delete one post on the website.
func (p *Platform) DeleteByHand(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.posts {
		s.Deleted = s.Deleted || s.ID == id
	}
}

func (p *Platform) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

func (p *Platform) seen(s *Post) bool { return !s.Deleted && !p.now().Before(s.At.Add(p.Review)) }

func (p *Platform) add(text, link string, picture bool) *Post {
	p.seq += 1009
	s := &Post{ID: strconv.FormatInt(p.seq, 10), Text: text, Link: link, Picture: picture, At: p.now()}
	p.posts = append(p.posts, s)
	return s
}

// answer is what a call gives.
type answer = map[string]any

// refused is an answer with a code; the platform writes it both ways.
func refused(path string, code int, words string) (int, answer) {
	status := http.StatusBadRequest
	if code/1000 == 21 || code == 10014 || code/10 == 1002 {
		status = http.StatusForbidden
	}
	if code%2 == 0 {
		return status, answer{"request": path, "error_code": strconv.Itoa(code), "error": words}
	}
	return status, answer{"request": path, "error_code": code, "error": words}
}

type call struct {
	path    string
	values  url.Values
	picture []byte
}

var acts = map[string]struct {
	method string
	do     func(*Platform, call) (int, answer)
}{
	"/2/statuses/share.json":         {http.MethodPost, (*Platform).share},
	"/2/statuses/destroy.json":       {http.MethodPost, (*Platform).destroy},
	"/2/statuses/show.json":          {http.MethodGet, (*Platform).show},
	"/2/statuses/user_timeline.json": {http.MethodGet, (*Platform).timeline},
	"/2/statuses/count.json":         {http.MethodGet, (*Platform).count},
}

func (p *Platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	act, known := acts[r.URL.Path]
	if !known {
		p.page(w, r)
		return
	}
	c, err := read(r)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	t := Trouble{}
	if queue := p.troubles[c.path]; len(queue) > 0 {
		t, p.troubles[c.path] = queue[0], queue[1:]
	}
	status, got := t.Status, answer(nil)
	if status == 0 {
		status, got = p.judge(act.method == r.Method, act.do, c, t)
	}
	p.mu.Unlock()
	switch {
	case t.Lose:
		panic(http.ErrAbortHandler) // the connection breaks
	case t.Body != "":
		_, _ = io.WriteString(w, t.Body)
		return
	case t.After != 0:
		status, got = t.After, nil
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if got != nil {
		_ = json.NewEncoder(w).Encode(written(got))
	}
}

func (p *Platform) judge(method bool, act func(*Platform, call) (int, answer), c call, t Trouble) (int, answer) {
	p.calls[c.path]++
	switch {
	case !method:
		return refused(c.path, 10021, "HTTP method is not suported for this request")
	case p.expired:
		return refused(c.path, 21327, "expired_token")
	case c.values.Get("access_token") != p.Token:
		return refused(c.path, 21332, "invalid_access_token")
	case t.Code != 0:
		return refused(c.path, t.Code, "as told")
	case t.Idle:
		return http.StatusOK, nil
	}
	return act(p, c)
}

// maxCall is larger than any call.
const maxCall = 6 << 20

// read takes a form, of one part or of several.
func read(r *http.Request) (call, error) {
	c := call{path: r.URL.Path, values: r.URL.Query()}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body := io.LimitReader(r.Body, maxCall)
	if kind != "multipart/form-data" {
		data, err := io.ReadAll(body)
		if err != nil {
			return c, err
		}
		form, err := url.ParseQuery(string(data))
		for k, v := range form {
			c.values[k] = v
		}
		return c, err
	}
	for parts := multipart.NewReader(body, params["boundary"]); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return c, nil
		} else if err != nil {
			return c, err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return c, err
		}
		if part.FormName() == "pic" {
			c.picture = data
		} else {
			c.values.Set(part.FormName(), string(data))
		}
	}
}

var (
	address = regexp.MustCompile(`https?://[!-~]+`)
	topic   = regexp.MustCompile(`#[^#]+#`)
)

func (p *Platform) share(c call) (int, answer) {
	text := c.values.Get("status")
	links := address.FindAllString(text, -1)
	switch kind := http.DetectContentType(c.picture); {
	case text == "":
		return refused(c.path, 20008, "content is null")
	case half(text) > 280:
		return refused(c.path, 20012, "text too long, please input text less than 140 characters")
	case topic.MatchString(text):
		return refused(c.path, 10008, "param error, see doc for more info")
	case len(links) == 0 || slices.ContainsFunc(links, func(l string) bool { return !p.bound(l) }):
		return refused(c.path, 10017, "appkey not bind domain!")
	case c.picture != nil && !slices.Contains([]string{"image/jpeg", "image/gif", "image/png"}, kind):
		return refused(c.path, 20005, "unsupported image type")
	case len(c.picture) >= 5<<20:
		return refused(c.path, 20006, "image size too large")
	case p.lately() >= p.Quota && p.Quota > 0:
		return refused(c.path, 20016, "out of limit")
	}
	short := address.ReplaceAllStringFunc(text, func(l string) string { return fmt.Sprintf("http://t.example/%06x", len(p.posts)+len(l)) })
	for _, s := range p.posts {
		if !s.Deleted && address.ReplaceAllString(s.Text, "") == address.ReplaceAllString(text, "") && s.Link == links[0] {
			return refused(c.path, 20019, "repeat content")
		}
	}
	return http.StatusOK, told(p.add(short, links[0], c.picture != nil))
}

func (p *Platform) bound(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Hostname() == p.Domain || strings.HasSuffix(u.Hostname(), "."+p.Domain))
}

// half counts in halves of a Chinese character.
func half(text string) (n int) {
	for _, r := range text {
		if n++; r > 127 {
			n++
		}
	}
	return n
}

// lately counts the posts of the last hour.
func (p *Platform) lately() (n int) {
	for _, s := range p.posts {
		if p.now().Sub(s.At) < time.Hour {
			n++
		}
	}
	return n
}

func told(s *Post) answer {
	id, _ := strconv.ParseInt(s.ID, 10, 64)
	return answer{"created_at": s.At.In(time.FixedZone("", 8*60*60)).Format(time.RubyDate), "id": id, "idstr": s.ID, "mid": s.ID, "text": template.HTMLEscapeString(s.Text),
		"user": answer{"id": 1404376560, "idstr": "1404376560", "screen_name": "青禾发布"}}
}

func (p *Platform) find(c call) *Post {
	for _, s := range p.posts {
		if s.ID == c.values.Get("id") {
			return s
		}
	}
	return nil
}

func (p *Platform) destroy(c call) (int, answer) {
	s := p.find(c)
	if s == nil || s.Deleted {
		return refused(c.path, 20101, "target weibo does not exist!")
	}
	s.Deleted = true
	return http.StatusOK, told(s)
}

func (p *Platform) show(c call) (int, answer) {
	s := p.find(c)
	switch {
	case p.Blind:
		return refused(c.path, 10014, "Insufficient app permissions!")
	case s == nil || !p.seen(s):
		return refused(c.path, 20101, "target weibo does not exist!")
	}
	return http.StatusOK, told(s)
}

func (p *Platform) timeline(c call) (int, answer) {
	if p.Blind {
		return refused(c.path, 10014, "Insufficient app permissions!")
	}
	count, err := strconv.Atoi(c.values.Get("count"))
	if err != nil {
		count = 20
	}
	list, all := []answer{}, 0
	for _, s := range slices.Backward(p.posts) {
		if !p.seen(s) {
			continue
		}
		if all++; len(list) < min(count, 100) {
			list = append(list, told(s))
		}
	}
	return http.StatusOK, answer{"statuses": list, "total_number": all}
}

var page = template.Must(template.New("page").Parse(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>微博</title>
<style>body{font:17px/1.7 sans-serif;max-width:36em;margin:2em auto;padding:0 1em;color:#222}small{color:#888}article{border-bottom:1px solid #ddd;padding:.8em 0}</style>
<h1>青禾发布</h1><p><small>本机模拟的微博页面 · a local stand-in, not the real platform</small></p>
{{range .}}<article>{{.Text}} <a href="{{.Link}}">网页链接</a><br><small>{{.At.Format "2006-01-02 15:04"}}</small></article>{{else}}<p>暂无微博</p>{{end}}`))

// page shows readers all posts, or one: /<user>/<id>.
func (p *Platform) page(w http.ResponseWriter, r *http.Request) {
	list := p.Public()
	if id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]; id != "" {
		list = slices.DeleteFunc(list, func(s Post) bool { return s.ID != id })
		if len(list) == 0 {
			http.NotFound(w, r)
			return
		}
	}
	for i := range list {
		list[i].At = list[i].At.In(time.FixedZone("", 8*60*60))
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, list) // who has gone away needs no page
}
