// An organisation's own numbers: what may stand in its texts.

package content

import "gongkai/store"

// Allowed (本单位公开号码) is a number that belongs to an organisation: its phone,
// mailbox, vehicle or account. The value itself is not kept, for a wrong entry
// is somebody's own number: a keyed hash recognises it, the preview reminds
// people of it.
type Allowed struct {
	store.Meta        // derived from unit, kind and value: an entry is there once
	Unit       string `json:"unit" doc:"Counts for this unit and its sub-units"`
	Kind       string `json:"kind"`
	Key        string `json:"key" doc:"Keyed hash of kind and value"`
	Preview    string `json:"preview" doc:"Masked"`
	Reason     string `json:"reason"`
	By         string `json:"by"`
	Name       string `json:"name"`
	At         int64  `json:"at"`
}
