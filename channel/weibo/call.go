// One call of the platform's interface.

package weibo

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"gongkai"
	"gongkai/channel/platform"
)

const formType = "application/x-www-form-urlencoded"

// code is shown by the platform as a number here and as a string there.
type code string

// UnmarshalJSON takes both.
func (c *code) UnmarshalJSON(raw []byte) error {
	*c = code(strings.Trim(string(raw), `"`))
	return nil
}

// call makes one call. What is refused comes with 400 or 403, and once in a
// while with 200.
func (w *Weibo) call(ctx context.Context, method, path string, query url.Values, kind, body string, out any) error {
	to := w.base + path
	if len(query) > 0 {
		to += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(body))
	if err != nil {
		return &platform.Error{Class: platform.ClassConfiguration, Code: "base_url"}
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	status, answer, err := w.caller.Do(ctx, req)
	if err != nil {
		return err
	}
	var failed struct {
		Code code `json:"error_code"`
	}
	_ = json.Unmarshal(answer, &failed) // some answers are lists
	readable := json.Valid(answer)
	switch {
	case readable && failed.Code != "" && failed.Code != "0":
		return refusal(string(failed.Code))
	case status != http.StatusOK:
		return platform.Status(status)
	case !readable, json.Unmarshal(answer, out) != nil:
		return &platform.Error{Class: platform.ClassUnknown, Code: "bad_answer"}
	}
	return nil
}

// ask makes a call that changes nothing.
func (w *Weibo) ask(ctx context.Context, path string, query url.Values, out any) error {
	query.Set("access_token", w.account.Secrets["access_token"])
	return platform.Repeatable(w.call(ctx, http.MethodGet, path, query, "", "", out))
}

// form is what is shared: fields, and with a picture a form of several parts.
func (w *Weibo) form(ctx context.Context, a platform.Article) (kind, body string, err error) {
	fields := url.Values{"access_token": {w.account.Secrets["access_token"]}, "status": {line(a)}}
	if ip := w.account.Settings["rip"]; ip != "" {
		fields.Set("rip", ip)
	}
	img := w.picture(a)
	if img == nil {
		return formType, fields.Encode(), nil
	}
	f, err := img.Open(ctx)
	if err != nil {
		return "", "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxPicture))
	if err != nil {
		return "", "", err
	}
	sniffed := http.DetectContentType(data)
	if len(data) >= maxPicture || !kinds[sniffed] {
		return "", "", limits(gongkai.Detail{Where: "picture", Code: "bad_picture", Zh: "图片须为 JPEG、GIF 或 PNG，小于 5 MB", En: "the picture must be JPEG, GIF or PNG of less than 5 MB"})
	}
	kind, parts, err := platform.Form(fields, platform.File{Field: "pic", Name: "picture." + strings.TrimPrefix(sniffed, "image/"), Type: sniffed, Data: data})
	return kind, string(parts), err
}
