// Reminders of what is scheduled: it is done by itself, unless its setter may do
// it no more.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"gongkai/content"
	"gongkai/policy"
)

func TestAScheduleThatWillLapseIsRemindedOfBefore(t *testing.T) {
	for name, happens := range map[string]func(*office){
		"the right is lost": func(o *office) {
			o.check(o.pol.Revoke(o.t.Context(), policy.Grant{User: "publisher", Role: policy.Publisher, Unit: "county"}, person("root")))
		},
		"the setter has left": func(o *office) {
			o.Staff = func(_ context.Context, who string) (string, bool, error) { return who, who != "publisher", nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			it := o.planned()
			reminded := func(want ...string) {
				t.Helper()
				var got []string
				o.check(o.EachDue(t.Context(), 2, func(string) func(content.Item, string, bool) error {
					return func(it content.Item, field string, overdue bool) error {
						got = append(got, fmt.Sprint(it.ID, " ", field, " ", overdue))
						return nil
					}
				}))
				if !slices.Equal(got, want) {
					t.Errorf("reminded of %v, want %v", got, want)
				}
			}
			reminded()
			happens(o)
			reminded(it.ID + " scheduled_at false")
			grant(t, o.pol, "publisher2", policy.Publisher, "county")
			o.must("publisher2", it.ID, Step{Act: "unschedule", Do: "release"})
			o.must("publisher2", it.ID, Step{Act: "schedule", Do: "release", At: shownTime(it.ScheduledAt), Sheet: it.Work.SheetDigest})
			reminded()
		})
	}
}
