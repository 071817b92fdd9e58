// Subscribers as an administrator at the machine meets them.

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/channel"
	"gongkai/notify"
	"gongkai/policy"
	"gongkai/store"
)

func TestSubscribersFromTheCommandLine(t *testing.T) {
	t.Parallel()
	var answer atomic.Int64
	answer.Store(http.StatusNoContent)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(answer.Load())) }))
	t.Cleanup(site.Close)
	data := filepath.Join(t.TempDir(), "data")
	a, err := openAs(t.Context(), paying, config{Data: data, Session: time.Hour, SessionIdle: time.Hour}, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	hall, first, err := a.subscribers.Put(t.Context(), channel.Subscriber{Meta: store.Meta{ID: "hall"}, Name: "政务大厅", URL: site.URL, Events: []string{"item.released"}})
	if err == nil {
		_, err = a.subscribers.Disable(t.Context(), hall, "gone")
	}
	if err = stalledNotice(t, a, err); err != nil {
		t.Fatal(err)
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) said {
		t.Helper()
		return gongkaiRun(t, "", append([]string{"subscribers", args[0], "--data", data}, args[1:]...)...)
	}
	run("list").wants(t, 0, "hall", "item.released", "disabled gone")
	if shown := run("list", "--json").wants(t, 0, `"events"`); strings.Contains(shown.out, "whsec_") {
		t.Error("a list shows secrets")
	}
	run("enable", "hall").wants(t, 0, "subscriber/hall")
	run("enable", "hall").wants(t, 2, "is not disabled")
	run("test", "hall").wants(t, 2, "refused_address")
	run("test", "hall", "--webhook-nets", "127.0.0.0/8").wants(t, 0, "it answered: 204")
	answer.Store(http.StatusTeapot)
	run("test", "hall", "--webhook-nets", "127.0.0.0/8").wants(t, 2, "status_418")
	run("rotate", "hall", "--hours", "721").wants(t, 2, "--hours")
	fresh := run("rotate", "hall").wants(t, 0, "whsec_", "subscriber.secret subscriber/hall")
	if strings.Contains(fresh.out, first) || strings.Count(fresh.out, "whsec_") != 1 {
		t.Error("not one new secret")
	}
	run("rotate", "nobody").wants(t, 2)
}

// stalledNotice has the administrators told, twice: of the subscriber that is gone,
// and of a channel on which two deliveries wait for a person.
func stalledNotice(t *testing.T, a *app, err error) error {
	t.Helper()
	ctx := t.Context()
	u, errUser := a.accounts.AddUser(ctx, account.NewUser{Login: "root", Name: "管理员", Password: "correct horse battery"})
	if errUser != nil {
		return errUser
	}
	if err == nil {
		err = a.policy.Grant(ctx, policy.Grant{User: u.ID, Role: policy.Administrator}, operator)
	}
	for _, item := range []string{"one", "two"} {
		d, errOwe := a.ledger.Owe(ctx, "sub-hall", item, 1, 1, channel.Show{Event: "item.released", State: "edition"})
		if errOwe == nil {
			d, errOwe = a.ledger.Claim(ctx, d.ID)
		}
		if errOwe == nil {
			_, errOwe = a.ledger.Settle(ctx, d, gongkai.E(gongkai.Denied, "refused", "拒绝", "refused"), -1)
		}
		if errOwe != nil {
			return errOwe
		}
	}
	for range 2 {
		if err == nil {
			err = a.tellStalled(ctx)
		}
	}
	page, errInbox := a.notices.Inbox(ctx, u.ID, false, "", 10)
	var events []string
	for _, n := range page.Docs {
		events = append(events, n.Event)
	}
	if len(events) != 2 || !strings.Contains(strings.Join(events, " "), notify.DeliveriesStalled) || !strings.Contains(strings.Join(events, " "), notify.SubscriberGone) {
		t.Errorf("told %q, %v", events, errInbox)
	}
	return err
}
