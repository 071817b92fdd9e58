// Programs of two versions on one database: indexes are rebuilt, differences
// are told, and nobody writes index values that the other would miss.

package ferrettest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"gongkai"
	"gongkai/store"
)

type note struct {
	store.Meta
	Title  string   `json:"title,omitempty"`
	Number string   `json:"number,omitempty"`
	Tags   []string `json:"tags"`
}

var (
	byTitle  = store.Index{Name: "title", Fields: []string{"title"}}
	byTag    = store.Index{Name: "tags", Fields: []string{"tags", "title"}}
	byNumber = store.Index{Name: "number", Fields: []string{"number"}, Unique: true}
)

func notes(t *testing.T, db store.DB, indexes ...store.Index) *store.Collection[note] {
	t.Helper()
	c, err := store.Use(t.Context(), db, store.Spec[note]{Name: "notes", Schema: 1, Indexes: indexes})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func find(t *testing.T, c *store.Collection[note], q store.Query) string {
	t.Helper()
	page, err := c.Find(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range page.Docs {
		ids = append(ids, d.ID)
	}
	return strings.Join(ids, " ")
}

func TestANewVersionRebuildsTheIndexesAndTheOldOneNotices(t *testing.T) {
	uri := ferret(t) + "versions"
	old := notes(t, openAt(t, uri), byTitle)
	for i := range 30 {
		if _, err := old.Insert(t.Context(), note{Meta: store.Meta{ID: fmt.Sprintf("n%02d", i)}, Title: fmt.Sprint("t", i%3), Number: fmt.Sprint(i), Tags: []string{"all", fmt.Sprint("x", i%10)}}); err != nil {
			t.Fatal(err)
		}
	}
	db := openAt(t, uri)
	young := notes(t, db, byTag, byNumber)
	if got := find(t, young, store.Query{Where: []store.Cond{store.Eq("tags", "x7")}, Sort: []string{"title"}}); got != "n27 n07 n17" {
		t.Error("by a new index:", got)
	}
	if got := find(t, young, store.Query{Where: []store.Cond{store.In("number", "3", "29")}}); got != "n03 n29" {
		t.Error("by a new unique index:", got)
	}
	got, err := young.Get(t.Context(), "n05")
	if err != nil || got.Rev != 1 {
		t.Error("a rebuild is no write:", got.Rev, err)
	}
	if _, err := old.Insert(t.Context(), note{Title: "late"}); gongkai.CodeOf(err) != "indexes_changed" {
		t.Error("the old version writes on:", err)
	}
	if differences, err := db.IndexDifferences(t.Context()); err != nil || len(differences) > 0 {
		t.Error("the old version's index was left behind:", differences, err)
	}
	_, err = young.Insert(t.Context(), note{Meta: store.Meta{ID: "other"}, Number: "7"})
	if !gongkai.Is(err, gongkai.Conflict) || !strings.Contains(err.Error(), "number") {
		t.Error("a duplicate does not name the index:", err)
	}
	if again := notes(t, openAt(t, uri), byNumber, byTag); find(t, again, store.Query{Where: []store.Cond{store.Eq("number", "4")}}) != "n04" {
		t.Error("the same indexes in another order are the same")
	}
}

func TestIndexDifferencesAreTold(t *testing.T) {
	uri := ferret(t) + "differences"
	db := openAt(t, uri)
	notes(t, db, byTitle, byNumber)
	client, err := mongo.Connect(t.Context(), options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	indexes := client.Database("differences").Collection("notes").Indexes()
	name := func(prefix string) string {
		t.Helper()
		specs, err := indexes.ListSpecifications(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range specs {
			if strings.HasPrefix(s.Name, prefix) {
				return s.Name
			}
		}
		t.Fatal("no index begins with " + prefix)
		return ""
	}
	title, number := name("title_"), name("number_")
	for _, drop := range []string{title, number} {
		if _, err := indexes.DropOne(t.Context(), drop); err != nil {
			t.Fatal(err)
		}
	}
	for name, field := range map[string]string{number: "k.title", "of_the_operator": "doc.tags"} {
		if _, err := indexes.CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: field, Value: 1}}, Options: options.Index().SetName(name)}); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"notes." + title: "missing", "notes." + number: "differs", "notes.of_the_operator": "foreign"}
	check := func(want map[string]string) {
		t.Helper()
		differences, err := db.IndexDifferences(t.Context())
		if err != nil || len(differences) != len(want) {
			t.Fatal(differences, err)
		}
		for _, d := range differences {
			if want[d.Where] != d.Code {
				t.Errorf("%s: %s, want %s", d.Where, d.Code, want[d.Where])
			}
		}
	}
	check(want)
	notes(t, openAt(t, uri), byTitle, byNumber) // a restart makes what is missing, and touches nothing else
	delete(want, "notes."+title)
	check(want)
}

func TestADatabaseThatGoesAndComesBackNeedsNoRestart(t *testing.T) {
	proxy := newProxy(t, ferret(t))
	db, err := store.OpenMongo(t.Context(), proxy.uri+"away", store.MongoOptions{Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	c := notes(t, db, byTitle)
	if _, err := c.Insert(t.Context(), note{Meta: store.Meta{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	proxy.down(true)
	start := time.Now()
	if _, err := c.Get(t.Context(), "a"); !gongkai.Is(err, gongkai.Unavailable) || time.Since(start) > 30*time.Second {
		t.Error(err, time.Since(start))
	}
	if err := db.Ping(t.Context()); !gongkai.Is(err, gongkai.Unavailable) {
		t.Error(err)
	}
	proxy.down(false)
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if _, err = c.Get(t.Context(), "a"); err == nil || time.Now().After(end) {
			break
		}
	}
	if err != nil {
		t.Error("it did not come back:", err)
	}
}
