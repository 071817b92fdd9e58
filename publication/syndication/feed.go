// Package syndication writes feeds, sitemaps and tables from plain values. It knows
// neither the store nor HTTP.
package syndication

import (
	"bytes"
	"encoding/xml"
	"strings"
	"time"
	"unicode/utf8"
)

// Feed (订阅源) is a list of what was released, newest first.
type Feed struct {
	ID       string // a URI that stays whatever the addresses become
	Title    string
	Subtitle string
	Home     string // page of what the feed is of
	Self     string // address of this document, in its format
	Next     string // address of what comes after it, "" at the end
	Lang     string
	Updated  time.Time // last public change, removals included
	Entries  []Entry
}

// Entry (条目) is an item in a feed.
type Entry struct {
	ID         string // a URI that stays when the item is corrected or moved
	URL        string // its page
	Title      string
	Summary    string // plain text
	Author     string // 发布单位
	Lang       string
	Published  time.Time // 发布日期
	Updated    time.Time // last public change
	Tags       []Tag
	Enclosures []Enclosure
	Item       Item
}

// Tag (分类) is a term of a vocabulary, with the name that people read.
type Tag struct{ Scheme, Term, Label string }

// Enclosure (附件) is a public file of an item.
type Enclosure struct {
	URL, Type, Name string
	Size            int64
}

// Item says which public form an entry is of; the JSON form carries it.
type Item struct {
	ID       string `json:"item"`
	Digest   string `json:"digest"`
	Epoch    int64  `json:"epoch"`
	Seq      int64  `json:"seq"`
	Validity string `json:"validity,omitempty"`
	Since    string `json:"validity_since,omitempty"`
	Ended    string `json:"publicity_ended,omitempty"`
}

// Format (格式) is a way to write a feed.
type Format struct {
	Name, Type, Title string
	Write             func(Feed) ([]byte, error)
}

// Formats is the table of formats.
var Formats = []Format{
	{"rss", "application/rss+xml", "RSS 2.0", RSS},
	{"atom", "application/atom+xml", "Atom 1.0", Atom},
	{"json", "application/feed+json", "JSON Feed 1.1", JSON},
}

// document writes XML with its declaration.
func document(v any) ([]byte, error) {
	out := bytes.NewBufferString(xml.Header)
	if err := xml.NewEncoder(out).Encode(v); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// legible drops what no XML 1.0 document can hold, in any spelling.
func legible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= ' ' && r <= '\uD7FF', r >= '\uE000' && r < utf8.RuneError, r >= 0x10000 && r <= utf8.MaxRune:
			return r
		}
		return -1
	}, s)
}

// line is a text as a title: one line of it.
func line(s string) string { return strings.Join(strings.Fields(legible(s)), " ") }
