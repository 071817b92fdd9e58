// Every public change is told by its own event.

package jobs

import (
	"slices"
	"testing"

	"gongkai/channel"
	"gongkai/content"
	"gongkai/workflow"
)

func TestEveryPublicActIsAnEventOfTheTable(t *testing.T) {
	states := map[string]string{"suspend": content.Suspended, "later_object": content.Suspended, "withdraw": content.Tombstoned}
	of := func(act string, detail map[string]string, again bool) string {
		it := content.Item{Live: content.Live{State: content.Published, First: 1, Released: 1}, Steps: []content.StepRecord{{N: 1, Act: act, Detail: detail}}}
		if s, down := states[act]; down {
			it.Live.State = s
		}
		if again {
			it.Live.Released = 2
		}
		return event(it)
	}
	said := []string{channel.EventColumn, of("release", nil, true), of("release", map[string]string{"moved": "true"}, true)}
	for _, act := range workflow.Acts {
		if act.Public {
			said = append(said, of(act.Name, nil, false))
		}
	}
	for _, e := range said {
		if !slices.Contains(channel.Events, e) {
			t.Errorf("%q is none of the events of the table", e)
		}
	}
	for _, e := range channel.Events {
		if !slices.Contains(said, e) {
			t.Errorf("nothing is ever told as %s", e)
		}
	}
}
