// Package importer (导入) reads documents as offices have them, .txt, .html,
// .docx, .jsonl and .csv, and gives drafts. What is damaged or doubtful is
// flagged, never repaired by guessing.
//
//	file ─decode─▶ page (blocks + given fields) ─recognise─▶ Draft
package importer

import (
	"crypto/sha256"
	"encoding/hex"
)

// Draft (草稿) is one document that was read.
type Draft struct {
	Source  string         // path relative to the root; "path#row" for rows of .jsonl and .csv
	Key     string         // the same content read again has the same key
	Kind    string         // guess: "policy", "interpretation", …; "" when unsure
	Created string         // day on which the file says it was made, 2006-01-02; "" if it does not say
	Fields  map[string]any // title, body (HTML), doc_no, date_written, …: only what was found
	Flags   []Flag         // what looks damaged or doubtful
}

// Flag (存疑) is a place that a person should look at. It never repeats the text.
type Flag struct {
	Code   string // for programs: "damaged_doc_no"
	Where  string // a field, or "body:12:34" = 12th block, 34th character of it, both from 1
	Zh, En string
}

// Skip (跳过) is a file or row that gave no draft, and why.
type Skip struct {
	Source, Code, Zh, En string
}

// keyOf is the key for repeat-safe import: what kind of source, which content.
func keyOf(kind string, content []byte) string {
	h := sha256.New()
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}
