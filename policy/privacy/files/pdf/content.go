// Content: what the operators of a page or form draw, as letters with places.

package pdf

import (
	"bytes"
	"math"
)

// matrix is [a b c d e f] of PDF.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// letter is one glyph where it stands.
type letter struct {
	text   string
	x, y   float64 // where it begins, on its baseline
	w      float64 // how wide, along the direction of writing
	size   float64
	turn   int // quarter turns of the direction of writing
	run    int // letters drawn one after the other
	hidden bool
}

// painter interprets content.
type painter struct {
	*file
	letters []letter
	rules   []rule   // from top to bottom
	levels  []rule   // from left to right
	aside   []string // replacement texts, read by those who listen or copy
	picture float64  // area of pictures drawn
	run     int
	off     map[ref]bool // layers that are switched off
	paths   int
	used    map[*stream]bool
	fonts   map[any]*font
}

// state is what q saves and Q brings back.
type state struct {
	ctm                                matrix
	font                               *font
	size, char, word, scale, lead, top float64
	mode                               int
}

// canvas is one content stream being drawn.
type canvas struct {
	*painter
	resources dict
	state
	saved      []state
	line, text matrix
	point      [2]float64
	depth      int
	marks      []bool // open marks, and whether their layer is off
	unseen     int    // how many of them are
}

const (
	formCost  = 5000    // steps: a form is cheap to name and dear to draw
	mostForms = 12      // forms inside each other
	mostSaved = 256     // states saved inside each other
	mostParts = 1 << 20 // letters and rules of a page
)

// draw interprets the data of a content stream.
func (p *painter) draw(data []byte, resources dict) {
	c := &canvas{painter: p, resources: resources}
	c.draw(data, identity)
}

func (c *canvas) draw(data []byte, ctm matrix) {
	c.line, c.text = identity, identity
	c.state = state{ctm: ctm, scale: 1, size: 1}
	l := &lexer{data: data, budget: c.budget}
	var args array
	for {
		o, ok := l.next(0)
		if !ok || len(c.letters)+len(c.rules)+len(c.levels) > mostParts {
			c.fault = c.fault || ok || c.budget.steps < 0
			return
		}
		w, isWord := o.(word)
		if !isWord {
			if len(args) < 64 {
				args = append(args, o)
			}
			continue
		}
		if w == "BI" {
			l.inlinePicture()
		} else if act := operators[w]; act != nil {
			act(c, args)
		}
		args = args[:0]
	}
}

// inlinePicture passes the bytes of a picture that stands in the content.
func (l *lexer) inlinePicture() {
	if i := bytes.Index(l.data[l.at:], []byte("ID")); i >= 0 {
		l.at += i + 2
	}
	for {
		i := bytes.Index(l.data[l.at:], []byte("EI"))
		if i < 0 {
			l.at = len(l.data)
			return
		}
		from := l.at + i
		l.at = from + 2
		if isBlank(l.data[max(from-1, 0)]) && (l.at >= len(l.data) || isBlank(l.data[l.at])) {
			return
		}
	}
}

// num is the n-th operand as a number.
func (a array) num(n int) float64 {
	if n < 0 || n >= len(a) {
		return 0
	}
	switch v := a[n].(type) {
	case int:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

func (a array) name(n int) name {
	if n < 0 || n >= len(a) {
		return ""
	}
	v, _ := a[n].(name)
	return v
}

func (a array) matrix() matrix {
	return matrix{a.num(0), a.num(1), a.num(2), a.num(3), a.num(4), a.num(5)}
}

// operators are those that matter to text; all others pass.
var operators map[word]func(*canvas, array)

//nolint:gochecknoinits // Do draws forms, whose operators stand in the same table
func init() {
	operators = map[word]func(*canvas, array){
		"q":   func(c *canvas, _ array) { c.save() },
		"Q":   func(c *canvas, _ array) { c.restore() },
		"cm":  func(c *canvas, a array) { c.ctm = a.matrix().times(c.ctm) },
		"BT":  func(c *canvas, _ array) { c.to(identity) },
		"Tf":  func(c *canvas, a array) { c.font, c.size = c.fontNamed(a.name(0)), a.num(1) },
		"gs":  func(c *canvas, a array) { c.graphics(a.name(0)) },
		"Tc":  func(c *canvas, a array) { c.char = a.num(0) },
		"Tw":  func(c *canvas, a array) { c.word = a.num(0) },
		"Tz":  func(c *canvas, a array) { c.scale = a.num(0) / 100 },
		"TL":  func(c *canvas, a array) { c.lead = a.num(0) },
		"Ts":  func(c *canvas, a array) { c.top = a.num(0) },
		"Tr":  func(c *canvas, a array) { c.mode = int(a.num(0)) },
		"Td":  func(c *canvas, a array) { c.move(a.num(0), a.num(1)) },
		"TD":  func(c *canvas, a array) { c.lead = -a.num(1); c.move(a.num(0), a.num(1)) },
		"Tm":  func(c *canvas, a array) { c.to(a.matrix()) },
		"T*":  func(c *canvas, _ array) { c.move(0, -c.lead) },
		"Tj":  func(c *canvas, a array) { c.show(a) },
		"TJ":  func(c *canvas, a array) { c.showAll(a) },
		"'":   func(c *canvas, a array) { c.move(0, -c.lead); c.show(a) },
		"\"":  func(c *canvas, a array) { c.word, c.char = a.num(0), a.num(1); c.move(0, -c.lead); c.show(a) },
		"Do":  func(c *canvas, a array) { c.do(a.name(0)) },
		"re":  func(c *canvas, a array) { c.rectangle(a) },
		"m":   func(c *canvas, a array) { c.point = [2]float64{a.num(0), a.num(1)} },
		"l":   func(c *canvas, a array) { c.lineTo(a.num(0), a.num(1)) },
		"c":   func(c *canvas, _ array) { c.paths++ },
		"BMC": func(c *canvas, _ array) { c.open(false) },
		"EMC": func(c *canvas, _ array) { c.close() },
		"BDC": func(c *canvas, a array) { c.marked(a) },
	}
}

func (c *canvas) save() {
	if len(c.saved) < mostSaved {
		c.saved = append(c.saved, c.state)
	}
}

func (c *canvas) restore() {
	if n := len(c.saved); n > 0 {
		c.state, c.saved = c.saved[n-1], c.saved[:n-1]
	}
}

func (c *canvas) move(x, y float64) { c.to(matrix{1, 0, 0, 1, x, y}.times(c.line)) }

// to begins a new run.
func (c *canvas) to(m matrix) {
	c.line, c.text = m, m
	c.run++
}

// fontNamed reads a font once for the whole file.
func (c *canvas) fontNamed(n name) *font {
	o := c.dict(c.resources["Font"])[n]
	key, isRef := o.(ref)
	if !isRef {
		return c.fontOf(o)
	}
	if c.fonts[key] == nil {
		c.fonts[key] = c.fontOf(o)
	}
	return c.fonts[key]
}

// graphics may set a font too.
func (c *canvas) graphics(n name) {
	if a := c.array(c.dict(c.dict(c.resources["ExtGState"])[n])["Font"]); len(a) == 2 {
		c.font, c.size = c.fontOf(a[0]), c.number(a[1])
	}
}

func (c *canvas) showAll(a array) {
	if len(a) == 0 {
		return
	}
	list, _ := a[0].(array)
	for i, o := range list {
		if _, isText := o.(str); isText {
			c.show(list[i : i+1])
			continue
		}
		c.text = matrix{1, 0, 0, 1, -list.num(i) / 1000 * c.size * c.scale, 0}.times(c.text)
	}
}

// show places the glyphs of a string.
func (c *canvas) show(a array) {
	if len(a) == 0 {
		return
	}
	s, ok := a[len(a)-1].(str)
	if !ok {
		return
	}
	if c.font == nil {
		c.font = c.fontOf(nil)
	}
	for _, g := range c.font.read(string(s)) {
		if !c.budget.spend(1) {
			return
		}
		wide := g.width*c.size + c.char
		if g.blank {
			wide += c.word
		}
		at := matrix{c.size * c.scale, 0, 0, c.size, 0, c.top}.times(c.text).times(c.ctm)
		c.place(g, at)
		c.text = matrix{1, 0, 0, 1, wide * c.scale, 0}.times(c.text)
	}
}

// place keeps a glyph in coordinates in which its writing runs to the right.
func (c *canvas) place(g glyph, at matrix) {
	along := math.Hypot(at[0], at[1])
	l := letter{text: g.text, x: at[4], y: at[5], w: g.width * along, size: math.Hypot(at[2], at[3]), run: c.run, hidden: c.mode == 3 || c.mode == 7 || c.unseen > 0}
	switch {
	case math.Abs(at[0]) >= math.Abs(at[1]) && at[0] < 0:
		l.turn, l.x, l.y = 2, -l.x, -l.y
	case math.Abs(at[0]) >= math.Abs(at[1]):
	case at[1] > 0:
		l.turn, l.x, l.y = 1, l.y, -l.x
	default:
		l.turn, l.x, l.y = 3, -l.y, l.x
	}
	if !math.IsNaN(l.x+l.y+l.w+l.size) && !math.IsInf(l.x+l.y+l.w+l.size, 0) {
		c.letters = append(c.letters, l)
	}
}

// do draws a form or a picture.
func (c *canvas) do(n name) {
	s, ok := c.get(c.dict(c.resources["XObject"])[n]).(*stream)
	if !ok {
		return
	}
	if c.name(s.dict["Subtype"]) != "Form" {
		c.picture += math.Abs(c.ctm[0]*c.ctm[3] - c.ctm[1]*c.ctm[2])
		return
	}
	c.used[s] = true
	if !c.budget.spend(formCost) || c.depth >= mostForms {
		c.fault = true
		return
	}
	ctm := c.ctm
	if m := c.array(s.dict["Matrix"]); len(m) == 6 {
		ctm = c.numbers(m).matrix().times(ctm)
	}
	resources := c.dict(s.dict["Resources"])
	if resources == nil {
		resources = c.resources
	}
	inner := &canvas{painter: c.painter, resources: resources, depth: c.depth + 1, unseen: c.unseen}
	if c.switched(s.dict["OC"]) {
		inner.unseen++
	}
	inner.draw(c.decode(s), ctm)
}

// numbers follows the references in an array.
func (f *file) numbers(a array) array {
	out := make(array, len(a))
	for i, o := range a {
		out[i] = f.number(o)
	}
	return out
}

// rectangle keeps the sides of frames and thin bars.
func (c *canvas) rectangle(a array) {
	x, y, w, h := a.num(0), a.num(1), a.num(2), a.num(3)
	c.stroke(x, y, x, y+h)
	c.stroke(x, y, x+w, y)
	if math.Abs(w) > 2 {
		c.stroke(x+w, y, x+w, y+h)
	}
	if math.Abs(h) > 2 {
		c.stroke(x, y+h, x+w, y+h)
	}
	c.paths++
}

func (c *canvas) lineTo(x, y float64) {
	c.stroke(c.point[0], c.point[1], x, y)
	c.point = [2]float64{x, y}
	c.paths++
}
