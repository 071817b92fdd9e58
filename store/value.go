// Values of index fields: absent < numbers < true < texts, texts in byte order.

package store

import (
	"cmp"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"gongkai"
)

// Value is one indexed value. The zero Value is the absent one; false and the
// empty text count as absent.
type Value struct {
	Kind ValueKind
	Int  int64
	Text string
}

// ValueKind is the type of a Value; the constants stand in sort order.
type ValueKind uint8

// The kinds of values.
const (
	Absent ValueKind = iota
	Number
	True
	Text
)

func number(n int64) Value { return Value{Kind: Number, Int: n} }

func text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: Text, Text: s}
}

func boolean(b bool) Value {
	if b {
		return Value{Kind: True}
	}
	return Value{}
}

// Compare orders two values.
func (v Value) Compare(w Value) int {
	return cmp.Or(cmp.Compare(v.Kind, w.Kind), cmp.Compare(v.Int, w.Int), strings.Compare(v.Text, w.Text))
}

// valueOf turns what a caller compares with into a Value.
func valueOf(field string, x any) (Value, error) {
	switch x := x.(type) {
	case nil:
		return Value{}, nil
	case string:
		return queryText(field, x)
	case int64:
		return number(x), nil
	case int:
		return number(int64(x)), nil
	case json.Number:
		n, err := x.Int64()
		if err != nil {
			return Value{}, badValue(field)
		}
		return number(n), nil
	}
	return reflectedValue(field, reflect.ValueOf(x))
}

func reflectedValue(field string, r reflect.Value) (Value, error) {
	switch {
	case r.Kind() == reflect.String:
		return queryText(field, r.String())
	case r.Kind() == reflect.Bool:
		return boolean(r.Bool()), nil
	case r.CanInt():
		return number(r.Int()), nil
	case r.CanUint() && r.Uint() <= math.MaxInt64:
		return number(int64(r.Uint())), nil
	}
	return Value{}, badValue(field)
}

// queryText brings a text of a query into the form that documents have.
func queryText(field, s string) (Value, error) {
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return Value{}, badText(field)
	}
	return text(norm.NFC.String(s)), nil
}

func badValue(field string) error {
	return gongkai.E(gongkai.Invalid, "bad_value", "查询条件的值类型不受支持", "the condition's value is of a type that cannot be compared",
		gongkai.Detail{Where: field, Code: "bad_value", Zh: "只能与文本、整数、布尔值比较", En: "compare with texts, whole numbers and booleans"})
}
