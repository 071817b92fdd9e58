// Word files: the parts of the archive, opened within limits.

package importer

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Limits on what a Word file may unfold to.
const (
	maxParts = 5000     // files in the archive
	maxPart  = 24 << 20 // bytes of one XML part, unzipped
	maxDepth = 200      // elements within each other
	maxNodes = 2_000_000
)

var errTooMuch = errors.New("part unfolds to too much")

func readDocx(f file, emit func(page) error) ([]Skip, error) {
	if bytes.HasPrefix(f.data, []byte("\xd0\xcf\x11\xe0")) {
		return []Skip{{f.source, "encrypted_docx", "文件有密码，或是旧版 .doc 格式", "the file has a password or is an old .doc"}}, nil
	}
	d, err := openDocx(f.data)
	if errors.Is(err, errTooMuch) {
		return []Skip{{f.source, "zip_bomb", "解压后过大或嵌套过深，拒绝导入", "refused: it unfolds to too much or is nested too deep"}}, nil
	}
	if err != nil {
		return []Skip{{f.source, "bad_docx", "不是有效的 .docx 文件", "not a valid .docx file"}}, nil
	}
	p := d.page()
	if len(p.blocks) == 0 {
		return []Skip{empty(f.source)}, nil
	}
	return nil, emit(p)
}

// docx is an opened Word file.
type docx struct {
	body      *node
	styles    map[string]string // style id: block tag
	lists     wordLists
	links     map[string]string // relation id: address
	title     string
	created   string
	flags     []Flag
	blocks    []block
	afterward []block // text boxes met within a paragraph
}

func openDocx(data []byte) (*docx, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	if len(z.File) > maxParts {
		return nil, errTooMuch
	}
	parts := map[string]*node{}
	for _, name := range []string{"word/document.xml", "word/styles.xml", "word/numbering.xml", "word/_rels/document.xml.rels", "docProps/core.xml"} {
		root, err := part(z, name)
		if err != nil && (name == "word/document.xml" || errors.Is(err, errTooMuch)) {
			return nil, err
		}
		parts[name] = root // nil where the file has none
	}
	body := parts["word/document.xml"].kid("body")
	if body == nil {
		return nil, errors.New("no body")
	}
	core := parts["docProps/core.xml"]
	created, _, _ := strings.Cut(core.kid("created").words(), "T")
	return &docx{
		body: body, styles: stylesOf(parts["word/styles.xml"]), lists: numberingOf(parts["word/numbering.xml"], parts["word/styles.xml"]),
		links: linksOf(parts["word/_rels/document.xml.rels"]), title: trim(clean(core.kid("title").words())), created: created,
	}, nil
}

// part reads one XML file of the archive; the sizes that the archive states
// are not trusted.
func part(z *zip.Reader, name string) (*node, error) {
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxPart+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxPart {
		return nil, errTooMuch
	}
	return tree(data)
}

// node is an XML element; text is what stands directly in it.
type node struct {
	name  string
	attrs []xml.Attr
	kids  []*node
	text  string
}

// tree reads XML; encoding/xml resolves no external entities.
func tree(data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	stack := []*node{{}}
	for count := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return stack[0], nil
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if count++; count > maxNodes || len(stack) > maxDepth {
				return nil, errTooMuch
			}
			n := &node{name: t.Name.Local, attrs: t.Attr}
			top.kids = append(top.kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if strings.TrimSpace(string(t)) != "" || top.name == "t" {
				top.text += string(t)
			}
		}
	}
}

// kid is the first element of that name, below the root one level deeper too;
// like all methods it may be asked of nil.
func (n *node) kid(name string) *node {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
		if n.name == "" {
			return k.kid(name)
		}
	}
	return nil
}

func (n *node) all(name string) []*node {
	var found []*node
	if n != nil && n.name == "" && len(n.kids) > 0 {
		n = n.kids[0]
	}
	if n != nil {
		for _, k := range n.kids {
			if k.name == name {
				found = append(found, k)
			}
		}
	}
	return found
}

func (n *node) words() string {
	if n == nil {
		return ""
	}
	return n.text
}

func (n *node) attr(name string) string {
	if n != nil {
		for _, a := range n.attrs {
			if a.Name.Local == name {
				return a.Value
			}
		}
	}
	return ""
}

// on reads a switch such as <w:b/>, <w:b w:val="0"/>.
func (n *node) on() bool {
	if n == nil {
		return false
	}
	v := n.attr("val")
	return v != "0" && v != "false" && v != "none" && v != "off"
}

func linksOf(root *node) map[string]string {
	links := map[string]string{}
	for _, r := range root.all("Relationship") {
		if strings.HasSuffix(r.attr("Type"), "/hyperlink") {
			links[r.attr("Id")] = link(r.attr("Target"))
		}
	}
	return links
}
