// The proof: what is to go out is read anew, files included, and searched for
// every value that was masked. It can only refuse.

package workflow

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"gongkai/content"
	"gongkai/policy/automaton"
	"gongkai/policy/privacy"
)

// reading is what a public form is compared with.
type reading struct {
	engine  *Engine
	rules   ruleset
	decided content.Decisions
	from    map[string]string // digests of originals, by place
	hidden  []privacy.Value   // what was masked and stands nowhere for good reason
	words   *automaton.Automaton
	digits  *automaton.Automaton // of long numbers, searched with all else taken out
	left    []content.Finding
}

// The least characters of a value that is searched for letter by letter, and
// the least digits of one that is searched for among the digits alone: shorter
// ones stand somewhere by chance.
const (
	leastWord   = 6
	leastDigits = 11
)

// proofOf makes ready to search for what was found and masked. Nothing is known
// of it at a release: then the rules of the day are asked alone.
func (e *Engine) proofOf(r ruleset, d content.Decisions, from map[string]string, fs []found) *reading {
	p := &reading{engine: e, rules: r, decided: d, from: from, hidden: hiddenIn(fs, d)}
	var words, digits []string
	for _, v := range p.hidden {
		if folded, _ := privacy.Folded(v.Folded, privacy.Plain); len(folded) >= leastWord {
			words = append(words, string(folded))
		}
		if only := digitsOf([]rune(v.Folded)); len(only) >= leastDigits {
			digits = append(digits, string(only))
		}
	}
	p.words, p.digits = automaton.New(words), automaton.New(digits)
	return p
}

// hiddenIn are the values that people decided to mask or remove, without those
// that stand elsewhere in the item for good reason.
func hiddenIn(fs []found, d content.Decisions) []privacy.Value {
	hidden, kept := newValues(nil), map[string]bool{}
	for _, f := range fs {
		if r, _ := d.Settle(f.Finding); masking(r.Act) {
			if f.value != "" && !common[f.Kind] && !aboutWords[f.Kind] {
				hidden.add(f.Kind, f.value)
			}
		} else {
			kept[f.value] = true
		}
	}
	return slices.DeleteFunc(hidden.list, func(v privacy.Value) bool { return kept[v.Folded] })
}

// telling are the findings that somebody replaced by most of the number itself:
// a mask in other words is still a mask.
func telling(fs []found, d content.Decisions) (out []content.Finding) {
	for _, f := range fs {
		r, _ := d.Settle(f.Finding)
		number := string(digitsOf([]rune(f.value)))
		if r.As == "" || len(number) < leastDigits {
			continue
		}
		as, _ := privacy.Folded(r.As, privacy.Plain)
		most, shown := len(number)*2/3, string(digitsOf(as))
		for i := 0; i+most <= len(number); i++ {
			if strings.Contains(shown, number[i:i+most]) {
				out = append(out, f.Finding)
				break
			}
		}
	}
	return out
}

func masking(act string) bool { return act == content.ActMask || act == content.ActRemove }

// digitsOf drops all but the digits; the X of an ID number is its check only.
func digitsOf(folded []rune) []rune {
	out := make([]rune, 0, len(folded))
	for _, r := range folded {
		if r >= '0' && r <= '9' {
			out = append(out, r)
		}
	}
	return out
}

// read looks at a whole public form and lists the places where something is
// left.
func (p *reading) read(ctx context.Context, k content.Kind, pub content.Public) ([]string, error) {
	note := content.Text{Place: "note", Text: pub.Note}
	parts := append(p.engine.textParts(k, pub.Fields), part{place: note.Place, scan: func(_ context.Context, opt privacy.Options) ([]found, error) {
		return p.engine.scanTexts([]content.Text{note}, opt), nil
	}})
	for _, f := range pub.Files {
		parts = append(parts, part{place: f.Place, scan: func(ctx context.Context, opt privacy.Options) ([]found, error) { return p.file(ctx, f, opt) }})
	}
	again, err := p.engine.scanParts(ctx, p.rules, parts, p.hidden)
	if err != nil {
		return nil, err
	}
	for _, f := range again.found {
		if r, ok := p.decided.Settle(f.Finding); f.Level != content.Warn && (!ok || masking(r.Act)) {
			p.left = append(p.left, f.Finding)
		}
	}
	for _, t := range append(k.Texts(pub.Fields), note) {
		p.search(t.Place, t.Text, format(t), true)
	}
	return places(p.left), nil
}

// file reads a public copy: with the checks, and byte by byte.
func (p *reading) file(ctx context.Context, f content.PublicFile, opt privacy.Options) ([]found, error) {
	in, err := p.engine.content.Files.SpoolKept(ctx, f.Digest)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	seen, err := readFile(ctx, fileOf(f.Name, in), opt)
	if err != nil {
		return nil, err
	}
	place := content.PlacedFile{Place: f.Place, FileRef: content.FileRef{Digest: p.from[f.Place], Name: f.Name}}
	return p.engine.inFile(place, seen), p.searchFile(ctx, f.Place+".content", in)
}

// search looks for the masked values in a text, with its disguises taken off.
func (p *reading) search(place, text string, f privacy.Format, numbers bool) {
	if len(p.hidden) == 0 || strings.TrimSpace(text) == "" {
		return
	}
	folded, _ := privacy.Folded(text, f)
	hit := func(int, int, int) { p.left = append(p.left, content.Finding{Place: place}) }
	p.words.Find(folded, func(_, start, end int) {
		if !inNumber(folded, start, end) {
			hit(0, 0, 0)
		}
	})
	if numbers {
		p.digits.Find(digitsOf(folded), hit)
	}
}

// inNumber tells whether a word that begins or ends with a digit is a piece of
// a longer number.
func inNumber(text []rune, start, end int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	return digit(start) && digit(start-1) || digit(end-1) && digit(end)
}

// The stretches in which a file is searched: what one holds of a value that
// begins at its end, the next one holds whole.
const (
	stretch = 1 << 20
	overlap = 4 << 10
)

// searchFile looks through the bytes of a file; if it is a package of parts,
// such as a spreadsheet, through those of every part.
func (p *reading) searchFile(ctx context.Context, place string, in *content.Spool) error {
	if len(p.hidden) == 0 {
		return nil
	}
	z, err := zip.NewReader(in, in.Size)
	if err != nil { // no package
		return p.searchBytes(ctx, place, io.NewSectionReader(in, 0, in.Size))
	}
	for _, member := range z.File {
		r, err := member.Open()
		if err != nil {
			continue // damaged: the scan says so
		}
		err = p.searchBytes(ctx, place, io.LimitReader(r, fileLimits.Part))
		if err = errors.Join(err, r.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (p *reading) searchBytes(ctx context.Context, place string, r io.Reader) error {
	buf := make([]byte, stretch)
	for kept := 0; ctx.Err() == nil; kept = copy(buf, buf[len(buf)-overlap:]) {
		n, err := io.ReadFull(r, buf[kept:])
		p.search(place, strings.ToValidUTF8(string(buf[:kept+n]), "\ufffd"), privacy.HTML, false)
		if err != nil {
			return nil //nolint:nilerr // the end, or a damaged part: the scan says so
		}
	}
	return ctx.Err()
}

// maxPlaces bounds how many places a refusal names.
const maxPlaces = 50

// places names where something was found: each place, or the columns and lists
// when there are too many.
func places(fs []content.Finding) []string {
	out := distinct(fs, content.Finding.Where)
	if len(out) > maxPlaces {
		out = distinct(fs, func(f content.Finding) string { return content.GroupOf(f.Place) })
	}
	return out[:min(len(out), maxPlaces)]
}

func distinct(fs []content.Finding, name func(content.Finding) string) []string {
	seen := map[string]bool{}
	for _, f := range fs {
		seen[name(f)] = true
	}
	out := make([]string, 0, len(seen))
	for place := range seen {
		out = append(out, place)
	}
	slices.Sort(out)
	return out
}
