// check_json: findings for programs: JSON of our own, and SARIF 2.1.0. Both are
// written as the check goes, so that a folder of any size needs no memory.

package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"gongkai/policy/lexicon"
	"gongkai/policy/privacy"
	filescan "gongkai/policy/privacy/files"
)

// jsonPrinter writes {"version","rules","findings":[…],"unread":[…],"total"}.
type jsonPrinter struct {
	w     *bufio.Writer
	some  bool
	later []unreadOut
}

type findingOut struct {
	File      string        `json:"file"`
	Line      int           `json:"line,omitempty"`
	Column    int           `json:"column,omitempty"`
	EndLine   int           `json:"end_line,omitempty"`
	EndColumn int           `json:"end_column,omitempty"`
	Where     string        `json:"where"`
	Hidden    string        `json:"hidden,omitempty"`
	Kind      string        `json:"kind"`
	Level     privacy.Level `json:"level"`
	Preview   string        `json:"preview"`
	Evidence  []string      `json:"evidence"`
	Zh        string        `json:"zh"`
	En        string        `json:"en"`
}

type unreadOut struct {
	File  string `json:"file"`
	Where string `json:"where,omitempty"`
	Code  string `json:"code"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

func (p *jsonPrinter) begin() {
	write(p.w, `{"version":`, version, `,"rules":`, privacy.Rules, `,"findings":[`)
}

func (p *jsonPrinter) findings(name, text string, fs []filescan.Finding) error {
	for s := range spots(name, text, fs) {
		w := s.message()
		p.some = element(p.w, p.some, findingOut{name, s.line, s.column, s.endLine, s.endColumn, s.Where, s.Hidden, s.Kind, s.Level, s.Preview, s.Evidence, w.zh, w.en})
	}
	return p.w.Flush()
}

// message says in a sentence what was found, why and what to do.
func (s spot) message() words {
	reasons, is, do := why(s.Evidence), levelWords[s.Level].is, advice(s.Kind, s.Level)
	return words{
		s.kind.zh + " " + s.Preview + "（" + is.zh + "）：" + reasons.zh + "。" + do.zh,
		s.kind.en + " " + s.Preview + " (" + is.en + "): " + reasons.en + ". To do: " + do.en,
	}
}

func (p *jsonPrinter) unread(name string, u filescan.Unread) error {
	p.later = append(p.later, unreadOut{name, u.Where, u.Code, u.Zh, u.En})
	return nil
}

func (p *jsonPrinter) end(t total) error {
	write(p.w, "\n],\"unread\":[")
	some := false
	for _, u := range p.later {
		some = element(p.w, some, u)
	}
	write(p.w, "\n],\"total\":", t, "}\n")
	return p.w.Flush()
}

// sarifPrinter writes SARIF, the format of code review tools: kinds are rules,
// findings are results, what was not checked is a notification.
type sarifPrinter struct {
	w     *bufio.Writer
	some  bool
	later []any
}

// props is a JSON object: SARIF is made of many small ones.
type props map[string]any

const sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"

// sarifLevels are the levels by the names that SARIF has.
var sarifLevels = map[privacy.Level]string{privacy.Certain: "error", privacy.Likely: "warning", privacy.Ask: "note", privacy.Warn: "note"}

func (p *sarifPrinter) begin() {
	rules := []props{}
	for _, k := range slices.Concat(privacy.Kinds(), lexicon.Kinds()) {
		rules = append(rules, props{
			"id": k.Name, "name": k.En, "shortDescription": props{"text": k.Zh + " / " + k.En},
			"help": props{"text": advice(k.Name, privacy.Likely).zh + " / " + advice(k.Name, privacy.Likely).en},
		})
	}
	driver := props{"name": "gongkai", "version": version, "rules": rules, "properties": props{"rules": privacy.Rules}}
	write(p.w, `{"$schema":`, sarifSchema, `,"version":`, "2.1.0", `,"runs":[{"tool":`, props{"driver": driver}, `,"columnKind":`, "unicodeCodePoints", `,"results":[`)
}

func (p *sarifPrinter) findings(name, text string, fs []filescan.Finding) error {
	for s := range spots(name, text, fs) {
		w := s.message()
		p.some = element(p.w, p.some, props{
			"ruleId": s.Kind, "level": sarifLevels[s.Level], "message": sarifMessage(w.zh, w.en),
			"locations": []props{s.location()}, "properties": props{"evidence": s.Evidence, "level": s.Level, "preview": s.Preview},
		})
	}
	return p.w.Flush()
}

// sarifMessage doubles braces, which stand for arguments in SARIF.
func sarifMessage(zh, en string) props {
	return props{"text": strings.NewReplacer("{", "{{", "}", "}}").Replace(zh + " / " + en)}
}

func (s spot) location() props {
	physical := props{"artifactLocation": artifact(s.name)}
	if s.line > 0 {
		physical["region"] = props{"startLine": s.line, "startColumn": s.column, "endLine": s.endLine, "endColumn": s.endColumn}
	}
	at := props{"physicalLocation": physical}
	if s.line == 0 || s.Hidden != "" {
		place := placed(s.Where)
		at["logicalLocations"] = []props{{"fullyQualifiedName": s.Where, "name": place.zh + " / " + place.en}}
	}
	return at
}

// artifact is a file as a reference: a name on the disk may hold anything.
func artifact(name string) props {
	if name == "-" {
		return props{"uri": "stdin:"}
	}
	u := url.URL{Path: filepath.ToSlash(name)}
	if filepath.IsAbs(name) {
		u.Scheme = "file"
	}
	return props{"uri": u.String()}
}

func (p *sarifPrinter) unread(name string, u filescan.Unread) error {
	p.later = append(p.later, props{
		"level": "error", "descriptor": props{"id": u.Code}, "message": sarifMessage(u.Zh, u.En),
		"locations": []props{{"physicalLocation": props{"artifactLocation": artifact(name)}}},
	})
	return nil
}

func (p *sarifPrinter) end(t total) error {
	run := props{"executionSuccessful": t.Unread == 0}
	if len(p.later) > 0 {
		run["toolExecutionNotifications"] = p.later
	}
	write(p.w, "\n],\"invocations\":", []props{run}, "}]}\n")
	return p.w.Flush()
}

// write writes JSON in pieces: at even places as it is, at odd ones a value.
func write(w io.Writer, pieces ...any) {
	for i, piece := range pieces {
		if i%2 == 0 {
			_, _ = io.WriteString(w, piece.(string))
			continue
		}
		_, _ = w.Write(encoded(piece))
	}
}

// element writes an element of a list.
func element(w io.Writer, some bool, v any) bool {
	separator := "\n"
	if some {
		separator = ",\n"
	}
	write(w, separator, v)
	return true
}

// encoded leaves Chinese and signs as they are.
func encoded(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // only maps, texts and numbers come here
	}
	return data
}
