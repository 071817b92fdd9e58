// The changes as server-sent events: the same as the list of changes, sent as they
// come. The source is what the process hears for its cache.

package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/sync/singleflight"

	"gongkai"
	"gongkai/publication"
)

// Bounds of streams of changes: how many there may be, in all and to one address,
// and how many changes are read at once.
const (
	allEvents   = 500
	ownEvents   = 50
	eventsBatch = 100
)

// eventsBeat is how often something is sent at least.
var eventsBeat = 15 * time.Second

func (c contentAPI) registerEvents(r *routes) {
	op := publicOperation("content-events", "/events", "What changes (变更推送), as server-sent events")
	op.Description = "Events: `change` (its data is an entry of the list of changes), `reset` (the public store was restored from a backup: read everything anew). " +
		"The id of an event goes into Last-Event-ID, or after: what came since then is sent first, and some of it perhaps again: compare (epoch, seq). Without either it begins now. " +
		"A line comes every 15 s at least. Who does not take a line within 20 s is cut off."
	op.Responses["200"] = &huma.Response{Description: "Server-sent events", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}}
	op.Errors = append(op.Errors, http.StatusTooManyRequests)
	publicRoute(r, op, c.events)
}

type publicEventsIn struct {
	PublicIf
	Site  string `query:"site" maxLength:"64" doc:"Only items of this site, and the trees"`
	Last  string `header:"Last-Event-ID" maxLength:"100" doc:"Sent by browsers: the id of the last event"`
	After string `query:"after" maxLength:"100" doc:"The same for the first time: next of the list of changes"`
}

// following is one who follows the changes.
type following struct {
	c      contentAPI
	site   string
	cursor changesCursor
	heard  int64
	told   map[int64]bool // numbers above the base that were sent
	said   time.Time
	eventLines
}

func (c contentAPI) events(ctx context.Context, in *publicEventsIn) (*stream, error) {
	if err := readable("site", in.Site, "after", in.After, "Last-Event-ID", in.Last); err != nil {
		return nil, err
	}
	f := &following{c: c, site: in.Site, heard: -1, told: map[int64]bool{}}
	from := in.Last
	if from == "" {
		from = in.After
	}
	var err error
	if f.cursor, err = changesCursorOf(from); err == nil && from == "" {
		err = f.now(ctx)
	}
	if err != nil {
		return nil, err
	}
	done, err := c.following.open(addressOf(ctx), ownEvents, allEvents)
	if err != nil {
		return nil, err
	}
	return sendEvents(c.leaving, done, &f.eventLines, f.run), nil
}

// now begins with what comes from now on.
func (f *following) now(ctx context.Context) error {
	settled, _, err := f.c.pages.Followed(ctx)
	f.cursor = changesCursor{settled, settled, settled}
	return err
}

// run sends until the reader goes, or is too slow, or the server ends.
func (f *following) run(ctx context.Context) {
	if f.line("retry: 3000\n\n") != nil {
		return
	}
	tick := time.NewTicker(publication.FollowEvery)
	defer tick.Stop()
	for {
		if err := f.look(ctx); err != nil && !gongkai.Is(err, gongkai.Unavailable) { // the store comes back
			return
		}
		if time.Since(f.said) >= eventsBeat && f.line(": \n\n") != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look sends what has come since the last look, if anything has.
func (f *following) look(ctx context.Context) error {
	heard, err := f.c.pages.Heard(ctx)
	if err != nil || heard == f.heard && f.cursor.at == f.cursor.base {
		return err
	}
	for {
		some, next, err := f.c.turn(ctx, f.site, f.cursor)
		if errors.Is(err, errCursorAhead) {
			if err = f.now(ctx); err == nil {
				next = f.cursor
				clear(f.told)
				err = f.line(fmt.Sprintf("id: %s\nevent: reset\ndata: {}\n\n", f.cursor))
			}
		}
		if err != nil {
			return err
		}
		if err := f.send(some, next); err != nil {
			return err
		}
		if f.cursor = next; next.at == next.base {
			break
		}
	}
	f.heard = heard
	return nil
}

// send sends changes that were not sent yet.
func (f *following) send(some []publication.Change, next changesCursor) error {
	for _, change := range some {
		if f.told[change.Number] {
			continue
		}
		text, err := json.Marshal(changeOf(change)) // one line: JSON has no other
		if err != nil {
			return err
		}
		// Who comes again with this id meets what follows in this round, and after it
		// all that was under way.
		at := changesCursor{f.cursor.base, change.Number, next.then}
		if err := f.line(fmt.Sprintf("id: %s\nevent: change\ndata: %s\n\n", at, text)); err != nil {
			return err
		}
		f.told[change.Number] = true
	}
	for n := range f.told {
		if n <= next.base {
			delete(f.told, n)
		}
	}
	return nil
}

func (f *following) line(text string) error {
	f.said = time.Now()
	return f.eventLines.line(text)
}

// turned is what one turn of a round gave.
type turned struct {
	some []publication.Change
	next changesCursor
}

// turn is round, asked once for all who stand at the same place.
func (c contentAPI) turn(ctx context.Context, site string, at changesCursor) ([]publication.Change, changesCursor, error) {
	got, err, _ := c.following.turns.Do(site+"\x00"+at.String(), func() (any, error) {
		some, next, err := c.round(ctx, site, at, eventsBatch)
		return turned{some, next}, err
	})
	out, _ := got.(turned)
	if err != nil {
		return nil, at, err
	}
	return out.some, out.next, nil
}

// events are those who follow the changes.
type events struct {
	seats
	turns singleflight.Group
}

// seats (连接数) counts open streams, to each address and in all.
type seats struct {
	mu    sync.Mutex
	of    map[string]int
	total int
}

// open takes a place; the caller gives it back.
func (s *seats) open(who string, own, all int) (func(), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[who] >= own || s.total >= all {
		return nil, gongkai.E(gongkai.TooMany, "feeds", "打开的页面过多，请关闭一些后重试", "too many pages are open: close some and try again",
			gongkai.Detail{Where: "retry-after", Code: "30", Zh: "30 秒后重试", En: "try again in 30 s"})
	}
	if s.of == nil {
		s.of = map[string]int{}
	}
	s.of[who]++
	s.total++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.total--
		if s.of[who]--; s.of[who] == 0 {
			delete(s.of, who)
		}
	}), nil
}
