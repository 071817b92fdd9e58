// The content API: what anybody may read, from released pages and nothing else.

package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"gongkai"
	"gongkai/content"
)

// contentAPI holds the public handlers. They get the public store and the
// index and nothing else, so they cannot reach what was not released.
type contentAPI struct{ publicSide }

// registerContent adds the content API. Everything in it is open to everybody.
func registerContent(r *routes, d publicSide) {
	c := contentAPI{d}
	// Fixed paths come before those with a parameter: the first that fits wins.
	publicGet(r, "content-item-by-index-no", "/items/by-index-no", "One item by its index number (索引号)", c.byIndexNo)
	publicGet(r, "content-items-by-doc-no", "/items/by-doc-no", "Items by their document number (文号), with brackets of any form", c.byDocNo)
	publicGet(r, "content-item", "/items/{id}", "One item by its id", c.byID)
	publicGet(r, "content-editions", "/items/{id}/editions", "The editions of an item (版本历史), the newest first: when, and what each corrected", c.editions)
	publicGet(r, "content-edition", "/items/{id}/editions/{number}", "What is told of one edition", c.edition)
	publicGet(r, "content-page", "/pages", "One item by site and path", c.byPath)
	list := publicOperation("content-items", "/items", "A list of items: by filters, or those with the ids")
	list.Parameters = append(list.Parameters, fieldFilters())
	publicAnswer(r, kept(r, list), c.list)
	search := publicOperation("content-search", "/search", "Search by words and any filters")
	search.Parameters = append(search.Parameters, fieldFilters())
	publicAnswer(r, search, c.search) // the index does not say when it changes
	publicGet(r, "content-sites", "/sites", "All sites", c.sites)
	publicGet(r, "content-site", "/sites/{id}", "One site", c.site)
	publicGet(r, "content-columns", "/columns", "The column tree (栏目树) of a site, each before its children", c.columns)
	publicGet(r, "content-column", "/columns/{id}", "One column", c.column)
	publicAnswer(r, publicOperation("content-changes", "/changes", "What has changed for the public (变更列表), oldest first: shown, corrected, taken down, moved"), c.changes)
	c.registerEvents(r)
	c.feeds(r)
	c.sitemaps(r)
	c.openData(r)
	publicGet(r, "content-units", "/units", "All units, each before its children", c.units)
	file := publicOperation("content-file", "/items/{id}/files/{digest}", "A file of an item, as a download")
	bytes := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	file.Responses["200"] = &huma.Response{Description: "The file, under its own media type", Content: bytes}
	file.Responses["206"] = &huma.Response{Description: "The part that Range asks for", Content: bytes}
	file.Responses["416"] = &huma.Response{Description: "The file has no such part"}
	publicRoute(r, file, c.file)
	verify := publicOperation("content-verify", "/verify/{id}/{digest}", "A page that says whether the sheet on a printed form is what is public now (核验)")
	page := map[string]*huma.MediaType{"text/html": {Schema: &huma.Schema{Type: huma.TypeString}}}
	verify.Responses["200"] = &huma.Response{Description: "It is", Content: page}
	verify.Responses["404"] = &huma.Response{Description: "It is not: never was, is not yet, or is no more", Content: page}
	publicRoute(r, verify, c.verify)
}

// publicGet adds an operation whose answers are kept until something of what
// they were made of changes.
func publicGet[I, T any](r *routes, id, path, summary string, handle func(context.Context, *I) (T, int64, error)) {
	publicAnswer(r, kept(r, publicOperation(id, path, summary)), handle)
}

// kept has the answers of an operation kept, where answers are kept.
func kept(r *routes, op huma.Operation) huma.Operation {
	if r.keep != nil {
		op.Middlewares = append(op.Middlewares, r.keep)
	}
	return op
}

// publicAnswer adds an operation whose handler gives a body and when it last
// changed (0: unknown); what HTTP wants around it is made here.
func publicAnswer[I, T any](r *routes, op huma.Operation, handle func(context.Context, *I) (T, int64, error)) {
	schema := neverNull(r.api.OpenAPI().Components.Schemas, r.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, op.OperationID))
	op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
	publicRoute(r, op, func(ctx context.Context, in *I) (*publicReply, error) {
		body, changed, err := handle(ctx, in)
		return reply(any(in).(knower).knows(), body, changed, err)
	})
}

func publicOperation(id, path, summary string) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: contentPrefix + path, Summary: summary, Tags: []string{"content"},
		Errors:      []int{http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusServiceUnavailable},
		Middlewares: huma.Middlewares{openToAllOrigins},
		Responses: map[string]*huma.Response{
			"304": {Description: "Nothing has changed since the ETag that If-None-Match names"},
			"308": {Description: "It is found elsewhere now: see Location"},
		},
	}
}

// publicRoute opens an operation to everybody, pages of other origins included.
func publicRoute[I, O any](r *routes, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	register(r, op, public(), handle)
	r.raw(http.MethodOptions, strings.NewReplacer("{", ":", "}", "").Replace(op.Path), public(), preflight)
}

// openToAllOrigins lets every web page read, without credentials. Answers are
// asked for anew unless a handler says otherwise: a withdrawal counts at once.
func openToAllOrigins(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Access-Control-Allow-Origin", "*")
	ctx.SetHeader("Access-Control-Expose-Headers", "ETag, Last-Modified, Location, Content-Disposition, Content-Range, X-Request-Id")
	ctx.SetHeader("Cross-Origin-Resource-Policy", "cross-origin")
	ctx.SetHeader("Cache-Control", "no-cache")
	next(ctx)
}

// preflight answers browsers that ask whether a page of another origin may
// send the headers of conditional and partial reading.
func preflight(c *fiber.Ctx) error {
	c.Set("Access-Control-Allow-Origin", "*")
	c.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
	c.Set("Access-Control-Allow-Headers", "If-None-Match, If-Range, Range")
	c.Set("Access-Control-Max-Age", "86400")
	return c.SendStatus(http.StatusNoContent)
}

// publicCache is how long an answer may be shown without asking again: what was
// called back is gone from every cache that keeps to it within ten seconds, also
// while we are away. Nothing else tells caches.
const publicCache = "public, max-age=10, must-revalidate"

// PublicIf is what a reader knows already.
type PublicIf struct {
	IfNoneMatch string `header:"If-None-Match" maxLength:"1000" doc:"ETag of the answer at hand"`
}

func (k PublicIf) knows() PublicIf { return k }

type knower interface{ knows() PublicIf }

// publicReply is an answer with its validators.
type publicReply struct {
	Status       int
	Type         string `header:"Content-Type"`
	ETag         string `header:"ETag"`
	LastModified string `header:"Last-Modified"`
	CacheControl string `header:"Cache-Control"`
	Location     string `header:"Location"`
	Body         []byte
}

// reply sends the body, or 304 if the reader has it, or sends the reader on.
// The ETag is over the whole answer: names of columns and related items count
// as much as the edition.
func reply(known PublicIf, body any, changed int64, err error) (*publicReply, error) {
	var elsewhere *elsewhere
	if errors.As(err, &elsewhere) {
		body, err := json.Marshal(map[string]string{"location": elsewhere.location})
		return &publicReply{Status: http.StatusPermanentRedirect, Type: "application/json", CacheControl: publicCache, Location: elsewhere.location, Body: body}, err
	}
	if err != nil {
		return nil, err
	}
	bytes, err := encoded(body)
	return known.answered("application/json", bytes, changed, err)
}

// encoded is the body as JSON. What encodes itself is asked directly: the library
// would read all of it once more.
func encoded(body any) ([]byte, error) {
	if m, ok := body.(json.Marshaler); ok {
		return m.MarshalJSON()
	}
	return json.Marshal(body)
}

// answered sends the bytes under their media type, or 304 if the reader has them.
func (k PublicIf) answered(mediaType string, body []byte, changed int64, err error) (*publicReply, error) {
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	out := &publicReply{Status: http.StatusOK, Type: mediaType, CacheControl: publicCache, Body: body,
		ETag: `"` + hex.EncodeToString(sum[:16]) + `"`, LastModified: httpDate(changed)}
	if k.has(out.ETag) {
		out.Status, out.Type, out.Body = http.StatusNotModified, "", nil
	}
	return out, nil
}

// has compares as RFC 9110 says of If-None-Match: weakly.
func (k PublicIf) has(etag string) bool {
	for tag := range strings.SplitSeq(k.IfNoneMatch, ",") {
		if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// elsewhere says that what was asked for stands at another address now.
type elsewhere struct{ location string }

func (*elsewhere) Error() string { return "elsewhere" }

func movedTo(location string) error { return &elsewhere{location} }

func httpDate(millis int64) string {
	if millis == 0 {
		return ""
	}
	return time.UnixMilli(millis).UTC().Format(http.TimeFormat)
}

// localTime is a time as readers get it: RFC 3339, Beijing time.
func localTime(millis int64) string {
	if millis == 0 {
		return ""
	}
	return time.UnixMilli(millis).In(content.Shanghai).Format(time.RFC3339)
}

// readable refuses parameters that no text can be, by name. Names and values
// take turns.
func readable(pairs ...string) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		if !utf8.ValidString(pairs[i+1]) || strings.ContainsFunc(pairs[i+1], unicode.IsControl) {
			return badParam(pairs[i], "text", "不是有效的文本", "is not a valid text")
		}
	}
	return nil
}

func badParam(name, code, zh, en string) error {
	return gongkai.E(gongkai.Invalid, code, "参数不正确", "a parameter is not right",
		gongkai.Detail{Where: name, Code: code, Zh: zh, En: en})
}

// noSuch is Missing, naming the parameter.
func noSuch(name string) error {
	return gongkai.E(gongkai.Missing, "missing", "没有这个对象", "there is no such thing",
		gongkai.Detail{Where: name, Code: "missing", Zh: "不存在", En: "does not exist"})
}

// named says which parameter a refusal of the store or the index is about.
func named(err error, params map[string]string) error {
	if name, known := params[gongkai.CodeOf(err)]; known && gongkai.Is(err, gongkai.Invalid) {
		return badParam(name, gongkai.CodeOf(err), "无效，请从第一页重新查询", "is not valid; start again at the first page")
	}
	return err
}
