// The lexicon: lists made ready to be searched for.

package lexicon

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
	entries []entry
	words   *automaton.Automaton
	uses    []use // of each word of the automaton
	ascii   bool  // a word may be written with nothing but ASCII
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
	l := &Lexicon{}
	var words []string
	add := func(word string, as role, entry int) string {
		plain := string(plainWord(word))
		if plain != "" {
			words, l.uses = append(words, plain), append(l.uses, use{as, entry})
			l.ascii = l.ascii || isASCII(plain)
		}
		return plain
	}
	for _, list := range lists {
		for _, t := range list.Terms {
			n := len(l.entries)
			e := newEntry(list, t)
			add(t.Term, aTerm, n)
			for _, x := range t.Except {
				near, isNear := strings.CutPrefix(x, nearby)
				name, isColumn := strings.CutPrefix(x, column)
				switch {
				case isNear:
					add(near, aNeighbour, n)
				case isColumn:
					e.columns = append(e.columns, name)
				default:
					add(x, anException, n)
				}
			}
			if t.leader() {
				for _, title := range t.titles() {
					e.titles = append(e.titles, add(title, aTitle, n))
				}
			}
			l.entries = append(l.entries, e)
		}
	}
	l.words = automaton.New(words)
	return l
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

// Version names what the lexicon finds on a day: it changes with any list, and
// when terms begin or cease to count.
func (l *Lexicon) Version(now time.Time) string {
	day := dayOf(now)
	if e := l.today.Load(); e != nil && e.day == day {
		return e.version
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", grammar)
	for _, e := range l.entries {
		if e.counts(day) {
			fmt.Fprintf(sum, "%q %q %d %q\n", []string{e.Kind, e.Term.Term, e.Correction, e.Severity}, e.Except, e.Order, e.evidence)
		}
	}
	version := hex.EncodeToString(sum.Sum(nil))[:8]
	l.today.Store(&edition{day, version})
	return version
}
