// The lexicon: lists made ready to be searched for.

package lexicon

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"gongkai/policy/automaton"
)

// grammar is the version of what the code itself knows: how marks are written
// and how titles and order are compared.
const grammar = "1"

// Lexicon (词库) is a set of lists. Any number of goroutines may use it.
type Lexicon struct {
	*ready
	normal []string // the exceptions by column that hold where the texts stand
}

// ready is the lists, whatever columns the texts stand in.
type ready struct {
	entries []entry
	columns []string // all those in which something is normal
	terms   *automaton.Automaton
	words   *automaton.Automaton // terms, and what decides over them
	uses    []use                // of each of the words
	reach   int                  // how far away, in characters, what decides over a term may stand
	ascii   bool                 // a word may be written with nothing but ASCII
	today   atomic.Pointer[edition]
}

// entry is a term with the list that it comes from.
type entry struct {
	Term
	list     string
	evidence []string
	columns  []string // those in which it is normal
	gap      int
	titles   []string // of a leader: as they stand in a block
}

// use says why a word is sought.
type use struct {
	as    role
	entry int
}

type role uint8

const (
	aTerm role = iota
	anException
	aNeighbour
	aTitle
)

// edition is the version on a day.
type edition struct{ day, version string }

// New makes lists ready. Rows whose term cannot stand in a text are left out:
// Read refuses them.
func New(lists ...List) *Lexicon {
	b := builder{ready: &ready{}}
	for _, list := range lists {
		for _, t := range list.Terms {
			b.entry(list, t)
		}
	}
	slices.Sort(b.columns)
	b.columns = slices.Compact(b.columns)
	b.terms, b.words = automaton.New(b.only), automaton.New(b.all)
	b.reach = 3 * (near + b.longest)
	return &Lexicon{ready: b.ready}
}

// builder gathers the words of lists.
type builder struct {
	*ready
	only, all []string // the terms; these and what decides over them
	longest   int      // in characters
}

func (b *builder) entry(list List, t Term) {
	e := newEntry(list, t)
	if term := b.add(t.Term, aTerm); term != "" {
		b.only = append(b.only, term)
		b.ascii = b.ascii || isASCII(term)
	}
	for _, x := range t.Except {
		near, isNear := strings.CutPrefix(x, nearby)
		name, isColumn := strings.CutPrefix(x, column)
		switch {
		case isNear:
			b.add(near, aNeighbour)
		case isColumn:
			e.columns = append(e.columns, name)
		default:
			b.add(x, anException)
		}
	}
	if t.leader() {
		for _, title := range t.titles() {
			e.titles = append(e.titles, b.add(title, aTitle))
		}
	}
	b.columns = append(b.columns, e.columns...)
	b.entries = append(b.entries, e)
}

// add adds a word of the next entry, and returns it as it stands in a block.
func (b *builder) add(word string, as role) string {
	plain := string(plainWord(word))
	if plain != "" {
		b.all, b.uses = append(b.all, plain), append(b.uses, use{as, len(b.entries)})
		b.longest = max(b.longest, utf8.RuneCountInString(plain))
	}
	return plain
}

// In is the lexicon for texts that stand in these columns (栏目), each named
// with those above it. What is normal in one of them and not in another is
// found.
func (l *Lexicon) In(columns ...string) *Lexicon {
	in := &Lexicon{ready: l.ready}
	for _, name := range l.columns {
		if len(columns) > 0 && !slices.ContainsFunc(columns, func(c string) bool { return !strings.Contains(c, name) }) {
			in.normal = append(in.normal, name)
		}
	}
	return in
}

// isASCII tells whether a word as blocks have it may come from ASCII alone:
// digits may be Chinese ones, a star an asterisk.
func isASCII(plain string) bool {
	return strings.IndexFunc(plain, func(r rune) bool { return r >= utf8.RuneSelf && r != star }) < 0
}

func newEntry(list List, t Term) entry {
	e := entry{Term: t, list: list.Name, evidence: []string{"list:" + list.Name + "@" + list.Version}}
	if t.Source != "" {
		e.evidence = append(e.evidence, "source:"+t.Source)
	}
	for _, k := range kinds {
		if k.Name == t.Kind {
			e.gap = k.gap
		}
	}
	return e
}

// Version names what the lexicon finds on a day: it changes with any list,
// when terms begin or cease to count, and with the exceptions by column.
func (l *Lexicon) Version(now time.Time) string {
	version := l.version(dayOf(now))
	if len(l.normal) == 0 {
		return version
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q", version, l.normal))
	return hex.EncodeToString(sum[:])[:8]
}

func (r *ready) version(day string) string {
	if e := r.today.Load(); e != nil && e.day == day {
		return e.version
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", grammar)
	for _, e := range r.entries {
		if e.counts(day) {
			fmt.Fprintf(sum, "%q %q %d %q\n", []string{e.Kind, e.Term.Term, e.Correction, e.Severity}, e.Except, e.Order, e.evidence)
		}
	}
	version := hex.EncodeToString(sum.Sum(nil))[:8]
	r.today.Store(&edition{day, version})
	return version
}
