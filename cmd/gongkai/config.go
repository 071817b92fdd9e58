// Configuration: one struct, whose tags are the table of flags and variables.

package main

import (
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel"
)

// config is what serve takes, each by flag or GONGKAI_* variable.
type config struct {
	Addr       string        `help:"Address to listen on." env:"GONGKAI_ADDR" default:"127.0.0.1:8080"`
	Data       string        `help:"Folder of the embedded stores and files." env:"GONGKAI_DATA" default:"data" type:"path"`
	RedisURL   string        `help:"Redis for the queue; empty: inside the process." env:"GONGKAI_REDIS_URL" secret:""`
	BaseURL    string        `help:"Address of the content API as receivers reach it; empty: http://ADDR." env:"GONGKAI_BASE_URL"`
	Secure     bool          `help:"Cookies only over TLS (set it behind an HTTPS proxy)." env:"GONGKAI_SECURE_COOKIES"`
	Session    time.Duration `help:"Longest life of a session." env:"GONGKAI_SESSION" default:"12h"`
	Idle       time.Duration `help:"A session ends after so long without a request." env:"GONGKAI_SESSION_IDLE" default:"2h"`
	HookNets   string        `help:"Private address ranges that webhooks may reach, comma-separated." env:"GONGKAI_WEBHOOK_NETS"`
	HookWait   time.Duration `help:"Time-out of one webhook call." env:"GONGKAI_WEBHOOK_TIMEOUT" default:"15s"`
	Secret     string        `help:"Restricted key for keyed hashes, at least 32 characters; empty: made and kept in the data folder." env:"GONGKAI_SECRET" secret:""`
	LogFormat  string        `help:"text or json." env:"GONGKAI_LOG" default:"text" enum:"text,json"`
	MetricsAll bool          `help:"Answer /metrics to every address, not to loopback alone." env:"GONGKAI_METRICS_ALL"`
}

// Validate names the variable whose value is wrong.
func (c config) Validate() error {
	bad := func(env, zh, en string) error {
		return gongkai.E(gongkai.Invalid, "config", env+" "+zh, env+" "+en)
	}
	_, err := channel.ParseGuard(c.HookNets)
	switch {
	case err != nil:
		return bad("GONGKAI_WEBHOOK_NETS", "应为以逗号分隔的地址段,如10.0.0.0/8", "must be address ranges such as 10.0.0.0/8, separated by commas")
	case c.Secret != "" && len(c.Secret) < 32:
		return bad("GONGKAI_SECRET", "至少须32个字符", "must have at least 32 characters")
	case c.Session < time.Minute || c.Session > 30*24*time.Hour:
		return bad("GONGKAI_SESSION", "应在1分钟到30天之间", "must be between 1 minute and 30 days")
	case c.Idle < time.Minute || c.Idle > c.Session:
		return bad("GONGKAI_SESSION_IDLE", "应在1分钟到会话最长时间之间", "must be between 1 minute and the session's longest life")
	case c.HookWait < time.Second || c.HookWait > 30*time.Second:
		return bad("GONGKAI_WEBHOOK_TIMEOUT", "应在1秒到30秒之间", "must be between 1 s and 30 s")
	case c.BaseURL != "" && !httpURL.MatchString(c.BaseURL):
		return bad("GONGKAI_BASE_URL", "应为http或https地址", "must be an http or https address")
	case !listenAddr.MatchString(c.Addr):
		return bad("GONGKAI_ADDR", "应为“地址:端口”,如127.0.0.1:8080", "must be address:port, such as 127.0.0.1:8080")
	}
	return nil
}

var (
	httpURL    = regexp.MustCompile(`^https?://[^\s/?#@]+(/[^\s?#]*)?$`)
	listenAddr = regexp.MustCompile(`^[^\s/]*:\d{1,5}$`)
	flagName   = regexp.MustCompile(`--[a-z][a-z-]*`)
)

// variable adds the variable's name to an error that names a flag, and leaves
// out the value: it could be a secret.
func variable(err error) error {
	flag := flagName.FindString(err.Error())
	for f := range reflect.TypeFor[config]().Fields() {
		if flag == "--"+kebab(f.Name) {
			return gongkai.E(gongkai.Invalid, "config", f.Tag.Get("env")+"("+flag+")的值不正确:"+f.Tag.Get("help"), f.Tag.Get("env")+" ("+flag+") has a wrong value. It is: "+f.Tag.Get("help"))
		}
	}
	return err
}

func kebab(name string) string {
	s := regexp.MustCompile(`([a-z0-9])([A-Z])`).ReplaceAllString(name, "$1-$2")
	return strings.ToLower(s)
}

type configCmd struct {
	config `embed:""`
}

// Run prints every variable with its value; secrets only whether they are set.
func (c configCmd) Run(out io.Writer) error {
	v := reflect.ValueOf(c.config)
	for f, value := range v.Fields() {
		shown := fmt.Sprint(value.Interface())
		if _, secret := f.Tag.Lookup("secret"); secret && shown != "" {
			shown = "(set, hidden)"
		}
		if _, err := fmt.Fprintf(out, "%-26s %-22s %s\n", f.Tag.Get("env"), orDash(shown), f.Tag.Get("help")); err != nil {
			return err
		}
	}
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
