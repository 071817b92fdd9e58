// New media of the demo: the platforms on this machine, and an account on each.

package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"net"
	"net/http"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/wechat/wechatlocal"
	"gongkai/channel/weibo/weibolocal"
	"gongkai/store"
)

// The demo's accounts. Nobody else can reach these platforms.
const (
	demoAppID  = "wx00000000000demo"
	demoSecret = "demo-secret-demo-secret"
	demoToken  = "2.00demo-token"
	demoNotice = "demo-callback-token"
)

// newMedia opens an Official Account and a Weibo account of the county. The
// downstream site plays its portal: what is posted links there, and only after
// it was seen there.
func (d *demo) newMedia(ctx context.Context) error {
	if err := d.portal(ctx); err != nil {
		return err
	}
	cover, err := plainCover()
	if err != nil {
		return err
	}
	d.wechat, d.weibo = wechatlocal.New(demoAppID, demoSecret), weibolocal.New(demoToken, "127.0.0.1")
	d.wechat.Delay = 200 * time.Millisecond
	d.wechat.Callback, d.wechat.CallbackToken = "http://"+d.addr+"/hooks/wechat/"+mediaID("wechat"), demoNotice
	d.media = map[string]string{}
	for _, o := range []struct {
		kind     string
		platform http.Handler
		settings map[string]string
		secrets  map[string]string
	}{
		{"wechat", d.wechat, map[string]string{"app_id": demoAppID, "cover_media_id": d.wechat.Cover(cover)}, map[string]string{"app_secret": demoSecret, "callback_token": demoNotice}},
		{"weibo", d.weibo, map[string]string{"safe_domain": "127.0.0.1"}, map[string]string{"access_token": demoToken}},
	} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return noStage(err)
		}
		d.media[o.kind] = "http://" + ln.Addr().String() + "/"
		o.settings["base_url"] = "http://" + ln.Addr().String()
		d.shows(ln, o.platform)
		if err := d.account(ctx, channel.Outlet{Meta: store.Meta{ID: mediaID(o.kind)}, Name: "青禾发布", Kind: o.kind, Sites: []string{"qinghe"}, Settings: o.settings, Secrets: o.secrets}); err != nil {
			return err
		}
	}
	return nil
}

// portal says where readers find the pages of the county's site.
func (d *demo) portal(ctx context.Context) error {
	site, err := d.content.Sites.Get(ctx, "qinghe")
	if err != nil {
		return err
	}
	site.PageURL = "http://" + d.hookAddr + "/items/{id}"
	_, err = d.content.PutSite(ctx, site)
	return err
}

// account opens an outlet. These platforms forget everything with the demo: an
// outlet that was there before is told again what it should show.
func (d *demo) account(ctx context.Context, o channel.Outlet) error {
	_, known := d.outlets.Get(ctx, o.ID)
	o, err := d.outlets.Put(ctx, o)
	switch {
	case err != nil:
		return err
	case gongkai.Is(known, gongkai.Missing):
		return nil
	}
	return d.resend(ctx, o.Channel())
}

// fillMedia has the county's samples posted, so that there is something to see.
func (d *demo) fillMedia(ctx context.Context) error {
	for kind := range d.media {
		o, err := d.outlets.Fill(ctx, mediaID(kind), 0)
		if err != nil {
			return err
		}
		d.wake("outlet", o.ID)
	}
	return nil
}

func mediaID(kind string) string { return "qinghe-" + kind }

// plainCover is a picture for articles without one.
func plainCover() ([]byte, error) {
	img := image.NewPaletted(image.Rect(0, 0, 90, 38), color.Palette{color.Gray{Y: 0xdd}})
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// posted is where readers find the walk's title on new media, and all the text there.
func (d *demo) posted() (places map[string]bool, text string) {
	places = map[string]bool{}
	for _, a := range d.wechat.Public() {
		places["wechat"] = places["wechat"] || a.Title == walkTitle
		text += a.Title + a.Digest + a.Content
	}
	for _, p := range d.weibo.Public() {
		places["weibo"] = places["weibo"] || strings.HasPrefix(p.Text, walkTitle+" ")
		text += p.Text
	}
	return places, text
}
