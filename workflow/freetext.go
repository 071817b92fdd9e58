// Free texts: whatever people write that is not the text of an item. Names,
// reasons and descriptions are stored, shown and copied to the trail, and no
// later check looks at them again; so what is personal does not get in.

package workflow

import (
	"regexp"
	"slices"
	"strings"

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
		if kind := bare(run); kind != "" {
			return kind
		}
	}
	return ""
}

// bare tells of a run of digits what its shape alone says.
func bare(run string) string {
	switch {
	case content.CreditCode(run):
	case len(run) == 18 && shaped.MatchString(run):
		return "id_card"
	case len(run) == 11 && shaped.MatchString(run):
		return "mobile"
	}
	return ""
}

// maskFree masks whatever is found in a text that people write about an item:
// opinions, reasons. An ID with a wrong digit is somebody's too.
func (e *Engine) maskFree(text string) string {
	text = privacy.Mask(text, privacy.Scan(text, privacy.Plain, privacy.Options{Now: e.now()}))
	ids := machineIDs.FindAllStringIndex(text, -1)
	var edits []edit
	for _, at := range digitShapes.FindAllStringIndex(text, -1) {
		inID := slices.ContainsFunc(ids, func(id []int) bool { return id[0] <= at[0] && at[1] <= id[1] })
		if !inID && bare(text[at[0]:at[1]]) != "" {
			edits = append(edits, edit{at[0] + 3, at[1] - 4, strings.Repeat("*", at[1]-at[0]-7), true})
		}
	}
	return lay(text, edits)
}
