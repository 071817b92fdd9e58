// Part of the random walk, through the engine, the stores, the queue, workers,
// the index and a downstream site: once everybody is quiet, each outside world
// shows exactly what it should.

package jobs_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/publication"
	"gongkai/workflow"
)

type wander struct {
	*town
	r       *rand.Rand
	site    *receiver.Receiver
	items   []string
	what    string   // an interpretation of the first two
	planted []string // raw values in the texts

	restored bool // from a backup
	done     map[string]int
	codes    map[string]int

	mu     sync.Mutex
	bodies bytes.Buffer // of every webhook
}

func TestRandomWalkThroughTheWholeTown(t *testing.T) {
	beside(t)
	w := &wander{town: newTown(t), r: rand.New(rand.NewPCG(5, 8)), done: map[string]int{}, codes: map[string]int{}}
	w.site = w.subscribe("down")
	w.site.Tap = func(body []byte) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.bodies.Write(body)
	}
	w.check(w.policy.Grant(t.Context(), policy.Grant{User: "editor", Role: policy.Emergency, Unit: "town"}, person("root")))
	_, err := w.policy.Delegate(t.Context(), policy.Delegation{ID: "leave", To: "deputy", Role: policy.Publisher, Unit: "town", End: gongkai.Millis(time.Now().Add(time.Hour)), Reason: "休假"}, []string{"town"}, person("publisher"))
	w.check(err)
	w.start()
	w.quiet()
	for n := range 6 {
		kind := "notice"
		if n == 5 {
			kind = content.Interpretation
		}
		it, err := w.engine.Create(t.Context(), person("editor"), workflow.NewItem{Kind: kind, Unit: "town", Fields: w.text(kind), Placements: []content.Placement{{Column: "www-notices", Home: true}, {Column: "mirror-notices"}}})
		w.check(err)
		w.items, w.what = append(w.items, it.ID), it.ID
	}
	rounds, atMost := 3, 25
	if testing.Short() {
		rounds, atMost = 2, 2
	}
	// Which acts succeed depends on how quick the workers are: the walk goes on
	// until each has.
	for n := 0; n < rounds || n < atMost && len(w.missing()) > 0; n++ {
		for range 100 {
			w.wanderOn()
			switch {
			case w.r.IntN(25) == 0:
				w.check(w.queue.Wipe(t.Context()))
			case w.r.IntN(20) == 0:
				w.site.Misbehave(2, []receiver.Trick{receiver.Status(500), receiver.LoseAnswer(), receiver.Reset()}[w.r.IntN(3)])
			}
		}
		w.quiet()
		w.compare()
	}
	t.Logf("done %v", w.done)
	t.Logf("refused %v", w.codes)
	if missing := w.missing(); len(missing) > 0 && !testing.Short() {
		t.Errorf("never done: %v", missing)
	}
	w.search()
}

// missing are the acts and ways that were not done yet.
func (w *wander) missing() []string {
	all := []string{"save", "resolve", "submit", "pass", "correct", "return", "release", "suspend", "ask_withdraw", "withdraw", "resume", "decline", "bundle", inBundle, byDeputy, inEmergency, "later_pass"}
	return slices.DeleteFunc(all, func(act string) bool { return w.done[act] > 0 })
}

// Ways to the public that are counted beside the acts.
const (
	inBundle    = "released in a bundle"
	byDeputy    = "released by a deputy"
	inEmergency = "released in an emergency"
)

// text has personal data that no other text has.
func (w *wander) text(kind string) content.Fields {
	n := len(w.planted)
	id, phone := citizen(n), fmt.Sprintf("138%08d", 13_570_000+n)
	w.planted = append(w.planted, id, phone)
	ref, err := w.content.Files.Add(w.t.Context(), person("editor"), "名单.csv", strings.NewReader("姓名,身份证号,电话\n张三,"+id+","+phone+"\n"))
	w.check(err)
	v := fields(fmt.Sprintf("关于公布第%d批名单的通知", n))
	v["body"] = v["body"].(string) + "<p>李四,身份证号:" + id + ",联系电话" + phone + "。</p>"
	if kind == content.Interpretation {
		v["interprets"] = []any{w.items[0], w.items[1]}
	}
	v["attachments"] = []content.FileRef{{Digest: ref.Digest, Name: "名单" + phone + ".csv"}}
	return v
}

// citizen is an ID number with a right check digit, of nobody.
func citizen(n int) string {
	s := fmt.Sprintf("11010119900307%03d", n%1000)
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * weight
	}
	return s + string("10X98765432"[sum%11])
}

// pick is an item, and mostly one that goes with others until such a one has
// been released: that is rare.
func (w *wander) pick() string {
	if w.done[inBundle] == 0 && w.r.IntN(3) > 0 {
		for _, id := range w.items[:2] {
			if len(w.get(id).Bundle) > 0 {
				return id
			}
		}
	}
	return w.items[w.r.IntN(len(w.items))]
}

// wanderOn tries one act that could succeed, now and then by the wrong person.
func (w *wander) wanderOn() {
	id := w.pick()
	eventually(w.t, "a sheet", func() bool { return w.get(id).Work.State != content.Checking || w.r.IntN(50) == 0 })
	it := w.get(id)
	who, s := w.choose(it)
	if who == "publisher" && w.r.IntN(3) == 0 {
		who, s.For = "deputy", who
	}
	if w.r.IntN(12) == 0 {
		s.For, who = "", []string{"editor", "both1", "both2", "both3", "secret", "publisher", "stranger"}[w.r.IntN(7)]
	}
	var err error
	if s.Act == "save" {
		_, err = w.engine.Save(w.t.Context(), person(who), id, workflow.Draft{Fields: w.text(it.Kind)})
	} else {
		_, err = w.step(who, id, s)
	}
	if err != nil {
		w.codes[gongkai.CodeOf(err)]++
		for _, raw := range w.planted {
			if strings.Contains(err.Error(), raw) {
				w.t.Errorf("%s: the refusal says what it must not", s.Act)
			}
		}
		return
	}
	w.done[s.Act]++
	if s.Act != "release" {
		return
	}
	for way, is := range map[string]bool{inBundle: len(it.Bundle) > 0, byDeputy: s.For != "", inEmergency: it.Work.Emergency != nil} {
		if is {
			w.done[way]++
		}
	}
}

// choose picks what fits the item's states: work mostly goes on.
func (w *wander) choose(it content.Item) (who string, s workflow.Step) {
	if it.Live.State != content.NotLive && w.r.IntN(4) == 0 {
		return w.chooseLive(it)
	}
	s = workflow.Step{Sheet: it.Work.SheetDigest, Opinion: "意见", Judgements: affirmed}
	switch it.Work.State {
	case content.Draft, content.Returned:
		return "editor", w.chooseDraft(it, s)
	case content.AtStage:
		who = signers[it.Work.Stage]
		switch s.Act = "pass"; w.r.IntN(12) {
		case 0:
			s.Act = "return"
		case 1, 2:
			s.Act, s.Patch = "correct", []workflow.Patch{{Place: "title", Start: 0, End: 2, Old: "关于", New: "有关"}}
		}
		return who, s
	case content.Ready:
		s.Act, s.Settles = "release", true
		if it.Live.State == content.Suspended || it.Live.Asked != nil {
			return "chief", s
		}
		return "publisher", s
	case content.Checking:
		s.Act = "recall"
		return "editor", s
	}
	s.Act = "save"
	return "editor", s
}

var signers = map[string]string{"merged_1": "both1", "merged_2": "both2", "merged_3": "both3", "final_confirm": "both3", "emergency_1": "both2", "emergency_2": "both3"}

// chooseDraft mostly submits; the first two documents take the interpretation
// along, which seldom goes by itself.
func (w *wander) chooseDraft(it content.Item, s workflow.Step) workflow.Step {
	acts := []string{"submit", "submit", "resolve", "save"}
	switch it.ID {
	case w.what:
		acts = []string{"resolve", "resolve", "resolve", "resolve", "save", "submit"}
	case w.items[0], w.items[1]:
		if acts = append(acts, "bundle"); len(it.Bundle) == 0 {
			acts = append(acts, "bundle", "bundle")
		}
	}
	s.Act, s.Note, s.Reason = acts[w.r.IntN(len(acts))], noteFor(it), "险情"
	for _, m := range it.Bundle {
		s.Note = orElse(s.Note, noteFor(w.get(m.Item)))
	}
	s.Emergency = s.Act == "submit" && len(it.Bundle) == 0 && w.r.IntN(5) == 0
	if s.Act == "bundle" && w.r.IntN(5) > 0 {
		s.Members = []string{w.what}
	}
	if s.Act == "resolve" {
		s.Resolutions = []content.Resolution{{Kind: "id_card", Act: "mask"}, {Kind: "mobile", Act: "mask"}}
	}
	return s
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (w *wander) chooseLive(it content.Item) (who string, s workflow.Step) {
	s = workflow.Step{Edition: it.Live.Edition, Reason: "核实有误", Privacy: w.r.IntN(3) == 0}
	for _, r := range it.Later {
		if r.Closed == 0 && w.r.IntN(2) == 0 {
			s.Act, s.Edition, s.Sheet, s.Opinion, s.Judgements = "later_pass", r.Edition, r.Digest, "同意", affirmed
			return signers[r.Stage], s
		}
	}
	switch {
	case it.Live.Asked != nil:
		s.Act = []string{"withdraw", "decline"}[w.r.IntN(2)]
		return "both3", s
	case it.Live.State == content.Suspended && w.r.IntN(2) == 0:
		s.Act = "resume"
		return "both3", s
	case it.Live.State == content.Published && w.r.IntN(2) == 0:
		s.Act = "suspend"
		return "both1", s
	}
	s.Act = "ask_withdraw"
	s.Tombstone = &content.Tombstone{Type: []string{"notice", "gone", "vanish"}[w.r.IntN(3)]}
	return "secret", s
}

// compare holds each outside world against f(item, channel), in the test's own
// words.
func (w *wander) compare() {
	w.t.Helper()
	var steps int64
	for _, id := range w.items {
		it := w.get(id)
		steps += it.StepN
		if it.Work.State == content.Bundled && !workOf(w.get(it.Lead.Item), it.Lead.Round) {
			w.t.Errorf("a member is held by a lead that has left it")
		}
		if l := it.Live.Lead; l != nil && (it.Live.By == "" || len(it.Live.Signoffs) == 0 || it.Live.Signoffs[len(it.Live.Signoffs)-1].Sheet != l.Digest) {
			w.t.Errorf("a member is live without the signatures of its lead: %+v", it.Live)
		}
		if it.Seq == 0 {
			continue
		}
		shows := it.Live.State == content.Published
		for _, p := range it.Live.Placed {
			page := w.page(id, p.Site)
			state := map[string]string{content.Published: "edition", content.Suspended: "suspended"}[it.Live.State]
			if it.Live.Tombstone != nil {
				state = it.Live.Tombstone.Type
			}
			if page.State != state || page.Seq != it.Seq || page.Listed != shows || page.Path != p.Path || shows && page.Digest != it.Live.Digest || !shows && page.Title != "" {
				w.t.Errorf("item live %s seq %d: page of %s shows %+v", it.Live.State, it.Seq, p.Site, page)
			}
			hit, err := w.index.Get(w.t.Context(), page.ID)
			if (err == nil) != shows || hit.Seq > it.Seq {
				w.t.Errorf("item live %s: index of %s: %+v %v", it.Live.State, p.Site, hit, err)
			}
		}
		w.compareSite(it)
		w.compareEditions(it)
	}
	report, err := w.trail.Verify(w.t.Context())
	w.check(err)
	if !report.OK() || report.Count != steps && !w.restored { // what was done since a backup is lost with its trail
		w.t.Errorf("the trail holds %d of %d steps, %v", report.Count, steps, report.Problems)
	}
}

// workOf: the item is under way in that round.
func workOf(lead content.Item, round string) bool {
	return lead.Work.Round == round && (lead.Work.State == content.Checking || lead.Work.State == content.AtStage || lead.Work.State == content.Ready)
}

func (w *wander) compareSite(it content.Item) {
	w.t.Helper()
	shown := w.site.Shown()[it.ID]
	want := map[string]string{content.Published: "edition", content.Suspended: "suspended", content.Tombstoned: "withdrawn"}[it.Live.State]
	if shown.State != want || shown.Seq > it.Seq || (shown.HTML != "") != (want == "edition") || want == "edition" && (shown.Digest != it.Live.Digest || shown.Title != it.Live.Title) {
		w.t.Errorf("item live %s seq %d (%s): downstream shows %s seq %d (%s)", it.Live.State, it.Seq, it.Live.Digest, shown.State, shown.Seq, shown.Digest)
	}
}

func (w *wander) compareEditions(it content.Item) {
	w.t.Helper()
	for n := int64(1); n <= it.Editions; n++ {
		e, err := w.public.Editions.Get(w.t.Context(), publication.EditionID(it.ID, n))
		if gongkai.Is(err, gongkai.Missing) {
			continue // called back before it was told
		}
		struck := false
		for _, s := range it.Live.Struck {
			struck = struck || s == n
		}
		if err != nil || e.Struck != struck || (e.Bytes == "") != struck {
			w.t.Errorf("edition %d: struck %v, want %v (%v)", n, e.Struck, struck, err)
		}
	}
}

// search looks for every raw value in everything that is public.
func (w *wander) search() {
	w.t.Helper()
	heap := map[string][]byte{"webhooks": w.bodies.Bytes()}
	for _, pattern := range []string{"public.db*", "index.db*"} {
		files, err := filepath.Glob(filepath.Join(w.dir, pattern))
		w.check(err)
		for _, f := range files {
			heap[filepath.Base(f)], err = os.ReadFile(f)
			w.check(err)
		}
	}
	for list := w.bucket.List(nil); ; {
		obj, err := list.Next(w.t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		w.check(err)
		heap["file "+obj.Key], err = w.bucket.ReadAll(w.t.Context(), obj.Key)
		w.check(err)
	}
	if len(heap) < 4 || len(heap["webhooks"]) == 0 || len(w.planted) < 20 {
		w.t.Fatalf("there is hardly anything to look through: %d places, %d values", len(heap), len(w.planted))
	}
	for where, raw := range heap {
		for _, v := range w.planted {
			if bytes.Contains(raw, []byte(v)) {
				w.t.Errorf("%s holds a raw value", where)
				break
			}
		}
	}
}
