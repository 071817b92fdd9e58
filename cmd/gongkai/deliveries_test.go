// The ledger as an administrator at the machine meets it.

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"gongkai/channel"
	"gongkai/store"
)

func TestTheLedgerFromTheCommandLine(t *testing.T) {
	t.Parallel()
	data := filled(t)
	ledger := func(args ...string) said {
		t.Helper()
		return gongkaiRun(t, "", append([]string{"deliveries", args[0], "--data", data}, args[1:]...)...)
	}
	var page store.Page[channel.Delivery]
	if err := json.Unmarshal([]byte(ledger("list", "--json", "--kind", "webhook").wants(t, 0).out), &page); err != nil || len(page.Docs) == 0 {
		t.Fatal(len(page.Docs), err)
	}
	one := page.Docs[0]
	ledger("list", "--item", one.Item, "--channel", one.Channel).wants(t, 0, one.ID)
	ledger("list", "--limit", "1").wants(t, 0, "--after ")
	ledger("list", "--code", "timeout").wants(t, 0, "none")
	ledger("list", "--kind", "fax").wants(t, 2, "no such kind of channel")
	ledger("show", one.ID).wants(t, 0, `"want": {`)
	ledger("show", "sub-none.nothing").wants(t, 2)
	ledger("retry", one.ID, "--resend").wants(t, 0, "done: delivery.retry delivery/"+one.ID)
	ledger("resend", "--why", "演练").wants(t, 2, "say which")
	ledger("resend", "--why", "联系人 13800138000", "--everything").wants(t, 2, "goes into the trail")
	begun := ledger("resend", "--why", "演练", "--column", one.Want.Column).wants(t, 0, "running", "delivery.resend bulk/")
	id, _, _ := strings.Cut(begun.out, " ")
	ledger("resends").wants(t, 0, id)
	ledger("stop", id).wants(t, 0, "stopped")
	ledger("stop", id).wants(t, 2, "not running")
	ledger("pause", one.Channel, "--why", "对方检修").wants(t, 0, "done: channel.pause channel/"+one.Channel)
	ledger("channels").wants(t, 0, "命令行（对方检修）")
	ledger("resume", one.Channel).wants(t, 0, "channel.resume")
	ledger("resume", one.Channel).wants(t, 2, "not paused")
	ledger("pause", "search", "--why", "对方检修").wants(t, 2, "cannot be paused")
}
