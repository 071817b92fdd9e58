// The description as JSON and as a page; neither asks any other host for
// anything, and the page runs no script.

package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

//go:embed docs.tmpl
var docsPage string

//go:embed docs.css
var docsStyle string

// registerDocs adds the description, when everything else is registered: it
// does not change any more, and is rendered once, for who asks first.
func (s *Server) registerDocs() {
	described := s.routes.api.OpenAPI()
	spec := sync.OnceValues(func() ([]byte, error) { return json.Marshal(described) })
	page := sync.OnceValues(func() ([]byte, error) { return renderDocs(described) })
	sum := sha256.Sum256([]byte(docsStyle))
	policy := "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	s.routes.raw(fiber.MethodGet, "/openapi.json", public(), func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, "application/openapi+json")
		return sendOnce(c, spec)
	})
	s.routes.raw(fiber.MethodGet, "/docs", public(), func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		c.Set(fiber.HeaderContentSecurityPolicy, policy)
		return sendOnce(c, page)
	})
}

func sendOnce(c *fiber.Ctx, rendered func() ([]byte, error)) error {
	b, err := rendered()
	if err != nil {
		return err
	}
	return c.Send(b)
}

// What the page shows.
type (
	docGroup struct {
		Name       string
		Operations []docOperation
	}
	docOperation struct {
		ID, Method, Path, Summary, Description, Access string
		Parameters                                     []docParameter
		Body, Answer                                   *docType
	}
	docParameter struct {
		Name, In, Type, Doc string
		Required            bool
	}
	docType struct {
		Name, Ref string
		Many      bool
	}
	docSchema struct {
		Name, Doc string
		Fields    []docField
	}
	docField struct {
		Name, Doc string
		Type      *docType
		Required  bool
	}
)

func renderDocs(spec *huma.OpenAPI) ([]byte, error) {
	t, err := template.New("docs").Parse(docsPage)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, map[string]any{
		"Style":   template.CSS(docsStyle), //nolint:gosec // our own file
		"Version": spec.Info.Version, "Groups": docGroups(spec), "Schemas": docSchemas(spec)})
	return out.Bytes(), err
}

// docGroups are the operations by their first tag, in the order of paths.
func docGroups(spec *huma.OpenAPI) []docGroup {
	var groups []docGroup
	for _, path := range slices.Sorted(maps.Keys(spec.Paths)) {
		for _, o := range operations(spec.Paths[path]) {
			name := "other"
			if len(o.Tags) > 0 {
				name = o.Tags[0]
			}
			i := slices.IndexFunc(groups, func(g docGroup) bool { return g.Name == name })
			if i < 0 {
				groups, i = append(groups, docGroup{Name: name}), len(groups)
			}
			groups[i].Operations = append(groups[i].Operations, docOperationOf(o))
		}
	}
	return groups
}

func operations(p *huma.PathItem) []*huma.Operation {
	return slices.DeleteFunc([]*huma.Operation{p.Get, p.Put, p.Post, p.Delete, p.Patch}, func(o *huma.Operation) bool { return o == nil })
}

func docOperationOf(o *huma.Operation) docOperation {
	d := docOperation{ID: o.OperationID, Method: o.Method, Path: o.Path, Summary: o.Summary, Description: o.Description}
	if a, ok := o.Extensions["x-access"].(Access); ok {
		d.Access = strings.TrimSpace(strings.Join([]string{a.Door, a.Act, a.At}, " "))
	}
	for _, p := range o.Parameters {
		d.Parameters = append(d.Parameters, docParameter{p.Name, p.In, docTypeOf(p.Schema).Name, p.Description, p.Required})
	}
	if o.RequestBody != nil {
		d.Body = docContent(o.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		if strings.HasPrefix(status, "2") {
			d.Answer = docContent(o.Responses[status].Content)
		}
	}
	return d
}

func docContent(content map[string]*huma.MediaType) *docType {
	kinds := slices.Sorted(maps.Keys(content))
	switch {
	case len(kinds) == 0:
		return nil
	case content[kinds[0]].Schema == nil:
		return &docType{Name: kinds[0]}
	}
	return docTypeOf(content[kinds[0]].Schema)
}

func docTypeOf(s *huma.Schema) *docType {
	switch {
	case s == nil:
		return &docType{Name: "any"}
	case s.Ref != "":
		return &docType{Ref: s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]}
	case s.Type == huma.TypeArray && s.Items != nil:
		t := *docTypeOf(s.Items)
		t.Many = true
		return &t
	case s.Type == "":
		return &docType{Name: "any"}
	}
	return &docType{Name: s.Type}
}

func docSchemas(spec *huma.OpenAPI) []docSchema {
	var out []docSchema
	all := spec.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := all[name]
		d := docSchema{Name: name, Doc: s.Description}
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			p := s.Properties[field]
			d.Fields = append(d.Fields, docField{field, p.Description, docTypeOf(p), slices.Contains(s.Required, field)})
		}
		out = append(out, d)
	}
	return out
}
