// Forms as platforms read them.

package platform

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"testing"
)

func TestAFormHasItsFieldsAndItsFile(t *testing.T) {
	kind, body, err := Form(url.Values{"status": {"关于公示的通知"}}, File{Field: "pic", Name: "picture.png", Type: "image/png", Data: []byte{0, 1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatal(err)
	}
	form, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(1 << 20)
	if err != nil || form.Value["status"][0] != "关于公示的通知" {
		t.Fatal(form, err)
	}
	head := form.File["pic"][0]
	f, err := head.Open()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil || !bytes.Equal(data, []byte{0, 1, 2}) || head.Filename != "picture.png" || head.Header.Get("Content-Type") != "image/png" {
		t.Error(head, data, err)
	}
}
