// demo: everything embedded, with a small county to try.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/channel"
	"gongkai/channel/receiver"
	"gongkai/channel/wechat/wechatlocal"
	"gongkai/channel/weibo/weibolocal"
	"gongkai/jobs"
	"gongkai/store"
)

type demoCmd struct {
	Addr  string `help:"Address to listen on; loopback only." default:"127.0.0.1:8080"`
	Data  string `help:"Data folder; none: gongkai-demo here, continued by the next start (--walk: a new temporary one)." type:"path"`
	Redis string `help:"Redis for the queue; none: inside the process." placeholder:"URL"`
	Walk  bool   `help:"Play the walk of one item from draft to withdrawal, print it, and end: exit 0 only if all of it held."`

	log string // its form
}

// demo is a running demo.
type demo struct {
	*app
	county   *county
	receiver *receiver.Receiver
	wechat   *wechatlocal.Platform
	weibo    *weibolocal.Platform
	addr     string            // of the API
	hookAddr string            // of the downstream site
	media    map[string]string // addresses of new media, by outlet
}

// Run starts the demo.
func (c demoCmd) Run(ctx context.Context, s streams) error {
	began := time.Now()
	data := c.Data
	switch {
	case c.Walk && data == "":
		dir, err := os.MkdirTemp("", "gongkai-walk-*")
		if err != nil {
			return dataFolder(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		data = dir
	case data == "":
		data = "gongkai-demo"
	}
	c.Data = data
	if c.Walk {
		return c.walk(ctx, s.out, nil)
	}
	c.log = warnings
	d, ln, err := c.start(ctx, s.errs)
	if err != nil {
		return err
	}
	defer func() { _ = d.close() }()
	if err := d.fillMedia(ctx); err != nil {
		return err
	}
	d.welcome(s.out, time.Since(began))
	return d.serve(ctx, ln)
}

// start opens everything, seeds the county and starts the downstream site.
func (c demoCmd) start(ctx context.Context, errs io.Writer) (d *demo, ln net.Listener, err error) {
	if jobs.CheckRedis(c.Redis, "") != nil {
		return nil, nil, gongkai.E(gongkai.Invalid, "redis", "--redis 应为 redis:// 等地址", "--redis must be an address such as redis://host:6379/0")
	}
	if host, _, err := net.SplitHostPort(c.Addr); err != nil || !listenAddr(c.Addr) || host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return nil, nil, gongkai.E(gongkai.Invalid, "addr", "演示账号的密码是公开的，只能监听本机地址，如 127.0.0.1:8080", "the demo's passwords are known to all: it listens on loopback only, such as 127.0.0.1:8080")
	}
	if ln, err = listen(c.Addr, "--addr", "GONGKAI_ADDR"); err != nil {
		return nil, nil, err
	}
	cfg := config{Addr: ln.Addr().String(), Data: c.Data, RedisURL: c.Redis, Log: c.log, judging: usual, noticing: quiet, Session: 12 * time.Hour, SessionIdle: 2 * time.Hour, WebhookNets: "127.0.0.0/8", WebhookTimeout: 5 * time.Second, PortalWait: 30 * time.Minute, Cache: 64}
	a, err := openAs(ctx, editing|showing|paying, cfg, errs, account.Demo)
	if err != nil {
		_ = ln.Close()
		return nil, nil, err
	}
	d = &demo{app: a, addr: cfg.Addr}
	if err := d.begin(ctx); err != nil {
		return nil, nil, errors.Join(err, ln.Close(), a.close())
	}
	return d, ln, nil
}

// begin seeds the county and starts what serves it.
func (d *demo) begin(ctx context.Context) (err error) {
	if err = d.lock(); err != nil {
		return err
	}
	if d.county, err = seedCounty(ctx, d.app); err != nil {
		return err
	}
	if err = d.downstream(ctx); err != nil {
		return err
	}
	if err = d.newMedia(ctx); err != nil {
		return err
	}
	return d.start()
}

// downstream starts a website that subscribes: it gets signed webhooks and
// fetches the text from the content API, as a real one would.
func (d *demo) downstream(ctx context.Context) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return noStage(err)
	}
	d.hookAddr = ln.Addr().String()
	_, known := d.subscribers.Get(ctx, "qinghe-news")
	sub, _, err := d.subscribers.Put(ctx, channel.Subscriber{Meta: store.Meta{ID: "qinghe-news"}, Name: "青禾在线 · 演示用下游网站", URL: "http://" + d.hookAddr + "/hooks"})
	if err != nil {
		return err
	}
	d.receiver = receiver.New(sub.Secrets, fetcher("http://"+d.addr))
	d.shows(ln, d.receiver)
	if known == nil {
		return d.resend(ctx, sub.Channel())
	}
	return nil
}

func noStage(cause error) error {
	return gongkai.E(gongkai.Unavailable, "listen", "无法启动演示用的外部网站", "the demo's outside sites cannot start").Because(cause)
}

// shows serves a place outside until the demo ends.
func (d *demo) shows(ln net.Listener, place http.Handler) {
	site := &http.Server{Handler: place, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = site.Serve(ln) }()
	d.closers = append(d.closers, site.Close)
}

// resend tells the downstream site everything again: it keeps nothing over a
// restart, as a site that lost its data would.
func (d *demo) resend(ctx context.Context, id string) error {
	for f := (channel.Filter{Channels: []string{id}, Limit: 500}); ; {
		page, err := d.ledger.List(ctx, f)
		if err != nil {
			return err
		}
		for _, delivery := range page.Docs {
			if _, err := d.ledger.Retry(ctx, delivery.ID, true); err != nil && gongkai.CodeOf(err) != "claimed" {
				return err
			}
		}
		if f.After = page.Next; f.After == "" {
			return nil
		}
	}
}

func (d *demo) welcome(out io.Writer, took time.Duration) {
	p := func(format string, a ...any) { _, _ = fmt.Fprintf(out, format+"\n", a...) }
	p("公开 Gongkai demo · ready in %d ms", took.Milliseconds())
	p("")
	p("  API             http://%s/docs   (OpenAPI: /openapi.json)", d.addr)
	p("  Content API     http://%s/content/v1/items?site=qinghe", d.addr)
	p("  Downstream site http://%s/", d.hookAddr)
	p("  Portal 示例门户 cd deploy/examples/portal && npm ci && PORTAL_API=http://%s npm start   (Node.js 20)", d.addr)
	p("  WeChat, local   %s   (公众号，本机模拟)", d.media["wechat"])
	p("  Weibo, local    %s   (微博，本机模拟)", d.media["weibo"])
	p("  Data            %s (the next start continues it)", abs(d.cfg.Data))
	p("")
	p("  账号 / accounts, all with the password  %s", demoPassword)
	for _, person := range people {
		p("    %-12s %-10s %s", person.login, person.name, person.en)
	}
	p("")
	p("  演示一条信息的全过程 / the walk of one item:  gongkai demo --walk")
	p("  Ctrl-C 结束 / ends it.")
}

func abs(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
