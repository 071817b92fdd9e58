// What anybody who scans the QR code of a form may know: whether the sheet that
// it names is what the public reads now. Drafts, signatures, names and what
// became of earlier editions are told to nobody here.

package api

import (
	"bytes"
	"context"
	"html/template"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/publication"
)

type publicVerifyIn struct {
	ID     string `path:"id" maxLength:"64"`
	Digest string `path:"digest" maxLength:"64" doc:"Digest of a sheet, as it stands on a form"`
}

// publicVerdict is what the page says.
type publicVerdict struct {
	Live                          bool
	Digest                        string
	Title, Unit, IndexNo, At, Way string
	SignIn                        string // where the signatures can be seen; "" where nobody signs in
}

type publicVerifyOut struct {
	Policy string `header:"Content-Security-Policy"`
	Type   string `header:"Content-Type"`
	Cache  string `header:"Cache-Control"`
	Body   func(huma.Context)
}

// verify answers the same for whatever is not public: a draft, a sheet that was
// withdrawn, one that never was.
func (c contentAPI) verify(ctx context.Context, in *publicVerifyIn) (*publicVerifyOut, error) {
	if err := readable("id", in.ID, "digest", in.Digest); err != nil {
		return nil, err
	}
	pages, err := c.pages.OfItem(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	v := publicVerdict{Digest: in.Digest}
	if c.signIn != "" {
		v.SignIn = c.signIn + "/items/" + url.PathEscape(in.ID) + "/verification.html?" + url.Values{"digest": {in.Digest}}.Encode()
	}
	for _, page := range pages {
		if page.State == publication.Shows && page.Digest == in.Digest && !v.Live {
			unit, err := c.naming(ctx).unit(page.Unit)
			if err != nil {
				return nil, err
			}
			v.Live, v.Title, v.Unit, v.IndexNo, v.At, v.Way = true, page.Title, unit.Name, page.IndexNo, localTime(page.Released), page.Path
		}
	}
	return v.page()
}

func (v publicVerdict) page() (*publicVerifyOut, error) {
	var out bytes.Buffer
	if err := verdictPage.Execute(&out, v); err != nil {
		return nil, gongkai.E(gongkai.Internal, "page", "", "").Because(err)
	}
	status := http.StatusNotFound
	if v.Live {
		status = http.StatusOK
	}
	return &publicVerifyOut{Policy: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'", Type: "text/html; charset=utf-8", Cache: "no-store", Body: func(ctx huma.Context) {
		ctx.SetStatus(status)
		_, _ = ctx.BodyWriter().Write(out.Bytes()) // into memory: it cannot fail
	}}, nil
}

var verdictPage = template.Must(template.New("verify").Parse(`<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>清样核验 Verification</title></head>
<body>
<h1>清样核验</h1>
{{if .Live}}<p><strong>此摘要是现正公开的版本。This is what is public now.</strong></p>
<dl><dt>标题<dd>{{.Title}}<dt>单位<dd>{{.Unit}}<dt>索引号<dd>{{.IndexNo}}<dt>发布时间（北京时间）<dd>{{.At}}<dt>公开路径<dd>{{.Way}}</dl>
{{else}}<p><strong>此摘要不是现正公开的版本。This is not what is public now.</strong></p>
<p>可能尚未发布、已被后一版替代、已撤下，或者表格有误。It may not be released yet, may have been replaced or withdrawn, or the form is not right.</p>
{{end}}<p>清样摘要 digest: <code>{{.Digest}}</code></p>
{{if .SignIn}}<p><a href="{{.SignIn}}">审校人员登录后核验签署 Signatures, after sign-in</a></p>
{{end}}</body>
</html>
`))
