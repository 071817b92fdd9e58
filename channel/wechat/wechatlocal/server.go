// The platform: its state and its calls.

package wechatlocal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Platform is an http.Handler. Its fields are set before the first call.
type Platform struct {
	AppID, Secret string
	Base          string           // of its own pages and pictures; "" is where it was called
	Now           func() time.Time // nil is time.Now
	Delay         time.Duration    // of publishing
	Quota         int              // calls a day for each path; 0 is no limit
	AllowedIP     string           // the only one that may fetch tokens; "" is all
	Callback      string           // address that is told of results, without its query; "" is none
	CallbackToken string           // by which it is signed
	CallbackKey   string           // EncodingAESKey: the safe mode; "" is the plain one

	mu        sync.Mutex
	seq       int
	tokens    tokens
	materials map[string]file // by media_id
	pictures  map[string]file // by name, of texts
	drafts    []*Article
	tasks     map[string]*task
	articles  []*Article // the newest last
	calls     map[string]int
	counted   map[string]int // calls of today
	today     string
	outcomes  []int
	troubles  map[string][]Trouble
	told      int // notices
}

// Article (图文) is a draft or an article.
type Article struct {
	ID        string `json:"-"` // media_id of a draft, article_id of an article
	Kind      string `json:"article_type"`
	Title     string `json:"title"`
	Author    string `json:"author"`
	Digest    string `json:"digest"`
	Content   string `json:"content"`
	SourceURL string `json:"content_source_url"`
	Thumb     string `json:"thumb_media_id"`
	Comments  int    `json:"need_open_comment"`
	FansOnly  int    `json:"only_fans_can_comment"`
	URL       string `json:"url"`
	Deleted   bool   `json:"is_deleted"`

	at time.Time
}

type file struct {
	kind string
	data []byte
}

// task is a draft on its way to the readers.
type task struct {
	draft   *Article
	done    time.Time
	status  int
	article *Article // once it is done
}

// New makes a platform with one account.
func New(appID, secret string) *Platform {
	return &Platform{AppID: appID, Secret: secret, materials: map[string]file{}, pictures: map[string]file{}, tasks: map[string]*task{},
		calls: map[string]int{}, counted: map[string]int{}, troubles: map[string][]Trouble{}}
}

func (p *Platform) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

// answer is what a call gives.
type answer map[string]any

func no(code int, words string) answer {
	return answer{"errcode": code, "errmsg": fmt.Sprintf("%s rid: %08x", words, code)}
}

var fine = answer{"errcode": 0, "errmsg": "ok"}

// acts are the calls by path; those of tokens need none.
var acts = map[string]func(*Platform, *http.Request, []byte) answer{
	"/cgi-bin/stable_token":           (*Platform).stableToken,
	"/cgi-bin/media/uploadimg":        (*Platform).uploadImage,
	"/cgi-bin/material/add_material":  (*Platform).addMaterial,
	"/cgi-bin/material/del_material":  (*Platform).deleteMaterial,
	"/cgi-bin/draft/add":              (*Platform).addDraft,
	"/cgi-bin/draft/get":              (*Platform).getDraft,
	"/cgi-bin/draft/delete":           (*Platform).deleteDraft,
	"/cgi-bin/draft/batchget":         (*Platform).listDrafts,
	"/cgi-bin/freepublish/submit":     (*Platform).submit,
	"/cgi-bin/freepublish/get":        (*Platform).result,
	"/cgi-bin/freepublish/getarticle": (*Platform).getArticle,
	"/cgi-bin/freepublish/delete":     (*Platform).deleteArticle,
	"/cgi-bin/freepublish/batchget":   (*Platform).listArticles,
	"/datacube/getbizsummary":         (*Platform).summary,
}

// maxCall is larger than any call.
const maxCall = 12 << 20

func (p *Platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	act, known := acts[r.URL.Path]
	if !known {
		p.page(w, r)
		return
	}
	data, err := readAll(r)
	if err != nil {
		return // the caller hung up
	}
	trouble := p.trouble(r.URL.Path)
	if trouble.before(w, r) {
		return
	}
	p.mu.Lock()
	got := p.judge(act, r, data, trouble)
	p.mu.Unlock()
	if trouble.after(w) {
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(got)
}

// judge makes the call unless a rule of all calls is against it.
func (p *Platform) judge(act func(*Platform, *http.Request, []byte) answer, r *http.Request, data []byte, t Trouble) answer {
	if p.Base == "" {
		p.Base = "http://" + r.Host
	}
	p.calls[r.URL.Path]++
	p.settle()
	if r.Method != http.MethodPost {
		return no(43002, "require POST method")
	}
	if r.URL.Path != "/cgi-bin/stable_token" {
		if refused := p.tokens.judge(r.URL.Query().Get("access_token"), p.now()); refused != nil {
			return refused
		}
	}
	if p.used(r.URL.Path) {
		return no(45009, "reach max api daily quota limit")
	}
	if t.Code != 0 || t.Idle {
		return no(t.Code, "as told")
	}
	if strings.Contains(r.Header.Get("Content-Type"), "json") && strings.Contains(string(data), `\u`) {
		return no(40033, "invalid charset. please check your request, if include \\uxxxx will create fail!")
	}
	return act(p, r, data)
}

// used counts a call of the day.
func (p *Platform) used(path string) bool {
	if day := p.now().Format(time.DateOnly); day != p.today {
		p.today, p.counted = day, map[string]int{}
	}
	p.counted[path]++
	return p.Quota > 0 && p.counted[path] > p.Quota
}

// next is a fresh id.
func (p *Platform) next(prefix string) string {
	p.seq++
	return fmt.Sprintf("%s%09d", prefix, 100_000_000+p.seq)
}

// Calls is how often a path was called.
func (p *Platform) Calls(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[path]
}

// Public lists the articles that readers see, the newest first.
func (p *Platform) Public() (out []Article) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	for i := len(p.articles) - 1; i >= 0; i-- {
		if !p.articles[i].Deleted {
			out = append(out, *p.articles[i])
		}
	}
	return out
}

// Drafts counts the drafts, and Materials the permanent materials.
func (p *Platform) Drafts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.drafts)
}

// Materials counts the permanent materials.
func (p *Platform) Materials() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.materials)
}
