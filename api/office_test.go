// An office to test in: a county with a town, a site, a column, and people of
// every role, served over real HTTP by the embedded parts.

package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/notify"
	"gongkai/policy"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
	"gongkai/workflow"
)

func TestMain(m *testing.M) {
	account.Demo = account.HashCost{Memory: 8, Time: 1, Threads: 1} // half of all the time goes by hashing, which account itself tests
	feedLook = 10 * time.Millisecond
	os.Exit(m.Run())
}

const officePassword = "mountains-and-rivers-7"

// rawID and rawMobile are a made-up person's; no answer to somebody without the
// right may hold them.
const (
	rawID     = "11010519491231002X"
	rawMobile = "13812345678"
)

// office is everything behind one server.
type office struct {
	t           *testing.T
	server      *Server
	url         string
	content     *content.Content
	engine      *workflow.Engine
	policy      *policy.Policy
	accounts    *account.Accounts
	trail       *audit.Trail
	ledger      *channel.Ledger
	differences *channel.Differences
	notices     *notify.Notifier
	public      *publication.Public
	channels    *channel.Channels
	hint        func(kind, id string, urgent bool) // wakes the jobs, where they run
	log         *lockedBuffer
	users       map[string]account.User
	tokens      map[string]string
	clock       time.Time
	woken       []string
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newOffice opens the office. change may alter the configuration.
func newOffice(t *testing.T, change ...func(*Config)) *office {
	t.Helper()
	return newOfficeOn(t, buckettest.Folders, change...)
}

func newOfficeOn(t *testing.T, place buckettest.Open, change ...func(*Config)) *office {
	t.Helper()
	o := &office{t: t, users: map[string]account.User{}, tokens: map[string]string{}, log: &lockedBuffer{}, clock: time.Now()}
	ctx, now := t.Context(), gongkai.Clock(func() time.Time { return o.clock })
	db := opened(t)(store.OpenScratch(ctx, filepath.Join(t.TempDir(), "gongkai.db")))
	t.Cleanup(func() { db.Close() })
	pub := opened(t)(store.OpenScratch(ctx, filepath.Join(t.TempDir(), "public.db")))
	t.Cleanup(func() { pub.Close() })
	originals, copies := place(t, "originals"), place(t, "public")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	wake := func(kind, id string) { o.woken = append(o.woken, kind+"/"+id) }
	o.content, err = content.Open(ctx, db, originals, content.Secret("a secret of the restricted side!"), now)
	must(err)
	o.policy, err = policy.Open(ctx, db, now)
	must(err)
	t.Cleanup(o.policy.Close)
	o.engine, err = workflow.Open(ctx, o.content, o.policy, func(urgent bool, id string) {
		if o.hint != nil {
			o.hint("item", id, urgent)
		}
	})
	must(err)
	o.accounts, err = account.Open(ctx, db, account.Options{Cost: account.Demo, Clock: now})
	must(err)
	o.trail, err = audit.Open(ctx, db, now)
	must(err)
	o.differences, err = channel.OpenDifferences(ctx, db, now)
	o.must1(nil, err)
	o.ledger, err = channel.OpenLedger(ctx, db, now)
	must(err)
	notices, err := notify.Open(ctx, notify.Options{Content: o.content, Accounts: o.accounts, Clock: now, May: o.engine.WhoMay, Reads: o.engine.Readers, Caller: noCaller{}})
	must(err)
	o.notices = notices
	subs, err := channel.OpenSubscribers(ctx, db, now)
	must(err)
	outlets, err := channel.OpenOutlets(ctx, db, channel.Platforms, now)
	must(err)
	reaches, err := channel.OpenReaches(ctx, db, now)
	must(err)
	public, err := publication.Open(ctx, pub, copies, now)
	must(err)
	index, err := search.OpenLocal(ctx, filepath.Join(t.TempDir(), "search.db"))
	must(err)
	t.Cleanup(func() { index.Close() })
	o.public, o.channels = public, &channel.Channels{Subscribers: subs, Outlets: outlets, Public: public, Index: index, Guard: &channel.NetGuard{}, Ledger: o.ledger, Reaches: reaches, Now: now}
	conf := Config{}
	for _, f := range change {
		f(&conf)
	}
	o.server, err = New(Deps{Engine: o.engine, Content: o.content, Policy: o.policy, Accounts: o.accounts, Trail: o.trail, Public: public, Index: index,
		Ledger: o.ledger, Subscribers: subs, Channels: o.channels, Differences: o.differences, Notices: notices, Wake: wake, Log: slog.New(slog.NewJSONHandler(o.log, nil)), Now: now, Config: conf})
	must(err)
	o.engine.Staff = o.server.staff
	o.county()
	o.serve()
	return o
}

func opened(t *testing.T) func(*store.SQLite, error) *store.SQLite {
	return func(db *store.SQLite, err error) *store.SQLite {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
}

func (o *office) serve() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		o.t.Fatal(err)
	}
	o.url = "http://" + ln.Addr().String()
	served, server := make(chan error, 1), o.server
	go func() { served <- server.Serve(ln) }()
	o.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			o.t.Errorf("shutdown: %v", err)
		}
		if err := <-served; err != nil {
			o.t.Errorf("serve: %v", err)
		}
	})
}

// county makes the units, the site and the columns.
func (o *office) county() {
	o.t.Helper()
	ctx := o.t.Context()
	for _, u := range [][3]string{{"county", "青山县人民政府", ""}, {"town", "白水镇人民政府", "county"}, {"other", "邻县人民政府", ""}} {
		unit := content.Unit{Name: u[1], Parent: u[2]}
		unit.ID = u[0]
		o.must1(o.content.PutUnit(ctx, unit))
	}
	site := content.Site{Name: "青山县人民政府网", Domain: "www.qingshan.example", Unit: "county"}
	site.ID = "portal"
	if _, err := o.content.PutSite(ctx, site); err != nil {
		o.t.Fatal(err)
	}
	column := content.Column{Site: "portal", Slug: "notices", Name: "通知公告", Pipeline: "merged"}
	column.ID = "notices"
	if _, err := o.content.PutColumn(ctx, column); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) must1(_ any, err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// hire makes a person who holds a role in a unit ("" is everywhere).
func (o *office) hire(login, role, unit string) account.User {
	o.t.Helper()
	ctx, home := o.t.Context(), unit
	if home == "" {
		home = "county"
	}
	u, err := o.accounts.AddUser(ctx, account.NewUser{Login: login, Name: "干部" + login, Unit: home, Password: officePassword})
	if err != nil {
		o.t.Fatal(err)
	}
	if role != "" {
		if err := o.policy.Grant(ctx, policy.Grant{User: u.ID, Role: role, Unit: unit}, gongkai.System); err != nil {
			o.t.Fatal(err)
		}
	}
	o.users[login] = u
	return u
}

// as is somebody at the door: "" is nobody; "key:read" and "key:write" are
// programs; a role is a person who holds it in the county, an administrator
// and an auditor everywhere.
func (o *office) as(who string) caller {
	o.t.Helper()
	if _, known := o.tokens[who]; !known && who != "" {
		o.tokens[who] = o.admitted(who)
	}
	return caller{o, o.tokens[who], nil}
}

func (o *office) admitted(who string) string {
	o.t.Helper()
	ctx := o.t.Context()
	if scope, key := strings.CutPrefix(who, "key:"); key {
		_, secret, err := o.accounts.NewKey(ctx, account.NewKey{Name: who, Scopes: []string{scope}})
		if err != nil {
			o.t.Fatal(err)
		}
		return secret
	}
	if _, hired := o.users[who]; !hired {
		unit := "county"
		if who == policy.Administrator || who == policy.Auditor {
			unit = ""
		}
		o.hire(who, who, unit)
	}
	_, token, err := o.accounts.SignIn(ctx, who, officePassword, "")
	if err != nil {
		o.t.Fatal(err)
	}
	return token
}

// caller sends requests as somebody.
type caller struct {
	o       *office
	token   string
	headers map[string]string
}

// with adds a header.
func (c caller) with(name, value string) caller {
	headers := map[string]string{name: value}
	for k, v := range c.headers {
		headers[k] = v
	}
	return caller{c.o, c.token, headers}
}

func (c caller) get(path string) answered         { c.o.t.Helper(); return c.do("GET", path, nil) }
func (c caller) post(path string, b any) answered { c.o.t.Helper(); return c.do("POST", path, b) }
func (c caller) put(path string, b any) answered  { c.o.t.Helper(); return c.do("PUT", path, b) }
func (c caller) delete(path string) answered      { c.o.t.Helper(); return c.do("DELETE", path, nil) }
func (c caller) send(path, body string) answered  { c.o.t.Helper(); return c.do("POST", path, body) }

// do sends a request: a string body as it is, anything else as JSON.
func (c caller) do(method, path string, body any) answered {
	c.o.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case io.Reader:
		r = b
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			c.o.t.Fatal(err)
		}
		r = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(c.o.t.Context(), method, c.o.url+path, r)
	if err != nil {
		c.o.t.Fatal(err)
	}
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for k, v := range c.headers {
		req.Header.Set(k, v)
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.o.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.o.t.Fatal(err)
	}
	return answered{c.o.t, resp.StatusCode, resp.Header, string(raw)}
}

// answered is what came back.
type answered struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// is demands a status.
func (a answered) is(status int) answered {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// refused demands a problem with this status and code.
func (a answered) refused(status int, code string) Problem {
	a.t.Helper()
	var p Problem
	a.is(status).into(&p)
	if p.Code != code || p.Status != status || p.Detail == "" || p.DetailEn == "" || p.RequestID == "" {
		a.t.Fatalf("problem %+v, want the code %q and words in both languages", p, code)
	}
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		a.t.Fatalf("content type %q", ct)
	}
	return p
}

func (a answered) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
}

// str reads a string out of a JSON answer: "work.state".
func (a answered) str(path string) string {
	a.t.Helper()
	var v any
	a.into(&v)
	for _, name := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			a.t.Fatalf("no %s in %s", path, a.body)
		}
		v = m[name]
	}
	s, _ := v.(string)
	return s
}

// hides demands that none of the words stands in the answer or its headers.
func (a answered) hides(words ...string) answered {
	a.t.Helper()
	all := a.body
	for k, v := range a.header {
		all += k + strings.Join(v, " ")
	}
	for _, w := range words {
		if strings.Contains(all, w) {
			a.t.Fatalf("the answer holds what it must not: %s", a.body)
		}
	}
	return a
}

// draft is what an item is created from; its text holds personal data.
func draft(title string) map[string]any {
	return map[string]any{"kind": "notice", "unit": "county", "placements": []any{map[string]any{"column": "notices"}},
		"fields": map[string]any{"title": title, "openness": "proactive", "body": "<p>申请人身份证号" + rawID + ",联系电话" + rawMobile + "。</p>"}}
}

// drafted is an item of the editor's, with personal data in it.
func (o *office) drafted() string {
	o.t.Helper()
	return o.as("editor").post("/api/v1/items", draft("关于发放补贴的公示")).is(201).str("id")
}

// act does a step as somebody.
func (o *office) act(who, item string, step map[string]any) answered {
	o.t.Helper()
	step["id"] = gongkai.NewID()
	return o.as(who).post("/api/v1/items/"+item+"/steps", step)
}

// submitted is an item whose findings are masked and whose sheet waits for the
// first signature.
func (o *office) submitted() string {
	o.t.Helper()
	id := o.drafted()
	o.act("editor", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "mask", "place": "body"}}}).is(200)
	o.act("editor", id, map[string]any{"act": "submit"}).is(200)
	if err := o.engine.Build(o.t.Context(), id); err != nil {
		o.t.Fatal(err)
	}
	return id
}

// noCaller calls nobody: robots are tried by the package that speaks to them.
type noCaller struct{}

func (noCaller) Post(context.Context, string, []byte) ([]byte, error) { return nil, nil }
func (noCaller) Sign(context.Context, string, string, string, string, time.Time, any) error {
	return nil
}
func (noCaller) Valid(url string) bool   { return strings.HasPrefix(url, "https://") }
func (noCaller) ValidSecret(string) bool { return true }
func (noCaller) NewSecret() string       { return "whsec_made" }
