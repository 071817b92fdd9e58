// Configuration: one struct, whose tags are the table of flags and variables.

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/api"
	"gongkai/channel"
	"gongkai/jobs"
)

// config is what serve takes, each by flag or GONGKAI_* variable: --log is
// GONGKAI_LOG.
type config struct {
	Addr           string `help:"Address to listen on." zh:"监听地址。" env:"GONGKAI_ADDR" default:"127.0.0.1:8080"`
	Data           string `help:"Folder of the embedded stores and files." zh:"内置存储和附件所在的文件夹。" env:"GONGKAI_DATA" default:"data" type:"path"`
	Only           string `help:"Serve one side alone: editorial or content; none: both." zh:"只提供一侧服务：editorial（编辑接口）或 content（内容接口）；不设则两者都提供。" env:"GONGKAI_ONLY" enum:",editorial,content" default:""`
	Workers        bool   `help:"Run workers inside serve; false: worker processes on the same Redis do the work." zh:"在 serve 内处理待办；设为 false 则由连接同一 Redis 的 worker 进程处理。" env:"GONGKAI_WORKERS" default:"true"`
	WorkerAddr     string `help:"Address where a worker answers /healthz, /readyz and /metrics." zh:"worker 应答 /healthz、/readyz、/metrics 的监听地址。" env:"GONGKAI_WORKER_ADDR" default:"127.0.0.1:8081"`
	engines        `embed:""`
	files          `embed:""`
	RedisURL       string        `help:"Redis for the queue; none: inside the process." zh:"队列所用的 Redis；不设则在进程内。" env:"GONGKAI_REDIS_URL" secret:""`
	RedisCA        string        `help:"PEM file of the authority that signed the certificate of Redis; none: those that this machine trusts." zh:"签发 Redis 证书的机构的 PEM 文件；不设则用本机信任的机构。" env:"GONGKAI_REDIS_CA" type:"path"`
	BaseURL        string        `help:"Address of the content API as receivers reach it; none: the address to listen on, over http." zh:"接收方访问内容接口的地址；不设则用监听地址（http）。" env:"GONGKAI_BASE_URL"`
	TrustedProxies string        `help:"Our own proxies, addresses or ranges separated by commas; their X-Forwarded-For names the client." zh:"本系统自己的反向代理（地址或地址段，以逗号分隔）；以其 X-Forwarded-For 为客户端地址。" env:"GONGKAI_TRUSTED_PROXIES"`
	Cache          int           `help:"Memory for answers of the content API that are kept until something changes, in MiB; 0: none are kept." zh:"内容接口保留应答所用的内存（MiB），内容变更即失效；0 为不保留。" env:"GONGKAI_CACHE" default:"64"`
	SecureCookies  bool          `help:"Cookies only over TLS (set it behind an HTTPS proxy)." zh:"Cookie 只经 TLS 发送（在 HTTPS 代理之后应设置）。" env:"GONGKAI_SECURE_COOKIES" default:"false"`
	Session        time.Duration `help:"Longest life of a session." zh:"会话最长时间。" env:"GONGKAI_SESSION" default:"12h"`
	SessionIdle    time.Duration `help:"A session ends after so long without a request." zh:"无请求多久后会话结束。" env:"GONGKAI_SESSION_IDLE" default:"2h"`
	WebhookNets    string        `help:"Private address ranges that webhooks may reach, separated by commas." zh:"Webhook 可以到达的内网地址段，以逗号分隔。" env:"GONGKAI_WEBHOOK_NETS"`
	WebhookTimeout time.Duration `help:"Time-out of one webhook call." zh:"一次 Webhook 调用的时限。" env:"GONGKAI_WEBHOOK_TIMEOUT" default:"15s"`
	PortalWait     time.Duration `help:"How long other channels wait for the portal to show an item first; then a person decides." zh:"首发：其他渠道等待门户显示的时间，逾时由人工决定。" env:"GONGKAI_PORTAL_WAIT" default:"30m"`
	ProbeRate      int           `help:"Requests a second with which the nightly probe reads what the public sees at GONGKAI_BASE_URL; 0: it looks at our own stores alone." zh:"每晚外部核查每秒向公开地址（GONGKAI_BASE_URL）发出的请求数；0 为只核对本系统的存储。" env:"GONGKAI_PROBE_RATE" default:"5"`
	RescanAt       string        `help:"When in the night what is public is read again with the rules of the day, hh:mm in the time of the offices." zh:"每晚何时按当日规则复检已公开的信息（时:分，北京时间）。" env:"GONGKAI_RESCAN_AT" default:"02:40"`
	judging        `embed:""`
	keeping        `embed:""`
	noticing       `embed:""`
	Secret         string `help:"Restricted key for keyed hashes, at least 32 characters; none: made and kept in the data folder." zh:"带密钥散列所用的受限密钥，至少 32 个字符；不设则自动生成并存于数据文件夹。" env:"GONGKAI_SECRET" secret:""`
	AuditKeyFile   string `help:"File of the key that signs checkpoints of the trail, best on another disk than the store; none: audit.key in the data folder." zh:"签署审计检查点的密钥文件，宜与数据不在同一磁盘；不设则为数据文件夹中的 audit.key。" env:"GONGKAI_AUDIT_KEY_FILE" type:"path"`
	AuditKeep      int    `help:"Days after which entries of the trail are taken out every night, 183 at least; 0: never. A signed checkpoint stays." zh:"审计日志保留天数，至少 183 天，期满每晚剪除并留下签署的检查点；0 为永久保留。" env:"GONGKAI_AUDIT_KEEP" default:"0"`
	Log            string `help:"Form of the log: text or json." zh:"日志格式：text 或 json。" env:"GONGKAI_LOG" default:"text" enum:"text,json"`
	watching       `embed:""`
	MetricsAll     bool `help:"Answer /metrics to every address, not to loopback alone." zh:"/metrics 对所有地址开放，而不只对本机。" env:"GONGKAI_METRICS_ALL" default:"false"`
}

// Validate names the variable whose value is wrong, and never the value. The
// content side alone does not look at what it does not use: it starts without,
// and with wrong, settings of the editorial side.
func (c config) Validate() error {
	if err := c.watching.Validate(); err != nil {
		return err
	}
	if _, err := proxies(c.TrustedProxies); err != nil {
		return err
	}
	switch {
	case c.BaseURL != "" && !httpURL.MatchString(c.BaseURL):
		return wrongSetting("GONGKAI_BASE_URL", "应为 http 或 https 地址", "must be an http or https address")
	case !listenAddr(c.Addr):
		return wrongSetting("GONGKAI_ADDR", "应为“地址:端口”，如 127.0.0.1:8080", "must be address:port, such as 127.0.0.1:8080")
	case c.Cache < 0 || c.Cache > maxCache:
		return wrongSetting("GONGKAI_CACHE", "应在 0 到 65536（MiB）之间", "must be between 0 and 65536 (MiB)")
	case c.Only == api.OnlyContent:
		return nil
	}
	if err := errors.Join(c.engines.Validate(), c.files.Validate(), c.judging.Validate(), c.keeping.Validate(), c.noticing.Validate()); err != nil {
		return err
	}
	if err := c.validWork(); err != nil {
		return err
	}
	return validSecret(c.Secret)
}

// maxCache is 64 GiB.
const maxCache = 64 << 10

// validWork looks at what the editorial side and workers use.
func (c config) validWork() error {
	_, err := channel.ParseGuard(c.WebhookNets)
	switch {
	case err != nil:
		return wrongSetting("GONGKAI_WEBHOOK_NETS", "应为以逗号分隔的地址段，如 10.0.0.0/8", "must be address ranges such as 10.0.0.0/8, separated by commas")
	case c.Session < time.Minute || c.Session > 30*24*time.Hour:
		return wrongSetting("GONGKAI_SESSION", "应在 1 分钟到 30 天之间", "must be between 1 minute and 30 days")
	case c.SessionIdle < time.Minute || c.SessionIdle > c.Session:
		return wrongSetting("GONGKAI_SESSION_IDLE", "应在 1 分钟到会话最长时间（GONGKAI_SESSION）之间", "must be between 1 minute and the session's longest life (GONGKAI_SESSION)")
	case c.WebhookTimeout < time.Second || c.WebhookTimeout > 30*time.Second:
		return wrongSetting("GONGKAI_WEBHOOK_TIMEOUT", "应在 1 秒到 30 秒之间", "must be between 1 s and 30 s")
	case c.PortalWait < 0 || c.PortalWait > 7*24*time.Hour:
		return wrongSetting("GONGKAI_PORTAL_WAIT", "应在 0 到 7 天之间", "must be between 0 and 7 days")
	case c.ProbeRate < 0 || c.ProbeRate > 1000:
		return wrongSetting("GONGKAI_PROBE_RATE", "应在 0 到 1000 之间", "must be between 0 and 1000")
	case c.AuditKeep != 0 && keptDays(c.AuditKeep) != nil:
		return wrongSetting("GONGKAI_AUDIT_KEEP", "应为 0（永久保留）或至少 183（天）", "must be 0 (for ever) or 183 days at least")
	case !clockTime(c.RescanAt):
		return wrongSetting("GONGKAI_RESCAN_AT", "应为“时:分”，如 02:40", "must be hh:mm, such as 02:40")
	case c.RedisURL == "" && !c.Workers:
		return wrongSetting("GONGKAI_WORKERS", "设为 false 时须设 GONGKAI_REDIS_URL，否则无人处理待办", "may be false only with GONGKAI_REDIS_URL: nobody would do the work")
	case !listenAddr(c.WorkerAddr):
		return wrongSetting("GONGKAI_WORKER_ADDR", "应为“地址:端口”，如 127.0.0.1:8081", "must be address:port, such as 127.0.0.1:8081")
	}
	return jobs.CheckRedis(c.RedisURL, c.RedisCA)
}

func wrongSetting(env, zh, en string) error {
	return gongkai.E(gongkai.Invalid, "config", env+" "+zh, env+" "+en)
}

func validSecret(secret string) error {
	if secret != "" && len(secret) < 32 {
		return wrongSetting("GONGKAI_SECRET", "至少须有 32 个字符", "must have at least 32 characters")
	}
	return nil
}

var (
	httpURL  = regexp.MustCompile(`^https?://[^\s/?#@]+(/[^\s?#]*)?$`)
	flagName = regexp.MustCompile(`--[a-z][a-z-]*`)
	humps    = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)

func listenAddr(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	_, errPort := strconv.ParseUint(port, 10, 16)
	return err == nil && errPort == nil
}

// setting is one row of the configuration: a field of config by its tags.
type setting struct {
	env, flag, standard, help, zh string
	secret                        bool
	index                         []int // of the field
}

func settings() []setting {
	var all []setting
	for _, f := range reflect.VisibleFields(reflect.TypeFor[config]()) {
		if f.Anonymous {
			continue
		}
		s := setting{index: f.Index, env: f.Tag.Get("env"), flag: "--" + strings.ToLower(humps.ReplaceAllString(f.Name, "$1-$2")), standard: f.Tag.Get("default"), help: f.Tag.Get("help"), zh: f.Tag.Get("zh")}
		_, s.secret = f.Tag.Lookup("secret")
		all = append(all, s)
	}
	return all
}

// settingOf finds the row that an error of the command line is about.
func settingOf(err error) (setting, bool) {
	flag := flagName.FindString(err.Error())
	for _, s := range settings() {
		if s.flag == flag {
			return s, true
		}
	}
	return setting{}, false
}

type configCmd struct {
	config   `embed:""`
	Markdown string `help:"Print the table of the documentation instead, in the language." enum:",en,zh" default:"" placeholder:"en|zh"`
	Env      bool   `help:"Print a sample file of all variables instead."`
}

// Run prints every variable with its value; secrets only whether they are set.
func (c configCmd) Run(out io.Writer) error {
	if c.Markdown != "" {
		_, err := io.WriteString(out, markdown(c.Markdown))
		return err
	}
	if c.Env {
		_, err := io.WriteString(out, sampleFile())
		return err
	}
	values := reflect.ValueOf(c.config)
	for _, s := range settings() {
		shown := fmt.Sprint(values.FieldByIndex(s.index).Interface())
		if s.secret && shown != "" {
			shown = "(set, hidden)"
		}
		if _, err := fmt.Fprintf(out, "%-26s %-22s %s\n", s.env, orElse(shown, "-"), s.help); err != nil {
			return err
		}
	}
	return nil
}

// markdown is the table of README.md (en) and README.zh-CN.md (zh).
func markdown(lang string) string {
	var b strings.Builder
	b.WriteString(map[string]string{"en": "| Variable | Flag | Default | Meaning |", "zh": "| 变量 | 参数 | 默认值 | 含义 |"}[lang])
	b.WriteString("\n|---|---|---|---|\n")
	for _, s := range settings() {
		standard, means := "", s.help
		if s.standard != "" {
			standard = "`" + s.standard + "`"
		}
		if lang == "zh" {
			means = s.zh
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", s.env, s.flag, standard, means)
	}
	return b.String()
}
