// A place as it is set when it is called: read once for one call.

package channel

import (
	"context"
	"strings"

	"gongkai"
)

// Place (投送去处) is a channel as its settings stand.
type Place struct {
	Paused *Pause // nil: it is called as always
	Limits Limits

	sub     Subscriber
	outlet  Outlet
	missing error // it is not there any more: the call says so
}

// Place reads how a channel is set. That it is not there is no error here.
func (c *Channels) Place(ctx context.Context, id string) (at Place, err error) {
	sub, hook := strings.CutPrefix(id, SubscriberPrefix)
	switch {
	case posts(id) && c.Outlets != nil:
		at.outlet, err = c.Outlets.Get(ctx, strings.TrimPrefix(id, outletPrefix))
		at.Paused = at.outlet.Paused
	case hook:
		at.sub, err = c.Subscribers.Get(ctx, sub)
		at.Paused, at.Limits = at.sub.Paused, at.sub.Limits
	case id != SearchID:
		at.missing = errNoChannel
	}
	if gongkai.Is(err, gongkai.Missing) {
		at.missing, err = err, nil
	}
	return at, err
}
