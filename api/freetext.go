// Free texts (自由文本): everything written through the API passes the gate here,
// before its handler, unless the field says who else looks at it.

package api

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"gongkai"
	"gongkai/workflow"
)

// A field of an input says by the tag gate that its text is not looked at here:
//
//	engine  the text of an item or of an act on it: the engine finds and masks
//	secret  a password or token: kept as a hash, and nobody's business
//	hashed  kept as a keyed hash only
//	own     the writer's own address, shown to nobody else
//
// A field without the tag is refused when it holds what looks personal: a new
// route is covered before anybody thinks of it.
const gateTag = "gate"

// writes tells whether a method changes something.
func writes(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// freeTexts refuses an input whose free texts look personal, and says where.
func (s *Server) freeTexts(in any) error {
	if s.Engine == nil {
		return nil
	}
	var bad []gongkai.Detail
	eachText(reflect.ValueOf(in), "", func(where, text string) {
		kind := s.Engine.PersonalIn(text)
		if kind == "" || len(bad) == 20 {
			return
		}
		zh, en := workflow.KindName(kind)
		bad = append(bad, gongkai.Detail{Where: where, Code: kind, Zh: "疑似" + zh + "，请删去或改写", En: "looks like a " + en + ": leave it out"})
	})
	if len(bad) == 0 {
		return nil
	}
	return gongkai.E(gongkai.Invalid, "personal", "名称、说明等文字会长期保存并可能公开，不得含有个人信息", "names and descriptions are kept and may become public: they must not hold personal data", bad...)
}

// eachText visits every string of an input that the gate is to look at.
func eachText(v reflect.Value, where string, visit func(where, text string)) {
	switch v.Kind() {
	case reflect.String:
		visit(where, v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			eachText(v.Elem(), where, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get(gateTag) == "" {
				eachText(v.Field(i), below(where, f), visit)
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return // the body before it was read
		}
		for i := range v.Len() {
			eachText(v.Index(i), fmt.Sprintf("%s[%d]", where, i), visit)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			eachText(key, where, visit)
			eachText(v.MapIndex(key), where, visit)
		}
	}
}

// below names a field for the caller, as the description of the API does.
func below(where string, f reflect.StructField) string {
	if f.Anonymous {
		return where
	}
	name := ""
	for _, in := range []string{"path", "query", "header"} {
		if tag := f.Tag.Get(in); tag != "" {
			return in + "." + tag
		}
	}
	if name, _, _ = strings.Cut(f.Tag.Get("json"), ","); name == "" {
		name = strings.ToLower(f.Name)
	}
	if where == "" {
		return name
	}
	return where + "." + name
}
