// What ails a Redis: told apart by what it answers, and where it answers
// nothing, by knocking at its door.

package jobs

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"gongkai"
)

// The states of the queue.
const (
	Fine         = "fine"
	Failing      = "failing"       // something failed; the lookout has not found out what yet
	Absent       = "absent"        // nobody answers at the address
	Paused       = "paused"        // somebody is there and does not answer
	Loading      = "loading"       // it reads its data after a start
	Replica      = "replica"       // it takes no writes: a failover is going on, or the address is a replica's
	Full         = "full"          // maxmemory
	Refusing     = "refusing"      // another reason not to write
	Split        = "split"         // part of a cluster is away
	Password     = "password"      // wrong user or password
	Rights       = "rights"        // the user may not do what the queue needs
	NeedsTLS     = "needs_tls"     // plain words to a TLS port
	NoTLS        = "no_tls"        // TLS to a plain port
	UnknownCA    = "unknown_ca"    // its certificate is signed by nobody we know
	WrongName    = "wrong_name"    // its certificate is another host's
	BadTLS       = "bad_tls"       // anything else about certificates
	ClientCert   = "client_cert"   // it demands a certificate of ours
	NoCluster    = "no_cluster"    // one server, addressed as a cluster
	NeedsCluster = "needs_cluster" // a cluster, addressed as one server
	NoMaster     = "no_master"     // Sentinel knows no master of the name
	SentinelPass = "sentinel_pass" // the sentinels refuse user or password
)

// ailment is what is said of a state. lasting ones do not pass by themselves:
// a start refuses them.
type ailment struct {
	zh, en  string
	lasting bool
}

const meanwhile = "；待办由各工作进程自行处理，恢复后自动继续"

var ailments = map[string]ailment{
	Failing:      {"Redis 操作失败，正在查明原因", "Redis fails; the reason is being looked for", false},
	Absent:       {"GONGKAI_REDIS_URL 所指的 Redis 无人应答", "nobody answers at the Redis of GONGKAI_REDIS_URL", false},
	Paused:       {"GONGKAI_REDIS_URL 所指的 Redis 能连接但不回应（暂停或卡住）", "the Redis of GONGKAI_REDIS_URL can be reached but does not answer (paused or stuck)", false},
	Loading:      {"Redis 正在载入数据", "Redis is still loading its data", false},
	Replica:      {"Redis 是只读副本：正在切换主节点，或 GONGKAI_REDIS_URL 指向副本", "Redis is a read-only replica: a failover is going on, or GONGKAI_REDIS_URL names a replica", false},
	Full:         {"Redis 内存已满（maxmemory），拒绝写入", "Redis is full (maxmemory) and refuses to write", false},
	Refusing:     {"Redis 拒绝写入，请查看其日志", "Redis refuses to write; look at its log", false},
	Split:        {"Redis 集群的一部分不可用", "part of the Redis cluster is away", false},
	Password:     {"Redis 不接受 GONGKAI_REDIS_URL 中的用户名或密码", "Redis does not accept the user or password of GONGKAI_REDIS_URL", true},
	Rights:       {"GONGKAI_REDIS_URL 的用户权限（ACL）不足，见 docs/redis.md", "the user of GONGKAI_REDIS_URL lacks rights (ACL); see docs/redis.md", true},
	NeedsTLS:     {"该端口使用 TLS：GONGKAI_REDIS_URL 应以 rediss 开头", "the port speaks TLS: GONGKAI_REDIS_URL must begin with rediss", true},
	NoTLS:        {"该端口不使用 TLS：GONGKAI_REDIS_URL 应以 redis 而非 rediss 开头", "the port does not speak TLS: GONGKAI_REDIS_URL must begin with redis, not rediss", true},
	UnknownCA:    {"Redis 的证书不是由已知机构签发的：请在 GONGKAI_REDIS_CA 中给出本单位的 CA 文件", "the certificate of Redis is signed by nobody known: name the CA file of the office in GONGKAI_REDIS_CA", true},
	WrongName:    {"Redis 的证书不属于 GONGKAI_REDIS_URL 中的主机名", "the certificate of Redis is not for the host named in GONGKAI_REDIS_URL", true},
	BadTLS:       {"Redis 的证书或加密连接不可信（过期？）", "the certificate or encryption of Redis cannot be trusted (expired?)", true},
	ClientCert:   {"Redis 要求客户端证书：请在 Redis 中设置 tls-auth-clients no", "Redis demands a client certificate: set tls-auth-clients no in Redis", true},
	NoCluster:    {"Redis 不是集群：GONGKAI_REDIS_URL 不应以 redis-cluster 或 rediss-cluster 开头", "Redis is no cluster: GONGKAI_REDIS_URL must not begin with redis-cluster or rediss-cluster", true},
	NeedsCluster: {"Redis 是集群：GONGKAI_REDIS_URL 应以 redis-cluster 或 rediss-cluster 开头", "Redis is a cluster: GONGKAI_REDIS_URL must begin with redis-cluster or rediss-cluster", true},
	NoMaster:     {"哨兵不认识 GONGKAI_REDIS_URL 中 master 所写的主节点", "the sentinels know no master of the name in GONGKAI_REDIS_URL", true},
	SentinelPass: {"哨兵不接受 GONGKAI_REDIS_URL 中的 sentinel_user 或 sentinel_password", "the sentinels do not accept sentinel_user or sentinel_password of GONGKAI_REDIS_URL", true},
}

// Health (健康状况) is one look at the queue. Err is nil while all is fine.
type Health struct {
	State string
	Err   error
}

func ill(state string, cause error) Health {
	a := ailments[state]
	return Health{state, gongkai.E(gongkai.Unavailable, "queue_"+state, a.zh+meanwhile, a.en+"; each worker does what is owed by itself until it is back").Because(cause)}
}

// refused is the same at a start.
func (h Health) refused() error {
	a := ailments[h.State]
	if !a.lasting {
		return nil
	}
	return gongkai.E(gongkai.Unavailable, "queue_"+h.State, a.zh, a.en)
}

// replies are the beginnings of what Redis says when it cannot.
var replies = []struct{ begins, state string }{
	{"WRONGPASS", Password}, {"NOAUTH", Password}, {"ERR invalid password", Password}, {"ERR AUTH ", Password}, {"ERR Client sent AUTH", Password},
	{"NOPERM", Rights}, {"READONLY", Replica}, {"MASTERDOWN", Replica}, {"OOM ", Full}, {"LOADING", Loading}, {"CLUSTERDOWN", Split}, {"TRYAGAIN", Split},
	{"MISCONF", Refusing}, {"NOREPLICAS", Refusing}, {"BUSY ", Refusing}, {"DENIED", Refusing}, {"ERR max number of clients", Refusing},
	{"ERR This instance has cluster support disabled", NoCluster}, {"MOVED ", NeedsCluster}, {"UNBLOCKED", Replica},
}

// replyState is the state that a reply stands for; "" if Redis only answered
// no. Before 7.0 Redis put what a script met into the middle of its words.
func replyState(err error) string {
	var reply redis.Error
	if !errors.As(err, &reply) {
		return ""
	}
	for _, r := range replies {
		if strings.HasPrefix(reply.Error(), r.begins) || strings.Contains(reply.Error(), "-"+r.begins) {
			return r.state
		}
	}
	return ""
}

// probe writes, as asynq does, by a script: a full Redis and a replica still
// answer PING. It writes beside each queue, since a cluster may lose one alone.
var probe = redis.NewScript(`redis.call("SET", KEYS[1], ARGV[1], "EX", 60) return 1`)

func probeKey(queue string) string { return "gongkai:{" + queue + "}:probe" }

// Health looks at the queue, for at most a few seconds, whatever ails it.
func (q *Queue) Health(ctx context.Context) Health {
	for queue := range workers {
		try, cancel := context.WithTimeout(ctx, patience)
		err := probe.Run(try, q.prober, []string{probeKey(queue)}, "1").Err()
		cancel()
		if err != nil {
			return ill(q.diagnose(ctx, err), err)
		}
	}
	return Health{State: Fine}
}

// diagnose finds out what a failed probe means.
func (q *Queue) diagnose(ctx context.Context, err error) string {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	if state := replyState(err); state != "" && q.at.mode != sentinel {
		return state
	}
	hosts := q.at.hosts
	if q.at.mode == sentinel {
		master, state := q.askSentinels(ctx)
		if state != "" {
			return state
		}
		hosts = []string{master}
	}
	if state := replyState(err); state != "" {
		return state
	}
	found := Absent
	for _, host := range hosts {
		found = q.at.knock(ctx, host)
		if found != Absent {
			break
		}
	}
	switch {
	case found == Fine && timedOut(err):
		return Paused // for writes alone
	case found == Fine: // it answers a knock: what failed was no connection
		return Refusing
	}
	return found
}

// askSentinels finds the master, or the reason why none is found.
func (q *Queue) askSentinels(ctx context.Context) (master, state string) {
	state = Absent
	for _, host := range q.at.hosts {
		master, here := q.askSentinel(ctx, host)
		if here == "" {
			return master, ""
		}
		if here != Absent {
			state = here
		}
		if state != Absent && state != NoMaster { // another one may know the master, but will not speak otherwise
			break
		}
	}
	return "", state
}

func (q *Queue) askSentinel(ctx context.Context, host string) (master, state string) {
	try, cancel := context.WithTimeout(ctx, patience/2)
	defer cancel()
	c := q.at.sentinelClient(host)
	defer func() { _ = c.Close() }()
	at, err := c.GetMasterAddrByName(try, q.at.master).Result()
	reply := replyState(err)
	switch {
	case err == nil && len(at) == 2:
		return net.JoinHostPort(at[0], at[1]), ""
	case errors.Is(err, redis.Nil):
		return "", NoMaster
	case reply == Password:
		return "", SentinelPass
	case reply != "":
		return "", reply
	}
	if state = q.at.knock(ctx, host); state == Fine {
		state = Refusing
	}
	return "", state
}

// knock says PING without a password and tells what comes back: no more than
// whether the port speaks what we speak.
func (a address) knock(ctx context.Context, host string) string {
	err := exchange(ctx, a.network(), host, a.tlsConfig)
	if err == nil {
		return Fine
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return Absent
	}
	if state := badCertificate(err); state != "" {
		return state
	}
	if timedOut(err) && a.tlsConfig == nil {
		return Paused // a port that speaks TLS would not have kept silent
	}
	other := (*tls.Config)(nil)
	if a.tlsConfig == nil {
		other = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // only to learn whether there is TLS: nothing is said
	}
	if again := exchange(ctx, a.network(), host, other); again == nil || other != nil && asksCertificate(again) {
		return map[bool]string{true: NoTLS, false: NeedsTLS}[other == nil]
	}
	if timedOut(err) {
		return Paused
	}
	return Absent
}

func timedOut(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
}

func (a address) network() string {
	if a.mode == socket {
		return "unix"
	}
	return "tcp"
}

func asksCertificate(err error) bool {
	return strings.Contains(err.Error(), "certificate required") || strings.Contains(err.Error(), "bad certificate")
}

// badCertificate is what a failed handshake says of certificates, "" if nothing.
func badCertificate(err error) string {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var bad *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &unknown):
		return UnknownCA
	case errors.As(err, &name):
		return WrongName
	case errors.As(err, &bad):
		return BadTLS
	case errors.As(err, &plain):
		return NoTLS
	case asksCertificate(err):
		return ClientCert
	}
	return ""
}

// listenFirst hears the refusal of a server that demands a certificate: it
// comes after the handshake, and is lost to whoever speaks meanwhile.
func listenFirst(conn *tls.Conn, end time.Time) error {
	if err := conn.Handshake(); err != nil {
		return err
	}
	if err := conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		return err
	}
	if _, err := conn.Read(make([]byte, 1)); !timedOut(err) {
		return err
	}
	return conn.SetReadDeadline(end)
}

// exchange sends PING and takes whatever Redis answers, be it a refusal.
func exchange(ctx context.Context, network, host string, conf *tls.Config) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, network, host)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	end, _ := ctx.Deadline()
	if err := conn.SetDeadline(end); err != nil {
		return err
	}
	if conf != nil {
		conf = conf.Clone()
		conf.ServerName, _, _ = net.SplitHostPort(host)
		secure := tls.Client(conn, conf)
		if err := listenFirst(secure, end); err != nil {
			return err
		}
		conn = secure
	}
	if _, err := io.WriteString(conn, "PING\r\n"); err != nil {
		return err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && !strings.HasPrefix(answer, "+") && !strings.HasPrefix(answer, "-") {
		err = io.ErrUnexpectedEOF // something, but no Redis
	}
	return err
}
