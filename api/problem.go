// The one form of an error: RFC 9457, in Chinese and English, without the value
// that was refused.

package api

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
)

// Problem (错误) is the body of every answer that is an error.
type Problem struct {
	Type      string           `json:"type" doc:"urn:gongkai:error: and the code"`
	Title     string           `json:"title" doc:"Name of the status"`
	Status    int              `json:"status" doc:"HTTP status"`
	Code      string           `json:"code" doc:"Reason, for programs"`
	Detail    string           `json:"detail" doc:"Reason in Chinese"`
	DetailEn  string           `json:"detail_en" doc:"Reason in English"`
	Errors    []gongkai.Detail `json:"errors,omitempty" doc:"Places that the refusal is about"`
	Collision *Collision       `json:"collision,omitempty" doc:"code collision: both versions"`
	RequestID string           `json:"request_id,omitempty" doc:"To be told when asking for help"`

	retry string // seconds, for Retry-After
}

// Error names the code only: problems are written, never logged as text.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are the headers that go with the problem.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retry != "" {
		h.Set("Retry-After", p.retry)
	}
	return h
}

func problem(status int, code, zh, en string) *Problem {
	return &Problem{Type: "urn:gongkai:error:" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: zh, DetailEn: en}
}

// problemOf renders any error. What is not known to be fit for showing becomes
// a 500 that says nothing.
func problemOf(ctx context.Context, err error) *Problem {
	var p *Problem
	if !errors.As(err, &p) {
		p = render(err)
	}
	out := *p
	if v := visitOf(ctx); v != nil {
		out.RequestID = v.id
	}
	return &out
}

func render(err error) *Problem {
	var e *gongkai.Error
	if !errors.As(err, &e) || e.Kind == gongkai.Internal {
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			return problem(http.StatusServiceUnavailable, "timeout", "处理超时，请稍后重试", "it took too long; try again later")
		}
		return problem(http.StatusInternalServerError, "internal", "系统内部错误，请将请求编号告知管理员", "internal error: tell the administrator the request id")
	}
	p := problem(e.Kind.Status(), e.Code, e.Zh, e.En)
	for _, d := range e.Details {
		if d.Where == "retry-after" {
			p.retry = d.Code
		}
		d.Where = safePlace(d.Where)
		p.Errors = append(p.Errors, d)
	}
	return p
}

// numbers are what could be somebody's: names of unknown fields are free text
// of the caller and come back as places.
var numbers = regexp.MustCompile(`\p{Nd}([-\s]?\p{Nd}){4,}[Xx]?`)

func safePlace(where string) string {
	if len(where) > 200 {
		where = strings.ToValidUTF8(where[:200], "")
	}
	return numbers.ReplaceAllString(where, "*")
}

// speakProblems makes huma render its own refusals in our form. The hooks are
// huma's only way, and global.
var speakProblems = sync.OnceFunc(func() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return ownRefusal(status, msg, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return problemOf(ctx.Context(), ownRefusal(status, msg, errs))
	}
})

// refusals are what huma refuses by itself before a handler runs.
var refusals = map[int][3]string{
	http.StatusBadRequest:            {"invalid", "请求不正确", "the request is not right"},
	http.StatusNotAcceptable:         {"not_acceptable", "只提供JSON格式", "answers are JSON only"},
	http.StatusRequestTimeout:        {"body_timeout", "请求内容传输超时", "the body took too long to arrive"},
	http.StatusRequestEntityTooLarge: {"too_large", "请求内容过大", "the request body is too large"},
	http.StatusUnsupportedMediaType:  {"media_type", "请求内容应为JSON", "the request body must be JSON"},
	http.StatusUnprocessableEntity:   {"validation", "请求内容不符合要求", "the request is not as described"},
}

// ownRefusal drops the values that huma would echo; what does not fit the
// description is 400 here, because 422 is what the pipeline refuses.
func ownRefusal(status int, msg string, errs []error) *Problem {
	said, known := refusals[status]
	if !known {
		return render(errors.Join(errs...))
	}
	if msg == "request body is required" {
		said = [3]string{"body_required", "缺少请求内容", "the request body is missing"}
	}
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	p := problem(status, said[0], said[1], said[2])
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			p.Errors = append(p.Errors, placeOf(d.ErrorDetail()))
		}
	}
	return p
}
