// One call of the platform's interface: with the shared token, in raw UTF-8,
// and without a word of what went wrong but its code.

package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gongkai/channel/platform"
)

func asError(err error, e **platform.Error) bool { return errors.As(err, e) }

// failure is what each answer may hold beside, or instead of, what was asked.
type failure struct {
	Code int `json:"errcode"`
}

// id (编号) is shown by the platform as a string here and as a number there.
type id string

// UnmarshalJSON takes both.
func (i *id) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err == nil {
		*i = id(text)
		return nil
	}
	var number json.Number
	err := json.Unmarshal(raw, &number)
	*i = id(number)
	return err
}

// body is what a call sends; it may be made twice.
type body func() (contentType string, bytes []byte, err error)

// post calls with the account's token. One that is refused is renewed, and the
// call made once more: it was not done.
func (w *WeChat) post(ctx context.Context, path string, query url.Values, send body, out any) error {
	token, err := w.token(ctx, "")
	if err != nil {
		return err
	}
	err = w.once(ctx, path, token, query, send, out)
	if platform.ClassOf(err) != platform.ClassRefresh {
		return err
	}
	if token, err = w.token(ctx, token); err != nil {
		return err
	}
	return w.once(ctx, path, token, query, send, out)
}

func (w *WeChat) once(ctx context.Context, path, token string, query url.Values, send body, out any) error {
	kind, data, err := send()
	if err != nil {
		return err
	}
	with := url.Values{}
	for k, v := range query {
		with[k] = v
	}
	if token != "" {
		with.Set("access_token", token)
	}
	to := w.base + path
	if len(with) > 0 {
		to += "?" + with.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(data))
	if err != nil {
		return &platform.Error{Class: platform.ClassConfiguration, Code: "base_url"}
	}
	req.Header.Set("Content-Type", kind)
	status, answer, err := w.caller.Do(ctx, req)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return platform.Status(status)
	}
	return read(answer, out, w.account.Now())
}

// read takes an answer apart. One that cannot be read says nothing about what
// was done.
func read(answer []byte, out any, now time.Time) error {
	var failed failure
	if json.Unmarshal(answer, &failed) != nil {
		return &platform.Error{Class: platform.ClassUnknown, Code: "bad_answer"}
	}
	if failed.Code != 0 {
		return refusal(failed.Code, now)
	}
	if out != nil && json.Unmarshal(answer, out) != nil {
		return &platform.Error{Class: platform.ClassUnknown, Code: "bad_answer"}
	}
	return nil
}

// ask makes a call that changes nothing, or nothing more when it is made twice.
func (w *WeChat) ask(ctx context.Context, path string, in, out any) error {
	return platform.Repeatable(w.post(ctx, path, nil, asJSON(in), out))
}

// asJSON writes characters as they are: the platform refuses \u escapes.
func asJSON(in any) body {
	return func() (string, []byte, error) {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		err := enc.Encode(in)
		return "application/json; charset=utf-8", b.Bytes(), err
	}
}

// plain leaves out what cannot be written without an escape: control characters,
// broken text, and the two separators that JSON encoders escape.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u2028' || r == '\u2029':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t' || r == '\x7f':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// asFile is a form with one file, called media.
func asFile(p picture) body {
	return func() (string, []byte, error) {
		return platform.Form(nil, platform.File{Field: "media", Name: p.name, Type: p.kind, Data: p.data})
	}
}

// fetched is an answer with a token.
type fetched struct {
	Token string `json:"access_token"`
	Lives int64  `json:"expires_in"`
}

// token gives the account's token, another than the one refused.
func (w *WeChat) token(ctx context.Context, refused string) (string, error) {
	return w.account.Tokens.Token(ctx, w.account.ID, refused, func(ctx context.Context) (string, time.Duration, error) {
		got, err := w.fetch(ctx, false)
		if err == nil && got.Token == refused { // the platform holds on to a token that it does not take
			got, err = w.fetch(ctx, true)
		}
		return got.Token, time.Duration(got.Lives) * time.Second, err
	})
}

func (w *WeChat) fetch(ctx context.Context, force bool) (got fetched, err error) {
	err = w.once(ctx, "/cgi-bin/stable_token", "", nil, asJSON(map[string]any{"grant_type": "client_credential",
		"appid": w.account.Settings["app_id"], "secret": w.account.Secrets["app_secret"], "force_refresh": force}), &got)
	switch refused := new(platform.Error); {
	case err == nil && (got.Token == "" || got.Lives <= 0):
		err = &platform.Error{Class: platform.ClassTemporary, Code: "bad_answer"}
	case asError(err, &refused) && refused.Class == platform.ClassRefresh: // here it is the secret that is not taken
		err = &platform.Error{Class: platform.ClassConfiguration, Code: refused.Code}
	}
	return got, platform.Repeatable(err)
}
