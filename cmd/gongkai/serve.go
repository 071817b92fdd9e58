// serve: the whole program on one machine, or one side of it.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/api"
)

type serveCmd struct {
	config `embed:""`
}

// Run serves until the process is told to stop.
func (c serveCmd) Run(ctx context.Context, s streams) error {
	ln, err := listen(c.Addr, "--addr", "GONGKAI_ADDR") // first: a start that fails here leaves no folder behind
	if err != nil {
		return err
	}
	defer func() { _ = ln.Close() }()
	c.Addr = reachable(c.Addr, ln)
	a, err := openAs(ctx, c.role(), c.config, s.errs, account.Default)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	if err := a.lock(); err != nil {
		return err
	}
	if err := a.start(); err != nil {
		return err
	}
	if err := a.firstLink(ctx, s.out); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "公开 is ready: http://%s  (API description: /docs)\n", c.Addr)
	return a.serve(ctx, ln)
}

// role is what this serve is there for.
func (c serveCmd) role() role {
	r := map[string]role{"": editing | showing, api.OnlyEditorial: editing, api.OnlyContent: showing}[c.Only]
	if r&editing != 0 && c.Workers {
		r |= paying
	}
	return r
}

func listen(addr, flag, env string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, gongkai.E(gongkai.Unavailable, "listen", "无法监听该地址（"+flag+"，"+env+"），可能已被占用", "cannot listen on the address ("+flag+", "+env+"); something may be there already").Because(err)
	}
	return ln, nil
}

// reachable is how this machine reaches what listens on addr, be it on every
// address or on a port that the system chose.
func reachable(addr string, ln net.Listener) string {
	host, port, _ := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	if at, ok := ln.Addr().(*net.TCPAddr); ok {
		port = strconv.Itoa(at.Port)
	}
	return net.JoinHostPort(host, port)
}

// serve answers until ctx ends, then lets what runs finish.
func (a *app) serve(ctx context.Context, ln net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- a.server.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := a.server.Shutdown(end); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil // whoever is still connected then and asks for nothing is cut off
}

// lock lets the processes that run on one data folder and one Redis share it.
// A queue inside the process shares with nobody: its hints reach no other.
func (a *app) lock() error {
	how := syscall.LOCK_EX
	switch {
	case !a.is(editing | paying), a.cfg.RedisURL != "" && a.cfg.elsewhere():
		return nil // it writes nothing there
	case a.cfg.RedisURL != "":
		how = syscall.LOCK_SH
	}
	path, err := a.folder("serve.lock")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return dataFolder(err)
	}
	if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return gongkai.E(gongkai.Conflict, "locked", "另一个 serve 或 demo 正在使用数据文件夹（多个进程共用时，都须设 GONGKAI_REDIS_URL）："+a.cfg.Data,
			"another serve or demo uses the data folder (to share it, give all of them GONGKAI_REDIS_URL): "+a.cfg.Data)
	}
	a.closers = append([]func() error{f.Close}, a.closers...) // given up last
	return nil
}

// firstLink prints the one-time link by which the first administrator signs up.
func (a *app) firstLink(ctx context.Context, out io.Writer) error {
	if !a.is(editing) {
		return nil
	}
	if err := a.accounts.FinishFirst(ctx, api.First(a.policy, a.trail)); err != nil {
		return err
	}
	token, err := a.accounts.FirstLink(ctx)
	if gongkai.Is(err, gongkai.Blocked) || gongkai.Is(err, gongkai.Conflict) || err == nil && token == "" {
		return nil // there are users
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, firstLinkText, a.baseURL(), token)
	return err
}

const firstLinkText = `还没有用户。首位管理员请在 24 小时内凭此链接设立账号（只能使用一次）：
No users yet. The first administrator signs up by this link within 24 hours, once:
  %[1]s/api/v1/first?token=%[2]s
  curl %[1]s/api/v1/first -H 'Content-Type: application/json' \
    -d '{"token":"%[2]s","login":"…","name":"…","password":"…"}'
`
