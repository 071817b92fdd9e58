// What decides what is found in a text: the rules of the day, the word lists, and
// what may stand where the text stands.

package workflow

import (
	"context"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/lexicon"
	"gongkai/policy/privacy"
)

// standing (所在) is where a text stands: the unit whose own numbers may stand
// in it, and the columns in which some words are normal.
type standing struct {
	item, unit string
	placements []content.Placement
}

func standingOf(it content.Item) standing { return standing{it.ID, it.Unit, it.Placements} }

// lexiconFor is the lexicon of today for texts that stand there.
func (e *Engine) lexiconFor(ctx context.Context, at standing) (*lexicon.Lexicon, error) {
	lex, err := e.words.fresh(ctx)
	if err != nil {
		return nil, err
	}
	columns, err := e.columnNames(ctx, at.placements)
	return lex.In(columns...), err
}

// columnNames are the names of each column with those above it.
func (e *Engine) columnNames(ctx context.Context, placements []content.Placement) ([]string, error) {
	out := make([]string, len(placements))
	for i, p := range placements {
		col, err := e.content.Columns.Get(ctx, p.Column)
		for _, id := range content.Ancestors(col.Path) {
			above := col
			if err == nil && id != col.ID {
				above, err = e.content.Columns.Get(ctx, id)
			}
			out[i] += above.Name + "/"
		}
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return nil, err
		}
	}
	return out, nil
}

// ruleset (规则集) is all that decides what is found in texts that stand
// somewhere, as it was when it was asked for. It is read once for all that is
// looked at together, so that findings never count as newer than they are.
type ruleset struct {
	item    string
	units   []string // its unit, and those that were merged into it
	version string
	words   string // the version of what is asked along
	lex     *lexicon.Lexicon
	allow   func(kind, folded string) bool
	now     time.Time
}

func (e *Engine) ruleset(ctx context.Context, at standing) (ruleset, error) {
	lex, err := e.lexiconFor(ctx, at)
	if err != nil {
		return ruleset{}, err
	}
	own, err := e.allowedIn(ctx, at.unit)
	now := e.now()
	words := lex.Version(now) + own.version
	return ruleset{item: at.item, units: own.units, version: privacy.Rules + "+" + words, words: words, lex: lex, allow: e.allows(own), now: now}, err
}

// options are those of a scan: what is known from elsewhere is made ready once
// for many texts.
func (r ruleset) options(known []privacy.Value) privacy.Options {
	return privacy.Options{Known: known, Now: r.now, Allow: r.allow, Also: r.lex.Findings(r.now), AlsoRules: r.words}.Prepared()
}

// rules names the version of all that decides what is found in texts that stand
// there (nowhere: in any).
func (e *Engine) rules(ctx context.Context, at standing) (string, error) {
	r, err := e.ruleset(ctx, at)
	return r.version, err
}
