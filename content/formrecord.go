// The register of forms: what an edition went out with, kept for its forms and
// for the monthly summary.

package content

import (
	"fmt"

	"gongkai/store"
)

// FormRecord (审批登记) is what the forms of an edition are made of beside its
// sheet; its id is "<item>.<edition>". It is made once, of what the release
// wrote, and holds no unmasked text.
type FormRecord struct {
	store.Meta
	Item        string       `json:"item"`
	Unit        string       `json:"unit"`
	Kind        string       `json:"kind"`
	Title       string       `json:"title"`
	DocNo       string       `json:"doc_no,omitempty"`
	IndexNo     string       `json:"index_no,omitempty"`
	Edition     int64        `json:"edition"`
	Column      string       `json:"column"`
	Placed      []Placement  `json:"placed"`
	Restricted  bool         `json:"restricted,omitempty"`
	Tier        string       `json:"tier,omitempty"`
	Term        Term         `json:"term"`
	Pipeline    string       `json:"pipeline"`
	Sheet       string       `json:"sheet"`
	Digest      string       `json:"digest"`
	Drafters    []Named      `json:"drafters"`
	Submitted   int64        `json:"submitted,omitempty"`
	Signoffs    []Signoff    `json:"signoffs"`
	Corrections []Correction `json:"corrections,omitempty"`
	Publisher   Named        `json:"publisher"`
	Released    int64        `json:"released"`
	Lead        *Lead        `json:"lead,omitempty"` // of a member of a bundle: the signatures are on its sheet
	StepN       int64        `json:"step_n"`         // the act that released it, in the chain of the item
	StepHash    string       `json:"step_hash,omitempty"`
}

// Named (署名) is a person with the name they had; "" where it was forgotten.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// FormID names the record of an edition.
func FormID(item string, edition int64) string { return fmt.Sprintf("%s.%d", item, edition) }

// Scan (签批扫描件) is a paper form, signed by hand and scanned: a restricted
// original that never becomes public. It is evidence, and no signature.
type Scan struct {
	N     int64  `json:"n"`     // counts them
	File  string `json:"file"`  // keyed digest of the original
	Sheet string `json:"sheet"` // digest of the sheet that the paper is about
	Type  string `json:"type"`
	Size  int64  `json:"size"`
	By    string `json:"by"`
	Name  string `json:"name"`
	At    int64  `json:"at"`
	// Void says why it counts no more and can be opened no more (作废).
	Void   string `json:"void,omitempty"`
	VoidBy string `json:"void_by,omitempty"`
	VoidAt int64  `json:"void_at,omitempty"`
}
