// Doors: who may come in, declared beside every route.

package api

import (
	"context"
	"errors"
	"net/http"
	"regexp"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"gongkai"
)

// The doors (准入) of a route.
const (
	Public   = "public"    // anybody; nobody is looked up
	SignedIn = "signed_in" // a person or a program that is known
	Person   = "person"    // a person that is signed in, no program
	Act      = "act"       // whoever may do the act
	Loopback = "loopback"  // this machine, unless opened by configuration
)

// Where an act is decided.
const (
	Installation = "installation" // at the door, for the whole installation
	Unit         = "unit"         // by the handler or the engine, on the unit of what is asked for
)

// Access (准入规定) says who may use a route. It has no zero value that opens a
// door: a route without a decision does not register.
type Access struct {
	Door string `json:"door"`
	Act  string `json:"act,omitempty"`
	At   string `json:"at,omitempty"`
	Own  bool   `json:"own,omitempty"` // also for a person who must first choose another password

	Waits bool `json:"-"` // a page that waits for news by itself: it keeps no session from becoming idle
}

func public() Access           { return Access{Door: Public} }
func signedIn() Access         { return Access{Door: SignedIn} }
func own() Access              { return Access{Door: Person, Own: true} }
func inPerson() Access         { return Access{Door: Person} }
func anywhere(a string) Access { return Access{Door: Act, Act: a, At: Installation} }
func onUnit(a string) Access   { return Access{Door: Act, Act: a, At: Unit} }

func (a Access) valid() bool {
	switch a.Door {
	case Public, SignedIn, Person, Loopback:
		return a.Act == ""
	case Act:
		return a.Act != "" && (a.At == Installation || a.At == Unit)
	}
	return false
}

// routes is where operations are registered. The content API gets one too: it
// knows doors, not accounts.
type routes struct {
	api   huma.API
	app   *fiber.App
	doors map[string]Access // by method and path template of the router
	admit func(*visit, huma.Context, Access) error
	fault func(*visit, error)
	texts func(any) error                                              // refuses what people write, before the handler sees it
	begin func(context.Context, Access) (ended func(error), err error) // refuses what could not be written into the trail
	keep  func(huma.Context, func(huma.Context))                       // keeps answers of the content API; nil: none are kept
}

const jsonLimit = 2 << 20

// usualErrors are what an operation that does not say which may answer with: the
// kinds of errors.
var usualErrors = []int{
	http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone,
	http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable,
}

// register adds one operation: its door first, then the typed handler, then
// the one form of errors.
func register[I, O any](r *routes, op huma.Operation, a Access, h func(context.Context, *I) (*O, error)) {
	r.declare(op.Method, op.Path, a)
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = jsonLimit
	}
	op.Security = []map[string][]string{{}} // nothing is asked for
	if a.Door != Public {
		op.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
	}
	if op.Errors == nil {
		op.Errors = usualErrors
	}
	if op.Extensions == nil {
		op.Extensions = map[string]any{}
	}
	op.Extensions["x-access"] = a
	op.Middlewares = append(huma.Middlewares{r.door(a)}, op.Middlewares...)
	huma.Register(r.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := checked(r, op.Method, in, func() (*O, error) {
			if !writes(op.Method) || r.begin == nil {
				return h(ctx, in)
			}
			ended, err := r.begin(ctx, a)
			if err != nil {
				return nil, err
			}
			out, err := h(ctx, in)
			ended(err)
			return out, err
		})
		if err != nil {
			p := problemOf(ctx, err)
			r.fault(visitOf(ctx), err)
			return nil, p
		}
		return out, nil
	})
}

// checked lets an input through to its handler, unless it writes what is personal.
func checked[O any](r *routes, method string, in any, handle func() (*O, error)) (*O, error) {
	if writes(method) && r.texts != nil {
		if err := r.texts(in); err != nil {
			return nil, err
		}
	}
	return handle()
}

// raw adds a route that huma does not describe.
func (r *routes) raw(method, path string, a Access, h fiber.Handler) {
	r.declare(method, path, a)
	r.app.Add(method, path, h)
}

func (r *routes) declare(method, path string, a Access) {
	if !a.valid() {
		panic("api: " + method + " " + path + " says nothing about who may use it")
	}
	r.doors[method+" "+templateOf(path)] = a
}

// door stands before the input is read.
func (r *routes) door(a Access) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		v := visitOf(ctx.Context())
		v.reads, v.operation, v.path = ctx.Operation().RequestBody != nil, ctx.Operation().OperationID, ctx.URL().Path
		if err := r.admit(v, ctx, a); err != nil {
			r.fault(v, err)
			writeProblem(ctx, problemOf(ctx.Context(), err))
			return
		}
		next(ctx)
	}
}

func writeProblem(ctx huma.Context, p *Problem) {
	for name, values := range p.GetHeaders() {
		ctx.SetHeader(name, values[0])
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	_ = huma.DefaultJSONFormat.Marshal(ctx.BodyWriter(), p) // into memory: it cannot fail
}

// fail renders an error that did not come through huma.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	var f *fiber.Error
	if errors.As(err, &f) {
		err = routerRefusal(f.Code)
	}
	if visitOf(c.UserContext()) == nil { // refused before the router: a header too large, half a request
		v := &visit{id: gongkai.NewID()}
		c.SetUserContext(context.WithValue(s.base, visitKey{}, v))
		safeHeaders(c, v.id)
		s.metrics.seen(http.MethodGet, "none", statusOf(err), 0)
	}
	p := problemOf(c.UserContext(), err)
	s.fault(visitOf(c.UserContext()), err)
	for name, values := range p.GetHeaders() {
		c.Set(name, values[0])
	}
	return c.Status(p.Status).JSON(p, p.ContentType(""))
}

func statusOf(err error) int { return problemOf(context.Background(), err).Status }

// routerRefusal says what Fiber refuses without its text, which has the path.
func routerRefusal(status int) error {
	switch status {
	case http.StatusNotFound:
		return gongkai.E(gongkai.Missing, "no_route", "没有这个地址", "there is no such address")
	case http.StatusMethodNotAllowed:
		return problem(status, "method", "该地址不支持这种请求方法", "this address does not take that method")
	case http.StatusRequestHeaderFieldsTooLarge:
		return problem(status, "headers_too_large", "请求头过大", "the request headers are too large")
	case http.StatusRequestEntityTooLarge, http.StatusRequestTimeout:
		said := refusals[status]
		return problem(status, said[0], said[1], said[2])
	case http.StatusBadRequest:
		return problem(status, "malformed", "请求不符合HTTP协议", "the request is not proper HTTP")
	}
	return gongkai.E(gongkai.Internal, "router", "", "")
}

// fault keeps the cause of a 500 for the log.
func (s *Server) fault(v *visit, err error) {
	if v == nil || gongkai.Is(err, gongkai.Missing) {
		return
	}
	v.err = err
	s.refused(v, err)
}

// templateOf turns the router's ":id" into the description's "{id}".
func templateOf(path string) string { return param.ReplaceAllString(path, "{$1}") }

var param = regexp.MustCompile(`:([a-z_]+)`)
