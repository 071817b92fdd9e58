// Who the findings of a text are about: groups of findings in a row or a
// paragraph, known by keyed hashes of the numbers that are one person's.

package workflow

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gongkai/content"
	"gongkai/policy/privacy"
)

// identifies are the kinds that are one person's, whatever list they stand in.
var identifies = map[string]bool{"id_card": true, "mobile": true, "bank_card": true, "passport": true, "regional_id": true, "social_security": true, "medical_insurance": true}

// mostAlike is how many different numbers of a text may look the same under
// their masks, and one more for each two hundred (those of one township are
// alike): more are guesses of somebody who wants to learn what is under the mask
// in a list that is public.
const mostAlike = 5

// The beginnings of keys. Two people with identity numbers (one each, for life)
// are two, though they share a phone or an account.
const (
	byID     = "i"
	byNumber = "n"
)

// keyLength is as much of a hash as tells some million people apart.
const keyLength = 20

// personKeys are the keys of a value: within its unit, and within those that were
// merged into that, whose lists are known by them.
func (e *Engine) personKeys(units []string, kind, value string) []string {
	out := make([]string, len(units))
	for i, unit := range units {
		out[i] = e.personKey(unit, kind, value)
	}
	return out
}

// personKey is the key of a value within a unit: nobody learns in one unit who
// stands in the lists of another.
func (e *Engine) personKey(unit, kind, value string) string {
	begins := byNumber
	if kind == "id_card" {
		begins = byID
	}
	return begins + e.secret.Sum("person", unit, kind, value)[:keyLength]
}

// people are those whom findings are about.
func (e *Engine) people(units []string, k content.Kind, v content.Fields, fs []found) []content.Person {
	var c crowd
	named, guessed := namesOf(k, v), guesses(fs)
	for _, g := range groupsOf(k, v, fs) {
		p := content.Person{At: g.at}
		for _, i := range g.at {
			var keys []string
			switch f := fs[i]; {
			case identifies[f.Kind] && f.Level != string(privacy.Ask) && f.value != "" && !guessed[f.Kind+f.Preview]:
				keys = e.personKeys(units, f.Kind, f.value)
			case f.Kind == "birth_date" && named[g.row] != "":
				keys = e.personKeys(units, "name", named[g.row]+"|"+f.value)
			}
			p.Keys, p.By = append(p.Keys, keys...), append(p.By, slices.Repeat([]int{i}, len(keys))...)
		}
		c.add(p)
	}
	return c.known()
}

// guesses are the masked forms that too many numbers of a text have.
func guesses(fs []found) map[string]bool {
	alike, seen, numbers := map[string]int{}, map[[2]string]bool{}, 0
	for _, f := range fs {
		if value := [2]string{f.Kind, f.value}; identifies[f.Kind] && !seen[value] {
			seen[value] = true
			alike[f.Kind+f.Preview]++
			numbers++
		}
	}
	out := map[string]bool{}
	for form, n := range alike {
		out[form] = n > mostAlike+numbers/200
	}
	return out
}

// crowd gathers people: who stands in several rows is one person.
type crowd struct {
	people []content.Person
	at     map[string][]int // who has the key
}

// mostShare is how many may share a number before it says nothing of anybody.
const mostShare = 4

func (c *crowd) add(p content.Person) {
	if len(p.Keys) == 0 {
		return
	}
	if c.at == nil {
		c.at = map[string][]int{}
	}
	for _, key := range p.Keys {
		if len(c.at[key]) > mostShare {
			continue
		}
		for _, i := range c.at[key] {
			if samePerson(c.people[i].Keys, p.Keys) {
				c.join(i, p)
				return
			}
		}
	}
	c.people = append(c.people, content.Person{})
	c.join(len(c.people)-1, p)
}

func (c *crowd) join(i int, p content.Person) {
	one := &c.people[i]
	one.At = append(one.At, p.At...)
	for k, key := range p.Keys {
		if !slices.Contains(one.Keys, key) {
			one.Keys, one.By = append(one.Keys, key), append(one.By, p.By[k])
			c.at[key] = append(c.at[key], i)
		}
	}
}

// known drops numbers that several people of the item share, such as the phone
// of whoever wrote the list, and people of whom nothing else is known.
func (c *crowd) known() (out []content.Person) {
	for _, p := range c.people {
		one := content.Person{At: p.At}
		for k, key := range p.Keys {
			if len(c.at[key]) == 1 {
				one.Keys, one.By = append(one.Keys, key), append(one.By, p.By[k])
			}
		}
		if len(one.Keys) > 0 {
			out = append(out, one)
		}
	}
	return out
}

// samePerson tells whether two that share a number are one: not if both have
// identity numbers, and other ones.
func samePerson(a, b []string) bool {
	ids := false
	for _, key := range a {
		if strings.HasPrefix(key, byID) {
			if slices.Contains(b, key) {
				return true
			}
			ids = true
		}
	}
	return !ids || !slices.ContainsFunc(b, func(key string) bool { return strings.HasPrefix(key, byID) })
}

// group is findings, by their index, that stand together.
type group struct {
	row string // of a table; "" in a text
	at  []int
}

// groupsOf puts findings together: those of a row of a table, those between two
// borders of a text.
func groupsOf(k content.Kind, v content.Fields, fs []found) []group {
	texts := map[string]content.Text{}
	for _, t := range k.Texts(v) {
		texts[t.Place] = t
	}
	var out []group
	at, part, last := map[string]int{}, 0, found{}
	for i, f := range fs {
		if _, is := factAt[f.Kind]; !is || f.Kind == content.Minor { // that is said of a whole list
			continue
		}
		name, isRow := rowOf(f.Place)
		if t, is := texts[f.Place]; is && !isRow {
			if last.Place == f.Place && parted(t, last.End, f.Start) {
				part++
			}
			name, last = name+" "+strconv.Itoa(part), f
		}
		n, there := at[name]
		if !there {
			n = len(out)
			at[name], out = n, append(out, group{})
		}
		if isRow {
			out[n].row = name
		}
		out[n].at = append(out[n].at, i)
	}
	return split(out, fs)
}

// rowOf is the row of the table that a place is in, or the place itself.
func rowOf(place string) (name string, isRow bool) {
	if i := strings.LastIndexByte(place, '!'); i >= 0 {
		return place[:i+1] + strings.TrimLeft(place[i+1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), true
	}
	if content.GroupOf(place) != place && !strings.Contains(place, "#") {
		return place[:strings.LastIndexByte(place, '[')], true
	}
	return place, false
}

// border is markup at which one paragraph or row of a text ends. Cells are no
// borders, and in HTML the end of a line is none.
var border = regexp.MustCompile(`(?i)</?(?:p|div|tr|table|li|ul|ol|br|hr|h[1-6]|blockquote|section|article|dd|dt|pre)\b`)

func parted(t content.Text, from, to int) bool {
	if from >= to {
		return false
	}
	if t.HTML {
		return border.MatchString(t.Text[from:to])
	}
	return strings.ContainsAny(t.Text[from:to], "\n\r")
}

// split parts texts in which several people stand one after the other, at the
// number that comes again: before it where it comes first, else behind it.
func split(gs []group, fs []found) (out []group) {
	for _, g := range gs {
		kind := comesAgain(g, fs)
		if g.row != "" || kind == "" {
			out = append(out, g)
			continue
		}
		first := fs[g.at[0]].Kind == kind
		one := group{}
		for _, i := range g.at {
			again := fs[i].Kind == kind
			if again && first && len(one.at) > 0 {
				out, one = append(out, one), group{}
			}
			one.at = append(one.at, i)
			if again && !first {
				out, one = append(out, one), group{}
			}
		}
		if len(one.at) > 0 {
			out = append(out, one)
		}
	}
	return out
}

// comesAgain is the identifying kind of which a group holds several values.
func comesAgain(g group, fs []found) string {
	was := map[string]string{}
	for _, i := range g.at {
		f := fs[i]
		if !identifies[f.Kind] {
			continue
		}
		if before, there := was[f.Kind]; there && before != f.value {
			return f.Kind
		}
		was[f.Kind] = f.value
	}
	return ""
}

// nameHeads are the heads under which somebody's name stands.
var nameHeads = map[string]bool{"姓名": true, "户主": true, "户主姓名": true, "申请人": true, "学生姓名": true, "当事人": true, "当事人姓名": true, "申请人姓名": true}

// namesOf are the names in tables, by row.
func namesOf(k content.Kind, v content.Fields) map[string]string {
	out := map[string]string{}
	for _, t := range k.Tables(v) {
		col := slices.IndexFunc(t.Head, func(head string) bool { return nameHeads[strings.Join(strings.Fields(head), "")] })
		for r, row := range t.Rows {
			if col >= 0 && col < len(row) {
				out[fmt.Sprintf("%s[%d]", t.Place, r)] = strings.Join(strings.Fields(row[col]), "")
			}
		}
	}
	return out
}
