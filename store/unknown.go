// Fields that this program does not know: a newer one wrote them, and a write
// of this one keeps them.

package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	fastjson "github.com/go-json-experiment/json"
)

// known are the members of an object that a document type names. It is nil
// where a value is replaced as a whole: lists, maps, texts, numbers.
type known map[string]member

type member struct {
	inside   known
	optional bool // a pointer: nil takes away what is inside, known or not
}

// knownOf follows structs from field to field.
func knownOf(t reflect.Type, seen map[reflect.Type]known) known {
	t = deref(t)
	if t.Kind() != reflect.Struct || opaque(t) {
		return nil
	}
	if k, met := seen[t]; met {
		return k
	}
	k := known{}
	seen[t] = k
	for _, f := range fieldsOf(t) {
		k[f.name] = member{knownOf(f.typ, seen), f.typ.Kind() == reflect.Pointer}
	}
	return k
}

// keep gives fresh with what before holds beyond what is known.
func (k known) keep(before, fresh []byte) ([]byte, error) {
	var old, out map[string]json.RawMessage
	if err := json.Unmarshal(before, &old); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(fresh, &out); err != nil {
		return nil, err
	}
	for name, value := range old {
		m, named := k[name]
		now, there := out[name]
		switch {
		case !named:
			out[name] = value
		case m.inside == nil || m.optional && (!there || now[0] != '{'):
		case value[0] == '{':
			if !there {
				now = []byte("{}")
			}
			kept, err := m.inside.keep(value, now)
			if err != nil {
				return nil, err
			}
			out[name] = kept
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(out)
	return b.Bytes(), err
}

// isUnknown tells that a strict decoding met a field that the type lacks.
func isUnknown(err error) bool {
	return errors.Is(err, fastjson.ErrUnknownName) || err != nil && strings.HasPrefix(err.Error(), "json: unknown field ")
}
