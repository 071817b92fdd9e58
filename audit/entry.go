// One entry of the trail, and the form in which it is hashed.

package audit

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"gongkai"
	"gongkai/store"
)

// Entry is one line of the trail (日志条目). The caller fills in who did what;
// Append gives N, Prev, Hash and, where it is 0, At. An entry is read by
// auditors: it names places and reasons, never personal data.
type Entry struct {
	store.Meta                   // ID is N, padded, so that ids sort as numbers
	N          int64             `json:"n"`
	At         int64             `json:"at"`
	Actor      string            `json:"actor"`
	ActorName  string            `json:"actor_name"`
	Act        string            `json:"act"`
	Object     string            `json:"object"`
	Unit       string            `json:"unit"`
	Detail     map[string]string `json:"detail,omitempty"` // names are [a-z][a-z0-9_]*
	Key        string            `json:"key,omitempty"`    // the same key is the same entry: a repeated append does nothing
	Prev       string            `json:"prev"`             // hash of entry N-1
	Hash       string            `json:"hash"`
}

var entrySpec = store.Spec[Entry]{Name: "audit", Schema: 1, Indexes: []store.Index{
	{Name: "audit_at", Fields: []string{"at"}},
	{Name: "audit_about", Fields: []string{"object", "n"}},
	{Name: "audit_actor", Fields: []string{"actor", "at"}},
	{Name: "audit_act", Fields: []string{"act", "at"}},
	{Name: "audit_unit", Fields: []string{"unit", "at"}},
	{Name: "audit_key", Fields: []string{"key"}, Unique: true},
}}

// record is what the hash of an entry covers: all of it but the hash and the
// store's own bookkeeping. Its form never changes; a new field is omitted
// when empty, so that old entries keep their hashes.
type record struct {
	N         int64             `json:"n"`
	At        int64             `json:"at"`
	Actor     string            `json:"actor"`
	ActorName string            `json:"actor_name"`
	Act       string            `json:"act"`
	Object    string            `json:"object"`
	Unit      string            `json:"unit"`
	Detail    map[string]string `json:"detail,omitempty"`
	Key       string            `json:"key,omitempty"`
}

func (e *Entry) link() (string, error) {
	return Link(e.Prev, record{e.N, e.At, e.Actor, e.ActorName, e.Act, e.Object, e.Unit, e.Detail, e.Key})
}

// after makes e the entry that follows head.
func (e *Entry) after(h Head) (err error) {
	e.N, e.Prev = h.N+1, h.Hash
	e.Meta = store.Meta{ID: entryID(e.N)}
	e.Hash, err = e.link()
	return err
}

func entryID(n int64) string { return fmt.Sprintf("%016d", n) }

// numberOf is the number in an id; 0 if the id is not one that Append gives.
func numberOf(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n < 1 || entryID(n) != id {
		return 0
	}
	return n
}

// maxEntry keeps a chunk of pending entries well inside one document.
const maxEntry = 64 << 10

// clean brings the texts into the form in which the store keeps them, before
// they are hashed, and gives the entry's size.
func (e *Entry) clean(now int64) (size int, err error) {
	if e.At == 0 {
		e.At = now
	}
	for _, s := range []*string{&e.Actor, &e.ActorName, &e.Act, &e.Object, &e.Unit, &e.Key} {
		*s = cleanText(*s)
		size += len(*s)
	}
	detail := make(map[string]string, len(e.Detail))
	for k, v := range e.Detail {
		if !fieldName(k) {
			return 0, gongkai.E(gongkai.Invalid, "audit_detail", "日志细节的名称须为小写字母、数字和下划线", "names of details are [a-z][a-z0-9_]*")
		}
		detail[k] = cleanText(v)
		size += len(k) + len(v)
	}
	e.Detail = detail
	if e.Act == "" || e.Actor == "" {
		return 0, gongkai.E(gongkai.Invalid, "audit_who", "日志须写明行为人和行为", "an entry names its actor and act")
	}
	if size > maxEntry {
		return 0, gongkai.E(gongkai.Invalid, "audit_size", "日志条目过大", "the entry is too large")
	}
	return size + 512, nil
}

func cleanText(s string) string {
	return norm.NFC.String(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", ""))
}

func fieldName(s string) bool {
	rest := strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz")
	return rest != s && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
