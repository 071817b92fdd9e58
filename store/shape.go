// What the document type looks like: field names are checked and the paths of
// indexes are resolved once, when a collection is declared.

package store

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
)

// shape is what one walk over a document type learns.
type shape struct {
	loose bool // holds fields of type any
	seen  map[reflect.Type]bool
}

// holder is any pointer to a struct that embeds Meta.
type holder interface{ meta() *Meta }

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// tableFor checks a spec against T.
func tableFor[T any](name string, schema int, indexes []Index) (*Table, *shape, error) {
	doc := reflect.TypeFor[T]()
	if _, ok := any(new(T)).(holder); !ok || doc.Kind() != reflect.Struct {
		return nil, nil, wrong("bad_spec", name, "文档类型须内嵌 store.Meta", "the document type must be a struct that embeds store.Meta")
	}
	if !fieldName(name) || schema < 1 {
		return nil, nil, wrong("bad_spec", name, "集合名或结构版本号不合规", "the collection's name or schema number is not allowed")
	}
	s := &shape{seen: map[reflect.Type]bool{}}
	if err := s.walk(doc, ""); err != nil {
		return nil, nil, err
	}
	t := &Table{Name: name, paths: &trie{field: -1}}
	for _, ix := range indexes {
		if err := t.add(doc, ix); err != nil {
			return nil, nil, err
		}
	}
	return t, s, nil
}

// add resolves one declared index.
func (t *Table) add(doc reflect.Type, ix Index) error {
	out := TableIndex{Name: ix.Name, Unique: ix.Unique, Array: -1}
	where := t.Name + "." + ix.Name
	if !fieldName(ix.Name) || len(ix.Fields) == 0 || t.index(ix.Name) >= 0 {
		return wrong("bad_index", where, "索引名重复或不合规，或没有字段", "the index name is taken or not allowed, or it has no fields")
	}
	for i, path := range ix.Fields {
		array, ok := resolve(doc, strings.Split(path, "."))
		if !ok || path == "id" {
			return wrong("bad_index", where+": "+path, "文档中没有这个字段", "the document has no such field to index")
		}
		if array && out.Array >= 0 {
			return wrong("bad_index", where+": "+path, "一个索引最多含一个数组字段", "an index has at most one array field")
		}
		if array {
			out.Array = i
		}
		out.Fields = append(out.Fields, t.field(path, array))
	}
	t.Indexes = append(t.Indexes, out)
	return nil
}

func (t *Table) index(name string) int {
	for i := range t.Indexes {
		if t.Indexes[i].Name == name {
			return i
		}
	}
	return -1
}

// field is the position of a path in Fields; it is added if new.
func (t *Table) field(path string, array bool) int {
	for i, f := range t.Fields {
		if f == path {
			return i
		}
	}
	t.Fields, t.arrays = append(t.Fields, path), append(t.arrays, array)
	t.paths.add(strings.Split(path, "."), len(t.Fields)-1)
	return len(t.Fields) - 1
}

// walk checks the field names of a type and everything in it.
func (s *shape) walk(t reflect.Type, path string) error {
	if s.seen[t] {
		return nil
	}
	s.seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		s.loose = true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return s.walk(t.Elem(), path)
	case reflect.Struct:
		if opaque(t) {
			return nil
		}
		for _, f := range fieldsOf(t) {
			if !fieldName(f.name) {
				return badName(path + f.name)
			}
			if err := s.walk(f.typ, path+f.name+"."); err != nil {
				return err
			}
		}
	}
	return nil
}

type field struct {
	name string
	typ  reflect.Type
}

// fieldsOf lists the JSON fields of a struct, embedded ones flattened.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Tag.Get("json") == "-":
		case f.Anonymous && name == "" && deref(f.Type).Kind() == reflect.Struct:
			out = append(out, fieldsOf(deref(f.Type))...)
		case !f.IsExported():
		case name == "":
			out = append(out, field{f.Name, f.Type})
		default:
			out = append(out, field{name, f.Type})
		}
	}
	return out
}

// resolve follows a path; array says that it leads through a list.
func resolve(t reflect.Type, path []string) (array, ok bool) {
	t = deref(t)
	if k := t.Kind(); (k == reflect.Slice || k == reflect.Array) && !opaque(t) {
		_, ok = resolve(t.Elem(), path)
		return true, ok
	}
	if len(path) == 0 {
		return false, t.Kind() != reflect.Struct && t.Kind() != reflect.Map || opaque(t)
	}
	switch {
	case t.Kind() == reflect.Interface:
		return false, true
	case t.Kind() == reflect.Map:
		return resolve(t.Elem(), path[1:])
	case t.Kind() != reflect.Struct || opaque(t):
		return false, false
	}
	for _, f := range fieldsOf(t) {
		if f.name == path[0] {
			return resolve(f.typ, path[1:])
		}
	}
	return false, false
}

func deref(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// opaque types write their own JSON; nothing can be said of their inside.
func opaque(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(jsonMarshaler) || p.Implements(textMarshaler)
}

// fieldName reports whether s has the form [a-z][a-z0-9_]*.
func fieldName[S ~string | ~[]byte](s S) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(s) > 0
}

func badName(path string) error {
	return wrong("bad_field_name", path, "字段名须为小写字母、数字和下划线", "field names are [a-z][a-z0-9_]*")
}
