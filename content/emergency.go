// Emergency release (应急发布) and the review that it owes afterwards.

package content

// Emergency (应急发布) is why work goes through the short order, and which full
// one its edition owes.
type Emergency struct {
	By       string `json:"by"` // who asked for it
	Name     string `json:"name"`
	At       int64  `json:"at"`
	Reason   string `json:"reason"`
	Pipeline string `json:"pipeline"` // the full order, fixed at submit
	Stage    string `json:"stage"`    // its first stage
	// Offices are units that it names beside the item's own and those above.
	Offices []string `json:"offices,omitempty"`
}

// LaterReview (补审) is the full review that an edition owes which went out by
// an emergency release: on that very sheet, by people who did not write it.
type LaterReview struct {
	Edition      int64       `json:"edition"`
	Sheet        string      `json:"sheet"`
	Digest       string      `json:"digest"`
	Emergency    Emergency   `json:"emergency"`
	Opened       int64       `json:"opened"`
	Deadline     int64       `json:"deadline"`        // end of the last day on which it is in time
	Stage        string      `json:"stage,omitempty"` // the stage that waits
	Contributors []string    `json:"contributors"`
	Signoffs     []Signoff   `json:"signoffs,omitempty"`
	Objections   []Objection `json:"objections,omitempty"`
	Closed       int64       `json:"closed,omitempty"`
	Outcome      string      `json:"outcome,omitempty" enum:",passed,withdrawn,corrected"`
}

// Objection (补审异议) is why a later reviewer would not have let it out.
type Objection struct {
	Stage   string `json:"stage"`
	By      string `json:"by"`
	Name    string `json:"name"`
	For     string `json:"for,omitempty"` // who was stood in for (代理)
	ForName string `json:"for_name,omitempty"`
	At      int64  `json:"at"`
	Reason  string `json:"reason"`
}
