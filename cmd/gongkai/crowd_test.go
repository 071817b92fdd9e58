// A crowd: 64 clients sign the same items at the same time, over the API.

package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

const crowdClients = 64

// crowdItems is how many items they sign: few, or a thousand.
func crowdItems() int {
	if os.Getenv("GONGKAI_LONG") != "" {
		return 1000
	}
	return 4
}

// crowd is an office in which everybody does what they may, at once.
type crowd struct {
	t    *testing.T
	ctx  context.Context
	app  *app
	base string
	ids  []string

	mu       sync.Mutex
	returned map[string]int
	answers  map[string]int // by act and code
	acts     map[string]map[string]bool
}

func TestACrowdSignsAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 45*time.Minute)
	defer cancel()
	data := t.TempDir()
	c := &crowd{t: t, ctx: ctx, returned: map[string]int{}, answers: map[string]int{}, acts: map[string]map[string]bool{}}
	stop := c.open(data)
	people := c.hire()
	began := time.Now()
	c.draft(people[0])
	var work sync.WaitGroup
	for n, p := range people {
		work.Go(func() { c.works(p, rand.New(rand.NewPCG(uint64(n), 64))) })
	}
	work.Wait()
	t.Logf("%d items by %d clients in %v", len(c.ids), len(people), time.Since(began).Round(time.Millisecond))
	for _, what := range slices.Sorted(maps.Keys(c.answers)) {
		t.Logf("%-40s %6d", what, c.answers[what])
	}
	if t.Failed() {
		return
	}
	c.legal()
	stop()
	gongkaiRun(t, "", "audit", "verify", "--data", data).wants(t, 0, "审计链完整")
	if c.answers["pass ok"] < 6*len(c.ids) || c.answers["pass stale_sheet"]+c.answers["pass wrong_state"]+c.answers["pass missing_grant"] == 0 {
		t.Errorf("they never stood in each other's way: %v", c.answers)
	}
}

func (c *crowd) open(data string) (stop func()) {
	a, err := openAs(c.ctx, editing|showing|paying, config{Data: data, Session: time.Hour, SessionIdle: time.Hour, judging: usual}, &safeBuffer{}, account.Demo)
	if err != nil {
		c.t.Fatal(err)
	}
	c.app = a
	if err := seedPlaces(c.ctx, a); err != nil {
		c.t.Fatal(err)
	}
	if err := a.start(); err != nil {
		c.t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	c.base = "http://" + ln.Addr().String()
	ctx, cancel := context.WithCancel(c.ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.serve(ctx, ln) }()
	once := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			c.t.Error(err)
		}
		if err := a.close(); err != nil {
			c.t.Error(err)
		}
	})
	c.t.Cleanup(once)
	return once
}

// hire signs 64 people in. The first drafts; each of the others has one or two
// roles, so that several wait for every signature.
func (c *crowd) hire() []*client {
	roles := []string{policy.Reviewer1, policy.Proofreader1, policy.Reviewer2, policy.Proofreader2, policy.Reviewer3, policy.Proofreader3, policy.Publisher}
	var fresh []account.NewUser
	for n := range crowdClients {
		fresh = append(fresh, account.NewUser{Login: fmt.Sprint("crowd", n), Name: fmt.Sprint("众", n), Unit: "qinghe", Password: demoPassword})
	}
	users, err := c.app.accounts.AddUsers(c.ctx, fresh)
	if err != nil {
		c.t.Fatal(err)
	}
	out := make([]*client, len(users))
	var all sync.WaitGroup
	for n, u := range users {
		mine := []string{policy.Editor}
		if n > 0 {
			mine = []string{roles[n%len(roles)]}
		}
		if n%5 == 4 {
			mine = append(mine, roles[(n+3)%len(roles)])
		}
		all.Go(func() {
			for _, role := range mine {
				if err := c.app.policy.Grant(c.ctx, policy.Grant{User: u.ID, Role: role, Unit: "qinghe"}, gongkai.System); err != nil {
					c.t.Error(err)
				}
			}
			out[n] = newClient(c.base)
			if err := out[n].signIn(c.ctx, u.Login, demoPassword); err != nil {
				c.t.Error(err)
			}
		})
	}
	all.Wait()
	return out
}

func (c *crowd) draft(by *client) {
	for n := range crowdItems() {
		column := []string{"tzgg", "gzdt"}[n%2]
		r, err := by.call(c.ctx, http.MethodPost, "/api/v1/items", map[string]any{"kind": []string{"notice", "news"}[n%2], "unit": "qinghe",
			"fields":     map[string]any{"title": fmt.Sprintf("关于第%d次植树活动的通知", n), "body": "<p>请各单位按时参加。</p>", "openness": "proactive", "publisher": "青禾县人民政府", "date_written": "2026-03-02"},
			"placements": []map[string]any{{"column": column, "home": true}}})
		if err != nil || r.status != http.StatusCreated {
			c.t.Fatalf("%d %s %v", r.status, r.body, err)
		}
		c.ids = append(c.ids, r.str("id"))
	}
}

// works goes on until everything is public: now and then a look at some item,
// and whatever this person may do with it.
func (c *crowd) works(p *client, r *rand.Rand) {
	left := slices.Clone(c.ids)
	for len(left) > 0 && c.ctx.Err() == nil && !c.t.Failed() {
		i := r.IntN(len(left))
		seen, err := c.ask(p, http.MethodGet, "/api/v1/items/"+left[i], nil)
		if err != nil || seen.status != http.StatusOK {
			c.t.Errorf("%d %s %v", seen.status, seen.body, err)
			return
		}
		if seen.str("live.state") == content.Published {
			left = slices.Delete(left, i, i+1)
			continue
		}
		c.act(p, r, left[i], seen)
	}
	if c.ctx.Err() != nil {
		c.t.Errorf("not done in time: %v", left)
	}
}

// act does one thing that was possible when the item was looked at; now and
// then twice, as a client does that lost the answer.
func (c *crowd) act(p *client, r *rand.Rand, id string, seen reply) {
	var may []string
	possible, _ := seen.json["possible"].([]any)
	for _, one := range possible {
		m, _ := one.(map[string]any)
		if name, _ := m["act"].(string); slices.Contains([]string{"submit", "pass", "release"}, name) || name == "return" && r.IntN(20) == 0 && c.mayReturn(id) {
			may = append(may, name)
		}
	}
	if len(may) == 0 {
		time.Sleep(time.Duration(r.IntN(400)) * time.Millisecond) // somebody else has to do something first
		return
	}
	step := map[string]any{"id": gongkai.NewID(), "act": may[r.IntN(len(may))], "sheet": seen.str("work.sheet_digest"), "opinion": "同意",
		"judgements": map[string]any{"legality": true, "accuracy": true, "disclosability": true, "secrecy": true}}
	first := c.send(p, id, step)
	if r.IntN(8) == 0 {
		if again := c.send(p, id, step); first == http.StatusOK && again != http.StatusOK {
			c.t.Errorf("%v: %d, and again %d", step["act"], first, again)
		}
	}
}

// mayReturn keeps the work from going round for ever.
func (c *crowd) mayReturn(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.returned[id]++
	return c.returned[id] <= 2
}

// ask asks again where the program says that it cannot answer just now, as on a
// machine that many share: a step goes with the same id.
func (c *crowd) ask(p *client, method, path string, body any) (r reply, err error) {
	for range 40 {
		if r, err = p.call(c.ctx, method, path, body); err != nil || r.status != http.StatusServiceUnavailable {
			break
		}
		c.count("asked again, " + r.code())
		time.Sleep(250 * time.Millisecond)
	}
	return r, err
}

func (c *crowd) count(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[what]++
}

func (c *crowd) send(p *client, id string, step map[string]any) int {
	r, err := c.ask(p, http.MethodPost, "/api/v1/items/"+id+"/steps", step)
	if err != nil || r.status >= 500 || r.status < 200 {
		c.t.Errorf("%v: %d %s %v", step["act"], r.status, r.body, err)
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	name := fmt.Sprint(step["act"])
	if r.status != http.StatusOK {
		c.answers[name+" "+r.code()]++
		return r.status
	}
	c.answers[name+" ok"]++
	if c.acts[id] == nil {
		c.acts[id] = map[string]bool{}
	}
	c.acts[id][fmt.Sprint(step["id"])] = true
	return r.status
}

// legal: every item went out with the signatures that its pipeline asks for, by
// different people, and everything that was answered was done once.
func (c *crowd) legal() {
	for _, id := range c.ids {
		it, err := c.app.content.Items.Get(c.ctx, id)
		if err != nil {
			c.t.Fatal(err)
		}
		signed, times := map[string]string{}, map[string]int{}
		for _, s := range it.Live.Signoffs {
			if signed[s.By] != "" || s.By == it.Live.By || slices.Contains(it.Live.Contributors, s.By) || s.Sheet != it.Live.Digest {
				c.t.Errorf("%s: %s signed %s and %s", id, s.Name, signed[s.By], s.Stage)
			}
			signed[s.By] = s.Stage
		}
		if len(signed) != 6 {
			c.t.Errorf("%s: %d signatures: %v", id, len(signed), signed)
		}
		for _, s := range it.Steps {
			times[s.ID]++
		}
		for act := range c.acts[id] {
			if times[act] != 1 {
				c.t.Errorf("%s: an act that was answered is there %d times", id, times[act])
			}
		}
		if !workflow.ChainWhole(it) {
			c.t.Errorf("%s: the chain is broken", id)
		}
	}
}
