// Files: uploads, restricted originals, and the public copies that signers see.

package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// uploadLimit bounds an upload with the wrapping around the file.
const uploadLimit = content.MaxFile + 1<<20

func (s *Server) registerFiles() {
	upload := op(http.MethodPost, "/files", "upload", "files", "上传附件 Upload a file")
	upload.DefaultStatus = http.StatusCreated
	upload.MaxBodyBytes = uploadLimit
	register(s.routes, upload, onUnit(policy.FileAdd), s.upload)
	// Described afterwards: huma would read a body that it knows of into memory.
	s.routes.api.OpenAPI().Paths[upload.Path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary"}}}}}}
	register(s.routes, op(http.MethodGet, "/items/{id}/files/{digest}", "get-original", "files", "草稿附件 A file of a draft: the original for those who may see it, a masked copy for the others"), onUnit(policy.FileRead), s.original)
	register(s.routes, op(http.MethodGet, "/items/{id}/sheets/{sheet}/files/{digest}", "get-sheet-file", "files", "清样附件 The public copy of a file in a sheet"), onUnit(policy.ItemRead), s.sheetFile)
}

// uploadIn keeps the body as a stream: a file never stands in memory.
type uploadIn struct {
	Unit string `query:"unit" required:"true" minLength:"1" maxLength:"40" doc:"Unit whose item the file is for"`
	kind string
	body io.Reader
}

// Resolve is called by huma with the request.
func (u *uploadIn) Resolve(ctx huma.Context) []error {
	u.kind, u.body = ctx.Header("Content-Type"), ctx.BodyReader()
	return nil
}

func (s *Server) upload(ctx context.Context, in *uploadIn) (*of[content.FileRef], error) {
	if err := s.allow(ctx, policy.FileAdd, in.Unit); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readLimit) // it takes as long as the line is slow
	defer cancel()
	body := &capped{r: in.body, left: uploadLimit}
	part, err := filePart(in.kind, body)
	if err != nil {
		return nil, err
	}
	ref, err := s.Content.Files.Add(ctx, actorOf(ctx), part.FileName(), part)
	if err != nil {
		return nil, orTooLarge(err)
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return nil, orTooLarge(err)
	}
	return &of[content.FileRef]{ref}, nil
}

// capped is a reader that ends with an error when there is too much.
type capped struct {
	r    io.Reader
	left int64
}

func (l *capped) Read(p []byte) (int, error) {
	if l.r == nil {
		return 0, io.EOF
	}
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

var errTooLarge = problem(http.StatusRequestEntityTooLarge, "too_large", "文件过大", "the file is too large")

func orTooLarge(err error) error {
	if errors.Is(err, errTooLarge) {
		return errTooLarge
	}
	return err
}

var errNoFile = gongkai.E(gongkai.Invalid, "upload", "请以multipart/form-data上传，文件置于file项", "send multipart/form-data with the file in the part named file",
	gongkai.Detail{Where: "body.file", Code: "required", Zh: "缺少文件", En: "the file is missing"})

// filePart finds the file in a multipart body.
func filePart(contentType string, body io.Reader) (*multipart.Part, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, errNoFile
	}
	for r := multipart.NewReader(body, params["boundary"]); ; {
		part, err := r.NextPart()
		if err != nil {
			return nil, errNoFile
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part, nil
		}
	}
}

type byFile struct {
	ByItem
	Digest string `path:"digest" pattern:"^[0-9a-f]{64}$"`
}

// stream is an answer whose bytes are sent as they are read.
type stream struct {
	Body func(huma.Context)
}

// original sends a file of a draft: the original to those who may see it, and
// then it stands in the trail before its first byte; a masked copy to the
// others.
func (s *Server) original(ctx context.Context, in *byFile) (*stream, error) {
	file, err := s.Engine.Attachment(ctx, actorOf(ctx), in.ID, in.Digest)
	if err != nil {
		return nil, err
	}
	if file.Original {
		if err := s.record(ctx, "file.read_original", "item/"+in.ID, s.unitOf(ctx, in.ID), map[string]string{"file": file.Digest, "revision": file.Revision.ID}); err != nil {
			return nil, errors.Join(err, file.Close())
		}
	}
	return send(file, nil, file.Name, file.Size)
}

type bySheetFile struct {
	BySheet
	Digest string `path:"digest" pattern:"^[0-9a-f]{64}$"`
}

func (s *Server) sheetFile(ctx context.Context, in *bySheetFile) (*stream, error) {
	f, err := s.Engine.SheetFile(ctx, actorOf(ctx), in.ID, in.Sheet, in.Digest)
	if err != nil {
		return nil, err
	}
	r, err := s.Content.Files.OpenKept(ctx, f.Digest)
	return send(r, err, f.Name, f.Size)
}

// send answers a file as a download, never as something a browser would run.
func send(r io.ReadCloser, err error, name string, size int64) (*stream, error) {
	if err != nil {
		return nil, err
	}
	return &stream{func(ctx huma.Context) {
		ctx.SetStatus(http.StatusOK)
		ctx.SetHeader("Content-Type", "application/octet-stream")
		ctx.SetHeader("Content-Disposition", "attachment; filename*=UTF-8''"+strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
		humafiber.Unwrap(ctx).Context().SetBodyStream(r, int(size)) // closes r when sent
	}}, nil
}
