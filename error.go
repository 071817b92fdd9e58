package gongkai

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of thing went wrong; programs switch on it.
type Kind int

// The kinds and the HTTP status each one becomes.
const (
	Internal        Kind = iota // 500
	Invalid                     // 400
	Unauthenticated             // 401
	Denied                      // 403
	Missing                     // 404
	Conflict                    // 409: someone moved first
	Gone                        // 410
	Blocked                     // 422: the pipeline or the gate says not now
	TooMany                     // 429
	Unavailable                 // 503
)

var statuses = [...]int{500, 400, 401, 403, 404, 409, 410, 422, 429, 503}
var kindNames = [...]string{"internal", "invalid", "unauthenticated", "denied", "missing", "conflict", "gone", "blocked", "too_many", "unavailable"}

// Status is the HTTP status of the kind.
func (k Kind) Status() int { return statuses[k] }

func (k Kind) String() string { return kindNames[k] }

// Error is an error with a reason that may be shown. It never carries the
// value that was refused: that could be somebody's personal data.
type Error struct {
	Kind    Kind
	Code    string // for programs: "own_text", "open_findings"
	Zh, En  string // for people
	Details []Detail
	Err     error // the cause, for the log's kind and code only; never shown
}

// Detail is one place of a refusal: which field, row or rule, and why.
type Detail struct {
	Where string `json:"where" doc:"Field, place or rule that the message is about"`
	Code  string `json:"code" doc:"Reason, for programs"`
	Zh    string `json:"zh" doc:"Reason in Chinese"`
	En    string `json:"en" doc:"Reason in English"`
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s / %s", e.Kind, e.Code, e.Zh, e.En)
	for _, d := range e.Details {
		fmt.Fprintf(&b, "; %s: %s / %s", d.Where, d.Zh, d.En)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// E makes an Error with its message in Chinese and English.
func E(kind Kind, code, zh, en string, details ...Detail) *Error {
	return &Error{Kind: kind, Code: code, Zh: zh, En: en, Details: details}
}

// Because returns a copy of e that wraps cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

// KindOf is the kind of the outermost Error in err's chain; Internal otherwise.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// CodeOf is the code of the outermost Error in err's chain; "internal" otherwise.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return "internal"
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
