// The description of the API: names of schemas, and Fiber under huma.

package api

import (
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

func newAdapter(app *fiber.App, c huma.Config) huma.API { return humafiber.New(app, c) }

// schemaName is the name of a type in the description. Types of other packages
// carry the package's name, because two packages may use one word.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	switch pkg := path.Base(t.PkgPath()); pkg {
	case "publication", "audit", "policy", "channel", "account", "difference", "notify":
		return string(pkg[0]-'a'+'A') + pkg[1:] + name
	case "content":
		if strings.HasPrefix(name, "Public") { // a word of the content API
			return "Sheet" + name
		}
	}
	return name
}

// neverNull describes the lists below a schema as they are sent by the content
// API: an empty one is [], so no reader need look for null.
func neverNull(all huma.Registry, s *huma.Schema) *huma.Schema {
	seen := map[*huma.Schema]bool{}
	var walk func(*huma.Schema)
	walk = func(s *huma.Schema) {
		if s != nil && s.Ref != "" {
			s = all.SchemaFromRef(s.Ref)
		}
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		s.Nullable = s.Nullable && s.Type != huma.TypeArray
		walk(s.Items)
		for _, property := range s.Properties {
			walk(property)
		}
	}
	walk(s)
	return s
}
