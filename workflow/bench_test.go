package workflow

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

func BenchmarkApplyPass(b *testing.B) {
	d := staffed(b)
	w := waiting(d, b)
	s := pass(w)
	s.ID = "step-of-a-bench"
	world := d.world(person("review1"), w, s)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Apply(w, s, world); err != nil {
			b.Fatal(err)
		}
	}
}

func waiting(d *desk, b *testing.B) content.Item {
	it := d.must(b, d.draft(b, "editor"), "editor", Step{Act: "submit"})
	return d.must(b, it, gongkai.System.ID, Step{Act: "built"})
}

// threeKB is a notice of about 3 KB with some personal data in it.
func threeKB() content.Fields {
	var body strings.Builder
	for i := range 12 {
		fmt.Fprintf(&body, "<p>%d、各单位要切实加强组织领导,明确责任分工,细化工作措施,确保各项任务落到实处,并按时报送工作进展情况。</p>\n", i+1)
	}
	fmt.Fprintf(&body, "<p>联系人:张三,身份证号:%s,手机%s。</p>", idNumber, mobile)
	return content.Fields{"title": "关于进一步做好政务公开工作的通知", "openness": content.Proactive, "publisher": "青禾县人民政府", "date_written": "2026-01-05", "body": body.String()}
}

func BenchmarkBuildSheet3KB(b *testing.B) {
	o := newOffice(b)
	it := o.create(threeKB())
	it = o.must("editor", it.ID, maskAll())
	rev, err := o.c.Revisions.Get(b.Context(), it.Work.Revision)
	o.check(err)
	k, err := o.kind(b.Context(), it.Kind)
	o.check(err)
	b.SetBytes(int64(len(rev.Fields["body"].(string))))
	b.ReportAllocs()
	for b.Loop() {
		if _, left, err := o.buildSheet(b.Context(), it, rev, k); err != nil || len(left) > 0 {
			b.Fatal(left, err)
		}
	}
}

func BenchmarkStepThroughTheEngine(b *testing.B) {
	o := newOffice(b)
	it := o.release(o.sign(o.submit(o.create(threeKB0()).ID)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s := Step{Act: "suspend", Edition: 1, Reason: "核实"}
		who := "proof1"
		if i%2 == 1 {
			s.Act, who = "resume", "review3"
		}
		o.must(who, it.ID, s)
	}
}

func threeKB0() content.Fields {
	v := threeKB()
	v["body"] = strings.ReplaceAll(strings.ReplaceAll(v["body"].(string), idNumber, "略"), mobile, "略")
	return v
}

// How long work lists and steps take does not grow with what is kept: 10,000
// items, with GONGKAI_LONG a million, of which 2 % are under way at one stage of
// one unit, among 5,000 people with two roles each.
func BenchmarkAmongManyItems(b *testing.B) {
	n := 10_000
	if os.Getenv("GONGKAI_LONG") != "" {
		n = 1_000_000
	}
	o := newOffice(b)
	o.staff(5_000)
	live := o.release(o.sign(o.submit(o.create(threeKB0()).ID)))
	o.crowd(n, live, o.submit(o.create(threeKB0()).ID))
	for _, list := range []string{"mine", "sign", "waiting", "unit"} {
		b.Run("list "+list, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				page, err := o.WorkList(b.Context(), gongkai.Actor{ID: "both1", Unit: "county"}, DeskQuery{List: list, Limit: 20})
				if err != nil || list != "waiting" && len(page.Docs) != 20 {
					b.Fatal(len(page.Docs), err)
				}
			}
		})
	}
	b.Run("step", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			s, who := Step{Act: "suspend", Edition: 1, Reason: "核实"}, "proof1"
			if i%2 == 1 {
				s.Act, who = "resume", "review3"
			}
			o.must(who, live.ID, s)
		}
	})
}

// staff gives n more people two roles each.
func (o *office) staff(n int) {
	all := map[string][]policy.Grant{}
	for i := range n {
		who := fmt.Sprintf("person-%d", i)
		for _, j := range []int{0, 3} {
			all[who] = append(all[who], policy.Grant{User: who, Role: businessRoles[(i+j)%len(businessRoles)], Unit: []string{"county", "town"}[i%2]})
		}
	}
	o.hold(all)
}

// crowd keeps n copies of items beside them: every fiftieth of the one under way.
func (o *office) crowd(n int, live, underWay content.Item) {
	o.t.Helper()
	for at := 0; at < n; {
		var copies []content.Item
		for ; at < n && len(copies) < 5_000; at++ {
			it := live
			if at%50 == 0 {
				it = underWay
			}
			it.Meta, it.IndexNo = store.Meta{ID: fmt.Sprintf("copied-item-%07d", at)}, fmt.Sprintf("imported/2025-%07d", at)
			it.Placements = slices.Clone(it.Placements)
			it.Placements[0].Path = "/notices/" + it.ID
			it.Updated += int64(at)
			copies = append(copies, it)
		}
		if made, err := o.c.Items.InsertMany(o.t.Context(), copies); made != len(copies) {
			o.t.Fatal(err)
		}
	}
}
