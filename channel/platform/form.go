// Forms with a file, as platforms take pictures.

package platform

import (
	"bytes"
	"errors"
	"maps"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"slices"
)

// File is the part of a form that is a file. Its names are ours: plain ASCII.
type File struct {
	Field, Name, Type string
	Data              []byte
}

// Form is a multipart form of fields and one file, and its content type.
func Form(fields url.Values, f File) (kind string, body []byte, err error) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		err = errors.Join(err, form.WriteField(name, fields.Get(name)))
	}
	part, failed := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="` + f.Field + `"; filename="` + f.Name + `"`},
		"Content-Type":        {f.Type},
	})
	if failed == nil {
		_, failed = part.Write(f.Data)
	}
	err = errors.Join(err, failed, form.Close())
	return form.FormDataContentType(), b.Bytes(), err
}
