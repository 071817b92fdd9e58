package jobs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai"
	"gongkai/jobs"
)

func TestEveryFormOfARedisAddressIsRead(t *testing.T) {
	for _, good := range []string{
		"redis://localhost", "redis://localhost:6379", "redis://localhost:6379/3", "redis://:pw@localhost:6379/0", "redis://user:pw%2F%40@10.0.0.1:6379", "redis://[::1]:6379",
		"rediss://user:pw@redis.office.example:6380/1", "redis-socket:///run/redis/redis.sock", "redis-socket://:pw@/run/redis/redis.sock?db=2",
		"redis-sentinel://:pw@h1:26379,h2:26379,h3/2?master=mymaster", "redis-sentinel://h1?master=m&sentinel_user=u&sentinel_password=p", "rediss-sentinel://h1,h2?master=m",
		"redis-cluster://h1:7000,h2:7001", "redis-cluster://:pw@h1:7000/0", "rediss-cluster://user:p@ss@h1:7000,h2:7001",
	} {
		if err := jobs.CheckRedis(good, ""); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	if err := jobs.CheckRedis("", ""); err != nil {
		t.Error("none at all is fine", err)
	}
}

func TestAWrongRedisAddressIsRefusedWithoutBeingRepeated(t *testing.T) {
	for name, bad := range map[string]string{
		"another scheme": "http://:hush@localhost", "no scheme": "hush:6379", "no host": "redis://", "no port number": "redis://hush:port", "a port too large": "redis://hush:70000",
		"blank in the host": "redis://hu sh:6379", "database by name": "redis://:hush@localhost/hush", "negative database": "redis://:hush@localhost/-1",
		"several servers but no mode": "redis://:hush@h1:1,h2:2", "sentinel without a master": "redis-sentinel://:hush@h1:26379", "misspelt master": "redis-sentinel://:hush@h1?mastre=hush",
		"database in a cluster": "redis-cluster://:hush@h1:7000/1", "socket with a host": "redis-socket://hush/run/redis.sock", "socket without a path": "redis-socket://:hush@",
		"broken percent": "redis://:hu%zzsh@localhost", "something unknown": "redis://:hush@localhost?hush=1", "broken query": "redis://localhost?%zz=hush",
	} {
		err := jobs.CheckRedis(bad, "")
		if gongkai.CodeOf(err) != "redis_url" || !strings.Contains(err.Error(), "GONGKAI_REDIS_URL") || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := jobs.OpenQueue(jobs.Options{URL: bad}); gongkai.CodeOf(err) != "redis_url" {
			t.Errorf("%s opened: %v", name, err)
		}
	}
}

func TestAWrongFileOfAnAuthorityIsNamedByItsSetting(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "hush.pem")
	if err := os.WriteFile(empty, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ url, ca string }{
		"no such file": {"rediss://localhost", "/no/hush.pem"}, "no certificate in it": {"rediss://localhost", empty}, "no TLS in the address": {"redis://localhost", empty},
	} {
		err := jobs.CheckRedis(c.url, c.ca)
		if gongkai.CodeOf(err) != "redis_ca" || !strings.Contains(err.Error(), "GONGKAI_REDIS_CA") || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := jobs.CheckRedis("", empty); gongkai.CodeOf(err) != "redis_url" {
		t.Errorf("an authority without an address: %v", err)
	}
}
