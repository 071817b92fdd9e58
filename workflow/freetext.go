// Free texts: whatever people write that is not the text of an item. Names,
// reasons and descriptions are stored, shown and copied to the trail, and no
// later check looks at them again; so what is personal does not get in.

package workflow

import (
	"regexp"

	"gongkai/content"
	"gongkai/policy/privacy"
)

// machineIDs are identifiers inside a text: their digits are chance.
var machineIDs = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32,64}\b`)

// digitShapes is the bare shape of a mobile or an ID, whatever stands beside it.
var digitShapes = regexp.MustCompile(`\d{17}[\dXx]|\d{11,}`)

// PersonalIn names the kind of personal data that a free text (自由文本) seems
// to hold; "" if none. In names there are no words around a number that could
// tell more, so the bare shape of a mobile or an ID counts.
func (e *Engine) PersonalIn(text string) string {
	text = machineIDs.ReplaceAllString(text, " ")
	for _, f := range privacy.Scan(text, privacy.Plain, privacy.Options{Now: e.now()}) {
		return f.Kind
	}
	for _, run := range digitShapes.FindAllString(text, -1) {
		switch {
		case content.CreditCode(run):
		case len(run) == 18 && shaped.MatchString(run):
			return "id_card"
		case len(run) == 11 && shaped.MatchString(run):
			return "mobile"
		}
	}
	return ""
}
