// serve: the whole program on one machine.

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"gongkai"
	"gongkai/account"
)

type serveCmd struct {
	config `embed:""`
}

// Run serves until the process is told to stop.
func (c serveCmd) Run(ctx context.Context, s streams) error {
	a, err := open(ctx, c.config, s.errs, account.Default)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	if err := a.lock(); err != nil {
		return err
	}
	ln, err := listen(c.Addr)
	if err != nil {
		return err
	}
	if err := a.start(); err != nil {
		return err
	}
	if err := a.firstLink(ctx, s.out); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "公开 is ready: http://%s  (API description: /docs)\n", ln.Addr())
	return a.serve(ctx, ln)
}

func listen(addr string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, gongkai.E(gongkai.Unavailable, "listen", "无法监听GONGKAI_ADDR所指地址,可能已被占用", "cannot listen on the address of GONGKAI_ADDR; something may be there already").Because(err)
	}
	return ln, nil
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
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return a.server.Shutdown(end)
}

// lock makes this process the one serve of the data folder: the queue inside
// it has one owner.
func (a *app) lock() error {
	f, err := os.OpenFile(filepath.Join(a.cfg.Data, "serve.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return dataFolder(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return gongkai.E(gongkai.Conflict, "locked", "另一个serve正在使用该数据文件夹(GONGKAI_DATA)", "another serve uses this data folder (GONGKAI_DATA)")
	}
	a.closers = append([]func() error{f.Close}, a.closers...) // given up last
	return nil
}

// firstLink prints the one-time link by which the first administrator signs up.
func (a *app) firstLink(ctx context.Context, out io.Writer) error {
	token, err := a.accounts.FirstLink(ctx)
	if gongkai.Is(err, gongkai.Blocked) || gongkai.Is(err, gongkai.Conflict) || err == nil && token == "" {
		return nil // there are users
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "还没有用户。首位管理员请在24小时内打开 / No users yet; the first administrator signs up within 24 h at:\n  %s/api/v1/first?token=%s\n", a.baseURL(), token)
	return err
}
