// Schedule: an act that is to be done at a time, and what became of one that
// could not be.

package content

// Schedule (定时) is an act on an item that somebody has put off to a time. It
// names what they saw: of the work its sheet, of the public part its edition.
type Schedule struct {
	ID      string            `json:"id"`
	Act     string            `json:"act"`
	At      int64             `json:"at"`                // when it is to be done
	Sheet   string            `json:"sheet,omitempty"`   // digest of the sheet, for an act on the work
	Edition int64             `json:"edition,omitempty"` // number of the edition, for an act on what is public
	Digest  string            `json:"digest,omitempty"`  // and its digest
	By      string            `json:"by"`                // who set it, and answers for it
	Name    string            `json:"name"`
	Set     int64             `json:"set"`   // when it was set
	Epoch   int64             `json:"epoch"` // a restore from backup raises it
	Params  map[string]string `json:"params,omitempty"`
}

// Lapse (定时失效) is a schedule that was not done, and why.
type Lapse struct {
	Schedule
	Since int64    `json:"since"` // when it lapsed
	Code  string   `json:"code"`  // why
	Zh    string   `json:"zh"`
	En    string   `json:"en"`
	Where []string `json:"where,omitempty"` // places of findings
}
