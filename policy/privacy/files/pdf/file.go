// The file: every object that stands in it, of all revisions, in the order of the bytes.

package pdf

import (
	"bytes"
	"strconv"
)

// file holds all versions of all objects; the last is what readers show.
type file struct {
	data    []byte
	budget  *budget
	objects map[ref][]any
	order   []version
	trailer dict // the last of each key
	secret  bool // encrypted
	crypt   *crypt
	fault   bool // some of it could not be read
}

// version is one definition of an object.
type version struct {
	number ref
	object any
	last   bool
}

// parse finds every "n g obj" in the bytes.
func parse(data []byte, b *budget, c *crypt) *file {
	f := &file{data: data, budget: b, crypt: c, objects: map[ref][]any{}, trailer: dict{}}
	l := &lexer{data: data, budget: b, keeps: true}
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("obj"))
		if i < 0 {
			f.trailers(at, len(data))
			break
		}
		f.trailers(at, at+i)
		at += i + len("obj")
		number, generation, ok := numberBefore(data[:at-len("obj")])
		if !ok {
			continue
		}
		l.at = at
		o, ok := l.next(0)
		if !ok {
			f.fault = f.fault || b.steps < 0 || b.objects < 0
			break
		}
		o = f.whole(l, o)
		if c != nil && number != c.self {
			o = c.object(number, generation, o)
		}
		f.add(number, o)
		at = max(at, l.at)
	}
	f.markLast()
	return f
}

// whole is an object with its stream. One that does not end as it should may
// have swallowed what stands behind it.
func (f *file) whole(l *lexer, o any) any {
	switch o := o.(type) {
	case dict:
		if s, ok := l.stream(o).(*stream); ok {
			return s
		}
	case word:
		return nil
	}
	l.skip()
	if !l.follows("endobj") {
		f.fault = true
	}
	return o
}

// trailers reads the dictionaries behind the word trailer between two places.
func (f *file) trailers(from, to int) {
	for {
		i := bytes.Index(f.data[from:to], []byte("trailer"))
		if i < 0 {
			return
		}
		from += i + len("trailer")
		l := &lexer{data: f.data, at: from, budget: f.budget}
		if o, ok := l.next(0); ok {
			if d, isDict := o.(dict); isDict {
				f.heads(d)
			}
		}
	}
}

// heads remembers where the document begins.
func (f *file) heads(d dict) {
	for _, key := range []name{"Root", "Info", "Encrypt", "ID"} {
		if v, ok := d[key]; ok {
			f.trailer[key] = v
		}
	}
	f.secret = f.secret || d["Encrypt"] != nil
}

// numberBefore reads "12 0 " backwards from the end.
func numberBefore(data []byte) (number ref, generation int, ok bool) {
	last, rest := lastDigits(data)
	first, _ := lastDigits(rest)
	n, err := strconv.Atoi(first)
	generation, _ = strconv.Atoi(last) // one too long hides nothing
	return ref(n), generation, err == nil && last != ""
}

// lastDigits are the digits at the end, and what stands before them.
func lastDigits(data []byte) (string, []byte) {
	to := len(data)
	for to > 0 && isBlank(data[to-1]) {
		to--
	}
	from := to
	for from > 0 && to-from < 10 && data[from-1] >= '0' && data[from-1] <= '9' {
		from--
	}
	return string(data[from:to]), data[:from]
}

// stream reads the bytes behind a dictionary, if there are any. The length is
// believed only if the stream ends there.
func (l *lexer) stream(d dict) any {
	l.skip()
	if !l.follows("stream") {
		return d
	}
	from := l.at + len("stream")
	if from < len(l.data) && l.data[from] == '\r' {
		from++
	}
	if from < len(l.data) && l.data[from] == '\n' {
		from++
	}
	if n, ok := d["Length"].(int); ok && n >= 0 && n <= len(l.data)-from {
		rest := bytes.TrimLeft(l.data[from+n:min(from+n+16, len(l.data))], "\r\n\t ")
		if bytes.HasPrefix(rest, []byte("endstream")) || bytes.HasPrefix(rest, []byte("endobj")) {
			l.at = from + n
			return &stream{d, l.data[from : from+n]}
		}
	}
	end := bytes.Index(l.data[from:], []byte("endstream"))
	if end < 0 {
		end = len(l.data) - from
	}
	l.at = from + end
	return &stream{d, l.data[from : from+end]}
}

// add keeps a version of an object, and unpacks it if it holds others.
func (f *file) add(number ref, o any) {
	if number <= 0 {
		return
	}
	f.objects[number] = append(f.objects[number], o)
	f.order = append(f.order, version{number: number, object: o})
	s, ok := o.(*stream)
	if !ok {
		return
	}
	switch s.dict["Type"] {
	case name("XRef"):
		f.heads(s.dict)
	case name("ObjStm"):
		f.unpack(s)
	}
}

// unpack adds the objects of an object stream.
func (f *file) unpack(s *stream) {
	data := f.decode(s)
	first, _ := f.get(s.dict["First"]).(int)
	head := &lexer{data: data[:min(max(first, 0), len(data))], budget: f.budget}
	for {
		number, ok1 := head.next(0)
		offset, ok2 := head.next(0)
		n, isInt1 := number.(int)
		at, isInt2 := offset.(int)
		if !ok1 || !ok2 || !isInt1 || !isInt2 {
			return
		}
		if at < 0 || first+at > len(data) || first < 0 {
			continue
		}
		body := &lexer{data: data, at: first + at, budget: f.budget, keeps: true}
		o, ok := body.next(0)
		if _, isStream := o.(*stream); ok && !isStream {
			f.objects[ref(n)] = append(f.objects[ref(n)], o)
			f.order = append(f.order, version{number: ref(n), object: o})
		}
	}
}

// get follows references to the version that readers show.
func (f *file) get(o any) any {
	for range 16 {
		r, ok := o.(ref)
		if !ok {
			return o
		}
		versions := f.objects[r]
		if len(versions) == 0 {
			return nil
		}
		o = versions[len(versions)-1]
	}
	return nil
}

// dict is an object as a dictionary, also that of a stream; nil if it is none.
func (f *file) dict(o any) dict {
	switch o := f.get(o).(type) {
	case dict:
		return o
	case *stream:
		return o.dict
	}
	return nil
}

func (f *file) array(o any) array {
	a, _ := f.get(o).(array)
	return a
}

func (f *file) name(o any) name {
	n, _ := f.get(o).(name)
	return n
}

func (f *file) number(o any) float64 {
	switch n := f.get(o).(type) {
	case int:
		return float64(n)
	case float64:
		return n
	}
	return 0
}

// markLast tells the versions that readers show from earlier ones.
func (f *file) markLast() {
	left := map[ref]int{}
	for _, v := range f.order {
		left[v.number]++
	}
	for i := range f.order {
		n := f.order[i].number
		left[n]--
		f.order[i].last = left[n] == 0
	}
}
