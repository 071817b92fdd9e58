// Working copies, revisions and proof sheets.

package content

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/gowebpki/jcs"

	"gongkai/store"
)

// Working (工作稿) is what autosave overwrites: one per item and person. Its id
// is "<item>.<user>".
type Working struct {
	store.Meta
	Item    string `json:"item"`
	User    string `json:"user"`
	Base    string `json:"base"` // revision it started from
	Fields  Fields `json:"fields"`
	Updated int64  `json:"updated"`
}

// Revision (修订稿) is an immutable original. It can hold personal data and
// never leaves the restricted side.
type Revision struct {
	store.Meta
	Item       string `json:"item"`
	Parent     string `json:"parent,omitempty"`
	Kind       string `json:"kind"`
	Fields     Fields `json:"fields"`
	Author     string `json:"author"`
	Created    int64  `json:"created"`
	Whole      bool   `json:"whole,omitempty"` // its author had the whole text before them, no masks in it
	Correction bool   `json:"correction,omitempty"`
	// Removed are the secrecy marks that stood in an earlier revision of the
	// same work, and that nobody who may has settled.
	Removed []Finding `json:"removed,omitempty"`
	Digest  string    `json:"digest"` // keyed: a plain hash of a text with one masked number can be guessed

	// Files are the digests of the files that it names; Listed: that is noted.
	Files  []string `json:"files,omitempty"`
	Listed bool     `json:"listed,omitempty"`
	// Purged: the original is gone, and this is its stub. Fields are the public
	// form then, if one was made of it.
	Purged *Purged `json:"purged,omitempty"`
}

// Public (公开形式) is what a sheet shows and an edition publishes.
type Public struct {
	Item       string       `json:"item"`
	Kind       string       `json:"kind"`
	Unit       string       `json:"unit"`
	Lang       string       `json:"lang"`
	Group      string       `json:"group"`
	Fields     Fields       `json:"fields"`
	Files      []PublicFile `json:"files"`
	Placements []Placement  `json:"placements"`
	Pipeline   string       `json:"pipeline"`
	Rules      string       `json:"rules"`
	// Members are the public forms that are signed and released with this one.
	Members []PublicMember `json:"members,omitempty"`
	Note    string         `json:"note,omitempty"` // 更正说明: what the public is told of a correction
}

// PublicFile (公开附件) is a file in public form.
type PublicFile struct {
	Place  string `json:"place"`
	Digest string `json:"digest"` // SHA-256 of the public bytes
	Name   string `json:"name"`
	Alt    string `json:"alt"`
	Size   int64  `json:"size"`
	Type   string `json:"type"`
	ByEye  bool   `json:"by_eye"` // not machine-checked: a named person looked at it
}

// Sheet (清样) is the immutable candidate for the public. Signatures name its
// Digest; release publishes Bytes as they are.
type Sheet struct {
	store.Meta
	Item     string `json:"item"`
	Revision string `json:"revision"`
	Rules    string `json:"rules"`
	Bytes    string `json:"bytes"`  // canonical JSON (RFC 8785) of Public
	Digest   string `json:"digest"` // SHA-256 of Bytes
	Built    int64  `json:"built"`
	Masked   int    `json:"masked"` // findings masked or removed
	Kept     int    `json:"kept"`   // findings kept by a named person
	// Originals says which original each public file was made of.
	Originals []Original `json:"originals,omitempty"`
}

// Original (原件) is where a public file comes from.
type Original struct {
	Public string `json:"public"` // digest of the public bytes
	File   string `json:"file"`   // keyed digest of the original
}

// Public reads the sheet's public form.
func (s Sheet) Public() (p Public, err error) {
	err = json.Unmarshal([]byte(s.Bytes), &p)
	return p, err
}

// Canonical gives the RFC 8785 form of v and its SHA-256.
func Canonical(v any) (text, digest string, err error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", "", fmt.Errorf("canonical form: %w", err)
	}
	canon, err := jcs.Transform(raw)
	if err != nil {
		return "", "", fmt.Errorf("canonical form: %w", err)
	}
	sum := sha256.Sum256(canon)
	return string(canon), hex.EncodeToString(sum[:]), nil
}

// Secret is the restricted key under which originals and found values are
// hashed.
type Secret []byte

// Sum is the keyed hash of the parts.
func (s Secret) Sum(parts ...string) string {
	h := hmac.New(sha256.New, s)
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
