package publication_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

// volumed is a public store whose next page of the site "s" is the last one of
// the first volume.
func volumed(t testing.TB) (*publication.Public, *time.Time) {
	t.Helper()
	now := time.UnixMilli(1000)
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "public.db"))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	p, err := publication.Open(t.Context(), db, buckettest.Folders(t, "public"), func() time.Time { return now })
	must(t, err)
	must(t, db.Lift(t.Context(), "volume.s", publication.VolumeSize-1))
	must(t, p.CopySite(t.Context(), content.Site{Meta: store.Meta{ID: "s"}, Updated: 1}))
	return p, &now
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPageStaysInItsVolumeWhateverBecomesOfIt(t *testing.T) {
	p, now := volumed(t)
	said := func() (out string) {
		volumes, err := p.Volumes(t.Context(), "s")
		must(t, err)
		for _, v := range volumes {
			out += fmt.Sprintf("%d@%d:", v.Number, v.Changed)
			must(t, p.EachOfVolume(t.Context(), "s", v.Number, func(page publication.Page) { out += " " + page.Item }))
			out += "; "
		}
		return out
	}
	step := func(item, site, state string, seq int64, want string) {
		t.Helper()
		*now = now.Add(time.Second)
		_, err := p.Show(t.Context(), publication.Page{Item: item, Site: site, Seq: seq, State: state, Path: "/" + item})
		must(t, err)
		if got := said(); got != want {
			t.Errorf("%s %d: %s, want %s", item, seq, got, want)
		}
	}
	step("a", "s", publication.Shows, 1, "1@2000: a; ")
	step("b", "s", publication.Shows, 1, "1@2000: a; 2@3000: b; ")
	step("c", "other", publication.Shows, 1, "1@2000: a; 2@3000: b; ")
	step("d", "s", publication.Shows, 1, "1@2000: a; 2@5000: b d; ")
	step("b", "s", publication.Suspended, 2, "1@2000: a; 2@6000: d; ") // a removal is a change
	step("b", "s", publication.Shows, 3, "1@2000: a; 2@7000: d b; ")
	step("a", "s", publication.Vanish, 2, "2@7000: d b; ") // nothing shows in it
	step("a", "s", publication.Shows, 3, "1@9000: a; 2@7000: d b; ")
}

func TestPagesFromBeforeThereWereVolumesGetTheirs(t *testing.T) {
	p, _ := volumed(t)
	for _, item := range []string{"a", "b"} {
		page := publication.Page{Item: item, Site: "s", Seq: 1, State: publication.Shows, Listed: true}
		page.ID = publication.PageID(item, "s")
		_, err := p.Pages.Insert(t.Context(), page)
		must(t, err)
	}
	if volumes, err := p.Volumes(t.Context(), "s"); err != nil || len(volumes) != 0 {
		t.Errorf("%v, %v", volumes, err)
	}
	for range 2 { // a chore may come twice
		must(t, p.FillVolumes(t.Context()))
		if volumes, err := p.Volumes(t.Context(), "s"); err != nil || len(volumes) != 2 {
			t.Errorf("%v, %v", volumes, err)
		}
	}
}

// The index and one sitemap at 20 thousand and, with GONGKAI_LONG=1, a million.
func BenchmarkVolumes(b *testing.B) {
	sizes := []int{20_000}
	if os.Getenv("GONGKAI_LONG") != "" {
		sizes = append(sizes, 1_000_000)
	}
	p, _ := volumed(b)
	have := 0
	for _, size := range sizes {
		for have < size {
			pages := make([]publication.Page, 0, 1000)
			for range 1000 {
				page := publication.Page{Item: fmt.Sprintf("item%08d", have), Site: "s", Seq: 1, State: publication.Shows, Listed: true, Columns: []string{"a", "b"}, Units: []string{"u"},
					Path: fmt.Sprintf("/open/notices/2026/%08d", have), Title: "关于做好防汛抗旱工作的通知", Published: int64(have), Changed: int64(have), Volume: int64(have)/publication.VolumeSize + 1}
				page.ID = publication.PageID(page.Item, "s")
				pages = append(pages, page)
				have++
			}
			_, err := p.Pages.InsertMany(b.Context(), pages)
			must(b, err)
		}
		b.Run(fmt.Sprintf("index-of-%d", size), func(b *testing.B) {
			for b.Loop() {
				volumes, err := p.Volumes(b.Context(), "s")
				must(b, err)
				if len(volumes) != size/publication.VolumeSize {
					b.Fatal(len(volumes))
				}
			}
		})
		b.Run(fmt.Sprintf("one-of-%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				must(b, p.EachOfVolume(b.Context(), "s", 2, func(publication.Page) { n++ }))
				if n != publication.VolumeSize {
					b.Fatal(n)
				}
			}
		})
	}
}
