// Portal first (首发): other outlets begin when the portal of the home column was
// seen to show the edition.

package channel

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/unicode/norm"

	"gongkai"
	"gongkai/publication"
)

const (
	portalTimeout = 10 * time.Second // of one look
	portalPage    = 1 << 20          // of it is read at most
	slowestLook   = 2 * time.Minute  // between two looks
	clocksDiffer  = 5 * time.Minute  // portals' from ours
)

// digestTag is the page tag (版本标记) by which a portal says which edition a page
// shows: the digest that the content API and messages have.
const digestTag = "gongkai:digest"

// How a page was known to show an edition (判定依据), the surest first.
const (
	SeenByDigest   = "digest"   // its tag names the edition
	SeenByModified = "modified" // the title, and it was modified since the release
	SeenByTitle    = "title"    // the title alone, which an earlier edition may have had as well
)

// portal waits for the portal; what it shows is written down once.
func (p *posting) portal(ctx context.Context) error {
	if p.d.Without != "" || p.d.Portal != nil {
		return nil
	}
	seen, err := p.seen(ctx, p.d)
	if err != nil {
		return err
	}
	if seen == nil {
		age := p.Now().Sub(time.UnixMilli(p.d.Since))
		if age > p.PortalWait {
			return &Waiting{State: Person, Code: waitPortalLate}
		}
		return &Waiting{State: Due, Code: waitPortal, After: min(max(age/4, quickest), slowestLook)}
	}
	p.d, err = p.Ledger.write(ctx, p.claim, func(d *Delivery) error {
		if d.Want.Digest == p.claim.Want.Digest {
			d.Portal = seen
		}
		return nil
	})
	return err
}

// seen looks whether the portal shows the edition; nil: it does not. A portal that
// cannot be reached does not show it.
func (c *Channels) seen(ctx context.Context, d Delivery) (*Seen, error) {
	page, err := c.Public.Pages.Get(ctx, publication.PageID(d.Item, d.Want.Home))
	if gongkai.Is(err, gongkai.Missing) {
		return nil, nil
	}
	if err != nil || page.State != publication.Shows || page.Digest != d.Want.Digest {
		return nil, err
	}
	seen := &Seen{Digest: d.Want.Digest, At: gongkai.Millis(c.Now())}
	if seen.Address, err = c.pageAddress(ctx, page); err != nil || seen.Address == "" {
		return seen, err
	}
	f, err := c.Guard.face(ctx, seen.Address)
	var send *SendError
	if errors.As(err, &send) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if seen.By, err = c.judge(ctx, f, page); seen.By == "" {
		return nil, err
	}
	return seen, err
}

// judge says by what a page is known to show the edition that it should; "": it
// does not. A correction may have the title of the edition before it: if its page
// has no tag, the time of its last change counts where the portal tells that.
func (c *Channels) judge(ctx context.Context, f face, page publication.Page) (by string, err error) {
	switch {
	case f.digest != "" && f.digest == page.Digest:
		return SeenByDigest, nil
	case f.digest != "" || normal(f.title) != normal(page.Title):
		return "", nil
	}
	e, err := c.Public.Editions.Get(ctx, page.Edition)
	switch {
	case err != nil:
		return "", err
	case e.Number == 1 || f.modified.IsZero():
		return SeenByTitle, nil
	case f.modified.Add(clocksDiffer).Before(time.UnixMilli(e.Released)):
		return "", nil
	}
	return SeenByModified, nil
}

// face (页面所示) is what a page says of what it shows.
type face struct {
	title    string
	digest   string    // "": it does not say
	modified time.Time // zero: the portal does not say
}

// pageAddress is where readers find a page on the portal of its site; "" if the
// site has no template of addresses.
func (c *Channels) pageAddress(ctx context.Context, page publication.Page) (string, error) {
	site, err := c.Public.Sites.Get(ctx, page.Site)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return "", err
	}
	return site.Address(page), nil
}

// normal is a title as far as spaces and widths of characters do not matter:
// portals break and space them as they like.
func normal(title string) string {
	return strings.Join(strings.Fields(norm.NFKC.String(title)), "")
}

// face reads the tags of a page (ArticleTitle, gongkai:digest). Nothing but a 200 of
// the very address counts.
func (g *NetGuard) face(ctx context.Context, address string) (f face, err error) {
	ctx, cancel := context.WithTimeout(ctx, portalTimeout)
	defer cancel()
	var how progress
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return f, failed("bad_message")
	}
	req.Header.Set("User-Agent", "Gongkai-Portal/1")
	req.Header.Set("Cache-Control", "no-cache")
	resp, err := g.transport().RoundTrip(req)
	if err != nil {
		return f, how.failure(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return f, refusal(resp, time.Now())
	}
	body, err := charset.NewReader(io.LimitReader(resp.Body, portalPage), resp.Header.Get("Content-Type"))
	if err != nil {
		return f, how.failure(err)
	}
	f.modified, _ = http.ParseTime(resp.Header.Get("Last-Modified")) // else it is not known
	tags := tagged(body, "ArticleTitle", digestTag)
	f.title, f.digest = tags["articletitle"], tags[digestTag]
	return f, nil
}

// tagged are the contents of the first meta tags of these names, in lower case.
func tagged(page io.Reader, names ...string) map[string]string {
	out := map[string]string{}
	for z := html.NewTokenizer(page); len(out) < len(names); {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			attr := map[string]string{}
			for _, a := range t.Attr {
				attr[a.Key] = a.Val
			}
			for _, name := range names {
				key := strings.ToLower(name)
				if _, have := out[key]; !have && t.Data == "meta" && strings.EqualFold(attr["name"], name) {
					out[key] = attr["content"]
				}
			}
		}
	}
	return out
}
