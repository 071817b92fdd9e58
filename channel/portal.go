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
)

// portal waits for the portal; what it shows is written down once.
func (p *posting) portal(ctx context.Context) error {
	if p.d.Without != "" || p.d.Portal != nil {
		return nil
	}
	address, seen, err := p.seen(ctx, p.d)
	if err != nil {
		return err
	}
	if !seen {
		age := p.Now().Sub(time.UnixMilli(p.d.Since))
		if age > p.PortalWait {
			return &Waiting{State: Person, Code: waitPortalLate}
		}
		return &Waiting{State: Due, Code: waitPortal, After: min(max(age/4, quickest), slowestLook)}
	}
	p.d, err = p.Ledger.write(ctx, p.claim, func(d *Delivery) error {
		if d.Want.Digest == p.claim.Want.Digest {
			d.Portal = &Seen{Digest: d.Want.Digest, Address: address, At: gongkai.Millis(p.Now())}
		}
		return nil
	})
	return err
}

// seen looks whether the portal shows the edition. A portal that cannot be
// reached does not show it.
func (c *Channels) seen(ctx context.Context, d Delivery) (address string, seen bool, err error) {
	page, err := c.Public.Pages.Get(ctx, publication.PageID(d.Item, d.Want.Home))
	if gongkai.Is(err, gongkai.Missing) {
		return "", false, nil
	}
	if err != nil || page.State != publication.Shows || page.Digest != d.Want.Digest {
		return "", false, err
	}
	if address, err = c.pageAddress(ctx, page); err != nil || address == "" {
		return "", err == nil, err
	}
	title, err := c.Guard.articleTitle(ctx, address)
	var send *SendError
	if errors.As(err, &send) {
		return address, false, nil
	}
	return address, err == nil && normal(title) == normal(page.Title), err
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

// articleTitle reads the title from the tags of a page (ArticleTitle). Nothing
// but a 200 of the very address counts.
func (g *NetGuard) articleTitle(ctx context.Context, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, portalTimeout)
	defer cancel()
	var how progress
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", failed("bad_message")
	}
	req.Header.Set("User-Agent", "Gongkai-Portal/1")
	req.Header.Set("Cache-Control", "no-cache")
	resp, err := g.transport().RoundTrip(req)
	if err != nil {
		return "", how.failure(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return "", refusal(resp, time.Now())
	}
	body, err := charset.NewReader(io.LimitReader(resp.Body, portalPage), resp.Header.Get("Content-Type"))
	if err != nil {
		return "", how.failure(err)
	}
	return tagged(body, "ArticleTitle"), nil
}

// tagged is the content of the first meta tag of the name.
func tagged(page io.Reader, name string) string {
	for z := html.NewTokenizer(page); ; {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			attr := map[string]string{}
			for _, a := range t.Attr {
				attr[a.Key] = a.Val
			}
			if t.Data == "meta" && strings.EqualFold(attr["name"], name) {
				return attr["content"]
			}
		}
	}
}
