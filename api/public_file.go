// Files of live editions.

package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
)

type publicFileIn struct {
	PublicIf
	ID      string `path:"id" maxLength:"64"`
	Digest  string `path:"digest" maxLength:"64"`
	Range   string `header:"Range" maxLength:"100" doc:"One range of bytes"`
	IfRange string `header:"If-Range" maxLength:"100"`
}

type publicFileOut struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Disposition  string `header:"Content-Disposition"`
	Type         string `header:"Content-Type"`
	Policy       string `header:"Content-Security-Policy"`
	Sniff        string `header:"X-Content-Type-Options"`
	Ranges       string `header:"Accept-Ranges"`
	Range        string `header:"Content-Range"`
	Body         func(huma.Context)
}

// file streams a file as a download: whatever is in it, no browser runs it.
func (c contentAPI) file(ctx context.Context, in *publicFileIn) (*publicFileOut, error) {
	if err := readable("id", in.ID, "digest", in.Digest); err != nil {
		return nil, err
	}
	f, err := c.pages.FileOf(ctx, in.ID, in.Digest)
	if err != nil {
		return nil, err
	}
	out := &publicFileOut{
		ETag: `"` + f.Digest + `"`, CacheControl: publicCache, Disposition: attachment(f.Name), Type: f.Type, Ranges: "bytes",
		Policy: "default-src 'none'; sandbox", Sniff: "nosniff",
	}
	part := in.part(out.ETag, f.Size)
	switch {
	case in.has(out.ETag):
		out.Body = func(ctx huma.Context) { ctx.SetStatus(http.StatusNotModified) }
		return out, nil
	case !part.within(f.Size):
		out.Range = fmt.Sprintf("bytes */%d", f.Size)
		out.Body = func(ctx huma.Context) { ctx.SetStatus(http.StatusRequestedRangeNotSatisfiable) }
		return out, nil
	}
	// The body goes out after the handler has returned and its context ended.
	r, err := c.pages.File(context.WithoutCancel(ctx), in.ID, in.Digest, part.from, part.size)
	if err != nil {
		return nil, err
	}
	return part.send(r, f.Size, out), nil
}

// send streams the part of the file that the span names.
func (p span) send(r io.ReadCloser, size int64, out *publicFileOut) *publicFileOut {
	status := http.StatusOK
	if p.partial {
		status, out.Range = http.StatusPartialContent, fmt.Sprintf("bytes %d-%d/%d", p.from, p.from+p.size-1, size)
	}
	out.Body = func(ctx huma.Context) {
		ctx.SetStatus(status)
		humafiber.Unwrap(ctx).Context().SetBodyStream(r, int(p.size)) // closes r when sent
	}
	return out
}

// span is the part of a file that is sent.
type span struct {
	from, size int64
	partial    bool
}

// within tells whether there is such a part: an empty file is sent whole.
func (p span) within(size int64) bool { return !p.partial || p.size > 0 && p.from < size }

// part reads one range of bytes. What is not one is ignored, as RFC 9110
// allows: the whole file is sent.
func (in *publicFileIn) part(etag string, size int64) span {
	whole := span{0, size, false}
	spec, bytes := strings.CutPrefix(in.Range, "bytes=")
	first, last, dash := strings.Cut(spec, "-")
	if !bytes || !dash || in.IfRange != "" && in.IfRange != etag {
		return whole
	}
	from, errFrom := strconv.ParseUint(first, 10, 62)
	to, errTo := strconv.ParseUint(last, 10, 62)
	switch {
	case first == "" && errTo == nil: // the last so many bytes
		n := min(int64(to), size)
		return span{size - n, n, true}
	case errFrom != nil || last != "" && (errTo != nil || to < from):
		return whole
	case last == "" || int64(to) >= size:
		return span{int64(from), size - int64(from), true}
	}
	return span{int64(from), int64(to-from) + 1, true}
}

// attachment is the header that makes a browser save under this name,
// whatever characters it has (RFC 6266, RFC 8187).
func attachment(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return "attachment; filename*=UTF-8''" + b.String()
}
