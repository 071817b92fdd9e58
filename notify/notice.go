// Notices and the heads of inboxes, as they are stored.

package notify

import (
	"gongkai/store"
)

// Notice (提醒) tells one person, or one robot, of one event. It holds no text:
// what the item is called is looked up for whoever may read it.
type Notice struct {
	store.Meta        // derived from item, step, event and person
	Person     string `json:"person"` // user id, or "robot/" and its id
	Event      string `json:"event"`
	Item       string `json:"item"`
	About      string `json:"about,omitempty"`  // instead of an item: a row of outside, and which
	Thread     string `json:"thread,omitempty"` // of comments on the item, that it is about
	Step       int64  `json:"step,omitempty"`   // number of the step that it comes from
	Day        string `json:"day,omitempty"`    // of a reminder
	Until      string `json:"until,omitempty"`  // what it asks for is over when the item is no more so
	By         string `json:"by,omitempty"`     // who did it
	At         int64  `json:"at"`               // when it happened
	Unread     bool   `json:"unread"`
	Open       bool   `json:"open"`              // it asks for something that nobody has done yet
	Read       int64  `json:"read,omitempty"`    // when
	SendAt     int64  `json:"send_at,omitempty"` // owes a letter from then on; absent: none
	Created    int64  `json:"created"`
}

var noticeSpec = store.Spec[Notice]{Name: "notices", Schema: 1, Indexes: []store.Index{
	{Name: "person", Fields: []string{"person", "at"}},
	{Name: "unread", Fields: []string{"person", "unread", "at"}},
	{Name: "open", Fields: []string{"item", "open"}},
	{Name: "about", Fields: []string{"about", "open"}},
	{Name: "send_at", Fields: []string{"send_at"}},
	{Name: "created", Fields: []string{"created"}},
}}

// Head (收件箱头) counts the changes of one person's inbox, so that a look at
// it tells whether there is anything new. Its id is the person's.
type Head struct {
	store.Meta
	N      int64  `json:"n"`
	Recent []Mark `json:"recent"` // the newest changes, oldest first
}

// Mark is one change of an inbox.
type Mark struct {
	N      int64  `json:"n"`
	Notice string `json:"notice,omitempty"` // that came; absent: something was read, or is over
}

// maxRecent bounds what a head remembers: who was away for longer reads the list.
const maxRecent = 50

var headSpec = store.Spec[Head]{Name: "inbox_heads", Schema: 1}

// since are the changes after n; false when the head has forgotten some.
func (h Head) since(n int64) ([]Mark, bool) {
	if n > h.N { // of another store: a restore
		return nil, false
	}
	for i, m := range h.Recent {
		if m.N > n {
			return h.Recent[i:], m.N == n+1
		}
	}
	return nil, n == h.N
}
