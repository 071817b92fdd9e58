// Sentinel and Cluster, on real servers.

package jobs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/jobs"
)

const watchers = "sentinels have one of their own"

// startSentinel watches a master with a quorum of one.
func startSentinel(t *testing.T, master *realRedis) *realRedis {
	t.Helper()
	r := &realRedis{t: t, bin: needRedis(t), dir: t.TempDir(), port: freePort(t)}
	conf := fmt.Sprintf("bind 127.0.0.1\nport %d\ndir %s\nrequirepass %q\nsentinel monitor office 127.0.0.1 %d 1\nsentinel auth-pass office %s\n"+
		"sentinel down-after-milliseconds office 1500\nsentinel failover-timeout office 5000\nsentinel sentinel-pass %q\n", r.port, r.dir, watchers, master.port, pass, watchers)
	path := filepath.Join(r.dir, "sentinel.conf")
	if err := os.WriteFile(path, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	r.run(path, "--sentinel")
	t.Cleanup(r.kill)
	return r
}

// watched is a master with a replica and three sentinels.
func watched(t *testing.T) (url string, master *realRedis, sentinels []*realRedis) {
	t.Helper()
	master = startRedis(t, "--requirepass", pass, "--masterauth", pass)
	startRedis(t, "--requirepass", pass, "--masterauth", pass, "--replicaof", "127.0.0.1 "+strconv.Itoa(master.port), "--repl-diskless-sync-delay", "0")
	var hosts []string
	for range 3 {
		s := startSentinel(t, master)
		sentinels, hosts = append(sentinels, s), append(hosts, s.addr())
	}
	return "redis-sentinel://:" + passURL + "@" + strings.Join(hosts, ",") + "/2?master=office&sentinel_password=" + strings.ReplaceAll(watchers, " ", "%20"), master, sentinels
}

// burst releases items one after the other while something else goes on.
func (w *rushed) burst(meanwhile func()) {
	w.t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		meanwhile()
	}()
	for n := 0; n < 6; n++ {
		w.release(w.items[w.next])
		w.next++
		time.Sleep(100 * time.Millisecond)
	}
	<-done
}

func TestAFailoverBySentinelLosesNothing(t *testing.T) {
	t.Parallel()
	url, master, sentinels := watched(t)
	w := rush(t, jobs.Options{URL: url})
	w.becomes(jobs.Fine)
	w.arrived()
	w.burst(func() {
		eventually(t, "a failover is accepted", func() bool {
			_, err := sentinels[0].do(watchers, "SENTINEL", "FAILOVER", "office")
			return err == nil
		})
	})
	eventually(t, "another master", func() bool { return masterOf(sentinels[0]) != strconv.Itoa(master.port) })
	w.arrived()
	w.becomes(jobs.Fine)
	w.burst(func() {}) // on the new master
	w.arrived()
}

func TestAMasterThatDiesIsReplacedBySentinel(t *testing.T) {
	t.Parallel()
	url, master, sentinels := watched(t)
	w := rush(t, jobs.Options{URL: url})
	eventually(t, "the replica is known", func() bool {
		out, _ := sentinels[0].do(watchers, "SENTINEL", "REPLICAS", "office")
		known, _ := out.([]any)
		return len(known) == 1
	})
	w.arrived()
	w.burst(master.kill)
	w.arrived() // with Redis or without
	eventually(t, "another master", func() bool { return masterOf(sentinels[1]) != strconv.Itoa(master.port) })
	w.becomes(jobs.Fine)
	w.burst(func() {})
	w.arrived()
	for _, s := range sentinels { // the sentinels go, the master stays
		s.kill()
	}
	if h := w.queue.Health(t.Context()); h.State != jobs.Fine {
		t.Errorf("%+v: the master is known already", h)
	}
}

func masterOf(s *realRedis) string {
	out, _ := s.do(watchers, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "office")
	if at, ok := out.([]any); ok && len(at) == 2 {
		return fmt.Sprint(at[1])
	}
	return ""
}

func TestAWrongSettingOfSentinelIsNamedAtTheStart(t *testing.T) {
	t.Parallel()
	url, _, _ := watched(t)
	gone := fmt.Sprintf("redis-sentinel://127.0.0.1:%d,127.0.0.1:%d?master=office", freePort(t), freePort(t))
	for name, c := range map[string]struct{ url, code string }{
		"unknown master":            {strings.Replace(url, "master=office", "master=other", 1), "queue_no_master"},
		"wrong password":            {strings.Replace(url, passURL, "wrong", 1), "queue_password"},
		"no sentinel password":      {strings.Split(url, "&")[0], "queue_sentinel_pass"},
		"sentinel as single":        {"redis" + strings.TrimPrefix(strings.Split(strings.Split(url, ",")[0], "?")[0], "redis-sentinel"), "queue_password"},
		"TLS to plain sentinels":    {strings.Replace(url, "redis-", "rediss-", 1), "queue_no_tls"},
		"no sentinel is there":      {gone, "queue_absent"},
		"one sentinel is not there": {strings.Replace(url, "@", fmt.Sprintf("@127.0.0.1:%d,", freePort(t)), 1), "internal"},
	} {
		q, err := jobs.OpenQueue(jobs.Options{URL: c.url})
		if err == nil {
			err = q.Ping(t.Context())
			_ = q.Close()
		}
		if gongkai.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// startCluster makes a cluster of three masters.
func startCluster(t *testing.T) (url string, nodes []*realRedis) {
	t.Helper()
	var hosts []string
	for range 3 {
		bus := strconv.Itoa(freePort(t))
		n := startRedis(t, "--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "1500", "--requirepass", pass, "--masterauth", pass)
		nodes, hosts = append(nodes, n), append(hosts, n.addr())
	}
	for i, n := range nodes {
		n.must(pass, "CLUSTER", "SET-CONFIG-EPOCH", i+1)
		n.must(pass, "CLUSTER", "ADDSLOTSRANGE", i*16384/3, (i+1)*16384/3-1)
		if i > 0 {
			nodes[0].must(pass, "CLUSTER", "MEET", "127.0.0.1", n.port, n.args[3])
		}
	}
	for _, n := range nodes {
		eventually(t, "a cluster", func() bool {
			info := fmt.Sprint(n.must(pass, "CLUSTER", "INFO"))
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3")
		})
	}
	return "redis-cluster://:" + passURL + "@" + strings.Join(hosts, ","), nodes
}

func TestAClusterCarriesTheWholeWay(t *testing.T) {
	t.Parallel()
	url, nodes := startCluster(t)
	for _, n := range nodes {
		n.must(pass, append([]any{"ACL", "SETUSER", "gongkai", "on", ">" + pass}, append(rights(t, "ACL SETUSER gongkai on >PASSWORD "), rights(t, "For Cluster add `")...)...)...)
	}
	w := rush(t, jobs.Options{URL: strings.Replace(url, "://", "://gongkai", 1)})
	w.becomes(jobs.Fine)
	w.arrived()
	for _, n := range nodes {
		if denied := fmt.Sprint(n.must(pass, "ACL", "LOG")); strings.Contains(denied, "username:gongkai") {
			t.Errorf("something was denied: %s", denied)
		}
	}
	whole := openQueueOn(t, jobs.Options{URL: url}) // may wipe
	if _, err := jobs.OpenQueue(jobs.Options{URL: "redis://:" + passURL + "@" + nodes[0].addr()}); gongkai.CodeOf(err) != "queue_needs_cluster" {
		t.Error("one node of a cluster:", err)
	}
	asked := 0
	for _, n := range nodes {
		if strings.Contains(fmt.Sprint(n.must(pass, "INFO", "commandstats")), "cmdstat_evalsha") {
			asked++
		}
	}
	if asked < 2 {
		t.Errorf("the queues lie on %d of 3 nodes", asked)
	}
	w.worker.Wake("item", "nobody", false)
	w.check(whole.Wipe(t.Context()))
	for _, n := range nodes {
		if left, err := strconv.Atoi(fmt.Sprint(n.must(pass, "DBSIZE"))); err != nil || left > 8 { // what asynq wrote since
			t.Errorf("%d keys are left: %v", left, err)
		}
	}
	if _, err := w.queue.Lengths(t.Context()); err != nil {
		t.Error(err)
	}
	w.some()
	w.arrived()
}

func TestAClusterThatLosesANodeLosesNothing(t *testing.T) {
	t.Parallel()
	url, nodes := startCluster(t)
	w := rush(t, jobs.Options{URL: url})
	w.arrived()
	w.burst(nodes[1].kill)
	w.arrived()
	eventually(t, "it is said", func() bool { return w.queue.Ping(t.Context()) != nil })
	nodes[1].start()
	w.becomes(jobs.Fine)
	w.burst(func() {})
	w.arrived()
}
