// Looking: what portals and platforms show, asked now and not remembered.

package channel

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/publication"
)

// Agrees tells whether the receipt of a delivery is of what it wants; what is
// not settled has none yet.
func (d Delivery) Agrees() bool {
	switch d.State {
	case Withdrawn:
		return !d.Want.shows() && len(d.open()) == 0
	case Confirmed:
		if d.Shown != d.Want.digest() {
			return false
		}
		shown := d.shown()
		return !posts(d.Channel) || shown != nil && shown.Address == d.Address
	}
	return true
}

// errUnreached: nothing is known of what a place shows.
var errUnreached = gongkai.E(gongkai.Unavailable, Unreached, "无法访问，未能核对", "it could not be reached: nothing is known of what it shows")

// Unreached is the code of a look that came to nothing.
const Unreached = "probe_unreached"

// Silent is the code of a look that a platform refuses, of this post as of all
// others: its quota is used up, or it does not serve the account.
const Silent = "probe_silent"

var errSilent = gongkai.E(gongkai.Unavailable, Silent, "平台限制了调用次数或拒绝该账号，未能核对", "the platform limits the number of calls or refuses the account: nothing is known of what it shows")

// Pace (步速) waits until one more question may be asked.
type Pace func(context.Context) error

// PortalShows tells whether the portal of the page's site shows the title, or the
// edition, at the address of the page; "": that site has no template of addresses.
// same is false where the page says that it shows another edition. Unavailable with
// the code Unreached says that nobody knows.
func (c *Channels) PortalShows(ctx context.Context, page publication.Page, title, digest string) (address string, shows, same bool, err error) {
	if address, err = c.pageAddress(ctx, page); err != nil || address == "" {
		return "", false, false, err
	}
	f, there, err := c.facing(ctx, address)
	named := f.digest != "" && f.digest == digest
	return address, there && (named || normal(f.title) == normal(title)), named || f.digest == "", err
}

func (c *Channels) titleShown(ctx context.Context, address, title string) (bool, error) {
	f, there, err := c.facing(ctx, address)
	return there && normal(f.title) == normal(title), err
}

// facing reads a page; there is false where there is none.
func (c *Channels) facing(ctx context.Context, address string) (f face, there bool, err error) {
	f, err = c.Guard.face(ctx, address)
	var send *SendError
	switch {
	case errors.As(err, &send) && slices.Contains([]gongkai.Kind{gongkai.Gone, gongkai.Invalid}, send.Kind):
		return f, false, nil // it says that the page is not there, or sends readers elsewhere
	case err != nil:
		return f, false, errUnreached
	}
	return f, true, nil
}

// askedAgain is how many posts of one delivery are asked for that are over.
const askedAgain = 3

// OutletShows asks an outlet what it shows of a settled delivery and gives what
// is wrong, "" where nothing is; marks are the posts that can be removed again,
// none where a person has to. What a person took down is looked for by its address
// and title. Unavailable with the code Silent says that it is to be left alone.
func (c *Channels) OutletShows(ctx context.Context, d Delivery, title string, pace Pace) (wrong string, marks []string, err error) {
	outlet, err := c.Outlets.Get(ctx, strings.TrimPrefix(d.Channel, outletPrefix))
	if err != nil {
		return "", nil, err
	}
	_, at, err := c.platform(outlet)
	if err != nil {
		return "", nil, err
	}
	if shown := d.shown(); d.State == Confirmed && shown != nil {
		if at == nil || shown.By != "" {
			return "", nil, nil // how a page by a person looks is not known
		}
		if err := pace(ctx); err != nil {
			return "", nil, err
		}
		state, _, err := looked(ctx, at, *shown)
		if state == platform.Gone || state == platform.Failed {
			wrong = WrongMissing
		}
		return wrong, nil, err
	}
	over := slices.DeleteFunc(slices.Clone(d.Posts), func(p platform.Post) bool { return p.State != platform.Gone })
	for _, p := range over[max(0, len(over)-askedAgain):] {
		if err := pace(ctx); err != nil {
			return "", nil, err
		}
		seen, err := c.stillSeen(ctx, at, p, title)
		if err != nil {
			return "", nil, err
		}
		if seen {
			wrong = WrongShown
			if at != nil && p.By == "" {
				marks = append(marks, p.Mark)
			}
		}
	}
	return wrong, marks, nil
}

func (c *Channels) stillSeen(ctx context.Context, at platform.Platform, p platform.Post, title string) (bool, error) {
	if at == nil || p.By != "" {
		if title == "" || !ValidURL(p.Address) {
			return false, nil
		}
		return c.titleShown(ctx, p.Address, title)
	}
	state, address, err := looked(ctx, at, p)
	return state == platform.Live && address != "", err // without an address it was not seen: the account may not look
}

// looked asks a platform about a post as if nobody knew of it, and stores
// nothing.
func looked(ctx context.Context, at platform.Platform, p platform.Post) (state, address string, err error) {
	p.State, p.Address, p.Error = platform.Unknown, "", ""
	now, err := at.Look(ctx, p)
	if class := platform.ClassOf(err); class == platform.ClassRate || class == platform.ClassConfiguration {
		return "", "", errSilent
	}
	if err != nil || now.State == platform.Unknown {
		return "", "", errUnreached
	}
	return now.State, now.Address, nil
}

// Doubt has posts that are held to be gone looked up anew, and removed if they
// are not.
func (l *Ledger) Doubt(ctx context.Context, id string, marks []string) (Delivery, error) {
	return l.update(ctx, id, func(d *Delivery) error {
		now := gongkai.Millis(l.now())
		if d.held(now) || d.State != Withdrawn && d.State != Confirmed {
			return errTaken
		}
		d.Posts = slices.Clone(d.Posts)
		for i, p := range d.Posts {
			if p.State == platform.Gone && p.By == "" && slices.Contains(marks, p.Mark) {
				d.Posts[i].State = platform.Unknown
			}
		}
		d.State, d.Due, d.Attempt, d.Lease, d.Since, d.Updated, d.Low = Due, now, 0, 0, now, now, false
		return nil
	})
}
