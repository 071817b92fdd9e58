// Grants (授权) and API keys (接口密钥).

package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"gongkai"
	"gongkai/account"
	"gongkai/policy"
)

func (s *Server) registerGrants() {
	register(s.routes, op(http.MethodGet, "/grants", "list-grants", "people", "授权 Grants of a user or of a role"), anywhere(policy.UserRead), s.listGrants)
	add := op(http.MethodPost, "/grants", "add-grant", "people", "授予角色 Give a role")
	add.Description = "另有系统管理员时，答202，经其确认后方才生效；否则即时生效，答200。Where there is another administrator the answer is 202, and the role is held once that one has confirmed it; else it is held at once, and the answer is 200."
	register(s.routes, add, onUnit(policy.GrantManage), s.addGrant)
	register(s.routes, op(http.MethodDelete, "/grants", "remove-grant", "people", "撤销角色 Take a role away"), onUnit(policy.GrantManage), s.removeGrant)
}

type grantQuery struct {
	User string `query:"user" maxLength:"64"`
	Role string `query:"role" maxLength:"64"`
}

func (s *Server) listGrants(_ context.Context, in *grantQuery) (*of[List[policy.Grant]], error) {
	switch {
	case (in.User == "") == (in.Role == ""):
		return nil, gongkai.E(gongkai.Invalid, "which", "请指明用户或角色之一", "say either which user or which role")
	case in.User != "":
		return listed(s.Policy.Grants(in.User), "", nil)
	}
	return listed(s.Policy.Holders(in.Role), "", nil)
}

type grantIn struct {
	Body struct {
		User string `json:"user" minLength:"1" maxLength:"64"`
		Role string `json:"role" minLength:"1" maxLength:"64"`
		Unit string `json:"unit,omitempty" maxLength:"40" doc:"Absent: the whole installation"`
	}
}

func (s *Server) addGrant(ctx context.Context, in *grantIn) (*grantOut, error) {
	g := policy.Grant{User: in.Body.User, Role: in.Body.Role, Unit: in.Body.Unit}
	if err := s.allow(ctx, policy.GrantManage, g.Unit); err != nil {
		return nil, err
	}
	if _, err := s.Accounts.User(ctx, g.User); err != nil {
		return nil, err
	}
	return s.grantOrAsk(ctx, g)
}

type ungrantIn struct {
	User string `query:"user" required:"true" maxLength:"64"`
	Role string `query:"role" required:"true" maxLength:"64"`
	Unit string `query:"unit" maxLength:"40"`
}

func (s *Server) removeGrant(ctx context.Context, in *ungrantIn) (*of[Done], error) {
	g := policy.Grant{User: in.User, Role: in.Role, Unit: in.Unit}
	if err := s.allow(ctx, policy.GrantManage, g.Unit); err != nil {
		return nil, err
	}
	if g.Role == policy.Administrator {
		if err := s.notOver(ctx, g.User); err != nil {
			return nil, err
		}
	}
	if err := s.Policy.Revoke(ctx, g, actorOf(ctx)); err != nil {
		return nil, err
	}
	return done(s.recordGrant(ctx, policy.GrantManage, "revoke", g, nil))
}

func (s *Server) registerKeys() {
	create := op(http.MethodPost, "/keys", "create-key", "people", "新建接口密钥 Make an API key")
	create.DefaultStatus = http.StatusCreated
	register(s.routes, op(http.MethodGet, "/keys", "list-keys", "people", "接口密钥 API keys, the newest first"), anywhere(policy.KeyManage), s.listKeys)
	register(s.routes, create, anywhere(policy.KeyManage), s.createKey)
	register(s.routes, op(http.MethodDelete, "/keys/{id}", "revoke-key", "people", "撤销接口密钥 End a key for good"), anywhere(policy.KeyManage), s.revokeKey)
}

func (s *Server) listKeys(ctx context.Context, in *Paging) (*of[List[account.Key]], error) {
	page, err := s.Accounts.Keys(ctx, in.After, in.Limit)
	return listed(page.Keys, page.Next, err)
}

type keyIn struct {
	Once
	Body struct {
		Name    string   `json:"name" minLength:"1" maxLength:"200"`
		Unit    string   `json:"unit,omitempty" maxLength:"40" doc:"What the key may reach; absent: everything"`
		Scopes  []string `json:"scopes" minItems:"1" maxItems:"2" enum:"read,write"`
		Expires int64    `json:"expires,omitempty" minimum:"0" doc:"Milliseconds; absent: in a year; three years at most"`
	}
}

// NewKey is a key with its secret.
type NewKey struct {
	account.Key
	Secret string `json:"secret" doc:"Shown this once; empty in the answer to a repeat"`
}

func (s *Server) createKey(ctx context.Context, in *keyIn) (*of[NewKey], error) {
	b := in.Body
	if b.Unit != "" {
		if _, err := s.Content.Units.Get(ctx, b.Unit); err != nil {
			return nil, err
		}
	}
	id, err := s.once(ctx, "key", in.Once)
	if err != nil {
		return nil, err
	}
	if there, err := s.Accounts.Key(ctx, id); err == nil {
		return answer(NewKey{Key: there}, nil) // its secret was shown that once
	}
	k, secret, err := s.Accounts.NewKey(ctx, account.NewKey{ID: id, Name: b.Name, Unit: b.Unit, Scopes: b.Scopes, Expires: b.Expires})
	if err != nil {
		return nil, s.forgetRequest(ctx, id, err)
	}
	return answer(NewKey{k, secret}, s.record(ctx, policy.KeyManage, "key/"+k.ID, k.Unit, map[string]string{"what": "create", "scopes": strings.Join(k.Scopes, " "), "expires": strconv.FormatInt(k.Expires, 10)}))
}

type byKey struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) revokeKey(ctx context.Context, in *byKey) (*of[Done], error) {
	if err := s.Accounts.RevokeKey(ctx, in.ID); err != nil {
		return nil, err
	}
	return done(s.record(ctx, policy.KeyManage, "key/"+in.ID, "", map[string]string{"what": "revoke"}))
}
