// The pure part of the chain: one link; steps of items use it as well.

package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/gowebpki/jcs"

	"gongkai"
)

// Link is the hash of one record of a chain: SHA-256, in hex, over the
// canonical JSON (RFC 8785) of {"prev": prev, "record": canonical}. Integers
// in the record keep within ±2^53, as everywhere in JSON.
func Link(prev string, canonical any) (hash string, err error) {
	raw, err := json.Marshal(struct {
		Prev   string `json:"prev"`
		Record any    `json:"record"`
	}{prev, canonical})
	if err != nil {
		return "", errForm.Because(err)
	}
	text, err := jcs.Transform(raw)
	if err != nil {
		return "", errForm.Because(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

var errForm = gongkai.E(gongkai.Invalid, "audit_form", "记录无法写成规范 JSON", "the record cannot be written as canonical JSON")
