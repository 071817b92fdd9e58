// Text of the website around the document: breadcrumbs, print and share lines, footers.

package importer

import (
	"regexp"
	"strings"
)

var (
	breadcrumb = regexp.MustCompile(`^[\s\x{3000}\x{a0}]*(您|你)?(的)?(现在|當前|当前)?(的)?(所在)?位置(是)?[\s\x{a0}]*[:：]|首页[^。]{0,30}(>|»|›|&gt;|→)|^首页$`)
	uploader   = regexp.MustCompile(`^《([^《》]{4,80})》由(会员|會員|用户|用戶|网友)`)
	furniture  = regexp.MustCompile(`^[\s\x{3000}\x{a0}【\[]*(分享(到|至)|打印(本页|本文|此页)?[】\]]|打印本页|关闭(本页|窗口|此页)|【?(打印|关闭)】?$|我要打印|收藏本页|扫一扫|扫描二维码|用手机|手机(扫|查看)|` +
		`上一[篇条]|下一[篇条]|相关(阅读|链接|文档|文章|稿件|新闻)[:：]?|返回(顶部|首页|列表)|责任编辑[:：]|编辑[:：]|(浏览|阅读|点击|访问)(次数|量|数)|字[号体](大小)?[:：\s]|[【\[]?字[号体][:：]?[】\]]?\s*[大中小]|大\s*中\s*小$|` +
		`版权所有|(copyright|©|produced by|powered by|all rights reserved)|网站标识码|备案号|.{0,4}icp备|经营许可证|.{0,3}公网安备|` +
		`注意事项$|温馨提示[:：]|友情提示|资源描述[:：]?$|資源描述[:：]?$|本文[（(].{0,80}为本站会员)`)
	weakFurniture = regexp.MustCompile(`^(主办|承办|技术支持|联系我们|网站地图|地址|邮编)[:：]?`)
	anyCase       = strings.ToLower
)

// isFurniture tells a line that belongs to the site and not to the document.
func isFurniture(text string) bool {
	return length(text) <= 200 && (furniture.MatchString(anyCase(trim(text))) || breadcrumb.MatchString(text))
}

// headLines is how far down a page its navigation may reach.
const headLines = 60

// dropNavigation drops what stands above a breadcrumb or an uploader's line,
// metadata excepted, and the site's lines in the head.
func (r *reading) dropNavigation() {
	for i := 0; i < min(len(r.blocks), headLines) && length(r.blocks[i].text) <= 200; i++ {
		if m := uploader.FindStringSubmatch(r.blocks[i].text); m != nil {
			r.set("title", m[1])
			r.blocks = r.blocks[i+1:]
			break
		}
		if r.blocks[i].tag != "table" && breadcrumb.MatchString(r.blocks[i].text) {
			r.blocks = append(onlyMetadata(r.blocks[:i]), r.blocks[i+1:]...)
			break
		}
	}
	head := r.headEnd()
	kept := r.blocks[:0:0]
	for i, b := range r.blocks {
		if i >= head || !isFurniture(b.text) || len(pairsOf(b.text)) > 0 {
			kept = append(kept, b)
		}
	}
	r.blocks = kept
}

func onlyMetadata(blocks []block) []block {
	var kept []block
	for i, b := range blocks {
		if _, used := metaAt(blocks, i); used > 0 {
			kept = append(kept, b)
		}
	}
	return kept
}

// dropTail cuts the text at the first of the site's lines that only such
// lines and scraps follow. A date, a signature or a note stops the cut.
func (r *reading) dropTail() {
	cut := len(r.blocks)
	for i := len(r.blocks) - 1; i > 0; i-- {
		text := r.blocks[i].text
		pairs := pairsOf(text)
		if isFurniture(text) || len(pairs) > 0 && labels[pairs[0].label] == "source" {
			r.giveFound(pairs, false)
			cut = i
		} else if !scrap(text) {
			break
		}
	}
	r.blocks = r.blocks[:cut]
}

// scrap is a short line without meaning of its own: a counter, a button.
func scrap(text string) bool {
	if _, dated := parseDate(text); dated {
		return false
	}
	return length(text) <= 6 || length(text) <= 40 && weakFurniture.MatchString(text)
}
