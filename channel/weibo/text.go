// The line that is posted, and how the platform counts it.

package weibo

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"

	"gongkai"
	"gongkai/channel/platform"
)

// maxLength is in Chinese characters; two of ASCII are one.
const maxLength = 140

// line is title, address and unit. Two # make a topic, which is refused; a full
// width one looks alike and does not. A correction says that it is one: the
// platform refuses a line that is there already.
func line(a platform.Article) string {
	title := name(a.Title)
	if a.Edition > 1 {
		title += fmt.Sprintf("（第%d次更新）", a.Edition-1)
	}
	return title + " " + a.URL + " " + name(a.Author)
}

// name is a text on one line, without topics and without characters that call
// somebody (@) or cannot be seen.
func name(text string) string {
	text = strings.NewReplacer("#", "＃", "@", "＠").Replace(strings.ToValidUTF8(text, ""))
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == '\x7f' || r == '\u2028' || r == '\u2029' }), " ")
}

// length is how the platform counts. An address is counted whole: the platform
// shortens some, and which is documented nowhere.
func length(text string) int {
	halves := 0
	for _, r := range text {
		if halves++; r > '\x7f' {
			halves++
		}
	}
	return (halves + 1) / 2
}

var addresses = regexp.MustCompile(`https?://[!-~]+`)

// words are a line without its address: what is left of it when the platform
// has put a short one in its place.
func words(text string) string {
	return strings.Join(strings.Fields(addresses.ReplaceAllString(html.UnescapeString(text), " ")), " ")
}

// Check judges the article by the platform's limits.
func (w *Weibo) Check(a platform.Article) error {
	var wrong []gongkai.Detail
	if strings.TrimSpace(a.Title) == "" {
		wrong = append(wrong, gongkai.Detail{Where: "title", Code: "missing", Zh: "没有标题", En: "there is no title"})
	}
	if !w.ours(a.URL) {
		wrong = append(wrong, gongkai.Detail{Where: "url", Code: "foreign_url", Zh: "门户页面地址不在应用的安全域名之下", En: "the address of the portal page is not under the application's security domain"})
	}
	if n := length(line(a)); n > maxLength {
		wrong = append(wrong, gongkai.Detail{Where: "title", Code: "too_long", Zh: fmt.Sprintf("标题、网址和单位共 %d 字，微博最多 %d 字，可改由人工发布", n, maxLength),
			En: fmt.Sprintf("title, address and unit have %d characters, a post takes %d: post it by hand", n, maxLength)})
	}
	if img := w.picture(a); img != nil && (!kinds[img.Type] || img.Size >= maxPicture) {
		wrong = append(wrong, gongkai.Detail{Where: "picture", Code: "bad_picture", Zh: "图片须为 JPEG、GIF 或 PNG，小于 5 MB", En: "the picture must be JPEG, GIF or PNG of less than 5 MB"})
	}
	if wrong != nil {
		return limits(wrong...)
	}
	return nil
}

func limits(wrong ...gongkai.Detail) error {
	return gongkai.E(gongkai.Invalid, "weibo_limits", "稿件不符合微博的要求", "the article is outside the limits of Weibo", wrong...)
}

// ours tells whether an address is under the security domain.
func (w *Weibo) ours(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || addresses.FindString(u.String()) != u.String() || u.String() != address {
		return false
	}
	domain := w.account.Settings["safe_domain"]
	return u.Hostname() == domain || strings.HasSuffix(u.Hostname(), "."+domain)
}

// What the platform takes of pictures.
const maxPicture = 5 << 20

var kinds = map[string]bool{"image/jpeg": true, "image/gif": true, "image/png": true}

// picture is the one that goes with the line, if any.
func (w *Weibo) picture(a platform.Article) *platform.Image {
	switch {
	case w.account.Settings["pictures"] != "yes":
		return nil
	case a.Cover != nil:
		return a.Cover
	case len(a.Images) > 0:
		return &a.Images[0]
	}
	return nil
}
