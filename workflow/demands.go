// Demands of an installation: those of the program, made stricter.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// demandDoc is what an administrator has made stricter; its id is the code.
type demandDoc struct {
	store.Meta
	Reviews int    `json:"reviews"`
	Proofs  int    `json:"proofs"`
	Secrecy int    `json:"secrecy"`
	People  int    `json:"people"`
	By      string `json:"by"`
	At      int64  `json:"at"`
}

func openDemands(ctx context.Context, c *content.Content) (*store.Collection[demandDoc], error) {
	return store.Use(ctx, c.DB, store.Spec[demandDoc]{Name: "demands", Schema: 1})
}

// atLeast is the demand that asks for what both ask for.
func (d Demand) atLeast(o Demand) Demand {
	d.Reviews, d.Proofs, d.Secrecy, d.People = max(d.Reviews, o.Reviews), max(d.Proofs, o.Proofs), max(d.Secrecy, o.Secrecy), max(d.People, o.People)
	return d
}

// Demands are what tiers and findings ask for here: no less than the program
// says, and of a tier no less than of the one below.
func (e *Engine) Demands(ctx context.Context) ([]Demand, error) {
	docs, err := content.All(ctx, e.demands)
	out := slices.Clone(Demands)
	for i := range out {
		for _, doc := range docs {
			if doc.ID == out[i].Code {
				out[i] = out[i].atLeast(Demand{Reviews: doc.Reviews, Proofs: doc.Proofs, Secrecy: doc.Secrecy, People: doc.People})
			}
		}
		if i > 0 && out[i].Code != minors {
			out[i] = out[i].atLeast(out[i-1])
		}
	}
	return out, err
}

// mostDemanded bounds a demand: more nobody could meet.
const mostDemanded = 20

// SetDemand makes the demand of a tier, or of a finding, stricter than the
// program's. It is refused where it would be laxer than that, or where no
// pipeline asks for as much: every item of the tier would be stopped.
func (e *Engine) SetDemand(ctx context.Context, actor gongkai.Actor, d Demand) (Demand, error) {
	i := slices.IndexFunc(Demands, func(f Demand) bool { return f.Code == d.Code })
	if i < 0 {
		return d, gongkai.E(gongkai.Missing, "tier", "没有这个风险等级", "there is no such tier")
	}
	d.Zh, d.En = Demands[i].Zh, Demands[i].En
	if err := first(d.stricterThan(Demands[i]), e.metBySome(ctx, d)); err != nil {
		return d, err
	}
	_, err := e.demands.Upsert(ctx, d.Code, func(doc *demandDoc, _ bool) error {
		doc.Reviews, doc.Proofs, doc.Secrecy, doc.People, doc.By, doc.At = d.Reviews, d.Proofs, d.Secrecy, d.People, actor.ID, gongkai.Millis(e.now())
		return nil
	})
	if err != nil {
		return d, err
	}
	all, err := e.Demands(ctx)
	return all[i], err
}

// stricterThan refuses what asks for less than the program does.
func (d Demand) stricterThan(floor Demand) error {
	var bad []gongkai.Detail
	for _, c := range []struct {
		where      string
		want, from int
	}{{"reviews", d.Reviews, floor.Reviews}, {"proofs", d.Proofs, floor.Proofs}, {"secrecy", d.Secrecy, floor.Secrecy}, {"people", d.People, floor.People}} {
		if c.want < c.from || c.want > mostDemanded {
			bad = append(bad, gongkai.Detail{Where: c.where, Code: "range", Zh: fmt.Sprintf("应为%d至%d", c.from, mostDemanded), En: fmt.Sprintf("must be %d to %d", c.from, mostDemanded)})
		}
	}
	if len(bad) > 0 {
		return gongkai.E(gongkai.Invalid, "laxer", "要求只能比程序所定的更严，不得更低", "demands may be stricter than those of the program, never laxer", bad...)
	}
	return nil
}

// metBySome wants a pipeline that asks for as much.
func (e *Engine) metBySome(ctx context.Context, d Demand) error {
	all, err := e.Pipelines(ctx)
	if err != nil {
		return err
	}
	for _, p := range newestOf(all) {
		if p.meets(d) {
			return nil
		}
	}
	return gongkai.E(gongkai.Blocked, "no_pipeline", "没有达到该要求的审校流程，该等级的信息将无法送审：请先增加流程", "no pipeline asks for as much, and nothing of this tier could be submitted: add such a pipeline first")
}

// Summary is what the trail says of a demand.
func (d Demand) Summary() map[string]string {
	return map[string]string{"reviews": strconv.Itoa(d.Reviews), "proofs": strconv.Itoa(d.Proofs), "secrecy": strconv.Itoa(d.Secrecy), "people": strconv.Itoa(d.People)}
}
