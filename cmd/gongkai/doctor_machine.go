// doctor: the data folder, the configuration, the last backup.

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// folder looks at the data folder: writable, private, with room.
func (d *doctor) folder() {
	dir := d.cfg.Data
	at, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) && d.cfg.elsewhere() {
		return // nothing lies in it
	}
	if err != nil || !at.IsDir() || d.failed(bad, "folder", unfinished(dir)) {
		d.failed(bad, "folder", dataFolder(err))
		return
	}
	d.writable(dir)
	d.private(dir)
	d.room(dir)
}

func (d *doctor) writable(dir string) {
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		d.say(bad, "folder", "数据文件夹不可写，请检查属主、权限和挂载："+abs(dir), "the data folder cannot be written; look at owner, rights and mount: "+abs(dir))
		return
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString("doctor")
	if d.failed(bad, "folder", errors.Join(err, f.Sync(), f.Close())) {
		return
	}
	d.say(fine, "folder", "数据文件夹可写："+abs(dir), "can be written: "+abs(dir))
	if at, err := os.Stat(f.Name()); err == nil && time.Since(at.ModTime()).Abs() > skewed { // a folder of another machine
		d.clock("数据文件夹 / the data folder", at.ModTime())
	}
}

// private looks whether others of the machine can read what is restricted.
func (d *doctor) private(dir string) {
	var open []string
	for _, name := range []string{".", "content.db", "secret.key", auditKeyName, "files", "files/originals", lastBackupName} {
		if at, err := os.Stat(filepath.Join(dir, name)); err == nil && at.Mode().Perm()&0o077 != 0 {
			open = append(open, name)
		}
	}
	if len(open) > 0 {
		d.say(warn, "modes", "本机其他用户可以进入或读取 "+strings.Join(open, "、")+"：chmod -R go= "+abs(dir), "other users of this machine can enter or read "+strings.Join(open, ", ")+": chmod -R go= "+abs(dir))
		return
	}
	d.say(fine, "modes", "只有属主可以读取", "readable by its owner alone")
}

// Room on the disk below which somebody should act.
const (
	tight = 2 << 30
	full  = 256 << 20
)

func (d *doctor) room(dir string) {
	var at syscall.Statfs_t
	if d.failed(warn, "disk", syscall.Statfs(dir, &at)) {
		return
	}
	free := int64(at.Bavail) * at.Bsize
	state := fine
	if free < tight {
		state = warn
	}
	if free < full {
		state = bad
	}
	d.say(state, "disk", "剩余空间 "+megabytes(free)+"（备份另需约等于数据的空间）", megabytes(free)+" are free (a backup needs about the size of the data)")
}

// configured looks for settings that are legal and dangerous.
func (d *doctor) configured() {
	before := len(d.all)
	for _, look := range []func(){d.addresses, d.nets, d.secret, d.auditKey} {
		look()
	}
	if d.failed(bad, "config", d.cfg.Validate()); len(d.all) == before {
		d.say(fine, "config", "未见有危险的设置", "nothing dangerous in it")
	}
}

func (d *doctor) addresses() {
	c := d.cfg
	base, _ := url.Parse(c.BaseURL)
	host, _, _ := net.SplitHostPort(c.Addr)
	open := !loopback(host)
	switch {
	case c.BaseURL == "":
		d.say(warn, "config", "未设 GONGKAI_BASE_URL：订阅方收到的是监听地址（http）", "GONGKAI_BASE_URL is not set: subscribers are told the address to listen on, over http")
	case base.Scheme == "http" && !loopback(base.Hostname()):
		d.say(warn, "config", "GONGKAI_BASE_URL 是 http：请在前面设 TLS 代理", "GONGKAI_BASE_URL is http: put a TLS proxy in front")
	}
	if !c.SecureCookies && (open || base != nil && base.Scheme == "https") {
		d.say(warn, "config", "GONGKAI_SECURE_COOKIES 未开启：会话 Cookie 可能经明文传输", "GONGKAI_SECURE_COOKIES is off: session cookies may travel in the clear")
	}
	if c.MetricsAll && open {
		d.say(warn, "config", "GONGKAI_METRICS_ALL 已开启：/metrics 对能访问的任何人开放，请由代理限制", "GONGKAI_METRICS_ALL is on: whoever reaches it reads /metrics; let the proxy restrict it")
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// nets looks at how much of the office's own network webhooks may reach.
func (d *doctor) nets() {
	for text := range strings.SplitSeq(d.cfg.WebhookNets, ",") {
		p, err := netip.ParsePrefix(strings.TrimSpace(text))
		switch {
		case err != nil:
		case p.Overlaps(netip.MustParsePrefix("127.0.0.0/8")) || p.Overlaps(netip.MustParsePrefix("::1/128")):
			d.say(warn, "config", "GONGKAI_WEBHOOK_NETS 包含本机地址：Webhook 可以访问本机的服务", "GONGKAI_WEBHOOK_NETS holds loopback: webhooks reach the services of this machine")
		case p.Addr().Is4() && p.Bits() < 8 || p.Addr().Is6() && p.Bits() < 16:
			d.say(warn, "config", "GONGKAI_WEBHOOK_NETS 过宽："+p.String(), "GONGKAI_WEBHOOK_NETS is too wide: "+p.String())
		}
	}
}

func (d *doctor) secret() {
	if d.cfg.Secret == "" && d.cfg.elsewhere() {
		d.say(warn, "config", "文档在 MongoDB 中，受限密钥却在本机的数据文件夹里：请设 GONGKAI_SECRET，并单独保管", "documents lie in MongoDB, but the restricted key in the data folder of this machine: set GONGKAI_SECRET and keep it apart")
	}
}

func (d *doctor) auditKey() {
	if d.cfg.AuditKeyFile == "" && d.cfg.elsewhere() {
		d.say(warn, "config", errKeyUnset.Zh, errKeyUnset.En)
	}
}

// How old the last backup may be.
const (
	backupDue  = 26 * time.Hour
	backupLate = 8 * 24 * time.Hour
)

func (d *doctor) backedUp() {
	if d.cfg.elsewhere() {
		d.say(fine, "backup", "文档在 MongoDB 中，备份方法见 docs/backup.md", "documents lie in MongoDB: docs/backup.md says how they are backed up")
		return
	}
	var last lastBackup
	raw, err := os.ReadFile(filepath.Join(d.cfg.Data, lastBackupName))
	if err != nil || json.Unmarshal(raw, &last) != nil {
		d.say(warn, "backup", "没有备份记录：gongkai backup --to 文件夹", "there is no record of a backup: gongkai backup --to FOLDER")
		return
	}
	age := d.now.Sub(last.Taken)
	state := fine
	if age > backupDue {
		state = warn
	}
	if age > backupLate {
		state = bad
	}
	d.say(state, "backup", fmt.Sprintf("上次备份于 %s 前，%s", age.Round(time.Minute), last.File), fmt.Sprintf("last taken %s ago, %s", age.Round(time.Minute), last.File))
}
