// Aggregation (数据汇聚): what each item says of a person may be harmless; all
// of them together are not. An item is judged together with what the unit's
// other live items say of the same people.

package workflow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai/content"
	"gongkai/policy/privacy"
)

// DefaultAggregation is the least weight of what can be read of somebody, in
// all items together, that has to be decided about.
const DefaultAggregation = 6

// weights say how much the public learns of a person who stands there by name:
// by what is to be read in full. Whatever is masked weighs 1.
var weights = [...]struct {
	kind string
	full int
}{
	{"id_card", 6}, {"passport", 6}, {"regional_id", 6}, {"bank_card", 6}, {"social_security", 6}, {"medical_insurance", 6}, {"health", 6}, {"minor", 6},
	{"mobile", 5}, {"address", 5}, {"property", 5}, {"phone", 4}, {"birth_date", 3}, {"plate", 3}, {"email", 3},
}

// factAt is where a kind stands in weights.
var factAt = func() map[string]int {
	at := map[string]int{}
	for i, w := range weights {
		at[w.kind] = i
	}
	return at
}()

// sight is how much of a fact the public reads.
type sight uint8

const (
	unseen    sight = iota
	inPart          // masked
	undecided       // as long as nobody has decided
	inFull
)

// facts are how much can be read of a person, by the order of weights.
type facts [len(weights)]sight

// with is what can be read in both. What nobody has decided yet will be masked,
// most often: it counts as what is known of the same kind from elsewhere.
func (f facts) with(before facts) facts {
	for i, s := range before {
		if f[i] == undecided && s != unseen {
			f[i] = s
		}
		f[i] = max(f[i], s)
	}
	return f
}

// weight sums up.
func (f facts) weight() (sum int) {
	for i, s := range f {
		switch s {
		case inPart:
			sum++
		case undecided, inFull:
			sum += weights[i].full
		}
	}
	return sum
}

// newIn tells whether a fact adds a kind of data to what was known before.
func (f facts) newIn(i int, before facts) bool {
	return f[i] == inFull && before[i] < inFull || f[i] == undecided && before[i] == unseen
}

func (f *facts) see(i int, s sight) { f[i] = max(f[i], s) }

// names are the kinds that can be read; "+" stands behind what is not masked.
func (f facts) names() string {
	var out []string
	for i, s := range f {
		switch s {
		case inPart:
			out = append(out, weights[i].kind)
		case undecided, inFull:
			out = append(out, weights[i].kind+"+")
		}
	}
	return strings.Join(out, " ")
}

// factsNamed is the inverse; kinds of another program are passed over.
func factsNamed(names string) (f facts) {
	for _, name := range strings.Fields(names) {
		kind, whole := strings.CutSuffix(name, "+")
		if i, is := factAt[kind]; is {
			f[i] = inPart
			if whole {
				f[i] = inFull
			}
		}
	}
	return f
}

// inSight is how much of a finding the public reads, or would.
func inSight(f content.Finding, d content.Decisions) sight {
	r, settled := d.Settle(f)
	switch {
	case f.Level == content.Warn, r.Act == content.ActRemove:
		return unseen
	case !settled:
		return undecided
	case r.Act == content.ActMask:
		return inPart
	}
	return inFull
}

// portrait is what an item says of one person.
type portrait struct {
	content.Person
	facts
	keys []string // without numbers of which somebody said that they are nobody's
}

// portraits are what an item says of its people as it stands decided.
func portraits(people []content.Person, fs []content.Finding, d content.Decisions) []portrait {
	out := make([]portrait, 0, len(people))
	for _, p := range people {
		if slices.Max(p.At) >= len(fs) {
			continue // of a program that found more under the same rules
		}
		one := portrait{Person: p}
		for _, i := range p.At {
			one.see(factAt[fs[i].Kind], inSight(fs[i], d))
			if slices.Contains(fs[i].Evidence, content.Minor) {
				one.see(factAt[content.Minor], inSight(fs[i], d))
			}
		}
		for k, key := range p.Keys {
			if r, _ := d.Settle(fs[p.By[k]]); r.Act != content.ActNotPersonal {
				one.keys = append(one.keys, key)
			}
		}
		if len(one.keys) > 0 {
			out = append(out, one)
		}
	}
	return out
}

// told is what other live items say of a person.
type told struct {
	facts
	items []content.Item // the newest first
}

// together are the findings that an item makes with what else of its unit is
// live: new data of people whom the public knows from there. Only earlier items
// count for one that is live itself.
func (e *Engine) together(ctx context.Context, it content.Item, fs []content.Finding, people []content.Person, rs []content.Resolution) ([]content.Finding, error) {
	if e.Aggregation <= 0 || len(people) == 0 {
		return nil, nil
	}
	all := portraits(people, fs, content.Decided(rs))
	all = slices.DeleteFunc(all, func(p portrait) bool { return slices.Max(p.facts[:]) < undecided })
	before, err := e.toldOf(ctx, it, all)
	if err != nil {
		return nil, err
	}
	var out []content.Finding
	d, seen := content.Decided(rs), map[string]bool{}
	for i, p := range all {
		for _, at := range e.added(p, before[i]) {
			for _, n := range p.At {
				if f := fs[n]; factAt[f.Kind] == at && inSight(f, d) == p.facts[at] && !seen[f.Key] {
					seen[f.Key] = true
					out = append(out, e.aggregated(it.ID, f, p.facts, before[i]))
				}
			}
		}
	}
	return out, nil
}

// added are the facts that are new of a person whom the public knows, if all
// together weighs too much.
func (e *Engine) added(p portrait, before told) (out []int) {
	if len(before.items) == 0 || p.facts.with(before.facts).weight() < e.Aggregation {
		return nil
	}
	for i := range p.facts {
		if p.newIn(i, before.facts) {
			out = append(out, i)
		}
	}
	return out
}

// aggregated is the finding over one that is new of a person. What was said of
// it holds as long as nothing more is known of the person from elsewhere.
func (e *Engine) aggregated(item string, f content.Finding, now facts, before told) content.Finding {
	out := content.Finding{Key: e.secret.Sum(content.Aggregation, item, f.Key, before.names()), Of: f.Key, Place: f.Place, Start: f.Start, End: f.End, Line: f.Line,
		Kind: content.Aggregation, Level: string(privacy.Ask), Preview: f.Preview, Fixed: f.Fixed, Evidence: []string{"new:" + f.Kind}}
	for i, s := range before.facts {
		switch {
		case s == inPart:
			out.Evidence = append(out.Evidence, "masked:"+weights[i].kind)
		case s > inPart:
			out.Evidence = append(out.Evidence, "shown:"+weights[i].kind)
		}
	}
	for _, other := range before.items[:min(len(before.items), namedItems)] {
		out.Evidence = append(out.Evidence, "item:"+nameOf(other))
	}
	out.Evidence = append(out.Evidence, fmt.Sprintf("weight:%d", now.with(before.facts).weight()))
	out.AdviceZh, out.AdviceEn = adviceOn(f, before)
	return out
}

// namedItems is how many earlier items a finding names.
const namedItems = 3

// nameOf names a live item as the public knows it.
func nameOf(it content.Item) string {
	return strings.TrimSpace(it.IndexNo + "《" + it.Live.Title + "》")
}

// adviceOn says with what a finding comes together, and what to do.
func adviceOn(f content.Finding, before told) (zh, en string) {
	var kindsZh, kindsEn []string
	for i, s := range before.facts {
		if s == unseen || weights[i].kind == content.Minor { // that is said of the number
			continue
		}
		z, n := KindName(weights[i].kind)
		if s == inPart {
			z, n = z+"（已遮掩）", n+" (masked)"
		}
		kindsZh, kindsEn = append(kindsZh, z), append(kindsEn, n)
	}
	newZh, newEn := KindName(f.Kind)
	where, more, moreEn := nameOf(before.items[0]), "", ""
	if n := len(before.items) - 1; n > 0 {
		more, moreEn = fmt.Sprintf("等%d件", n+1), fmt.Sprintf(" and %d more", n)
	}
	zh = fmt.Sprintf("同一人已见于本单位公开的%s%s（%s），本件又新增%s，合在一起可能泄露个人情况。请遮掩（mask）或删去（remove）新增的内容；确需公开的，由保密审查员写明依据（keep或not_personal）",
		where, more, strings.Join(kindsZh, "、"), newZh)
	en = fmt.Sprintf("the same person stands in what the unit has published: %s%s (%s). New here: %s. Together they may tell too much. Mask it or take it out; if it has to be public, the secrecy officer says so with the basis (keep or not_personal)",
		where, moreEn, strings.Join(kindsEn, ", "), newEn)
	return zh, en
}

// toldOf looks up what other live items say of people, in batches.
func (e *Engine) toldOf(ctx context.Context, it content.Item, people []portrait) ([]told, error) {
	out, l := make([]told, len(people)), &lookup{engine: e, it: it, items: map[string]*content.Item{}}
	order := make([]int, len(people))
	for i := range people {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(people[a].keys[0], people[b].keys[0]) })
	for len(order) > 0 {
		l.wanted = map[string][]int{}
		for len(order) > 0 && len(l.wanted)+len(people[order[0]].keys) <= max(lookupKeys, len(people[order[0]].keys)) {
			for _, key := range people[order[0]].keys {
				l.wanted[key] = append(l.wanted[key], order[0])
			}
			order = order[1:]
		}
		if err := l.batch(ctx, people, out); err != nil {
			return nil, err
		}
	}
	for i := range out {
		slices.SortFunc(out[i].items, func(a, b content.Item) int {
			return cmp.Or(cmp.Compare(b.Live.Released, a.Live.Released), cmp.Compare(a.ID, b.ID))
		})
	}
	return out, nil
}
