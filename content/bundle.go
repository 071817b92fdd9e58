// Bundles: a document, its drafting explanation and its interpretation are
// signed and released together.

package content

import "slices"

// Member (成员) is an item that goes with a lead (主件): what its sheet is, and
// who wrote it. Before the lead's sheet is built only Item is known.
type Member struct {
	Item     string `json:"item"`
	Kind     string `json:"kind,omitempty"`
	Title    string `json:"title,omitempty"`    // masked
	Round    string `json:"round,omitempty"`    // of the lead, in which it was held
	Revision string `json:"revision,omitempty"` // that goes out
	Sheet    string `json:"sheet,omitempty"`
	Digest   string `json:"digest,omitempty"`
	// Contributors are whoever wrote a word of it: they do not sign the bundle.
	Contributors []string `json:"contributors,omitempty"`
}

// Lead (主件) is the item that a member goes with: who signs that one signs it
// too. Round is the submission of the lead that holds it, Edition the one of
// the lead that it went out with.
type Lead struct {
	Item    string `json:"item"`
	Title   string `json:"title"` // masked
	Round   string `json:"round,omitempty"`
	Edition int64  `json:"edition,omitempty"`
	Digest  string `json:"digest,omitempty"` // of the lead's sheet, which names this one: the signatures are on it
}

// PublicMember names a member's public form in that of its lead, so that who
// signs the one signs the other.
type PublicMember struct {
	Item   string `json:"item"`
	Digest string `json:"digest"`
}

// MemberOf finds a member of a list.
func MemberOf(list []Member, item string) (Member, bool) {
	i := slices.IndexFunc(list, func(m Member) bool { return m.Item == item })
	if i < 0 {
		return Member{}, false
	}
	return list[i], true
}

// Accompanies tells whether items of the kind go with a document: they may be
// members of its bundle, and lead none.
func (k Kind) Accompanies() bool {
	return k.Member || k.BuiltIn && (k.ID == Interpretation || k.ID == Explanation)
}

// What a column demands of its documents (Column.Bundle).
const (
	BundleRequired = "required"
	BundleAfter    = "after"
	BundleNone     = "none"
)

// Kinds that come with the program and go with a document.
const (
	Interpretation = "interpretation" // 政策解读
	Explanation    = "explanation"    // 起草说明
)

// Interpreted (解读的文件) are the items that values say they interpret or explain.
func Interpreted(v Fields) []string { return ListOf(v["interprets"]) }
