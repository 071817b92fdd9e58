// The register of the gate: what was found and decided in each edition.

package content

import "gongkai/store"

// GateRecord (门控台账) is what became of the findings in an edition; its id is
// "<item>.<edition>". It is made of immutable documents, and holds no value.
type GateRecord struct {
	store.Meta
	Item     string      `json:"item"`
	Unit     string      `json:"unit"`
	Title    string      `json:"title"`
	IndexNo  string      `json:"index_no,omitempty"`
	Edition  int64       `json:"edition"`
	Released int64       `json:"released"`
	Rules    string      `json:"rules"`
	Rows     []GateRow   `json:"rows"`
	Exempt   bool        `json:"exempt"` // something was kept
	Kept     []Exemption `json:"kept,omitempty"`
	People   bool        `json:"people,omitempty"` // there are some whom later items are compared with
}

// GateRow counts the findings of a kind that one person settled in one way.
type GateRow struct {
	Kind string `json:"kind"`
	Act  string `json:"act"`
	By   string `json:"by"`
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// Exemption (免于遮掩) is personal data that was kept with a legal basis: one
// decision over one kind at one place, a column of a table counting as one.
type Exemption struct {
	Place string `json:"place"`
	Kind  string `json:"kind"`
	Basis string `json:"basis"`
	By    string `json:"by"`
	Name  string `json:"name"`
	At    int64  `json:"at"`
	N     int64  `json:"n"`
}
