// The platform's limits, judged before anything is sent.

package wechat

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai"
	"gongkai/channel/platform"
)

// The limits of an article, in characters and bytes.
const (
	maxTitle   = 32
	maxAuthor  = 16
	maxDigest  = 128
	maxContent = 20_000  // characters; the content must have fewer
	maxBytes   = 1 << 20 // likewise
	maxURL     = 1 << 10 // bytes
)

// uploaded stands for an address of the platform while none is known: at least
// as long as those that it gives.
var uploaded = "http://mmbiz.qpic.example/" + strings.Repeat("x", 174)

func count(text string) int { return utf8.RuneCountInString(text) }

func limits(wrong ...gongkai.Detail) error {
	return gongkai.E(gongkai.Invalid, "wechat_limits", "稿件不符合公众号的要求", "the article is outside the limits of an Official Account", wrong...)
}

// Check judges the article by the platform's limits.
func (w *WeChat) Check(a platform.Article) error {
	content := w.content(a, func(string) string { return uploaded })
	wrong := over(
		field{"title", "标题", "the title", count(a.Title), maxTitle, "可改由人工发布", "post it by hand"},
		field{"author", "署名", "the author", count(w.author(a)), maxAuthor, "可在渠道设置中填写较短的署名", "set a shorter one in the channel"},
		field{"summary", "摘要", "the summary", count(a.Summary), maxDigest, "请缩短摘要", "shorten it"},
		field{"body", "正文", "the text", count(content), maxContent - 1, "可改由人工发布", "post it by hand"},
	)
	if len(content) >= maxBytes {
		wrong = append(wrong, gongkai.Detail{Where: "body", Code: "too_large", Zh: "正文达到 1 MB", En: "the text has 1 MB or more"})
	}
	wrong = append(wrong, w.missing(a, content)...)
	for i, src := range pictures(a.HTML) {
		where := fmt.Sprintf("body.picture[%d]", i)
		if img, ok := find(a.Images, src); !ok {
			wrong = append(wrong, gongkai.Detail{Where: where, Code: "foreign_picture", Zh: "该图片不是信息自己的文件，平台会丢弃", En: "this picture is none of the item's files: the platform would drop it"})
		} else {
			wrong = append(wrong, judge(img, inText, where)...)
		}
	}
	if a.Cover != nil {
		wrong = append(wrong, judge(*a.Cover, asCover, "cover")...)
	}
	if wrong != nil {
		return limits(wrong...)
	}
	return nil
}

// missing lists what an article must have.
func (w *WeChat) missing(a platform.Article, content string) (wrong []gongkai.Detail) {
	if strings.TrimSpace(a.Title) == "" {
		wrong = append(wrong, gongkai.Detail{Where: "title", Code: "missing", Zh: "没有标题", En: "there is no title"})
	}
	if content == "" {
		wrong = append(wrong, gongkai.Detail{Where: "body", Code: "missing", Zh: "没有正文", En: "there is no text"})
	}
	if a.Cover == nil && len(a.Images) == 0 && w.account.Settings["cover_media_id"] == "" {
		wrong = append(wrong, gongkai.Detail{Where: "cover", Code: "missing", Zh: "没有图片可作封面，请在渠道设置中填写默认封面", En: "there is no picture for a cover: set a default cover in the channel"})
	}
	if u, err := url.Parse(a.URL); err != nil || u.Host == "" || len(marked(a.URL, strings.Repeat("x", 40))) > maxURL {
		wrong = append(wrong, gongkai.Detail{Where: "url", Code: "bad_url", Zh: "门户页面地址缺失或超过 1 KB", En: "the address of the portal page is missing or longer than 1 KB"})
	}
	return wrong
}

type field struct {
	where, zh, en  string
	has, most      int
	thenZh, thenEn string
}

func over(fields ...field) (wrong []gongkai.Detail) {
	for _, f := range fields {
		if f.has > f.most {
			wrong = append(wrong, gongkai.Detail{Where: f.where, Code: "too_long",
				Zh: fmt.Sprintf("%s%d 字，公众号最多 %d 字，%s", f.zh, f.has, f.most, f.thenZh),
				En: fmt.Sprintf("%s has %d characters, an Official Account takes %d: %s", f.en, f.has, f.most, f.thenEn)})
		}
	}
	return wrong
}

// judge says what can be known of a picture before it is read.
func judge(img platform.Image, to place, where string) []gongkai.Detail {
	if img.Type != "" && !slices.Contains(to.kinds, img.Type) && !slices.Contains(readable, img.Type) {
		return []gongkai.Detail{{Where: where, Code: "bad_picture", Zh: "不能转换这种图片，请改用 JPEG 或 PNG", En: "a picture of this kind cannot be converted: use JPEG or PNG"}}
	}
	if img.Size > maxPicture {
		return []gongkai.Detail{{Where: where, Code: "bad_picture", Zh: "图片超过 32 MB", En: "the picture is larger than 32 MB"}}
	}
	return nil
}

func find(images []platform.Image, src string) (platform.Image, bool) {
	i := slices.IndexFunc(images, func(img platform.Image) bool { return img.Src == src })
	if i < 0 {
		return platform.Image{}, false
	}
	return images[i], true
}

func (w *WeChat) author(a platform.Article) string {
	if own := w.account.Settings["author"]; own != "" {
		return own
	}
	return a.Author
}

func (w *WeChat) content(a platform.Article, picture func(src string) string) string {
	base, err := url.Parse(a.URL)
	if err != nil {
		base = &url.URL{}
	}
	return converter{base, picture}.convert(a.HTML)
}

// marked is the address of the portal page with the mark of a post, by which
// the post is found again. A page that needs its fragment keeps it.
func marked(page, mark string) string {
	if before, fragment, has := strings.Cut(page, "#"); has {
		join := "?"
		if strings.Contains(before, "?") {
			join = "&"
		}
		return before + join + "gk=" + url.QueryEscape(mark) + "#" + fragment
	}
	return page + "#gk=" + url.QueryEscape(mark)
}

// marksIn tells whether an address carries the mark.
func marksIn(address, mark string) bool {
	for _, part := range strings.FieldsFunc(address, func(r rune) bool { return strings.ContainsRune("?&#", r) }) {
		if part == "gk="+url.QueryEscape(mark) {
			return mark != ""
		}
	}
	return false
}
