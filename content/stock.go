// What the nightly re-scan of the public stock keeps: the work list of hits,
// and how far the pass has come.

package content

import "gongkai/store"

// States of a hit.
const (
	HitOpen      = "open"
	HitDismissed = "dismissed" // 不予处置: by the secrecy officer, with a reason
	HitSuspended = "suspended" // 已临时下线: by this very list
	HitClosed    = "closed"    // found no more, or no more public
)

// Hits lists the states.
var Hits = []string{HitOpen, HitDismissed, HitSuspended, HitClosed}

// Hit (复检问题) says that today's rules find something in what the public
// reads of an item; its id is the item's. It holds places and previews, never
// a value.
type Hit struct {
	store.Meta
	Unit     string           `json:"unit"`
	Title    string           `json:"title" doc:"Of the edition, masked"`
	Edition  int64            `json:"edition"`
	Digest   string           `json:"digest" doc:"Of the edition that was read"`
	Rules    string           `json:"rules" doc:"Version of the rules that found it"`
	State    string           `json:"state" enum:"open,dismissed,suspended,closed"`
	Total    int              `json:"total" doc:"How many findings; the first ones are listed"`
	Kinds    map[string]int64 `json:"kinds" doc:"How many of each kind"`
	Findings []Finding        `json:"findings"`
	Found    int64            `json:"found" doc:"When it was first found"`
	Seen     int64            `json:"seen" doc:"When it was last found"`
	By       string           `json:"by,omitempty" doc:"Who dismissed or suspended"`
	Name     string           `json:"name,omitempty"`
	Reason   string           `json:"reason,omitempty"`
	At       int64            `json:"at,omitempty"`
	// Dismissed are the beginnings of the keys of findings that were dismissed:
	// they are no hit again, under other rules neither.
	Dismissed []string `json:"dismissed,omitempty"`
}

// StockPass (复检进度) is how far the re-scan has come: there is one.
type StockPass struct {
	store.Meta
	Cursor string `json:"cursor,omitempty"` // behind the last item that was read; "": none is under way
	Began  int64  `json:"began"`
	Rules  string `json:"rules"`
	Items  int64  `json:"items"`  // read in this pass
	Hits   int64  `json:"hits"`   // of these with a hit
	Failed int64  `json:"failed"` // could not be read: tried again in the next pass
	Ended  int64  `json:"ended"`  // when the last whole pass ended
}

// dismissedKey is as much of a finding's key as tells it from others.
const dismissedKey = 16

// Dismisses notes findings that are no hit any more.
func (h *Hit) Dismisses(fs []Finding) {
	for _, f := range fs {
		h.Dismissed = append(h.Dismissed, f.Key[:min(len(f.Key), dismissedKey)])
	}
}

// Fresh are the findings that nobody dismissed.
func (h *Hit) Fresh(fs []Finding) []Finding {
	known := map[string]bool{}
	for _, k := range h.Dismissed {
		known[k] = true
	}
	var out []Finding
	for _, f := range fs {
		if !known[f.Key[:min(len(f.Key), dismissedKey)]] {
			out = append(out, f)
		}
	}
	return out
}
