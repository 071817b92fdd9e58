package audit

import (
	"testing"
	"time"
)

func TestAnActThatWasBegunAndNeverEndedIsTold(t *testing.T) {
	d := open(t)
	grant := Entry{Actor: "admin", ActorName: "管理员", Object: "act/add-grant", Detail: map[string]string{"path": "/api/v1/grants"}}
	ended, err := d.Begin(t.Context(), grant)
	ok(t, err)
	_, err = d.Begin(t.Context(), grant) // its process dies
	ok(t, err)
	begun := d.now
	ok(t, ended(t.Context()))
	ok(t, d.TellInterrupted(t.Context()))
	if all := d.all(t); len(all) != 0 {
		t.Fatal("told while it may still go on:", all)
	}
	d.now = d.now.Add(longestAct + time.Second)
	other := d.replica(t)
	ok(t, other.TellInterrupted(t.Context()))
	ok(t, d.TellInterrupted(t.Context()))
	all := d.all(t)
	if len(all) != 1 || all[0].Act != ActInterrupted || all[0].Actor != "admin" || all[0].Object != grant.Object || all[0].At != begun.UnixMilli() {
		t.Fatal(all)
	}
}
