// Settings: their defaults, their checks, what they mean for documents.

package meilitest

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// settings are the ones that change what this server does; all others are
// kept and given back.
type settings struct {
	raw        map[string]json.RawMessage
	ranking    []string
	searchable []string
	displayed  []string
	filterable []string
	sortable   []string
	synonyms   map[string][]string
	maxTotal   int
	prefixes   bool
}

var defaults = map[string]string{
	"displayedAttributes": `["*"]`, "searchableAttributes": `["*"]`, "filterableAttributes": `[]`, "sortableAttributes": `[]`,
	"rankingRules": `["words","typo","proximity","attributeRank","sort","wordPosition","exactness"]`,
	"stopWords":    `[]`, "nonSeparatorTokens": `[]`, "separatorTokens": `[]`, "dictionary": `[]`, "synonyms": `{}`,
	"distinctAttribute": `null`, "proximityPrecision": `"byWord"`,
	"typoTolerance": `{"enabled":true,"minWordSizeForTypos":{"oneTypo":5,"twoTypos":9},"disableOnWords":[],"disableOnAttributes":[],"disableOnNumbers":false}`,
	"faceting":      `{"maxValuesPerFacet":100,"sortFacetValuesBy":{"*":"alpha"}}`, "pagination": `{"maxTotalHits":1000}`,
	"searchCutoffMs": `null`, "localizedAttributes": `null`, "facetSearch": `true`, "prefixSearch": `"indexingTime"`, "embedders": `{}`,
}

func defaultSettings() settings {
	st := settings{raw: map[string]json.RawMessage{}}
	for name, value := range defaults {
		st.raw[name] = json.RawMessage(value)
	}
	if err := st.read(); err != nil {
		panic(err) // the defaults are constants
	}
	return st
}

// read brings the typed form up to date and checks it.
func (st *settings) read() error {
	var pagination struct{ MaxTotalHits int }
	var prefix string
	for name, into := range map[string]any{
		"rankingRules": &st.ranking, "searchableAttributes": &st.searchable, "displayedAttributes": &st.displayed,
		"filterableAttributes": &st.filterable, "sortableAttributes": &st.sortable, "synonyms": &st.synonyms,
		"pagination": &pagination, "prefixSearch": &prefix,
	} {
		if err := json.Unmarshal(st.raw[name], into); err != nil {
			return invalidSetting(name)
		}
	}
	st.maxTotal, st.prefixes = pagination.MaxTotalHits, prefix == "indexingTime"
	if prefix != "indexingTime" && prefix != "disabled" {
		return invalidSetting("prefixSearch")
	}
	return st.checkRules()
}

var customRule = regexp.MustCompile(`^[A-Za-z0-9_.]+:(asc|desc)$`)

func (st *settings) checkRules() error {
	known := []string{"words", "typo", "proximity", "attribute", "attributeRank", "wordPosition", "sort", "exactness"}
	for _, rule := range st.ranking {
		if !slices.Contains(known, rule) && !customRule.MatchString(rule) {
			return invalidSetting("rankingRules")
		}
	}
	return nil
}

func invalidSetting(name string) error {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return refuse(http.StatusBadRequest, "invalid_settings_"+b.String(), "Invalid value at `."+name+"`")
}

// with is the settings changed; null resets, objects are merged.
func (st *settings) with(change map[string]json.RawMessage) (settings, error) {
	out := settings{raw: maps.Clone(st.raw)}
	for name, value := range change {
		switch {
		case string(value) == "null":
			out.raw[name] = json.RawMessage(defaults[name])
		case name == "typoTolerance" || name == "pagination" || name == "faceting":
			merged, err := merge(out.raw[name], value)
			if err != nil {
				return out, invalidSetting(name)
			}
			out.raw[name] = merged
		default:
			out.raw[name] = value
		}
	}
	return out, out.read()
}

func merge(old, change json.RawMessage) (json.RawMessage, error) {
	var a, b map[string]json.RawMessage
	if err := json.Unmarshal(old, &a); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(change, &b); err != nil {
		return nil, err
	}
	maps.Copy(a, b)
	return json.Marshal(a)
}

func (c *call) getSettings() (any, error) {
	ix, err := c.index()
	if err != nil {
		return nil, err
	}
	return ix.settings.raw, nil
}

func (c *call) patchSettings() (any, error) {
	change, err := c.fields(slices.Collect(maps.Keys(defaults))...)
	if err != nil {
		return nil, err
	}
	trial := defaultSettings()
	if _, err := trial.with(change); err != nil {
		return nil, err
	}
	return c.changeSettings(change)
}

func (c *call) resetSetting() (any, error) {
	words := strings.Split(c.PathValue("name"), "-")
	for i := range words[1:] {
		words[i+1] = strings.ToUpper(words[i+1][:1]) + words[i+1][1:]
	}
	name := strings.Join(words, "")
	if _, ok := defaults[name]; !ok {
		return nil, refuse(http.StatusNotFound, "not_found", "no such setting")
	}
	return c.changeSettings(map[string]json.RawMessage{name: json.RawMessage("null")})
}

// changeSettings makes the index if there is none, as documents do.
func (c *call) changeSettings(change map[string]json.RawMessage) (any, error) {
	name, mayCreate := c.PathValue("index"), c.key.may("indexes.create")
	return c.s.enqueue(&name, "settingsUpdate", change, func() error {
		ix, err := c.s.obtain(name, mayCreate)
		if err != nil {
			return err
		}
		if ix.settings, err = ix.settings.with(change); err != nil {
			return err
		}
		ix.again()
		return nil
	})
}
