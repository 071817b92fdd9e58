package workflow

import (
	"testing"

	"gongkai"
	"gongkai/content"
)

// allowed is the table of acts and states as the architecture page has it,
// written down once more: a change of the program's table must be meant.
// Letters: n none, d draft, c checking, s stage, r returned, j rejected,
// y ready, b bundled; live: n none, e edition, s suspended, t tombstone.
var allowed = []struct{ act, work, live string }{
	{"create", "", "nest"},
	{"save", "ndr", "nest"},
	{"place", "ndr", "nest"},
	{"ask_by", "dr", "n"},
	{"resolve", "dr", "nest"},
	{"submit", "dr", "nest"},
	{"recall", "csy", "nest"},
	{"built", "c", "nest"},
	{"unbuilt", "c", "nest"},
	{"pass", "s", "nest"},
	{"return", "sy", "nest"},
	{"reject", "s", "nest"},
	{"correct", "s", "nest"},
	{"fill", "s", "nest"},
	{"claim", "sy", "nest"},
	{"unclaim", "drjcsy", "nest"},
	{"reassign", "drjsy", "nest"},
	{"reopen", "j", "nest"},
	{"abandon", "drj", "nest"},
	{"release", "y", "nest"},
	{"schedule", "ndcsrjyb", "nest"},
	{"unschedule", "ndcsrjyb", "nest"},
	{"lapse", "ndcsrjyb", "nest"},
	{"suspend", "ndcsrjyb", "e"},
	{"ask_withdraw", "ndcsrjyb", "es"},
	{"withdraw", "ndcsrjyb", "es"},
	{"decline", "ndcsrjyb", "es"},
	{"resume", "ndcsrjyb", "s"},
	{"ask_validity", "ndcsrjyb", "es"},
	{"set_validity", "ndcsrjyb", "es"},
	{"decline_validity", "ndcsrjyb", "es"},
	{"commence", "ndcsrjyb", "es"},
	{"expire", "ndcsrjyb", "es"},
	{"end_publicity", "ndcsrjyb", "es"},
	{"relate", "ndcsrjyb", "e"},
	{"attach_form", "ndcsrjyb", "nest"},
	{"void_form", "ndcsrjyb", "nest"},
	{"preserve", "ndcsrjyb", "nest"},
	{"unpreserve", "ndcsrjyb", "nest"},
	{"purge", "nj", "nest"},
	{"bundle", "dr", "nest"},
	{"hold", "drb", "nest"},
	{"hand_back", "b", "nest"},
	{"follow", "b", "nest"},
	{"interpreted", "ndcsrjyb", "nest"},
	{"later_pass", "ndcsrjyb", "est"},
	{"later_object", "ndcsrjyb", "est"},
	{"reconcile", "ndcsrjyb", "nest"},
	{"transfer", "ndcsrjyb", "nest"},
}

var (
	workLetters = map[byte]string{'n': content.NoWork, 'd': content.Draft, 'c': content.Checking, 's': content.AtStage, 'r': content.Returned, 'j': content.Rejected, 'y': content.Ready, 'b': content.Bundled}
	liveLetters = map[byte]string{'n': content.NotLive, 'e': content.Published, 's': content.Suspended, 't': content.Tombstoned}
)

func TestEveryActStartsOnlyWhereTheTableSays(t *testing.T) {
	if len(allowed) != len(Acts) {
		t.Fatalf("the program has %d acts, this table %d", len(Acts), len(allowed))
	}
	for _, row := range allowed {
		act, ok := ActOf(row.act)
		if !ok {
			t.Fatalf("there is no act %q", row.act)
		}
		for wl, work := range workLetters {
			for ll, live := range liveLetters {
				it := content.Item{Work: content.Work{State: work}, Live: content.Live{State: live}}
				want := has(row.work, wl) && has(row.live, ll)
				err := act.starts(it)
				if (err == nil) != want {
					t.Errorf("%s with work %s, live %s: %v, want allowed=%v", row.act, work, live, err, want)
				}
				if err != nil && (gongkai.CodeOf(err) != "wrong_state" || !gongkai.Is(err, gongkai.Blocked)) {
					t.Errorf("%s: refused with %v", row.act, err)
				}
			}
		}
	}
}

func has(letters string, l byte) bool {
	for i := range letters {
		if letters[i] == l {
			return true
		}
	}
	return false
}

// TestApplyAsksTheTable goes through Apply itself: a state that the table does
// not name is refused before anything else is looked at.
func TestApplyAsksTheTable(t *testing.T) {
	never := func(string, ...string) error { t.Error("the policy was asked"); return nil }
	for _, row := range allowed {
		for wl, work := range workLetters {
			if row.work == "" || has(row.work, wl) {
				continue
			}
			it := content.Item{Work: content.Work{State: work}, Live: content.Live{State: liveLetters[row.live[0]]}}
			w := World{Actor: person("x"), Can: never}
			if act, _ := ActOf(row.act); act.System {
				w.Actor = gongkai.System
			}
			if _, err := Apply(it, Step{ID: "step-1", Act: row.act}, w); gongkai.CodeOf(err) != "wrong_state" {
				t.Errorf("%s with work %s: %v", row.act, work, err)
			}
		}
	}
}

func TestActsOfTheSystemAreNotForPeople(t *testing.T) {
	d := staffed(t)
	it := d.must(t, d.draft(t, "editor"), "editor", Step{Act: "submit"})
	for _, act := range []string{"built", "unbuilt", "hold", "hand_back", "follow", "interpreted", "reconcile", "relate", "transfer", "purge", "no_such_act", ""} {
		d.refused(t, it, person("all"), Step{Act: act}, gongkai.Invalid, "act")
	}
	d.refused(t, it, gongkai.System, Step{Act: "recall"}, gongkai.Invalid, "act")
}
