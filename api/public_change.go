// What has changed for the public since a reader last asked.

package api

import (
	"context"
	"fmt"
	"strings"

	"gongkai"
	"gongkai/publication"
)

type publicChangesIn struct {
	PublicIf
	Site  string `query:"site" maxLength:"64" doc:"Only items of this site, and the trees"`
	Limit int    `query:"limit" default:"100" minimum:"1" maximum:"500"`
	After string `query:"after" maxLength:"100" doc:"next of the answer before; without it, from the very first"`
}

// PublicChanges (变更列表) are changes in their order.
type PublicChanges struct {
	Changes []PublicChange `json:"changes"`
	More    bool           `json:"more" doc:"There is more already: ask at once"`
	Next    string         `json:"next" doc:"Pass it as after, now or next year. What was told may be told again: compare (epoch, seq)"`
}

// PublicChange (公开变更) is the last change of one thing.
type PublicChange struct {
	Kind   string `json:"kind" enum:"item,column,site,unit" doc:"What has changed"`
	ID     string `json:"id"`
	Site   string `json:"site,omitempty" doc:"Of an item: where"`
	State  string `json:"state,omitempty" enum:"shown,suspended,removed" doc:"Of an item"`
	Epoch  int64  `json:"epoch,omitempty"`
	Seq    int64  `json:"seq,omitempty" doc:"Counts the public changes of an item; compare (epoch, seq), a lower one is old"`
	Title  string `json:"title,omitempty"`
	Digest string `json:"digest,omitempty" doc:"SHA-256 of the edition that is shown"`
	At     string `json:"at" doc:"When, Beijing time"`
	Href   string `json:"href" doc:"The thing as it is now"`
}

// changesCursor (游标) is where a reader stands: all up to base is read, and will not
// change; the round that goes on has come to at, and what follows it begins at
// then.
type changesCursor struct{ base, at, then int64 }

func (c changesCursor) String() string { return fmt.Sprintf("%d-%d-%d", c.base, c.at, c.then) }

func changesCursorOf(s string) (c changesCursor, err error) {
	if s == "" {
		return c, nil
	}
	if n, err := fmt.Sscanf(s, "%d-%d-%d", &c.base, &c.at, &c.then); n != 3 || err != nil || c.base < 0 || c.at < c.base || c.then < c.base || c.String() != s {
		return c, badParam("after", "bad_cursor", "无效，请不带此参数重新开始", "is not valid; start again without it")
	}
	return c, nil
}

// changes tells what changed.
func (c contentAPI) changes(ctx context.Context, in *publicChangesIn) (out PublicChanges, changed int64, err error) {
	if err := readable("site", in.Site, "after", in.After); err != nil {
		return out, 0, err
	}
	cursor, err := changesCursorOf(in.After)
	if err != nil {
		return out, 0, err
	}
	some, cursor, err := c.round(ctx, in.Site, cursor, in.Limit)
	if err != nil {
		return out, 0, err
	}
	return PublicChanges{Changes: each(some, changeOf), More: cursor.at > cursor.base, Next: cursor.String()}, 0, nil
}

// round goes on with a round, or begins one, and says where it has come to. A
// round goes over all numbers above the base: those that were under way when the
// last one began are met in the next one, and none is missed however late it comes.
func (c contentAPI) round(ctx context.Context, site string, cursor changesCursor, limit int) ([]publication.Change, changesCursor, error) {
	if cursor.at == cursor.base { // a new round
		settled, last, err := c.pages.Followed(ctx)
		if err != nil {
			return nil, cursor, err
		}
		if last < cursor.base {
			return nil, cursor, errCursorAhead
		}
		cursor.then = max(cursor.base, settled)
	}
	some, err := c.pages.ToldAfter(ctx, site, cursor.at, limit+1)
	if err != nil {
		return nil, cursor, err
	}
	if len(some) > limit {
		some = some[:limit]
		cursor.at = some[limit-1].Number
		return some, cursor, nil
	}
	return some, changesCursor{cursor.then, cursor.then, cursor.then}, nil
}

// errCursorAhead: the public store is not the one that the reader knew.
var errCursorAhead = gongkai.E(gongkai.Gone, "cursor_ahead", "公开库已从备份恢复，请不带 after 参数重新开始", "the public store was restored from a backup; start again without after")

// changeHrefs are the addresses of what changes are told of.
var changeHrefs = map[string]string{"item": "", "column": "/columns/{id}", "site": "/sites/{id}", "unit": "/units"}

func changeOf(c publication.Change) PublicChange {
	href := changeHrefs[c.Kind]
	out := PublicChange{Kind: c.Kind, ID: c.ID, At: localTime(c.At), Href: contentPrefix + strings.Replace(href, "{id}", c.ID, 1)}
	if c.Page == nil {
		return out
	}
	out.Site, out.Epoch, out.Seq, out.Href, out.State = c.Page.Site, c.Page.Epoch, c.Page.Seq, itemHref(c.ID, c.Page.Site), "removed"
	switch c.Page.State {
	case publication.Shows:
		out.State, out.Title, out.Digest = "shown", c.Page.Title, c.Page.Digest
	case publication.Suspended:
		out.State = "suspended"
	}
	return out
}
