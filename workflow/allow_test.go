package workflow

import (
	"encoding/json"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
)

// duty is a notice with the mobile of an office's own.
func duty() content.Fields {
	return content.Fields{"title": "关于值班安排的通知", "openness": content.Proactive, "body": "<p>值班手机：" + mobile + "。</p>"}
}

func TestAnOrganisationsOwnNumberMayStandInItsTexts(t *testing.T) {
	o := newOffice(t)
	it := o.create(duty())
	fs := o.findings(it)
	if len(fs) != 1 || fs[0].Kind != "mobile" {
		t.Fatalf("findings %v", kindsOf(fs))
	}
	before, err := o.rules(t.Context(), standing{unit: "county"})
	o.check(err)
	_, err = o.AllowFound(t.Context(), person("editor"), it.ID, fs[0].Key, "值班手机")
	o.refused(err, gongkai.Denied, "missing_grant")
	entry, err := o.AllowFound(t.Context(), person("secret"), it.ID, fs[0].Key, "办公室值班手机"+mobile)
	o.check(err)
	if raw, _ := json.Marshal(entry); strings.Contains(string(raw), mobile) || entry.Preview != "138****8000" || entry.Unit != "county" {
		t.Errorf("entry %s", raw)
	}
	after, err := o.rules(t.Context(), standing{unit: "county"})
	o.check(err)
	if after == before {
		t.Error("findings made before are taken for those of now")
	}
	if fs := o.findings(it); len(fs) != 0 {
		t.Errorf("still found: %v", kindsOf(fs))
	}
	it = o.release(o.sign(o.submit(it.ID)))
	o.pass()
	if hits := o.hits(""); len(hits) != 0 {
		t.Errorf("hits %+v", hits)
	}

	_, err = o.Disallow(t.Context(), person("secret"), "town", entry.ID)
	o.refused(err, gongkai.Missing, "allowed")
	o.check(put(o.Disallow(t.Context(), person("secret"), "county", entry.ID)))
	if now, _ := o.rules(t.Context(), standing{unit: "county"}); now != before {
		t.Errorf("rules %s, want %s", now, before)
	}
	o.pass()
	if hits := o.hits(""); len(hits) != 1 || hits[0].ID != it.ID {
		t.Errorf("what is off the list is no hit: %+v", hits)
	}
}

func TestAListCountsForItsUnitAndThoseBelow(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct{ list, text string }{{"county", "town"}, {"town", "county"}} {
		entry, err := o.Allow(t.Context(), person("secret"), c.list, "mobile", "138 0013 8000", "值班")
		o.check(err)
		again, err := o.Allow(t.Context(), person("secret"), c.list, "mobile", "+86 "+mobile, "值班")
		if o.check(err); again.ID != entry.ID {
			t.Error("one number is there twice")
		}
		a, err := o.allowedIn(t.Context(), c.text)
		o.check(err)
		allowed := a.keys[o.allowKey("mobile", mobile)]
		if want := c.list == "county"; allowed != want {
			t.Errorf("on the list of %s, in a text of %s: %v", c.list, c.text, allowed)
		}
		o.check(put(o.Disallow(t.Context(), person("secret"), c.list, entry.ID)))
	}
}

func TestNobodysIdentityNumberIsAnOrganisations(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	for _, f := range o.findings(it) {
		if f.Kind == "id_card" {
			_, err := o.AllowFound(t.Context(), person("secret"), it.ID, f.Key, "单位的")
			o.refused(err, gongkai.Invalid, "not_allowable")
		}
	}
	_, err := o.Allow(t.Context(), person("secret"), "county", "id_card", idNumber, "单位的")
	o.refused(err, gongkai.Invalid, "not_allowable")
	_, err = o.Allow(t.Context(), person("secret"), "county", "mobile", "12345678901", "单位的")
	o.refused(err, gongkai.Invalid, "value")
	_, err = o.Allow(t.Context(), person("secret"), "county", "mobile", mobile, " ")
	o.refused(err, gongkai.Invalid, "required")
}
