// Every writing route, every text it takes: none keeps what is personal.

package api

import (
	"database/sql"
	"encoding/json"
	"maps"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/policy"
	"gongkai/store"
)

// ownText are the tables that hold what people wrote as they wrote it: the
// restricted originals, shown to who may see them alone.
var ownText = []string{"revisions", "working"}

// clean demands that a value stands nowhere but in restricted originals: not in
// a table, not in the log.
func (o *office) clean(value string, besides ...string) {
	o.t.Helper()
	if strings.Contains(o.log.String(), value) {
		o.t.Error("the log holds the value")
	}
	copied := filepath.Join(o.t.TempDir(), "copy.db")
	if err := o.content.DB.(*store.SQLite).Snapshot(o.t.Context(), copied, nil); err != nil {
		o.t.Fatal(err)
	}
	db, err := sql.Open("sqlite", copied)
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	tables := 0
	for _, table := range column(o.t, db, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		if slices.ContainsFunc(append(besides, ownText...), func(own string) bool { return strings.Contains(table, own) }) {
			continue
		}
		tables++
		for _, row := range column(o.t, db, `SELECT * FROM "`+table+`"`) {
			if strings.Contains(row, value) {
				o.t.Errorf("the table %s holds the value", table)
			}
		}
	}
	if tables < 20 {
		o.t.Errorf("only %d tables were looked at", tables)
	}
}

// column reads all of a query, each row as one text.
func column(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	for rows.Next() {
		cells, into := make([]sql.RawBytes, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := ""
		for _, c := range cells {
			line += string(c) + " "
		}
		out = append(out, strings.TrimSpace(line))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// texts are the properties of a body that take any text, by their path.
func texts(api huma.API, s *huma.Schema, at []string) (out [][]string) {
	if s.Ref != "" {
		s = api.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	switch s.Type {
	case huma.TypeString:
		if len(s.Enum) == 0 {
			out = append(out, at)
		}
	case huma.TypeObject:
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			out = append(out, texts(api, s.Properties[name], append(slices.Clone(at), name))...)
		}
	case huma.TypeArray:
		out = append(out, texts(api, s.Items, append(slices.Clone(at), "0"))...)
	}
	return out
}

// put places a text in a body; what lies on the way is made.
func put(body any, at []string, text string) any {
	if len(at) == 0 {
		return text
	}
	if at[0] == "0" {
		list, _ := body.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		list = slices.Clone(list)
		list[0] = put(list[0], at[1:], text)
		return list
	}
	out := map[string]any{}
	if m, ok := body.(map[string]any); ok {
		out = maps.Clone(m)
	}
	out[at[0]] = put(out[at[0]], at[1:], text)
	return out
}

// anyJSON is a sample's body as the schema sees it.
func anyJSON(t *testing.T, body any) (out any) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// whoMay is somebody whom the door lets in.
func whoMay(t *testing.T, o *office, a Access) string {
	t.Helper()
	for _, who := range everybody {
		if who != "" && !strings.HasPrefix(who, "key:") && expected(o, a, who) {
			return who
		}
	}
	if _, hired := o.users["全域保密员"]; !hired {
		o.hire("全域保密员", policy.SecrecyOfficer, "") // of the whole installation
	}
	if !expected(o, a, "全域保密员") {
		t.Fatalf("nobody comes in at %+v", a)
	}
	return "全域保密员"
}

func TestNoWritingRouteKeepsWhatIsPersonal(t *testing.T) {
	alone(t)
	o, fixture := matrixOffice(t)
	for _, who := range everybody {
		o.as(who)
	}
	requests, tried := samples(fixture), 0
	for _, route := range slices.Sorted(maps.Keys(o.server.routes.doors)) {
		method, path, _ := strings.Cut(route, " ")
		op := operationAt(o, method, path)
		if !writes(method) || op == "" || op == "sign-out" || op == "upload" {
			continue
		}
		who, body := "", anyJSON(t, requests[op].body)
		if access := o.server.routes.doors[route]; access.Door != Public {
			who = whoMay(t, o, access)
		}
		described := map[string]*huma.Operation{}
		for _, one := range operations(o.server.routes.api.OpenAPI().Paths[path]) {
			described[one.Method] = one
		}
		if described[method].RequestBody == nil || described[method].RequestBody.Content["application/json"] == nil {
			continue // a file of word lists is read by rows
		}
		for _, at := range texts(o.server.routes.api, described[method].RequestBody.Content["application/json"].Schema, nil) {
			for _, text := range []string{rawID, "经办人身份证号" + rawID + "，请核"} {
				tried++
				got := o.as(who).do(method, requests[op].path, put(body, at, text))
				if got.status >= 500 {
					t.Errorf("%s %v: %d", op, at, got.status)
				}
				if strings.Contains(got.body, rawID) && op != "put-working" { // one's own working copy
					t.Errorf("%s %v: the answer repeats it: %s", op, at, got.body)
				}
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d texts were tried", tried)
	}
	o.clean(rawID)
}

func TestAPathThatMakesSomethingCarriesNoNumber(t *testing.T) {
	o := newOffice(t)
	id := strings.ToLower(rawID)
	for _, c := range []struct{ path, body string }{
		{"/api/v1/units/" + id, `{"name":"白水镇人民政府","parent":"county"}`},
		{"/api/v1/sites/" + rawMobile, `{"name":"分站","unit":"county"}`},
		{"/api/v1/columns/a-" + rawMobile, `{"site":"portal","slug":"x","name":"公告"}`},
		{"/api/v1/subscribers/" + rawMobile, `{"name":"大厅","url":"https://hall.example/"}`},
	} {
		p := o.as("administrator").do(http.MethodPut, c.path, c.body).hides(rawMobile, id).refused(400, "personal")
		if len(p.Errors) == 0 || p.Errors[0].Where != "path.id" {
			t.Errorf("%s: places %+v", c.path, p.Errors)
		}
	}
}

// What is written about an item is masked: its sense stays, its number goes.
func TestWhatPeopleWriteAboutAnItemIsKeptMasked(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	words := "当事人身份证号" + rawID + "有误"
	step := func(who string, more map[string]any) {
		t.Helper()
		o.act(who, id, more).is(200).hides(rawID)
	}
	step(policy.SecrecyOfficer, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "keep", "kind": "id_card", "basis": words}}})
	step("editor", map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "mask", "kind": "mobile", "basis": words}}})
	step("editor", map[string]any{"act": "submit"})
	if err := o.engine.Build(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	it, err := o.content.Items.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	o.hire("一审人", policy.Reviewer1, "county")
	if err := o.policy.Grant(t.Context(), policy.Grant{User: o.users["一审人"].ID, Role: policy.Proofreader1, Unit: "county"}, gongkai.System); err != nil {
		t.Fatal(err)
	}
	step("一审人", map[string]any{"act": "return", "sheet": it.Work.SheetDigest, "opinion": words})
	got := o.as("auditor").get("/api/v1/items/" + id + "/steps").is(200).hides(rawID).body
	if !strings.Contains(got, "有误") || !strings.Contains(got, "11*") {
		t.Errorf("the opinion lost its sense: %s", got)
	}
	o.keptByBasis(id)
}

// keptByBasis demands that the number is in the sheet, where it was kept by
// law, and nowhere else.
func (o *office) keptByBasis(id string) {
	o.t.Helper()
	page := o.as("editor").get("/api/v1/items/" + id).is(200)
	page.hides(rawID)
	if !strings.Contains(page.body, `"basis":"当事人身份证号11`) {
		o.t.Errorf("the basis is not kept masked: %s", page.body)
	}
}

// A field that looks at nothing has to say who looks instead.
func TestTheReasonsForLookingAwayAreKnown(t *testing.T) {
	var walk func(reflect.Type, map[reflect.Type]bool)
	walk = func(v reflect.Type, seen map[reflect.Type]bool) {
		if seen[v] {
			return
		}
		seen[v] = true
		switch v.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			walk(v.Elem(), seen)
		case reflect.Struct:
			for i := range v.NumField() {
				if reason, given := v.Field(i).Tag.Lookup(gateTag); given && !slices.Contains([]string{"engine", "secret", "hashed", "own"}, reason) {
					t.Errorf("%s.%s: %q is no reason", v, v.Field(i).Name, reason)
				}
				walk(v.Field(i).Type, seen)
			}
		}
	}
	seen := map[reflect.Type]bool{}
	for _, in := range []any{newItem{}, saveIn{}, workingIn{}, stepIn{}, userIn{}, setPasswordIn{}, signInBody{}, passwordBody{}, firstBody{}, keyIn{}} {
		walk(reflect.TypeOf(in), seen)
	}
}
