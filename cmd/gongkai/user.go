// user: accounts and grants from the command line.

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"gongkai"
	"gongkai/account"
	"gongkai/audit"
	"gongkai/policy"
	"gongkai/workflow"
)

type userCmd struct {
	Add     userAdd     `cmd:"" help:"Add a user; the password is asked for."`
	Passwd  userPasswd  `cmd:"" help:"Set a user's password; it is asked for."`
	Disable userDisable `cmd:"" help:"Disable a user and end the sessions; --enable undoes it."`
	Grant   userGrant   `cmd:"" help:"Grant a role in a unit and its sub-units; --revoke undoes it."`
}

// dataFlag is what a command needs that works beside a serve, or without one.
type dataFlag struct {
	Data    string `help:"Data folder." env:"GONGKAI_DATA" default:"data" type:"path"`
	Secret  string `help:"Restricted key, if serve is given one." env:"GONGKAI_SECRET" hidden:""`
	engines `embed:""`
	files   `embed:""`
	judging `embed:""`
}

// Validate refuses a key that serve would refuse.
func (d dataFlag) Validate() error {
	if err := errors.Join(d.engines.Validate(), d.files.Validate(), d.judging.Validate()); err != nil {
		return err
	}
	return validSecret(d.Secret)
}

// open opens the stores of a folder that has some.
func (d dataFlag) open(ctx context.Context, s streams) (*app, error) {
	if err := existing(d.Data); err != nil && !d.elsewhere() {
		return nil, err
	}
	return open(ctx, config{Data: d.Data, Secret: d.Secret, engines: d.engines, files: d.files, judging: d.judging}, s.errs, account.Default)
}

// operator is who acts from the command line: somebody with access to the
// machine.
var operator = gongkai.Actor{ID: "operator", Name: "命令行"}

// with opens the stores of the data folder for one act, and writes it into the
// trail.
func (d dataFlag) with(ctx context.Context, s streams, act string, do func(*app) (object string, detail map[string]string, err error)) error {
	a, err := d.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	object, detail, err := do(a)
	if err != nil {
		return err
	}
	if err := a.trail.Append(ctx, audit.Entry{At: gongkai.Millis(time.Now()), Actor: operator.ID, ActorName: operator.Name, Act: act, Object: object, Detail: detail}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "完成 / done: %s %s\n", act, object)
	return err
}

type userAdd struct {
	dataFlag `embed:""`
	Login    string `arg:"" help:"Name to sign in with."`
	Name     string `help:"Name shown beside signatures." required:""`
	Unit     string `help:"Home unit." default:""`
}

// Run adds a user.
func (c userAdd) Run(ctx context.Context, s streams) error {
	return c.with(ctx, s, "user.add", func(a *app) (string, map[string]string, error) {
		if err := errors.Join(knownUnit(ctx, a, c.Unit), noNumbers(a, c.Login, c.Name)); err != nil {
			return "", nil, err
		}
		password, err := ask(s)
		if err != nil {
			return "", nil, err
		}
		u, err := a.accounts.AddUser(ctx, account.NewUser{Login: c.Login, Name: c.Name, Unit: c.Unit, Password: password, MustChange: true})
		if err != nil {
			return "", nil, err
		}
		return "user/" + u.ID, nil, nil
	})
}

// noNumbers refuses numbers in names: the trail and every signature show them.
func noNumbers(a *app, names ...string) error {
	for _, name := range names {
		if kind := a.engine.PersonalIn(name); kind != "" {
			zh, en := workflow.KindName(kind)
			return gongkai.E(gongkai.Invalid, "personal", "登录名和姓名会写入审计记录，不得是"+zh, "login and name go into the trail: they must not be a "+en)
		}
	}
	return nil
}

type userPasswd struct {
	dataFlag `embed:""`
	Login    string `arg:"" help:"Name to sign in with."`
}

// Run sets a password and ends the user's sessions.
func (c userPasswd) Run(ctx context.Context, s streams) error {
	return c.with(ctx, s, "user.password", func(a *app) (string, map[string]string, error) {
		u, err := a.accounts.ByLogin(ctx, c.Login)
		if err != nil {
			return "", nil, err
		}
		password, err := ask(s)
		if err != nil {
			return "", nil, err
		}
		return "user/" + u.ID, nil, a.accounts.SetPassword(ctx, u.ID, nil, password)
	})
}

type userDisable struct {
	dataFlag `embed:""`
	Login    string `arg:"" help:"Name to sign in with."`
	Enable   bool   `help:"Enable again."`
}

// Run disables or enables a user.
func (c userDisable) Run(ctx context.Context, s streams) error {
	act := map[bool]string{true: "user.enable", false: "user.disable"}[c.Enable]
	return c.with(ctx, s, act, func(a *app) (string, map[string]string, error) {
		u, err := a.accounts.ByLogin(ctx, c.Login)
		if err != nil {
			return "", nil, err
		}
		return "user/" + u.ID, nil, a.accounts.Disable(ctx, u.ID, !c.Enable)
	})
}

type userGrant struct {
	dataFlag `embed:""`
	Login    string `arg:"" help:"Name to sign in with."`
	Role     string `arg:"" help:"One of: editor, reviewer-1..3, proofreader-1..3, secrecy-officer, publisher, administrator, auditor."`
	Unit     string `arg:"" optional:"" help:"Unit; none: the whole installation."`
	Revoke   bool   `help:"Take it back."`
}

// Run grants or revokes a role.
func (c userGrant) Run(ctx context.Context, s streams) error {
	act := map[bool]string{true: "grant.remove", false: "grant.add"}[c.Revoke]
	return c.with(ctx, s, act, func(a *app) (string, map[string]string, error) {
		u, err := a.accounts.ByLogin(ctx, c.Login)
		if err != nil {
			return "", nil, err
		}
		if err := knownUnit(ctx, a, c.Unit); err != nil {
			return "", nil, err
		}
		g := policy.Grant{User: u.ID, Role: c.Role, Unit: c.Unit}
		change := a.policy.Grant
		if c.Revoke {
			change = a.policy.Revoke
		}
		return "user/" + u.ID, map[string]string{"role": c.Role, "unit": c.Unit}, change(ctx, g, operator)
	})
}

// knownUnit refuses the name of a unit that is not there; none is allowed.
func knownUnit(ctx context.Context, a *app, unit string) error {
	if unit == "" {
		return nil
	}
	_, err := a.content.Units.Get(ctx, unit)
	if gongkai.Is(err, gongkai.Missing) {
		return gongkai.E(gongkai.Invalid, "unit", "没有这个单位："+unit, "there is no such unit: "+unit)
	}
	return err
}

// ask reads a password: from a terminal without showing it, else one line of
// standard input. It is never taken from the command line, where others see it.
func ask(s streams) (string, error) {
	if f, ok := s.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		_, _ = fmt.Fprint(s.errs, "密码 / password: ")
		raw, err := term.ReadPassword(int(f.Fd()))
		_, _ = fmt.Fprintln(s.errs)
		return string(raw), err
	}
	line, err := bufio.NewReader(s.in).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", gongkai.E(gongkai.Invalid, "password", "请从标准输入给出密码", "give the password on standard input").Because(err)
	}
	return line, nil
}
