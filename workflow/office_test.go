// An office on the real store: units, columns, people, an engine.

package workflow

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

const (
	idNumber = "110101199003071233"
	mobile   = "13800138000"
	uscc     = "11640112010148754W"
)

// clock is a time that tests set; each look at it is a millisecond later.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

type office struct {
	*Engine
	t     testing.TB
	db    store.DB
	c     *content.Content
	pol   *policy.Policy
	clock *clock

	mu    sync.Mutex
	woken []string // ids, "!" before urgent ones
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{t: t, clock: &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, content.Shanghai)}}
	o.db = openDB(t)
	originals := buckettest.Folders(t, "originals")
	var err error
	if o.c, err = content.Open(t.Context(), o.db, originals, content.Secret("a key of the tests, restricted"), o.clock.Now); err != nil {
		t.Fatal(err)
	}
	o.pol = openPolicy(t, o.db)
	o.check(put(o.c.PutUnit(t.Context(), content.Unit{Meta: store.Meta{ID: "county"}, Name: "青禾县人民政府", USCC: uscc})))
	o.check(put(o.c.PutUnit(t.Context(), content.Unit{Meta: store.Meta{ID: "town"}, Name: "柳溪镇人民政府", Parent: "county"})))
	for _, site := range []string{"www", "mirror"} {
		o.check(put(o.c.PutSite(t.Context(), content.Site{Meta: store.Meta{ID: site}, Name: "门户" + site, Unit: "county"})))
		for _, pipeline := range []string{"alternating", "merged"} {
			id := site + "-" + pipeline
			o.check(put(o.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: id}, Site: site, Slug: pipeline, Name: "栏目" + id, Pipeline: pipeline})))
		}
	}
	o.check(put(o.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: "policies"}, Site: "www", Slug: "policies", Name: "政策文件", Kinds: []string{"policy"}})))
	if o.Engine, err = Open(t.Context(), o.c, o.pol, o.wake); err != nil {
		t.Fatal(err)
	}
	held := map[string][]policy.Grant{}
	for _, user := range []string{"editor", "editor2", "review1", "review2", "review3", "proof1", "proof2", "proof3", "secret", "publisher", "admin", "both1", "both2", "both3"} {
		for _, role := range staff[user] {
			held[user] = append(held[user], policy.Grant{User: user, Role: role, Unit: "county"})
		}
	}
	o.hold(held)
	return o
}

// hold makes grants hold all at once, stored as the policy stores them.
func (o *office) hold(grants map[string][]policy.Grant) {
	o.t.Helper()
	type holder struct {
		store.Meta
		Grants []policy.Grant `json:"grants"`
	}
	all, err := store.Use(o.t.Context(), o.db, store.Spec[holder]{Name: "policy_grants", Schema: 2})
	o.check(err)
	var holders []holder
	for user, held := range grants {
		holders = append(holders, holder{store.Meta{ID: user}, held})
	}
	_, err = all.InsertMany(o.t.Context(), holders)
	o.check(err)
	o.check(o.pol.Refresh(o.t.Context()))
}

func put[T any](_ T, err error) error { return err }

func (o *office) wake(urgent bool, id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if urgent {
		id = "!" + id
	}
	o.woken = append(o.woken, id)
}

func (o *office) check(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) create(v content.Fields) content.Item {
	o.t.Helper()
	it, err := o.Create(o.t.Context(), person("editor"), NewItem{Kind: "notice", Unit: "county", Fields: v, Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	return it
}

func (o *office) step(who string, id string, s Step) (content.Item, error) {
	if s.ID == "" {
		s.ID = gongkai.NewID()
	}
	return o.Step(o.t.Context(), person(who), id, s)
}

func (o *office) must(who string, id string, s Step) content.Item {
	o.t.Helper()
	it, err := o.step(who, id, s)
	if err != nil {
		o.t.Fatalf("%s by %s: %v", s.Act, who, err)
	}
	return it
}

// refused wants a refusal that repeats nothing it must not.
func (o *office) refused(err error, kind gongkai.Kind, code string) {
	o.t.Helper()
	_ = o.refusal(err, kind, code)
}

func (o *office) refusal(err error, kind gongkai.Kind, code string) *gongkai.Error {
	o.t.Helper()
	var e *gongkai.Error
	if !asError(err, &e) || e.Kind != kind || e.Code != code {
		o.t.Fatalf("got %v, want %s (%s)", err, kind, code)
	}
	for _, secret := range []string{idNumber, mobile} {
		if strings.Contains(e.Error(), secret) {
			o.t.Errorf("the refusal repeats what must not be said: %s", e.Code)
		}
	}
	return e
}

func (o *office) get(id string) content.Item {
	o.t.Helper()
	it, err := o.c.Items.Get(o.t.Context(), id)
	o.check(err)
	return it
}

// submit submits and builds the sheet.
func (o *office) submit(id string) content.Item {
	o.t.Helper()
	o.must("editor", id, Step{Act: "submit", Note: noteFor(o.get(id))})
	o.check(o.Build(o.t.Context(), id))
	return o.get(id)
}

// noteFor is the note that a correction of what is live owes the public.
func noteFor(it content.Item) string {
	if it.Live.State == content.NotLive {
		return ""
	}
	return "更正文字错误。"
}

// sign signs all stages that are left.
func (o *office) sign(it content.Item) content.Item {
	o.t.Helper()
	for it.Work.State == content.AtStage {
		it = o.must(signers[it.Work.Stage], it.ID, pass(it))
	}
	return it
}

func (o *office) release(it content.Item) content.Item {
	o.t.Helper()
	return o.must("publisher", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
}

func (o *office) public(it content.Item, sheet string) content.Public {
	o.t.Helper()
	s, err := o.c.Sheets.Get(o.t.Context(), sheet)
	o.check(err)
	pub, err := s.Public()
	o.check(err)
	for _, raw := range []string{idNumber, mobile} {
		if strings.Contains(s.Bytes, raw) {
			o.t.Errorf("the sheet of %s holds a raw number", it.ID)
		}
	}
	return pub
}

func (o *office) findings(it content.Item) []content.Finding {
	o.t.Helper()
	rev, err := o.c.Revisions.Get(o.t.Context(), head(it))
	o.check(err)
	fs, err := o.Findings(o.t.Context(), rev)
	o.check(err)
	return fs
}

// personal is a text with an ID number and a mobile number.
func personal() content.Fields {
	return content.Fields{"title": "关于公布名单的通知", "openness": content.Proactive, "summary": "联系电话" + mobile,
		"body": "<p>经研究,现予公布。</p>\n<p>张三,身份证号:<b>" + idNumber + "</b>,电话" + mobile + "。</p>"}
}

func maskAll() Step {
	return Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "id_card", Act: "mask"}, {Kind: "mobile", Act: "mask"}}}
}

func kindsOf(fs []content.Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Place+" "+f.Kind)
	}
	slices.Sort(out)
	return out
}

func (o *office) upload(name, text string) content.FileRef {
	o.t.Helper()
	ref, err := o.c.Files.Add(o.t.Context(), person("editor"), name, strings.NewReader(text))
	o.check(err)
	return ref
}
