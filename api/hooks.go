// Calls of platforms to us (平台推送): they come from outside, and are believed
// in nothing but that it is time to look.

package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"gongkai/channel/platform"
)

// hookPrefix begins the addresses that platforms call: the only ones of the
// editorial side that a proxy lets through from outside.
const hookPrefix = "/hooks"

// maxHook is larger than any notice.
const maxHook = 64 << 10

func (s *Server) registerHooks() {
	register(s.routes, hook(http.MethodGet, "test-hook", "平台核验推送地址 The platform tries the address"), public(), func(ctx context.Context, in *hookTest) (*heard, error) {
		return s.hear(ctx, in.HookCall, platform.Call{Method: http.MethodGet, Query: url.Values{"echostr": {in.Echo}}})
	})
	register(s.routes, hook(http.MethodPost, "hook", "平台推送 A notice of a platform: what it is about is looked up there"), public(), func(ctx context.Context, in *hookNotice) (*heard, error) {
		return s.hear(ctx, in.HookCall, platform.Call{Method: http.MethodPost, Query: url.Values{}, Body: in.RawBody})
	})
}

func hook(method, id, summary string) huma.Operation {
	return huma.Operation{
		Method: method, Path: hookPrefix + "/{kind}/{id}", OperationID: id, Tags: []string{"outlets"}, Summary: summary, MaxBodyBytes: maxHook, DefaultStatus: http.StatusOK,
		Description: "由平台签名，五分钟内有效；推送只作提示，结果以查询为准。Signed by the platform, and good for five minutes. A notice is a hint: what became of a post is asked for.",
		Responses:   map[string]*huma.Response{"200": {Description: "What the platform wants to hear", Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}}}},
	}
}

// HookCall is what the platform writes into the address.
type HookCall struct {
	Kind      string `path:"kind" maxLength:"40" doc:"Of the platforms: wechat"`
	ID        string `path:"id" maxLength:"64" doc:"Outlet"`
	Signature string `query:"signature" maxLength:"200" gate:"secret"`
	Message   string `query:"msg_signature" maxLength:"200" gate:"secret" doc:"Of an encrypted notice"`
	Timestamp string `query:"timestamp" maxLength:"20" gate:"secret"`
	Nonce     string `query:"nonce" maxLength:"200" gate:"secret"`
}

type hookTest struct {
	HookCall
	Echo string `query:"echostr" maxLength:"200" doc:"Is answered"`
}

type hookNotice struct {
	HookCall
	RawBody []byte `contentType:"text/xml"`
}

// heard is a plain answer.
type heard struct {
	Type string `header:"Content-Type"`
	Body []byte
}

// hear makes due what the platform speaks of; what else it tells is not kept.
func (s *Server) hear(ctx context.Context, in HookCall, call platform.Call) (*heard, error) {
	for name, value := range map[string]string{"signature": in.Signature, "msg_signature": in.Message, "timestamp": in.Timestamp, "nonce": in.Nonce} {
		call.Query.Set(name, value)
	}
	answer, due, err := s.Channels.Hear(ctx, in.Kind, in.ID, call)
	for _, id := range due {
		s.Wake("delivery", id)
	}
	if err != nil {
		return nil, err
	}
	return &heard{"text/plain; charset=utf-8", []byte(answer)}, nil
}
