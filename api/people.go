// Users, their grants, and the keys of programs.

package api

import (
	"context"
	"net/http"

	"gongkai"
	"gongkai/account"
	"gongkai/policy"
)

func (s *Server) registerUsers() {
	add := op(http.MethodPost, "/users", "add-user", "people", "新增用户 Add a user")
	add.DefaultStatus = http.StatusCreated
	register(s.routes, op(http.MethodGet, "/users", "list-users", "people", "用户 Users"), onUnit(policy.UserRead), s.listUsers)
	register(s.routes, add, onUnit(policy.UserManage), s.addUser)
	register(s.routes, op(http.MethodPost, "/users/{id}/disabled", "disable-user", "people", "停用或恢复用户 Lock a user out, or in again"), onUnit(policy.UserManage), s.disableUser)
	register(s.routes, op(http.MethodPost, "/users/{id}/password", "set-password", "people", "重设密码 Give a user another password"), onUnit(policy.UserManage), s.setPassword)
}

type userQuery struct {
	Paging
	Unit     string `query:"unit" maxLength:"40" doc:"Only users of this home unit"`
	Disabled string `query:"disabled" enum:"true,false"`
}

func (s *Server) listUsers(ctx context.Context, in *userQuery) (*of[List[account.User]], error) {
	if err := s.allow(ctx, policy.UserRead, in.Unit); err != nil {
		return nil, err
	}
	f := account.UserFilter{Unit: in.Unit, After: in.After, Limit: in.Limit}
	if in.Disabled != "" {
		disabled := in.Disabled == "true"
		f.Disabled = &disabled
	}
	page, err := s.Accounts.Users(ctx, f)
	return listed(page.Users, page.Next, err)
}

type userIn struct {
	Once
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Name     string `json:"name" maxLength:"200"`
		Unit     string `json:"unit" minLength:"1" maxLength:"40" doc:"Home unit"`
		Password string `json:"password" maxLength:"1000" gate:"secret" doc:"A first password: the person must choose another"`
	}
}

func (s *Server) addUser(ctx context.Context, in *userIn) (*of[account.User], error) {
	b := in.Body
	if err := s.allow(ctx, policy.UserManage, b.Unit); err != nil {
		return nil, err
	}
	id, err := s.once(ctx, "user", in.Once)
	if err != nil {
		return nil, err
	}
	if there, err := s.Accounts.User(ctx, id); err == nil {
		return answer(there, nil)
	}
	u, err := s.Accounts.AddUser(ctx, account.NewUser{ID: id, Login: b.Login, Name: b.Name, Unit: b.Unit, Password: b.Password, MustChange: true})
	if err != nil {
		return nil, s.forgetRequest(ctx, id, err)
	}
	return answer(u, s.record(ctx, policy.UserManage, "user/"+u.ID, u.Unit, map[string]string{"what": "add", "login": u.Login}))
}

// manages decides on a user's home unit and on every unit in which the user
// holds a role: who may set a password may act as its owner.
func (s *Server) manages(ctx context.Context, id string) (account.User, error) {
	u, err := s.Accounts.User(ctx, id)
	if gongkai.Is(err, gongkai.Missing) {
		if refused := s.allow(ctx, policy.UserManage, ""); refused != nil {
			err = refused // who may not manage users does not learn which there are
		}
	}
	if err != nil {
		return u, err
	}
	units := []string{u.Unit}
	for _, g := range s.Policy.Grants(u.ID) {
		units = append(units, g.Unit)
	}
	for _, unit := range units {
		if err := s.allow(ctx, policy.UserManage, unit); err != nil {
			return u, err
		}
	}
	return u, nil
}

// ByUser is the path to a user.
type ByUser struct {
	ID string `path:"id" maxLength:"64"`
}

type disableIn struct {
	ByUser
	Body struct {
		Disabled bool `json:"disabled"`
	}
}

func (s *Server) disableUser(ctx context.Context, in *disableIn) (*of[account.User], error) {
	u, err := s.manages(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if u.ID == actorOf(ctx).ID {
		return nil, gongkai.E(gongkai.Blocked, "oneself", "不能停用本人", "nobody locks themselves out")
	}
	if err := s.Accounts.Disable(ctx, u.ID, in.Body.Disabled); err != nil {
		return nil, err
	}
	u.Disabled = in.Body.Disabled
	return answer(u, s.record(ctx, policy.UserManage, "user/"+u.ID, u.Unit, map[string]string{"what": "disable", "disabled": yes(u.Disabled)}))
}

type setPasswordIn struct {
	ByUser
	Body struct {
		Password string `json:"password" maxLength:"1000" gate:"secret"`
	}
}

func (s *Server) setPassword(ctx context.Context, in *setPasswordIn) (*of[Done], error) {
	u, err := s.manages(ctx, in.ID)
	if err == nil {
		err = s.notOver(ctx, u.ID)
	}
	if err != nil {
		return nil, err
	}
	if err := s.Accounts.SetPassword(ctx, u.ID, nil, in.Body.Password); err != nil {
		return nil, err
	}
	return done(s.record(ctx, policy.UserManage, "user/"+u.ID, u.Unit, map[string]string{"what": "password"}))
}
