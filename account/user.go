// Users (用户): adding, finding, passwords, disabling.

package account

import (
	"cmp"
	"context"

	"golang.org/x/sync/errgroup"

	"gongkai"
	"gongkai/store"
)

// User is a person who can sign in. It never carries the password's hash.
type User struct {
	store.Meta
	Login       string `json:"login"` // folded: see cleanLogin
	Name        string `json:"name"`  // shown beside signatures
	Unit        string `json:"unit"`  // home unit (单位)
	Disabled    bool   `json:"disabled"`
	Created     int64  `json:"created"`
	PasswordSet int64  `json:"password_set"`
	MustChange  bool   `json:"must_change"` // somebody else knows the password
}

// Actor is the user as the domain sees who acts.
func (u User) Actor() gongkai.Actor {
	return gongkai.Actor{ID: u.ID, Name: u.Name, Unit: u.Unit}
}

// userDoc is what is stored. A session is good while its epoch is the user's:
// raising the epoch ends them all in the same write that changes the password,
// so that a sign-in which raced with it has no session either.
type userDoc struct {
	User
	Hash  string `json:"hash"`
	Email string `json:"email,omitempty"`
	Epoch int64  `json:"epoch"`
}

var userSpec = store.Spec[userDoc]{Name: "users", Schema: 1, Indexes: []store.Index{
	{Name: "users_login", Fields: []string{"login"}, Unique: true},
	{Name: "users_unit", Fields: []string{"unit", "login"}},
	{Name: "users_disabled", Fields: []string{"disabled", "login"}},
	{Name: "users_unit_disabled", Fields: []string{"unit", "disabled", "login"}},
}}

// NewUser is a user to be. MustChange asks for another password at the first
// sign-in.
type NewUser struct {
	ID                          string // "" for a fresh one
	Login, Name, Unit, Password string
	MustChange                  bool
}

// AddUser adds a user: Invalid names the rule that login, name or password
// break; Conflict when the login is taken.
func (a *Accounts) AddUser(ctx context.Context, n NewUser) (User, error) {
	return a.addAs(ctx, cmp.Or(n.ID, gongkai.NewID()), n)
}

func (a *Accounts) addAs(ctx context.Context, id string, n NewUser) (User, error) {
	d, err := a.newDoc(ctx, id, n)
	if err != nil {
		return User{}, err
	}
	d, err = a.users.Insert(ctx, d)
	return d.User, taken(err)
}

// AddUsers adds many users, hashing in parallel. All are checked, taken logins
// included, before the first is added.
func (a *Accounts) AddUsers(ctx context.Context, many []NewUser) ([]User, error) {
	docs := make([]userDoc, len(many))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(a.hasher.slots))
	for i, n := range many {
		g.Go(func() (err error) {
			docs[i], err = a.newDoc(gctx, gongkai.NewID(), n)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := a.allFree(ctx, docs); err != nil {
		return nil, err
	}
	if _, err := a.users.InsertMany(ctx, docs); err != nil {
		return nil, taken(err)
	}
	users := make([]User, len(docs))
	for i, d := range docs {
		users[i] = d.User
	}
	return users, nil
}

// allFree tells of a login that is taken, or wanted twice.
func (a *Accounts) allFree(ctx context.Context, docs []userDoc) error {
	wanted := map[string]bool{}
	for _, d := range docs {
		there, err := a.byLogin(ctx, d.Login)
		if err != nil {
			return err
		}
		if there.Rev != 0 || wanted[d.Login] {
			return errTaken
		}
		wanted[d.Login] = true
	}
	return nil
}

// newDoc checks a new user and pays for the hash.
func (a *Accounts) newDoc(ctx context.Context, id string, n NewUser) (d userDoc, err error) {
	login, err := cleanLogin(n.Login)
	if err != nil {
		return d, err
	}
	name, err := cleanName(n.Name)
	if err != nil {
		return d, err
	}
	if err := CheckPassword(login, n.Password); err != nil {
		return d, err
	}
	hash, err := a.hasher.hash(ctx, n.Password)
	if err != nil {
		return d, err
	}
	now := a.now()
	return userDoc{Hash: hash, User: User{Meta: store.Meta{ID: id}, Login: login, Name: name, Unit: n.Unit,
		Created: now, PasswordSet: now, MustChange: n.MustChange}}, nil
}

var errTaken = gongkai.E(gongkai.Conflict, "login_taken", "登录名已被使用", "the login is taken",
	gongkai.Detail{Where: "login", Code: "taken", Zh: "已被使用", En: "taken"})

func taken(err error) error {
	if gongkai.Is(err, gongkai.Conflict) {
		return errTaken.Because(err)
	}
	return err
}

// SetPassword gives a user another password and ends all of the user's
// sessions. With old it is the person's own change, old is checked (as slowly
// as a sign-in); without it is somebody else's, and the person must change it.
func (a *Accounts) SetPassword(ctx context.Context, id string, old *string, password string) error {
	d, err := a.users.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := CheckPassword(d.Login, password); err != nil {
		return err
	}
	if old != nil {
		if err := a.checkOld(ctx, d, *old, password); err != nil {
			return err
		}
	}
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return a.endSessions(ctx, d, func(d *userDoc) {
		d.Hash, d.PasswordSet, d.MustChange = hash, a.now(), old == nil
	})
}

var errOld = gongkai.E(gongkai.Invalid, "wrong_password", "原密码不正确", "the old password is wrong",
	gongkai.Detail{Where: "old", Code: "wrong", Zh: "不正确", En: "wrong"})

var errSame = gongkai.E(gongkai.Invalid, "weak_password", "新密码不能与原密码相同", "the new password is not the old one",
	gongkai.Detail{Where: "password", Code: "same", Zh: "新密码不能与原密码相同", En: "the new password is not the old one"})

func (a *Accounts) checkOld(ctx context.Context, d userDoc, old, password string) error {
	try := a.loginTry(d.Login)
	if err := a.take(ctx, try); err != nil {
		return err
	}
	ok, err := a.hasher.verify(ctx, d.Hash, old)
	if err != nil {
		return err
	}
	if !ok {
		return errOld
	}
	if old == password {
		return errSame
	}
	return a.forget(ctx, try)
}

// Disable locks a user out and ends all sessions, or lets the user in again.
func (a *Accounts) Disable(ctx context.Context, id string, disabled bool) error {
	d, err := a.users.Get(ctx, id)
	if err != nil || d.Disabled == disabled {
		return err
	}
	return a.endSessions(ctx, d, func(d *userDoc) { d.Disabled = disabled })
}

// endSessions changes the very user that was looked at and raises the epoch.
// Deleting the sessions is mere tidiness after that.
func (a *Accounts) endSessions(ctx context.Context, seen userDoc, change func(*userDoc)) error {
	_, err := a.users.Update(ctx, seen.ID, seen.Rev, func(d *userDoc) error {
		change(d)
		d.Epoch++
		return nil
	})
	if err != nil {
		return err
	}
	return a.dropSessions(ctx, seen.ID)
}

// User finds a user by id.
func (a *Accounts) User(ctx context.Context, id string) (User, error) {
	d, err := a.users.Get(ctx, id)
	if err != nil {
		return User{}, err
	}
	return d.User, nil
}

// ByLogin finds a user by login, in whatever case or width it is written.
func (a *Accounts) ByLogin(ctx context.Context, login string) (User, error) {
	d, err := a.byLogin(ctx, login)
	if err != nil {
		return User{}, err
	}
	if d.Rev == 0 {
		return User{}, gongkai.E(gongkai.Missing, "no_user", "没有这个用户", "there is no such user")
	}
	return d.User, nil
}

// byLogin gives a document with Rev 0 for an unknown login.
func (a *Accounts) byLogin(ctx context.Context, login string) (userDoc, error) {
	login, err := cleanLogin(login)
	if err != nil { // nobody has such a login
		return userDoc{}, nil
	}
	p, err := a.users.Find(ctx, store.Query{Where: []store.Cond{store.Eq("login", login)}, Limit: 1})
	if err != nil || len(p.Docs) == 0 {
		return userDoc{}, err
	}
	return p.Docs[0], nil
}

// UserFilter narrows a list of users; its zero value is the first page of all.
type UserFilter struct {
	Unit     string
	Disabled *bool
	After    string // the Next of the page before
	Limit    int    // 50
}

// UserPage is one page of users, by login.
type UserPage struct {
	Users []User
	Next  string
}

// Users lists users.
func (a *Accounts) Users(ctx context.Context, f UserFilter) (UserPage, error) {
	q := store.Query{After: f.After, Limit: or(f.Limit, 50), Sort: []string{"login"}, Where: []store.Cond{store.Exists("login")}}
	if f.Unit != "" {
		q.Where = append(q.Where, store.Eq("unit", f.Unit))
	}
	if f.Disabled != nil {
		q.Where = append(q.Where, store.Eq("disabled", *f.Disabled))
	}
	p, err := a.users.Find(ctx, q)
	if err != nil {
		return UserPage{}, err
	}
	page := UserPage{Next: p.Next}
	for _, d := range p.Docs {
		page.Users = append(page.Users, d.User)
	}
	return page, nil
}

// mostCounted is how far the users of a unit are counted.
const mostCounted = 1000

// CountIn counts the users whose home a unit is, to 1,000.
func (a *Accounts) CountIn(ctx context.Context, unit string) (int, error) {
	return a.users.Count(ctx, []store.Cond{store.Eq("unit", unit)}, mostCounted)
}

// Rehome gives the users of a unit another home, each after said was told.
func (a *Accounts) Rehome(ctx context.Context, from, to string, said func(User) error) error {
	for {
		page, err := a.Users(ctx, UserFilter{Unit: from})
		if err != nil || len(page.Users) == 0 || from == to {
			return err
		}
		for _, u := range page.Users {
			if err := said(u); err != nil {
				return err
			}
			_, err := a.users.Update(ctx, u.ID, 0, func(d *userDoc) error {
				d.Unit = to
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
}
