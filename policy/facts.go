// The facts (情形) about an act that rules can name; callers find them out.

package policy

import "slices"

// Facts that prohibitions and conditional rules name.
const (
	Contributor    = "contributor"     // the actor had a part in the text
	SameTrack      = "same_track"      // the actor signed another stage of this track
	SamePerson     = "same_person"     // the actor signed before and the pipeline wants distinct persons
	OpenFindings   = "open_findings"   // a finding has no resolution
	Incomplete     = "incomplete"      // sign-offs are missing
	Program        = "program"         // an API key acts; Can adds this by itself
	OwnRequest     = "own_request"     // the actor asked for this withdrawal
	NotProactive   = "not_proactive"   // the openness attribute is not 主动公开
	ReleaserSigned = "releaser_signed" // the actor signed a stage of this item
	Claimed        = "claimed"         // somebody else has claimed what waits
	OwnDraft       = "own_draft"       // the actor drafts this text
	OwnGrant       = "own_grant"       // the actor asked for this grant, or is to get it
)

// Facts are all facts that rules and requests may name: a misspelt one would
// never meet its rule, and the prohibition would never refuse.
var Facts = []string{
	Contributor, SameTrack, SamePerson, OpenFindings, Incomplete,
	Program, OwnRequest, NotProactive, ReleaserSigned, OwnDraft, OwnGrant, Claimed,
}

func unknownFact(fact string) bool { return !slices.Contains(Facts, fact) }
