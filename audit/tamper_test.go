// Every kind of change to what is stored of the trail, one after the other.

package audit

import (
	"fmt"
	"maps"
	"reflect"
	"testing"

	"gongkai"
	"gongkai/store"
)

// forgeries are copies of v with one field changed in each: every field that the
// type has, so that one which is added later is looked at too.
func forgeries(v reflect.Value) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for i := range v.NumField() {
		field, name := v.Type().Field(i), v.Type().Field(i).Name
		change := func(what string, to reflect.Value) {
			forged := reflect.New(v.Type()).Elem()
			forged.Set(v)
			forged.Field(i).Set(to)
			out[what] = forged
		}
		switch value := v.Field(i); {
		case field.Type == reflect.TypeFor[store.Meta]() || field.Type == reflect.TypeFor[[]Entry]():
		case value.Kind() == reflect.Struct:
			for inner, to := range forgeries(value) {
				change(name+"."+inner, to)
			}
		case value.Kind() == reflect.Int64:
			change(name+" one more", reflect.ValueOf(value.Int()+1))
			change(name+" none", reflect.ValueOf(int64(0)))
		case value.Kind() == reflect.String:
			change(name+" longer", reflect.ValueOf(value.String()+"x"))
			change(name+" none", reflect.ValueOf(""))
		default:
			for what, to := range otherDetails(value.Interface().(map[string]string)) {
				change(name+" "+what, reflect.ValueOf(to))
			}
		}
	}
	for what, forged := range out {
		if reflect.DeepEqual(forged.Interface(), v.Interface()) {
			delete(out, what) // it was empty before
		}
	}
	return out
}

func otherDetails(in map[string]string) map[string]map[string]string {
	more := maps.Clone(in)
	if more == nil {
		more = map[string]string{}
	}
	more["added"] = "x"
	out := map[string]map[string]string{"with one more": more}
	for k := range in {
		less, other := maps.Clone(in), maps.Clone(in)
		delete(less, k)
		other[k] += "x"
		out["without "+k], out["with another "+k] = less, other
	}
	return out
}

// tamper does all of it to each document of a collection.
func tamper[T any](t *testing.T, d *desk, c *store.Collection[T], kept Evidence) (tried int) {
	t.Helper()
	found := func(what string) {
		tried++
		if d.against(t, kept) == "" {
			t.Errorf("%s: nothing found", what)
		}
	}
	p, err := c.Find(t.Context(), store.Query{Limit: 100})
	ok(t, err)
	for i, doc := range p.Docs {
		id := reflect.ValueOf(doc).FieldByName("ID").String()
		put := func(forged T) (refused bool) {
			_, err := c.Update(t.Context(), id, 0, func(now *T) error {
				meta := reflect.ValueOf(now).Elem().FieldByName("Meta").Interface()
				*now = forged
				reflect.ValueOf(now).Elem().FieldByName("Meta").Set(reflect.ValueOf(meta))
				return nil
			})
			if gongkai.Is(err, gongkai.Conflict) {
				return true // the store knows that key already
			}
			ok(t, err)
			return false
		}
		for what, forged := range forgeries(reflect.ValueOf(doc)) {
			put(forged.Interface().(T))
			found(fmt.Sprintf("%s: %s", id, what))
		}
		if i+1 < len(p.Docs) { // this one says what the next one says
			if !put(p.Docs[i+1]) {
				found(id + ": as the next one")
			}
		}
		put(doc)
		ok(t, c.Delete(t.Context(), id, 0))
		found(id + ": removed")
		_, err := c.Insert(t.Context(), doc)
		ok(t, err)
		if numberOf(id) == 0 {
			continue // a second head is nobody's head
		}
		reflect.ValueOf(&doc).Elem().FieldByName("ID").SetString(id + "x") // and one more beside it
		if _, err = c.Insert(t.Context(), doc); gongkai.Is(err, gongkai.Conflict) {
			continue
		}
		ok(t, err)
		found(id + ": copied under another id")
		ok(t, c.Delete(t.Context(), id+"x", 0))
	}
	return tried
}

// TestEveryChangeToWhatIsStoredIsFound changes every field of every document of
// a trail that was signed and pruned, takes each away, and puts one beside it.
func TestEveryChangeToWhatIsStoredIsFound(t *testing.T) {
	d := open(t)
	d.write(t, 2)
	d.sign(t, ourKey)
	d.now = d.now.Add(MinKeep + day)
	d.write(t, 2)
	d.prune(t)
	d.write(t, 1)
	d.sign(t, ourKey)
	kept := ours
	kept.Checkpoints, _, _ = d.Checkpoints(t.Context(), "", 50)
	if got := d.against(t, kept); got != "" {
		t.Fatal(got)
	}
	entries, heads, checkpoints := tamper(t, d, d.entries, kept), tamper(t, d, d.head, kept), tamper(t, d, d.checkpoints, kept)
	if got := d.against(t, kept); got != "" {
		t.Fatal("the trail was not put back as it was:", got)
	}
	t.Logf("%d changes of entries, %d of the head, %d of checkpoints: each was found", entries, heads, checkpoints)
	if entries < 100 || heads < 5 || checkpoints < 60 {
		t.Errorf("only %d, %d and %d were tried", entries, heads, checkpoints)
	}
}
