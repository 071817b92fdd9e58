// Reach figures as an operator at the machine meets them.

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gongkai/channel"
)

func TestReachFiguresFromTheCommandLine(t *testing.T) {
	t.Parallel()
	data := filled(t)
	reach := func(in string, args ...string) said {
		t.Helper()
		return gongkaiRun(t, in, append([]string{"reach", args[0], "--data", data}, args[1:]...)...)
	}
	month := time.Now().AddDate(0, 0, -1).Format("2006-01")
	reach("outlet,month,reads\nnone,"+month+",5\n", "import", "-").wants(t, 2, "line 2", "no such outlet")
	reach("outlet,month,reads\nqinghe-weibo,"+month+",512\n", "import", "-").wants(t, 0, "done: reach.manage reach")
	var all []channel.Reach
	if err := json.Unmarshal([]byte(reach("", "list", "--json", "--from", month).wants(t, 0).out), &all); err != nil || len(all) == 0 {
		t.Error(all, err)
	}
	reach("", "list", "--from", "soon").wants(t, 2, "must be such as")
	counted := reach("", "count").wants(t, 0, "qinghe-weibo", "阅读量 reads 512（import）") // its platforms are gone with the demo
	if !strings.Contains(counted.out, "qinghe-wechat") || !strings.Contains(counted.out, "connection") {
		t.Error(counted.out)
	}
}
