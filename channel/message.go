// What a subscriber is told: names, numbers, digests and where to fetch the rest.

package channel

import (
	"context"
	"fmt"
	"time"

	"gongkai"
	"gongkai/publication"
)

// webhookChannel tells a subscriber by a signed message; the site fetches the
// text from the content API.
type webhookChannel struct {
	sink *Webhook
	base string
	now  gongkai.Clock
}

// columnNotice is the data of a message about a column.
type columnNotice struct {
	Column string `json:"column"`
	Site   string `json:"site"`
	Epoch  int64  `json:"epoch"`
	Seq    int64  `json:"seq"`
	Digest string `json:"digest"`
	Title  string `json:"title"`
	Path   string `json:"path"`
	URL    string `json:"url"`
	State  string `json:"state"`
}

// notice is the data of a message about an item. It holds no text but the title.
type notice struct {
	Item    string `json:"item"`
	Site    string `json:"site"`
	Epoch   int64  `json:"epoch"`
	Seq     int64  `json:"seq"`
	Digest  string `json:"digest"`
	Edition string `json:"edition"`
	Title   string `json:"title"`
	Path    string `json:"path"`
	URL     string `json:"url"`
	State   string `json:"state"`
	Reason  string `json:"reason"`
	// Absent where no act after the release has changed it.
	Validity string `json:"validity,omitempty"`
	Since    string `json:"validity_since,omitempty"`
	By       string `json:"validity_by,omitempty"`
	Relation string `json:"relation,omitempty"`
	Ended    string `json:"publicity_ended,omitempty"`
}

// outward are the states that receivers know.
var outward = map[string]string{publication.Shows: "edition", publication.Suspended: "suspended", publication.Redirect: "redirect"}

func (w webhookChannel) Pay(ctx context.Context, d Delivery) error {
	var data any = w.notice(d)
	if d.Want.column() {
		data = w.columnNotice(d)
	}
	_, err := w.sink.Send(ctx, Message{ID: d.MessageID(), Type: d.Want.Event, At: time.UnixMilli(d.Since), Data: data})
	return err
}

func (w webhookChannel) columnNotice(d Delivery) columnNotice {
	n := columnNotice{Column: d.Want.Column, Site: d.Want.Site, Epoch: d.Epoch, Seq: d.Seq, Digest: d.Want.Digest, Title: d.Want.Title, Path: d.Want.Path,
		URL: w.base + "/content/v1/columns/" + d.Want.Column, State: ColumnShows}
	if d.Want.State == ColumnGone {
		n.State = "withdrawn"
	}
	return n
}

func (w webhookChannel) notice(d Delivery) notice {
	state, known := outward[d.Want.State]
	if !known {
		state = "withdrawn"
	}
	n := notice{Item: d.Item, Site: d.Want.Site, Epoch: d.Epoch, Seq: d.Seq, Digest: d.Want.Digest, Title: d.Want.Title,
		Path: d.Want.Path, State: state, Reason: d.Want.Reason, URL: fmt.Sprintf("%s/content/v1/items/%s?site=%s&as_of=%d.%d", w.base, d.Item, d.Want.Site, d.Epoch, d.Seq), // no cache holds it from before
		Validity: d.Want.Validity, Since: d.Want.Since, By: d.Want.By, Relation: d.Want.Relation, Ended: d.Want.Ended}
	switch state {
	case "edition":
		n.Edition = publication.EditionID(d.Item, d.Want.Edition)
	case "redirect":
		n.Path = d.Want.To // a path of the same site
	}
	return n
}
