// check --released: what is public is read again with the rules of today.

package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"gongkai/content"
	"gongkai/workflow"
)

func TestCommandsBesideTheDemo(t *testing.T) {
	t.Parallel()
	d, data, it := busyCounty(t)
	t.Run("judge as it does", func(t *testing.T) { judgedAlike(t, d, data) })
	t.Run("purge originals", func(t *testing.T) { purgedBeside(t, d, data) })
	t.Run("read again what is public", func(t *testing.T) { readAgain(t, d, data, it) })
}

func readAgain(t *testing.T, d *demo, data string, it content.Item) {
	gongkaiRun(t, "", "check", "--released", "--data", data).wants(t, 0, "，0 条有问题，0 条未能复检")
	const number = "110101199003071233"
	_, err := d.content.Sheets.Update(t.Context(), it.Live.Sheet, 0, func(doc *content.Sheet) error { // as rules let it through that knew less
		pub, err := doc.Public()
		if err == nil {
			pub.Fields["body"] = "<p>李四，身份证号" + number + "。</p>"
			doc.Bytes, _, err = content.Canonical(pub)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, more := range [][]string{nil, {"--format", "json"}} {
		said := gongkaiRun(t, "", append([]string{"check", "--released", "--data", data}, more...)...).wants(t, 1, it.ID, "11*************233", "，1 条有问题")
		if strings.Contains(said.out+said.errs, number) {
			t.Error("the number is shown")
		}
		var hit content.Hit
		if more != nil && (json.Unmarshal([]byte(said.out), &hit) != nil || hit.ID != it.ID) {
			t.Errorf("no line of JSON: %s", said.out)
		}
	}
	gongkaiRun(t, "", "check", "--released", "--data", data, "--format", "sarif").wants(t, 2, "--released")
	gongkaiRun(t, "", "check", "--released", "--data", data, "a.txt").wants(t, 2, "--released")
}

// With another weight or term than serve's, one would close what the other
// opens, and date anew what the other dated.
func judgedAlike(t *testing.T, d *demo, data string) {
	by := func(e *workflow.Engine) judging { return judging{e.Aggregation, e.WorkingDays, e.LaterReviewDays} }
	if got := by(d.engine); got != usual {
		t.Errorf("the demo: %+v", got)
	}
	for want, flags := range map[judging][]string{usual: nil, {0, 7, 5}: {"--aggregation=0", "--deadline-days=7"}, {9, 0, 5}: {"--aggregation=9", "--deadline-days=0"}} {
		var c struct {
			dataFlag `embed:""`
		}
		parser, err := kong.New(&c)
		if err == nil {
			_, err = parser.Parse(append(flags, "--data="+data))
		}
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.open(t.Context(), streams{errs: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		if got := by(a.engine); got != want {
			t.Errorf("%v: %+v", flags, got)
		}
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}
}
