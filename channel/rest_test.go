// Places that are left alone are seen by people.

package channel

import (
	"context"
	"testing"
	"time"

	"gongkai/publication"
)

func TestAPlaceThatIsLeftAloneIsSeen(t *testing.T) {
	o := newOffice(t)
	clock := func() time.Time { return o.now }
	call := func(failed error) {
		t.Helper()
		d := Delivery{Channel: "sub-x", Want: Show{State: publication.Shows}}
		leave, wait := o.Enter(d, Limits{}, clock, func(int64) time.Duration { return time.Minute })
		if leave == nil {
			t.Fatalf("it is put off by %v", wait)
		}
		leave(time.Millisecond, failed)
		code := ""
		if failed != nil {
			code = "timeout"
		}
		o.check(o.NoteRest(t.Context(), d.Channel, code))
	}
	rests := func() *Rest {
		t.Helper()
		all, err := o.All(t.Context())
		o.check(err)
		for _, k := range all {
			if k.ID == "sub-x" {
				return k.Rests
			}
		}
		return nil
	}
	for range deadAfter - 1 {
		call(failed("timeout"))
	}
	if r := rests(); r != nil {
		t.Errorf("it is called as always: %+v", r)
	}
	call(failed("timeout"))
	r := rests()
	if r == nil || r.Until != o.now.Add(time.Minute).UnixMilli() || r.Since != o.now.UnixMilli() || r.Failed != deadAfter || r.Code != "timeout" {
		t.Fatalf("%+v", r)
	}
	o.now = o.now.Add(time.Minute)
	if rests() != nil {
		t.Error("its time is over")
	}
	call(failed("timeout"))
	if rests() == nil {
		t.Error("it is still dead")
	}
	o.now = o.now.Add(time.Minute)
	call(nil)
	o.now = o.now.Add(-time.Second) // whatever the clock says
	if r := rests(); r != nil {
		t.Errorf("it is alive: %+v", r)
	}
}

func TestARestThatCouldNotBeWrittenDownIsWrittenDownLater(t *testing.T) {
	o := newOffice(t)
	for range deadAfter {
		leave, _ := o.Enter(Delivery{Channel: "sub-x", Want: Show{State: publication.Shows}}, Limits{}, func() time.Time { return o.now }, func(int64) time.Duration { return time.Minute })
		leave(time.Millisecond, failed("timeout"))
	}
	cut, cancel := context.WithCancel(t.Context())
	cancel()
	if err := o.NoteRest(cut, "sub-x", "timeout"); err == nil {
		t.Fatal("it was to fail")
	}
	o.check(o.NoteRest(t.Context(), "sub-x", "timeout"))
	r, err := o.Ledger.rests.Get(t.Context(), "sub-x")
	if err != nil || r.Until == 0 {
		t.Errorf("%+v %v", r, err)
	}
}
