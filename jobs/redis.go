// The address of a Redis: one server, Sentinel or Cluster, plain or over TLS.

package jobs

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"gongkai"
)

// patience is how long one exchange with Redis may take.
const patience = 2 * time.Second

// form is what a scheme stands for.
type form struct {
	mode shape // how many servers, and who knows the first among them
	tls  bool
	port string // where an address names none
}

type shape int

const (
	single shape = iota
	socket
	sentinel
	cluster
)

var forms = map[string]form{
	"redis": {single, false, "6379"}, "rediss": {single, true, "6379"}, "redis-socket": {socket, false, ""},
	"redis-sentinel": {sentinel, false, "26379"}, "rediss-sentinel": {sentinel, true, "26379"},
	"redis-cluster": {cluster, false, "6379"}, "rediss-cluster": {cluster, true, "6379"},
}

// address is a parsed URL. asynq's own parser knows no user names, no Sentinel
// over TLS and no Cluster, and since Go 1.26 net/url takes no list of hosts.
type address struct {
	form
	hosts            []string // host:port, or the path of a socket
	user, password   string
	db               int
	master           string // Sentinel's name for it
	sentinelUser     string
	sentinelPassword string
	tlsConfig        *tls.Config
}

func badURL(zh, en string) error {
	return gongkai.E(gongkai.Invalid, "redis_url", "GONGKAI_REDIS_URL "+zh, "GONGKAI_REDIS_URL "+en)
}

func badCA(zh, en string) error {
	return gongkai.E(gongkai.Invalid, "redis_ca", "GONGKAI_REDIS_CA "+zh, "GONGKAI_REDIS_CA "+en)
}

// CheckRedis says what is wrong with the settings of a Redis before anybody
// connects to it; none at all are fine.
func CheckRedis(rawURL, ca string) error {
	if rawURL == "" && ca == "" {
		return nil
	}
	_, err := parseRedis(rawURL, ca)
	return err
}

// parseRedis reads scheme://user:password@host:port,host:port/db?master=name.
func parseRedis(raw, ca string) (a address, err error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	known := false
	if a.form, known = forms[scheme]; !known {
		return a, badURL("应以 redis://、rediss://、redis-socket://、redis-sentinel://、rediss-sentinel://、redis-cluster:// 或 rediss-cluster:// 开头",
			"must begin with redis://, rediss://, redis-socket://, redis-sentinel://, rediss-sentinel://, redis-cluster:// or rediss-cluster://")
	}
	rest, query, _ := strings.Cut(rest, "?")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		if a.user, a.password, err = credentials(rest[:at]); err != nil {
			return a, err
		}
		rest = rest[at+1:]
	}
	hosts, path, _ := strings.Cut(rest, "/")
	if a.hosts, err = a.places(hosts, path); err != nil {
		return a, err
	}
	if err := a.details(path, query); err != nil {
		return a, err
	}
	a.tlsConfig, err = a.trust(ca)
	return a, err
}

func credentials(info string) (user, password string, err error) {
	user, password, _ = strings.Cut(info, ":")
	user, errUser := url.PathUnescape(user)
	password, errPassword := url.PathUnescape(password)
	if errUser != nil || errPassword != nil {
		return "", "", badURL("中用户名或密码里的 % 须写作 %25", "has a % in its user or password that must be written %25")
	}
	return user, password, nil
}

var goodHost = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)

// places are the servers of the address.
func (a address) places(hosts, path string) (out []string, err error) {
	if a.mode == socket {
		if hosts != "" || path == "" {
			return nil, badURL("应写明套接字的完整路径，如 redis-socket:///run/redis/redis.sock", "must name the whole path of the socket, such as redis-socket:///run/redis/redis.sock")
		}
		return []string{"/" + path}, nil
	}
	for _, host := range strings.Split(hosts, ",") {
		name, port, err := net.SplitHostPort(host)
		if err != nil {
			name, port = strings.Trim(host, "[]"), a.port
		}
		_, errPort := strconv.ParseUint(port, 10, 16)
		if errPort != nil || net.ParseIP(name) == nil && !goodHost.MatchString(name) {
			return nil, badURL("中的服务器应为 host:port，多个以逗号分隔", "must name its servers as host:port, several separated by commas")
		}
		out = append(out, net.JoinHostPort(name, port))
	}
	if a.mode == single && len(out) > 1 {
		return nil, badURL("有多个服务器，应使用 redis-sentinel:// 或 redis-cluster://", "names several servers: it must be redis-sentinel:// or redis-cluster://")
	}
	return out, nil
}

// details reads what stands behind the servers.
func (a *address) details(path, query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return badURL("中问号之后的部分无法读取", "cannot be read after its question mark")
	}
	number := path
	if a.mode == socket {
		number = values.Get("db")
	}
	if number != "" {
		if a.db, err = strconv.Atoi(number); err != nil || a.db < 0 || a.mode == cluster && a.db > 0 {
			return badURL("的库号应为数字；集群只有 0 号库", "must name its database by a number; a cluster has number 0 alone")
		}
	}
	a.master, a.sentinelUser, a.sentinelPassword = values.Get("master"), values.Get("sentinel_user"), values.Get("sentinel_password")
	if a.mode == sentinel && a.master == "" {
		return badURL("缺少主节点的名称，如 ?master=mymaster", "lacks the name of the master, such as ?master=mymaster")
	}
	for key := range values {
		if a.mode == socket && key == "db" || a.mode == sentinel && (key == "master" || key == "sentinel_user" || key == "sentinel_password") {
			continue
		}
		return badURL("问号之后有不认识的项目", "has something unknown after its question mark")
	}
	return nil
}

// trust is how the server's certificate is judged: by the office's own
// authority where a file of it is given, else by those of the machine.
func (a address) trust(ca string) (*tls.Config, error) {
	switch {
	case !a.tls && ca != "":
		return nil, badCA("已设置，但 GONGKAI_REDIS_URL 未使用 TLS（rediss）", "is set, but GONGKAI_REDIS_URL does not use TLS (rediss)")
	case !a.tls:
		return nil, nil
	case ca == "":
		return &tls.Config{MinVersion: tls.VersionTLS12}, nil
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, badCA("所指的文件无法读取", "names a file that cannot be read")
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, badCA("所指的文件中没有 PEM 格式的证书", "names a file that holds no certificate in PEM form")
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}, nil
}

// connections is how many a process may open: more than its workers need.
const connections = 48

// client connects when it is first used.
func (a address) client() redis.UniversalClient {
	opt := &redis.UniversalOptions{Addrs: a.hosts, IsClusterMode: a.mode == cluster, MasterName: a.master, DB: a.db, Username: a.user, Password: a.password,
		SentinelUsername: a.sentinelUser, SentinelPassword: a.sentinelPassword, TLSConfig: a.tlsConfig, PoolSize: connections,
		DialTimeout: patience, ReadTimeout: patience, WriteTimeout: patience, MaxRetries: 1, DialerRetries: 1, ContextTimeoutEnabled: true, // whoever waits decides how long
		DisableIdentity:          true, // one right less to grant
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}}
	if a.mode == socket {
		one := opt.Simple()
		one.Network, one.Addr = "unix", a.hosts[0]
		return redis.NewClient(one)
	}
	return redis.NewUniversalClient(opt)
}

// sentinelClient asks one of the sentinels.
func (a address) sentinelClient(host string) *redis.SentinelClient {
	return redis.NewSentinelClient(&redis.Options{Addr: host, Username: a.sentinelUser, Password: a.sentinelPassword, TLSConfig: a.tlsConfig,
		DialTimeout: patience, ReadTimeout: patience, WriteTimeout: patience, MaxRetries: -1, DialerRetries: 1, ContextTimeoutEnabled: true})
}
