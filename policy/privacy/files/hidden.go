// Why a reader does not see what a program finds.

package files

// Reasons of Finding.Hidden that more than one format gives.
const (
	hiddenRow      = "hidden row"
	hiddenColumn   = "hidden column"
	hiddenSheet    = "hidden sheet"
	veryHidden     = "very hidden sheet"
	hiddenByFormat = "number format that shows nothing"
	hiddenText     = "hidden text"
	whiteText      = "white text"
	tinyText       = "tiny text"
	underMerged    = "under a merged cell"
	formulaText    = "formula"
	phoneticText   = "phonetic guide"
	unusedString   = "shared string of no cell"
	archiveComment = "comment of an archive"
)
