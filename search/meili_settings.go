// The settings of the Meilisearch index, written only where they differ.

package search

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/meilisearch/meilisearch-go"
)

// bodyParts is into how many attributes a long text is divided: Meilisearch
// passes over what comes after the 65,535th word of one.
const bodyParts = 20

// cutoff is late: a search that is cut off comes back unsorted.
const cutoff = 30_000

// searchable are the attributes in ranking order. All hold tokens of our own,
// see meili_doc.go.
func searchable() []string {
	out := []string{"title", "numbers", "summary"}
	for i := range bodyParts {
		out = append(out, bodyPart(i))
	}
	return append(out, "head_chars", "chars")
}

func bodyPart(i int) string { return fmt.Sprintf("body%d", i) }

// The tokens leave nothing to guess, so typing errors, beginnings of words and
// languages are switched off; sort comes first, so that the newest come first
// strictly; one hit more than is counted tells whether there are more.
func (m *Meili) settings() *meilisearch.Settings {
	exact := "disabled"
	return &meilisearch.Settings{
		RankingRules:         []string{"sort", "words", "attribute", "published:desc"},
		SearchableAttributes: searchable(),
		DisplayedAttributes:  []string{"id", "page", "item", "site", "epoch", "seq", "gone", "published", "slot", "written", "rank", "keys", "terms"},
		FilterableAttributes: []string{"keys", "page", "published", "slot", "tags", "written"},
		SortableAttributes:   []string{"published", "slot"},
		TypoTolerance: &meilisearch.TypoTolerance{
			MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: 5, TwoTypos: 9},
			DisableOnWords:      []string{}, DisableOnAttributes: []string{}, DisableOnNumbers: true,
		},
		LocalizedAttributes: []*meilisearch.LocalizedAttributes{{Locales: []string{"eng"}, AttributePatterns: []string{"*"}}},
		Pagination:          &meilisearch.Pagination{MaxTotalHits: CountLimit + 1},
		ProximityPrecision:  meilisearch.ByWord,
		PrefixSearch:        &exact,
		SearchCutoffMs:      cutoff,
		Synonyms:            m.synonyms,
	}
}

// prepare makes the index if there is none and brings its settings up to date.
func (m *Meili) prepare(ctx context.Context) error {
	err := m.call(ctx, func(ctx context.Context) error {
		_, err := m.client.GetIndexWithContext(ctx, m.name)
		return err
	})
	if coded(err, "index_not_found") {
		if err = m.create(ctx); coded(err, "index_already_exists") {
			err = nil // another process was faster
		}
	}
	if err != nil {
		return err
	}
	return m.adjust(ctx)
}

func (m *Meili) create(ctx context.Context) error {
	return m.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return m.client.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: m.name, PrimaryKey: "id"})
	})
}

func coded(err error, code string) bool {
	var cause *meiliCause
	return errors.As(err, &cause) && cause.code == code
}

// adjust writes the settings that differ from ours, and only those: writing
// one may index every document anew.
func (m *Meili) adjust(ctx context.Context) error {
	var has *meilisearch.Settings
	err := m.call(ctx, func(ctx context.Context) (err error) {
		has, err = m.index.GetSettingsWithContext(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if change, differs := difference(has, m.settings()); differs {
		err := m.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
			return m.index.UpdateSettingsWithContext(ctx, change)
		})
		if err != nil {
			return err
		}
	}
	return m.clearOthers(ctx, has)
}

// difference keeps what has to change.
func difference(has, want *meilisearch.Settings) (*meilisearch.Settings, bool) {
	change, differs := &meilisearch.Settings{}, false
	keep := func(same bool, set func()) {
		if !same {
			differs = true
			set()
		}
	}
	keep(slices.Equal(has.RankingRules, want.RankingRules), func() { change.RankingRules = want.RankingRules })
	keep(slices.Equal(has.SearchableAttributes, want.SearchableAttributes), func() { change.SearchableAttributes = want.SearchableAttributes })
	keep(sameSet(has.DisplayedAttributes, want.DisplayedAttributes), func() { change.DisplayedAttributes = want.DisplayedAttributes })
	keep(sameSet(has.FilterableAttributes, want.FilterableAttributes), func() { change.FilterableAttributes = want.FilterableAttributes })
	keep(sameSet(has.SortableAttributes, want.SortableAttributes), func() { change.SortableAttributes = want.SortableAttributes })
	keep(sameTypos(has.TypoTolerance, want.TypoTolerance), func() { change.TypoTolerance = want.TypoTolerance })
	keep(sameLocales(has.LocalizedAttributes, want.LocalizedAttributes), func() { change.LocalizedAttributes = want.LocalizedAttributes })
	keep(has.Pagination != nil && has.Pagination.MaxTotalHits == want.Pagination.MaxTotalHits, func() { change.Pagination = want.Pagination })
	keep(has.ProximityPrecision == want.ProximityPrecision, func() { change.ProximityPrecision = want.ProximityPrecision })
	keep(has.PrefixSearch != nil && *has.PrefixSearch == *want.PrefixSearch, func() { change.PrefixSearch = want.PrefixSearch })
	keep(has.SearchCutoffMs == want.SearchCutoffMs, func() { change.SearchCutoffMs = want.SearchCutoffMs })
	keep(len(want.Synonyms) == 0 || maps.EqualFunc(has.Synonyms, want.Synonyms, sameSet), func() { change.Synonyms = want.Synonyms })
	return change, differs
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func sameTypos(a, b *meilisearch.TypoTolerance) bool {
	return a != nil && a.Enabled == b.Enabled && a.DisableOnNumbers == b.DisableOnNumbers
}

func sameLocales(a, b []*meilisearch.LocalizedAttributes) bool {
	return slices.EqualFunc(a, b, func(x, y *meilisearch.LocalizedAttributes) bool {
		return sameSet(x.Locales, y.Locales) && sameSet(x.AttributePatterns, y.AttributePatterns)
	})
}

// clearOthers resets what somebody may have set by hand and what would make
// our tokens unfindable. Synonyms go when an empty list of them is given; a
// process that was given none says nothing about those that others set. The shape of a 文号 needs no separators there: brackets
// and spaces never reach Meilisearch.
func (m *Meili) clearOthers(ctx context.Context, has *meilisearch.Settings) error {
	type task = *meilisearch.TaskInfo
	for _, other := range []struct {
		set   bool
		reset func(context.Context) (task, error)
	}{
		{len(has.StopWords) > 0, m.index.ResetStopWordsWithContext},
		{len(has.Dictionary) > 0, m.index.ResetDictionaryWithContext},
		{len(has.SeparatorTokens) > 0, m.index.ResetSeparatorTokensWithContext},
		{len(has.NonSeparatorTokens) > 0, m.index.ResetNonSeparatorTokensWithContext},
		{len(has.Synonyms) > 0 && m.synonyms != nil && len(m.synonyms) == 0, m.index.ResetSynonymsWithContext},
		{has.DistinctAttribute != nil, m.index.ResetDistinctAttributeWithContext},
	} {
		if other.set {
			if err := m.do(ctx, other.reset); err != nil {
				return err
			}
		}
	}
	return nil
}
