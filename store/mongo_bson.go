// JSON becomes BSON and comes back: members in their order, whole numbers exact,
// other numbers as they were written.

package store

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// MongoDB takes 100 levels and 16 MB; the envelope around a document needs some.
const (
	maxBSONDepth = 90
	maxBSON      = 16<<20 - 64<<10
)

// numberText is the name that marks a number kept as text: no double has its
// spelling. Field names of documents never look like this.
const numberText = "#"

// bsonWriter walks canonical JSON once.
type bsonWriter struct {
	in    []byte
	pos   int
	depth int
	out   []byte
}

// toBSON turns a canonical JSON object into a BSON document.
func toBSON(doc []byte) (bsoncore.Document, error) {
	w := &bsonWriter{in: doc, out: make([]byte, 0, len(doc)+len(doc)/4)}
	if err := w.object(); err != nil {
		return nil, err
	}
	if len(w.out) > maxBSON {
		return nil, invalid("too_large", "", "列表过长，数据库无法保存", "its lists are longer than the database can hold")
	}
	return w.out, nil
}

func (w *bsonWriter) object() error {
	start, err := w.open()
	if err != nil {
		return err
	}
	for w.in[w.pos] != '}' {
		if w.in[w.pos] == ',' {
			w.pos++
		}
		end := w.pos + 1 + bytes.IndexByte(w.in[w.pos+1:], '"')
		name := string(w.in[w.pos+1 : end])
		w.pos = end + 2
		if err := w.element(name); err != nil {
			return err
		}
	}
	return w.shut(start)
}

func (w *bsonWriter) array() error {
	start, err := w.open()
	if err != nil {
		return err
	}
	for i := 0; w.in[w.pos] != ']'; i++ {
		if w.in[w.pos] == ',' {
			w.pos++
		}
		if err := w.element(strconv.Itoa(i)); err != nil {
			return err
		}
	}
	return w.shut(start)
}

// open begins a document or an array: they look alike in BSON.
func (w *bsonWriter) open() (start int32, err error) {
	if w.depth++; w.depth > maxBSONDepth {
		return 0, invalid("too_deep", "", "嵌套层次过深", "it is nested too deeply")
	}
	w.pos++
	start, w.out = bsoncore.AppendDocumentStart(w.out)
	return start, nil
}

func (w *bsonWriter) shut(start int32) (err error) {
	w.depth--
	w.pos++
	w.out, err = bsoncore.AppendDocumentEnd(w.out, start)
	return err
}

func (w *bsonWriter) element(name string) error {
	switch w.in[w.pos] {
	case '{':
		w.out = bsoncore.AppendHeader(w.out, bson.TypeEmbeddedDocument, name)
		return w.object()
	case '[':
		w.out = bsoncore.AppendHeader(w.out, bson.TypeArray, name)
		return w.array()
	case '"':
		return w.text(name)
	case 'n':
		w.out, w.pos = bsoncore.AppendNullElement(w.out, name), w.pos+4
	case 't':
		w.out, w.pos = bsoncore.AppendBooleanElement(w.out, name, true), w.pos+4
	case 'f':
		w.out, w.pos = bsoncore.AppendBooleanElement(w.out, name, false), w.pos+5
	default:
		w.number(name)
	}
	return nil
}

func (w *bsonWriter) text(name string) error {
	end, _ := textEnd(w.in, w.pos+1)
	s, err := unquoted(w.in[w.pos : end+1])
	w.out, w.pos = bsoncore.AppendStringElement(w.out, name, s), end+1
	return err
}

// number chooses the type that gives the same spelling back.
func (w *bsonWriter) number(name string) {
	end := w.pos
	for strings.IndexByte(",]}", w.in[end]) < 0 {
		end++
	}
	literal := string(w.in[w.pos:end])
	w.pos = end
	if n, err := strconv.ParseInt(literal, 10, 64); err == nil && strconv.FormatInt(n, 10) == literal {
		w.out = bsoncore.AppendInt64Element(w.out, name, n)
		return
	}
	if f, err := strconv.ParseFloat(literal, 64); err == nil && f != 0 && floatText(f) == literal {
		w.out = bsoncore.AppendDoubleElement(w.out, name, f)
		return
	}
	text := bsoncore.BuildDocument(nil, bsoncore.AppendStringElement(nil, numberText, literal))
	w.out = bsoncore.AppendDocumentElement(w.out, name, text)
}

func floatText(f float64) string {
	b, _ := json.Marshal(f) // a finite number always encodes
	return string(b)
}

// fromBSON appends a stored document as canonical JSON.
func fromBSON(dst []byte, doc bsoncore.Document) ([]byte, error) {
	elements, err := doc.Elements()
	if err != nil {
		return nil, err
	}
	dst = append(dst, '{')
	for i, e := range elements {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), e.Key()...), '"', ':')
		if dst, err = appendBSON(dst, e.Value()); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func appendBSON(dst []byte, v bsoncore.Value) ([]byte, error) {
	switch v.Type {
	case bson.TypeString:
		return appendText(dst, v.StringValue()), nil
	case bson.TypeInt64:
		return strconv.AppendInt(dst, v.Int64(), 10), nil
	case bson.TypeInt32: // no write of ours, but a dump and its restore may make it so
		return strconv.AppendInt(dst, int64(v.Int32()), 10), nil
	case bson.TypeDouble:
		return append(dst, floatText(v.Double())...), nil
	case bson.TypeBoolean:
		return strconv.AppendBool(dst, v.Boolean()), nil
	case bson.TypeNull:
		return append(dst, "null"...), nil
	case bson.TypeArray:
		return appendList(dst, v.Array())
	case bson.TypeEmbeddedDocument:
		if text, ok := v.Document().Lookup(numberText).StringValueOK(); ok {
			return append(dst, text...), nil
		}
		return fromBSON(dst, v.Document())
	}
	return nil, wrong("unreadable", "", "存储的文档含有本程序不写入的类型", "the stored document holds a type that this program does not write")
}

func appendList(dst []byte, list bsoncore.Array) ([]byte, error) {
	values, err := list.Values()
	if err != nil {
		return nil, err
	}
	dst = append(dst, '[')
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendBSON(dst, v); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

// appendText quotes a text as RFC 8785 does: only what must be escaped is.
func appendText(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(s) {
		switch b := s[i]; {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b >= 0x20:
			dst = append(dst, b)
		case strings.IndexByte("\b\t\n\f\r", b) >= 0:
			dst = append(dst, '\\', "btn?fr"[b-'\b'])
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		}
	}
	return append(dst, '"')
}
