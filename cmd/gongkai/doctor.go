// doctor: looks at everything an operator could worry about, and says what to do.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"gongkai"
	"gongkai/account"
)

type doctorCmd struct {
	config       `embed:""`
	What         string `arg:"" optional:"" enum:"deliveries," default:"" help:"deliveries: compare every item with what pages, feeds, index and channels show of it."`
	JSON         bool   `help:"One JSON list instead of lines."`
	deliveryLook `embed:""`
}

// The states of a symptom, by how bad they are; the worst one is the exit code.
const (
	fine = iota
	warn
	bad
)

var stateNames = [...]string{"ok", "warn", "bad"}

// symptom (诊断) is one line: what was looked at, how it is, what to do.
type symptom struct {
	Check string `json:"check"`
	State string `json:"state"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// doctor collects symptoms.
type doctor struct {
	cfg  config
	app  *app
	now  time.Time
	all  []symptom
	code int
}

func (d *doctor) say(state int, check, zh, en string) {
	d.code = max(d.code, state)
	d.all = append(d.all, symptom{check, stateNames[state], zh, en})
}

// failed says an error; nil says nothing, and is true.
func (d *doctor) failed(state int, check string, err error) bool {
	var known *gongkai.Error
	switch {
	case err == nil:
		return false
	case errors.As(err, &known):
		d.say(state, check, known.Zh, known.En)
	default:
		d.say(state, check, "检查时出错："+err.Error(), "the check itself failed: "+err.Error())
	}
	return true
}

// Run looks at everything. It works beside a running serve, and without one.
func (c doctorCmd) Run(ctx context.Context, s streams) error {
	if err := existing(c.Data); err != nil && !c.elsewhere() {
		return err
	}
	if c.deliveryLook != (deliveryLook{}) && c.What != "deliveries" {
		return gongkai.E(gongkai.Invalid, "mend", "--mend、--item、--outside须与deliveries同用：gongkai doctor deliveries --mend", "--mend, --item and --outside go with deliveries: gongkai doctor deliveries --mend")
	}
	// As who only answers readers: it migrates nothing, and does not write to the index.
	d := &doctor{cfg: c.config, app: &app{cfg: c.config, role: showing, cost: account.Default}, now: time.Now()}
	if err := d.app.openWatch(ctx, io.Discard); err != nil {
		return err
	}
	defer func() { _ = d.app.close() }()
	if c.What == "deliveries" {
		d.deliveries(ctx, c.deliveryLook)
	} else {
		d.folder()
		d.configured()
		d.opened(ctx)
		d.backedUp()
	}
	if err := d.print(s.out, c.JSON); err != nil {
		return err
	}
	if d.code != fine {
		return exit{d.code}
	}
	return nil
}

func (d *doctor) print(out io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", " ")
		enc.SetEscapeHTML(false)
		return enc.Encode(d.all)
	}
	for _, one := range d.all {
		if _, err := fmt.Fprintf(out, "%-5s%-10s%s\n               %s\n", one.State, one.Check, one.Zh, one.En); err != nil {
			return err
		}
	}
	return nil
}

// opened opens the parts one after the other, each for itself, and looks at
// those that are there.
func (d *doctor) opened(ctx context.Context) {
	a := d.app
	open := func(check string, parts ...func(*app, context.Context) error) bool {
		for _, part := range parts {
			if d.failed(bad, check, part(a, ctx)) {
				return false
			}
		}
		return true
	}
	restricted := open("store", (*app).openContent, (*app).openPolicy, (*app).openAccounts, (*app).openTrail, (*app).openDeliveries)
	public := open("public", (*app).openPublic)
	index := open("search", (*app).openSearch)
	if restricted {
		d.store(ctx, "store", a.db)
		d.restored(ctx)
		d.owed(ctx)
		d.trail(ctx)
		d.signed(ctx)
	}
	if public {
		d.store(ctx, "public", a.publicDB)
	}
	if public && index {
		d.index(ctx, restricted)
	}
	d.queue(ctx)
}
