// Pictures: of texts, and permanent materials.

package wechatlocal

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/gif" // kinds that are taken
	_ "image/jpeg"
	_ "image/png"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
)

// rule is what a place takes: more bytes or another kind are refused.
type rule struct {
	most  int
	kinds []string
}

var rules = map[string]rule{
	"uploadimg": {1 << 20, []string{"image/jpeg", "image/png"}},
	"image":     {10 << 20, []string{"image/bmp", "image/png", "image/jpeg", "image/gif"}},
	"thumb":     {64 << 10, []string{"image/jpeg"}},
}

// media reads the one file of a form.
func media(r *http.Request, data []byte, what rule) (file, answer) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return file{}, no(41005, "media data missing")
	}
	form := multipart.NewReader(bytes.NewReader(data), params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return file{}, no(41005, "media data missing")
		}
		if part.FormName() != "media" || part.FileName() == "" {
			continue
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return file{}, no(41005, "media data missing")
		}
		return judged(content, what)
	}
}

func judged(content []byte, what rule) (file, answer) {
	kind := http.DetectContentType(content)
	if !slices.Contains(what.kinds, kind) {
		return file{}, no(40005, "invalid file type")
	}
	if len(content) >= what.most {
		return file{}, no(40009, "invalid image size")
	}
	if _, _, err := image.DecodeConfig(bytes.NewReader(content)); err != nil && kind != "image/bmp" {
		return file{}, no(40137, "invalid image format")
	}
	return file{kind, content}, nil
}

func (p *Platform) uploadImage(r *http.Request, data []byte) answer {
	f, refused := media(r, data, rules["uploadimg"])
	if refused != nil {
		return refused
	}
	name := p.next("")
	p.pictures[name] = f
	return answer{"url": p.Base + "/mmbiz/" + name, "errcode": 0}
}

func (p *Platform) addMaterial(r *http.Request, data []byte) answer {
	what, known := rules[r.URL.Query().Get("type")]
	if !known || r.URL.Query().Get("type") == "uploadimg" {
		return no(40004, "invalid media type")
	}
	f, refused := media(r, data, what)
	if refused != nil {
		return refused
	}
	id := p.next("material-")
	p.materials[id] = f
	return answer{"media_id": id, "url": p.Base + "/material/" + id}
}

// Cover puts a permanent material there, as an operator does on the website.
func (p *Platform) Cover(data []byte) (mediaID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := p.next("material-")
	p.materials[id] = file{http.DetectContentType(data), data}
	return id
}

func (p *Platform) deleteMaterial(_ *http.Request, data []byte) answer {
	var in struct {
		Media string `json:"media_id"`
	}
	if json.Unmarshal(data, &in) != nil {
		return no(47001, "data format error")
	}
	if _, ok := p.materials[in.Media]; !ok {
		return no(40007, "invalid media_id")
	}
	delete(p.materials, in.Media)
	return fine
}
